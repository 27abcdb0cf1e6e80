"""RUM's window in both directions at the published size, against sorting every score, and at 200,000 x 50,000.

    python benchmarks/mine.py            everything: some minutes, 7 GiB for the baseline
    python benchmarks/mine.py --small    a tenth of the sizes, to see that it runs
    python benchmarks/mine.py --plot     only draw docs/training/mining.svg from the results that are there

Writes results/bench-mine.json and docs/training/mining.svg. Each measurement is a process of its own, so that its peak
memory is its own; the baseline and ours take turns. Vectors are random and of unit length: what is measured is speed
and memory, not the quality of negatives. The load of the machine by others is recorded beside each time.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from environment import RESULTS, describe, write
from jobfit.embeddings import Embeddings
from jobfit.judged import turned
from jobfit.ordering import tie_key
from jobfit.training.mining.mine import MineSettings, mine
from jobfit.training.mining.strategies import RumWindow
from measure import BLUE, ORANGE, busy_seconds, in_a_process, peak_gib, picture, timed

PLOT = Path(__file__).resolve().parent.parent / "docs" / "training" / "mining.svg"
RESUMES, JOBS, LABELS, DIMENSION = 41_279, 9_469, 48_096, 384
LARGE = (200_000, 50_000)
SCALING = ((2_500, 2_500), (5_000, 5_000), (10_000, 10_000), (20_000, 20_000))
CHECKED = 40


def main() -> None:
    """Run the benchmark and write the results."""
    options = argparse.ArgumentParser()
    options.add_argument("--small", action="store_true")
    options.add_argument("--plot", action="store_true")
    options.add_argument("--turns", type=int, default=3, help="how often the baseline and ours take turns")
    options.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        name, queries, documents = given.one
        print(json.dumps(TASKS[name](int(queries), int(documents))))
        return
    if given.plot:
        draw(json.loads((RESULTS / "bench-mine.json").read_text(encoding="utf-8")))
        return
    part = 10 if given.small else 1
    sizes = (RESUMES // part, JOBS // part)
    paired: dict[str, list[dict[str, Any]]] = {"full sort": [], "jobfit": []}
    for _ in range(given.turns):
        for name, runs in paired.items():
            runs.append(run(name, *sizes))
    scaling = [
        {"queries": n // part, "documents": m // part, **{name: run(name, n // part, m // part) for name in paired}}
        for n, m in SCALING
    ]
    large = run("large", LARGE[0] // part, LARGE[1] // part)
    result = {
        **describe("numpy", "threadpoolctl", "scikit-learn"),
        "sizes": {"resumes": sizes[0], "jobs": sizes[1], "labels": LABELS // part, "dimension": DIMENSION},
        "paired": {name: summary(runs) for name, runs in paired.items()},
        "scaling": scaling,
        "large": large,
    }
    if given.small:
        print(json.dumps(result, indent=1))
        return
    draw(result)
    print(write("bench-mine", result).name)


def run(name: str, queries: int, documents: int) -> dict[str, Any]:
    """Measure one task in a process of its own, with the load of the machine by others meanwhile."""
    before = busy_seconds()
    taken, found = timed(lambda: in_a_process(__file__, "--one", name, queries, documents))
    own = found.pop("cpu_of_process")
    found["others_cores"] = round(max(0.0, busy_seconds() - before - own) / taken.seconds, 2)
    print(name, queries, documents, found, file=sys.stderr)
    return found


def summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"median_seconds": median(one["seconds"] for one in runs), "runs": runs}


def sides(queries: int, documents: int) -> tuple[Embeddings, Embeddings, dict[str, set[str]]]:
    """Random unit vectors, and labels: the published number of pairs at the published size, in proportion else."""
    random = np.random.default_rng(0)

    def unit(prefix: str, n: int) -> Embeddings:
        vectors = random.standard_normal((n, DIMENSION), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Embeddings(tuple(f"{prefix}{i}" for i in range(n)), vectors, "random")

    asking, searched = unit("r", queries), unit("j", documents)
    positives: dict[str, set[str]] = {}
    for _ in range(round(LABELS * queries / RESUMES)):
        positives.setdefault(f"r{random.integers(queries)}", set()).add(f"j{random.integers(documents)}")
    return asking, searched, positives


def measured(action: Callable[[], Any]) -> tuple[dict[str, Any], Any]:
    taken, found = timed(action)
    facts = {"seconds": round(taken.seconds, 2), "cpu_seconds": round(taken.processor, 2), "peak_rss_gib": peak_gib()}
    return facts, found


def finished(facts: dict[str, Any]) -> dict[str, Any]:
    return facts | {"cpu_of_process": time.process_time()}


def full_sort(queries: int, documents: int) -> dict[str, Any]:
    """Both directions as the published code does: all scores, every row sorted, the window cut, positives dropped."""
    asking, searched, positives = sides(queries, documents)

    def one(a: Embeddings, b: Embeddings, known: dict[str, set[str]]) -> list[list[int]]:
        first, last = RumWindow().window(len(b))
        order = np.argsort(-(a.vectors @ b.vectors.T), axis=1)[:, first:last]
        return [[i for i in row if b.ids[i] not in known.get(q, ())] for q, row in zip(a.ids, order.tolist())]

    def both() -> None:
        one(asking, searched, positives)
        one(searched, asking, turned(positives))

    return finished(measured(both)[0])


def ours(queries: int, documents: int) -> dict[str, Any]:
    """Both directions by jobfit, near-duplicates left out, and some anchors compared with float64 brute force."""
    asking, searched, positives = sides(queries, documents)
    directions = ((asking, searched, positives), (searched, asking, turned(positives)))
    facts, mined = measured(lambda: [mine(*direction, RumWindow()) for direction in directions])
    wrong = sum(disagreements(*direction, found) for direction, found in zip(directions, mined))
    return finished(facts | {"checked_anchors": 2 * min(CHECKED, documents), "anchors_that_differ": wrong})


def disagreements(asking: Embeddings, searched: Embeddings, positives: dict[str, set[str]], mined: Any) -> int:
    """How many of some anchors have other negatives than float64 brute force gives them."""
    first, last = RumWindow().window(len(searched))
    wrong = 0
    for query in np.random.default_rng(1).choice(len(asking), min(CHECKED, len(asking)), replace=False):
        cosines = searched.vectors.astype(np.float64) @ asking.vectors[query].astype(np.float64)
        query_id = asking.ids[query]
        ranked = sorted(range(len(searched)), key=lambda i: (-cosines[i], tie_key(query_id, searched.ids[i])))
        references = np.stack([asking.vectors[query], *(
            searched.vectors[searched.ids.index(i)] for i in sorted(positives.get(query_id, ()))
        )])  # fmt: skip
        near = (searched.vectors @ references.T).max(axis=1) >= 0.95
        wanted = {i for i in ranked[first:last] if searched.ids[i] not in positives.get(query_id, ()) and not near[i]}
        row = mined.rows[query]
        wrong += wanted != set(row[row >= 0].tolist())
    return wrong


def large(queries: int, documents: int) -> dict[str, Any]:
    """One direction of a large pool into a folder; the memory in use is noted along the way."""
    asking, searched, positives = sides(queries, documents)
    in_use: list[float] = []

    def note(done: int, total: int) -> None:
        if done * 10 // total > (done - 1) * 10 // total:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            in_use.append(round(pages * os.sysconf("SC_PAGE_SIZE") / 2**30, 3))

    with tempfile.TemporaryDirectory() as folder:
        facts, _ = measured(
            lambda: mine(
                asking, searched, positives, RumWindow(), MineSettings(), folder=Path(folder) / "m", on_progress=note
            )
        )
    own = round((asking.vectors.nbytes + searched.vectors.nbytes) / 2**30, 3)
    sizes = {"queries": queries, "documents": documents, "vectors_gib": own}
    return finished(sizes | facts | {"rss_gib_at_each_tenth": in_use})


def draw(result: dict[str, Any]) -> None:
    """Draw seconds and peak memory by the number of scored pairs, both directions together, on logarithmic axes."""
    scaling, large = result["scaling"], result["large"]
    pairs = [2 * one["queries"] * one["documents"] for one in scaling]
    with picture(PLOT, 1, 2, (9, 3.6)) as panels:
        for panel, value, label in zip(panels, ("seconds", "peak_rss_gib"), ("seconds", "peak memory, GiB")):
            panel.loglog(pairs, [one["full sort"][value] for one in scaling], "o--", color=ORANGE, label="full sort")
            panel.loglog(pairs, [one["jobfit"][value] for one in scaling], "o-", color=BLUE, label="jobfit mine")
            panel.loglog(
                large["queries"] * large["documents"], large[value], "s", color=BLUE, mfc="white",
                label=f"jobfit mine, one way, {large['queries']:,} × {large['documents']:,}",
            )  # fmt: skip
            panel.set(xlabel="pairs of documents", ylabel=label)
        panels[0].legend(frameon=False, fontsize=8)


TASKS = {"full sort": full_sort, "jobfit": ours, "large": large}

if __name__ == "__main__":
    main()
