"""The sets, the validator, the table and the rule, on rankings that can be counted by hand."""

import numpy as np
import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.default_model.measuring import (
    BM25,
    HYBRID_RAW,
    RAW,
    SYSTEM,
    TRAINED,
    Line,
    RankingSet,
    SetsValidator,
    judge,
    measure_system,
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
        "skill: descriptions", "skill: French names", "title: skills needed", "titles alike: English",
        "titles alike: French", "ROME titles to French", "ROME titles to English", "sentences: ads",
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
    assert {q: v for q, (v,) in measure_system("bm25", [one])["set"]["set RR"].items()} == {
        "q0": 1.0,
        "q1": 1.0,
        "q2": 1.0,
    }
    strange = Judged(one.held_out.candidates, dict.fromkeys(one.held_out.vacancies, "nothing"), one.held_out.tasks)
    found = measure_system("bm25", [RankingSet("set", "", strange)])
    assert set(found["set"]["set RR"].values()) == {(0.0,)}


def test_titles_alike_rank_the_other_names_of_a_title_and_no_name_that_is_asked(sources):
    apart = HeldOutSplit.of(sources, SETTINGS)
    found = {one.name: one.held_out for one in made(sources, TEST)}
    held_out = found["titles alike: English"]
    names = {
        text.casefold(): {other.casefold() for other in o.labels["en"]}
        for o in sources.taxonomy.occupations.values()
        if apart.part(o) == TEST
        for text in o.labels["en"]
    }
    asked = {text.casefold() for text in held_out.vacancies.values()}
    assert len(asked) == sum(apart.part(o) == TEST for o in sources.taxonomy.occupations.values())
    assert asked | held_out.candidates.keys() == names.keys() and asked.isdisjoint(held_out.candidates)
    (task,) = held_out.tasks
    for query, grades in task.qrels.grades.items():
        text = held_out.vacancies[query].casefold()
        assert grades.keys() == names[text] - {text}
    assert task.measures == ("nDCG@10", "AP")


def test_sets_are_of_the_languages_that_were_asked_for(sources):
    assert not [one.name for one in made(sources, TEST, languages=("en",)) if "French" in one.name]


def test_table_pairs_the_systems_query_by_query():
    column = {"set nDCG@10": {"q0": (1.0,), "q1": (0.5,), "q2": (0.0,)}}
    worse = {"set nDCG@10": {"q0": (0.5,), "q1": (0.5,), "q2": (0.0,)}}
    found = {BM25: worse, RAW: column, TRAINED: column, HYBRID_RAW: worse, SYSTEM: column}
    (line,) = table_of([small_set()], {name: {"set": columns} for name, columns in found.items()})
    assert line.systems[SYSTEM].mean == 0.5 and line.systems[BM25].mean == pytest.approx(1 / 3)
    assert (line.queries, line.documents, line.best_single) == (3, 3, RAW)
    assert line.against[RAW].difference.mean == 0.0 and line.against[RAW].p == 1.0
    assert line.against[HYBRID_RAW].difference.mean == pytest.approx(0.5 / 3)
    text = "\n".join(table_lines([line]))
    assert "| set | nDCG@10 | 3 | 0.333" in text


def test_hybrid_ranks_with_words_where_the_encoder_is_lost():
    columns = measure_system("hybrid", [small_set()], HashingEncoder())["set"]
    assert list(columns) == ["set nDCG@10", "set RR"]
    assert set(columns["set RR"].values()) == {(1.0,)}


def line(name, n, raw, single, real=True, measure="nDCG@10"):
    """The intervals of what a user gets minus the hybrid with the raw encoder, and minus the best single signal."""
    against = {
        other: Compared("", SYSTEM, "", Estimate((low + high) / 2, low, high, n), 0.01, 0.02)
        for other, (low, high) in ((HYBRID_RAW, raw), (RAW, single), (BM25, (-0.5, -0.4)))
    }
    means = {SYSTEM: 0.5, RAW: 0.4, BM25: 0.3}
    return Line(name, "", real, measure, 10, {k: Estimate(v, v, v, n) for k, v in means.items()}, against)


GAIN, TIE, LOSS = (0.01, 0.03), (-0.01, 0.02), (-0.3, -0.1)


@pytest.mark.parametrize(
    ("lines", "ships"),
    [
        ([line("a", 500, GAIN, GAIN), line("b", 300, GAIN, GAIN)], True),
        ([line("a", 500, GAIN, GAIN), line("b", 300, TIE, TIE)], True),
        ([line("a", 500, TIE, GAIN), line("b", 300, TIE, TIE)], False),  # nothing is told to be better
        ([line("a", 500, GAIN, GAIN), line("b", 40, LOSS, TIE)], False),
        ([line("a", 500, GAIN, GAIN), line("b", 40, TIE, LOSS)], False),
        ([line("a", 500, GAIN, GAIN), line("b", 300, TIE, (-0.014, 0.002))], False),  # 0.006 below the best signal
        ([line("a", 500, GAIN, GAIN), line("b", 299, TIE, (-0.014, 0.002))], True),  # which so few cannot tell
        ([line("a", 500, GAIN, GAIN), line("b", 500, LOSS, LOSS, real=False)], True),  # synthetic: never decides
        ([line("a", 500, GAIN, GAIN), line("b", 500, LOSS, LOSS, measure="RR")], True),
    ],
)
def test_rule_asks_for_a_gain_somewhere_and_no_loss_anywhere(lines, ships):
    verdict = judge(lines, Rule())
    assert verdict.ships is ships
    assert bool(verdict.reasons) is not ships
    assert verdict_lines(verdict)[0].endswith("ships." if ships else "ship:")


def test_rule_decides_nothing_on_small_sets():
    with pytest.raises(InputError, match="no real set has 300"):
        judge([line("a", 40, GAIN, GAIN)], Rule())
    assert "large enough" in verdict_lines(None)[0]
