"""A log of applications into the store: who applied where, when, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from jobfit.app.wire import Progress, Request, Result, Tenant, quiet
from jobfit.errors import InputError, Rejection
from jobfit.records import Kind, Outcome

if TYPE_CHECKING:
    from jobfit.ingest.applications import LogFormat

Statuses = Annotated[str, Field(description="ats, inasoft, inasoft-report, or a TOML file of your own.")]
Columns = Annotated[
    tuple[str, ...], Field(description="FIELD=COLUMN where the log has a name of its own; may be repeated.")
]
TimeFormat = Annotated[
    str | None, Field(description="Pattern of the log's times, such as %d/%m/%Y; otherwise ISO 8601.")
]


def log_format(columns: Iterable[str], time_format: str | None) -> LogFormat:
    """Return how a log is read, by the options of a command.

    Raises:
        InputError: an option that is not FIELD=COLUMN, or of a field that a log does not have.
    """
    from jobfit.ingest.applications import LogFormat

    named = {}
    for item in columns:
        field, equals, column = item.partition("=")
        if not equals or not column:
            raise InputError(f"--column {item!r}: write FIELD=COLUMN, such as candidate_id=ID")
        named[field] = column
    return LogFormat(named, time_format)


class ApplicationsRequest(Request):
    log: Path = Field(description="CSV or Parquet.")
    statuses: Statuses = "ats"
    column: Columns = ()
    time_format: TimeFormat = None
    rejects: Path = Field(Path("rejects.jsonl"), description="Where rejected rows are listed (JSON Lines).")
    tenant: Tenant = "default"


class ApplicationsResult(Result):
    """What was stored. ``candidates_unknown`` and ``vacancies_unknown``: ids of the log that have no record."""

    stored: int
    rejected: int
    outcomes: dict[Outcome, int]
    undated: int
    candidates: int
    candidates_unknown: int
    vacancies: int
    vacancies_unknown: int
    rejects_file: str | None


def applications(request: ApplicationsRequest, progress: Progress = quiet) -> ApplicationsResult:
    """Store a log of applications, each status judged by a table; exit code 3: some rows were rejected.

    The same pair at the same time takes the new status, so that a longer or corrected log, or another table, can be
    stored over the first. A status that the table does not have rejects its row; an empty time is unknown.
    """
    from jobfit.artifacts import check_writable
    from jobfit.ingest.applications import read_applications
    from jobfit.ingest.rejects import write_rejects
    from jobfit.store.repository import open_store

    check_writable(request.rejects)
    rejected: list[Rejection] = []
    log = read_applications(
        request.log,
        statuses=request.statuses,
        log=log_format(request.column, request.time_format),
        rejects=rejected,
    )
    with open_store(tenant=request.tenant) as store:
        store.put_applications(log)
        known = {kind: set(store.current_hashes(kind)) for kind in Kind}
    if rejected or request.rejects.exists():
        write_rejects(request.rejects, rejected)
    candidates, vacancies = {row.candidate_id for row in log}, {row.vacancy_id for row in log}
    return ApplicationsResult(
        stored=len(log),
        rejected=len(rejected),
        outcomes=dict(Counter(row.outcome for row in log).most_common()),
        undated=sum(row.time is None for row in log),
        candidates=len(candidates),
        candidates_unknown=len(candidates - known[Kind.CANDIDATE]),
        vacancies=len(vacancies),
        vacancies_unknown=len(vacancies - known[Kind.VACANCY]),
        rejects_file=str(request.rejects) if rejected else None,
    )
