"""All commands by name. Each module adds one group of commands to the same app."""

from __future__ import annotations

import typer

from jobfit.cli import (
    align,
    annotate,
    convert,
    demo,
    evaluation,
    geo,
    hyre,
    ingest,
    label,
    match,
    mine,
    pair_evaluation,
    paraphrase,
    prepare,
    reproduce,
    simulate,
    split,
    taxonomy,
    train,
)

app = typer.Typer(
    help="Person-job matching that can be trained, controlled, explained and audited. It orders and explains; "
    "a named person decides.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (
    ingest,
    match,
    evaluation,
    simulate,
    taxonomy,
    pair_evaluation,
    prepare,
    reproduce,
    geo,
    split,
    convert,
    train,
    mine,
    hyre,
    paraphrase,
    label,
    annotate,
    align,
    demo,
):
    module.register(app)
