"""The data card that is written into every market: ``data/card.toml`` with the market's numbers and formulas."""

from __future__ import annotations

from dataclasses import fields

from jobfit.simulation import asked, careers, exposure, funnel, truth, world
from jobfit.simulation.market import Ground
from jobfit.simulation.settings import MarketSettings, read_data


def files_card(ground: Ground, rendered_share: float) -> str:
    """Return the README of a market that was written as files."""
    return _card(ground, _text("files").format(share=f"{rendered_share:.0%}"))


def stream_card(ground: Ground, sampled: int) -> str:
    """Return the README of a market that was written as Parquet; ``sampled`` is 0 where the truth of all is there."""
    truth_row = _text("sampled").format(sampled=sampled) if sampled else _text("all")
    return _card(ground, _text("stream").format(truth=truth_row))


def _card(ground: Ground, files: str) -> str:
    settings = ground.settings
    head = _text("head").format(
        candidates=settings.candidates,
        vacancies=settings.vacancies,
        languages=" and ".join(settings.languages),
        seed=ground.seed,
        taxonomy=ground.world.taxonomy.version,
    )
    rows = (f"| `{field.name}` | {getattr(settings, field.name)!r} |" for field in fields(MarketSettings))
    formulas = {
        module.__name__.rpartition(".")[2]: (module.__doc__ or "").partition("\n")[2].strip()
        for module in (world, careers, truth, asked, exposure, funnel)
    }
    return (
        head
        + files
        + _text("tail").format(settings="\n".join(("| setting | value |", "| --- | --- |", *rows)), **formulas)
    )


def _text(part: str) -> str:
    return str(read_data("card.toml")[part])
