"""FA*IR's tables: golden values of fairsearchcore's tests (Apache-2.0), recomputed, and brute force."""

import itertools

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.policy.exposure.tables import adjusted_alpha, failure_probability, minimum_table, multinomial_cdf


@pytest.mark.parametrize(
    ("k", "share", "alpha", "expected"),
    [
        (10, 0.2, 0.15, [0] * 8 + [1] * 2),
        (20, 0.25, 0.1, [0] * 8 + [1] * 6 + [2] * 5 + [3]),
        (30, 0.3, 0.05, [0] * 8 + [1] * 5 + [2] * 5 + [3] * 5 + [4] * 4 + [5] * 3),
        (12, 0.5, 0.1, [0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4]),
    ],
)
def test_table_without_adjustment_is_the_golden_one(k, share, alpha, expected):
    assert minimum_table(k, share, alpha) == expected


@pytest.mark.parametrize(
    ("k", "share", "alpha", "expected", "fails"),
    [
        (20, 0.25, 0.1, [0] * 8 + [1] * 7 + [2] * 5, 0.10515247355215251),
        (10, 0.2, 0.15, [0] * 8 + [1] * 2, 0.134217728),
        (30, 0.3, 0.05, [0] * 10 + [1] * 6 + [2] * 5 + [3] * 4 + [4] * 5, 0.04877730797178),
    ],
)
def test_adjusted_table_and_its_failures_are_the_golden_ones(k, share, alpha, expected, fails):
    table = minimum_table(k, share, adjusted_alpha(k, share, alpha))
    assert table == expected
    assert failure_probability(table, share) == pytest.approx(fails, abs=1e-12)


def test_failure_probability_is_that_of_all_lists_counted_one_by_one():
    """The reference library's README prints 0.11517 for the table of (20, 0.25, 0.1); exact it is 0.146887."""
    table = minimum_table(12, 0.5, 0.1)
    failed = sum(
        any(sum(drawn[:i]) < least for i, least in enumerate(table, 1))
        for drawn in itertools.product((0, 1), repeat=12)
    )
    assert failure_probability(table, 0.5) == pytest.approx(failed / 2**12, abs=1e-12)
    assert failure_probability(minimum_table(20, 0.25, 0.1), 0.25) == pytest.approx(0.146887, abs=5e-7)


def test_multinomial_cdf_is_that_of_all_draws_counted_one_by_one():
    chances = np.array([0.2, 0.3])
    total = 0.0
    for drawn in itertools.product(range(3), repeat=5):
        if drawn.count(0) <= 1 and drawn.count(1) <= 2:
            total += np.prod([(0.2, 0.3, 0.5)[g] for g in drawn])
    assert multinomial_cdf([1, 2], chances, 5) == pytest.approx(total, abs=1e-12)
    assert multinomial_cdf([5, 5], chances, 5) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("share", "alpha"), [(0.0, 0.1), (1.0, 0.1), (0.5, 1.0), (0.5, -0.1)])
def test_chances_out_of_range_are_refused(share, alpha):
    with pytest.raises(InputError, match="between 0 and 1"):
        minimum_table(5, share, alpha)
