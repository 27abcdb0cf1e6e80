"""Pool, Shortlist and the reasons in them: who was considered, who was not, and why each place was given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from jobfit.errors import InputError
from jobfit.records import Evidence, Requirement, Salary
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
    """One requirement held against one text: the status, the quote that settles it, and who read that quote.

    An unknown line may have a quote too: the text speaks of the matter and does not settle it ("learning Rust").
    ``degree`` (0 to 1) is how much of it is there where it is not met, ``None`` where nothing can be said. ``hard``: it
    is missing by words that can be read in one way only, so that a constraint that a person wrote may rest on it.
    """

    requirement: Requirement
    status: Status
    evidence: Evidence | None = None
    degree: float | None = None
    hard: bool = False

    def __post_init__(self) -> None:
        """A status other than unknown needs its quote, a degree is a share, and only what is missing is hard."""
        if self.status is not Status.UNKNOWN and self.evidence is None:
            raise InputError(f"requirement {self.requirement.id!r}: {self.status} needs a quote")
        if (self.degree is not None and not 0 <= self.degree <= 1) or (self.hard and self.status is not Status.MISSING):
            raise InputError(f"requirement {self.requirement.id!r}: {self.status}, degree {self.degree}, {self.hard=}")

    @property
    def score(self) -> float | None:
        """1 where it is met, else the degree; ``None``: unknown."""
        return 1.0 if self.status is Status.MET else self.degree


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
MEANING, WORDS = "meaning", "words"
SIGNALS = {  # the sort of each, and what it compares
    "lexical": (WORDS, "words in common (BM25)"),
    "characters": (WORDS, "4-grams of characters in common"),
    "dense": (MEANING, "the vectors of both texts"),
    "titles": (MEANING, "the vectors of both sides' titles"),
    "title-text": (MEANING, "the vector of the query's titles with that of the document's text"),
    "text-titles": (MEANING, "the vector of the query's text with that of the document's titles"),
    "feedback": (MEANING, "the vectors of what was found first with that of the document's text"),
    "taxonomy": (WORDS, "skills (and, of texts alone, occupations) that both name"),
}


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
        return PLANTED if self.name == PLANTED else SIGNALS.get(self.name, ("other",))[0]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a policy can ask of a pair beside its score; ``None``: the texts do not say it.

    ``pay``: what the document states, so what a vacancy offers or a candidate asks for. ``kilometres``: from the
    nearest town that the person lives in or wishes for; 0 where remote work is offered.
    """

    pay: Salary | None = None
    kilometres: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a score is made of, each requirement held against the text, and the terms of the pair."""

    contributions: tuple[Contribution, ...]
    ledger: tuple[LedgerLine, ...]
    terms: Terms = Terms()

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

    Expectations are over the policy's distribution of attention over everyone ranked who states it, whose part of all
    attention is ``known``. ``least`` or ``most`` was asked for, the other is ``None``; ``without`` is the expectation
    when nothing is asked, ``expected`` what it is now; ``shown`` is the mean of the places that the shortlist shows,
    ``None`` where none of them states it. ``price`` is in points of the score for one whole ``unit``; 0: it costs
    nothing.
    """

    name: str
    least: float | None
    without: float
    expected: float
    shown: float | None
    price: float
    most: float | None = None
    unit: str = ""
    known: float = 1.0

    @property
    def sentence(self) -> str:
        unit, digits = (f" {self.unit}", ",.1f") if self.unit else ("", ".3f")
        one = f"{self.price:.3g} points of the score" if self.unit else f"{self.price:.3f} points of the score"
        costs = f"{one} a {self.unit or 'unit'}" if self.price else "nothing: the list has it anyway"
        asked = f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"
        shown = "none of the places shown states it"
        if self.shown is not None:
            shown = f"{self.shown:{digits}} on average of the places shown"
        known = f" over the {self.known:.0%} of attention whose texts state it" if self.known < 1 else ""
        return (
            f"{self.name}: {self.expected:{digits}}{unit} expected{known}, {asked} asked, "
            f"{self.without:{digits}} without asking, {shown}; its price: {costs}."
        )


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
class Weighed:
    """How the signals of a query were added: each contributes its weight x its standard deviations x ``factor``.

    compared: what asks for what, as in :class:`jobfit.retrieval.kinds.Comparison`; with ``language_known``, whether the
              encoder knows the query's language, it decides the ``weights``.
    learnt:   what the weights are from.
    factor:   gives the most similar of all the whole similarity part of a score; 1 where nothing is scaled.
    """

    compared: str
    language_known: bool
    weights: Mapping[str, float]
    learnt: str
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The answer to one query: the ``entries`` in order, the pool they were chosen from and the search plan.

    ``prices`` say what a policy's requirements on the list cost; the plain policy has none. ``weighed``: how the
    signals were added.
    """

    query_id: str
    pool: Pool
    plan: Plan
    entries: tuple[Decision, ...]
    prices: tuple[Price, ...] = ()
    weighed: Weighed | None = None

    @property
    def ranking(self) -> Ranking:
        """The entries as a ranking, for evaluation."""
        return Ranking(self.query_id, tuple(Hit(entry.id, entry.score) for entry in self.entries))
