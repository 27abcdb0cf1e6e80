"""The pair classifier's objective: which pairs it sees, what it gives a second term, and that it learns."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
import torch

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, UnknownIdError
from jobfit.judged import Pair
from jobfit.scorers.pair_head import HeadSettings, PairHead
from jobfit.training.data import TrainingSet
from jobfit.training.frozen import FrozenEncoder
from jobfit.training.loop.objective import candidate_key, vacancy_key
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.objectives.pair_classifier import PairLoss, pair_objective
from jobfit.training.objectives.scored import UNJUDGED
from jobfit.training.validators import PairValidator

KINDS = ("binary", "three-class", "ordinal")


@pytest.fixture
def labelled(small_market):
    """A market whose people of another trade were rejected, and some of their own are in the talent pool."""

    def make(split="train", **sizes):
        data = small_market(split, **sizes)
        others = [(c, v) for c in data.candidates for v in data.vacancies]
        own = {pair[:2] for pair in data.positives}
        rejects = [Pair(*pair, 0) for pair in others if pair not in own][::3]
        return replace(data, positives=data.positives[::2], pool=data.positives[1::2], rejects=tuple(rejects))

    return make


@pytest.fixture
def vectors():
    """Random unit rows with a gradient, by key."""
    rows = {}

    def of(keys):
        for key in keys:
            if key not in rows:
                generator = torch.Generator().manual_seed(sum(key.encode()))
                rows[key] = torch.nn.functional.normalize(torch.randn(8, generator=generator), dim=0).requires_grad_()
        return torch.stack([rows[key] for key in keys])

    return of


def everything(objective):
    return objective.batch(np.arange(len(objective)), np.random.default_rng(0))


@pytest.mark.parametrize("kind", [*KINDS, "distance"])
def test_scored_pairs_are_those_of_the_loss_and_of_what_ranks(labelled, vectors, kind):
    data, head = labelled(), PairHead(8, HeadSettings(kind))
    objective = pair_objective(data, head)
    batch = everything(objective)
    loss, scored = objective.scored(vectors, batch)
    hired = {pair[:2] for pair in data.positives}
    pooled = {pair[:2] for pair in data.pool}
    three = kind in ("three-class", "ordinal")
    assert len(objective) == len(data.positives) + len(data.rejects) + (len(data.pool) if three else 0)
    for candidate, vacancy, label in zip(scored.candidates, scored.vacancies, scored.labels.tolist()):
        pair = (candidate, vacancy)
        assert label == (1 if pair in hired else UNJUDGED if pair in pooled else 0)
    candidates, vacancies = batch.keys
    assert torch.equal(scored.logits, head.logits(head(vectors(candidates), vectors(vacancies))))
    assert torch.equal(objective.loss(vectors, batch), loss) and loss.requires_grad
    ids, labels = objective.examples()
    assert (ids, labels) == ([*scored.candidates], scored.labels.tolist())


def test_binary_loss_weighs_hired_pairs_as_asked(labelled, vectors):
    data = labelled()
    values = []
    for weight in (1.0, 3.0, 0.0):
        objective = pair_objective(data, PairHead(8), PairLoss(positive_weight=weight))
        objective.head.start_at([1, 1])
        values.append(objective.loss(vectors, everything(objective)).item())
    parts = []
    objective = pair_objective(data, PairHead(8))
    objective.head.start_at([1, 1])
    for side in (True, False):
        batch = everything(objective)
        kept = batch.hired == side
        _, scored = objective.scored(vectors, batch)
        signed = scored.logits[torch.from_numpy(kept)] * (1 if side else -1)
        parts.append(-torch.nn.functional.logsigmoid(signed).sum().item())
    n, balanced = len(data.positives) + len(data.rejects), len(data.rejects) / len(data.positives)
    expected = [(weight * parts[0] + parts[1]) / n for weight in (1.0, 3.0, balanced)]
    assert values == pytest.approx(expected, rel=1e-5)


def test_triplets_are_of_one_vacancy_and_the_second_ended_worse(labelled, vectors):
    objective = pair_objective(labelled(), PairHead(8, HeadSettings("distance")), PairLoss(distance="triplet"))
    batch = everything(objective)
    half = len(batch.classes) // 2
    assert batch.vacancies[:half] == batch.vacancies[half:]
    assert (batch.classes[:half] > batch.classes[half:]).all() and set(batch.classes.tolist()) == {0, 1, 2}
    by_hand = []
    for i in range(half):
        anchor, better, worse = vectors(
            [vacancy_key(batch.vacancies[i]), *(candidate_key(batch.candidates[j]) for j in (i, i + half))]
        )
        margin = (batch.classes[i] - batch.classes[i + half]) / 2
        by_hand.append(max(0.0, ((anchor - better).norm() - (anchor - worse).norm() + margin).item()))
    assert objective.loss(vectors, batch).item() == pytest.approx(np.mean(by_hand), rel=1e-5)


def test_unlabelled_pairs_are_learnt_as_rejected_only_where_asked(labelled):
    data = labelled()
    asked = pair_objective(data, PairHead(8), PairLoss(unlabelled=2, seed=4))
    judged = {pair[:2] for pair in (*data.positives, *data.rejects, *data.pool)}
    batch = everything(asked)
    drawn = [
        label for *pair, label in zip(batch.candidates, batch.vacancies, batch.classes) if tuple(pair) not in judged
    ]
    assert 0 < len(drawn) <= 2 * len(data.positives) and set(drawn) == {0}
    assert len(asked) == len(pair_objective(data, PairHead(8))) + len(drawn)


@pytest.mark.parametrize("kind", [*KINDS, "distance"])
def test_one_class_only_is_refused_by_name(small_market, kind):
    with pytest.raises(InputError, match=r"no pair is rejected \(0 rejected"):
        pair_objective(small_market(), PairHead(8, HeadSettings(kind)))


def test_ordinal_without_a_talent_pool_is_refused(labelled):
    with pytest.raises(InputError, match="no pair is talent_pool"):
        pair_objective(replace(labelled(), pool=()), PairHead(8, HeadSettings("ordinal")))


def test_triplets_where_every_vacancy_ended_alike_are_refused():
    people, openings = {"c": "nurse", "d": "cook"}, {"v": "ward", "w": "kitchen"}
    data = TrainingSet(people, openings, (Pair("c", "v"),), (Pair("d", "w", 0),))
    with pytest.raises(InputError, match="no vacancy has two candidates that ended differently"):
        pair_objective(data, PairHead(8, HeadSettings("distance")), PairLoss(distance="triplet"))


def embedded(data, encoder):
    """What an encoder gives, as fixed vectors."""
    sides = []
    for texts in (data.candidates, data.vacancies):
        tokens = encoder.tokenise(texts).tokens
        sides.append(Embeddings(tuple(texts), encoder.embed([tokens[i] for i in texts]), "tiny"))
    return sides


def frozen_of(encoder, *parts):
    sides = [embedded(part, encoder) for part in parts]
    both = [
        Embeddings(tuple(i for one in some for i in one.ids), np.concatenate([one.vectors for one in some]), "tiny")
        for some in zip(*sides)
    ]
    return FrozenEncoder(*both)


def trained(model, train, validation, head, folder, **more):
    objective = pair_objective(train, head, more.pop("loss", PairLoss()), train_encoder=more.pop("train_encoder", True))
    settings = {"epochs": 12, "batch_size": 16, "learning_rate": 2e-2, "precision": "f32", "device": "cpu"} | more
    return Trainer(
        model, objective, TrainSettings(**settings, threads=1), folder, data_hash=train.hash,
        validator=PairValidator(validation, head),
    ).run()  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_head_on_frozen_vectors_learns_who_was_hired(labelled, encoder, tmp_path, kind):
    train, validation = labelled(candidates=48), labelled("validation")
    model = frozen_of(encoder(), train, validation)
    head = PairHead(model.dimension, HeadSettings(kind, hidden=16))
    done = trained(model, train, validation, head, tmp_path / kind)
    share = len(validation.positives) / (len(validation.positives) + len(validation.rejects))
    assert done.best.score > 2 * share > done.history[0][1]


def test_frozen_training_killed_and_resumed_ends_in_the_same_bytes(labelled, encoder, tmp_path):
    train, validation = labelled(), labelled("validation")

    def run(name, **options):
        model = frozen_of(encoder(), train, validation)
        objective = pair_objective(train, PairHead(model.dimension, HeadSettings("ordinal", hidden=4, dropout=0.2)))
        settings = TrainSettings(epochs=2, batch_size=8, checkpoint_every=2, precision="f32", device="cpu", threads=1)
        return Trainer(model, objective, settings, tmp_path / name, data_hash=train.hash, **options).run()

    whole = run("whole")
    child = os.fork()
    if child == 0:
        run("killed", on_progress=lambda done, total: done == 5 and os._exit(9))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert run("killed").sha256 == whole.sha256


def test_encoder_is_moved_only_where_it_is_trained(labelled, encoder, tmp_path):
    train = labelled()
    for name, moves in (("joint", True), ("alone", False)):
        model = encoder()
        before, head = model.digest(), PairHead(model.dimension)
        objective = pair_objective(train, head, train_encoder=moves)
        settings = TrainSettings(batch_size=16, learning_rate=1e-3, precision="f32", device="cpu", threads=1)
        first = head.layers[0].weight.clone()
        Trainer(model, objective, settings, tmp_path / name, data_hash=train.hash).run()
        assert (model.digest() != before) == moves and not torch.equal(head.layers[0].weight, first)


@pytest.mark.parametrize("distance", ["contrastive", "triplet"])
def test_distance_trains_the_encoder(labelled, encoder, tmp_path, distance):
    train, validation = labelled(candidates=48), labelled("validation")
    model = encoder()
    head = PairHead(model.dimension, HeadSettings("distance"))
    loss = PairLoss(distance=distance, margin=0.6)
    done = trained(model, train, validation, head, tmp_path / distance, loss=loss, epochs=4, learning_rate=3e-3)
    assert done.best.score > done.history[0][1]


def test_frozen_vectors_of_unknown_ids_and_of_two_models_are_refused(labelled, encoder):
    data = labelled()
    candidates, vacancies = embedded(data, encoder())
    with pytest.raises(UnknownIdError, match="1 of 1 texts have no vector: 'c:nobody'"):
        FrozenEncoder(candidates, vacancies).tokenise({"c:nobody": "text"})
    with pytest.raises(InputError, match="use one"):
        FrozenEncoder(candidates, replace(vacancies, fingerprint="another"))
    with pytest.raises(InputError, match="no vector"):
        FrozenEncoder(candidates, Embeddings((), np.zeros((0, 32), np.float32), "tiny"))


def test_validator_refuses_one_class_and_a_train_set(labelled):
    with pytest.raises(InputError, match="never on one of 'train'"):
        PairValidator(labelled(), PairHead(8))
    with pytest.raises(InputError, match="one class only"):
        PairValidator(replace(labelled("validation"), rejects=()), PairHead(8))
