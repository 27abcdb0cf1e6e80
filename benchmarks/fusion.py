"""Every part of the hybrid alone, reciprocal rank fusion, the first hybrid and today's, on 31 sets of many kinds.

``--learn`` learns the weights on the learning halves (src/jobfit/retrieval/data/fusion.toml); without it, the weights
that are there are measured on the testing halves (results/fusion.json). The data folder is that of the public
development data: ESCO 1.1.1, ROME, SkillSpan. About five minutes each on one thread.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from environment import describe, write
from fusion_sets import MARKET_SIZE, MARKETS, Set, World, build_sets
from fusion_weights import STEPS, judge, learn_weights, to_toml
from jobfit.encoders.base import Encoder
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.measures import evaluate
from jobfit.ingest.language import detect_language
from jobfit.retrieval.memory import MemoryDocuments
from jobfit.retrieval.signals import encode_queries
from jobfit.retrieval.systems import rank
from jobfit.retrieval.weights import SIGNALS, cell_of, shipped_table
from jobfit.runs import Qrels, Ranking, Run
from measure import corrected, paired

MODEL = "all-MiniLM-L6-v2"
MEASURES = ("nDCG@10", "RR")
DEPTH = 100
PARTS = ("lexical", "characters", "dense")  # what the hybrid must not fall below; the taxonomy's row stands beside them
BASELINES = ("rrf", "first hybrid")
WEIGHTS = Path(__file__).resolve().parent.parent / "src" / "jobfit" / "retrieval" / "data" / "fusion.toml"
Matrix = NDArray[np.float64]


def main() -> None:
    """Learn, or measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("JOBFIT_SHARED_DATA"), help="or JOBFIT_SHARED_DATA")
    parser.add_argument("--cache", type=Path, default=None, help="a file that keeps the vectors between runs")
    parser.add_argument("--learn", action="store_true")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the folder of the development data: --data, or JOBFIT_SHARED_DATA")
    encoder = load_encoder(MODEL, cache=options.cache)
    learn(options.data, encoder) if options.learn else measure(options.data, encoder)


def learn(data: Path, encoder: Encoder) -> None:
    """Learn the weights and write them into the package."""
    judged, sets = [], []
    for found in build_sets(data, "learn", encoder):
        sets.append(found.name)
        for world in found.worlds:
            judged += judge(found.name, world.queries, world.corpus, Qrels(world.grades), encoder)
    learnt = learn_weights(judged)
    provenance = [
        "Weights of the hybrid's signals by kind of text and language. Written by a program: do not edit.",
        "Command: python benchmarks/fusion.py --learn",
        f"Encoder: {encoder.fingerprint}; grid by 1/{STEPS}; markets of {MARKET_SIZE[0]} candidates and "
        f"{MARKET_SIZE[1]} vacancies, seeds {', '.join(map(str, MARKETS['learn']))}.",
        "Learning halves of:",
        *(f"    {name}" for name in sets),
        *(line for cell, found in learnt.items() for line in _found(cell, found)),
        "",
    ]
    WEIGHTS.write_text(to_toml(MODEL, learnt, provenance), encoding="utf-8")
    print(WEIGHTS.name)


def _found(cell: tuple[str, str], found: Any) -> Iterator[str]:
    mixture = ", ".join(f"{name} {share:g}" for name, share in asdict(found.mixture).items() if share)
    verdict = "taken" if found.weights == found.mixture else "not taken"
    yield f"{cell[0]}, {cell[1]}: {mixture} against {found.single} alone: p = {found.p:.4f}, {verdict}."
    for name, (count, difference) in found.sets.items():
        yield f"    {difference:+.3f} nDCG@10 against the best signal of {name} ({count} queries)"


def measure(data: Path, encoder: Encoder) -> None:
    """Measure every system on every testing half."""
    rows = {found.name: _row(found, encoder) for found in build_sets(data, "test", encoder)}
    for measure_name in MEASURES:
        tests = [row["hybrid_minus_better_part"][measure_name] for row in rows.values()]
        corrected(tests)
    table = shipped_table()
    weights = {f"{kind}, {language}": asdict(cell) for (kind, language), cell in table.cells.items()}
    result = {
        **describe("bm25s", "scipy", "sentence-transformers", "openvino", "ir-measures", "pytrec-eval-terrier"),
        "encoder": encoder.fingerprint,
        "weights": weights,
        "better_part": "the best of " + ", ".join(PARTS) + " on the set itself",
        "markets": {"candidates": MARKET_SIZE[0], "vacancies": MARKET_SIZE[1], "seeds": MARKETS["test"]},
        "sets": rows,
    }
    print(write("fusion", result).name)


