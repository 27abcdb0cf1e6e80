"""Decisions and rankings, counted by query and group: what every rate by group is a ratio of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jobfit.errors import InputError, named
from jobfit.groups import Coded
from jobfit.runs import Qrels, Ranking

Floats = NDArray[np.float64]
BIASES = ("logarithmic", "reciprocal", "geometric", "uniform")
_PATIENCE = 0.5
UNJUDGED = -1


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Sums by query and group: ``columns[name]`` is (queries, groups).

    unknown: pairs, or places in pools, of people whose group nobody knows. They are in no column, and reported beside.
    """

    groups: tuple[str, ...]
    queries: tuple[str, ...]
    columns: Mapping[str, Floats]
    unknown: int


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """n pairs with a predicted probability and what came of them.

    labels: 1 fits, 0 does not, -1 nobody knows: such a pair counts where no label is asked for.

    Raises:
        InputError: columns of other lengths, a label that is none of these, or a probability that is none.
    """

    queries: Sequence[str]
    candidates: Sequence[str]
    labels: ArrayLike
    probabilities: ArrayLike

    def __post_init__(self) -> None:
        lengths = [len(self.queries), len(self.candidates), len(self.label), len(self.probability)]
        if len(set(lengths)) > 1:
            raise InputError(f"queries, candidates, labels and probabilities must be equally many, not {lengths}")
        if bad := [i for i, p in zip(self.candidates, self.probability, strict=True) if not 0 <= p <= 1]:
            raise InputError(f"a probability is a number from 0 to 1; it is not for {named(set(bad))}")
        if not np.isin(self.label, (-1, 0, 1)).all():
            raise InputError("labels are 1 (fits), 0 (does not) or -1 (nobody knows)")

    @property
    def label(self) -> Floats:
        return np.asarray(self.labels, dtype=np.float64)

    @property
    def probability(self) -> Floats:
        return np.asarray(self.probabilities, dtype=np.float64)


def counts_of_decisions(pairs: Judged, groups: Coded, threshold: float) -> Counts:
    """Count decisions (probability ≥ ``threshold``) and probabilities, by query and group of the candidate.

    Columns: ``pairs``; ``chosen`` and ``probability`` (their sum); the same of pairs that fit and that do not, with
    ``_1`` and ``_0`` behind; ``judged`` and ``chosen_judged`` (with a label), ``right`` (decisions that agree with it).
    """
    p, y = pairs.probability, pairs.label
    chosen = (p >= threshold).astype(np.float64)
    values = {"pairs": np.ones(len(p)), "chosen": chosen, "probability": p}
    for label in (1, 0):
        values |= {f"{name}_{label}": values[name] * (y == label) for name in ("pairs", "chosen", "probability")}
    judged = (y != UNJUDGED).astype(np.float64)
    values |= {"judged": judged, "chosen_judged": judged * chosen, "right": judged * (chosen == y)}
    return _summed(pairs.queries, pairs.candidates, values, groups)


def counts_of_rankings(
    rankings: Sequence[Ranking], groups: Coded, k: int, qrels: Qrels | None = None, patience: float = _PATIENCE
) -> Counts:
    """Count places and exposure of whole pools, by query and group.

    A ranking holds everyone who was considered, in order. Columns:

    - ``members``; ``selected``: those among the first k; ``lists``: 1 for each group, ``places``: the list's places up
      to k that are held by people of known groups.
    - ``exposure_<bias>``: Σ of the weight of each member's place (:func:`attention`), for each of :data:`BIASES`;
      ``attention_<bias>``: that of all people of known groups, the same in each group.
    - ``favoured``: over pairs of two groups, how often the group's member is ranked higher; ``mixed``: such pairs.
    - with ``qrels``: ``relevant`` (grade above 0) and ``grade``, of judged members; ``relevant_selected``.

    Weights go by the place in the whole list, people of unknown groups included.
    """
    if k < 1:
        raise InputError(f"k must be 1 or more, not {k}")
    queries = [ranking.query_id for ranking in rankings for _ in ranking.hits]
    people = [hit.document_id for ranking in rankings for hit in ranking.hits]
    rank = np.concatenate([np.arange(1, len(r) + 1) for r in rankings]) if rankings else np.empty(0)
    selected = (rank <= k).astype(np.float64)
    values = {"members": np.ones(len(people)), "selected": selected}
    for bias in BIASES:
        values[f"exposure_{bias}"] = attention(rank, k, bias, patience)
    if qrels is not None:
        grades = np.array(
            [qrels.grades.get(q, {}).get(i, 0) for q, i in zip(queries, people, strict=True)], dtype=np.float64
        )
        relevant = (grades > 0).astype(np.float64)
        values |= {"relevant": relevant, "grade": grades, "relevant_selected": relevant * selected}
    counted = _summed(queries, people, values, groups)
    columns = dict(counted.columns)
    shape = columns["members"].shape
    columns["lists"] = np.ones(shape)
    columns["places"] = np.broadcast_to(columns["selected"].sum(axis=1, keepdims=True), shape)
    columns["pool"] = np.broadcast_to(columns["members"].sum(axis=1, keepdims=True), shape)
    for bias in BIASES:
        total = columns[f"exposure_{bias}"].sum(axis=1, keepdims=True)
        columns[f"attention_{bias}"] = np.broadcast_to(total, shape)
    columns["favoured"], columns["mixed"] = _pairs_won(rankings, groups, counted.queries)
    return Counts(counted.groups, counted.queries, columns, counted.unknown)


