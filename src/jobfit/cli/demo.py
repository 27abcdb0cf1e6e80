"""jobfit demo: the whole chain on a simulated market, ending in a report."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.table import Table

from jobfit.cli.evaluation import interval, number
from jobfit.cli.match import print_shortlist
from jobfit.cli.options import DEFAULT_MODEL, Model, Out, Seed
from jobfit.cli.output import progress, stdout

if TYPE_CHECKING:
    from jobfit.encoders.base import Encoder
    from jobfit.evaluation.measures import Report
    from jobfit.matcher import Matcher
    from jobfit.records import Record
    from jobfit.report.page import Example
    from jobfit.runs import Run
    from jobfit.store.repository import Store

CANDIDATES, VACANCIES = 240, 30
SHOWN = 5  # entries of a shortlist in the report
EXAMPLES = 3  # vacancies in the report
TODAY = date(2026, 1, 1)  # the market's calendar ends here, so that the demo prints the same on every day
MEASURES = ("nDCG@10", "AP", "R@100", "P@10", "RR")
TENANT = "demo"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    out: Out = Path("demo"),
    seed: Seed = 1,
    model: Model = DEFAULT_MODEL,
) -> None:
    """Simulate a market, ingest its files, match both ways, evaluate against the truth, write OUT/report.html."""
    from jobfit.cli.setup import cached_encoder
    from jobfit.report.page import write_report
    from jobfit.store.repository import open_store

    started = time.perf_counter()
    market = out / "market"
    _simulate(market, seed)
    encoder = cached_encoder(model)
    with open_store(tenant=TENANT) as store:
        facts = _ingest(store, encoder, market)
        examples, runs = _match(store, encoder, market)
    systems = {**_rank_systems(market, encoder), "jobfit match": runs}
    reports = _evaluate(systems, market)
    for example in examples:
        print_shortlist(example.query, example.shortlist, example.records)
    stdout.print(_table(reports))
    report = out / "report.html"
    facts |= {"Encoder": model, "Time": f"{time.perf_counter() - started:.0f} s"}
    write_report(report, examples, [_evaluation(reports)], facts, datetime.now(UTC))
    stdout.print(f"\nReport: {report.resolve()}", highlight=False, soft_wrap=True)
