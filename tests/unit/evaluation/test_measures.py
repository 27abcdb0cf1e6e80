import math

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.evaluation.measures import Pools, Sizes, evaluate
from jobfit.ingest.formats.trec import read_run
from jobfit.runs import Hit, Qrels, Ranking, Run

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


def test_evaluate_positive_first_file_of_equal_scores_is_not_perfect(tmp_path):
    # One relevant document of ten, on the first line of each query, every score 0.5. Order of lines: RR 1.0.
    # Any order is equally likely: RR = (1 + 1/2 + ... + 1/10) / 10 = 0.2929.
    queries = [f"q{i}" for i in range(1000)]
    lines = [f"{q} Q0 d{i} {i + 1} 0.5 x" for q in queries for i in range(10)]
    (tmp_path / "run").write_text("\n".join(lines) + "\n")
    run, qrels = read_run(tmp_path / "run"), Qrels({q: {"d0": 1} for q in queries})
    found = evaluate(run, qrels, ["RR"], pools=Pools.of_size(10)).aggregate["RR"]
    assert found.chance == pytest.approx(sum(1 / rank for rank in range(1, 11)) / 10)
    assert found.mean == pytest.approx(found.chance, abs=0.03)
    assert found.tied == 1.0


def test_evaluate_ten_equal_documents_by_hand():
    # The digest decides where d0 stands; with the relevant document at rank r every measure is known.
    ids = [f"d{i}" for i in range(10)]
    ranking = Ranking.from_scores("q", ids, np.ones(10))
    r = ranking.document_ids.index("d0") + 1
    report = evaluate(Run("r", {"q": ranking}), Qrels({"q": {"d0": 1}}), ["RR", "AP", "nDCG", "P@10", "ERR", "R@10"])
    assert {name: values["q"] for name, values in report.per_query.items()} == pytest.approx(
        {"RR": 1 / r, "AP": 1 / r, "nDCG": 1 / LOG2(r + 1), "P@10": 1 / 10, "ERR": 1 / (2 * r), "R@10": 1.0}
    )


def test_evaluate_order_of_the_file_changes_nothing():
    ids, scores = [f"d{i}" for i in range(8)], [1, 1, 1, 2, 2, 0, 0, 0]
    qrels = Qrels({"q": {"d0": 1, "d4": 2, "d7": 1}})
    forwards = Run("r", {"q": Ranking.from_scores("q", ids, scores)})
    backwards = Run("r", {"q": Ranking.from_scores("q", ids[::-1], scores[::-1])})
    assert evaluate(forwards, qrels).per_query == evaluate(backwards, qrels).per_query


def test_evaluate_counts_ties_within_each_query():
    # q1: two of three share a score; q2: none of one. Over the four ranked documents 2/4.
    rankings = {"q1": Ranking.from_scores("q1", "abc", [2, 2, 1]), "q2": Ranking.from_scores("q2", "a", [2])}
    report = evaluate(Run("r", rankings), Qrels({"q1": {"a": 1}, "q2": {"a": 1}}), ["RR"])
    assert report.aggregate["RR"].tied == 2 / 4
    assert report.aggregate["RR"].ranked == Sizes(1, 2.0, 3)


def test_evaluate_undefined_queries_are_counted_for_the_grade_that_the_measure_asks_for():
    qrels = Qrels({"q1": {"a": 2}, "q2": {"a": 1}, "q3": {"a": 0}})
    report = evaluate(run_of(q1=["a"], q2=["a"], q3=["a"]), qrels, ["P@1", "P(rel=2)@1", "AP(rel=2,norm=min)@1"])
    counts = {name: (found.mean, found.n, found.undefined) for name, found in report.aggregate.items()}
    assert counts == {"P@1": (1.0, 2, 1), "P(rel=2)@1": (1.0, 1, 2), "AP(rel=2,norm=min)@1": (1.0, 1, 2)}
    assert report.undefined == ("q3",)


