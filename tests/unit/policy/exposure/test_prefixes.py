"""Each method that goes place by place against what its paper promises, brute force, or another implementation."""

import itertools
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobfit.errors import InputError
from jobfit.policy.exposure.base import unit
from jobfit.policy.exposure.prefixes import (
    Calibrated,
    DetCons,
    DetConstSort,
    DetGreedy,
    DetRelaxed,
    FaStarIr,
    MultinomialFaStarIr,
    PrefixBounds,
    ProportionalSeats,
)
from jobfit.policy.exposure.tables import minimum_table

DRAW = np.random.default_rng(0)


def chosen(method, codes, k=None, scores=None):
    codes = np.asarray(codes)
    values = np.arange(len(codes), 0, -1.0) if scores is None else np.asarray(scores, dtype=float)
    return method.first(values, codes, k or len(codes), DRAW)


def counts(codes, positions, groups):
    """How many of each group among the first i, (k, groups)."""
    return np.cumsum(np.eye(groups, dtype=int)[np.asarray(codes)[list(positions)]], axis=0)


lists = st.lists(st.integers(0, 2), min_size=6, max_size=30).filter(lambda codes: set(codes) == {0, 1, 2})


@settings(max_examples=100, deadline=None)
@given(lists, st.sampled_from([(0.5, 0.3, 0.2), (1 / 3, 1 / 3, 1 / 3), (0.6, 0.4, 0.0)]))
@pytest.mark.parametrize("method", [DetConstSort, DetGreedy, DetCons, DetRelaxed])
def test_least_of_each_group_stands_among_the_first_i(method, codes, target):
    """DetConstSort always; the greedy ones wherever they do not say that they failed (Geyik et al. 2019, theorem 2)."""
    found = chosen(method(target), codes, k=6)
    if found.unmet and method is not DetConstSort:
        return
    for i, held in enumerate(counts(codes, found.positions, 3), 1):
        for g, share in enumerate(target):
            assert held[g] >= min(floor(i * share + 1e-9), list(codes).count(g))


def test_det_greedy_by_hand():
    # p = (1/2, 1/2): place 1 the best (⌈1/2⌉ = 1 of each), place 2 group 1 is below ⌊2/2⌋, and so on
    assert list(chosen(DetGreedy((0.5, 0.5)), [0, 0, 0, 1, 1, 1]).positions) == [0, 3, 1, 4, 2, 5]


def test_det_cons_and_relaxed_prefer_who_is_due_next():
    """Place 1, p = (0.2, 0.8): ⌈p⌉ is 1 of both, and 1/0.8 < 1/0.2 takes the second group though it is worse."""
    codes = [0, 1, 1, 1, 1]
    assert chosen(DetGreedy((0.2, 0.8)), codes, 1).positions[0] == 0
    assert chosen(DetCons((0.2, 0.8)), codes, 1).positions[0] == 1
    # relaxed: ⌈1/0.8⌉ = 2 and ⌈1/0.55⌉ = 2 are level, and the score decides
    assert chosen(DetRelaxed((0.55, 0.45)), [1, 0, 1, 0], 1).positions[0] == 1
    assert chosen(DetRelaxed((0.5, 0.5)), [1, 0, 1, 0], 1).positions[0] == 0


def test_det_const_sort_is_fairranktune_s_but_for_one_place():
    """It counts places from 0 when it asks whether somebody may stand one place later, and so breaks the least."""
    import pandas as pd
    from FairRankTune.Rankers.DetConstSort_Geyiketal import DETCONSTSORT

    class OnePlaceLate(DetConstSort):
        @staticmethod
        def _sort_in(order, latest):
            DetConstSort._sort_in(order, late := [place + 1 for place in latest])
            latest[:] = [place - 1 for place in late]

    draw, broken = np.random.default_rng(4), 0
    target = (0.5, 0.3, 0.2)
    for _ in range(60):
        codes = draw.permutation([0] * 8 + [1] * 6 + [2] * 6)
        frame = pd.DataFrame([f"i{n}" for n in range(20)])
        groups = {f"i{n}": int(code) for n, code in enumerate(codes)}
        ranked, _, _ = DETCONSTSORT(frame, groups, pd.DataFrame(np.arange(20, 0, -1.0)), dict(enumerate(target)), 10)
        theirs = [int(i[1:]) for i in ranked[0]]
        ours = list(chosen(DetConstSort(target), codes, 10).positions)
        assert theirs == list(chosen(OnePlaceLate(target), codes, 11).positions)[:10]  # it builds k + 1
        least = np.floor(np.outer(np.arange(1, 11), target) + 1e-9)
        assert (counts(codes, ours, 3) >= least).all()
        broken += not (counts(codes, theirs, 3) >= least).all()
    assert broken > 5


