"""Declared mobility is never overwritten; what is imputed from a home never leaves anybody out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from jobfit.geo.places import MobilitySource, mobility
from jobfit.policy.eligibility import eligible
from jobfit.policy.missing import place_refusal
from jobfit.policy.requirements import Requirements
from jobfit.records import (
    Candidate,
    CandidateProfile,
    Evidence,
    Importance,
    Requirement,
    RequirementKind,
    Source,
    Stated,
    Vacancy,
    VacancyProfile,
)

PLACES = st.sampled_from(["paris", "lyon", "bordeaux", "bretagne", "london", "saint denis", "nowhere"])
SOURCE = Source("memory", "text", "0" * 64)


def said(value):
    return Stated(value, Evidence(value, 0, len(value)))


@given(st.lists(PLACES, max_size=3), st.none() | PLACES)
def test_declared_mobility_is_never_overwritten(declared, residence):
    found = mobility(declared, residence)
    if declared:
        assert (found.places, found.source) == (tuple(declared), MobilitySource.DECLARED)
    else:
        assert found.places == ((residence,) if residence else ())
        assert found.source is (MobilitySource.IMPUTED_RESIDENCE if residence else MobilitySource.UNKNOWN)
        assert not found.source.may_exclude


@settings(max_examples=60)
@given(st.none() | PLACES, st.lists(PLACES, min_size=1, max_size=3))
def test_home_alone_never_leaves_anybody_out(residence, places):
    profile = CandidateProfile(location=said(residence) if residence else None)
    here = "|".join(places)
    must = Requirement("location", RequirementKind.LOCATION, "label", here, Importance.MUST)
    vacancy = Vacancy("v", "text", "en", SOURCE, profile=VacancyProfile(location=said(places[0]), requirements=(must,)))
    assert eligible(vacancy, [("c", profile)], Requirements()).eligible == ("c",)
    candidate = Candidate("c", "text", "en", SOURCE, profile=profile)
    assert eligible(candidate, [("v", vacancy.profile)], Requirements()).eligible == ("v",)


def test_declared_place_that_is_surely_elsewhere_does_leave_out():
    """So the property above is not empty: the same place, declared, excludes."""
    declared = CandidateProfile(wished_locations=(said("lyon"),))
    imputed = CandidateProfile(location=said("lyon"))
    assert place_refusal(declared, "paris").text == "lyon"
    assert place_refusal(imputed, "paris") is None
