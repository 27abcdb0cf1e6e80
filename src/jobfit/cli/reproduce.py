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
    from jobfit.cli.recipe_sizes import Sizes
    from jobfit.llm.client import Client
    from jobfit.training.recipes.data import RecipeData
    from jobfit.training.recipes.report import Report


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
    from jobfit.cli.recipe_sizes import sizes_of

    sizes = sizes_of(paper.value, quick, settings)
    repeated = tuple(range(1, (seeds or (1 if quick else 3)) + 1))
    read = _data(sizes, data, data_format)
    stderr.print(read.source)
    with _client(llm) as client:
        if paper is Paper.CONFIT_V2:
            report = _confit(read, sizes, out, repeated, client, a1=a1)
        else:
            report = _rankpo(read, sizes, out, repeated, client)
    report.write(out)
    if as_json:
        print_json(report.as_json())
        return
    stdout.print(report.markdown(), soft_wrap=True)
    stderr.print(f"Written to {out / 'report.md'}, {out / 'report.json'}")


def _data(sizes: Sizes, folder: Path | None, kind: DataFormat) -> RecipeData:
    from jobfit.cli.market_data import market_data
    from jobfit.training.recipes.data import read_recipe_data

    if folder is None:
        return market_data(sizes.market, sizes.measures)
    return read_recipe_data(folder, kind.value, tuple(name.replace("(rel=2)", "") for name in sizes.measures))


@contextmanager
def _client(options: LlmOptions) -> Iterator[Client | None]:
    if options.url is None:
        yield None
        return
    with llm_client(options) as client:
        yield client


def _confit(
    data: RecipeData, sizes: Sizes, out: Path, seeds: tuple[int, ...], client: Client | None, *, a1: bool
) -> Report:
    from jobfit.encoders.generated import HYPOTHETICAL_VACANCY
    from jobfit.taxonomy.compact import load_compact
    from jobfit.training.hyre import LlmHyre, examples_of
    from jobfit.training.hyre_template import TemplateHyre
    from jobfit.training.recipes.confit_a1 import a1_rows
    from jobfit.training.recipes.confit_report import confit_report
    from jobfit.training.recipes.confit_v2 import OfFields, confit_rows, facts_of
    from jobfit.training.recipes.kept import Kept

    hyre: Any = OfFields(TemplateHyre(load_compact()))
    turned: Any = OfFields(TemplateHyre(load_compact(), HYPOTHETICAL_VACANCY))
    if client is not None:
        examples = examples_of(data.train)
        hyre, turned = LlmHyre(client, examples), LlmHyre(client, examples, kind=HYPOTHETICAL_VACANCY)
    kept = Kept(out, facts_of(data, sizes.confit, hyre))
    rows = confit_rows(data, sizes.confit, kept, seeds, hyre, _say())
    rows += a1_rows(data, sizes.confit, kept, seeds, turned, train=a1, on_step=_say())
    return confit_report(rows, data, sizes.scale, kept, hyre.name)


def _rankpo(data: RecipeData, sizes: Sizes, out: Path, seeds: tuple[int, ...], client: Client | None) -> Report:
    from jobfit.training.annotators import LlmAnnotator
    from jobfit.training.recipes.kept import Kept
    from jobfit.training.recipes.rankpo import facts_of, rankpo_rows
    from jobfit.training.recipes.rankpo_report import rankpo_report

    judge = None if client is None else LlmAnnotator(client)
    kept = Kept(out, facts_of(data, sizes.rankpo, judge))
    rows = rankpo_rows(data, sizes.rankpo, kept, seeds, judge, _say())
    return rankpo_report(rows, data.source, sizes.scale, kept)


def _say() -> Any:
    """Tell on stderr what is under way, one line a step that begins."""
    last: list[str] = []

    def step(what: str, done: int, total: int) -> None:
        if last[-1:] != [what]:
            last.append(what)
            stderr.print(what)

    return step
