"""The weights of the features and the calibration: read from a small data file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.taxonomy.linking.candidates import FEATURES

Kind = Literal["occupation", "skill"]
CALIBRATED_BY = ("score", "lead", "leads", *FEATURES)
_NUMBERS = ("bias", "threshold", "precision")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """How features become a score, a score a probability, and a probability a link.

    weights:   one per feature of :data:`~jobfit.taxonomy.linking.candidates.FEATURES`.
    slopes:    one per input of :data:`CALIBRATED_BY`; ``bias`` beside them.
    threshold: the smallest probability that is a link; below it there is *no match*.
    precision: the share of right links at ``threshold`` on the data that it was chosen on.
    """

    weights: Floats
    slopes: Floats
    bias: float
    threshold: float
    precision: float

    def scores(self, features: NDArray[np.float32]) -> Floats:
        return np.asarray(features @ self.weights, np.float64)

    def probabilities(self, scores: Floats, features: NDArray[np.float32]) -> Floats:
        """Return the probability that each of one mention's concepts is the right one (Platt 1999).

        ``scores`` and the rows of ``features`` belong to the best label of each concept of ONE mention.
        """
        z = calibration_inputs(scores, features) @ self.slopes + self.bias
        return np.asarray(1 / (1 + np.exp(-np.clip(z, -50, 50))), np.float64)


def calibration_inputs(scores: Floats, features: NDArray[np.float32]) -> Floats:
    """Return the inputs of :data:`CALIBRATED_BY`: (concepts, inputs).

    score: the raw score; lead: how far it is above the best *other* concept (at most 10 either way, and 10 for an only
    concept); leads: 1 where the lead is positive; then the features.
    """
    lead = np.full(len(scores), 10.0)
    if len(scores) > 1:
        second, best = np.partition(scores, -2)[-2:]
        lead = np.clip(scores - np.where(scores == best, second, best), -10.0, 10.0)
    return np.column_stack([scores, lead, lead > 0, features]).astype(np.float64)


def shipped(kind: Kind, language: str, dense: bool) -> Model:
    """Return the model that is shipped for a kind of concept, a language and with or without an encoder.

    language: ``fr``, ``en``, ``translated`` (a mention translated word by word); another language reads with ``en``.
    """
    models = _shipped()
    side = "dense" if dense else "lexical"
    for name in (f"{kind}/{language}/{side}", f"{kind}/{language}/lexical", f"{kind}/en/{side}"):
        if name in models:
            return from_json(models[name])
    raise InputError(f"no linking model is shipped for {kind!r}; choose occupation or skill")


def from_json(value: Mapping[str, Any]) -> Model:
    """Return a model from its plain form: weights and slopes by name; an input that is missing weighs 0.

    Raises:
        InputError: it names a feature that this version does not compute.
    """
    for field, names in (("weights", FEATURES), ("slopes", CALIBRATED_BY)):
        if unknown := set(value[field]) - set(names):
            raise InputError(f"the linking model weighs {sorted(unknown)}, which this version does not compute")
    weights = np.array([value["weights"].get(name, 0.0) for name in FEATURES])
    slopes = np.array([value["slopes"].get(name, 0.0) for name in CALIBRATED_BY])
    return Model(weights, slopes, *(float(value[name]) for name in _NUMBERS))


def to_json(model: Model) -> dict[str, Any]:
    """Return the plain form that :func:`from_json` reads, rounded to four digits."""
    return {
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, model.weights)},
        "slopes": {name: round(float(w), 4) for name, w in zip(CALIBRATED_BY, model.slopes)},
        **{name: round(getattr(model, name), 4) for name in _NUMBERS},
    }


@cache
def _shipped() -> dict[str, Any]:
    path = files("jobfit.taxonomy.linking").joinpath("data", "models.json")
    models: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["models"]
    return models
