"""Every method that reorders rankings by groups, on drawn scores in which some groups are behind: its cost and effect.

    python benchmarks/mitigations.py

300 lists of 60 people each, drawn from 600; scores are standard normal and less 0.6 (two groups) or less 0.6 and 0.3
for the two attributes (their four intersections), by construction: no truth stands behind the gap. Half a minute. On
lists of trained models, where a truth is known, `jobfit reproduce fair-recommender` runs the same methods.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from environment import describe, write
from jobfit.audit.by_group import RANKING_GAPS, RANKING_RATES, by_group
from jobfit.audit.counts import counts_of_rankings
from jobfit.audit.evenness import evenness
from jobfit.evaluation.statistics import mean_interval
from jobfit.groups import Coded
from jobfit.policy.exposure.base import Mitigation
from jobfit.policy.exposure.methods import methods
from jobfit.runs import Hit, Ranking

PEOPLE, LISTS, LENGTH, K = 600, 300, 60, 10


def world(attributes: int, seed: int = 0) -> tuple[list[Ranking], Coded]:
    draw = np.random.default_rng(seed)
    first, second = draw.random(PEOPLE) < 0.3, draw.random(PEOPLE) < 0.4
    codes = first.astype(int) if attributes == 1 else 2 * first + second
    behind = 0.6 * first + (0.3 * second if attributes == 2 else 0)
    names = ("A", "B") if attributes == 1 else ("A C", "A D", "B C", "B D")
    rankings = []
    for n in range(LISTS):
        some = draw.choice(PEOPLE, LENGTH, replace=False)
        scores = draw.normal(size=LENGTH) - behind[some]
        rankings.append(Ranking.from_scores(f"q{n:03}", [f"c{i}" for i in some], scores))
    return rankings, Coded(names, {f"c{i}": int(code) for i, code in enumerate(codes)})


def measured(method: Mitigation, rankings: list[Ranking], groups: Coded) -> dict[str, object]:
    found = method.reorder(rankings, groups.codes, K)
    orders = [Ranking(r.query_id, tuple(Hit(i, -float(n)) for n, i in enumerate(r.ids))) for r in found]
    gaps = {
        row.gap: row.estimate
        for row in by_group(counts_of_rankings(orders, groups, K), RANKING_RATES, RANKING_GAPS).gaps
    }
    even = {row.measure: row.estimate for row in evenness(orders, groups, K)}
    return {
        "kept": asdict(mean_interval([one.cost.kept for one in found])),
        "entered": float(np.mean([one.cost.entered for one in found])),
        "unmet": float(np.mean([one.cost.unmet for one in found])),
        "impact_ratio": asdict(gaps["impact ratio"]),
        "exposure_ratio": asdict(gaps["exposure ratio, logarithmic"]),
        "ndkl": asdict(even[f"NDKL@{K}"]),
    }


def main() -> None:
    worlds = {}
    for attributes, name in ((1, "two groups"), (2, "four intersections")):
        rankings, groups = world(attributes)
        rows = {title: measured(one, rankings, groups) for title, one in methods(len(groups.names) - 1).items()}
        worlds[name] = {"shares": np.bincount(list(groups.codes.values())).tolist(), "rows": rows}
    setting = {"people": PEOPLE, "lists": LISTS, "length": LENGTH, "k": K}
    write("mitigations", {**describe("numpy", "scipy"), "setting": setting, "worlds": worlds})


if __name__ == "__main__":
    main()
