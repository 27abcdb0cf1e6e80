"""Papers, run again as a whole: every row with intervals, and in words which claims held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from jobfit.app.encoding import open_hyre
from jobfit.app.llm import LlmOptions, llm_client
from jobfit.app.wire import Progress, Request, Result, quiet
from jobfit.evaluation.statistics import Estimate

if TYPE_CHECKING:
    from jobfit.experiments.report import Report
    from jobfit.llm.client import Client


class ReproduceRequest(Request):
    """Which paper, on what data, how often, and who does the language model's steps."""

    paper: Literal["confit-v2", "rankpo"] = Field(description="Which paper.")
    out: Path = Field(description="Folder for the report, the rows and what is still under way.")
    quick: bool = Field(False, description="Cut down to minutes on 2 cores; the report says what was cut.")
    seeds: int | None = Field(None, ge=1, description="How often everything is trained: 3; with --quick 1.")
    data: Path | None = Field(
        None, description="Data of your own instead of the simulated market; texts are read as they are."
    )
    format: Literal["confit", "rankpo", "prepare"] = Field(
        "prepare", description="Of --data: the papers' own, or `jobfit prepare`."
    )
    settings: Path | None = Field(
        None, description="YAML or TOML with the tables recipe, market, model, loop, stage, judge."
    )
    a1: bool = Field(
        True, description="ConFit's table A1, three more trainings a seed; else only its rows that are there."
    )
    llm: LlmOptions = Field(default_factory=LlmOptions)


class ReportRow(Result):
    """One system: its columns with intervals over seeds and queries, and the mean of every seed."""

    key: str
    label: str
    columns: dict[str, Estimate]
    mean_by_seed: dict[int, dict[str, float | None]]


class ReproduceResult(Result):
    """What ``report.json`` in the folder holds; ``report.md`` there says the same in words."""

    title: str
    source: str
    scale: str
    rows: tuple[ReportRow, ...]
    verdicts: tuple[dict[str, Any], ...]
    verdict_counts: dict[str, int]
    judged_apart: dict[str, tuple[dict[str, Any], ...]]
    measured: tuple[dict[str, Any], ...]
    published: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]


def reproduce(request: ReproduceRequest, progress: Progress = quiet) -> ReproduceResult:
    """Run every row of a paper; stopped at any moment, the same request goes on with the rows that are missing.

    Without an endpoint the language model's steps are done by their offline counterparts, and the report says so.

    Raises:
        InputError: the settings, the data or the folder cannot be used.
        Whatever training, mining and the language model raise; what is finished stays.
    """
    from jobfit.experiments.reproduce import data_of, sizes_of
    from jobfit.experiments.reproduce import reproduce as run

    sizes = sizes_of(request.paper, request.quick, request.settings)
    seeds = request.seeds or (1 if request.quick else 3)
    data = data_of(sizes, request.data, request.format)
    progress.note(data.source)
    with _client(request.llm) as client:
        report = run(
            request.paper, sizes, data, request.out, tuple(range(1, seeds + 1)), client, a1=request.a1,
            on_step=_noting(progress),
        )  # fmt: skip
    return _written(report, request.out)


def sweep(
    settings: Path,
    out: Path,
    *,
    data: Path | None = None,
    model: str | None = None,
    hyre: Path | None = None,
    seeds: int = 3,
    progress: Progress = quiet,
) -> ReproduceResult:
    """Train every point of RankPO's sweep from one start and report alignment against retention.

    Raises:
        InputError: the settings, the data or the folder cannot be used.
    """
    from dataclasses import replace

    from jobfit.experiments.data import read_any
    from jobfit.experiments.market import market_data
    from jobfit.experiments.reproduce import reproduce as run
    from jobfit.experiments.reproduce import sizes_of

    sizes = sizes_of("rankpo", False, settings)
    if model is not None:
        sizes = replace(sizes, rankpo=replace(sizes.rankpo, start=model))
    judged = market_data(sizes.market, sizes.measures) if data is None else read_any(data, sizes.measures)
    with open_hyre(hyre, *([model] if model else []), progress=progress) as store:
        judged = judged if store is None else judged.with_hyre(store)
    progress.note(judged.source)
    return _written(run("rankpo", sizes, judged, out, tuple(range(1, seeds + 1))), out)


def _written(report: Report, out: Path) -> ReproduceResult:
    report.write(out)
    return ReproduceResult.model_validate(report.as_json())


@contextmanager
def _client(options: LlmOptions) -> Iterator[Client | None]:
    if options.url is None:
        yield None
        return
    with llm_client(options) as client:
        yield client


def _noting(progress: Progress) -> Callable[[str, int, int], None]:
    """Note what is under way, once for each step that begins."""
    last = ""

    def step(what: str, done: int, total: int) -> None:
        nonlocal last
        if what != last:
            last = what
            progress.note(what)

    return step
