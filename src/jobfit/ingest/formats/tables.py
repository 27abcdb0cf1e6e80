"""Tables: rows of CSV, Parquet and plain JSON records to raw documents, by the names of the columns.

``SYNONYMS`` is the whole knowledge: for each field the column names that hold it, in order of preference. The delimiter
and the encoding of a CSV file are detected.

A row number counts data rows from 1 (the header is not counted, nor are blank lines); a row that does not fit is
reported, never lost.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jobfit.folding import fold
from jobfit.ingest.formats.outline import VOCABULARY, Outline, labelled
from jobfit.ingest.formats.values import WrongValueError, identifier, texts
from jobfit.ingest.language import detect_language
from jobfit.ingest.parse.limits import LIMITS
from jobfit.ingest.parse.text import decode
from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind

SYNONYMS: dict[str, list[str]] = VOCABULARY["documents"]
DELIMITERS = (",", ";", "\t", "|")
_BATCH_ROWS = 256  # of Parquet
_CANDIDATE_COLUMNS, _VACANCY_COLUMNS = (frozenset(VOCABULARY["kinds"][kind]) for kind in ("candidate", "vacancy"))
_LABELS: dict[str, dict[str, str]] = VOCABULARY["labels"]  # by language
_HEADINGS: dict[str, dict[str, str]] = VOCABULARY["headings"]
_TELLING = ("text", *_HEADINGS["en"])  # a row needs one of these: a name and a town make no CV
_HEADING = re.compile(r"\w.{1,98}(?<![.!?:])")  # a line that may be a title
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")

Row = Mapping[str, object]


def plain_name(column: str) -> str:
    """The name without case, accents and punctuation: ``Intitulé du poste`` is ``intitule_du_poste``."""
    letters = unicodedata.normalize("NFKD", column.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NOT_ALPHANUMERIC.sub("_", bare).strip("_")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds which field, and what kind of record the names tell of."""

    by_field: Mapping[str, str]
    kind: Kind | None

    def document(self, row: Row, number: int | None) -> RawDocument | RawRejection:
        """One row as a document: the known fields around its text, or under headings where it has none."""
        try:
            record_id = identifier(row.get(self.by_field["id"]), self.by_field["id"]) if "id" in self.by_field else None
            values = {field: texts(row.get(column), column) for field, column in self.by_field.items() if field != "id"}
        except WrongValueError as error:
            return error.in_row(number)
        if not any(values.get(field) for field in _TELLING):
            column = next(self.by_field[field] for field in _TELLING if field in self.by_field)
            return RawRejection("there is no text in this row", row=number, field=column, value="")
        page = _written_out(values, self.kind)
        return RawDocument(page.text(), self.kind, record_id, number, declared=page.declared)


def match_columns(names: Sequence[str]) -> Columns | RawRejection:
    """Find the known columns among ``names``; a rejection where none would give a text, or two kinds are mixed."""
    by_name = {plain_name(name): name for name in reversed(names)}  # reversed: of two equal names the first one counts
    chosen = {field: next((n for n in synonyms if n in by_name), None) for field, synonyms in SYNONYMS.items()}
    by_field = {field: by_name[name] for field, name in chosen.items() if name is not None}
    if not any(field in by_field for field in _TELLING):
        others = (names[0] for field, names in SYNONYMS.items() if field in _HEADINGS["en"])
        usable = ", ".join(("text, resume, cv, job_description", *others))
        shown = ", ".join(repr(name) for name in names[:20]) if by_field else f"{len(names)}, none of a known name"
        return RawRejection(f"no column holds a text (found: {shown}); one of these is needed: {usable}")
    candidate, vacancy = by_name.keys() & _CANDIDATE_COLUMNS, by_name.keys() & _VACANCY_COLUMNS
    if candidate and vacancy:
        pair = f"{by_name[min(candidate)]!r} (candidates) and {by_name[min(vacancy)]!r} (vacancies)"
        return RawRejection(f"a table holds one kind of record, but this one has the columns {pair}; split it in two")
    kind = Kind.CANDIDATE if candidate else Kind.VACANCY if vacancy else None
    return Columns(by_field, kind)


