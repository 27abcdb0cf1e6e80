"""What is measured of a row's model beside its ranking, kept under names of its own.

Models are dropped when their seed is done, so this is done while they are there. A row of an earlier run whose model is
gone is not trained again for it: its cells say *not measured*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jobfit.training.loop.encoder import Encoder
from jobfit.training.recipes.accepted import CENTROID, centroid_columns
from jobfit.training.recipes.boosted import Boosted, fit_boosted
from jobfit.training.recipes.classifying import classified, classify_key, cosine_scores, why_not
from jobfit.training.recipes.columns import Columns, Row
from jobfit.training.recipes.data import RecipeData
from jobfit.training.recipes.group_shares import group_columns, groups_key, why_no_groups
from jobfit.training.recipes.workshop import Workshop

Made = tuple[Columns, Mapping[str, Any]]
BOOSTED = "gbdt"
GROUPED = ("whole", "rum-1")  # ConFit* and + RUM, as in table 4


def measure_beside(shop: Workshop, key: str, data: RecipeData) -> None:
    """Keep what is missing beside row ``key`` where its model is at hand; ``data`` are those of the row."""
    wanted = _wanted(shop, key, data)
    missing = {name: make for name, make in wanted.items() if shop.kept.find(name, shop.seed) is None}
    model = shop.at_hand(key, data) if missing else None
    if model is None:
        return
    for name, make in missing.items():
        shop.on_step(f"{name}, seed {shop.seed}", 0, 1)
        shop.kept.keep(name, shop.seed, *make(model))


def _wanted(shop: Workshop, key: str, data: RecipeData) -> dict[str, Callable[[Encoder], Made]]:
    """What can be measured of this model, by the name that it is kept under."""
    loop = shop.backbone.loop
    found: dict[str, Callable[[Encoder], Made]] = {}
    if not why_not(data):
        found[classify_key(key)] = lambda model: classified(data, cosine_scores(model, loop))
    if key == "whole":
        found[CENTROID] = lambda model: centroid_columns(model, data, loop)
    if key in GROUPED and not why_no_groups(data):
        found[groups_key(key)] = lambda model: group_columns(model, data, loop)
    return found


def boosted_row(shop: Workshop, data: RecipeData) -> Row:
    """Return the row of TF-IDF with boosted trees, and keep its classification; fitted once, when either is missing."""
    fitted: list[Boosted] = []

    def model() -> Boosted:
        if not fitted:
            step = f"{BOOSTED}, seed {shop.seed}"
            fitted.append(
                fit_boosted(data.train, data.validation, shop.seed, lambda done, n: shop.on_step(step, done, n))
            )
        return fitted[0]

    def measured() -> Made:
        return model().measure(data.held_out), model().notes()

    row = shop.kept.row(BOOSTED, "TF-IDF + boosted trees", shop.seed, measured)
    if not why_not(data) and shop.kept.find(classify_key(BOOSTED), shop.seed) is None:
        shop.kept.keep(classify_key(BOOSTED), shop.seed, *classified(data, model().score_pairs))
    return row
