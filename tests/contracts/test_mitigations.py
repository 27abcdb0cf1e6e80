"""One suite over every method that reorders rankings by groups."""

from __future__ import annotations

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
from jobfit.policy.exposure.prefixes import (
    ByScore,
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
from jobfit.policy.exposure.randomised import EpsilonGreedy, ExposureProgramme
from jobfit.runs import Ranking

TARGET = (0.5, 0.3, 0.2)
METHODS = {
    "by score": lambda target: ByScore(),
    "FA*IR": lambda target: FaStarIr(target.index(0.3)),
    "multinomial FA*IR": lambda target: MultinomialFaStarIr(target=target),
    "DetGreedy": lambda target: DetGreedy(target),
    "DetCons": lambda target: DetCons(target),
    "DetRelaxed": lambda target: DetRelaxed(target),
    "DetConstSort": lambda target: DetConstSort(target),
    "prefix bounds": lambda target: PrefixBounds(target=target),
    "calibrated": lambda target: Calibrated(0.7, target),
    "PM2": lambda target: ProportionalSeats(target),
    "epsilon-greedy": lambda target: EpsilonGreedy(0.3, seed=5),
    "random": lambda target: EpsilonGreedy(1.0, seed=5),
    "exposure, parity": lambda target: ExposureProgramme(depth=12),
    "exposure, merit": lambda target: ExposureProgramme(merit=True, depth=12),
    "P-MMF": lambda target: MaxMinExposure(target=target),
    "min-regulariser": lambda target: WorstOff(target=target),
    "FairSync": lambda target: LeastExposure(target=target),
    "CP-Fair": lambda target: SwapGreedy(target=target),
    "Welf": lambda target: Welfare(target=target),
    "FairRec": lambda target: RoundRobin(),
    "TFROM": lambda target: PlaceByPlace(target=target),
    "amortised": lambda target: Amortised(),
}
OF_NO_GROUP = {"epsilon-greedy", "random", "FairRec", "amortised"}


@pytest.fixture(params=METHODS)
def name(request):
    return request.param


@pytest.fixture
def method(name):
    return METHODS[name](TARGET)


PEOPLE = [f"c{n}" for n in range(24)]
CODES = {i: (0, 0, 1, 0, 2, 1)[n % 6] for n, i in enumerate(PEOPLE)}


def scores_of(query):
    """Group 1 scores lower, and some scores are equal."""
    draw = np.random.default_rng(query)
    return np.round(draw.normal(size=24) - [CODES[i] == 1 for i in PEOPLE], 1)


def rankings(order=slice(None), scale=1.0, shift=0.0, queries=range(6)):
    people = np.array(PEOPLE)[order]
    return [Ranking.from_scores(f"q{q}", people.tolist(), scale * scores_of(q)[order] + shift) for q in queries]


def ids(found):
    return [one.ids for one in found]


def test_everyone_stays_once(method):
    for given, found in zip(rankings(), method.reorder(rankings(), CODES, 10), strict=True):
        assert sorted(found.ids) == sorted(given.document_ids)
        assert (found.query_id, found.k) == (given.query_id, 10)


def test_cost_is_within_its_bounds(method):
    for found in method.reorder(rankings(), CODES, 10):
        assert 0 <= found.cost.kept <= 1 + 1e-9
        assert 0 <= found.cost.entered <= 10 and 0 <= found.cost.unmet <= 10


def test_order_of_documents_and_of_rankings_changes_nothing(method):
    expected = ids(method.reorder(rankings(), CODES, 10))
    shuffled = np.random.default_rng(1).permutation(24)
    assert ids(method.reorder(rankings(shuffled), CODES, 10)) == expected
    assert ids(method.reorder(rankings()[::-1], CODES, 10))[::-1] == expected


def test_scale_of_scores_changes_nothing(method):
    expected = ids(method.reorder(rankings(), CODES, 10))
    assert ids(method.reorder(rankings(scale=4.0, shift=-8.0), CODES, 10)) == expected


def test_numbers_of_groups_change_nothing(name, method):
    expected = ids(method.reorder(rankings(), CODES, 10))
    renamed = {i: (2, 0, 1)[code] for i, code in CODES.items()}
    other = METHODS[name]((TARGET[1], TARGET[2], TARGET[0]))
    assert ids(other.reorder(rankings(), renamed, 10)) == expected


def test_k_above_the_length_means_all(method):
    for found in method.reorder(rankings(), CODES, 100):
        assert found.k == 24 and sorted(found.ids) == sorted(PEOPLE)
        assert found.cost.entered == 0


def test_whoever_is_unknown_keeps_their_place(name, method):
    unknown = [*PEOPLE[3:7], "c11"]
    some = {i: code for i, code in CODES.items() if i not in unknown} | {"c11": -1}
    for given, found in zip(rankings(), method.reorder(rankings(), some, 10), strict=True):
        assert sorted(found.ids) == sorted(given.document_ids)
        if name not in OF_NO_GROUP:
            assert [given.document_ids.index(i) for i in unknown] == [found.ids.index(i) for i in unknown]


@pytest.mark.parametrize("codes", [{}, dict.fromkeys(PEOPLE, -1)], ids=["empty", "all unknown"])
def test_without_known_groups_the_order_by_score_stays(name, method, codes):
    if name not in OF_NO_GROUP:
        found = method.reorder(rankings(), codes, 10)
        assert ids(found) == [r.document_ids for r in rankings()]
        assert all((one.cost.kept, one.cost.entered, one.cost.unmet) == (1, 0, 0) for one in found)


def test_ids_that_nobody_ranked_change_nothing(method):
    expected = ids(method.reorder(rankings(), CODES, 10))
    assert ids(method.reorder(rankings(), CODES | {"elsewhere": 0, "nobody": 1}, 10)) == expected


def test_equal_scores_are_ordered_by_the_ranking_and_cost_nothing(method):
    equal = [Ranking.from_scores(f"q{q}", PEOPLE, np.zeros(24)) for q in range(3)]
    for found in method.reorder(equal, CODES, 10):
        assert found.cost.kept == 1
        assert sorted(found.ids) == sorted(PEOPLE)


def test_lists_of_one_of_none_and_of_different_people(method):
    few = [
        Ranking.from_scores("one", ["c0"], [0.5]),
        Ranking.from_scores("none", [], []),
        Ranking.from_scores("two", ["c1", "c2"], [0.5, 0.1]),
        Ranking.from_scores("strangers", ["x", "y"], [0.2, 0.9]),
    ]
    found = method.reorder(few, CODES, 5)
    assert [sorted(one.ids) for one in found] == [["c0"], [], ["c1", "c2"], ["x", "y"]]
    assert method.reorder([], CODES, 5) == ()


def test_one_group_alone_keeps_the_order_by_score(name, method):
    if name not in OF_NO_GROUP:
        alone = dict.fromkeys(PEOPLE, 0)
        assert ids(method.reorder(rankings(), alone, 10)) == [r.document_ids for r in rankings()]


@pytest.mark.parametrize("score", [np.inf, -np.inf])
def test_a_score_that_is_not_finite_is_refused_by_name(method, score):
    with pytest.raises(InputError, match="query 'q'"):
        method.reorder([Ranking.from_scores("q", ["c0", "c1"], [0.5, score])], CODES, 2)


def test_k_below_1_is_refused(method):
    with pytest.raises(InputError, match="k must be 1 or more"):
        method.reorder(rankings(), CODES, 0)


def test_a_target_that_is_no_distribution_is_refused(name):
    if "target" in METHODS[name](TARGET).__match_args__:
        for wrong in ((0.5, 0.3, 0.3), (1.0,), (0.5, 0.7, -0.2)):
            with pytest.raises(InputError, match="a target needs a share"):
                METHODS[name](wrong).reorder(rankings(), CODES, 10)
