"""Two standing baselines that have read nothing: *random*, and *memoriser*, which looks training pairs up.

The memoriser is a set of tables, each a score for a (query, document) pair of the test lists. Texts that are
near-duplicates are one entry, so that a new id hides nothing.

=================  ==============================================================================================
pair               mean label of the pair in training, -1 (negative) to 1 (positive); 0 where it was not there. A test
                   whose negatives were training negatives is solved by it: what was never a negative is the answer
document rate      the document's share of positives in training, (positives + p) / (pairs + 1), p the overall share
document count     how often the document was a positive in training (popularity)
query rate         for labelled pairs: the query's share of positives in training, over all test pairs as one list
=================  ==============================================================================================

**The test.** Under the null hypothesis the table knows nothing, so within a list every choice of relevant documents is
equally likely. The statistic is the sum over lists of the area under the ROC curve (Mann-Whitney, ties one half). It
is compared with random choices: one-sided, at most 9,999, p = (1 + at least as large) / (1 + drawn) (Phipson & Smyth
2010), stopped after 20 at least as large, p = 20 / drawn (Besag & Clifford 1991); valid for every list length and
every pattern of ties. Lists that the table scores all alike say nothing and are left out. The level is shared among
the tables that say something (Bonferroni).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.judged import Task
from jobfit.ordering import order

LEVEL = 0.001
DRAWS = 9_999
_ENOUGH = 20
_BATCH = 50
_CELLS = 4_000_000
Floats = NDArray[np.float64]


class Labelled(NamedTuple):
    """A labelled pair in the direction of the test: who asks, who is ranked, 1 (accepted) or 0."""

    query_id: str
    document_id: str
    label: int


class Listed(NamedTuple):
    """One list of the test: what is ranked for the query, which of it is relevant, and which has a label at all."""

    query_id: str
    documents: tuple[str, ...]
    relevant: frozenset[str]
    labelled: frozenset[str]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a table achieves: ``auc`` over the ``informed`` of all ``lists``, and p of doing so by chance.

    ``first``: the share of lists with a relevant document on top (Recall@1 where one document is relevant), ties by
    digest; ``first_by_chance``: the mean share of relevant documents in a list. ``auc`` and ``p`` are ``None`` where
    the table says nothing about any list.
    """

    name: str
    lists: int
    informed: int
    auc: float | None
    p: float | None
    first: float
    first_by_chance: float


def lists_of_task(task: Task, pool: Sequence[str]) -> tuple[Listed, ...]:
    """The lists of a ranking task: its own; else the judged documents of a query that has both kinds; else ``pool``."""
    lists, everything = [], tuple(pool)
    for query_id in task.query_ids:
        judged = task.qrels.grades.get(query_id, {})
        if task.lists is not None:
            documents = task.lists.get(query_id, ())
        else:
            both = any(grade > 0 for grade in judged.values()) and 0 in judged.values()
            documents = tuple(sorted(judged)) if both else everything
        relevant = frozenset(d for d in documents if judged.get(d, 0) > 0)
        lists.append(Listed(query_id, documents, relevant, frozenset(judged) & frozenset(documents)))
    return tuple(lists)


def lists_of_pairs(pairs: Sequence[Labelled]) -> tuple[Listed, ...]:
    by_query: dict[str, dict[str, int]] = {}
    for pair in pairs:
        by_query.setdefault(pair.query_id, {})[pair.document_id] = pair.label
    return tuple(
        Listed(q, tuple(sorted(labels)), frozenset(d for d, label in labels.items() if label), frozenset(labels))
        for q, labels in sorted(by_query.items())
    )


