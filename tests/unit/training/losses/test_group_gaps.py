"""Gaps between groups: hand sums, fairret on full batches, finite differences, and what happens with absent cells."""

import itertools
import math

import numpy as np
import pytest
import torch

from jobfit.errors import InputError
from jobfit.training.losses.group_gaps import GapSettings, Memory, group_gap

P = [0.9, 0.5, 0.7, 0.3, 0.2, 0.6, 0.8]
LABELS = torch.tensor([1, 0, 1, 0, 1, 1, 0])
CODES = torch.tensor([0, 0, 0, 1, 1, 1, -1])
CRITERIA = ["demographic_parity", "equal_opportunity", *(f"equalised_odds_{how}" for how in ("sum", "max", "mean"))]


def logits(values=P):
    return torch.tensor(values, dtype=torch.float64).logit().requires_grad_()


def random_case(seed, n=40, groups=3):
    draw = np.random.default_rng(seed)
    scores = torch.from_numpy(draw.normal(size=n)).requires_grad_()
    return scores, torch.from_numpy(draw.integers(0, 2, n)), torch.from_numpy(draw.integers(-1, groups, n))


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("demographic_parity", (0.9 + 0.5 + 0.7) / 3 - (0.3 + 0.2 + 0.6) / 3),
        ("equal_opportunity", (0.9 + 0.7) / 2 - (0.2 + 0.6) / 2),
        ("equalised_odds_sum", (0.8 - 0.4) + (0.5 - 0.3)),
        ("equalised_odds_max", 0.8 - 0.4),
        ("equalised_odds_mean", ((0.8 - 0.4) + (0.5 - 0.3)) / 2),
    ],
)
def test_gap_of_two_groups_is_the_sum_by_hand(criterion, expected):
    gap = group_gap(logits(), LABELS, CODES, 2, GapSettings(criterion))
    assert gap.value.item() == pytest.approx(expected, abs=1e-12)
    assert (gap.unknown, gap.inactive, gap.active) == (1, 0, gap.terms)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("criterion", "statistic"), [("demographic_parity", "PositiveRate"), ("equal_opportunity", "TruePositiveRate")]
)
def test_rates_are_those_of_fairret_on_a_full_batch(criterion, statistic, seed):
    import fairret.statistic

    scores, labels, codes = random_case(seed)
    known = codes >= 0
    sens = torch.nn.functional.one_hot(codes[known]).double()
    p = scores[known].sigmoid()[:, None]
    more = (labels[known][:, None].double(),) if statistic == "TruePositiveRate" else ()
    rates = getattr(fairret.statistic, statistic)()(p, sens, *more)
    expected = max(abs(a - b) for a, b in itertools.combinations(rates.tolist(), 2))
    assert group_gap(scores, labels, codes, 3, GapSettings(criterion)).value.item() == pytest.approx(expected, abs=1e-9)
    mean = (rates - rates.mean()).abs().mean().item()
    got = group_gap(scores, labels, codes, 3, GapSettings(criterion, over="mean")).value.item()
    assert got == pytest.approx(mean, abs=1e-9)


def test_an_absent_group_is_a_loss_of_nothing_where_fairret_says_1():
    """fairret gives an absent group the rate 0, and its norm then asks for a rate of 0 from all others."""
    import fairret.loss
    import fairret.statistic

    scores = logits([0.9, 0.7])
    spurious = fairret.loss.NormLoss(fairret.statistic.PositiveRate())(
        scores.sigmoid()[:, None], torch.tensor([[1.0, 0.0], [1.0, 0.0]]).double()
    )
    assert spurious.item() > 0.9
    gap = group_gap(scores, torch.tensor([1, 1]), torch.tensor([0, 0]), 2)
    gap.value.backward()
    assert (gap.value.item(), gap.active, gap.inactive) == (0, 0, 1)
    assert scores.grad.tolist() == [0, 0]


@pytest.mark.parametrize("over", ["max", "mean"])
@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("form", ["absolute", "squared"])
def test_gradient_agrees_with_finite_differences(criterion, over, form):
    scores, labels, codes = random_case(3)
    settings = GapSettings(criterion, over=over, form=form)
    scores = (scores.detach() + 4.0 * (codes == 1)).requires_grad_()  # a real gap: the squared form is not clipped
    assert group_gap(scores, labels, codes, 3, settings).value > 0.01
    assert torch.autograd.gradcheck(lambda s: group_gap(s, labels, codes, 3, settings).value, scores)


