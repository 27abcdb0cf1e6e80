"""jobfit fill: what the rules did not find, asked of a language model."""

from __future__ import annotations

import typer

from jobfit.app import filling as use_case
from jobfit.app.filling import FillEstimate, FillRequest, FillResult, FillUndone
from jobfit.cli.command import command
from jobfit.cli.output import print_estimate, stderr, stdout
from jobfit.llm.errors import LlmError


def _leave(result: FillResult | FillEstimate | FillUndone, request: FillRequest) -> int:
    if not isinstance(result, FillResult) or not result.failed or request.llm.keep_incomplete:
        return 0
    stderr.print(
        f"{result.failed} got no usable answer and stay as they were. Run the command again: only they are asked."
    )
    return LlmError.exit_code


def _print_result(result: FillResult | FillEstimate | FillUndone) -> None:
    if isinstance(result, FillUndone):
        stdout.print(f"{result.undone} of {result.records} records are as the rules and importers read them")
    elif isinstance(result, FillEstimate):
        stdout.print(f"{result.records} records to ask about")
        print_estimate(result)
    else:
        stdout.print(f"{result.asked} of {result.records} records asked about, {result.filled} gained something")
        for said, counts in (("gained", result.facts), ("dropped", result.dropped), ("no answer", result.failures)):
            if counts:
                listed = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items())
                stdout.print(f"{said}: {listed}")
        spent = result.llm.spent
        stdout.print(f"{result.llm.model}: {spent.requests:,} requests, {spent.from_cache:,} answers from the cache")


fill = command(use_case.fill, _print_result, leave=_leave, ids=typer.Argument(metavar="[ID]..."))
