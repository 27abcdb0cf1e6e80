"""BEIR: ``queries.jsonl``, ``corpus.jsonl`` and ``qrels/<split>.tsv`` (or one ``qrels.tsv``, taken for test)."""

from __future__ import annotations

from pathlib import Path

from jobfit.artifacts import make_folder
from jobfit.errors import InputError
from jobfit.evaluation.datasets.rows import write_rows
from jobfit.ingest.formats.beir import every_document
from jobfit.ingest.formats.trec import read_qrels, write_qrels
from jobfit.judged import DOCUMENTS_FOR_QUERY, Judged, Task, split_name

_FILE = {"validation": "dev"}


def is_beir(folder: Path) -> bool:
    return (folder / "queries.jsonl").is_file() and (folder / "corpus.jsonl").is_file()


def read_beir_folder(folder: Path, task_name: str = DOCUMENTS_FOR_QUERY) -> Judged:
    """Read a folder; every qrels file is a task over the whole corpus.

    A document without a text stays in the corpus: leaving it out would change the pool.
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
    """Write the task named ``task_name`` (``None``: the one that the vacancies ask), one qrels file per split.

    Returns what this format has no place for. The side that asks becomes the queries.
    """
    tasks = [t for t in dataset.tasks if t.name == task_name or (task_name is None and t.by_vacancy)]
    if len({task.name for task in tasks}) != 1:
        names = ", ".join(sorted({task.name for task in dataset.tasks})) or "none"
        raise InputError(f"{dataset.name}: name one ranking task to write; there are: {names}")
    sides = dataset.texts(tasks[0])
    for side, texts in (("queries", sides.queries), ("corpus", sides.documents)):
        rows = ({"_id": i, "title": "", "text": text} for i, text in texts.items())
        write_rows(folder / f"{side}.jsonl", rows)
    make_folder(folder / "qrels")
    for task in tasks:
        write_qrels(task.qrels, folder / "qrels" / f"{_FILE.get(task.split, task.split)}.tsv")
    lost = [f"the candidate lists of {t.name} ({t.split}): every query ranks all" for t in tasks if t.lists is not None]
    lost += [f"task {t.name} ({t.split})" for t in dataset.tasks if t not in tasks]
    for task in tasks:
        if empty := sum(not task.qrels.grades.get(q) for q in task.query_ids):
            lost.append(f"{empty} queries of {task.name} ({task.split}) without a judgement")
    lost += [f"{len(labelled)} labelled pairs of {split}" for split, labelled in dataset.pairs.items()]
    return (*lost, *([f"{len(dataset.choices)} preferences"] if dataset.choices else []))
