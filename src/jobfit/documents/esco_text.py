"""Records as sentences in the words of a taxonomy: the *esco* variant of a data set.

The sentences are those of the fairness report (section 4.2 of its specification), French verbatim. The report filled in
the skills of the linked *occupation*: two people with one title became identical, and a vacancy of that title matched
both by construction. Here the skills are those that the text itself states (*evidenced*). What an occupation only
*implies* is read apart, written in a sentence of its own, and used only where :class:`SkillsFrom` says so; the report's
way is kept as an ablation whose name says what it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Protocol

from jobfit.documents.masking import TextKind, mask
from jobfit.documents.render import without_name
from jobfit.lexicon import Lexicon, built, current
from jobfit.records import Candidate, Document, Record
from jobfit.taxonomy.compact import LANGUAGES
from jobfit.taxonomy.model import Taxonomy

_COUNTED = {
    "titles_linked": "linked", "titles_without_match": "unlinked", "occupations": "occupations",
    "evidenced_skills": "evidenced", "implied_skills": "implied",
}  # fmt: skip
_BATCH = 256  # records whose titles are linked at a time


@built
def _openings(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    return {
        language: tuple(str(sentence).partition("{}")[0] for sentence in lexicon.of(language, "esco").values())
        for language in lexicon.languages
    }


def rendered_in(text: str) -> str | None:
    """Return the language of a text that this module writes; ``None`` for any other text."""
    return next((language for language, openings in _openings().items() if text.startswith(openings)), None)


class _Match(Protocol):
    @property
    def id(self) -> str: ...


class _Link(Protocol):
    @property
    def best(self) -> _Match | None: ...


class TitleLinker(Protocol):
    """Links titles to occupations, or to none: :class:`jobfit.taxonomy.linking.linker.Linker` does."""

    def link(self, mentions: Sequence[str], language: str | None, k: int = 5) -> Sequence[_Link]:
        """Return one link for each mention; its ``best`` is ``None`` where nothing is likely enough."""


# (text, its language) -> ids of the skills that the text states, such as those of
# jobfit.structure.terms.SkillFinder.find or jobfit.taxonomy.linking's skills_in.
ReadSkills = Callable[[str, str | None], Iterable[str]]


class SkillsFrom(StrEnum):
    """Which skills the document holds. ``IMPLIED`` is the report's flaw, kept to measure what it does."""

    EVIDENCED = "evidenced"
    BOTH = "both"
    IMPLIED = "implied"


