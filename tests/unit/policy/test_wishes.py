"""A candidate's wishes held against an offer: met, missing with both quotes, or unknown."""

from dataclasses import replace

import pytest

from jobfit.policy.ledger import wish_lines
from jobfit.records import CandidateProfile, Evidence, Importance, Stated, VacancyProfile
from jobfit.shortlist import Status


def said(*values):
    return tuple(Stated(value, Evidence(f"says {value}", 0, 5 + len(value))) for value in values)


@pytest.mark.parametrize(
    ("wishes", "offers", "statuses"),
    [
        (["permanent"], ["permanent"], [Status.MET]),
        (["permanent"], ["internship"], [Status.MISSING]),
        (["permanent"], ["full_time"], [Status.UNKNOWN]),
        (["permanent"], [], [Status.UNKNOWN]),
        (["permanent", "fixed_term"], ["fixed_term"], [Status.UNKNOWN, Status.MET]),
        (["remote"], ["hybrid"], [Status.MET]),
        (["remote", "permanent"], ["on_site", "permanent"], [Status.MISSING, Status.MET]),
        ([], ["permanent"], []),
    ],
)
def test_conditions(wishes, offers, statuses):
    lines = [*wish_lines(CandidateProfile(conditions=said(*wishes)), VacancyProfile(conditions=said(*offers)))]
    assert [line.status for line in lines] == statuses
    for line, wish in zip(lines, wishes, strict=True):
        assert line.requirement.importance is Importance.NICE
        settled = line.status is not Status.UNKNOWN
        assert (line.evidence is not None) is settled is (line.requirement.evidence is not None)
        if line.evidence and line.requirement.evidence:
            assert line.evidence.text == f"says {wish}"
            assert line.requirement.evidence.text.removeprefix("says ") in offers


@pytest.mark.parametrize(
    ("where", "sure", "conditions", "status"),
    [
        ("lyon", False, [], Status.MET),
        ("paris", True, [], Status.MISSING),
        ("paris", False, [], Status.UNKNOWN),  # it may be one of several
        ("paris", True, ["remote"], Status.MET),
        ("sceaux", True, [], Status.UNKNOWN),  # a village is not known to be elsewhere
        (None, True, [], Status.UNKNOWN),
    ],
)
def test_places(where, sure, conditions, status):
    candidate = CandidateProfile(wished_locations=said("lyon", "marseille"))
    place = replace(said(where)[0], sure=sure) if where else None
    offer = VacancyProfile(location=place, conditions=said(*conditions))
    [line] = wish_lines(candidate, offer)
    assert (line.status, line.requirement.label) == (status, "wish: says lyon or says marseille")
    assert (line.evidence is None) is (status is Status.UNKNOWN)
