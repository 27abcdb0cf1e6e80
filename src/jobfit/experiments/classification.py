"""Accepted or turned down: a row's model as a classifier of the held-out log (ConFit v1 and v2).

The score of a pair is (cos + 1) / 2, of the boosted trees their probability. The threshold is the one that maximises
the weighted F1 on validation pairs; the held-out pairs never choose it. Measured are weighted F1, ROC-AUC, and
precision and recall of class 1. What a row keeps are scores and labels by vacancy and the threshold, so that the table
can be drawn again from what lies in ``rows/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jobfit.evaluation.classification import Threshold, baselines, choose_threshold, resampler
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.evaluation.statistics import Estimate, resampled_counts
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.experiment import Results
from jobfit.experiments.report import NOT_MEASURED, Cell, Table
from jobfit.experiments.rows import Measured
from jobfit.judged import Pair
from jobfit.training.loop.encoder import Encoder, embed_texts
from jobfit.training.loop.settings import TrainSettings

Floats = NDArray[np.float64]
ScorePairs = Callable[[Mapping[str, str], Mapping[str, str], Sequence[Pair]], Floats]
"""Scores of pairs, given the texts of their candidates and of their vacancies."""
SCORE, LABEL = "score", "label"
MEASURES = {
    "f1_weighted": "weighted F1",
    "roc_auc": "ROC-AUC",
    "precision": "precision of class 1",
    "recall": "recall of class 1",
}
_CONSTANT = {"always_positive": "all accepted", "prior": "at random, as often as labelled"}


def classify_key(key: str) -> str:
    return f"classify-{key}"


def why_no_classification(data: ExperimentData) -> str:
    """Return why nothing can be classified on these data, or the empty text."""
    if not data.labelled:
        return "no accepted and turned-down pairs are held out"
    sides = {
        "held-out": {pair.grade for pair in data.labelled},
        "validation": {int(bool(p.grade)) for p in (*data.validation.positives, *data.validation.rejects)},
    }
    lacking = [name for name, grades in sides.items() if len(grades) < 2]
    return f"the {' and '.join(lacking)} pairs have one class only" if lacking else ""


def cosine_scores(model: Encoder, loop: TrainSettings) -> ScorePairs:
    def scores(candidates: Mapping[str, str], vacancies: Mapping[str, str], pairs: Sequence[Pair]) -> Floats:
        people = embed_texts(model, {i: candidates[i] for i in dict.fromkeys(p.candidate_id for p in pairs)}, loop)
        asked = embed_texts(model, {i: vacancies[i] for i in dict.fromkeys(p.vacancy_id for p in pairs)}, loop)
        left = dict(zip(people.ids, people.vectors.astype(np.float64)))
        right = dict(zip(asked.ids, asked.vectors.astype(np.float64)))
        return np.array([(1 + left[p.candidate_id] @ right[p.vacancy_id]) / 2 for p in pairs])

    return scores


def classified(data: ExperimentData, score: ScorePairs) -> Measured:
    """Return scores and labels of the held-out pairs by vacancy, and the threshold with where it comes from."""
    part = data.validation
    chosen_on = (*part.positives, *part.rejects)
    validation = _scored(chosen_on, score(part.candidates, part.vacancies, chosen_on))
    threshold = choose_threshold(validation, "f1_weighted")
    tested = sorted(data.labelled, key=lambda pair: (pair.vacancy_id, pair.candidate_id))
    found = _scored(tested, score(data.held_out.candidates, data.held_out.vacancies, tested))
    threshold.refuse_reuse(found)
    columns: dict[str, dict[str, list[float]]] = {SCORE: {}, LABEL: {}}
    for pair, value in zip(tested, found.scores.tolist(), strict=True):
        columns[SCORE].setdefault(pair.vacancy_id, []).append(value)
        columns[LABEL].setdefault(pair.vacancy_id, []).append(float(pair.grade))
    notes = {
        "threshold": threshold.value,
        "criterion": threshold.criterion,
        "reached_on_validation": threshold.reached,
        "validation_pairs": len(validation),
        "order": "the pairs of a vacancy by candidate id",
    }
    return Measured(columns, notes)


def _scored(pairs: Sequence[Pair], scores: Floats) -> ScoredPairs:
    ids = [(pair.vacancy_id, pair.candidate_id) for pair in pairs]
    return ScoredPairs.of(ids, [int(pair.grade > 0) for pair in pairs], scores)


def read_again(row: Measured) -> tuple[ScoredPairs, Threshold]:
    """Return the pairs and the threshold of a kept row; candidates are numbered within their vacancy."""
    columns, notes = row.columns, row.notes
    ids = [(vacancy, str(n)) for vacancy, values in columns[SCORE].items() for n in range(len(values))]
    labels, scores = (
        [value for vacancy in columns[SCORE] for value in columns[name][vacancy]] for name in (LABEL, SCORE)
    )
    threshold = Threshold(notes["threshold"], notes["criterion"], notes["reached_on_validation"])
    return ScoredPairs.of(ids, [int(label) for label in labels], scores), threshold


def estimates(
    seeds: Sequence[tuple[ScoredPairs, Threshold]], measures: Iterable[str] = MEASURES
) -> dict[str, Estimate]:
    """Return each measure's mean over seeds; its 95 % interval draws vacancies and seeds again, crossed (2,000 times).

    All seeds hold the same pairs. A measure that is undefined in a seed (precision where nothing is said to be
    positive) has no value. One seed, or one vacancy: as in :func:`jobfit.experiments.rows.crossed_interval`.
    """
    test = seeds[0][0]
    measured = [resampler(pairs, pairs.scores >= threshold.value) for pairs, threshold in seeds]
    of_seeds = np.random.default_rng([0, 1])
    drawn: dict[str, list[Floats]] = {name: [] for name in measures}
    for weights in resampled_counts(test.queries, len(test), 0) if test.queries > 1 else ():
        chosen = of_seeds.multinomial(len(seeds), np.full(len(seeds), 1 / len(seeds)), size=len(weights)) / len(seeds)
        found = [one(weights) for one in measured]
        for name in drawn:
            drawn[name].append((chosen * np.stack([values[name] for values in found], axis=1)).sum(axis=1))
    whole = [one(np.ones((1, test.queries))) for one in measured]
    return {
        name: _estimate(float(np.mean([values[name][0] for values in whole])), drawn[name], len(test)) for name in drawn
    }


def _estimate(mean: float, drawn: Sequence[Floats], n: int) -> Estimate:
    if np.isnan(mean):
        return Estimate(None, None, None, n)
    values = np.concatenate([np.empty(0), *drawn])
    values = values[~np.isnan(values)]
    if not values.size:
        return Estimate(mean, None, None, n)
    low, high = np.quantile(values, (0.025, 0.975))
    return Estimate(mean, float(low), float(high), n)


def classification_table(results: Results, keys: Sequence[str], reason: str) -> Table:
    said = (
        "Accepted against turned down in the held-out log: score (cos + 1) / 2, threshold by weighted F1 on validation "
        "pairs alone. Intervals draw vacancies and seeds again."
    )
    if reason:
        said = f"{NOT_MEASURED.capitalize()}: {reason}."
    measured = {
        key: [(seed, read_again(kept)) for seed, kept in results.kept(classify_key(key)).items()] for key in keys
    }
    rows: list[tuple[str, tuple[Cell, ...]]] = []
    if first := next((found[0][1][0] for found in measured.values() if found), None):
        said += f" {len(first):,} pairs of {first.queries} vacancies, {first.prevalence:.0%} accepted."
        rows += _constants(first)
    rows += [_row(results.labels[key], found, results.seeds) for key, found in measured.items()]
    return Table("Classification", said, (*MEASURES.values(), "threshold"), tuple(rows))


def _row(
    label: str, found: Sequence[tuple[int, tuple[ScoredPairs, Threshold]]], seeds: Sequence[int]
) -> tuple[str, tuple[Cell, ...]]:
    """One row; where some seeds' models were gone, its label names the seeds that count."""
    if not found:
        return label, (NOT_MEASURED,) * (len(MEASURES) + 1)
    values = estimates([read for _, read in found])
    threshold = np.mean([chosen.value for _, (_, chosen) in found])
    some = "" if len(found) == len(seeds) else f" (seeds {', '.join(str(seed) for seed, _ in found)} alone)"
    return f"{label}{some}", (*(values[name] for name in MEASURES), f"{threshold:.3f}")


def _constants(test: ScoredPairs) -> list[tuple[str, tuple[Cell, ...]]]:
    """What deciding without looking scores on the same pairs."""
    found, n = baselines(test), len(test)
    return [
        (label, (*(Estimate(found[name][measure], None, None, n) for measure in MEASURES), ""))
        for name, label in _CONSTANT.items()
    ]
