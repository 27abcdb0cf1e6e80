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

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from jobfit.errors import InputError, named
from jobfit.evaluation.datasets.model import CANDIDATES_FOR_VACANCY, Dataset, Preference, RankingTask
from jobfit.evaluation.datasets.rows import content, json_lines, listed, record_id
from jobfit.runs import Qrels

_KNOWN = ("train_data*.jsonl", "annotated_pair_data*.jsonl", "raw_authors.jsonl")
Row = Mapping[str, object]


def is_rankpo(path: Path) -> bool:
    """Whether the folder, or the one file, is RankPO's by name."""
    return any(any(path.glob(p)) if path.is_dir() else path.match(p) for p in _KNOWN)


def text_id(text: str) -> str:
    """The id of a text that states none: 16 hexadecimal digits of its SHA-256, after ``t-``.

    >>> text_id("a")
    't-ca978112ca1bbdca'
    """
    return f"t-{sha256(text.encode()).hexdigest()[:16]}"


def read_rankpo(path: Path) -> Dataset:
    """Read a folder, or one of its files; queries are vacancies (JDs), the corpus are candidates (authors).

    The training rows are one task (split ``train``) over the whole corpus in which negatives have grade 0;
    ``raw_test_data`` is the task of ``test``; annotated pairs are preferences.

    Raises:
        InputError: a row is not as described, ``preferred`` is neither A nor B, one id has two texts, or a document is
            both positive and negative for a query. Messages name file, line and id, never a text.
    """
    reader = _Reader()
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    for file in sorted(files, key=lambda f: f.name != "raw_authors.jsonl"):  # the pool first: others name its lines
        if file.name == "raw_authors.jsonl":
            reader.authors(file)
        elif file.name == "raw_test_data.jsonl":
            reader.raw(file, "test")
        elif file.name == "raw_train_data.jsonl":
            reader.raw(file, "train")
        elif file.match("train_data*.jsonl"):
            reader.train(file)
        elif file.match("annotated_pair_data*.jsonl"):
            reader.preferences(file)
    if not reader.queries:
        raise InputError(
            f"{path}: no RankPO file here ({', '.join(_KNOWN)}, raw_train_data.jsonl, raw_test_data.jsonl)"
        )
    return reader.dataset(path.stem if path.is_file() else path.name)


class _Reader:
    """Collects what the files of one data set say."""

    def __init__(self) -> None:
        self.queries: dict[str, str] = {}
        self.corpus: dict[str, str] = {}
        self._pool: list[str] = []
        self._grades: dict[str, dict[str, dict[str, int]]] = {}
        self._preferred: list[Preference] = []

    def dataset(self, name: str) -> Dataset:
        tasks = [RankingTask(CANDIDATES_FOR_VACANCY, split, Qrels(g)) for split, g in sorted(self._grades.items())]
        return Dataset(name, self.queries, self.corpus, tuple(tasks), preferences=tuple(self._preferred))

    def authors(self, path: Path) -> None:
        for number, (place, row) in enumerate(json_lines(path)):
            stated = record_id(row, "id", place) if "id" in row else str(number)
            self._pool.append(self._keep(self.corpus, stated, content(row, "text", place), place))

    def train(self, path: Path) -> None:
        for place, row in json_lines(path):
            text = content(row, "query", place)
            query_id = self._keep(self.queries, _stated(row, "query_id", place) or text_id(text), text, place)
            for field, grade in (("positives", 1), ("negatives", 0)):
                texts, ids = listed(row, field, place), listed(row, f"{field[:-1]}_ids", place)
                self._judge("train", query_id, self._documents(texts, ids, field, place), grade, place)

    def raw(self, path: Path, split: str) -> None:
        for place, row in json_lines(path):
            query = _part(row, "query", place)
            text = content(query, "text", place)
            query_id = self._keep(self.queries, _stated(query, "id", place) or text_id(text), text, place)
            for field, grade in (("positives", 1), ("negatives", 0)):
                part = _part(row, field, place)
                texts, index = listed(part, "text", place), listed(part, "index", place)
                ids = self._indexed(index, place) if index and self._pool else listed(part, "ids", place)
                found = self._documents(texts, ids, field, place) if texts else [str(i) for i in ids]
                self._judge(split, query_id, found, grade, place)

    def preferences(self, path: Path) -> None:
        for place, row in json_lines(path):
            texts = [content(row, field, place) for field in ("query", "passage1", "passage2")]
            stated = [_stated(row, field, place) for field in ("query_id", "passage_id1", "passage_id2")]
            query_id, a, b = (i or text_id(text) for i, text in zip(stated, texts))
            for side, record, text in ((self.queries, query_id, texts[0]), (self.corpus, a, texts[1])):
                self._keep(side, record, text, place)
            self._keep(self.corpus, b, texts[2], place)
            preferred = row.get("preferred")
            if preferred not in ("A", "B"):
                raise InputError(f"{place}: 'preferred' is A or B, not {str(preferred)[:40]!r}")
            numbers = [_number(row, f, place) for f in ("confidence_score", "passage_rank1", "passage_rank2")]
            self._preferred.append(Preference(query_id, a, b, preferred, *numbers))

    def _indexed(self, index: list[object], place: str) -> list[object]:
        outside = [str(i) for i in index if not (isinstance(i, int) and 0 <= i < len(self._pool))]
        if outside:
            raise InputError(f"{place}: {len(outside)} of {len(index)} are no line of raw_authors: {named(outside)}")
        return [self._pool[i] for i in index if isinstance(i, int)]

    def _documents(self, texts: list[object], ids: list[object], field: str, place: str) -> list[str]:
        if ids and len(ids) != len(texts):
            raise InputError(f"{place}: {len(texts)} {field} but {len(ids)} ids")
        found = []
        for number, item in enumerate(texts):
            text = content({field: item}, field, place)
            found.append(self._keep(self.corpus, str(ids[number]) if ids else text_id(text), text, place))
        return found

    def _judge(self, split: str, query_id: str, documents: list[str], grade: int, place: str) -> None:
        judged = self._grades.setdefault(split, {}).setdefault(query_id, {})
        if both := {d for d in documents if judged.get(d, grade) != grade}:
            raise InputError(f"{place}: {len(both)} documents are both positive and negative for it: {named(both)}")
        judged.update(dict.fromkeys(documents, grade))

    def _keep(self, side: dict[str, str], record: str, text: str, place: str) -> str:
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
