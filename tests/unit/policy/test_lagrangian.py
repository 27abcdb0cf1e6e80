"""The trade-off solver against SciPy's own optimisers, its optimality conditions, its limits and its refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from jobfit.errors import InfeasibleError, PolicyError
from jobfit.policy.lagrangian import Constraint, reachable, solve

quick = settings(max_examples=40, deadline=None)


@st.composite
def problems(draw, most=3):
    """Scores, up to three tables of values, bounds that some distribution keeps with room, a temperature."""
    n = draw(st.integers(2, 30))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = dice.random((draw(st.integers(1, most)), n)).round(draw(st.sampled_from([1, 3, 12])))
    inside = dice.dirichlet(np.ones(n))
    slack = draw(st.floats(0.001, 0.3))
    constraints = [Constraint(f"c{i}", v, least=float(v @ inside) - slack) for i, v in enumerate(values)]
    return dice.normal(size=n), constraints, draw(st.sampled_from([2.0, 0.5, 0.1, 0.02]))


def violation(s, constraints, temperature, found):
    """The largest violation of the Karush-Kuhn-Tucker conditions, written out apart from the solver."""
    pi, mu = found.weights, np.array([found.prices[c.name] for c in constraints])
    gaps = np.array([pi @ c.values - c.least for c in constraints])
    z = s + sum(m * c.values for m, c in zip(mu, constraints))
    inside = pi > 1e-290
    stationary = np.ptp(z[inside] - temperature * np.log(pi[inside]))
    return max(abs(pi.sum() - 1), -min(0, pi.min()), -min(0, gaps.min()), abs(mu * gaps).max(), stationary)


@quick
@given(problems())
def test_solution_satisfies_the_optimality_conditions(problem):
    found = solve(*problem)
    assert violation(*problem, found) < 1e-6
    assert found.residual < 1e-6


@settings(max_examples=15, deadline=None)
@given(problems(most=2))
def test_solution_is_that_of_scipy(problem):
    s, constraints, temperature = problem
    if temperature < 0.1:
        temperature = 0.1  # where SLSQP can follow

    def loss(pi):
        return -(pi @ s) + temperature * (pi @ np.log(pi))

    kept = [{"type": "eq", "fun": lambda pi: pi.sum() - 1}]
    kept += [{"type": "ineq", "fun": lambda pi, c=c: pi @ c.values - c.least} for c in constraints]
    n = len(s)
    theirs = minimize(
        loss, np.full(n, 1 / n), jac=lambda pi: -s + temperature * (np.log(pi) + 1), constraints=kept,
        bounds=[(1e-12, 1)] * n, method="SLSQP", options={"ftol": 1e-14, "maxiter": 1000},
    )  # fmt: skip
    ours = solve(s, constraints, temperature)
    found = loss(np.maximum(ours.weights, 1e-300))
    assert found <= theirs.fun + 1e-6
    if (
        theirs.fun < found + 1e-7 and max(-(theirs.x @ c.values - c.least) for c in constraints) < 1e-7
    ):  # else SLSQP stopped short
        assert ours.weights == pytest.approx(theirs.x, abs=2e-3)


def test_figures_of_the_specification_hold_for_a_hand_made_pair():
    # two documents: pi = (1 - t, t) with t = sigma((s2 - s1 + mu) / T); t = 0.75 at mu = T ln 3 + s1 - s2
    found = solve([1.0, 0.2], [Constraint("q", np.array([0.0, 1.0]), least=0.75)], 0.4)
    assert found.prices["q"] == pytest.approx(0.4 * np.log(3) + 0.8, abs=1e-12)
    assert found.weights == pytest.approx([0.25, 0.75], abs=1e-12)
    assert found.preference == pytest.approx(0.25 + 0.15)
    assert found.entropy == pytest.approx(-0.25 * np.log(0.25) - 0.75 * np.log(0.75))


@quick
@given(problems(most=1), st.floats(0, 1), st.floats(0, 1))
def test_expectation_and_price_never_fall_when_more_is_asked(problem, one, other):
    s, [constraint], temperature = problem
    low, high = sorted(constraint.values.min() + share * np.ptp(constraint.values) * 0.999 for share in (one, other))
    less, more = (solve(s, [Constraint("c", constraint.values, least=b)], temperature) for b in (low, high))
    assert more.expected["c"] >= less.expected["c"] - 1e-9
    assert more.prices["c"] >= less.prices["c"] - 1e-9
    assert more.preference + temperature * more.entropy <= less.preference + temperature * less.entropy + 1e-9


@quick
@given(problems(most=2), st.floats(-5, 5), st.floats(0.1, 10), st.randoms(use_true_random=False))
def test_scale_of_scores_and_of_values_and_the_order_change_nothing_else(problem, shift, factor, dice):
    s, constraints, temperature = problem
    plain = solve(s, constraints, temperature)
    scaled = solve(factor * s + shift, constraints, factor * temperature)
    assert scaled.weights == pytest.approx(plain.weights, abs=1e-7)
    for name, price in plain.prices.items():
        assert scaled.prices[name] == pytest.approx(factor * price, rel=1e-4, abs=1e-6)
    stretched = [Constraint(c.name, factor * c.values + shift, least=factor * c.least + shift) for c in constraints]
    assert solve(s, stretched, temperature).weights == pytest.approx(plain.weights, abs=1e-7)
    order = list(range(len(s)))
    dice.shuffle(order)
    turned = solve(s[order], [Constraint(c.name, c.values[order], least=c.least) for c in constraints], temperature)
    assert turned.weights == pytest.approx(plain.weights[order], abs=1e-7)


@quick
@given(problems(most=2))
def test_at_most_is_at_least_of_the_negative(problem):
    s, constraints, temperature = problem
    turned = [Constraint(c.name, -c.values, most=-c.least) for c in constraints]
    one, other = solve(s, constraints, temperature), solve(s, turned, temperature)
    assert other.weights == pytest.approx(one.weights, abs=1e-9)
    assert other.prices == pytest.approx(one.prices, abs=1e-6)
    assert {name: -value for name, value in other.expected.items()} == pytest.approx(one.expected, abs=1e-9)


@quick
@given(problems(), st.randoms(use_true_random=False))
def test_masked_documents_are_as_if_absent(problem, dice):
    s, constraints, temperature = problem
    n = len(s)
    padded = [Constraint(c.name, np.r_[c.values, dice.random(), 0.3], least=c.least) for c in constraints]
    found = solve(np.r_[s, 100.0, -3.0], padded, temperature, allowed=np.arange(n + 2) < n)
    assert found.weights[n:].tolist() == [0, 0]
    assert found.weights[:n] == pytest.approx(solve(s, constraints, temperature).weights, abs=1e-9)


@quick
@given(problems())
def test_temperature_zero_is_the_linear_program_and_the_limit(problem):
    s, constraints, _ = problem
    rows = np.array([-c.values for c in constraints]), np.array([-c.least for c in constraints])
    theirs = linprog(-s, *rows, A_eq=np.ones((1, len(s))), b_eq=[1.0])
    found = solve(s, constraints, 0)
    assert found.preference == pytest.approx(-theirs.fun, abs=1e-7)
    assert found.residual < 1e-6
    near = solve(s, constraints, 1e-4)
    assert near.preference <= found.preference + 1e-7
    assert near.preference == pytest.approx(found.preference, abs=1e-4 * np.log(len(s)) + 1e-7)


@pytest.mark.parametrize("seed", range(40))
def test_several_constraints_at_a_low_temperature_are_solved_where_the_dual_s_value_cannot_tell_any_more(seed):
    dice = np.random.default_rng(seed)
    s = np.array([-0.2812874181513504, -0.6680463461089501, -1.0551505512051214]) * (1 + seed / 40)
    values = [0.1, 0.2, 0.8], [0.6, 0.1, 0.4], [0.5, 0.2, 0.7]
    least = np.array([0.5646205322859068, 0.21508493300453027, 0.4848730206592844]) - dice.uniform(0, 0.02) * (seed > 0)
    asked = [Constraint(f"c{n}", np.array(v), least=float(b)) for n, (v, b) in enumerate(zip(values, least))]
    for temperature in (1e-4, 1e-5):
        found = solve(s, asked, temperature)
        assert violation(s, asked, temperature, found) < 1e-6 and found.residual < 1e-9


def test_temperature_zero_shares_equally_between_equals():
    found = solve([1.0, 1.0, 0.5], temperature=0)
    assert found.weights.tolist() == [0.5, 0.5, 0.0]
    tied = solve([1.0, 1.0, 0.0, 0.0], [Constraint("q", np.array([0.0, 0.0, 1.0, 1.0]), least=0.5)], 0)
    assert tied.weights == pytest.approx([0.25] * 4)
    assert tied.prices["q"] == pytest.approx(1.0)


def test_what_binds_not_costs_nothing():
    found = solve([3.0, 1.0], [Constraint("q", np.array([0.9, 0.1]), least=0.2)], 0.5)
    assert found.prices == {"q": 0.0}
    assert found.weights == pytest.approx(solve([3.0, 1.0], (), 0.5).weights, abs=1e-15)


def test_beyond_the_reachable_is_refused_with_the_best_there_is():
    with pytest.raises(InfeasibleError, match=r"q at least 0.8 \(best reachable: 0.7\)") as caught:
        solve([1.0, 0.0], [Constraint("q", np.array([0.2, 0.7]), least=0.8)])
    assert caught.value.reachable == {"q": 0.7}


def test_contradictory_constraints_are_refused_and_each_limit_is_said():
    q, d = np.array([1.0, 0.0, 0.5]), np.array([1.0, 0.0, 0.4])
    with pytest.raises(InfeasibleError) as caught:
        solve(np.zeros(3), [Constraint("q", q, least=0.8), Constraint("d", d, most=0.3)], 0.1)
    # at d <= 0.3 the best q is on the way from document 2 to 3: 0.5 x 0.3 / 0.4; at q >= 0.8 the least d is 0.76
    assert caught.value.reachable == pytest.approx({"q": 0.375, "d": 0.76})


def test_exactly_the_highest_value_is_the_limit_of_an_infinite_price():
    found = solve([5.0, 1.0, 0.0], [Constraint("q", np.array([0.1, 0.7, 0.7]), least=0.7)], 1.0)
    assert found.prices["q"] == np.inf
    assert found.weights == pytest.approx([0, 1 / (1 + np.exp(-1)), 1 / (1 + np.e)])
    assert found.residual < 1e-12


def test_one_price_for_all_queries_reaches_the_mean_not_each():
    s, q = np.array([1.0, 0.0, 1.0, 0.0, 0.5]), np.array([0.2, 0.4, 0.1, 0.9, 0.9])
    found = solve(s, [Constraint("q", q, least=0.6)], 0.1, sizes=[2, 3])
    first, second = found.weights[:2], found.weights[2:]
    assert first.sum() == pytest.approx(1) and second.sum() == pytest.approx(1)
    assert (first @ q[:2] + second @ q[2:]) / 2 == pytest.approx(0.6, abs=1e-12)
    assert first @ q[:2] < 0.6 < second @ q[2:]
    mu = found.prices["q"]
    for part, weights in ((slice(0, 2), first), (slice(2, 5), second)):
        expected = np.exp((s[part] + mu * q[part]) / 0.1)
        assert weights == pytest.approx(expected / expected.sum(), abs=1e-12)
    with pytest.raises(InfeasibleError, match=r"best reachable: 0\.65"):
        solve(s, [Constraint("q", q, least=0.66)], 0.1, sizes=[2, 3])


def test_population_with_several_constraints_satisfies_the_conditions():
    dice = np.random.default_rng(4)
    sizes = [7, 1, 12]
    s, q, d = dice.normal(size=(3, 20))
    asked = [Constraint("q", q, least=0.5), Constraint("d", d, most=0.1)]
    for temperature in (0.3, 0):
        found = solve(s, asked, temperature, sizes=sizes)
        assert found.residual < 1e-8
        assert found.expected["q"] >= 0.5 - 1e-8 and found.expected["d"] <= 0.1 + 1e-8
        assert np.add.reduceat(found.weights, [0, 7, 8]) == pytest.approx([1, 1, 1])
    # at temperature 0 all weight of a list is on what is best at the prices, which are the limit of those above it
    adjusted = s + found.prices["q"] * q - found.prices["d"] * d
    for part in (slice(0, 7), slice(7, 8), slice(8, 20)):
        assert found.weights[part] @ adjusted[part] == pytest.approx(adjusted[part].max(), abs=1e-9)
    assert found.prices == pytest.approx(solve(s, asked, 1e-4, sizes=sizes).prices, abs=1e-2)


@st.composite
def exposed(draw):
    """Lists of several people over the same vacancies, a floor, and bounds on the exposure of some vacancies."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    people, vacancies = draw(st.integers(1, 6)), draw(st.integers(3, 8))
    n = people * vacancies
    inside = dice.dirichlet(np.ones(vacancies), people).ravel()
    which = np.tile(np.arange(vacancies), people)
    q = dice.random(n)
    few, crowded = np.isin(which, dice.integers(0, vacancies, 2)), which == dice.integers(vacancies)
    asked = [
        Constraint("q", q, least=float(q @ inside) / people - draw(st.floats(0.001, 0.2))),
        Constraint(
            "few", few.astype(float), least=max(0.0, float(few @ inside) / people - draw(st.floats(0.001, 0.2)))
        ),
        Constraint(
            "crowded", crowded.astype(float), most=float(crowded @ inside) / people + draw(st.floats(0.001, 0.1))
        ),
    ]
    return dice.normal(size=n), asked, draw(st.sampled_from([1.0, 0.3, 0.05])), [vacancies] * people


