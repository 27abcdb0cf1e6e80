"""What the loop needs of a model, and the vectors of texts by a model as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.embeddings import Embeddings
from jobfit.training.loop.determinism import choose_bf16, choose_device, deterministic
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.tokens import Tokenised


class Encoder(Protocol):
    """What the objective's texts are turned into rows with a gradient by.

    :class:`~jobfit.training.model.TrainableEncoder` gives a unit vector for a text;
    :class:`~jobfit.training.cross_encoder.TrainableCrossEncoder` a score for two that it reads together.
    """

    name: str

    def tokenise(self, texts: Mapping[str, Any]) -> Tokenised: ...
    def encode_tokens(self, tokens: Sequence[Any], *, recompute: bool = False) -> Tensor: ...
    def embed(self, tokens: Sequence[Any], bf16: bool = False) -> NDArray[Any]: ...
    def trained(self) -> dict[str, nn.Parameter]: ...
    def digest(self) -> str: ...
    def to(self, device: str) -> Any: ...
    def train(self, mode: bool = True) -> Any: ...


@contextmanager
def as_the_loop_does(model: Encoder, loop: TrainSettings) -> Iterator[bool]:
    """Put the model on the loop's device and compute as the loop does; gives whether that is in bf16."""
    device = choose_device(loop.device)
    bf16 = choose_bf16(loop.precision, device)
    model.to(device)
    with deterministic(loop, bf16):
        yield bf16


def embed_texts(model: Encoder, texts: Mapping[str, str], loop: TrainSettings) -> Embeddings:
    """Return the vectors of texts by the model as it is now, on the loop's device and with its precision."""
    tokens = model.tokenise(texts).tokens
    with as_the_loop_does(model, loop) as bf16:
        vectors = model.embed([tokens[i] for i in texts], bf16)
    return Embeddings(tuple(texts), np.asarray(vectors, dtype=np.float32), f"{model.name} {model.digest()[:16]}")
