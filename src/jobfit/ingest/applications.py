"""Applications from a log: who applied where, when, and how it ended."""

from __future__ import annotations

from pathlib import Path

from jobfit.errors import InputError, RejectedInput, Rejection
from jobfit.ingest.application_rows import PLAIN, REQUIRED, ApplicationRow, LogFormat, read_rows
from jobfit.ingest.formats.values import shorten
from jobfit.judgements import StatusTable, load_table
from jobfit.records import Application, Outcome


def read_applications(
    path: str | Path,
    *,
    statuses: StatusTable | str | Path = "ats",
    log: LogFormat = PLAIN,
    rejects: list[Rejection] | None = None,
) -> tuple[Application, ...]:
    """The applications of a CSV or Parquet file in its order; empty for no rows.

    The file has a candidate, a vacancy, a status and a time (:data:`~jobfit.ingest.application_rows.SYNONYMS` lists the
    names of the columns). ``outcome``, where a row states it, is one of :class:`~jobfit.records.Outcome`; a row that
    does not is judged by the table ``statuses``. Times are in UTC where they name no zone. Rows that cannot be used,
    an unknown status among them, go to ``rejects`` with their number (data rows from 1).

    Raises:
        InputError: the file or the table cannot be read, or a column is missing.
        RejectedInput: a row cannot be used and no ``rejects`` list was given.
    """
    table = statuses if isinstance(statuses, StatusTable) else load_table(statuses)
    found: list[Application] = []
    bad: list[Rejection] = []
    for row in read_rows(Path(path), log, (*REQUIRED, "time")):
        result = row if isinstance(row, Rejection) else _application(str(path), row, table)
        if isinstance(result, Rejection):
            bad.append(result)
        else:
            found.append(result)
    if bad and rejects is None:
        raise RejectedInput(bad[0])
    if rejects is not None:
        rejects += bad
    return tuple(found)


def _application(path: str, row: ApplicationRow, table: StatusTable) -> Application | Rejection:
    if row.time is None:
        return Rejection(path, row.number, "time", "", "the value is missing")
    if row.outcome is not None and row.outcome not in tuple(Outcome):
        return Rejection(path, row.number, "outcome", shorten(row.outcome), f"not one of {', '.join(Outcome)}")
    try:
        outcome = Outcome(row.outcome) if row.outcome else table.judge(row.status).outcome
    except InputError as error:
        return Rejection(path, row.number, "status", shorten(row.status), str(error))
    return Application(row.candidate_id, row.vacancy_id, row.status, outcome, row.time)
