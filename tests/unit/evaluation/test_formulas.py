"""The measures of our own, by hand and against trec_eval, gdeval, scikit-learn and the definitions spelt out."""

import math
import shutil

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from jobfit.errors import InputError
from jobfit.evaluation import formulas
from jobfit.evaluation.grammar import parse_measure
from jobfit.evaluation.measures import evaluate
from jobfit.runs import Hit, Qrels, Ranking, Run

GRADES = st.lists(st.integers(0, 4), min_size=1, max_size=12)
NOT_RANKED = st.lists(st.integers(0, 4), max_size=6)
K = st.integers(1, 15)


def ours(name, ranked, judged=None):
    judged = np.array(ranked if judged is None else judged, dtype=np.int64)
    return formulas.value_of(parse_measure(name), np.array(ranked, dtype=np.int64), judged)


def case(ranked, elsewhere):
    """A run and qrels with these grades in rank order, and judged documents that the run lacks."""
    ranking = Ranking("q", tuple(Hit(f"d{i}", float(-i)) for i in range(len(ranked))))
    grades = {f"d{i}": g for i, g in enumerate(ranked)} | {f"x{i}": g for i, g in enumerate(elsewhere)}
    return Run("r", {"q": ranking}), Qrels({"q": grades})


def test_average_precision_denominators_by_hand():
    # 4 relevant, one ranked, at rank 1; k = 2: R-norm 1/4; min-norm 1/min(2, 4) = 1/2.
    assert ours("AP(norm=min)@2", [1, 0], [1, 0, 1, 1, 1]) == 1 / 2
    run, qrels = case([1, 0], [1, 1, 1])
    assert evaluate(run, qrels, ["AP@2"]).aggregate["AP@2"].mean == 1 / 4


def test_recall_min_denominator_by_hand():
    # 5 relevant, 2 of them in the first 3: the full denominator gives 2/5, min(3, 5) gives 2/3.
    assert ours("R(norm=min)@3", [1, 0, 1], [1, 0, 1, 1, 1, 1]) == 2 / 3
    run, qrels = case([1, 0, 1], [1, 1, 1])
    assert evaluate(run, qrels, ["R@3"]).aggregate["R@3"].mean == pytest.approx(2 / 5)


def test_ndcg_gains_by_hand():
    # Grades 1, 2 in rank order. Linear: (1 + 2/log2(3)) / (2 + 1/log2(3)). Exponential: gains 1 and 3.
    log3 = math.log2(3)
    assert ours("nDCG(gain=exp)@2", [1, 2]) == pytest.approx((1 + 3 / log3) / (3 + 1 / log3))
    run, qrels = case([1, 2], [])
    assert evaluate(run, qrels, ["nDCG@2"]).aggregate["nDCG@2"].mean == pytest.approx((1 + 2 / log3) / (2 + 1 / log3))


def test_reciprocal_rank_below_the_cutoff_is_zero():
    assert (ours("RR@3", [0, 0, 1]), ours("RR@2", [0, 0, 1])) == (1 / 3, 0.0)


def test_err_by_hand():
    # max 1: p = 1/2 for each relevant document. Ranks 1 and 3: 1/2 + (1/3)(1/2)(1/2) = 7/12.
    assert ours("ERR@10", [1, 0, 1]) == pytest.approx(1 / 2 + 1 / 3 * 1 / 2 * 1 / 2)


def test_err_grade_above_the_stated_maximum_is_refused():
    with pytest.raises(InputError, match="grade 2 is above the stated maximum"):
        ours("ERR@10", [0, 2])


def test_ndcg_exponential_gain_of_a_huge_grade_is_refused():
    with pytest.raises(InputError, match="grade 31"):
        ours("nDCG(gain=exp)@10", [31])


def test_formulas_cutoff_beyond_the_list_counts_what_is_there():
    assert ours("nDCG(gain=exp)@100", [1]) == 1.0
    assert ours("R(norm=min)@100", [1], [1, 1]) == 1 / 2
    assert ours("AP(norm=min)@100", [0, 1], [0, 1, 1]) == 1 / 4
    assert ours("ERR(max=1)@100", []) == 0.0


