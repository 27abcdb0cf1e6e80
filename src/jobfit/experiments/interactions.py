"""Data of one's own for MUSE and LGIR: CVs, vacancies, and who looked at what or applied for it, and when.

A folder with ``cvs`` and ``vacancies`` (whatever ``jobfit match`` reads) and ``interactions.csv`` with the columns
``candidate_id, vacancy_id, time`` (ISO 8601). What an interaction is (a view, a click, an application) the data do not
say: it is interest, not suitability.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from jobfit.artifacts import read_text
from jobfit.documents.render import render
from jobfit.errors import InputError, Rejection
from jobfit.reading import read_records
from jobfit.records import Candidate, Kind, Vacancy

COLUMNS = ("candidate_id", "vacancy_id", "time")


@dataclass(frozen=True, slots=True)
class Log:
    """Records and masked texts by id, of the people who interacted and of all vacancies; ``pairs`` of ids in the order
    of time, each once, at its first. ``source`` says it in a sentence; ``today`` is the day of the last interaction.
    """

    source: str
    people: Mapping[str, Candidate]
    openings: Mapping[str, Vacancy]
    pairs: tuple[tuple[str, str], ...]
    today: date

    @property
    def texts(self) -> tuple[dict[str, str], dict[str, str]]:
        """The masked texts of both sides."""
        people, openings = ({i: render(one).text for i, one in side.items()} for side in (self.people, self.openings))
        return people, openings


def read_log(folder: Path) -> Log:
    """Read the folder. What is no record is left out and counted in the source, and so are interactions with it.

    Raises:
        InputError: a part or a column is missing, a time is none, or no interaction is left.
    """
    for name in ("cvs", "vacancies", "interactions.csv"):
        if not (folder / name).exists():
            raise InputError(
                f"{folder} holds no {name}: cvs, vacancies and interactions.csv ({', '.join(COLUMNS)}) are needed"
            )
    rejects: list[Rejection] = []
    people = {one.id: one for one in read_records(folder / "cvs", Kind.CANDIDATE, rejects=rejects, guess=False)}
    openings = {one.id: one for one in read_records(folder / "vacancies", Kind.VACANCY, rejects=rejects, guess=False)}
    timed = _in_time(folder / "interactions.csv")
    known = [(c, v) for _, c, v in timed if c in people and v in openings]
    if not known:
        first = f"; {rejects[0].file} was not: {rejects[0].reason}" if rejects else ""
        raise InputError(
            f"{folder}: interactions.csv has {len(timed):,} rows, and none is of a CV and a vacancy that were read "
            f"(CVs read: {len(people):,}, vacancies: {len(openings):,}{first})"
        )
    pairs = tuple(dict.fromkeys(known))
    asked = {c for c, _ in pairs}
    source = (
        f"{folder.name}: {len(pairs):,} interactions of {len(asked):,} people with {len({v for _, v in pairs}):,} of "
        f"{len(openings):,} vacancies, each counted once"
    )
    left_out = {
        f"{len(rejects):,} records": len(rejects),
        f"{len(timed) - len(known):,} interactions": len(timed) - len(known),
    }
    if said := [what for what, count in left_out.items() if count]:
        source += f" (left out, for want of a text: {' and '.join(said)})"
    return Log(
        source, {i: one for i, one in people.items() if i in asked and isinstance(one, Candidate)},
        {i: one for i, one in openings.items() if isinstance(one, Vacancy)}, pairs, max(timed)[0].date(),
    )  # fmt: skip


def _in_time(path: Path) -> list[tuple[datetime, str, str]]:
    table = csv.DictReader(io.StringIO(read_text(path)))
    if lacking := [name for name in COLUMNS if name not in (table.fieldnames or ())]:
        raise InputError(f"{path}: the column {lacking[0]!r} is missing; {', '.join(COLUMNS)} are needed")
    rows = []
    for number, row in enumerate(table, start=1):
        try:
            time = datetime.fromisoformat(row["time"] or "")
        except ValueError:
            raise InputError(f"{path}, row {number}: {row['time']!r} is no time (ISO 8601 is expected)") from None
        rows.append(
            (time.replace(tzinfo=None) - (time.utcoffset() or timedelta()), row["candidate_id"], row["vacancy_id"])
        )
    return sorted(rows, key=lambda row: row[0])
