"""What is kept beside a row: while its model is at hand, and never by training again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobfit.experiments import side_measurements as module
from jobfit.experiments.data import Attribute, ExperimentData
from jobfit.experiments.row_cache import RowCache
from jobfit.experiments.side_measurements import boosted_row, measure_beside
from jobfit.experiments.trial import Backbone, Trial
from jobfit.judged import Judged, Pair, Task
from jobfit.runs import Qrels
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions
from jobfit.training.stages import MODEL

LOOP = TrainSettings(max_steps=1, batch_size=8, precision="f32", device="cpu", threads=1)


@pytest.fixture
def data(small_market):
    validation, test = small_market("validation"), small_market(seed=5)
    rejects = tuple(Pair(f"validation-c{n}", f"validation-v{(n + 1) % 8}", 0) for n in range(12))
    people, openings = ({f"t-{i}": text for i, text in side.items()} for side in (test.candidates, test.vacancies))
    labelled = [Pair(f"t-train-c{n}", f"t-train-v{(n + n % 2) % 8}", int(n % 2 == 0)) for n in range(24)]
    task = Task("candidates_for_vacancy", "test", Qrels({"t-train-v0": {"t-train-c0": 1}}), measures=("RR",))
    groups = Attribute("sex", {i: ("male", "female")[n % 2] for n, i in enumerate(people)})
    part = Judged(people, openings, (task,))
    parts = small_market(), replace(validation, rejects=rejects)
    return ExperimentData("x", *parts, part, labelled=tuple(labelled), attribute=groups)


@pytest.fixture
def trial(plain, one_thread, tmp_path):
    return Trial(Backbone(str(plain), ModelOptions(max_tokens=32), LOOP), RowCache(tmp_path / "out", {}), 1)


def kept(trial):
    return sorted(path.name.partition(".")[0] for path in (trial.cache.folder / "rows").iterdir())


def test_models_that_are_gone_are_not_trained_again(trial, data):
    measure_beside(trial, "whole", data)
    assert kept(trial) == [] and not trial.folder.exists()
    measure_beside(trial, "raw", data)
    assert kept(trial) == ["classify-raw"]


def test_model_at_hand_is_measured_once(trial, data, monkeypatch):
    trial.raw().save(trial.folder / "whole" / MODEL)
    measure_beside(trial, "whole", data)
    assert kept(trial) == ["a1-centroid", "classify-whole", "groups-whole"]
    monkeypatch.setattr(Trial, "at_hand", lambda *_: pytest.fail("nothing is missing"))
    measure_beside(trial, "whole", data)


def test_data_without_labels_or_groups_leave_the_centroid_alone(trial, data):
    trial.raw().save(trial.folder / "whole" / MODEL)
    measure_beside(trial, "whole", replace(data, labelled=(), attribute=None))
    assert kept(trial) == ["a1-centroid"]


def test_boosted_trees_are_fitted_once_for_row_and_classification(trial, data, monkeypatch):
    monkeypatch.setattr("jobfit.experiments.tuned_trees.GRID", {"max_iter": (5,)})
    row = boosted_row(trial, data)
    assert kept(trial) == ["classify-gbdt", "gbdt"]
    notes = trial.cache.find("gbdt", 1)["notes"]
    assert notes["chosen"] == {"max_iter": 5} and len(notes["tried"]) == 1
    monkeypatch.setattr(module, "fit_boosted", lambda *_: pytest.fail("nothing is missing"))
    assert boosted_row(trial, data) == row
