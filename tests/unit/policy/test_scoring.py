import itertools
import math

import pytest

from jobfit.errors import InputError
from jobfit.policy.scoring import requirement_contributions
from jobfit.records import Evidence, Importance, Requirement, RequirementKind
from jobfit.shortlist import LedgerLine, Status

QUOTE = Evidence("x", 0, 1)


def line(name, importance, status, weight=1.0):
    requirement = Requirement(name, RequirementKind.SKILL, name, name, importance, weight=weight)
    return LedgerLine(requirement, status, None if status is Status.UNKNOWN else QUOTE)


MUST, NICE = Importance.MUST, Importance.NICE


def test_requirement_contributions_must_counts_twice_a_nice_one():
    ledger = (line("a", MUST, Status.MET), line("b", NICE, Status.MET), line("c", NICE, Status.UNKNOWN))
    parts = requirement_contributions(ledger, 0.8)
    # weights 2, 1, 1: shares 2/4 and 1/4 of 0.8
    assert [(p.name, p.value) for p in parts] == [
        ("requirement:a", 0.4),
        ("requirement:b", 0.2),
        ("requirement:c", 0.0),
    ]


def test_requirement_contributions_all_met_give_the_whole_weight():
    ledger = [line(str(i), NICE, Status.MET, weight=i + 1) for i in range(7)]
    assert math.fsum(p.value for p in requirement_contributions(ledger, 0.4)) == pytest.approx(0.4, abs=1e-15)


def test_requirement_contributions_missing_and_unknown_add_nothing():
    ledger = (line("a", MUST, Status.MISSING), line("b", MUST, Status.UNKNOWN))
    assert [p.value for p in requirement_contributions(ledger, 1.0)] == [0.0, 0.0]


def test_requirement_contributions_order_changes_no_value():
    ledger = [line("a", MUST, Status.MET, 0.1), line("b", NICE, Status.MET, 0.2), line("c", NICE, Status.MET, 0.3)]
    orders = [{p.name: p.value for p in requirement_contributions(o, 1.0)} for o in itertools.permutations(ledger)]
    assert all(order == orders[0] for order in orders)


def test_requirement_contributions_empty_ledger_gives_none():
    assert requirement_contributions((), 1.0) == ()


@pytest.mark.parametrize("weight", [-0.1, math.inf, math.nan])
def test_requirement_contributions_impossible_weight_is_an_input_error(weight):
    with pytest.raises(InputError, match="weight of the requirements"):
        requirement_contributions((), weight)
