"""Protected attributes by candidate id.

They live in a file and a table of their own and are never part of a record. The architecture test names the only
packages that may import this module; documents, encoders, scorers and retrieval cannot reach it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Coded:
    """Groups as numbers: ``codes[candidate_id]`` is 0 … len(names) − 1; whoever is not in it is unknown."""

    names: tuple[str, ...]
    codes: Mapping[str, int]


def coded(groups: Groups, attributes: Sequence[str], candidates: Iterable[str]) -> Coded:
    """Number the groups of one attribute, or the intersections of several, in the order of their names.

    A candidate who is not in the file, or whose value of any of the attributes is *undeclared*, gets no code: unknown.

    Raises:
        InputError: no attribute is named, or none of the candidates is in the file.

    >>> coded(Groups({"c1": {"sex": "f", "age": "50+"}, "c2": {"sex": "m"}}), ["sex", "age"], ["c1", "c2", "c3"])
    Coded(names=('f, 50+',), codes={'c1': 0})
    """
    if not attributes:
        raise InputError("name the attributes whose groups are to be compared")
    people = sorted(set(candidates))
    if not any(i in groups.values for i in people):
        raise InputError(
            f"none of the {len(people)} candidates is in the file of groups: do their ids belong together?"
        )
    values = {i: tuple(groups.of(i, name) for name in attributes) for i in people}
    declared = {i: ", ".join(value) for i, value in values.items() if UNDECLARED not in value}
    names = tuple(sorted(set(declared.values())))
    return Coded(names, {i: names.index(name) for i, name in declared.items()})


def read_groups(path: Path) -> Groups:
    """Read a CSV file with a ``candidate_id`` column, each once, and one column per attribute."""
    values: dict[str, dict[str, str]] = {}
    for place, row in csv_rows(path, ["candidate_id"], short=True):
        candidate_id = row.pop("candidate_id")
        if candidate_id in values:
            raise InputError(f"{place}: the candidate_id stands in a row above already; each occurs once")
        values[candidate_id] = {name: value or UNDECLARED for name, value in row.items()}
    return Groups(values)
