import pytest

from jobfit.errors import InputError
from jobfit.evaluation.measures import Pools, Sizes, sizes
from jobfit.runs import Ranking

RANKING = Ranking.from_scores("q", ["a", "b"], [2, 1])


def test_sizes_of_nothing_is_nothing():
    assert sizes([]) is None
    assert sizes([3, 1, 2, 2]) == Sizes(1, 2.0, 3)


def test_pools_know_their_size():
    assert Pools.of_corpus(["a", "b", "b"]).size("any") == 2
    assert Pools.of_lists({"q": ["a"]}).size("q") == 1
    assert Pools.of_size(7).size("any") == 7


@pytest.mark.parametrize(
    ("pools", "said"),
    [
        (Pools.of_corpus(["a"]), "document 'b' is ranked but not in the pool"),
        (Pools.of_lists({"q": ["b"]}), "document 'a' is ranked but not in the pool"),
        (Pools.of_lists({"other": ["a"]}), "'q' is judged but has no candidate list"),
        (Pools.of_size(2), "a pool of 2 cannot hold 3 documents"),
    ],
)
def test_pools_check_refuses_what_does_not_belong_together(pools, said):
    with pytest.raises(InputError, match=said):
        pools.check("q", RANKING, {"c": 1})


def test_pools_check_accepts_a_ranking_inside():
    Pools.of_corpus(["a", "b", "c"]).check("q", RANKING, {"x": 1})
    Pools.of_size(3).check("q", None, {"c": 1})


def test_pools_impossible_input_is_refused():
    with pytest.raises(InputError, match="1 or more"):
        Pools.of_size(0)


def test_pools_of_a_size_need_no_room_for_documents_judged_irrelevant():
    Pools.of_size(2).check("q", RANKING, {"c": 0})
