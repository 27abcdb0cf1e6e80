"""jobfit hyre, paraphrase, annotate: what a language model, or its offline counterpart, writes and judges."""

from __future__ import annotations

from typing import TypeVar

import typer

from jobfit.app.annotation import AnnotateEstimate, AnnotateRequest, AnnotateResult
from jobfit.app.texts import (
    HyreEstimate,
    HyreRequest,
    HyreResult,
    ParaphraseEstimate,
    ParaphraseRequest,
    ParaphraseResult,
)
from jobfit.app.wire import Result
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import show, stderr, stdout, telling
from jobfit.llm.errors import LlmError

R = TypeVar("R", bound=Result)


@asks(HyreRequest, mask=("--mask/--no-mask",))
def hyre(request: HyreRequest, as_json: AsJson = False) -> HyreResult | HyreEstimate:
    """Write a hypothetical resume for each vacancy to OUT; a second run makes only what is missing.

    The texts belong to nobody and are read by encoders alone. Exit code 7: some vacancies got no usable answer.
    """
    from jobfit.app.texts import hyre as run

    with telling() as told:
        result = run(request, told)
    return _show(result, as_json, request.llm.keep_incomplete)


@asks(ParaphraseRequest)
def paraphrase(request: ParaphraseRequest, as_json: AsJson = False) -> ParaphraseResult | ParaphraseEstimate:
    """Write a paraphrase of each text that is copied to OUT; a second run makes only what is missing.

    The options of the data are those of the training. The paraphrases are training material and nothing else. Exit
    code 7: some texts got no usable answer.
    """
    from jobfit.app.texts import paraphrase as run

    with telling() as told:
        result = run(request, told)
    return _show(result, as_json, request.llm.keep_incomplete)


@asks(AnnotateRequest)
def annotate(request: AnnotateRequest, as_json: AsJson = False) -> AnnotateResult | AnnotateEstimate:
    """Ask which of two candidates suits better, in both orders, and append each vote to OUT.

    A second run asks only what has no vote yet. Exit code 7: some questions got no usable answer.
    """
    from jobfit.app.annotation import annotate as run

    with telling() as told:
        result = run(request, told)
    return _show(result, as_json, request.llm.keep_incomplete)


def _show(result: R, as_json: bool, keep_incomplete: bool) -> R:
    """Print the result; leave with the exit code of a model that cannot be used where requests failed."""
    show(result, as_json, _print_fields)
    failed = getattr(result, "failed", 0)
    if failed and not keep_incomplete:
        stderr.print(f"{failed} got no usable answer. Run the command again: only these are asked for.")
        raise typer.Exit(LlmError.exit_code)
    return result


def _print_fields(result: Result) -> None:
    stdout.print(
        "\n".join(f"{name}: {value}" for name, value in result.model_dump(mode="json").items()), soft_wrap=True
    )
