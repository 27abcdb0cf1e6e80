"""write_market and simulate_to: a market as a folder."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from jobfit.errors import InputError
from jobfit.simulation.card import data_card
from jobfit.simulation.files import market_files
from jobfit.simulation.market import Market, simulate
from jobfit.simulation.settings import LANGUAGES, MarketSettings
from jobfit.simulation.truth import grades

FAMILY = "jobfit-market-"
FORMAT = FAMILY + "2"
FOLDERS = ("cvs", "vacancies", "beir", "log", "world", "truth")


@dataclass(frozen=True, slots=True)
class MarketSummary:
    """What was written. ``relevant`` counts the pairs of grade 1 or more; ``sha256`` covers every file."""

    folder: Path
    candidates: int
    vacancies: int
    applications: int
    relevant: int
    files: int
    sha256: str


def simulate_to(
    folder: Path,
    candidates: int,
    vacancies: int,
    seed: int,
    languages: tuple[str, ...] = LANGUAGES,
    rendered_share: float = 0.1,
) -> MarketSummary:
    """Simulate a market and write it to ``folder``: what ``jobfit simulate`` does.

    Raises:
        InputError: a setting is out of range, or ``folder`` holds something that is not a market.
    """
    settings = MarketSettings(candidates=candidates, vacancies=vacancies, languages=tuple(languages))
    return write_market(simulate(settings, seed), folder, rendered_share=rendered_share)


def write_market(market: Market, folder: Path, *, rendered_share: float = 0.1) -> MarketSummary:
    """Write the market to ``folder`` (made where missing; an earlier market in it is replaced).

    The layout is in the ``README.md`` that is written with it. The same market gives byte-identical files.

    Raises:
        InputError: ``folder`` holds something that is not a market, cannot be written, or the share is not in 0..1.
    """
    if not 0 <= rendered_share <= 1:
        raise InputError(f"rendered_share must be from 0 to 1, not {rendered_share!r}")
    try:
        _make_room(folder)
        digests = {}
        for name, content in market_files(market, rendered_share):
            digests[name] = _write(folder, name, content)
        digests["README.md"] = _write(folder, "README.md", data_card(market, rendered_share).encode())
        manifest = _manifest(market, rendered_share, digests)
        _write(folder, "market.json", manifest)
    except OSError as error:
        raise InputError(f"{folder}: the market cannot be written ({error}). Choose another folder.") from error
    return MarketSummary(
        folder=folder,
        candidates=len(market.people),
        vacancies=len(market.openings),
        applications=len(market.applications),
        relevant=int((grades(market.q) > 0).sum()),
        files=len(digests) + 1,
        sha256=sha256(manifest).hexdigest(),
    )


def _make_room(folder: Path) -> None:
    """Empty an earlier market, finished or not; refuse anything else. The stub marks the folder as a market."""
    manifest = folder / "market.json"
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not _is_market(manifest))):
        raise InputError(f"{folder} is not empty and holds no market. Choose a new folder or empty this one.")
    _write(folder, "market.json", _json({"format": FORMAT, "complete": False}))
    for name in FOLDERS:
        if (folder / name).exists():
            shutil.rmtree(folder / name)


def _is_market(manifest: Path) -> bool:
    try:
        content = json.loads(manifest.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and str(content.get("format")).startswith(FAMILY)


def _manifest(market: Market, rendered_share: float, digests: dict[str, str]) -> bytes:
    content = {
        "format": FORMAT,
        "complete": True,
        "taxonomy": market.world.taxonomy.version,
        "settings": asdict(market.settings),
        "seed": market.seed,
        "rendered_share": rendered_share,
        "counts": {
            "candidates": len(market.people),
            "vacancies": len(market.openings),
            "applications": len(market.applications),
            "relevant_pairs": int((grades(market.q) > 0).sum()),
        },
        "sha256": dict(sorted(digests.items())),
    }
    return _json(content)


def _json(content: dict[str, object]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _write(folder: Path, name: str, content: bytes) -> str:
    """Write a file and return its SHA-256."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return sha256(content).hexdigest()
