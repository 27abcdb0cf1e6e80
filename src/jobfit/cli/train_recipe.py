"""jobfit train recipes/default: a declarative recipe on public sources, measured on what it holds out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.output import print_json, progress, stderr, stdout
from jobfit.cli.stated import stated_settings
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.experiments.default_model.recipe import Recipe
    from jobfit.experiments.default_model.run import Finished
    from jobfit.experiments.default_model.sources import RomeTitle, Sources

RecipeName = Annotated[
    str | None, typer.Argument(help="Instead of --data: recipes/default, or the path of a recipe file (TOML).")
]
EscoFolder = Annotated[
    str | None, typer.Option(help="With a recipe: the folder of ESCO's CSV files, or the name of an imported taxonomy.")
]
RomeFolder = Annotated[
    Path | None, typer.Option(help="With a recipe: the folder of ROME's titles and their crosswalk to ESCO.")
]
SentenceFolders = Annotated[
    list[Path] | None,
    typer.Option(help="With a recipe: annotated sentences (SkillSpan, green-skills); may be repeated."),
]
_TABLES = ("held_out", "validation", "keep", "mixture", "loop", "model", "rule", "market")


@dataclass(frozen=True, slots=True)
class GivenSources:
    """What a recipe is made from, as the command line names it."""

    esco: EscoFolder = None
    rome: RomeFolder = None
    sentences: SentenceFolders = None


def refuse_with_recipe(options: Mapping[str, object]) -> None:
    """Refuse options that a recipe stands instead of.

    Raises:
        InputError: one of them is given.
    """
    if stated := [name for name, value in options.items() if value is not None]:
        raise InputError(f"a recipe says itself what it is trained on: leave out {', '.join(stated)}, or the recipe")


def train_recipe(
    name: str,
    given: GivenSources,
    out: Path,
    backbone: str,
    over: tuple[list[str], int],
    *,
    resume: bool,
    as_json: bool,
) -> None:
    """Train the recipe called ``name``; ``over`` is what --set and --seed state over it."""
    from jobfit.experiments.default_model.recipe import read_recipe
    from jobfit.experiments.default_model.run import run_recipe

    recipe = read_recipe(name, _stated(*over))
    sources = read_sources(recipe, given)
    with progress("Training") as update:
        done = run_recipe(recipe, sources, out, backbone, resume=resume, on_progress=update)
    for one in done.made.left_out:
        stderr.print(f"Left out: {one}")
    print_json(facts_of(done, out)) if as_json else _show(done, out)


def _stated(option: list[str], seed: int) -> dict[str, dict[str, Any]]:
    """What --set says, by table; --seed is the loop's and the model's."""
    found = stated_settings(option, _TABLES)
    if seed:
        for table in ("loop", "model"):
            found[table] = {"seed": seed} | found.get(table, {})
    return found


def read_sources(recipe: Recipe, given: GivenSources) -> Sources:
    """Read what the recipe needs and the command line names; say what is not there.

    Raises:
        InputError: it needs ESCO and none is named, or a folder cannot be read.
    """
    from jobfit.experiments.default_model.sources import Sources, digest_of, read_rome, read_sentences
    from jobfit.taxonomy.stored import load_taxonomy

    needs = recipe.needs()
    if given.esco is None and needs - {"market"}:
        raise InputError(
            f"the recipe {recipe.name!r} is learnt from ESCO: download its CSV files (English and French) from "
            "https://esco.ec.europa.eu/en/use-esco/download and give their folder with --esco"
        )
    facts: dict[str, str] = {}
    taxonomy = None
    if given.esco is not None:
        taxonomy = load_taxonomy(given.esco)
        folder = Path(given.esco)
        facts["esco"] = f"{taxonomy.version}, " + (f"sha256 {digest_of(folder)}" if folder.is_dir() else "as imported")
    rome: tuple[RomeTitle, ...] = ()
    if given.rome is not None and taxonomy is not None:
        rome = read_rome(given.rome, taxonomy)
        facts["rome"] = f"{len(rome):,} titles, sha256 {digest_of(given.rome)}"
    sentences = [one for folder in given.sentences or () for one in read_sentences(folder)]
    for folder in given.sentences or ():
        facts[f"sentences, {folder.name}"] = f"sha256 {digest_of(folder)}"
    market = _market(recipe) if "market" in needs else None
    if market:
        facts["market"] = market.source
    for option, there, what in (
        ("--rome", rome, "no ROME title is learnt, and none is tested on"),
        ("--sentences", sentences, "no sentence of an advertisement is read: neither kept nor tested on"),
    ):
        if not there:
            stderr.print(f"Without {option}: {what}.")
    return Sources(taxonomy, rome, tuple(sentences), market, facts)


def _market(recipe: Recipe) -> Any:
    from jobfit.experiments.default_model.ranking_sets import MEASURES
    from jobfit.experiments.market import MarketSizes, market_data
    from jobfit.training.settings import build

    stderr.print("Simulating a market to learn from and another one to test on")
    return market_data(build(MarketSizes, recipe.market, f"{recipe.name}, market"), MEASURES)


def facts_of(done: Finished, out: Path) -> dict[str, Any]:
    """What --json prints."""
    from jobfit.training.stages import MODEL

    return {
        "model": str(out / MODEL), "sha256": done.trained.sha256, "steps": done.trained.steps,
        "weights_of_step": done.trained.best_step, "left_out": list(done.made.left_out),
        "ships": done.verdict.ships if done.verdict else None,
        "reasons": list(done.verdict.reasons) if done.verdict else [],
        "kept_apart": [line.as_json() for line in done.lines],
    }  # fmt: skip


def _show(done: Finished, out: Path) -> None:
    from jobfit.experiments.default_model.measuring import table_lines, verdict_lines
    from jobfit.training.stages import MODEL

    stdout.print("\n".join([*table_lines(done.lines), *verdict_lines(done.verdict)]), soft_wrap=True)
    stdout.print(
        f"Written to {out / MODEL} (weights of step {done.trained.best_step}, SHA-256 {done.trained.sha256})",
        soft_wrap=True,
    )