@pytest.mark.parametrize("form", ["absolute", "squared"])
@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        ([1, 1, 1, 1], [0, 0, 0, 0]),
        ([1, 1, 1, 1], [-1, -1, -1, -1]),
        ([1, 1, 0, 0], [0, 0, 1, 1]),
        ([0, 0, 0, 0], [0, 0, 1, 1]),
        ([-1, -1, -1, -1], [0, 0, 1, 1]),
        ([], []),
    ],
    ids=["one group", "all unknown", "each label in one group", "one label", "nobody judged", "no pairs"],
)
def test_absent_cells_are_finite_connected_and_counted(criterion, form, labels, codes):
    scores = logits([0.9, 0.2, 0.4, 0.7][: len(labels)])
    gap = group_gap(scores, torch.tensor(labels), torch.tensor(codes), 2, GapSettings(criterion, form=form))
    (gradient,) = torch.autograd.grad(gap.value, scores)
    assert torch.isfinite(gap.value) and torch.isfinite(gradient).all()
    missing = int((gap.support < 1).sum())
    assert gap.inactive == missing
    both = int(((gap.support > 0).sum(dim=1) == 2).sum())
    assert gap.active == both
    if not both:
        assert gap.value.item() == 0 and not gradient.any()


def test_a_third_group_that_is_absent_leaves_the_pair_that_is_there():
    three = group_gap(logits(), LABELS, CODES, 3)
    assert three.value.item() == pytest.approx(group_gap(logits(), LABELS, CODES, 2).value.item(), abs=1e-12)
    assert (three.active, three.inactive) == (1, 1)


def test_a_cell_below_n_min_is_left_out():
    settings = GapSettings("equalised_odds_sum", n_min=2)  # one negative of group 1, one of group 0
    gap = group_gap(logits(), LABELS, CODES, 2, settings)
    assert gap.value.item() == pytest.approx(0.8 - 0.4, abs=1e-12)
    assert (gap.active, gap.terms, gap.inactive) == (1, 2, 2)


def test_squared_form_takes_the_sampling_noise_away_by_hand():
    a, b = [0.9, 0.7], [0.2, 0.4, 0.3]
    gap = group_gap(logits(a + b), torch.ones(5), torch.tensor([0, 0, 1, 1, 1]), 2, GapSettings(form="squared"))
    expected = (0.8 - 0.3) ** 2 - np.var(a, ddof=1) / 2 - np.var(b, ddof=1) / 3
    assert gap.value.item() == pytest.approx(expected, abs=1e-12)


def test_squared_mean_is_the_variance_between_groups_less_its_noise():
    scores, labels, codes = random_case(5, n=60)
    scores = (scores.detach() + 2.0 * codes).requires_grad_()
    p = [scores[codes == g].sigmoid().detach().numpy() for g in range(3)]
    rates, noise = np.array([x.mean() for x in p]), np.array([x.var(ddof=1) / len(x) for x in p])
    expected = rates.var() - (1 - 1 / 3) * noise.mean()  # of K means: var + (1 − 1/K) mean noise
    got = group_gap(scores, labels, codes, 3, GapSettings(over="mean", form="squared")).value.item()
    assert got == pytest.approx(expected, abs=1e-12)


def test_absolute_gap_of_equal_groups_is_far_above_0_and_squared_is_not():
    """Equal groups: E|p̄₀ − p̄₁| = 1.128 sd/√n (0.28 sd at n = 16); the squared form before clipping has mean 0."""
    draw = np.random.default_rng(0)
    codes = torch.tensor([0] * 16 + [1] * 16)
    values = torch.from_numpy(draw.normal(size=(2000, 32)))
    sd = values.sigmoid().std().item()
    absolute = [group_gap(row, torch.ones(32), codes, 2).value.item() for row in values]
    assert np.mean(absolute) / sd == pytest.approx(1.128 / math.sqrt(16), rel=0.05)
    squared = [group_gap(row, torch.ones(32), codes, 2, GapSettings(form="squared")).value.item() for row in values]
    assert np.mean(squared) < 0.6 * np.mean(np.square(absolute))


