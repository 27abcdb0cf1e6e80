from __future__ import annotations

from collections.abc import Iterator

import pytest

from jobfit.errors import InputError
from jobfit.ingest.parse.clean import admit
from jobfit.ingest.parse.protocol import EXTRACTORS, resolve
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind

WORDS = "a nurse with many years of work in the intensive care of a city hospital at night and on most weekends "


def test_pool_reads_its_input_only_as_fast_as_it_is_asked() -> None:
    taken = 0

    def endless() -> Iterator[tuple[str, bytes]]:
        nonlocal taken
        while True:
            taken += 1
            yield "text", WORDS.encode()

    with ParserPool(2) as pool:
        results = pool.map(endless())
        for _ in range(10):
            next(results)
        assert taken <= 10 + 4


def test_pool_survives_a_consumer_that_stops_early() -> None:
    with ParserPool(1) as pool:
        for _ in pool.map(("text", WORDS.encode()) for _ in range(5)):
            break
        assert len(list(pool.map([("text", WORDS.encode())]))) == 1


def test_pool_of_nothing_gives_nothing() -> None:
    with ParserPool(1) as pool:
        assert list(pool.map([])) == []


def test_pool_without_workers_is_refused() -> None:
    with pytest.raises(InputError, match="at least one worker"):
        ParserPool(0)


def test_pool_without_a_reader_for_the_format_says_so() -> None:
    with ParserPool(1) as pool:
        [[result]] = pool.map([("klingon", b"x")])
    assert isinstance(result, RawRejection) and result.value == "klingon"


@pytest.mark.parametrize("name", ["pdf", "docx", "html", "text"])
def test_registry_names_a_function_for_each_own_format(name: str) -> None:
    assert callable(resolve(EXTRACTORS[name]))


def test_admit_asks_free_text_for_twenty_words_and_a_row_for_three() -> None:
    assert isinstance(admit(RawDocument("Nurse in Lyon")), RawRejection)
    assert admit(RawDocument("Nurse in  Lyon", row=2)) == RawDocument("Nurse in\tLyon", row=2)
    assert isinstance(admit(RawDocument("Nurse in Lyon", kind=Kind.VACANCY)), RawDocument)
    rejection = admit(RawDocument("Nurse", row=4))
    assert isinstance(rejection, RawRejection) and rejection.row == 4


def test_admit_refuses_a_long_text_and_cuts_nothing() -> None:
    exact = ("word " * 40_000).strip() + "s"
    assert len(exact) == 200_000
    assert isinstance(admit(RawDocument(exact)), RawDocument)
    longer = admit(RawDocument(exact + "s"))
    assert isinstance(longer, RawRejection) and "200,001 characters" in longer.reason
