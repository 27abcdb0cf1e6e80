"""One name to one encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from jobfit.encoders.base import Encoder
from jobfit.encoders.batches import TokenEncoder
from jobfit.encoders.cache import CachedEncoder
from jobfit.encoders.folder import MINILM, find_model
from jobfit.encoders.hashing import HashingEncoder
from jobfit.encoders.module import LoadedModel, load_model
from jobfit.encoders.openvino_backend import OpenVinoTokenEncoder
from jobfit.encoders.torch_backend import Precision, TorchTokenEncoder
from jobfit.encoders.transformer import TransformerEncoder
from jobfit.encoders.windows import Chunking, LongText
from jobfit.errors import MissingExtraError, ModelError

Backend = Literal["auto", "openvino", "torch"]
_OVERLAP = 32  # tokens; docs/decisions/0002


def load_encoder(
    name: str = MINILM,
    *,
    cache: Path | None = None,
    backend: Backend = "auto",
    precision: Precision = "auto",
    max_tokens: int | None = None,
    long_text: LongText = "chunk",
) -> Encoder:
    """Return the encoder called ``name``.

    name:       ``all-MiniLM-L6-v2`` (offline), ``hashing`` (no model), a folder of a sentence-transformers model, or
                a model's name on the hub.
    cache:      a file in which vectors are kept; a text that is unchanged is never encoded twice.
    backend:    ``openvino``, ``torch``, or ``auto``: a GPU through torch where there is one, else OpenVINO, else torch.
    precision:  ``bf16``, ``f32``, or ``auto``: bf16 where the processor has instructions for it.
    max_tokens: the window; the model's own where ``None``.
    long_text:  ``chunk``, or ``truncate`` to read the first window only.

    Raises:
        ModelError: the model cannot be found, loaded or trusted, or the window is longer than it can read.

    >>> load_encoder("hashing").dimension
    1024
    """
    encoder: Encoder
    if name == "hashing":
        encoder = HashingEncoder()
    else:
        folder = find_model(name)
        model = load_model(folder)
        chunking = _chunking(folder.name, model, max_tokens, long_text)
        encoder = TransformerEncoder(folder, model, _token_encoder(model, backend, precision), chunking)
    return encoder if cache is None else CachedEncoder(encoder, cache)


def _chunking(name: str, model: LoadedModel, max_tokens: int | None, long_text: LongText) -> Chunking:
    window = model.max_tokens if max_tokens is None else max_tokens
    if window > model.limit:
        raise ModelError(f"{name} reads at most {model.limit} tokens at a time; max_tokens is {window}")
    return Chunking(window, min(_OVERLAP, window // 4), long_text)


def _token_encoder(model: LoadedModel, backend: Backend, precision: Precision) -> TokenEncoder:
    """Return the runtime asked for, or the fastest that computes this model."""
    if backend not in ("auto", "openvino", "torch"):
        raise ModelError(f"unknown backend {backend!r}; choose auto, openvino or torch")
    device = _device()
    if backend == "openvino" or (backend == "auto" and device == "cpu"):
        try:
            return OpenVinoTokenEncoder(model.module, model.tokenizer.get_vocab_size(), precision)
        except (ModelError, MissingExtraError):
            if backend == "openvino":
                raise
    return TorchTokenEncoder(model.module, precision, device)


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
