"""DELTR's exposure and losses of groups: hand sums, finite differences, absent groups."""

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from jobfit.errors import InputError
from jobfit.training.losses.group_gaps import Memory
from jobfit.training.losses.group_lists import exposure_gap, group_loss

SCORES = torch.tensor([2.0, 1.0, 0.5, -1.0, 0.3], dtype=torch.float64)
CODES = torch.tensor([0, 0, 1, 1, -1])
LABELS = torch.tensor([1, 0, 1, 0, 1])
NOTHING = Memory(torch.full((1, 2), torch.nan, dtype=torch.float64))


def test_exposure_is_the_chance_to_be_first_by_hand():
    """DELTR's v_1 = 1/log2(2) is 1: exposure of a document is its softmax, of a group the mean over members."""
    e = np.exp(SCORES.numpy())
    chance = e / e.sum()  # the unknown person is in the list
    gap = exposure_gap(SCORES, CODES, ["v"] * 5, 2)
    assert gap.value.item() == pytest.approx((chance[:2].mean() - chance[2:4].mean()) ** 2, abs=1e-12)
    assert (gap.active, gap.terms, gap.inactive, gap.unknown) == (1, 1, 0, 1)


def test_one_sided_form_asks_nothing_where_the_favoured_group_has_most():
    two_sided = exposure_gap(SCORES, CODES, ["v"] * 5, 2).value
    assert exposure_gap(SCORES, CODES, ["v"] * 5, 2, favoured=1).value == two_sided
    assert exposure_gap(SCORES, CODES, ["v"] * 5, 2, favoured=0).value == 0


def test_lists_are_apart_and_those_of_one_group_are_counted():
    lists = ["v", "w", "v", "w", "u"]
    one = [exposure_gap(SCORES[rows], CODES[rows], ["x"] * 2, 2).value.item() for rows in ([0, 2], [1, 3])]
    gap = exposure_gap(SCORES, CODES, lists, 2)
    assert gap.value.item() == pytest.approx(np.mean(one), abs=1e-12)
    assert (gap.active, gap.terms, gap.inactive) == (2, 3, 2)


def test_group_loss_by_hand_and_its_two_ends():
    each = binary_cross_entropy_with_logits(SCORES, LABELS.double(), reduction="none").numpy()
    losses = np.array([each[:2].mean(), each[2:4].mean()])
    for sharpness, weights in ((0.0, [0.5, 0.5]), (3.0, np.exp(3 * losses) / np.exp(3 * losses).sum())):
        found = group_loss(SCORES, LABELS, CODES, 2, sharpness, NOTHING)
        assert found.value.item() == pytest.approx(float(losses @ weights), abs=1e-12)
    assert group_loss(SCORES, LABELS, CODES, 2, 1e3, NOTHING).value.item() == pytest.approx(losses.max(), abs=1e-9)


def test_weights_follow_the_moving_average():
    memory = Memory(torch.tensor([[0.0, 4.0]], dtype=torch.float64))
    found = group_loss(SCORES, LABELS, CODES, 2, 50.0, memory, decay=0.5)
    each = binary_cross_entropy_with_logits(SCORES, LABELS.double(), reduction="none").numpy()
    assert found.value.item() == pytest.approx(each[2:4].mean(), abs=1e-9)  # group 1 was worst for long
    np.testing.assert_allclose(found.memory.rates, [[each[:2].mean() / 2, 2 + each[2:4].mean() / 2]], atol=1e-12)


@pytest.mark.parametrize(
    "loss",
    [
        lambda s: exposure_gap(s, CODES, ["v"] * 5, 2).value,
        lambda s: exposure_gap(s, torch.tensor([0, 1, 2, 1, -1]), ["v"] * 3 + ["w"] * 2, 3, favoured=1).value,
        lambda s: group_loss(s, LABELS, CODES, 2, 0.0, NOTHING).value,
    ],
)
def test_gradients_agree_with_finite_differences(loss):
    assert torch.autograd.gradcheck(loss, SCORES.clone().requires_grad_())


@pytest.mark.parametrize(
    "loss",
    [
        lambda s, c: exposure_gap(s, c, ["v"] * len(s), 2),
        lambda s, c: group_loss(s, torch.ones(len(s)), c, 2, 1.0, NOTHING),
    ],
    ids=["exposure", "group loss"],
)
@pytest.mark.parametrize("codes", [[0, 0, 0], [-1, -1, -1], []], ids=["one group", "unknown", "no pairs"])
def test_nothing_to_compare_is_a_connected_zero(loss, codes):
    scores = torch.randn(len(codes), dtype=torch.float64, requires_grad=True)
    found = loss(scores, torch.tensor(codes))
    (gradient,) = torch.autograd.grad(found.value, scores)
    assert (found.value.item(), found.active) == (0, 0)
    assert not gradient.any()


def test_unjudged_pairs_are_in_no_group_loss():
    labels = torch.tensor([1, -1, 1, 0, 1])
    some = [0, 2, 3]
    whole = group_loss(SCORES, labels, CODES, 2, 1.0, NOTHING).value
    assert whole.item() == pytest.approx(
        group_loss(SCORES[some], LABELS[some], CODES[some], 2, 1.0, NOTHING).value.item()
    )


def test_wrong_arguments_are_named():
    with pytest.raises(InputError, match="lists of 2"):
        exposure_gap(SCORES, CODES, ["v"] * 2, 2)
    with pytest.raises(InputError, match="favoured group is one of 0 to 1"):
        exposure_gap(SCORES, CODES, ["v"] * 5, 2, favoured=2)
    with pytest.raises(InputError, match="sharpness"):
        group_loss(SCORES, LABELS, CODES, 2, -1.0, NOTHING)
