"""What the rules did not find in the records of the store, asked of a language model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import islice
from typing import TYPE_CHECKING

from pydantic import Field

from jobfit.app.llm import Asked, DryRun, Estimate, LlmOptions, llm_client
from jobfit.app.wire import Progress, Request, Result, Tenant, quiet
from jobfit.errors import InputError
from jobfit.records import Kind

if TYPE_CHECKING:
    from jobfit.records import Record
    from jobfit.store.repository import Store

_BATCH = 16  # records a transaction: an interrupted run asks for these again, and their answers are in the cache


class FillRequest(Request):
    ids: tuple[str, ...] = Field((), description="Which records; all without any.")
    kind: Kind | None = Field(None, description="Only records of this kind.")
    undo: bool = Field(False, description="Instead: take out what a model filled in.")
    tenant: Tenant = "default"
    llm: LlmOptions = Field(default_factory=LlmOptions)
    dry_run: DryRun = False


class FillResult(Result):
    """``asked``: records that the model was asked about now; ``filled``: those of them that gained a fact.

    facts:   what was gained, by field of the profile.
    dropped: what the model said and the text does not bear out, by reason.
    failed:  records with a section that got no usable answer, which stay as they were (unless ``keep_incomplete``).
    """

    records: int
    asked: int
    filled: int
    facts: dict[str, int]
    dropped: dict[str, int]
    failed: int
    failures: dict[str, int]
    llm: Asked


class FillEstimate(Estimate):
    records: int = Field(description="That this model has not been asked about.")


class FillUndone(Result):
    records: int
    undone: int = Field(description="Records that were as the rules and importers read them only after this.")


def fill(request: FillRequest, progress: Progress = quiet) -> FillResult | FillEstimate | FillUndone:
    """Ask a language model for what the rules did not find in stored records; exit code 7: some got no answer.

    It may only point at words of the text, and nothing that it points at is sure: no constraint rests on it. `show` and
    `match` say of each fact who read it. A record is asked about once; one whose file changes, or that another version
    of the rules reads again, loses what was filled in and is asked about by the next `fill`.

    Raises:
        UnknownIdError: no record has one of the ids.
        LlmError: the endpoint cannot be used, or the budget is spent; what is finished stays.
    """
    from jobfit.store.repository import open_store

    if request.undo and request.llm.url:
        raise InputError("--undo asks no model: leave --llm-url out")
    with open_store(tenant=request.tenant) as store:
        named = _named(store, request)
        if request.undo:
            return _undo(store, named)
        return _ask(store, named, request, progress)


def _named(store: Store, request: FillRequest) -> list[tuple[Kind, str]]:
    kinds = (request.kind,) if request.kind else tuple(Kind)
    there = [(kind, row.id) for kind in kinds for row in store.list(kind)]
    if unknown := set(request.ids).difference(record_id for _, record_id in there):
        from jobfit.errors import UnknownIdError, named

        raise UnknownIdError(f"no record in the store has the id {named(unknown)}; the ids there are: jobfit list KIND")
    return [(kind, record_id) for kind, record_id in there if not request.ids or record_id in request.ids]


def _ask(
    store: Store, named: Sequence[tuple[Kind, str]], request: FillRequest, progress: Progress
) -> FillResult | FillEstimate:
    from jobfit.documents.llm_text import shown
    from jobfit.structure.llm.filling import filled, unfilled
    from jobfit.structure.llm.structurer import LlmStructurer
    from jobfit.taxonomy.compact import load_compact

    with llm_client(request.llm, progress) as client:
        structurer = LlmStructurer(client, shown)
        due = (one for one in (store.get(*key) for key in named) if one.source.model != client.model)
        if request.dry_run:
            records = list(due)
            return FillEstimate.of(structurer.estimate(records), records=len(records))
        taxonomy = load_compact()
        asked, gained_by, failed = 0, 0, 0
        facts: Counter[str] = Counter()
        dropped: Counter[str] = Counter()
        failures: Counter[str] = Counter()
        while batch := list(islice(due, _BATCH)):
            done: list[Record] = []
            for record, reading in zip(batch, structurer.read_all(batch), strict=True):
                asked += 1
                dropped += reading.dropped
                failures += reading.failures
                if reading.failures:
                    failed += 1
                    if not request.llm.keep_incomplete:
                        continue
                bare = unfilled(record)
                now = filled(bare, reading.fields, taxonomy)
                new = _gained(bare, now)
                facts += new
                gained_by += bool(new)
                done.append(replace(now, source=replace(record.source, model=client.model)))
            _write(store, done)
        return FillResult(
            records=len(named), asked=asked, filled=gained_by, facts=dict(sorted(facts.items())),
            dropped=dict(sorted(dropped.items())), failed=failed, failures=dict(sorted(failures.items())),
            llm=Asked.of(client),
        )  # fmt: skip


def _gained(bare: Record, now: Record) -> Counter[str]:
    """Count what is there ``now`` and was not, by field of the profile."""

    def size(record: Record, name: str) -> int:
        value = getattr(record.profile, name)
        return len(value) if isinstance(value, tuple) else int(value is not None)

    names = (field.name for field in fields(bare.profile))
    return Counter({name: more for name in names if (more := size(now, name) - size(bare, name))})


def _undo(store: Store, named: Sequence[tuple[Kind, str]]) -> FillUndone:
    from jobfit.structure.llm.filling import unfilled

    undone = 0
    due = (one for one in (store.get(*key) for key in named) if one.source.model is not None)
    while batch := list(islice(due, _BATCH)):
        _write(store, [replace(unfilled(one), source=replace(one.source, model=None)) for one in batch])
        undone += len(batch)
    return FillUndone(records=len(named), undone=undone)


def _write(store: Store, records: Sequence[Record]) -> None:
    from jobfit.documents.render import render
    from jobfit.indexer import stored

    if records:
        store.put(stored([(record, render(record)) for record in records], None))


def forget_answers(records: Iterable[Record]) -> None:
    """Erase what the cache in JOBFIT_HOME keeps of models' answers about these records."""
    for model, of in _by_model(records):
        from jobfit.app.encoding import private_cache
        from jobfit.documents.llm_text import shown
        from jobfit.llm.client import Client
        from jobfit.structure.llm.structurer import LlmStructurer

        with Client("http://localhost", model, cache=private_cache() / "llm") as client:  # it sends nothing
            structurer = LlmStructurer(client, shown)
            for record in of:
                structurer.forget(record)


def _by_model(records: Iterable[Record]) -> Iterator[tuple[str, list[Record]]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        if record.source.model is not None:
            found.setdefault(record.source.model, []).append(record)
    yield from found.items()
