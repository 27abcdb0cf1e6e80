"""How large a recipe is run: the full sizes, those of --quick, and what a settings file changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jobfit.errors import InputError
from jobfit.experiments.confit_v2 import MEASURES, ConfitSettings
from jobfit.experiments.market import MarketSizes
from jobfit.experiments.rankpo import RETENTION, JudgeSettings, RankpoSettings
from jobfit.settings import build
from jobfit.settings_file import read_settings
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions

_TABLES = ("recipe", "market", "model", "loop", "stage", "judge", "alignment_loop", "alignment_stage")


@dataclass(frozen=True, slots=True)
class Sizes:
    """The market, the settings of both papers (each reads its own), what is measured, and what was cut, in words."""

    market: MarketSizes
    confit: ConfitSettings
    rankpo: RankpoSettings
    measures: tuple[str, ...]
    scale: str = ""


def sizes_of(paper: str, quick: bool, path: Path | None) -> Sizes:
    """Return the sizes of a paper, with what the file at ``path`` states over them.

    Raises:
        InputError: an unknown table or setting, or a value out of range; the message says which.
    """
    chosen = _quick(paper) if quick else _full(paper)
    if path is None:
        return chosen
    tables = read_settings(path).data
    for name, table in tables.items():
        if name not in _TABLES or not isinstance(table, dict):
            raise InputError(f"{path}: {name!r} is not one of the tables {', '.join(_TABLES)}")
    market = _over(chosen.market, tables.get("market", {}), f"{path}, market")
    scale = f"{chosen.scale} {_stated(path.name, tables)}".strip()
    part = "confit" if paper == "confit-v2" else "rankpo"
    return replace(
        chosen, market=market, scale=scale, **{part: _settled(getattr(chosen, part), tables, str(path))}
    )  # fmt: skip


def _stated(name: str, tables: Mapping[str, Mapping[str, Any]]) -> str:
    said = "; ".join(
        f"{table}: {', '.join(f'{key} {value}' for key, value in settings.items())}"
        for table, settings in tables.items()
        if settings
    )
    return f"{name} states {said or 'nothing'}; everything else is as in the full recipe unless said otherwise."


def _settled(settings: Any, tables: Mapping[str, Mapping[str, Any]], where: str) -> Any:
    """A recipe's settings with the tables over them: `recipe` for its own fields, the others for its parts."""
    own = tables.get("recipe", {})
    if misplaced := sorted(set(own) & set(_TABLES)):
        raise InputError(f"{where}, recipe: {misplaced[0]!r} is a table of its own")
    changed: dict[str, Any] = {}
    for name in set(_TABLES) - {"recipe", "market"}:
        if table := tables.get(name):
            if not hasattr(settings, name):
                raise InputError(f"{where}: this recipe has no table {name!r}")
            changed[name] = _over(getattr(settings, name), table, f"{where}, {name}")
    return replace(_over(settings, own, f"{where}, recipe"), **changed)


def _over(settings: Any, stated: Mapping[str, Any], where: str) -> Any:
    checked = build(type(settings), dict(stated), where) if stated else settings
    return replace(settings, **{name: getattr(checked, name) for name in stated})


def _full(paper: str) -> Sizes:
    market = MarketSizes() if paper == "confit-v2" else MarketSizes(1000, 240, 500, 100, labels="rules")
    measures = MEASURES if paper == "confit-v2" else RETENTION
    return Sizes(market, ConfitSettings(), RankpoSettings(), measures)


def _quick(paper: str) -> Sizes:
    """Minutes on two cores: a small market, a few dozen steps, the lower four of six layers frozen."""
    model = ModelOptions(max_tokens=256, freeze_layers=4)
    if paper == "confit-v2":
        loop = TrainSettings(epochs=2, batch_size=8, max_steps=8, learning_rate=3e-4)
        market = MarketSizes(160, 50, 80, 25)
        confit = ConfitSettings(model=model, loop=loop)
        said = _said(market, "8 steps of batch 8 for each row")
        return Sizes(market, confit, RankpoSettings(), MEASURES, said)
    market = MarketSizes(150, 40, 100, 30, labels="rules")
    short = ModelOptions(max_tokens=128, freeze_layers=4)
    loop = TrainSettings(batch_size=8, learning_rate=2e-4, max_steps=20, schedule="cosine")
    aligned = TrainSettings(batch_size=8, max_steps=15, schedule="cosine")
    rankpo = RankpoSettings(
        model=short, loop=loop, alignment_loop=aligned, rounds=1, depth=40, rates=(5e-5, 2e-4, 6e-4),
        judge=JudgeSettings(depth=40, per_vacancy=4, held_out_per_vacancy=6),
    )  # fmt: skip
    said = _said(market, "20 steps of batch 8 for stage 1 and 15 for each point of the sweep, one mined round")
    return Sizes(market, ConfitSettings(), rankpo, RETENTION, said)


def _said(market: MarketSizes, steps: str) -> str:
    return (
        f"--quick: {market.candidates} candidates and {market.vacancies} vacancies to train on, {steps}, four of the "
        "six layers of all-MiniLM-L6-v2 frozen, one seed unless --seeds says otherwise. It shows that everything runs; "
        "it can tell little apart."
    )
