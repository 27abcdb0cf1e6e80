"""Shards: tables of any length as numbered Parquet files, written as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from jobfit.simulation.careers import Position
from jobfit.simulation.openings import Opening
from jobfit.simulation.people import Person


class Shards:
    """Tables under a folder: ``name/part-00000.parquet`` and on, of at most ``limit`` rows each (or one batch more)."""

    def __init__(self, folder: Path, limit: int) -> None:
        """Open nothing yet."""
        self.folder, self.limit = folder, limit
        self._open: dict[str, tuple[parquet.ParquetWriter, int]] = {}
        self._parts: dict[str, int] = {}

    def __enter__(self) -> Shards:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every file."""
        for writer, _ in self._open.values():
            writer.close()

    def write(self, name: str, columns: Mapping[str, Any]) -> None:
        """Add rows, given as columns of the same length."""
        self._add(name, pa.table(dict(columns)))

    def write_rows(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows, given one by one."""
        self._add(name, pa.Table.from_pylist(list(rows), schema=_SCHEMAS[name]))

    def _add(self, name: str, table: pa.Table) -> None:
        if not table.num_rows and name in self._parts:
            return
        if name not in self._open:
            number = self._parts.get(name, 0)
            self._parts[name] = number + 1
            path = self.folder / name / f"part-{number:05d}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open[name] = parquet.ParquetWriter(path, table.schema, compression="zstd"), 0
        writer, rows = self._open[name]
        writer.write_table(table)
        rows += table.num_rows
        self._open[name] = writer, rows
        if rows >= self.limit:
            writer.close()
            del self._open[name]


def utc(times: np.ndarray) -> pa.Array:
    """Return times as UTC seconds; those that are none as missing."""
    return pa.array(times.astype("datetime64[s]"), type=pa.timestamp("s", tz="UTC"))


_SPOKEN = pa.list_(pa.struct([("code", pa.string()), ("level", pa.int8())]))
_POSITION = pa.struct(
    [
        ("occupation", pa.string()),
        ("employer", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("skills", pa.list_(pa.string())),
    ]
)
_TEXTS = pa.list_(pa.string())
_SCHEMAS = {
    "world/candidates": pa.schema(
        [
            ("id", pa.string()),
            ("language", pa.string()),
            ("occupation", pa.string()),
            ("positions", pa.list_(_POSITION)),
            ("skills", _TEXTS),
            ("education", pa.int8()),
            ("school", pa.string()),
            ("graduation", pa.int32()),
            ("languages", _SPOKEN),
            ("licences", _TEXTS),
            ("city", pa.string()),
            ("wished_cities", _TEXTS),
            ("wishes", _TEXTS),
            ("levels", pa.list_(pa.float64())),
            ("aspires", pa.string()),
            ("radius", pa.int32()),
            ("pay", pa.int32()),
        ]
    ),
    "world/vacancies": pa.schema(
        [
            ("id", pa.string()),
            ("language", pa.string()),
            ("occupation", pa.string()),
            ("employer", pa.string()),
            ("must", _TEXTS),
            ("nice", _TEXTS),
            ("months", pa.int32()),
            ("education", pa.int8()),
            ("languages", _SPOKEN),
            ("licence", pa.string()),
            ("city", pa.string()),
            ("contract", pa.string()),
            ("remote", pa.bool_()),
            ("positions", pa.int32()),
            ("pay", pa.int32()),
            ("opened", pa.int32()),
            ("popularity", pa.float64()),
        ]
    ),
}


def person_row(person: Person) -> dict[str, Any]:
    """Return the latent record as a row."""
    spoken = [{"code": one.code, "level": int(one.level or 0)} for one in person.languages]
    return _plain(person) | {"positions": [_plain(post) for post in person.positions], "languages": spoken}


def opening_row(opening: Opening) -> dict[str, Any]:
    """Return the latent record as a row."""
    return _plain(opening) | {"languages": [{"code": o.code, "level": int(o.level or 0)} for o in opening.languages]}


def _plain(record: Person | Position | Opening) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}
