"""What a log of applications says of each person at a moment: in touch until when, hired, applied for which vacancy.

Only what had happened by then counts, so that a pool can be made as it was on a past day: an application that was
decided later is still open, and one that was made later does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from jobfit.records import Application, Outcome

Flags = NDArray[np.bool_]
Seconds = NDArray[np.int64]  # since 1970, UTC
UNKNOWN = np.iinfo(np.int64).min
_NEVER = np.iinfo(np.int64).max
# A hire without the day of its decision was decided within half a year: only an application after that is a new one.
_DECIDED_WITHIN = timedelta(days=180)
_OUTCOMES = tuple(Outcome)
_HIRED = _OUTCOMES.index(Outcome.HIRED)


@dataclass(frozen=True, slots=True)
class Event:
    """The last thing that is known of a person by a moment. ``date`` is ``None`` where the log has no time.

    ``status`` and ``outcome`` are ``None`` where the application was not decided by then.
    """

    vacancy_id: str
    date: date | None
    status: str | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How each of n people stands at a moment, in the order of :attr:`ApplicationLog.people`.

    applied:  has applied, for anything.
    last:     the last dated event; ``UNKNOWN`` without one.
    undated:  has an event without a date, so that the last contact may be later than ``last``.
    hired:    was hired and has not applied anywhere since.
    pooled:   an application ended in the talent pool.
    later:    rows of the log that are dated after the moment; they are left out.
    """

    applied: Flags
    last: Seconds
    undated: Flags
    hired: Flags
    pooled: Flags
    later: int


class ApplicationLog:
    """The applications as columns, by person. The order of the rows given changes nothing."""

    def __init__(self, applications: Sequence[Application]) -> None:
        rows = sorted(applications, key=lambda a: (a.candidate_id, a.vacancy_id, _seconds(a.time), a.status))
        self._rows = rows
        ids, self._starts = np.unique([row.candidate_id for row in rows], return_index=True)
        self.people: tuple[str, ...] = tuple(ids.tolist())
        self._vacancy = {vacancy: code for code, vacancy in enumerate(dict.fromkeys(row.vacancy_id for row in rows))}
        self._wanted = np.array([self._vacancy[row.vacancy_id] for row in rows], dtype=np.int64)
        self._ends = np.append(self._starts[1:], len(rows))
        self._time = np.array([_seconds(row.time) for row in rows], dtype=np.int64)
        self._decided = np.array([_seconds(row.decided) for row in rows], dtype=np.int64)
        self._outcome = np.array([_OUTCOMES.index(row.outcome) for row in rows], dtype=np.int8)

    def __len__(self) -> int:
        """Return the number of applications."""
        return len(self._rows)

    def standing(self, moment: datetime) -> Standing:
        """Return how everybody stands at ``moment``: what happened before it counts, and what is not dated."""
        if not self._rows:
            none = np.zeros(0, dtype=bool)
            return Standing(none, np.zeros(0, dtype=np.int64), none, none, none, 0)
        now = _seconds(moment)
        there = self._time < now
        decided = there & (self._decided < now)
        event = np.where(decided, np.maximum(self._time, self._decided), self._time)
        hired = np.where(decided & (self._outcome == _HIRED), self._hired_at, UNKNOWN)
        return Standing(
            applied=self._any(there),
            last=self._latest(event, there),
            undated=self._any(there & (event == UNKNOWN)),
            hired=self._any(hired != UNKNOWN) & (self._latest(hired, there) >= self._latest(self._time, there)),
            pooled=self._any(decided & (self._outcome == _OUTCOMES.index(Outcome.TALENT_POOL))),
            later=int((~there).sum()),
        )

    def applied_for(self, vacancy_id: str, moment: datetime) -> Flags:
        """Return who had applied for this vacancy by ``moment``."""
        return self._any((self._wanted == self._vacancy.get(vacancy_id, -1)) & (self._time < _seconds(moment)))

    def first_applications(self) -> dict[str, datetime]:
        """Return when each vacancy had its first application; a vacancy without a dated one is left out."""
        first: dict[str, datetime] = {}
        for row in self._rows:
            if row.time is not None:
                first[row.vacancy_id] = min(row.time, first.get(row.vacancy_id, row.time))
        return first

    def hires(self) -> dict[str, set[str]]:
        """Return who was hired for each vacancy, whenever that was."""
        hires: dict[str, set[str]] = {}
        for row in self._rows:
            if row.outcome is Outcome.HIRED:
                hires.setdefault(row.vacancy_id, set()).add(row.candidate_id)
        return hires

    def last_event(self, person: int, moment: datetime) -> Event:
        """Return the last event of a person (a row of :attr:`people`) who had applied by ``moment``."""
        now = _seconds(moment)
        rows = [n for n in range(int(self._starts[person]), int(self._ends[person])) if self._time[n] < now]
        decided = {n for n in rows if self._decided[n] < now}
        at = {n: int(max(self._time[n], self._decided[n]) if n in decided else self._time[n]) for n in rows}
        last = max(rows, key=lambda n: at[n])
        row, known = self._rows[last], last in decided
        day = None if at[last] == UNKNOWN else datetime.fromtimestamp(at[last], UTC).date()
        return Event(row.vacancy_id, day, row.status if known else None, row.outcome if known else None)

    @property
    def _hired_at(self) -> Seconds:
        """Return when each application that ended in a hire did so, as late as may be."""
        guess = np.where(self._time == UNKNOWN, _NEVER, self._time + int(_DECIDED_WITHIN.total_seconds()))
        return np.where(self._decided == UNKNOWN, guess, np.maximum(self._time, self._decided))

    def _any(self, rows: Flags) -> Flags:
        return np.logical_or.reduceat(rows, self._starts) if len(rows) else np.zeros(0, dtype=bool)

    def _latest(self, values: Seconds, rows: Flags) -> Seconds:
        return np.asarray(np.maximum.reduceat(np.where(rows, values, UNKNOWN), self._starts))


def end_of(day: date) -> datetime:
    """Return the first moment after a day, UTC."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """Return the same day ``months`` earlier, or the last day of that month.

    >>> months_before(date(2026, 3, 31), 1)
    datetime.date(2026, 2, 28)
    """
    number = day.year * 12 + day.month - 1 - months
    if number < 12:
        return date.min
    first = date(number // 12, number % 12 + 1, 1)
    following = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def seconds_of(day: date) -> int:
    """Return the first second of a day, UTC."""
    return _seconds(datetime.combine(day, time(), UTC))


def _seconds(moment: datetime | None) -> int:
    return UNKNOWN if moment is None else int(moment.timestamp())
