"""load_taxonomy: any taxonomy by its name or its folder."""

from __future__ import annotations

from pathlib import Path

from jobfit.errors import InputError, UnknownIdError
from jobfit.taxonomy.model import Taxonomy

COMPACT = "compact"


def load_taxonomy(name: str | Path) -> Taxonomy:
    """Return a taxonomy: ``compact`` (shipped with jobfit), or what the ESCO CSV files of a folder hold.

    >>> load_taxonomy("compact").version
    'jobfit-compact-1'

    Raises:
        UnknownIdError: there is no taxonomy and no folder of that name.
        InputError: the files of the folder cannot be used.
    """
    if name == COMPACT:
        from jobfit.taxonomy.compact import load_compact

        return load_compact()
    if not str(name).strip():
        raise InputError("the name of a taxonomy is empty")
    folder = Path(name)
    if not folder.is_dir():
        raise UnknownIdError(f"there is no taxonomy and no folder {str(name)!r}")
    from jobfit.taxonomy.esco.importing import import_folder

    return import_folder(folder, folder.resolve().name).taxonomy
