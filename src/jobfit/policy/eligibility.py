"""Who is considered and who is not: a record leaves the pool only for something that a text states.

Both directions compare the CV with the vacancy. A candidate is left out when the CV rules a must-have out; a vacancy is
left out when its must-haves rule this candidate out or when the candidate's stated wishes rule its offer out. Silence,
undated positions and requirements that are nice to have leave nobody out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jobfit.errors import InputError
from jobfit.policy.conditions import refusals
from jobfit.policy.missing import NEVER_MISSING, evidence_against, place_refusal
from jobfit.policy.reasons import missing, wish
from jobfit.policy.requirements import Requirements
from jobfit.records import (
    CandidateProfile,
    Importance,
    Record,
    Requirement,
    RequirementKind,
    Vacancy,
    VacancyProfile,
)
from jobfit.shortlist import Exclusion, Pool, Reason

_READ = {
    RequirementKind.EXPERIENCE: {"experience"},
    RequirementKind.EDUCATION: {"education"},
    RequirementKind.LANGUAGE: {"languages"},
    RequirementKind.LOCATION: {"location", "wished_locations"},
    RequirementKind.CONDITION: {"conditions"},
}


def needed_fields(query: Record, required: Requirements) -> frozenset[str]:
    """Return the profile fields of the *other* side that :func:`eligible` reads; may be empty.

    A candidate that states no wishes needs ``requirements`` alone; a vacancy needs what its must-haves can be
    missing for, which never is a skill or a licence. Where nobody is left out, nothing is needed.
    """
    if required.everyone:
        return frozenset()
    if isinstance(query, Vacancy):
        return frozenset(field for must in _musts(required.requirements_for(query)) for field in _READ[must.kind])
    fields = {"requirements"}
    if query.profile.conditions:
        fields.add("conditions")
    if query.profile.wished_locations:
        fields |= {"location", "conditions"}
    return frozenset(fields)


def eligible(
    query: Record, others: Iterable[tuple[str, CandidateProfile | VacancyProfile]], required: Requirements
) -> Pool:
    """Return the pool of ``others`` (id, profile) for ``query``; ids stay in the order given.

    Only the fields that :func:`needed_fields` names are read. Each reason quotes the CV. What ``required`` adds is an
    employer's: it counts when ``query`` is a vacancy and is ignored when it is a candidate.
    ``required.everyone`` puts all of them into the pool.

    Raises:
        InputError: a profile is of the same side as ``query``.
    """
    why = _candidate_test(query, required) if isinstance(query, Vacancy) else _vacancy_test(query.profile)
    kept: list[str] = []
    excluded: list[Exclusion] = []
    for record_id, profile in others:
        reasons = () if required.everyone else why(record_id, profile)
        if reasons:
            excluded.append(Exclusion(record_id, tuple(reasons)))
        else:
            kept.append(record_id)
    return Pool(tuple(kept), tuple(excluded))


_Test = Callable[[str, CandidateProfile | VacancyProfile], list[Reason]]


def _candidate_test(vacancy: Vacancy, required: Requirements) -> _Test:
    musts = _musts(required.requirements_for(vacancy))

    def why(candidate_id: str, profile: CandidateProfile | VacancyProfile) -> list[Reason]:
        if not isinstance(profile, CandidateProfile):
            raise InputError(f"vacancy {vacancy.id!r} is matched with candidates, but {candidate_id!r} is a vacancy")
        return _missing(musts, profile)

    return why


def _vacancy_test(candidate: CandidateProfile) -> _Test:
    def why(vacancy_id: str, profile: CandidateProfile | VacancyProfile) -> list[Reason]:
        if not isinstance(profile, VacancyProfile):
            raise InputError(f"a candidate is matched with vacancies, but {vacancy_id!r} is a candidate")
        return _missing(_musts(profile.requirements), candidate) + _against_wishes(profile, candidate)

    return why


def _musts(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Return the must-haves that a CV can rule out."""
    return tuple(r for r in requirements if r.importance is Importance.MUST and r.kind not in NEVER_MISSING)


def _missing(musts: Iterable[Requirement], profile: CandidateProfile) -> list[Reason]:
    reasons = []
    for must in musts:
        quote = evidence_against(must, profile)
        if quote is not None:
            reasons.append(missing(must, profile, quote))
    return reasons


def _against_wishes(vacancy: VacancyProfile, candidate: CandidateProfile) -> list[Reason]:
    """Return a reason for each family of conditions, and for the place, that the wishes rule out."""
    offers = {offer.value: offer for offer in vacancy.conditions}
    reasons = [
        wish(RequirementKind.CONDITION, offers[offer], wished.evidence)
        for wished, offer in refusals(candidate.conditions, offers)
    ]
    if vacancy.location is not None and "remote" not in offers:
        quote = place_refusal(candidate, vacancy.location.value)
        if quote is not None:
            reasons.append(wish(RequirementKind.LOCATION, vacancy.location, quote))
    return reasons
