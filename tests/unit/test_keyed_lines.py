"""The append-only file: what is in it is never asked for again, whatever happened to the process that wrote it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobfit.errors import InputError
from jobfit.keyed_lines import KeyedLines, digest_of

SOURCE = Path(__file__).resolve().parents[2] / "src"


def opened(path, head=None):
    return KeyedLines(path, "test-1", head or {"made_by": "a"})


def test_rows_come_back_in_their_order_and_adding_twice_changes_nothing(tmp_path):
    path = tmp_path / "f.jsonl"
    with opened(path) as lines:
        for key in "bab":
            lines.add(key, {"text": f"{key} é"})
    before = path.read_bytes()
    with opened(path) as lines:
        assert [row["key"] for row in lines] == ["b", "a"]
        assert lines.get("a") == {"key": "a", "text": "a é"} and "c" not in lines
        lines.add("a", {"text": "other"})
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cut", range(1, 18))
def test_file_torn_anywhere_in_its_last_line_loses_that_line_alone_and_says_so(tmp_path, cut):
    path = tmp_path / "f.jsonl"
    with opened(path) as lines:
        lines.add("a", {"n": 1})
        lines.add("b", {"n": 2})
    path.write_bytes(path.read_bytes()[:-cut])
    with opened(path) as lines:
        assert len(lines.notes) == 1 and "torn" in lines.notes[0]
        assert [row["key"] for row in lines] == ["a"]
        lines.add("c", {"n": 3})
    with opened(path) as lines:
        assert [row["key"] for row in lines] == ["a", "c"] and not lines.notes


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"format": "other"}\n', "no test-1 file"),
        ('{"format": "test-1", "made_by": "b"}\n', "made in another way (made_by: 'b' there, 'a' now)"),
        ('{"format": "test-1", "made_by": "a"}\n{"key": "x"}\n{"key": "x"}\n', ":3: the key 'x' is missing or occurs"),
        ('{"format": "test-1", "made_by": "a"}\n{"key": \n{"key": "x"}\n', ":2: damaged line"),
        ('{"format": "test-1", "made_by": "a"}\n[1]\n', ":2: a JSON object"),
        ('{"format": "test-1", "made_by": "a"}\n{"n": 1}\n', ":2: the key 'None' is missing"),
    ],
)
def test_any_other_damage_is_an_error_that_names_the_line_and_changes_nothing(tmp_path, content, message):
    path = tmp_path / "f.jsonl"
    path.write_text(content)
    with pytest.raises(InputError) as error:
        opened(path)
    assert message in str(error.value)
    assert path.read_text() == content


def test_second_writer_is_refused_and_a_reader_is_not(tmp_path):
    path = tmp_path / "f.jsonl"
    with opened(path) as lines:
        lines.add("a", {})
        with pytest.raises(InputError, match="written by another process"):
            opened(path)
        reader = KeyedLines(path, "test-1")
        assert len(reader) == 1
        with pytest.raises(InputError, match="for reading only"):
            reader.add("b", {})


def test_file_without_a_folder_or_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(InputError, match="choose a file in a folder that exists"):
        opened(tmp_path / "no" / "f.jsonl")
    with pytest.raises(InputError, match="cannot be read"):
        KeyedLines(tmp_path / "f.jsonl", "test-1")
    (tmp_path / "empty").touch()
    with pytest.raises(InputError, match="is empty"):
        KeyedLines(tmp_path / "empty", "test-1")


def test_full_disk_is_an_error_and_what_is_there_stays_readable_and_goes_on(tmp_path, full_disk):
    path = tmp_path / "f.jsonl"
    with opened(path) as lines:
        lines.add("a", {})
        size = path.stat().st_size
        with full_disk(size + 20), pytest.raises(InputError, match=r"cannot be written \(File too large\).*Make room"):
            lines.add("b", {"text": "x" * 50})
        assert "b" not in lines and path.stat().st_size == size  # the part that fitted is cut off again
        lines.add("c", {})
    assert [row["key"] for row in KeyedLines(path, "test-1")] == ["a", "c"]


def test_process_killed_while_writing_leaves_a_file_that_goes_on(tmp_path):
    path = tmp_path / "f.jsonl"
    code = (
        "import sys, itertools; from pathlib import Path; from jobfit.keyed_lines import KeyedLines\n"
        "lines = KeyedLines(Path(sys.argv[1]), 'test-1', {'made_by': 'a'})\n"
        "for n in itertools.count(): lines.add(str(n), {'text': 'x' * 5000})"
    )
    process = subprocess.Popen([sys.executable, "-c", code, path], env=os.environ | {"PYTHONPATH": str(SOURCE)})
    while process.poll() is None and (not path.exists() or path.stat().st_size < 200_000):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with opened(path) as lines:
        keys = [row["key"] for row in lines]
        lines.add("last", {})
    assert keys == [str(n) for n in range(len(keys))] and len(keys) >= 30
    assert [json.loads(line).get("key") for line in path.read_text().splitlines()][1:] == [*keys, "last"]


def test_digest_tells_parts_apart():
    assert digest_of("a", "bc") != digest_of("ab", "c")
