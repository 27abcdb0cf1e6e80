import numpy as np
import pytest
from scipy import stats

from jobfit.evaluation.statistics import (
    grouped_mean_interval,
    holm,
    mean_interval,
    paired_randomisation,
    resampled_counts,
)


def test_mean_interval_agrees_with_scipy_percentile_bootstrap():
    values = np.random.default_rng(1).beta(2, 5, size=200)
    ours = mean_interval(values.tolist())
    theirs = stats.bootstrap((values,), np.mean, n_resamples=10_000, method="percentile", rng=2).confidence_interval
    assert ours.mean == pytest.approx(values.mean())
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.003)


def test_mean_interval_equal_values_has_no_width():
    estimate = mean_interval([0.25] * 8)
    assert (estimate.mean, estimate.low, estimate.high, estimate.n) == (0.25, 0.25, 0.25, 8)


def test_mean_interval_nothing_or_one_value_claims_no_interval():
    assert (mean_interval([]).mean, mean_interval([]).n) == (None, 0)
    assert (mean_interval([0.5]).low, mean_interval([0.5]).high) == (None, None)


def test_mean_interval_covers_the_true_mean_about_19_times_in_20():
    generator = np.random.default_rng(3)
    hits = 0
    for trial in range(200):
        estimate = mean_interval(generator.random(40).tolist(), seed=trial)
        hits += estimate.low <= 0.5 <= estimate.high
    assert 180 <= hits <= 198  # 95 % of 200 is 190; the percentile interval is a little short at n = 40


def test_paired_randomisation_small_sample_counts_every_sign_pattern():
    # Differences 1, 1, 1, 1: of 16 sign patterns only ++++ and ---- are as extreme: 2/16.
    assert paired_randomisation([1.0, 1.0, 1.0, 1.0]) == 2 / 16


def test_paired_randomisation_agrees_with_scipy_on_a_large_sample():
    differences = np.random.default_rng(5).normal(0.1, 1.0, size=300)
    theirs = stats.permutation_test(
        (differences, np.zeros(300)), lambda x, y, axis: np.mean(x - y, axis=axis), permutation_type="samples",
        vectorized=True, n_resamples=20_000, rng=6,
    )  # fmt: skip
    assert paired_randomisation(differences.tolist()) == pytest.approx(theirs.pvalue, abs=0.02)


def test_paired_randomisation_no_difference_gives_one():
    assert paired_randomisation([0.0, 0.0]) == 1.0
    assert paired_randomisation([]) == 1.0


def test_holm_worked_example():
    # Sorted 0.01, 0.03, 0.04: 3*0.01 = 0.03, 2*0.03 = 0.06, max(0.06, 1*0.04) = 0.06.
    assert holm([0.03, 0.01, 0.04]) == pytest.approx((0.06, 0.03, 0.06))


def test_grouped_mean_interval_with_single_members_is_the_plain_bootstrap():
    values = np.random.default_rng(4).random(150).tolist()
    ours, plain = grouped_mean_interval(values, [str(i) for i in range(150)]), mean_interval(values)
    assert (ours.mean, ours.n) == (pytest.approx(plain.mean), 150)
    assert (ours.low, ours.high) == pytest.approx((plain.low, plain.high), abs=0.006)


def test_grouped_mean_interval_of_copies_is_as_wide_as_without_the_copies():
    # Ten copies of each value in one group are no new evidence; taken as independent the interval would be sqrt(10)
    # times too short.
    values = np.random.default_rng(4).random(60)
    groups = [str(i) for i in range(60)]
    once = grouped_mean_interval(values.tolist(), groups)
    copied = grouped_mean_interval(np.repeat(values, 10).tolist(), np.repeat(groups, 10).tolist())
    assert copied.high - copied.low == pytest.approx(once.high - once.low)


def test_grouped_mean_interval_one_group_or_nothing_claims_no_interval():
    assert grouped_mean_interval([0.0, 1.0], ["q", "q"]).low is None
    assert grouped_mean_interval([], []).mean is None


def test_resampled_counts_draw_as_many_as_there_are():
    blocks = list(resampled_counts(7, 1_000_000, seed=1))
    assert sum(len(block) for block in blocks) == 2000 and len(blocks) > 1
    assert all((block.sum(axis=1) == 7).all() for block in blocks)


def test_grouped_mean_interval_weighs_groups_by_their_size():
    # One value 0, and three values 1 in a group: a sample of two groups has mean 0, 3/4 or 1.
    found = grouped_mean_interval([0.0, 1.0, 1.0, 1.0], ["a", "b", "b", "b"])
    assert (found.mean, found.low, found.high) == (0.75, 0.0, 1.0)
