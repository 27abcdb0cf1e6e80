from __future__ import annotations

import pytest

from jobfit.ingest.parse.sniff import mislabelled, sniff
from jobfit.ingest.raw import RawRejection

ZIP = b"PK\x03\x04" + bytes(26)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.pdf", b"%PDF-1.7 ...", "pdf"),
        ("a.docx", b"\n\n%PDF-1.4", "pdf"),
        ("a.docx", ZIP + b"[Content_Types].xml ... word/document.xml", "docx"),
        ("a.pdf", ZIP + b"[Content_Types].xml ... word/document2.xml", "docx"),
        ("a.parquet", b"PAR1....", "parquet"),
        ("a.docx", OLE + "WordDocument".encode("utf-16-le"), "doc"),
        ("a.doc", b"{\\rtf1 hello}", "rtf"),
        ("a.odt", ZIP + b"mimetypeapplication/vnd.oasis.opendocument.text", "odt"),
        ("a.html", b"<!DOCTYPE HTML><p>x", "html"),
        ("a.txt", b"\xef\xbb\xbf  <html><body>x", "html"),
        ("a.htm", b"<p>a fragment</p>", "html"),
        ("a.json", b"{ broken", "json"),
        ("a", b' {"basics": {}}', "json"),
        ("a.txt", b"[Paris] a note", "text"),
        ("a.csv", b"id,text\n1,nurse", "csv"),
        ("a.md", b"# Marie", "text"),
        ("a.unknown", b"Marie, nurse", "text"),
        ("a.docx", b"Marie, nurse", "text"),
        ("a.html", "<html>x".encode("utf-16"), "html"),
        ("a.txt", b"MZ is my name", "text"),
    ],
)
def test_sniff_names_the_format_by_content(name: str, data: bytes, expected: str) -> None:
    assert sniff(name, data) == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "0 bytes"),
        (b"\0" * 500, "nothing but blanks"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "picture"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + bytes(100), "old Office"),
        (ZIP + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "without a text"),
        (ZIP + b"[Content_Types].xml xl/workbook.xml", "Excel"),
        (ZIP + b"photos/1.txt", "ZIP archive"),
        (b"\x7fELF" + bytes(40), "program"),
        (b"MZ" + bytes(40), "program"),
    ],
)
def test_sniff_refuses_with_a_reason(data: bytes, reason: str) -> None:
    result = sniff("cv.docx", data)
    assert isinstance(result, RawRejection) and reason in result.reason


@pytest.mark.parametrize(
    ("name", "found", "flag"),
    [
        ("a.docx", "pdf", "mislabelled:pdf"),
        ("a.doc", "rtf", "mislabelled:rtf"),
        ("a.csv.gz", "csv.gz", None),
        ("a.PDF", "pdf", None),
        ("a", "pdf", None),
        ("a.md", "text", None),
    ],
)
def test_mislabelled_flags_only_a_name_that_promises_something_else(name: str, found: str, flag: str | None) -> None:
    assert mislabelled(name, found) == flag
