"""The rejects file: what was not ingested, where it stands and why, as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from jobfit.artifacts import json_line, write_lines
from jobfit.errors import Rejection


def write_rejects(path: Path, rejections: Iterable[Rejection]) -> None:
    """Write one object per line with file, row, field, value and reason; an earlier file is replaced.

    A value is there by its shape (:func:`jobfit.ingest.formats.values.shape`), but for a status or an outcome that no
    table has.
    """
    write_lines(path, (json_line(asdict(rejection)) for rejection in rejections))
