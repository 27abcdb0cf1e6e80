"""TREC runs and qrels."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobfit.errors import InputError
from jobfit.ingest.formats.trec import read_qrels, read_run, write_qrels, write_run
from jobfit.runs import Qrels, Ranking, Run

RUN = Run("bm25", {"q1": Ranking.from_scores("q1", ["a", "b", "c"], [0.1 + 0.2, 1e-300, 0.5])})


def test_run_is_written_with_ranks_from_one_and_exact_scores(tmp_path):
    write_run(RUN, tmp_path / "run.trec")
    assert (tmp_path / "run.trec").read_text() == (
        "q1 Q0 c 1 0.5 bm25\nq1 Q0 a 2 0.30000000000000004 bm25\nq1 Q0 b 3 1e-300 bm25\n"
    )
    assert read_run(tmp_path / "run.trec") == RUN


@given(st.dictionaries(st.text("abc", min_size=1), st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_run_read_back_is_the_run_that_was_written(tmp_path_factory, scores):
    path = tmp_path_factory.mktemp("runs") / "run.trec"
    run = Run("x", {"q": Ranking.from_scores("q", list(scores), list(scores.values()))})
    write_run(run, path)
    assert read_run(path) == run


def test_run_is_ordered_by_score_and_never_by_line_or_rank(tmp_path):
    lines = [f"q Q0 d{number} {number} 1.0 x" for number in range(1, 20)]
    (tmp_path / "one").write_text("\n".join(lines))
    (tmp_path / "two").write_text("\n".join(reversed(lines)))
    one, two = read_run(tmp_path / "one"), read_run(tmp_path / "two")
    assert one == two
    assert list(one.rankings["q"].document_ids) != [f"d{number}" for number in range(1, 20)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1 Q0 b 2 0.5", "a run has 6 columns (query Q0 document rank score name), not 5"),
        ("q1 Q0 b 2 high x", "score 'high' is not a number"),
        ("q1 Q0 b 2 nan x", "score 'nan' is not a number"),
        ("q1 Q0 a 2 0.5 x", "document 'a' occurs twice for query 'q1'"),
    ],
)
def test_bad_line_of_a_run_is_an_error_with_file_and_line(tmp_path, line, message):
    path = tmp_path / "run.trec"
    path.write_text(f"q1 Q0 a 1 0.9 x\n{line}\n")
    with pytest.raises(InputError, match=re.escape(f"{path}:2: {message}")):
        read_run(path)


def test_empty_or_missing_file_is_an_error(tmp_path):
    (tmp_path / "empty").write_text("")
    with pytest.raises(InputError, match="the run is empty"):
        read_run(tmp_path / "empty")
    with pytest.raises(InputError, match="no judgement"):
        read_qrels(tmp_path / "empty")
    with pytest.raises(InputError, match="cannot be read"):
        read_run(tmp_path / "missing")


def test_id_with_white_space_cannot_be_written_and_leaves_no_file(tmp_path):
    with pytest.raises(InputError, match="'a b' is empty or holds white space"):
        write_run(Run("x", {"q": Ranking.from_scores("q", ["a b"], [1.0])}), tmp_path / "run.trec")
    assert list(tmp_path.iterdir()) == []


def test_qrels_of_both_forms_are_read(tmp_path):
    expected = Qrels({"q1": {"a": 2, "b": 0}, "q2": {"a": 1}})
    write_qrels(expected, tmp_path / "beir.tsv")
    (tmp_path / "trec.txt").write_text("q1 0 a 2\nq1 0 b 0\nq2 0 a 1\n")
    assert (tmp_path / "beir.tsv").read_text().startswith("query-id\tcorpus-id\tscore\nq1\ta\t2\n")
    assert read_qrels(tmp_path / "beir.tsv") == read_qrels(tmp_path / "trec.txt") == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1 0 b", "4 columns are expected (query 0 document grade), not 3"),
        ("q1 0 b 0.5", "grade '0.5' is not an integer >= 0"),
        ("q1 0 b -1", "grade '-1' is not an integer >= 0"),
        ("q1 0 a 1", "document 'a' is judged twice for query 'q1'"),
    ],
)
def test_bad_line_of_qrels_is_an_error_with_file_and_line(tmp_path, line, message):
    path = tmp_path / "qrels"
    path.write_text(f"q1 0 a 1\n{line}\n")
    with pytest.raises(InputError, match=re.escape(f"{path}:2: {message}")):
        read_qrels(path)
