"""Labels by rules as files: the tables, the counts, and fields that no text states."""

import json

import pytest
from pyarrow import parquet

from jobfit.errors import InputError, UnknownIdError
from jobfit.ingest.formats.trec import read_qrels
from jobfit.shortlist import Status
from jobfit.training.rule_labels import read_fields, write_labels
from jobfit.training.rules import Finding, Labelled

MET, MISSING, UNKNOWN = Status.MET, Status.MISSING, Status.UNKNOWN


def labelled(candidate, vacancy, label, *findings):
    return Labelled(candidate, vacancy, label, tuple(Finding(name, *said) for name, *said in findings))


ROWS = (
    labelled("c1", "v1", True, ("place", MET, "the same place"), ("area", MET, "2 of 3")),
    labelled("c2", "v1", False, ("place", MISSING, "only other places"), ("area", UNKNOWN, "no skill")),
    labelled("c1", "v2", None, ("place", MET, "nothing", (), (), False), ("area", UNKNOWN, "no skill")),
)


def test_every_pair_is_explained_and_the_decided_ones_are_labels(tmp_path):
    counts = write_labels(iter(ROWS), tmp_path)
    rows = parquet.read_table(tmp_path / "labels.parquet").to_pylist()
    assert [(row["candidate_id"], row["vacancy_id"], row["label"]) for row in rows] == [
        ("c1", "v1", True), ("c2", "v1", False), ("c1", "v2", None),
    ]  # fmt: skip
    assert [row["fired"] for row in rows] == [["place", "area"], [], []]
    assert [(row["missing"], row["unknown"]) for row in rows] == [([], []), (["place"], ["area"]), ([], ["area"])]
    assert rows[1]["explanation"] == ["place: missing (only other places)", "area: unknown (no skill)"]
    pairs = parquet.read_table(tmp_path / "pairs.parquet").to_pylist()
    assert pairs == [
        {"candidate_id": "c1", "vacancy_id": "v1", "binary": 1},
        {"candidate_id": "c2", "vacancy_id": "v1", "binary": 0},
    ]
    assert read_qrels(tmp_path / "qrels.tsv").grades == {"v1": {"c1": 1, "c2": 0}}
    assert read_qrels(tmp_path / "qrels-vacancies-for-candidate.tsv").grades == {"c1": {"v1": 1}, "c2": {"v1": 0}}
    assert counts.as_json() == {
        "pairs": 3, "positives": 1, "rejects": 1, "undecided": 1,
        "rules": {"place": {"fired": 1, "missing": 1, "unknown": 0}, "area": {"fired": 1, "missing": 0, "unknown": 2}},
    }  # fmt: skip


def test_no_pair_at_all_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no pair to label"):
        write_labels(iter(()), tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(InputError, match="missing cannot be written"):
        write_labels(iter(ROWS), tmp_path / "missing")


@pytest.mark.parametrize(
    ("lines", "error", "words"),
    [
        (
            ['{"id": "nobody", "age": 3}'],
            UnknownIdError,
            "1 of 1 ids are neither a candidate nor a vacancy here: 'nobody'",
        ),
        (['{"id": "c1"}', '{"id": "c1"}'], InputError, ":2: the id 'c1' occurs twice"),
        (['{"age": 3}'], InputError, ":1: there is no id"),
    ],
)
def test_fields_with_a_mistake_are_refused(tmp_path, lines, error, words):
    (tmp_path / "f.jsonl").write_text("\n".join(lines))
    with pytest.raises(error, match=words):
        read_fields(tmp_path / "f.jsonl", ["c1", "v1"])


def test_fields_are_those_of_the_id(tmp_path):
    (tmp_path / "f.jsonl").write_text(json.dumps({"id": "c1", "papers": [{"citations": 3}]}))
    assert read_fields(tmp_path / "f.jsonl", ["c1", "v1"]) == {"c1": {"papers": [{"citations": 3}]}}
