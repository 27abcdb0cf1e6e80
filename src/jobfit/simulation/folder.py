"""The folder of a market: made, emptied and described in ``market.json``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from jobfit.errors import InputError
from jobfit.simulation.market import Ground

FAMILY = "jobfit-market-"
FORMAT = FAMILY + "2"
FOLDERS = ("cvs", "vacancies", "beir", "log", "world", "truth", "groups")


def make_room(folder: Path) -> None:
    """Empty an earlier market, finished or not; refuse anything else. The stub marks the folder as a market.

    Raises:
        InputError: ``folder`` holds something that is not a market.
    """
    manifest = folder / "market.json"
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not _is_market(manifest))):
        raise InputError(f"{folder} is not empty and holds no market. Choose a new folder or empty this one.")
    write_file(folder, "market.json", _json({"format": FORMAT, "complete": False}))
    for path in sorted(folder.iterdir()):
        if path.name in FOLDERS and path.is_dir():
            shutil.rmtree(path)
    for name in ("applications.csv", "exposures.csv", "groups.csv", "README.md"):
        (folder / name).unlink(missing_ok=True)


def _is_market(manifest: Path) -> bool:
    try:
        content = json.loads(manifest.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and str(content.get("format")).startswith(FAMILY)


def write_file(folder: Path, name: str, content: bytes) -> str:
    """Write a file and return its SHA-256."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return sha256(content).hexdigest()


def write_manifest(
    folder: Path, ground: Ground, counts: Mapping[str, int], digests: Mapping[str, str], **more: object
) -> str:
    """Write ``market.json``, which says that the market is complete, and return its SHA-256."""
    content = {
        "format": FORMAT,
        "complete": True,
        "taxonomy": ground.world.taxonomy.version,
        "settings": asdict(ground.settings),
        "seed": ground.seed,
        **more,
        "counts": {"candidates": ground.settings.candidates, "vacancies": ground.settings.vacancies, **counts},
        "sha256": dict(sorted(digests.items())),
    }
    return write_file(folder, "market.json", _json(content))


def digests_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below the folder but ``market.json``, read a block at a time."""
    digests = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / "market.json":
            digest = sha256()
            with path.open("rb") as file:
                while part := file.read(1 << 20):
                    digest.update(part)
            digests[path.relative_to(folder).as_posix()] = digest.hexdigest()
    return digests


def _json(content: dict[str, object]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
