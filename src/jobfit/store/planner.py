"""The search planner: counts who is eligible, then forces the plan. The database never chooses.

Left alone, PostgreSQL walks the HNSW index under a filter and loses most of those it should find, with no warning: at
most 0.06 of the first 100 with 1 or 10 % eligible of a million (``results/filtered-search.json``). So:

* *exact* while it is affordable: every eligible row is compared, in a pool that is materialised before it is ordered,
  where no approximate index can be used. Nobody eligible is ever missed.
* *hnsw* only beyond, and only if that index exists; the answer is marked approximate.

Scores are cosines computed here in 64 bits from the stored 16-bit vectors and the query rounded to 16 bits, so they do
not depend on the database's processor. PostgreSQL adds in 32 bits: its order is used only to leave out rows that lie
further behind the k-th than its rounding error can explain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from jobfit.errors import InputError, UnknownIdError
from jobfit.records import Kind
from jobfit.runs import Ranking
from jobfit.shortlist import Plan
from jobfit.store.codec import from_halves, literal
from jobfit.store.database import Connection, Database
from jobfit.store.queries import filled, statement

# A graph that outgrows its memory is built on the disk, a row at a time and many times slower.
_GRAPH = 1_000  # bytes of a row beside its vector: the links of a graph with pgvector's m = 16
_MOST_MEMORY = 4 * 2**30


@dataclass(frozen=True, slots=True)
class Scope:
    """The vectors that are searched together: one tenant, one kind, one encoder."""

    tenant: str
    kind: Kind
    fingerprint: str

    @property
    def index_name(self) -> str:
        """Name of this scope's index, whether or not it exists."""
        key = "\x00".join((self.tenant, self.kind, self.fingerprint)).encode()
        return f"embeddings_hnsw_{blake2b(key, digest_size=8).hexdigest()}"

    @property
    def parameters(self) -> dict[str, str]:
        return {"tenant": self.tenant, "kind": self.kind.value, "fingerprint": self.fingerprint}


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to how many numbers (eligible rows x dimension) a search is exact."""

    exact: int = 500_000 * 384


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is searched for: the k best of the ``eligible`` (distinct ids) for the query ``vector`` (d,)."""

    query_id: str
    vector: NDArray[np.float32]
    eligible: Sequence[str]
    k: int


def search(connection: Connection, scope: Scope, question: Question, limits: Limits) -> tuple[Ranking, Plan]:
    """Return the k best eligible ids by cosine, and how they were found.

    Must run inside a transaction: the plan is forced for that transaction only.

    Raises:
        UnknownIdError: an eligible id has no vector in ``scope``; nobody is left out silently.
    """
    eligible = len(question.eligible)
    if question.k < 0 or len(set(question.eligible)) != eligible:
        raise InputError(f"query {question.query_id!r}: k is negative, or an id is eligible twice")
    if not eligible or not question.k:
        return Ranking(question.query_id, ()), Plan("exact", True, eligible)
    if eligible * len(question.vector) > limits.exact and _has_index(connection, scope):
        rows = _hnsw(connection, scope, question)
        if len(rows) >= min(question.k, eligible):
            return _ranking(question, rows), Plan("hnsw", False, eligible)
    return _ranking(question, _exact(connection, scope, question)), Plan("exact", True, eligible)


def build_index(database: Database, scope: Scope, limits: Limits) -> bool:
    """Build the approximate index (HNSW) if ``scope`` is too large to be searched exactly; tell whether it is there."""
    with database.connect() as connection, connection.transaction():
        [count, dimension] = connection.execute(statement("count_vectors"), scope.parameters).fetchall()[0]
        if count * dimension > limits.exact and not _has_index(connection, scope):
            needed = min(count * (2 * dimension + _GRAPH), _MOST_MEMORY)
            connection.execute(statement("memory_of_build"), {"bytes": needed})
            name = sql.Identifier(scope.index_name)
            connection.execute(filled("build_index", index=name, dimension=dimension, **scope.parameters))
        return _has_index(connection, scope)


def _has_index(connection: Connection, scope: Scope) -> bool:
    row = connection.execute(statement("index_exists"), {"name": scope.index_name}).fetchone()
    return bool(row and row[0])


def parameters(scope: Scope, question: Question) -> dict[str, Any]:
    """Return the values for ``exact_search`` and ``index_search``.

    ``margin`` bounds the error of a cosine distance that is added up in 32 bits: three sums of d products, each off by
    at most d * 2**-24 (Higham, Accuracy and Stability, 3.1), for the k-th row and for the row compared with it.
    """
    return {
        **scope.parameters,
        "query": literal(question.vector),
        "eligible": list(question.eligible),
        "k": question.k,
        "margin": 4 * (len(question.vector) + 4) * 2.0**-24,
    }


def _exact(connection: Connection, scope: Scope, question: Question) -> list[Any]:
    """Return (id, vector) of the k best and of all that may tie with the last of them."""
    values = parameters(scope, question)
    [(counted, best)] = connection.execute(statement("exact_search"), values).fetchall()
    if counted != len(question.eligible):
        raise UnknownIdError(
            f"{len(question.eligible) - counted} of {len(question.eligible)} eligible {scope.kind} records have no "
            f"vector of the encoder {scope.fingerprint}: encode them first"
        )
    return connection.execute(statement("vectors"), values | {"eligible": best}, binary=True).fetchall()


def _hnsw(connection: Connection, scope: Scope, question: Question) -> list[Any]:
    """Return (id, vector) of about the 2k best; rescoring puts them in their exact order."""
    connection.execute(statement("force_index"))
    values = parameters(scope, question) | {"k": 2 * question.k}
    search_statement = filled("index_search", dimension=len(question.vector))
    return connection.execute(search_statement, values, binary=True).fetchall()


def _ranking(question: Question, rows: Sequence[Any]) -> Ranking:
    vectors = from_halves([row[1] for row in rows]).astype(np.float64)
    query = question.vector.astype(np.float16).astype(np.float64)
    scores = vectors @ query / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(query))
    return Ranking.from_scores(question.query_id, [row[0] for row in rows], scores, question.k)
