"""What a query finds in a corpus at large: what all documents have in common, and how far its scores spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_SAMPLE = 2000  # documents: the standard deviation is then known to about 2 %
_IN_COMMON = 0.5  # of the mean document, how much is taken out of a query (decision 0026)
_MOST = 10.0  # standard deviations
_NONE = 1e-9


def of_titles(fingerprint: str) -> str:
    """Return under which name the vectors of titles are kept; it changes when titles are read in another way."""
    return f"{fingerprint}+titles-1"


class Scale(NamedTuple):
    """The lowest of a query's scores over a corpus and their standard deviation."""

    least: float
    spread: float

    @classmethod
    def of(cls, values: Floats) -> Scale:
        return cls(float(values.min()), float(values.std())) if len(values) else STANDARD

    def standard(self, values: Floats) -> Floats:
        """Return the values in standard deviations above the lowest, from 0 to 10; NaN stays.

        Where all documents score the same, the signal says nothing: all get 0.
        """
        if self.spread < _NONE:
            return np.where(np.isnan(values), np.nan, 0.0)
        return np.clip((values - self.least) / self.spread, 0.0, _MOST)


STANDARD = Scale(0.0, 1.0)


Turn = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def unturned(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the vectors as they are: most encoders read a text that asks as one that is searched."""
    return vectors


@dataclass(frozen=True, eq=False)
class Background:
    """A ``sample`` (m, d) of a corpus's vectors."""

    sample: NDArray[np.float32]
    _common: dict[Turn, NDArray[np.float32]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, ids: Sequence[str], vectors: Callable[[NDArray[np.intp]], NDArray[np.float32]]) -> Background:
        """Return that of the documents ``ids``; ``vectors`` gives the rows that are asked for.

        At most 2,000 are read, at equal distances in the order of the ids, so that no order of a file matters.
        """
        step = -(-len(ids) // _SAMPLE) or 1
        sample = vectors(np.array(sorted(range(len(ids)), key=ids.__getitem__)[::step], dtype=np.intp))
        return cls(sample)

    def apart(self, vector: NDArray[np.float32], turn: Turn = unturned) -> NDArray[np.float32]:
        """Return the unit vector (d,) of a query less half of the mean document, ``turn``-ed into one that asks.

        A document near the mean is near every query (a hub; Radovanovic et al. 2010): it would be found for all of
        them. Where nothing is left, and in an empty corpus, the vector stays as it is.
        """
        if not len(self.sample):
            return vector
        if turn not in self._common:
            self._common[turn] = turn(self.sample).mean(axis=0)
        left = vector - _IN_COMMON * self._common[turn]
        length = float(np.linalg.norm(left))
        return (left / length).astype(np.float32) if length > _NONE else vector

    def scale(self, vector: NDArray[np.float32]) -> Scale:
        return Scale.of((self.sample @ vector).astype(np.float64))
