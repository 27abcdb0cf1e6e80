"""Write a data set as RankPO's files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jobfit.evaluation.datasets.model import Dataset, RankingTask
from jobfit.ingest.writing import write_lines


def write_rankpo(dataset: Dataset, folder: Path) -> tuple[str, ...]:
    """Write ``train_data``, ``raw_test_data`` with ``raw_authors``, and ``annotated_pair_data``, all ``.jsonl``.

    Returns what this format has no place for: other tasks and splits, candidate lists, grades above 1 (written as
    positives), grades of 0 outside the training task, labelled pairs.
    """
    lost = [f"{len(found)} labelled pairs of {split}" for split, found in dataset.pairs.items()]
    written: set[str] = set()
    for task in dataset.tasks:
        if task.reverse or task.split not in ("train", "test") or task.split in written:
            lost.append(f"task {task.name} ({task.split})")
            continue
        written.add(task.split)
        lost += _lost(task)
        if task.split == "train":
            write_lines(folder / "train_data.jsonl", _lines(_train_row(dataset, task, q) for q in task.qrels.grades))
        else:
            index = {document_id: number for number, document_id in enumerate(dataset.corpus)}
            write_lines(
                folder / "raw_test_data.jsonl", _lines(_test_row(dataset, task, q, index) for q in task.qrels.grades)
            )
    judged = {i for t in dataset.tasks for j in t.qrels.grades.values() for i in j}
    if "test" in written or dataset.corpus.keys() - judged - {i for p in dataset.preferences for i in (p.a, p.b)}:
        rows = ({"id": i, "text": text} for i, text in dataset.corpus.items())
        write_lines(folder / "raw_authors.jsonl", _lines(rows))
    if dataset.preferences:
        write_lines(folder / "annotated_pair_data.jsonl", _lines(_preference_rows(dataset)))
    return tuple(lost)


def _lines(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False) for row in rows)


def _lost(task: RankingTask) -> list[str]:
    grades = [grade for judged in task.qrels.grades.values() for grade in judged.values()]
    high, zero = sum(grade > 1 for grade in grades), sum(grade == 0 for grade in grades)
    where = f"{task.name} ({task.split})"
    lost = [f"{high} grades above 1 of {where}: written as positives"] if high else []
    lost += [f"{zero} grades of 0 of {where}"] if zero and task.split == "test" else []
    return lost + ([f"the candidate lists of {where}"] if task.candidates is not None else [])


def _train_row(dataset: Dataset, task: RankingTask, query_id: str) -> dict[str, Any]:
    judged = task.qrels.grades[query_id]
    positive, negative = [i for i in judged if judged[i] > 0], [i for i in judged if judged[i] == 0]
    return {
        "query": dataset.queries[query_id],
        "positives": [dataset.corpus[i] for i in positive],
        "negatives": [dataset.corpus[i] for i in negative],
        "query_id": query_id,
        "positive_ids": positive,
        "negative_ids": negative,
    }


def _test_row(dataset: Dataset, task: RankingTask, query_id: str, index: dict[str, int]) -> dict[str, Any]:
    positive = [i for i, grade in task.qrels.grades[query_id].items() if grade > 0]
    query = {"id": query_id, "text": dataset.queries[query_id]}
    return {"query": query, "positives": {"index": [index[i] for i in positive]}}


def _preference_rows(dataset: Dataset) -> Iterator[dict[str, Any]]:
    for p in dataset.preferences:
        row = {
            "query": dataset.queries[p.query_id],
            "passage1": dataset.corpus[p.a],
            "passage2": dataset.corpus[p.b],
            "query_id": p.query_id,
            "passage_id1": p.a,
            "passage_id2": p.b,
            "preferred": p.preferred,
            "confidence_score": p.confidence,
            "passage_rank1": p.rank_a,
            "passage_rank2": p.rank_b,
        }
        yield {key: value for key, value in row.items() if value is not None}
