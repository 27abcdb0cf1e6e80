"""BEIR JSON Lines: ``corpus.jsonl`` and ``queries.jsonl``, one ``{"_id", "title", "text"}`` per line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from jobfit.artifacts import numbered_lines
from jobfit.errors import InputError, Rejection
from jobfit.ingest.formats.json_files import JsonError, parse_line
from jobfit.ingest.formats.outline import joined
from jobfit.ingest.formats.values import WrongValueError, identifier, shape, text
from jobfit.records import Document

NO_TEXT = "it has neither title nor text: it can never be retrieved"


def read_beir(path: Path, rejects: list[Rejection]) -> Iterator[Document]:
    """The documents (or queries) of a file, one at a time: the title, a line break, the text.

    A line without title and text gives no document and goes to ``rejects``; blank lines are passed over.

    Raises:
        InputError: the file cannot be read; a line is not a JSON object, has no ``_id``, a value of a wrong type, or an
            id that an earlier line has. The message names file and line.
    """
    for number, document in _numbered(path):
        if document.text:
            yield document
        else:
            rejects.append(Rejection(str(path), number, "text", None, NO_TEXT))


def every_document(path: Path) -> Iterator[Document]:
    """Every document of a file, those without a text too; errors as :func:`read_beir`."""
    return (document for _, document in _numbered(path))


def _numbered(path: Path) -> Iterator[tuple[int, Document]]:
    first: dict[str, int] = {}
    for number, line in numbered_lines(path):
        if not line.strip():
            continue
        document = _document(line, path, number)
        if document.id in first:
            raise InputError(f"{path}:{number}: duplicate id, first in line {first[document.id]}")
        first[document.id] = number
        yield number, document


def _document(line: str, path: Path, number: int) -> Document:
    try:
        value = parse_line(line)
        if not isinstance(value, Mapping):
            raise InputError(f"{path}:{number}: a JSON object is expected in each line")
        record_id = identifier(value.get("_id", value.get("id")), "_id")
        content = joined((text(value.get("title"), "title"), text(value.get("text"), "text")), "\n")
    except JsonError as error:
        raise InputError(f"{path}:{number}: {error}") from error
    except WrongValueError as error:
        shown = shape(error.rejection.value)
        value = "" if shown is None else f" (value {shown!r})"
        raise InputError(f"{path}:{number}: field {error}{value}") from error
    if record_id is None:
        raise InputError(f"{path}:{number}: no '_id'")
    return Document(record_id, content)
