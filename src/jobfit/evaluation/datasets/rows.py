"""Rows of JSON Lines and JSON files, read line by line, with errors that name file, line and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from jobfit.errors import InputError
from jobfit.ingest.formats.values import JsonError, WrongValueError, identifier, parse, parse_line, text


def json_lines(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield (place, object) for each line that is not blank; the place is ``file:line``, for messages.

    Raises:
        InputError: the file cannot be read, is not UTF-8, or a line is no JSON object.
    """
    number = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                content = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if content.strip():
                    yield f"{path}:{number}", _mapping(parse_line(content), f"{path}:{number}")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}:{number}: the line is not UTF-8; save the file as UTF-8") from error
    except JsonError as error:
        raise InputError(f"{path}:{number}: {error}") from error


def json_object(path: Path) -> Mapping[str, object]:
    """The one object of a JSON file.

    Raises:
        InputError: as :func:`json_lines`.
    """
    try:
        return _mapping(parse(path.read_bytes().decode("utf-8-sig")), str(path))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the file is not UTF-8") from error
    except JsonError as error:
        raise InputError(f"{path}: {error}") from error


def record_id(row: Mapping[str, object], field: str, place: str) -> str:
    """The id in ``field``.

    Raises:
        InputError: it is absent, empty, or no text or number.
    """
    try:
        value = identifier(row.get(field), field)
    except WrongValueError as error:
        raise InputError(f"{place}: {error}") from error
    if value is None:
        raise InputError(f"{place}: no {field!r}")
    return value


def content(row: Mapping[str, object], field: str, place: str) -> str:
    """The text in ``field`` without outer blanks; absent is empty.

    Raises:
        InputError: it is not a text.
    """
    try:
        return text(row.get(field), field)
    except WrongValueError as error:
        raise InputError(f"{place}: {error}") from error


def listed(row: Mapping[str, object], field: str, place: str) -> list[object]:
    """The list in ``field``; absent is empty.

    Raises:
        InputError: it is not a list.
    """
    value = row.get(field)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"{place}: {field}: a list is expected here")
    return value


def _mapping(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise InputError(f"{place}: a JSON object is expected here")
    return value
