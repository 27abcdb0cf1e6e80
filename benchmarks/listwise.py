"""A language model that reorders the top of hybrid, four people at a time, on the simulated market.

    python benchmarks/listwise.py --url http://127.0.0.1:8089/v1 --model qwen2.5-coder-1.5b --work FOLDER

FOLDER keeps the answers, so that a run that is stopped goes on. Writes results/listwise.json: nDCG@10 and the rank of
the first fit before and after with the paired difference, the answers that were no order, and tokens.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import asdict
from pathlib import Path

from environment import describe, write
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.compare import compare
from jobfit.evaluation.measures import evaluate
from jobfit.experiments.market import MarketSizes, market_data
from jobfit.llm.client import Client
from jobfit.llm.settings import Settings
from jobfit.records import Document
from jobfit.retrieval.listwise import Listwise, rerank_listwise
from jobfit.retrieval.systems import rank
from jobfit.runs import Qrels

MEASURES = ("nDCG@10", "nDCG@5", "RR@10")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--queries", type=int, default=24)
    parser.add_argument("--candidates", type=int, default=200)
    parser.add_argument("--top", type=int, default=8)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    sizes = MarketSizes(60, 20, options.candidates, options.queries, seed=options.seed)
    held = market_data(sizes, MEASURES).held_out
    task = next(task for task in held.tasks if task.name == "candidates_for_vacancy")
    queries = [Document(i, held.vacancies[i]) for i in sorted(task.qrels.grades)]
    corpus = [Document(i, text) for i, text in sorted(held.candidates.items())]
    encoder = load_encoder("all-MiniLM-L6-v2", cache=options.work / "vectors.sqlite")
    before = rank("hybrid", queries, corpus, 100, encoder=lambda: encoder)
    settings = Settings(concurrency=options.concurrency, seconds=900, answer_tokens=64, longest_answer=128)
    reading = Listwise(characters=1200, seed=options.seed)
    started = time.time()
    with Client(options.url, options.model, cache=options.work / "answers", settings=settings) as client:
        after = rerank_listwise(
            before, queries, corpus, client, options.top, settings=reading,
            on_progress=lambda done, total: print(f"{done}/{total} windows, {time.time() - started:.0f} s", flush=True),
        )  # fmt: skip
        spent = asdict(client.spent)
    qrels = Qrels(task.qrels.grades)
    result = {
        **describe("openvino", "numpy"),
        "model": options.model,
        "market": f"simulated, seed {options.seed}: {len(queries)} vacancies, {len(corpus)} candidates held out",
        "top": options.top,
        "windows": {"size": reading.window, "stride": reading.stride, "passes": reading.passes},
        "asked": after.asked,
        "order_kept": after.kept,
        "texts_cut": {"at_characters": reading.characters, "texts": after.cut},
        "spent_in_this_run": spent,
        "seconds_of_this_run": round(time.time() - started),
        "load_average_after": os.getloadavg()[0],
        "systems": {
            run.name: {name: asdict(found) for name, found in evaluate(run, qrels, MEASURES).aggregate.items()}
            for run in (before, after.run)
        },
        "listwise_minus_hybrid": {
            name: asdict(row) for name, row in compare(before, after.run, qrels, MEASURES).items()
        },
    }
    print(write("listwise", result).name)


if __name__ == "__main__":
    main()
