"""How much of the ranking a method keeps for the alignment that it gains: curves, and methods at equal alignment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.rows import Claim, Row, Verdict, interval, side_of_zero, table_of, verdict_of

_SAMPLES, _LEVELS = 1000, 21
Point = tuple[float, float]
Curves = Mapping[str, Sequence[Point]]
Segments = Mapping[str, Sequence[tuple[Point, Point]]]
_WIDTH, _HEIGHT, _LEFT, _TOP = 460, 300, 62, 44
_COLOURS = ("#b3541e", "#1f5f8b", "#4b7f52", "#6b4c8a", "#8a6d1f")
_MARKS = ("", "6 4", "2 3", "8 3 2 3", "10 4")  # told apart in print and without colours


@dataclass(frozen=True, slots=True)
class Advantage:
    """Mean retention of method ``a`` minus ``b`` over the alignments from ``low`` to ``high`` that both reach."""

    a: str
    b: str
    low: float
    high: float
    difference: Estimate


def judge_trade_off(
    claims: Sequence[Claim], rows: Sequence[Row], start: Row, columns: tuple[str, str]
) -> tuple[Verdict, ...]:
    """Return the verdict on claims about methods (``method@setting`` is a row's key) at equal alignment.

    A method that gains no alignment over the start cannot be compared: *not shown*, and the sentence says so.
    """
    verdicts = []
    for claim in claims:
        better, worse = ([row for row in rows if method_of(row) == m] for m in (claim.better, claim.worse))
        if not better or not worse:
            continue
        try:
            one = advantage(better, worse, columns, start)
        except InputError as error:
            why = f"{str(error)[0].upper()}{str(error)[1:]}"
            verdicts.append(Verdict(claim.text, "not shown", f"{claim.text}: not shown. {why}."))
            continue
        word = verdict_of([side_of_zero(one.difference)])
        said = (
            f"{claim.text}: {word}. Kept on average over alignments {one.low:.3f} to {one.high:.3f}: "
            f"{one.difference.mean or 0:+.3f} nDCG ({interval(one.difference)})."
        )
        verdicts.append(Verdict(claim.text, word, said, (), one))
    return tuple(verdicts)


def method_of(row: Row) -> str:
    """Return the method of a row of a sweep, or the whole key.

    >>> method_of(Row("sft@0.001", "", {}))
    'sft'
    """
    return row.key.partition("@")[0]


def retained(points: Sequence[Point], level: float) -> float:
    """Return the best retention among the points (alignment, retention) that reach ``level``; nan if none does.

    >>> retained([(0.5, 0.7), (0.6, 0.4), (0.65, 0.5)], 0.55)
    0.5
    """
    return max((kept for alignment, kept in points if alignment >= level), default=float("nan"))


def advantage(a: Sequence[Row], b: Sequence[Row], columns: tuple[str, str], start: Row, seed: int = 0) -> Advantage:
    """Compare two methods at equal alignment; every sequence holds the rows of one method's sweep.

    ``columns`` are (alignment, retention). Retention at a level is the best among the settings that reach it; it is
    averaged over 21 levels from the start's alignment to the highest that both methods reach. The interval draws the
    queries of retention and the vacancies of alignment again (1,000 times) and the seeds with them, with the same
    settings and levels. :class:`InputError` where a method gains no alignment over the start.
    """
    tables = [[table_of(row, column) for column in columns] for row in (*a, *b, start)]
    point = _points(tables, None)
    low = float(point[-1][0])
    high = min(float(point[: len(a), 0].max()), float(point[len(a) : -1, 0].max()))
    if high <= low:
        raise InputError("one of the methods gains no alignment over the start: nothing to compare at")
    levels = np.linspace(low, high, _LEVELS)
    mean = _gap(point, len(a), levels)
    generator = np.random.default_rng(seed)
    drawn = np.array([_gap(_points(tables, generator), len(a), levels) for _ in range(_SAMPLES)])
    drawn = drawn[np.isfinite(drawn)]
    n = len(tables[0][1][1])
    difference = Estimate(mean, None, None, n)
    if len(drawn) >= _SAMPLES / 2 and n >= 2:
        below, above = np.quantile(drawn, (0.025, 0.975))
        difference = Estimate(mean, float(below), float(above), n)
    return Advantage(method_of(a[0]), method_of(b[0]), low, high, difference)


def _points(
    tables: Sequence[Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]]], generator: np.random.Generator | None
) -> NDArray[np.float64]:
    """The (alignment, retention) of every row, of the data or of one draw of seeds, vacancies and queries."""
    seeds = len(tables[0][0][0])
    weights = np.ones(seeds) if generator is None else generator.multinomial(seeds, np.full(seeds, 1 / seeds))
    found = np.empty((len(tables), 2))
    for column in (0, 1):
        queries = len(tables[0][column][1])
        drawn = np.ones(queries) if generator is None else generator.multinomial(queries, np.full(queries, 1 / queries))
        for n, row in enumerate(tables):
            sums, counts = row[column]
            found[n, column] = (weights / seeds) @ sums @ drawn / (counts @ drawn)
    return found


def _gap(point: NDArray[np.float64], n: int, levels: NDArray[np.float64]) -> float:
    """The mean over levels of what the first n rows keep minus what the others keep; levels that one misses are out."""
    sides = [[retained(side.tolist(), level) for level in levels] for side in (point[:n], point[n:-1])]
    gaps = np.array(sides[0]) - np.array(sides[1])
    gaps = gaps[np.isfinite(gaps)]
    return float(gaps.mean()) if len(gaps) else float("nan")


def curves(rows: Sequence[Row], columns: tuple[str, str]) -> Curves:
    found: dict[str, list[Point]] = {}
    for row in rows:
        tables = [table_of(row, column) for column in columns]
        alignment, kept = (float(sums.mean(axis=0).sum() / counts.sum()) for sums, counts in tables)
        found.setdefault(method_of(row), []).append((alignment, kept))
    return found


def plot_curves(
    panels: Mapping[str, Curves],
    start: Point | None = None,
    along: str = "alignment (nDCG@20 upwards)",
    intervals: Mapping[str, Segments] | None = None,
) -> str:
    """Return an SVG with one panel a title, side by side, each with its own axes; ``along`` says what they are.

    A name looks the same in every panel. ``start`` is marked in the first: what everything is compared with.
    ``intervals`` holds lines by panel and name, drawn thin in its colour: an interval of a point along an axis.
    """
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    looks = {name: (_COLOURS[n % 5], _MARKS[n % 5]) for n, name in enumerate(names)}
    drawn = (
        _panel(n, title, of, looks, None if n else start, along, (intervals or {}).get(title, {}))
        for n, (title, of) in enumerate(panels.items())
    )
    width = len(panels) * (_LEFT + _WIDTH + 30)
    below = _TOP + _HEIGHT + 62
    legend = "".join(
        f'<line x1="{_LEFT + 150 * n}" x2="{_LEFT + 150 * n + 26}" y1="{below}" y2="{below}" '
        f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
        f'<text x="{_LEFT + 150 * n + 32}" y="{below + 4}">{escape(name)}</text>'
        for n, (name, (colour, dashes)) in enumerate(looks.items())
    )
    box = f"0 0 {max(width, _LEFT + 150 * len(names))} {_TOP + _HEIGHT + 80}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{box}" font-family="sans-serif" font-size="13" '
        f'fill="#222"><rect width="100%" height="100%" fill="#fff"/>{"".join(drawn)}{legend}</svg>\n'
    )


def _panel(
    number: int,
    title: str,
    curves: Curves,
    looks: Mapping[str, tuple[str, str]],
    start: Point | None,
    along: str,
    intervals: Segments,
) -> str:
    points = [point for curve in curves.values() for point in curve] + ([start] if start else [])
    points += [end for segments in intervals.values() for segment in segments for end in segment]
    (x_low, x_high), (y_low, y_high) = (_range([point[axis] for point in points]) for axis in (0, 1))
    shift = number * (_LEFT + _WIDTH + 30)

    def place(x: float, y: float) -> Point:
        across, up = (x - x_low) / (x_high - x_low), (y - y_low) / (y_high - y_low)
        return round(shift + _LEFT + across * _WIDTH, 1), round(_TOP + (1 - up) * _HEIGHT, 1)

    bottom, middle = _TOP + _HEIGHT, shift + _LEFT + _WIDTH / 2
    parts = [f'<text x="{shift + _LEFT}" y="24" font-weight="bold">{escape(title)}</text>']
    for x in _ticks(x_low, x_high):
        left = place(x, y_low)[0]
        parts.append(f'<line x1="{left}" x2="{left}" y1="{_TOP}" y2="{bottom}" stroke="#ddd"/>')
        parts.append(f'<text x="{left}" y="{bottom + 18}" text-anchor="middle">{x:g}</text>')
    for y in _ticks(y_low, y_high):
        top = place(x_low, y)[1]
        parts.append(f'<line x1="{shift + _LEFT}" x2="{shift + _LEFT + _WIDTH}" y1="{top}" y2="{top}" stroke="#ddd"/>')
        parts.append(f'<text x="{shift + _LEFT - 8}" y="{top + 4}" text-anchor="end">{y:g}</text>')
    parts.append(f'<text x="{middle}" y="{bottom + 38}" text-anchor="middle">{escape(along)}</text>')
    for name, curve in curves.items():
        colour, dashes = looks[name]
        spots = [place(*point) for point in curve]
        look = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        parts.append(f'<polyline points="{" ".join(f"{x},{y}" for x, y in spots)}" {look}/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in spots]
        for (x1, y1), (x2, y2) in ((place(*one), place(*other)) for one, other in intervals.get(name, ())):
            parts.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="0.7"/>')
    if start:
        x, y = place(*start)
        parts.append(f'<circle cx="{x}" cy="{y}" r="6" fill="none" stroke="#222" stroke-width="2"/>')
        parts.append(f'<text x="{x + 10}" y="{y - 6}">start</text>')
    return "".join(parts)


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    edge = 0.05 * (high - low) or 0.05
    return low - edge, high + edge


def _ticks(low: float, high: float) -> list[float]:
    """Return four to ten round numbers between ``low`` and ``high``, 1, 2 or 5 of a power of ten apart.

    >>> _ticks(0.683, 0.722)
    [0.685, 0.69, 0.695, 0.7, 0.705, 0.71, 0.715, 0.72]
    """
    power = 10 ** floor(log10((high - low) / 4))
    step = max(digit * power for digit in (1, 2, 5) if digit * power <= (high - low) / 4)
    return [round(n * step, 9) for n in range(ceil(low / step), floor(high / step) + 1)]
