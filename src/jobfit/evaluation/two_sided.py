"""Tables of pairs with the chances of both sides, as `jobfit truth` prints them and experts can write them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jobfit.artifacts import csv_rows
from jobfit.errors import InputError

Floats = NDArray[np.float64]
COLUMNS = ("candidate_id", "vacancy_id", "applies", "accepted")


@dataclass(frozen=True, slots=True, eq=False)
class TwoSidedPairs:
    """Pairs (row of a candidate, column of a vacancy), each (p,), with ``applies`` and ``accepted`` (p,) from 0 to 1.

    applies:  the chance that the candidate applies once the vacancy is seen.
    accepted: the chance that the employer accepts, given an application.
    others:   further columns by name, as numbers; nan where a cell is empty, which is *unknown*.
    """

    candidates: tuple[str, ...]
    vacancies: tuple[str, ...]
    row: NDArray[np.intp]
    column: NDArray[np.intp]
    applies: Floats
    accepted: Floats
    others: dict[str, Floats]

    def table(self, values: Floats) -> Floats:
        """Return values (p,) as a table (candidates, vacancies); a pair that is not there has 0."""
        whole = np.zeros((len(self.candidates), len(self.vacancies)))
        whole[self.row, self.column] = values
        return whole


def read_two_sided(path: Path, others: tuple[str, ...] = ()) -> TwoSidedPairs:
    """Read the CSV columns ``candidate_id``, ``vacancy_id``, ``applies``, ``accepted``, and ``others``.

    Raises:
        InputError: the file cannot be read, is empty, lacks a column, holds a pair twice, an empty id, or a chance that
            is not a number from 0 to 1. The message names the line.
    """
    people: dict[str, int] = {}
    openings: dict[str, int] = {}
    seen: dict[tuple[int, int], str] = {}
    chances: list[tuple[float, ...]] = []
    for place, cells in csv_rows(path, (*COLUMNS, *others)):
        candidate, vacancy = (cells[name].strip() for name in COLUMNS[:2])
        if not (candidate and vacancy):
            raise InputError(f"{place}: an id is empty")
        pair = people.setdefault(candidate, len(people)), openings.setdefault(vacancy, len(openings))
        if pair in seen:
            raise InputError(f"{place}: {candidate!r} with {vacancy!r} is there already, {seen[pair]}")
        seen[pair] = place
        values = tuple(_number(cells, name, place) for name in (*COLUMNS[2:], *others))
        if not all(0 <= chance <= 1 for chance in values[:2]):
            raise InputError(f"{place}: applies {cells['applies']!r}, accepted {cells['accepted']!r}: from 0 to 1")
        chances.append(values)
    if not seen:
        raise InputError(f"{path}: no pair")
    row, column = np.array(list(seen), dtype=np.intp).T
    applies, accepted, *more = np.array(chances).T
    return TwoSidedPairs(tuple(people), tuple(openings), row, column, applies, accepted, dict(zip(others, more)))


def _number(cells: dict[str, str], name: str, place: str) -> float:
    text = cells[name].strip()
    if not text and name not in COLUMNS:
        return float("nan")
    try:
        value = float(text)
        if "_" in text or not np.isfinite(value):
            raise ValueError
    except ValueError:
        raise InputError(f"{place}: {name} {text!r} is not a number") from None
    return value
