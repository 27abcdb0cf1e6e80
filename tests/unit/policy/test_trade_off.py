"""Trade-offs as policies of a match: floors with prices, the expected surplus, and what is refused."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, minimize

from jobfit.errors import InfeasibleError, PolicyError
from jobfit.policy.base import BestFirst
from jobfit.policy.floors import ExposureBound, Floors, PayBound
from jobfit.policy.requirements import load_requirements
from jobfit.policy.trade_off import (
    Chances,
    ExpectedSurplus,
    ExpertChances,
    Floor,
    TradeOff,
    in_these,
    kilometres,
    kind_met,
    pay_in,
    policy_of,
    requirements_met,
)
from jobfit.records import Evidence, Importance, Period, Requirement, RequirementKind, Salary
from jobfit.runs import Ranking
from jobfit.shortlist import Contribution, Explanation, LedgerLine, Pool, Status, Terms

QUOTE = Evidence("x", 0, 1)


def line(status, importance=Importance.NICE, kind=RequirementKind.SKILL):
    of = Requirement(f"{kind}:{importance}", kind, "x", "x", importance)
    return LedgerLine(of, status, None if status is Status.UNKNOWN else QUOTE)


def chances(of, method="platt"):
    return Chances(lambda ids: np.array([of[i] for i in ids]), method)


def asked(scores, lines=lambda i: ()):
    """A ranking by ``scores`` and what each score is made of: two parts."""
    explained = {
        i: Explanation((Contribution("dense", score * 0.75), Contribution("lexical", score * 0.25)), tuple(lines(i)))
        for i, score in scores.items()
    }
    ranking = Ranking.from_scores("q", tuple(scores), [why.score for why in explained.values()])
    return ranking, Pool(tuple(scores)), explained


SCORES = {"a": 0.9, "b": 0.8, "c": 0.4, "d": 0.05}
CHANCE = {"a": 0.1, "b": 0.5, "c": 0.9, "d": 0.9}


def test_floor_reorders_by_a_price_that_stands_among_the_contributions():
    policy = TradeOff((Floor("qualification", 0.8, chances(CHANCE)),), 0.1)
    decided = policy.decide(*asked(SCORES), 4)
    [price] = decided.prices
    assert price.expected == pytest.approx(0.8, abs=1e-9)
    assert price.without < 0.5 and price.least == 0.8 and price.price > 0
    assert price.shown == pytest.approx(0.6)
    assert [entry.id for entry in decided.entries] == ["c", "b", "d", "a"]
    assert [entry.rank for entry in decided.entries] == [1, 2, 3, 4]
    for entry in decided.entries:
        assert [part.name for part in entry.contributions] == ["dense", "lexical", "trade_off:qualification"]
        assert entry.contributions[2].value == price.price * CHANCE[entry.id]
        assert math.fsum(part.value for part in entry.contributions) == entry.score


def test_floor_that_is_kept_anyway_changes_no_place_and_costs_nothing():
    ranking, pool, explained = asked(SCORES)
    decided = TradeOff((Floor("qualification", 0.05, chances(CHANCE)),), 0.1).decide(ranking, pool, explained, 3)
    plain = BestFirst().decide(ranking, pool, explained, 3)
    assert [(e.id, e.score) for e in decided.entries] == [(e.id, e.score) for e in plain.entries]
    assert decided.prices[0].price == 0.0


def test_surplus_ranks_by_score_times_chance():
    decided = ExpectedSurplus(chances(CHANCE)).decide(*asked(SCORES), 3)
    assert [entry.id for entry in decided.entries] == ["b", "c", "a"]
    assert [entry.score for entry in decided.entries] == pytest.approx([0.40, 0.36, 0.09])
    assert decided.prices == ()


def test_surplus_refuses_scores_below_zero():
    with pytest.raises(PolicyError, match="from 0 on, and that of 'd'"):
        ExpectedSurplus(chances(CHANCE)).decide(*asked(SCORES | {"d": -0.1}), 3)


def test_qualification_that_is_not_calibrated_is_refused():
    with pytest.raises(PolicyError, match="not calibrated"):
        chances(CHANCE, "none")


def test_qualification_outside_0_to_1_is_refused():
    with pytest.raises(PolicyError, match="not a probability"):
        ExpectedSurplus(chances(dict.fromkeys(SCORES, 1.5))).decide(*asked(SCORES), 3)


def test_floor_above_the_reachable_says_what_there_is():
    with pytest.raises(InfeasibleError, match=r"best reachable: 0\.9"):
        TradeOff((Floor("qualification", 0.95, chances(CHANCE)),)).decide(*asked(SCORES), 3)
    with pytest.raises(PolicyError, match=r"0\.9 is the most that anybody here has"):
        TradeOff((Floor("qualification", 0.9, chances(CHANCE)),)).decide(*asked(SCORES), 3)


def test_nobody_ranked_gives_an_empty_list():
    for policy in (TradeOff((Floor("qualification", 0.9, chances({})),)), ExpectedSurplus(chances({}))):
        assert policy.decide(*asked({}), 3).entries == ()


def test_share_of_requirements_counts_what_is_met_and_a_must_twice():
    lines = {
        "a": (line(Status.MET, Importance.MUST), line(Status.UNKNOWN)),
        "b": (line(Status.MISSING, Importance.MUST), line(Status.MET)),
    }
    _, _, explained = asked({"a": 1.0, "b": 1.0}, lines.__getitem__)
    assert requirements_met(("a", "b"), explained) == pytest.approx([2 / 3, 1 / 3])
    assert kind_met(RequirementKind.SKILL)(("a", "b"), explained).tolist() == [0.0, 0.0]
    with pytest.raises(PolicyError, match="no location is required or wished"):
        kind_met(RequirementKind.LOCATION)(("a", "b"), explained)
    with pytest.raises(PolicyError, match="nothing is required"):
        requirements_met(("a",), asked({"a": 1.0})[2])


def terms(of):
    """A ranking by score of pairs with terms: (score, pay a year in EUR, km)."""
    explained = {
        i: Explanation((Contribution("dense", score),), (), Terms(pay and Salary(pay, pay, "EUR", Period.YEAR), km))
        for i, (score, pay, km) in of.items()
    }
    return Ranking.from_scores("q", tuple(of), [why.score for why in explained.values()]), Pool(tuple(of)), explained


OFFERS = {
    "a": (0.9, 30_000, 50.0),
    "b": (0.8, None, 10.0),
    "c": (0.6, 45_000, None),
    "d": (0.4, 50_000, 5.0),
    "e": (0.2, 28_000, 0.0),
}
PAY = Floor("pay", 40_000, pay_in("EUR"), unit="EUR a year")
NEAR = Floor("distance", None, kilometres, 20.0, "km")


def slsqp(of, temperature, asked):
    """SciPy's own optimum of E[score] + T entropy with E[p - bound | stated] of the right sign, apart from the solver.

    asked: (column of the table, sign, bound) each.
    """
    table = [[row[column] for row in of.values()] for column in range(3)]
    s, n = np.array(table[0]), len(of)

    def gap(pi, column, sign, bound):
        return sum(w * sign * (v - bound) for w, v in zip(pi, table[column]) if v is not None)

    scale = {1: 1e4, 2: 10.0}
    kept = [{"type": "eq", "fun": lambda pi: pi.sum() - 1}]
    kept += [{"type": "ineq", "fun": lambda pi, a=a: gap(pi, *a) / scale[a[0]]} for a in asked]
    found = minimize(
        lambda pi: -(pi @ s) + temperature * (pi @ np.log(pi)), np.full(n, 1 / n), constraints=kept,
        bounds=[(1e-12, 1)] * n, method="SLSQP", options={"ftol": 1e-15, "maxiter": 2000},
    )  # fmt: skip
    assert found.success
    return found.x


@pytest.mark.parametrize(
    ("floors", "asked"),
    [
        ((PAY,), [(1, 1, 40_000)]),
        ((NEAR,), [(2, -1, 20.0)]),
        ((PAY, NEAR), [(1, 1, 40_000), (2, -1, 20.0)]),
    ],
)
@pytest.mark.parametrize("temperature", [0.1, 0.5])
def test_pay_and_distance_are_kept_over_those_that_state_them_as_scipy_finds(floors, asked, temperature):
    pi = slsqp(OFFERS, temperature, asked)
    decided = TradeOff(floors, temperature).decide(*terms(OFFERS), 5)
    for price, (column, sign, bound) in zip(decided.prices, asked, strict=True):
        known = np.array([row[column] is not None for row in OFFERS.values()])
        values = np.array([row[column] or 0.0 for row in OFFERS.values()])
        assert price.known == pytest.approx(pi[known].sum(), abs=1e-4)
        assert price.expected == pytest.approx(pi[known] @ values[known] / pi[known].sum(), rel=1e-4)
        assert sign * (price.expected - bound) >= -1e-6 * bound
        assert (price.price > 0) is (abs(price.expected - bound) < 1e-6 * bound)  # a price only where it binds
        assert (price.least, price.most) == ((bound, None) if sign > 0 else (None, bound))
    log_ratio = np.log(pi) - np.log(pi[0])
    scores = {entry.id: entry.score for entry in decided.entries}
    ours = np.array([scores[i] - scores["a"] for i in OFFERS]) / temperature  # pi is a softmax of the final scores
    assert ours == pytest.approx(log_ratio, abs=2e-3)


def test_what_a_text_does_not_say_adds_nothing_and_takes_nothing_away():
    plain = BestFirst().decide(*terms(OFFERS), 5)
    before = {entry.id: entry.score for entry in plain.entries}
    decided = TradeOff((PAY,), 0.1).decide(*terms(OFFERS), 5)
    [price] = decided.prices
    assert price.unit == "EUR a year" and price.without < 40_000 <= price.expected + 1e-6
    for entry in decided.entries:
        pay = OFFERS[entry.id][1]
        added = 0.0 if pay is None else price.price * (pay - 40_000)
        assert (entry.contributions[-1].name, entry.contributions[-1].value) == ("trade_off:pay", pytest.approx(added))
        assert entry.score - before[entry.id] == pytest.approx(added)
    assert {entry.id for entry in decided.entries} == set(OFFERS)  # nobody is left out
    [shown] = TradeOff((PAY,), 0.1).decide(*terms({"b": (0.9, None, None), "c": OFFERS["c"]}), 1).prices
    assert shown.shown is None and shown.known < 0.5


@pytest.mark.parametrize(
    ("floor", "most", "said"),
    [
        (Floor("pay", 60_000, pay_in("EUR")), 50_000, "of those that state it: 50000"),
        (Floor("distance", None, kilometres, 0.0), 3.0, "of those that state it: 3"),
    ],
)
def test_a_bound_that_only_silence_could_keep_is_infeasible_and_says_what_there_is(floor, most, said):
    offers = OFFERS | {"e": (0.2, 28_000, 3.0)}
    with pytest.raises(InfeasibleError, match=said) as refused:
        TradeOff((floor,)).decide(*terms(offers), 3)
    assert refused.value.reachable == {floor.name: most}


def test_a_bound_that_nothing_speaks_of_is_refused_and_one_at_the_edge_leaves_no_choice():
    silent = {i: (score, None, None) for i, (score, *_) in OFFERS.items()}
    for floor in (PAY, NEAR):
        with pytest.raises(PolicyError, match=f"no text here states {floor.name}"):
            TradeOff((floor,)).decide(*terms(silent), 3)
    with pytest.raises(PolicyError, match="no text here states pay in GBP a year"):
        TradeOff((Floor("pay", 1, pay_in("GBP"), unit="GBP a year"),)).decide(*terms(OFFERS), 3)
    with pytest.raises(PolicyError, match="0 is the least that anybody here has"):
        TradeOff((Floor("distance", None, kilometres, 0.0),)).decide(*terms(OFFERS), 3)


@pytest.mark.parametrize("seed", range(5))
def test_exact_prices_of_many_bounds_are_the_multipliers_of_an_interior_point_method(seed):
    dice = np.random.default_rng(seed)
    n, temperature = 12, float(dice.choice([0.05, 0.3]))
    known = dice.random(n) < 0.7
    known[:3] = True
    pay = (dice.integers(20, 60, n) * 1000.0).tolist()
    km = dice.integers(0, 80, n).astype(float).tolist()
    offers = {f"v{i}": (float(dice.random()), pay[i] if known[i] else None, km[i]) for i in range(n)}
    asked = float(np.quantile(np.array(pay)[known], 0.6)), float(np.quantile(km, 0.6))
    floors = (
        Floor("pay", asked[0], pay_in("EUR"), unit="EUR"),
        Floor("distance", None, kilometres, asked[1], "km"),
        Floor("exposure", 0.3, in_these(["v0", "v1", "v99"])),
    )
    scales = (1e4, 10, 1)
    gaps = [np.where(known, np.array(pay) - asked[0], 0) / 1e4, (asked[1] - np.array(km)) / 10]
    gaps.append(np.array([0.7, 0.7] + [-0.3] * (n - 2)))
    multipliers = interior_point(np.array([row[0] for row in offers.values()]), gaps, temperature)
    decided = TradeOff(floors, temperature).decide(*terms(offers), n)
    for price, multiplier, scale in zip(decided.prices, multipliers, scales, strict=True):
        assert price.price == pytest.approx(multiplier / scale, rel=1e-3, abs=1e-3 / scale)


def interior_point(score, gaps, temperature):
    """The multipliers of E[gap] >= 0 by SciPy's barrier method (Byrd, Hribar and Nocedal 1999)."""
    n, least = len(score), 1e-12

    def loss(pi):
        return -(pi @ score) + temperature * (pi @ np.log(np.maximum(pi, least)))

    kept = LinearConstraint(np.array(gaps), 0, np.inf), LinearConstraint(np.ones((1, n)), 1, 1)
    found = minimize(
        loss, np.full(n, 1 / n), constraints=kept, bounds=Bounds(0, 1), method="trust-constr",
        jac=lambda pi: -score + temperature * (np.log(np.maximum(pi, least)) + 1),
        hess=lambda pi: np.diag(temperature / np.maximum(pi, 1e-9)),
        options={"gtol": 1e-9, "xtol": 1e-12, "barrier_tol": 1e-9, "maxiter": 2000},
    )  # fmt: skip
    assert found.constr_violation < 1e-8
    return -found.v[0]