def distinct(results: Iterable[RawDocument | RawRejection]) -> Iterator[RawDocument | RawRejection]:
    """The results, with a rejection in place of each document whose id an earlier document of this file has."""
    seen: dict[str, int | None] = {}
    for result in results:
        if isinstance(result, RawDocument) and result.id is not None:
            if result.id in seen:
                first = f"row {seen[result.id]}" if seen[result.id] else "another record"
                yield RawRejection(f"duplicate id: {first} of this file has it too", result.row, "id", result.id)
                continue
            seen[result.id] = result.row
        yield result


def _written_out(values: Mapping[str, list[str]], kind: Kind | None) -> Outline:
    """The fields as one page: name and title, labelled fields, the text, sections.

    A value that the text has as a line of its own is not written again; one that stands in a sentence is, for a
    sentence may say something else about it. The title with which the text opens stays above the fields.
    """
    body = "\n".join(values.get("text", [])).strip()
    whole = "\n".join(map(_folded, body.splitlines()))
    name, title = (" ".join(values.get(field, [])) for field in ("name", "title"))

    def new(field: str) -> list[str]:
        return [value for value in values.get(field, []) if not _says(whole, value)]

    prose = "\n".join(value for several in values.values() for value in several if " " in value)
    language = detect_language(prose) or ""
    labels, headings = (words.get(language, words["en"]) for words in (_LABELS, _HEADINGS))
    if not values.get("pay"):
        values = {**values, "pay": _range_of_pay(values)}
    fields = [labelled(label, ", ".join(new(field))) for field, label in labels.items()]
    head, rest = _opening(body, name, title, kind)
    named = _words(name) in map(_words, body.splitlines())
    titled = _words(title) in map(_words, head.splitlines())
    page = Outline()
    page.lines("" if named else name, "" if titled else title, head if any(fields) else "")
    page.fields(*fields)
    page.lines(rest if any(fields) else body)
    for field, heading in headings.items():
        page.section(heading, new(field))
    return page


def _range_of_pay(values: Mapping[str, list[str]]) -> list[str]:
    """Return the pay that two columns and that of the currency state together."""
    low, high, currency = (" ".join(values.get(field, [])) for field in ("least_pay", "most_pay", "currency"))
    if not (low and high):
        return [f"{'from' if low else 'up to'} {low or high} {currency}".strip()] if low or high else []
    return [f"{low} - {high} {currency}".strip()]


def _opening(body: str, name: str, title: str, kind: Kind | None) -> tuple[str, str]:
    """Cut the text behind the lines of ``name`` and ``title``; of a vacancy without a title, behind its heading."""
    lines, own = body.split("\n"), {_words(name), _words(title)} - {()}
    count = next((n for n, line in enumerate(lines) if _words(line) not in own), len(lines))
    if not count and not title and kind is Kind.VACANCY and _HEADING.fullmatch(lines[0].strip()):
        count = 1
    return "\n".join(lines[:count]), "\n".join(lines[count:])


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())


def _words(line: str) -> tuple[str, ...]:
    """Return the words in any order, by their capitals, for a name: "YILDIZ, Jane" says "Jane Yıldız"."""
    return tuple(sorted(fold(line.replace(",", " ").upper()).split()))


def _says(whole: str, value: str) -> bool:
    """Tell whether ``whole``, folded line by line, has the value as lines of their own, perhaps behind a label."""
    lines = "\n".join(filter(None, map(_folded, value.splitlines())))
    return re.search(rf"(?:^|: ?|^[^\w\n]{{1,3}}){re.escape(lines)}\W{{0,2}}$", whole, re.MULTILINE) is not None


