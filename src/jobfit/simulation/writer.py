"""write_market and simulate_to: a market as a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobfit.errors import InputError
from jobfit.simulation.card import files_card
from jobfit.simulation.files import market_files
from jobfit.simulation.folder import FORMAT, make_room, write_file, write_manifest
from jobfit.simulation.market import Market, simulate
from jobfit.simulation.settings import LANGUAGES, MarketSettings
from jobfit.simulation.truth import grades

__all__ = ["FORMAT", "MarketSummary", "simulate_to", "write_market"]


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
    **knobs: Any,
) -> MarketSummary:
    """Simulate a market and write it to ``folder``: what ``jobfit simulate`` does.

    ``knobs`` are further settings of :class:`~jobfit.simulation.settings.MarketSettings`.

    Raises:
        InputError: a setting is out of range, or ``folder`` holds something that is not a market.
    """
    settings = MarketSettings(candidates=candidates, vacancies=vacancies, languages=tuple(languages), **knobs)
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
        make_room(folder)
        digests = {}
        for name, content in market_files(market, rendered_share):
            digests[name] = write_file(folder, name, content)
        digests["README.md"] = write_file(folder, "README.md", files_card(market.ground, rendered_share).encode())
        relevant = int((grades(market.q) > 0).sum())
        counts = {
            "exposures": len(market.shown.day),
            "applications": len(market.applications),
            "relevant_pairs": relevant,
        }
        manifest = write_manifest(folder, market.ground, counts, digests, rendered_share=rendered_share)
    except OSError as error:
        raise InputError(f"{folder}: the market cannot be written ({error}). Choose another folder.") from error
    return MarketSummary(
        folder=folder,
        candidates=len(market.people),
        vacancies=len(market.openings),
        applications=len(market.applications),
        relevant=relevant,
        files=len(digests) + 1,
        sha256=manifest,
    )
