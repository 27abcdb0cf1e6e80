"""The ranking sets of a part that is held out: queries, documents, and which document is right for which query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jobfit.experiments.default_model.held_out_split import TEST, HeldOutSplit, share
from jobfit.experiments.default_model.sources import Sources
from jobfit.judged import Judged, Task
from jobfit.runs import Qrels
from jobfit.taxonomy.model import Occupation, Skill

MEASURES = ("nDCG@10", "RR")
_ESSENTIAL, _OPTIONAL = 2, 1
_RELATIONS = ("exact", "narrow")  # as title linking is tested: the others are choices that no reading can foresee
Row = tuple[str, Mapping[str, int]]
"""A query's text and the grades of its right documents."""


@dataclass(frozen=True, slots=True)
class RankingSet:
    """``real``: texts that people wrote, not a simulated market's. ``about``: what is asked and what is ranked."""

    name: str
    about: str
    held_out: Judged
    real: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many queries a set has at most, and documents (0: all); both are chosen by digest."""

    queries: int
    documents: int = 0


def ranking_sets(sources: Sources, split: HeldOutSplit, part: str, wanted: Wanted) -> Iterator[RankingSet]:
    """Yield the sets of ``part`` (``validation`` or ``test``) that the given sources allow; empty ones are left out.

    With ``documents`` the right ones are ranked among others up to that number. A validation never ranks a concept
    that tests are about; the market is there in tests alone.
    """
    if sources.taxonomy:
        occupations = _visible(sources.taxonomy.occupations.values(), split, part)
        skills = _visible(sources.taxonomy.skills.values(), split, part)
        for kind, terms in (("title", occupations), ("skill", skills)):
            for what, rows in _of_terms(terms, split, part):
                about = f"{what} of kept-apart {kind}s → English names of {len(terms):,}"
                yield from _made(f"{kind}: {what}", about, rows, _names(terms, "en"), wanted)
        known = {skill.id for skill in skills}
        mine = (t for t in occupations if split.part(t) == part)
        needed = [(t.label("en"), grades) for t in mine if (grades := _needs(t, known))]
        about = f"kept-apart titles → the skills they need, of {len(skills):,}"
        yield from _made("title: skills needed", about, needed, _names(skills, "en"), wanted)
        yield from _of_rome(sources, split, part, occupations, wanted)
        yield from _of_sentences(sources, split, part, skills, wanted)
    if sources.market and part == TEST:
        held_out = sources.market.held_out
        yield RankingSet("market", "whole documents of another simulated market, both ways", held_out, real=False)


def _visible(terms: Iterable[Skill | Occupation], split: HeldOutSplit, part: str) -> list[Skill | Occupation]:
    return [term for term in terms if term.labels.get("en") and (part == TEST or split.part(term) != TEST)]


def _names(terms: Iterable[Skill | Occupation], language: str) -> dict[str, str]:
    return {term.id: term.labels[language][0] for term in terms if term.labels.get(language)}


def _of_terms(terms: Sequence[Skill | Occupation], split: HeldOutSplit, part: str) -> Iterator[tuple[str, list[Row]]]:
    """One other English name, the description and the French name of each concept, so that queries are independent.

    A name that several concepts have is right for each; one that is the English name of a concept is not a query.
    """
    owners = _owners(terms, "en")
    mine = [term for term in terms if split.part(term) == part]
    names = {term.label("en").casefold() for term in terms}
    free = ([text for text in term.labels["en"][1:] if text.casefold() not in names] for term in mine)
    others = (min(texts, key=lambda text: share(("one name", text), 2**60)) for texts in free if texts)
    yield "other English names", [(text, dict.fromkeys(owners[text.casefold()], 1)) for text in others]
    yield "descriptions", [(term.description, {term.id: 1}) for term in mine if term.description.strip()]
    french = ((text, term.id) for term in mine for text in term.labels.get("fr", ())[:1])
    yield "French names", [(text, {owner: 1}) for text, owner in french if text.casefold() not in names]


def _owners(terms: Iterable[Skill | Occupation], language: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for term in terms:
        for text in term.labels.get(language, ()):
            found.setdefault(text.casefold(), set()).add(term.id)
    return found


def _needs(term: Skill | Occupation, known: set[str]) -> dict[str, int]:
    grades = dict.fromkeys((s for s in term.optional if s in known), _OPTIONAL)
    return grades | dict.fromkeys((s for s in term.essential if s in known), _ESSENTIAL)


def _of_rome(
    sources: Sources, split: HeldOutSplit, part: str, occupations: Sequence[Skill | Occupation], wanted: Wanted
) -> Iterator[RankingSet]:
    known = {term.id for term in occupations}
    titles = [t for t in sources.rome if t.occupation in known and split.part_of_title(t) == part]
    rows: list[Row] = [(t.text, {t.occupation: 1}) for t in titles if t.relation in _RELATIONS]
    for language, spoken in (("fr", "French"), ("en", "English")):
        documents = _names(occupations, language)
        mine = [row for row in rows if row[1].keys() <= documents.keys()]
        about = f"French titles of kept-apart ROME codes → {spoken} names of ESCO (exact or narrow match)"
        yield from _made(f"ROME titles to {spoken}", about, mine, documents, wanted)


def _of_sentences(
    sources: Sources, split: HeldOutSplit, part: str, skills: Sequence[Skill | Occupation], wanted: Wanted
) -> Iterator[RankingSet]:
    owners = _owners(skills, "en")
    found: dict[str, list[Row]] = {}
    for one in sources.sentences:
        right = {owner for span in one.spans for owner in owners.get(span.casefold(), ())}
        if right and split.part_of_sentence(one) == part:
            found.setdefault(one.source, []).append((one.text, dict.fromkeys(right, 1)))
    for source, rows in found.items():
        about = f"sentences of advertisements ({source}) → the skills of which a label is an annotated span"
        yield from _made(f"sentences: {source}", about, rows, _names(skills, "en"), wanted)


def _made(
    name: str, about: str, rows: Sequence[Row], documents: Mapping[str, str], wanted: Wanted
) -> Iterator[RankingSet]:
    """A set, unless it has no query: queries of the same text are one, the first by digest are taken."""
    merged: dict[str, dict[str, int]] = {}
    for text, grades in rows:
        mine = merged.setdefault(text, {})
        for document, grade in grades.items():
            mine[document] = max(grade, mine.get(document, 0))
    if not merged:
        return
    chosen = sorted(merged, key=lambda text: share((name, text), 2**60))[: wanted.queries]
    right = {document for text in chosen for document in merged[text]}
    if wanted.documents:
        others = sorted(documents.keys() - right, key=lambda i: share(("document", i), 2**60))
        documents = {i: documents[i] for i in sorted(right | set(others[: max(0, wanted.documents - len(right))]))}
    ids = {f"q{number:05}": text for number, text in enumerate(chosen)}
    qrels = Qrels({i: merged[text] for i, text in ids.items()})
    yield RankingSet(name, about, Judged(dict(documents), ids, (Task(name, "test", qrels, measures=MEASURES),)))
