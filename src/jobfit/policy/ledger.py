"""The requirement check: what a CV says about each thing that a vacancy asks for.

Three answers (:class:`jobfit.shortlist.Status`). *Met* and *missing* each need a quote; a text that is silent, or that
cannot settle the matter, leaves it *unknown*, and unknown never keeps anyone out.
"""

from __future__ import annotations

from collections.abc import Iterable

from jobfit.policy.met import evidence_for
from jobfit.policy.missing import evidence_against
from jobfit.records import CandidateProfile, Requirement
from jobfit.shortlist import LedgerLine, Status


def check(requirement: Requirement, profile: CandidateProfile, text: str | None = None) -> LedgerLine:
    """Hold one requirement against a CV; every quote in the answer stands in the CV.

    ``text`` is the text of the CV; it is read only for a requirement in literal words (``text:sage 100``, see
    :class:`jobfit.policy.requirements.Requirements`), which stays unknown without it.

    >>> from jobfit.records import Importance, RequirementKind
    >>> sql = Requirement("skill:sql", RequirementKind.SKILL, "SQL", "sql", Importance.MUST)
    >>> check(sql, CandidateProfile()).status
    <Status.UNKNOWN: 'unknown'>
    """
    quote = evidence_for(requirement, profile, text)
    if quote is not None:
        return LedgerLine(requirement, Status.MET, quote)
    quote = evidence_against(requirement, profile)
    return LedgerLine(requirement, Status.UNKNOWN if quote is None else Status.MISSING, quote)


def ledger(
    requirements: Iterable[Requirement], profile: CandidateProfile, text: str | None = None
) -> tuple[LedgerLine, ...]:
    """Return one line per requirement, in the order given; no requirements give an empty ledger."""
    return tuple(check(requirement, profile, text) for requirement in requirements)
