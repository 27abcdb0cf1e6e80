"""jobfit classify and align: scored pairs, and scores against a judge's choices."""

from __future__ import annotations

import typer
from rich.table import Table

from jobfit.app import pairs
from jobfit.app.pairs import AlignModelsResult, AlignResult, ClassifyResult
from jobfit.app.reproduction import ReproduceResult
from jobfit.cli.command import command
from jobfit.cli.output import print_table, stderr, stdout
from jobfit.evaluation.alignment import Alignment, Position
from jobfit.evaluation.classification import BASELINES
from jobfit.evaluation.statistics import number


def _print_align(result: AlignResult | AlignModelsResult | ReproduceResult) -> None:
    if isinstance(result, AlignModelsResult):
        _print_models(result)
    elif isinstance(result, AlignResult):
        print_alignment(result)
    else:
        print_report(result)


def print_report(result: ReproduceResult) -> None:
    """Print the report of an experiment, ``report.md`` in its folder, and where its files are."""
    stdout.print((result.folder / "report.md").read_text(encoding="utf-8"), soft_wrap=True)
    stderr.print(f"Written to {result.folder}: report.md, report.json and the figures")


def print_classification(result: ClassifyResult) -> None:
    """Print the measures beside what constant answers score, and where the threshold comes from."""
    table = Table()
    table.add_column("measure", no_wrap=True)
    for heading in ("value", "95 % interval", *(name.replace("_", " ") for name in BASELINES)):
        table.add_column(heading)
    for found, mark in ((result, ""), (result.calibration, " ↓")):
        if found is not None:
            for name, estimate in found.measures.items():
                constant = [number(found.baselines[baseline][name]) for baseline in BASELINES]
                table.add_row(f"{name}{mark}", estimate.number, estimate.interval, *constant)
    stdout.print(table)
    n, positives = result.n, result.positives
    stdout.print(f"{n} pairs, {positives} positive ({positives / n:.1%}), {result.queries} queries.")
    if result.pairs_per_query:
        stdout.print(f"Pairs per query: {result.pairs_per_query}; intervals resample queries.")
    chosen = result.threshold
    origin = f"{chosen.criterion} on {chosen.chosen_on} validation pairs" if chosen.chosen_on else "stated beforehand"
    stdout.print(f"Threshold {chosen.value:g}: {origin}.")
    if result.calibration:
        stdout.print(f"ece over {result.calibration.binning}; of ece and brier less is better.")
    for name, why in result.undefined.items():
        stdout.print(f"{name} is undefined: {why}.")


def print_alignment(result: AlignResult | Alignment) -> None:
    """Print the accuracy beside rules that read nothing, the position check, and the retention of a run."""
    rows = [("system", result.accuracy.number, result.accuracy.interval, "", "", "")]
    for name, rule in result.baselines.items():
        ours, gain = rule.accuracy, rule.difference
        rows.append((name.replace("_", " "), ours.number, ours.interval, gain.number, gain.interval, number(rule.p)))
    print_table(("rule", "accuracy", "95 % interval", "system − rule", "95 % interval", "p"), rows)
    stdout.print(
        f"{result.accuracy.n} preferences on {result.queries} queries; {result.ties} ties count one half each."
    )
    stdout.print(f"Balanced over A and B: {number(result.balanced)} (always A: 0.5000).")
    for who, position in (("The judge", result.judge), ("The system", result.system)):
        stdout.print(_position_text(who, position))
    ceiling = result.judge.ceiling
    if ceiling is not None and ceiling < 1:
        stdout.print(f"If the judge's lean is habit, a model that cannot see the order reaches {ceiling:.2f}.")
    if isinstance(result, AlignResult) and (kept := result.retention):
        text = f"Retention: {kept.measure} {kept.after}."
        if kept.difference is not None:
            text += f" Before: {number(kept.before)}; difference {kept.difference}, p = {number(kept.p)}."
        stdout.print(text, soft_wrap=True)


def _position_text(who: str, position: Position) -> str:
    if position.share is None or position.low is None or position.high is None:
        return f"{who} prefers neither in any pair."
    share = f"{position.share:.1%} [{position.low:.1%}, {position.high:.1%}]"
    return f"{who} prefers A in {position.first} of {position.n} pairs, {share}, p = {number(position.p)}."


def _print_models(result: AlignModelsResult) -> None:
    for name, columns in result.models.items():
        for column, estimate in columns.items():
            stdout.print(f"{name}: {column} {estimate}", soft_wrap=True)
    for column, found in (result.difference or {}).items():
        stdout.print(f"{found.b} minus {found.a}: {column} {found.difference}, p = {number(found.p)}", soft_wrap=True)


classify = command(pairs.classify, print_classification)
align = command(pairs.align, _print_align, preferences=typer.Argument())
