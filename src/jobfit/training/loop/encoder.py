"""What the loop needs of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.training.tokens import Tokenised


class Encoder(Protocol):
    """Texts to unit vectors with a gradient; :class:`~jobfit.training.model.TrainableEncoder` is one."""

    name: str

    def tokenise(self, texts: Mapping[str, str]) -> Tokenised: ...  # noqa: D102
    def encode_tokens(self, tokens: Sequence[Any], *, recompute: bool = False) -> Tensor: ...  # noqa: D102
    def embed(self, tokens: Sequence[Any], bf16: bool = False) -> NDArray[Any]: ...  # noqa: D102
    def trained(self) -> dict[str, nn.Parameter]: ...  # noqa: D102
    def digest(self) -> str: ...  # noqa: D102
    def to(self, device: str) -> Any: ...  # noqa: D102
    def train(self, mode: bool = True) -> Any: ...  # noqa: D102
