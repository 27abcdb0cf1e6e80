"""How long an evaluation takes: 1,000 queries of 1,000 hits each, over a pool of 20,000 documents.

    python benchmarks/measures.py

Writes results/bench-measures.json: the best of three, after one evaluation that loads the libraries.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from environment import describe, write
from jobfit.evaluation.measures import DEFAULT_MEASURES, Pools, evaluate
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.ingest.formats.trec import read_run, write_run
from jobfit.runs import Qrels, Ranking, Run
from measure import timed

QUERIES, HITS, POOL, RELEVANT = 1_000, 1_000, 20_000, 30
EVERY = (
    "nDCG@10", "nDCG(gain=exp)@10", "AP", "AP(norm=min)@10", "R@100", "R(norm=min)@10", "P@10", "RR", "RR@10",
    "Success@1", "ERR(max=3)@10", "Rprec",
)  # fmt: skip


def main() -> None:
    """Run the benchmark and write the result."""
    generator = np.random.default_rng(0)
    ids = [f"d{i}" for i in range(POOL)]
    rankings, grades = {}, {}
    for query in map(str, range(QUERIES)):
        found = generator.choice(POOL, HITS, replace=False)
        rankings[query] = Ranking.from_scores(query, [ids[i] for i in found], generator.random(HITS))
        grades[query] = {
            ids[i]: int(generator.integers(0, 4)) for i in generator.choice(found, RELEVANT, replace=False)
        }
    run, qrels, pools = Run("r", rankings), Qrels(grades), Pools.of_corpus(ids)
    evaluate(run, qrels, EVERY, pools=pools)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        write_run(run, path)
        seconds = {
            "nDCG@10 and AP": best_of_three(lambda: evaluate(run, qrels, ["nDCG@10", "AP"])),
            "the default measures": best_of_three(lambda: evaluate(run, qrels, DEFAULT_MEASURES)),
            "twelve measures with chance": best_of_three(lambda: evaluate(run, qrels, EVERY, pools=pools)),
            "reading the run from its file": best_of_three(lambda: read_run(path)),
            "classifying 40,000 pairs": best_of_three(classified(generator)),
        }
    result = {
        **describe("ir-measures", "pytrec-eval-terrier", "numpy", "scikit-learn"),
        "queries": QUERIES, "hits": HITS, "pool": POOL, "measures": {"default": DEFAULT_MEASURES, "twelve": EVERY},
        "seconds": seconds,
    }  # fmt: skip
    print(write("bench-measures", result).name, seconds)


def best_of_three(action: Callable[[], object]) -> float:
    """Return the seconds of the fastest of three."""
    return round(min(timed(action)[0].seconds for _ in range(3)), 2)


def classified(generator: np.random.Generator) -> Callable[[], object]:
    """Return the classification of 40,000 pairs of 1,000 queries, one of a hundred positive."""
    from jobfit.evaluation.classification import Threshold, classify

    pairs = [(f"q{i % 1000}", f"d{i}") for i in range(40_000)]
    labels = generator.random(40_000) < 0.01
    scored = ScoredPairs.of(pairs, labels, 0.3 * labels + 0.7 * generator.random(40_000))
    return lambda: classify(scored, Threshold.stated(0.5))


if __name__ == "__main__":
    main()
