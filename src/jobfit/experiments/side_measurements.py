"""What is measured of a row's model beside its ranking, kept under names of its own.

Models are dropped when their seed is done, so this is done while they are there. A row of an earlier run whose model is
gone is not trained again for it: its cells say *not measured*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jobfit.experiments.accepted import CENTROID, centroid_columns
from jobfit.experiments.classification import classified, classify_key, cosine_scores, why_not
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.group_shares import group_columns, groups_key, why_no_groups
from jobfit.experiments.rows import Columns, Row
from jobfit.experiments.trial import Trial
from jobfit.experiments.tuned_trees import TunedTrees, fit_boosted
from jobfit.training.loop.encoder import Encoder

Made = tuple[Columns, Mapping[str, Any]]
BOOSTED = "gbdt"
GROUPED = ("whole", "rum-1")  # ConFit* and + RUM, as in table 4


def measure_beside(trial: Trial, key: str, data: ExperimentData) -> None:
    """Keep what is missing beside row ``key`` where its model is at hand; ``data`` are those of the row."""
    wanted = _wanted(trial, key, data)
    missing = {name: make for name, make in wanted.items() if trial.cache.find(name, trial.seed) is None}
    model = trial.at_hand(key, data) if missing else None
    if model is None:
        return
    for name, make in missing.items():
        trial.on_step(f"{name}, seed {trial.seed}", 0, 1)
        trial.cache.keep(name, trial.seed, *make(model))


def _wanted(trial: Trial, key: str, data: ExperimentData) -> dict[str, Callable[[Encoder], Made]]:
    """What can be measured of this model, by the name that it is kept under."""
    loop = trial.backbone.loop
    found: dict[str, Callable[[Encoder], Made]] = {}
    if not why_not(data):
        found[classify_key(key)] = lambda model: classified(data, cosine_scores(model, loop))
    if key == "whole":
        found[CENTROID] = lambda model: centroid_columns(model, data, loop)
    if key in GROUPED and not why_no_groups(data):
        found[groups_key(key)] = lambda model: group_columns(model, data, loop)
    return found


def boosted_row(trial: Trial, data: ExperimentData) -> Row:
    """Return the row of TF-IDF with boosted trees, and keep its classification; fitted once, when either is missing."""
    fitted: list[TunedTrees] = []

    def model() -> TunedTrees:
        if not fitted:
            step = f"{BOOSTED}, seed {trial.seed}"
            fitted.append(
                fit_boosted(data.train, data.validation, trial.seed, lambda done, n: trial.on_step(step, done, n))
            )
        return fitted[0]

    def measured() -> Made:
        return model().measure(data.held_out), model().notes()

    row = trial.cache.row(BOOSTED, "TF-IDF + boosted trees", trial.seed, measured)
    if not why_not(data) and trial.cache.find(classify_key(BOOSTED), trial.seed) is None:
        trial.cache.keep(classify_key(BOOSTED), trial.seed, *classified(data, model().score_pairs))
    return row
