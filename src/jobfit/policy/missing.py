"""The quote in a CV that rules a requirement out. Silence never does, and neither does a skill or a licence not named.

Read together with :mod:`jobfit.policy.met`: a requirement for which that module finds a quote is met, whatever else
the text states. The rules here stand alone, so that eligibility needs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from jobfit.geo.places import mobility
from jobfit.policy.conditions import clashes
from jobfit.policy.months import experience_total
from jobfit.policy.places import covers, elsewhere
from jobfit.records import CandidateProfile, Evidence, Requirement, RequirementKind


def evidence_against(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    """Return the quote that rules ``requirement`` out, or ``None`` where the CV states nothing that does."""
    if requirement.kind is RequirementKind.EXPERIENCE:
        return _experience(requirement, profile, today)
    rule = _RULES.get(requirement.kind)
    return None if rule is None else rule(requirement, profile)


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


def _experience(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    """Only a total with an upper bound can be too short; it bounds the months in any skill too."""
    total = experience_total(profile, today)
    if total is None or total.value.at_most is None or total.value.at_most >= (requirement.minimum or 0):
        return None
    return total.evidence


def _education(requirement: Requirement, profile: CandidateProfile) -> Evidence | None:
    education = profile.education
    return education.evidence if education is not None and education.value < (requirement.minimum or 0) else None


def _language(requirement: Requirement, profile: CandidateProfile) -> Evidence | None:
    """The language is stated, each time with a level, and never with one that is enough."""
    levels = [item for item in profile.languages if item.value.code == requirement.value]
    if not levels or any((item.value.level or 99) >= (requirement.minimum or 0) for item in levels):
        return None
    return levels[0].evidence


def _location(requirement: Requirement, profile: CandidateProfile) -> Evidence | None:
    """A home elsewhere is not a refusal to move: only wished places can rule a place out, and all of them must."""
    return place_refusal(profile, requirement.value)


def _condition(requirement: Requirement, profile: CandidateProfile) -> Evidence | None:
    pairs = clashes((wish.value for wish in profile.conditions), (requirement.value,))
    return next((wish.evidence for wish in profile.conditions if (wish.value, requirement.value) in pairs), None)


_RULES: dict[RequirementKind, Callable[[Requirement, CandidateProfile], Evidence | None]] = {
    RequirementKind.EDUCATION: _education,
    RequirementKind.LANGUAGE: _language,
    RequirementKind.LOCATION: _location,
    RequirementKind.CONDITION: _condition,
}
