"""The data card that is written into every market: ``data/card.toml`` with the market's numbers and formulas."""

from __future__ import annotations

from dataclasses import fields

from jobfit.simulation import asked, careers, exposure, funnel, truth, world
from jobfit.simulation.market import Ground
from jobfit.simulation.settings import MarketSettings, read_data


def files_card(ground: Ground, rendered_share: float) -> str:
    """Return the README of a market that was written as files."""
    return _head(ground) + _text("files").format(share=f"{rendered_share:.0%}") + _tail(ground)


def stream_card(ground: Ground, sampled: int) -> str:
    """Return the README of a market that was written as Parquet; ``sampled`` is 0 where the truth of all is there."""
    truth_row = _text("sampled").format(sampled=sampled) if sampled else _text("all")
    return _head(ground) + _text("stream").format(truth=truth_row) + _tail(ground)


def _head(ground: Ground) -> str:
    settings = ground.settings
    return _text("head").format(
        candidates=settings.candidates,
        vacancies=settings.vacancies,
        languages=" and ".join(settings.languages),
        seed=ground.seed,
        taxonomy=ground.world.taxonomy.version,
    )


def _tail(ground: Ground) -> str:
    rows = (f"| `{field.name}` | {getattr(ground.settings, field.name)!r} |" for field in fields(MarketSettings))
    return _text("tail").format(
        settings="\n".join(("| setting | value |", "| --- | --- |", *rows)),
        world=_doc(world),
        careers=_doc(careers),
        truth=_doc(truth),
        asked=_doc(asked),
        exposure=_doc(exposure),
        funnel=_doc(funnel),
    )


def _doc(module: object) -> str:
    """Return a module's docstring without its first line."""
    return (getattr(module, "__doc__", None) or "").strip().partition("\n")[2].strip()


def _text(part: str) -> str:
    return str(read_data("card.toml")[part])
