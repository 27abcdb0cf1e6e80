"""BEIR files."""

import re

import pytest

from jobfit.errors import InputError, Rejection
from jobfit.ingest.formats.beir import read_beir
from jobfit.records import Document


def test_documents_have_title_and_text(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"_id": "a", "title": "Cook", "text": "Soup"}\n\n{"_id": 2, "text": "Bread", "metadata": {}}\n')
    assert list(read_beir(path, [])) == [Document("a", "Cook\nSoup"), Document("2", "Bread")]


def test_line_without_text_is_reported_and_left_out(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"_id": "a", "title": "", "text": " "}\n{"_id": "b", "text": "Bread"}\n')
    rejects: list[Rejection] = []
    assert [document.id for document in read_beir(path, rejects)] == ["b"]
    assert [(bad.row, bad.field) for bad in rejects] == [(1, "text")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"_id": "b", ', "broken JSON at column 13"),
        ('["b"]', "a JSON object is expected"),
        ('{"text": "Soup"}', "no '_id'"),
        ('{"_id": "a", "text": "Soup"}', "duplicate id, first in line 1"),
        ('{"_id": "b", "text": ["Soup"]}', "field text: text is expected here, not a list"),
    ],
)
def test_bad_line_is_an_error_with_file_and_line(tmp_path, line, message):
    path = tmp_path / "corpus.jsonl"
    path.write_text(f'{{"_id": "a", "text": "Soup"}}\n{line}\n')
    with pytest.raises(InputError, match=re.escape(f"{path}:2: ") + ".*" + re.escape(message)):
        list(read_beir(path, []))


def test_line_that_is_not_utf8_is_an_error_with_file_and_line(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(b'{"_id": "a", "text": "Soup"}\n{"_id": "b", "text": "\xe9"}\n')
    with pytest.raises(InputError, match=r":2: the line is not UTF-8"):
        list(read_beir(path, []))
