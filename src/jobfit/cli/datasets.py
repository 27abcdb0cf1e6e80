"""jobfit split and convert: pairs into train, validation and test, guarded; a data set into another format."""

from __future__ import annotations

import typer
from rich.table import Table

from jobfit.app import datasets
from jobfit.app.datasets import ConvertRequest, ConvertResult, SplitRequest, SplitResult
from jobfit.cli.command import AsJson, asks
from jobfit.cli.evaluation import print_guard
from jobfit.cli.output import answer, stderr, stdout


@asks(SplitRequest)
def split(request: SplitRequest, as_json: AsJson = False) -> SplitResult:
    """Split pairs by time, vacancy, candidate or both; near-duplicate texts stay together, and the guard looks."""
    return answer(datasets.split, request, as_json, _print_split)


def _print_split(result: SplitResult) -> None:
    funnel = Table("step", "dropped", "left", "why", title="funnel", title_justify="left")
    for line in result.funnel:
        funnel.add_row(line.step, str(line.dropped), str(line.left), line.reason)
    stdout.print(funnel)
    for name, part in result.parts.items():
        share = f", {result.shares[name]:.1%} of those kept" if name in result.shares else ""
        stdout.print(f"{name}: {part.rows} pairs{share}")
    for side, count in result.near_duplicates.items():
        stdout.print(f"{count} {side} texts have a near-duplicate, which is on the same side.")
    print_guard(result.guard)
    stdout.print(f"Written to {result.folder}.")


@asks(ConvertRequest, source=typer.Argument(), out=typer.Argument())
def convert(request: ConvertRequest, as_json: AsJson = False) -> ConvertResult:
    """Convert between BEIR, ConFit, RankPO and Parquet, and say what the new format has no place for."""
    return answer(datasets.convert, request, as_json, _print_converted)


def _print_converted(result: ConvertResult) -> None:
    for line in result.left_out:
        stderr.print(f"left out: {line}")
    stdout.print(
        f"{result.queries} queries and {result.documents} documents, {result.format} to {result.to}: {result.out}"
    )
