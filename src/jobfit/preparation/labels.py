"""Rows of a log -> one labelled pair for each candidate and vacancy, with every dropped row accounted for.

The rule where a pair occurs several times: the latest *decided* application (hired, talent pool or rejected) stands; of
several undecided ones the latest. Later means a later time, or, where times are equal or missing, a later row; a row
without a time is before every row with one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from jobfit.errors import InputError, Rejection
from jobfit.ingest.applications import ApplicationRow
from jobfit.judged import Pair
from jobfit.judgements import Judgement, StatusTable, UnknownStatusError

READ, JOIN, ONE = "read", "join the records", "one row a pair"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``dropped`` counts rows by the reason for which they were dropped, ``kept`` those that went on."""

    name: str
    dropped: Mapping[str, int]
    kept: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """What happened to the rows of one kind: ``rows_in`` = everything dropped + ``rows_out``.

    Raises:
        InputError: the counts of a step do not add up to those of the step before, or a count is negative.
    """

    name: str
    rows_in: int
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        left = self.rows_in
        for step in self.steps:
            if left != sum(step.dropped.values()) + step.kept or min(step.kept, *step.dropped.values(), 0) < 0:
                raise InputError(
                    f"{self.name}, {step.name}: {left} rows in, but {dict(step.dropped)} and {step.kept} kept"
                )
            left = step.kept

    @property
    def rows_out(self) -> int:
        return self.steps[-1].kept if self.steps else self.rows_in

    def as_json(self) -> dict[str, object]:
        steps = [{"step": step.name, "dropped": dict(step.dropped), "kept": step.kept} for step in self.steps]
        return {"name": self.name, "rows_in": self.rows_in, "steps": steps, "rows_out": self.rows_out}


def balance(positive: int, negative: int) -> dict[str, float | int | None]:
    """Return what a loss needs to weigh hired (positive) and rejected (negative) pairs; ``None`` where undefined.

    ``share`` is positive / all; ``pos_weight`` negative / positive: what a positive weighs in a cross-entropy of equal
    halves; ``prior_logit`` log(positive / negative): the bias of a model that knows nothing else.

    >>> found = balance(417, 34_720)
    >>> round(found["pos_weight"], 2), round(found["prior_logit"], 2)
    (83.26, -4.42)
    """
    total = positive + negative
    return {
        "positive": positive,
        "negative": negative,
        "share": positive / total if total else None,
        "pos_weight": negative / positive if positive else None,
        "prior_logit": math.log(positive / negative) if positive and negative else None,
    }


class Dropped(NamedTuple):
    """A row that became no pair: where it stands, and why."""

    row: int
    candidate_id: str
    vacancy_id: str
    step: str
    reason: str


class LoggedPair(NamedTuple):
    """A candidate, a vacancy and how it ended. ``row`` is the row that stands, ``rows`` how many the pair has."""

    candidate_id: str
    vacancy_id: str
    status: str
    judgement: Judgement
    time: datetime | None
    row: int
    rows: int = 1

    @property
    def judged(self) -> Pair | None:
        """The graded pair; ``None`` for a censored one, which is unjudged."""
        grade = self.judgement.grade
        return None if grade is None else Pair(self.candidate_id, self.vacancy_id, grade)


