"""The score of everybody for one vacancy: alpha x cosine + (1 - alpha) x coverage, quickly and to the last bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobfit.runs import Ranking

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What the scores of n people for one query are made of: vectors (n, d) with their lengths, and coverage (n,).

    ``coverage`` is ``None`` where nothing essential is asked.
    """

    query_id: str
    ids: NDArray[np.object_]
    vectors: NDArray[np.float32]
    lengths: Floats
    query: NDArray[np.float32]
    coverage: Floats | None

    def cosines(self, rows: Rows) -> Floats:
        """Return the cosines of some rows, added up in 64 bits."""
        query = self.query.astype(np.float64)
        dots = np.einsum("nd,d->n", self.vectors[rows].astype(np.float64), query)
        return np.asarray(dots / (self.lengths[rows] * np.linalg.norm(query)))

    def scores(self, rows: Rows, alpha: float) -> Floats:
        return self._mixed(self.cosines(rows), rows, alpha)

    def best(self, rows: Rows, alpha: float, k: int) -> Ranking:
        """Return the ``k`` best of some rows.

        A first pass in 32 bits leaves out only who lies further behind the k-th than its rounding can explain (see
        :func:`jobfit.store.planner.parameters`); the others are scored in 64 bits.
        """
        near = (self.vectors @ self.query)[rows] / (self.lengths[rows] * np.linalg.norm(self.query))
        first = self._mixed(near.astype(np.float64), rows, alpha)
        if k < len(rows):
            margin = 4 * (self.vectors.shape[1] + 4) * 2.0**-24
            rows = rows[first >= np.partition(first, -k)[-k] - margin]
        return Ranking.from_scores(self.query_id, self.ids[rows].tolist(), self.scores(rows, alpha), k)

    def _mixed(self, cosines: Floats, rows: Rows, alpha: float) -> Floats:
        return cosines if self.coverage is None else alpha * cosines + (1 - alpha) * self.coverage[rows]
