"""Watching for collapse: the spread of the scores, and how much better training vacancies are ranked than others."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from jobfit.ordering import tie_key
from jobfit.training.data import TrainingSet
from jobfit.training.loop.encoder import embed_texts
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.mining.negatives import Training, written
from jobfit.training.model import TrainableEncoder
from jobfit.training.validators import RankingValidator

_PROBED = 500  # texts of a side from which the spread of the scores is taken


@dataclass(frozen=True, slots=True)
class Alarms:
    """When a round is called collapsed.

    spread: the standard deviation of the cosines of all validation pairs fell below this share of the backbone's: the
            encoder calls everything alike.
    gap:    nDCG@10 on training vacancies minus that on validation is above this: it remembers rather than learns.
    fall:   the validation score fell by more than this from the round before.
    """

    spread: float = 0.5
    gap: float = 0.4
    fall: float = 0.05


@dataclass(frozen=True, slots=True)
class Probe:
    """What is watched: the spread of the scores, and nDCG@10 on training vacancies and on validation."""

    spread: float
    train: float
    validation: float

    @property
    def gap(self) -> float:
        """Train minus validation."""
        return self.train - self.validation


def probe(model: TrainableEncoder, training: Training) -> Probe:
    """Measure what alarms look at; as many training vacancies as validation has, chosen by a digest of their ids."""
    scored = [_score(model, data, training.loop) for data in (_alike(training.train, training), training.validation)]
    spread = _spread(model, training.validation, training.loop)
    return Probe(spread, scored[0], scored[1])


def alarms_of(now: Probe, base: Probe, before: Probe, limits: Alarms) -> tuple[str, ...]:
    """Return what went wrong, in sentences with the numbers; nothing where nothing did.

    >>> alarms_of(Probe(0.01, 0.9, 0.3), Probe(0.1, 0.3, 0.3), Probe(0.1, 0.5, 0.4), Alarms())[0]
    'collapse: the scores vary by 0.0100, the backbone by 0.1000'
    """
    found = []
    if now.spread < limits.spread * base.spread:
        found.append(f"collapse: the scores vary by {now.spread:.4f}, the backbone by {base.spread:.4f}")
    if now.gap > limits.gap:
        found.append(f"overfitting: nDCG@10 is {now.train:.3f} on train and {now.validation:.3f} on validation")
    if before.validation - now.validation > limits.fall:
        found.append(f"worse: validation fell from {before.validation:.3f} to {now.validation:.3f}")
    return tuple(found)


def _score(model: TrainableEncoder, data: TrainingSet, loop: TrainSettings) -> float:
    validator = RankingValidator(data)
    texts = validator.texts()
    vectors = embed_texts(model, texts, loop)
    row = {key: n for n, key in enumerate(vectors.ids)}
    return validator.measure(lambda keys: vectors.vectors[[row[key] for key in keys]]).score


def _spread(model: TrainableEncoder, data: TrainingSet, loop: TrainSettings) -> float:
    """The standard deviation of the cosines of up to 500 candidates with up to 500 vacancies."""
    sides = [dict(sorted(written(texts).items())[:_PROBED]) for texts in (data.candidates, data.vacancies)]
    candidates, vacancies = (embed_texts(model, side, loop).vectors for side in sides)
    return float(np.std(candidates.astype(np.float64) @ vacancies.T.astype(np.float64)))


def _alike(data: TrainingSet, training: Training) -> TrainingSet:
    """A part of the train set as large as validation, for measuring only."""
    wanted = len({pair.vacancy_id for pair in training.validation.positives})
    asked = sorted({pair.vacancy_id for pair in data.positives}, key=lambda i: tie_key("probe", i))
    kept = set(asked[: max(1, wanted)])
    positives, rejects = (tuple(p for p in pairs if p.vacancy_id in kept) for pairs in (data.positives, data.rejects))
    return replace(data, split="validation", preferences=(), positives=positives, rejects=rejects)
