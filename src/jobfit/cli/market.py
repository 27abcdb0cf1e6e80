"""jobfit frontier and allocate: both sides of a match, for each list and for a whole market."""

from __future__ import annotations

import typer

from jobfit.app import allocation, steering
from jobfit.app.allocation import AllocateResult
from jobfit.app.steering import FrontierResult
from jobfit.cli.command import command
from jobfit.cli.output import print_table, stdout


def _print_frontier(result: FrontierResult) -> None:
    rows = [
        (
            "expected surplus" if point.least is None else f"{point.least:.3f}",
            "" if point.price is None else f"{point.price:.3f}",
            *(f"{of.number} {of.interval}" for of in (point.qualification, point.preference)),
        )
        for point in (*result.points, result.surplus)
    ]
    print_table(("at least", "price", "expected qualification", f"preference nDCG@{result.k}"), rows)
    for exposed in result.points[-1].exposure:
        asked = f"at least {exposed.least:g}" if exposed.least is not None else f"at most {exposed.most:g}"
        each = "" if exposed.full is None else f" at most, vacancies at the bound: {exposed.full}"
        stdout.print(
            f"{exposed.name}: {asked} of all attention; at the last floor {exposed.share:.3f}{each}, at a price of "
            f"{exposed.price:.3f}."
        )
    left_out = f" (left out, as they liked nothing known: {result.left_out})" if result.left_out else ""
    stdout.print(f"Queries: {result.queries}{left_out}. Calibration error on {result.outcomes} outcomes: {result.ece}.")
    stdout.print(f"Picture: {result.plot}", soft_wrap=True)


def _print_allocated(result: AllocateResult) -> None:
    heads = ("", "matches", "hires", "envy: people", "envy: vacancies", "most applied", "unseen")
    rows = [
        (
            name, f"{one.expected:.2f}", f"{one.effective:.2f}", str(one.envy_candidates), str(one.envy_vacancies),
            f"{one.most_applications:.1f}", str(one.unseen),
        )
        for name, one in result.methods.items()
    ]  # fmt: skip
    print_table(heads, rows)
    stdout.print(
        f"Expected by the chances given, lists of {result.k}. Candidates: {result.candidates}; vacancies: "
        f"{result.vacancies}; beta: {result.beta:g}; steps: {result.steps}."
    )
    if (shares := result.capped) is not None:
        stdout.print(
            f"Capped attention: at most {shares.most_applications:.2f} applications to a vacancy for one look of "
            f"everybody, vacancies at the cap: {shares.full}, {shares.looking_at_none:.1%} of all looks turned away: "
            f"{shares.path}",
            soft_wrap=True,
        )
    stdout.print(f"Lists: {result.vacancies_for_candidates}, {result.candidates_for_vacancies}", soft_wrap=True)


frontier = command(steering.frontier, _print_frontier, pairs=typer.Argument(metavar="PAIRS"))
allocate = command(allocation.allocate, _print_allocated, pairs=typer.Argument(metavar="PAIRS"))
