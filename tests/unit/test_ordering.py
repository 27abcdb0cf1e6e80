from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobfit.errors import InputError
from jobfit.ordering import order, tie_key


def test_order_higher_score_comes_first():
    assert order("q", ["a", "b", "c"], [0.1, 0.9, 0.5]).tolist() == [1, 2, 0]


def test_order_ties_follow_the_digest_and_nothing_else():
    # The digest written out: blake2b of the query's length (4 bytes), the query and the document.
    ids = [f"d{i}" for i in range(50)]
    digest = {i: blake2b(b"\0\0\0\x01" + b"q" + i.encode(), digest_size=16).digest() for i in ids}
    assert [ids[i] for i in order("q", ids, np.zeros(50))] == sorted(ids, key=digest.__getitem__)


def test_order_ties_nobody_wins_for_every_query():
    ids = [f"d{i}" for i in range(10)]
    winners = {ids[order(f"q{n}", ids, np.ones(10), k=1)[0]] for n in range(300)}
    assert winners == set(ids)


def test_order_edge_ties_are_broken_before_the_cut():
    ids = [f"d{i}" for i in range(100)]
    scores = np.zeros(100)
    scores[7] = 1.0
    assert order("q", ids, scores, k=5).tolist() == order("q", ids, scores).tolist()[:5]


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, -1.0]), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_order_input_order_changes_nothing(scores, random):
    ids = [f"d{i}" for i in range(len(scores))]
    shuffled = list(range(len(scores)))
    random.shuffle(shuffled)
    straight = [ids[i] for i in order("q", ids, scores)]
    mixed = [ids[shuffled[i]] for i in order("q", [ids[i] for i in shuffled], [scores[i] for i in shuffled])]
    assert mixed == straight


def test_order_k_beyond_the_list_gives_everything():
    assert len(order("q", ["a", "b"], [1, 2], k=10)) == 2


def test_order_nothing_gives_nothing():
    assert order("q", [], []).tolist() == []


def test_order_nan_is_refused_and_named():
    with pytest.raises(InputError, match="document 'b' is NaN"):
        order("q", ["a", "b"], [1.0, float("nan")])


@pytest.mark.parametrize(("ids", "scores", "k"), [(["a"], [1, 2], None), (["a"], [1], -1)])
def test_order_impossible_arguments_are_refused(ids, scores, k):
    with pytest.raises(InputError):
        order("q", ids, scores, k)


def test_tie_key_the_border_between_query_and_document_counts():
    assert tie_key("a", "bc") != tie_key("ab", "c")