def test_evaluate_no_query_has_a_relevant_document_gives_no_mean():
    found = evaluate(run_of(q=["a"]), Qrels({"q": {"a": 0}}), ["AP", "ERR"]).aggregate["ERR"]
    assert (found.mean, found.low, found.n, found.undefined, found.ranked) == (None, None, 0, 1, None)


def test_evaluate_missing_query_counts_in_n_and_scores_zero_on_our_own_measures_too():
    report = evaluate(run_of(q1=["a"]), Qrels({"q1": {"a": 1}, "q2": {"b": 1}}), ["ERR", "nDCG(gain=exp)@5"])
    assert (report.aggregate["ERR"].mean, report.aggregate["ERR"].missing) == (1 / 4, 1)
    assert report.aggregate["nDCG(gain=exp)@5"].mean == 1 / 2


def test_evaluate_precision_divides_by_k_beyond_the_list():
    assert evaluate(run_of(q=["a"]), Qrels({"q": {"a": 1}}), ["P@5"]).aggregate["P@5"].mean == 1 / 5


def test_evaluate_two_names_of_one_measure_are_both_answered():
    report = evaluate(run_of(q=["b", "a"]), Qrels({"q": {"a": 1}}), ["AP", "MAP", "RR", "AP"])
    assert {name: found.mean for name, found in report.aggregate.items()} == {"AP": 0.5, "MAP": 0.5, "RR": 0.5}


def test_evaluate_a_duplicate_document_is_refused():
    with pytest.raises(InputError, match="'a' is ranked twice"):
        run_of(q=["a", "b", "a"])


def test_evaluate_nan_score_is_refused_however_the_ranking_was_made():
    with pytest.raises(InputError, match="NaN"):
        Ranking.from_scores("q", ["a"], [math.nan])
    with pytest.raises(InputError, match="query 'q': the run has a score that is NaN"):
        evaluate(Run("r", {"q": Ranking("q", (Hit("a", math.nan),))}), Qrels({"q": {"a": 1}}))


def test_evaluate_grade_above_the_scale_of_err_is_refused():
    with pytest.raises(InputError, match="above the stated maximum"):
        evaluate(run_of(q=["a"]), Qrels({"q": {"a": 2}}), ["ERR@5"])


def test_evaluate_passed_on_measure_has_no_chance():
    found = evaluate(run_of(q=["a"]), Qrels({"q": {"a": 1}}), ["IPrec@0.1"], pools=Pools.of_size(3)).aggregate
    assert (found["IPrec@0.1"].mean, found["IPrec@0.1"].chance) == (1.0, None)


def test_evaluate_without_a_pool_claims_no_chance():
    found = evaluate(run_of(q=["a"]), Qrels({"q": {"a": 1}}), ["RR"]).aggregate["RR"]
    assert (found.chance, found.pool) == (None, None)


def test_evaluate_pool_gives_sizes_and_chance_by_hand():
    # Lists of 4 and 2 documents, one relevant in each: chance of P@1 is (1/4 + 1/2) / 2.
    pools = Pools.of_lists({"q1": "abcd", "q2": "ab"})
    report = evaluate(run_of(q1=["a"], q2=["b"]), Qrels({"q1": {"a": 1}, "q2": {"a": 1}}), ["P@1"], pools=pools)
    found = report.aggregate["P@1"]
    assert (found.mean, found.chance, found.pool) == (1 / 2, (1 / 4 + 1 / 2) / 2, Sizes(2, 3.0, 4))


def test_evaluate_relevant_document_outside_the_pool_stays_in_the_denominator():
    # Two relevant, one of them not in the pool of two: R@1 by chance (1/2)/2.
    pools = Pools.of_lists({"q": "ab"})
    found = evaluate(run_of(q=["a"]), Qrels({"q": {"a": 1, "x": 1}}), ["R@1"], pools=pools).aggregate["R@1"]
    assert (found.mean, found.chance) == (1 / 2, 1 / 4)
