"""The report of an experiment: our rows with intervals, the published ones beside them, and which claims held.

Published figures are read from data files, each table with its source. They are of other data and never tested on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from jobfit.artifacts import write_atomic, write_json
from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.rows import Row, Verdict, counted, estimate

DIFFERENT = "The published figures are of other data, encoders and budgets than ours: compare directions, not values."
NOT_MEASURED = "not measured"
Cell = Estimate | str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of theirs: its ``name`` there, ``values`` in the order of the columns (``None``: not known to us).

    Our row ``key`` stands next to it, or ``missing`` says why there is none and never will be.
    """

    name: str
    values: tuple[float | None, ...]
    key: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """One table. ``source`` says where it stands; ``verified`` is false where only secondary sources could be read."""

    title: str
    source: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    verified: bool = True

    def of(self, name: str) -> tuple[float | None, ...]:
        """Return the values of the row that is ``name`` there or has our key ``name``."""
        return next(line.values for line in self.lines if name in (line.name, line.key))


def read_published(paper: str) -> dict[str, Published]:
    """Return the tables of ``<paper>.toml`` by their names there, in order.

    >>> read_published("rankpo")["curriculum"].of("combined")
    (0.706,)
    """
    text = (resources.files("jobfit.experiments") / f"{paper}.toml").read_text(encoding="utf-8")
    tables = {}
    for table in tomllib.loads(text)["table"]:
        name, columns, lines = table.pop("name"), tuple(table.pop("columns")), table.pop("lines")
        read = (Line(**{**line, "values": tuple(line["values"] or [None] * len(columns))}) for line in lines)
        tables[name] = Published(columns=columns, lines=tuple(read), **table)
    return tables


@dataclass(frozen=True, slots=True)
class Table:
    """``said`` stands above it; each of ``rows`` is a label and its cells in the order of ``columns``."""

    title: str
    said: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    def markdown(self) -> list[str]:
        """Return the lines of the table below its title and its sentence; without rows, these two alone."""
        lines = [f"## {self.title}", "", self.said]
        if self.rows:
            lines += ["", *grid(self.columns, [(label, [*map(shown, cells)]) for label, cells in self.rows])]
        return lines

    def as_json(self) -> dict[str, Any]:
        rows = []
        for label, cells in self.rows:
            plain = (cell if isinstance(cell, str) else asdict(cell) for cell in cells)
            rows.append({"row": label, "cells": dict(zip(self.columns, plain, strict=True))})
        return {"title": self.title, "said": self.said, "rows": rows}


def grid(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], first: str = "row") -> list[str]:
    """Return the lines of a Markdown table with a label in front of each row.

    >>> grid(["n"], [("a", ["1"])])
    ['| row | n |', '| --- | --- |', '| a | 1 |']
    """
    ruled = "| --- |" + " --- |" * len(columns)
    return [f"| {' | '.join([first, *columns])} |", ruled, *(f"| {' | '.join([label, *c])} |" for label, c in rows)]


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


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is printed and written.

    scale:    what was cut down, in a sentence; empty for the full experiment.
    families: verdicts by the family that they are judged in, each with Holm's correction over that family alone.
    tables:   of ours, besides the ranking.
    plots:    SVG by file name.
    """

    title: str
    source: str
    scale: str
    rows: Sequence[Row]
    published: Sequence[Published]
    verdicts: Sequence[Verdict]
    families: Mapping[str, Sequence[Verdict]] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    plots: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(column for row in self.rows for column in row.columns))

    def markdown(self) -> str:
        seeds = sorted({seed for row in self.rows for seed in row.seeds})
        spread = "seeds and queries drawn again" if len(seeds) > 1 else "one seed: queries alone are drawn again"
        lines = [f"# {self.title}", "", self.source, ""]
        if self.scale:
            lines += [f"**Cut down:** {self.scale}", ""]
        lines += [f"Seeds: {', '.join(map(str, seeds))}. Intervals: 95 %, {spread}.", ""]
        ours = [
            (row.label, [shown(estimate(row, c)) if c in row.columns else "" for c in self.columns])
            for row in self.rows
        ]
        lines += [*grid(self.columns, ours), "", "## What held and what did not", "", self._rule(), ""]
        lines += [*(f"- {one.sentence}" for one in self.verdicts), ""]
        for family, verdicts in self.families.items():
            said = "Judged apart: Holm's correction is over these claims alone, and they change no verdict above."
            lines += [f"### {family}", "", said, "", *(f"- {one.sentence}" for one in verdicts), ""]
        lines += [f"![{name}]({name})\n" for name in self.plots]
        for table in self.tables:
            lines += [*table.markdown(), ""]
        if self.published:
            lines += ["## Published figures (different data)", "", DIFFERENT, ""]
        for published in self.published:
            lines += [*self._theirs(published), ""]
        if self.notes:
            lines += ["## Notes", "", *(f"- {note}" for note in self.notes), ""]
        return "\n".join(lines)

    def _rule(self) -> str:
        return (
            "A claim is *held* where the paired difference is above 0 in a column and below in none (95 % interval, "
            "and p < 0.05 after Holm's correction), *reversed* the other way round, *mixed* where columns contradict "
            "each other, else *not shown*: " + ", ".join(f"{n} {word}" for word, n in counted(self.verdicts).items())
        ) + "."

    def _theirs(self, table: Published) -> list[str]:
        ours = {row.key: row for row in self.rows}
        there = any(line.key or line.missing for line in table.lines)
        head = [*table.columns, *([f"ours: {column}" for column in self.columns] if there else [])]
        said = "" if table.verified else " *Not checked against the paper itself.*"
        rows = []
        for line in table.lines:
            cells = ["?" if value is None else f"{value:g}" for value in line.values]
            if there and line.key in ours:
                row = ours[line.key]
                cells += [f"{estimate(row, c).mean or 0:.3f}" if c in row.columns else "" for c in self.columns]
            elif there:
                cells += [line.missing or NOT_MEASURED] * len(self.columns)
            rows.append((line.name, cells))
        return [f"### {table.title}", "", f"{table.source}.{said}", "", *grid(head, rows)]

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "source": self.source,
            "scale": self.scale,
            "rows": [_row_json(row) for row in self.rows],
            "verdicts": [asdict(one) for one in self.verdicts],
            "verdict_counts": dict(counted(self.verdicts)),
            "judged_apart": {family: [asdict(one) for one in verdicts] for family, verdicts in self.families.items()},
            "measured": [table.as_json() for table in self.tables],
            "published": [{**asdict(table), "label": "different data"} for table in self.published],
            "notes": list(self.notes),
        }

    def write(self, folder: Path) -> None:
        write_atomic(folder / "report.md", self.markdown())
        write_json(folder / "report.json", self.as_json(), indent=1)
        for name, svg in self.plots.items():
            write_atomic(folder / name, svg)


def _row_json(row: Row) -> dict[str, Any]:
    columns = {column: asdict(estimate(row, column)) for column in row.columns}
    by_seed = {
        seed: {column: estimate(Row(row.key, row.label, {seed: row.by_seed[seed]}), column).mean for column in columns}
        for seed in row.seeds
    }
    return {"key": row.key, "label": row.label, "columns": columns, "mean_by_seed": by_seed}
