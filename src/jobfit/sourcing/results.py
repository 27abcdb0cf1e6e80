"""What the talent pool is asked for and answers: the terms, who is in the pool and who is not, and the places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jobfit.errors import InputError
from jobfit.records import Candidate
from jobfit.shortlist import Exclusion, LedgerLine
from jobfit.sourcing.gap import SkillGap
from jobfit.sourcing.log import Event

ALPHA = 0.5
RETENTION_MONTHS = 24  # France's data protection authority (CNIL): two years after the last contact


@dataclass(frozen=True, slots=True)
class PoolCounts:
    """Everybody in the corpus, each counted once, in the order in which they leave.

    considered:        candidates with a record.
    never_applied:     nothing in the log by the day that is asked about.
    hired:             hired, here or elsewhere, and not applied since.
    applied_here:      have applied for this vacancy: they are its applicants.
    other_outcome:     have never ended in the talent pool, where only those are asked for.
    beyond_retention:  last in touch longer ago than may be kept.
    pool:              the others. ``contact_unknown`` of them have an event without a date.
    """

    considered: int
    never_applied: int
    hired: int
    applied_here: int
    other_outcome: int
    beyond_retention: int
    pool: int
    contact_unknown: int


@dataclass(frozen=True, slots=True)
class LogCounts:
    """The log: applications, those dated after the day (left out), and how many people in it have no record."""

    applications: int
    later: int
    without_record: int


@dataclass(frozen=True, slots=True)
class PastCandidate:
    """One place. ``score`` is ``alpha * cosine + (1 - alpha) * coverage``, the cosine alone where coverage is ``None``.

    ``last_contact`` is ``None`` where it is unknown: an event has no date, and no later one is known. ``ledger`` holds
    what is asked besides skills; it is shown and earns nothing.
    """

    rank: int
    candidate: Candidate
    score: float
    cosine: float
    coverage: float | None
    gap: SkillGap
    ledger: tuple[LedgerLine, ...]
    last_contact: date | None
    last_event: Event


@dataclass(frozen=True, slots=True)
class Sourced:
    """The answer. ``excluded`` are those whom the policy leaves out among the best, down to the last place given.

    alpha:        the share of the cosine; 1 where there is no coverage.
    essential:    the essential skills that coverage is of.
    not_weighed:  those that the taxonomy does not know: shown in the gap, no part of coverage.
    """

    vacancy_id: str
    alpha: float
    counts: PoolCounts
    log: LogCounts
    essential: tuple[str, ...]
    not_weighed: tuple[str, ...]
    entries: tuple[PastCandidate, ...]
    excluded: tuple[Exclusion, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a pool is made.

    as_of:             the day; what the log dates later does not count.
    retention_months:  who was last in touch longer ago is not shown. Unknown is not longer ago.
    talent_pool_only:  only people of whom an application ended in the talent pool.
    alpha:             the share of the cosine, 0 to 1.

    Raises:
        InputError: a number out of range.
    """

    as_of: date
    retention_months: int = RETENTION_MONTHS
    talent_pool_only: bool = False
    alpha: float = ALPHA

    def __post_init__(self) -> None:
        if not 0 <= self.alpha <= 1:
            raise InputError(f"alpha must be from 0 to 1, not {self.alpha}")
        if self.retention_months < 1:
            raise InputError(f"retention must be 1 month or more, not {self.retention_months}")
