"""How many pairs of the binary task are positive, and what follows from it for training."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Balance:
    """Positive (hired) and negative (rejected) pairs. Pairs that the binary task leaves out are in neither.

    >>> balance = Balance(positive=417, negative=34_720)
    >>> round(balance.pos_weight, 2), round(balance.prior_logit, 2)
    (83.26, -4.42)
    """

    positive: int
    negative: int

    @property
    def share(self) -> float:
        """Positive / all, in [0, 1]; NaN where there is no pair."""
        total = self.positive + self.negative
        return self.positive / total if total else math.nan

    @property
    def pos_weight(self) -> float:
        """Negative / positive: what a positive weighs in a cross-entropy of equal halves; NaN without a positive."""
        return self.negative / self.positive if self.positive else math.nan

    @property
    def prior_logit(self) -> float:
        """log(positive / negative): the bias of a model that knows nothing else; NaN where either is 0."""
        return math.log(self.positive / self.negative) if self.positive and self.negative else math.nan

    def as_json(self) -> dict[str, float | int | None]:
        """Return the counts and the three numbers, ``None`` where one is undefined."""
        numbers = {"share": self.share, "pos_weight": self.pos_weight, "prior_logit": self.prior_logit}
        defined = {name: None if math.isnan(value) else value for name, value in numbers.items()}
        return {"positive": self.positive, "negative": self.negative, **defined}
