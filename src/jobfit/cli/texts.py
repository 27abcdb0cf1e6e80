"""jobfit hyre, paraphrase, annotate: what a language model, or its offline counterpart, writes and judges."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import typer

from jobfit.app import annotation, texts
from jobfit.app.annotation import AnnotateEstimate, AnnotateRequest, AnnotateResult
from jobfit.app.texts import (
    HyreEstimate,
    HyreRequest,
    HyreResult,
    ParaphraseEstimate,
    ParaphraseRequest,
    ParaphraseResult,
)
from jobfit.app.wire import Progress, Result
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import answer, stderr, stdout
from jobfit.llm.errors import LlmError

Q = TypeVar("Q", HyreRequest, ParaphraseRequest, AnnotateRequest)
R = TypeVar("R", bound=Result)


@asks(HyreRequest, mask=("--mask/--no-mask",))
def hyre(request: HyreRequest, as_json: AsJson = False) -> HyreResult | HyreEstimate:
    """Write a hypothetical resume for each vacancy to OUT; a second run makes only what is missing.

    The texts belong to nobody and are read by encoders alone. Exit code 7: some vacancies got no usable answer.
    """
    return _answered(texts.hyre, request, as_json)


@asks(ParaphraseRequest)
def paraphrase(request: ParaphraseRequest, as_json: AsJson = False) -> ParaphraseResult | ParaphraseEstimate:
    """Write a paraphrase of each text that is copied to OUT; a second run makes only what is missing.

    The options of the data are those of the training. The paraphrases are training material and nothing else. Exit
    code 7: some texts got no usable answer.
    """
    return _answered(texts.paraphrase, request, as_json)


@asks(AnnotateRequest)
def annotate(request: AnnotateRequest, as_json: AsJson = False) -> AnnotateResult | AnnotateEstimate:
    """Ask which of two candidates suits better, in both orders, and append each vote to OUT.

    A second run asks only what has no vote yet. Exit code 7: some questions got no usable answer.
    """
    return _answered(annotation.annotate, request, as_json)


def _answered(use_case: Callable[[Q, Progress], R], request: Q, as_json: bool) -> R:
    """Run and print; leave with the exit code of a model that cannot be used where requests failed."""
    result = answer(use_case, request, as_json, _print_fields)
    failed = getattr(result, "failed", 0)
    if failed and not request.llm.keep_incomplete:
        stderr.print(f"{failed} got no usable answer. Run the command again: only these are asked for.")
        raise typer.Exit(LlmError.exit_code)
    return result


def _print_fields(result: Result) -> None:
    stdout.print(
        "\n".join(f"{name}: {value}" for name, value in result.model_dump(mode="json").items()), soft_wrap=True
    )
