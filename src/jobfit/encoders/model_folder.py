"""A model that may be loaded: its name, what identifies it, and where its files are or how they come there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from jobfit.artifacts import new_folder, read_manifest, sha256_of, write_manifest
from jobfit.encoders.bert import Bert
from jobfit.errors import InputError, ModelError
from jobfit.home import jobfit_home

_FORMAT = "jobfit-model-1"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model by its ``name``. ``sha256`` covers all that makes a vector: weights, tokenizer and settings.

    where: its checked folder, or a function that writes the folder and returns it.
    read:  its weights without a folder, for models that come with jobfit.
    files: the SHA-256 of what was checked in the folder, by name; none where jobfit writes the folder itself.

    Two are equal when their names and digests are.
    """

    name: str
    where: Path | Callable[[], Path] = field(compare=False)
    sha256: str
    read: Callable[[], Bert] | None = field(default=None, compare=False)
    files: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def path(self) -> Path:
        """The folder of sentence-transformers, written first where that has not been done."""
        return self.where if isinstance(self.where, Path) else self.where()

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Refuse what a library has read from the folder in the block, where the files are no longer those checked.

        Raises:
            ModelError: one has other bytes, or is gone.
        """
        yield
        check_unchanged(self.path, self.files)


def check_unchanged(folder: Path, files: Mapping[str, str]) -> None:
    """Refuse a folder of which a file is no longer what it was when it was checked."""
    for name, sha256 in files.items():
        if not (folder / name).is_file() or sha256_of(folder / name) != sha256:
            raise ModelError(f"{folder / name} was changed while the model was read; ask again")


def written_once(name: str, digest: str, write: Callable[[Path], None]) -> Path:
    """Return the folder of a model in JOBFIT_HOME, filled by ``write`` when it is not there or not whole.

    ``digest`` is of what the folder is made from, and stands in its name.

    Raises:
        InputError: it cannot be written.
    """
    folder = jobfit_home() / "models" / f"{name}-{digest[:16]}"
    if not _whole(folder):
        advice = "free some 300 MB, or let JOBFIT_HOME name a folder that has them"
        with new_folder(folder, replace=True, advice=advice) as draft:
            write(draft)
            write_manifest(draft, _FORMAT, {"made_from": digest})
    return folder


def _whole(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        read_manifest(folder, _FORMAT)
    except InputError as error:
        _log.warning("the model in %s is torn (%s); it is written again", folder, error)
        return False
    return True
