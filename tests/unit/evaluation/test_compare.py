import pytest

from jobfit.errors import InputError
from jobfit.evaluation.compare import compare, compare_all
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


def test_compare_all_against_the_first_corrects_over_everything():
    # Three runs, two measures: 2 pairings x 2 measures = 4 tests. p = 2/2^6 for the better run; Holm: 4 * 2/64.
    runs = [run_with_first("b"), run_with_first("a"), run_with_first("b")]
    found = compare_all(runs, QRELS, ["RR", "P@1"])
    assert [(pairing.a, pairing.b) for pairing in found.pairings] == [(0, 1), (0, 2)]
    assert found.tests == 4
    better, same = (pairing.measures["RR"] for pairing in found.pairings)
    assert (better.p, better.p_holm) == (2 / 64, 4 * 2 / 64)
    assert (same.p, same.p_holm) == (1.0, 1.0)


def test_compare_all_every_pair_compares_the_later_ones_too():
    runs = [run_with_first(first) for first in "aab"]
    found = compare_all(runs, QRELS, ["RR"], every_pair=True)
    assert [(pairing.a, pairing.b) for pairing in found.pairings] == [(0, 1), (0, 2), (1, 2)]
    assert found.pairings[2].measures["RR"].difference.mean == -0.5


def test_compare_all_missing_query_scores_zero_and_is_counted_for_its_run():
    short = Run("short", {q: Ranking.from_scores(q, ["a"], [1]) for q in QUERIES[:5]})
    found = compare_all([run_with_first("a"), short], QRELS, ["RR"])
    assert [report.missing for report in found.reports] == [(), ("q5",)]
    assert found.pairings[0].measures["RR"].worse == 1


def test_compare_all_one_run_is_refused():
    with pytest.raises(InputError, match="at least two"):
        compare_all([run_with_first("a")], QRELS)
