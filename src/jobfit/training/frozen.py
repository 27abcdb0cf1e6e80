"""The loop's encoder where nothing of it is trained: vectors that were made once, by any encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError
from jobfit.judged import refuse_unknown
from jobfit.training.loop.objective import candidate_key, vacancy_key
from jobfit.training.tokens import Tokenised


class FrozenEncoder:
    """Vectors of candidates and vacancies by id, for an objective whose heads alone are trained.

    It trains in the same loop as an encoder, with the same checkpoints and the same bytes after a kill; a text costs a
    look-up. The vectors are those that scoring will see: ``jobfit.encoders``, its long texts and its cache.

    Raises:
        InputError: the sides were encoded by different models, or none has a vector.
    """

    def __init__(self, candidates: Embeddings, vacancies: Embeddings) -> None:
        if candidates.fingerprint != vacancies.fingerprint:
            raise InputError(
                f"candidates were encoded by {candidates.fingerprint} and vacancies by {vacancies.fingerprint}: use one"
            )
        if not (len(candidates) and len(vacancies)):
            raise InputError("one side has no vector: encode candidates and vacancies first")
        rows = {candidate_key(i): row for i, row in zip(candidates.ids, candidates.vectors)}
        self._hold(
            candidates.fingerprint, rows | {vacancy_key(i): row for i, row in zip(vacancies.ids, vacancies.vectors)}
        )

    @classmethod
    def of_rows(cls, name: str, rows: Mapping[str, NDArray[np.float32]]) -> FrozenEncoder:
        """Return the same of rows of any length by key (``c:`` and ``v:`` before an id), made by what ``name`` says."""
        held = cls.__new__(cls)
        held._hold(name, rows)
        return held

    def _hold(self, name: str, rows: Mapping[str, NDArray[np.float32]]) -> None:
        self.name, self._rows, self._device = name, dict(rows), "cpu"

    @property
    def dimension(self) -> int:
        return len(next(iter(self._rows.values())))

    def tokenise(self, texts: Mapping[str, str]) -> Tokenised:
        """Return the vectors of the keys, which is all that is read of a text; UnknownIdError where one has none."""
        refuse_unknown("%s texts have no vector", texts, dict.fromkeys(self._rows, ""))
        return Tokenised({key: self._rows[key] for key in texts}, frozenset())

    def encode_tokens(self, tokens: Sequence[NDArray[np.float32]], *, recompute: bool = False) -> Tensor:
        return torch.from_numpy(self.embed(tokens)).to(self._device)

    def embed(self, tokens: Sequence[NDArray[np.float32]], bf16: bool = False) -> NDArray[np.float32]:
        return np.stack(tokens) if len(tokens) else np.zeros((0, self.dimension), dtype=np.float32)

    def trained(self) -> dict[str, nn.Parameter]:
        return {}

    def digest(self) -> str:
        digest = hashlib.sha256(self.name.encode())
        for key in sorted(self._rows):
            digest.update(key.encode("utf-8", "surrogatepass") + self._rows[key].tobytes())
        return digest.hexdigest()

    def to(self, device: str) -> Any:
        self._device = device
        return self

    def train(self, mode: bool = True) -> Any:
        return self
