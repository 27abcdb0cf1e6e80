"""What evaluate and compare print: the stable keys of ``--json``, and tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from jobfit.cli.output import print_json, stdout
from jobfit.evaluation.compare import Comparison, Difference
from jobfit.evaluation.measures import Aggregate, Report
from jobfit.evaluation.pools import Sizes
from jobfit.evaluation.statistics import Estimate


def show_report(report: Report, as_json: bool, per_query: Path | None = None) -> None:
    """Print an evaluation; write the values of every query to ``per_query``."""
    if per_query is not None:
        from jobfit.evaluation.measures import per_query_lines
        from jobfit.ingest.writing import write_lines

        write_lines(per_query, per_query_lines(report))
    if as_json:
        print_json(report_json(report) | {"per_query": str(per_query) if per_query else None})
    else:
        print_report(report)


def report_json(report: Report) -> dict[str, Any]:
    """Return the stable keys of an evaluation."""
    return {
        "run": report.run,
        "measures": {name: aggregate_json(aggregate) for name, aggregate in report.aggregate.items()},
        "undefined_queries": list(report.undefined),
        "missing_queries": list(report.missing),
    }


def print_report(report: Report) -> None:
    """Print a table of the measures, and below it what has to be known to read them."""
    any_chance = any(aggregate.chance is not None for aggregate in report.aggregate.values())
    columns = ("measure", "mean", "95 % interval", "n", *(("chance",) if any_chance else ()))
    table = Table(*columns, title=report.run, title_justify="left")
    for name, found in report.aggregate.items():
        chance = [number(found.chance)] if any_chance else []
        table.add_row(name, number(found.mean), interval(found), str(found.n), *chance)
    stdout.print(table)
    first = next(iter(report.aggregate.values()))
    if first.ranked:
        stdout.print(f"Ranked documents a query: {sizes_text(first.ranked)}; {first.tied:.1%} share their score.")
    if first.pool:
        stdout.print(f"Pool: {sizes_text(first.pool)} documents a query; chance is a random order of it.")
    if report.undefined:
        stdout.print(f"{len(report.undefined)} queries have no relevant document and are left out.")
    if report.missing:
        stdout.print(f"{len(report.missing)} judged queries are missing from the run and score 0.")


def show_comparison(comparison: Comparison, names: Sequence[str], as_json: bool) -> None:
    """Print a comparison of the runs with these names. ``a``, ``b`` and ``measures`` repeat the first pairing."""
    pairings = [
        {
            "a": names[pairing.a],
            "b": names[pairing.b],
            "measures": {name: difference_json(row) for name, row in pairing.measures.items()},
        }
        for pairing in comparison.pairings
    ]
    if as_json:
        missing = {name: list(report.missing) for name, report in zip(names, comparison.reports)}
        undefined = list(comparison.reports[0].undefined)
        print_json(
            pairings[0]
            | {"comparisons": pairings, "tests": comparison.tests}
            | {"undefined_queries": undefined, "missing_queries": missing}
        )
        return
    for pairing in comparison.pairings:
        title = f"A: {names[pairing.a]}\nB: {names[pairing.b]}" if len(pairings) > 1 else None
        stdout.print(_difference_table(pairing.measures, title))
    stdout.print(f"p (Holm) is corrected for {comparison.tests} tests.")
    if left_out := comparison.reports[0].undefined:
        stdout.print(f"{len(left_out)} queries have no relevant document and are left out.")
    for name, report in zip(names, comparison.reports):
        if report.missing:
            stdout.print(f"{len(report.missing)} judged queries are missing from {name} and score 0.")


def _difference_table(measures: Any, title: str | None) -> Table:
    table = Table(
        "measure", "A", "B", "B − A", "95 % interval", "p", "p (Holm)", "better / worse / equal",
        title=title, title_justify="left",
    )  # fmt: skip
    for name, row in measures.items():
        table.add_row(
            name, number(row.a), number(row.b), number(row.difference.mean), interval(row.difference), f"{row.p:.4f}",
            f"{row.p_holm:.4f}", f"{row.better} / {row.worse} / {row.equal}",
        )  # fmt: skip
    return table


def difference_json(row: Difference) -> dict[str, Any]:
    """Return the stable keys of one compared measure."""
    return {
        "a": row.a,
        "b": row.b,
        "difference": estimate_json(row.difference),
        "p": row.p,
        "p_holm": row.p_holm,
        "better": row.better,
        "worse": row.worse,
        "equal": row.equal,
    }


def aggregate_json(found: Aggregate) -> dict[str, Any]:
    """Return the stable keys of one evaluated measure: those of an estimate and what has to be known to read it."""
    return estimate_json(found) | {
        "undefined": found.undefined,
        "missing": found.missing,
        "chance": found.chance,
        "tied": found.tied,
        "pool": sizes_json(found.pool),
        "ranked": sizes_json(found.ranked),
    }


def estimate_json(estimate: Estimate) -> dict[str, Any]:
    """Return the stable keys of an estimate: mean, low, high, n."""
    return {"mean": estimate.mean, "low": estimate.low, "high": estimate.high, "n": estimate.n}


def sizes_json(sizes: Sizes | None) -> dict[str, Any] | None:
    """Return min, median and max, or ``None`` where they are not known."""
    return None if sizes is None else {"min": sizes.min, "median": sizes.median, "max": sizes.max}


def sizes_text(sizes: Sizes) -> str:
    """Print the sizes, as one number if they are all the same."""
    if sizes.min == sizes.max:
        return f"{sizes.min}"
    return f"{sizes.min} to {sizes.max}, median {sizes.median:g}"


def number(value: float | None) -> str:
    """Print a measure with four digits, or n/a."""
    return "n/a" if value is None else f"{value:.4f}"


def interval(estimate: Estimate) -> str:
    """Print the interval, or n/a when fewer than two queries give none."""
    return "n/a" if estimate.low is None or estimate.high is None else f"[{estimate.low:.4f}, {estimate.high:.4f}]"
