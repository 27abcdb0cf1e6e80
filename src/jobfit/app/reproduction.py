"""Papers, run again as a whole: every row with intervals, and in words which claims held."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from jobfit.app.llm import LlmOptions, llm_client
from jobfit.app.wire import Progress, Request, Result, quiet
from jobfit.evaluation.statistics import Estimate

if TYPE_CHECKING:
    from jobfit.experiments.report import Report


class ReproduceRequest(Request):
    paper: Literal["confit-v2", "rankpo", "fair-recommender", "muse", "lgir", "jobrec"] = Field(
        description="Which paper."
    )
    out: Path = Field(description="Folder for the report, the rows and what is still under way.")
    quick: bool = Field(False, description="Cut down to minutes on 2 cores; the report says what was cut.")
    seeds: int | None = Field(
        None, ge=1, description="How often everything is trained: 3 (fair-recommender 5); with --quick 1."
    )
    data: Path | None = Field(
        None, description="Data of your own instead of the simulated market; texts are read as they are."
    )
    format: Literal["prepare", "confit", "rankpo", "interactions"] | None = Field(
        None,
        description="Of --data: `jobfit prepare` or the papers' own; muse and lgir: cvs, vacancies, interactions.csv.",
    )
    settings: Path | None = Field(
        None,
        description="YAML or TOML with the tables recipe, market, and those of the paper (model, loop ...).",
    )
    other: tuple[Path, ...] = Field(
        (), description="With fair-recommender: more data (BEIR, ...) to test on, never to train on; may be repeated."
    )
    a1: bool = Field(
        True, description="ConFit's table A1, three more trainings a seed; else only its rows that are there."
    )
    llm: LlmOptions = Field(default_factory=LlmOptions)


class ReportRow(Result):
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
    folder: Path = Field(exclude=True)


def reproduce(request: ReproduceRequest, progress: Progress = quiet) -> ReproduceResult:
    """Run every row of a paper with intervals, and say in words which of its claims held.

    Stopped at any moment, the same command goes on with the rows that are missing. Without --llm-url the language
    model's steps are done by their offline counterparts, and the report says so.
    """
    from jobfit.experiments.carried_over import read_other
    from jobfit.experiments.reproduce import paper_of, sizes_of
    from jobfit.experiments.reproduce import reproduce as run

    sizes = sizes_of(request.paper, request.quick, request.settings)
    seeds = request.seeds or sizes.seeds
    data = paper_of(request.paper).read(request.paper, sizes, request.data, request.format)
    progress.note(data.source)
    with nullcontext() if request.llm.url is None else llm_client(request.llm, progress) as client:
        report = run(
            request.paper, sizes, data, request.out, tuple(range(1, seeds + 1)), client, a1=request.a1,
            others=tuple(map(read_other, request.other)), on_step=_noting(progress),
        )  # fmt: skip
    return written(report, request.out)


def written(report: Report, out: Path) -> ReproduceResult:
    """Write the report to its folder and return it."""
    report.write(out)
    return ReproduceResult(folder=out, **report.as_json())


def _noting(progress: Progress) -> Callable[[str, int, int], None]:
    last = ""

    def step(what: str, done: int, total: int) -> None:
        nonlocal last
        if what != last:
            last = what
            progress.note(what)

    return step