def extract_text(
    data: bytes, read: Callable[[str], Iterable[RawDocument | RawRejection]]
) -> list[RawDocument | RawRejection]:
    """What ``read`` makes of the decoded text, each id once, with the flags of the decoding; else one rejection."""
    decoded = decode(data)
    if isinstance(decoded, RawRejection):
        return [decoded]
    text, flags = decoded
    results = distinct(read(text) if text.strip() else [RawRejection("the file is empty")])
    return [replace(r, flags=(*r.flags, *flags)) if isinstance(r, RawDocument) else r for r in results]


def extract_csv(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One result per data row, numbered from 1; one rejection where the file is not a table of texts."""
    return extract_text(data, _csv_rows)


def header(text: str, known: Callable[[list[str]], int]) -> tuple[list[str], str]:
    """The column names and the delimiter: the one with which most are ``known``, then the one that gives most."""

    def read(delimiter: str) -> list[str]:
        try:
            return next((row for row in _reader(text, delimiter) if row), [])
        except csv.Error:
            return []

    best = max(DELIMITERS, key=lambda delimiter: (known(read(delimiter)), len(read(delimiter))))
    return read(best), best


def known_columns(names: list[str]) -> int:
    columns = match_columns(names)
    return 0 if isinstance(columns, RawRejection) else len(columns.by_field)


def records(text: str, delimiter: str) -> Iterator[list[str] | str]:
    """Each record of the file that is not blank, the header first; in place of a broken one the reason."""
    reader = _reader(text, delimiter, strict=True)
    while True:
        first = reader.line_num + 1
        try:
            if record := next(reader):
                yield record
        except csv.Error as error:
            yield _broken(str(error), first, reader.line_num)
        except StopIteration:
            return


def _reader(text: str, delimiter: str, strict: bool = False) -> Any:
    csv.field_size_limit(max(len(text), csv.field_size_limit()))  # the whole file is in memory already: no cut inside
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _csv_rows(text: str) -> Iterator[RawDocument | RawRejection]:
    names, delimiter = header(text, known_columns)
    columns = match_columns(names)
    if isinstance(columns, RawRejection):
        yield columns
        return
    number = 0
    for number, record in enumerate(records(text, delimiter)):
        if isinstance(record, str):
            yield RawRejection(record, row=number or None)
        elif number > 0 and len(record) != len(names):
            reason = f"the row has {len(record)} fields and the header has {len(names)}; is a quotation mark missing?"
            yield RawRejection(reason, number)  # no value: a row of a person is nothing to copy about
        elif number > 0:
            yield columns.document(dict(zip(names, record)), number)
    if number == 0:
        yield RawRejection("the table has no rows")


def _broken(error: str, first: int, last: int) -> str:
    if "unexpected end of data" in error:
        return f"a quotation mark opened in line {first} is never closed; lines {first} to {last} are inside it"
    return f"line {last}: {error}; a quotation mark inside a quoted field is written twice"


def extract_parquet(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One result per row, numbered from 1; one rejection where the file is damaged or too large or holds no texts."""
    from pyarrow import ArrowException, BufferReader
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(BufferReader(data))
        most = LIMITS.get().decoded_bytes
        decoded = sum(file.metadata.row_group(n).total_byte_size for n in range(file.metadata.num_row_groups))
        if decoded > most:
            return [RawRejection(f"it unfolds to {decoded:,} bytes, more than {most:,}; split it")]
        columns = match_columns(file.schema_arrow.names)
        if isinstance(columns, RawRejection):
            return [columns]
        return list(distinct(_parquet_rows(file, columns)))
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        return [RawRejection(f"it cannot be read as Parquet ({str(error).splitlines()[0][:120]}); write it again")]


def _parquet_rows(file: Any, columns: Columns) -> Iterator[RawDocument | RawRejection]:
    batches = file.iter_batches(_BATCH_ROWS, columns=sorted(set(columns.by_field.values())), use_threads=False)
    number = 0
    for number, row in enumerate((row for batch in batches for row in batch.to_pylist()), start=1):
        yield columns.document(row, number)
    if number == 0:
        yield RawRejection("the table has no rows")
