"""Train by a recipe: a declarative file on public sources, measured on what it holds out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobfit.app.training import tables_of, train_on_data
from jobfit.app.training_request import (
    TrainPairsResult,
    TrainRequest,
    TrainRerankerResult,
    TrainResult,
    TrainRoundsResult,
)
from jobfit.app.wire import Progress, Result, quiet
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.experiments.default_model.recipe import Recipe
    from jobfit.experiments.default_model.sources import RomeTitle, Sources

_TABLES = ("held_out", "validation", "keep", "guard", "mixture", "merge", "loop", "model", "rule", "market")
_OF_DATA = (
    "data", "settings", "pairs", "validation", "rounds", "negatives", "hyre", "augment", "paraphrases", "groups",
)  # fmt: skip


class TrainRecipeResult(Result):
    """The model, the table of what was held out, and whether the recipe's rule lets it ship (``None``: undecided)."""

    model: Path
    sha256: str
    steps: int
    weights_of_step: int
    left_out: tuple[str, ...]
    ships: bool | None
    reasons: tuple[str, ...]
    kept_apart: tuple[dict[str, Any], ...]


def train(
    request: TrainRequest, progress: Progress = quiet
) -> TrainResult | TrainRoundsResult | TrainPairsResult | TrainRerankerResult | TrainRecipeResult:
    """Train an encoder; OUT/model is a sentence-transformers folder. Ctrl-C keeps the state; --resume goes on.

    With --set stage.method=pair-classifier a head over both vectors learns who was hired: OUT/model is its folder.
    With stage.method=cross-encoder a reranker is trained, for --rerank; with distillation an encoder learns from one
    (distillation.teacher=FOLDER).
    """
    return train_on_data(request, progress) if request.recipe is None else _train_recipe(request, progress)


def _train_recipe(request: TrainRequest, progress: Progress) -> TrainRecipeResult:
    from jobfit.experiments.default_model.recipe import read_recipe
    from jobfit.experiments.default_model.run import run_recipe
    from jobfit.training.stages import MODEL

    given = request.model_fields_set | request.sets.model_fields_set
    if wrong := [f"--{option}" for option in _OF_DATA if option in given]:
        raise InputError(f"a recipe says itself what it is trained on: leave out {', '.join(wrong)}, or the recipe")
    recipe = read_recipe(request.recipe or "", _overrides(request))
    sources = read_sources(recipe, request.esco, request.rome, request.sentences, progress)
    done = run_recipe(
        recipe, sources, request.out, request.model, resume=request.resume, on_progress=progress.of("Training")
    )
    for what in done.made.left_out:
        progress.note(f"Left out: {what}")
    return TrainRecipeResult.of(
        done.trained,
        model=request.out / MODEL,
        sha256=done.sha256,
        weights_of_step=done.trained.best_step,
        left_out=tuple(done.made.left_out),
        ships=done.verdict.ships if done.verdict else None,
        reasons=tuple(done.verdict.reasons) if done.verdict else (),
        kept_apart=tuple(line.as_json() for line in done.lines),
    )


def _overrides(request: TrainRequest) -> dict[str, dict[str, Any]]:
    tables = tables_of(request.overrides, _TABLES)
    if request.seed:
        for table in ("loop", "model"):
            tables[table] = {"seed": request.seed} | tables.get(table, {})
    return tables


def read_sources(
    recipe: Recipe, esco: str | None, rome: Path | None = None, sentences: tuple[Path, ...] = (),
    progress: Progress = quiet,
) -> Sources:  # fmt: skip
    """Read what the recipe needs; note which optional source is missing and what is then left out."""
    from jobfit.experiments.default_model.measuring import MEASURES
    from jobfit.experiments.default_model.sources import (
        Sources,
        digest_of,
        read_descriptions,
        read_rome,
        read_sentences,
    )
    from jobfit.experiments.market import MarketSizes, market_data
    from jobfit.settings import build
    from jobfit.taxonomy.stored import load_taxonomy

    needs = recipe.needs()
    if esco is None and needs - {"market"}:
        raise InputError(
            f"the recipe {recipe.name!r} is learnt from ESCO: download its CSV files (English and French) from "
            "https://esco.ec.europa.eu/en/use-esco/download and give their folder with --esco"
        )
    facts: dict[str, str] = {}
    taxonomy, market = None, None
    titles: tuple[RomeTitle, ...] = ()
    descriptions: dict[str, dict[str, str]] = {}
    if esco is not None:
        taxonomy = load_taxonomy(esco)
        folder = Path(esco)
        facts["esco"] = f"{taxonomy.version}, " + (f"sha256 {digest_of(folder)}" if folder.is_dir() else "as imported")
        descriptions = read_descriptions(folder) if folder.is_dir() else {}
        if rome is not None:
            titles = read_rome(rome, taxonomy)
            facts["rome"] = f"{len(titles):,} titles, sha256 {digest_of(rome)}"
    for folder in sentences:
        facts[f"sentences, {folder.name}"] = f"sha256 {digest_of(folder)}"
    annotated = tuple(sentence for folder in sentences for sentence in read_sentences(folder))
    if "market" in needs:
        progress.note("Simulating a market to learn from and another one to test on")
        market = market_data(build(MarketSizes, recipe.market, f"{recipe.name}, market"), MEASURES)
        facts["market"] = market.source
    if not titles:
        progress.note("Without --rome: no ROME title is learnt, and none is tested on.")
    if not annotated:
        progress.note("Without --sentences: no sentence of an advertisement is read: neither kept nor tested on.")
    return Sources(taxonomy, titles, annotated, descriptions, market, facts)
