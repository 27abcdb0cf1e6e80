"""Months worked up to a day: in a set of positions, in all; and months in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from jobfit.records import CandidateProfile, Experience, ExperienceTotal, Stated, month_number

_MORE = 12  # months by which a claim must exceed the dates to count instead of them


def months_in(positions: Iterable[Experience], today: date) -> int:
    """Return the months of the dated ``positions`` up to ``today``; overlaps count once, both end months count."""
    return len({month for position in positions for month in _held(position, today)})


def experience_total(profile: CandidateProfile, today: date) -> Stated[ExperienceTotal] | None:
    """Return the months worked up to ``today``, or ``None`` where neither dates nor a sum of years are stated.

    A position still held lasts until ``today``, and what lies behind ``today`` does not count. The quote is the longest
    position. "10 years of experience" counts where it claims more than the dates show, by over a year; a total that
    rests on a claim has no upper bound. A total is *sure* where it has one: each date of the text is then explained.
    """
    global _last
    last = _last  # of one CV several requirements ask; another thread may put its own there meanwhile
    if last is None or last[0] is not profile or last[1] != today:
        _last = last = profile, today, _total(profile, today)
    return last[2]


_last: tuple[CandidateProfile, date, Stated[ExperienceTotal] | None] | None = None


def _total(profile: CandidateProfile, today: date) -> Stated[ExperienceTotal] | None:
    claim, dated = profile.claimed_months, [p for p in profile.experiences if _held(p, today)]
    months = months_in(dated, today)
    if claim and (not dated or claim.value > months + _MORE):
        return Stated(ExperienceTotal(claim.value), claim.evidence)
    if not dated:
        return None
    longest = max(dated, key=lambda position: len(_held(position, today))).evidence
    if not profile.dates_explained:
        return Stated(ExperienceTotal(months, partial=any(not held.start for held in profile.experiences)), longest)
    most = len({month for position in dated for month in _at_most(position, today)})
    return Stated(ExperienceTotal(months, max(most, claim.value if claim else 0)), longest, sure=True)


def _held(position: Experience, today: date) -> range:
    """Return the months of a position, numbered from the year 0; a year alone that has just begun counts one."""
    first, last = position.counted
    if first is None or (last is None and not position.current):
        return range(0)
    now = today.year * 12 + today.month - 1
    last = now if last is None else min(last, now)
    return range(first, last + 1) if first <= now else _at_most(position, today)[-1:]


def _at_most(position: Experience, today: date) -> range:
    start, end = position.widest or (position.start, position.end)
    if start is None or (end is None and not position.current):
        return range(0)
    now = today.year * 12 + today.month - 1
    return range(month_number(start, 1), min(month_number(end, 12) if end else now, now) + 1)


@lru_cache(maxsize=1024)
def in_words(months: int) -> str:
    """Return "2 years and 3 months", "5 years", "1 month"; 0 gives "no months".

    >>> in_words(27)
    '2 years and 3 months'
    """
    years, rest = divmod(months, 12)
    parts = [_count(years, "year"), _count(rest, "month")]
    return " and ".join(part for part in parts if part) or "no months"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}" if number else ""
