"""What draws orders and what shares exposure out over lists: promises, brute force, optimality."""

import itertools

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.policy.exposure.across import (
    Amortised,
    LeastExposure,
    MaxMinExposure,
    PlaceByPlace,
    RoundRobin,
    SwapGreedy,
    Welfare,
    WorstOff,
)
from jobfit.policy.exposure.base import kept_gain
from jobfit.policy.exposure.prefixes import ByScore
from jobfit.policy.exposure.randomised import EpsilonGreedy, ExposureProgramme, birkhoff
from jobfit.runs import Ranking

PEOPLE = [f"c{n}" for n in range(12)]
CODES = {i: int(n >= 6) for n, i in enumerate(PEOPLE)}


def rankings(lists=40, gap=1.0, people=PEOPLE):
    """Group 1 is ``gap`` standard deviations behind."""
    draw = np.random.default_rng(7)
    behind = gap * np.array([CODES[i] for i in people])
    return [Ranking.from_scores(f"q{n}", people, draw.normal(size=len(people)) - behind) for n in range(lists)]


def share_of_group_1(found, k):
    return np.mean([CODES[i] for one in found for i in one.ids[:k]])


def exposure_of_group_1(found, k):
    discount = 1 / np.log2(np.arange(k) + 2)
    return np.mean([sum(d * CODES[i] for d, i in zip(discount, one.ids)) / discount.sum() for one in found])


def kept(found):
    return np.mean([one.cost.kept for one in found])


@pytest.mark.parametrize("seed", range(4))
def test_birkhoff_gives_orders_whose_mixture_is_the_table(seed):
    draw, (n, k) = np.random.default_rng(seed), (6, 4)
    table = sum(w * np.eye(n)[draw.permutation(n)][:, :k] for w in draw.dirichlet(np.ones(5)))
    back, total = np.zeros((n, k)), 0.0
    for weight, order in birkhoff(table):
        assert len(set(order.tolist())) == k
        back[order, np.arange(k)] += weight
        total += weight
    assert total == pytest.approx(1, abs=1e-8)
    np.testing.assert_allclose(back, table, atol=1e-8)


@pytest.mark.parametrize("merit", [False, True])
def test_exposure_programme_keeps_its_constraint_and_loses_least(merit):
    scores = np.array([5.0, 4.5, 4.0, 3.0, 2.0, 1.0])
    codes, k = np.array([0, 0, 0, 1, 1, 1]), 4
    table, met = ExposureProgramme(merit).probabilities(scores, codes, k)
    gains, discount = (scores - 1) / 4, 1 / np.log2(np.arange(k) + 2)
    assert met
    np.testing.assert_allclose(table.sum(axis=0), 1, atol=1e-7)
    assert (table.sum(axis=1) <= 1 + 1e-7).all()
    exposure = table @ discount
    means = np.array([exposure[codes == g].mean() for g in (0, 1)])
    if merit:
        means = means / [gains[codes == g].mean() for g in (0, 1)]
    assert means[0] == pytest.approx(means[1], abs=1e-6)
    # the best mixture of two orders that meets parity is no better
    found = gains @ exposure
    orders = list(itertools.permutations(range(6), k))
    if not merit:
        values = np.array([[gains[list(o)] @ discount, discount[codes[list(o)] == 1].sum()] for o in orders])
        half = discount.sum() / 2
        above, below = values[values[:, 1] >= half], values[values[:, 1] <= half]
        best = 0.0
        for low in below:
            weight = np.divide(
                half - low[1], above[:, 1] - low[1], out=np.zeros(len(above)), where=above[:, 1] > low[1]
            )
            best = max(best, float((low[0] + weight * (above[:, 0] - low[0])).max(where=(weight <= 1), initial=0)))
        assert found == pytest.approx(best, abs=1e-4)


def test_draws_of_the_programme_have_the_exposure_that_it_promises():
    one = rankings(1)[0]
    discount = 1 / np.log2(np.arange(5) + 2)
    total = np.zeros(2)
    for seed in range(300):
        (found,) = ExposureProgramme(seed=seed).reorder([one], CODES, 5)
        for place, i in enumerate(found.ids[:5]):
            total[CODES[i]] += discount[place] / 300
    assert total[0] == pytest.approx(total[1], rel=0.08)


def test_a_merit_that_no_order_can_give_is_counted():
    """Everyone of group 1 is worth next to nothing and group 0 has one member: it would need more than first place."""
    ranking = Ranking.from_scores("q", PEOPLE[:1] + PEOPLE[6:], [1.0, 0.01, 0.01, 0.01, 0.01, 0.01, 0.0])
    (found,) = ExposureProgramme(merit=True).reorder([ranking], CODES, 3)
    assert found.cost.unmet == 3 and found.ids[0] == "c0"


def test_epsilon_0_is_the_order_by_score_and_1_is_any():
    given = rankings(400)
    by_score = ByScore().reorder(given, CODES, 5)
    assert [f.ids for f in EpsilonGreedy(0.0).reorder(given, CODES, 5)] == [f.ids for f in by_score]
    first = [f.ids[0] for f in EpsilonGreedy(1.0).reorder(given, CODES, 5)]
    assert min(first.count(i) for i in PEOPLE) > 15 and max(first.count(i) for i in PEOPLE) < 60


