"""The loop trains objectives of other kinds, and each ends in the same bytes when it is stopped and resumed.

Pairs with numbers and a head of their own, lists of candidates, and two optimisers that play against each other: each
is a class in this file, and the loop knows nothing of any of them. The product's own lists are trained here too.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.judged import Pair
from jobfit.training.loop.checkpoint import checkpoints, read_checkpoint
from jobfit.training.loop.objective import Objective, Turn, candidate_key, each_once, vacancy_key
from jobfit.training.losses.contrastive import softmax_loss
from jobfit.training.losses.ranking import ranking_loss
from jobfit.training.objectives.ranking import RankingObjective


class OfMarket(Objective):
    def __init__(self, data):
        self.data = data

    def __len__(self):
        return len(self.data.positives)

    def texts(self):
        people = {candidate_key(i): text for i, text in self.data.candidates.items()}
        return people | {vacancy_key(i): text for i, text in self.data.vacancies.items()}

    def facts(self):
        return {"objective": type(self).__name__}


@dataclass(frozen=True)
class Pairs:
    examples: list[str]
    candidates: list[str]
    vacancies: list[str]
    numbers: NDArray[np.float32]
    labels: NDArray[np.float32]

    @property
    def texts(self):
        return each_once(self.candidates, self.vacancies)


class PairClassifier(OfMarket):
    """A pair fits or not: the product of both vectors beside three numbers of the pair, through layers of its own."""

    def __init__(self, data):
        super().__init__(data)
        with torch.random.fork_rng():
            torch.manual_seed(7)
            self.head = nn.Sequential(nn.Linear(35, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.2), nn.Linear(8, 1))

    def heads(self):
        return {"classifier": self.head}

    def batch(self, chosen, generator):
        pairs = [self.data.positives[i] for i in chosen]
        shuffled = [pairs[i].vacancy_id for i in generator.permutation(len(pairs))]
        people = [p.candidate_id for p in pairs] * 2
        openings = [p.vacancy_id for p in pairs] + shuffled
        labels = np.array([a.split("c")[1] == b.split("v")[1] for a, b in zip(people, openings, strict=True)])
        numbers = np.stack([[len(a), len(b), len(a) * len(b)] for a, b in zip(people, openings, strict=True)])
        return Pairs(
            [f"{a}+{b}" for a, b in zip(people, openings, strict=True)],
            [*map(candidate_key, people)],
            [*map(vacancy_key, openings)],
            numbers.astype(np.float32) / 100,
            labels.astype(np.float32),
        )

    def loss(self, vectors, batch):
        features = torch.cat(
            [vectors(batch.candidates) * vectors(batch.vacancies), torch.from_numpy(batch.numbers)], dim=1
        )
        return functional.binary_cross_entropy_with_logits(self.head(features)[:, 0], torch.from_numpy(batch.labels))


@dataclass(frozen=True)
class Lists:
    examples: list[str]
    vacancies: list[str]
    candidates: list[list[str]]
    grades: NDArray[np.float32]

    @property
    def texts(self):
        return each_once(self.vacancies, *self.candidates)


class ListwiseSoftmax(OfMarket):
    """Each vacancy with five candidates of grades 2, 1 and 0, in one softmax over the list."""

    def __len__(self):
        return len(self.data.vacancies)

    def batch(self, chosen, generator):
        vacancies = [list(self.data.vacancies)[i] for i in chosen]
        lists = [[*generator.choice(list(self.data.candidates), 5, replace=False)] for _ in vacancies]
        fits = {(p.vacancy_id, p.candidate_id) for p in self.data.positives}
        grades = [[2 if (v, c) in fits else int(c.endswith("1")) for c in some] for v, some in zip(vacancies, lists)]
        keys = [[candidate_key(c) for c in some] for some in lists]
        return Lists(vacancies, [*map(vacancy_key, vacancies)], keys, np.array(grades, dtype=np.float32))

    def loss(self, vectors, batch):
        listed = torch.stack([vectors(keys) for keys in batch.candidates])
        scores = torch.einsum("bd,bnd->bn", vectors(batch.vacancies), listed)
        grades = torch.from_numpy(batch.grades) + 1e-3  # a list without a grade says nothing
        return softmax_loss(scores / 0.1, grades)


class Adversarial(OfMarket):
    """A generator imagines who was hired from a vacancy's vector; a discriminator tells it from the real candidate."""

    def __init__(self, data):
        super().__init__(data)
        with torch.random.fork_rng():
            torch.manual_seed(8)
            self.generator = nn.Sequential(nn.Linear(32, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 32))
            self.discriminator = nn.Sequential(nn.Linear(64, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))

    def heads(self):
        return {"generator": self.generator, "discriminator": self.discriminator}

    def turns(self):
        return (
            Turn("discriminator", self.tell_apart, heads=("discriminator",), encoder=False, rate=2.0),
            Turn("generator", self.loss, heads=("generator",)),
        )

    def batch(self, chosen, generator):
        pairs = [self.data.positives[i] for i in chosen]
        people, openings = [candidate_key(p.candidate_id) for p in pairs], [vacancy_key(p.vacancy_id) for p in pairs]
        none = np.zeros((len(pairs), 0), dtype=np.float32)
        return Pairs([f"{p.candidate_id}+{p.vacancy_id}" for p in pairs], people, openings, none, none)

    def _judge(self, vacancies, people, real):
        logits = self.discriminator(torch.cat([vacancies, people], dim=1))[:, 0]
        return functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(real)))

    def tell_apart(self, vectors, batch):
        vacancies = vectors(batch.vacancies)
        imagined = self.generator(vacancies).detach()
        return self._judge(vacancies, vectors(batch.candidates), True) + self._judge(vacancies, imagined, False)

    def loss(self, vectors, batch):
        vacancies = vectors(batch.vacancies)
        imagined = self.generator(vacancies)
        near = 1 - functional.cosine_similarity(imagined, vectors(batch.candidates)).mean()
        return near + self._judge(vacancies, imagined, True)


