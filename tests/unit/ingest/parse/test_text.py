from __future__ import annotations

import codecs

import pytest

from jobfit.ingest.parse.text import decode, extract
from jobfit.ingest.raw import RawDocument, RawRejection

TEXT = "Infirmière à Orléans – dix ans d’expérience, 35 €/h"


@pytest.mark.parametrize(
    ("data", "flags"),
    [
        (TEXT.encode(), ()),
        (codecs.BOM_UTF8 + TEXT.encode(), ()),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), ("encoding:utf-16-le",)),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), ("encoding:utf-16-be",)),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), ("encoding:utf-32-le",)),
        (TEXT.encode("utf-16-le"), ("encoding:utf-16-le",)),
        (TEXT.encode("utf-16-be"), ("encoding:utf-16-be",)),
        (TEXT.encode("cp1252"), ("encoding:cp1252",)),
    ],
)
def test_text_in_each_encoding_reads_the_same(data: bytes, flags: tuple[str, ...]) -> None:
    assert decode(data) == (TEXT, flags)


def test_text_of_two_encodings_is_read_and_flagged() -> None:
    assert decode("Éric\n".encode() + "Orléans".encode("cp1252")) == ("Éric\nOrléans", ("encoding:mixed",))


def test_text_with_a_stray_nul_loses_it_and_is_flagged() -> None:
    assert decode(TEXT.encode() * 5 + b"\0") == (TEXT * 5, ("nul_bytes",))


@pytest.mark.parametrize("data", [bytes(range(256)) * 10, b"\0" * 100, b"a\0\0\0b" * 50])
def test_text_that_is_binary_is_refused(data: bytes) -> None:
    result = decode(data)
    assert isinstance(result, RawRejection) and "binary" in result.reason


def test_text_in_an_encoding_of_another_alphabet_is_refused_rather_than_garbled() -> None:
    result = decode("Медсестра с десятилетним опытом".encode("cp1251"))
    assert isinstance(result, RawRejection) and "UTF-8" in result.reason


def test_text_extract_gives_one_document() -> None:
    assert list(extract(TEXT.encode())) == [RawDocument(text=TEXT)]
