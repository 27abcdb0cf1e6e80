"""Rank the sets with an encoder and with BM25; while it trains (validation), and at the end with paired tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError
from jobfit.evaluation.measures import evaluate
from jobfit.evaluation.statistics import Estimate, holm, mean_interval, paired_randomisation
from jobfit.experiments.default_model.objectives import TEXT
from jobfit.experiments.default_model.ranking_sets import RankingSet
from jobfit.experiments.default_model.recipe import Rule
from jobfit.experiments.ranking import DEPTH, measure_vectors
from jobfit.experiments.rows import Columns
from jobfit.judged import Task
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.runs import Run
from jobfit.training.loop.encoder import Encoder, embed_texts
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.validation import Embed, Measured

BM25, RAW, TRAINED = "BM25", "raw encoder", "trained"
WON, LOST, OPEN = "won", "lost", "not told apart"


class SetsValidator:
    """The mean over sets of the mean nDCG@10 of each: every task counts the same, whatever its number of queries.

    Raises:
        InputError: there is no set.
    """

    def __init__(self, sets: Iterable[RankingSet], measure: str = "nDCG@10") -> None:
        """Validate on ``sets``."""
        self._sets, self._measure = tuple(sets), measure
        if not self._sets:
            raise InputError("no ranking set is kept apart to validate on: the sources have too few concepts")

    def texts(self) -> Mapping[str, str]:
        """The texts of all sets, by themselves."""
        sides = (side for one in self._sets for side in (one.held_out.candidates, one.held_out.vacancies))
        return {TEXT + text: text for side in sides for text in side.values()}

    def measure(self, embed: Embed) -> Measured:
        """Rank every set."""
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
    """Return the columns of each set by an encoder; every text is encoded once."""
    texts = SetsValidator(sets).texts()
    made = embed_texts(model, texts, loop)
    vectors = dict(zip(made.ids, made.vectors))
    return {one.name: _columns(one, vectors) for one in sets}


def measure_words(sets: Sequence[RankingSet]) -> dict[str, Columns]:
    """Return the columns of each set by BM25, which lists only documents that share a term: no term found, score 0."""
    return {one.name: {k: v for task in one.held_out.tasks for k, v in _ranked(one, task).items()} for one in sets}


def _ranked(one: RankingSet, task: Task) -> Columns:
    sides = {True: one.held_out.candidates, False: one.held_out.vacancies}
    asking, asked = sides[not task.by_vacancy], sides[task.by_vacancy]
    index = Bm25Index(tuple(asked), [terms(text) for text in asked.values()])
    rankings = {i: index.rank(i, terms(asking[i]), index.ids, DEPTH) for i in task.qrels.grades}
    report = evaluate(Run(BM25, rankings), task.qrels, task.measures)
    return {
        f"{task.name} {measure}": {query: (value,) for query, value in report.per_query[measure].items()}
        for measure in task.measures
    }


@dataclass(frozen=True, slots=True)
class Against:
    """The trained encoder minus a baseline on one set: paired interval, randomisation p, Holm over the table."""

    difference: Estimate
    p: float
    p_holm: float

    @property
    def verdict(self) -> str:
        """``won``, ``lost`` or ``not told apart``: on which side of 0 the whole 95 % interval lies."""
        if self.difference.low is not None and self.difference.low > 0:
            return WON
        return LOST if self.difference.high is not None and self.difference.high < 0 else OPEN


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a set, a measure, each system's mean, and the trained encoder against each baseline."""

    name: str
    about: str
    real: bool
    measure: str
    documents: int
    systems: Mapping[str, Estimate]
    against: Mapping[str, Against]

    @property
    def queries(self) -> int:
        """How many queries count."""
        return self.systems[TRAINED].n

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain values."""
        return {
            "set": self.name, "about": self.about, "real": self.real, "measure": self.measure, "queries": self.queries,
            "documents": self.documents, "systems": {name: asdict(value) for name, value in self.systems.items()},
            "trained_minus": {name: {**asdict(a), "verdict": a.verdict} for name, a in self.against.items()},
        }  # fmt: skip


def table_of(sets: Sequence[RankingSet], found: Mapping[str, Mapping[str, Columns]]) -> list[Line]:
    """Compare ``found[system][set]`` query by query; Holm's correction is over the whole table."""
    rows: list[tuple[RankingSet, str, dict[str, Estimate], dict[str, list[float]]]] = []
    for one in sets:
        for column in found[TRAINED][one.name]:
            values = {system: _values(found[system][one.name][column]) for system in found}
            apart = {
                system: [values[TRAINED][query] - value for query, value in values[system].items()]
                for system in found
                if system != TRAINED
            }
            rows.append((one, column, {s: mean_interval(list(v.values())) for s, v in values.items()}, apart))
    raw = [paired_randomisation(differences) for *_, apart in rows for differences in apart.values()]
    adjusted = iter(zip(raw, holm(raw)))
    lines = []
    for one, column, systems, apart in rows:
        against = {system: Against(mean_interval(d), *next(adjusted)) for system, d in apart.items()}
        task, _, measure = column.rpartition(" ")
        name = one.name if task == one.name else f"{one.name}: {task}"
        ranked = len(one.held_out.candidates if task != "vacancies_for_candidate" else one.held_out.vacancies)
        lines.append(Line(name, one.about, one.real, measure, ranked, systems, against))
    return lines


def _values(column: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {query: float(values[0]) for query, values in column.items()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the model ships, and each reason against it."""

    ships: bool
    reasons: tuple[str, ...]


def judge(lines: Sequence[Line], rule: Rule) -> Verdict:
    """Apply the rule: on real text that was kept apart, better than every baseline, told by interval.

    It ships only if, by ``rule.measure``, the 95 % interval of its difference from each baseline lies above 0 on every
    real set of ``rule.enough`` queries or more, and lies below 0 on no real set at all: a smaller set can hardly tell a
    gain, so a tie there does not stop it, and a loss does. Synthetic sets never decide.

    Raises:
        InputError: no real set is large enough to decide.
    """
    deciding = [line for line in lines if line.real and line.measure == rule.measure]
    if not any(line.queries >= rule.enough for line in deciding):
        raise InputError(f"no real set has {rule.enough} queries: nothing can be decided")
    reasons = []
    for line in deciding:
        for baseline, against in line.against.items():
            if against.verdict == LOST or (against.verdict == OPEN and line.queries >= rule.enough):
                word = "worse than" if against.verdict == LOST else "not told apart from"
                reasons.append(f"{line.name} (n = {line.queries}): {word} {baseline}, {_said(against.difference)}")
    return Verdict(not reasons, tuple(reasons))


def _said(value: Estimate) -> str:
    return f"{value.mean:+.3f} [{value.low:+.3f}, {value.high:+.3f}]" if value.low is not None else f"{value.mean}"
