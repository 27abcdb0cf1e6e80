"""jobfit demo: the whole chain on a simulated market, ending in a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jobfit.app import demo as use_case
from jobfit.app.demo import DemoRequest, DemoResult
from jobfit.cli.command import AsJson, asks
from jobfit.cli.match import print_shortlist
from jobfit.cli.output import show, stdout, telling

if TYPE_CHECKING:
    from jobfit.evaluation.statistics import Estimate


@asks(DemoRequest)
def demo(request: DemoRequest, as_json: AsJson = False) -> DemoResult:
    """Simulate a market, ingest its files, match both ways, evaluate against the truth, write OUT/report.html."""
    with telling() as told:
        result = use_case.demo(request, datetime.now(UTC), told)
    return show(result, as_json, _print_demo)


def _print_demo(result: DemoResult) -> None:
    for example in result.examples:
        print_shortlist(example)
    for title, systems in result.evaluations.items():
        _print_evaluation(title, systems)
    stdout.print(f"Report: {result.report}", soft_wrap=True)


def _print_evaluation(title: str, systems: Mapping[str, Mapping[str, Estimate]]) -> None:
    """Print systems by measures, each mean with its interval."""
    from rich.table import Table

    measures = next(iter(systems.values()))
    table = Table("system", *measures, "n", title=title, title_justify="left")
    for name, estimates in systems.items():
        cells = [f"{estimate.number}\n{estimate.interval}" for estimate in estimates.values()]
        table.add_row(name, *cells, str(next(iter(estimates.values())).n))
    stdout.print(table)
