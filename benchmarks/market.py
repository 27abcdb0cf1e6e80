"""random, bm25, dense and hybrid on simulated markets, both directions, with intervals and paired tests.

Three markets (seeds 1 to 3) are pooled: a query counts once, its id prefixed by its seed. Texts are masked before any
system reads them, as in ``jobfit rank``. Writes results/market-baselines.json; about four minutes on 2 cores.
"""

import argparse
import tempfile
from dataclasses import asdict
from pathlib import Path

from environment import describe, write
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.compare import compare
from jobfit.evaluation.measures import evaluate
from jobfit.ingest.formats.trec import read_qrels
from jobfit.reading import read_documents
from jobfit.retrieval.systems import SYSTEMS, rank
from jobfit.runs import Qrels, Ranking, Run
from jobfit.simulation.writer import simulate_to

MEASURES = ("nDCG@10", "AP", "R@100", "P@10", "RR")
DIRECTIONS = ("candidates_for_vacancy", "vacancies_for_candidate")


def main() -> None:
    """Run the benchmark and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=400)
    parser.add_argument("--vacancies", type=int, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    runs: dict[str, dict[str, dict[str, Ranking]]] = {d: {s: {} for s in SYSTEMS} for d in DIRECTIONS}
    qrels: dict[str, dict[str, dict[str, int]]] = {d: {} for d in DIRECTIONS}
    encoder = load_encoder("all-MiniLM-L6-v2")
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as folder:
            market = Path(folder) / "market"
            simulate_to(market, options.candidates, options.vacancies, seed, rendered_share=0)
            for direction in DIRECTIONS:
                data = market / "beir" / direction
                queries, corpus = read_documents(data / "queries.jsonl"), read_documents(data / "corpus.jsonl")
                judged = read_qrels(data / "qrels" / "test.tsv").grades
                qrels[direction] |= {f"{seed}-{query}": dict(grades) for query, grades in judged.items()}
                for system in SYSTEMS:
                    for ranking in rank(system, queries, corpus, 100, encoder=lambda: encoder, seed=seed):
                        name = f"{seed}-{ranking.query_id}"
                        runs[direction][system][name] = Ranking(name, ranking.hits)
    result = {
        **describe("bm25s", "sentence-transformers", "openvino", "torch", "ir-measures", "pytrec-eval-terrier"),
        "market": {"candidates": options.candidates, "vacancies": options.vacancies, "seeds": options.seeds},
        "encoder": encoder.fingerprint,
        "directions": {d: summary(runs[d], Qrels(qrels[d])) for d in DIRECTIONS},
    }
    print(write("market-baselines", result).name)


def summary(rankings: dict[str, dict[str, Ranking]], qrels: Qrels) -> dict[str, object]:
    """Return each system's measures, and hybrid against each of its halves."""
    systems = {name: Run(name, found) for name, found in rankings.items()}
    reports = {name: evaluate(run, qrels, MEASURES) for name, run in systems.items()}
    return {
        "systems": {name: {m: asdict(e) for m, e in report.aggregate.items()} for name, report in reports.items()},
        "hybrid_minus": {
            half: {m: asdict(row) for m, row in compare(systems[half], systems["hybrid"], qrels, MEASURES).items()}
            for half in ("bm25", "dense")
        },
    }


if __name__ == "__main__":
    main()
