"""Mined: the negatives of every anchor, and what sentence-transformers trains on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.judged import Texts
from jobfit.training.mining.exclusions import Positives
from jobfit.training.mining.picking import uniform
from jobfit.training.mining.rankings import generator


@dataclass(frozen=True, slots=True, eq=False)
class Mined:
    """``rows`` int32 (anchors, width): document rows, filled up with -1 at the right.

    ``facts`` is the manifest: strategy, seed, window, digests of the inputs.
    """

    query_ids: tuple[str, ...]
    document_ids: tuple[str, ...]
    rows: NDArray[np.int32]
    facts: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.query_ids)

    def __iter__(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield (anchor, ids of its negatives); an anchor without any gives an empty tuple."""
        for query_id, row in zip(self.query_ids, self.rows):
            yield query_id, tuple(self.document_ids[i] for i in row[row >= 0])

    def counts(self) -> dict[str, int]:
        """Anchors, negatives in all, anchors with fewer than the width, and anchors with none; read in pieces."""
        counts = np.concatenate([
            np.count_nonzero(self.rows[i : i + 4096] >= 0, axis=1) for i in range(0, max(1, len(self.rows)), 4096)
        ])  # fmt: skip
        width = self.rows.shape[1]
        return {
            "anchors": len(counts),
            "negatives": int(counts.sum()),
            "fewer": int(((counts < width) & (counts > 0)).sum()),
            "none": int((counts == 0).sum()),
        }


def training_columns(
    mined: Mined, positives: Positives, texts: Texts, *, negatives: int = 1, seed: int = 0
) -> dict[str, list[str]]:
    """Texts as columns ``anchor``, ``positive``, ``negative_1`` .. for ``datasets.Dataset.from_dict`` and any trainer.

    One row for each positive pair of a mined anchor, in the order of the anchors and of the positives' ids. The
    negatives of a row are drawn uniformly from its anchor's list without replacement, and anew for each row, as
    ConFit v2 and RankPO draw them at each step: another ``seed`` for each epoch gives other negatives. A list that is
    too short is used again from its start, so that the columns are complete; an anchor without negatives or without
    positives gives no row.

    Raises:
        InputError: fewer than one negative is asked for.
    """
    if negatives < 1:
        raise InputError(f"negatives must be at least 1, not {negatives}")
    names = [f"negative_{i}" for i in range(1, negatives + 1)]
    columns: dict[str, list[str]] = {"anchor": [], "positive": [], **{name: [] for name in names}}
    for query_id, listed in mined:
        if not listed:
            continue
        random = generator(seed, query_id)
        for positive in sorted(positives.get(query_id, ())):
            drawn = uniform(np.arange(len(listed)), negatives, random)
            columns["anchor"].append(texts.queries[query_id])
            columns["positive"].append(texts.documents[positive])
            for number, name in enumerate(names):
                columns[name].append(texts.documents[listed[drawn[number % len(drawn)]]])
    return columns
