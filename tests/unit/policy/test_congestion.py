"""Matching of a whole market: its two equations, the published example, capacities, blocks, caps."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobfit.errors import InputError
from jobfit.evaluation.matches import Lists, answered, lists_by, matches
from jobfit.policy.congestion import Dense, Factors, Matching, capped, match


def example(people=30, vacancies=20):
    """The published example's market: half chance, half a popularity that falls evenly from 1 to 0 on each side."""
    dice = np.random.RandomState(0)
    likes, liked = dice.random_sample((people, vacancies)), dice.random_sample((vacancies, people))
    applies = (likes + np.linspace(1, 0, vacancies)) / 2
    accepts = (liked + np.linspace(1, 0, people)).T / 2
    return applies, accepts


def lists_of(method, applies, accepts):
    if method == "naive":
        return lists_by(applies, accepts.T)
    if method == "product":
        return lists_by(applies * accepts, (applies * accepts).T)
    kernel = Dense(applies + accepts)
    flow = match(kernel).flow(kernel)
    return lists_by(flow, flow.T)


@pytest.mark.parametrize(
    ("method", "expected", "envy"),
    [
        ("naive", 6.097606001793401, (383, 172)),
        ("product", 13.214715194901732, (211, 81)),
        ("matching", 15.447528483780438, (63, 10)),
    ],
)
def test_published_example_of_30_and_20_has_the_published_numbers(method, expected, envy):
    # Tomita & Yokoyama 2024, the example notebook of their repository (FairReciprocalRecommendation): attention 1/r
    applies, accepts = example()
    found = matches(lists_of(method, applies, accepts), applies, accepts)
    assert found.expected == pytest.approx(expected, abs=1e-9)
    assert found.envy(applies, accepts) == envy


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from([0.3, 1.0, 5.0]), st.integers(0, 2**31))
def test_flow_and_those_left_alone_use_up_each_capacity(n, m, beta, seed):
    dice = np.random.default_rng(seed)
    kernel = Dense(dice.normal(size=(n, m)), beta)
    people, positions = dice.integers(0, 4, n), dice.integers(0, 4, m)
    done = match(kernel, people, positions, steps=20_000, tolerance=1e-12)
    flow = done.flow(kernel)
    assert (flow >= 0).all() and np.isfinite(flow).all()
    assert flow.sum(axis=1) + done.a**2 == pytest.approx(people, abs=1e-6)
    assert flow.sum(axis=0) + done.b**2 == pytest.approx(positions, abs=1e-6)
    inside = np.outer(done.a, done.b) > 0
    ratio = np.log(flow[inside]) - np.log(np.outer(done.a, done.b)[inside])
    assert ratio == pytest.approx((kernel.surplus / (2 * beta))[inside], abs=1e-9)


@pytest.mark.parametrize("beta", [1.0, 0.1])
def test_as_many_positions_as_people_are_matched_in_a_few_steps(beta):
    # fitting alone takes thousands here: 2,903 for 1,000 x 1,000 at 0.1
    surplus = np.random.default_rng(0).random((200, 200))
    for people in (1.0, np.r_[np.zeros(50), np.full(50, 2.0), np.ones(100)]):
        assert match(Dense(surplus, beta), people, tolerance=1e-9).steps < 30


@pytest.mark.parametrize("exponent", [-599.0, 599.0])
@pytest.mark.parametrize("people", [0.0, 1e-9, 1e9])
def test_a_kernel_at_the_end_of_its_range_gives_numbers(exponent, people):
    kernel = Dense(np.full((3, 4), exponent), 0.5)
    done = match(kernel, people)
    assert done.a**2 + done.flow(kernel).sum(axis=1) == pytest.approx(np.full(3, people), rel=1e-6, abs=1e-300)


def test_of_equal_flows_the_earlier_comes_first_in_lists_too():
    dice = np.random.default_rng(3)
    left, right = (dice.integers(0, 2, (size, 2)).astype(np.float32) for size in (40, 9))
    kernel = Factors(left, right, 1.0)
    done = Matching(np.ones(40), np.ones(9), 0, 0.0)
    flow = done.flow(kernel)
    for k in (0, 1, 5, 9, 50):
        people, vacancies = done.best(kernel, k)
        assert people.tolist() == np.argsort(-flow, axis=1, kind="stable")[:, :k].tolist()
        assert vacancies.tolist() == np.argsort(-flow.T, axis=1, kind="stable")[:, :k].tolist()


def test_two_by_two_is_solved_by_hand():
    # all equal: f = a b with a = b, a² + 2 a² = 1
    done = match(Dense(np.zeros((2, 2))))
    assert done.flow(Dense(np.zeros((2, 2)))) == pytest.approx(np.full((2, 2), 1 / 3))
    assert done.a**2 == pytest.approx([1 / 3, 1 / 3])