@dataclass(frozen=True, slots=True)
class EscoFacts:
    """What a record says in a taxonomy's terms.

    occupations: ids that its titles link to, first mention each.
    linked:      titles with a match; several may mean one occupation.
    unlinked:    titles without a match; they are in no sentence.
    evidenced:   ids of the skills that the text states, in its order.
    implied:     ids of the essential skills of ``occupations`` that are not evidenced, in the taxonomy's order.
    """

    occupations: tuple[str, ...]
    linked: tuple[str, ...]
    unlinked: tuple[str, ...]
    evidenced: tuple[str, ...]
    implied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EscoVariant:
    """Writes records as sentences of one taxonomy.

    titles:   links titles to the occupations of ``taxonomy``. A candidate's titles are the one stated at the head and
              those of the positions held; a vacancy has one.
    skills:   finds the ids of the skills of ``taxonomy`` that a text states; it is given the text without the person's
              name and contacts, and the language of the record.
    use:      the skills to write. ``BOTH`` adds a sentence for those implied; ``IMPLIED`` puts the *essential skills of
              the occupations* in the sentence for skills, as the report did.
    language: of the documents, ``en`` or ``fr``; by default that of the record, English where it is neither. A term
              without a label in it has its English one.
    masked:   whether documents are masked; ``False`` only to look at what masking does.

    A French label that gives both genders is written in its first form. A sentence with nothing to say is left out; a
    record without any is an empty document.
    """

    taxonomy: Taxonomy
    titles: TitleLinker
    skills: ReadSkills
    use: SkillsFrom = SkillsFrom.EVIDENCED
    language: str | None = None
    masked: bool = True
    _counts: Counter[str] = field(default_factory=Counter, init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        """``esco``, ``esco-both`` or ``esco-implied``; what it was made with belongs to a published number."""
        return "esco" if self.use is SkillsFrom.EVIDENCED else f"esco-{self.use.value}"

    def render(self, records: Iterable[Record]) -> Iterator[Document]:
        for record, facts in self.read(records):
            text = self.sentences(record, facts)
            document = Document(record.id, mask(text, TextKind.LABEL).text if self.masked else text)
            self._counts["documents"] += 1
            self._counts["empty_documents"] += not document.text
            self._counts.update({name: len(getattr(facts, part)) for name, part in _COUNTED.items()})
            yield document

    def facts(self) -> dict[str, object]:
        """Return how the documents rendered so far were made, and what they do not hold."""
        return {
            "masked": self.masked,
            "language": self.language or "of the record",
            "taxonomy": self.taxonomy.version,
            "skills_from": self.use.value,
            **{name: self._counts[name] for name in ("documents", "empty_documents", *_COUNTED)},
        }

    def read(self, records: Iterable[Record]) -> Iterator[tuple[Record, EscoFacts]]:
        """Yield each record with what it says in the taxonomy's terms; titles are linked many at a time."""
        remaining = iter(records)
        while batch := list(islice(remaining, _BATCH)):
            linked = self._link(batch)
            for record in batch:
                yield record, self._facts(record, linked)

    def write(self, record: Record) -> str:
        """Return the sentences of one record, not masked: this makes the variant a template."""
        ((_, facts),) = self.read([record])
        return self.sentences(record, facts)

    def sentences(self, record: Record, facts: EscoFacts) -> str:
        """Return the sentences for what was read of a record, not masked."""
        language = self.language or (record.language if record.language in LANGUAGES else "en")
        texts = current().texts(language, "esco")
        sentences = [texts[f"{record.kind.value}_{about}"] for about in ("titles", "skills", "implied")]
        occupations, skills = self.taxonomy.occupations, self.taxonomy.skills
        stated = self._usual(facts.occupations) if self.use is SkillsFrom.IMPLIED else facts.evidenced
        labels = (
            [_one_form(occupations[id_].label(language)) for id_ in facts.occupations],
            [skills[id_].label(language) for id_ in stated],
            [skills[id_].label(language) for id_ in facts.implied] if self.use is SkillsFrom.BOTH else [],
        )
        return " ".join(sentence.format(", ".join(words)) for sentence, words in zip(sentences, labels) if words)

    def _usual(self, occupations: Iterable[str]) -> tuple[str, ...]:
        known = self.taxonomy.occupations
        return tuple(dict.fromkeys(skill for id_ in occupations for skill in known[id_].essential))

    def _facts(self, record: Record, linked: Mapping[tuple[str | None, str], str | None]) -> EscoFacts:
        links = {title: linked[record.language, title] for title in _titles(record)}
        occupations = tuple(dict.fromkeys(id_ for id_ in links.values() if id_ is not None))
        evidenced = tuple(dict.fromkeys(self.skills(_readable(record), record.language)))
        return EscoFacts(
            occupations,
            linked=tuple(title for title, id_ in links.items() if id_ is not None),
            unlinked=tuple(title for title, id_ in links.items() if id_ is None),
            evidenced=evidenced,
            implied=tuple(skill for skill in self._usual(occupations) if skill not in evidenced),
        )

    def _link(self, batch: Sequence[Record]) -> dict[tuple[str | None, str], str | None]:
        wanted: dict[str | None, dict[str, None]] = {}
        for record in batch:
            wanted.setdefault(record.language, {}).update(dict.fromkeys(_titles(record)))
        linked: dict[tuple[str | None, str], str | None] = {}
        for language, titles in wanted.items():
            links = self.titles.link(list(titles), language) if titles else []
            for title, link in zip(titles, links, strict=True):
                linked[language, title] = link.best.id if link.best else None
        return linked


@cache
def _one_form(label: str) -> str:
    """Return the first form of a label that gives both ("ingénieur/ingénieure"): masking writes them alike anyway."""
    first, slash, second = label.partition("/")
    return first if slash and mask(first, TextKind.LABEL).text == mask(second, TextKind.LABEL).text else label


def _titles(record: Record) -> tuple[str, ...]:
    stated = [record.profile.title.value] if record.profile.title else []
    positions = record.profile.experiences if isinstance(record, Candidate) else ()
    held = [position.title.value for position in positions if position.title]
    return tuple(dict.fromkeys(title for title in (*stated, *held) if title.strip()))


def _readable(record: Record) -> str:
    """Return the text without a person's name and contacts, so that no skill is read in a name."""
    if not isinstance(record, Candidate):
        return record.text
    name = record.profile.name
    return without_name(record.text, (name.value,) if name else ()).text