@settings(max_examples=60, deadline=None)
@given(GRADES, NOT_RANKED, K)
def test_formulas_agree_with_trec_eval_where_a_transformation_leads_there(ranked, elsewhere, k):
    judged = ranked + elsewhere
    count = sum(grade > 0 for grade in judged)
    if not count:
        return
    run, qrels = case(ranked, elsewhere)
    exponential = Qrels({"q": {d: 2**g - 1 for d, g in qrels.grades["q"].items()}})
    cut = Run("r", {"q": Ranking("q", run.rankings["q"].hits[:k])})
    trec = {name: evaluate(run, qrels, [name]).per_query[name]["q"] for name in (f"AP@{k}", f"R@{k}", "RR")}
    scale = count / min(k, count)
    assert ours(f"AP(norm=min)@{k}", ranked, judged) == pytest.approx(trec[f"AP@{k}"] * scale)
    assert ours(f"R(norm=min)@{k}", ranked, judged) == pytest.approx(trec[f"R@{k}"] * scale)
    assert ours(f"RR@{k}", ranked, judged) == pytest.approx(evaluate(cut, qrels, ["RR"]).per_query["RR"]["q"])
    theirs = evaluate(run, exponential, [f"nDCG@{k}"]).per_query[f"nDCG@{k}"]["q"]
    assert ours(f"nDCG(gain=exp)@{k}", ranked, judged) == pytest.approx(theirs)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=2, max_size=12), K)
def test_ndcg_agrees_with_scikit_learn_on_full_rankings(ranked, k):
    if not any(ranked):
        return
    scores = -np.arange(len(ranked), dtype=float)[None]
    gains = np.array([[2.0**grade - 1 for grade in ranked]])
    assert ours(f"nDCG(gain=exp)@{k}", ranked) == pytest.approx(ndcg_score(gains, scores, k=k))
    run, qrels = case(ranked, [])
    linear = evaluate(run, qrels, [f"nDCG@{k}"]).per_query[f"nDCG@{k}"]["q"]
    assert linear == pytest.approx(ndcg_score(np.array([ranked], dtype=float), scores, k=k))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9), st.integers(1, 10))
def test_err_is_the_expected_reciprocal_rank_of_where_the_reader_stops(grades, k):
    # The definition itself: stop at rank r with probability p_r unless stopped before; the value is 1/r.
    stop = [(2**grade - 1) / 2**3 for grade in grades]
    expected = sum(math.prod(1 - p for p in stop[:r]) * stop[r] / (r + 1) for r in range(min(k, len(stop))))
    assert ours(f"ERR(max=3)@{k}", grades) == pytest.approx(expected)


@pytest.mark.skipif(not shutil.which("perl"), reason="gdeval is a Perl script, and there is no Perl here")
def test_err_and_exponential_ndcg_agree_with_gdeval():
    generator = np.random.default_rng(11)
    lists = {str(q): generator.integers(0, 5, size=int(generator.integers(1, 40))) for q in range(60)}
    lists = {q: np.append(grades, 1) for q, grades in lists.items()}
    qrels = {q: {f"d{i}": int(g) for i, g in enumerate(grades)} for q, grades in lists.items()}
    run = {q: {f"d{i}": 1000.0 - i for i in range(len(grades))} for q, grades in lists.items()}
    measures = {ir_measures.ERR @ 10: "ERR(max=4)@10", ir_measures.nDCG(dcg="exp-log2") @ 10: "nDCG(gain=exp)@10"}
    found = list(ir_measures.gdeval.iter_calc(list(measures), qrels, run))
    assert len(found) == 2 * 60
    for metric in found:  # printed with five decimals
        assert ours(measures[metric.measure], lists[metric.query_id]) == pytest.approx(metric.value, abs=6e-6)


@given(GRADES, NOT_RANKED, K)
def test_formulas_stay_between_zero_and_one(ranked, elsewhere, k):
    if any(ranked + elsewhere):
        for name in ("nDCG(gain=exp)", "AP(norm=min)", "R(norm=min)", "RR", "ERR(max=4)"):
            assert 0 <= ours(f"{name}@{k}", ranked, ranked + elsewhere) <= 1 + 1e-12
