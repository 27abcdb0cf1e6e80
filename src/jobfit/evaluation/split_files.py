"""Tables of pairs in, parts with a manifest out: CSV or Parquet, every column kept as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jobfit.artifacts import make_empty, open_atomic, sha256_of, write_json
from jobfit.errors import InputError
from jobfit.evaluation.leakage import LeakageReport
from jobfit.evaluation.memoriser import Labelled
from jobfit.evaluation.splits import PARTS, PairKey, Split

FORMAT = "jobfit-split-1"
MANIFEST = "split.json"
DROPPED = "dropped"
DATES, LABELS = ("time", "date"), ("label", "binary", "grade")


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns that a split reads.

    ``date`` and ``label`` ``None``: the first of ``time``, ``date`` and of ``label``, ``binary``, ``grade`` (the last
    two are what ``jobfit prepare`` writes) that the table has, if it has any.
    """

    candidate: str = "candidate_id"
    vacancy: str = "vacancy_id"
    date: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class PairTable:
    """An Arrow table of pairs, read from ``path``, and what a split has to know of each row.

    ``labels`` are 1 where the label column holds a number above 0, else 0; ``None`` where the table has no such column
    or the row has no label (an outcome that is not known is not a negative one).
    """

    path: Path
    table: Any
    keys: tuple[PairKey, ...]
    labels: tuple[int | None, ...]

    def labelled(self, rows: Sequence[bool]) -> list[Labelled]:
        """The labelled pairs of the chosen rows, vacancy first; every pair has label 1 if the table has no labels."""
        labels = self.labels if self.has_labels else (1,) * len(self.keys)
        chosen = (pair for pair, take in zip(zip(self.keys, labels), rows) if take)
        return [Labelled(key.vacancy_id, key.candidate_id, label) for key, label in chosen if label is not None]

    @property
    def has_labels(self) -> bool:
        return any(label is not None for label in self.labels)


def read_pairs(path: Path, columns: Columns) -> PairTable:
    """Read a CSV or Parquet table.

    Raises:
        InputError: the file cannot be read, lacks an id column or one that is named, or holds an id that is empty or a
            date or label that cannot be read; the message names row and column.
    """
    import pyarrow as pa
    from pyarrow import csv, parquet

    try:
        if path.suffix == ".parquet":
            table = parquet.read_table(path)
        else:
            names = csv.open_csv(path).schema.names
            kept = csv.ConvertOptions(
                column_types={n: pa.string() for n in names}, null_values=[""], strings_can_be_null=True
            )
            table = csv.read_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=kept)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path} cannot be read as a table: {str(error).splitlines()[0][:200]}") from error
    for name in (columns.candidate, columns.vacancy, columns.date, columns.label):
        if name is not None and name not in table.column_names:
            raise InputError(f"{path}: no column {name!r}; there are: {', '.join(table.column_names)}")
    ids = zip(*(table.column(name).to_pylist() for name in (columns.candidate, columns.vacancy)))
    days, values = (_first(table, one, names) for one, names in ((columns.date, DATES), (columns.label, LABELS)))
    dates = [_date(value, path, row) for row, value in enumerate(days, start=1)]
    labels = [_label(value, path, row) for row, value in enumerate(values, start=1)]
    keys = []
    for row, ((candidate, vacancy), day) in enumerate(zip(ids, dates), start=1):
        if candidate in (None, "") or vacancy in (None, ""):
            raise InputError(f"{path}, row {row}: a pair needs both ids")
        keys.append(PairKey(str(candidate), str(vacancy), day))
    return PairTable(path, table, tuple(keys), tuple(labels))


def _first(table: Any, stated: str | None, usual: Sequence[str]) -> list[Any]:
    """The stated column, or the first usual one that the table has, or nothing in every row."""
    name = stated or next((name for name in usual if name in table.column_names), None)
    return [None] * table.num_rows if name is None else table.column(name).to_pylist()


def _date(value: Any, path: Path, row: int) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError as error:
        raise InputError(f"{path}, row {row}: {str(value)[:40]!r} is not a date (write YYYY-MM-DD)") from error


def _label(value: Any, path: Path, row: int) -> int | None:
    if value is None or value == "":
        return None
    try:
        return int(float(value) > 0)
    except ValueError as error:
        raise InputError(f"{path}, row {row}: label {str(value)[:40]!r} is not a number") from error


def write_split(
    pairs: PairTable, result: Split, folder: Path, texts: Mapping[str, Path], guard: Mapping[str, LeakageReport]
) -> dict[str, Any]:
    """Write each part, what was dropped, and the manifest into a new or empty folder; return the manifest.

    The files are of the kind that was read. The manifest holds the rule with its seed, the SHA-256 of every file read
    and written, rows and shares of each part, the funnel, and what the guard found.
    """
    make_empty(folder)
    names = [part or DROPPED for part in result.parts]
    counts = Counter(names)
    files = {}
    for part in (*PARTS, DROPPED):
        if counts[part]:
            path = folder / f"{part}{'.parquet' if pairs.path.suffix == '.parquet' else '.csv'}"
            _write(pairs.table, [name == part for name in names], path)
            files[part] = {"file": path.name, "rows": counts[part], "sha256": sha256_of(path)}
    manifest = {
        "format": FORMAT,
        "rule": {**asdict(result.rule), "cuts": [cut.isoformat() for cut in result.rule.cuts]},
        "apart": list(result.rule.apart),
        "cuts": [cut.isoformat() for cut in result.cuts],
        "read": {path.name: sha256_of(path) for path in (pairs.path, *texts.values())},
        "parts": files,
        "shares": result.shares,
        "near_duplicates": dict(result.near_duplicates),
        "funnel": [line._asdict() for line in result.funnel],
        "guard": {part: asdict(report) for part, report in guard.items()},
    }
    write_json(folder / MANIFEST, manifest)
    return manifest


def _write(table: Any, rows: Sequence[bool], path: Path) -> None:
    import pyarrow as pa
    from pyarrow import csv, parquet

    chosen = table.filter(pa.array(rows))
    with open_atomic(path) as file:
        (parquet.write_table if path.suffix == ".parquet" else csv.write_csv)(chosen, file)
