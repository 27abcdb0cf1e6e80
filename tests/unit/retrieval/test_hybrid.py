"""How signals become one similarity: weights, cuts, and who is found at all."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.retrieval.background import Background, Scale
from jobfit.retrieval.hybrid import _believed, search, search_fed_back
from jobfit.retrieval.signals import Query, Scores
from jobfit.retrieval.text_index import TextIndex
from jobfit.runs import Ranking

IDS = ("a", "b", "c")
QUERY = Query("q", "", [], np.zeros(0, dtype=np.float32))


@dataclass
class Given:
    """A signal whose scores are given; who is not in them is not found."""

    name: str
    values: Any
    weight: float

    def scores(self, query, among, depth=None):
        return Scores(np.array([self.values.get(document_id, np.nan) for document_id in among.ids], dtype=float))


def fuse(signals, depth=None):
    """Return {id: {signal: weighted score}} of everybody who is found."""
    weights = {signal.name: signal.weight for signal in signals}
    similarity = search(QUERY, signals, weights, TextIndex(IDS, [[], [], []]).among(), depth)
    rows = zip(similarity.ids, *(values.tolist() for values in similarity.parts.values()), strict=True)
    return {document_id: dict(zip(similarity.parts, values, strict=True)) for document_id, *values in rows}


def scores(**values):
    return values


def test_adds_the_weighted_scores_as_they_are():
    fused = fuse([Given("dense", scores(a=0.9, b=0.5), 0.6), Given("lexical", scores(b=0.25), 0.4)])
    assert fused == {
        "a": {"dense": 0.6 * 0.9, "lexical": 0.0},
        "b": {"dense": 0.6 * 0.5, "lexical": 0.4 * 0.25},
    }


def test_lone_weak_hit_stays_weak_on_the_scale_of_the_query():
    assert fuse([Given("lexical", scores(a=0.1), 0.5)]) == {"a": {"lexical": 0.5 * 0.1}}


def test_pool_without_a_document_changes_no_other_score():
    whole = fuse([Given("dense", scores(a=0.9, b=0.5, c=0.1), 1.0)])
    part = fuse([Given("dense", scores(b=0.5, c=0.1), 1.0)])
    assert part == {key: value for key, value in whole.items() if key != "a"}


def test_scores_count_in_standard_deviations_above_the_lowest_up_to_ten():
    scale = Scale(least=1.0, spread=2.0)
    assert Scores(np.array([0.5, 1.0, 4.0, 99.0, np.nan]), scale).filled().tolist() == [0.0, 0.0, 1.5, 10.0, 0.0]


def test_signal_that_says_the_same_of_all_says_nothing():
    assert Scores(np.array([0.7, 0.7]), Scale.of(np.array([0.7, 0.7, 0.7]))).filled().tolist() == [0.0, 0.0]


def test_document_below_the_cut_of_a_full_ranking_gets_its_last_score():
    # c is the 3rd by "dense", which was cut at 2: it can score at most 0.5 there, and that is what it gets.
    parts = [Given("dense", scores(a=0.9, b=0.5), 0.6), Given("lexical", scores(c=0.25), 0.4)]
    assert fuse(parts, depth=2)["c"] == {"dense": 0.6 * 0.5, "lexical": 0.4 * 0.25}
    assert fuse(parts, depth=2)["a"]["lexical"] == 0.0  # that ranking holds all it found


@pytest.mark.parametrize("name", ["dense", "lexical"])
def test_higher_score_in_one_part_never_lowers_the_sum(name):
    def total(score):
        other = "lexical" if name == "dense" else "dense"
        return sum(fuse([Given(name, scores(a=score, b=0.4), 0.3), Given(other, scores(a=0.2), 0.7)])["a"].values())

    totals = [total(score) for score in (0.0, 0.1, 0.4, 0.5, 1.0)]
    assert totals == sorted(totals) and len(set(totals)) == 5


def test_positive_factor_on_the_weights_changes_no_order():
    def order(factor):
        parts = [Given("x", scores(a=0.9, b=0.5, c=0.2), 0.3 * factor), Given("y", scores(c=0.8, b=0.6), 0.7 * factor)]
        fused = fuse(parts)
        return Ranking.from_scores("q", list(fused), [sum(part.values()) for part in fused.values()]).document_ids

    assert order(1) == order(1000) == order(0.001) == ("c", "b", "a")


def test_nothing_retrieved_gives_nothing():
    assert fuse([Given("dense", {}, 1.0)], depth=5) == {}


@pytest.mark.parametrize("parts", [[("x", -1.0)], [("x", float("nan"))], [("x", 1.0), ("x", 1.0)]])
def test_impossible_parts_are_refused(parts):
    with pytest.raises(InputError):
        fuse([Given(name, scores(a=1.0), weight) for name, weight in parts])


def test_scaling_makes_the_largest_sum_what_is_asked_and_leaves_zeros():
    similarity = search(
        QUERY, [Given("dense", {"a": 0.2, "b": 0.1}, 1.0)], {"dense": 0.5}, TextIndex(IDS, [[], [], []]).among()
    )
    assert similarity.scaled(0.6).total.tolist() == pytest.approx([0.6, 0.3])
    nothing = search(QUERY, [Given("dense", {"a": 0.0}, 1.0)], {"dense": 0.5}, TextIndex(IDS, [[], [], []]).among())
    assert nothing.scaled(0.6).total.tolist() == [0.0]


class Plane:
    """Three documents in a plane: what is fed back can be worked out by hand."""

    rows = {"a": (1.0, 0.0), "b": (0.6, 0.8), "c": (0.0, 1.0)}

    def vectors(self, ids):
        return np.array([self.rows[id_] for id_ in ids], dtype=np.float32)


@dataclass
class Asked:
    """The signal ``feedback``: it keeps the query that it was asked with."""

    name: str = "feedback"
    query: Any = None

    def scores(self, query, among, depth=None):
        self.query = query
        return Scores((Plane().vectors(among.ids) @ query.found).astype(float))


TEXTS = TextIndex(IDS, [["x"], ["x"], ["x"]])
FIRST = Given("dense", {"a": 3.0, "b": 1.0, "c": 0.0}, 1.0)


def fed_back(eligible=None, first=FIRST, weight=0.5):
    again = Asked()
    weights = {"dense": 1.0, "feedback": weight}
    return again, search_fed_back(QUERY, [first, again], weights, TEXTS, TEXTS.among(eligible), Plane())


def test_feedback_asks_with_the_weighted_mean_of_what_was_found_first():
    again, similarity = fed_back()
    width = 0.3 * np.std([3.0, 1.0, 0.0])
    shares = np.exp((np.array([3.0, 1.0, 0.0]) - 3.0) / width)
    mean = shares @ np.array(list(Plane.rows.values()))
    assert again.query.found == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)
    assert similarity.parts["feedback"] == pytest.approx(0.5 * np.array(list(Plane.rows.values())) @ again.query.found)


def test_feedback_is_of_the_whole_corpus_whoever_is_in_the_pool():
    everyone, few = fed_back(), fed_back(("c", "b"))
    assert few[0].query.found == pytest.approx(everyone[0].query.found)
    whole, part = (dict(zip(found.ids, found.total)) for _, found in (everyone, few))
    assert part == {id_: pytest.approx(whole[id_]) for id_ in ("b", "c")}


def test_feedback_of_ties_is_their_mean_and_of_nothing_is_nothing():
    again, _ = fed_back(first=Given("dense", dict.fromkeys("abc", 1.0), 1.0))
    mean = np.array(list(Plane.rows.values())).mean(axis=0)
    assert again.query.found == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)
    assert fed_back(first=Given("dense", {}, 1.0))[1].ids == ()


def test_feedback_is_of_the_ten_best_that_are_believed():
    again = Asked()
    arguments = (QUERY, [FIRST, again], {"dense": 1.0, "feedback": 0.5}, TEXTS, TEXTS.among(), Plane())
    asked = []
    search_fed_back(*arguments, doubted=lambda ids: asked.extend(ids) or {"a"})
    shares = np.exp((np.array([1.0, 0.0]) - 1.0) / (0.3 * np.std([3.0, 1.0, 0.0])))
    mean = shares @ np.array([Plane.rows["b"], Plane.rows["c"]])
    assert again.query.found == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)
    assert asked == ["a", "b", "c"]


def test_those_believed_are_looked_for_until_there_are_ten():
    ids, total = [f"{n:02}" for n in range(60)], np.arange(60.0)[::-1]
    doubted = set(ids[:25:2])
    wanted = [n for n in range(60) if ids[n] not in doubted][:10]
    assert _believed("q", ids, total, lambda some: doubted & set(some)) == wanted
    assert _believed("q", ids[:4], total[:4], set) == []


def test_feedback_without_a_weight_is_not_asked():
    again, similarity = fed_back(weight=0.0)
    assert again.query is None and set(similarity.parts) == {"dense"}


def test_background_takes_half_of_the_mean_document_out_of_a_query():
    rows = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    background = Background.of(("b", "a"), lambda some: rows[some])
    left = np.array([1.0 - 0.25, 0.0 - 0.25])
    assert background.apart(rows[0]) == pytest.approx(left / np.linalg.norm(left))
    assert background.apart(np.array([0.25, 0.25], np.float32)).tolist() == [0.25, 0.25]  # nothing would be left
    values = rows.astype(float) @ rows[0]
    assert background.scale(rows[0]) == pytest.approx((values.min(), values.std()))


def test_background_of_a_large_corpus_is_a_sample_by_id():
    ids = tuple(f"{n:05}" for n in range(5000))
    rows = np.arange(10000, dtype=np.float32).reshape(5000, 2)
    assert Background.of(ids, lambda some: rows[some]).sample[:, 0].tolist() == list(range(0, 10000, 6))
