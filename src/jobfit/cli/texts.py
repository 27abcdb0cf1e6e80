"""jobfit hyre, paraphrase, annotate: what a language model, or its offline counterpart, writes and judges."""

from __future__ import annotations

from typing import Any

from jobfit.app import annotation, texts
from jobfit.app.wire import Result
from jobfit.cli.command import command
from jobfit.cli.output import print_estimate, stderr, stdout
from jobfit.llm.errors import LlmError


def _leave(result: Result, request: Any) -> int:
    failed = getattr(result, "failed", 0)
    if not failed or request.llm.keep_incomplete:
        return 0
    stderr.print(f"{failed} got no usable answer. Run the command again: only these are asked for.")
    return LlmError.exit_code


def _print_fields(result: Result) -> None:
    lines = [f"{name}: {value}" for name, value in result.model_dump(mode="json", exclude={"estimate"}).items()]
    stdout.print("\n".join(lines), soft_wrap=True)
    if estimate := getattr(result, "estimate", None):
        print_estimate(estimate)


hyre = command(texts.hyre, _print_fields, leave=_leave, mask=("--mask/--no-mask",))
paraphrase = command(texts.paraphrase, _print_fields, leave=_leave)
annotate = command(annotation.annotate, _print_fields, leave=_leave)
