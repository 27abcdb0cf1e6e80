"""The comparators: how each kind of requirement is held against the other side. One table for each side.

A comparator is typed by its kind: a set (skills, licences), a ladder (education, languages, clearances), months,
places, conditions, pay, distance, an occupation, a start. It gives a :class:`~jobfit.shortlist.LedgerLine`: *met* and
*missing* with their quotes (and by whom these were read) or *unknown*, a score from 0 to 1, and whether what is missing
is ``hard``. The ledger, the constraints of a policy file and the inputs of the experts are all made of these lines.

    score   1 where it is met. Else the share of the months or the pay asked for; on a ladder 1 - steps lacking / steps
            of the ladder (Gower 1971, for ordinal values); of a distance exp(-km² / 2σ²) with σ = 30 km; of an
            occupation 1/2 in the same sector (Wu and Palmer 1994, on the tree sector - occupation, which is all that
            the shipped taxonomy has above an occupation) and 0 where all that were held are of others; 0 where it is
            ruled out. ``None`` where nothing can be said: unknown is neither 0 nor 1.
    hard    it is missing, by a statement that can be read in one way only, and nothing in the text speaks for it.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from jobfit.policy import met, missing
from jobfit.policy.conditions import clashes, meaning
from jobfit.policy.months import experience_total
from jobfit.policy.places import ANY_OF, beyond, covers, elsewhere, kilometres
from jobfit.records import (
    CandidateProfile,
    EducationLevel,
    Evidence,
    LanguageLevel,
    Period,
    Requirement,
    RequirementKind,
    Salary,
    Stated,
    VacancyProfile,
)
from jobfit.shortlist import LedgerLine, Status
from jobfit.structure.pay import a_year

P = TypeVar("P", bound=CandidateProfile | VacancyProfile)
Quote = Callable[[Requirement, P, date], Evidence | None]
Degree = Callable[[Requirement, P, date], float | None]
SCALE_KM = 30.0  # the nearer of the two kernels of the facet "geography"
_PLAIN = frozenset({Period.YEAR, Period.MONTH})  # an hour's pay says little of a year's where hours are not stated


def _silent(requirement: Requirement, profile: Any, today: date) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Comparator(Generic[P]):
    """How one kind is held against a profile.

    met, against: the quote that states it, and the one that rules it out.
    degree:       how much of it is there where it is not met and not ruled out; a share is 0 where it is ruled out
                  and nothing more is known.
    reads:        the fields that it reads. ``sure``: those of them in which only sure readings can make it hard.
    hard:         whether what rules it out can be hard at all.
    """

    met: Quote[P]
    against: Quote[P] = _silent
    degree: Degree[P] = _silent
    reads: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    hard: bool = True


def hold(requirement: Requirement, profile: P, today: date) -> LedgerLine:
    """Hold a requirement against the other side's profile; every quote of the answer stands in that side's text."""
    how: Comparator[P] = comparator(requirement.kind, profile)
    if (quote := how.met(requirement, profile, today)) is not None:
        return LedgerLine(requirement, Status.MET, quote)
    degree = how.degree(requirement, profile, today)
    if (quote := how.against(requirement, profile, today)) is not None:
        left = _surely(profile, how.sure)
        surely = quote if left is profile else how.against(requirement, left, today)
        return LedgerLine(requirement, Status.MISSING, surely or quote, degree or 0.0, how.hard and surely is not None)
    return LedgerLine(requirement, Status.UNKNOWN, None, degree)


def comparator(kind: RequirementKind, profile: CandidateProfile | VacancyProfile) -> Any:
    """Return how ``kind`` is held against a profile of this side."""
    return OF_CANDIDATES[kind] if isinstance(profile, CandidateProfile) else OF_VACANCIES[kind]


def _surely(profile: P, fields: Iterable[str]) -> P:
    """Return the profile without the readings of ``fields`` that are not sure."""
    kept: dict[str, Any] = {}
    for name in fields:
        value = getattr(profile, name)
        items = value if isinstance(value, tuple) else (value,)
        if not all(map(_sure, items)):
            kept[name] = tuple(filter(_sure, items)) if isinstance(value, tuple) else None
    return replace(profile, **kept) if kept else profile


def _sure(item: Stated[Any] | None) -> bool:
    if item is None or not item.sure:
        return False
    return not isinstance(item.value, Salary) or item.value.period in _PLAIN


def places_of(profile: CandidateProfile | VacancyProfile) -> tuple[Stated[str], ...]:
    """Return where a person lives and wishes to work, or where a position is or may be."""
    others = profile.wished_locations if isinstance(profile, CandidateProfile) else profile.other_locations
    return (*((profile.location,) if profile.location else ()), *others)


def joined(places: Iterable[Stated[str]]) -> str:
    return ANY_OF.join(place.value for place in places)


def distance(person: CandidateProfile, opening: VacancyProfile) -> float | None:
    """Return the km from the nearest town that a person lives in or wishes for; 0 where remote work is offered.

    ``None`` where a town is unknown.
    """
    if any(offer.value == "remote" for offer in opening.conditions):
        return 0.0
    return kilometres(joined(places_of(person)), joined(places_of(opening)))


# Months, ladders, pay and distances: how much of what is asked for is there.


def _months(requirement: Requirement, profile: CandidateProfile, today: date) -> float | None:
    """Months in a field are known only by their upper bound, the months in all."""
    total = experience_total(profile, today)
    if total is None or not requirement.minimum:
        return None
    known = total.value.at_most if requirement.value or requirement.where else total.value.months
    return None if known is None or known >= requirement.minimum else known / requirement.minimum


def _rungs(held: int, asked: int, ladder: type[EducationLevel] | type[LanguageLevel]) -> float:
    return 1 - max(0, asked - held) / (max(ladder) - min(ladder))


def _diploma(requirement: Requirement, profile: CandidateProfile, today: date) -> float | None:
    held = profile.education
    return _rungs(held.value, requirement.minimum or 0, EducationLevel) if held else None


def _spoken(requirement: Requirement, profile: CandidateProfile, today: date) -> float | None:
    levels = [s.value.level for s in profile.languages if s.value.code == requirement.value and s.value.level]
    return _rungs(max(levels), requirement.minimum or 0, LanguageLevel) if levels else None


def _near(requirement: Requirement, profile: CandidateProfile | VacancyProfile, today: date) -> float | None:
    km = kilometres(joined(places_of(profile)), requirement.value)
    return None if km is None else math.exp(-((km / SCALE_KM) ** 2) / 2)


def _year_of(requirement: Requirement, salary: Stated[Salary] | None) -> Salary | None:
    return a_year(salary.value) if salary and salary.value.currency == requirement.value else None


def _asked_pay(requirement: Requirement, profile: CandidateProfile, today: date) -> float | None:
    wished = _least(_year_of(requirement, profile.salary))
    return min(1.0, (requirement.maximum or 0) / wished) if wished else None


def _offered_pay(requirement: Requirement, profile: VacancyProfile, today: date) -> float | None:
    offered = _year_of(requirement, profile.salary)
    most = offered and (offered.maximum or offered.minimum)
    return min(1.0, most / requirement.minimum) if most and requirement.minimum else None


def _least(salary: Salary | None) -> float | None:
    return (salary.minimum or salary.maximum) if salary else None


# What a vacancy, or a person behind it, asks of a candidate.


def _wishes_no_more(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    wished = _least(_year_of(requirement, profile.salary))
    fits = wished is not None and wished <= (requirement.maximum or 0)
    return profile.salary.evidence if fits and profile.salary else None


def _wishes_more(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    wished = _least(_year_of(requirement, profile.salary))
    above = wished is not None and wished > (requirement.maximum or 0)
    return profile.salary.evidence if above and profile.salary else None


def _within_reach(requirement: Requirement, profile: CandidateProfile | VacancyProfile, today: date) -> Evidence | None:
    """The same town, or no further than ``maximum``; a position that can be held from anywhere is at no distance."""
    offers = profile.conditions if isinstance(profile, VacancyProfile) else ()
    if remote := next((offer for offer in offers if offer.value == "remote"), None):
        return remote.evidence
    for place in places_of(profile):
        km = kilometres(place.value, requirement.value)
        if (km is not None and km <= (requirement.maximum or 0)) or covers(place.value, requirement.value):
            return place.evidence
    return None


def _held_before(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    return next((held.evidence for held in profile.experiences if held.occupation == requirement.value), None)


def _same_sector(requirement: Requirement, profile: CandidateProfile, today: date) -> float | None:
    """Nothing in common is known only where the occupation of every position is."""
    from jobfit.taxonomy.compact import load_compact

    known = load_compact().occupations
    asked, held = known.get(requirement.value), [known.get(one.occupation or "") for one in profile.experiences]
    if asked is None or not held:
        return None
    if any(one and one.sector == asked.sector for one in held):
        return 0.5
    return 0.0 if all(held) else None


def _in_time(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    """Even a notice of the longest months is over on the last day that the start leaves."""
    notice, last = _notice_and_last_day(requirement, profile, today)
    if notice is None or last is None:
        return None
    return notice.evidence if today + timedelta(notice.value + notice.value // 30) <= last else None


def _too_late(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    """Even a notice of the shortest months is not over then; "as soon as possible" is no day to be late for."""
    notice, last = _notice_and_last_day(requirement, profile, today)
    if notice is None or last is None or requirement.value == "now":
        return None
    return notice.evidence if today + timedelta(notice.value - 2 * (notice.value // 30)) > last else None


def _notice_and_last_day(
    requirement: Requirement, profile: CandidateProfile, today: date
) -> tuple[Stated[int] | None, date | None]:
    """Return the notice where it is sure, and the last day that keeps a start ("2026-09", "2026-09-01", "now").

    A start that has passed has none.
    """
    notice = profile.notice
    if notice is None or not notice.sure:
        return None, None
    if requirement.value == "now":
        return notice, today
    year, month, *day = map(int, requirement.value.split("-"))
    last = date(year, month, min([*day, monthrange(year, month)[1]]))
    return notice, last if last >= today else None


OF_CANDIDATES: dict[RequirementKind, Comparator[CandidateProfile]] = {
    RequirementKind.OCCUPATION: Comparator(_held_before, degree=_same_sector),
    RequirementKind.SKILL: Comparator(met.skill, missing.denied, sure=("disclaimed",)),
    RequirementKind.LANGUAGE: Comparator(met.language, missing.language, _spoken, ("languages",), ("languages",)),
    RequirementKind.LICENCE: Comparator(met.licence),
    RequirementKind.CERTIFICATE: Comparator(met.certificate, missing.denied, sure=("certificates",)),
    RequirementKind.CLEARANCE: Comparator(met.clearance, missing.denied, sure=("clearances",)),
    RequirementKind.PERMIT: Comparator(met.permit, missing.denied, sure=("permits",)),
    RequirementKind.EXPERIENCE: Comparator(  # an upper bound of the months, which alone rules it out, is sure
        met.experience, missing.experience, _months, ("experiences", "claimed_months", "dates_explained")
    ),
    RequirementKind.EDUCATION: Comparator(
        met.education, missing.education, _diploma, ("education", "studying"), ("education",)
    ),
    RequirementKind.LOCATION: Comparator(
        met.location, missing.location, reads=("location", "wished_locations"), sure=("wished_locations",)
    ),
    RequirementKind.CONDITION: Comparator(
        met.condition, missing.condition, reads=("conditions",), sure=("conditions",)
    ),
    RequirementKind.PAY: Comparator(_wishes_no_more, _wishes_more, _asked_pay, ("salary",), ("salary",)),
    RequirementKind.DISTANCE: Comparator(_within_reach, degree=_near),  # a home far away rules nobody out
    RequirementKind.START: Comparator(_in_time, _too_late, reads=("notice",), hard=False),  # a notice can be negotiated
}


# What a candidate asks of a vacancy.


def _offers_as_much(requirement: Requirement, profile: VacancyProfile, today: date) -> Evidence | None:
    offered = _year_of(requirement, profile.salary)
    most = offered and (offered.maximum or offered.minimum)
    return profile.salary.evidence if profile.salary and most and most >= (requirement.minimum or 0) else None


def _offers_less(requirement: Requirement, profile: VacancyProfile, today: date) -> Evidence | None:
    """A lower limit alone ("from 30,000") may be any amount above it."""
    offered = _year_of(requirement, profile.salary)
    most = offered and offered.maximum
    return profile.salary.evidence if profile.salary and most and most < (requirement.minimum or 0) else None


def _is_there(requirement: Requirement, profile: VacancyProfile, today: date) -> Evidence | None:
    if remote := next((offer for offer in profile.conditions if offer.value == "remote"), None):
        return remote.evidence
    return next((place.evidence for place in places_of(profile) if covers(place.value, requirement.value)), None)


def _is_elsewhere(requirement: Requirement, profile: VacancyProfile, today: date) -> Evidence | None:
    place = profile.location
    return place.evidence if place and place.sure and elsewhere(place.value, requirement.value) else None


def _is_beyond(requirement: Requirement, profile: VacancyProfile, today: date) -> Evidence | None:
    place, most = profile.location, requirement.maximum
    far = place and place.sure and most is not None and beyond(place.value, requirement.value, most)
    return place.evidence if place and far else None


def _offers(requirement: Requirement, profile: VacancyProfile, today: date) -> Evidence | None:
    wanted = meaning(requirement.value)
    return next((offer.evidence for offer in profile.conditions if meaning(offer.value) & wanted), None)


def _offers_another(requirement: Requirement, profile: VacancyProfile, today: date) -> Evidence | None:
    refused = dict(clashes((requirement.value,), (offer.value for offer in profile.conditions)))
    offer = refused.get(requirement.value)
    return next((item.evidence for item in profile.conditions if item.value == offer), None)


OF_VACANCIES: dict[RequirementKind, Comparator[VacancyProfile]] = {
    RequirementKind.LOCATION: Comparator(
        _is_there, _is_elsewhere, reads=("location", "other_locations", "conditions"), sure=("location",)
    ),
    RequirementKind.CONDITION: Comparator(_offers, _offers_another, reads=("conditions",), sure=("conditions",)),
    RequirementKind.PAY: Comparator(_offers_as_much, _offers_less, _offered_pay, ("salary",), ("salary",)),
    RequirementKind.DISTANCE: Comparator(
        _within_reach, _is_beyond, _near, ("location", "other_locations", "conditions"), ("location",)
    ),
}