class Memoriser:
    """The tables of a set of training pairs; ``names`` maps an id to the group of its near-duplicates."""

    def __init__(
        self, train: Sequence[Labelled], query_names: Mapping[str, str], document_names: Mapping[str, str]
    ) -> None:
        if not train:
            raise InputError("there are no training pairs: the memoriser has nothing to look up")
        self._query_names, self._document_names = query_names, document_names
        self._pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._documents: dict[str, list[int]] = defaultdict(list)
        self._queries: dict[str, list[int]] = defaultdict(list)
        for query_id, document_id, label in train:
            q, d = query_names.get(query_id, query_id), document_names.get(document_id, document_id)
            self._documents[d].append(label)
            self._queries[q].append(label)
            self._pairs[q, d].append(label)
        self._last: dict[str, tuple[tuple[str, ...], Floats]] = {}
        self._share = sum(label for *_, label in train) / len(train)

    def scores(self, table: str, found: Listed) -> Floats:
        """The scores of one table for the documents of a list, shape (n,)."""
        if table == "pair":
            q = self._query_names.get(found.query_id, found.query_id)
            labels = (self._pairs.get((q, self._document_names.get(d, d))) for d in found.documents)
            return np.array([2 * (sum(rated) / len(rated) if rated else 0.5) - 1 for rated in labels])
        known, scores = self._last.get(table, ((), np.empty(0)))
        if known is not found.documents:  # queries that rank the whole side share one list
            rated = (self._documents.get(self._document_names.get(d, d), []) for d in found.documents)
            scores = np.array([self._rate(of) if table == "document rate" else float(sum(of)) for of in rated])
            self._last[table] = (found.documents, scores)
        return scores

    def query_rates(self, pairs: Sequence[Labelled]) -> Floats:
        """The share of positives in training of each pair's query, shape (n,)."""
        names = (self._query_names.get(pair.query_id, pair.query_id) for pair in pairs)
        return np.array([self._rate(self._queries.get(q, ())) for q in names])

    def _rate(self, labels: Sequence[int]) -> float:
        return (sum(labels) + self._share) / (len(labels) + 1)


def baseline(name: str, scored: Iterator[tuple[Listed, Floats]], seed: int = 0) -> Baseline:
    """Test one table on lists with scores (n,); see the module for the test.

    A list without a relevant document, or with nothing else, is left out of every number.
    """
    from scipy.stats import rankdata

    ranks: list[tuple[Floats, int]] = []
    first, by_chance, auc = [], [], []
    for listed, scores in scored:
        n, relevant = len(listed.documents), len(listed.relevant)
        if not 0 < relevant < n:
            continue
        top = listed.documents[int(order(listed.query_id, listed.documents, scores, 1)[0])]
        first.append(top in listed.relevant)
        by_chance.append(relevant / n)
        if scores.min() < scores.max():
            places = rankdata(scores)
            mask = np.fromiter((d in listed.relevant for d in listed.documents), bool, n)
            auc.append(float(_area(places[mask].sum(), relevant, n)))
            ranks.append((places, relevant))
    p = _permutation_p(ranks, float(sum(auc)), np.random.default_rng(seed)) if auc else None
    share, chance = (float(np.mean(values)) if values else 0.0 for values in (first, by_chance))
    return Baseline(name, len(first), len(auc), float(np.mean(auc)) if auc else None, p, share, chance)


def _area(rank_sum: Floats, relevant: int, n: int) -> Floats:
    return (rank_sum - relevant * (relevant + 1) / 2) / (relevant * (n - relevant))


def _permutation_p(ranks: Sequence[tuple[Floats, int]], observed: float, generator: np.random.Generator) -> float:
    beyond = drawn = 0
    while drawn < DRAWS:
        size = min(max(_BATCH, drawn), DRAWS - drawn)  # most tables stop early: begin with few
        totals = np.zeros(size)
        for places, relevant in ranks:
            totals += _area(_random_sums(places, relevant, size, generator), relevant, len(places))
        reached = np.cumsum(totals >= observed - 1e-9)
        if beyond + int(reached[-1]) >= _ENOUGH:
            return _ENOUGH / (drawn + int(np.searchsorted(reached, _ENOUGH - beyond)) + 1)
        beyond, drawn = beyond + int(reached[-1]), drawn + size
    return (beyond + 1) / (drawn + 1)


def _random_sums(places: Floats, chosen: int, size: int, generator: np.random.Generator) -> Floats:
    """The sum of ``chosen`` of the ``places`` drawn without replacement, ``size`` times."""
    n = len(places)
    if 2 * chosen > n:
        return float(places.sum()) - _random_sums(places, n - chosen, size, generator)
    if chosen * chosen < 2 * n:  # few repeats: draw with replacement, and draw rows with a repeat again
        drawn = generator.integers(0, n, (size, chosen))
        while (again := (np.diff(np.sort(drawn, axis=1), axis=1) == 0).any(axis=1)).any():
            drawn[again] = generator.integers(0, n, (int(again.sum()), chosen))
        return np.asarray(places[drawn].sum(axis=1))
    step = max(1, _CELLS // n)
    parts = [
        np.argpartition(generator.random((min(step, size - done), n)), chosen, axis=1)[:, :chosen]
        for done in range(0, size, step)
    ]
    return np.asarray(places[np.concatenate(parts)].sum(axis=1))
