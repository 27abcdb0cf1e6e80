import math

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.evaluation.measures import evaluate
from jobfit.runs import Qrels, Ranking, Run

LOG2 = math.log2


def run_of(**rankings):
    return Run("t", {q: Ranking.from_scores(q, ids, range(len(ids), 0, -1)) for q, ids in rankings.items()})


def test_evaluate_worked_example_by_hand():
    # Relevant: a (grade 2) at rank 1, c (grade 1) at rank 3; b is not relevant.
    report = evaluate(run_of(q=["a", "b", "c"]), Qrels({"q": {"a": 2, "c": 1}}), ["nDCG@10", "AP", "R@2", "P@10", "RR"])
    dcg = 2 / LOG2(2) + 1 / LOG2(4)
    ideal = 2 / LOG2(2) + 1 / LOG2(3)
    values = {name: scores["q"] for name, scores in report.per_query.items()}
    assert values == pytest.approx(
        {"nDCG@10": dcg / ideal, "AP": (1 / 1 + 2 / 3) / 2, "R@2": 1 / 2, "P@10": 2 / 10, "RR": 1.0}
    )


def test_evaluate_all_scores_equal_is_chance_whatever_stands_first():
    # 10 documents, the relevant one listed first, all scores equal: P@1 over many queries is 1/10, not 1.
    ids = [f"d{i}" for i in range(10)]
    queries = [f"q{i}" for i in range(2000)]
    run = Run("tied", {q: Ranking.from_scores(q, ids, np.zeros(10)) for q in queries})
    mean = evaluate(run, Qrels({q: {"d0": 1} for q in queries}), ["P@1"]).aggregate["P@1"].mean
    assert mean == pytest.approx(0.1, abs=0.02)


def test_evaluate_missing_query_scores_zero_and_is_named():
    report = evaluate(run_of(q1=["a"]), Qrels({"q1": {"a": 1}, "q2": {"b": 1}}), ["RR"])
    assert report.aggregate["RR"].mean == 0.5
    assert report.missing == ("q2",)


def test_evaluate_query_without_relevant_document_is_left_out_and_counted():
    report = evaluate(run_of(q1=["a"], q2=["a"]), Qrels({"q1": {"a": 1}, "q2": {"a": 0}}), ["RR"])
    assert (report.aggregate["RR"].mean, report.aggregate["RR"].n, report.undefined) == (1.0, 1, ("q2",))


def test_evaluate_measures_beyond_the_list_do_not_fail():
    assert evaluate(run_of(q=["a"]), Qrels({"q": {"a": 1, "b": 1}}), ["R@100"]).aggregate["R@100"].mean == 0.5


@pytest.mark.parametrize("name", ["nDCG@", "nonsense", "__import__('os')", "P@10; x", ""])
def test_evaluate_unknown_measure_is_refused(name):
    with pytest.raises(InputError, match="measure"):
        evaluate(run_of(q=["a"]), Qrels({"q": {"a": 1}}), [name])


def test_evaluate_no_common_query_is_refused():
    with pytest.raises(InputError, match="no query in common"):
        evaluate(run_of(q=["a"]), Qrels({"x": {"a": 1}}))


def test_qrels_negative_grade_is_refused():
    with pytest.raises(InputError, match="grade -1"):
        Qrels({"q": {"a": -1}})
