"""The formats by name: find out which one a path holds, read it, write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jobfit.artifacts import make_empty
from jobfit.errors import InputError
from jobfit.evaluation.datasets.beir import is_beir, read_beir_folder, write_beir_folder
from jobfit.evaluation.datasets.confit import is_confit, read_confit, write_confit
from jobfit.evaluation.datasets.parquet import is_parquet, read_parquet, write_parquet
from jobfit.evaluation.datasets.rankpo import is_rankpo, read_rankpo, write_rankpo
from jobfit.judged import Judged


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is recognised, read and written; ``write`` returns what the format has no place for."""

    recognise: Callable[[Path], bool]
    read: Callable[[Path], Judged]
    write: Callable[[Judged, Path], tuple[str, ...]]


FORMATS = {
    "beir": Format(is_beir, read_beir_folder, write_beir_folder),
    "confit": Format(is_confit, read_confit, write_confit),
    "rankpo": Format(is_rankpo, read_rankpo, write_rankpo),
    "parquet": Format(is_parquet, read_parquet, write_parquet),
}


def detect(path: Path) -> str:
    """The name of the one format that fits what is at ``path``."""
    if not path.exists():
        raise InputError(f"{path} does not exist")
    fitting = [name for name, known in FORMATS.items() if known.recognise(path)]
    if len(fitting) != 1:
        fits = "none of them" if not fitting else " and ".join(fitting)
        raise InputError(
            f"{path}: which format is it? {', '.join(FORMATS)} are known; {fits} fits. Say which (--format)"
        )
    return fitting[0]


def read_dataset(path: Path, format_name: str = "auto") -> Judged:
    """Read the data set at ``path``; ``auto`` finds the format out.

    Raises:
        InputError: an unknown format, or a file that is not as its format says; the message names file and line.
        UnknownIdError: something names ids that have no text.
    """
    return _format(detect(path) if format_name == "auto" else format_name).read(path)


def write_dataset(dataset: Judged, folder: Path, format_name: str, task: str | None = None) -> tuple[str, ...]:
    """Write ``dataset`` to a new or empty folder and return what the format could not carry, by line.

    ``task`` chooses the ranking task for BEIR, which holds one.
    """
    write = _format(format_name).write
    make_empty(folder)
    return write_beir_folder(dataset, folder, task) if format_name == "beir" else write(dataset, folder)


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise InputError(f"unknown format {name!r}; there are: {', '.join(FORMATS)}")
    return FORMATS[name]
