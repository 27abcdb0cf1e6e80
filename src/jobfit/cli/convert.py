"""jobfit convert: a data set from one format into another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobfit.cli.evaluate_data import DataFormat
from jobfit.cli.options import AsJson
from jobfit.cli.output import print_json, stderr, stdout
from jobfit.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(convert)


def convert(
    source: Annotated[Path, typer.Argument(help="A folder (or one file of RankPO).")],
    out: Annotated[Path, typer.Argument(help="New folder.")],
    *,
    to: Annotated[DataFormat, typer.Option(help="The format to write.")],
    source_format: Annotated[DataFormat, typer.Option("--format", help="The format of the source.")] = DataFormat.AUTO,
    task: Annotated[str | None, typer.Option(help="BEIR: which task, such as candidates_for_vacancy.")] = None,
    as_json: AsJson = False,
) -> None:
    """Convert between BEIR, ConFit, RankPO and Parquet, and say what the new format has no place for."""
    from jobfit.evaluation.datasets.formats import detect, read_dataset, write_dataset

    if to is DataFormat.AUTO:
        raise InputError("say which format to write: beir, confit, rankpo or parquet")
    name = detect(source) if source_format is DataFormat.AUTO else source_format.value
    dataset = read_dataset(source, name)
    left_out = write_dataset(dataset, out, to.value, task)
    counts = {
        "queries": len(dataset.vacancies),
        "documents": len(dataset.candidates),
        "tasks": [f"{one.name} ({one.split})" for one in dataset.tasks],
        "pairs": {split: len(pairs) for split, pairs in dataset.pairs.items()},
        "preferences": len(dataset.choices),
    }
    if as_json:
        stated = {"source": str(source), "format": name, "out": str(out), "to": to.value}
        print_json(stated | counts | {"left_out": left_out})
        return
    for line in left_out:
        stderr.print(f"left out: {line}")
    stdout.print(f"{counts['queries']} queries and {counts['documents']} documents, {name} to {to.value}: {out}")
