"""Files into the store, and what is in it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pydantic import Field

from jobfit.app.wire import AUTO, Model, Progress, Request, Result, Tenant, quiet
from jobfit.errors import InputError
from jobfit.records import Kind


class IngestRequest(Request):
    paths: tuple[str, ...] = Field(description="Files, folders, globs.")
    kind: Kind | None = Field(None, description="What files are that do not say it.")
    model: Model = AUTO
    encode: bool = Field(True, description="Encode now; otherwise the first match does.")
    rejects: Path = Field(Path("rejects.jsonl"), description="Where rejected inputs are listed (JSON Lines).")
    workers: int = Field(2, ge=1, le=64, description="Parser processes.")
    tenant: Tenant = "default"


class IngestTimes(Result):
    """Where an ingest spent its time, in seconds. The database and the model start at the same time and overlap."""

    database: float = Field(description="Starting the server and bringing its tables up to date.")
    model: float = Field(description="Loading the encoder; the first time, converting it for this machine.")
    parsing: float = Field(description="Waiting for the parser processes.")
    structuring: float = Field(description="Reading the fields, masking.")
    encoding: float = Field(description="Texts to vectors.")
    storing: float = Field(description="Writing to the database.")
    closing: float = Field(description="Leaving the server, which stops where nobody else uses it.")


class IngestResult(Result):
    """What became of the files. ``accepted``: new or changed; ``updated``: those of them that were there before.

    ``reread``: content that had not changed, read again because an older reader had read it; what came out otherwise is
    among the updated ones, the rest among the unchanged.

    ``moved``: of the unchanged ones, how many lie elsewhere now; ``copies``: files and rows that hold what another
    record holds, and are none of their own. ``rejects_file`` lists the rejected ones with the reasons.
    """

    accepted: int
    rejected: int
    unchanged: int
    seconds: float = Field(description="Wall time from the request until the store is closed; not starting Python.")
    times: IngestTimes
    updated: int
    reread: int
    moved: int
    copies: int
    rejects_file: str | None
    notes: tuple[str, ...]


def ingest(request: IngestRequest, progress: Progress = quiet) -> IngestResult:
    """Read candidates and vacancies into the store; exit code 3: some were rejected.

    Unchanged files change nothing, unless an older jobfit read them: they are read again, by the rules of this one.
    """
    from jobfit.app.encoding import cached_encoder, model_for
    from jobfit.artifacts import check_writable, real_path
    from jobfit.indexer import Clock, Ingest, ready
    from jobfit.ingest.rejects import write_rejects
    from jobfit.ingest.sources import find_files

    clock = Clock()
    rejects = request.rejects
    check_writable(rejects)
    if any(real_path(path) == real_path(rejects) for path in request.paths):
        raise InputError(f"{rejects} is where rejected inputs are listed; name another file with --rejects")
    found = find_files(request.paths, passed_over=rejects)
    load = partial(cached_encoder, model_for(request.model, progress), progress) if request.encode else None
    with ready(request.tenant, load, clock) as (store, encoder):
        job = Ingest(store, encoder, request.kind, request.workers, clock)
        report = job.run(found, progress.of("Ingesting"))
    if report.rejected or rejects.exists():  # an older list would tell of another ingest
        write_rejects(rejects, report.rejected)
    listed = str(rejects) if report.rejected else None
    return IngestResult.of(
        report, rejected=len(report.rejected), seconds=round(clock.seconds, 3), times=clock.times(), rejects_file=listed
    )


class ListRequest(Request):
    kind: Kind = Field(description="Which records.")
    tenant: Tenant = "default"


class Listed(Result):
    id: str
    version: int
    title: str | None
    language: str | None
    path: str
    flags: tuple[str, ...]
    outdated: bool = Field(description="Another reader read it; `jobfit ingest PATH` reads it again.")


class Listing(Result):
    kind: Kind
    records: tuple[Listed, ...]


def list_records(request: ListRequest, progress: Progress = quiet) -> Listing:
    """List the records of one kind: id, title, language, version, where it came from."""
    from jobfit.ingest.reader import reader_version
    from jobfit.store.repository import open_store

    with open_store(tenant=request.tenant) as store:
        records = store.list(request.kind)
    listed = tuple(Listed.of(record, outdated=record.reader != reader_version()) for record in records)
    return Listing(kind=request.kind, records=listed)
