"""The encoder for sentence-transformers models: windows, batches, one vector per text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.encoders.base import OnProgress, Role, check_texts, no_progress, unit_rows
from jobfit.encoders.facts import ModelFacts
from jobfit.encoders.model_folder import ModelFolder
from jobfit.encoders.windows import Chunking, Window, Windower, batches, stack
from jobfit.records import Document

_SLICE = 500_000  # characters tokenised at a time: bounds the memory, and leaves enough texts to sort by length


class TokenEncoder(Protocol):
    """A model on a runtime; ``precision`` is runtime and arithmetic, e.g. ``openvino-bf16``."""

    @property
    def precision(self) -> str: ...

    def encode(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return one pooled vector per row (b, d) of ``ids`` (b, l); ``mask`` is 1 on tokens, 0 on padding."""


class TransformerEncoder:
    """A sentence-transformers model behind the :class:`~jobfit.encoders.base.Encoder` protocol.

    A text that fits the model's window is encoded as sentence-transformers would. A longer one is cut into windows
    v_1..v_m that overlap; its vector is Σ n_i·v_i / |Σ n_i·v_i|, where n_i counts the tokens that window i is the
    first to hold (docs/decisions/0002 compares this with truncation and with other means).
    """

    def __init__(self, folder: ModelFolder, facts: ModelFacts, tokens: TokenEncoder, chunking: Chunking) -> None:
        self._facts, self._tokens, self.chunking = facts, tokens, chunking
        self.dimension = facts.dimension
        settings = {
            "folder": folder.sha256,
            "precision": tokens.precision,
            "window": [chunking.max_tokens, chunking.overlap, chunking.long_text],
            "prompts": [facts.prompt("query"), facts.prompt("document")],
        }
        digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
        self.fingerprint = f"{folder.name}-{tokens.precision}-{chunking.max_tokens}-{digest[:16]}"

    @cached_property
    def _windower(self) -> Windower:
        return Windower(self._facts.tokenizer, self.chunking)

    def prompt(self, role: Role) -> str:
        return self._facts.prompt(role)

    def encode(self, documents: Sequence[Document], role: Role, *, on_progress: OnProgress = no_progress) -> Embeddings:
        """Encode as the protocol says; equal texts once."""
        check_texts(documents)
        texts = list(dict.fromkeys(document.text for document in documents))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        done = 0
        for part in _slices(texts):
            vectors[done : done + len(part)] = self._encode_texts(part, self.prompt(role))
            done += len(part)
            on_progress(done * len(documents) // len(texts), len(documents))
        rows = {text: row for row, text in enumerate(texts)}
        chosen = [rows[document.text] for document in documents]
        return Embeddings(tuple(document.id for document in documents), vectors[chosen], self.fingerprint)

    def _encode_texts(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        cut = [self._windower.cut(prompt, text) for text in texts]
        windows = [window for part in cut for window in part]
        vectors = self._encode_windows(windows)
        weights = np.array([window.new for window in windows], dtype=np.float32)[:, None]
        starts = np.cumsum([0, *(len(part) for part in cut[:-1])])
        return unit_rows(np.add.reduceat(vectors * weights, starts, axis=0), self.fingerprint)

    def _encode_windows(self, windows: Sequence[Window]) -> NDArray[np.float32]:
        vectors = np.empty((len(windows), self.dimension), dtype=np.float32)
        for positions in batches(windows):
            batch = stack([windows[position] for position in positions], self._facts.pad_id, self._facts.limit)
            vectors[positions] = self._tokens.encode(*batch)
        return unit_rows(vectors, self.fingerprint)


def _slices(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    start = size = 0
    for position, text in enumerate(texts):
        if size and size + len(text) > _SLICE:
            yield texts[start:position]
            start, size = position, 0
        size += len(text)
    if start < len(texts):
        yield texts[start:]