@settings(max_examples=30, deadline=None)
@given(exposed())
def test_exposure_over_many_lists_satisfies_the_optimality_conditions_and_is_scipys(problem):
    s, asked, temperature, sizes = problem
    found = solve(s, asked, temperature, sizes=sizes)
    people, signs = len(sizes), {c.name: c.sign for c in asked}
    table, pi = np.array([c.values for c in asked]), found.weights
    gaps = np.array([signs[c.name] * (pi @ c.values / people - c.bound) for c in asked])
    mu = np.array([found.prices[c.name] for c in asked])
    z = s + (mu * list(signs.values())) @ table - temperature * np.log(np.maximum(pi, 1e-290))
    rows = z.reshape(people, -1), pi.reshape(people, -1)
    stationary = max(np.ptp(one[weight > 1e-280]) for one, weight in zip(*rows))
    sums = abs(rows[1].sum(axis=1) - 1).max()
    assert max(sums, -min(0, gaps.min()), abs(mu * gaps).max(), stationary) < 1e-6
    assert (mu >= 0).all() and found.residual < 1e-6
    if temperature < 0.1 or len(s) > 24:
        return  # where SLSQP cannot follow

    def loss(pi):
        return (-(pi @ s) + temperature * (pi @ np.log(np.maximum(pi, 1e-300)))) / people

    kept = [{"type": "eq", "fun": lambda pi: pi.reshape(people, -1).sum(axis=1) - 1}]
    kept += [{"type": "ineq", "fun": lambda pi, c=c: c.sign * (pi @ c.values / people - c.bound)} for c in asked]
    theirs = minimize(
        loss, np.full(len(s), people / len(s)), jac=lambda pi: (-s + temperature * (np.log(pi) + 1)) / people,
        constraints=kept, bounds=[(1e-12, 1)] * len(s), method="SLSQP", options={"ftol": 1e-14, "maxiter": 1000},
    )  # fmt: skip
    assert loss(pi) <= theirs.fun + 1e-6
    if theirs.success and min(one["fun"](theirs.x) for one in kept[1:]) > -1e-8:
        assert loss(pi) == pytest.approx(theirs.fun, abs=1e-6)