@dataclass(frozen=True, slots=True)
class Log:
    """The rows of a log that can be used, each judged, and those that cannot."""

    rows: tuple[tuple[ApplicationRow, Judgement], ...]
    rejections: tuple[Rejection, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """The pairs in the order of their rows, every row that was dropped, and the funnel of both."""

    pairs: tuple[LoggedPair, ...]
    dropped: tuple[Dropped, ...]
    funnel: Funnel


def judge_rows(rows: Iterable[ApplicationRow | Rejection], table: StatusTable, where: str) -> Log:
    """Judge every row by ``table``.

    Raises:
        UnknownStatusError: statuses that the table does not have: each is named with its rows. Nothing is guessed.
    """
    judged: list[tuple[ApplicationRow, Judgement]] = []
    rejections: list[Rejection] = []
    unknown: dict[str, list[int]] = {}
    for row in rows:
        if isinstance(row, Rejection):
            rejections.append(row)
            continue
        if row.status in unknown:  # asked once: looking for the nearest known status takes time
            unknown[row.status].append(row.number)
            continue
        try:
            judgement = table.judge(row.status)
        except InputError:
            unknown[row.status] = [row.number]
            continue
        judged.append((row, judgement))
    if unknown:
        raise UnknownStatusError(_unknown(unknown, table, where))
    return Log(tuple(judged), tuple(rejections), _differing(judged, where))


def label_pairs(log: Log, candidates: Collection[str], vacancies: Collection[str]) -> Labelled:
    """Join the rows of ``log`` with the ids of the records and keep one row for each pair."""
    dropped = [Dropped(bad.row or 0, "", "", READ, _reason(bad)) for bad in log.rejections]
    best: dict[tuple[str, str], LoggedPair] = {}
    for row, judgement in log.rows:
        missing = _missing(row, candidates, vacancies)
        if missing:
            dropped.append(Dropped(row.number, row.candidate_id, row.vacancy_id, JOIN, missing))
            continue
        pair = LoggedPair(row.candidate_id, row.vacancy_id, row.status, judgement, row.time, row.number)
        other = best.get((row.candidate_id, row.vacancy_id))
        if other is not None:
            pair, beaten = (pair, other) if _order(pair) > _order(other) else (other, pair)
            pair = pair._replace(rows=other.rows + 1)
            standing = "decided" if beaten.judgement.censored and not pair.judgement.censored else "later"
            reason = f"a {standing} row of the pair stands"
            dropped.append(Dropped(beaten.row, row.candidate_id, row.vacancy_id, ONE, reason))
        best[row.candidate_id, row.vacancy_id] = pair
    dropped.sort()
    pairs = tuple(sorted(best.values(), key=lambda pair: pair.row))
    return Labelled(pairs, tuple(dropped), _funnel(len(log.rows) + len(log.rejections), dropped))


def _order(pair: LoggedPair) -> tuple[bool, datetime, int]:
    return not pair.judgement.censored, pair.time or _LONG_AGO, pair.row


def _missing(row: ApplicationRow, candidates: Collection[str], vacancies: Collection[str]) -> str:
    if row.candidate_id in candidates:
        return "" if row.vacancy_id in vacancies else "no record of the vacancy"
    return "no record of the candidate" if row.vacancy_id in vacancies else "no record of either"


def _reason(bad: Rejection) -> str:
    return "the row does not fit the header" if bad.field is None else f"{bad.field}: {bad.reason}"


def _funnel(rows_in: int, dropped: Iterable[Dropped]) -> Funnel:
    counts: dict[str, Counter[str]] = {READ: Counter(), JOIN: Counter(), ONE: Counter()}
    for row in dropped:
        counts[row.step][row.reason] += 1
    steps, left = [], rows_in
    for step, reasons in counts.items():
        left -= reasons.total()
        steps.append(Step(step, dict(sorted(reasons.items())), left))
    return Funnel("applications", rows_in, tuple(steps))


def _unknown(unknown: dict[str, list[int]], table: StatusTable, where: str) -> str:
    lines = []
    for status, numbers in list(unknown.items())[:_NAMED]:
        try:
            table.judge(status)
        except InputError as error:
            lines.append(f"row {numbers[0]}: {error} ({len(numbers)} row{'s' if len(numbers) > 1 else ''})")
    more = f"; and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
    return f"{where}: {'; '.join(lines)}{more}. Add each to a table of your own and pass it with --statuses FILE"


def _differing(rows: list[tuple[ApplicationRow, Judgement]], where: str) -> tuple[str, ...]:
    differing = [(row, judgement) for row, judgement in rows if row.outcome not in (None, judgement.outcome)]
    if not differing:
        return ()
    row, judgement = differing[0]
    return (
        f"{where}: {len(differing)} rows state another outcome than the status table, which decides (row {row.number}: "
        f"{row.status!r} is stated as {row.outcome!r} and judged as {judgement.outcome})",
    )
