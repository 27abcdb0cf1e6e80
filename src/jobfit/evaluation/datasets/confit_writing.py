"""Write a data set as ConFit's files (the text columns of v2)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from jobfit.errors import InputError
from jobfit.evaluation.datasets.model import Dataset, RankingTask
from jobfit.ingest.writing import write_lines

MOST_LISTED = 50_000_000
_PREFIX = {"train": "train_", "validation": "valid_", "test": ""}
_PAIRS = {
    "train": "train_labeled_data.jsonl",
    "validation": "valid_classification_data.jsonl",
    "test": "test_classification_data.jsonl",
}


def write_confit(dataset: Dataset, folder: Path) -> tuple[str, ...]:
    """Write the CSV files, a rank file for each task, and the pairs; return what this format has no place for.

    A task without lists of its own gets one of the whole other side for every query (-1 where nobody judged), which
    is what such a task means. A grade above 1 becomes 1.

    Raises:
        InputError: the lists would name more than 50,000,000 documents; two tasks need the same file; a task or pairs
            of another split than train, validation and test.
    """
    lost = [f"{len(dataset.preferences)} preferences"] if dataset.preferences else []
    write_lines(folder / "all_resume.csv", _csv(("user_id", "text_resume"), dataset.corpus))
    write_lines(folder / "all_jd.csv", _csv(("jd_no", "text_job"), dataset.queries))
    written = set()
    for task in dataset.tasks:
        name = f"{_known(_PREFIX, task.split)}rank_{'job' if task.reverse else 'resume'}.json"
        if name in written:
            raise InputError(f"{dataset.name}: two tasks of {task.split!r} ask the same way, and ConFit has one file")
        written.add(name)
        lost += _beyond_binary(task) + _unlisted(task)
        write_lines(folder / name, _rank_file(task, dataset.sides(task)[1]))
    for split, pairs in dataset.pairs.items():
        rows = ({"user_id": p.document_id, "jd_no": p.query_id, "satisfied": p.label} for p in pairs)
        write_lines(folder / _known(_PAIRS, split), (json.dumps(row, ensure_ascii=False) for row in rows))
    return tuple(lost)


def _known(names: Mapping[str, str], split: str) -> str:
    if split not in names:
        raise InputError(f"ConFit has the splits {', '.join(names)}, not {split!r}")
    return names[split]


def _csv(header: tuple[str, str], texts: Mapping[str, str]) -> Iterator[str]:
    for row in (header, *texts.items()):
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\r\n").writerow(row)  # what the terminator holds is quoted inside a field
        yield buffer.getvalue().removesuffix("\r\n")


def _rank_file(task: RankingTask, pool: Mapping[str, str]) -> Iterator[str]:
    listed = len(pool) * len(task.query_ids) if task.candidates is None else sum(map(len, task.candidates.values()))
    if listed > MOST_LISTED:
        raise InputError(f"{task.name}: the lists would name {listed:,} documents; give each query a list of its own")
    column, last = "jd_nos" if task.reverse else "user_ids", len(task.query_ids) - 1
    yield "{"
    for number, query_id in enumerate(task.query_ids):
        ids: Iterable[str] = pool if task.candidates is None else task.candidates.get(query_id, ())
        judged = task.qrels.grades.get(query_id, {})
        value = {column: list(ids), "satisfied": [min(judged[i], 1) if i in judged else -1 for i in ids]}
        yield f"{json.dumps(query_id)}: {json.dumps(value)}{',' if number < last else ''}"
    yield "}"


def _beyond_binary(task: RankingTask) -> list[str]:
    high = sum(grade > 1 for judged in task.qrels.grades.values() for grade in judged.values())
    return [f"{high} grades above 1 of {task.name} ({task.split}): written as 1"] if high else []


def _unlisted(task: RankingTask) -> list[str]:
    lists = task.candidates
    if lists is None:
        return []
    outside = sum(len(judged.keys() - set(lists.get(q, ()))) for q, judged in task.qrels.grades.items())
    return [f"{outside} judgements of {task.name} ({task.split}) outside their query's list"] if outside else []
