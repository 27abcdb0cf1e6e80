"""The held-out sets, ranked with an encoder and BM25: while it trains (validation), at the end with paired tests.

The table says for each set and measure what a user gets, the hybrid ranking, with the trained encoder and with the raw
one, and what each signal gives alone. The recipe's rule decides on it whether the model ships.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate, mean_interval, paired_randomisation
from jobfit.experiments.default_model.objectives import TEXT
from jobfit.experiments.default_model.recipe import Rule, SetSizes
from jobfit.experiments.default_model.sources import TEST, HeldOutSplit, Sources, share
from jobfit.experiments.ranking import DEPTH, columns_of, measure_vectors
from jobfit.experiments.report import grid
from jobfit.experiments.rows import Columns, Compared, corrected, side_of_zero
from jobfit.judged import Judged, Task
from jobfit.records import Document
from jobfit.retrieval.systems import rank
from jobfit.runs import Qrels
from jobfit.taxonomy.model import Occupation, Skill
from jobfit.training.loop.objective import Embed, Measured

MEASURES = ("nDCG@10", "RR")
SPOKEN = {"en": "English", "fr": "French", "es": "Spanish", "de": "German"}
BM25, RAW, TRAINED = "BM25", "raw encoder", "trained encoder"
HYBRID_RAW, SYSTEM = "hybrid, raw", "hybrid, trained"
_VERDICTS = {"higher": "won", "lower": "lost", "": "not told apart"}
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


def ranking_sets(sources: Sources, split: HeldOutSplit, part: str, wanted: SetSizes) -> Iterator[RankingSet]:
    """Yield the sets of ``part`` (``validation`` or ``test``) that the given sources allow; empty ones are left out.

    A validation never ranks a concept that tests are about; the market is there in tests alone.
    """
    if sources.taxonomy:
        occupations = _visible(sources.taxonomy.occupations.values(), split, part)
        skills = _visible(sources.taxonomy.skills.values(), split, part)
        for kind, terms in (("title", occupations), ("skill", skills)):
            for what, rows in _of_terms(terms, split, part, wanted.languages):
                about = f"{what} of kept-apart {kind}s → English names of {len(terms):,}"
                yield from _made(f"{kind}: {what}", about, rows, _names(terms, "en"), wanted)
        known = {skill.id for skill in skills}
        mine = (t for t in occupations if split.part(t) == part)
        needed = [(t.label("en"), grades) for t in mine if (grades := _needs(t, known))]
        about = f"kept-apart titles → the skills they need, of {len(skills):,}"
        yield from _made("title: skills needed", about, needed, _names(skills, "en"), wanted)
        yield from _alike(occupations, split, part, wanted)
        yield from _of_rome(sources, split, part, occupations, wanted)
        yield from _of_sentences(sources, split, part, skills, wanted)
    if sources.market and part == TEST:
        held_out = sources.market.held_out
        yield RankingSet("market", "whole documents of another simulated market, both ways", held_out, real=False)


def _visible(terms: Iterable[Skill | Occupation], split: HeldOutSplit, part: str) -> list[Skill | Occupation]:
    return [term for term in terms if term.labels.get("en") and (part == TEST or split.part(term) != TEST)]


def _names(terms: Iterable[Skill | Occupation], language: str) -> dict[str, str]:
    return {term.id: term.labels[language][0] for term in terms if term.labels.get(language)}


def _of_terms(
    terms: Sequence[Skill | Occupation], split: HeldOutSplit, part: str, languages: Sequence[str]
) -> Iterator[tuple[str, list[Row]]]:
    """One other English name of each concept, its description, its name in each other language: independent queries.

    A name that several concepts have is right for each; one that is the English name of a concept is not a query.
    """
    owners = _owners(terms, "en")
    mine = [term for term in terms if split.part(term) == part]
    names = {term.label("en").casefold() for term in terms}
    free = ([text for text in term.labels["en"][1:] if text.casefold() not in names] for term in mine)
    others = (min(texts, key=lambda text: share(("one name", text), 2**60)) for texts in free if texts)
    yield "other English names", [(text, dict.fromkeys(owners[text.casefold()], 1)) for text in others]
    yield "descriptions", [(term.description, {term.id: 1}) for term in mine if term.description.strip()]
    for language in languages:
        if language != "en":
            named = ((text, term.id) for term in mine for text in term.labels.get(language, ())[:1])
            rows: list[Row] = [(text, {owner: 1}) for text, owner in named if text.casefold() not in names]
            yield f"{SPOKEN[language]} names", rows


def _alike(
    occupations: Sequence[Skill | Occupation], split: HeldOutSplit, part: str, wanted: SetSizes
) -> Iterator[RankingSet]:
    """One name of each kept-apart occupation against all other names of these, in one language.

    Whole unit groups are kept apart, so that what is ranked holds the neighbours of each occupation.
    """
    mine = [term for term in occupations if split.part(term) == part]
    for language in wanted.languages:
        spoken = SPOKEN[language]
        texts = {text.casefold(): text for term in mine for text in term.labels.get(language, ())}
        rows: list[Row] = []
        for term in mine:
            own = sorted({text.casefold() for text in term.labels.get(language, ())})
            query = min(own, key=lambda text: share(("asked", text), 2**60), default="")
            if right := {text: 1 for text in own if text != query}:
                rows.append((texts[query], right))
        asked = {text.casefold() for text, _ in rows}
        rows = [(text, {t: 1 for t in right if t not in asked}) for text, right in rows]
        documents = {key: text for key, text in texts.items() if key not in asked}
        about = (
            f"{spoken} names of kept-apart titles → their other names, among {len(documents):,} of {len(mine)} titles"
        )
        yield from _made(
            f"titles alike: {spoken}", about, [r for r in rows if r[1]], documents, wanted, ("nDCG@10", "AP")
        )


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
    sources: Sources, split: HeldOutSplit, part: str, occupations: Sequence[Skill | Occupation], wanted: SetSizes
) -> Iterator[RankingSet]:
    known = {term.id for term in occupations}
    titles = [t for t in sources.rome if t.occupation in known and split.part_of_title(t) == part]
    rows: list[Row] = [(t.text, {t.occupation: 1}) for t in titles if t.relation in _RELATIONS]
    for language in ("fr", "en") if "fr" in wanted.languages else ():
        spoken = SPOKEN[language]
        documents = _names(occupations, language)
        mine = [row for row in rows if row[1].keys() <= documents.keys()]
        about = f"French titles of kept-apart ROME codes → {spoken} names of ESCO (exact or narrow match)"
        yield from _made(f"ROME titles to {spoken}", about, mine, documents, wanted)


def _of_sentences(
    sources: Sources, split: HeldOutSplit, part: str, skills: Sequence[Skill | Occupation], wanted: SetSizes
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
    name: str, about: str, rows: Sequence[Row], documents: Mapping[str, str], wanted: SetSizes,
    measures: tuple[str, ...] = MEASURES,
) -> Iterator[RankingSet]:  # fmt: skip
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
    yield RankingSet(name, about, Judged(dict(documents), ids, (Task(name, "test", qrels, measures=measures),)))


class SetsValidator:
    """The mean over sets of the mean nDCG@10 of each: every task counts the same, whatever its number of queries."""

    def __init__(self, sets: Iterable[RankingSet], measure: str = "nDCG@10") -> None:
        self._sets, self._measure = tuple(sets), measure
        if not self._sets:
            raise InputError("no ranking set is held out to validate on: the sources have too few concepts")

    def texts(self) -> Mapping[str, str]:
        sides = (side for one in self._sets for side in (one.held_out.candidates, one.held_out.vacancies))
        return {TEXT + text: text for side in sides for text in side.values()}

    def measure(self, embed: Embed) -> Measured:
        keys = list(self.texts())
        vectors = np.asarray(embed(keys), dtype=np.float32)
        found = {}
        for one in self._sets:
            for column, values in _columns(one, dict(zip(keys, vectors))).items():
                if column.endswith(self._measure):
                    found[column] = mean_interval([value for (value,) in values.values()])
        return Measured(float(np.mean([one.mean for one in found.values()])), found)


def _columns(one: RankingSet, vectors: Mapping[str, Any]) -> Columns:
    candidates, vacancies = (
        Embeddings(tuple(side), np.stack([vectors[TEXT + text] for text in side.values()]), "in memory")
        for side in (one.held_out.candidates, one.held_out.vacancies)
    )
    return measure_vectors(candidates, vacancies, one.held_out)


def measure_system(system: str, sets: Sequence[RankingSet], encoder: Encoder | None = None) -> dict[str, Columns]:
    """Return the columns of each set by a system as ``--system`` names it: ``bm25``, ``dense`` or ``hybrid``."""
    given = None if encoder is None else lambda: encoder
    found: dict[str, Columns] = {}
    for one in sets:
        columns: dict[str, Mapping[str, tuple[float, ...]]] = {}
        for task in one.held_out.tasks:
            texts = one.held_out.texts(task)
            queries = [Document(i, texts.queries[i]) for i in task.qrels.grades]
            documents = [Document(i, text) for i, text in texts.documents.items()]
            run = rank(system, queries, documents, DEPTH, encoder=given)
            columns |= columns_of(run, task)
        found[one.name] = columns
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a set, a measure, each system's mean, and what a user gets minus each of the others."""

    name: str
    about: str
    real: bool
    measure: str
    documents: int
    systems: Mapping[str, Estimate]
    against: Mapping[str, Compared]

    @property
    def queries(self) -> int:
        return self.systems[SYSTEM].n

    @property
    def best_single(self) -> str:
        """The better of BM25 and the raw encoder by its mean here, which favours them."""
        return max((BM25, RAW), key=lambda name: self.systems[name].mean or 0.0)

    def as_json(self) -> dict[str, Any]:
        against = {}
        for name, one in self.against.items():
            word = _VERDICTS[side_of_zero(one.difference)]
            against[name] = {"difference": asdict(one.difference), "p": one.p, "p_holm": one.p_holm, "verdict": word}
        return {
            "set": self.name, "about": self.about, "real": self.real, "measure": self.measure, "queries": self.queries,
            "documents": self.documents, "systems": {name: asdict(value) for name, value in self.systems.items()},
            "system_minus": against,
        }  # fmt: skip


