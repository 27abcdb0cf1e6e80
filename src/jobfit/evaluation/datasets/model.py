"""Dataset: two sides of texts and what is known about pairs of them, whatever file format it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from jobfit.errors import InputError, UnknownIdError, named
from jobfit.runs import Qrels

CANDIDATES_FOR_VACANCY = "candidates_for_vacancy"
VACANCIES_FOR_CANDIDATE = "vacancies_for_candidate"
DOCUMENTS_FOR_QUERY = "documents_for_query"
SPLITS = ("train", "validation", "test")
_OTHER_NAMES = {"dev": "validation", "valid": "validation", "val": "validation"}


class LabelledPair(NamedTuple):
    """A pair for classification: the label is 1 (accepted) or 0."""

    query_id: str
    document_id: str
    label: int


class Preference(NamedTuple):
    """One of two documents is preferred for a query; confidence 0-100 and earlier ranks where the file states them."""

    query_id: str
    a: str
    b: str
    preferred: Literal["A", "B"]
    confidence: int | None = None
    rank_a: int | None = None
    rank_b: int | None = None


@dataclass(frozen=True, slots=True)
class RankingTask:
    """One direction of one split.

    ``candidates`` are the documents that each query ranks, where the data give each query a list of its own; ``None``
    means the whole other side. A list has no order of meaning (published ones name the positives first), so it is
    kept sorted. A listed document without a grade is *unjudged* (ConFit's -1): evaluation counts it as
    not relevant, as the papers do. ``reverse`` swaps the sides: the documents of the data set ask.
    """

    name: str
    split: str
    qrels: Qrels
    candidates: Mapping[str, tuple[str, ...]] | None = None
    reverse: bool = False

    def __post_init__(self) -> None:
        """Sort each list; refuse one that names a document twice."""
        if self.candidates is None:
            return
        lists = {query_id: tuple(sorted(listed)) for query_id, listed in self.candidates.items()}
        for query_id, listed in lists.items():
            if twice := next((a for a, b in pairwise(listed) if a == b), None):
                raise InputError(f"{self.name} ({self.split}): query {query_id!r} lists document {twice!r} twice")
        object.__setattr__(self, "candidates", lists)

    @property
    def query_ids(self) -> tuple[str, ...]:
        """Every query that is judged or has a list, sorted."""
        return tuple(sorted(set(self.qrels.grades) | set(self.candidates or {})))


@dataclass(frozen=True, slots=True)
class Dataset:
    """``queries`` and ``corpus`` (id -> text), ranking ``tasks``, labelled ``pairs`` by split, and ``preferences``.

    In person-job data the queries are vacancies and the corpus are candidates; a task with ``reverse`` asks the other
    way round. Pairs and preferences always name the query first.

    Raises:
        UnknownIdError: something names an id without a text; the message counts and names them.
        InputError: two tasks have the same name and split.

    >>> Dataset("d", {"v1": "nurse"}, {}, (RankingTask("t", "test", Qrels({"v1": {"c9": 1}})),))
    Traceback (most recent call last):
    jobfit.errors.UnknownIdError: d, t (test): 1 of 1 documents have no text: 'c9'
    """

    name: str
    queries: Mapping[str, str]
    corpus: Mapping[str, str]
    tasks: tuple[RankingTask, ...] = ()
    pairs: Mapping[str, tuple[LabelledPair, ...]] = field(default_factory=dict)
    preferences: tuple[Preference, ...] = ()

    def __post_init__(self) -> None:
        """Check that every id has a text."""
        names = [(task.name, task.split) for task in self.tasks]
        if len(set(names)) != len(names):
            raise InputError(f"{self.name}: two ranking tasks have the same name and split")
        for task in self.tasks:
            where = f"{self.name}, {task.name} ({task.split})"
            queries, corpus = self.sides(task)
            pools = (task.candidates or {}).values()
            refuse_unknown(f"{where}: %s queries have no text", task.query_ids, queries)
            documents = {d for ids in pools for d in ids} | {d for j in task.qrels.grades.values() for d in j}
            refuse_unknown(f"{where}: %s documents have no text", documents, corpus)
        for split, pairs in self.pairs.items():
            where = f"{self.name}, pairs of {split}"
            refuse_unknown(f"{where}: %s queries have no text", {p.query_id for p in pairs}, self.queries)
            refuse_unknown(f"{where}: %s documents have no text", {p.document_id for p in pairs}, self.corpus)
        where = f"{self.name}, preferences"
        refuse_unknown(f"{where}: %s queries have no text", {p.query_id for p in self.preferences}, self.queries)
        both = {i for p in self.preferences for i in (p.a, p.b)}
        refuse_unknown(f"{where}: %s documents have no text", both, self.corpus)

    def sides(self, task: RankingTask) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The texts that ask and the texts that are ranked in ``task``."""
        return (self.corpus, self.queries) if task.reverse else (self.queries, self.corpus)

    def task(self, name: str, split: str = "test") -> RankingTask:
        """Return the task with this name and split.

        Raises:
            UnknownIdError: there is none; the message lists those that are there.
        """
        for task in self.tasks:
            if (task.name, task.split) == (name, split):
                return task
        there = ", ".join(f"{task.name} ({task.split})" for task in self.tasks) or "none"
        raise UnknownIdError(f"{self.name} has no task {name!r} for {split!r}; it has: {there}")


def split_name(stated: str) -> str:
    """The canonical name of a split: ``dev``, ``val`` and ``valid`` are ``validation``.

    >>> split_name("dev"), split_name("test")
    ('validation', 'test')
    """
    return _OTHER_NAMES.get(stated, stated)


def refuse_unknown(what: str, ids: Iterable[str], known: Mapping[str, str]) -> None:
    """Raise :class:`UnknownIdError` where ids are not ``known``; ``%s`` in ``what`` becomes ``n of m``."""
    stated = set(ids)
    if unknown := stated - known.keys():
        raise UnknownIdError(f"{what % f'{len(unknown)} of {len(stated)}'}: {named(unknown)}")