def test_reachable_is_the_highest_expectation_that_keeps_the_constraints():
    # two lists: document 2 of each may have a quarter of all attention together, so half of one of them
    q, last = np.array([0.1, 0.9, 0.2, 0.6]), Constraint("last", np.array([0.0, 1.0, 0.0, 1.0]), most=0.25)
    best, pi = reachable(q, sizes=[2, 2])
    assert best == pytest.approx((0.9 + 0.6) / 2) and pi == pytest.approx([0, 1, 0, 1])
    best, pi = reachable(q, [last], sizes=[2, 2])
    assert best == pytest.approx((0.5 * 0.1 + 0.5 * 0.9 + 0.2) / 2) and pi == pytest.approx([0.5, 0.5, 1, 0])
    with pytest.raises(InfeasibleError, match=r"best reachable: 1"):
        reachable(q, [Constraint("last", last.values, least=1.1)], sizes=[2, 2])


def test_extreme_scores_give_numbers():
    found = solve([1e200, -1e200, 0.0], [Constraint("q", np.array([0.0, 1.0, 0.5]), least=0.4)], 1e195)
    assert np.isfinite(found.weights).all() and found.weights @ [0, 1, 0.5] == pytest.approx(0.4)
    with pytest.raises(PolicyError, match="too low for scores"):
        solve([1e100, -1e100], (), 1e-30)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([], ()), "nobody in the list"),
        (([1.0, 2.0], (), 0.1, [False, False]), "nobody in the list is allowed"),
        (([1.0, 2.0], (), 0.1, None, [2, 0]), "nobody in list 2"),
        (([1.0, 2.0], (), 0.1, None, [3]), "3 documents together, not 2"),
        (([1.0, np.nan],), "finite"),
        (([1.0], (), -1.0), "temperature must be"),
        (([1.0], (), np.nan), "temperature must be"),
        (([1.0], [Constraint("q", np.ones(2), least=0.5)]), "1 documents, but 2 values of 'q'"),
        (([1.0], [Constraint("q", np.ones(1), least=0.5)] * 2), "same name"),
        (([1.0, 2.0], (), 0.1, [True]), "2 documents, but 1 values of 'allowed'"),
    ],
)
def test_what_cannot_be_solved_is_refused(arguments, said):
    with pytest.raises(PolicyError, match=said):
        solve(*arguments)


@pytest.mark.parametrize("bounds", [{}, {"least": 0.1, "most": 0.2}, {"least": np.nan}])
def test_constraint_needs_one_finite_bound(bounds):
    with pytest.raises(PolicyError, match="'q'"):
        Constraint("q", np.ones(2), **bounds)
