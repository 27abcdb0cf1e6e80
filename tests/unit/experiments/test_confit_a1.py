"""Table A1: which texts each row is trained and tested on, and what is read again."""

from __future__ import annotations

import pytest

from jobfit.encoders.generated import HYPOTHETICAL_VACANCY, Generated
from jobfit.experiments import confit_a1 as module
from jobfit.experiments.accepted import CENTROID
from jobfit.experiments.confit_a1 import ENCODER, HUMAN, LABELS, RESUME2JOB, a1_rows
from jobfit.experiments.confit_v2 import ConfitSettings
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.row_cache import RowCache
from jobfit.judged import Judged, Task
from jobfit.runs import Qrels
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions

LOOP = TrainSettings(max_steps=1, batch_size=8, precision="f32", device="cpu", threads=1)


class Wanted:
    """A source whose vacancy for a resume is its first word."""

    name, kind = "a rule", HYPOTHETICAL_VACANCY

    def settings(self):
        return {}

    def write_all(self, texts):
        return (Generated(f"wanted: {text.split()[0]}", "-") for text in texts)


@pytest.fixture
def data(small_market):
    test = small_market(seed=5)
    people, openings = ({f"t-{i}": text for i, text in side.items()} for side in (test.candidates, test.vacancies))
    task = Task("candidates_for_vacancy", "test", Qrels({"t-train-v0": {"t-train-c0": 1}}), measures=("RR",))
    return ExperimentData("x", small_market(), small_market("validation"), Judged(people, openings, (task,)))


@pytest.fixture
def run(plain, one_thread, data, tmp_path):
    settings = ConfitSettings(str(plain), ModelOptions(max_tokens=32), LOOP)
    return lambda seeds=(1,), **options: a1_rows(
        data, settings, RowCache(tmp_path / "out", {}), seeds, Wanted(), **options
    )


def test_every_row_is_trained_and_tested_on_its_own_texts(run, data, monkeypatch):
    seen = {}
    real = module.measure_encoder

    def measured(model, held_out, loop):
        seen[len(seen)] = held_out
        return real(model, held_out, loop)

    monkeypatch.setattr(module, "measure_encoder", measured)
    rows = run()
    assert [row.key for row in rows] == [RESUME2JOB, HUMAN, ENCODER]
    turned, human, encoder = seen.values()
    assert turned.vacancies == data.held_out.vacancies
    i, text = next(iter(data.held_out.candidates.items()))
    assert turned.candidates[i] == f"{text}\n[An Example Vacancy]\nwanted: {text.split()[0]}"
    accepted = data.held_out.candidates["t-train-c0"]
    for part in (human, encoder):  # the only accepted one is both
        assert part.candidates == data.held_out.candidates
        changed = {i for i, text in part.vacancies.items() if text != data.held_out.vacancies[i]}
        assert changed == {"t-train-v0"} and part.vacancies["t-train-v0"].endswith(f"Resume]\n{accepted}")


def test_rows_are_read_again_and_without_training_only_those(run, tmp_path, monkeypatch):
    assert run(train=False) == ()
    rows = run()
    monkeypatch.setattr(module, "with_accepted", lambda *_: pytest.fail("everything is kept"))
    assert run() == rows
    both = run((1, 2), train=False)
    assert both == rows and all(row.seeds == (1,) for row in both)
    assert not [path for path in (tmp_path / "out/work").rglob("*") if path.is_file()]


def test_centroid_is_read_where_it_was_measured(run, tmp_path):
    columns = {"candidates_for_vacancy RR": {"t-train-v0": [1.0]}}
    RowCache(tmp_path / "out", {}).keep(CENTROID, 2, columns)
    (row,) = run((1, 2), train=False)
    assert (row.key, row.label, row.seeds) == (CENTROID, LABELS[CENTROID], (2,))
    assert "upper bound" in row.label
