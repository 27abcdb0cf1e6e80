"""Protected attributes by candidate id.

They live in a file and a table of their own and are never part of a record. The architecture test names the only
packages that may import this module; documents, encoders, scorers and retrieval cannot reach it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobfit.artifacts import csv_rows
from jobfit.errors import InputError

UNDECLARED = "undeclared"


@dataclass(frozen=True, slots=True)
class Groups:
    """``values[candidate_id][attribute]``, e.g. ``{"c1": {"sex": "female"}}``. Empty text reads as *undeclared*."""

    values: Mapping[str, Mapping[str, str]]

    def of(self, candidate_id: str, attribute: str) -> str:
        return self.values.get(candidate_id, {}).get(attribute) or UNDECLARED


def read_groups(path: Path) -> Groups:
    """Read a CSV file with a ``candidate_id`` column, each once, and one column per attribute."""
    values: dict[str, dict[str, str]] = {}
    for place, row in csv_rows(path, ["candidate_id"], short=True):
        candidate_id = row.pop("candidate_id")
        if candidate_id in values:
            raise InputError(f"{place}: candidate {candidate_id!r} occurs twice")
        values[candidate_id] = {name: value or UNDECLARED for name, value in row.items()}
    return Groups(values)
