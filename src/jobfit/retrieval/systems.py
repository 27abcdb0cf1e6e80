"""Systems that rank documents for queries without a database: random, bm25, dense, hybrid, a pair classifier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

import numpy as np

from jobfit.encoders.base import Encoder, stretch_of
from jobfit.errors import InputError
from jobfit.records import Document, Kind
from jobfit.retrieval.facets import asking_side
from jobfit.retrieval.hybrid import Weighing, search_fed_back
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.retrieval.memory import MemoryDocuments
from jobfit.retrieval.signals import Query, encode_queries
from jobfit.retrieval.weights import shipped_table
from jobfit.runs import Ranking, Run
from jobfit.scorers.base import Scorer, person_job
from jobfit.shortlist import Weighed

SYSTEMS = ("random", "bm25", "dense", "hybrid")
PAIR_CLASSIFIER = "pair-classifier"  # with a scorer
_PAIRS = 200_000  # scored at a time


def rank(
    system: str,
    queries: Sequence[Document],
    corpus: Sequence[Document],
    k: int,
    *,
    encoder: Callable[[], Encoder] | None = None,
    scorer: Callable[[], Scorer] | None = None,
    asking: Kind | None = None,
    seed: int = 0,
    table: Weighing | None = None,
    fast: bool = False,
    on_weighed: Callable[[Weighed], None] = lambda weighed: None,
) -> Run:
    """Rank the corpus for every query and return a :class:`Run` with at most ``k`` hits a query.

    ``encoder`` is called only by the systems that need one. ``random`` draws a score for each pair from (seed, query
    id), so a query's ranking does not depend on the other queries. ``hybrid`` weighs its signals by ``table``, the
    shipped one by default, and tells ``on_weighed`` of each query; of long texts a ``fast`` one encodes the titles
    alone. ``pair-classifier`` scores every document with every query by ``scorer``. ``asking`` says which side the
    queries are; where nobody says it, their texts do (:func:`jobfit.retrieval.facets.asking_side`).
    """
    _check(system, queries, corpus, k)
    asking = asking or asking_side(queries, corpus)
    if system == "random":
        return Run(system, {query.id: _random(query.id, corpus, k, seed) for query in queries})
    if system == "bm25":
        ids = [document.id for document in corpus]
        index = Bm25Index(ids, [terms(document.text) for document in corpus])
        return Run(system, {query.id: index.rank(query.id, terms(query.text), ids, k) for query in queries})
    if system == PAIR_CLASSIFIER:
        if scorer is None:
            raise InputError(f"system {system!r} needs a scorer")
        return Run(system, dict(_scored(queries, corpus, k, scorer(), asking)))
    if encoder is None:
        raise InputError(f"system {system!r} needs an encoder")
    model = encoder()
    if system == "hybrid":
        weighing, held = table or shipped_table(fast), MemoryDocuments(corpus, model, asking.other)
        asked = encode_queries(queries, model, asking, not fast)
        return Run(system, dict(_hybrid(asked, held, k, weighing, model.fingerprint, on_weighed)))
    documents, encoded = model.encode(corpus, "document"), model.encode(queries, "query")
    rows = stretch_of(model) * encoded.vectors
    scored = ((id_, documents.vectors @ row) for id_, row in zip(encoded.ids, rows, strict=True))
    return Run(system, {id_: Ranking.from_scores(id_, documents.ids, scores, k) for id_, scores in scored})


def _check(system: str, queries: Sequence[Document], corpus: Sequence[Document], k: int) -> None:
    if system not in (*SYSTEMS, PAIR_CLASSIFIER):
        raise InputError(f"unknown system {system!r}; there are: {', '.join((*SYSTEMS, PAIR_CLASSIFIER))}")
    if k < 1:
        raise InputError(f"k must be at least 1, not {k}")
    for name, documents in (("queries", queries), ("corpus", corpus)):
        ids = [document.id for document in documents]
        if not ids:
            raise InputError(f"the {name} are empty: nothing to rank")
        if len(set(ids)) != len(ids):
            raise InputError(f"the {name} hold an id twice")


def _random(query_id: str, corpus: Sequence[Document], k: int, seed: int) -> Ranking:
    digest = sha256(f"{seed}\0{query_id}".encode()).digest()
    generator = np.random.default_rng(list(digest))
    ids = sorted(document.id for document in corpus)  # a draw belongs to an id, not to a place in the file
    return Ranking.from_scores(query_id, ids, generator.random(len(ids)), k)


def _scored(
    queries: Sequence[Document], corpus: Sequence[Document], k: int, scorer: Scorer, asking: Kind
) -> Iterator[tuple[str, Ranking]]:
    """Several queries at a time, so that a scorer encodes the corpus few times."""
    ids = [document.id for document in corpus]
    step = max(1, _PAIRS // len(corpus))
    for start in range(0, len(queries), step):
        some = queries[start : start + step]
        scores = scorer.score([person_job(query, document, asking) for query in some for document in corpus])
        for query, row in zip(some, scores.reshape(len(some), len(corpus))):
            yield query.id, Ranking.from_scores(query.id, ids, row, k)


def _hybrid(
    queries: Iterable[Query],
    documents: MemoryDocuments,
    k: int,
    table: Weighing,
    encoded_by: str,
    on_weighed: Callable[[Weighed], None],
) -> Iterator[tuple[str, Ranking]]:
    names = [signal.name for signal in documents.signals]
    everything = documents.texts().among()
    for query in queries:
        weighed = table.weigh(query, documents.texts(), encoded_by, names)
        on_weighed(weighed)
        weights = weighed.weights
        signals = [signal for signal in documents.signals if weights[signal.name] > 0]
        similarity = search_fed_back(
            query, signals, weights, documents.texts(), everything, documents, turn=documents.turn
        )
        yield query.id, Ranking.from_scores(query.id, similarity.ids, similarity.total, k)
