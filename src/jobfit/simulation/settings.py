"""MarketSettings: how large the simulated market is and in which languages it speaks."""

from __future__ import annotations

from dataclasses import dataclass

from jobfit.errors import InputError

LANGUAGES = ("en", "fr")
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class MarketSettings:
    """What a market is made of.

    candidates, vacancies: how many of each, from 1.
    languages:             of the texts, a selection of ``("en", "fr")``; each record is written in one of them.
    today:                 ``YYYY-MM``; careers end here at the latest.
    seen:                  how many vacancies each candidate comes across.
    forgotten:             the share of a candidate's skills that the CV does not mention.

    Raises:
        InputError: a number out of range, an unknown language, or a month that is none.
    """

    candidates: int = 300
    vacancies: int = 40
    languages: tuple[str, ...] = LANGUAGES
    today: str = "2026-01"
    seen: int = 12
    forgotten: float = 0.15

    def __post_init__(self) -> None:
        """Check every setting."""
        for name in ("candidates", "vacancies", "seen"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= LARGEST:
                raise InputError(f"{name} must be a whole number from 1 to {LARGEST:,}, not {number!r}")
        if not self.languages or set(self.languages) - set(LANGUAGES):
            raise InputError(f"languages must be chosen from {', '.join(LANGUAGES)}, not {self.languages!r}")
        if not 0 <= self.forgotten < 1:
            raise InputError(f"forgotten must be a share from 0 to below 1, not {self.forgotten!r}")
        month_number(self.today)


def month_number(month: str) -> int:
    """Return the months since year 0 of ``YYYY-MM``, so that months can be subtracted.

    >>> month_number("2026-01") - month_number("2025-11")
    2
    """
    year, _, number = month.partition("-")
    if not (len(year) == 4 and year.isdecimal() and number.isdecimal() and 1 <= int(number) <= 12):
        raise InputError(f"{month!r} is not a month; write it as YYYY-MM, e.g. 2026-01")
    return int(year) * 12 + int(number) - 1


def month_name(number: int) -> str:
    """Return ``YYYY-MM``, the inverse of :func:`month_number`."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
