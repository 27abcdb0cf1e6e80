"""Applications from a log (CSV or Parquet, whatever its columns are called): who applied where, when, how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from jobfit.artifacts import read_bytes
from jobfit.errors import InputError, RejectedInput, Rejection
from jobfit.ingest.formats.outline import VOCABULARY
from jobfit.ingest.formats.tables import header, plain_name, records
from jobfit.ingest.formats.values import WrongValueError, identifier, shape, shorten, text
from jobfit.ingest.parse import gz
from jobfit.ingest.parse.text import decode
from jobfit.ingest.raw import RawRejection
from jobfit.judgements import StatusTable, load_table
from jobfit.records import Application, Outcome

SYNONYMS: Mapping[str, list[str]] = VOCABULARY["applications"]  # names of each field's column, by preference
REQUIRED = ("candidate_id", "vacancy_id", "status")
_BATCH = 8192
_MOST_UNPACKED = 1024**3  # of a packed log
_MISSING = "the value is missing"


class ApplicationRow(NamedTuple):
    """One row that can be used. ``outcome``, ``time`` and ``decided`` are ``None`` where the file does not state them.

    ``number`` counts data rows from 1. A time without a zone is taken as UTC.
    """

    number: int
    candidate_id: str
    vacancy_id: str
    status: str
    outcome: str | None
    time: datetime | None
    decided: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogFormat:
    """How a log is read. ``columns`` names the column of a field where it has none of the usual names.

    ``time_format`` is a pattern of :meth:`datetime.datetime.strptime`; without it times are ISO 8601.
    """

    columns: Mapping[str, str]
    time_format: str | None = None

    def __post_init__(self) -> None:
        unknown = sorted(set(self.columns) - set(SYNONYMS))
        if unknown:
            raise InputError(f"an application has no field {unknown[0]!r}; there are {', '.join(SYNONYMS)}")


PLAIN = LogFormat({})


def read_applications(
    path: str | Path,
    *,
    statuses: StatusTable | str | Path = "ats",
    log: LogFormat = PLAIN,
    rejects: list[Rejection] | None = None,
) -> tuple[Application, ...]:
    """The applications of a CSV or Parquet file in its order; empty for no rows.

    ``SYNONYMS`` lists the names of the columns. The table ``statuses`` judges each row; an ``outcome`` that the file
    states stands only where the table does not have the status. Rows that cannot be used, an unknown status among them,
    go to ``rejects``; an empty time is unknown, and kept so.

    Raises:
        InputError: the file or the table cannot be read, or a column is missing.
        RejectedInput: a row cannot be used and no ``rejects`` list was given.
    """
    table = statuses if isinstance(statuses, StatusTable) else load_table(statuses)
    rows = read_rows(Path(path), log, (*REQUIRED, "time"))
    results = [row if isinstance(row, Rejection) else _application(str(path), row, table) for row in rows]
    bad = [result for result in results if isinstance(result, Rejection)]
    if bad and rejects is None:
        raise RejectedInput(bad[0])
    if rejects is not None:
        rejects += bad
    return tuple(result for result in results if isinstance(result, Application))


def _application(path: str, row: ApplicationRow, table: StatusTable) -> Application | Rejection:
    if row.outcome is not None and row.outcome not in tuple(Outcome):
        return Rejection(path, row.number, "outcome", shorten(row.outcome), f"not one of {', '.join(Outcome)}")
    try:
        outcome = table.judge(row.status).outcome
    except InputError as error:
        if row.outcome is None:
            return Rejection(path, row.number, "status", shorten(row.status), str(error))
        outcome = Outcome(row.outcome)
    return Application(row.candidate_id, row.vacancy_id, row.status, outcome, row.time, row.decided)


def read_rows(
    path: Path, log: LogFormat = PLAIN, required: Iterable[str] = REQUIRED
) -> Iterator[ApplicationRow | Rejection]:
    """Yield each row of the file in its order, as a row that can be used or as a rejection that names field and value.

    A file whose first bytes are those of Parquet is Parquet; any other is CSV with commas, semicolons, tabs or bars,
    packed with gzip or not.

    Raises:
        InputError: the file cannot be read, is damaged, or lacks a column; the message names the columns found.
    """
    raw = _parquet_rows(path) if read_bytes(path, most=4) == b"PAR1" else _csv_rows(path, log)
    columns = _columns(path, [str(name) for name in next(raw)], log, required)
    for number, values in enumerate(raw, start=1):
        if isinstance(values, str):
            yield Rejection(str(path), number, None, None, values)
        else:
            yield _row(str(path), number, {field: values[at] for field, at in columns.items()}, log)


def _columns(path: Path, names: Sequence[str], log: LogFormat, required: Iterable[str]) -> dict[str, int]:
    plain = [plain_name(name) for name in names]
    known = {synonym for synonyms in SYNONYMS.values() for synonym in synonyms} | set(log.columns.values())
    is_header = bool(known & {*plain, *names})  # else it may be the first row: nothing to copy about
    found = f"(found: {', '.join(names) if is_header else f'{len(names)}, none of a known name'})"
    positions = {}
    for field, synonyms in SYNONYMS.items():
        if field in log.columns:
            if log.columns[field] not in names:
                raise InputError(f"{path}: no column {log.columns[field]!r} {found}")
            positions[field] = names.index(log.columns[field])
        elif (usual := next((synonym for synonym in synonyms if synonym in plain), None)) is not None:
            positions[field] = plain.index(usual)
    missing = [field for field in required if field not in positions]
    if missing:
        lacking = ", ".join(map(repr, missing))
        raise InputError(f"{path}: no column {lacking} {found}; name it, such as {missing[0]}=COLUMN")
    return positions


def _csv_rows(path: Path, log: LogFormat) -> Iterator[Sequence[object] | str]:
    """Yield the header, then each row; in place of a row that does not fit the header the reason."""
    data = read_bytes(path)
    unpacked = gz.unpack(data, _MOST_UNPACKED) if data.startswith(gz.START) else data
    decoded = unpacked if isinstance(unpacked, RawRejection) else decode(unpacked)
    if isinstance(decoded, RawRejection):
        raise InputError(f"{path}: {decoded.reason}")
    known = {name for synonyms in SYNONYMS.values() for name in synonyms}
    named = set(log.columns.values())
    names, delimiter = header(
        decoded[0], lambda names: sum(plain_name(name) in known or name.strip() in named for name in names)
    )
    yield [name.strip() for name in names]
    for number, row in enumerate(records(decoded[0], delimiter)):
        if isinstance(row, str):
            raise InputError(f"{path}: {row}")
        if number:
            fits = len(row) == len(names)
            yield row if fits else f"the row has {len(row)} fields and the header has {len(names)}"


def _parquet_rows(path: Path) -> Iterator[Sequence[object]]:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            yield file.schema_arrow.names
            for batch in file.iter_batches(_BATCH, use_threads=False):
                yield from zip(*(column.to_pylist() for column in batch.columns))
    except (ArrowException, OSError) as error:
        raise InputError(f"{path} cannot be read as Parquet ({str(error).splitlines()[0][:120]})") from error


def _row(path: str, number: int, values: Mapping[str, object], log: LogFormat) -> ApplicationRow | Rejection:
    try:
        candidate, vacancy = (identifier(values[field], field) or "" for field in ("candidate_id", "vacancy_id"))
        status, outcome = text(values["status"], "status"), text(values.get("outcome"), "outcome")
    except WrongValueError as error:
        bad = error.rejection
        return Rejection(path, number, bad.field, shape(bad.value), bad.reason)
    for field, value in zip(REQUIRED, (candidate, vacancy, status), strict=True):
        if not value:
            return Rejection(path, number, field, "", _MISSING)
    times: dict[str, datetime | None] = {}
    for field in ("time", "decided"):
        try:
            times[field] = _time(values.get(field), log.time_format)
        except ValueError:
            example = "in ISO 8601, such as 2024-05-01T09:30+02:00"
            expected = f"of the form {log.time_format}" if log.time_format else example
            return Rejection(path, number, field, shape(values.get(field)), f"no date and time {expected}")
    return ApplicationRow(number, candidate, vacancy, status, outcome or None, **times)


def _time(cell: object, time_format: str | None) -> datetime | None:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, datetime):
        time = cell
    elif isinstance(cell, date):
        time = datetime(cell.year, cell.month, cell.day)
    else:
        words = str(cell).strip()
        time = datetime.strptime(words, time_format) if time_format else datetime.fromisoformat(words)
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)
