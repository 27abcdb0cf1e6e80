"""Parquet: jobfit's own format, the only one here that carries a whole data set.

``dataset.json`` (format, name, SHA-256 and rows of each file), ``queries.parquet`` and ``corpus.parquet`` (``id``,
``text``), ``rankings.parquet`` (``task``, ``split``, ``reverse``, ``query_id``, ``document_id``, ``grade`` or null,
``listed``), ``pairs.parquet`` (``split``, ``query_id``, ``document_id``, ``label``) and ``preferences.parquet``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from jobfit.artifacts import open_atomic, sha256_of, write_json
from jobfit.errors import InputError
from jobfit.evaluation.datasets.rows import json_object
from jobfit.judged import Choice, Judged, Pair, Task
from jobfit.runs import Qrels

FORMAT = "jobfit-dataset-1"
MANIFEST = "dataset.json"
_BATCH = 4096
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "queries": {"id": "string", "text": "string"},
    "corpus": {"id": "string", "text": "string"},
    "tasks": {"task": "string", "split": "string", "reverse": "bool", "lists": "bool"},
    "rankings": {
        "task": "string", "split": "string", "query_id": "string", "document_id": "string", "grade": "int64",
        "listed": "bool",
    },
    "pairs": {"split": "string", "query_id": "string", "document_id": "string", "label": "int64"},
    "preferences": {
        "query_id": "string", "a": "string", "b": "string", "preferred": "string", "confidence": "int64",
        "rank_a": "int64", "rank_b": "int64",
    },
}  # fmt: skip


def is_parquet(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def write_parquet(dataset: Judged, folder: Path) -> tuple[str, ...]:
    """Write the whole data set, in batches; nothing is left out, so the result is empty."""
    rows: dict[str, Iterable[Sequence[object]]] = {
        "queries": dataset.vacancies.items(),
        "corpus": dataset.candidates.items(),
        "tasks": ((t.name, t.split, not t.by_vacancy, t.lists is not None) for t in dataset.tasks),
        "rankings": (row for task in dataset.tasks for row in _ranking_rows(task)),
        "pairs": ((s, p.vacancy_id, p.candidate_id, p.grade) for s, pairs in dataset.pairs.items() for p in pairs),
        "preferences": dataset.choices,
    }
    counts = {name: _write(folder / f"{name}.parquet", _COLUMNS[name], rows[name]) for name in _COLUMNS}
    files = {name: {"rows": count, "sha256": sha256_of(folder / f"{name}.parquet")} for name, count in counts.items()}
    manifest = {"format": FORMAT, "name": dataset.name, "files": files, "pair_splits": list(dataset.pairs)}
    write_json(folder / MANIFEST, manifest)
    return ()


def read_parquet(folder: Path) -> Judged:
    """Read a data set and check each file against the manifest."""
    manifest = json_object(folder / MANIFEST)
    if manifest.get("format") != FORMAT:
        raise InputError(f"{folder / MANIFEST}: the format is not {FORMAT!r}")
    files = manifest.get("files")
    for name in _COLUMNS:
        entry = files.get(name) if isinstance(files, Mapping) else None
        if not isinstance(entry, Mapping) or entry.get("sha256") != sha256_of(folder / f"{name}.parquet"):
            raise InputError(f"{folder / name}.parquet is not the file that {MANIFEST} was written with")
    tables = {name: _rows(folder / f"{name}.parquet", list(_COLUMNS[name])) for name in _COLUMNS}
    queries, corpus = ({str(i): str(text) for i, text in tables[side]} for side in ("queries", "corpus"))
    splits = manifest.get("pair_splits")
    pairs: dict[str, list[Pair]] = {str(split): [] for split in splits} if isinstance(splits, list) else {}
    for split, query_id, document_id, label in tables["pairs"]:
        pairs.setdefault(split, []).append(Pair(document_id, query_id, label))
    tasks = _tasks(tables["tasks"], tables["rankings"])
    choices = tuple(Choice(*row) for row in tables["preferences"])
    by_split = {split: tuple(labelled) for split, labelled in pairs.items()}
    return Judged(corpus, queries, tasks, by_split, choices, str(manifest.get("name")))


def _ranking_rows(task: Task) -> Iterator[tuple[object, ...]]:
    """One row per judged or listed pair; a query with neither gets one row without a document."""
    lists = task.lists or {}
    for query_id in task.query_ids:
        judged, listed = task.qrels.grades.get(query_id), dict.fromkeys(lists.get(query_id, ()))
        if judged is not None and not judged:
            yield task.name, task.split, query_id, None, 0, False  # judged, and nothing in it
        if query_id in lists and not listed:
            yield task.name, task.split, query_id, None, None, True  # an empty list
        for document_id in {**listed, **dict.fromkeys(judged or {})}:
            yield task.name, task.split, query_id, document_id, (judged or {}).get(document_id), document_id in listed


def _tasks(tasks: Iterable[tuple[Any, ...]], rankings: Iterable[tuple[Any, ...]]) -> tuple[Task, ...]:
    grades: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    lists: dict[tuple[str, str], dict[str, list[str]]] = {}
    for name, split, query_id, document_id, grade, listed in rankings:
        key = (name, split)
        if grade is not None:
            grades.setdefault(key, {}).setdefault(query_id, {}).update(
                {} if document_id is None else {document_id: grade}
            )
        if listed:
            lists.setdefault(key, {}).setdefault(query_id, []).extend([] if document_id is None else [document_id])
    made = []
    for name, split, reverse, with_lists in tasks:
        listed_ids = {q: tuple(ids) for q, ids in lists.get((name, split), {}).items()} if with_lists else None
        made.append(Task(name, split, Qrels(grades.get((name, split), {})), listed_ids, not reverse))
    return tuple(made)


def _write(path: Path, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> int:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    kinds = {"string": pa.string(), "int64": pa.int64(), "bool": pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns.items()])
    count, iterator = 0, iter(rows)
    with open_atomic(path) as file, ParquetWriter(file, schema) as writer:
        while batch := list(islice(iterator, _BATCH)):
            arrays = [pa.array(column, field.type) for column, field in zip(zip(*batch), schema)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(batch)
    return count


def _rows(path: Path, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH, columns=columns):
                yield from zip(*(batch.column(name).to_pylist() for name in columns))
    except (ArrowException, OSError, KeyError) as error:
        raise InputError(f"{path} cannot be read as Parquet: {str(error).splitlines()[0][:120]}") from error
