import pytest

from jobfit.errors import InputError
from jobfit.retrieval.fusion import Part, fuse
from jobfit.runs import Ranking


def ranking(**scores):
    return Ranking.from_scores("q", list(scores), list(scores.values()))


def test_fuse_scales_each_side_and_adds_the_weighted_parts():
    # dense: 0.9 -> 1, 0.5 -> 0.5, 0.1 -> 0; lexical: 8 -> 1, 4 -> 0, a is absent -> 0.
    fused = fuse([Part("dense", ranking(a=0.9, b=0.5, c=0.1), 0.6), Part("lexical", ranking(b=8.0, c=4.0), 0.4)])
    assert fused == {
        "a": {"dense": 0.6, "lexical": 0.0},
        "b": {"dense": pytest.approx(0.3), "lexical": 0.4},
        "c": {"dense": 0.0, "lexical": 0.0},
    }


def test_fuse_positive_factor_on_scores_changes_nothing():
    small = fuse([Part("dense", ranking(a=3.0, b=2.0, c=0.5), 1.0)])
    large = fuse([Part("dense", ranking(a=3000.0, b=2000.0, c=500.0), 1.0)])
    assert small == {key: {"dense": pytest.approx(value["dense"])} for key, value in large.items()}


def test_fuse_all_equal_scores_give_everyone_the_whole_weight():
    assert fuse([Part("dense", ranking(a=1.0, b=1.0), 0.5)]) == {"a": {"dense": 0.5}, "b": {"dense": 0.5}}


def test_fuse_nothing_retrieved_gives_nothing():
    assert fuse([Part("dense", Ranking("q", ()), 1.0)]) == {}


@pytest.mark.parametrize("parts", [[("x", -1.0)], [("x", 1.0), ("x", 1.0)]])
def test_fuse_impossible_parts_are_refused(parts):
    with pytest.raises(InputError):
        fuse([Part(name, ranking(a=1.0), weight) for name, weight in parts])
