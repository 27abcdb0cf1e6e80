"""RankPO: JSON Lines for training, for annotated pairs, and the raw files that its readers expect.

===============================  ==========================================================================
``train_data*.jsonl``            ``query``, ``positives`` (texts), ``negatives`` (texts)
``annotated_pair_data*.jsonl``   ``query``, ``passage1``, ``passage2``, ``preferred`` (A or B), and where stated
                                 ``query_id``, ``passage_id1/2``, ``confidence_score``, ``passage_rank1/2``
``raw_train_data.jsonl``         ``{"query": {"text"}, "positives": {"text": [], "index": []}, "negatives": {...}}``
``raw_test_data.jsonl``          ``{"query": {"text"}, "positives": {"index": [lines of raw_authors, from 0]}}``
``raw_authors.jsonl``            ``{"text"}``: the pool; the line, from 0, is the id
===============================  ==========================================================================

A text without a stated id gets one from a digest of the text, so equal texts are one query or one document. Files
that this package wrote state their ids in fields of their own (``id``, ``ids``), which RankPO's readers pass over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from jobfit.errors import InputError, named
from jobfit.evaluation.datasets.rows import content, json_lines, listed, record_id, write_rows
from jobfit.judged import CANDIDATES_FOR_VACANCY, Choice, Judged, Task
from jobfit.runs import Qrels

_KNOWN = ("train_data*.jsonl", "annotated_pair_data*.jsonl", "raw_authors.jsonl")
Row = Mapping[str, object]


def is_rankpo(path: Path) -> bool:
    return any(any(path.glob(p)) if path.is_dir() else path.match(p) for p in _KNOWN)


def text_id(text: str) -> str:
    """The id of a text that states none: 16 hexadecimal digits of its SHA-256, after ``t-``.

    >>> text_id("a")
    't-ca978112ca1bbdca'
    """
    return f"t-{sha256(text.encode()).hexdigest()[:16]}"


def read_rankpo(path: Path) -> Judged:
    """Read a folder, or one of its files; JDs are the vacancies, authors the candidates.

    The training rows are one task (split ``train``) over the whole corpus in which negatives have grade 0;
    ``raw_test_data`` is the task of ``test``; annotated pairs are preferences.

    Raises:
        InputError: a row is not as described, ``preferred`` is neither A nor B, one id has two texts, or a document is
            both positive and negative for a query. Messages name file, line and id, never a text.
    """
    reader = _Reader()
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    for file in sorted(files, key=lambda f: f.name != "raw_authors.jsonl"):  # the pool first: others name its lines
        match file.name.removesuffix(".jsonl"):
            case "raw_authors":
                reader.authors(file)
            case "raw_test_data" | "raw_train_data" as name:
                reader.raw(file, name.split("_")[1])
            case name if name.startswith("train_data"):
                reader.train(file)
            case name if name.startswith("annotated_pair_data"):
                reader.preferences(file)
    if not reader.vacancies:
        raise InputError(
            f"{path}: no RankPO file here ({', '.join(_KNOWN)}, raw_train_data.jsonl, raw_test_data.jsonl)"
        )
    return reader.dataset(path.stem if path.is_file() else path.name)


class _Reader:
    def __init__(self) -> None:
        self.vacancies: dict[str, str] = {}
        self.candidates: dict[str, str] = {}
        self._pool: list[str] = []
        self._grades: dict[str, dict[str, dict[str, int]]] = {}
        self._preferred: list[Choice] = []

    def dataset(self, name: str) -> Judged:
        tasks = [Task(CANDIDATES_FOR_VACANCY, split, Qrels(g)) for split, g in sorted(self._grades.items())]
        return Judged(self.candidates, self.vacancies, tuple(tasks), choices=tuple(self._preferred), name=name)

    def authors(self, path: Path) -> None:
        for number, (place, row) in enumerate(json_lines(path)):
            author_id = record_id(row, "id", place) if "id" in row else str(number)
            self._pool.append(self._keep(self.candidates, author_id, content(row, "text", place), place))

    def train(self, path: Path) -> None:
        for place, row in json_lines(path):
            query_id = self._keep(self.vacancies, _stated(row, "query_id", place), content(row, "query", place), place)
            for field, grade in (("positives", 1), ("negatives", 0)):
                texts, ids = listed(row, field, place), listed(row, f"{field[:-1]}_ids", place)
                self._judge("train", query_id, self._documents(texts, ids, field, place), grade, place)

    def raw(self, path: Path, split: str) -> None:
        for place, row in json_lines(path):
            query = _part(row, "query", place)
            query_id = self._keep(self.vacancies, _stated(query, "id", place), content(query, "text", place), place)
            for field, grade in (("positives", 1), ("negatives", 0)):
                part = _part(row, field, place)
                texts, index = listed(part, "text", place), listed(part, "index", place)
                ids = self._indexed(index, place) if index and self._pool else listed(part, "ids", place)
                documents = self._documents(texts, ids, field, place) if texts else [str(i) for i in ids]
                self._judge(split, query_id, documents, grade, place)

    def preferences(self, path: Path) -> None:
        for place, row in json_lines(path):
            query_id, a, b = (
                self._keep(side, _stated(row, id_field, place), content(row, field, place), place)
                for side, field, id_field in (
                    (self.vacancies, "query", "query_id"),
                    (self.candidates, "passage1", "passage_id1"),
                    (self.candidates, "passage2", "passage_id2"),
                )
            )
            preferred = row.get("preferred")
            if preferred not in ("A", "B"):
                raise InputError(f"{place}: 'preferred' is A or B, not {str(preferred)[:40]!r}")
            numbers = [_number(row, f, place) for f in ("confidence_score", "passage_rank1", "passage_rank2")]
            self._preferred.append(Choice(query_id, a, b, preferred, *numbers))

    def _indexed(self, index: list[object], place: str) -> list[object]:
        outside = [str(i) for i in index if not (isinstance(i, int) and 0 <= i < len(self._pool))]
        if outside:
            raise InputError(
                f"{place}: {len(outside)} of {len(index)} are not line numbers of raw_authors: {named(outside)}"
            )
        return [self._pool[i] for i in index if isinstance(i, int)]

    def _documents(self, texts: list[object], ids: list[object], field: str, place: str) -> list[str]:
        if ids and len(ids) != len(texts):
            raise InputError(f"{place}: {len(texts)} {field} but {len(ids)} ids")
        documents = []
        for number, item in enumerate(texts):
            text = content({field: item}, field, place)
            documents.append(self._keep(self.candidates, str(ids[number]) if ids else None, text, place))
        return documents

    def _judge(self, split: str, query_id: str, documents: list[str], grade: int, place: str) -> None:
        judged = self._grades.setdefault(split, {}).setdefault(query_id, {})
        if both := {d for d in documents if judged.get(d, grade) != grade}:
            raise InputError(f"{place}: {len(both)} documents are both positive and negative for it: {named(both)}")
        judged.update(dict.fromkeys(documents, grade))

    def _keep(self, side: dict[str, str], stated: str | None, text: str, place: str) -> str:
        record = stated or text_id(text)
        if not text:
            raise InputError(f"{place}: {record!r} has no text")
        if side.setdefault(record, text) != text:
            raise InputError(f"{place}: the id {record!r} has another text in an earlier row")
        return record


def _stated(row: Row, field: str, place: str) -> str | None:
    return record_id(row, field, place) if row.get(field) is not None else None


def _part(row: Row, field: str, place: str) -> Row:
    value = row.get(field, {})
    if not isinstance(value, Mapping):
        raise InputError(f"{place}: {field}: an object is expected here")
    return value


def _number(row: Row, field: str, place: str) -> int | None:
    value = row.get(field)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise InputError(f"{place}: {field}: a whole number is expected here")
    return value


def write_rankpo(dataset: Judged, folder: Path) -> tuple[str, ...]:
    """Write ``train_data``, ``raw_test_data`` with ``raw_authors``, and ``annotated_pair_data``, all ``.jsonl``.

    Returns what this format has no place for: other tasks and splits, candidate lists, grades above 1 (written as
    positives), grades of 0 outside the training task, labelled pairs.
    """
    lost = [f"{len(pairs)} labelled pairs of {split}" for split, pairs in dataset.pairs.items()]
    written: set[str] = set()
    for task in dataset.tasks:
        if not task.by_vacancy or task.split not in ("train", "test") or task.split in written:
            lost.append(f"task {task.name} ({task.split})")
            continue
        written.add(task.split)
        lost += _lost(task)
        queries = task.qrels.grades
        if task.split == "train":
            write_rows(folder / "train_data.jsonl", (_train_row(dataset, task, q) for q in queries))
        else:
            index = {document_id: number for number, document_id in enumerate(dataset.candidates)}
            write_rows(folder / "raw_test_data.jsonl", (_test_row(dataset, task, q, index) for q in queries))
    judged = {i for t in dataset.tasks for j in t.qrels.grades.values() for i in j}
    if "test" in written or dataset.candidates.keys() - judged - {i for p in dataset.choices for i in (p.a, p.b)}:
        write_rows(folder / "raw_authors.jsonl", ({"id": i, "text": t} for i, t in dataset.candidates.items()))
    if dataset.choices:
        write_rows(folder / "annotated_pair_data.jsonl", _preference_rows(dataset))
    return tuple(lost)


def _lost(task: Task) -> list[str]:
    grades = [grade for judged in task.qrels.grades.values() for grade in judged.values()]
    high, zero = sum(grade > 1 for grade in grades), sum(grade == 0 for grade in grades)
    where = f"{task.name} ({task.split})"
    lost = [f"{high} grades above 1 of {where}: written as positives"] if high else []
    lost += [f"{zero} grades of 0 of {where}"] if zero and task.split == "test" else []
    return lost + ([f"the candidate lists of {where}"] if task.lists is not None else [])


def _train_row(dataset: Judged, task: Task, query_id: str) -> dict[str, Any]:
    judged = task.qrels.grades[query_id]
    positive, negative = [i for i in judged if judged[i] > 0], [i for i in judged if judged[i] == 0]
    return {
        "query": dataset.vacancies[query_id],
        "positives": [dataset.candidates[i] for i in positive],
        "negatives": [dataset.candidates[i] for i in negative],
        "query_id": query_id,
        "positive_ids": positive,
        "negative_ids": negative,
    }


def _test_row(dataset: Judged, task: Task, query_id: str, index: dict[str, int]) -> dict[str, Any]:
    positive = [i for i, grade in task.qrels.grades[query_id].items() if grade > 0]
    query = {"id": query_id, "text": dataset.vacancies[query_id]}
    return {"query": query, "positives": {"index": [index[i] for i in positive]}}


def _preference_rows(dataset: Judged) -> Iterator[dict[str, Any]]:
    for p in dataset.choices:
        row = {
            "query": dataset.vacancies[p.vacancy_id],
            "passage1": dataset.candidates[p.a],
            "passage2": dataset.candidates[p.b],
            "query_id": p.vacancy_id,
            "passage_id1": p.a,
            "passage_id2": p.b,
            "preferred": p.preferred,
            "confidence_score": p.confidence,
            "passage_rank1": p.rank_a,
            "passage_rank2": p.rank_b,
        }
        yield {key: value for key, value in row.items() if value is not None}
