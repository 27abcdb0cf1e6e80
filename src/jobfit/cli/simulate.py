"""jobfit simulate and jobfit truth: a seeded market whose truth is known, and the truth of any of its pairs."""

from __future__ import annotations

import csv
import sys

import typer

from jobfit.app import simulate as use_case
from jobfit.app.simulate import Market, Streamed, Truth
from jobfit.cli.command import command
from jobfit.cli.output import stdout


def _print_market(result: Market | Streamed) -> None:
    for key, value in result.model_dump(exclude={"seed"}).items():
        stdout.print(f"{key.replace('_', ' ')}: {value}")


def _print_truth(result: Truth) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(use_case.PairTruth.model_fields)
    writer.writerows(pair.model_dump().values() for pair in result.pairs)


simulate = command(use_case.simulate, _print_market)
truth = command(
    use_case.truth, _print_truth, market=typer.Argument(metavar="MARKET"), pairs=typer.Argument(metavar="PAIRS")
)
