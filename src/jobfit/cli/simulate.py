"""jobfit simulate: a seeded market whose truth is known."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from jobfit.cli.options import AsJson, Out, Seed
from jobfit.cli.output import print_json, stdout


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(simulate)


def simulate(
    out: Out,
    candidates: Annotated[int, typer.Option(min=1, help="How many people.")] = 300,
    vacancies: Annotated[int, typer.Option(min=1, help="How many open positions.")] = 40,
    seed: Seed = 1,
    rendered: Annotated[float, typer.Option(min=0, max=1, help="Share of CVs rendered as PDF and DOCX.")] = 0.1,
    as_json: AsJson = False,
) -> None:
    """Write CVs, vacancies, applications, protected attributes and the truth of a simulated market."""
    from jobfit.simulation.writer import simulate_to

    summary = asdict(simulate_to(out, candidates, vacancies, seed, rendered_share=rendered))
    if as_json:
        print_json(summary | {"folder": str(out), "seed": seed})
        return
    for key, value in summary.items():
        stdout.print(f"{key.replace('_', ' ')}: {value}")
