"""The sets, the validator, the table and the rule, on rankings that can be counted by hand."""

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.default_model.measuring import (
    BM25,
    RAW,
    TRAINED,
    Line,
    RankingSet,
    SetsValidator,
    judge,
    measure_words,
    ranking_sets,
    table_lines,
    table_of,
    verdict_lines,
)
from jobfit.experiments.default_model.recipe import HeldOutSettings, Rule, SetSizes
from jobfit.experiments.default_model.sources import TEST, VALIDATION, HeldOutSplit
from jobfit.experiments.rows import Compared
from jobfit.judged import Judged, Task
from jobfit.runs import Qrels

SETTINGS = HeldOutSettings(test=4, validation=4)


def made(sources, part, **wanted):
    return list(
        ranking_sets(
            sources, HeldOutSplit.of(sources, SETTINGS), part, SetSizes(**{"queries": 1000, "documents": 0} | wanted)
        )
    )


def test_test_sets_ask_only_about_what_is_kept_apart(sources):
    apart = HeldOutSplit.of(sources, SETTINGS)
    found = {one.name: one for one in made(sources, TEST)}
    assert list(found) == [
        "title: other English names", "title: descriptions", "title: French names", "skill: other English names",
        "skill: descriptions", "skill: French names", "title: skills needed", "ROME titles to French",
        "ROME titles to English", "sentences: ads",
    ]  # fmt: skip
    kept = {o.id for o in sources.taxonomy.occupations.values() if apart.part(o) == TEST}
    names = found["title: other English names"].held_out
    asked = [document for grades in names.tasks[0].qrels.grades.values() for document in grades]
    assert sorted(asked) == sorted(kept)  # one name of each
    assert len(names.candidates) == 60
    needed = found["title: skills needed"].held_out.tasks[0].qrels.grades
    assert all(sorted(grades.values()) == [1, 2, 2] for grades in needed.values())


def test_validation_never_ranks_a_concept_of_the_tests(sources):
    apart = HeldOutSplit.of(sources, SETTINGS)
    tested = {
        t.id
        for t in (*sources.taxonomy.occupations.values(), *sources.taxonomy.skills.values())
        if apart.part(t) == TEST
    }
    for one in made(sources, VALIDATION):
        assert not tested & one.held_out.candidates.keys(), one.name


def test_sets_cut_down_keep_the_right_documents(sources):
    for one in made(sources, TEST, queries=5, documents=12):
        grades = one.held_out.tasks[0].qrels.grades
        assert len(grades) <= 5 and len(one.held_out.candidates) <= 15
        assert {document for judged in grades.values() for document in judged} <= one.held_out.candidates.keys()


def small_set(name="set", real=True):
    """Three queries over three documents; query i is right at document i."""
    documents, queries = {f"d{i}": f"word{i} thing" for i in range(3)}, {f"q{i}": f"word{i}" for i in range(3)}
    qrels = Qrels({f"q{i}": {f"d{i}": 1} for i in range(3)})
    return RankingSet(
        name,
        "words to words",
        Judged(documents, queries, (Task(name, "test", qrels, measures=("nDCG@10", "RR")),)),
        real,
    )


def test_validator_is_the_mean_over_sets():
    def embed(keys):
        """Query 0 and 1 meet their document; query 2 meets document 0 first, then its own, so its nDCG is 1/log2(3)."""
        place = {"t:word0": [1, 0, 0], "t:word1": [0, 1, 0], "t:word2": [0.8, 0, 0.6]}
        place |= {f"t:word{i} thing": np.eye(3)[i] for i in range(3)}
        return np.array([place[key] for key in keys], dtype=np.float32)

    measured = SetsValidator([small_set()]).measure(embed)
    assert measured.score == pytest.approx((1 + 1 + 1 / np.log2(3)) / 3)
    assert list(measured.metrics) == ["set nDCG@10"]
    with pytest.raises(InputError, match="held out"):
        SetsValidator([])


def test_bm25_scores_zero_where_no_term_is_shared():
    one = small_set()
    assert {q: v for q, (v,) in measure_words([one])["set"]["set RR"].items()} == {"q0": 1.0, "q1": 1.0, "q2": 1.0}
    strange = Judged(one.held_out.candidates, dict.fromkeys(one.held_out.vacancies, "nothing"), one.held_out.tasks)
    found = measure_words([RankingSet("set", "", strange)])
    assert set(found["set"]["set RR"].values()) == {(0.0,)}


def test_table_pairs_the_systems_query_by_query():
    column = {"set nDCG@10": {"q0": (1.0,), "q1": (0.5,), "q2": (0.0,)}}
    worse = {"set nDCG@10": {"q0": (0.5,), "q1": (0.5,), "q2": (0.0,)}}
    (line,) = table_of([small_set()], {BM25: {"set": worse}, RAW: {"set": column}, TRAINED: {"set": column}})
    assert (line.systems[TRAINED].mean, line.systems[BM25].mean, line.queries, line.documents) == (
        0.5,
        pytest.approx(1 / 3),
        3,
        3,
    )
    assert line.against[RAW].difference.mean == 0.0 and line.against[RAW].p == 1.0
    assert line.against[BM25].difference.mean == pytest.approx(0.5 / 3)
    text = "\n".join(table_lines([line]))
    assert "| set | nDCG@10 | 3 | 0.333" in text


def line(name, n, low, high, real=True, measure="nDCG@10"):
    apart = Compared("", TRAINED, "", Estimate((low + high) / 2, low, high, n), 0.01, 0.02)
    return Line(name, "", real, measure, 10, {TRAINED: Estimate(0.5, 0.4, 0.6, n)}, {RAW: apart, BM25: apart})


@pytest.mark.parametrize(
    ("lines", "ships"),
    [
        ([line("a", 500, 0.01, 0.03), line("b", 300, 0.01, 0.02)], True),
        ([line("a", 500, 0.01, 0.03), line("b", 300, -0.01, 0.02)], False),  # a large set must tell a gain
        ([line("a", 500, 0.01, 0.03), line("b", 299, -0.01, 0.02)], True),  # a small one must not tell a loss
        ([line("a", 500, 0.01, 0.03), line("b", 40, -0.3, -0.1)], False),
        ([line("a", 500, 0.01, 0.03), line("b", 500, -0.3, -0.1, real=False)], True),  # synthetic: never decides
        ([line("a", 500, 0.01, 0.03), line("b", 500, -0.3, -0.1, measure="RR")], True),
    ],
)
def test_rule_asks_for_a_gain_everywhere_by_interval(lines, ships):
    verdict = judge(lines, Rule())
    assert verdict.ships is ships
    assert bool(verdict.reasons) is not ships
    assert verdict_lines(verdict)[0].endswith("ships." if ships else "ship:")


def test_rule_decides_nothing_on_small_sets():
    with pytest.raises(InputError, match="no real set has 300"):
        judge([line("a", 40, 0.1, 0.2)], Rule())
    assert "large enough" in verdict_lines(None)[0]
