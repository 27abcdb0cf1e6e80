"""The held-out sets, ranked with an encoder and BM25: while it trains (validation), at the end with paired tests.

The table says for each set and measure how the trained encoder compares with BM25 and with the raw encoder, and the
recipe's rule decides on it whether the model ships.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate, mean_interval, paired_randomisation
from jobfit.experiments.default_model.objectives import TEXT
from jobfit.experiments.default_model.recipe import Rule, SetSizes
from jobfit.experiments.default_model.sources import TEST, HeldOutSplit, Sources, share
from jobfit.experiments.ranking import DEPTH, columns_of, measure_vectors
from jobfit.experiments.report import grid
from jobfit.experiments.rows import Columns, Compared, corrected, side_of_zero
from jobfit.judged import Judged, Task
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.runs import Qrels, Run
from jobfit.taxonomy.model import Occupation, Skill
from jobfit.training.loop.encoder import Encoder, embed_texts
from jobfit.training.loop.objective import Embed, Measured
from jobfit.training.loop.settings import TrainSettings

MEASURES = ("nDCG@10", "RR")
BM25, RAW, TRAINED = "BM25", "raw encoder", "trained"
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
    sources: Sources, split: HeldOutSplit, part: str, occupations: Sequence[Skill | Occupation], wanted: SetSizes
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
    name: str, about: str, rows: Sequence[Row], documents: Mapping[str, str], wanted: SetSizes
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


def measure_model(model: Encoder, sets: Sequence[RankingSet], loop: TrainSettings) -> dict[str, Columns]:
    made = embed_texts(model, SetsValidator(sets).texts(), loop)
    vectors = dict(zip(made.ids, made.vectors))
    return {one.name: _columns(one, vectors) for one in sets}


def measure_words(sets: Sequence[RankingSet]) -> dict[str, Columns]:
    """Return the columns of each set by BM25, which lists only documents that share a term: no term found, score 0."""
    found: dict[str, Columns] = {}
    for one in sets:
        columns: dict[str, Mapping[str, tuple[float, ...]]] = {}
        for task in one.held_out.tasks:
            texts = one.held_out.texts(task)
            index = Bm25Index(tuple(texts.documents), [terms(text) for text in texts.documents.values()])
            rankings = {i: index.rank(i, terms(texts.queries[i]), index.ids, DEPTH) for i in task.qrels.grades}
            columns |= columns_of(Run(BM25, rankings), task)
        found[one.name] = columns
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a set, a measure, each system's mean, and the trained encoder minus each baseline."""

    name: str
    about: str
    real: bool
    measure: str
    documents: int
    systems: Mapping[str, Estimate]
    against: Mapping[str, Compared]

    @property
    def queries(self) -> int:
        return self.systems[TRAINED].n

    def as_json(self) -> dict[str, Any]:
        against = {}
        for name, one in self.against.items():
            word = _VERDICTS[side_of_zero(one.difference)]
            against[name] = {"difference": asdict(one.difference), "p": one.p, "p_holm": one.p_holm, "verdict": word}
        return {
            "set": self.name, "about": self.about, "real": self.real, "measure": self.measure, "queries": self.queries,
            "documents": self.documents, "systems": {name: asdict(value) for name, value in self.systems.items()},
            "trained_minus": against,
        }  # fmt: skip


def table_of(sets: Sequence[RankingSet], found: Mapping[str, Mapping[str, Columns]]) -> list[Line]:
    """Compare ``found[system][set]`` query by query; Holm's correction is over the whole table."""
    baselines = [system for system in found if system != TRAINED]
    cells = [(one, column) for one in sets for column in found[TRAINED][one.name]]
    values = [
        {system: {q: v for q, (v,) in found[system][one.name][column].items()} for system in found}
        for one, column in cells
    ]
    compared = iter(corrected([
        _trained_minus(system, column, of) for (_, column), of in zip(cells, values) for system in baselines
    ]))  # fmt: skip
    lines = []
    for (one, column), of in zip(cells, values):
        task, _, measure = column.rpartition(" ")
        name = one.name if task == one.name else f"{one.name}: {task}"
        ranked = next(one.held_out.texts(t).documents for t in one.held_out.tasks if t.name == task)
        systems = {system: mean_interval(list(v.values())) for system, v in of.items()}
        against = {system: next(compared) for system in baselines}
        lines.append(Line(name, one.about, one.real, measure, len(ranked), systems, against))
    return lines


def _trained_minus(system: str, column: str, of: Mapping[str, Mapping[str, float]]) -> Compared:
    gaps = [of[TRAINED][query] - value for query, value in of[system].items()]
    p = paired_randomisation(gaps)
    return Compared(system, TRAINED, column, mean_interval(gaps), p, p)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the model ships, and each reason against it."""

    ships: bool
    reasons: tuple[str, ...]


def judge(lines: Sequence[Line], rule: Rule) -> Verdict:
    """Apply the rule: on real text that was held out, better than every baseline, told by interval.

    It ships only if, by ``rule.measure``, the 95 % interval of its difference from each baseline lies above 0 on every
    real set of ``rule.enough`` queries or more, and lies below 0 on no real set at all: a smaller set can hardly tell a
    gain, so a tie there does not stop it, and a loss does. Synthetic sets never decide; :class:`InputError` where no
    real set is large enough.
    """
    deciding = [line for line in lines if line.real and line.measure == rule.measure]
    if not any(line.queries >= rule.enough for line in deciding):
        raise InputError(f"no real set has {rule.enough} queries: nothing can be decided")
    words = {"lower": "worse than", "": "not told apart from"}
    reasons = []
    for line in deciding:
        for baseline, one in line.against.items():
            side = side_of_zero(one.difference)
            if side == "lower" or (side == "" and line.queries >= rule.enough):
                said = _difference(one.difference) or f"{one.difference.mean}"
                reasons.append(f"{line.name} (n = {line.queries}): {words[side]} {baseline}, {said}")
    return Verdict(not reasons, tuple(reasons))


def table_lines(lines: Sequence[Line]) -> list[str]:
    if not lines:
        return ["Nothing was held out to measure on.", ""]
    head = ["measure", "n", BM25, RAW, TRAINED, f"trained − {RAW}", f"trained − {BM25}"]
    rows = []
    for line in lines:
        means = (_mean(line.systems[name]) for name in (BM25, RAW, TRAINED))
        cells = [line.measure, f"{line.queries:,}", *means, *(_with_p(line.against[name]) for name in (RAW, BM25))]
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
