"""Trade-offs as policies of a match: floors with prices, the expected surplus, and what is refused."""

import math
import time

import numpy as np
import pytest

from jobfit.errors import InfeasibleError, PolicyError
from jobfit.policy.base import BestFirst
from jobfit.policy.requirements import Floors, load_requirements
from jobfit.policy.trade_off import (
    Chances,
    ExpectedSurplus,
    ExpertChances,
    Floor,
    TradeOff,
    kind_met,
    policy_of,
    requirements_met,
)
from jobfit.records import Evidence, Importance, Requirement, RequirementKind
from jobfit.runs import Ranking
from jobfit.shortlist import Contribution, Explanation, LedgerLine, Pool, Status

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