VACANCIES = {"v1": 0.9, "v2": 0.8, "v3": 0.4, "v4": 0.05}


def test_exposure_of_named_vacancies_is_kept_at_one_price_for_all_of_them():
    floors = Floors(exposure=(ExposureBound(("v3", "v4"), at_least=0.3), ExposureBound(("v1",), at_most=0.2)))
    decided = policy_of(replace(floors, temperature=0.1)).decide(*asked(VACANCIES), 4)
    few, crowded = decided.prices
    assert [(one.name, one.least, one.most) for one in decided.prices] == [
        ("exposure 1", 0.3, None), ("exposure 2", None, 0.2)
    ]  # fmt: skip
    assert few.expected == pytest.approx(0.3, abs=1e-9) and few.without < 0.3 and few.price > 0
    assert crowded.expected == pytest.approx(0.2, abs=1e-9) and crowded.without > 0.2 and crowded.price > 0
    assert (few.shown, crowded.shown) == (0.5, 0.25)  # of the places shown
    added = {e.id: [part.value for part in e.contributions[2:]] for e in decided.entries}
    assert added["v3"] == added["v4"] == [few.price, 0] and added["v1"] == [0, -crowded.price]
    assert added["v2"] == [0, 0]
    # pi = softmax(score / T): the shares follow from the final scores
    final = np.array([entry.score for entry in decided.entries]) / 0.1
    pi = dict(zip((e.id for e in decided.entries), np.exp(final - final.max()) / np.exp(final - final.max()).sum()))
    assert pi["v3"] + pi["v4"] == pytest.approx(0.3) and pi["v1"] == pytest.approx(0.2)


