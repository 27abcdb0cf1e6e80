"""CSV files: one document a row. Delimiter and encoding are found; a row that does not fit is reported, never lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from jobfit.ingest.formats.tables import distinct, flagged, match_columns
from jobfit.ingest.parse.text import decode
from jobfit.ingest.raw import RawDocument, RawRejection

DELIMITERS = (",", ";", "\t", "|")


def extract(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One result a data row, numbered from 1; one rejection where the file is no table of texts."""
    decoded = decode(data)
    if isinstance(decoded, RawRejection):
        return [decoded]
    text, flags = decoded
    if not text.strip():
        return [RawRejection("the file is empty")]
    csv.field_size_limit(max(len(text), csv.field_size_limit()))  # the whole file is in memory already: no cut inside
    return [flagged(result, flags) for result in distinct(_rows(text))]


def header(text: str) -> tuple[list[str], str]:
    """The column names and the delimiter: the one with which most columns are known, then the one that gives most."""

    def read(delimiter: str) -> list[str]:
        try:
            return next((row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row), [])
        except csv.Error:
            return []

    def worth(delimiter: str) -> tuple[int, int]:
        names = read(delimiter)
        columns = match_columns(names)
        return (0 if isinstance(columns, RawRejection) else len(columns.by_field)), len(names)

    best = max(DELIMITERS, key=worth)
    return read(best), best


def _rows(text: str) -> Iterator[RawDocument | RawRejection]:
    names, delimiter = header(text)
    columns = match_columns(names)
    if isinstance(columns, RawRejection):
        yield columns
        return
    number = 0
    for number, record in enumerate(_records(text, delimiter)):
        if isinstance(record, str):
            yield RawRejection(record, row=number or None)
        elif number > 0 and len(record) != len(names):
            reason = f"the row has {len(record)} fields and the header has {len(names)}; is a quotation mark missing?"
            yield RawRejection(reason, number)  # no value: a row of a person is nothing to copy about
        elif number > 0:
            yield columns.document(dict(zip(names, record)), number)
    if number == 0:
        yield RawRejection("the table has no rows")


def _records(text: str, delimiter: str) -> Iterator[list[str] | str]:
    """Each record of the file that is not blank, the header first; in place of a broken one the reason."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        first = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            yield _broken(str(error), first, reader.line_num)
            continue
        if record is None:
            return
        if record:
            yield record


def _broken(error: str, first: int, last: int) -> str:
    if "unexpected end of data" in error:
        return f"a quotation mark opened in line {first} is never closed; lines {first} to {last} are inside it"
    return f"line {last}: {error}; a quotation mark inside a quoted field is written twice"
