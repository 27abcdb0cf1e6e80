"""Documents a second, against sentence-transformers' default on the same texts in the same run.

    python benchmarks/encode.py

The texts are of the simulated market (benchmarks/long_texts.py), so nothing has to be downloaded; ``--esco`` takes them
from ESCO instead. Writes results/bench-encode.json; a few minutes on two free cores.

Both cut every text at 128, 256 and 512 tokens (asked for here; jobfit reads whole texts otherwise) and use all cores.
Repetitions alternate, theirs then ours. The vectors of the timed runs give the agreement: top-10 overlap, Kendall's tau
and equal first places of ours with their 32-bit floats, over all queries.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from environment import describe, write
from jobfit.encoders.folder import find_model
from jobfit.encoders.loading import load_encoder
from jobfit.records import Document
from long_texts import long_texts
from measure import Taken, spread, timed

MODEL, MULTILINGUAL = "all-MiniLM-L6-v2", "multilingual-e5-small"
LENGTHS = (128, 256, 512)
COMMON = 256  # tokens at which the two are compared with each other
Encode = Callable[[list[str]], NDArray[np.float32]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--esco", type=Path, help="folder of ESCO's English CSV files: texts made up from those")
    parser.add_argument("--out", default="bench-encode", help="name of the file in results/")
    parser.add_argument("--documents", type=int, default=160)
    parser.add_argument("--queries", type=int, default=80)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    tokenizer = theirs(MODEL, 512)[1]
    source, texts = long_texts(
        arguments.documents + arguments.queries,
        arguments.seed,
        lambda text: len(tokenizer(text, truncation=False)["input_ids"]),
        arguments.esco,
    )
    documents, queries = texts[: arguments.documents], texts[arguments.documents :]
    result: dict[str, Any] = {
        **describe("torch", "sentence-transformers", "transformers", "tokenizers", "openvino", "numpy"),
        "model": MODEL,
        "texts": source,
        "texts_sha256": hashlib.sha256("\0".join(texts).encode()).hexdigest(),
        "seed": arguments.seed,
        "repetitions": arguments.repeat,
        "load_average_before": os.getloadavg()[0],
        "tokens": {},
    }
    for length in LENGTHS:
        result["tokens"][length] = compare(MODEL, length, documents, queries, arguments.repeat)
        print(length, result["tokens"][length], flush=True)
    other = compare(MULTILINGUAL, COMMON, documents, queries, arguments.repeat)
    speeds = {name: row["jobfit"] for name, row in (("english", result["tokens"][COMMON]), ("other", other))}
    result["multilingual"] = {
        "model": MULTILINGUAL,
        "tokens": {COMMON: other},
        "times_the_english_time": {
            key: round(speeds["english"][key] / speeds["other"][key], 2)
            for key in ("documents_per_second", "documents_per_processor_second")
        },
    }
    print(result["multilingual"], flush=True)
    result["load_average_after"] = os.getloadavg()[0]
    print(write(arguments.out, result).name)


def theirs(name: str, length: int) -> tuple[Encode, Any]:
    """Return sentence-transformers' encode as it comes, cutting at ``length`` tokens, and its tokenizer."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()  # no word about texts that are longer than 512 tokens
    model = SentenceTransformer(str(find_model(name).path), device="cpu")
    model.max_seq_length = length
    return lambda texts: np.asarray(model.encode(texts)), model.tokenizer


def ours(name: str, length: int) -> tuple[Encode, str]:
    """Return jobfit's encoder cutting at ``length`` tokens, and its fingerprint."""
    encoder = load_encoder(name, max_tokens=length, long_text="truncate")

    def encode(texts: list[str]) -> NDArray[np.float32]:
        return encoder.encode([Document(str(i), text) for i, text in enumerate(texts)], "document").vectors

    return encode, encoder.fingerprint


def compare(name: str, length: int, documents: list[str], queries: list[str], repeat: int) -> dict[str, Any]:
    """Time both, in turns, and compare what they give."""
    baseline, (encode, fingerprint) = theirs(name, length)[0], ours(name, length)
    times: dict[str, list[Taken]] = {"sentence_transformers": [], "jobfit": []}
    vectors = {}
    for run in (baseline, encode):
        run(documents[:32])  # the first batch pays for allocations and compiled kernels
    for _ in range(repeat):
        for side, run in (("sentence_transformers", baseline), ("jobfit", encode)):
            taken, vectors[side] = timed(partial(run, documents))
            times[side].append(taken)
    speeds = {side: rates(taken, len(documents)) for side, taken in times.items()}
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


def rates(taken: list[Taken], documents: int) -> dict[str, Any]:
    wall, processor = (spread([documents / one[n] for one in taken]) for n in (0, 1))
    return {
        "documents_per_second": wall["median"], "min_max": [wall["min"], wall["max"]],
        "documents_per_processor_second": processor["median"],
    }  # fmt: skip


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


if __name__ == "__main__":
    main()
