"""How large a market can be simulated, how fast, and how hard its texts are. Writes results/market-scale.json.

Scale: each size is streamed to Parquet in a process of its own, so that its peak memory is its own; a million people
are extrapolated from the largest size by the time for each person beyond the smallest (--million runs them instead).
Texts: nDCG@10 on qualification of random, bm25, the truth from what the CV tells (the skills that it does not mention
left out of the latent record) and the truth itself, candidates for a vacancy. About five minutes on one core.
"""

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from environment import describe, write
from jobfit.evaluation.measures import evaluate
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.runs import Qrels, Ranking, Run
from jobfit.simulation.market import Market, simulate
from jobfit.simulation.page import plain
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.stream import stream_market
from jobfit.simulation.truth import all_pairs, grades
from measure import in_a_process, mean, peak_gib, timed

SIZES = ((1_000, 100), (10_000, 1_000), (100_000, 5_000))
MILLION = (1_000_000, 10_000)
KINDS = {"English and French": ("en", "fr"), "English": ("en",), "French": ("fr",)}


def main() -> None:
    """Run the benchmark and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", type=int, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--million", action="store_true")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(*options.one)))
        return
    sizes = [in_a_process(__file__, "--one", *size) for size in (*SIZES, *([MILLION] if options.million else []))]
    result = {
        **describe("numpy", "scipy", "pyarrow", "bm25s"),
        "scale": sizes,
        "extrapolated": None if options.million else extrapolated(sizes),
        "texts": {name: difficulty(codes) for name, codes in KINDS.items()},
    }
    print(write("market-scale", result).name)


def measured(candidates: int, vacancies: int) -> dict[str, float]:
    """Stream one market; return counts, seconds of the processor and of the clock, bytes and the peak memory."""
    settings = MarketSettings(candidates=candidates, vacancies=vacancies)
    with tempfile.TemporaryDirectory() as folder:
        taken, summary = timed(lambda: stream_market(Path(folder) / "m", settings, 1))
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    return {
        "candidates": candidates, "vacancies": vacancies, "exposures": summary.exposures,
        "applications": summary.applications, "cpu_seconds": round(taken.processor, 1),
        "seconds": round(taken.seconds, 1), "megabytes": round(size / 1e6, 1), "peak_mib": round(1024 * peak_gib()),
    }  # fmt: skip


def extrapolated(sizes: list[dict[str, float]]) -> dict[str, object]:
    """Return processor seconds and memory of a million people by a straight line through the two largest sizes."""
    small, large = sizes[-2:]

    def line(key: str) -> float:
        slope = (large[key] - small[key]) / (large["candidates"] - small["candidates"])
        return round(large[key] + slope * (MILLION[0] - large["candidates"]))

    note = "extrapolated, not measured: the straight line through the two largest sizes"
    return {"candidates": MILLION[0], "cpu_seconds": line("cpu_seconds"), "peak_mib": line("peak_mib"), "note": note}


def difficulty(languages: tuple[str, ...]) -> dict[str, object]:
    """Return nDCG@10 (linear gain) of the four rankings, mean and 95 % interval over vacancies of three markets."""
    found: dict[str, list[float]] = {name: [] for name in ("random", "bm25", "told", "truth")}
    for seed in (1, 2, 3):
        market = simulate(MarketSettings(candidates=1000, vacancies=100, languages=languages), seed)
        people, openings = ([one.id for one in side] for side in (market.people, market.openings))
        table = grades(market.q).T
        qrels = Qrels({v: dict(zip(people, row.tolist())) for v, row in zip(openings, table) if row.any()})
        index = Bm25Index(people, [terms(plain(market.cvs[i])) for i in people])
        scores = {
            "random": np.random.default_rng(seed).random(table.shape),
            "bm25": np.array([index.scores(terms(plain(market.vacancies[i]))) for i in openings]),
            "told": all_pairs(told(market), market.openings, market.world)[0].T,
            "truth": market.q.T,
        }
        for name, rows in scores.items():
            run = {v: Ranking.from_scores(v, people, row, 10) for v, row in zip(openings, rows) if v in qrels.grades}
            found[name] += evaluate(Run(name, run), qrels, ("nDCG@10",)).per_query["nDCG@10"].values()
    return {name: mean(values) for name, values in found.items()}


def told(market: Market) -> list:
    """Return the people with only the skills that their CVs mention."""
    result = []
    for person in market.people:
        levels = dict(zip(person.skills, person.levels, strict=True))
        skills = market.cvs[person.id].mentioned
        result.append(replace(person, skills=skills, levels=tuple(levels[skill] for skill in skills)))
    return result


if __name__ == "__main__":
    main()
