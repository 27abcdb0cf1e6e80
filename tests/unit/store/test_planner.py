"""The planner against brute force: the same 16-bit numbers, every one compared, in 64 bits."""

import json
import os

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.ordering import order
from jobfit.records import Candidate, Kind, Source
from jobfit.store.codec import Stored
from jobfit.store.planner import Limits, Question, parameters
from jobfit.store.queries import statement
from jobfit.store.repository import open_store

N, D = int(os.environ.get("JOBFIT_PLANNER_ROWS", "25000")), 384  # 100,000 in make faults
CANDIDATE = Kind.CANDIDATE


def unit_halves(rng, n, d):
    """Vectors with some structure (200 topics), in 16 bits."""
    topics = rng.normal(size=(200, d)).astype(np.float32)
    vectors = topics[rng.integers(0, 200, n)] + 1.5 * rng.normal(size=(n, d)).astype(np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def fill(store, vectors):
    source = Source("market.csv", "csv", "1")
    ids = [f"c{n:06d}" for n in range(len(vectors))]
    for start in range(0, len(ids), 20_000):
        part = slice(start, start + 20_000)
        records = [Candidate(record_id, "A CV.", "en", source) for record_id in ids[part]]
        store.put([Stored(r, ("cv",), v, "fp") for r, v in zip(records, vectors[part].astype(np.float32))])
    return np.array(ids)


def brute_force(query_id, query, ids, vectors, k):
    """The k best ids and their cosines."""
    vectors, query = vectors.astype(np.float64), query.astype(np.float16).astype(np.float64)
    scores = vectors @ query / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(query))
    best = order(query_id, ids.tolist(), scores, k)
    return ids[best].tolist(), scores[best]


@pytest.fixture(scope="module")
def large(server):
    """Candidates of 384 dimensions: the store, the ids and the vectors."""
    vectors = unit_halves(np.random.default_rng(1), N, D)
    with open_store(url=server.url, tenant="large") as store:
        yield store, fill(store, vectors), vectors


@pytest.mark.slow
@pytest.mark.parametrize("percent", [100, 10, 1, 0.1])
def test_answer_is_that_of_brute_force_at_every_share_of_eligible(large, percent):
    store, ids, vectors = large
    rng = np.random.default_rng(7)
    corpus = store.corpus(CANDIDATE, "fp")
    for number in range(1 if percent == 100 else 3):
        chosen = np.sort(rng.choice(N, int(N * percent / 100), replace=False))
        query = (vectors[rng.integers(N)] + 0.05 * rng.normal(size=D)).astype(np.float32)
        ranking, plan = corpus.dense(f"q{number}", query, ids[chosen].tolist(), 100)
        expected, scores = brute_force(f"q{number}", query, ids[chosen], vectors[chosen], 100)
        assert list(ranking.document_ids) == expected
        assert [hit.score for hit in ranking.hits] == pytest.approx(scores, abs=1e-12)
        assert (plan.kind, plan.exact, plan.eligible) == ("exact", True, len(chosen))


@pytest.fixture(scope="module")
def indexed(server):
    """Ten thousand candidates of 32 dimensions with the approximate index."""
    vectors = unit_halves(np.random.default_rng(2), 10_000, 32)
    with open_store(url=server.url, tenant="indexed") as store:
        ids = fill(store, vectors)
        assert not store.build_index(CANDIDATE, "fp")  # the usual limit: no index where a scan is affordable
        assert store.build_index(CANDIDATE, "fp", Limits(exact=10_000))
        yield store, ids, vectors


@pytest.mark.parametrize(("share", "at_least"), [(1.0, 0.98), (0.3, 0.98), (0.05, 0.98)])
def test_beyond_the_limit_the_answer_is_marked_approximate_and_nearly_all_are_found(indexed, share, at_least):
    store, ids, vectors = indexed
    rng = np.random.default_rng(5)
    corpus = store.corpus(CANDIDATE, "fp", Limits(exact=10_000))
    found = 0
    for number in range(20):
        chosen = np.sort(rng.choice(len(ids), int(len(ids) * share), replace=False))
        query = rng.normal(size=32).astype(np.float32)
        ranking, plan = corpus.dense(f"q{number}", query, ids[chosen].tolist(), 10)
        assert (plan.kind, plan.exact, plan.eligible) == ("hnsw", False, len(chosen))
        expected, _ = brute_force(f"q{number}", query, ids[chosen], vectors[chosen], 10)
        found += len(set(expected) & set(ranking.document_ids))
    assert found / 200 >= at_least


