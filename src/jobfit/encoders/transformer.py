"""The encoder for sentence-transformers models: windows, batches, one vector per text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.encoders.base import OnProgress, Role, check_texts, no_progress, unit_rows
from jobfit.encoders.batches import TokenEncoder, batches, stack
from jobfit.encoders.folder import ModelFolder
from jobfit.encoders.model import ModelFacts
from jobfit.encoders.windows import Chunking, Window, Windower
from jobfit.records import Document

_SLICE = 500_000  # characters tokenised at a time: bounds the memory, and leaves enough texts to sort by length


class TransformerEncoder:
    """A sentence-transformers model behind the :class:`~jobfit.encoders.base.Encoder` protocol.

    A text that fits the model's window is encoded as sentence-transformers would. A longer one is cut into windows
    v_1..v_m that overlap; its vector is Σ n_i·v_i / |Σ n_i·v_i|, where n_i counts the tokens that window i is the
    first to hold (docs/decisions/0002 compares this with truncation and with other means).
    """

    def __init__(self, folder: ModelFolder, facts: ModelFacts, tokens: TokenEncoder, chunking: Chunking) -> None:
        """Encode with ``tokens``, which runs the model of these ``facts``, cutting texts as ``chunking`` says."""
        self._facts = facts
        self._tokens = tokens
        self._chunking = chunking
        self._windower = Windower(facts.tokenizer, chunking)
        settings = {
            "folder": folder.sha256,
            "precision": tokens.precision,
            "window": [chunking.max_tokens, chunking.overlap, chunking.long_text],
            "prompts": [facts.prompt("query"), facts.prompt("document")],
        }
        digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
        self._fingerprint = f"{folder.name}-{tokens.precision}-{chunking.max_tokens}-{digest[:16]}"

    @property
    def fingerprint(self) -> str:
        """Name, precision and window, then a digest over those, the model's files and its prompts."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._facts.dimension

    @property
    def chunking(self) -> Chunking:
        """How long texts are read."""
        return self._chunking

    def prompt(self, role: Role) -> str:
        """Return what the model puts before a text of this ``role``; empty for most."""
        return self._facts.prompt(role)

    def encode(self, documents: Sequence[Document], role: Role, *, on_progress: OnProgress = no_progress) -> Embeddings:
        """Encode n documents to unit rows (n, dimension) in the order given; equal texts are encoded once.

        ``on_progress`` is called with (documents done, documents in all), several times.

        Raises:
            InputError: a document has no text; the message names its id.
            ModelError: the model fails or gives something that is not a vector.
        """
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
        """Return the unit vectors (n, dimension) of n texts."""
        cut = [self._windower.cut(prompt, text) for text in texts]
        windows = [window for part in cut for window in part]
        vectors = self._encode_windows(windows)
        weights = np.array([window.new for window in windows], dtype=np.float32)[:, None]
        starts = np.cumsum([0, *(len(part) for part in cut[:-1])])
        return unit_rows(np.add.reduceat(vectors * weights, starts, axis=0), self.fingerprint)

    def _encode_windows(self, windows: Sequence[Window]) -> NDArray[np.float32]:
        """Return the unit vectors (n, dimension) of n windows, in their order."""
        vectors = np.empty((len(windows), self.dimension), dtype=np.float32)
        for positions in batches(windows):
            batch = stack([windows[position] for position in positions], self._facts.pad_id, self._facts.limit)
            vectors[positions] = self._tokens.encode(*batch)
        return unit_rows(vectors, self.fingerprint)


def _slices(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield consecutive texts, about half a million characters at a time."""
    start = size = 0
    for position, text in enumerate(texts):
        if size and size + len(text) > _SLICE:
            yield texts[start:position]
            start, size = position, 0
        size += len(text)
    if start < len(texts):
        yield texts[start:]
