"""Converted models kept on disk, so that a later start needs neither torch nor a conversion.

    FOLDER/                  0700
      <digest>/              one model, in one precision, converted by one version of everything that converts
        graph.xml, graph.bin   OpenVINO's format: the graph, pooling included, and its weights
        facts.json             the tokenizer, the window, the prompts
        checksums.json         SHA-256 of the three; written last

Nothing in it is executed when it is read, and a file that is not what was written is never used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from jobfit.encoders.folder import ModelFolder, file_sha256

GRAPH, FACTS = "graph.xml", "facts.json"
_FILES = (GRAPH, "graph.bin", FACTS)
_CHECKSUMS = "checksums.json"
_CONVERTERS = ("openvino", "torch", "transformers", "sentence-transformers")
_FORMAT = 1  # raised when this package converts in another way
_log = logging.getLogger(__name__)


def graph_name(model: ModelFolder, precision: str) -> str:
    """Return a digest of all that a converted graph and its facts depend on: a name that never goes stale."""
    parts = [_FORMAT, model.sha256, precision, *map(_version, _CONVERTERS)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class GraphStore:
    """A folder of converted models by :func:`graph_name`. Several processes may use it."""

    def __init__(self, folder: Path) -> None:
        """Keep them in ``folder``, which is made (0700) when the first one is written."""
        self._folder = Path(folder)

    def find(self, name: str) -> Path | None:
        """Return the folder of a model after comparing each file with its SHA-256; ``None`` where one is not right."""
        entry = self._folder / name
        if not entry.is_dir():
            return None
        try:
            checksums = json.loads((entry / _CHECKSUMS).read_text(encoding="utf-8"))
            if checksums == _checksums(entry):
                return entry
            problem = "its files are not the ones that were written"
        except (OSError, ValueError) as error:
            problem = str(error)
        _log.warning("the converted model %s is torn (%s); it is made again", entry, problem)
        return None

    def scratch(self) -> TemporaryDirectory[str]:
        """Return a new folder on the same disk to convert in; elsewhere, with a warning, where none can be made."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return TemporaryDirectory(prefix=".new-", dir=self._folder)
        except OSError as error:
            _log.warning("converted models cannot be kept in %s (%s); going on without", self._folder, error)
            return TemporaryDirectory()

    def keep(self, name: str, made: Path, facts: str) -> None:
        """Move the graph in the folder ``made`` in with its ``facts``, complete or not at all.

        Where that fails a warning is logged. Where two processes convert the same model, the first one's stays.
        """
        try:
            (made / FACTS).write_text(facts, encoding="utf-8")
            (made / _CHECKSUMS).write_text(json.dumps(_checksums(made)), encoding="utf-8")
            if self.find(name) is None:
                shutil.rmtree(self._folder / name, ignore_errors=True)
                made.rename(self._folder / name)
        except OSError as error:
            _log.warning("the converted model cannot be kept in %s (%s); going on without", self._folder, error)


def _checksums(entry: Path) -> dict[str, str]:
    return {name: file_sha256(entry / name) for name in _FILES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
