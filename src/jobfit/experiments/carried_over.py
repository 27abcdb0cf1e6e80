"""What is learnt on one set of texts, tested on others: judged sets from which nothing is trained or chosen.

A set asks for candidates by vacancies and ranks all of its own candidates. Its ids get its name in front, so that no
set's record is taken for another's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError
from jobfit.evaluation.datasets.formats import read_dataset
from jobfit.experiments.report import NOT_MEASURED, Cell, Table
from jobfit.experiments.rows import Columns, Row, compare_rows, estimate
from jobfit.judged import CANDIDATES_FOR_VACANCY, VACANCIES_FOR_CANDIDATE, Judged
from jobfit.runs import Qrels

MEASURE = "nDCG@10"


def carried_key(key: str) -> str:
    return f"carried-{key}"


def read_other(folder: Path) -> Judged:
    """Read the test split of a set of texts in any known format; in BEIR's the queries are the vacancies.

    It is called by its folder, or by the folder above where its own name says the direction alone.

    Raises:
        InputError: there is not exactly one ranking task for test that vacancies ask.
    """
    data = read_dataset(folder)
    directions = (CANDIDATES_FOR_VACANCY, VACANCIES_FOR_CANDIDATE)
    name = folder.resolve().parent.name if folder.name in directions else folder.name
    tasks = [task for task in data.tasks if task.split == "test" and task.by_vacancy]
    if len(tasks) != 1:
        raise InputError(f"{folder}: one ranking task for test that vacancies ask is needed, not {len(tasks)}")
    (task,) = tasks
    ids: Callable[[str], str] = lambda i: f"{name}/{i}"  # noqa: E731
    grades = {ids(v): {ids(c): grade for c, grade in found.items()} for v, found in task.qrels.grades.items()}
    lists = task.lists and {ids(v): tuple(map(ids, found)) for v, found in task.lists.items()}
    asked = replace(task, name=name, qrels=Qrels(grades), lists=lists, measures=(MEASURE,))
    candidates, vacancies = ({ids(i): text for i, text in side.items()} for side in (data.candidates, data.vacancies))
    return Judged(candidates, vacancies, (asked,), name=name)


def digest_of(data: Judged) -> str:
    return sha256_of(repr((sorted(data.candidates.items()), sorted(data.vacancies.items()), data.tasks)))


def carried(others: Sequence[Judged], rank: Callable[[Judged], Columns]) -> Columns:
    """Return nDCG@10 of every set, by vacancy, of what ranks a set."""
    return {name: column for data in others for name, column in rank(data).items()}


def carried_table(others: Sequence[Judged], rows: Sequence[Row], base: str, market: str) -> Table:
    """Return nDCG@10 of each row on each set and its difference from the row ``base``, paired by vacancy and seed.

    ``market`` is the column that says how the same rows rank what they were learnt for; without a set, a sentence says
    that nothing was measured.
    """
    title = "What carries over to other data"
    if not others:
        return Table(title, f"{NOT_MEASURED.capitalize()}: no other data were given (--other).", (), ())
    names = [f"{data.tasks[0].name} {MEASURE}" for data in others]
    start = next(row for row in rows if row.key == base)
    lines: list[tuple[str, tuple[Cell, ...]]] = []
    for row in rows:
        cells: list[Cell] = [estimate(row, market)]
        for name in names:
            cells += [estimate(row, name), "" if row is start else compare_rows(start, row, name).difference]
        lines.append((row.label, tuple(cells)))
    sizes = "; ".join(
        f"{data.name}: {len(data.tasks[0].qrels.grades):,} vacancies, {len(data.candidates):,} candidates"
        for data in others
    )
    said = (
        f"Learnt on the market, ranked on data that nothing was trained or chosen on ({sizes}). Differences are from "
        f"*{start.label}*, paired by vacancy and seed, and not corrected for how many there are."
    )
    columns = ("the market", *(shown for name in names for shown in (name, f"{name}, difference")))
    return Table(title, said, columns, tuple(lines))
