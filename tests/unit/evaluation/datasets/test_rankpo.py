"""RankPO's files: positives and negatives by text, annotated pairs, the raw pool."""

import json

import pytest

from jobfit.errors import InputError
from jobfit.evaluation.datasets.ranking import rank_by_tfidf
from jobfit.evaluation.datasets.rankpo import read_rankpo, text_id
from jobfit.evaluation.datasets.results import Settings, evaluate_dataset
from jobfit.judged import CANDIDATES_FOR_VACANCY
from jobfit.retrieval.systems import rank

TRAIN = {"query": "q one", "positives": ["a", "b"], "negatives": ["c"]}
PAIR = {"query": "q", "passage1": "x", "passage2": "y", "preferred": "B", "confidence_score": 65, "passage_rank1": 21}


def lines(path, *rows):
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_training_rows_are_a_task_whose_negatives_have_grade_0(tmp_path):
    data = read_rankpo(lines(tmp_path / "train_data.jsonl", TRAIN, {"query": "q two", "positives": ["c"]}))
    task = data.task(CANDIDATES_FOR_VACANCY, "train")
    a, b, c = (text_id(text) for text in "abc")
    assert task.qrels.grades == {text_id("q one"): {a: 1, b: 1, c: 0}, text_id("q two"): {c: 1}}
    assert (data.candidates[a], len(data.candidates), task.lists) == ("a", 3, None)


def test_annotated_pairs_are_preferences(tmp_path):
    data = read_rankpo(lines(tmp_path / "annotated_pair_data.jsonl", PAIR | {"query_id": "j", "passage_id1": "p1"}))
    [preference] = data.choices
    assert preference == ("j", "p1", text_id("y"), "B", 65, 21, None)


def test_raw_files_name_the_lines_of_the_pool(tmp_path):
    lines(tmp_path / "raw_authors.jsonl", {"text": "zero"}, {"text": "one"}, {"text": "two"})
    lines(tmp_path / "raw_test_data.jsonl", {"query": {"text": "q"}, "positives": {"index": [2, 0]}})
    lines(tmp_path / "raw_train_data.jsonl", {"query": {"text": "r"}, "positives": {"text": ["one"], "index": [1]}})
    data = read_rankpo(tmp_path)
    assert data.candidates == {"0": "zero", "1": "one", "2": "two"}
    assert data.task(CANDIDATES_FOR_VACANCY).qrels.grades == {text_id("q"): {"2": 1, "0": 1}}
    assert data.task(CANDIDATES_FOR_VACANCY, "train").qrels.grades == {text_id("r"): {"1": 1}}


@pytest.mark.parametrize(
    ("name", "rows", "message"),
    [
        ("train_data.jsonl", [TRAIN, TRAIN | {"positives": ["c"], "negatives": []}], "both positive and negative"),
        ("train_data.jsonl", [TRAIN | {"positives": "a"}], "a list is expected"),
        ("train_data.jsonl", [TRAIN | {"query": ""}], "has no text"),
        ("annotated_pair_data.jsonl", [PAIR | {"preferred": "C"}], "'preferred' is A or B, not 'C'"),
        ("annotated_pair_data.jsonl", [PAIR | {"confidence_score": "high"}], "a whole number"),
        ("annotated_pair_data.jsonl", [PAIR | {"passage_id1": "p", "passage_id2": "p"}], "'p' has another text"),
    ],
)
def test_rows_that_are_not_as_described_are_refused_without_their_text(name, rows, message, tmp_path):
    with pytest.raises(InputError, match=message) as refused:
        read_rankpo(lines(tmp_path / name, *rows))
    assert "q one" not in str(refused.value)


def test_an_index_outside_the_pool_is_counted_and_named(tmp_path):
    lines(tmp_path / "raw_authors.jsonl", {"text": "zero"})
    lines(tmp_path / "raw_test_data.jsonl", {"query": {"text": "q"}, "positives": {"index": [0, 7]}})
    with pytest.raises(InputError, match="1 of 2 are not line numbers of raw_authors: '7'"):
        read_rankpo(tmp_path)


def test_a_folder_without_any_of_the_files_is_refused(tmp_path):
    with pytest.raises(InputError, match="no RankPO file here"):
        read_rankpo(tmp_path)


def test_published_sample_has_the_counts_and_the_baselines_of_the_reference(shared_data):
    """Reference, sections 1.5 and 1.6: 10 rows, 124 texts; A 65, B 35; word overlap agrees in 0.56 to 0.58."""
    folder = shared_data / "rankpo-sample"
    train = read_rankpo(folder / "train_data-sample.jsonl")
    judged = train.task(CANDIDATES_FOR_VACANCY, "train").qrels.grades
    assert (len(judged), len(train.candidates)) == (10, 124)
    assert sum(grade for grades in judged.values() for grade in grades.values()) == 28
    data = read_rankpo(folder / "annotated_pair_data-sample.jsonl")
    assert (len(data.vacancies), len(data.candidates)) == (100, 196)
    for ranker, stated in ((rank_by_tfidf, 0.57), (lambda q, c, k: rank("bm25", q, c, k), 0.57)):
        found = evaluate_dataset(data, ranker, Settings()).preferences
        assert found.accuracy.mean == pytest.approx(stated, abs=0.02)
        assert found.baselines["always_a"].accuracy.mean == pytest.approx(0.65)
        assert (found.judge.first, found.judge.n) == (65, 100)
