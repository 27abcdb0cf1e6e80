"""Answers kept on disk by what was asked, so that nothing is asked or paid for twice."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path
from typing import Any

from jobfit.artifacts import digest_of, make_folder, read_bytes, write_atomic
from jobfit.errors import InputError

_log = logging.getLogger(__name__)
_LONGEST = 8 * 2**20  # bytes of one file
_ADVICE = "without the answer cache answers would be paid for and lost"


class AnswerCache:
    """Small JSON objects by key, one file each, in a private folder that processes may share: an answer quotes a CV.

    A file that is damaged in any way counts as absent; it is asked for again and replaced.
    """

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, made (0700) when missing.

        Raises:
            InputError: it cannot be made, is not a folder, or others may write there and so choose the answers.
        """
        self._folder = Path(folder)
        try:
            make_folder(self._folder)
            mode = self._folder.stat().st_mode
        except OSError as error:
            raise InputError(f"the answer cache {self._folder} cannot be made: {error.strerror}") from error
        if mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise InputError(f"the answer cache {self._folder} may be written by others; choose a folder of your own")

    def read(self, key: str) -> dict[str, Any] | None:
        """Return what is kept under ``key``; ``None`` where there is nothing or it is damaged (logged)."""
        path = self._path(key)
        try:
            entry = json.loads(read_bytes(path, most=_LONGEST + 1))
            value = entry["value"]
            if entry["key"] == key and entry["sha256"] == digest_of(value) and isinstance(value, dict):
                return value
        except (InputError, ValueError, KeyError, TypeError, RecursionError):
            if not path.exists():
                return None
        _log.warning("the kept answer %s is damaged or cannot be read; it is asked for again", path)
        return None

    def write(self, key: str, value: dict[str, Any]) -> None:
        """Keep ``value`` under ``key``, replacing what is there."""
        path = self._path(key)
        entry = {"key": key, "sha256": digest_of(value), "value": value}
        try:
            make_folder(path.parent)
            write_atomic(path, json.dumps(entry, ensure_ascii=True), advice=_ADVICE)
        except OSError as error:
            raise InputError(f"the answer cache {self._folder} cannot be written: {error.strerror}") from error

    def forget(self, key: str) -> bool:
        """Erase what is kept under ``key``, and what a killed process left of it; tell whether there was anything."""
        path = self._path(key)
        files = [*path.parent.glob(f".{key}.*.part"), *([path] if path.is_file() else [])]
        for file in files:
            file.unlink(missing_ok=True)
        return bool(files)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
