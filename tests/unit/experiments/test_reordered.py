"""Lists of a model reordered by groups: by the truth, by the audit's numbers, and beside models with a term."""

import numpy as np
import pytest

from jobfit.experiments.reordered import COLUMNS, K, reordered_table
from jobfit.groups import Coded
from jobfit.judged import Task
from jobfit.policy.exposure.methods import BY_SCORE, methods
from jobfit.runs import Qrels, Ranking

PEOPLE = [f"c{i:02}" for i in range(24)]
GROUPS = Coded(("A", "B"), {i: n % 2 for n, i in enumerate(PEOPLE)})


def lists(seed, behind=1.0):
    """Scores of which half are lower by construction; the truth does not know the group."""
    draw = np.random.default_rng(seed)
    codes = np.array([GROUPS.codes[i] for i in PEOPLE])
    return [Ranking.from_scores(f"v{q}", PEOPLE, draw.normal(size=24) - behind * codes) for q in range(6)]


@pytest.fixture(scope="module")
def table():
    grades = {f"v{q}": {i: int(n % 5 == 0) for n, i in enumerate(PEOPLE)} for q in range(6)}
    start = {1: lists(1), 2: lists(2)}
    terms = {"term, β = 1": {1: lists(1, 0.0), 2: lists(2, 0.0)}}
    return reordered_table("t", start, terms, GROUPS, Task("t", "test", Qrels(grades)))


def test_every_method_and_every_term_has_a_row(table):
    assert [name for name, _ in table.rows] == [*methods(0), "term, β = 1"]
    assert table.columns == COLUMNS and "6 held-out vacancies" in table.said


def test_order_by_score_is_the_start_and_parity_narrows_what_it_opens(table):
    rows = {name: dict(zip(table.columns, cells, strict=True)) for name, cells in table.rows}
    start = [ranking for seed in (1, 2) for ranking in lists(seed)]
    chosen = [GROUPS.codes[i] for ranking in start for i in ranking.document_ids[:K]]
    expected = chosen.count(1) / chosen.count(0)  # of each group as many are in the lists
    assert rows[BY_SCORE]["impact ratio"].mean == pytest.approx(expected)
    assert rows[BY_SCORE]["change"] == "" and rows[BY_SCORE]["entered"] == "0.0"
    assert rows["DetGreedy"]["impact ratio"].mean > 0.9 > expected
    assert rows["DetGreedy"][f"NDKL@{K}"].mean < rows[BY_SCORE][f"NDKL@{K}"].mean
    assert rows["term, β = 1"]["entered"] == "" and rows["term, β = 1"]["change"].n == 6
    change = rows["random order"]["change"].mean
    assert change == pytest.approx(rows["random order"]["nDCG@10"].mean - rows[BY_SCORE]["nDCG@10"].mean)
