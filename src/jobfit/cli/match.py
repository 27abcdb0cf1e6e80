"""jobfit match: an explained shortlist for a vacancy or for a candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from jobfit.cli.hyre_options import Hyre, open_hyre
from jobfit.cli.ingest import today_or_now
from jobfit.cli.options import DEFAULT_MODEL, AsJson, K, Model, Tenant
from jobfit.cli.output import csv_text, print_json, progress, stdout
from jobfit.errors import InputError, UnknownIdError
from jobfit.records import Kind, Record, headline
from jobfit.report.page import shown
from jobfit.shortlist import Decision, Shortlist

if TYPE_CHECKING:
    from jobfit.encoders.base import Encoder
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.store.repository import Store

SHOWN_LEDGERS, SHOWN_EXCLUSIONS = 3, 5  # of a shortlist on the terminal; --json gives everything


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(match)


def match(
    *,
    vacancy: Annotated[str | None, typer.Option(help="Id or file of a vacancy: rank candidates for it.")] = None,
    candidate: Annotated[str | None, typer.Option(help="Id or file of a candidate: rank vacancies for them.")] = None,
    k: K = 20,
    policy: Annotated[Path | None, typer.Option(help="YAML: must-haves, nice-to-haves, location, languages.")] = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="Leave nobody out; must-haves only score.")] = False,
    model: Model = DEFAULT_MODEL,
    hyre: Hyre = None,
    tenant: Tenant = "default",
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The date 'present' means.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV: one line a requirement of each entry.")] = False,
) -> None:
    """Print a shortlist: score, ledger with quotes, contributions, and who is not in the pool and why."""
    from jobfit.cli.setup import cached_encoder
    from jobfit.encoders.generated import store_facts
    from jobfit.matcher import Matcher
    from jobfit.policy.requirements import Requirements, load_requirements
    from jobfit.store.repository import open_store

    if (vacancy is None) == (candidate is None) or (as_json and as_csv):
        raise InputError("give either --vacancy or --candidate, and at most one of --json and --csv")
    kind, name = (Kind.VACANCY, vacancy) if vacancy is not None else (Kind.CANDIDATE, candidate)
    assert name is not None
    rules = load_requirements(policy) if policy else Requirements()
    rules = replace(rules, everyone=rules.everyone or everyone)
    with open_hyre(hyre, model) as texts, open_store(tenant=tenant) as store:
        query = find_query(store, kind, name, today_or_now(today))
        encoder = _encoded(store, cached_encoder(model), texts, kind)
        corpus = store.corpus(kind.other, encoder.fingerprint)
        if not corpus.ids():
            raise InputError(f"the store holds no {kind.other.value}: ingest some first (jobfit ingest PATH...)")
        shortlist = Matcher(corpus, encoder, rules).match(query, k)
        records = corpus.records([entry.id for entry in shortlist.entries])
        read = store_facts(texts)
    if as_json:
        print_json({**shortlist_json(query, shortlist), **read})
    elif as_csv:
        print(shortlist_csv(shortlist), end="")
    else:
        print_shortlist(query, shortlist, records)
        if texts is not None:
            _say(f"Encoded with a hypothetical text beside each vacancy ({texts.name}); nothing above quotes one.")


def _encoded(store: Store, encoder: Encoder, texts: GeneratedStore | None, asking: Kind) -> Encoder:
    """Encode what is searched and has no vector yet; return the encoder, which reads vacancies with ``texts``.

    With HyRe only the searched side is encoded: the same texts mean another vector on the other one.
    """
    from jobfit.encoders.hyre import HyreEncoder, side_of
    from jobfit.indexer import encode_missing

    kinds: tuple[Kind, ...] = tuple(Kind)
    if texts is not None:
        asks = (asking is Kind.VACANCY) == (side_of(texts) == "vacancies")
        encoder, kinds = HyreEncoder(encoder, texts, "query" if asks else "document"), (asking.other,)
    with progress("Encoding") as update:
        encode_missing(store, encoder, update, kinds)
    return encoder


def find_query(store: Store, kind: Kind, name: str, today: date) -> Record:
    """Return the record with this id, or read it from this file (which is not stored)."""
    from jobfit.reading import read_records

    try:
        return store.get(kind, name)
    except UnknownIdError:
        if not Path(name).is_file():
            raise UnknownIdError(
                f"no {kind.value} with the id {name!r} in the store, and no file of that name; "
                f"the ids there are: jobfit list {kind.value}"
            ) from None
    found = read_records(name, kind, today=today, guess=False)
    if len(found) != 1:
        raise InputError(f"{name} holds {len(found)} {kind.value} records; ingest it and name one by its id")
    return found[0]


def shortlist_json(query: Record, shortlist: Shortlist) -> dict[str, Any]:
    """Return the stable keys of ``jobfit match --json``."""
    pool, plan = shortlist.pool, shortlist.plan
    return {
        "query": {"kind": query.kind.value, "id": query.id},
        "pool": {
            "considered": len(pool.eligible) + len(pool.excluded),
            "eligible": len(pool.eligible),
            "excluded": [
                {"id": out.id, "reasons": [{"code": r.code, "sentence": r.sentence} for r in out.reasons]}
                for out in pool.excluded
            ],
        },
        "plan": {"kind": plan.kind, "exact": plan.exact, "eligible": plan.eligible},
        "entries": [_entry_json(entry) for entry in shortlist.entries],
    }


def _entry_json(entry: Decision) -> dict[str, Any]:
    return {
        "rank": entry.rank,
        "id": entry.id,
        "score": entry.score,
        "contributions": [{"name": part.name, "value": part.value} for part in entry.contributions],
        "ledger": [
            {
                "requirement": line.requirement.label,
                "importance": line.requirement.importance.value,
                "status": line.status.value,
                "quote": line.evidence and line.evidence.text,
                "start": line.evidence and line.evidence.start,
                "end": line.evidence and line.evidence.end,
            }
            for line in entry.ledger
        ],
    }


def shortlist_csv(shortlist: Shortlist) -> str:
    """Return one line for each requirement of each entry; an entry without requirements has one line."""
    header = ("rank", "id", "score", "requirement", "importance", "status", "quote", "start", "end")
    rows: list[tuple[object, ...]] = []
    for entry in shortlist.entries:
        place = (entry.rank, entry.id, entry.score)
        rows += [
            (*place, line["requirement"], line["importance"], line["status"], line["quote"], line["start"], line["end"])
            for line in _entry_json(entry)["ledger"]
        ] or [(*place, "", "", "", "", "", "")]
    return csv_text(header, rows)


def print_shortlist(query: Record, shortlist: Shortlist, records: Mapping[str, Record]) -> None:
    """Print the shortlist for a person."""
    pool, plan = shortlist.pool, shortlist.plan
    compared = "every one of them was compared" if plan.exact else "the search was approximate"
    _say(f"\n{query.kind.value} {query.id}: {headline(query)}", style="bold")
    considered = len(pool.eligible) + len(pool.excluded)
    _say(f"{considered} considered, {len(pool.eligible)} in the pool; {compared} ({plan.kind}).")
    table = Table("", "id", "title", "score", "= meaning + words + required", "✓ ✗ ?")
    for entry in shortlist.entries:
        table.add_row(*_row(entry, records[entry.id]))
    stdout.print(table)
    for entry in shortlist.entries[:SHOWN_LEDGERS]:
        _say(f"{entry.rank}. {entry.id}", style="bold")
        for line in entry.ledger:
            quote = f"“{shown(line.evidence)}” ({line.evidence.start}–{line.evidence.end})" if line.evidence else "-"
            _say(f"   {line.status.value:8}{line.requirement.importance.value:5} {line.requirement.label}: {quote}")
    for out in pool.excluded[:SHOWN_EXCLUSIONS]:
        _say(f"not in the pool: {out.id}: {'; '.join(reason.sentence for reason in out.reasons)}")
    if len(pool.excluded) > SHOWN_EXCLUSIONS:
        _say(f"... and {len(pool.excluded) - SHOWN_EXCLUSIONS} more (--json lists all)")


def _say(text: str, style: str | None = None) -> None:
    stdout.print(text, style=style)


def _row(entry: Decision, other: Record) -> list[str]:
    parts = {part.name: part.value for part in entry.contributions}
    words = parts["lexical"] + parts.get("characters", 0.0)
    required = entry.score - parts["dense"] - words
    statuses = [line.status.value for line in entry.ledger]
    sum_of = " + ".join(f"{value:.3f}" for value in (parts["dense"], words, required))
    counts = " ".join(str(statuses.count(status)) for status in ("met", "missing", "unknown"))
    return [str(entry.rank), entry.id, headline(other), f"{entry.score:.3f}", f"= {sum_of}", counts]