def test_one_vacancy_and_nobody():
    kernel = Dense(np.array([[1.0], [2.0], [0.0]]))
    flow = match(kernel).flow(kernel)
    assert flow.sum() < 1 and np.argsort(-flow[:, 0]).tolist() == [1, 0, 2]
    for shape in ((0, 3), (3, 0), (0, 0)):
        empty = Dense(np.empty(shape))
        assert match(empty).flow(empty).shape == shape


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_factors_in_blocks_match_as_the_whole_table_does(rows, monkeypatch):
    dice = np.random.default_rng(1)
    left, right = (dice.normal(size=(size, 3)).astype(np.float32) for size in (11, 7))
    positions = dice.integers(0, 3, 7)
    dense = Dense((left @ right.T).astype(np.float64), 0.8)
    monkeypatch.setattr("jobfit.policy.congestion._CELLS_AT_ONCE", rows * 7)
    factors = Factors(left, right, 0.8)
    ours, whole = match(factors, 1, positions, tolerance=1e-6), match(dense, 1, positions)
    assert ours.flow(factors) == pytest.approx(whole.flow(dense), abs=1e-5)
    people, vacancies = ours.best(factors, 4)
    flow = ours.flow(factors)
    assert people.tolist() == np.argsort(-flow, axis=1, kind="stable")[:, :4].tolist()
    assert vacancies.tolist() == np.argsort(-flow.T, axis=1, kind="stable")[:, :4].tolist()


def test_pairs_of_surplus_minus_infinity_are_as_if_there_were_two_markets():
    dice = np.random.default_rng(5)
    one, other = dice.random((3, 2)), dice.random((2, 4))
    both = np.full((5, 6), -np.inf)
    both[:3, :2], both[3:, 2:] = one, other
    flow = match(Dense(both, 0.2), tolerance=1e-12).flow(Dense(both, 0.2))
    apart = [match(Dense(part, 0.2), tolerance=1e-12).flow(Dense(part, 0.2)) for part in (one, other)]
    assert flow[:3, :2] == pytest.approx(apart[0], abs=1e-9) and flow[3:, 2:] == pytest.approx(apart[1], abs=1e-9)
    assert (flow[np.isneginf(both)] == 0).all()


def test_order_of_people_and_vacancies_changes_nothing():
    applies, accepts = example(9, 6)
    kernel = Dense(applies + accepts)
    flow = match(kernel).flow(kernel)
    turned = Dense(kernel.surplus[::-1, ::-1])
    assert match(turned).flow(turned) == pytest.approx(flow[::-1, ::-1], abs=1e-9)
    mirrored = Dense(kernel.surplus.T)
    assert match(mirrored).flow(mirrored) == pytest.approx(flow.T, abs=1e-7)


@pytest.mark.parametrize(
    ("kernel", "capacities", "said"),
    [
        (Dense(np.ones((2, 2)), 0.0), {}, "beta must be above 0"),
        (Dense(np.ones((2, 2)), 1e-4), {}, "beta must be at least 0.000833"),
        (Dense(np.full((2, 2), np.nan)), {}, "not finite"),
        (Dense(np.full((2, 2), np.inf)), {}, "not finite"),
        (Dense(np.ones((2, 2))), {"people": -1}, "people: a capacity"),
        (Dense(np.ones((2, 2))), {"positions": np.inf}, "positions: a capacity is a finite number from 0, not inf"),
        (Factors(np.ones((2, 1), np.float32), np.full((2, 1), np.nan, np.float32)), {}, "not finite"),
        (Factors(np.ones((2, 1), np.float32), np.ones((2, 1), np.float32), 1e-4), {}, "beta must be at least 0.00625"),
    ],
)
def test_what_cannot_be_matched_is_refused(kernel, capacities, said):
    with pytest.raises(InputError, match=said):
        match(kernel, **capacities)


def test_no_vacancy_expects_more_applications_than_its_cap():
    applies, accepts = example()
    scores = applies * accepts
    free = capped(scores, applies, 1e6, 0.02)
    crowd = (free.attention * applies).sum(axis=0)
    assert free.prices.tolist() == [0.0] * 20 and crowd.max() > 3
    held = capped(scores, applies, np.r_[0.0, np.full(19, 1.5)], 0.02)
    crowd = (held.attention * applies).sum(axis=0)
    assert crowd.max() <= 1.5 + 1e-12 and crowd[0] == 0
    assert (held.attention >= 0).all() and (held.attention.sum(axis=1) <= 1 + 1e-12).all()
    # complementary slackness: who is not at the cap costs nothing
    assert held.prices[1:][crowd[1:] < 1.49].tolist() == [0.0] * int((crowd[1:] < 1.49).sum())
    assert (held.prices >= 0).all() and held.prices.max() > 0


