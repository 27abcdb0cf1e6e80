"""How good the encoder is on the validation set, while it trains: what the loop asks of a validator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from jobfit.evaluation.statistics import Estimate

Embed = Callable[[Sequence[str]], Any]
"""Keys of texts (n) to unit rows (n, d)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``score`` decides which weights are kept (larger is better); ``metrics`` hold each measure with its interval."""

    score: float
    metrics: Mapping[str, Estimate] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"score": self.score, "metrics": {name: asdict(value) for name, value in self.metrics.items()}}


class Validator(Protocol):
    """Anything that scores an encoder on validation data."""

    def texts(self) -> Mapping[str, str]:
        """Every text that will be embedded, by key."""
        ...

    def measure(self, embed: Embed) -> Measured:
        """Score the encoder behind ``embed``."""
        ...
