"""What an expert reads of a pair: the facts that only a pair has, and the cosine of both texts.

The product of both texts' vectors, number by number, is no part of it: with some thousand pairs it is learnt by heart
(docs/experts.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError
from jobfit.records import Candidate, Vacancy
from jobfit.training.pair_facts import NAMES, facts_of

Rows = NDArray[np.float32]


def expert_features(cosines: Rows, facts: Rows) -> Rows:
    """Return the features (p, 2 k + 1) of p pairs: the facts, which of them are known, and the cosine.

    ``cosines`` (p,) are those of both texts, ``facts`` (p, k) of :mod:`jobfit.training.pair_facts`. An unknown fact
    (NaN) is 0 with a 0 in its column of *known*, so it is neither met nor missing.

    Raises:
        InputError: not as many cosines as rows of facts.
    """
    if len(facts) != len(cosines):
        raise InputError(f"{len(cosines)} cosines and {len(facts)} rows of facts")
    unknown = np.isnan(facts)
    return np.concatenate([np.where(unknown, 0.0, facts), ~unknown, cosines[:, None]], axis=1, dtype=np.float32)


class PairReader:
    """Features of pairs by id: every text is encoded once, masked, as a search encodes it."""

    reads = NAMES

    def __init__(
        self, encoder: Encoder, candidates: Iterable[Candidate], vacancies: Iterable[Vacancy], today: date
    ) -> None:
        self.candidates = {one.id: one for one in candidates}
        self.vacancies = {one.id: one for one in vacancies}
        self.today = today
        people = encoder.encode([render(one) for one in self.candidates.values()], "document")
        openings = encoder.encode([render(one) for one in self.vacancies.values()], "query")
        self._rows = {i: row for row, i in enumerate(people.ids)}, {i: row for row, i in enumerate(openings.ids)}
        self.vectors = people.vectors, openings.vectors

    def facts(self, pairs: Sequence[tuple[str, str]]) -> Rows:
        """Return the facts (p, k) of pairs of a candidate's and a vacancy's id; NaN is unknown."""
        return facts_of(pairs, self.candidates, self.vacancies, self.today)

    def cosines(self, pairs: Sequence[tuple[str, str]]) -> Rows:
        """Return the cosines (p,) of both texts."""
        rows, columns = ([of[pair[side]] for pair in pairs] for side, of in enumerate(self._rows))
        return np.einsum("pd,pd->p", self.vectors[0][rows], self.vectors[1][columns])

    def features(self, pairs: Sequence[tuple[str, str]]) -> Rows:
        """Return the features of pairs; see :func:`expert_features`."""
        return expert_features(self.cosines(pairs), self.facts(pairs))
