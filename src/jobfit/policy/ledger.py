"""The requirement check: what a CV says about each thing that a vacancy asks for.

Three answers (:class:`jobfit.shortlist.Status`). *Met* and *missing* each need a quote; a text that is silent, or that
cannot settle the matter, leaves it *unknown*: "I am learning Rust" does, and is quoted. None of them leaves anyone out:
what is met earns its share of the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from jobfit.policy.conditions import clashes, meaning
from jobfit.policy.met import evidence_for, find_words
from jobfit.policy.missing import evidence_against, evidence_open, place_refusal
from jobfit.policy.places import ANY_OF, covers
from jobfit.policy.told_years import years_told
from jobfit.records import LITERAL, CandidateProfile, Importance, Polarity, Requirement, RequirementKind, VacancyProfile
from jobfit.shortlist import LedgerLine, Status
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
        return LedgerLine(requirement, _SAID[found.polarity], found.evidence)
    quote = evidence_for(requirement, profile, today)
    if quote is None and text is not None and requirement.kind is RequirementKind.EXPERIENCE and requirement.value:
        quote = years_told(requirement, profile, text)
    if quote is not None:
        return LedgerLine(requirement, Status.MET, quote)
    quote = evidence_against(requirement, profile, today)
    if quote is not None:
        return LedgerLine(requirement, Status.MISSING, quote)
    return LedgerLine(requirement, Status.UNKNOWN, evidence_open(requirement, profile))


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
    """Hold the wishes of a candidate against what a vacancy offers: one line per condition, one for all places.

    *Met* and *missing* quote the wish; the requirement quotes the offer that settles it. A vacancy that says nothing of
    it leaves a wish *unknown*.
    """
    offers = {offer.value: offer.evidence for offer in vacancy.conditions}
    refused = dict(clashes((wish.value for wish in candidate.conditions), offers))
    for wish in candidate.conditions:
        same = next((offer for offer in offers if meaning(offer) & meaning(wish.value)), None)
        settles = same or refused.get(wish.value)
        status = Status.MET if same else Status.MISSING if settles else Status.UNKNOWN
        label = f"wish: {condition_label(wish.value).lower()}"
        requirement = Requirement(
            f"wish:{wish.value}", RequirementKind.CONDITION, label, wish.value, Importance.NICE,
            evidence=offers.get(settles or ""),
        )  # fmt: skip
        yield LedgerLine(requirement, status, wish.evidence if settles else None)
    if places := candidate.wished_locations:
        value, where = ANY_OF.join(place.value for place in places), vacancy.location
        quote = None
        status = Status.UNKNOWN
        if "remote" in offers or (where and covers(where.value, value)):
            status, quote = Status.MET, places[0].evidence
        elif where and (quote := place_refusal(candidate, where.value)):
            status = Status.MISSING
        label = f"wish: {' or '.join(place.evidence.text for place in places)}"
        requirement = Requirement(
            "wish:location", RequirementKind.LOCATION, label, value, Importance.NICE,
            evidence=where.evidence if where and quote else None,
        )  # fmt: skip
        yield LedgerLine(requirement, status, quote)
