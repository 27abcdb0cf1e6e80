"""Who is considered and who is not: a record leaves the pool only for a constraint that a person wrote.

What a parser believes excludes nobody. A requirement of a vacancy, or a wish of a candidate, that the other text rules
out is *missing* in the ledger and earns nothing. Only the ``exclude`` section of a requirements file
(:mod:`jobfit.policy.requirements`) leaves a record out, and then only for something that its text states in words that
can be read in one way only (:attr:`~jobfit.records.Stated.sure`), where nothing else in it speaks for the record.
Silence leaves nobody out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from jobfit.errors import InputError, PolicyError
from jobfit.policy.comparators import OF_CANDIDATES, OF_VACANCIES, hold, joined, places_of
from jobfit.policy.places import is_town
from jobfit.policy.reasons import missing, unwanted
from jobfit.policy.requirements import Requirements
from jobfit.records import (
    Candidate,
    CandidateProfile,
    Record,
    Requirement,
    RequirementKind,
    Vacancy,
    VacancyProfile,
)
from jobfit.shortlist import Exclusion, Pool, Reason

_OTHER_WAY = {
    RequirementKind.PAY: "give at_least where a candidate asks, at_most where a vacancy does",
    RequirementKind.DISTANCE: "it leaves out vacancies where a candidate asks; where somebody lives leaves nobody out",
}


def needed_fields(query: Record, required: Requirements) -> frozenset[str]:
    """Return the profile fields of the *other* side that :func:`eligible` reads; none where nothing excludes.

    Raises:
        PolicyError: a constraint says nothing about the side that is searched.
    """
    vacancies = isinstance(query, Candidate)
    table = OF_VACANCIES if vacancies else OF_CANDIDATES
    for constraint in required.exclude:
        kind = constraint.kind
        wrong_end = kind is RequirementKind.PAY and (constraint.minimum is None) is vacancies
        if wrong_end or (kind is RequirementKind.DISTANCE and not vacancies):
            raise PolicyError(f"exclude: {constraint.label}: {_OTHER_WAY[kind]}")
        if kind not in table:
            raise PolicyError(
                f"exclude: {constraint.label!r} is about candidates, and here a candidate asks; vacancies can be "
                "excluded by location, conditions, pay and distance"
            )
    return frozenset(field for constraint in required.exclude for field in table[constraint.kind].reads)


def eligible(
    query: Record,
    others: Iterable[tuple[str, CandidateProfile | VacancyProfile]],
    required: Requirements,
    today: date | None = None,
) -> Pool:
    """Return the pool of ``others`` (id, profile) for ``query``; ids stay in the order given.

    Only the fields that :func:`needed_fields` names are read. Each reason quotes the text of the record left out.
    ``today``: as for :func:`jobfit.policy.ledger.check`.

    Raises:
        InputError: a profile is of the same side as ``query``.
        PolicyError: a distance, and no town in which the query surely is.
    """
    today = today or date.today()
    constraints = tuple(_from_home(constraint, query) for constraint in required.exclude)
    kept: list[str] = []
    excluded: list[Exclusion] = []
    for record_id, profile in others:
        if isinstance(profile, VacancyProfile) is isinstance(query, Vacancy):
            raise InputError(f"{record_id!r} is a {query.kind}, and so is what asks, {query.id!r}")
        if reasons := tuple(_reasons(constraints, profile, today)):
            excluded.append(Exclusion(record_id, reasons))
        else:
            kept.append(record_id)
    return Pool(tuple(kept), tuple(excluded))


def _from_home(constraint: Requirement, query: Record) -> Requirement:
    """Return a constraint on the distance with the places from which it is measured."""
    if constraint.kind is not RequirementKind.DISTANCE:
        return constraint
    towns = joined(place for place in places_of(query.profile) if place.sure and is_town(place.value))
    if not towns:
        raise PolicyError(
            f"exclude: distance: {query.kind} {query.id!r} names no town that can only be one, so that no distance is "
            "known; exclude by location instead"
        )
    return replace(constraint, value=towns)


def _reasons(
    constraints: Iterable[Requirement], profile: CandidateProfile | VacancyProfile, today: date
) -> Iterator[Reason]:
    for constraint in constraints:
        line = hold(constraint, profile, today)
        if line.hard and line.evidence:
            if isinstance(profile, CandidateProfile):
                yield missing(constraint, profile, line.evidence, today)
            else:
                yield unwanted(constraint, line.evidence)
