"""Skew, NDKL, AWRF and inequity of attention: golden values, hand sums, FairRankTune."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from jobfit.audit.evenness import awrf, evenness, inequity, ndkl, skew
from jobfit.errors import InputError
from jobfit.groups import Coded
from jobfit.runs import Ranking

HALF = [0.5, 0.5]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [([0, 1, 0, 1], 0.2816450300785086), ([0, 0, 1, 1], 0.45236883639932524), ([0, 0, 0, 0], np.log(2))],
)
def test_ndkl_is_golden(codes, expected):
    assert ndkl(codes, HALF) == pytest.approx(expected, abs=1e-12)


def test_skew_is_golden():
    assert skew([0, 0, 1, 1], HALF, 2)[0] == pytest.approx(np.log(2), abs=1e-12)
    assert skew([0, 0, 0, 1], HALF, 4)[1] == pytest.approx(-np.log(2), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_ndkl_is_fairranktune_s_with_the_list_s_own_shares(seed):
    """It adds 1e-7 to every share before the logarithm, so they agree to 1e-5."""
    import pandas as pd
    from FairRankTune import Metrics

    codes = np.random.default_rng(seed).integers(0, 3, 20)
    theirs = Metrics.NDKL(pd.DataFrame(range(20)), dict(enumerate(codes.tolist())))
    assert ndkl(codes, np.bincount(codes, minlength=3) / 20) == pytest.approx(theirs, abs=1e-5)


def test_inequity_is_fairranktune_s_on_one_list_and_adds_lists_up_where_that_stops():
    """Its loop returns in the first list. Ours: two lists that turn round even out (Biega et al. 2018, section 3)."""
    import pandas as pd
    from FairRankTune import Metrics

    attentions = 1 / np.log2(np.arange(2, 6))
    relevances = np.array([0.9, 0.4, 0.3, 0.1])
    theirs = Metrics.IAA(pd.DataFrame(range(4)), pd.DataFrame(relevances))
    assert inequity([attentions], [relevances]) == pytest.approx(theirs)
    assert inequity([[0.7, 0.3], [0.3, 0.7]], [[0.5, 0.5], [0.5, 0.5]]) == pytest.approx(0)
    assert inequity([[0.7, 0.3]] * 2, [[0.5, 0.5]] * 2) == pytest.approx(0.8)


def test_awrf_by_hand():
    # attention 1, 0.63, 0.5, 0.43; group 0 has the first two places
    weights = 1 / np.log2(np.arange(2, 6))
    share = weights[:2].sum() / weights.sum()
    assert awrf([0, 0, 1, 1], HALF, 4, distance="absolute") == pytest.approx(1 - abs(share - 0.5), abs=1e-12)
    expected = 1 - jensenshannon([share, 1 - share], HALF, base=2) ** 2
    assert awrf([0, 0, 1, 1], HALF, 4) == pytest.approx(expected, abs=1e-12)
    assert awrf([0, 1, 1, 0], HALF, 4, "uniform") == pytest.approx(1, abs=1e-12)


def test_unknown_people_keep_their_place_and_are_in_no_share():
    assert awrf([0, -1, 1], HALF, 3, "reciprocal", "absolute") == pytest.approx(1 - (1 / (4 / 3) - 0.5), abs=1e-12)
    assert ndkl([0, -1, 1], HALF) == ndkl([0, 1], HALF)
    assert skew([0, -1, 1], HALF, 2)[0] == pytest.approx(np.log(2))


def test_what_is_not_defined_is_nan():
    assert np.isnan(ndkl([-1, -1], HALF)) and np.isnan(awrf([-1], HALF, 3)) and np.isnan(skew([-1], HALF, 3)).all()
    assert np.isnan(ndkl([0, 1], [1.0, 0.0]))
    assert np.isnan(skew([0, 1], [1.0, 0.0], 2)[1])
    assert np.isnan(ndkl([], HALF))


def test_evenness_over_lists_counts_what_is_undefined():
    groups = Coded(("a", "b"), {"a1": 0, "a2": 0, "b1": 1, "b2": 1})
    lists = [
        Ranking.from_scores("q1", ["a1", "b1", "a2", "b2"], [4, 3, 2, 1]),
        Ranking.from_scores("q2", ["a1", "a2", "b1", "b2"], [4, 3, 2, 1]),
        Ranking.from_scores("q3", ["x", "y"], [2, 1]),
    ]
    found = {row.measure: row for row in evenness(lists, groups, 2)}
    assert found["NDKL@2"].estimate.n == 2 and found["NDKL@2"].undefined == 1
    assert found["NDKL@2"].estimate.mean == pytest.approx((ndkl([0, 1], HALF) + ndkl([0, 0], HALF)) / 2)
    assert found["least skew@2"].undefined == 2  # the second list has nobody of b among its two
    assert found["largest skew@2"].estimate.mean == pytest.approx(np.log(2) / 2)
    asked = {row.measure: row for row in evenness(lists, groups, 2, {"a": 1.0})}
    assert asked["NDKL@2"].undefined == 2  # b is to have nothing and is there


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: ndkl([0, 2], HALF), "codes of 2 groups"),
        (lambda: skew([0], [0.5, 0.6], 1), "1 together"),
        (lambda: inequity([[1.0]], [[0.5, 0.5]]), "lists, people"),
    ],
)
def test_wrong_arguments_are_named(wrong, message):
    with pytest.raises(InputError, match=message):
        wrong()
