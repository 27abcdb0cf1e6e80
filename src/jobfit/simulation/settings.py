"""MarketSettings: how large the simulated market is, how it speaks, and how far its log departs from its truth."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import Field

from jobfit.errors import InputError
from jobfit.settings import From0, Share, check_fields

LANGUAGES = ("en", "fr")
ATTRIBUTES = ("sex", "age_band", "origin")
Size = Annotated[int, Field(ge=1, le=1_000_000)]
Upto1 = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class MarketSettings:
    """What a market is made of.

    candidates, vacancies: how many of each, from 1 to a million.
    languages:             of the texts, a selection of ``("en", "fr")``; each record is written in one of them.
    language_shares:       the share of each language, summing to 1; empty for equal shares.
    today:                 ``YYYY-MM``; careers end here at the latest, and the log ends with this month.
    seen:                  how many times each candidate is shown a vacancy (the same one may come up twice).
    forgotten:             the share of a candidate's skills that the CV does not mention.
    taxonomy:              ``compact``, the name of an imported taxonomy, or a folder of ESCO tables.
    label_noise:           probability that a verdict of the employer is the opposite of what was meant, up to 0.5.
    censoring:             0..1, how much of what employers decide is never logged.
    bias:                  taken off the log-odds of passing the screening outside the reference group; 0 for none.
    bias_attribute:        the attribute by which screeners are biased: ``sex``, ``age_band`` or ``origin``.
    leak:                  0..1, how far the text below the name tells the groups; 0: not at all.
    name_leak:             0..1, how far the name does; 0: names are drawn apart from the groups.
    distractors:           probability that a post or a vacancy names skills that are not held or not asked for.
    paraphrase:            probability that a skill is told without its name, where there is a way to do so; half of
                           that for the skills of a vacancy and for titles that tell the sector alone.
    typos:                 probability that a word of five letters or more is misspelt.
    untidy:                probability that a statement is put as in real texts and not in tidy ones (03/14 - till date,
                           B.E., "up to 2 years"), or is one that only those have (skills denied, clubs, notice).

    Raises:
        InputError: a number out of range, an unknown language or attribute, or a month that cannot be read.
    """

    candidates: Size = 300
    vacancies: Size = 40
    languages: tuple[str, ...] = LANGUAGES
    today: str = "2026-01"
    seen: Size = 12
    forgotten: Share = 0.15
    language_shares: tuple[float, ...] = ()
    taxonomy: str = "compact"
    label_noise: Annotated[float, Field(ge=0, le=0.5)] = 0.02
    censoring: Upto1 = 0.5
    bias: From0 = 0.0
    bias_attribute: Literal["sex", "age_band", "origin"] = "origin"
    leak: Upto1 = 0.0
    name_leak: Upto1 = 1.0
    distractors: Upto1 = 0.4
    paraphrase: Upto1 = 0.5
    typos: Upto1 = 0.005
    untidy: Upto1 = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.languages or set(self.languages) - set(LANGUAGES) or len(set(self.languages)) < len(self.languages):
            raise InputError(f"languages must be chosen from {', '.join(LANGUAGES)}, not {self.languages!r}")
        shares = self.language_shares
        if shares and (len(shares) != len(self.languages) or not min(shares) >= 0 or not abs(sum(shares) - 1) < 1e-9):
            raise InputError(f"language_shares must be one share per language, summing to 1, not {shares!r}")
        month_number(self.today)

    @property
    def shares(self) -> tuple[float, ...]:
        return self.language_shares or (1 / len(self.languages),) * len(self.languages)


def month_number(month: str) -> int:
    """Return the months since year 0 of ``YYYY-MM``, so that months can be subtracted."""
    year, _, number = month.partition("-")
    if not (len(year) == 4 and year.isdecimal() and number.isdecimal() and 1 <= int(number) <= 12):
        raise InputError(f"{month!r} is not a month; write it as YYYY-MM, e.g. 2026-01")
    return int(year) * 12 + int(number) - 1


def month_name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@cache
def read_data(name: str) -> dict[str, Any]:
    """Return a TOML file of the folder ``data``, read once."""
    return tomllib.loads(files("jobfit.simulation").joinpath("data", name).read_text(encoding="utf-8"))
