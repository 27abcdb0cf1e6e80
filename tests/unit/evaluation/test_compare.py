import pytest

from jobfit.errors import InputError
from jobfit.evaluation.compare import compare
from jobfit.runs import Qrels, Ranking, Run

QUERIES = [f"q{i}" for i in range(6)]
QRELS = Qrels({q: {"a": 1} for q in QUERIES})


def run_with_first(first):
    ids = ["a", "b"] if first == "a" else ["b", "a"]
    return Run(first, {q: Ranking.from_scores(q, ids, [2, 1]) for q in QUERIES})


def test_compare_always_better_gives_the_exact_p():
    row = compare(run_with_first("b"), run_with_first("a"), QRELS, ["RR"])["RR"]
    assert (row.a, row.b, row.difference.mean) == (0.5, 1.0, 0.5)
    assert row.p == 2 / 2**6
    assert (row.better, row.worse, row.equal) == (6, 0, 0)


def test_compare_a_run_with_itself_shows_nothing():
    row = compare(run_with_first("a"), run_with_first("a"), QRELS, ["RR"])["RR"]
    assert (row.difference.mean, row.p, row.equal) == (0.0, 1.0, 6)


def test_compare_nothing_relevant_is_refused():
    with pytest.raises(InputError, match="nothing to compare"):
        compare(run_with_first("a"), run_with_first("b"), Qrels({q: {"a": 0} for q in QUERIES}), ["RR"])
