"""Every method that reorders rankings by groups, on drawn scores in which some groups are behind: its cost and effect.

    python benchmarks/mitigations.py [--campaign FOLDER]

300 lists of 60 people each, drawn from 600; scores are standard normal and less 0.6 (two groups) or less 0.6 and 0.3
for the two attributes (their four intersections), by construction: no truth stands behind the gap. Half a minute.
FOLDER is that of `jobfit reproduce fair-recommender` in full: the same methods on the lists of its trained models, by
the truth of its market, are added to what is in results/mitigations.json; without it they stay.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from environment import RESULTS, describe, write
from jobfit.audit.by_group import RANKING_GAPS, RANKING_RATES, by_group
from jobfit.audit.counts import counts_of_rankings
from jobfit.audit.evenness import evenness
from jobfit.evaluation.statistics import mean_interval
from jobfit.experiments.labelled_market import labelled_market
from jobfit.experiments.reordered import reordered_table
from jobfit.experiments.reproduce import sizes_of
from jobfit.groups import Coded
from jobfit.judged import CANDIDATES_FOR_VACANCY
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


def trained(folder: Path) -> list[dict[str, object]]:
    """Return what the methods do to the lists that the campaign in ``folder`` kept, of the seeds that it has."""
    market = labelled_market(sizes_of("fair-recommender", False, None).market, measures=("nDCG@10",))
    _, groups = market.markets[1].groups_of("sex", "t-")
    ids, task = tuple(market.held_out.candidates), market.held_out.task(CANDIDATES_FOR_VACANCY)
    tables = []
    for key in ("classifier-raw", "lambdaloss-llm"):
        of_seed = {}
        for path in sorted((folder / "rows").glob(f"lists-{key}.seed-*.json")):
            columns = json.loads(path.read_text(encoding="utf-8"))["row"]["columns"]
            of_seed[int(path.stem.rpartition("-")[2])] = [
                Ranking.from_scores(vacancy, [ids[int(place)] for place in places], columns["score"][vacancy])
                for vacancy, places in columns["place"].items()
            ]
        if of_seed:
            title = f"The lists of {key} (fair-recommender, {len(of_seed)} of its seeds)"
            tables.append(reordered_table(title, of_seed, {}, groups, task).as_json())
    return tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--campaign", type=Path, help="folder of a fair recommender in full")
    options = parser.parse_args()
    before = RESULTS / "mitigations.json"
    kept = json.loads(before.read_text(encoding="utf-8")) if before.is_file() else {}
    if options.campaign is not None:
        write("mitigations", {**kept, "trained": trained(options.campaign)})
        return
    worlds = {}
    for attributes, name in ((1, "two groups"), (2, "four intersections")):
        rankings, groups = world(attributes)
        rows = {title: measured(one, rankings, groups) for title, one in methods(len(groups.names) - 1).items()}
        worlds[name] = {"shares": np.bincount(list(groups.codes.values())).tolist(), "rows": rows}
    setting = {"people": PEOPLE, "lists": LISTS, "length": LENGTH, "k": K}
    result = {**describe("numpy", "scipy"), "setting": setting, "worlds": worlds}
    write("mitigations", {**result, "trained": kept.get("trained", [])})


if __name__ == "__main__":
    main()
