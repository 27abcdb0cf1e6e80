"""Learn the weights of a fusion from judged queries: a grid, the worst set first, and a rule that does no harm.

For each cell (kind of text, language) every mixture on a grid is tried. A mixture is as good as it is on the set where
it does worst against the best single signal *of that set* (nDCG@10); ties to three digits go to the better mean. The
winner is taken only where it beats the best single signal of the whole cell by a paired randomisation test over the
learning queries (p < 0.05); otherwise that single signal has the weight 1.
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
from jobfit.retrieval.signals import SIGNALS, Signals
from jobfit.retrieval.weights import LANGUAGES, OTHER, Weights
from jobfit.runs import Qrels

STEPS = 10  # the grid goes by 1 / STEPS
LEAST_QUERIES = 30  # of a set in a cell; fewer teach nothing
LEAST_SHARE = 0.2  # of a set; fewer are those whose language or length was taken for another
LEVEL = 0.05
_K = 10
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

    Equal scores stand in an order drawn by a seed, so that no document gains by its place in the file.
    """
    signals, drawn = Signals(corpus, encoder), np.random.default_rng(0)
    for query, vector in signals.encoded(queries):
        judged = qrels.grades.get(query.id, {})
        gains = np.array([judged.get(document_id, 0) for document_id in signals.ids], dtype=np.float64)
        if not gains.any():
            continue
        kind, language = signals.cell(query)
        cell = kind, language if language in LANGUAGES else OTHER
        scores = np.stack([signals.scores(signal, query, vector) for signal in SIGNALS], axis=1)
        mixed = scores @ grid(kind).T + drawn.random((len(gains), 1)) * 1e-9
        yield Judged(name, cell, ndcg(mixed, gains))


def grid(kind: TextKind) -> NDArray[np.float64]:
    """Return every mixture of the signals by steps of 1 / STEPS, shape (mixtures, signals), the single ones among them.

    The taxonomy has no weight between whole documents: ``match`` counts skills there in its requirement ledger.
    """
    most = 0 if kind is TextKind.DOCUMENT else STEPS
    rows = [
        row
        for row in product(range(STEPS + 1), range(STEPS + 1), range(STEPS + 1), range(most + 1))
        if sum(row) == STEPS
    ]
    return np.array(rows, dtype=np.float64) / STEPS


def ndcg(scores: NDArray[np.float64], gains: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return nDCG@10 (linear gain) of each column of ``scores`` (documents, mixtures), shape (mixtures,)."""
    k = min(_K, len(gains))
    discount = 1 / np.log2(np.arange(2, k + 2))
    best = np.argpartition(-scores, k - 1, axis=0)[:k]
    order = np.argsort(-np.take_along_axis(scores, best, axis=0), axis=0)
    found = gains[np.take_along_axis(best, order, axis=0)]
    ideal = float(np.sort(gains)[::-1][:k] @ discount)
    return np.asarray(discount @ found / ideal, dtype=np.float32)


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
    learnt = {cell: _learn_cell(cell[0], sets, seed) for cell, sets in sorted(enough.items()) if sets}
    if not learnt:
        raise InputError(f"to learn weights, a set needs at least {LEAST_QUERIES} judged queries of one kind")
    return learnt


def _learn_cell(kind: TextKind, sets: Mapping[str, NDArray[np.float32]], seed: int) -> Learnt:
    mixtures = grid(kind)
    singles = np.flatnonzero(mixtures.max(axis=1) == 1)
    means = np.stack([rows.mean(axis=0) for rows in sets.values()])  # (sets, mixtures)
    regrets = means - means[:, singles].max(axis=1, keepdims=True)
    worst = np.round(regrets.min(axis=0), 3)
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
        for language, found in rows.items():
            shares = ", ".join(f"{name} = {share:g}" for name, share in asdict(found.weights).items() if share)
            lines.append(f"{language} = {{ {shares} }}")
    return "\n".join(lines) + "\n"
