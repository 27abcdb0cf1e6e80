"""Judged: the texts of candidates and vacancies, and what is known about pairs of them.

One type for whatever is evaluated or held out, in whatever file it came; :class:`jobfit.training.data.TrainingSet` is
the checked view of one split that training accepts. A pair always names the candidate first and the vacancy second.
Which side asks belongs to a :class:`Task`, and ``turned()`` lets the other side ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal, NamedTuple

from jobfit.errors import InputError, UnknownIdError, named
from jobfit.runs import Qrels

CANDIDATES_FOR_VACANCY = "candidates_for_vacancy"
VACANCIES_FOR_CANDIDATE = "vacancies_for_candidate"
DOCUMENTS_FOR_QUERY = "documents_for_query"
SPLITS = ("train", "validation", "test")
_OTHER_NAMES = {"dev": "validation", "valid": "validation", "val": "validation"}
_TURNED = {
    CANDIDATES_FOR_VACANCY: VACANCIES_FOR_CANDIDATE,
    VACANCIES_FOR_CANDIDATE: CANDIDATES_FOR_VACANCY,
}


class Pair(NamedTuple):
    """A candidate, a vacancy and how well they suit: a grade of 1 or more for a positive, 0 for a reject.

    A pair whose outcome is unknown (unjudged, or censored) has no grade and so is not a ``Pair`` at all: it may only
    stand in the lists of a :class:`Task`.
    """

    candidate_id: str
    vacancy_id: str
    grade: int = 1


class Preference(NamedTuple):
    """Of two candidates one is preferred for a vacancy. ``confidence`` is in (0, 1]; 1 where nobody stated one."""

    vacancy_id: str
    preferred_id: str
    rejected_id: str
    confidence: float = 1.0


class Choice(NamedTuple):
    """A judge's answer as it was given: candidates A and B in the order shown, and which of them is ``preferred``.

    ``confidence`` is 0 to 100; it and the earlier ranks are ``None`` where the file does not state them.
    """

    vacancy_id: str
    a: str
    b: str
    preferred: Literal["A", "B"]
    confidence: int | None = None
    rank_a: int | None = None
    rank_b: int | None = None

    @property
    def preference(self) -> Preference | None:
        """The same without the order shown; ``None`` for a confidence of 0, which prefers nobody."""
        if self.confidence is not None and self.confidence <= 0:
            return None
        preferred, rejected = (self.a, self.b) if self.preferred == "A" else (self.b, self.a)
        return Preference(self.vacancy_id, preferred, rejected, (self.confidence or 100) / 100)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of the side that asks and of the side that is ranked, by id."""

    queries: Mapping[str, str]
    documents: Mapping[str, str]

    def turned(self) -> Texts:
        return Texts(self.documents, self.queries)


