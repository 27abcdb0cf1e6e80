"""Months in a set of positions, and months in words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from jobfit.records import Experience


def months_in(positions: Iterable[Experience]) -> int:
    """Return the months covered by the dated ``positions``; overlaps count once, both end months count."""
    covered: set[int] = set()
    for position in positions:
        if position.start is not None and position.end is not None:
            covered.update(range(_month(position.start), _month(position.end) + 1))
    return len(covered)


def _month(text: str) -> int:
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1


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
