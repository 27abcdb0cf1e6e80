"""Finished rows as files: an experiment that was stopped goes on with the first row that is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jobfit.artifacts import read_json, read_text, sha256_of, write_atomic
from jobfit.errors import InputError
from jobfit.experiments.rows import Measured, Row

FORMAT = "jobfit-recipe-1"


class RowCache:
    """The rows below ``folder/rows``; ``facts`` are everything that a row depends on besides its key and its seed."""

    def __init__(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Open the folder of an experiment, or begin it.

        Raises:
            InputError: it holds rows of another experiment, other data or other settings; or something else.
        """
        self.folder = folder
        path = folder / "recipe.json"
        wanted = json.dumps({"format": FORMAT, **facts}, ensure_ascii=False, indent=1, sort_keys=True, default=str)
        wanted += "\n"
        if path.is_file():
            if read_text(path) != wanted:
                raise InputError(
                    f"{folder} holds rows of other data or settings ({path.name} differs): choose a new folder"
                )
        elif folder.exists() and any(folder.iterdir()):
            raise InputError(f"{folder} is not empty and was not written by an experiment: choose a new folder")
        else:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomic(path, wanted)
        (folder / "rows").mkdir(exist_ok=True)

    def find(self, key: str, seed: int) -> Measured | None:
        """Return what was measured for a row, or ``None``.

        Raises:
            InputError: its file was altered.
        """
        path = self._path(key, seed)
        if not path.is_file():
            return None
        try:
            content = read_json(path)
            if content["sha256"] != sha256_of(json.dumps(content["row"], sort_keys=True).encode()):
                raise InputError("the checksum differs")
            return Measured(content["row"]["columns"], content["row"]["notes"])
        except (InputError, KeyError, TypeError) as error:
            raise InputError(f"{path} was altered since it was written: remove it to measure the row again") from error

    def keep(self, key: str, seed: int, measured: Measured) -> Measured:
        columns = {name: {query: list(v) for query, v in values.items()} for name, values in measured.columns.items()}
        row = json.loads(json.dumps({"columns": columns, "notes": dict(measured.notes)}))
        digest = sha256_of(json.dumps(row, sort_keys=True).encode())
        write_atomic(self._path(key, seed), json.dumps({"sha256": digest, "row": row}) + "\n")
        return Measured(row["columns"], row["notes"])

    def row(self, key: str, label: str, seed: int, measure: Callable[[], Measured]) -> Row:
        measured = self.find(key, seed) or self.keep(key, seed, measure())
        return Row(key, label, {seed: measured.columns})

    def _path(self, key: str, seed: int) -> Path:
        return self.folder / "rows" / f"{key}.seed-{seed}.json"
