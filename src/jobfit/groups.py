"""Protected attributes by candidate id.

They live in a file and a table of their own and are never part of a record. The architecture test names the only
packages that may import this module; documents, encoders, scorers and retrieval cannot reach it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobfit.errors import InputError

UNDECLARED = "undeclared"


@dataclass(frozen=True, slots=True)
class Groups:
    """``values[candidate_id][attribute]``, e.g. ``{"c1": {"sex": "female"}}``. Empty text reads as *undeclared*."""

    values: Mapping[str, Mapping[str, str]]

    def of(self, candidate_id: str, attribute: str) -> str:
        """Return the value that a candidate declared, or ``"undeclared"``."""
        return self.values.get(candidate_id, {}).get(attribute) or UNDECLARED


def read_groups(path: Path) -> Groups:
    """Read a CSV file with a ``candidate_id`` column and one column per attribute.

    Raises:
        InputError: the file cannot be read, the column is missing, or a candidate occurs twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as CSV: {error}") from error
    with io.StringIO(text, newline="") as file:
        reader = csv.DictReader(file)
        if "candidate_id" not in (reader.fieldnames or []):
            raise InputError(f"{path}: no column 'candidate_id' (there are: {', '.join(reader.fieldnames or [])})")
        values: dict[str, dict[str, str]] = {}
        for number, row in enumerate(reader, start=2):
            candidate_id = row.pop("candidate_id")
            if None in row:
                raise InputError(f"{path}, line {number}: more cells than the header has columns")
            if candidate_id in values:
                raise InputError(f"{path}, line {number}: candidate {candidate_id!r} occurs twice")
            values[candidate_id] = {name: value or UNDECLARED for name, value in row.items()}
    return Groups(values)
