"""The rejects file: what was not ingested, where it stands and why, as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from jobfit.artifacts import json_line, write_lines
from jobfit.errors import Rejection
from jobfit.ingest.formats.values import shorten

_PERSONAL = frozenset(("name", "email", "phone", "address", "birth_date"))


def write_rejects(path: Path, rejections: Iterable[Rejection]) -> None:
    """Write one object per line with file, row, field, value and reason; an earlier file is replaced.

    A value has at most 80 characters, and none is written for a field that identifies a person.
    """
    write_lines(path, (json_line(_shown(rejection)) for rejection in rejections), private=True)


def _shown(rejection: Rejection) -> dict[str, object]:
    personal = (rejection.field or "").rpartition(".")[2].casefold() in _PERSONAL
    value = None if personal or rejection.value is None else shorten(rejection.value)
    return asdict(rejection) | {"value": value}
