"""jobfit classify and align: scored pairs, and scores against a judge's choices."""

from __future__ import annotations

import typer
from rich.table import Table

from jobfit.app import pairs
from jobfit.app.pairs import (
    AlignModelsResult,
    AlignRequest,
    AlignResult,
    ClassifyRequest,
    ClassifyResult,
    Retention,
)
from jobfit.app.reproduction import ReproduceResult
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import answer, print_report, stdout
from jobfit.evaluation.alignment import Alignment, Position
from jobfit.evaluation.classification import BASELINES
from jobfit.evaluation.statistics import number


@asks(ClassifyRequest)
def classify(request: ClassifyRequest, as_json: AsJson = False) -> ClassifyResult:
    """Classify scored pairs: accuracy to ROC-AUC with 95 % intervals, beside always no, always yes and the prior."""
    return answer(pairs.classify, request, as_json, print_classification)


@asks(AlignRequest, preferences=typer.Argument())
def align(request: AlignRequest, as_json: AsJson = False) -> AlignResult | AlignModelsResult | ReproduceResult:
    """Compare scores with a judge's choices between A and B, with the position check of both.

    Also says how much of the ranking is kept (retention, nDCG@20): of a run, of a model on data, or of a whole sweep.
    """
    return answer(pairs.align, request, as_json, lambda result: _print_align(result, request))


def _print_align(result: AlignResult | AlignModelsResult | ReproduceResult, request: AlignRequest) -> None:
    if isinstance(result, AlignModelsResult):
        _print_models(result)
    elif isinstance(result, AlignResult):
        print_alignment(result)
    elif request.out is not None:
        print_report(request.out)


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
    table = Table("rule", "accuracy", "95 % interval", "system − rule", "95 % interval", "p")
    table.add_row("system", result.accuracy.number, result.accuracy.interval, "", "", "")
    for name, rule in result.baselines.items():
        table.add_row(
            name.replace("_", " "), rule.accuracy.number, rule.accuracy.interval, rule.difference.number,
            rule.difference.interval, number(rule.p),
        )  # fmt: skip
    stdout.print(table)
    stdout.print(
        f"{result.accuracy.n} preferences on {result.queries} queries; {result.ties} ties count one half each."
    )
    stdout.print(f"Balanced over A and B: {number(result.balanced)} (always A: 0.5000).")
    for who, position in (("The judge", result.judge), ("The system", result.system)):
        stdout.print(_position_text(who, position))
    ceiling = result.judge.ceiling
    if ceiling is not None and ceiling < 1:
        stdout.print(f"If the judge's lean is habit, a model that cannot see the order reaches {ceiling:.2f}.")
    if isinstance(result, AlignResult) and result.retention:
        stdout.print(_retention_text(result.retention), soft_wrap=True)


def _position_text(who: str, position: Position) -> str:
    """Say how often the first of two was preferred."""
    if position.share is None or position.low is None or position.high is None:
        return f"{who} prefers neither in any pair."
    share = f"{position.share:.1%} [{position.low:.1%}, {position.high:.1%}]"
    return f"{who} prefers A in {position.first} of {position.n} pairs, {share}, p = {number(position.p)}."


def _retention_text(kept: Retention) -> str:
    text = f"Retention: {kept.measure} {kept.after}."
    if kept.difference is not None:
        text += f" Before: {number(kept.before)}; difference {kept.difference}, p = {number(kept.p)}."
    return text


def _print_models(result: AlignModelsResult) -> None:
    for name, columns in result.models.items():
        for column, estimate in columns.items():
            stdout.print(f"{name}: {column} {estimate}", soft_wrap=True)
    for column, found in (result.difference or {}).items():
        stdout.print(f"{found.b} minus {found.a}: {column} {found.difference}, p = {number(found.p)}", soft_wrap=True)
