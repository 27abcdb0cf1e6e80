"""Which pairs of a batch are known to suit, augmented copies included."""

import numpy as np

from jobfit.judged import Pair
from jobfit.training.data import TrainingSet
from jobfit.training.objectives.contrastive import ContrastiveObjective


def known_of(data):
    """The mask that the loss is given for a batch of all pairs, by ids."""
    seen = {}

    def loss(contrast):
        seen["known"] = contrast.known
        return contrast.candidates.sum()

    import torch

    objective = ContrastiveObjective(data, loss)
    batch = objective.batch(np.arange(len(objective)), np.random.default_rng(0))
    objective.loss(lambda keys: torch.zeros(len(keys), 2), batch)
    cells = ((c, v, seen["known"][i, j]) for i, c in enumerate(batch.candidates) for j, v in enumerate(batch.vacancies))
    return {(c, v) for c, v, known in cells if known}


def test_copies_suit_what_their_originals_suit_and_each_other():
    copies = {"c1": "nurse", "c2": "cook", "aug:eda:c1": "a nurse"}
    wanted = {"v1": "ward", "v2": "kitchen", "aug:eda:v1": "the ward"}
    pairs = [("c1", "v1"), ("c2", "v2"), ("aug:eda:c1", "v1"), ("c1", "aug:eda:v1")]
    known = known_of(TrainingSet(copies, wanted, tuple(Pair(*pair) for pair in pairs)))
    assert known == {*pairs, ("aug:eda:c1", "aug:eda:v1")}


def test_without_copies_the_positives_alone_suit():
    pairs = [("c1", "v1"), ("c2", "v2"), ("c3", "v1")]
    people, openings = ({i: f"text of {i}" for i in ids} for ids in (("c1", "c2", "c3"), ("v1", "v2")))
    assert known_of(TrainingSet(people, openings, tuple(Pair(*pair) for pair in pairs))) == set(pairs)
