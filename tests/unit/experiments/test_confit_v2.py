"""ConFit v2: which texts each row of table A1 is trained and tested on, what is measured of which model, and what is
read again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobfit.encoders.generated import HYPOTHETICAL_RESUME, HYPOTHETICAL_VACANCY, Generated
from jobfit.experiments import confit_v2 as module
from jobfit.experiments.confit_v2 import A1_LABELS, CENTROID, ENCODER, HUMAN, RESUME2JOB, ConfitSettings, ConfitV2
from jobfit.experiments.data import Attribute, ExperimentData
from jobfit.experiments.rows import Measured
from jobfit.experiments.trial import RowCache, Trial
from jobfit.judged import Judged, Pair, Task
from jobfit.runs import Qrels
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions
from jobfit.training.stages import MODEL

LOOP = TrainSettings(max_steps=1, batch_size=8, precision="f32", device="cpu", threads=1)


class FirstWord:
    """A source that writes the first word of a text."""

    name = "a rule"

    def __init__(self, kind):
        self.kind = kind

    def settings(self):
        return {}

    def write_all(self, texts):
        return (Generated(f"wanted: {text.split()[0]}", "-") for text in texts)


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
def paper(plain, one_thread, data):
    settings = ConfitSettings(str(plain), ModelOptions(max_tokens=32), LOOP)
    sources = FirstWord(HYPOTHETICAL_RESUME), FirstWord(HYPOTHETICAL_VACANCY)
    return lambda data=data, a1=True: ConfitV2(data, settings, *sources, a1=a1)


@pytest.fixture
def trial(paper, tmp_path):
    return lambda seed=1: Trial(RowCache(tmp_path / "out", {}), seed, (1, 2), paper().backbone)


def kept(trial):
    return sorted(path.name.partition(".")[0] for path in (trial.cache.folder / "rows").iterdir())


def test_every_row_of_table_a1_is_trained_and_tested_on_its_own_texts(paper, trial, data, monkeypatch):
    seen = []
    real = module.measure_encoder

    def measured(model, held_out, loop):
        seen.append(held_out)
        return real(model, held_out, loop)

    monkeypatch.setattr(module, "measure_encoder", measured)
    rows = list(paper()._table_a1(trial()))
    assert [row.key for row in rows] == [RESUME2JOB, HUMAN, ENCODER]
    turned, human, encoder = seen
    assert turned.vacancies == data.held_out.vacancies
    i, text = next(iter(data.held_out.candidates.items()))
    assert turned.candidates[i] == f"{text}\n[An Example Vacancy]\nwanted: {text.split()[0]}"
    accepted = data.held_out.candidates["t-train-c0"]
    for part in (human, encoder):  # the only accepted one is both
        assert part.candidates == data.held_out.candidates
        changed = {i for i, text in part.vacancies.items() if text != data.held_out.vacancies[i]}
        assert changed == {"t-train-v0"} and part.vacancies["t-train-v0"].endswith(f"Resume]\n{accepted}")


def test_rows_of_table_a1_are_read_again_and_without_training_only_those(paper, trial, monkeypatch):
    assert list(paper(a1=False)._table_a1(trial())) == []
    rows = list(paper()._table_a1(trial()))
    monkeypatch.setattr(module, "with_accepted", lambda *_: pytest.fail("everything is kept"))
    assert list(paper()._table_a1(trial())) == rows == list(paper(a1=False)._table_a1(trial()))
    assert list(paper(a1=False)._table_a1(trial(2))) == []
    assert not [path for path in trial().folder.rglob("*") if path.is_file()]


def test_centroid_is_read_where_it_was_measured(paper, trial):
    trial().cache.keep(CENTROID, 2, Measured({"candidates_for_vacancy RR": {"t-train-v0": [1.0]}}))
    (row,) = paper(a1=False)._table_a1(trial(2))
    assert (row.key, row.label, row.seeds) == (CENTROID, A1_LABELS[CENTROID], (2,))
    assert "upper bound" in row.label


def test_models_that_are_gone_are_not_trained_again(paper, trial, data):
    paper()._measure_more(trial(), "whole", data)
    assert kept(trial()) == [] and not trial().folder.exists()
    paper()._measure_more(trial(), "raw", data)
    assert kept(trial()) == ["classify-raw"]


def test_model_at_hand_is_measured_once(paper, trial, data, monkeypatch):
    trial().raw().save(trial().folder / "whole" / MODEL)
    paper()._measure_more(trial(), "whole", data)
    assert kept(trial()) == ["a1-centroid", "classify-whole", "groups-whole"]
    monkeypatch.setattr(Trial, "model", lambda *_: pytest.fail("nothing is missing"))
    paper()._measure_more(trial(), "whole", data)


def test_data_without_labels_or_groups_leave_the_centroid_alone(paper, trial, data):
    trial().raw().save(trial().folder / "whole" / MODEL)
    paper()._measure_more(trial(), "whole", replace(data, labelled=(), attribute=None))
    assert kept(trial()) == ["a1-centroid"]


def test_boosted_trees_are_fitted_once_for_row_and_classification(paper, trial, monkeypatch):
    monkeypatch.setattr("jobfit.experiments.tuned_trees.GRID", {"max_iter": (5,)})
    row = paper()._trees(trial())
    assert kept(trial()) == ["classify-gbdt", "gbdt"]
    notes = trial().cache.find("gbdt", 1).notes
    assert notes["chosen"] == {"max_iter": 5} and len(notes["tried"]) == 1
    monkeypatch.setattr(module, "fit_boosted", lambda *_: pytest.fail("nothing is missing"))
    assert paper()._trees(trial()) == row
