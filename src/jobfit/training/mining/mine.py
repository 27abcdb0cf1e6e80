"""START HERE: mine(queries, documents, positives, strategy) -> Mined."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError
from jobfit.judged import Texts
from jobfit.settings import Count, check_fields
from jobfit.training.mining.exclusions import NEAR_DUPLICATES, Eligible, Exclusions, Positives
from jobfit.training.mining.mined import Mined, MiningFolder, load_mined
from jobfit.training.mining.picking import clustered, generator, uniform
from jobfit.training.mining.ranks import AnchorRanking, ranking_of
from jobfit.training.mining.strategies import Clustered, Random, Strategy, Window, name_of

BLOCK = 512  # anchors that are finished, and kept, together


@dataclass(frozen=True, slots=True)
class MineSettings:
    """What is mined, apart from the strategy.

    near_duplicates: cosine from which a document counts as a copy of the anchor or of its positives; ``None``: off.
    file:            ``npy`` or ``parquet``, where a folder is given.
    threads:         workers; ``None``: every core that may be used. No result depends on it.
    """

    seed: int = 0
    near_duplicates: float | None = NEAR_DUPLICATES
    file: Literal["npy", "parquet"] = "npy"
    threads: Count | None = None

    def __post_init__(self) -> None:
        check_fields(self)


def mine(
    queries: Embeddings,
    documents: Embeddings,
    positives: Positives,
    strategy: Strategy,
    settings: MineSettings = MineSettings(),
    *,
    texts: Texts | None = None,
    eligible: Eligible | None = None,
    folder: Path | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Mined:
    """Mine negatives among ``documents`` for every one of ``queries``.

    Never given: a known positive of the anchor (any of them), a near-duplicate of the anchor or of its positives (by
    cosine; with ``texts`` also by equal text), a pair that ``eligible`` refuses. They are dropped after ranking. Where
    nothing is left in the window, the best admissible document *below* it is given; an anchor to which no document is
    open gets none. With a ``folder`` every finished block is kept, a run that was killed goes on where it was, and the
    result is read from disk; memory does not grow with the number of anchors.

    Raises:
        InputError: no query, fewer than two documents, vectors of two encoders, an impossible setting, or a folder
            that holds something else.
        UnknownIdError: a positive names an unknown id.
    """
    if not len(queries):
        raise InputError("there are no queries: nothing to mine for")
    if len(documents) < 2:
        raise InputError(
            f"{len(documents)} documents: a negative is another document than the positive, so two are needed at least"
        )
    if queries.fingerprint != documents.fingerprint or queries.vectors.shape[1] != documents.vectors.shape[1]:
        raise InputError(
            f"the queries were encoded by {queries.fingerprint}, the documents by {documents.fingerprint}: "
            "vectors of two encoders are never compared. Encode both with one"
        )
    exclusions = Exclusions(queries, documents, positives, settings.near_duplicates, texts)
    ranking = ranking_of(strategy, queries, documents, texts=texts, seed=settings.seed)
    place = np.argsort(np.argsort(np.array(documents.ids)))
    window = strategy.window(len(documents))
    miner = _Miner(queries, documents, strategy, settings.seed, ranking, exclusions, eligible, window, place)
    facts = _facts(miner, positives, settings, texts)
    starts = range(0, len(queries), BLOCK)
    if folder is None:
        done = [rows for _, rows in _mined(miner, list(starts), settings.threads, on_progress)]
        return Mined(queries.ids, documents.ids, np.concatenate(done), facts)
    kept = MiningFolder(folder, facts)
    if not kept.complete:
        finished = kept.finished()
        left = [start for start in starts if start // BLOCK not in finished]
        for start, rows in _mined(miner, left, settings.threads, on_progress):
            kept.keep(start // BLOCK, rows)
        kept.finish(queries.ids, documents.ids, (len(queries), miner.width))
    return load_mined(folder)


@dataclass(frozen=True, slots=True)
class _Miner:
    """Mines a block of anchors; what it gives for an anchor depends on no other anchor."""

    queries: Embeddings
    documents: Embeddings
    strategy: Strategy
    seed: int
    ranking: AnchorRanking
    exclusions: Exclusions
    eligible: Eligible | None
    window: Window
    place: NDArray[np.intp]  # draws go by id, not by place in the file

    @property
    def width(self) -> int:
        asked = self.window.last - self.window.first if self.strategy.k is None else self.strategy.k
        return min(asked, len(self.documents))

    def block(self, start: int) -> NDArray[np.int32]:
        stop = min(start + BLOCK, len(self.queries))
        result = np.full((stop - start, self.width), -1, dtype=np.int32)
        open_pairs = self.eligible.rows(start, stop) if self.eligible else None
        if self.eligible and open_pairs is not None and open_pairs.shape != (stop - start, len(self.documents)):
            raise InputError(f"{self.eligible.name}: a mask of shape {open_pairs.shape} for queries {start} .. {stop}")
        for i, ranked in enumerate(self.ranking.rows(start, stop)):
            allowed = None if open_pairs is None else open_pairs[i]
            picked = self._pick(start + i, self._admissible(start + i, ranked, allowed))
            result[i, : len(picked)] = picked
        return result

    def _admissible(
        self, query: int, ranked: NDArray[np.integer], open_to: NDArray[np.bool_] | None
    ) -> NDArray[np.intp]:
        """The admissible documents of the window; if there are none, the best one below it."""
        kept = self._keep(query, ranked.astype(np.intp), open_to)
        enough = self.width if isinstance(self.strategy, Random) else 1
        if len(kept) >= enough:
            return kept
        return self._keep(query, self.ranking.whole(query)[self.window.first :], open_to)[:enough]

    def _keep(self, query: int, rows: NDArray[np.intp], open_to: NDArray[np.bool_] | None) -> NDArray[np.intp]:
        if open_to is not None:
            rows = rows[open_to[rows]]
        return rows[self.exclusions.allowed(query, rows)]

    def _pick(self, query: int, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        strategy = self.strategy
        if strategy.pick == "best" or isinstance(strategy, Random):
            return rows[: self.width]
        random = generator(self.seed, self.queries.ids[query])
        if isinstance(strategy, Clustered):
            return clustered(rows, self.documents.vectors[rows], strategy, random)
        rows = rows[np.argsort(self.place[rows])]
        return rows if strategy.pick == "all" else uniform(rows, self.width, random)


def _mined(
    miner: _Miner, starts: list[int], threads: int | None, on_progress: Callable[[int, int], None]
) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Yield (start, rows) of each block in order; few are in work or waiting at a time.

    Every worker multiplies on one thread: numpy's selections run on one core only, so two workers use two cores
    throughout, where one worker with a threaded product leaves a core idle most of the time.
    """
    from threadpoolctl import threadpool_limits

    if isinstance(miner.strategy, Clustered):
        import sklearn.cluster  # noqa: F401  before the limit is set, which reaches only the libraries that are there
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    workers = threads or len(usable)
    waiting: deque[tuple[int, Future[NDArray[np.int32]]]] = deque()
    done = 0
    with threadpool_limits(1), ThreadPoolExecutor(workers) as pool:
        try:
            for start in [*starts, *[None] * (2 * workers)]:
                if start is not None:
                    waiting.append((start, pool.submit(miner.block, start)))
                if waiting and (start is None or len(waiting) > 2 * workers):
                    first, future = waiting.popleft()
                    yield first, future.result()
                    done += 1
                    on_progress(done, len(starts))
        finally:
            pool.shutdown(cancel_futures=True)


