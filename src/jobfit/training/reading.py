"""Training sets from files: a ``jobfit prepare`` folder, or any format that evaluation reads (ConFit, RankPO, ...)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from jobfit.artifacts import open_text
from jobfit.errors import InputError
from jobfit.evaluation.datasets.formats import read_dataset
from jobfit.ingest.formats.beir import every_document
from jobfit.judged import Judged, Pair, refuse_unknown
from jobfit.records import Outcome
from jobfit.training.data import SPLITS, Split, TrainingSet

_PREPARED = "jobfit-prepared-1"


def is_prepared(folder: Path) -> bool:
    """Whether the folder was written by ``jobfit prepare``."""
    try:
        content = json.loads((folder / "funnel.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == _PREPARED


def read_training_set(path: Path, split: Split = "train", *, pairs: Path | None = None) -> TrainingSet:
    """Read ``split`` of the data at ``path``: a prepared folder, or a data set in a format of evaluation.

    ``pairs`` is the part of a prepared folder's pairs to use, as ``jobfit split`` writes it (``train.parquet``).

    Raises:
        InputError: the data are not readable, hold nothing for the split, or the split is ``test``.
        UnknownIdError: a pair names an id without a text.
    """
    if is_prepared(path):
        return read_prepared(path, split, pairs=pairs)
    if pairs is not None:
        raise InputError(f"{path} was not written by `jobfit prepare`: a file of pairs belongs to such a folder")
    return from_dataset(read_dataset(path), split)


def has_validation(path: Path) -> bool:
    """Whether the data name a validation part of their own; a prepared folder does not."""
    if is_prepared(path):
        return False
    data = read_dataset(path)
    return bool(data.pairs.get("validation")) or any(task.split == "validation" for task in data.tasks)


def read_prepared(folder: Path, split: Split = "train", *, pairs: Path | None = None) -> TrainingSet:
    """Read a folder of ``jobfit prepare``; ``pairs`` (default ``pairs.parquet``) says which of its pairs.

    Hired is a positive, rejected a reject, and the talent pool a list of its own; censored is none of them. All of
    these are ``graded`` too, with the grade of the label table, where the file has it. A pair
    whose candidate or vacancy has no text in the variant is left out.

    Raises:
        InputError: a file is missing or not as described, or no pair is left.
        UnknownIdError: a pair names an id that was never prepared; the message counts and names them.
    """
    candidates, vacancies = (
        {document.id: document.text for document in every_document(folder / f"{side}.jsonl")}
        for side in ("candidates", "vacancies")
    )
    file = pairs or folder / "pairs.parquet"
    rows = list(_rows(file))
    recorded = recorded_ids(folder)
    for column, kind, texts in ((0, "candidate", candidates), (1, "vacancy", vacancies)):
        known = dict.fromkeys(texts.keys() | recorded[kind], "")
        side = "candidates" if kind == "candidate" else "vacancies"
        where = f"{file}: %s {side} are not in {folder} (prepare them too, or leave their pairs out)"
        refuse_unknown(where, {str(row[column]) for row in rows}, known)
    rows = [row for row in rows if candidates.get(row.candidate, "").strip() and vacancies.get(row.vacancy, "").strip()]
    judged = [Pair(row.candidate, row.vacancy, row.binary) for row in rows if row.binary is not None]
    positives, rejects = (tuple(p for p in judged if (p.grade > 0) == suits) for suits in (True, False))
    pool = tuple(Pair(row.candidate, row.vacancy) for row in rows if row.pooled)
    graded = tuple(Pair(row.candidate, row.vacancy, row.grade) for row in rows if row.grade is not None)
    data = TrainingSet(candidates, vacancies, positives, rejects, split=split, pool=pool, graded=graded)
    return _not_empty(data, str(file))


def recorded_ids(folder: Path) -> dict[str, set[str]]:
    """The ids of the ``candidate`` and ``vacancy`` records that were prepared, those without a text included.

    A record for which a variant has no text stands in no file of documents, but its pairs are kept.
    """
    ids: dict[str, set[str]] = {"candidate": set(), "vacancy": set()}
    path = folder / "locations.csv"
    if path.is_file():
        with open_text(path) as file:
            for row in csv.DictReader(file):
                ids[row["kind"]].add(row["id"])
    return ids


class _Row(NamedTuple):
    candidate: str
    vacancy: str
    binary: int | None
    pooled: bool
    grade: int | None


def _rows(path: Path) -> Iterator[_Row]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    try:
        table: Any = parquet.read_table(path) if path.suffix == ".parquet" else arrow_csv.read_csv(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path} cannot be read as a table: {str(error).splitlines()[0][:200]}") from error
    for name in ("candidate_id", "vacancy_id", "binary"):
        if name not in table.column_names:
            raise InputError(f"{path}: no column {name!r}; there are: {', '.join(table.column_names)}")
    columns = [table.column(name).to_pylist() for name in ("candidate_id", "vacancy_id", "binary")]
    outcomes, grades = (
        table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows
        for name in ("outcome", "grade")
    )
    for row, (candidate, vacancy, value, outcome, grade) in enumerate(zip(*columns, outcomes, grades), start=1):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise InputError(f"{path}, row {row}: binary {str(value)[:40]!r} is not a whole number of 0 or more")
        pooled = value is None and outcome == Outcome.TALENT_POOL
        yield _Row(str(candidate), str(vacancy), value, pooled, grade)


def from_dataset(dataset: Judged, split: Split = "train") -> TrainingSet:
    """Take the labelled pairs, the judged pairs and the preferences of one split of an evaluation data set.

    Grade 0 is a reject; a pair judged twice keeps its highest grade. Preferences have no split of their own and belong
    to ``train``; a confidence of 0-100 becomes a share, an unknown one 1, and one of 0 is left out, because it prefers
    nobody.

    Raises:
        InputError: nothing is there for the split, or the split is ``test``.
    """
    if split not in SPLITS:
        raise InputError(f"training reads {' or '.join(SPLITS)}, never {split!r}")
    grades: dict[tuple[str, str], int] = {}
    for candidate, vacancy, grade in dataset.judged(split):
        grades[candidate, vacancy] = max(grade, grades.get((candidate, vacancy), 0))
    preferences = (choice.preference for choice in (dataset.choices if split == "train" else ()))
    data = TrainingSet(
        dataset.candidates,
        dataset.vacancies,
        tuple(Pair(*pair, grade) for pair, grade in grades.items() if grade > 0),
        tuple(Pair(*pair, 0) for pair, grade in grades.items() if grade == 0),
        tuple(dict.fromkeys(preference for preference in preferences if preference)),
        split,
    )
    return _not_empty(data, dataset.name)


def _not_empty(data: TrainingSet, where: str) -> TrainingSet:
    if not data.positives and not data.preferences:
        counted = f"{len(data.rejects)} rejects" if data.rejects else "no labelled pair"
        raise InputError(
            f"{where}: no positive pair and no preference for {data.split} ({counted}). Training needs some that suit; "
            "are all labels equal?"
        )
    return data
