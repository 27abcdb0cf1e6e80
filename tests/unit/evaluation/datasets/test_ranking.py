"""Own lists, whole sides, empty texts, and guarding a data set."""

import pytest

from jobfit.errors import InputError, LeakageError, UnknownIdError
from jobfit.evaluation.datasets.ranking import Asked, rank_asked, rank_by_tfidf
from jobfit.evaluation.datasets.results import Settings, evaluate_dataset, guard_dataset
from jobfit.judged import Judged, Pair, Task, Texts
from jobfit.retrieval.systems import rank
from jobfit.runs import Qrels

QUERIES = {"q1": "night nurse", "q2": "welder", "q3": " "}
CORPUS = {"a": "night nurse", "b": "ship welder", "c": "cook", "d": "", "e": "nurse, welder, baker, tiler"}


def bm25(queries, corpus, k):
    return rank("bm25", queries, corpus, k)


def test_own_lists_keep_every_document_and_no_other():
    lists = {"q1": ("c", "d", "e"), "q2": ("a", "b"), "q3": ("a", "c")}
    run = rank_asked(Asked(Texts(QUERIES, CORPUS), tuple(QUERIES), lists), bm25)
    assert {q: set(run.rankings[q].document_ids) for q in QUERIES} == {q: set(ids) for q, ids in lists.items()}
    assert run.rankings["q1"].document_ids[0] == "e"
    assert [hit.score for hit in run.rankings["q3"].hits] == [0, 0]  # nothing was asked: all tie


def test_a_document_that_the_ranker_left_out_comes_last():
    run = rank_asked(Asked(Texts(QUERIES, CORPUS), ("q2",), {"q2": ("a", "b", "c", "e")}), bm25)
    assert {run.rankings["q2"].document_ids[i] for i in (0, 1)} == {"b", "e"}


def test_the_whole_side_is_ranked_to_the_depth():
    run = rank_asked(Asked(Texts(QUERIES, CORPUS), ("q1",)), rank_by_tfidf, depth=2)
    assert run.rankings["q1"].document_ids == ("a", "e")


def test_batches_of_queries_change_nothing(monkeypatch):
    asked = Asked(Texts(QUERIES, CORPUS), ("q1", "q2"), {"q1": ("a", "b"), "q2": ("c", "b")})
    whole = rank_asked(asked, bm25)
    monkeypatch.setattr("jobfit.evaluation.datasets.ranking._MOST_HITS", 1)
    assert rank_asked(asked, bm25) == whole


def data(train):
    task = Task("t", "test", Qrels({"q1": {"a": 1, "c": 0}, "q2": {"b": 1, "c": 0}}))
    return Judged(CORPUS, QUERIES | {"old": "baker"}, (task,), {"train": tuple(train)})


def test_guard_of_a_data_set_refuses_a_training_pair_that_is_tested():
    reports = guard_dataset(data([Pair("a", "q1", 1)]), "test", 0.8)
    with pytest.raises(LeakageError, match=r"1 of 4 test pairs are in train, such as \('q1', 'a'\)"):
        reports["t"].refuse()


def test_guard_of_a_data_set_passes_new_queries_and_needs_training_pairs():
    [report] = guard_dataset(data([Pair("a", "old", 1)]), "test", 0.8).values()
    report.refuse()
    assert guard_dataset(data([]), "test", 0.8) == {}


def test_results_say_pool_and_what_is_not_evaluated():
    found = evaluate_dataset(data([Pair("a", "old", 1)]), bm25, Settings(("R@1",)))
    assert found.rankings["t"].aggregate["R@1"].mean == 1
    assert found.rankings["t"].aggregate["R@1"].chance == pytest.approx(1 / 5)
    assert found.notes == (
        "t: each of 2 queries ranks the whole side of 5, the best 5 are kept",
        "train is not evaluated (choose it with --split)",
    )


def test_a_split_without_anything_is_refused():
    with pytest.raises(InputError, match="nothing for the split 'dev'; it has: test, train"):
        evaluate_dataset(data([]), bm25, Settings(split="dev"))


def test_a_task_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(UnknownIdError, match=r"no task 'x' for 'test'; it has: t \(test\)"):
        data([]).task("x")
