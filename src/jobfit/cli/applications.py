"""jobfit applications: a log of applications into the store."""

from __future__ import annotations

import typer

from jobfit.app import applications as use_case
from jobfit.app.applications import ApplicationsResult
from jobfit.cli.command import SOME_REJECTED, command
from jobfit.cli.output import stderr, stdout


def _print_stored(result: ApplicationsResult) -> None:
    outcomes = ", ".join(f"{outcome.replace('_', ' ')} {count:,}" for outcome, count in result.outcomes.items())
    stdout.print(f"{result.stored:,} applications stored ({outcomes or 'none'}), {result.rejected:,} rows rejected")
    stdout.print(f"{result.candidates:,} candidates, {result.vacancies:,} vacancies")
    for count, kind in ((result.candidates_unknown, "candidate"), (result.vacancies_unknown, "vacancy")):
        if count:
            stdout.print(f"{count:,} ids of the log are no {kind} of the store (jobfit list {kind})")
    if result.undated:
        stdout.print(f"{result.undated:,} applications have no date: when these people were in touch is unknown")
    if result.rejects_file:
        stderr.print(f"Rejected rows and the reasons: {result.rejects_file}")


applications = command(
    use_case.applications, _print_stored, leave=lambda result, _: SOME_REJECTED if result.rejected else 0,
    log=typer.Argument(metavar="LOG"),
)  # fmt: skip
