"""jobfit label: pairs labelled by declarative rules, with what each rule said, as a folder that is trained on."""

from __future__ import annotations

import typer
from rich.table import Table

from jobfit.app import labelling
from jobfit.app.labelling import LabelRequest, LabelResult
from jobfit.cli.command import SOME_REJECTED, AsJson, asks
from jobfit.cli.output import answer, stdout


@asks(LabelRequest)
def label(request: LabelRequest, as_json: AsJson = False) -> LabelResult:
    """Label every pair of a candidate and a vacancy by rules; OUT is a folder for `jobfit train --data`.

    OUT/labels.parquet says of every pair which rules fired and why. Exit code 3: some inputs were unusable.
    """
    result = answer(labelling.label, request, as_json, _print_labels)
    if result.unusable:
        raise typer.Exit(SOME_REJECTED)
    return result


def _print_labels(result: LabelResult) -> None:
    table = Table("rule", "fired", "missing", "unknown")
    for name, counts in result.rules.items():
        table.add_row(name, *(f"{counts[word]:,}" for word in ("fired", "missing", "unknown")))
    stdout.print(table)
    stdout.print(f"Written to {result.folder}", soft_wrap=True)
