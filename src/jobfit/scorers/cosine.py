"""The plain scorer: the cosine of two embeddings. The reference that others are compared with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import Encoder, Role
from jobfit.records import Document
from jobfit.scorers.base import PersonJob


class CosineScorer:
    """Scores a pair by the cosine of its embeddings, from -1 to 1; the vacancy is encoded as the query."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def score(self, pairs: Sequence[PersonJob]) -> NDArray[np.float64]:
        vacancies = self._rows([pair.vacancy for pair in pairs], "query")
        candidates = self._rows([pair.candidate for pair in pairs], "document")
        return np.einsum("ij,ij->i", vacancies, candidates, dtype=np.float64)

    def _rows(self, documents: Sequence[Document], role: Role) -> NDArray[np.float32]:
        rows = {document: row for row, document in enumerate(dict.fromkeys(documents))}
        return self._encoder.encode(list(rows), role).vectors[[rows[document] for document in documents]]
