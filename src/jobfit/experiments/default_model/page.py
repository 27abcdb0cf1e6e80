"""The measured table and the verdict as Markdown: for the model's card and for docs/training/default-model.md."""

from __future__ import annotations

from collections.abc import Sequence

from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.default_model.measuring import BM25, RAW, TRAINED, Against, Line, Verdict


def table_lines(lines: Sequence[Line]) -> list[str]:
    """Return a table: a row for each set and measure, the systems' means, and the trained encoder's differences."""
    if not lines:
        return ["Nothing was kept apart to measure on.", ""]
    head = ["set", "measure", "n", BM25, RAW, TRAINED, f"trained − {RAW}", f"trained − {BM25}"]
    rows = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for line in lines:
        cells = [
            f"{line.name}{'' if line.real else ' (synthetic)'}", line.measure, f"{line.queries:,}",
            *(_mean(line.systems[name]) for name in (BM25, RAW, TRAINED)),
            *(_difference(line.against[name]) for name in (RAW, BM25)),
        ]  # fmt: skip
        rows.append(f"| {' | '.join(cells)} |")
    said = (
        "Means with 95 % bootstrap intervals over queries; differences are paired, with p of the paired randomisation "
        "test after Holm's correction over the table."
    )
    return [*rows, "", said, ""]


def verdict_lines(verdict: Verdict | None) -> list[str]:
    """Return the verdict in words."""
    if verdict is None:
        return ["No real set is large enough to decide whether it ships."]
    if verdict.ships:
        return ["By the recipe's rule it ships."]
    return ["By the recipe's rule it does not ship:", "", *(f"- {reason}" for reason in verdict.reasons)]


def _mean(value: Estimate) -> str:
    return "undefined" if value.mean is None else f"{value.mean:.3f}{_interval(value, '')}"


def _difference(value: Against) -> str:
    found = value.difference
    return "undefined" if found.mean is None else f"{found.mean:+.3f}{_interval(found, '+')}, p {value.p_holm:.4f}"


def _interval(value: Estimate, sign: str) -> str:
    return "" if value.low is None else f" [{value.low:{sign}.3f}, {value.high:{sign}.3f}]"