def test_fa_star_ir_puts_the_least_of_its_table_everywhere():
    codes = [0] * 15 + [1] * 15
    found = chosen(FaStarIr(1, alpha=0.1, adjust=False), codes, 20)
    held = counts(codes, found.positions, 2)[:, 1]
    table = minimum_table(20, 0.5, 0.1)
    assert held.tolist() == table and found.unmet == 0  # the others are better, so no more than the least


def test_fa_star_ir_counts_the_places_where_nobody_is_left():
    found = chosen(FaStarIr(1, share=0.9, adjust=False), [0] * 9 + [1], 10)
    assert found.unmet == sum(least > 1 for least in minimum_table(10, 0.9, 0.1))


@pytest.mark.parametrize("seed", range(5))
def test_multinomial_fa_star_ir_with_one_group_under_the_test_is_fa_star_ir(seed):
    codes = np.random.default_rng(seed).permutation([0] * 20 + [1] * 10)
    one = chosen(FaStarIr(1, share=0.4, adjust=False), codes, 20)
    several = chosen(MultinomialFaStarIr(0.1, (0.6, 0.4)), codes, 20)
    assert list(one.positions) == list(several.positions)


def test_multinomial_fa_star_ir_holds_all_groups_together():
    from jobfit.policy.exposure.tables import multinomial_cdf

    codes, target = [0] * 12 + [1] * 6 + [2] * 6, (0.5, 0.25, 0.25)
    found = chosen(MultinomialFaStarIr(0.1, target), codes, 16)
    for i, held in enumerate(counts(codes, found.positions, 3), 1):
        assert multinomial_cdf(held[1:].tolist(), np.array(target[1:]), i) > 0.1
    assert found.unmet == 0


@pytest.mark.parametrize("seed", range(8))
def test_prefix_bounds_are_the_best_of_all_orders(seed):
    draw = np.random.default_rng(seed)
    codes, scores = draw.permutation([0, 0, 0, 0, 1, 1, 2]), np.sort(draw.normal(size=7))[::-1]
    target, k = (0.5, 0.3, 0.2), 5
    gains, discount = unit(scores), 1 / np.log2(np.arange(k) + 2)

    def within(order):
        held = counts(codes, order, 3)
        i = np.arange(1, k + 1)[:, None]
        share = np.array(target)
        return (held >= np.floor(share * i + 1e-9)).all() and (held <= np.ceil(share * i - 1e-9)).all()

    best = max((gains[list(o)] @ discount for o in itertools.permutations(range(7), k) if within(o)), default=None)
    found = chosen(PrefixBounds(target=target), codes, k, scores)
    if best is not None:
        assert found.unmet == 0 and within(found.positions)
        assert gains[list(found.positions)] @ discount == pytest.approx(best, abs=1e-12)
    else:
        assert found.unmet > 0


def test_prefix_bounds_with_a_wide_slack_are_the_order_by_score():
    assert list(chosen(PrefixBounds(1.0), [0, 0, 0, 1, 1, 1]).positions) == list(range(6))


def test_calibrated_goes_from_the_scores_to_the_target():
    codes = [0] * 10 + [1] * 10
    assert list(chosen(Calibrated(0.0), codes, 8).positions) == list(range(8))
    assert counts(codes, chosen(Calibrated(1.0), codes, 8).positions, 2)[-1].tolist() == [4, 4]


def test_seats_are_those_of_sainte_lague():
    # votes 53, 24, 23 and seven seats: 3, 2, 2 (the classic example)
    codes = [0] * 53 + [1] * 24 + [2] * 23
    assert counts(codes, chosen(ProportionalSeats(), codes, 7).positions, 3)[-1].tolist() == [3, 2, 2]


def test_settings_out_of_range_are_refused():
    for wrong in (
        lambda: FaStarIr(-1),
        lambda: Calibrated(1.5),
        lambda: PrefixBounds(-0.1),
        lambda: FaStarIr(0, alpha=1.0),
    ):
        with pytest.raises(InputError):
            wrong()
