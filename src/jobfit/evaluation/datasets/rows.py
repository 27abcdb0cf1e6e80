"""Rows of JSON Lines and JSON files, read line by line, with errors that name file, line and field."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from jobfit.artifacts import numbered_lines, read_text, write_lines
from jobfit.errors import InputError
from jobfit.ingest.formats.values import JsonError, WrongValueError, identifier, parse, parse_line, text


def json_lines(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield (place, object) for each line that is not blank; the place is ``file:line``, for messages."""
    for number, line in numbered_lines(path):
        if line.strip():
            yield f"{path}:{number}", _parsed(parse_line, line, f"{path}:{number}")


def json_object(path: Path) -> Mapping[str, object]:
    """The one object of a JSON file; errors as :func:`json_lines`."""
    return _parsed(parse, read_text(path), str(path))


def _parsed(parser: Callable[[str], object], content: str, place: str) -> Mapping[str, object]:
    try:
        value = parser(content)
    except JsonError as error:
        raise InputError(f"{place}: {error}") from error
    if not isinstance(value, Mapping):
        raise InputError(f"{place}: a JSON object is expected here")
    return value


def record_id(row: Mapping[str, object], field: str, place: str) -> str:
    """The id in ``field``; ``InputError`` where it is absent, empty, or neither a text nor a number."""
    try:
        value = identifier(row.get(field), field)
    except WrongValueError as error:
        raise InputError(f"{place}: {error}") from error
    if value is None:
        raise InputError(f"{place}: no {field!r}")
    return value


def content(row: Mapping[str, object], field: str, place: str) -> str:
    """The text in ``field`` without outer blanks; absent is empty."""
    try:
        return text(row.get(field), field)
    except WrongValueError as error:
        raise InputError(f"{place}: {error}") from error


def listed(row: Mapping[str, object], field: str, place: str) -> list[object]:
    """The list in ``field``; absent is empty."""
    value = [] if row.get(field) is None else row[field]
    if not isinstance(value, list):
        raise InputError(f"{place}: {field}: a list is expected here")
    return value


def write_rows(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    write_lines(path, (json.dumps(row, ensure_ascii=False) for row in rows))
