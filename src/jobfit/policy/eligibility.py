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
from typing import TypeVar

from jobfit.errors import InputError
from jobfit.policy.conditions import clashes
from jobfit.policy.met import evidence_for
from jobfit.policy.missing import evidence_against
from jobfit.policy.places import elsewhere
from jobfit.policy.reasons import missing, unwanted
from jobfit.policy.requirements import Requirements
from jobfit.records import CandidateProfile, Record, Requirement, RequirementKind, Stated, Vacancy, VacancyProfile
from jobfit.shortlist import Exclusion, Pool, Reason

T = TypeVar("T")
_READ_OF_CANDIDATES = {
    RequirementKind.LANGUAGE: {"languages"},
    RequirementKind.LOCATION: {"location", "wished_locations"},
    RequirementKind.CONDITION: {"conditions"},
    RequirementKind.EDUCATION: {"education", "studying"},
    RequirementKind.EXPERIENCE: {"experiences", "claimed_months", "dates_explained"},
}
_READ_OF_VACANCIES = {
    RequirementKind.LOCATION: {"location", "conditions"},
    RequirementKind.CONDITION: {"conditions"},
}


def needed_fields(query: Record, required: Requirements) -> frozenset[str]:
    """Return the profile fields of the *other* side that :func:`eligible` reads; none where nothing excludes.

    Raises:
        InputError: a candidate asks, and a constraint says nothing about vacancies.
    """
    fields = _READ_OF_CANDIDATES if isinstance(query, Vacancy) else _READ_OF_VACANCIES
    for constraint in required.exclude:
        if constraint.kind not in fields:
            raise InputError(
                f"exclude: {constraint.label!r} is about candidates, and here a candidate asks; vacancies can be "
                "excluded by location and conditions"
            )
    return frozenset(field for constraint in required.exclude for field in fields[constraint.kind])


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
    """
    today = today or date.today()
    kept: list[str] = []
    excluded: list[Exclusion] = []
    for record_id, profile in others:
        if isinstance(profile, VacancyProfile) is isinstance(query, Vacancy):
            raise InputError(f"{record_id!r} is a {query.kind}, and so is what asks, {query.id!r}")
        if reasons := tuple(_reasons(required.exclude, profile, today)):
            excluded.append(Exclusion(record_id, reasons))
        else:
            kept.append(record_id)
    return Pool(tuple(kept), tuple(excluded))


def _reasons(
    constraints: Iterable[Requirement], profile: CandidateProfile | VacancyProfile, today: date
) -> Iterator[Reason]:
    for constraint in constraints:
        if isinstance(profile, CandidateProfile):
            against = evidence_against(constraint, profile, today)
            surely = against and evidence_against(constraint, _surely(profile), today)
            if surely and not evidence_for(constraint, profile, today):
                yield missing(constraint, profile, surely, today)
        elif constraint.kind is RequirementKind.LOCATION:
            remote = any(offer.value == "remote" for offer in profile.conditions)
            place = _sure(profile.location)
            if place and not remote and elsewhere(place.value, constraint.value):
                yield unwanted(constraint, place)
        elif clashes((constraint.value,), (offer.value for offer in profile.conditions)):
            offers = {offer.value: offer for offer in profile.conditions if offer.sure}
            yield from (unwanted(constraint, offers[offer]) for _, offer in clashes((constraint.value,), offers))


def _surely(profile: CandidateProfile) -> CandidateProfile:
    """Return the profile without the readings that are not sure, in the fields that can exclude.

    An upper bound of the months worked, which alone can exclude, is sure.
    """
    return replace(
        profile,
        education=_sure(profile.education),
        languages=tuple(filter(_sure, profile.languages)),
        wished_locations=tuple(filter(_sure, profile.wished_locations)),
        conditions=tuple(filter(_sure, profile.conditions)),
    )


def _sure(item: Stated[T] | None) -> Stated[T] | None:
    return item if item is not None and item.sure else None
