"""Views: the texts of a kind that each concept has, such as ``occupation.alias`` or ``skill.label@fr``.

view                    the texts of a concept
occupation.name         its preferred label (also skill.name)
occupation.alias        its other labels
occupation.label        all its labels
occupation.description  its description, in other languages where ESCO's files have one
occupation.skill        the name of each skill it needs; the optional ones fit too, but are never drawn
occupation.skills       the names of all skills it needs, as one text
skill.mention           a sentence of the recipe's that names it and another skill of the same work
skill.context           a published sentence in which it stands in the place of an annotated span of its kind
sentence.text           a published sentence that has annotated spans; each sentence is a concept of its own
sentence.span           those spans
group.description       of ISCO and skill groups; only to keep
rome.title              the ROME titles mapped to the occupation (exact, narrow or close)
sentences               sentences of advertisements; only to keep
market                  the simulated market's documents, vacancies left and candidates right

``@fr``, ``@es`` and so on take labels of that language; without it they are English. Texts that are held out are in no
view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jobfit.errors import InputError
from jobfit.experiments.default_model.recipe import Mentions
from jobfit.experiments.default_model.sources import TRAIN, HeldOutSplit, Sentence, Sources, block_of, share
from jobfit.taxonomy.model import Occupation, Skill, Taxonomy

_RELATIONS = ("exact", "narrow", "close")
_NAMES = 4  # of a skill in sentences
_BESIDE = 120  # characters on either side of a span, so that no model's window cuts the span away
_SOME = 12  # names in one list of skills: a text of about 60 tokens


@dataclass(frozen=True, slots=True)
class View:
    """``drawn``: by concept, the texts that may be drawn for it. ``fits``: by text, the concepts it is right for."""

    drawn: Mapping[str, tuple[str, ...]]
    fits: Mapping[str, frozenset[str]]


class Views:
    """The views of what training may read: concepts that are not held out, and of those no text that is."""

    def __init__(self, sources: Sources, split: HeldOutSplit, mentions: Mentions) -> None:
        self._sources, self._split, self._mentions = sources, split, mentions
        taxonomy = sources.taxonomy or Taxonomy("none", {}, {})
        self._occupations = [one for one in taxonomy.occupations.values() if split.part(one) == TRAIN]
        self._skills = {one.id: one for one in taxonomy.skills.values() if split.part(one) == TRAIN}
        self._groups = taxonomy.groups.values()
        self._views: dict[str, View] = {}
        self._known: dict[str, bool] = {}  # whether a text may be read: folding is slow, and views share their texts

    def view(self, name: str) -> View:
        if name not in self._views:
            self._views[name] = self._read(name)
        return self._views[name]

    def _read(self, name: str) -> View:
        base, _, language = name.partition("@")
        language = language or "en"
        kind, _, what = base.partition(".")
        terms: dict[str, Sequence[Occupation | Skill]] = {
            "occupation": self._occupations, "skill": list(self._skills.values()),
        }  # fmt: skip
        if kind in terms and what == "description" and language != "en":
            translated = self._sources.descriptions.get(language, {})
            return self._made((term.id, translated[term.id]) for term in terms[kind] if term.id in translated)
        if kind in terms and what in ("name", "alias", "label", "description"):
            return self._made((term.id, text) for term in terms[kind] for text in _texts(term, what, language))
        special: dict[str, Callable[[str], View]] = {
            "occupation.skill": self._needed,
            "occupation.skills": self._lists,
            "skill.mention": self._mentioned,
            "skill.context": self._in_context,
            "sentence.text": lambda _: self._made((one.text, one.text) for one in self._annotated()),
            "sentence.span": lambda _: self._made((one.text, span) for one in self._annotated() for span in one.spans),
            "rome.title": self._rome,
        }
        if base not in special:
            raise InputError(f"there is no view {name!r} of concepts; experiments/default_model/views.py lists them")
        return special[base](language)

    def group(self, concept: str) -> str:
        """Return what a concept and its neighbours share: an ISCO minor group, or what is directly above a skill."""
        taxonomy = self._sources.taxonomy
        term = taxonomy and (taxonomy.occupations.get(concept) or taxonomy.skills.get(concept))
        return block_of(term)[:3] if isinstance(term, Occupation) else block_of(term) if term else ""

    def kept(self, name: str) -> list[str]:
        """Return every text of a view, each once; ``group.description`` and ``sentences`` are for this alone."""
        if name == "group.description":
            return self._unique(one.description for one in self._groups)
        if name == "sentences":
            sentences = self._sources.sentences
            return self._unique(one.text for one in sentences if self._split.part_of_sentence(one) == TRAIN)
        if name == "market":
            train = self._sources.market.train if self._sources.market else None
            return self._unique((*train.candidates.values(), *train.vacancies.values())) if train else []
        return self._unique(text for texts in self.view(name).drawn.values() for text in texts)

    def _unique(self, texts: Iterable[str]) -> list[str]:
        return self._learnable(dict.fromkeys(text for text in texts if text.strip()))

    def _learnable(self, texts: Iterable[str]) -> list[str]:
        some = list(texts)
        unknown = [text for text in some if text not in self._known]
        allowed = set(self._split.learnable(unknown))
        self._known |= {text: text in allowed for text in unknown}
        return [text for text in some if self._known[text]]

    def _made(self, rows: Iterable[tuple[str, str]], more: Iterable[tuple[str, str]] = ()) -> View:
        drawn: dict[str, list[str]] = {}
        fits: dict[str, set[str]] = {}
        listed = [row for row in rows if row[1].strip()]
        allowed = set(self._learnable(dict.fromkeys(text for _, text in listed)))
        for concept, text in listed:
            if text in allowed:
                drawn.setdefault(concept, []).append(text)
                fits.setdefault(text, set()).add(concept)
        for concept, text in more:
            if text in fits:
                fits[text].add(concept)
        return View(
            {concept: tuple(dict.fromkeys(texts)) for concept, texts in drawn.items()},
            {text: frozenset(concepts) for text, concepts in fits.items()},
        )

    def _needed(self, language: str) -> View:
        def rows(needed: str) -> Iterator[tuple[str, str]]:
            for one in self._occupations:
                for skill in filter(None, map(self._skills.get, getattr(one, needed))):
                    yield from ((one.id, text) for text in _texts(skill, "name", language))

        return self._made(rows("essential"), rows("optional"))

    def _lists(self, language: str) -> View:
        needed = self._needed(language).drawn
        rows = []
        for concept, names in needed.items():
            some = sorted(names, key=lambda name: share((concept, name), 2**60))
            rows += [(concept, ", ".join(some[i : i + _SOME])) for i in range(0, len(some), _SOME)]
        return self._made(rows)

    def _mentioned(self, language: str) -> View:
        """The first labels of each skill in a sentence each, with a label of a skill that the same occupation needs."""
        beside: dict[str, list[str]] = {}
        for occupation in self._occupations:
            known = [skill for skill in occupation.essential if skill in self._skills]
            for skill in known:
                beside.setdefault(skill, []).extend(known)
        rows: list[tuple[str, str]] = []
        for one in self._skills.values():
            others = [s for s in beside.get(one.id, ()) if s != one.id and self._skills[s].kind == one.kind]
            sentences = self._mentions.knowledge if one.kind == "knowledge" else self._mentions.competence
            if not others or not sentences:
                continue
            for label in self._learnable(_texts(one, "label", language)[:_NAMES]):
                other = self._skills[others[share((label, "beside"), len(others))]]
                names = self._learnable(_texts(other, "label", language)) or [label]
                written = sentences[share((label, "sentence"), len(sentences))]
                text = written.format(a=label, b=names[share((label, "name"), len(names))])
                rows += [(one.id, text), (other.id, text)]
        return self._made(rows)

    def _annotated(self) -> list[Sentence]:
        return [one for one in self._sources.sentences if one.spans and self._split.part_of_sentence(one) == TRAIN]

    def _in_context(self, language: str) -> View:
        """The first labels of each skill, each in the place of a span of its kind; other spans of the sentence stay."""
        places: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
        for one in self._annotated():
            for span in one.spans:
                places[span in one.knowledge].append((one.text, span))
        rows: list[tuple[str, str]] = []
        for skill in self._skills.values():
            if some := places[skill.kind == "knowledge"]:
                for label in self._learnable(_texts(skill, "label", language)[:_NAMES]):
                    text, span = some[share((label, "context"), len(some))]
                    before, _, after = text.partition(span)
                    rows.append((skill.id, f"{_last(before)}{label}{_first(after)}"))
        return self._made(rows)

    def _rome(self, language: str) -> View:
        known = {one.id for one in self._occupations}
        titles = [t for t in self._sources.rome if t.occupation in known and self._split.part_of_title(t) == TRAIN]
        return self._made((t.occupation, t.text) for t in titles if t.relation in _RELATIONS)


def _first(text: str) -> str:
    return text if len(text) <= _BESIDE else text[:_BESIDE].rpartition(" ")[0]


def _last(text: str) -> str:
    return text if len(text) <= _BESIDE else text[-_BESIDE:].partition(" ")[2]


def _texts(term: Occupation | Skill, what: str, language: str) -> tuple[str, ...]:
    labels = term.labels.get(language, ())
    chosen = {"name": labels[:1], "alias": labels[1:], "label": labels, "description": (term.description,)}
    return tuple(chosen[what])
