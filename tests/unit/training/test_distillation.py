"""A student learns a teacher's order; the losses are sentence-transformers' own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import kendalltau

from jobfit.errors import InputError
from jobfit.judged import Pair
from jobfit.training.data import TrainingSet
from jobfit.training.distillation import DistillationObjective, TaughtList
from jobfit.training.loop.objective import candidate_key, vacancy_key
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer

PEOPLE = {f"c{i}": text for i, text in enumerate(["nurse ward", "cook soup", "welder steel", "driver truck", "baker"])}
OPENINGS = {f"v{i}": f"{trade} a team" for i, trade in enumerate(["nurse", "cook", "welder", "driver", "baker"])}
DATA = TrainingSet(PEOPLE, OPENINGS, (Pair("c0", "v0"),))
# The teacher likes the next trade best, then its own, and scores on a scale of its own.
LISTS = [
    TaughtList(f"v{v}", tuple(PEOPLE), tuple(40.0 + 30 * (c == (v + 1) % 5) + 10 * (c == v) for c in range(5)))
    for v in range(5)
]


def student_scores(model):
    tokens = model.tokenise(PEOPLE | OPENINGS).tokens
    return model.embed([tokens[i] for i in OPENINGS]) @ model.embed([tokens[i] for i in PEOPLE]).T


def agreement(model):
    table = student_scores(model)
    return np.mean([kendalltau(row, one.scores).statistic for row, one in zip(table, LISTS, strict=True)])


@pytest.mark.parametrize("loss", ["margin-mse", "kl"])
def test_student_approaches_the_teacher(encoder, tmp_path, loss):
    model = encoder()
    before = agreement(model)
    settings = TrainSettings(epochs=60, batch_size=5, learning_rate=3e-3, precision="f32", device="cpu", threads=1)
    Trainer(model, DistillationObjective(DATA, LISTS, loss, size=5), settings, tmp_path, data_hash=DATA.hash).run()
    assert agreement(model) > before + 0.4
    first = [int(np.argmax(row)) for row in student_scores(model)]
    assert first == [1, 2, 3, 4, 0]


def vectors_of(seed=0):
    generator = torch.Generator().manual_seed(seed)
    keys = [*map(vacancy_key, OPENINGS), *map(candidate_key, PEOPLE)]
    table = torch.nn.functional.normalize(torch.randn(10, 6, generator=generator), dim=1)
    return lambda asked: table[torch.tensor([keys.index(key) for key in asked])]


def test_losses_are_the_formulas_on_the_spread_of_cosines():
    vectors, spread = vectors_of(), 0.2
    taught = np.array([one.scores for one in LISTS])
    labels = spread * (taught - taught.mean()) / taught.std()
    batch = DistillationObjective(DATA, LISTS, "kl", size=5).batch(np.arange(5), np.random.default_rng(3))
    order = [[list(PEOPLE).index(i) for i in one.candidate_ids] for one in batch.lists]
    cosines = np.array([
        (vectors([vacancy_key(f"v{v}")]) @ vectors([candidate_key(f"c{c}") for c in row]).T)[0].numpy()
        for v, row in enumerate(order)
    ])  # fmt: skip
    wanted = np.array([labels[v][row] for v, row in enumerate(order)])

    def loss(name):
        return DistillationObjective(DATA, LISTS, name, size=5, spread=spread).loss(vectors, batch).item()

    margins = (cosines[:, :1] - cosines[:, 1:]) - (wanted[:, :1] - wanted[:, 1:])
    assert loss("margin-mse") == pytest.approx((margins**2).mean(), rel=1e-5)
    p, q = (np.exp(x / spread) / np.exp(x / spread).sum(axis=1, keepdims=True) for x in (wanted, cosines))
    assert loss("kl") == pytest.approx(spread**2 * (p * np.log(p / q)).sum() / len(p), rel=1e-4)


def test_lists_of_unequal_length_are_drawn_to_the_shortest():
    lists = [TaughtList("v0", ("c0", "c1", "c2", "c3"), (1.0, 2.0, 3.0, 4.0)), TaughtList("v1", ("c0", "c4"), (5, 6))]
    batch = DistillationObjective(DATA, lists, "kl").batch(np.array([0, 1]), np.random.default_rng(0))
    assert [len(one.candidate_ids) for one in batch.lists] == [2, 2]
    known = dict(zip(lists[0].candidate_ids, lists[0].scores, strict=True))
    assert [known[i] for i in batch.lists[0].candidate_ids] == list(batch.lists[0].scores)


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        ([TaughtList("v0", ("c0",), (1.0,))], "an order of one teaches nothing"),
        ([TaughtList("v0", ("c0", "c1"), (1.0,))], "'v0': each candidate needs one score"),
        ([TaughtList("v0", ("c0", "c0"), (1.0, 2.0))], "may be listed once"),
        ([TaughtList("v0", ("c0", "c1"), (1.0, float("nan")))], "score of 'c1' is not a finite number"),
        ([TaughtList("v0", ("c0", "c9"), (1.0, 2.0))], "no text in the data: 'c9'"),
        ([TaughtList("v0", ("c0", "c1"), (1.0, 1.0))], "the same score"),
        ([], "no list has two candidates"),
    ],
)
def test_lists_that_teach_nothing_are_refused_by_name(lists, told):
    with pytest.raises(InputError, match=told):
        DistillationObjective(DATA, lists, "kl")
    with pytest.raises(InputError, match="choose margin-mse or kl"):
        DistillationObjective(DATA, LISTS, "mse")
