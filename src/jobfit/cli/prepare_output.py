"""What ``jobfit prepare`` prints for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table

from jobfit.cli.output import stdout
from jobfit.preparation.funnel import KEPT

if TYPE_CHECKING:
    from jobfit.preparation.prepare import Prepared


def print_prepared(done: Prepared) -> None:
    """Show each funnel, the outcomes and where the files are."""
    table = Table("of", "step", "dropped because")
    table.add_column("rows", justify="right", no_wrap=True)
    for funnel in done.funnels:
        for number, (step, reason, rows) in enumerate(funnel.lines()):
            shown = ("left", "") if reason == KEPT else (step, reason)
            table.add_row("" if number else funnel.name, *shown, f"{rows:,}")
        table.add_section()
    stdout.print(table)
    outcomes = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in done.outcomes.items())
    stdout.print(f"Outcomes of the pairs: {outcomes}")
    for side, codes in done.reasons.items():
        if codes:
            stdout.print(f"Reasons of {side}: " + ", ".join(f"{code} {count:,}" for code, count in codes.items()))
    balance = done.balance.as_json()
    if balance["share"] is not None:
        weight = "undefined" if balance["pos_weight"] is None else f"{balance['pos_weight']:.2f}"
        stdout.print(f"Binary: {100 * balance['share']:.2f} % positive, pos_weight {weight}")
    sources = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in done.mobility.items())
    stdout.print(f"Mobility of the candidates: {sources}")
    if any(done.without_document.values()):
        counts = ", ".join(f"{kind} {count:,}" for kind, count in done.without_document.items())
        stdout.print(f"Pairs without a document in this variant: {counts}")
    for name, value in done.facts.items():
        if isinstance(value, Mapping):
            value = ", ".join(f"{key} {count:,}" for key, count in value.items()) or "nothing"
        stdout.print(f"{name.replace('_', ' ')}: {value}", soft_wrap=True)
    stdout.print(f"Written to {done.folder}", soft_wrap=True)


def print_estimate(estimate: Mapping[str, Any]) -> None:
    """Show what the llm variant would take."""
    about, most = estimate["about"], estimate["at_most"]
    stdout.print(f"requests: {estimate['requests']:,}; answered already: {estimate['from_cache']:,}")
    for name, tokens, cost in (("about", about, estimate["cost_about"]), ("at most", most, estimate["cost_at_most"])):
        sent, answered = tokens["prompt"], tokens["answer"]
        stdout.print(f"{name}: {sent:,} tokens sent, {answered:,} answered, cost {cost:.4g}", soft_wrap=True)
    stdout.print("Nothing was sent and nothing was written.")
