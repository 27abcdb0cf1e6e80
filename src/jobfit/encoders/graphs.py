"""Converted models kept on disk, so that a later start needs neither torch nor a conversion.

    FOLDER/                  0700
      <digest>/              one model, in one precision, converted by one version of everything that converts
        graph.xml, graph.bin   OpenVINO's format: the graph, pooling included, and its weights
        facts.json             the tokenizer, the window, the prompts
        manifest.json          SHA-256 of the three; written last

Nothing in it is executed when it is read, and a file that is not what was written is never used.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from jobfit.artifacts import digest_of, make_folder, new_folder, read_bytes, read_manifest, sha256_of, write_manifest
from jobfit.encoders.model_folder import ModelFolder
from jobfit.errors import InputError, JobfitError

GRAPH, FACTS = "graph.xml", "facts.json"
FORMAT = "jobfit-graph-3"  # another number where this package converts in another way
_FILES = {GRAPH, "graph.bin", FACTS}
_CONVERTERS = ("openvino", "torch", "transformers", "sentence-transformers")
_log = logging.getLogger(__name__)


def graph_name(model: ModelFolder, precision: str) -> str:
    """Return a digest of all that a converted graph and its facts depend on: a name that never goes stale."""
    return digest_of([FORMAT, model.sha256, precision, *map(_version, _CONVERTERS)])


class _NotKeptError(JobfitError):
    """The disk failed after the conversion."""


class GraphStore:
    """A folder of converted models by :func:`graph_name`. Several processes may use it."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder)

    def facts(self, name: str) -> str | None:
        """Return the facts of a model after comparing them with their SHA-256; ``None`` where they are not right.

        The graph is not read: most texts of a warm start have their vectors in the cache and need no model.
        """
        return self._read(name, verify=False)

    def find(self, name: str) -> Path | None:
        """Return the folder of a model after comparing each file with its SHA-256; ``None`` where one is not right."""
        return None if self._read(name, verify=True) is None else self._folder / name

    def _read(self, name: str, verify: bool) -> str | None:
        entry = self._folder / name
        if not entry.is_dir():
            return None
        try:
            manifest = read_manifest(entry, FORMAT, verify=verify)
            facts = read_bytes(entry / FACTS)
            if set(manifest.files) == _FILES and sha256_of(facts) == manifest.files[FACTS]:
                return facts.decode()
            problem = "its files are not the ones that were written"
        except InputError as error:
            problem = str(error)
        _log.warning("the converted model %s is torn (%s); it is made again", entry, problem)
        return None

    @contextmanager
    def draft(self, name: str) -> Iterator[Path]:
        """Give a folder to write graph and facts to; it becomes that of ``name``, complete or not at all.

        Where the disk does not allow that, a warning is logged. Where two processes convert the same model, the first
        one's stays.
        """
        try:
            make_folder(self._folder)
            writable = os.access(self._folder, os.W_OK | os.X_OK)
        except OSError:
            writable = False
        if not writable:
            _log.warning("converted models cannot be kept in %s; going on without", self._folder)
            with TemporaryDirectory() as elsewhere:
                yield Path(elsewhere)
            return
        if self.find(name) is None:
            shutil.rmtree(self._folder / name, ignore_errors=True)
        try:
            with new_folder(self._folder / name, error=_NotKeptError) as made:
                yield made
                write_manifest(made, FORMAT, {})
        except _NotKeptError as error:
            _log.warning("the converted model cannot be kept in %s (%s); going on without", self._folder, error)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
