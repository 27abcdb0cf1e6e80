"""The report of a recipe: our rows with intervals, the published ones beside them as what they are, and what held."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jobfit.experiments.claims import Verdict, counted
from jobfit.experiments.published import Published
from jobfit.experiments.rows import Row, estimate
from jobfit.experiments.tables import NOT_MEASURED, Table, shown
from jobfit.training.loop.checkpoint import write_atomically

DIFFERENT = "The published figures are of other data, encoders and budgets than ours: compare directions, not values."


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is printed and written.

    scale:    what was cut down, in a sentence; empty for the full recipe.
    notes:    further sentences: who judged, what wrote the hypothetical resumes, which rows are missing and why.
    plots:    SVG by file name.
    measured: tables of ours beside the ranking.
    apart:    verdicts by the family that they are judged in, each with Holm's correction over that family alone.
    """

    title: str
    source: str
    scale: str
    rows: Sequence[Row]
    tables: Sequence[Published]
    verdicts: Sequence[Verdict]
    notes: Sequence[str] = ()
    plots: Mapping[str, str] = field(default_factory=dict)
    measured: Sequence[Table] = ()
    apart: Mapping[str, Sequence[Verdict]] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of any row, in order."""
        return tuple(dict.fromkeys(column for row in self.rows for column in row.columns))

    def markdown(self) -> str:
        """Return the report for people."""
        seeds = sorted({seed for row in self.rows for seed in row.seeds})
        spread = "seeds and queries drawn again" if len(seeds) > 1 else "one seed: queries alone are drawn again"
        lines = [f"# {self.title}", "", self.source, ""]
        if self.scale:
            lines += [f"**Cut down:** {self.scale}", ""]
        lines += [f"Seeds: {', '.join(map(str, seeds))}. Intervals: 95 %, {spread}.", ""]
        lines += [*self._ours(), "", "## What held and what did not", ""]
        found = counted(self.verdicts)
        lines += [
            "A claim is *held* where the paired difference is above 0 in a column and below in none (95 % interval, "
            "and p < 0.05 after Holm's correction), *reversed* the other way round, *mixed* where columns contradict "
            "each other, else *not shown*: " + ", ".join(f"{n} {word}" for word, n in found.items()) + ".",
            "",
            *(f"- {one.sentence}" for one in self.verdicts),
            "",
        ]
        for family, verdicts in self.apart.items():
            said = "Judged apart: Holm's correction is over these claims alone, and they change no verdict above."
            lines += [f"### {family}", "", said, "", *(f"- {one.sentence}" for one in verdicts), ""]
        lines += [f"![{name}]({name})\n" for name in self.plots]
        for measured in self.measured:
            lines += [*measured.markdown(), ""]
        lines += ["## Published figures (different data)", "", DIFFERENT, ""]
        for table in self.tables:
            lines += [*self._theirs(table), ""]
        if self.notes:
            lines += ["## Notes", "", *(f"- {note}" for note in self.notes), ""]
        return "\n".join(lines)

    def _ours(self) -> list[str]:
        lines = [f"| row | {' | '.join(self.columns)} |", "| --- |" + " --- |" * len(self.columns)]
        for row in self.rows:
            cells = [shown(estimate(row, column)) if column in row.columns else "" for column in self.columns]
            lines.append(f"| {row.label} | {' | '.join(cells)} |")
        return lines

    def _theirs(self, table: Published) -> list[str]:
        """One published table; where it has rows of ours, the means of our columns or why there are none."""
        ours = {row.key: row for row in self.rows}
        there = any(line.key or line.missing for line in table.lines)
        head = [*table.columns, *([f"ours: {column}" for column in self.columns] if there else [])]
        said = "" if table.verified else " *Not checked against the paper itself.*"
        lines = [f"### {table.title}", "", f"{table.source}.{said}", "", f"| row | {' | '.join(head)} |"]
        lines.append("| --- |" + " --- |" * len(head))
        for line in table.lines:
            cells = ["?" if value is None else f"{value:g}" for value in line.values]
            if there:
                cells += _beside(ours.get(line.key), self.columns, line.missing or NOT_MEASURED)
            lines.append(f"| {line.name} | {' | '.join(cells)} |")
        return lines

    def as_json(self) -> dict[str, Any]:
        """Return the same with stable keys, and the mean of every seed."""
        return {
            "title": self.title,
            "source": self.source,
            "scale": self.scale,
            "rows": [_row_json(row) for row in self.rows],
            "verdicts": [asdict(one) for one in self.verdicts],
            "verdict_counts": dict(counted(self.verdicts)),
            "judged_apart": {family: [asdict(one) for one in found] for family, found in self.apart.items()},
            "measured": [table.as_json() for table in self.measured],
            "published": [_published_json(table) for table in self.tables],
            "notes": list(self.notes),
        }

    def write(self, folder: Path) -> None:
        """Write ``report.md``, ``report.json`` and the plots."""
        write_atomically(folder / "report.md", self.markdown().encode())
        content = json.dumps(self.as_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        write_atomically(folder / "report.json", content.encode())
        for name, svg in self.plots.items():
            write_atomically(folder / name, svg.encode())


def _beside(row: Row | None, columns: Sequence[str], missing: str) -> list[str]:
    """Our means beside a published row; where we have none, ``missing`` says why."""
    if row is None:
        return [missing] * len(columns)
    return [f"{estimate(row, column).mean or 0:.3f}" if column in row.columns else "" for column in columns]


def _published_json(table: Published) -> dict[str, Any]:
    lines = [line._asdict() for line in table.lines]
    return {**asdict(table), "lines": lines, "label": "different data"}


def _row_json(row: Row) -> dict[str, Any]:
    columns = {column: asdict(estimate(row, column)) for column in row.columns}
    by_seed = {
        seed: {column: estimate(Row(row.key, row.label, {seed: row.by_seed[seed]}), column).mean for column in columns}
        for seed in row.seeds
    }
    return {"key": row.key, "label": row.label, "columns": columns, "mean_by_seed": by_seed}
