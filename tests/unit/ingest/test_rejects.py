"""The rejects file."""

import json
import stat

import pytest

from jobfit.errors import InputError, Rejection
from jobfit.ingest.formats.values import shape
from jobfit.ingest.rejects import write_rejects


def test_rejects_are_written_as_json_lines_that_only_the_owner_reads(tmp_path):
    path = tmp_path / "rejects.jsonl"
    path.write_text("of an earlier ingest\n")
    write_rejects(
        path, [Rejection("a.csv", 3, "id", "7", "duplicate id"), Rejection("é.pdf", None, None, None, "empty")]
    )
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == [
        {"file": "a.csv", "row": 3, "field": "id", "value": "7", "reason": "duplicate id"},
        {"file": "é.pdf", "row": None, "field": None, "value": None, "reason": "empty"},
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Žofie Lee", "Aaaaa Aaa"),
        ("ann@b2.org", "aaa@a9.aaa"),
        ("東京 ٣½", "aa 99"),
        ("9" * 500, "9" * 79 + "…"),
        (-1.5, "-9.9"),
        (True, "Aaaa"),
        ("", ""),
        (["Ann"], None),
        ({"name": "Ann"}, None),
        (None, None),
    ],
)
def test_value_is_shown_by_its_shape(value, shown):
    assert shape(value) == shown


def test_write_that_fails_midway_keeps_the_old_file_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "rejects.jsonl"
    path.write_text("old\n")

    def broken():
        yield Rejection("a", 1, None, None, "?")
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        write_rejects(path, broken())
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("rejects.jsonl", "old\n")]


def test_missing_folder_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_rejects(tmp_path / "missing" / "rejects.jsonl", [])


@pytest.mark.parametrize("half", ["\ud800", "x\udfff y", "\udcff"])
def test_half_a_surrogate_pair_is_written_as_its_escape(tmp_path, half):
    path = tmp_path / "rejects.jsonl"
    write_rejects(path, [Rejection("a", 1, "id", half, f"no such id: {half}"), Rejection("b", None, None, None, "?")])
    first, second = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    assert (first["value"], second["file"]) == (half, "b")
