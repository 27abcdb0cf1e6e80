"""Documents a second, against sentence-transformers' default on the same texts in the same run.

    python benchmarks/encode.py --esco ../shared/data/esco-1.1.1 --out results/bench-encode.json

Both cut every text at 128, 256 and 512 tokens (asked for here; jobfit reads whole texts otherwise) and use all cores.
Repetitions alternate, theirs then ours. The vectors of the timed runs give the agreement: top-10 overlap, Kendall's tau
and equal first places of ours with their 32-bit floats, over all queries.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from esco_texts import Occupation, position, read_esco
from jobfit.encoders.folder import find_model
from jobfit.encoders.loading import load_encoder
from jobfit.records import Document
from machine import describe_machine, versions

MODEL = "all-MiniLM-L6-v2"
LENGTHS = (128, 256, 512)
Encode = Callable[[list[str]], NDArray[np.float32]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--esco", type=Path, default=Path("../shared/data/esco-1.1.1"), help="folder of the ESCO CSVs")
    parser.add_argument("--out", type=Path, default=Path("results/bench-encode.json"))
    parser.add_argument("--documents", type=int, default=192)
    parser.add_argument("--queries", type=int, default=96)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    if not arguments.esco.is_dir():
        parser.error(f"{arguments.esco} does not exist: give --esco, the folder of ESCO's English CSV files")
    documents, queries = make_texts(read_esco(arguments.esco), arguments)
    result: dict[str, Any] = {
        "command": f"python benchmarks/encode.py --documents {arguments.documents} --queries {arguments.queries} "
        f"--repeat {arguments.repeat} --seed {arguments.seed}",
        "model": MODEL,
        "texts": "made up from ESCO 1.1.1, English; every one is longer than 512 tokens",
        "texts_sha256": hashlib.sha256("\0".join(documents + queries).encode()).hexdigest(),
        "load_average_before": os.getloadavg()[0],
        "machine": describe_machine(),
        "versions": versions("torch", "sentence-transformers", "transformers", "tokenizers", "openvino", "numpy"),
        "tokens": {},
    }
    for length in LENGTHS:
        result["tokens"][length] = compare(length, documents, queries, arguments.repeat)
        print(line(length, result["tokens"][length]), flush=True)
    result["load_average_after"] = os.getloadavg()[0]
    arguments.out.parent.mkdir(exist_ok=True)
    arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def make_texts(occupations: list[Occupation], arguments: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Return documents of five to nine positions of one occupation, and queries of a description and four positions."""
    generator = random.Random(arguments.seed)
    tokenizer = theirs(512)[1]

    def told(occupation: Occupation, low: int, high: int) -> str:
        return " ".join(position(occupation, generator) for _ in range(generator.randint(low, high)))

    chosen = generator.sample(occupations, len(occupations))
    documents = (told(occupation, 5, 9) for occupation in chosen)
    queries = (f"{occupation.description} {told(occupation, 4, 4)}" for occupation in chosen)
    sides = []
    for texts, wanted in ((documents, arguments.documents), (queries, arguments.queries)):
        long = (text for text in texts if len(tokenizer(text, truncation=False)["input_ids"]) > 512)
        sides.append([text for text, _ in zip(long, range(wanted), strict=False)])
    return sides[0], sides[1]


def theirs(length: int) -> tuple[Encode, Any]:
    """Return sentence-transformers' encode as it comes, cutting at ``length`` tokens, and its tokenizer."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()  # no word about texts that are longer than 512 tokens
    model = SentenceTransformer(str(find_model(MODEL).path), device="cpu")
    model.max_seq_length = length
    return lambda texts: np.asarray(model.encode(texts)), model.tokenizer


def ours(length: int) -> tuple[Encode, str]:
    """Return jobfit's encoder cutting at ``length`` tokens, and its fingerprint."""
    encoder = load_encoder(MODEL, max_tokens=length, long_text="truncate")

    def encode(texts: list[str]) -> NDArray[np.float32]:
        return encoder.encode([Document(str(i), text) for i, text in enumerate(texts)], "document").vectors

    return encode, encoder.fingerprint


def compare(length: int, documents: list[str], queries: list[str], repeat: int) -> dict[str, Any]:
    """Time both, in turns, and compare what they give."""
    baseline, (encode, fingerprint) = theirs(length)[0], ours(length)
    times: dict[str, list[tuple[float, float]]] = {"sentence_transformers": [], "jobfit": []}
    vectors = {}
    for run in (baseline, encode):
        run(documents[:32])  # the first batch pays for allocations and compiled kernels
    for _ in range(repeat):
        for name, run in (("sentence_transformers", baseline), ("jobfit", encode)):
            before = time.perf_counter(), time.process_time()
            vectors[name] = run(documents)
            times[name].append((time.perf_counter() - before[0], time.process_time() - before[1]))
    speeds = {name: rates(taken, len(documents)) for name, taken in times.items()}
    reference, mine = baseline(queries) @ vectors["sentence_transformers"].T, encode(queries) @ vectors["jobfit"].T
    return {
        "documents": len(documents),
        "queries": len(queries),
        "fingerprint": fingerprint,
        **speeds,
        "times_faster": ratio(speeds, "documents_per_second"),
        "times_less_processor_time": ratio(speeds, "documents_per_processor_second"),
        **agreement(reference, mine),
        "cosine_min": float((vectors["sentence_transformers"] * vectors["jobfit"]).sum(axis=1).min().round(5)),
    }


def rates(taken: list[tuple[float, float]], documents: int) -> dict[str, Any]:
    wall = sorted(documents / seconds for seconds, _ in taken)
    processor = statistics.median(documents / seconds for _, seconds in taken)
    return {
        "documents_per_second": round(statistics.median(wall), 1),
        "min_max": [round(wall[0], 1), round(wall[-1], 1)],
        "documents_per_processor_second": round(processor, 1),
    }


def ratio(speeds: dict[str, dict[str, Any]], key: str) -> float:
    return round(speeds["jobfit"][key] / speeds["sentence_transformers"][key], 2)


def agreement(reference: NDArray[np.float32], mine: NDArray[np.float32], k: int = 10) -> dict[str, float]:
    """Return how far two score matrices (queries, documents) rank alike, as means over queries."""
    best, found = np.argsort(-reference, axis=1), np.argsort(-mine, axis=1)
    overlap = [len(set(a[:k]) & set(b[:k])) / k for a, b in zip(best, found, strict=True)]
    taus = [kendalltau(a, b).statistic for a, b in zip(reference, mine, strict=True)]
    return {
        "overlap_at_10": round(float(np.mean(overlap)), 4),
        "kendall": round(float(np.mean(taus)), 4),
        "same_first": round(float((best[:, 0] == found[:, 0]).mean()), 4),
    }


def line(length: int, row: dict[str, Any]) -> str:
    speed = {name: row[name]["documents_per_second"] for name in ("sentence_transformers", "jobfit")}
    return (
        f"{length} tokens: {speed['jobfit']} documents/s against {speed['sentence_transformers']} "
        f"({row['times_faster']} times faster, {row['times_less_processor_time']} by processor time); "
        f"overlap@10 {row['overlap_at_10']}, Kendall {row['kendall']}, same first {row['same_first']}"
    )


if __name__ == "__main__":
    main()
