"""What classify and align print: the stable keys of ``--json``, and tables for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.table import Table

from jobfit.cli.evaluation_output import estimate_json, interval, number, sizes_json, sizes_text
from jobfit.cli.output import print_json, stdout
from jobfit.evaluation.alignment import Alignment, Position
from jobfit.evaluation.calibration import Calibration
from jobfit.evaluation.classification import BASELINES, Classification


def show_classification(found: Classification, calibrated: Calibration | None, as_json: bool) -> None:
    """Print a classification, and the calibration of its scores if they are probabilities."""
    if as_json:
        print_json(classification_json(found, calibrated))
        return
    table = Table()
    table.add_column("measure", no_wrap=True)
    for heading in ("value", "95 % interval", *(name.replace("_", " ") for name in BASELINES)):
        table.add_column(heading)
    for name, estimate in found.measures.items():
        constant = [number(found.baselines[baseline][name]) for baseline in BASELINES]
        table.add_row(name, number(estimate.mean), interval(estimate), *constant)
    for name, estimate in calibrated.measures.items() if calibrated else ():
        constant = [number(calibrated.baselines[baseline][name]) for baseline in BASELINES]  # type: ignore[union-attr]
        table.add_row(f"{name} ↓", number(estimate.mean), interval(estimate), *constant)
    stdout.print(table)
    stdout.print(
        f"{found.n} pairs, {found.positives} positive ({found.positives / found.n:.1%}), {found.queries} queries."
    )
    if found.pairs_per_query:
        stdout.print(f"Pairs a query: {sizes_text(found.pairs_per_query)}; intervals resample queries.")
    chosen = found.threshold
    where = (
        f"{chosen.criterion} on {len(chosen.chosen_on)} validation pairs" if chosen.chosen_on else "stated beforehand"
    )
    stdout.print(f"Threshold {chosen.value:g}: {where}.")
    if calibrated:
        stdout.print(f"ece over {calibrated.binning}; of ece and brier less is better.")
    for name, why in found.undefined.items():
        stdout.print(f"{name} is undefined: {why}.")


def classification_json(found: Classification, calibrated: Calibration | None) -> dict[str, Any]:
    """Return the stable keys of a classification."""
    threshold = asdict(found.threshold) | {"chosen_on": len(found.threshold.chosen_on)}
    return {
        "n": found.n,
        "positives": found.positives,
        "queries": found.queries,
        "pairs_per_query": sizes_json(found.pairs_per_query),
        "threshold": threshold,
        "measures": {name: estimate_json(estimate) for name, estimate in found.measures.items()},
        "baselines": {name: dict(values) for name, values in found.baselines.items()},
        "undefined": dict(found.undefined),
        "calibration": None if calibrated is None else asdict(calibrated),
    }


def show_alignment(found: Alignment, as_json: bool) -> None:
    """Print an alignment with its checks."""
    if as_json:
        print_json(asdict(found))
        return
    table = Table("rule", "accuracy", "95 % interval", "system − rule", "95 % interval", "p")
    table.add_row("system", number(found.accuracy.mean), interval(found.accuracy), "", "", "")
    for name, rule in found.baselines.items():
        table.add_row(
            name.replace("_", " "), number(rule.accuracy.mean), interval(rule.accuracy), number(rule.difference.mean),
            interval(rule.difference), f"{rule.p:.4f}",
        )  # fmt: skip
    stdout.print(table)
    stdout.print(f"{found.accuracy.n} preferences on {found.queries} queries; {found.ties} ties count one half each.")
    stdout.print(f"Balanced over A and B: {number(found.balanced)} (always A: 0.5000).")
    for who, position in (("The judge", found.judge), ("The system", found.system)):
        stdout.print(position_text(who, position))
    if found.judge.ceiling is not None and found.judge.ceiling < 1:
        stdout.print(
            f"If the judge's lean is habit, a model that cannot see the order reaches {found.judge.ceiling:.2f}."
        )


def position_text(who: str, found: Position) -> str:
    """Say how often the first of two was preferred."""
    if found.share is None or found.low is None or found.high is None:
        return f"{who} prefers neither in any pair."
    share = f"{found.share:.1%} [{found.low:.1%}, {found.high:.1%}]"
    return f"{who} prefers A in {found.first} of {found.n} pairs, {share}, p = {found.p:.4f}."
