import pytest

from jobfit.errors import InputError
from jobfit.retrieval.fusion import Part, fuse
from jobfit.runs import Ranking


def ranking(**scores):
    return Ranking.from_scores("q", list(scores), list(scores.values()))


def test_fuse_adds_the_weighted_scores_as_they_are():
    fused = fuse([Part("dense", ranking(a=0.9, b=0.5), 0.6), Part("lexical", ranking(b=0.25), 0.4)])
    assert fused == {
        "a": {"dense": 0.6 * 0.9, "lexical": 0.0},
        "b": {"dense": 0.6 * 0.5, "lexical": 0.4 * 0.25},
    }


def test_fuse_lone_weak_hit_stays_weak():
    assert fuse([Part("lexical", ranking(a=0.1), 0.5)]) == {"a": {"lexical": 0.5 * 0.1}}


def test_fuse_pool_without_a_document_changes_no_other_score():
    whole = fuse([Part("dense", ranking(a=0.9, b=0.5, c=0.1), 1.0)])
    part = fuse([Part("dense", ranking(b=0.5, c=0.1), 1.0)])
    assert part == {key: value for key, value in whole.items() if key != "a"}


def test_fuse_scores_outside_the_scale_are_cut_to_it():
    assert fuse([Part("dense", ranking(a=1.0000001, b=-0.3), 1.0)]) == {"a": {"dense": 1.0}, "b": {"dense": 0.0}}


def test_fuse_document_below_the_cut_of_a_full_ranking_gets_its_last_score():
    # c is the 3rd by "dense", which was cut at 2: it can score at most 0.5 there, and that is what it gets.
    parts = [Part("dense", ranking(a=0.9, b=0.5), 0.6, depth=2), Part("lexical", ranking(c=0.25), 0.4, depth=2)]
    assert fuse(parts)["c"] == {"dense": 0.6 * 0.5, "lexical": 0.4 * 0.25}
    assert fuse(parts)["a"]["lexical"] == 0.0  # that ranking holds all it found


@pytest.mark.parametrize("name", ["dense", "lexical"])
def test_fuse_higher_score_in_one_part_never_lowers_the_sum(name):
    def total(score):
        other = "lexical" if name == "dense" else "dense"
        return sum(fuse([Part(name, ranking(a=score, b=0.4), 0.3), Part(other, ranking(a=0.2), 0.7)])["a"].values())

    totals = [total(score) for score in (0.0, 0.1, 0.4, 0.5, 1.0)]
    assert totals == sorted(totals) and len(set(totals)) == 5


def test_fuse_positive_factor_on_the_weights_changes_no_order():
    def order(factor):
        parts = [Part("x", ranking(a=0.9, b=0.5, c=0.2), 0.3 * factor), Part("y", ranking(c=0.8, b=0.6), 0.7 * factor)]
        fused = fuse(parts)
        return Ranking.from_scores("q", list(fused), [sum(part.values()) for part in fused.values()]).document_ids

    assert order(1) == order(1000) == order(0.001) == ("c", "b", "a")


def test_fuse_nothing_retrieved_gives_nothing():
    assert fuse([Part("dense", Ranking("q", ()), 1.0, depth=5)]) == {}


@pytest.mark.parametrize("parts", [[("x", -1.0)], [("x", float("nan"))], [("x", 1.0), ("x", 1.0)]])
def test_fuse_impossible_parts_are_refused(parts):
    with pytest.raises(InputError):
        fuse([Part(name, ranking(a=1.0), weight) for name, weight in parts])
