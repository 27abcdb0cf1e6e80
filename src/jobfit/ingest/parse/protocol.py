"""What parent and child agree on: the format of their messages, and which function reads which format.

A frame is eight bytes (unsigned, big-endian) and that many bytes. A request is two frames, the format's name and the
file; an answer is one, ``{"results": [...], "retire": bool}``, which the parent reads as data that may be hostile:
JSON and nothing that could run code.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable
from dataclasses import asdict
from importlib import import_module
from typing import IO, Any

from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind

Extract = Callable[[bytes], Iterable[RawDocument | RawRejection]]

# Which function reads which format; imported in the child, when the first such file comes.
EXTRACTORS: dict[str, str] = {
    "pdf": "jobfit.ingest.parse.pdf:extract",
    "docx": "jobfit.ingest.parse.docx:extract",
    "html": "jobfit.ingest.formats.jobposting:extract_page",
    "mhtml": "jobfit.ingest.formats.saved_pages:extract_mhtml",
    "webarchive": "jobfit.ingest.formats.saved_pages:extract_webarchive",
    "text": "jobfit.ingest.parse.text:extract",
    "xml": "jobfit.ingest.formats.europass:extract",
    "json": "jobfit.ingest.formats.json_files:extract",
    "jsonresume": "jobfit.ingest.formats.json_files:extract",
    "csv": "jobfit.ingest.formats.tables:extract_csv",
    "parquet": "jobfit.ingest.formats.tables:extract_parquet",
}

_LENGTH = struct.Struct(">Q")


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    stream.write(_LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes], most: int) -> bytes | None:
    """The next frame; ``None`` at the end of the stream; ValueError for a frame of more than ``most`` bytes."""
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    if length > most:
        raise ValueError(f"a frame of {length:,} bytes")
    payload = stream.read(length)
    return payload if len(payload) == length else None


def to_json(results: list[RawDocument | RawRejection], retire: bool) -> bytes:
    """The answer of a child; ``retire`` asks the parent for a fresh child before the next document."""
    return json.dumps({"results": [asdict(result) for result in results], "retire": retire}).encode("ascii")


def from_json(payload: bytes) -> tuple[tuple[RawDocument | RawRejection, ...], bool]:
    """The results and the wish to retire; ValueError where the answer does not have that form."""
    try:
        answer = json.loads(payload)
        return tuple(_result(data) for data in answer["results"]), bool(answer["retire"])
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"a malformed answer: {error!r}") from error


def _result(data: dict[str, Any]) -> RawDocument | RawRejection:
    row = _optional(data["row"], int)
    if "reason" in data:
        return RawRejection(str(data["reason"]), row, _optional(data["field"], str), _optional(data["value"], str))
    kind = None if data["kind"] is None else Kind(data["kind"])
    flags, declared = (tuple(map(str, data[name])) for name in ("flags", "declared"))
    return RawDocument(str(data["text"]), kind, _optional(data["id"], str), row, flags, declared)


def _optional(value: Any, kind: type) -> Any:
    if value is not None and not isinstance(value, kind):
        raise ValueError(f"{type(value).__name__} where {kind.__name__} was expected")
    return value


def resolve(address: str) -> Extract:
    """Import the function at ``"module:function"``; ImportError or AttributeError where there is none."""
    module, _, function = address.partition(":")
    extract: Extract = getattr(import_module(module), function)
    return extract