@dataclass(frozen=True, slots=True)
class Task:
    """One direction of one split: judged pairs to rank by.

    name:       what reports call it.
    qrels:      the grades; their queries are vacancies if ``by_vacancy``, else candidates.
    lists:      the documents that each query ranks, where the data give each query a list of its own; ``None`` means
                the whole other side. The order of a list means nothing (published ones name the positives first), so
                it is kept sorted. A listed document without a grade is *unjudged* (ConFit's -1): evaluation counts it
                as not relevant, as the papers do.
    measures:   what is measured on it; empty leaves that to whoever evaluates.

    Raises:
        InputError: a list names a document twice.
    """

    name: str
    split: str
    qrels: Qrels
    lists: Mapping[str, tuple[str, ...]] | None = None
    by_vacancy: bool = True
    measures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.lists is None:
            return
        lists = {query_id: tuple(sorted(listed)) for query_id, listed in self.lists.items()}
        for query_id, listed in lists.items():
            if twice := next((a for a, b in pairwise(listed) if a == b), None):
                raise InputError(f"{self.name} ({self.split}): query {query_id!r} lists document {twice!r} twice")
        object.__setattr__(self, "lists", lists)

    @property
    def query_ids(self) -> tuple[str, ...]:
        """Every query that is judged or has a list, sorted."""
        return tuple(sorted(set(self.qrels.grades) | set(self.lists or {})))

    def pairs(self) -> Iterator[Pair]:
        for query_id, judged in self.qrels.grades.items():
            for document_id, grade in judged.items():
                yield Pair(document_id, query_id, grade) if self.by_vacancy else Pair(query_id, document_id, grade)

    def turned(self) -> Task:
        """The same judged and listed pairs, asked by the other side."""
        return replace(
            self,
            name=_TURNED.get(self.name, self.name),
            qrels=self.qrels.turned(),
            lists=None if self.lists is None else {i: tuple(found) for i, found in turned(self.lists).items()},
            by_vacancy=not self.by_vacancy,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """Texts of both sides by id, ranking ``tasks``, labelled ``pairs`` by split, and ``choices`` between two.

    In a general retrieval collection (BEIR) the queries stand where the vacancies stand and the corpus where the
    candidates do.

    Raises:
        UnknownIdError: something names an id without a text; the message counts and names them.
        InputError: two tasks have the same name and split.

    >>> Judged({}, {"v1": "nurse"}, (Task("t", "test", Qrels({"v1": {"c9": 1}})),), name="d")
    Traceback (most recent call last):
    jobfit.errors.UnknownIdError: d, t (test): 1 of 1 documents have no text: 'c9'
    """

    candidates: Mapping[str, str]
    vacancies: Mapping[str, str]
    tasks: tuple[Task, ...] = ()
    pairs: Mapping[str, tuple[Pair, ...]] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    name: str = "the data"

    def __post_init__(self) -> None:
        if len({(task.name, task.split) for task in self.tasks}) < len(self.tasks):
            raise InputError(f"{self.name}: two ranking tasks have the same name and split")
        for task in self.tasks:
            where, texts = f"{self.name}, {task.name} ({task.split})", self.texts(task)
            refuse_unknown(f"{where}: %s queries have no text", task.query_ids, texts.queries)
            documents = {d for ids in (task.lists or {}).values() for d in ids}
            documents |= {d for judged in task.qrels.grades.values() for d in judged}
            refuse_unknown(f"{where}: %s documents have no text", documents, texts.documents)
        for split, pairs in self.pairs.items():
            self._check(f"{self.name}, pairs of {split}", {p.vacancy_id for p in pairs}, {p[0] for p in pairs})
        both = {i for choice in self.choices for i in (choice.a, choice.b)}
        self._check(f"{self.name}, preferences", {choice.vacancy_id for choice in self.choices}, both)

    def _check(self, where: str, vacancies: set[str], candidates: set[str]) -> None:
        refuse_unknown(f"{where}: %s queries have no text", vacancies, self.vacancies)
        refuse_unknown(f"{where}: %s documents have no text", candidates, self.candidates)

    @property
    def splits(self) -> tuple[str, ...]:
        return tuple(sorted({task.split for task in self.tasks} | set(self.pairs)))

    def texts(self, task: Task | None = None) -> Texts:
        """The texts that ask and the texts that are ranked in ``task``; without one vacancies ask."""
        texts = Texts(self.vacancies, self.candidates)
        return texts if task is None or task.by_vacancy else texts.turned()

    def task(self, name: str, split: str = "test") -> Task:
        """Return the task with this name and split; ``UnknownIdError`` where there is none."""
        for task in self.tasks:
            if (task.name, task.split) == (name, split):
                return task
        there = ", ".join(f"{task.name} ({task.split})" for task in self.tasks) or "none"
        raise UnknownIdError(f"{self.name} has no task {name!r} for {split!r}; it has: {there}")

    def judged(self, split: str) -> Iterator[Pair]:
        """Everything judged of one split: its labelled pairs, then the judged pairs of its tasks, repeats included."""
        yield from self.pairs.get(split, ())
        for task in self.tasks:
            if task.split == split:
                yield from task.pairs()


def qrels_of(pairs: Iterable[Pair], by_vacancy: bool = True) -> Qrels:
    """The grades by vacancy (or by candidate), in the order of ``pairs``; of a pair given twice the last counts.

    >>> qrels_of([Pair("c1", "v1", 2), Pair("c2", "v1", 0)]).grades
    {'v1': {'c1': 2, 'c2': 0}}
    """
    grades: dict[str, dict[str, int]] = {}
    for candidate_id, vacancy_id, grade in pairs:
        query_id, document_id = (vacancy_id, candidate_id) if by_vacancy else (candidate_id, vacancy_id)
        grades.setdefault(query_id, {})[document_id] = grade
    return Qrels(grades)


def both_ways(pairs: Iterable[Pair], split: str = "test", measures: tuple[str, ...] = ()) -> tuple[Task, Task]:
    """The two tasks of ``pairs``: candidates for each vacancy, and vacancies for each candidate."""
    task = Task(CANDIDATES_FOR_VACANCY, split, qrels_of(pairs), measures=measures)
    return task, task.turned()


def turned(pairs: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Pairs {query id: document ids} by document id."""
    found: dict[str, set[str]] = {}
    for query_id, document_ids in pairs.items():
        for document_id in document_ids:
            found.setdefault(document_id, set()).add(query_id)
    return found


def split_name(name: str) -> str:
    """The canonical name of a split: ``dev``, ``val`` and ``valid`` are ``validation``.

    >>> split_name("dev"), split_name("test")
    ('validation', 'test')
    """
    return _OTHER_NAMES.get(name, name)


def refuse_unknown(what: str, ids: Iterable[str], known: Mapping[str, str]) -> None:
    """Raise :class:`UnknownIdError` where ids are not ``known``; ``%s`` in ``what`` becomes ``n of m``."""
    distinct = set(ids)
    if unknown := distinct - known.keys():
        raise UnknownIdError(f"{what % f'{len(unknown)} of {len(distinct)}'}: {named(unknown)}")
