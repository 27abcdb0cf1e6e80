"""Pairs: what is no negative of what, checked by hand; the loss against plain cross-entropy."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.experiments.default_model.objectives import Example, Guide, KeepObjective, PairObjective

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


def test_pairs_deal_neighbours_out_together_of_other_concepts_first():
    examples = [Example(f"{c}{n}", ("right",), c, c[0]) for c in ("a1", "a2", "b1", "b2") for n in range(2)]
    concepts = {one.left: frozenset({one.concept}) for one in examples}
    objective = PairObjective(examples, concepts, {"right": frozenset()}, near=2)
    for seed in range(5):
        order = objective.dealt(np.random.default_rng(seed))
        assert sorted(order) == list(range(8))
        runs = [[examples[i] for i in order[start : start + 2]] for start in range(0, 8, 2)]
        assert all(one.group == two.group and one.concept != two.concept for one, two in runs)
    assert len({tuple(objective.dealt(np.random.default_rng(seed))) for seed in range(5)}) > 1


def test_pairs_leave_out_what_the_guide_takes_for_more_alike_than_both_right_pairs():
    examples = [Example("boss", ("manager",)), Example("cook", ("kitchen",))]
    rows = {text: i for i, text in enumerate(("boss", "cook", "manager", "kitchen"))}
    angles = np.array([0.0, 0.9, 0.5, 0.6])  # boss and kitchen: 0.6 apart; the right pairs: 0.5 and 0.3
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    batch = batch_of(PairObjective(examples, LEFT, RIGHT))
    assert not Guide(rows, vectors).too_alike(batch.left, batch.right).any()
    closer = vectors.copy()
    closer[rows["manager"]] = vectors[rows["cook"]]  # the manager is as a cook, and further from the boss
    found = Guide(rows, closer).too_alike(batch.left, batch.right)
    assert found.tolist() == [[False, False], [True, False]]
    guarded = PairObjective(examples, LEFT, RIGHT, guide=Guide(rows, closer))
    plain = PairObjective(examples, LEFT, RIGHT)
    given = {"t:boss": [1.0, 0.0], "t:cook": [0.0, 1.0], "t:manager": [0.6, 0.8], "t:kitchen": [0.8, 0.6]}
    losses = [one.loss(lambda keys: torch.tensor([given[k] for k in keys]), batch).item() for one in (guarded, plain)]
    assert losses[0] < losses[1] and guarded.facts() != plain.facts()
