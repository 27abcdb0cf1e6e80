"""Rows of an ESCO CSV file, its header checked, and a tally of what became of them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jobfit.errors import InputError

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many rows of a file were left out for one ``reason``, and up to three of them (row from 1: value)."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileCount:
    """What became of the rows of one file: ``rows`` = ``kept`` + the counts of ``left_out``."""

    file: str
    sha256: str
    rows: int
    kept: int
    left_out: tuple[LeftOut, ...]


@dataclass(slots=True)
class Tally:
    """Counts the rows of one file while it is read."""

    path: Path
    rows: int = 0
    _dropped: dict[str, list[str]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def drop(self, reason: str, value: str) -> None:
        """Count the present row as left out for ``reason``."""
        self._counts[reason] = self._counts.get(reason, 0) + 1
        examples = self._dropped.setdefault(reason, [])
        if len(examples) < EXAMPLES:
            examples.append(f"row {self.rows}: {value[:120]}")

    def done(self) -> FileCount:
        """Return the counts."""
        left_out = tuple(LeftOut(reason, n, tuple(self._dropped[reason])) for reason, n in self._counts.items())
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        return FileCount(self.path.name, digest, self.rows, self.rows - sum(self._counts.values()), left_out)


def read_header(path: Path) -> tuple[str, ...]:
    """Return the names of the columns; a byte order mark is not part of them.

    Raises:
        InputError: the file is empty, cannot be read or is not UTF-8.
    """
    return next(_cells(path))


def read_rows(path: Path, columns: Sequence[str], optional: Sequence[str], tally: Tally) -> Iterator[tuple[str, ...]]:
    """Yield the cells of ``columns`` and then of ``optional`` (empty where there is no such column) of every row.

    Other columns are passed over, so labels beside the URIs change nothing. A row with more or fewer cells than the
    header is counted in ``tally`` and left out.

    Raises:
        InputError: a column of ``columns`` is missing, the quoting is broken, or the file is not UTF-8.
    """
    rows = _cells(path)
    header = next(rows)
    missing = [name for name in columns if name not in header]
    if missing:
        raise InputError(f"{path}: no column {', '.join(missing)}; the header is: {', '.join(header)[:300]}")
    places = [header.index(name) if name in header else -1 for name in (*columns, *optional)]
    for cells in rows:
        if not cells:
            continue  # a blank line is no row
        tally.rows += 1
        if len(cells) != len(header):
            tally.drop("another number of cells than the header", ",".join(cells))
            continue
        yield tuple([cells[place].strip() if place >= 0 else "" for place in places])


def _cells(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the header, then the rows; the first item exists or an error says that the file is empty."""
    records = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for cells in csv.reader(file, strict=True):
                records += 1
                yield tuple(cells)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        where = f"after row {records - 1}" if records else "at its beginning"
        raise InputError(f"{path}, {where}: {error}. Is it a whole UTF-8 CSV file of ESCO?") from error
    if not records:
        raise InputError(f"{path} is empty; download it again")
