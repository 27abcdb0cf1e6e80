"""Splits of candidate-vacancy pairs into train, validation and test: by time, by vacancy, by candidate, both unseen.

Every rule keeps near-duplicate texts (:mod:`jobfit.evaluation.duplicates`) of the sides it holds apart on one side,
and every pair that has to go is counted in a funnel: nothing disappears without a line.

======================  ===========================================================================================
by time                 a pair belongs to the part of its date; nothing dated on or after a cut is before it. A
                        vacancy (or candidate, see ``unseen``) that is in two parts stays where it has most pairs
by vacancy, candidate   all pairs of one vacancy (candidate) and of its near-duplicates are in one part
both unseen             vacancies and candidates are dealt out apart; a pair whose two sides are in different parts
                        is dropped
======================  ===========================================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

import numpy as np

from jobfit.errors import InputError
from jobfit.evaluation.duplicates import THRESHOLD, groups

PARTS = ("train", "validation", "test")
FRACTIONS = (0.8, 0.1, 0.1)


class By(StrEnum):
    TIME = "time"
    VACANCY = "vacancy"
    CANDIDATE = "candidate"
    BOTH = "both"


class PairKey(NamedTuple):
    """One row of a table of pairs: who, which vacancy, and when (needed by a split by time only)."""

    candidate_id: str
    vacancy_id: str
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """How to split. ``fractions`` are the shares of pairs wished for train, validation and test (0: no such part).

    ``cuts`` (by time only): the first day of validation and the first day of test, or that of test alone; without them
    they are chosen by ``fractions``. ``unseen`` (by time only): the sides of test that train must not know.
    ``threshold``: the similarity from which two texts are near-duplicates; ``None`` looks at ids only.

    Raises:
        InputError: fractions that are not three numbers of at least 0 with sum 1 and some for train and test, cuts out
            of order, or cuts or ``unseen`` for another rule than time.
    """

    by: By
    fractions: tuple[float, ...] = FRACTIONS
    cuts: tuple[date, ...] = ()
    unseen: tuple[str, ...] = ("vacancy",)
    threshold: float | None = THRESHOLD
    seed: int = 0

    def __post_init__(self) -> None:
        f = self.fractions
        if len(f) != 3 or any(not 0 <= x <= 1 for x in f) or abs(sum(f) - 1) > 1e-9 or not (f[0] and f[2]):
            raise InputError(f"fractions are three shares of train, validation and test with sum 1, not {f}")
        if self.cuts and self.by is not By.TIME:
            raise InputError(f"cut dates belong to a split by time, not by {self.by}")
        if len(self.cuts) > 2 or list(self.cuts) != sorted(set(self.cuts)):
            raise InputError("give one cut date (test), or two in order (validation, test)")
        if set(self.unseen) - {"vacancy", "candidate"}:
            raise InputError(f"unseen names vacancy, candidate or both, not {', '.join(self.unseen)}")

    @property
    def apart(self) -> tuple[str, ...]:
        """The sides of which train and test share nothing."""
        sides = {By.TIME: self.unseen, By.VACANCY: ("vacancy",), By.CANDIDATE: ("candidate",)}
        return tuple(sorted(sides.get(self.by, ("candidate", "vacancy"))))


class FunnelLine(NamedTuple):
    """What a step dropped and why, and how many pairs were left after it."""

    step: str
    dropped: int
    left: int
    reason: str


@dataclass(frozen=True, slots=True)
class Split:
    """``parts[i]`` is the part of row i, ``None`` if dropped; ``shares`` what each part has of the pairs kept.

    ``near_duplicates``: for each side held apart, how many ids are in a group of more than one.
    """

    rule: Rule
    parts: tuple[str | None, ...]
    funnel: tuple[FunnelLine, ...]
    cuts: tuple[date, ...] = ()
    near_duplicates: Mapping[str, int] = field(default_factory=dict)

    @property
    def shares(self) -> dict[str, float]:
        """Each part's share of the pairs kept."""
        counts = Counter(part for part in self.parts if part)
        return {part: counts[part] / counts.total() for part in PARTS if part in counts}


def split(rows: Sequence[PairKey], rule: Rule, texts: Mapping[str, Mapping[str, str]] | None = None) -> Split:
    """Split ``rows`` by ``rule``; ``texts["vacancy"]`` and ``texts["candidate"]`` (id -> text) for near-duplicates.

    The same rows in another order give each the same part. Fractions are kept as far as whole groups allow.

    Raises:
        InputError: no rows, texts missing for a side that must be held apart, no dates, or a part that stays empty
            (too few groups, or one group of near-duplicates that holds nearly everything).
    """
    if not rows:
        raise InputError("there are no pairs to split")
    named = {side: _groups(rows, side, rule, (texts or {}).get(side)) for side in rule.apart}
    if rule.by is By.TIME:
        parts, funnel, cuts = _by_time(rows, rule, named)
    else:
        parts, funnel = _by_groups(rows, rule, named)
        cuts = ()
    counts = Counter(part for part in parts if part)
    wished = PARTS if rule.fractions[1] and len(rule.cuts) != 1 else ("train", "test")
    if empty := [part for part in wished if not counts[part]]:
        sizes = ", ".join(f"{len(set(n.values()))} groups of {side} texts" for side, n in named.items())
        raise InputError(
            f"nothing is left for {' and '.join(empty)} ({len(rows)} pairs; {sizes or 'no side held apart'}): give "
            "more data, other fractions or cuts, or another near-duplicate threshold if unlike texts were joined"
        )
    alike = {side: sum(n for n in Counter(names.values()).values() if n > 1) for side, names in named.items()}
    return Split(rule, tuple(parts), tuple(funnel), cuts, alike)


