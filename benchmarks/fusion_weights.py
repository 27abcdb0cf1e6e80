"""Learn the weights of a fusion from judged queries: a grid, the worst set first, and a rule that does no harm.

For each cell (kind of text, language) every mixture on a grid is tried. A mixture is as good as it is on the set where
it does worst against the best single signal *of that set* (nDCG@10); within 0.002 of each other the better mean
decides. The winner is taken only where it beats the best single signal of the whole cell by a paired randomisation test
over the learning queries (p < 0.05); otherwise that single signal has the weight 1.

A single signal here is words, characters or embeddings. The taxonomy is never one: most texts name little of it, and
the simulated market is written with it, so that there it is the best by construction. It gets a weight where it helps
the others and no set pays for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import Encoder
from jobfit.errors import InputError
from jobfit.evaluation.statistics import paired_randomisation
from jobfit.records import Document
from jobfit.retrieval.kinds import TextKind
from jobfit.retrieval.memory import MemoryDocuments
from jobfit.retrieval.signals import encode_queries
from jobfit.retrieval.weights import LANGUAGES, OTHER, SIGNALS, Weights, cell_of
from jobfit.runs import Qrels

STEPS = 20  # the grid goes by 1 / STEPS
LEAST_QUERIES = 30  # of a set in a cell; fewer teach nothing
LEAST_SHARE = 0.2  # of a set; fewer are those whose language or length was taken for another
LEVEL = 0.05
ALONE = ("lexical", "characters", "dense")
_K = 10
_NEAR = 100
_TIE = 0.002  # nDCG: less than a few hundred queries can tell
Cell = tuple[TextKind, str]


@dataclass(frozen=True, slots=True)
class Learnt:
    """One cell's weights, how they were found and how they did against the best single signal while learning."""

    weights: Weights
    single: str
    mixture: Weights
    p: float
    sets: Mapping[str, tuple[int, float]]  # name -> (queries, mean difference of the mixture from its best signal)


@dataclass(frozen=True, slots=True)
class Judged:
    """One query: its set, its cell, and nDCG@10 of every mixture of the grid, shape (mixtures,)."""

    set: str
    cell: Cell
    values: NDArray[np.float32]


def judge(
    name: str, queries: Sequence[Document], corpus: Sequence[Document], qrels: Qrels, encoder: Encoder
) -> Iterable[Judged]:
    """Yield what each mixture gives for each query with a relevant document in the corpus.

    Equal scores stand in an order drawn by a seed, so that no document gains by its place in the file. Only the 100
    best of each signal are mixed: a document outside them is in nobody's first ten.
    """
    documents, drawn, mixtures = MemoryDocuments(corpus, encoder), np.random.default_rng(0), grid()
    everything = documents.texts().among()
    for query in encode_queries(queries, encoder):
        judged = qrels.grades.get(query.id, {})
        gains = np.array([judged.get(document_id, 0) for document_id in everything.ids], dtype=np.float64)
        if not gains.any():
            continue
        kind, language = cell_of(query, documents.texts())
        cell = kind, language if language in LANGUAGES else OTHER
        scores = np.stack([signal.scores(query, everything).filled() for signal in documents.signals], axis=1)
        scores += drawn.random((len(gains), 1)) * 1e-9
        near = np.unique(np.argsort(-scores, axis=0)[:_NEAR])
        yield Judged(name, cell, ndcg(scores[near] @ mixtures.T, gains[near], gains))


def grid() -> NDArray[np.float64]:
    """Return every mixture of the signals by steps of 1 / STEPS, shape (mixtures, signals), single ones among them."""
    rows = [
        row
        for row in product(range(STEPS + 1), range(STEPS + 1), range(STEPS + 1), range(STEPS + 1))
        if sum(row) == STEPS
    ]
    return np.array(rows, dtype=np.float64) / STEPS


