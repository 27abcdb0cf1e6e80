"""A cross-encoder from an encoder: its head, its folder, and what it learns from lists."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
import torch
from tests.unit.conftest import TRADES, WORDS

from jobfit.errors import InputError, ModelError
from jobfit.judged import Pair
from jobfit.records import Document
from jobfit.scorers.base import PersonJob
from jobfit.scorers.cross_encoder import load_cross_encoder
from jobfit.training.cross_encoder import TrainableCrossEncoder, calibrate
from jobfit.training.data import TrainingSet
from jobfit.training.loop.checkpoint import checkpoints
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.losses.ranking import ranking_loss
from jobfit.training.model import ModelOptions
from jobfit.training.objectives.pair_lists import PairListObjective, lists_with_negatives, pair_key
from jobfit.training.validators import PairListValidator

SOFTMAX = ranking_loss("softmax")


def listed(split="train", vacancies=32):
    """Vacancies of two trades with one who fits and three rejects each: only both texts together tell which."""
    dice = random.Random(split)
    people, openings, positives, rejects = {}, {}, [], []
    for v in range(vacancies):
        openings[f"{split}-v{v}"] = " ".join([TRADES[v % 2], *dice.choices(WORDS, k=1)])
        for c in range(4):
            person = f"{split}-c{v}-{c}"
            people[person] = " ".join([TRADES[(v + (c > 0)) % 2], *dice.choices(WORDS, k=1)])
            (rejects if c else positives).append(Pair(person, f"{split}-v{v}", int(c == 0)))
    return TrainingSet(people, openings, tuple(positives), tuple(rejects), split=split)


@pytest.fixture
def cross_encoder(plain, one_thread):
    return lambda **options: TrainableCrossEncoder.load(str(plain), ModelOptions(**{"max_tokens": 32} | options))


@pytest.fixture
def make_trainer(cross_encoder, tmp_path):
    def make(name="run", loss=SOFTMAX, on_progress=lambda done, total: None, **settings):
        data, other = listed(), listed("validation", 16)
        chosen = {"batch_size": 8, "learning_rate": 3e-3, "precision": "f32", "device": "cpu", "threads": 1} | settings
        return Trainer(
            cross_encoder(), PairListObjective(data, lists_with_negatives(data), loss, size=4), TrainSettings(**chosen),
            tmp_path / name, data_hash=data.hash, validator=PairListValidator(other, lists_with_negatives(other)),
            on_progress=on_progress,
        )  # fmt: skip

    return make


def test_fresh_head_is_drawn_from_the_seed_and_the_encoder_is_the_base(cross_encoder, plain):
    from safetensors.torch import load_file

    first, again, other = cross_encoder(), cross_encoder(), cross_encoder(seed=1)
    assert first.digest() == again.digest() != other.digest()
    base = load_file(plain / "model.safetensors")
    trained = dict(first.sentence[0].auto_model.bert.named_parameters())
    for name, value in base.items():
        torch.testing.assert_close(trained[name], value, rtol=0, atol=0)


def test_saved_folder_scores_as_training_did_and_as_sentence_transformers_does(cross_encoder, tmp_path):
    from sentence_transformers import CrossEncoder

    model = cross_encoder()
    pairs = {"a": ("nurse of a ward", "nurse"), "b": ("welder", "a truck driver " * 20), "c": ("cook", "soup")}
    tokens = model.tokenise(pairs)
    assert tokens.cut == {"b"}
    ours = model.embed([tokens.tokens[key] for key in pairs])[:, 0]
    model.save(tmp_path / "saved")
    theirs = CrossEncoder(str(tmp_path / "saved"), device="cpu", activation_fn=torch.nn.Identity())
    np.testing.assert_allclose(ours, theirs.predict(list(pairs.values())), atol=1e-5)
    scorer = load_cross_encoder(tmp_path / "saved", aggregate="first", precision="f32")
    documents = [PersonJob(Document("c", cv), Document("v", vacancy)) for vacancy, cv in pairs.values()]
    np.testing.assert_allclose(ours, scorer.score(documents), atol=1e-5)
    assert TrainableCrossEncoder.load(str(tmp_path / "saved")).digest() == model.digest()


def test_temperature_is_kept_in_the_folder(cross_encoder, tmp_path):
    cross_encoder().save(tmp_path / "saved")
    pair = [PersonJob(Document("c", "nurse"), Document("v", "nurse of a ward"))]
    [logit] = load_cross_encoder(tmp_path / "saved", precision="f32").score(pair)
    calibrate(tmp_path / "saved", 4.0)
    [probability] = load_cross_encoder(tmp_path / "saved", precision="f32", scale="probability").score(pair)
    assert probability == pytest.approx(1 / (1 + np.exp(-logit / 4)), abs=1e-6)
    assert json.loads((tmp_path / "saved" / "calibration.json").read_text()) == {"temperature": 4.0}
    with pytest.raises(ModelError, match="above 0"):
        calibrate(tmp_path / "saved", float("nan"))


@pytest.mark.parametrize(("loss", "settings"), [("bce", {"top": 1.0}), ("softmax", {}), ("lambdaloss@k", {"k": 2})])
def test_lists_teach_what_only_both_texts_together_tell(make_trainer, loss, settings):
    trained = make_trainer(loss=ranking_loss(loss, **settings), epochs=20, learning_rate=1e-3).run()
    first, best = trained.history[0][1], trained.best.score
    assert first < 0.8 and best > 0.93


def test_stopped_and_resumed_training_ends_in_the_same_bytes(make_trainer, monkeypatch):
    whole = make_trainer("whole", epochs=2, checkpoint_every=1, accumulate=2).run()

    def stop_after(steps):
        def note(done, total):
            if done == steps:
                raise RuntimeError("killed")

        return note

    for steps in (1, 3):
        with pytest.raises(RuntimeError, match="killed"):
            make_trainer("cut", epochs=2, checkpoint_every=1, accumulate=2, on_progress=stop_after(steps)).run()
    assert checkpoints(make_trainer("cut").folder / "checkpoints")
    resumed = make_trainer("cut", epochs=2, checkpoint_every=1, accumulate=2).run()
    assert resumed.sha256 == whole.sha256 and resumed.history == whole.history


def test_recomputed_gradient_is_the_same(make_trainer):
    plainly, recomputed = (make_trainer(name, max_steps=2, grad_cache=name == "b").run() for name in ("a", "b"))
    assert plainly.history[-1][1] == pytest.approx(recomputed.history[-1][1])


def test_graded_lists_hold_positives_rejects_and_what_was_mined():
    texts = {f"c{i}": "nurse" for i in range(6)}
    data = TrainingSet(
        texts, {"v1": "ward", "v2": "ship", "v3": "kitchen"},
        (Pair("c0", "v1", 2), Pair("c1", "v1", 1), Pair("c0", "v2", 1)), (Pair("c2", "v1", 0), Pair("c3", "v3", 0)),
    )  # fmt: skip
    assert lists_with_negatives(data) == {"v1": {"c0": 2, "c1": 1, "c2": 0}}
    mined = {"v1": ["c1", "c4"], "v2": ["c5"], "v3": ["c0"]}
    assert lists_with_negatives(data, mined) == {
        "v1": {"c0": 2, "c1": 1, "c2": 0, "c4": 0},
        "v2": {"c0": 1, "c5": 0},
    }
    with pytest.raises(InputError, match="1 mined candidates have no text in the data: 'c9'"):
        lists_with_negatives(data, {"v1": ["c9"]})
    with pytest.raises(InputError, match="different grades"):
        lists_with_negatives(TrainingSet(texts, {"v1": "ward"}, (Pair("c0", "v1", 2), Pair("c1", "v1", 2))))


def test_batch_draws_half_positives_and_never_more_than_its_size():
    data = TrainingSet({f"c{i}": "nurse" for i in range(30)}, {"v": "ward", "w": "ship"}, (Pair("c0", "v"),))
    many = {f"c{i}": grade for i, grade in enumerate((3, 2, 1, 1, 1, 1) + (0,) * 24)}
    few = {f"c{i}": int(i < 6) for i in range(7)}
    objective = PairListObjective(data, {"v": many, "w": few}, ranking_loss("bce"), size=4)
    seen = set()
    for seed in range(40):
        batch = objective.batch(np.array([0, 1]), np.random.default_rng(seed))
        one, other = batch.grades
        assert len(one) == len(other) == 4
        assert sum(grade > 0 for grade in one) == 2 and sum(grade > 0 for grade in other) == 3
        assert dict(zip(batch.candidates[0], one, strict=True)).items() <= many.items()
        seen |= set(batch.candidates[0])
    assert len(seen) > 20
    assert len({pair_key("a", "bc"), pair_key("ab", "c")}) == 2


def test_bad_input_is_named(cross_encoder, plain, tmp_path):
    data = listed()
    lists = lists_with_negatives(data)
    with pytest.raises(InputError, match="one list and two candidates are needed"):
        PairListObjective(data, lists, ranking_loss("bce"), size=1)
    with pytest.raises(InputError, match="1 ids of the lists have no text in the data: 'nobody'"):
        PairListObjective(data, {"train-v0": {"nobody": 1, "train-c0-0": 0}}, ranking_loss("bce"))
    with pytest.raises(InputError, match="validation set, never on one of 'train'"):
        PairListValidator(data, lists)
    with pytest.raises(ModelError, match="no pooling and no prompt"):
        cross_encoder(pooling="mean")
    with pytest.raises(ModelError, match="nothing"):
        TrainableCrossEncoder.load(str(tmp_path / "nothing"))
