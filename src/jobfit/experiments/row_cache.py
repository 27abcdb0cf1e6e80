"""Finished rows of a recipe, kept as files: a run that was stopped goes on with the first row that is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from jobfit.errors import InputError
from jobfit.experiments.rows import Columns, Row
from jobfit.training.loop.checkpoint import write_atomically

FORMAT = "jobfit-recipe-1"


class RowCache:
    """The rows below ``folder/rows``; ``facts`` are everything that a row depends on beside its name and its seed."""

    def __init__(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Open the folder of a recipe, or begin it.

        Raises:
            InputError: it holds rows of another recipe, other data or other settings; or something else.
        """
        self.folder = folder
        stated = {"format": FORMAT, **facts}
        path = folder / "recipe.json"
        wanted = json.dumps(stated, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"
        if path.is_file():
            if path.read_text(encoding="utf-8") != wanted:
                raise InputError(
                    f"{folder} holds rows of other data or settings ({path.name} differs): choose a new folder"
                )
        elif folder.exists() and any(folder.iterdir()):
            raise InputError(f"{folder} is not empty and holds no recipe: choose a new folder")
        else:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(path, wanted.encode())
        (folder / "rows").mkdir(exist_ok=True)
        self.digest = sha256(wanted.encode()).hexdigest()

    def find(self, key: str, seed: int) -> dict[str, Any] | None:
        """Return what was kept of a row, or ``None``.

        Raises:
            InputError: its file was altered.
        """
        path = self._path(key, seed)
        if not path.is_file():
            return None
        try:
            content = json.loads(path.read_bytes())
            body = json.dumps(content["row"], sort_keys=True)
            if content["sha256"] != sha256(body.encode()).hexdigest():
                raise ValueError
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path} was altered since it was written: remove it, and the row is made again"
            ) from error
        row: dict[str, Any] = content["row"]
        return row

    def keep(self, key: str, seed: int, columns: Columns, notes: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Write a row whole, and return it."""
        row = {"columns": {name: {q: list(v) for q, v in found.items()} for name, found in columns.items()}}
        row |= {"notes": dict(notes or {})}
        row = json.loads(json.dumps(row))  # what is used now is what is read later
        digest = sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
        write_atomically(self._path(key, seed), (json.dumps({"sha256": digest, "row": row}) + "\n").encode())
        return row

    def row(self, key: str, label: str, seed: int, make: Callable[[], tuple[Columns, Mapping[str, Any]]]) -> Row:
        """Return a row of one seed: read again where it is there, else made and kept."""
        found = self.find(key, seed)
        if found is None:
            columns, notes = make()
            found = self.keep(key, seed, columns, notes)
        return Row(key, label, {seed: found["columns"]})

    def _path(self, key: str, seed: int) -> Path:
        return self.folder / "rows" / f"{key}.seed-{seed}.json"


def joined(rows: list[Row]) -> tuple[Row, ...]:
    """Return one row for each key, in the order of their first appearance, with all its seeds."""
    found: dict[str, Row] = {}
    for row in rows:
        before = found.get(row.key)
        found[row.key] = Row(row.key, row.label, {**(before.by_seed if before else {}), **row.by_seed})
    return tuple(found.values())