def test_caps_have_the_solution_of_scipy():
    from scipy.optimize import minimize

    dice = np.random.default_rng(3)
    scores, applies = dice.random((2, 4, 2))
    caps, t = np.array([0.5, 0.8]), 0.2

    def loss(flat):
        pi = flat.reshape(4, 3)
        return -(pi[:, :2] * scores).sum() + t * (pi * np.log(pi)).sum()

    kept = [{"type": "eq", "fun": lambda flat: flat.reshape(4, 3).sum(axis=1) - 1}]
    kept += [{"type": "ineq", "fun": lambda flat: caps - (flat.reshape(4, 3)[:, :2] * applies).sum(axis=0)}]
    theirs = minimize(
        loss, np.full(12, 1 / 3), constraints=kept, bounds=[(1e-9, 1)] * 12, method="SLSQP", options={"ftol": 1e-12}
    )
    assert theirs.success
    assert capped(scores, applies, caps, t).attention == pytest.approx(theirs.x.reshape(4, 3)[:, :2], abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((np.ones((2, 2)), np.ones((2, 3)), 1), "two tables"),
        ((np.ones((2, 2)), np.ones((2, 2)), -1), "caps: a capacity"),
        ((np.ones((2, 2)), np.ones((2, 2)), 1, 0.0), "temperature must be above 0"),
        ((np.full((2, 2), np.nan), np.ones((2, 2)), 1), "finite numbers"),
    ],
)
def test_caps_that_make_no_sense_are_refused(arguments, said):
    with pytest.raises(InputError, match=said):
        capped(*arguments)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3), st.integers(1, 3), st.sampled_from(["inverse", "log"]), st.integers(0, 2**31))
def test_answers_bring_no_fewer_matches_and_no_side_could_answer_better(n, m, attention, seed):
    dice = np.random.default_rng(seed)
    applies, accepts, start, back = (dice.random(shape) for shape in ((n, m), (n, m), (n, m), (m, n)))
    before = matches(lists_by(start, back), applies, accepts, attention).expected
    scores = answered(start, back, applies, accepts, attention, rounds=100)
    lists = lists_by(*scores)
    found = matches(lists, applies, accepts, attention).expected
    assert found >= before - 1e-12
    people, vacancies = (list(product(permutations(range(k)), repeat=of)) for k, of in ((m, n), (n, m)))
    better = [Lists(np.array(order).reshape(n, m), lists.vacancies) for order in people]
    better += [Lists(lists.people, np.array(order).reshape(m, n)) for order in vacancies]
    best = max(matches(one, applies, accepts, attention).expected for one in better)
    assert best <= found * (1 + 1e-8) + 1e-12


def test_answers_to_the_published_example_bring_more_than_the_matching():
    applies, accepts = example()
    kernel = Dense(applies + accepts)
    flow = match(kernel).flow(kernel)
    assert matches(lists_by(*answered(flow, flow.T, applies, accepts)), applies, accepts).expected > 15.6
    assert answered(flow, flow.T, applies, accepts, rounds=0)[0] is flow
    with pytest.raises(InputError, match="probabilities"):
        answered(flow, flow.T, applies * 2, accepts)


def test_effective_matches_stop_at_the_positions_and_at_one_job_each():
    lists = Lists(np.array([[0, 1]] * 3), np.array([[0, 1, 2]] * 2))
    sure = np.ones((3, 2))
    found = matches(lists, sure, sure)
    # person x matches vacancy y with probability 1/(place of y) x 1/(place of x): 1.5 x (1 + 1/2 + 1/3)
    assert found.expected == pytest.approx(1.5 * 11 / 6)
    hired = found.effective([1, 0], draws=200)
    assert set(hired.tolist()) <= {0.0, 1.0} and hired.mean() > 0.9  # person 0 and vacancy 0 always meet
    both = found.effective([1, 1], draws=400, seed=1)
    assert 1 <= both.mean() <= 2 and both.max() == 2


def test_lists_may_end_early_and_must_belong_to_the_market():
    sure = np.ones((2, 2))
    found = matches(Lists(np.array([[1, -1], [-1, -1]]), np.array([[0], [0]])), sure, sure, "log")
    assert found.pairs.tolist() == [[0.0, 1.0], [0.0, 0.0]]
    with pytest.raises(InputError, match="do not belong"):
        matches(Lists(np.array([[2], [0]]), np.array([[0], [0]])), sure, sure)
    with pytest.raises(InputError, match="probabilities from 0 to 1"):
        matches(lists_by(sure, sure), sure * 2, sure)