@pytest.mark.parametrize("method", [MaxMinExposure(2.0, 1.0), WorstOff(4.0), LeastExposure(1.0, 1.0), SwapGreedy(9.0)])
def test_places_over_all_lists_come_near_the_target(method):
    given = rankings()
    before, after = (share_of_group_1(m.reorder(given, CODES, 4), 4) for m in (ByScore(), method))
    assert before < 0.3
    assert after == pytest.approx(0.5, abs=0.07)


@pytest.mark.parametrize("make", [MaxMinExposure, WorstOff, LeastExposure, SwapGreedy, Welfare])
def test_weight_0_is_the_order_by_score(make):
    given = rankings()
    method = make(least=0.0) if make is LeastExposure else make(0.0)
    assert [f.ids for f in method.reorder(given, CODES, 4)] == [f.ids for f in ByScore().reorder(given, CODES, 4)]


@pytest.mark.parametrize("seed", range(4))
def test_swaps_end_where_no_choice_of_all_is_better(seed):
    """Two lists, every pair of subsets: greedy swaps of CP-Fair reach the maximum of its objective here."""
    draw, weight, k = np.random.default_rng(seed), 0.3, 2
    people = PEOPLE[4:8]
    given = [Ranking.from_scores(f"q{n}", people, draw.random(4)) for n in range(2)]

    def objective(sets):
        value = 0.0
        for ranking, ids in zip(given, sets):
            scores = np.array([hit.score for hit in ranking.hits])
            gains = (scores - scores.min()) / (scores.max() - scores.min())
            value += sum(gains[ranking.document_ids.index(i)] for i in ids)
        ones = sum(CODES[i] for ids in sets for i in ids)
        return value - weight * 2 * abs(ones - k)

    subsets = list(itertools.combinations(people, k))
    best = max(objective(pair) for pair in itertools.product(subsets, repeat=2))
    found = SwapGreedy(weight).reorder(given, CODES, k)
    assert objective([one.ids[:k] for one in found]) == pytest.approx(best, abs=1e-9)


def test_welfare_moves_exposure_to_the_worst_off_as_its_weight_grows():
    given = rankings()
    shares = [exposure_of_group_1(Welfare(w, 2.0).reorder(given, CODES, 4), 4) for w in (0.0, 0.05, 0.6)]
    assert shares[0] < shares[1] - 0.02 < shares[2] - 0.04


def test_exposure_place_by_place_is_the_target():
    found = PlaceByPlace().reorder(rankings(), CODES, 4)
    assert exposure_of_group_1(found, 4) == pytest.approx(0.5, abs=0.02)
    assert exposure_of_group_1(ByScore().reorder(rankings(), CODES, 4), 4) < 0.3


def test_round_robin_keeps_everyone_s_guarantee():
    """40 lists of 4 places for 12 people: ⌊160 / 12⌋ = 13 lists each."""
    found = RoundRobin().reorder(rankings(gap=5.0), CODES, 4)
    appearances = [sum(i in one.ids[:4] for one in found) for i in PEOPLE]
    assert min(appearances) >= 13
    assert all(one.cost.unmet == 0 for one in found)
    assert kept(RoundRobin(0.0).reorder(rankings(), CODES, 4)) == 1


def test_round_robin_counts_who_is_in_too_few_lists():
    given = [*rankings(10, people=PEOPLE[:3]), Ranking.from_scores("x", ["c11", "c0"], [0.1, 0.2])]
    found = RoundRobin().reorder(given, CODES, 2)
    assert found[-1].cost.unmet == 1 and sum(one.cost.unmet for one in found) == 1


def test_amortised_attention_follows_relevance_better_than_the_scores_do():
    given = rankings(60, gap=0.0)
    gaps = {}
    for name, method in {"by score": ByScore(), "amortised": Amortised(quality=0.7)}.items():
        attention, relevance = dict.fromkeys(PEOPLE, 0.0), dict.fromkeys(PEOPLE, 0.0)
        for ranking, found in zip(given, method.reorder(given, CODES, 4)):
            scores = np.array([hit.score for hit in ranking.hits])
            gains = (scores - scores.min()) / (scores.max() - scores.min())
            weights = 1 / np.log2(np.arange(4) + 2)
            for i, gain in zip(ranking.document_ids, gains / gains.sum()):
                relevance[i] += gain
            for i, weight in zip(found.ids[:4], weights / weights.sum()):
                attention[i] += weight
            assert found.cost.kept >= 0.7 - 1e-9
        gaps[name] = sum(abs(attention[i] - relevance[i]) for i in PEOPLE)
    assert gaps["amortised"] < gaps["by score"] / 3


def test_quality_1_is_the_order_by_score():
    given = rankings(10)
    assert all(one.cost.kept == pytest.approx(1) for one in Amortised(quality=1.0).reorder(given, CODES, 4))


def test_two_rankings_of_one_query_are_refused():
    with pytest.raises(InputError, match="two rankings of one query"):
        SwapGreedy().reorder([rankings(1)[0]] * 2, CODES, 3)


def test_kept_gain_by_hand():
    # gains 3, 2, 1, 0; order 2, 0 against 0, 1 in the first two places
    scores = np.array([8.0, 7.0, 6.0, 5.0])
    assert kept_gain(scores, np.array([2, 0])) == pytest.approx((1 + 3 / np.log2(3)) / (3 + 2 / np.log2(3)))