def _row(found: Set, encoder: Encoder) -> dict[str, Any]:
    runs: dict[str, dict[str, Ranking]] = {name: {} for name in (*SIGNALS, *BASELINES, "hybrid")}
    grades, cells = {}, Counter()
    for number, world in enumerate(found.worlds):
        grades |= {f"{number}-{query}": dict(judged) for query, judged in world.grades.items()}
        for name, ranking in _rank_all(world, encoder, cells):
            query_id = f"{number}-{ranking.query_id}"
            runs[name][query_id] = Ranking(query_id, ranking.hits)
    reports = {name: evaluate(Run(name, rankings), Qrels(grades), MEASURES) for name, rankings in runs.items()}
    better = max(PARTS, key=lambda name: reports[name].aggregate["nDCG@10"].mean)
    tests = {
        measure_name: paired(reports["hybrid"].per_query[measure_name], reports[better].per_query[measure_name])
        for measure_name in MEASURES
    }
    print(
        found.name, {name: round(report.aggregate["nDCG@10"].mean, 4) for name, report in reports.items()}, flush=True
    )
    print("   ", better, {name: (t["difference"], t["p"]) for name, t in tests.items()}, flush=True)
    return {
        "queries": len(grades),
        "documents": sum(len(world.corpus) for world in found.worlds),
        "cells": {", ".join(cell): count for cell, count in sorted(cells.items())},
        "systems": {name: {m: asdict(e) for m, e in report.aggregate.items()} for name, report in reports.items()},
        "better_part": better,
        "hybrid_minus_better_part": tests,
    }


def _rank_all(world: World, encoder: Encoder, cells: Counter[tuple[str, str]]) -> Iterator[tuple[str, Ranking]]:
    """Yield every system's ranking of every query; a document that a system does not find is not ranked."""
    documents = MemoryDocuments(world.corpus, encoder)
    everything = documents.texts().among()
    for query in encode_queries(world.queries, encoder):
        kind, language = cell_of(query, documents.texts())
        cells[str(kind), language or "other"] += 1
        found = {signal.name: signal.scores(query, everything) for signal in documents.signals}
        scores = {name: values.filled() for name, values in found.items()}
        mixed = {
            **scores,
            "rrf": reciprocal_ranks(scores["lexical"], scores["dense"]),
            "first hybrid": first_hybrid(scores["lexical"], found["dense"].values, query.text),
        }
        for name, values in mixed.items():
            places = np.flatnonzero(values > 0)
            ids = [everything.ids[place] for place in places]
            yield name, Ranking.from_scores(query.id, ids, values[places], DEPTH)
    for ranking in rank("hybrid", world.queries, world.corpus, DEPTH, encoder=lambda: encoder):
        yield "hybrid", ranking


def reciprocal_ranks(*parts: Matrix) -> Matrix:
    """Return the sum of 1 / (60 + rank) over the parts that find a document (Cormack, Clarke & Buettcher 2009)."""
    fused = np.zeros(len(parts[0]))
    for scores in parts:
        ranks = np.argsort(np.argsort(-scores, kind="stable"), kind="stable") + 1
        fused += np.where(scores > 0, 1 / (60 + ranks), 0)
    return fused


def first_hybrid(lexical: Matrix, cosines: Matrix, text: str) -> Matrix:
    """Return the first version's mixture: both sides min-max scaled over their hits, 0.1 (French) or 0.3 dense."""
    share = 0.1 if detect_language(text) == "fr" else 0.3
    found = lexical > 0
    scaled = np.zeros(len(lexical))
    if found.any():
        low, high = lexical[found].min(), lexical.max()
        scaled[found] = (lexical[found] - low) / (high - low) if high > low else 1.0
    return (1 - share) * scaled + share * (cosines - cosines.min()) / np.ptp(cosines)


if __name__ == "__main__":
    main()
