"""StatusTable: what a status of an application means, and Judgement: what one application then is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from jobfit.errors import InputError
from jobfit.folding import folded
from jobfit.records import Outcome

GRADES = range(5)  # 0 rejected at once ... 4 hired
_BINARY = {Outcome.HIRED: 1, Outcome.REJECTED: 0}
_THREE_CLASS = {Outcome.REJECTED: 0, Outcome.HIRED: 1, Outcome.TALENT_POOL: 2}
_ORDINAL = {Outcome.REJECTED: 0, Outcome.TALENT_POOL: 1, Outcome.HIRED: 2}
_OBSERVED = {Outcome.HIRED: "observed", Outcome.REJECTED: "observed", Outcome.TALENT_POOL: "soft"}
_SHOWN = 60
# "+ 2 jrs", "+5jours", "+ 1 day". Only with the plus: "follow up in 3 days" is a status of its own.
_ELAPSED = re.compile(r"\+ ?(\d{1,4}) ?(?:jours?|jrs?|j|days?|d)\b\.?")
_BETWEEN_WORDS = re.compile(r"[^\w+]+|_")
_PLUS = re.compile(r" ?\+ ?")


class UnknownStatusError(InputError):
    """A status that the table does not have. It is never taken for a rejection."""


class Side(StrEnum):
    """Whose answer a reason explains: the person would not want it, or the employer would not accept."""

    PREFERENCE = "preference"
    QUALIFICATION = "qualification"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an application ended as it did: a code such as ``pay``, and the side that it belongs to."""

    code: str
    side: Side


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a status says about one application.

    status:       the key of the table's entry, such as ``rejected_interview``.
    outcome:      hired, talent pool, rejected or censored (nobody knows).
    grade:        0 to 4; ``None`` exactly where the outcome is censored: *unjudged*, which is not 0.
    reason:       the reason code, where the status names one; a censored status can have one, too.
    elapsed_days: the n of a "+ n jrs" suffix: time that has passed, never a class of its own.
    """

    status: str
    outcome: Outcome
    grade: int | None
    reason: Reason | None = None
    elapsed_days: int | None = None

    def __post_init__(self) -> None:
        if (self.grade is None) != (self.outcome is Outcome.CENSORED):
            raise InputError(f"status {self.status!r}: {self.outcome} with grade {self.grade}; only censored has none")
        if self.grade is not None and self.grade not in GRADES:
            raise InputError(f"status {self.status!r}: grade {self.grade} is not from 0 to 4")

    @property
    def censored(self) -> bool:
        return self.outcome is Outcome.CENSORED

    @property
    def observation(self) -> str:
        """``observed``, ``soft`` (the talent pool: suitable, but neither taken nor turned down) or ``censored``."""
        return _OBSERVED.get(self.outcome, "censored")

    @property
    def binary(self) -> int | None:
        """1 hired, 0 rejected; ``None`` (left out) for the talent pool, which is neither, and for censored."""
        return _BINARY.get(self.outcome)

    @property
    def three_class(self) -> int | None:
        """0 rejected, 1 hired, 2 talent pool; ``None`` for censored. The codes are names, not an order."""
        return _THREE_CLASS.get(self.outcome)

    @property
    def ordinal(self) -> int | None:
        """0 rejected < 1 talent pool < 2 hired; ``None`` for censored."""
        return _ORDINAL.get(self.outcome)


@dataclass(frozen=True)
class StatusTable:
    """Every status that a log may hold. ``judgements`` maps the words of each name to what it means.

    Build it with :func:`jobfit.judgements.load_table`, which checks it.
    """

    name: str
    judgements: Mapping[str, Judgement]
    _known: dict[str, Judgement] = field(default_factory=dict, repr=False, compare=False)

    def judge(self, status: str) -> Judgement:
        """Return what ``status`` means.

        Raises:
            UnknownStatusError: the table does not have it (an empty status is one); the message names the nearest.
            InputError: it states two elapsed times.

        >>> from jobfit.judgements import load_table
        >>> load_table("inasoft").judge("Négatif +5jrs").elapsed_days
        5
        """
        judgement = self._known.get(status)  # a log has few statuses and many rows
        if judgement is None:
            judgement = self._known[status] = self._judged(status)
        return judgement

    def _judged(self, status: str) -> Judgement:
        words, elapsed = words_of(status)
        judgement = self.judgements.get(words)
        if judgement is None:
            near = get_close_matches(words, self.judgements, n=1, cutoff=0.8)
            shown = status if len(status) <= _SHOWN else status[: _SHOWN - 1] + "…"
            hint = f"; the nearest is {near[0]!r}" if near else ""
            raise UnknownStatusError(f"the status {shown!r} is not in the table {self.name!r}{hint}")
        return Judgement(judgement.status, judgement.outcome, judgement.grade, judgement.reason, elapsed)


def words_of(status: str) -> tuple[str, int | None]:
    """Return the status as it is looked up, and the days of its "+ n jrs" suffix (``None`` without one).

    Case, accents, punctuation and the number of blanks say nothing; a plus between two statuses does.

    Raises:
        InputError: the suffix occurs twice.

    >>> words_of("VIVIER+2jrs"), words_of("  Négatif  + 5 jrs "), words_of("NAE+Vivier")
    (('vivier', 2), ('negatif', 5), ('nae + vivier', None))
    """
    plain = folded(status)
    elapsed = _ELAPSED.findall(plain)
    if len(elapsed) > 1:
        raise InputError(f"the status {status!r} states {len(elapsed)} elapsed times; at most one can be read")
    bare = _BETWEEN_WORDS.sub(" ", _ELAPSED.sub(" ", plain))
    return _PLUS.sub(" + ", bare).strip(), int(elapsed[0]) if elapsed else None
