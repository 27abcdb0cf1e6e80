import json

import pytest

from jobfit.errors import InputError
from jobfit.evaluation.pairs import read_scored_pairs, read_scored_preferences

PAIRS = "query_id,document_id,label,score,note\nq1,a,1,0.9,x\nq1,b,0,-2,\n"


@pytest.mark.parametrize("name", ["pairs.csv", "pairs.jsonl"])
def test_read_scored_pairs_of_either_format(tmp_path, name):
    rows = [{"query_id": "q1", "document_id": "a", "label": 1, "score": 0.9},
            {"query_id": "q1", "document_id": "b", "label": 0, "score": -2}]  # fmt: skip
    text = PAIRS if name.endswith("csv") else "\n".join(map(json.dumps, rows))
    (tmp_path / name).write_text(text)
    scored = read_scored_pairs(tmp_path / name)
    assert scored.pairs == (("q1", "a"), ("q1", "b"))
    assert (scored.labels.tolist(), scored.scores.tolist()) == ([True, False], [0.9, -2.0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column 'query_id'"),
        ("query_id,label,score\nq,1,0.5\n", "pairs.csv: no column 'document_id'"),
        (PAIRS + "q2,c,2,0.5,\n", "pairs.csv:4: label '2' is neither 0 nor 1"),
        (PAIRS + "q2,c,-1,0.5,\n", "leave censored pairs out"),
        (PAIRS + "q2,c,1,high,\n", "pairs.csv:4: score 'high' is not a number"),
        (PAIRS + "q2,c,1,nan,\n", "not a finite number"),
        (PAIRS + "q2,c,1,1_0,\n", "is not a number"),
        (PAIRS + "q1,a,1,0.9,\n", "occurs twice"),
        (PAIRS + "q2\n", "pairs.csv:4: the row does not have the 5 columns"),
        (PAIRS + ",c,1,0.9,\n", "query_id is empty"),
        (PAIRS + "q2,c,1,0.9,x,y\n", "pairs.csv:4: the row does not have"),
        (PAIRS + 'q2,c,1,0.9,"x\n', "unexpected end of data"),
        ("label," + PAIRS, "column name occurs twice"),
        (PAIRS.encode() + b"\xff,c,1,0.9,\n", "not UTF-8"),
    ],
)
def test_read_scored_pairs_broken_file_says_where(tmp_path, text, said):
    path = tmp_path / "pairs.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=said):
        read_scored_pairs(path)


def test_read_scored_pairs_absent_file_or_broken_json_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_scored_pairs(tmp_path / "none.csv")
    (tmp_path / "p.jsonl").write_text("{\n")
    with pytest.raises(InputError, match="broken JSON"):
        read_scored_pairs(tmp_path / "p.jsonl")
    (tmp_path / "p.jsonl").write_text("[1]\n")
    with pytest.raises(InputError, match=r"p\.jsonl:1: a JSON object is expected"):
        read_scored_pairs(tmp_path / "p.jsonl")


def test_read_scored_preferences_with_and_without_lengths(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("query_id,preferred,score_a,score_b,length_a,length_b\nq1,A,1,2,10,20\nq2,B,0.5,0.25,,\n")
    first, second = read_scored_preferences(path)
    assert (first.preferred, first.score_b, first.length_b) == ("A", 2.0, 20)
    assert (second.score_a, second.length_a) == (0.5, None)


@pytest.mark.parametrize("length", ["10.5", "-1", "inf", "nan", "long"])
def test_read_scored_preferences_impossible_length_says_where(tmp_path, length):
    path = tmp_path / "p.csv"
    path.write_text(f"query_id,preferred,score_a,score_b,length_a,length_b\nq1,A,1,2,{length},3\n")
    with pytest.raises(InputError, match=rf"p\.csv:2: length_a '{length}' is not a"):
        read_scored_preferences(path)


def test_read_scored_preferences_wrong_choice_says_where(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("query_id,preferred,score_a,score_b\nq1,C,1,2\n")
    with pytest.raises(InputError, match=r"p\.csv:2: query 'q1': preferred is A or B"):
        read_scored_preferences(path)
