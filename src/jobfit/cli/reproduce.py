"""jobfit reproduce: a whole paper on the simulated market or on one's own data, beside what was published."""

from __future__ import annotations

import typer

from jobfit.app.reproduction import ReproduceRequest, ReproduceResult
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import show, stderr, stdout, telling


@asks(
    ReproduceRequest, paper=typer.Argument(),
    llm_timeout=None, llm_attempts=None, llm_answer_tokens=None, llm_keep_incomplete=None,
)  # fmt: skip
def reproduce(request: ReproduceRequest, as_json: AsJson = False) -> ReproduceResult:
    """Run every row of a paper with intervals, and say in words which of its claims held.

    Stopped at any moment, the same command goes on with the rows that are missing. Without --llm-url the language
    model's steps are done by their offline counterparts, and the report says so.
    """
    from jobfit.app.reproduction import reproduce as run

    with telling() as told:
        result = run(request, told)
    report = request.out / "report.md"
    show(result, as_json, lambda _: stdout.print(report.read_text(encoding="utf-8"), soft_wrap=True))
    stderr.print(f"Written to {report}, {request.out / 'report.json'}")
    return result
