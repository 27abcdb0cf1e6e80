"""jobfit split: pairs into train, validation and test, guarded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from jobfit.cli.evaluate_data import NEAR_DUPLICATES, Accept, NearDuplicates
from jobfit.cli.options import AsJson, Seed
from jobfit.cli.output import print_json, stdout
from jobfit.errors import InputError
from jobfit.evaluation.splits import By

if TYPE_CHECKING:
    from jobfit.evaluation.leakage import LeakageReport
    from jobfit.evaluation.split_files import PairTable
    from jobfit.evaluation.splits import Split

Day = Annotated[
    list[datetime] | None,
    typer.Option("--cut", formats=["%Y-%m-%d"], help="By time: first day of test, or of validation and of test."),
]
Name = typer.Option(help="Name of the column.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(split)


def split(
    *,
    pairs: Annotated[Path, typer.Option(help="CSV or Parquet: one row a pair, with the columns named below.")],
    out: Annotated[Path, typer.Option(help="New folder for train, validation, test, dropped and split.json.")],
    by: Annotated[By, typer.Option(help="What is held apart.")] = By.VACANCY,
    vacancies: Annotated[Path | None, typer.Option(help="BEIR JSON Lines: the texts of the vacancies.")] = None,
    candidates: Annotated[Path | None, typer.Option(help="BEIR JSON Lines: the texts of the candidates.")] = None,
    fractions: Annotated[str, typer.Option(help="Shares of train, validation, test.")] = "0.8,0.1,0.1",
    cut: Day = None,
    unseen: Annotated[str, typer.Option(help="By time: vacancy, candidate, both or none is new in test.")] = "vacancy",
    near_duplicates: NearDuplicates = NEAR_DUPLICATES,
    accept: Accept = None,
    candidate_column: Annotated[str, Name] = "candidate_id",
    vacancy_column: Annotated[str, Name] = "vacancy_id",
    date_column: Annotated[str | None, typer.Option(help="Default: time or date, where there.")] = None,
    label_column: Annotated[str | None, typer.Option(help="Default: label, binary or grade, where there.")] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Split pairs by time, vacancy, candidate or both; near-duplicate texts stay together, and the guard looks."""
    from jobfit.evaluation.split_files import Columns, read_pairs, write_split
    from jobfit.evaluation.splits import Rule
    from jobfit.evaluation.splits import split as split_pairs

    files = {side: path for side, path in (("vacancy", vacancies), ("candidate", candidates)) if path}
    rule = Rule(
        by, _shares(fractions), tuple(day.date() for day in cut or ()), _sides(unseen), near_duplicates or None, seed
    )
    table = read_pairs(pairs, Columns(candidate_column, vacancy_column, date_column, label_column))
    texts = {side: _texts(path) for side, path in files.items()}
    result = split_pairs(table.keys, rule, texts)
    guard = _guard(table, result, texts)
    for report in guard.values():
        report.refuse(one.value for one in accept or ())
    manifest = write_split(table, result, out, files, guard)
    if as_json:
        print_json({"folder": str(out)} | manifest)
    else:
        _show(out, manifest, guard)
        if not table.has_labels:
            stdout.print("The table has no labels: overlaps were checked, the memoriser had nothing to predict.")


def _shares(stated: str) -> tuple[float, ...]:
    try:
        return tuple(float(share) for share in stated.split(","))
    except ValueError as error:
        raise InputError(f"--fractions are three numbers such as 0.8,0.1,0.1, not {stated!r}") from error


def _sides(stated: str) -> tuple[str, ...]:
    return {"both": ("candidate", "vacancy"), "none": ()}.get(stated, (stated,))


def _texts(path: Path) -> dict[str, str]:
    from jobfit.ingest.formats.beir import every_document

    return {document.id: document.text for document in every_document(path)}


def _guard(table: PairTable, result: Split, texts: dict[str, dict[str, str]]) -> dict[str, LeakageReport]:
    """Check train against each other part."""
    from jobfit.evaluation.leakage import check_leakage
    from jobfit.judged import Texts

    telling = {} if result.rule.threshold is None else texts  # ids only were asked for
    both = Texts(telling.get("vacancy", {}), telling.get("candidate", {}))
    apart = ["query" if side == "vacancy" else "document" for side in result.rule.apart]
    labelled = {part: table.labelled([p == part for p in result.parts]) for part in result.shares}
    return {
        part: check_leakage(
            labelled["train"], labelled[part], both, apart=apart, threshold=result.rule.threshold, seed=result.rule.seed
        )
        for part in ("validation", "test")
        if labelled.get(part) and labelled["train"]
    }


def _show(out: Path, manifest: dict[str, Any], guard: dict[str, LeakageReport]) -> None:
    from jobfit.cli.evaluate_data import print_guard

    funnel = Table("step", "dropped", "left", "why", title="funnel", title_justify="left")
    for line in manifest["funnel"]:
        funnel.add_row(line["step"], str(line["dropped"]), str(line["left"]), line["reason"])
    stdout.print(funnel)
    for part, facts in manifest["parts"].items():
        share = f", {manifest['shares'][part]:.1%} of those kept" if part in manifest["shares"] else ""
        stdout.print(f"{part}: {facts['rows']} pairs{share}")
    for side, count in manifest["near_duplicates"].items():
        stdout.print(f"{count} {side} texts have a near-duplicate, which is on the same side.")
    print_guard(guard)
    stdout.print(f"Written to {out}.")
