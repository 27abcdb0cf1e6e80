"""jobfit split and convert: pairs into train, validation and test, guarded; a data set into another format."""

from __future__ import annotations

import typer

from jobfit.app import datasets
from jobfit.app.datasets import ConvertResult, SplitResult
from jobfit.cli.command import command
from jobfit.cli.evaluation import print_guard
from jobfit.cli.output import print_table, stderr, stdout


def _print_split(result: SplitResult) -> None:
    rows = ((line.step, str(line.dropped), str(line.left), line.reason) for line in result.funnel)
    print_table(("step", "dropped", "left", "why"), rows, "funnel")
    for name, part in result.parts.items():
        share = f", {result.shares[name]:.1%} of those kept" if name in result.shares else ""
        stdout.print(f"{name}: {part.rows} pairs{share}")
    for side, count in result.near_duplicates.items():
        stdout.print(f"{count} {side} texts have a near-duplicate, which is on the same side.")
    print_guard(result.guard)
    stdout.print(f"Written to {result.folder}.")


def _print_converted(result: ConvertResult) -> None:
    for line in result.left_out:
        stderr.print(f"left out: {line}")
    stdout.print(
        f"{result.queries} queries and {result.documents} documents, {result.format} to {result.to}: {result.out}"
    )


split = command(datasets.split, _print_split)
convert = command(datasets.convert, _print_converted, source=typer.Argument(), out=typer.Argument())
