"""What each weight β of a term on groups costs in utility and buys in a gap: points with intervals, table, plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobfit.audit.by_group import GAPS, RATES, GapOf, Rate, farthest, gap_samples
from jobfit.audit.counts import Counts
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate, resampled_counts
from jobfit.experiments.report import Table, shown
from jobfit.experiments.trade_off import Point, plot_curves

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """One training: ``utility`` by query, such as nDCG@10, and ``counts`` of the same queries.

    Raises:
        InputError: the two are not of the same queries.
    """

    utility: Mapping[str, float]
    counts: Counts

    def __post_init__(self) -> None:
        if set(self.utility) != set(self.counts.queries):
            raise InputError("utility and counts of an outcome are of different queries")


class Setting(NamedTuple):
    """A method and its β; β = 0 is the utility alone, the same for all methods."""

    method: str
    beta: float


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """One setting: means over seeds and queries, and the differences from β = 0, each with its interval.

    The differences are paired: every setting is measured on the same drawn queries and seeds. ``dominated`` is the name
    of a setting with at least this utility and at most this gap, one of them better, by the means.
    """

    setting: Setting
    utility: Estimate
    gap: Estimate
    utility_change: Estimate
    gap_change: Estimate
    dominated: Setting | None = None


def frontier(
    outcomes: Mapping[Setting, Sequence[Outcome]],
    gap: str = "demographic parity",
    gaps: Mapping[str, GapOf] = GAPS,
    rates: Mapping[str, Rate] = RATES,
    seed: int = 0,
) -> tuple[FrontierPoint, ...]:
    """Return a point for each setting, in the order given; the outcomes of a setting are those of its seeds, in order.

    ``gap`` names a row of ``gaps``, such as those of :mod:`jobfit.audit.by_group`. 2,000 bootstraps draw queries and
    seeds, both with replacement and the same for all settings. The gap of a setting is between the two groups that are
    farthest apart in all its seeds together: seeds that differ in its sign take from each other. A gap that is
    undefined in the data has no mean.

    Raises:
        InputError: no setting with β = 0, settings of different seeds or queries, or a gap that is not in the table.
    """
    if gap not in gaps or gaps[gap].ratio:
        known = ", ".join(name for name, of in gaps.items() if not of.ratio)
        raise InputError(f"no difference {gap!r} in the table (a ratio is none); there are: {known}")
    start = next((setting for setting in outcomes if setting.beta == 0), None)
    if start is None:
        raise InputError("a frontier starts at beta = 0: train the utility alone too")
    queries, seeds = outcomes[start][0].counts.queries, len(outcomes[start])
    for setting, found in outcomes.items():
        if len(found) != seeds or any(set(one.counts.queries) != set(queries) for one in found):
            raise InputError(f"{setting.method}, beta {setting.beta:g}: other seeds or queries than those of beta 0")
    one = np.ones((1, len(queries)))
    drawn = np.concatenate([one, *resampled_counts(len(queries), seeds * len(outcomes), seed)])
    of_seeds = np.random.default_rng([seed, 1]).multinomial(seeds, np.full(seeds, 1 / seeds), size=len(drawn)) / seeds
    of_seeds[0] = 1 / seeds
    both = {s: _samples(found, queries, gaps[gap], rates, drawn, of_seeds) for s, found in outcomes.items()}
    n = len(queries)
    points = []
    for setting, (utility, distance) in both.items():
        base_utility, base_distance = both[start]
        changes = _estimate(utility - base_utility, n), _estimate(distance - base_distance, n)
        points.append(FrontierPoint(setting, _estimate(utility, n), _estimate(distance, n), *changes))
    return tuple(_marked(point, points) for point in points)


def _samples(
    found: Sequence[Outcome],
    queries: Sequence[str],
    gap: GapOf,
    rates: Mapping[str, Rate],
    drawn: Floats,
    of_seeds: Floats,
) -> tuple[Floats, Floats]:
    """Utility and gap (b,) of each draw; the first is that of the data."""
    utilities, gaps = [], []
    apart = farthest([outcome.counts for outcome in found], gap, rates)
    place = {query: number for number, query in enumerate(queries)}
    for outcome in found:
        values = np.array([outcome.utility[query] for query in queries])
        utilities.append(drawn @ values / drawn.sum(axis=1))
        own = drawn[:, [place[query] for query in outcome.counts.queries]]
        gaps.append(gap_samples(outcome.counts, gap, rates, own, apart))
    return (of_seeds * np.array(utilities).T).sum(axis=1), (of_seeds * np.array(gaps).T).sum(axis=1)


def _estimate(samples: Floats, n: int) -> Estimate:
    if not np.isfinite(samples[0]):
        return Estimate(None, None, None, n)
    finite = samples[1:][np.isfinite(samples[1:])]
    if n < 2 or len(finite) < len(samples) / 2:
        return Estimate(float(samples[0]), None, None, n)
    low, high = np.quantile(finite, (0.025, 0.975))
    return Estimate(float(samples[0]), float(low), float(high), n)


def _marked(point: FrontierPoint, points: Sequence[FrontierPoint]) -> FrontierPoint:
    for other in points:
        if None in (point.utility.mean, point.gap.mean, other.utility.mean, other.gap.mean):
            continue
        gained = (other.utility.mean or 0) - (point.utility.mean or 0), (point.gap.mean or 0) - (other.gap.mean or 0)
        if min(gained) >= 0 and max(gained) > 0:
            return FrontierPoint(
                point.setting, point.utility, point.gap, point.utility_change, point.gap_change, other.setting
            )
    return point


def frontier_table(points: Sequence[FrontierPoint], utility: str, gap: str, title: str = "") -> Table:
    """Return a row for each setting: utility, gap, both minus those of β = 0, and which setting dominates it."""
    rows = tuple(
        (
            f"{point.setting.method}, β = {point.setting.beta:g}" if point.setting.beta else "β = 0",
            (
                shown(point.utility), shown(point.gap), shown(point.utility_change), shown(point.gap_change),
                "" if point.dominated is None else f"{point.dominated.method}, β = {point.dominated.beta:g}",
            ),
        )
        for point in points
    )  # fmt: skip
    n = points[0].utility.n if points else 0
    said = (
        f"{utility} (higher serves the one who asks) and the gap of *{gap}* (0: no difference in these data), with "
        f"95 % intervals that draw {n:,} queries and the seeds again, the same for every row. Changes are from β = 0. "
        "An interval that reaches 0 shows no gap, or no change."
    )
    return Table(
        title or f"What β costs and buys: {gap}",
        said,
        (utility, gap, "utility change", "gap change", "dominated by"),
        rows,
    )


def frontier_plot(points: Sequence[FrontierPoint], utility: str, gap: str) -> str:
    """Return an SVG: gap along, utility up, a line for each method from β = 0, thin lines for both intervals."""
    curves: dict[str, list[Point]] = {}
    spans: dict[str, list[tuple[Point, Point]]] = {}
    start = next((p for p in points if p.setting.beta == 0), None)
    methods = dict.fromkeys(p.setting.method for p in points if p.setting.beta)
    for method in methods or dict.fromkeys(p.setting.method for p in points):
        own = sorted((p for p in points if p.setting.method == method and p.setting.beta), key=lambda p: p.setting.beta)
        for point in ([start] if start else []) + own:
            x, y = point.gap.mean, point.utility.mean
            if x is None or y is None:
                continue
            curves.setdefault(method, []).append((x, y))
            lines = spans.setdefault(method, [])
            if point.gap.low is not None and point.gap.high is not None:
                lines.append(((point.gap.low, y), (point.gap.high, y)))
            if point.utility.low is not None and point.utility.high is not None:
                lines.append(((x, point.utility.low), (x, point.utility.high)))
    if not curves:
        raise InputError("no setting has both a utility and a gap: there is nothing to draw")
    title = "Utility and gap"
    begin = next(iter(curves.values()))[0] if start and start.gap.mean is not None else None
    return plot_curves({title: curves}, begin, f"{gap} ({utility} upwards)", {title: spans})
