"""jobfit reproduce: a whole paper on the simulated market or on one's own data, beside what was published."""

from __future__ import annotations

import typer

from jobfit.app import reproduction
from jobfit.app.reproduction import ReproduceRequest, ReproduceResult
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import answer, print_report


@asks(
    ReproduceRequest, paper=typer.Argument(),
    llm_timeout=None, llm_attempts=None, llm_answer_tokens=None, llm_keep_incomplete=None,
)  # fmt: skip
def reproduce(request: ReproduceRequest, as_json: AsJson = False) -> ReproduceResult:
    """Run every row of a paper with intervals, and say in words which of its claims held.

    Stopped at any moment, the same command goes on with the rows that are missing. Without --llm-url the language
    model's steps are done by their offline counterparts, and the report says so.
    """
    return answer(reproduction.reproduce, request, as_json, lambda _: print_report(request.out))
