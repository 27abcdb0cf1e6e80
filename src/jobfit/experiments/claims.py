"""What a paper says, and whether it held here: decided by the intervals alone, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.rows import Compared, Row, compare_rows, corrected


@dataclass(frozen=True, slots=True)
class Claim:
    """A published statement that row ``better`` ranks higher than row ``worse``."""

    text: str
    better: str
    worse: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim: ``held``, ``reversed``, ``mixed`` or ``not shown``, and the differences behind it.

    ``advantage`` is :class:`jobfit.experiments.trade_off.Advantage` where methods were compared at equal alignment.
    """

    claim: str
    verdict: str
    sentence: str
    compared: tuple[Compared, ...] = ()
    advantage: Any = None


def judge_claims(claims: Sequence[Claim], rows: Sequence[Row], columns: Sequence[str]) -> tuple[Verdict, ...]:
    """Return the verdict on every claim whose rows are there; Holm's correction is over all comparisons made here.

    *Held*: higher in at least one column and lower in none; *reversed*: lower in at least one and higher in none;
    *mixed*: both; else *not shown*. Higher and lower are :attr:`~jobfit.experiments.rows.Compared.told_apart`.
    """
    by_key = {row.key: row for row in rows}
    there = [claim for claim in claims if {claim.better, claim.worse} <= by_key.keys()]
    compared = corrected([
        compare_rows(by_key[claim.worse], by_key[claim.better], column) for claim in there for column in columns
    ])  # fmt: skip
    verdicts = []
    for n, claim in enumerate(there):
        own = compared[n * len(columns) : (n + 1) * len(columns)]
        word = verdict_of([one.told_apart for one in own])
        numbers = "; ".join(
            f"{one.column}: {one.difference.mean or 0:+.3f} "
            f"({interval(one.difference)}, p = {one.p_holm:.3f} after Holm)"
            for one in own
        )
        verdicts.append(Verdict(claim.text, word, f"{claim.text}: {word}. {numbers}.", tuple(own)))
    return tuple(verdicts)


def verdict_of(told: Sequence[str]) -> str:
    """Return the verdict on columns that are each ``higher``, ``lower`` or something else.

    >>> verdict_of(["higher", ""]), verdict_of(["higher", "lower"]), verdict_of([""])
    ('held', 'mixed', 'not shown')
    """
    up, down = "higher" in told, "lower" in told
    return "mixed" if up and down else "held" if up else "reversed" if down else "not shown"


def interval(difference: Estimate) -> str:
    if difference.low is None or difference.high is None:
        return "no interval"
    return f"95 % {difference.low:+.3f} to {difference.high:+.3f}"


def counted(verdicts: Sequence[Verdict]) -> Mapping[str, int]:
    return {word: sum(one.verdict == word for one in verdicts) for word in ("held", "reversed", "mixed", "not shown")}
