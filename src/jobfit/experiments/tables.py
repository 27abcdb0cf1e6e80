"""A table of a report whose cells are estimates or words, such as ``not measured``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jobfit.evaluation.statistics import Estimate

NOT_MEASURED = "not measured"
Cell = Estimate | str


@dataclass(frozen=True, slots=True)
class Table:
    """``said`` stands above it; each of ``rows`` is a label and its cells in the order of ``columns``."""

    title: str
    said: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    def markdown(self) -> list[str]:
        """Return the lines of the table below its title and its sentence; without rows, these two alone."""
        head = [f"## {self.title}", "", self.said]
        if not self.rows:
            return head
        lines = [f"| {label} | {' | '.join(map(shown, cells))} |" for label, cells in self.rows]
        ruled = "| --- |" + " --- |" * len(self.columns)
        return [*head, "", f"| row | {' | '.join(self.columns)} |", ruled, *lines]

    def as_json(self) -> dict[str, Any]:
        """Return the same with stable keys; a cell is an estimate or words."""
        rows = [
            {"row": label, "cells": {name: _json(cell) for name, cell in zip(self.columns, cells, strict=True)}}
            for label, cells in self.rows
        ]
        return {"title": self.title, "said": self.said, "rows": rows}


def shown(cell: Cell) -> str:
    """Return a cell as a report shows it.

    >>> shown(Estimate(0.5, 0.4, 0.6, 12)), shown(Estimate(None, None, None, 0)), shown("not measured")
    ('0.500 (0.400-0.600)', 'undefined', 'not measured')
    """
    if isinstance(cell, str):
        return cell
    if cell.mean is None:
        return "undefined"
    if cell.low is None or cell.high is None:
        return f"{cell.mean:.3f}"
    return f"{cell.mean:.3f} ({cell.low:.3f}{' to ' if cell.low < 0 else '-'}{cell.high:.3f})"


def absent(columns: Sequence[str], word: str = NOT_MEASURED) -> tuple[Cell, ...]:
    """Return the cells of a row that there are no numbers for."""
    return (word,) * len(columns)


def _json(cell: Cell) -> Any:
    return cell if isinstance(cell, str) else asdict(cell)
