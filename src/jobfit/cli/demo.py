"""jobfit demo: the whole chain on a simulated market, ending in a report."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from jobfit.app.match import match_result
from jobfit.cli.match import print_shortlist
from jobfit.cli.options import DEFAULT_MODEL, AsJson, Model, Out, Seed
from jobfit.cli.output import print_json, stderr, stdout
from jobfit.evaluation.measures import Report

ESTIMATE = ("mean", "low", "high", "n")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(out: Out = Path("demo"), seed: Seed = 1, model: Model = DEFAULT_MODEL, as_json: AsJson = False) -> None:
    """Simulate a market, ingest its files, match both ways, evaluate against the truth, write OUT/report.html."""
    from jobfit.app.encoding import cached_encoder
    from jobfit.cli import demo_steps as steps
    from jobfit.report.page import write_report
    from jobfit.store.repository import open_store

    started = time.perf_counter()
    market = steps.simulated_market(out / "market", seed)
    stderr.print(f"Market: {market}")
    encoder = cached_encoder(model)
    with open_store(tenant=steps.tenant_of(market)) as store:
        facts = steps.ingest_market(store, encoder, market)
        examples = steps.match_examples(store, encoder)
        matched = {asking: steps.match_everything(store, encoder, asking) for asking in steps.TITLES}
    evaluations = [steps.evaluation_of(asking, market, encoder, runs) for asking, runs in matched.items()]
    facts |= {"Encoder": model, "Time": f"{time.perf_counter() - started:.0f} s"}
    report = out / "report.html"
    write_report(report, examples, evaluations, facts, datetime.now(UTC))
    if as_json:
        tables = {evaluation.title: table_json(dict(evaluation.systems)) for evaluation in evaluations}
        print_json({"report": str(report.resolve()), "facts": facts, "evaluations": tables})
        return
    for example in examples:
        print_shortlist(match_result(example.query, example.shortlist, example.records))
    for evaluation in evaluations:
        stdout.print(evaluation_table(evaluation.title, dict(evaluation.systems)))
    stdout.print(f"Report: {report.resolve()}", soft_wrap=True)


def table_json(systems: dict[str, Report]) -> dict[str, Any]:
    """Return the estimates of each measure of each system."""
    return {
        name: {
            measure: dict(zip(ESTIMATE, attrgetter(*ESTIMATE)(estimate)))
            for measure, estimate in report.aggregate.items()
        }
        for name, report in systems.items()
    }


def evaluation_table(title: str, systems: dict[str, Report]) -> Table:
    """Return a table of systems by measures, each mean with its interval."""
    measures = list(next(iter(systems.values())).aggregate)
    table = Table("system", *measures, "n", title=title, title_justify="left")
    for name, report in systems.items():
        cells = [f"{e.number}\n{e.interval}" for e in report.aggregate.values()]
        table.add_row(name, *cells, str(report.aggregate[measures[0]].n))
    return table
