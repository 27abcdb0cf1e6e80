import numpy as np
import pytest

from jobfit.training.mining import ranks
from jobfit.training.mining.ranks import RankWindows, error_bound
from jobfit.training.mining.strategies import Window


def ids_of(windows, documents, n):
    return [[documents.ids[i] for i in row] for row in windows.rows(0, n)]


@pytest.mark.parametrize("window", [(0, 1), (0, 5), (3, 4), (9, 40), (2500, 2600), (2990, 3000), (0, 3000)])
@pytest.mark.parametrize("ordered", [True, False])
def test_rank_windows_against_brute_force_hold_exactly_the_ranks(embeddings, brute_force, window, ordered):
    queries, documents = embeddings("q", 7), embeddings("d", 3000)
    expected = brute_force(queries, documents)
    found = ids_of(RankWindows(queries, documents, Window(*window), ordered=ordered), documents, 7)
    for query_id, row in zip(queries.ids, found):
        wanted = expected[query_id][slice(*window)]
        assert row == wanted if ordered else sorted(row) == sorted(wanted)


@pytest.mark.parametrize("ordered", [True, False])
def test_rank_windows_scores_that_float32_cannot_tell_apart_are_ordered_by_float64(embeddings, brute_force, ordered):
    # 4,000 documents within 1e-6 of each other: every edge and every neighbour is closer than the error of a product.
    noise = np.random.default_rng(3).standard_normal((4000, 16)) * 3e-7
    queries, documents = embeddings("q", 4), embeddings("d", vectors=1 + noise)
    expected = brute_force(queries, documents)
    found = ids_of(RankWindows(queries, documents, Window(100, 140), ordered=ordered), documents, 4)
    for query_id, row in zip(queries.ids, found):
        assert row == expected[query_id][100:140] if ordered else sorted(row) == sorted(expected[query_id][100:140])


def test_rank_windows_copies_of_a_vector_are_ordered_by_the_digest(embeddings, brute_force):
    base = np.random.default_rng(1).standard_normal((30, 16))
    queries, documents = embeddings("q", 5), embeddings("d", vectors=np.repeat(base, 100, axis=0))
    expected = brute_force(queries, documents)
    found = ids_of(RankWindows(queries, documents, Window(150, 260), ordered=True), documents, 5)
    assert found == [expected[query_id][150:260] for query_id in queries.ids]


def test_rank_windows_an_unlucky_sample_changes_nothing(embeddings, brute_force):
    # The best documents stand where the sample of every n // 1024 th document does not look: its threshold is far too
    # low; and the other way round, where it looks at nothing else: far too high.
    # The second query sees nothing of this: its sample is a fair one.
    query = np.eye(16)[:2]
    for sampled_are_best in (True, False):
        vectors = np.random.default_rng(2).standard_normal((8192, 16))
        sampled = np.arange(8192) % 8 == 0
        vectors[:, 0] = np.where(sampled == sampled_are_best, 30, -30)
        queries, documents = embeddings("q", vectors=query), embeddings("d", vectors=vectors)
        found = ids_of(RankWindows(queries, documents, Window(1020, 1500), ordered=True), documents, 2)
        assert found == [ranked[1020:1500] for ranked in brute_force(queries, documents).values()]


def test_rank_windows_the_size_of_a_block_changes_nothing(embeddings, monkeypatch):
    queries, documents = embeddings("q", 50), embeddings("d", 5000)
    windows = RankWindows(queries, documents, Window(150, 200), ordered=False)
    at_once = np.sort(windows.rows(0, 50), axis=1)
    monkeypatch.setattr(ranks, "_FLOATS_OF_A_BLOCK", 7 * 5000)
    assert np.array_equal(np.sort(windows.rows(0, 50), axis=1), at_once)
    assert np.array_equal(np.sort(windows.rows(13, 14), axis=1), at_once[13:14])


def test_error_bound_holds_for_products_in_float32(embeddings):
    queries, documents = embeddings("q", 40, dimension=384), embeddings("d", 500, dimension=384)
    exact = queries.vectors.astype(np.float64) @ documents.vectors.astype(np.float64).T
    worst = np.abs(queries.vectors @ documents.vectors.T - exact).max()
    assert 0 < worst < error_bound(queries.vectors, documents.vectors)
    assert error_bound(queries.vectors, documents.vectors) == pytest.approx(384 * 2**-24, rel=1e-4)