def _facts(miner: _Miner, positives: Positives, settings: MineSettings, texts: Texts | None) -> dict[str, Any]:
    sides = {"queries": miner.queries, "documents": miner.documents}
    texts_of = {"queries": texts.queries, "documents": texts.documents} if texts else {}
    return {
        "strategy": {"name": name_of(miner.strategy), **asdict(miner.strategy)},
        "window": miner.window._asdict(),
        "seed": settings.seed,
        "near_duplicates": settings.near_duplicates,
        "eligible": miner.eligible.name if miner.eligible else None,
        "encoder": miner.queries.fingerprint,
        "anchors": len(miner.queries),
        "documents": len(miner.documents),
        "width": miner.width,
        "block": BLOCK,
        "file": settings.file,
        "inputs": {
            **{side: _digest_vectors(value) for side, value in sides.items()},
            **{f"{side}_texts": content_digest({i: texts_of[side][i] for i in sides[side].ids}) for side in texts_of},
            "positives": content_digest({query_id: sorted(listed) for query_id, listed in positives.items()}),
        },
    }


def _digest_vectors(embeddings: Embeddings) -> str:
    digest = sha256(json.dumps(embeddings.ids).encode())
    digest.update(np.ascontiguousarray(embeddings.vectors).reshape(-1).data)
    return digest.hexdigest()


def content_digest(content: object) -> str:
    """The SHA-256 of a JSON value, however its mappings are ordered; how a manifest names texts and positives."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