@pytest.mark.parametrize("share", [1.0, 0.1, 0.01])
def test_exact_plan_uses_no_approximate_index_where_there_is_one(indexed, share):
    store, ids, vectors = indexed
    corpus = store.corpus(CANDIDATE, "fp")
    question = Question("q", vectors[0].astype(np.float32), ids[: int(len(ids) * share)].tolist(), 10)
    with store._ranking.begin() as connection:
        explained = "EXPLAIN (FORMAT JSON) " + statement("exact_search")
        plan = json.dumps(connection.execute(explained, parameters(corpus._scope, question)).fetchone()[0])
    assert '"CTE Scan"' in plan
    assert "hnsw" not in plan
    ranking, made = corpus.dense("q", question.vector, question.eligible, 10)
    assert made.exact
    assert list(ranking.document_ids) == brute_force("q", question.vector, ids[: len(question.eligible)],
                                                     vectors[: len(question.eligible)], 10)[0]  # fmt: skip


def test_a_build_has_the_memory_that_its_graph_needs_and_never_less_than_the_server_gives(store):
    with store._database.connect() as connection:
        for needed, given in ((700 * 2**20, "700MB"), (1, "256MB")):
            with connection.transaction():
                connection.execute(statement("memory_of_build"), {"bytes": needed})
                assert connection.execute("SHOW maintenance_work_mem").fetchone()[0] == given
        assert connection.execute("SHOW maintenance_work_mem").fetchone()[0] == "256MB"


def test_beyond_the_limit_without_an_index_the_search_is_exact(store, stored):
    store.put([stored("c1"), stored("c2")])
    _, plan = store.corpus(CANDIDATE, "fp", Limits(exact=0)).dense("q", np.ones(2, np.float32), ["c1", "c2"], 1)
    assert (plan.kind, plan.exact) == ("exact", True)


def test_equal_vectors_at_the_edge_are_ordered_by_the_one_order(store, stored):
    ids = np.array([f"c{n:02d}" for n in range(40)])
    vectors = np.array([(1, 0)] * 5 + [(1, 1)] * 30 + [(0, 1)] * 5, dtype=np.float16)
    store.put([stored(record_id, vector=vector) for record_id, vector in zip(ids, vectors)])
    corpus = store.corpus(CANDIDATE, "fp")
    query = np.array([1, 0], dtype=np.float32)
    winners = set()
    for number in range(5):
        ranking, _ = corpus.dense(f"q{number}", query, ids.tolist(), 10)
        assert list(ranking.document_ids) == brute_force(f"q{number}", query, ids, vectors, 10)[0]
        winners.add(ranking.document_ids[5:])
    assert len(winners) == 5  # nobody wins every tie


def test_nobody_eligible_or_none_asked_for_gives_an_empty_ranking(store, stored):
    store.put([stored("c1")])
    corpus = store.corpus(CANDIDATE, "fp")
    query = np.ones(2, dtype=np.float32)
    assert corpus.dense("q", query, [], 5)[0].hits == ()
    assert corpus.dense("q", query, ["c1"], 0)[0].hits == ()
    assert corpus.dense("q", query, ["c1"], 5)[0].document_ids == ("c1",)


def test_impossible_questions_are_refused(store, stored):
    store.put([stored("c1")])
    corpus = store.corpus(CANDIDATE, "fp")
    with pytest.raises(InputError, match="eligible twice"):
        corpus.dense("q", np.ones(2, dtype=np.float32), ["c1", "c1"], 5)
    with pytest.raises(InputError, match="k is negative"):
        corpus.dense("q", np.ones(2, dtype=np.float32), ["c1"], -1)
