"""Rounds: what each is trained on, from what, and when it is called collapsed."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from jobfit.errors import InputError
from jobfit.training import rounds as module
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.mining.strategies import Random, TopK
from jobfit.training.model import ModelOptions
from jobfit.training.rounds import (
    Alarms,
    Negatives,
    Probe,
    RoundSettings,
    Training,
    alarms_of,
    mine_both,
    probe,
    run_rounds,
)
from jobfit.training.stages import Stage

BASE = Probe(0.10, 0.40, 0.40)
LOOP = TrainSettings(max_steps=2, batch_size=8, learning_rate=3e-3, precision="f32", device="cpu", threads=1)


@pytest.fixture
def training(plain, one_thread, small_market):
    return Training(str(plain), small_market(), small_market("validation"), ModelOptions(max_tokens=32), LOOP)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (Probe(0.09, 0.5, 0.45), []),
        (Probe(0.04, 0.5, 0.45), ["collapse"]),
        (Probe(0.09, 0.95, 0.45), ["overfitting"]),
        (Probe(0.09, 0.5, 0.30), ["worse"]),
        (Probe(0.01, 0.9, 0.10), ["collapse", "overfitting", "worse"]),
    ],
)
def test_alarms_go_off_for_what_went_wrong(now, words):
    found = alarms_of(now, BASE, BASE, Alarms())
    assert [sentence.split(":")[0] for sentence in found] == words


def test_alarm_limits_are_not_reached_by_equality():
    assert alarms_of(Probe(0.05, 0.4, 0.35), BASE, BASE, Alarms(spread=0.5, fall=0.0500001)) == ()


def test_union_keeps_the_older_first_and_none_twice():
    a, b = Negatives({"v": ("c1", "c2")}, {}), Negatives({"v": ("c2", "c3"), "w": ("c4",)}, {"c1": ("v",)})
    assert (a | b) == Negatives({"v": ("c1", "c2", "c3"), "w": ("c4",)}, {"c1": ("v",)})
    assert (a | b).count() == 5


def test_mined_negatives_are_never_positives(training):
    found = mine_both(
        training.load(), training, TopK(k=6), 0, None
    )  # an untrained encoder calls all texts near-duplicates
    known = training.train.positives_of_vacancies()
    assert set(found.candidates) == set(known) and all(found.candidates.values())
    assert not any(set(ids) & known[vacancy] for vacancy, ids in found.candidates.items())
    assert set(found.vacancies) == set(training.train.positives_of_candidates())


@pytest.fixture
def seen(monkeypatch):
    """What each round was trained on and from: (digest of the start, its negatives)."""
    found, real = [], module.fit

    def fit(model, *arguments, **options):
        found.append((model.digest(), options["hard_candidates"]))
        return real(model, *arguments, **options)

    monkeypatch.setattr(module, "fit", fit)
    return found


@pytest.mark.parametrize("mode", ["incremental", "combined"])
def test_every_round_starts_from_the_backbone_and_reads_its_negatives(training, tmp_path, seen, mode):
    settings = RoundSettings(2, mode, TopK(k=3), Random(k=2), near_duplicates=None)
    done = run_rounds(training, settings, tmp_path)
    assert [one.number for one in done] == [0, 1, 2]
    assert {start for start, _ in seen} == {training.load().digest()}
    lists = [hard for _, hard in seen]
    for before, now in pairwise(lists):
        older = {(key, i) for key, ids in before.items() for i in ids}
        kept = {(key, i) for key, ids in now.items() for i in ids}
        assert (older <= kept) == (mode == "combined")
    logged = [json.loads(line) for line in (tmp_path / "rounds.jsonl").read_text().splitlines()]
    assert [line["round"] for line in logged] == [0, 1, 2]
    assert all(line["gap"] == pytest.approx(line["train"] - line["validation"]) for line in logged)


def test_finished_rounds_are_read_again_and_more_can_follow(training, tmp_path, seen):
    settings = RoundSettings(1, "combined", TopK(k=3), Random(k=2), near_duplicates=None)
    first = run_rounds(training, settings, tmp_path)
    assert len(seen) == 2
    assert run_rounds(training, settings, tmp_path) == first and len(seen) == 2
    more = run_rounds(training, replace(settings, rounds=2), tmp_path)
    assert more[:2] == first and len(seen) == 3
    with pytest.raises(InputError, match="other data or settings"):
        run_rounds(training, replace(settings, mode="incremental"), tmp_path)


def test_an_alarm_can_end_the_rounds(training, tmp_path, seen):
    limits = Alarms(spread=1e9)  # any spread is called a collapse
    done = run_rounds(
        training, RoundSettings(3, strategy=TopK(k=3), alarms=limits, stop=True, near_duplicates=None), tmp_path
    )
    assert len(done) == 1 and done[0].alarms[0].startswith("collapse")


def test_probe_sees_an_encoder_that_calls_everything_alike(training):
    import torch

    model = training.load()
    before = probe(model, training).spread
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "embeddings.word" in name:
                value.zero_()
    assert probe(model, training).spread < 0.5 * before


def test_rounds_refuse_a_stage_without_pairs(training, tmp_path):
    with pytest.raises(InputError, match="contrastive"):
        run_rounds(replace(training, stage=Stage(method="sft")), RoundSettings(), tmp_path)
