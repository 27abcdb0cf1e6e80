"""BEIR: ``queries.jsonl``, ``corpus.jsonl`` and ``qrels/<split>.tsv`` (or one ``qrels.tsv``, taken for test)."""

from __future__ import annotations

import json
from pathlib import Path

from jobfit.artifacts import write_lines
from jobfit.errors import InputError
from jobfit.ingest.formats.beir import every_document
from jobfit.ingest.formats.trec import read_qrels, write_qrels
from jobfit.judged import DOCUMENTS_FOR_QUERY, Judged, Task, split_name

_FILE = {"validation": "dev"}


def is_beir(folder: Path) -> bool:
    """Whether the folder holds BEIR's files."""
    return (folder / "queries.jsonl").is_file() and (folder / "corpus.jsonl").is_file()


def read_beir_folder(folder: Path, task_name: str = DOCUMENTS_FOR_QUERY) -> Judged:
    """Read a folder; every qrels file is a task over the whole corpus.

    A document without a text stays in the corpus: leaving it out would change the pool.

    Raises:
        InputError: a file is missing or not as described; the message names file and line.
        UnknownIdError: the qrels name ids without a text.
    """
    queries, corpus = (
        {d.id: d.text for d in every_document(folder / f"{side}.jsonl")} for side in ("queries", "corpus")
    )
    paths = sorted((folder / "qrels").glob("*.tsv")) or [folder / "qrels.tsv"]
    if not paths[0].is_file():
        raise InputError(f"{folder}: no qrels/*.tsv and no qrels.tsv")
    splits = ["test" if path.parent == folder else split_name(path.stem) for path in paths]
    tasks = [Task(task_name, split, read_qrels(path)) for split, path in zip(splits, paths)]
    return Judged(corpus, queries, tuple(tasks), name=folder.name)


def write_beir_folder(dataset: Judged, folder: Path, task_name: str | None = None) -> tuple[str, ...]:
    """Write the tasks named ``task_name`` (``None``: those that the data set's queries ask), one qrels file per split.

    Returns what this format has no place for. The side that asks becomes the queries, so a reversed task is written
    the right way round.

    Raises:
        InputError: no such task, two names where none was given, or an id that holds white space.
    """
    tasks = [t for t in dataset.tasks if t.name == task_name or (task_name is None and t.by_vacancy)]
    if len({task.name for task in tasks}) != 1:
        names = ", ".join(sorted({task.name for task in dataset.tasks})) or "none"
        raise InputError(f"{dataset.name}: name one ranking task to write; there are: {names}")
    sides = dataset.texts(tasks[0])
    for side, texts in (("queries", sides.queries), ("corpus", sides.documents)):
        rows = ({"_id": i, "title": "", "text": text} for i, text in texts.items())
        write_lines(folder / f"{side}.jsonl", (json.dumps(row, ensure_ascii=False) for row in rows), private=True)
    (folder / "qrels").mkdir(exist_ok=True)
    for task in tasks:
        write_qrels(task.qrels, folder / "qrels" / f"{_FILE.get(task.split, task.split)}.tsv")
    return tuple(
        [f"the candidate lists of {t.name} ({t.split}): every query ranks all" for t in tasks if t.lists is not None]
        + left_out(dataset, tasks)
    )


def left_out(dataset: Judged, tasks: list[Task]) -> list[str]:
    """What a format that carries only ``tasks`` leaves out, one line each."""
    others = [f"task {t.name} ({t.split})" for t in dataset.tasks if t not in tasks]
    empty = [
        f"{n} queries of {t.name} ({t.split}) without a judgement"
        for t in tasks
        if (n := sum(not t.qrels.grades.get(q) for q in t.query_ids))
    ]
    pairs = [f"{len(labelled)} labelled pairs of {split}" for split, labelled in dataset.pairs.items()]
    return others + empty + pairs + ([f"{len(dataset.choices)} preferences"] if dataset.choices else [])
