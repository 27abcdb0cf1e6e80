import numpy as np
import pytest
from scipy.stats import chisquare

from jobfit.training.mining.picking import _labels, cluster_weights, clustered, uniform, weighted
from jobfit.training.mining.strategies import Clustered


def test_cluster_weights_count_the_better_ones_of_the_same_cluster():
    labels = np.array([2, 0, 2, 2, 1, 0])
    before = [sum(labels[j] == labels[i] for j in range(i)) for i in range(6)]
    assert before == [0, 0, 1, 2, 0, 1]
    assert cluster_weights(labels, 0.3).tolist() == pytest.approx([0.3**k for k in before])


def test_weighted_draws_with_the_odds_of_successive_draws():
    weights, draws, random = np.array([1, 1, 0.5, 0.25, 0.5, 1]), 5000, np.random.default_rng(0)
    counts = np.zeros((6, 6))
    for _ in range(draws):
        first, second = weighted(weights, 2, random)
        counts[first, second] += 1
    share = weights / weights.sum()
    expected = np.array([[share[i] * share[j] / (1 - share[i]) if i != j else 0 for j in range(6)] for i in range(6)])
    off = ~np.eye(6, dtype=bool)
    assert counts[~off].sum() == 0
    assert chisquare(counts[off], expected[off] * draws).pvalue > 1e-4


def test_weighted_weights_that_vanish_beside_the_others_are_still_drawn():
    found = weighted(np.array([1.0, 1e-300, 0.0]), 3, np.random.default_rng(0))
    assert found.tolist() == [0, 1, 2]


def test_labels_are_those_of_three_far_groups():
    vectors = np.array([[1, 0], [0, 1], [1, 0.01], [1, 0.02], [0.01, 1], [-1, -1]], dtype=np.float32)
    labels = _labels(vectors, 3, np.random.default_rng(0))
    assert labels[0] == labels[2] == labels[3] and labels[1] == labels[4] and len(set(labels)) == 3


def test_clustered_takes_no_more_clusters_than_distinct_vectors():
    assert set(_labels(np.ones((20, 4), dtype=np.float32), 10, np.random.default_rng(0))) == {0}


def test_clustered_spreads_over_clusters_where_topk_does_not():
    # Nine near copies of one vector rank first; a small λ leaves them one place of three.
    vectors = np.concatenate([np.tile([1.0, 0, 0], (9, 1)), [[0, 1, 0], [0, 0, 1]]]).astype(np.float32)
    vectors[:9, 1] = np.arange(9) / 1000
    strategy = Clustered(k=3, clusters=3, decay=0.01)
    random = np.random.default_rng(1)
    both = [{9, 10} <= set(clustered(np.arange(11), vectors, strategy, random).tolist()) for _ in range(20)]
    assert sum(both) > 16


def test_uniform_gives_all_when_there_are_no_more():
    assert uniform(np.array([3, 1]), 5, np.random.default_rng(0)).tolist() == [3, 1]