def _id(row: PairKey, side: str) -> str:
    return row.vacancy_id if side == "vacancy" else row.candidate_id


def _groups(rows: Sequence[PairKey], side: str, rule: Rule, texts: Mapping[str, str] | None) -> dict[str, str]:
    ids = {_id(row, side) for row in rows}
    if rule.threshold is None:
        return {i: i for i in ids}
    if texts is None or ids - texts.keys():
        lacking = sorted(ids - (texts or {}).keys())
        raise InputError(
            f"{len(lacking)} of {len(ids)} {side} ids have no text ({', '.join(map(repr, lacking[:5]))}), and "
            "near-duplicates are found by texts; give them, or say that ids are enough (no near-duplicate threshold)"
        )
    return groups({i: texts[i] for i in ids}, rule.threshold)


def _by_groups(
    rows: Sequence[PairKey], rule: Rule, named: Mapping[str, Mapping[str, str]]
) -> tuple[list[str | None], list[FunnelLine]]:
    fractions = [sqrt(f) for f in rule.fractions] if rule.by is By.BOTH else list(rule.fractions)
    dealt = {}
    for number, (side, names) in enumerate(sorted(named.items())):
        sizes = Counter(names[_id(row, side)] for row in rows)
        part_of = _deal(sizes, fractions, np.random.default_rng([rule.seed, number]))
        dealt[side] = [part_of[names[_id(row, side)]] for row in rows]
    funnel, left = [FunnelLine("pairs", 0, len(rows), "read")], len(rows)
    if rule.by is not By.BOTH:
        return list(*dealt.values()), funnel
    pairs = list(zip(dealt["candidate"], dealt["vacancy"]))
    for (a, b), count in sorted(Counter(pairs).items()):
        if a != b:
            left -= count
            funnel.append(FunnelLine("straddling", count, left, f"a candidate of {a} with a vacancy of {b}"))
    return [a if a == b else None for a, b in pairs], funnel


def _deal(sizes: Mapping[str, int], fractions: Sequence[float], generator: np.random.Generator) -> dict[str, str]:
    """Deal groups in random order, each to the part that is furthest from its share and has room for it.

    Where a group fits nowhere it goes to the part that lacks most. Every size of group can so come to every part.
    """
    names, total = sorted(sizes), sum(sizes.values())
    target = np.array(fractions) / sum(fractions) * total
    have = np.zeros(len(target))
    part_of = {}
    for index in generator.permutation(len(names)).tolist():
        size = sizes[names[index]]
        lacking = target - have
        fits = (lacking >= size / 2) & (target > 0)
        relative = np.where(fits, lacking / np.where(target > 0, target, 1), -np.inf)
        chosen = int(relative.argmax() if fits.any() else lacking.argmax())
        have[chosen] += size
        part_of[names[index]] = PARTS[chosen]
    return part_of


def _by_time(
    rows: Sequence[PairKey], rule: Rule, named: Mapping[str, Mapping[str, str]]
) -> tuple[list[str | None], list[FunnelLine], tuple[date, ...]]:
    dates = sorted(row.date for row in rows if row.date is not None)
    funnel = [FunnelLine("pairs", 0, len(rows), "read")]
    if len(dates) < len(rows):
        funnel.append(FunnelLine("date", len(rows) - len(dates), len(dates), "the pair has no date"))
    if not dates:
        raise InputError("no pair has a date: a split by time needs one")
    cuts = rule.cuts or _cuts(dates, rule.fractions)
    order = PARTS if len(cuts) == 2 else ("train", "test")
    rank = [None if row.date is None else sum(row.date >= cut for cut in cuts) for row in rows]
    keys: dict[str, list[Hashable]] = {"pair": [(row.candidate_id, row.vacancy_id) for row in rows]}
    keys |= {side: [named[side][_id(row, side)] for row in rows] for side in sorted(named, reverse=True)}
    for what, key in keys.items():
        rank = _one_part_only(key, rank)
        left = sum(r is not None for r in rank)
        who = "the pair" if what == "pair" else f"the {what}, or a near-duplicate of its text,"
        reason = f"{who} is in another part, too, which has more of its pairs or is later"
        funnel.append(FunnelLine(what, funnel[-1].left - left, left, reason))
    return [None if r is None else order[r] for r in rank], funnel, cuts


def _one_part_only(keys: Sequence[Hashable], rank: Sequence[int | None]) -> list[int | None]:
    """Leave what has the same key in the part that has most of its rows (equally many: the latest); drop the others."""
    counts: dict[Hashable, Counter[int]] = {}
    for key, r in zip(keys, rank):
        if r is not None:
            counts.setdefault(key, Counter())[r] += 1
    home = {key: max(found, key=lambda r: (found[r], r)) for key, found in counts.items()}
    return [r if r is not None and home[key] == r else None for key, r in zip(keys, rank)]


def _cuts(dates: Sequence[date], fractions: Sequence[float]) -> tuple[date, ...]:
    """The first days of validation and test that come closest to the fractions; one day is never cut in two."""
    days = sorted(set(dates))
    before = np.searchsorted(np.array(dates, dtype="datetime64[D]"), np.array(days, dtype="datetime64[D]")) / len(dates)
    wished = (fractions[0], fractions[0] + fractions[1]) if fractions[1] else (fractions[0],)
    cuts = tuple(days[int(np.abs(before - share).argmin())] for share in wished)
    if len(set(cuts)) < len(cuts) or cuts[0] == days[0]:
        raise InputError(f"{len(days)} different dates do not allow these fractions: give the cut dates")
    return cuts
