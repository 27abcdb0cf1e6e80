"""jobfit demo: the whole chain on a simulated market, ending in a report."""

from __future__ import annotations

from datetime import UTC, datetime

from jobfit.app import demo as use_case
from jobfit.app.demo import DemoRequest, DemoResult
from jobfit.app.wire import Progress
from jobfit.cli.command import command
from jobfit.cli.match import print_shortlist
from jobfit.cli.output import print_table, stdout


def _demo(request: DemoRequest, progress: Progress) -> DemoResult:
    """Simulate a market, ingest its files, match both ways, evaluate against the truth, write OUT/report.html."""
    return use_case.demo(request, datetime.now(UTC), progress)


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


demo = command(_demo, _print_demo)