def ndcg(
    scores: NDArray[np.float64], gains: NDArray[np.float64], all_gains: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return nDCG@10 (linear gain) of each column of ``scores`` (documents, mixtures), shape (mixtures,).

    ``gains`` are those of the documents scored, ``all_gains`` those of the whole corpus, which the ideal is made of.
    """
    k = min(_K, len(gains))
    discount = 1 / np.log2(np.arange(2, k + 2))
    best = np.argpartition(-scores, k - 1, axis=0)[:k]
    order = np.argsort(-np.take_along_axis(scores, best, axis=0), axis=0)
    ranked = gains[np.take_along_axis(best, order, axis=0)]
    best_gains = np.sort(all_gains)[::-1][:_K]
    ideal = float(best_gains @ (1 / np.log2(np.arange(2, len(best_gains) + 2))))
    return np.asarray(discount @ ranked / ideal, dtype=np.float32)


def learn_weights(judged: Iterable[Judged], seed: int = 0) -> dict[Cell, Learnt]:
    """Return the weights of every cell in which a set has at least LEAST_QUERIES queries and LEAST_SHARE of its own.

    Raises:
        InputError: no cell has that many.
    """
    cells: dict[Cell, dict[str, list[NDArray[np.float32]]]] = defaultdict(lambda: defaultdict(list))
    for query in judged:
        cells[query.cell][query.set].append(query.values)
    sizes = Counter(name for sets in cells.values() for name, rows in sets.items() for _ in rows)
    enough = {
        cell: {
            name: np.stack(rows)
            for name, rows in sets.items()
            if len(rows) >= max(LEAST_QUERIES, LEAST_SHARE * sizes[name])
        }
        for cell, sets in cells.items()
    }
    learnt = {cell: _learn_cell(sets, seed) for cell, sets in sorted(enough.items()) if sets}
    if not learnt:
        raise InputError(f"to learn weights, a set needs at least {LEAST_QUERIES} judged queries of one kind")
    return learnt


def _learn_cell(sets: Mapping[str, NDArray[np.float32]], seed: int) -> Learnt:
    mixtures = grid()
    singles = np.flatnonzero(mixtures[:, [SIGNALS.index(name) for name in ALONE]].max(axis=1) == 1)
    means = np.stack([rows.mean(axis=0) for rows in sets.values()])  # (sets, mixtures)
    regrets = means - means[:, singles].max(axis=1, keepdims=True)
    worst = np.round(regrets.min(axis=0) / _TIE)
    by_rule = np.lexsort((-regrets.mean(axis=0), -worst))
    best = int(by_rule[0])
    single = next(int(i) for i in by_rule if i in set(singles.tolist()))
    gained = np.concatenate([rows[:, best] - rows[:, single] for rows in sets.values()])
    p = paired_randomisation(gained.tolist(), seed)
    taken = best if p < LEVEL and gained.mean() > 0 else single
    return Learnt(
        weights=_weights(mixtures[taken]),
        single=SIGNALS[int(mixtures[single].argmax())],
        mixture=_weights(mixtures[best]),
        p=p,
        sets={name: (len(rows), float(regrets[i, best])) for i, (name, rows) in enumerate(sets.items())},
    )


def _weights(row: NDArray[np.float64]) -> Weights:
    return Weights(**{signal: round(float(share), 6) for signal, share in zip(SIGNALS, row, strict=True)})


def to_toml(encoder: str, learnt: Mapping[Cell, Learnt], provenance: Sequence[str]) -> str:
    """Return the content of a weights file, ``provenance`` as its first comment lines."""
    lines = [*(f"# {line}".rstrip() for line in provenance), f'encoder = "{encoder}"']
    for kind in TextKind:
        rows = {language: learnt[kind, language] for language in LANGUAGES if (kind, language) in learnt}
        if rows:
            lines += ["", f"[weights.{kind}]"]
        for language, cell in rows.items():
            shares = ", ".join(f"{name} = {share:g}" for name, share in asdict(cell.weights).items() if share)
            lines.append(f"{language} = {{ {shares} }}")
    return "\n".join(lines) + "\n"