def table_of(sets: Sequence[RankingSet], found: Mapping[str, Mapping[str, Columns]]) -> list[Line]:
    """Compare ``found[system][set]`` query by query; Holm's correction is over the whole table."""
    others = [system for system in found if system != SYSTEM]
    cells = [(one, column) for one in sets for column in found[SYSTEM][one.name]]
    values = [
        {system: {q: v for q, (v,) in found[system][one.name][column].items()} for system in found}
        for one, column in cells
    ]
    compared = iter(corrected([
        _system_minus(other, column, of) for (_, column), of in zip(cells, values) for other in others
    ]))  # fmt: skip
    lines = []
    for (one, column), of in zip(cells, values):
        task, _, measure = column.rpartition(" ")
        name = one.name if task == one.name else f"{one.name}: {task}"
        ranked = next(one.held_out.texts(t).documents for t in one.held_out.tasks if t.name == task)
        systems = {system: mean_interval(list(v.values())) for system, v in of.items()}
        against = {other: next(compared) for other in others}
        lines.append(Line(name, one.about, one.real, measure, len(ranked), systems, against))
    return lines


def _system_minus(other: str, column: str, of: Mapping[str, Mapping[str, float]]) -> Compared:
    gaps = [of[SYSTEM][query] - value for query, value in of[other].items()]
    p = paired_randomisation(gaps)
    return Compared(other, SYSTEM, column, mean_interval(gaps), p, p)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the model ships, and each reason against it."""

    ships: bool
    reasons: tuple[str, ...]


def judge(lines: Sequence[Line], rule: Rule) -> Verdict:
    """Apply the rule to what a user gets: the hybrid ranking with the trained encoder, on each kind of real text.

    By ``rule.measure`` it ships only if the hybrid with the trained encoder

    - is, by the 95 % interval of the paired difference, above the hybrid with the raw encoder on some real set and
      below it on none;
    - is nowhere below the best single signal (BM25 or the raw encoder, whichever is better on that set): not by
      interval on any real set, and by at most ``rule.margin`` in the mean on those of ``rule.enough`` queries.

    Synthetic sets never decide; :class:`InputError` where no real set is large enough.
    """
    deciding = [line for line in lines if line.real and line.measure == rule.measure]
    if not any(line.queries >= rule.enough for line in deciding):
        raise InputError(f"no real set has {rule.enough} queries: nothing can be decided")
    reasons = []
    for line in deciding:
        for other in dict.fromkeys((HYBRID_RAW, line.best_single)):
            gap = line.against[other].difference
            short = other == line.best_single and line.queries >= rule.enough and (gap.mean or 0.0) < -rule.margin
            if short or side_of_zero(gap) == "lower":
                said = _difference(gap) or f"{gap.mean}"
                reasons.append(f"{line.name} (n = {line.queries}): worse than {other}, {said}")
    if not any(side_of_zero(line.against[HYBRID_RAW].difference) == "higher" for line in deciding):
        reasons.append(f"no real set on which it is told to be better than {HYBRID_RAW}")
    return Verdict(not reasons, tuple(reasons))


def table_lines(lines: Sequence[Line]) -> list[str]:
    if not lines:
        return ["Nothing was held out to measure on.", ""]
    systems = (BM25, RAW, TRAINED, HYBRID_RAW, SYSTEM)
    head = ["measure", "n", *systems, f"last − {HYBRID_RAW}", "last − best of BM25 and raw"]
    rows = []
    for line in lines:
        means = (_mean(line.systems[name]) for name in systems)
        gaps = (_with_p(line.against[name]) for name in (HYBRID_RAW, line.best_single))
        cells = [line.measure, f"{line.queries:,}", *means, *gaps]
        rows.append((f"{line.name}{'' if line.real else ' (synthetic)'}", cells))
    said = (
        "Means with 95 % bootstrap intervals over queries; differences are paired, with p of the paired randomisation "
        "test after Holm's correction over the table."
    )
    return [*(grid(head, rows, "set")), "", said, ""]


def verdict_lines(verdict: Verdict | None) -> list[str]:
    if verdict is None:
        return ["No real set is large enough to decide whether it ships."]
    if verdict.ships:
        return ["By the recipe's rule it ships."]
    return ["By the recipe's rule it does not ship:", "", *(f"- {reason}" for reason in verdict.reasons)]


def _mean(value: Estimate) -> str:
    if value.mean is None:
        return "undefined"
    return f"{value.mean:.3f}" + ("" if value.low is None else f" [{value.low:.3f}, {value.high:.3f}]")


def _difference(value: Estimate) -> str:
    return "" if value.low is None else f"{value.mean:+.3f} [{value.low:+.3f}, {value.high:+.3f}]"


def _with_p(one: Compared) -> str:
    value = one.difference
    if value.mean is None:
        return "undefined"
    return f"{_difference(value) or f'{value.mean:+.3f}'}, p {one.p_holm:.4f}"