def counts_of_shortlists(
    rankings: Sequence[Ranking],
    excluded: Mapping[str, Sequence[str]],
    groups: Coded,
    k: int,
    qrels: Qrels | None = None,
) -> Counts:
    """Count rankings of pools (:func:`counts_of_rankings`) and, beside, who was considered: the pool and ``excluded``.

    ``excluded`` are the candidates by query id whom a policy left out. The further column is ``considered``.
    """
    counted = counts_of_rankings(rankings, groups, k, qrels)
    place = {query: row for row, query in enumerate(counted.queries)}
    out, unknown = np.zeros(counted.columns["members"].shape), 0
    for query, ids in excluded.items():
        for i in ids:
            if (code := groups.codes.get(i, -1)) < 0:
                unknown += 1
            elif query in place:
                out[place[query], code] += 1
    columns = {**counted.columns, "considered": counted.columns["members"] + out}
    return Counts(counted.groups, counted.queries, columns, counted.unknown + unknown)


def attention(rank: ArrayLike, k: int, bias: str, patience: float = _PATIENCE) -> Floats:
    """Return how much attention a place gets, 0 below k: which model is right depends on who reads the list.

    ``logarithmic`` 1/log2(r + 1); ``reciprocal`` 1/r; ``geometric`` (1 − patience) · patience^(r − 1), rank-biased
    precision's (Moffat & Zobel 2008); ``uniform`` 1.

    >>> attention([1, 2, 3, 4], 3, "logarithmic").round(3).tolist()
    [1.0, 0.631, 0.5, 0.0]
    """
    r = np.asarray(rank, dtype=np.float64)
    if bias not in BIASES:
        raise InputError(f"a model of attention is one of {', '.join(BIASES)}, not {bias!r}")
    if not 0 < patience < 1:
        raise InputError(f"patience is between 0 and 1, not {patience}")
    weight = {
        "logarithmic": 1 / np.log2(r + 1),
        "reciprocal": 1 / r,
        "geometric": (1 - patience) * patience ** (r - 1),
        "uniform": np.ones_like(r),
    }[bias]
    return np.where(r <= k, weight, 0.0)


def _summed(queries: Sequence[str], candidates: Sequence[str], values: Mapping[str, Floats], groups: Coded) -> Counts:
    if len(groups.names) < 2:
        raise InputError(f"{len(groups.names)} group of known members: there is nothing to compare")
    codes = np.array([groups.codes.get(i, -1) for i in candidates], dtype=np.intp)
    names = tuple(dict.fromkeys(queries))
    place = {name: number for number, name in enumerate(names)}
    rows = np.array([place[name] for name in queries], dtype=np.intp)
    known, width = codes >= 0, len(groups.names)
    cell = rows[known] * width + codes[known]
    columns = {
        name: np.asarray(
            np.bincount(cell, weights=value[known], minlength=len(names) * width), dtype=np.float64
        ).reshape(len(names), width)
        for name, value in values.items()
    }
    return Counts(groups.names, names, columns, int((~known).sum()))


def _pairs_won(rankings: Sequence[Ranking], groups: Coded, queries: Sequence[str]) -> tuple[Floats, Floats]:
    width = len(groups.names)
    won = {ranking.query_id: np.zeros((2, width)) for ranking in rankings}
    for ranking in rankings:
        codes = np.array([groups.codes.get(i, -1) for i in ranking.document_ids], dtype=np.intp)
        member = np.eye(width)[codes[codes >= 0]]
        total = member.sum(axis=0)
        below = total - np.cumsum(member, axis=0)  # of each group, behind each place
        favoured = (member * (below.sum(axis=1, keepdims=True) - below)).sum(axis=0)
        won[ranking.query_id] += [favoured, total * (total.sum() - total)]
    table = np.array([won[q] for q in queries]).reshape(len(queries), 2, width)
    return table[:, 0], table[:, 1]
