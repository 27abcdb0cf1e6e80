"""Data sets: split pairs into train, validation and test behind the leakage guard; convert between formats."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from jobfit.app.evaluation import Accept, DataFormat, NearDuplicates
from jobfit.app.wire import Progress, Request, Result, Seed, quiet
from jobfit.errors import InputError
from jobfit.evaluation.leakage import LeakageReport, check_leakage
from jobfit.evaluation.split_files import Columns, PairTable, read_pairs, write_split
from jobfit.evaluation.splits import By, Rule, Split
from jobfit.evaluation.splits import split as split_pairs
from jobfit.judged import Texts

ColumnName = Annotated[str, Field(description="Name of the column.")]


class SplitRequest(Request):
    pairs: Path = Field(description="CSV or Parquet: one row per pair, with the columns named below.")
    out: Path = Field(description="New folder for train, validation, test, dropped and split.json.")
    by: By = Field(By.VACANCY, description="What is held apart.")
    vacancies: Path | None = Field(None, description="BEIR JSON Lines: the texts of the vacancies.")
    candidates: Path | None = Field(None, description="BEIR JSON Lines: the texts of the candidates.")
    fractions: str = Field("0.8,0.1,0.1", description="Shares of train, validation, test.")
    cut: tuple[date, ...] = Field((), description="By time: first day of test, or of validation and of test.")
    unseen: str = Field("vacancy", description="By time: vacancy, candidate, both or none is new in test.")
    near_duplicates: NearDuplicates = 0.8
    accept: Accept = ()
    candidate_column: ColumnName = "candidate_id"
    vacancy_column: ColumnName = "vacancy_id"
    date_column: str | None = Field(None, description="Default: time or date, where there.")
    label_column: str | None = Field(None, description="Default: label, binary or grade, where there.")
    seed: Seed = 0


class Part(Result):
    file: str
    rows: int
    sha256: str


class FunnelStep(Result):
    step: str
    dropped: int
    left: int
    reason: str


class SplitResult(Result):
    """What the folder's split.json says: the rule, the SHA-256 of every file, the funnel and what the guard found."""

    folder: Path
    format: str
    rule: dict[str, Any]
    apart: tuple[str, ...]
    cuts: tuple[date, ...]
    read: dict[str, str]
    parts: dict[str, Part]
    shares: dict[str, float]
    near_duplicates: dict[str, int]
    funnel: tuple[FunnelStep, ...]
    guard: dict[str, LeakageReport]


def split(request: SplitRequest, progress: Progress = quiet) -> SplitResult:
    """Split pairs by time, vacancy, candidate or both; near-duplicate texts stay together, and the guard looks.

    Raises:
        LeakageError: train leaks into validation or test.
    """
    from jobfit.ingest.formats.beir import every_document

    files = (("vacancy", request.vacancies), ("candidate", request.candidates))
    given = {side: path for side, path in files if path is not None}
    sides = {"both": ("candidate", "vacancy"), "none": ()}.get(request.unseen, (request.unseen,))
    threshold = request.near_duplicates or None
    rule = Rule(request.by, _shares(request.fractions), request.cut, sides, threshold, request.seed)
    columns = Columns(request.candidate_column, request.vacancy_column, request.date_column, request.label_column)
    table = read_pairs(request.pairs, columns)
    texts = {side: {one.id: one.text for one in every_document(path)} for side, path in given.items()}
    result = split_pairs(table.keys, rule, texts)
    guard = _guard(table, result, texts)
    for report in guard.values():
        report.refuse(request.accept)
    manifest = write_split(table, result, request.out, given, guard)
    if not table.has_labels:
        progress.note("The table has no labels: overlaps were checked, the memoriser had nothing to predict.")
    return SplitResult(folder=request.out, **manifest)


def _shares(fractions: str) -> tuple[float, ...]:
    try:
        return tuple(float(share) for share in fractions.split(","))
    except ValueError as error:
        raise InputError(f"--fractions are three numbers such as 0.8,0.1,0.1, not {fractions!r}") from error


def _guard(table: PairTable, result: Split, texts: dict[str, dict[str, str]]) -> dict[str, LeakageReport]:
    rule = result.rule
    compared = {} if rule.threshold is None else texts  # without a threshold ids alone are compared
    both = Texts(compared.get("vacancy", {}), compared.get("candidate", {}))
    apart = ["query" if side == "vacancy" else "document" for side in rule.apart]
    labelled = {part: table.labelled([p == part for p in result.parts]) for part in result.shares}
    return {
        part: check_leakage(
            labelled["train"], labelled[part], both, apart=apart, threshold=rule.threshold, seed=rule.seed
        )
        for part in ("validation", "test")
        if labelled.get(part) and labelled["train"]
    }


class ConvertRequest(Request):
    source: Path = Field(description="A folder (or one file of RankPO).")
    out: Path = Field(description="New folder.")
    to: DataFormat = Field(description="The format to write.")
    format: DataFormat = Field("auto", description="The format of the source.")
    task: str | None = Field(None, description="BEIR: which task, such as candidates_for_vacancy.")


class ConvertResult(Result):
    """What was read and written, and in ``left_out`` what the new format has no place for."""

    source: Path
    format: str
    out: Path
    to: str
    queries: int
    documents: int
    tasks: tuple[str, ...]
    pairs: dict[str, int]
    preferences: int
    left_out: tuple[str, ...]


def convert(request: ConvertRequest, progress: Progress = quiet) -> ConvertResult:
    """Convert between BEIR, ConFit, RankPO and Parquet, and say what the new format has no place for."""
    from jobfit.evaluation.datasets.formats import detect, read_dataset, write_dataset

    if request.to == "auto":
        raise InputError("say which format to write: beir, confit, rankpo or parquet")
    name = detect(request.source) if request.format == "auto" else request.format
    dataset = read_dataset(request.source, name)
    left_out = write_dataset(dataset, request.out, request.to, request.task)
    return ConvertResult.of(
        request,
        format=name,
        queries=len(dataset.vacancies),
        documents=len(dataset.candidates),
        tasks=tuple(f"{task.name} ({task.split})" for task in dataset.tasks),
        pairs={split: len(pairs) for split, pairs in dataset.pairs.items()},
        preferences=len(dataset.choices),
        left_out=tuple(left_out),
    )
