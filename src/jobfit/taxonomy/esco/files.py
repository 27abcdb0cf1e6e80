"""The files of an ESCO download by their names, old and new, and their rows, each accounted for.

Concept files carry their language (``occupations_en.csv``). Relation files hold URIs, so older releases name them
without one (``occupationSkillRelations.csv``) and newer ones with it (``occupationSkillRelations_en.csv``). A *joined*
file holds the labels of several languages side by side (``esco_occupations_en_fr.csv`` with ``preferredLabel_en``,
``preferredLabel_fr``).
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jobfit.artifacts import open_text, sha256_of
from jobfit.errors import InputError

CONCEPTS = ("occupations", "skills", "ISCOGroups", "skillGroups")
RELATIONS = (
    "occupationSkillRelations",
    "skillSkillRelations",
    "broaderRelationsOccPillar",
    "broaderRelationsSkillPillar",
)
TRANSVERSAL = "transversalSkillsCollection"
_NEEDED = ("occupations", "skills", "occupationSkillRelations")
_WITHOUT = {
    "ISCOGroups": "the occupations have no ISCO groups above them",
    "skillGroups": "the skills have no groups above them",
    "skillSkillRelations": "no skill needs another one",
    "broaderRelationsOccPillar": "the occupations have no hierarchy",
    "broaderRelationsSkillPillar": "the skills have no hierarchy",
}

_BY_LOWER = {name.lower(): name for name in (*CONCEPTS, *RELATIONS, TRANSVERSAL)}
_FILE = re.compile(rf"(?:esco_)?(?P<table>{'|'.join(_BY_LOWER)})(?P<languages>(?:_[a-z]{{2}})*)\.csv\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EscoFile:
    """A file of a known ``table``; ``languages`` are those in its name, in its order (none, one, or several)."""

    path: Path
    table: str
    languages: tuple[str, ...]

    @property
    def joined(self) -> bool:
        return len(self.languages) > 1


def find_files(folder: Path) -> tuple[dict[str, list[EscoFile]], list[str]]:
    """Return the files to read in ``folder`` (not below it), and a note on each that is missing or is not read.

    Files are by table, with every table there: English first, then by language, joined ones last.

    Raises:
        InputError: there is no such folder, or the occupations, the skills or the relations between them are missing.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; give the folder of ESCO's CSV files")
    paths = sorted(folder.iterdir())
    files = [file for path in paths if (file := _known(path))]
    files.sort(key=lambda file: (file.joined, file.languages not in (("en",), ()), file.languages))
    tables: dict[str, list[EscoFile]] = {table: [] for table in _BY_LOWER.values()}
    notes: list[str] = []
    for file in files:
        if tables[file.table] and file.table not in CONCEPTS:  # in every language it holds the same URIs
            notes.append(f"{file.path.name}: not read, the same relations as {tables[file.table][0].path.name}")
        else:
            tables[file.table].append(file)
    if missing := [table for table in _NEEDED if not tables[table]]:
        wanted = ", ".join(f"{table}_<language>.csv" for table in missing)
        raise InputError(f"{folder}: no {wanted}. Unpack the ESCO download 'classification, csv' there")
    known = {file.path for file in files}
    notes += [
        f"{path.name}: not read, not a file that is needed"
        for path in paths
        if path.suffix.lower() == ".csv" and path not in known
    ]
    notes += [f"{table}: no such file, so {effect}" for table, effect in _WITHOUT.items() if not tables[table]]
    return tables, notes


def _known(path: Path) -> EscoFile | None:
    match = _FILE.match(path.name)
    if match is None or not path.is_file():
        return None
    table = _BY_LOWER[match["table"].lower()]
    languages = tuple(match["languages"].lower().split("_")[1:])
    if table in CONCEPTS and not languages:
        return None  # labels of no known language
    return EscoFile(path, table, languages)


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
    """Counts the rows of one file while it is read; those that are dropped are left out for a reason."""

    path: Path
    rows: int = 0
    _counts: Counter[str] = field(default_factory=Counter)
    _examples: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def drop(self, reason: str, value: str) -> None:
        self._counts[reason] += 1
        if self._counts[reason] <= EXAMPLES:
            self._examples[reason].append(f"row {self.rows}: {value[:120]}")

    def done(self) -> FileCount:
        left_out = tuple(LeftOut(reason, n, tuple(self._examples[reason])) for reason, n in self._counts.items())
        kept = self.rows - sum(self._counts.values())
        return FileCount(self.path.name, sha256_of(self.path), self.rows, kept, left_out)


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
            continue  # a blank line is not a row
        tally.rows += 1
        if len(cells) != len(header):
            tally.drop("another number of cells than the header", ",".join(cells))
            continue
        yield tuple([cells[place].strip() if place >= 0 else "" for place in places])


def _cells(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the header, then the rows; the first item exists or an error says that the file is empty."""
    records = 0
    try:
        with open_text(path) as file:
            for cells in csv.reader(file, strict=True):
                records += 1
                yield tuple(cells)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        where = f"after row {records - 1}" if records else "at its beginning"
        raise InputError(f"{path}, {where}: {error}. Is it a whole UTF-8 CSV file of ESCO?") from error
    if not records:
        raise InputError(f"{path} is empty; download it again")
