"""Funnel: how many rows went in, what each step dropped and why, how many came out; and how many are positive."""

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
        return self.steps[-1].kept if self.steps else self.rows_in

    def as_json(self) -> dict[str, object]:
        steps = [{"step": step.name, "dropped": dict(step.dropped), "kept": step.kept} for step in self.steps]
        return {"name": self.name, "rows_in": self.rows_in, "steps": steps, "rows_out": self.rows_out}


def balance(positive: int, negative: int) -> dict[str, float | int | None]:
    """Return what a loss needs to weigh hired (positive) and rejected (negative) pairs; ``None`` where undefined.

    ``share`` is positive / all; ``pos_weight`` negative / positive: what a positive weighs in a cross-entropy of equal
    halves; ``prior_logit`` log(positive / negative): the bias of a model that knows nothing else.

    >>> found = balance(417, 34_720)
    >>> round(found["pos_weight"], 2), round(found["prior_logit"], 2)
    (83.26, -4.42)
    """
    total = positive + negative
    return {
        "positive": positive,
        "negative": negative,
        "share": positive / total if total else None,
        "pos_weight": negative / positive if positive else None,
        "prior_logit": math.log(positive / negative) if positive and negative else None,
    }
