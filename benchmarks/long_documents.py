"""How to make one vector of a text that is longer than the model's window: the numbers of decision 0002.

    python benchmarks/long_documents.py --esco ../shared/data/esco-1.1.1

(about five minutes on two free cores; writes results/long-documents.json)

Made-up CVs whose truth is known, from the English ESCO classification: a CV has three positions, each told in
sentences that name skills of an occupation (never the occupation itself) and quote what ESCO says of them; a query is
what ESCO says of an occupation. Two tasks:

profile   the three positions are of one occupation. Relevant: its query (grade 2), others of its ISCO unit (grade 1).
career    three occupations of different ISCO major groups, in random order. Relevant: each of them (grade 1).
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from environment import describe, write
from esco_texts import Occupation, position, read_esco
from jobfit.encoders.folder import find_model
from jobfit.encoders.model import ModelFacts, load_model
from jobfit.encoders.openvino_backend import OpenVinoTokenEncoder, convert, resolve_precision
from jobfit.encoders.windows import Chunking, Windower, batches, stack
from jobfit.evaluation.measures import evaluate
from jobfit.runs import Qrels, Ranking, Run
from measure import mean

SHAPES = [(w, o) for w in (128, 256, 512) for o in (0, 32, 64)]  # (window, overlap) in tokens
CHOSEN = ("weighted by new tokens", 256, 32)
NDCG = "nDCG(gain=exp)@10"
Vectors = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """Texts on both sides and the grade of every pair, shape (queries, documents)."""

    name: str
    queries: list[str]
    documents: list[str]
    grades: NDArray[np.int64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--esco", type=Path, required=True)
    parser.add_argument("--out", default="long-documents", help="name of the file in results/")
    parser.add_argument("--documents", type=int, default=600)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    occupations = read_esco(arguments.esco)
    model = load_model(find_model("all-MiniLM-L6-v2"))
    del model.module.model[2]  # type: ignore[union-attr,operator]  # Normalize: the token-level mean needs the lengths of the windows' vectors
    facts = model.facts
    with TemporaryDirectory() as folder:
        path = Path(folder) / "graph.xml"
        tokens = convert(model.module, facts.tokenizer.get_vocab_size(), path, resolve_precision("auto"))
    tasks = [make(occupations, arguments.documents, random.Random(arguments.seed)) for make in (profile, career)]
    result = {
        **describe("openvino", "sentence-transformers", "torch"),
        "data": "ESCO 1.1.1, English (European Commission, CC BY 4.0)",
        "measure": "nDCG@10, mean over queries; difference to the chosen way with a 95 % paired bootstrap interval",
        "chosen": CHOSEN,
        "precision": tokens.precision,
        "tasks": {task.name: measure_ways(task, facts, tokens) for task in tasks},
    }
    print(write(arguments.out, result).name)


def profile(occupations: list[Occupation], documents: int, generator: random.Random) -> Task:
    chosen = generator.sample(occupations, documents)
    texts = ["\n\n".join(position(each, generator) for _ in range(3)) for each in chosen]
    grades = [[2 * (query is held) or int(query.isco == held.isco) for held in chosen] for query in chosen]
    return Task("profile", [each.description for each in chosen], texts, np.array(grades))


def career(occupations: list[Occupation], documents: int, generator: random.Random) -> Task:
    asked = generator.sample(occupations, documents // 2)
    texts, held = [], []
    for _ in range(documents):
        three = generator.sample(asked, 3)
        while len({each.isco[0] for each in three}) < 3:
            three = generator.sample(asked, 3)
        held.append(three)
        texts.append("\n\n".join(position(each, generator) for each in three))
    grades = [[int(query in three) for three in held] for query in asked]
    return Task("career", [each.description for each in asked], texts, np.array(grades))


def measure_ways(task: Task, facts: ModelFacts, tokens: OpenVinoTokenEncoder) -> dict[str, object]:
    """Return the mean nDCG@10 of every way, and its difference to the chosen one."""
    per_query = {}
    for window, overlap in SHAPES:
        windower = Windower(facts.tokenizer, Chunking(window, overlap))
        sides = [ways(texts, windower, facts, tokens) for texts in (task.queries, task.documents)]
        for way in sides[0]:
            if way != "truncated" or overlap == 0:
                scores = sides[0][way] @ sides[1][way].T
                per_query[way, window, overlap] = ndcg(scores, task.grades)
        print(task.name, window, overlap, flush=True)
    lengths = [len(facts.tokenizer.encode(text).ids) for text in task.documents]
    rows: list[dict[str, Any]] = [
        {"way": way, "window": window, "overlap": overlap, "ndcg@10": round(float(values.mean()), 4)}
        | rounded(mean(values - per_query[CHOSEN]))
        for (way, window, overlap), values in per_query.items()
    ]
    quantiles = np.percentile(lengths, [5, 50, 95]).astype(int).tolist()
    return {
        "queries": len(task.queries),
        "documents": len(task.documents),
        "tokens 5/50/95 %": quantiles,
        "rows": sorted(rows, key=lambda row: -row["ndcg@10"]),
    }


def ways(texts: list[str], windower: Windower, facts: ModelFacts, tokens: OpenVinoTokenEncoder) -> dict[str, Vectors]:
    """Return the unit vectors (n, d) of n texts by each way to join the vectors of their windows."""
    cut = [windower.cut("", text) for text in texts]
    windows = [window for part in cut for window in part]
    raw = np.empty((len(windows), facts.dimension))
    for positions in batches(windows):
        raw[positions] = tokens.encode(*stack([windows[i] for i in positions], facts.pad_id, facts.limit))
    each = unit(raw)
    new = np.array([window.new for window in windows])[:, None]
    starts = np.cumsum([0, *(len(part) for part in cut[:-1])])
    return {
        "truncated": each[starts],
        "mean": unit(np.add.reduceat(each, starts)),
        "weighted by new tokens": unit(np.add.reduceat(each * new, starts)),
        "mean over tokens": unit(np.add.reduceat(raw * new, starts)),
        "largest component": unit(np.maximum.reduceat(each, starts)),
    }


def unit(vectors: Vectors) -> Vectors:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ndcg(scores: Vectors, grades: NDArray[np.int64]) -> Vectors:
    """Return nDCG@10 of each query that has an answer, with gains 2^grade - 1."""
    ids = [str(i) for i in range(scores.shape[1])]
    qrels = Qrels({str(q): dict(zip(ids, row.tolist())) for q, row in enumerate(grades) if row.any()})
    rankings = {q: Ranking.from_scores(q, ids, scores[int(q)], 10) for q in qrels.grades}
    return np.array(list(evaluate(Run("way", rankings), qrels, [NDCG]).per_query[NDCG].values()))


def rounded(value: dict[str, float]) -> dict[str, object]:
    return {"difference": round(value["mean"], 4), "low": round(value["low"], 4), "high": round(value["high"], 4)}


if __name__ == "__main__":
    main()
