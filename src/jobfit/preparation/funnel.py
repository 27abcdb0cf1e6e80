"""Funnel: how many rows went in, what each step dropped and why, how many came out. It always adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobfit.errors import InputError

KEPT, NOTHING = "kept", "nothing"


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
        """Check every step."""
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

    def lines(self) -> list[tuple[str, str, int]]:
        """Return (step, reason, rows): rows in, each reason with its negative count (or *nothing*), what was kept."""
        found = [("rows in", "", self.rows_in)]
        for step in self.steps:
            found += [(step.name, reason, -count) for reason, count in step.dropped.items()] or [
                (step.name, NOTHING, 0)
            ]
            found.append((step.name, KEPT, step.kept))
        return found

    def as_json(self) -> dict[str, object]:
        """Return the counts with stable keys."""
        steps = [{"step": step.name, "dropped": dict(step.dropped), "kept": step.kept} for step in self.steps]
        return {"name": self.name, "rows_in": self.rows_in, "steps": steps, "rows_out": self.rows_out}