def test_a_bound_on_each_vacancy_is_none_on_one_list():
    with pytest.raises(PolicyError, match="over many lists"):
        policy_of(Floors(exposure=(ExposureBound(at_most=0.2),)))


@pytest.mark.parametrize(
    ("bounds", "reachable"),
    [
        ((ExposureBound(("x",), at_least=0.2),), {"exposure": 0.0}),
        ((ExposureBound(tuple(VACANCIES), at_most=0.9),), {"exposure": 1.0}),
        (
            (ExposureBound(("v1",), at_most=0.2), ExposureBound(("v1", "v2"), at_least=0.9),
             ExposureBound(("v2",), at_most=0.3)),
            {"exposure 1": 0.6, "exposure 2": 0.5, "exposure 3": 0.7},
        ),
    ],
)  # fmt: skip
def test_exposure_that_a_list_cannot_give_says_what_it_can(bounds, reachable):
    with pytest.raises(InfeasibleError, match="best reachable") as refused:
        policy_of(Floors(exposure=bounds)).decide(*asked(VACANCIES), 4)
    assert refused.value.reachable == pytest.approx(reachable)


def test_a_policy_file_says_what_the_list_has_to_keep(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text("trade_off: {qualification: 0.6, location: 0.5, temperature: 0.1}")
    floors = load_requirements(path).floors
    assert floors == Floors(qualification=0.6, location=0.5, temperature=0.1)
    qualified = ExpertChances(chances(CHANCE), chances(CHANCE))
    policy = policy_of(floors, qualified)
    assert [(f.name, f.least) for f in policy.floors] == [("qualification", 0.6), ("location", 0.5)]
    assert policy.temperature == 0.1
    with pytest.raises(PolicyError, match="--qualification FOLDER"):
        policy_of(floors)
    path.write_text("trade_off: {pay: {at_least: 40000, currency: EUR}, distance: {at_most: 30}}")
    floors = load_requirements(path).floors
    assert floors == Floors(pay=PayBound("EUR", 40_000), distance=30)
    asked = [(f.name, f.least, f.most, f.unit) for f in policy_of(floors).floors]
    assert asked == [("pay", 40_000, None, "EUR a year"), ("distance", None, 30, "km")]
    path.write_text("trade_off: {exposure: [{vacancies: [v1, v2], at_least: 0.2}, {vacancies: [v3], at_most: 0}]}")
    floors = load_requirements(path).floors
    assert floors == Floors(exposure=(ExposureBound(("v1", "v2"), at_least=0.2), ExposureBound(("v3",), at_most=0)))
    asked = [(f.name, f.least, f.most) for f in policy_of(floors).floors]
    assert asked == [("exposure 1", 0.2, None), ("exposure 2", None, 0)]
    path.write_text("trade_off: {surplus: true}")
    success = chances(CHANCE)
    surplus = policy_of(load_requirements(path).floors, ExpertChances(chances({}), success))
    assert isinstance(surplus, ExpectedSurplus) and surplus.chance is success
    path.write_text("trade_off: {preference: 0.2}")
    wanted = load_requirements(path).floors
    (floor,) = policy_of(wanted, ExpertChances(chances({}), success, preference=success)).floors
    assert (floor.name, floor.least, floor.measure) == ("preference", 0.2, success)
    for known in (None, qualified):
        with pytest.raises(PolicyError, match="--qualification"):
            policy_of(wanted, known)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trade_off: {}", "either surplus: true or at least one floor"),
        ("trade_off: {surplus: true, qualification: 0.5}", "either surplus: true or at least one floor"),
        ("trade_off: {qualification: 1.5}", "up to 1"),
        ("trade_off: {qualification: -0.1}", "from 0"),
        ("trade_off: {qualification: high}", "expected a number"),
        ("trade_off: {qualifications: 0.5}", "qualification"),
        ("trade_off: {qualification: 0.5, temperature: -1}", "from 0"),
        ("trade_off: {surplus: true, distance: {at_most: 3}}", "either surplus: true or at least one floor"),
        ("trade_off: {distance: {at_most: 0}}", "above 0"),
        ("trade_off: {distance: 30}", "distance"),
        ("trade_off: {pay: {at_least: 30000}}", "currency"),
        ("trade_off: {pay: {currency: EUR}}", "either at_least or at_most"),
        ("trade_off: {pay: {currency: EUR, at_least: 3, at_most: 4}}", "either at_least or at_most"),
        ("trade_off: {pay: {currency: EUX, at_least: 3}}", "'EUX' is unknown"),
        ("exclude: {pay: {at_least: -3, currency: EUR}}", "above 0"),
        ("trade_off: {exposure: [{vacancies: [v1], at_least: 1.2}]}", "up to 1"),
        ("trade_off: {exposure: [{vacancies: [v1], at_most: -0.1}]}", "from 0"),
        ("trade_off: {exposure: [{vacancies: [v1], at_least: .nan}]}", "number"),
        ("trade_off: {exposure: [{vacancies: [v1], at_least: much}]}", "expected a number"),
        ("trade_off: {exposure: [{vacancies: [v1]}]}", "either at_least or at_most"),
        ("trade_off: {exposure: [{vacancies: [v1], at_least: 0.1, at_most: 0.2}]}", "either at_least or at_most"),
        ("trade_off: {exposure: [{vacancies: [], at_least: 0.1}]}", "at least one vacancy"),
        ("trade_off: {exposure: [{at_least: 0.1}]}", "at least one vacancy"),
        ("trade_off: {exposure: [{vacancies: [7], at_least: 0.1}]}", "vacancies"),
        ("trade_off: {exposure: {vacancies: [v1], at_least: 0.1}}", "exposure"),
        ("trade_off: {exposure: []}", "either surplus: true or at least one floor"),
    ],
)
def test_a_policy_file_that_makes_no_sense_is_refused(text, said, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(PolicyError, match=said):
        load_requirements(path)


def test_a_thousand_candidates_take_a_moment():
    # results/policy-latency.json has the milliseconds; this bound only catches another order of magnitude
    dice = np.random.default_rng(0)
    scores = {f"c{i}": float(s) for i, s in enumerate(dice.random(1000))}
    policy = TradeOff((Floor("qualification", 0.7, chances({i: float(dice.random()) for i in scores})),))
    given = asked(scores)
    start = time.process_time()
    policy.decide(*given, 20)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("k", [1, 7, 60, 100])
def test_first_places_are_those_of_everybody_in_order(k):
    dice = np.random.default_rng(2)
    scores = {f"c{i}": float(s) for i, s in enumerate(dice.random(60).round(1))}  # many ties
    chance = {i: float(c) for i, c in zip(scores, dice.random(60).round(1))}
    for policy in (TradeOff((Floor("qualification", 0.6, chances(chance)),), 0.1), ExpectedSurplus(chances(chance))):
        ranking, pool, explained = asked(scores)
        everybody = policy.decide(ranking, pool, explained, 60).entries
        assert policy.decide(ranking, pool, explained, k).entries == everybody[:k]
        assert [e.score for e in everybody] == sorted((e.score for e in everybody), reverse=True)
