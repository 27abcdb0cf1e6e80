"""Published figures, read from data files, each table with its source. They are of other data and never tested on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any


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
    return {table.pop("name"): _table(**table) for table in tomllib.loads(text)["table"]}


def _table(
    title: str, source: str, columns: list[str], lines: list[dict[str, Any]], verified: bool = True
) -> Published:
    unknown = [None] * len(columns)
    read = (Line(**{**line, "values": tuple(line["values"] or unknown)}) for line in lines)
    return Published(title, source, tuple(columns), tuple(read), verified)
