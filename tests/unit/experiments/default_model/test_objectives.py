"""Pairs: what is no negative of what, checked by hand; the loss against plain cross-entropy."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.experiments.default_model.objectives import Example, KeepObjective, PairObjective

LEFT = {
    "boss": frozenset({"o1", "o2"}),
    "cook": frozenset({"o3"}),
    "chef": frozenset({"o3"}),
    "Baker": frozenset({"o4"}),
}
RIGHT = {
    "manager": frozenset({"o1"}),
    "kitchen": frozenset({"o3", "o4"}),
    "stove": frozenset({"o3"}),
    "bread": frozenset({"o4"}),
    "baker": frozenset({"o5"}),
}
EXAMPLES = [
    Example("boss", ("manager",)),
    Example("cook", ("kitchen",)),
    Example("chef", ("stove",)),
    Example("Baker", ("bread", "baker")),
]


def batch_of(objective, seed=0):
    return objective.batch(np.arange(len(objective)), np.random.default_rng(seed))


def test_pairs_sharing_a_concept_or_words_are_no_negatives():
    objective = PairObjective([*EXAMPLES[:3], Example("Baker", ("baker",))], LEFT, RIGHT)
    batch = batch_of(objective)
    assert batch.right == ("manager", "kitchen", "stove", "baker")
    assert objective.fits(batch).tolist() == [
        [True, False, False, False],
        [False, True, True, False],
        [False, True, True, False],
        [False, True, False, True],  # the kitchen is the baker's too; "Baker" and "baker" are the same words
    ]


def test_pairs_draw_every_fitting_text_in_turn():
    objective = PairObjective(EXAMPLES, LEFT, RIGHT)
    drawn = {batch_of(objective, seed).right[3] for seed in range(20)}
    assert drawn == {"bread", "baker"}


def test_pairs_loss_is_cross_entropy_both_ways_without_false_negatives():
    objective = PairObjective([*EXAMPLES[:3], Example("Baker", ("bread",))], LEFT, RIGHT, temperature=0.1)
    batch = batch_of(objective)
    generator = torch.Generator().manual_seed(0)
    sides = {name: functional.normalize(torch.randn(4, 6, generator=generator), dim=1) for name in ("left", "right")}
    scores = sides["left"] @ sides["right"].T / 0.1
    left_out = torch.tensor(objective.fits(batch)) & ~torch.eye(4, dtype=torch.bool)
    masked = scores.masked_fill(left_out, -torch.inf)
    expected = functional.cross_entropy(masked, torch.arange(4)) + functional.cross_entropy(masked.T, torch.arange(4))
    assert objective.loss(
        lambda keys: sides["left" if keys[0] == "t:boss" else "right"], batch
    ).item() == pytest.approx(expected.item(), rel=1e-6)


def test_pairs_facts_change_with_a_concept():
    changed = {**RIGHT, "stove": frozenset({"o3", "o1"})}
    assert PairObjective(EXAMPLES, LEFT, RIGHT).facts() == PairObjective(EXAMPLES, LEFT, RIGHT).facts()
    assert PairObjective(EXAMPLES, LEFT, changed).facts() != PairObjective(EXAMPLES, LEFT, RIGHT).facts()


def test_pairs_refuse_one_example_and_one_without_a_text():
    with pytest.raises(InputError, match="two or more"):
        PairObjective(EXAMPLES[:1], LEFT, RIGHT)
    with pytest.raises(InputError, match="no text to go with"):
        PairObjective([EXAMPLES[0], Example("cook", ())], LEFT, RIGHT)


def test_keep_takes_the_rows_of_the_chosen_texts():
    reference = np.eye(3, dtype=np.float32)
    objective = KeepObjective(["a", "b", "c"], reference)
    batch = objective.batch(np.array([2, 0]), np.random.default_rng(0))
    vectors = torch.tensor([[1.0, 0.0], [0.6, 0.8]])
    assert objective.loss(lambda keys: vectors, batch).item() == pytest.approx(0.36)
    with pytest.raises(InputError, match="2 texts to keep and 3 vectors"):
        KeepObjective(["a", "b"], reference)
