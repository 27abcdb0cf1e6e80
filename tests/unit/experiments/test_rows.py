"""The arithmetic of the tables against sums written out."""

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.evaluation.statistics import paired_randomisation
from jobfit.experiments.rows import Row, compare_rows, corrected, crossed_interval, estimate, table_of


def row(key, *seeds):
    return Row(key, key, {n: {"x": found} for n, found in enumerate(seeds, start=1)})


def test_mean_is_over_values_and_seeds_not_over_queries():
    found = estimate(row("a", {"q1": [1.0, 1.0, 0.0], "q2": [0.0]}, {"q1": [1.0, 0.0, 0.0], "q2": [1.0]}), "x")
    assert found.mean == pytest.approx(((1 + 1 + 0 + 0) + (1 + 0 + 0 + 1)) / 8)
    assert found.n == 4
    assert found.low <= found.mean <= found.high


def test_one_query_has_a_mean_and_no_interval():
    found = estimate(row("a", {"q": [0.25, 0.75]}), "x")
    assert (found.mean, found.low, found.high) == (0.5, None, None)


def test_seeds_that_differ_widen_the_interval():
    generator = np.random.default_rng(0)
    values = generator.random(200)
    same = crossed_interval(np.array([values, values, values]), np.ones(200))
    apart = crossed_interval(np.array([values - 0.2, values, values + 0.2]), np.ones(200))
    assert same.mean == pytest.approx(apart.mean)
    assert apart.high - apart.low > 2 * (same.high - same.low)


def test_interval_covers_the_true_mean_about_as_often_as_it_says():
    generator = np.random.default_rng(1)
    covered = 0
    for n in range(60):
        found = crossed_interval(generator.normal(0.5, 0.2, (1, 60)), np.ones(60), n)
        covered += found.low <= 0.5 <= found.high
    assert covered >= 51  # 95 % of 60 is 57; fewer than 51 has a chance below 1 in 1,000


def test_compared_rows_are_paired_by_query_and_seed():
    a = row("a", {"q1": [0.1], "q2": [0.9]}, {"q1": [0.3], "q2": [0.5]})
    b = row("b", {"q2": [1.0], "q1": [0.2]}, {"q2": [0.6], "q1": [0.4]})
    found = compare_rows(a, b, "x")
    assert found.difference.mean == pytest.approx(0.1)
    assert found.difference.low == pytest.approx(0.1) and found.difference.high == pytest.approx(0.1)
    assert found.p == paired_randomisation([0.1, 0.1])
    with pytest.raises(InputError, match="other seeds"):
        compare_rows(a, row("c", {"q1": [0.1], "q2": [0.9]}), "x")
    with pytest.raises(InputError, match="different queries"):
        compare_rows(row("a", {"q1": [0.1]}), row("b", {"q2": [0.1]}), "x")


def test_seeds_that_measured_other_queries_are_refused():
    with pytest.raises(InputError, match="different queries"):
        table_of(row("a", {"q1": [0.1]}, {"q2": [0.1]}), "x")


def test_a_difference_counts_only_after_holms_correction():
    n = {f"q{i}": [0.0] for i in range(12)}
    better = {f"q{i}": [0.1 if i < 10 else -0.02] for i in range(12)}
    one = compare_rows(row("a", n), row("b", better), "x")
    assert corrected([one])[0].told_apart == "higher"
    assert {c.told_apart for c in corrected([one] * 60)} == {"no difference shown"}
    assert corrected([compare_rows(row("b", better), row("a", n), "x")])[0].told_apart == "lower"
