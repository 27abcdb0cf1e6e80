"""How large a market can be simulated, how fast, and how hard its texts are. Writes results/market-scale.json.

Scale: each size is streamed to Parquet in a process of its own, so that its peak memory is its own; a million people
are extrapolated from the largest size by the time for each person beyond the smallest (--million runs them instead).
Texts: nDCG@10 on qualification of random, bm25, the truth from what the CV tells (the skills that it does not mention
left out of the latent record) and the truth itself, candidates for a vacancy. About five minutes on one core.
"""

import argparse
import json
import math
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

import bm25s
import numpy as np

from environment import describe, write
from jobfit.evaluation.statistics import mean_interval
from jobfit.simulation.market import Market, simulate
from jobfit.simulation.page import plain
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.stream import stream_market
from jobfit.simulation.truth import all_pairs, grades

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
    sizes = [in_a_process(*size) for size in (*SIZES, *([MILLION] if options.million else []))]
    result = {
        **describe("numpy", "scipy", "pyarrow", "bm25s"),
        "scale": sizes,
        "extrapolated": None if options.million else extrapolated(sizes),
        "texts": {name: difficulty(codes) for name, codes in KINDS.items()},
    }
    print(write("market-scale", result).name)


def in_a_process(candidates: int, vacancies: int) -> dict[str, float]:
    """Return what :func:`measured` returns, from a fresh process."""
    command = [sys.executable, __file__, "--one", str(candidates), str(vacancies)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measured(candidates: int, vacancies: int) -> dict[str, float]:
    """Stream one market; return counts, seconds of the processor and of the clock, bytes and the peak memory."""
    start, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        summary = stream_market(Path(folder) / "m", MarketSettings(candidates=candidates, vacancies=vacancies), 1)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "candidates": candidates,
        "vacancies": vacancies,
        "exposures": summary.exposures,
        "applications": summary.applications,
        "cpu_seconds": round(cpu, 1),
        "seconds": round(seconds, 1),
        "megabytes": round(size / 1e6, 1),
        "peak_mib": round(peak),
    }


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
        rng = np.random.default_rng(seed)
        gains = grades(market.q).T
        scores = {
            "random": rng.random(gains.shape),
            "bm25": bm25(market),
            "told": all_pairs(told(market), market.openings, market.world)[0].T,
            "truth": market.q.T,
        }
        for name, table in scores.items():
            found[name] += [ndcg(row, line) for row, line in zip(gains, table, strict=True) if row.any()]
    return {name: asdict(mean_interval(values)) for name, values in found.items()}


def bm25(market: Market) -> np.ndarray:
    """Return scores of shape (vacancies, candidates): words of letters and digits, lower case, no stemming."""
    index = bm25s.BM25()
    index.index([words(plain(page)) for page in market.cvs.values()], show_progress=False)
    return np.array([index.get_scores(sorted(set(words(plain(page))))) for page in market.vacancies.values()])


def told(market: Market) -> list:
    """Return the people with only the skills that their CVs mention."""
    result = []
    for person in market.people:
        levels = dict(zip(person.skills, person.levels, strict=True))
        skills = market.cvs[person.id].mentioned
        result.append(replace(person, skills=skills, levels=tuple(levels[skill] for skill in skills)))
    return result


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def ndcg(gains: np.ndarray, scores: np.ndarray) -> float:
    """Return nDCG@10 with linear gain and log2 discount; equal scores in the order of the table."""
    discount = [math.log2(rank + 2) for rank in range(10)]
    found, best = gains[np.argsort(-scores, kind="stable")][:10], np.sort(gains)[::-1][:10]
    return float(sum(found / discount) / sum(best / discount))


if __name__ == "__main__":
    main()
