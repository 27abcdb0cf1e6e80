"""What reordering by groups, or a term of the loss, does to the lists of trained models, by the truth of the market."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from jobfit.audit.by_group import RANKING_GAPS, RANKING_RATES, by_group
from jobfit.audit.counts import Counts, Floats, counts_of_rankings
from jobfit.audit.evenness import evenness
from jobfit.evaluation.measures import evaluate
from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.report import Cell, Table
from jobfit.experiments.rows import Row, compare_rows, estimate
from jobfit.judged import Task
from jobfit.policy.exposure.methods import BY_SCORE, methods
from jobfit.runs import Hit, Ranking, Run

K, MEASURE, LISTS = 10, "nDCG@10", 300
BySeed = Mapping[int, Sequence[Ranking]]
COLUMNS = (MEASURE, "change", "impact ratio", "exposure ratio", f"NDKL@{K}", "entered")


def reordered_table(title: str, start: BySeed, terms: Mapping[str, BySeed], groups: Any, task: Task) -> Table:
    """Return a row for each method on the lists ``start``, and for the lists of each model with a term of its own.

    Of each seed the first ``LISTS`` lists by query id are reordered. FA*IR protects the group that is chosen least.
    ``start`` and ``terms`` hold the same seeds and queries; ``groups`` are numbers, as a market gives them
    (:meth:`jobfit.simulation.market.Market.groups_of`).
    """
    start = {seed: _first(rankings) for seed, rankings in start.items()}
    least = int(np.argmin(_rates(_summed(list(start.values()), groups))))
    lists: dict[str, BySeed] = {}
    entered: dict[str, float] = {}
    for name, method in methods(least).items():
        found = {seed: method.reorder(rankings, groups.codes, K) for seed, rankings in start.items()}
        lists[name] = {seed: [_ranking(one.query_id, one.ids) for one in some] for seed, some in found.items()}
        entered[name] = float(np.mean([one.cost.entered for some in found.values() for one in some]))
    for name, by_seed in terms.items():
        lists[name] = {seed: _first(rankings) for seed, rankings in by_seed.items()}
    rows = {name: _row(name, by_seed, task) for name, by_seed in lists.items()}
    lines = []
    for name, by_seed in lists.items():
        cells: list[Cell] = [estimate(rows[name], MEASURE)]
        cells.append("" if name == BY_SCORE else compare_rows(rows[BY_SCORE], rows[name], MEASURE).difference)
        cells += [*_by_group(by_seed, groups), f"{entered[name]:.1f}" if name in entered else ""]
        lines.append((name, tuple(cells)))
    first = next(iter(start.values()))
    sizes = ", ".join(f"{name} {list(groups.codes.values()).count(code)}" for code, name in enumerate(groups.names))
    said = (
        f"The best {len(first[0]):,} of each of {len(first):,} held-out vacancies as a trained model scores them, {K} "
        f"of them chosen ({sizes} in the whole pool). {MEASURE} is by the truth of the market, which knows no group; "
        "*change* is from the order by score, paired by vacancy and seed. *Impact ratio*, *exposure ratio*: the lowest "
        "group over the highest, of those in these lists, of being among the first and of attention 1/log2(rank + 1). "
        "*Entered*: how many of the first places others hold. Rows with β are models of their own, trained with the "
        "term, their own best in the order of their scores."
    )
    return Table(title, said, COLUMNS, tuple(lines))


def _first(rankings: Sequence[Ranking]) -> list[Ranking]:
    return sorted(rankings, key=lambda ranking: ranking.query_id)[:LISTS]


def _ranking(query: str, ids: Sequence[str]) -> Ranking:
    return Ranking(query, tuple(Hit(i, -float(place)) for place, i in enumerate(ids)))


def _row(name: str, by_seed: BySeed, task: Task) -> Row:
    columns = {}
    for seed, rankings in by_seed.items():
        run = Run(name, {ranking.query_id: ranking for ranking in rankings})
        judged = {query: task.qrels.grades[query] for query in run.rankings if query in task.qrels.grades}
        values = evaluate(run, replace(task.qrels, grades=judged), (MEASURE,)).per_query[MEASURE]
        columns[seed] = {MEASURE: {query: (value,) for query, value in values.items()}}
    return Row(name, name, columns)


def _summed(several: Sequence[Sequence[Ranking]], groups: Any) -> Counts:
    """Add up the counts of seeds over the same queries: every rate is then the mean of theirs."""
    counts = [counts_of_rankings(rankings, groups, K) for rankings in several]
    columns = {name: np.sum([one.columns[name] for one in counts], axis=0) for name in counts[0].columns}
    return replace(counts[0], columns=columns)


def _rates(counts: Counts) -> Floats:
    chosen, members = (counts.columns[name].sum(axis=0) for name in ("selected", "members"))
    return np.divide(chosen, members, out=np.full(len(members), np.inf), where=members > 0)


def _by_group(by_seed: BySeed, groups: Any) -> tuple[Estimate, Estimate, Estimate]:
    gaps = {name: RANKING_GAPS[name] for name in ("impact ratio", "exposure ratio, logarithmic")}
    rates = {rate: RANKING_RATES[rate] for gap in gaps.values() for rate in gap.rates}
    impact, exposure = (row.estimate for row in by_group(_summed(list(by_seed.values()), groups), rates, gaps).gaps)
    every = [ranking for rankings in by_seed.values() for ranking in rankings]
    even = {row.measure: row.estimate for row in evenness(every, groups, K)}
    return impact, exposure, even[f"NDKL@{K}"]
