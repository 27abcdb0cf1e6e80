"""Pool, Shortlist and the reasons in them: who was considered, who was not, and why each place was given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from jobfit.errors import InputError
from jobfit.records import Evidence, Requirement
from jobfit.runs import Hit, Ranking


class Status(StrEnum):
    """What a text says about a requirement.

    *met*: it states that the requirement holds. *missing*: it states something that rules it out (2 years where 5 are
    asked). *unknown*: it says nothing that settles it; silence is never a rejection.
    """

    MET = "met"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One requirement held against one text: the status, and the quote that settles it.

    An unknown line may have a quote too: the text speaks of the matter and does not settle it ("learning Rust").
    """

    requirement: Requirement
    status: Status
    evidence: Evidence | None = None

    def __post_init__(self) -> None:
        """A status other than unknown needs its quote."""
        if self.status is not Status.UNKNOWN and self.evidence is None:
            raise InputError(f"requirement {self.requirement.id!r}: {self.status} needs a quote")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a policy decided as it did: a stable ``code``, a ``sentence`` for people, and the quote if there is one."""

    code: str
    sentence: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A record that is not in the pool, and why."""

    id: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """Who is considered (``eligible`` ids) and who is not (``excluded``). Together they are everyone looked at."""

    eligible: tuple[str, ...]
    excluded: tuple[Exclusion, ...] = ()


PLANTED = "planted"  # the contribution that takes off what copies, repetition and walls of keywords gave
_MEANING = frozenset({"dense", "titles", "title-text", "text-titles", "feedback"})
_WORDS = frozenset({"lexical", "characters", "taxonomy"})


@dataclass(frozen=True, slots=True)
class Contribution:
    """A part of a score and its value: a signal (``dense``, ``lexical``), ``reranker`` or ``requirement:<id>``.

    ``planted``, at most 0, takes off what planted text added to the signals (:mod:`jobfit.damping`).
    """

    name: str
    value: float

    @property
    def sort(self) -> str:
        """What a signal compares: ``meaning`` (embeddings) or ``words`` (named alike); ``planted``; ``other``."""
        if self.name == PLANTED:
            return PLANTED
        return "meaning" if self.name in _MEANING else "words" if self.name in _WORDS else "other"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a score is made of, and each requirement held against the text."""

    contributions: tuple[Contribution, ...]
    ledger: tuple[LedgerLine, ...]

    @property
    def score(self) -> float:
        """The exact sum of the contributions."""
        return math.fsum(part.value for part in self.contributions)


@dataclass(frozen=True, slots=True)
class Decision:
    """One place on a shortlist. ``score`` is the exact sum (``math.fsum``) of the contributions."""

    id: str
    rank: int
    score: float
    contributions: tuple[Contribution, ...]
    ledger: tuple[LedgerLine, ...]

    def __post_init__(self) -> None:
        """Check that the contributions explain the score to the last bit."""
        if math.fsum(part.value for part in self.contributions) != self.score:
            raise InputError(f"{self.id!r}: the contributions do not sum to the score {self.score}")

    @property
    def damped(self) -> bool:
        """Whether planted text was taken out of the score."""
        return any(part.name == PLANTED for part in self.contributions)


@dataclass(frozen=True, slots=True)
class Price:
    """What a requirement on the whole list costs, as a policy of trade-offs found it.

    Expectations are over the policy's distribution of attention over everyone ranked. ``least`` was asked for;
    ``without`` is the expectation when nothing is asked, ``expected`` what it is now; ``shown`` is the mean of the
    places that the shortlist shows. ``price`` is in points of the score for one whole unit; 0: it costs nothing.
    """

    name: str
    least: float
    without: float
    expected: float
    shown: float
    price: float


@dataclass(frozen=True, slots=True)
class Decided:
    """What a policy decides: who stands where, and what its requirements on the list cost, where it has some."""

    entries: tuple[Decision, ...]
    prices: tuple[Price, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How the dense search was done. ``exact`` means that nobody eligible can have been missed."""

    kind: str
    exact: bool
    eligible: int


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The answer to one query: the ``entries`` in order, the pool they were chosen from and the search plan.

    ``prices`` say what a policy's requirements on the list cost; the plain policy has none.
    """

    query_id: str
    pool: Pool
    plan: Plan
    entries: tuple[Decision, ...]
    prices: tuple[Price, ...] = ()

    @property
    def ranking(self) -> Ranking:
        """The entries as a ranking, for evaluation."""
        return Ranking(self.query_id, tuple(Hit(entry.id, entry.score) for entry in self.entries))
