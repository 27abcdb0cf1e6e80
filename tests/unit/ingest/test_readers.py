"""The whole chain of ingest with real parser processes."""

import io
import json
import os
from collections import Counter

import pyarrow
import pyarrow.parquet
import pytest

from jobfit.errors import Rejection
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import Parsed, read_raw
from jobfit.ingest.sources import find_files
from jobfit.records import Kind

CV = (
    "Ana Sample\nana@example.org\n\nWork experience\nCook at the Soup Company, 2019 - 2021\nI cook soup and bread for "
    "the guests of a small house with a team of four.\n\nEducation\nCatering school, 2018\n"
)
VACANCY = (
    "Cook\nWe are looking for a cook for our house. You will cook soup and bread with a team of four people.\n"
    "Requirements\n- two years of experience in a kitchen\n"
)


@pytest.fixture(scope="module")
def pool():
    with ParserPool(1) as started:
        yield started


def read(folder, pool, kind=None):
    return list(read_raw(find_files([str(folder)]).files, pool, kind))


def test_mixed_folder_gives_every_file_one_result_in_order(tmp_path, pool):
    (tmp_path / "1.txt").write_text(CV)
    (tmp_path / "2.txt").write_bytes(b"")
    (tmp_path / "3.csv").write_text("id,job_description\nv1,Cook soup for us\nv2,\n")
    (tmp_path / "4.json").write_text(json.dumps({"basics": {"name": "Ana", "label": "Cook of soup"}}))
    (tmp_path / "5.html").write_text(f"<html><body><pre>{VACANCY}</pre></body></html>")
    (tmp_path / "6.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    results = read(tmp_path, pool)
    assert [(r.id, r.kind, r.source.format) if isinstance(r, Parsed) else (r.row, r.field) for r in results] == [
        ("1", Kind.CANDIDATE, "text"),
        (None, None),
        ("v1", Kind.VACANCY, "csv"),
        (2, "job_description"),
        ("4", Kind.CANDIDATE, "json"),
        ("5", Kind.VACANCY, "html"),
        (None, None),
    ]
    assert results[0].language == "en"
    assert results[1].reason == "the file is empty (0 bytes)"
    assert "picture" in results[6].reason


def test_parquet_is_read_inside_the_limits_of_the_child(tmp_path, pool):
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"id": ["a"], "cv": [CV]}), file)
    (tmp_path / "t.parquet").write_bytes(file.getvalue())
    [result] = read(tmp_path, pool)
    assert (result.id, result.source.row) == ("a", 1)


def test_text_that_does_not_tell_its_kind_is_rejected_unless_the_user_says_it(tmp_path, pool):
    (tmp_path / "note.txt").write_text("The weather is fine and the garden is full of flowers and bees. " * 3)
    [rejection] = read(tmp_path, pool)
    assert rejection.reason.endswith("pass --as candidate or --as vacancy")
    [parsed] = read(tmp_path, pool, Kind.VACANCY)
    assert parsed.kind is Kind.VACANCY


def test_format_that_contradicts_the_user_is_rejected(tmp_path, pool):
    (tmp_path / "r.json").write_text(json.dumps({"basics": {"name": "Ana", "label": "Cook of soup"}}))
    [rejection] = read(tmp_path, pool, Kind.VACANCY)
    assert rejection.reason == "it is a candidate by its format, not a vacancy"


def test_hash_of_a_row_changes_only_with_its_own_text(tmp_path, pool):
    table = tmp_path / "t.csv"
    table.write_text("id,cv\na,Cook of soup\nb,Baker of bread\n")
    before = read(tmp_path, pool)
    table.write_text("id,cv\na,Cook of soup\nb,Baker of cakes\n")
    after = read(tmp_path, pool)
    assert before[0].source.sha256 == after[0].source.sha256
    assert before[1].source.sha256 != after[1].source.sha256


def test_same_id_stated_in_two_files_is_rejected_the_second_time(tmp_path, pool):
    for name in ("1.csv", "2.csv"):
        (tmp_path / name).write_text("id,cv\na,Cook of soup\n")
    first, second = read(tmp_path, pool)
    assert first.id == "a"
    assert isinstance(second, Rejection)
    assert (second.file, second.row, second.field) == (str(tmp_path / "2.csv"), 1, "id")


def test_file_under_a_false_name_is_read_as_what_it_is_and_flagged(tmp_path, pool):
    (tmp_path / "cv.txt").write_text(f"<!doctype html><html><body><pre>{CV}</pre></body></html>")
    [parsed] = read(tmp_path, pool)
    assert parsed.source.format == "html"
    assert parsed.raw.flags == ("mislabelled:html",)


def test_file_that_vanished_or_is_too_large_is_rejected(tmp_path, pool):
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    missing, too_large = read_raw([tmp_path / "gone.txt", large], pool)
    assert "cannot be opened" in missing.reason
    assert "68,157,440 bytes" in too_large.reason


def test_all_real_cvs_and_vacancies_are_told_apart(shared_data, pool):
    results = read(shared_data / "cv-docx", pool)
    assert Counter(result.kind for result in results) == {Kind.CANDIDATE: 65, Kind.VACANCY: 5}
    assert {result.id for result in results if result.kind is Kind.VACANCY} == {"8", "37", "90", "207", "499"}


@pytest.mark.parametrize("swap", ["fifo", "link", "folder", "device", "gone"])
def test_file_that_became_something_else_since_it_was_listed_is_refused(tmp_path, pool, swap):
    (tmp_path / "cv.txt").write_text(CV)
    (tmp_path / "other.txt").write_text(CV.replace("soup", "bread"))
    files = find_files([str(tmp_path)]).files
    (tmp_path / "cv.txt").unlink()
    match swap:
        case "fifo":
            os.mkfifo(tmp_path / "cv.txt")
        case "link":
            (tmp_path / "cv.txt").symlink_to("/etc/passwd")
        case "folder":
            (tmp_path / "cv.txt").mkdir()
        case "device":
            (tmp_path / "cv.txt").symlink_to("/dev/zero")
    refused, good = read_raw(files, pool)
    assert isinstance(refused, Rejection) and "cannot be opened" in refused.reason
    assert isinstance(good, Parsed) and good.id == "other"


@pytest.mark.parametrize("kind", ["a link to another file", "a loop of links", "gone"])
def test_file_that_changes_after_it_was_read_is_from_where_it_was(tmp_path, pool, kind):
    file, other = tmp_path / "cv.txt", tmp_path / "other.txt"
    file.write_text(CV)

    class Swapping:
        def map(self, items):
            for results in pool.map(items):
                file.unlink()
                if kind != "gone":
                    file.symlink_to(file if kind == "a loop of links" else other)
                yield results

    [result] = read_raw([file], Swapping(), Kind.CANDIDATE)
    assert (result.id, result.source.path) == ("cv", str(tmp_path / "cv.txt"))
