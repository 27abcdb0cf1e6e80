"""The level of chance against every order of small pools, and against what ties in a large pool really give."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobfit.evaluation.formulas import expected
from jobfit.evaluation.grammar import FAMILIES, parse_measure
from jobfit.evaluation.measures import Pools, evaluate
from jobfit.runs import Hit, Qrels, Ranking, Run

NAMES = (
    "Success@2", "P@2", "P@9", "R@2", "R(norm=min)@2", "RR", "RR@2", "AP", "AP@2", "AP(norm=min)@2", "nDCG", "nDCG@2",
    "nDCG(gain=exp)@2", "ERR(max=3)", "ERR(max=3)@2", "Rprec", "P(rel=2)@2", "AP(rel=2,norm=min)@2", "Success(rel=2)@3",
)  # fmt: skip


def test_every_family_has_a_formula_of_chance_under_test():
    assert {parse_measure(name).family for name in NAMES} == set(FAMILIES)


def over_every_order(names, in_pool, elsewhere):
    """The mean of each measure over all orders of the pool, by evaluating each of them."""
    judged = {f"d{i}": grade for i, grade in enumerate(in_pool)} | {f"x{i}": g for i, g in enumerate(elsewhere)}
    orders = list(permutations(range(len(in_pool))))
    rankings = {
        str(n): Ranking(str(n), tuple(Hit(f"d{i}", float(-rank)) for rank, i in enumerate(places)))
        for n, places in enumerate(orders)
    }
    report = evaluate(Run("all", rankings), Qrels(dict.fromkeys(rankings, judged)), names)
    return {name: np.mean(list(report.per_query[name].values())) for name in names}


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=5), st.lists(st.integers(0, 3), max_size=2))
def test_chance_is_the_mean_over_every_order_of_the_pool(in_pool, elsewhere):
    judged = in_pool + elsewhere
    names = [name for name in NAMES if max(judged) >= parse_measure(name).rel]
    if not names:
        return
    for name, mean in over_every_order(names, in_pool, elsewhere).items():
        found = expected(parse_measure(name), len(in_pool), np.array(in_pool), np.array(judged))
        assert found == pytest.approx(mean), name


def test_chance_by_hand():
    one = np.array([1])
    # One relevant of ten: P@1 1/10; Success@5 5/10; RR: (1 + 1/2 + ... + 1/10) / 10.
    assert expected(parse_measure("P@1"), 10, one, one) == pytest.approx(1 / 10)
    assert expected(parse_measure("Acc@5"), 10, one, one) == pytest.approx(5 / 10)
    assert expected(parse_measure("RR"), 10, one, one) == pytest.approx(sum(1 / r for r in range(1, 11)) / 10)
    # Two of four relevant: none in the first two with probability (2/4)(1/3).
    two = np.array([1, 1])
    assert expected(parse_measure("Success@2"), 4, two, two) == pytest.approx(1 - 2 / 4 * 1 / 3)


def test_chance_of_an_empty_pool_is_zero_and_of_an_unknown_measure_unknown():
    nothing, one = np.array([], dtype=np.int64), np.array([1])
    assert expected(parse_measure("nDCG@10"), 0, nothing, one) == 0.0
    assert expected(parse_measure("Bpref"), 10, one, one) is None


def test_chance_all_scores_equal_reaches_it_and_nobody_gains_from_standing_first():
    # 20 documents, all scores equal, the 3 relevant ones listed first, graded 1, 2 and 3; 800 queries.
    ids = [f"d{i}" for i in range(20)]
    queries = [f"q{i}" for i in range(800)]
    run = Run("tied", {q: Ranking.from_scores(q, ids, np.zeros(20)) for q in queries})
    qrels = Qrels({q: {"d0": 1, "d1": 2, "d2": 3} for q in queries})
    names = ["P@5", "R@5", "RR@10", "AP", "AP(norm=min)@5", "nDCG@10", "nDCG(gain=exp)@10", "ERR(max=3)@10", "Acc@1"]
    report = evaluate(run, qrels, names, pools=Pools.of_corpus(ids))
    for name, found in report.aggregate.items():
        error = np.std(list(report.per_query[name].values())) / np.sqrt(800)
        assert found.mean == pytest.approx(found.chance, abs=4 * error), name
        assert found.tied == 1.0
    for document in ("d0", "d19"):  # the first and the last of the list are first equally often
        share = np.mean([run.rankings[q].hits[0].document_id == document for q in queries])
        assert share == pytest.approx(1 / 20, abs=0.03)
