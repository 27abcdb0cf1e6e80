"""Pairs a second of a cross-encoder at 512 tokens, against sentence-transformers' default in the same run.

    python benchmarks/rerank.py

The model is all-MiniLM-L6-v2 as a sequence classifier with a fresh head (seed 0), saved once as any reranker is;
``--model FOLDER`` takes another. Vacancies and CVs are of the simulated market, so long that every pair fills the
window. Both use all cores; repetitions alternate, theirs then ours. The scores of the timed runs give the agreement:
the same ten CVs at the top, the same first, and Kendall's tau. Writes results/bench-rerank.json.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from encode import agreement
from environment import describe, write
from jobfit.records import Document
from jobfit.scorers.base import PersonJob
from jobfit.scorers.cross_encoder import load_cross_encoder
from jobfit.training.cross_encoder import TrainableCrossEncoder
from jobfit.training.model import ModelOptions
from long_texts import long_texts
from measure import spread, timed

TOKENS = 512


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="folder of a cross-encoder instead")
    parser.add_argument("--out", default="bench-rerank", help="name of the file in results/")
    parser.add_argument("--vacancies", type=int, default=4)
    parser.add_argument("--candidates", type=int, default=32)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = options.model or Path(scratch) / "cross-encoder"
        if not options.model:
            TrainableCrossEncoder.load("all-MiniLM-L6-v2", ModelOptions(seed=0)).save(folder)
        print(write(options.out, measured(folder, options)).name)


def measured(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    from sentence_transformers import CrossEncoder

    theirs = CrossEncoder(str(folder), device="cpu", max_length=TOKENS)
    ours = load_cross_encoder(folder, max_tokens=TOKENS, aggregate="first")
    source, texts = long_texts(
        options.vacancies + options.candidates, options.seed,
        lambda text: len(theirs.tokenizer(text, truncation=False)["input_ids"]),
    )  # fmt: skip
    vacancies, people = texts[: options.vacancies], texts[options.vacancies :]
    pairs = [(vacancy, cv) for vacancy in vacancies for cv in people]
    documents = [PersonJob(Document("c", cv), Document("v", vacancy)) for vacancy, cv in pairs]
    work = {"sentence_transformers": lambda: theirs.predict(pairs), "jobfit": lambda: ours.score(documents)}
    theirs.predict(pairs[:8])  # the first batch pays for allocations and compiled kernels
    ours.score(documents[:8])
    times: dict[str, list[Any]] = {name: [] for name in work}
    scores: dict[str, np.ndarray] = {}
    load = os.getloadavg()[0]
    for _ in range(options.repeat):
        for name, run in work.items():
            taken, found = timed(run)
            times[name].append(taken)
            scores[name] = np.asarray(found, dtype=np.float64).reshape(len(vacancies), len(people))
            print(name, taken, flush=True)
    speeds = {name: spread([len(pairs) / one.seconds for one in taken], 2) for name, taken in times.items()}
    each = [a.seconds / b.seconds for a, b in zip(times["sentence_transformers"], times["jobfit"], strict=True)]
    processor = [
        a.processor / b.processor for a, b in zip(times["sentence_transformers"], times["jobfit"], strict=True)
    ]
    return {
        **describe("torch", "sentence-transformers", "transformers", "tokenizers", "openvino", "numpy"),
        "model": options.model.name if options.model else "all-MiniLM-L6-v2 with a fresh head",
        "texts": source,
        "texts_sha256": hashlib.sha256("\0".join(texts).encode()).hexdigest(),
        "tokens": TOKENS,
        "pairs": len(pairs),
        "fingerprint": ours.fingerprint,
        "repetitions": options.repeat,
        "pairs_per_second": speeds,
        "times_faster": spread(each, 2),
        "times_less_processor_time": spread(processor, 2),
        **agreement(scores["sentence_transformers"], scores["jobfit"]),
        "load_average": {"before": load, "after": os.getloadavg()[0]},
    }


if __name__ == "__main__":
    main()
