"""jobfit reproduce: a whole paper on the simulated market or on one's own data, beside what was published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.llm_options import LlmOptions, asks_a_model, llm_client
from jobfit.cli.options import AsJson
from jobfit.cli.output import print_json, stderr, stdout

if TYPE_CHECKING:
    from jobfit.llm.client import Client


class Paper(StrEnum):
    """The papers."""

    CONFIT_V2 = "confit-v2"
    RANKPO = "rankpo"


class DataFormat(StrEnum):
    """What --data may hold."""

    CONFIT = "confit"
    RANKPO = "rankpo"
    PREPARE = "prepare"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(reproduce)


@asks_a_model("timeout", "attempts", "answer_tokens", "keep_incomplete")
def reproduce(
    paper: Annotated[Paper, typer.Argument(help="Which paper.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder for the report, the rows and what is still under way.")],
    quick: Annotated[
        bool, typer.Option("--quick", help="Cut down to minutes on 2 cores; the report says what was cut.")
    ] = False,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="How often everything is trained: 3; with --quick 1.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Data of your own instead of the simulated market; texts are read as they are.")
    ] = None,
    data_format: Annotated[
        DataFormat, typer.Option("--format", help="Of --data: the papers' own, or `jobfit prepare`.")
    ] = DataFormat.PREPARE,
    settings: Annotated[
        Path | None, typer.Option(help="YAML or TOML with the tables recipe, market, model, loop, stage, judge.")
    ] = None,
    a1: Annotated[
        bool,
        typer.Option(help="ConFit's table A1, three more trainings a seed; else only its rows that are there."),
    ] = True,
    llm: LlmOptions,
    as_json: AsJson = False,
) -> None:
    """Run every row of a paper with intervals, and say in words which of its claims held.

    Stopped at any moment, the same command goes on with the rows that are missing. Without --llm-url the language
    model's steps are done by their offline counterparts, and the report says so.
    """
    from jobfit.experiments.reproduce import data_of
    from jobfit.experiments.reproduce import reproduce as run
    from jobfit.experiments.settings import sizes_of

    sizes = sizes_of(paper.value, quick, settings)
    repeated = tuple(range(1, (seeds or (1 if quick else 3)) + 1))
    read = data_of(sizes, data, data_format.value)
    stderr.print(read.source)
    with _client(llm) as client:
        report = run(paper.value, sizes, read, out, repeated, client, a1=a1, on_step=_say())
    report.write(out)
    if as_json:
        print_json(report.as_json())
        return
    stdout.print(report.markdown(), soft_wrap=True)
    stderr.print(f"Written to {out / 'report.md'}, {out / 'report.json'}")


@contextmanager
def _client(options: LlmOptions) -> Iterator[Client | None]:
    if options.url is None:
        yield None
        return
    with llm_client(options) as client:
        yield client


def _say() -> Any:
    """Tell on stderr what is under way, one line a step that begins."""
    last: list[str] = []

    def step(what: str, done: int, total: int) -> None:
        if last[-1:] != [what]:
            last.append(what)
            stderr.print(what)

    return step
