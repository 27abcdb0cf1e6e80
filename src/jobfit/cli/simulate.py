"""jobfit simulate, truth and demo: a seeded market whose truth is known, and the whole chain on one."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime

import typer

from jobfit.app import demo as demonstration
from jobfit.app import simulate as use_case
from jobfit.app.demo import DemoRequest, DemoResult
from jobfit.app.simulate import Market, Streamed, Truth
from jobfit.app.wire import Progress
from jobfit.cli.command import command
from jobfit.cli.match import print_shortlist
from jobfit.cli.output import print_table, stdout


def _print_market(result: Market | Streamed) -> None:
    for key, value in result.model_dump(exclude={"seed"}).items():
        stdout.print(f"{key.replace('_', ' ')}: {value}")


def _print_truth(result: Truth) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(use_case.PairTruth.model_fields)
    writer.writerows(pair.model_dump().values() for pair in result.pairs)


def _demo(request: DemoRequest, progress: Progress) -> DemoResult:
    """Simulate a market, ingest its files, match both ways, evaluate against the truth, write OUT/report.html."""
    return demonstration.demo(request, datetime.now(UTC), progress)


def _print_demo(result: DemoResult) -> None:
    for example in result.examples:
        print_shortlist(example)
    for title, systems in result.evaluations.items():
        rows = []
        for name, measures in systems.items():
            n = next(iter(measures.values())).n
            rows.append((name, *(f"{mean.number}\n{mean.interval}" for mean in measures.values()), str(n)))
        print_table(("system", *next(iter(systems.values())), "n"), rows, title)
    stdout.print(f"Report: {result.report}", soft_wrap=True)


simulate = command(use_case.simulate, _print_market)
truth = command(
    use_case.truth, _print_truth, market=typer.Argument(metavar="MARKET"), pairs=typer.Argument(metavar="PAIRS")
)
demo = command(_demo, _print_demo)