class GradedLists(RankingObjective):
    """The product's objective over lists: LambdaLoss@K on three drawn candidates of each vacancy, ties at random."""

    def __init__(self, data):
        graded = [
            Pair(c, v, (i * j + j) % 3) for j, v in enumerate(data.vacancies) for i, c in enumerate(data.candidates)
        ]
        super().__init__(replace(data, graded=tuple(graded)), ranking_loss("lambdaloss@k", k=2), length=3)


KINDS = (PairClassifier, ListwiseSoftmax, Adversarial, GradedLists)


@pytest.fixture
def trainer_of(make_trainer, encoder, small_market):
    """``trainer_of(kind, name)``: a trainer of a fresh objective on a fresh encoder with dropout."""

    def make(kind, name, **options):
        settings = {"epochs": 3, "batch_size": 4, "accumulate": 2, "checkpoint_every": 2, "evaluate_every": 3}
        return make_trainer(name, encoder(dropout=0.1), kind(small_market()), **settings | options)

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_objective_killed_and_resumed_ends_in_the_same_bytes(trainer_of, kind):
    """The child is killed without a word, as by the system, after a step that has no checkpoint of its own."""
    whole = trainer_of(kind, "whole").run()
    assert whole.steps >= 3
    for step in (1, 3):
        child = os.fork()
        if child == 0:
            trainer = trainer_of(kind, "killed", on_progress=lambda done, total, at=step: done == at and os._exit(9))
            trainer.run()
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    again = trainer_of(kind, "killed").run()
    assert (again.sha256, again.history) == (whole.sha256, whole.history)


@pytest.mark.parametrize("kind", KINDS)
def test_objective_moves_the_encoder_and_every_head(trainer_of, kind):
    trainer = trainer_of(kind, "run", validate=False)
    before = {name: value.clone() for name, value in _weights(trainer).items()}
    trainer.run()
    still = {name for name, value in _weights(trainer).items() if torch.equal(value, before[name])}
    assert not {name for name in still if "pooler" not in name}


def _weights(trainer):
    heads = {f"{n}.{k}": v for n, head in trainer.objective.heads().items() for k, v in head.named_parameters()}
    return dict(trainer.model.trained()) | heads


def test_checkpoint_holds_the_heads_with_their_buffers_and_each_optimiser(trainer_of):
    trainer = trainer_of(PairClassifier, "numbers")
    trainer.run()
    held = read_checkpoint(checkpoints(trainer.folder / "checkpoints")[-1][1]).tensors
    assert {"weights.head classifier.1.running_mean", "optimiser.all.head classifier.0.weight.exp_avg"} <= held.keys()
    trainer = trainer_of(Adversarial, "two")
    trainer.run()
    held = read_checkpoint(checkpoints(trainer.folder / "checkpoints")[-1][1]).tensors
    moved = {name.split(".")[1]: name for name in held if name.startswith("optimiser.") and "head" in name}
    assert moved.keys() == {"discriminator", "generator"}
    assert not any(name.startswith("optimiser.discriminator.sentence") for name in held)


def test_discriminator_s_turn_leaves_the_generator_and_the_encoder_as_they_are(trainer_of):
    class OneSided(Adversarial):
        def turns(self):
            return super().turns()[:1]

    trainer = trainer_of(OneSided, "one", validate=False)
    start = trainer.model.digest()
    generator = [value.clone() for value in trainer.objective.generator.parameters()]
    trainer.run()
    assert trainer.model.digest() == start
    assert all(map(torch.equal, trainer.objective.generator.parameters(), generator))


def test_turns_that_do_not_fit_are_refused(trainer_of):
    class Unknown(Adversarial):
        def turns(self):
            return (Turn("one", self.loss, heads=("critic",)),)

    class Twice(Adversarial):
        def turns(self):
            return (Turn("one", self.loss), Turn("one", self.loss))

    class Nothing(Adversarial):
        def turns(self):
            return (Turn("one", self.loss, heads=(), encoder=False),)

    for kind, words in ((Unknown, "'critic'"), (Twice, "two turns are called 'one'"), (Nothing, "nothing to train")):
        with pytest.raises(InputError, match=words):
            trainer_of(kind, kind.__name__).run()
