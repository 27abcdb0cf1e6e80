"""Funnel: how many rows went in, what each step dropped and why, how many came out. Balance: how many are positive."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from jobfit.errors import InputError


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``dropped`` counts rows by the reason for which they were dropped, ``kept`` those that went on."""

    name: str
    dropped: Mapping[str, int]
    kept: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """What happened to the rows of one kind: ``rows_in`` = everything dropped + ``rows_out``.

    Raises:
        InputError: the counts of a step do not add up to those of the step before, or a count is negative.
    """

    name: str
    rows_in: int
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        left = self.rows_in
        for step in self.steps:
            if left != sum(step.dropped.values()) + step.kept or min(step.kept, *step.dropped.values(), 0) < 0:
                raise InputError(
                    f"{self.name}, {step.name}: {left} rows in, but {dict(step.dropped)} and {step.kept} kept"
                )
            left = step.kept

    @property
    def rows_out(self) -> int:
        """The rows that are left after the last step."""
        return self.steps[-1].kept if self.steps else self.rows_in

    @property
    def dropped(self) -> int:
        """All rows that some step dropped."""
        return self.rows_in - self.rows_out

    def as_json(self) -> dict[str, object]:
        """Return the counts with stable keys."""
        steps = [{"step": step.name, "dropped": dict(step.dropped), "kept": step.kept} for step in self.steps]
        return {"name": self.name, "rows_in": self.rows_in, "steps": steps, "rows_out": self.rows_out}


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
