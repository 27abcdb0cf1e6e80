"""Pairs labelled by declarative rules, with what each rule said, as a folder to train on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from jobfit.app.wire import Out, Progress, Request, Result, Today, quiet
from jobfit.errors import InputError, Rejection

if TYPE_CHECKING:
    from jobfit.records import Candidate, Record, Vacancy
    from jobfit.training.rule_labels import LabelCounts
    from jobfit.training.rules import Case, RuleSet


class LabelRequest(Request):
    rules: Path = Field(description="YAML or TOML: see docs/training/texts.md.")
    candidates: tuple[str, ...] = Field(description="Files, folders or globs of candidates; may be repeated.")
    vacancies: tuple[str, ...] = Field(description="Files, folders or globs of vacancies; may be repeated.")
    out: Out
    fields: Path | None = Field(
        None, description='JSON Lines of what no text states: {"id": "c1", "citations": 12, ...}.'
    )
    geo: str | None = Field(None, description="An imported table of places, for departments and regions.")
    mask: bool = Field(True, description="Mask personal details in the documents.")
    today: Today


class LabelResult(Result):
    """Pairs by label; of each rule how often it fired, was missing and was unknown; files that could not be read."""

    folder: Path
    format: str
    facts: dict[str, Any]
    pairs: int
    positives: int
    rejects: int
    undecided: int
    rules: dict[str, dict[str, int]]
    unusable: int


@dataclass(frozen=True, slots=True)
class _People:
    candidates: Sequence[Candidate]
    vacancies: Sequence[Vacancy]
    rejects: list[Rejection] = field(default_factory=list)


def label(request: LabelRequest, progress: Progress = quiet) -> LabelResult:
    """Label every pair of a candidate and a vacancy by rules; OUT is a folder for `jobfit train --data`.

    OUT/labels.parquet says of every pair which rules fired and why. Exit code 3: some inputs were unusable.
    """
    from jobfit.app.geo import places_named
    from jobfit.artifacts import new_folder
    from jobfit.preparation.prepare import check_free
    from jobfit.training.rules_file import load_rules

    out = request.out.resolve()
    check_free(out)
    rules = load_rules(request.rules, places_named(request.geo))
    people = _read(request)
    with new_folder(out, replace=True) as folder:
        counts = _label_pairs(request, people, rules, folder, progress)
        facts = _write_rest(request, people, rules, counts, folder)
    progress.note(
        f"{counts.pairs:,} pairs: {counts.positives:,} positives, {counts.rejects:,} rejects, "
        f"{counts.undecided:,} undecided"
    )
    if not counts.positives:
        progress.note("No pair is a positive: there is nothing to train on. labels.parquet says what each rule found")
    if people.rejects:
        progress.note(f"{len(people.rejects)} files or rows cannot be used: {request.out / 'rejects.jsonl'}")
    return LabelResult(folder=request.out, **facts)


def _read(request: LabelRequest) -> _People:
    from jobfit.reading import stream_records
    from jobfit.records import Kind

    rejects: list[Rejection] = []
    sides: dict[Kind, list[Any]] = {}
    for kind, paths in ((Kind.CANDIDATE, request.candidates), (Kind.VACANCY, request.vacancies)):
        sides[kind] = list(stream_records(list(paths), kind, rejects, guess=False))
        if not sides[kind]:
            raise InputError(f"no {kind} could be read: {rejects[0].reason if rejects else 'there is no file'}")
    return _People(sides[Kind.CANDIDATE], sides[Kind.VACANCY], rejects)


def _label_pairs(
    request: LabelRequest, people: _People, rules: RuleSet, folder: Path, progress: Progress
) -> LabelCounts:
    from jobfit.training.rule_labels import read_fields, write_labels
    from jobfit.training.rules import all_cases

    records: list[Record] = [*people.candidates, *people.vacancies]
    known = read_fields(request.fields, [record.id for record in records]) if request.fields else {}
    total = len(people.candidates) * len(people.vacancies)

    def counted(cases: Iterator[Case]) -> Iterator[Case]:
        for number, case in enumerate(cases, start=1):
            yield case
            if number % 256 == 0 or number == total:
                progress.step("Labelling", number, total)

    cases = all_cases(people.candidates, people.vacancies, lambda id_: known.get(id_, {}), request.today)
    return write_labels(map(rules.label, counted(cases)), folder)


def _write_rest(
    request: LabelRequest, people: _People, rules: RuleSet, counts: LabelCounts, folder: Path
) -> dict[str, Any]:
    from jobfit.artifacts import sha256_of, write_json, write_lines
    from jobfit.documents.render import render
    from jobfit.ingest.rejects import write_rejects
    from jobfit.preparation.prepare import FORMAT, FUNNEL

    for side, records in (("candidates", people.candidates), ("vacancies", people.vacancies)):
        documents = (render(record, masked=request.mask) for record in records)
        rows = ({"_id": document.id, "text": document.text} for document in documents if document.text.strip())
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        write_lines(folder / f"{side}.jsonl", lines)
    write_rejects(folder / "rejects.jsonl", people.rejects)
    facts = {
        "labels": "rules", "rules": rules.name, "rules_file": request.rules.name,
        "rules_sha256": sha256_of(request.rules), "masked": request.mask,
    }  # fmt: skip
    content = {"format": FORMAT, "facts": facts, **counts.as_json(), "unusable": len(people.rejects)}
    write_json(folder / FUNNEL, content)
    return content
