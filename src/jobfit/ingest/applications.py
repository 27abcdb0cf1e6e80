"""Applications from a CSV table: candidate_id, vacancy_id, status, outcome, time."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

from jobfit.errors import InputError, RejectedInput, Rejection
from jobfit.ingest.formats.values import shorten
from jobfit.ingest.parse.text import decode
from jobfit.ingest.raw import RawRejection
from jobfit.records import Application, Outcome

COLUMNS = ("candidate_id", "vacancy_id", "status", "outcome", "time")


def read_applications(path: str | Path, *, rejects: list[Rejection] | None = None) -> tuple[Application, ...]:
    """The applications of a CSV file with at least the columns of ``COLUMNS``, in its order; empty for no rows.

    ``outcome`` is one of :class:`~jobfit.records.Outcome`; ``time`` is ISO 8601, in UTC where it names no zone. Rows
    that cannot be used go to ``rejects`` with their number (data rows from 1).

    Raises:
        InputError: the file cannot be read or lacks a column.
        RejectedInput: a row cannot be used and no ``rejects`` list was given.
    """
    found: list[Application] = []
    bad: list[Rejection] = []
    for number, row in enumerate(_rows(Path(path)), start=1):
        result = _application(str(path), number, row)
        if isinstance(result, Rejection):
            bad.append(result)
        else:
            found.append(result)
    if bad and rejects is None:
        raise RejectedInput(bad[0])
    if rejects is not None:
        rejects += bad
    return tuple(found)


def _rows(path: Path) -> list[dict[str, str | None]]:
    try:
        decoded = decode(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    if isinstance(decoded, RawRejection):
        raise InputError(f"{path}: {decoded.reason}")
    reader = csv.DictReader(io.StringIO(decoded[0], newline=""), strict=True)
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            columns = ", ".join(reader.fieldnames or ()) or "none"
            raise InputError(f"{path}: no column {', '.join(map(repr, missing))} (found: {columns})")
        return list(reader)
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}") from error


def _application(path: str, number: int, row: dict[str, str | None]) -> Application | Rejection:
    def refuse(field: str, reason: str) -> Rejection:
        return Rejection(path, number, field, shorten(row.get(field) or ""), reason)

    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name in ("candidate_id", "vacancy_id", "status"):
        if not values[name]:
            return refuse(name, "the value is missing")
    if values["outcome"] not in tuple(Outcome):
        return refuse("outcome", f"not one of {', '.join(Outcome)}")
    try:
        time = datetime.fromisoformat(values["time"])
    except ValueError:
        return refuse("time", "no date and time in ISO 8601, such as 2024-05-01T09:30:00+02:00")
    time = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    return Application(values["candidate_id"], values["vacancy_id"], values["status"], Outcome(values["outcome"]), time)
