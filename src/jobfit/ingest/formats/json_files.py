"""JSON and JSON Lines: which of the known shapes each object has, and its document.

Known shapes: schema.org ``JobPosting`` (JSON-LD), the boards of :mod:`jobfit.ingest.formats.boards`, JSON Resume 1.x,
Reactive Resume, Europass, and plain records with the columns of
:mod:`jobfit.ingest.formats.tables`, which BEIR's ``{"_id", "title", "text"}`` is one of. A file is one object, an array
of objects, or one object per line. ``row`` is the position in the array, or the line, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from jobfit.ingest.formats import boards, europass, jobposting, jsonresume, reactive
from jobfit.ingest.formats.tables import extract_text, match_columns
from jobfit.ingest.formats.values import JsonError, parse, parse_line, shorten
from jobfit.ingest.raw import RawDocument, RawRejection

Result = RawDocument | RawRejection
_WRAPPERS = ("data", "resume", "cv", "jsonResume", "json_resume")


def extract(data: bytes) -> Iterable[Result]:
    """One result per object; one rejection, with line and column, where the file cannot be read as JSON."""
    results = extract_text(data, lambda text: _lines(text) if _is_json_lines(text) else _whole(text))
    reasons = {result.reason if isinstance(result, RawRejection) else None for result in results}
    if len(results) > 1 and len(reasons) == 1 and (reason := reasons.pop()) is not None:
        return [RawRejection(f"all {len(results):,} objects: {reason}")]  # one wrong file, not thousands of wrong rows
    return results


def of_value(value: object, row: int | None) -> Iterator[Result]:
    """The documents of one JSON object: several for a ``@graph``, else one; a rejection for anything else."""
    if not isinstance(value, Mapping):
        yield RawRejection("an object is expected here", row=row, value=shorten(value))
    elif jobposting.is_linked_data(value):
        yield from jobposting.from_linked_data(value, row)
    elif (jobs := boards.jobs_of(value)) is not None:
        for number, job in enumerate(jobs, start=1):
            yield boards.from_job(job, row if row is not None or len(jobs) == 1 else number)
    elif (inner := _inside(value)) is not None:
        yield from of_value(inner, row)
    elif reactive.is_reactive(value):
        yield jsonresume.from_resume(reactive.to_resume(value), row)
    elif europass.is_passport(value):
        yield jsonresume.from_resume(europass.from_passport(value), row)
    elif jsonresume.is_resume(value):
        yield jsonresume.from_resume(value, row)
    else:
        columns = match_columns([str(key) for key in value])
        if isinstance(columns, RawRejection):
            reason = f"neither a JSON Resume, nor a schema.org JobPosting, nor a plain record: {columns.reason}"
            yield RawRejection(reason, row=row)
        else:
            yield columns.document(value, row)


def _inside(value: Mapping[str, object]) -> Mapping[str, object] | None:
    """The resume inside of what an interface sends: ``{"id": ..., "data": {...}}``."""
    parts = (value.get(name) for name in _WRAPPERS if "basics" not in value)
    return next((part for part in parts if isinstance(part, Mapping) and "basics" in part), None)


def _whole(text: str) -> Iterator[Result]:
    try:
        value = parse(text)
    except JsonError as error:
        yield RawRejection(str(error))
        return
    if not isinstance(value, list):
        yield from of_value(value, None)
        return
    if not value:
        yield RawRejection("the JSON array is empty")
    for position, item in enumerate(value, start=1):
        yield from of_value(item, position)


def _lines(text: str) -> Iterator[Result]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = parse_line(line)
        except JsonError as error:
            yield RawRejection(str(error), row=number)
        else:
            yield from of_value(value, number)


def _is_json_lines(text: str) -> bool:
    """Whether the first lines are an object each: no other layout begins two lines in a row with a brace."""
    first = [line for line in text[:1_000_000].split("\n")[:50] if line.strip()][:2]
    return len(first) == 2 and all(line.startswith("{") for line in first)
