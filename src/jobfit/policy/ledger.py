"""The requirement check: what a CV says about each thing that a vacancy asks for.

Three answers (:class:`jobfit.shortlist.Status`). *Met* and *missing* each need a quote; a text that is silent, or that
cannot settle the matter, leaves it *unknown*: "I am learning Rust" does, and is quoted. None of them leaves anyone out:
what is met earns its share of the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from jobfit.policy.comparators import hold, joined, places_of
from jobfit.policy.conditions import clashes, meaning
from jobfit.policy.met import find_words
from jobfit.policy.missing import evidence_open, place_refusal
from jobfit.policy.places import covers
from jobfit.policy.told_years import years_told
from jobfit.records import (
    LITERAL,
    Candidate,
    CandidateProfile,
    Evidence,
    Importance,
    Polarity,
    Requirement,
    RequirementKind,
    Stated,
    Vacancy,
    VacancyProfile,
)
from jobfit.shortlist import LedgerLine, Status
from jobfit.structure.pay import a_year, pay_label
from jobfit.structure.requirements import condition_label

_SAID = {Polarity.HAS: Status.MET, Polarity.HAS_NOT: Status.MISSING, Polarity.WANTS: Status.UNKNOWN}


def check(
    requirement: Requirement, profile: CandidateProfile, text: str | None = None, today: date | None = None
) -> LedgerLine:
    """Hold one requirement against a CV; every quote in the answer stands in the CV.

    ``text`` is the text of the CV; it is read only for a requirement in literal words (``text:sage 100``, see
    :class:`jobfit.policy.requirements.Requirements`), which stays unknown without it, and for time with one skill.
    Positions still held last until ``today`` (default: the date of this machine).

    >>> from jobfit.records import Importance, RequirementKind
    >>> sql = Requirement("skill:sql", RequirementKind.SKILL, "SQL", "sql", Importance.MUST)
    >>> check(sql, CandidateProfile()).status
    <Status.UNKNOWN: 'unknown'>
    """
    today = today or date.today()
    if requirement.value.startswith(LITERAL):
        found = find_words(requirement, text) if text is not None else None
        if found is None:
            return LedgerLine(requirement, Status.UNKNOWN)
        status = _SAID[found.polarity]
        return LedgerLine(requirement, status, found.evidence, 0.0 if status is Status.MISSING else None)
    line = hold(requirement, profile, today)
    in_time = requirement.kind is RequirementKind.EXPERIENCE and line.status is not Status.MET
    if in_time and text is not None and (told := years_told(requirement, profile, text)):
        return LedgerLine(requirement, Status.MET, told)
    if line.status is Status.UNKNOWN and (said := evidence_open(requirement, profile)):
        return replace(line, evidence=said)
    return line


def ledger(
    requirements: Iterable[Requirement],
    profile: CandidateProfile,
    text: str | None = None,
    today: date | None = None,
) -> tuple[LedgerLine, ...]:
    """Return one line per requirement, in the order given; no requirements give an empty ledger.

    One that asks for nothing has no line: experience of "up to 2 years" is held against nobody.
    """
    return tuple(check(requirement, profile, text, today) for requirement in requirements if _asks(requirement))


def by_importance(lines: Iterable[LedgerLine]) -> tuple[LedgerLine, ...]:
    """Return the lines as a person reads them; those alike keep their order.

    Must-haves first, and of them what is missing, then what is unknown, then what is met; of the nice-to-haves what is
    met first. Of what is unknown, what the text speaks of stands before what it is silent on.
    """
    return tuple(sorted(lines, key=_place))


def _place(line: LedgerLine) -> tuple[bool, int, bool]:
    nice = line.requirement.importance is Importance.NICE
    order = (Status.MET, Status.MISSING, Status.UNKNOWN) if nice else (Status.MISSING, Status.UNKNOWN, Status.MET)
    return nice, order.index(line.status), line.evidence is None


def _asks(requirement: Requirement) -> bool:
    return requirement.minimum is not None or requirement.maximum is None


def wish_lines(candidate: CandidateProfile, vacancy: VacancyProfile) -> Iterator[LedgerLine]:
    """Hold the wishes of a candidate against what a vacancy offers: a line for each condition, for all places, for pay.

    *Met* and *missing* quote the wish; the requirement quotes the offer that settles it. A vacancy that says nothing of
    it leaves a wish *unknown*. Pay is compared by the year, in one currency; what is wished is the least of a range.
    """
    offers = {offer.value: offer for offer in vacancy.conditions}
    refused = dict(clashes((wish.value for wish in candidate.conditions), offers))
    for wish in candidate.conditions:
        same = next((offer for offer in offers if meaning(offer) & meaning(wish.value)), None)
        settles = offers.get(same or refused.get(wish.value, ""))
        status = Status.MET if same else Status.MISSING if settles else Status.UNKNOWN
        asked = _wish(RequirementKind.CONDITION, wish.value, condition_label(wish.value).lower(), wish.value)
        yield _settled(asked, status, wish, settles)
    if places := candidate.wished_locations:
        where, wish, status = vacancy.location, places[0], Status.UNKNOWN
        there = next((place for place in places_of(vacancy) if covers(place.value, joined(places))), None)
        if "remote" in offers or there:
            where, status = there or where, Status.MET
        elif where and where.sure and (quote := place_refusal(candidate, where.value)):  # else perhaps one of several
            status, wish = Status.MISSING, next(place for place in places if place.evidence == quote)
        named = " or ".join(place.evidence.text for place in places)
        yield _settled(_wish(RequirementKind.LOCATION, "location", named, joined(places)), status, wish, where)
    if pay := candidate.salary:
        wished = a_year(pay.value)
        least = round(wished.minimum or wished.maximum or 0)
        named = pay_label(least, wished.currency)
        asked = replace(_wish(RequirementKind.PAY, "pay", named, wished.currency), minimum=least)
        line = hold(asked, vacancy, date.min)
        yield _settled(asked, line.status, pay, vacancy.salary, line.degree)


def _wish(kind: RequirementKind, name: str, label: str, value: str) -> Requirement:
    return Requirement(f"wish:{name}", kind, f"wish: {label}", value, Importance.NICE)


def _settled(
    asked: Requirement,
    status: Status,
    wish: Stated[Any],
    offer: Stated[Any] | None,
    degree: float | None = None,
) -> LedgerLine:
    """Return the line of a wish, with both quotes where they settle it; it is hard where both are sure."""
    if status is Status.UNKNOWN:
        return LedgerLine(asked, status, None, degree)
    lacks = status is Status.MISSING
    asked = replace(asked, evidence=offer.evidence if offer else None)
    hard = lacks and wish.sure and offer is not None and offer.sure
    return LedgerLine(asked, status, wish.evidence, degree or 0.0 if lacks else None, hard)


def compare(candidate: Candidate, vacancy: Vacancy, today: date | None = None) -> tuple[LedgerLine, ...]:
    """Hold everything that either side states against the other: the profile's layers, compared.

    The requirements of the vacancy, the wishes of the candidate, then ``occupation`` (was the person's work of the
    vacancy's occupation?) and ``distance``, which nobody asked for: never *missing*, they have a score. Last
    :func:`start_line`.
    """
    today = today or date.today()
    person, opening = candidate.profile, vacancy.profile
    lines = [*ledger(opening.requirements, person, candidate.text, today), *wish_lines(person, opening)]
    if opening.occupation:
        title = opening.title.evidence if opening.title else None
        lines.append(hold(_pair(RequirementKind.OCCUPATION, opening.occupation, title), person, today))
    if where := opening.location:
        asked = _pair(RequirementKind.DISTANCE, joined(places_of(opening)), where.evidence)
        remote = any(offer.value == "remote" for offer in opening.conditions)
        home = next(iter(places_of(person)), None)
        lines.append(LedgerLine(asked, Status.MET, home.evidence) if remote and home else hold(asked, person, today))
    if begins := start_line(person, opening, today):
        lines.append(begins)
    return tuple(lines)


def start_line(person: CandidateProfile, opening: VacancyProfile, today: date) -> LedgerLine | None:
    """Hold a candidate's notice, which runs from ``today``, against a vacancy's start; ``None`` where it states none.

    The label quotes the vacancy. *Unknown* where no notice is stated, of a range of notices, of a start that has
    passed, of "as soon as possible" and a notice, and where the length of the months decides. Never hard.
    """
    if (start := opening.start) is None:
        return None
    asked = _pair(RequirementKind.START, start.value, start.evidence)
    return hold(replace(asked, label=" ".join(start.evidence.text.split())), person, today)


def _pair(kind: RequirementKind, value: str, quote: Evidence | None) -> Requirement:
    return Requirement(str(kind), kind, str(kind), value, Importance.NICE, evidence=quote)
