"""The quote in a CV that rules a requirement out, or that speaks of it without settling it. Silence never does.

Read together with :mod:`jobfit.policy.met`: a requirement for which that module finds a quote is met, whatever else
the text states. The rules here stand alone, so that eligibility needs nothing else.
"""

from __future__ import annotations

from datetime import date

from jobfit.geo.places import mobility
from jobfit.policy.conditions import clashes
from jobfit.policy.grades import areas_around, clearances_from
from jobfit.policy.months import experience_total
from jobfit.policy.places import covers, elsewhere
from jobfit.records import CandidateProfile, Evidence, Polarity, Requirement, RequirementKind, Stated
from jobfit.structure.languages import is_coded


def evidence_open(requirement: Requirement, profile: CandidateProfile) -> Evidence | None:
    """Return the quote that says that the person wants or is learning what is asked for; it settles nothing."""
    if requirement.kind is RequirementKind.EDUCATION and (studying := profile.studying):
        return studying.evidence if studying.value >= (requirement.minimum or 0) else None
    return _said(requirement, profile, Polarity.WANTS)


def place_refusal(profile: CandidateProfile, places: str) -> Evidence | None:
    """Return the wish that rules out ``places`` (joined by ``|``), or ``None``.

    It does when places are wished, each is surely elsewhere, and the candidate does not live in one of ``places``.
    Mobility that is only imputed from the home rules nothing out.
    """
    wished, home = profile.wished_locations, profile.location
    would_go = mobility([wish.value for wish in wished], home.value if home else None)
    if not would_go.source.may_exclude or (home is not None and covers(home.value, places)):
        return None
    return wished[0].evidence if all(elsewhere(place, places) for place in would_go.places) else None


def experience(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    """Only a total with an upper bound can be too short; it bounds the months in any skill too."""
    total = experience_total(profile, today)
    if total is None or total.value.at_most is None or total.value.at_most >= (requirement.minimum or 0):
        return None
    return total.evidence


def education(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    """A level that is high enough and in progress leaves it open."""
    education, minimum = profile.education, requirement.minimum or 0
    if education is None or education.value >= minimum or (profile.studying and profile.studying.value >= minimum):
        return None
    return education.evidence


def language(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    """The language is stated, each time with a level, and never with one that is, or may be, enough.

    Words ("professional working", "very good") stand for a level of the European framework or the next one.
    """
    levels = [item for item in profile.languages if item.value.code == requirement.value]
    most = [(item.value.level or 99) + (not is_coded(item.evidence.text)) for item in levels]
    return levels[0].evidence if levels and max(most) < (requirement.minimum or 0) else None


def location(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    """A home elsewhere is not a refusal to move: only wished places can rule a place out, and all of them must."""
    return place_refusal(profile, requirement.value)


def condition(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    pairs = clashes((wish.value for wish in profile.conditions), (requirement.value,))
    return next((wish.evidence for wish in profile.conditions if (wish.value, requirement.value) in pairs), None)


def denied(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    return _said(requirement, profile, Polarity.HAS_NOT)


def _said(requirement: Requirement, profile: CandidateProfile, polarity: Polarity) -> Evidence | None:
    """Return the first statement of this polarity about what is asked for.

    Who has no permit for the EU has none for France; who has not a clearance has none that includes it.
    """
    kind, value = requirement.kind, requirement.value
    items: tuple[Stated[str], ...] = {
        RequirementKind.SKILL: profile.disclaimed,
        RequirementKind.CERTIFICATE: profile.certificates,
        RequirementKind.CLEARANCE: profile.clearances,
        RequirementKind.PERMIT: profile.permits,
    }.get(kind, ())
    for item in items:
        same = item.value == value
        if kind is RequirementKind.PERMIT:
            same = item.value in areas_around(value)
        elif kind is RequirementKind.CLEARANCE:
            same = value in clearances_from(item.value)
        if same and item.polarity is polarity:
            return item.evidence
    return None
