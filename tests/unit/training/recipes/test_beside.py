"""What is kept beside a row: while its model is at hand, and never by training again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobfit.runs import Qrels
from jobfit.judged import Pair
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions
from jobfit.training.recipes import beside as module
from jobfit.training.recipes.beside import boosted_row, measure_beside
from jobfit.training.recipes.data import Attribute, HeldOut, HeldOutTask, RecipeData
from jobfit.training.recipes.kept import Kept
from jobfit.training.recipes.workshop import Backbone, Workshop
from jobfit.training.stages import MODEL

LOOP = TrainSettings(max_steps=1, batch_size=8, precision="f32", device="cpu", threads=1)


@pytest.fixture
def data(small_market):
    validation, test = small_market("validation"), small_market(seed=5)
    rejects = tuple(Pair(f"validation-c{n}", f"validation-v{(n + 1) % 8}", 0) for n in range(12))
    people, openings = ({f"t-{i}": text for i, text in side.items()} for side in (test.candidates, test.vacancies))
    labelled = [Pair(f"t-train-c{n}", f"t-train-v{(n + n % 2) % 8}", int(n % 2 == 0)) for n in range(24)]
    task = HeldOutTask("candidates_for_vacancy", True, Qrels({"t-train-v0": {"t-train-c0": 1}}), ("RR",))
    groups = Attribute("sex", {i: ("male", "female")[n % 2] for n, i in enumerate(people)})
    part = HeldOut(people, openings, (task,))
    parts = small_market(), replace(validation, rejects=rejects)
    return RecipeData("x", *parts, part, labelled=tuple(labelled), attribute=groups)


@pytest.fixture
def shop(plain, one_thread, tmp_path):
    return Workshop(Backbone(str(plain), ModelOptions(max_tokens=32), LOOP), Kept(tmp_path / "out", {}), 1)


def kept(shop):
    return sorted(path.name.partition(".")[0] for path in (shop.kept.folder / "rows").iterdir())


def test_models_that_are_gone_are_not_trained_again(shop, data):
    measure_beside(shop, "whole", data)
    assert kept(shop) == [] and not shop.folder.exists()
    measure_beside(shop, "raw", data)
    assert kept(shop) == ["classify-raw"]


def test_model_at_hand_is_measured_once(shop, data, monkeypatch):
    shop.raw().save(shop.folder / "whole" / MODEL)
    measure_beside(shop, "whole", data)
    assert kept(shop) == ["a1-centroid", "classify-whole", "groups-whole"]
    monkeypatch.setattr(Workshop, "at_hand", lambda *_: pytest.fail("nothing is missing"))
    measure_beside(shop, "whole", data)


def test_data_without_labels_or_groups_leave_the_centroid_alone(shop, data):
    shop.raw().save(shop.folder / "whole" / MODEL)
    measure_beside(shop, "whole", replace(data, labelled=(), attribute=None))
    assert kept(shop) == ["a1-centroid"]


def test_boosted_trees_are_fitted_once_for_row_and_classification(shop, data, monkeypatch):
    monkeypatch.setattr("jobfit.training.recipes.boosted.GRID", {"max_iter": (5,)})
    row = boosted_row(shop, data)
    assert kept(shop) == ["classify-gbdt", "gbdt"]
    notes = shop.kept.find("gbdt", 1)["notes"]
    assert notes["chosen"] == {"max_iter": 5} and len(notes["tried"]) == 1
    monkeypatch.setattr(module, "fit_boosted", lambda *_: pytest.fail("nothing is missing"))
    assert boosted_row(shop, data) == row