def test_memory_enters_the_rate_and_gets_no_gradient():
    settings = GapSettings("equal_opportunity", memory=4.0, decay=0.5)
    memory = Memory(torch.tensor([[torch.nan, 0.25]], dtype=torch.float64))
    scores = logits()
    gap = group_gap(scores, LABELS, CODES, 2, settings, memory)
    with_memory = (0.2 + 0.6 + 4 * 0.25) / (2 + 4)
    assert gap.value.item() == pytest.approx(0.8 - with_memory, abs=1e-12)
    gap.value.backward()
    p = scores.detach().sigmoid()
    slope = (p * (1 - p)).tolist()
    expected = [slope[0] / 2, 0, slope[2] / 2, 0, -slope[4] / 6, -slope[5] / 6, 0]
    np.testing.assert_allclose(scores.grad, expected, atol=1e-12)
    # the first sight of a cell is its rate; later ones are mixed
    np.testing.assert_allclose(gap.memory.rates, [[0.8, 0.5 * 0.25 + 0.5 * 0.4]], atol=1e-12)
    assert not gap.memory.rates.requires_grad


def test_memory_stands_in_for_a_group_that_the_batch_lacks():
    settings = GapSettings(memory=4.0)
    memory = Memory(torch.tensor([[0.5, 0.2]], dtype=torch.float64))
    scores = logits([0.9, 0.7])
    gap = group_gap(scores, torch.tensor([1, 0]), torch.tensor([0, 0]), 2, settings, memory)
    assert gap.value.item() == pytest.approx((1.6 + 2) / 6 - 0.2, abs=1e-12)
    assert (gap.active, gap.inactive) == (1, 0)
    np.testing.assert_allclose(gap.memory.rates, [[0.9 * 0.5 + 0.1 * 0.8, 0.2]], atol=1e-12)
    nobody = group_gap(scores, torch.tensor([1, 0]), torch.tensor([-1, -1]), 2, settings, memory)
    assert (nobody.value.item(), nobody.active) == (0, 0)


@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("over", ["max", "mean"])
def test_order_of_pairs_and_names_of_groups_change_nothing(criterion, over):
    scores, labels, codes = random_case(9)
    settings = GapSettings(criterion, over=over)
    expected = group_gap(scores, labels, codes, 3, settings).value.item()
    order = torch.randperm(40, generator=torch.Generator().manual_seed(0))
    renamed = torch.tensor([2, 0, 1, -1])[codes]
    got = group_gap(scores[order], labels[order], renamed[order], 3, settings).value.item()
    assert got == pytest.approx(expected, abs=1e-12)


def test_intersections_are_groups_like_others():
    """Two attributes that are each balanced hide a gap that only their intersections show (a checkerboard)."""
    first, second = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 0, 1])
    scores, labels = logits([0.9, 0.1, 0.1, 0.9]), torch.ones(4)
    assert group_gap(scores, labels, first, 2).value.item() == pytest.approx(0, abs=1e-12)
    assert group_gap(scores, labels, second, 2).value.item() == pytest.approx(0, abs=1e-12)
    assert group_gap(scores, labels, 2 * first + second, 4).value.item() == pytest.approx(0.8, abs=1e-12)


def test_a_score_that_is_not_a_number_stays_one():
    assert group_gap(torch.tensor([0.1, torch.nan, 0.3]), torch.ones(3), torch.tensor([0, 1, -1]), 2).value.isnan()


def test_half_precision_is_computed_in_32_bits():
    with torch.autocast("cpu", dtype=torch.bfloat16):
        gap = group_gap(logits().detach().bfloat16(), LABELS, CODES, 2)
    assert gap.value.dtype == torch.float32


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"groups": 1}, "two groups or more"),
        ({"codes": torch.tensor([0, 1, 2])}, "codes of 2 groups"),
        ({"codes": torch.tensor([0, 1, -2])}, "codes of 2 groups"),
        ({"labels": torch.tensor([0, 1, 2])}, "labels of a gap"),
        ({"labels": torch.tensor([0, 1])}, "one shape"),
        ({"memory": Memory(torch.zeros(2, 2))}, "a memory of shape"),
    ],
)
def test_wrong_arguments_are_named(change, message):
    given = {"logits": torch.zeros(3), "labels": torch.tensor([0, 1, 1]), "codes": torch.tensor([0, 1, 1]), "groups": 2}
    with pytest.raises(InputError, match=message):
        group_gap(**given | change)


def test_settings_refuse_a_memory_beside_the_squared_form_and_values_out_of_range():
    with pytest.raises(InputError, match="take one of the two"):
        GapSettings(form="squared", memory=8.0)
    for wrong in ({"n_min": 0}, {"decay": 1.0}, {"criterion": "equalised_odds"}, {"memory": -1.0}):
        with pytest.raises(InputError):
            GapSettings(**wrong)
