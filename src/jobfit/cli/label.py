"""jobfit label: pairs labelled by declarative rules, with what each rule said, as a folder that is trained on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.app.geo import places_named
from jobfit.cli.options import SOME_REJECTED, AsJson, Out, today_or_now
from jobfit.cli.output import print_json, progress, stderr, stdout
from jobfit.errors import InputError, Rejection

if TYPE_CHECKING:
    from jobfit.records import Candidate, Vacancy
    from jobfit.training.rule_labels import LabelCounts
    from jobfit.training.rules import Case, RuleSet


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(label)


def label(
    *,
    rules: Annotated[Path, typer.Option(help="YAML or TOML: see docs/training/texts.md.")],
    candidates: Annotated[list[str], typer.Option(help="Files, folders or globs of candidates; may be repeated.")],
    vacancies: Annotated[list[str], typer.Option(help="Files, folders or globs of vacancies; may be repeated.")],
    out: Out,
    fields: Annotated[
        Path | None, typer.Option(help='JSON Lines of what no text states: {"id": "c1", "citations": 12, ...}.')
    ] = None,
    geo: Annotated[str | None, typer.Option(help="An imported table of places, for departments and regions.")] = None,
    mask: Annotated[bool, typer.Option(help="Mask personal details in the documents.")] = True,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The date 'present' means.")] = None,
    as_json: AsJson = False,
) -> None:
    """Label every pair of a candidate and a vacancy by rules; OUT is a folder for `jobfit train --data`.

    OUT/labels.parquet says of every pair which rules fired and why. Exit code 3: some inputs were unusable.
    """
    from jobfit.artifacts import new_folder
    from jobfit.preparation.files import check_free
    from jobfit.training.rules_file import load_rules

    target = out.resolve()
    check_free(target)
    chosen = load_rules(rules, places_named(geo))
    people = _read(candidates, vacancies, today_or_now(today))
    with new_folder(target, replace=True, private=True) as made:
        counts = _label(people, chosen, fields, made)
        answer = _write_rest(made, people, (rules, chosen.name, mask), counts)
    print_json({"folder": str(out), **answer}) if as_json else _show(out, counts)
    _notes(counts, people.rejects, out)


@dataclass(frozen=True, slots=True)
class _People:
    candidates: list[Candidate]
    vacancies: list[Vacancy]
    rejects: list[Rejection] = field(default_factory=list)


def _read(candidates: list[str], vacancies: list[str], today: date) -> _People:
    from jobfit.reading import stream_records
    from jobfit.records import Kind

    rejects: list[Rejection] = []
    sides: dict[Kind, list[Any]] = {
        kind: list(stream_records(paths, kind, rejects, today=today, guess=False))
        for kind, paths in ((Kind.CANDIDATE, candidates), (Kind.VACANCY, vacancies))
    }
    for kind, found in sides.items():
        if not found:
            raise InputError(f"no {kind} could be read: {rejects[0].reason if rejects else 'there is no file'}")
    return _People(sides[Kind.CANDIDATE], sides[Kind.VACANCY], rejects)


def _label(people: _People, rules: RuleSet, fields: Path | None, folder: Path) -> LabelCounts:
    from jobfit.training.rule_labels import read_fields, write_labels
    from jobfit.training.rules import all_cases, label_pairs

    ids = [record.id for side in (people.candidates, people.vacancies) for record in side]
    known = read_fields(fields, ids) if fields else {}
    total = len(people.candidates) * len(people.vacancies)
    with progress("Labelling") as update:

        def told(cases: Iterator[Case]) -> Iterator[Case]:
            for number, case in enumerate(cases, start=1):
                yield case
                if number % 256 == 0 or number == total:
                    update(number, total)

        cases = all_cases(people.candidates, people.vacancies, lambda id_: known.get(id_, {}))
        return write_labels(label_pairs(told(cases), rules), folder)


def _write_rest(folder: Path, people: _People, how: tuple[Path, str, bool], counts: LabelCounts) -> dict[str, Any]:
    """Write the documents, what could not be read, and the file that says what the folder is."""
    from jobfit.artifacts import sha256_of, write_json, write_lines
    from jobfit.documents.render import render
    from jobfit.ingest.rejects import write_rejects
    from jobfit.preparation.files import FORMAT, FUNNEL

    rules, name, masked = how
    for side in ("candidates", "vacancies"):
        documents = (render(record, masked=masked) for record in getattr(people, side))
        rows = ({"_id": document.id, "text": document.text} for document in documents if document.text.strip())
        write_lines(folder / f"{side}.jsonl", (json.dumps(row, ensure_ascii=False) for row in rows), private=True)
    write_rejects(folder / "rejects.jsonl", people.rejects)
    digest = sha256_of(rules)
    facts = {"labels": "rules", "rules": name, "rules_file": rules.name, "rules_sha256": digest, "masked": masked}
    answer = {"format": FORMAT, "facts": facts, **counts.as_json(), "unusable": len(people.rejects)}
    write_json(folder / FUNNEL, answer, private=True)
    return answer


def _show(out: Path, counts: LabelCounts) -> None:
    from rich.table import Table

    table = Table("rule", "fired", "missing", "unknown")
    for name, found in counts.rules.items():
        table.add_row(name, *(f"{found[word]:,}" for word in ("fired", "missing", "unknown")))
    stdout.print(table)
    stdout.print(f"Written to {out}", soft_wrap=True)


def _notes(counts: LabelCounts, rejects: list[Rejection], out: Path) -> None:
    """Say on stderr how many pairs have which label, and what keeps them from teaching anything."""
    stderr.print(
        f"{counts.pairs:,} pairs: {counts.positives:,} positives, {counts.rejects:,} rejects, "
        f"{counts.undecided:,} undecided"
    )
    if not counts.positives:
        stderr.print("No pair is a positive: there is nothing to train on. labels.parquet says what each rule found")
    if rejects:
        stderr.print(f"{len(rejects)} files or rows cannot be used: {out / 'rejects.jsonl'}")
        raise typer.Exit(SOME_REJECTED)
