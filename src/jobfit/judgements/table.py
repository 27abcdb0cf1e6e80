"""StatusTable: what a status of an application means. Tables are TOML files, shipped or a user's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, field_validator, model_validator

from jobfit.artifacts import read_text
from jobfit.errors import InputError
from jobfit.folding import folded
from jobfit.records import Outcome
from jobfit.settings_file import Text, parse_toml

SHIPPED = ("ats", "inasoft", "inasoft-report")
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


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Reason(_Part):
    code: Text
    side: Side


class _Entry(_Part):
    """What a ``[status.<key>]`` entry may say; ``names`` are kept as the words they are looked up by."""

    names: list[StrictStr] = Field(min_length=1)
    outcome: Outcome
    grade: StrictInt | None = Field(None, ge=0, le=4)
    reason: _Reason | None = None
    note: str = ""

    @field_validator("names")
    @classmethod
    def _words(cls, names: list[str]) -> list[str]:
        known: list[str] = []
        for name in names:
            words, elapsed = words_of(name)
            if not words:
                raise ValueError(f"the name {name!r} holds no word")
            if elapsed is not None:
                raise ValueError(f"the name {name!r} states an elapsed time, which is read by itself; leave it out")
            if words in known:
                raise ValueError(f"the name {name!r} occurs twice (case, accents and blanks do not count)")
            known.append(words)
        return known

    @model_validator(mode="after")
    def _graded(self) -> _Entry:
        censored = self.outcome is Outcome.CENSORED
        if censored and self.grade is not None:
            raise ValueError(f"a censored outcome is unknown and has no grade; remove grade = {self.grade}")
        if not censored and self.grade is None:
            raise ValueError(f"the outcome {self.outcome} needs a grade from 0 to 4")
        return self

    def judgement(self, key: str) -> Judgement:
        reason = None if self.reason is None else Reason(self.reason.code, self.reason.side)
        return Judgement(key, self.outcome, self.grade, reason)


class _Table(_Part):
    status: dict[str, _Entry] = Field(min_length=1)


def load_table(name_or_path: str | Path) -> StatusTable:
    """Return a shipped table by its name (:data:`SHIPPED`), or the one in a TOML file.

    Raises:
        InputError: no such name or file; the file cannot be read as TOML; an entry lacks names or an outcome, has a
            grade outside 0 to 4, is censored with a grade or judged without one, has an unknown key, side or outcome; a
            name occurs twice once case, accents and blanks are taken away. The message names the file and the entry.

    >>> load_table("ats").judge("Hired").grade
    4
    """
    if isinstance(name_or_path, str) and name_or_path in SHIPPED:
        return _shipped(name_or_path)
    path = Path(name_or_path)
    if not path.exists():
        raise InputError(
            f"there is no status table {str(name_or_path)!r}: name one of {', '.join(SHIPPED)}, or a TOML file"
        )
    return parse_table(read_text(path), str(path), path.stem)


def shipped_text(name: str) -> str:
    """Return the TOML of a shipped table, as a start for one's own."""
    return files("jobfit.judgements").joinpath("tables", f"{name}.toml").read_text(encoding="utf-8")


def parse_table(content: str, where: str, name: str) -> StatusTable:
    """Return the table that a TOML text holds; ``where`` stands in the errors, which are those of load_table."""
    judgements: dict[str, Judgement] = {}
    for key, entry in parse_toml(content, where).checked(_Table).status.items():
        judgement = entry.judgement(key)
        for words in entry.names:
            if words in judgements:
                raise InputError(
                    f"{where}, status, {key}: the name {words!r} stands in {judgements[words].status!r} already"
                )
            judgements[words] = judgement
    return StatusTable(name, judgements)


@cache
def _shipped(name: str) -> StatusTable:
    return parse_table(shipped_text(name), f"{name}.toml", name)
