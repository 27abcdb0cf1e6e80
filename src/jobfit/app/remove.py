"""Erasing records: by id, by the file that they came from, or all whose file is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from jobfit.app.filling import forget_answers
from jobfit.app.wire import AUTO, Model, Progress, Request, Result, Tenant, quiet
from jobfit.artifacts import real_path
from jobfit.errors import InputError, UnknownIdError
from jobfit.ingest.ids import Holding, Known
from jobfit.records import Kind

if TYPE_CHECKING:
    from jobfit.records import Record


class RemoveRequest(Request):
    names: tuple[str, ...] = Field((), description="Ids; files or folders that records came from, there or not.")
    missing: bool = Field(False, description="All records whose file is gone.")
    dry_run: bool = Field(False, description="Say what would go, and remove nothing.")
    kind: Kind | None = Field(None, description="Only records of this kind, where an id is of both.")
    model: Model = AUTO
    tenant: Tenant = "default"


class RemoveResult(Result):
    """What was removed, or with ``dry_run`` would be; ``kept`` says what looks gone and was left alone, and why."""

    dry_run: bool
    removed: tuple[Holding, ...]
    kept: tuple[str, ...]


def remove(request: RemoveRequest, progress: Progress = quiet) -> RemoveResult:
    """Erase records for good: all versions, terms, vectors, applications, protected attributes; see --dry-run.

    All of them or, if one name is unknown, none. Files are not touched: a file that is still there is read again by the
    next ingest. With --missing, records of a folder that is gone or empty stay, for its disk may only be away: name the
    folder to remove them.

    Raises:
        UnknownIdError: a name is neither an id nor where a record came from.
        InputError: neither names nor ``missing``, or an id that a candidate and a vacancy have.
    """
    from jobfit.store.repository import open_store

    if bool(request.names) is request.missing:
        raise InputError("name what to remove (ids, files, folders), or give --missing alone")
    with open_store(tenant=request.tenant) as store:
        sources = [record for record in store.sources() if request.kind in (None, record.kind)]
        kept: list[str] = []
        chosen = _gone(sources, kept) if request.missing else _named(request.names, sources)
        keys = tuple(dict.fromkeys((record.kind, record.id) for record in chosen))
        by_kind = {kind: [record_id for of, record_id in keys if of is kind] for kind in Kind}
        holdings = [one for kind, ids in by_kind.items() for one in store.holdings(kind, ids)]
        if not request.dry_run:
            texts = [version for kind, ids in by_kind.items() for version in store.versions(kind, ids)]
            store.remove(keys)
            _forget_vectors(texts, request.model, progress)
            forget_answers(texts)
    return RemoveResult(dry_run=request.dry_run, removed=tuple(holdings), kept=tuple(kept))


def _named(names: Iterable[str], sources: Sequence[Known]) -> Iterator[Known]:
    for name in names:
        found = [record for record in sources if record.id == name]
        if len(found) > 1:
            raise InputError(f"{name!r} is the id of a candidate and of a vacancy: say which with --kind")
        place = real_path(name)
        if name.strip():  # an empty one, such as a variable that was not set, would be the folder where we are
            found = found or [record for record in sources if Path(record.path).is_relative_to(place)]
        if not found:
            raise UnknownIdError(
                f"no record with the id {name!r}, and none that came from such a file or folder; nothing was removed. "
                "The ids there are: jobfit list candidate, jobfit list vacancy"
            )
        yield from found


def _gone(sources: Iterable[Known], kept: list[str]) -> Iterator[Known]:
    """Yield the records whose file is gone; of a folder that is gone or empty none, which ``kept`` says."""
    gone = sorted((record for record in sources if not Path(record.path).exists()), key=attrgetter("path"))
    for folder, records in groupby(gone, key=lambda record: Path(record.path).parent):
        if folder.is_dir() and any(folder.iterdir()):
            yield from records
        else:
            kept.append(f"{folder}: gone or empty, {len(list(records))} records kept; name it to remove them")


def _forget_vectors(records: Sequence[Record], model: str, progress: Progress) -> None:
    """Erase what the cache of vectors keeps of the texts, for the model that is named."""
    from jobfit.app.encoding import cached_encoder, model_for
    from jobfit.documents.render import render
    from jobfit.encoders.cache import CachedEncoder
    from jobfit.encoders.routing import RoutedEncoder
    from jobfit.retrieval.facets import encoded_parts

    if not records:
        return
    encoder = cached_encoder(model_for(model, progress), progress)
    if isinstance(encoder, CachedEncoder | RoutedEncoder):
        encoder.forget([part for one in records for part in encoded_parts(render(one).text, one.kind)])
