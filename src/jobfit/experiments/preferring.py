"""Preferences for a recipe: pairs from a model's top ranks, asked in both orders; alignment of a model with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.ranking import measure_vectors
from jobfit.experiments.rows import Row, Values
from jobfit.judged import Judged, Preference, Task, Texts
from jobfit.records import Document
from jobfit.runs import Qrels, Ranking, Run
from jobfit.training.annotation import Annotator, VoteLog, annotate, collect, draw_pairs
from jobfit.training.annotators import SimulatedAnnotator
from jobfit.training.data import TrainingSet
from jobfit.training.verdicts import decide, preferences_of, report_on

ALIGNMENT, TRUE_ALIGNMENT = "alignment with the judge", "alignment with the truth"


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """The simulated judge and how many pairs it is asked about (twice each: both orders).

    noise, position_bias: see :class:`jobfit.training.annotators.SimulatedAnnotator`; the published judge has 0.30.
    depth:                pairs are drawn from so many top ranks.
    """

    noise: float = 0.1
    position_bias: float = 0.3
    depth: int = 100
    per_vacancy: int = 5
    held_out_per_vacancy: int = 5


@dataclass(frozen=True, slots=True)
class JudgedPreferences:
    """Preferences and the report on the judge who gave them."""

    preferences: tuple[Preference, ...]
    report: Mapping[str, Any] = field(default_factory=dict)


def judge_of(data: ExperimentData, settings: JudgeSettings, seed: int) -> Annotator:
    """Return the judge simulated from the truth of the data.

    Raises:
        InputError: their truth is not known.
    """
    if data.truth is None:
        raise InputError("no truth is known for these data: name a language model to judge (--llm-url, --llm-model)")
    return SimulatedAnnotator(data.truth, settings.noise, settings.position_bias, seed, "the simulated market")


def ask(
    sides: tuple[Embeddings, Embeddings], texts: Texts, judge: Annotator, log: Path, how: tuple[int, int, int]
) -> JudgedPreferences:
    """Draw pairs from the top ranks of (vacancies, candidates) and ask in both orders; what differs is dropped.

    ``how`` is (depth, pairs a vacancy, seed). Votes are kept in ``log``: a second run asks nothing again.

    Raises:
        InputError: the judge agreed with itself on no pair.
    """
    depth, per_vacancy, seed = how
    vacancies, candidates = sides
    table = vacancies.vectors @ candidates.vectors.T
    rankings = {i: Ranking.from_scores(i, candidates.ids, row, depth) for i, row in zip(vacancies.ids, table)}
    pairs = draw_pairs(Run("current model", rankings), depth, per_vacancy, seed)
    with VoteLog(log, judge) as votes:
        failures = annotate(pairs, texts, judge, votes)
        collected = collect(pairs, texts, votes)
    verdicts = [decide(both) for both in collected]
    found = tuple(dict.fromkeys(preferences_of(verdicts)))
    if not found:
        raise InputError(f"the judge gave no usable preference on {len(pairs)} pairs (failures: {dict(failures)})")
    return JudgedPreferences(found, report_on(judge.name, collected, verdicts).to_json())


def with_preferences(data: TrainingSet, preferences: Sequence[Preference]) -> TrainingSet:
    """Return the training set with these preferences and no others."""
    return replace(data, preferences=tuple(preferences))


def agreement(vacancies: Embeddings, candidates: Embeddings, preferences: Sequence[Preference]) -> Values:
    """Return for each vacancy 1 where the preferred candidate scores higher, 1/2 for a tie, else 0, pair by pair.

    Alignment is the mean over all pairs; keeping them by vacancy lets an interval draw vacancies, because the pairs of
    one vacancy are not independent.
    """
    asked = {i: row for row, i in enumerate(vacancies.ids)}
    known = {i: row for row, i in enumerate(candidates.ids)}
    found: dict[str, list[float]] = {}
    for one in sorted(preferences):
        query = vacancies.vectors[asked[one.vacancy_id]].astype(np.float64)
        won, lost = (candidates.vectors[known[i]] for i in (one.preferred_id, one.rejected_id))
        gap = float(query @ won - query @ lost)
        found.setdefault(one.vacancy_id, []).append((np.sign(gap) + 1) / 2)
    return found


def truly(data: ExperimentData, preferences: Sequence[Preference]) -> tuple[Preference, ...]:
    """Return the same pairs as the truth has them; pairs of equal truth are left out. None where no truth is known."""
    if data.truth is None:
        return ()
    found = []
    for one in preferences:
        a, b = (data.truth(one.vacancy_id, i) for i in (one.preferred_id, one.rejected_id))
        if a != b:
            won, lost = (one.preferred_id, one.rejected_id) if a > b else (one.rejected_id, one.preferred_id)
            found.append(Preference(one.vacancy_id, won, lost))
    return tuple(found)


def measured_on(key: str, encoder: Encoder, data: TrainingSet, measures: tuple[str, ...]) -> Row:
    """Return alignment with the preferences of ``data`` and, where pairs are judged, retention over all candidates.

    Raises:
        InputError: the data hold no preference.
    """
    if not data.preferences:
        raise InputError("these data hold no preferences: alignment cannot be measured")
    vacancies = encoder.encode([Document(i, text) for i, text in data.vacancies.items()], "query")
    candidates = encoder.encode([Document(i, text) for i, text in data.candidates.items()], "document")
    columns = {ALIGNMENT: agreement(vacancies, candidates, data.preferences)}
    if data.positives:
        grades: dict[str, dict[str, int]] = {}
        for pair in (*data.positives, *data.rejects):
            grades.setdefault(pair.vacancy_id, {})[pair.candidate_id] = pair.grade
        task = Task("candidates_for_vacancy", "test", Qrels(grades), measures=measures)
        columns |= measure_vectors(candidates, vacancies, Judged(data.candidates, data.vacancies, (task,)))
    return Row(key, key, {0: columns})
