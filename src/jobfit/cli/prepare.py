"""jobfit prepare and jobfit label: documents and pairs, labelled by applications or by declarative rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jobfit.app import labelling
from jobfit.app import prepare as use_case
from jobfit.app.labelling import LabelResult
from jobfit.app.prepare import Estimated, Funnel, Prepared, PrepareRequest
from jobfit.cli.command import SOME_REJECTED, command
from jobfit.cli.output import print_estimate, print_table, stderr, stdout


def _leave(result: Prepared | Estimated, request: PrepareRequest) -> int:
    if not result.unusable:
        return 0
    where = ", and are not in the estimate" if request.dry_run else f": {request.out / 'rejects.jsonl'}"
    stderr.print(f"{result.unusable} files or rows cannot be used{where}")
    return SOME_REJECTED


def _print_result(result: Prepared | Estimated) -> None:
    if isinstance(result, Prepared):
        _print_prepared(result)
    else:
        print_estimate(result)


def _print_prepared(done: Prepared) -> None:
    from rich.table import Table

    table = Table("of", "step", "dropped because")
    table.add_column("rows", justify="right", no_wrap=True)
    for funnel in done.funnels:
        for row in _rows(funnel):
            table.add_row(*row)
        table.add_section()
    stdout.print(table)
    stdout.print(f"Outcomes of the pairs: {_counted(done.outcomes)}")
    for side, codes in done.reasons.items():
        if codes:
            stdout.print(f"Reasons of {side}: " + ", ".join(f"{code} {count:,}" for code, count in codes.items()))
    if done.binary.share is not None:
        weight = "undefined" if done.binary.pos_weight is None else f"{done.binary.pos_weight:.2f}"
        stdout.print(f"Binary: {100 * done.binary.share:.2f} % positive, pos_weight {weight}")
    stdout.print(f"Mobility of the candidates: {_counted(done.mobility)}")
    if any(done.pairs_without_document.values()):
        stdout.print(f"Pairs without a document in this variant: {_counted(done.pairs_without_document)}")
    for name, value in done.facts.items():
        if isinstance(value, Mapping):
            value = ", ".join(f"{key} {count:,}" for key, count in value.items()) or "nothing"
        stdout.print(f"{name.replace('_', ' ')}: {value}", soft_wrap=True)
    stdout.print(f"Written to {done.folder}", soft_wrap=True)


def _rows(funnel: Funnel) -> Iterator[tuple[str, str, str, str]]:
    yield funnel.name, "rows in", "", f"{funnel.rows_in:,}"
    for step in funnel.steps:
        for reason, count in (step.dropped or {"nothing": 0}).items():
            yield "", step.step, reason, f"{-count:,}"
        yield "", "left", "", f"{step.kept:,}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items())


def _print_labels(result: LabelResult) -> None:
    words = ("fired", "missing", "unknown")
    rows = [(name, *(f"{counts[word]:,}" for word in words)) for name, counts in result.rules.items()]
    print_table(("rule", *words), rows)
    stdout.print(f"Written to {result.folder}", soft_wrap=True)


prepare = command(use_case.prepare, _print_result, leave=_leave)
label = command(labelling.label, _print_labels, leave=lambda result, _: SOME_REJECTED if result.unusable else 0)
