"""jobfit train: pairs or preferences to an encoder, resumable to the bit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.gathered import gathered
from jobfit.cli.options import DEFAULT_MODEL, AsJson, Seed
from jobfit.cli.output import print_json, progress, stderr, stdout
from jobfit.cli.stated import stated_settings
from jobfit.cli.train_groups import found_by_group, show_groups
from jobfit.cli.train_recipe import GivenSources, RecipeName, refuse_with_recipe, train_recipe
from jobfit.cli.train_rounds import RoundOptions, show_rounds, train_rounds
from jobfit.cli.train_texts import BesideOptions, Texts, texts_of
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.groups import Groups


@dataclass(frozen=True, slots=True)
class SetOptions:
    """The data, and what of them is trained and validated on."""

    data: Annotated[
        Path | None, typer.Option(help="A folder of `jobfit prepare`, or ConFit, RankPO, BEIR, TREC or Parquet data.")
    ] = None
    pairs: Annotated[Path | None, typer.Option(help="Of a prepared folder: the pairs to train on.")] = None
    validation: Annotated[Path | None, typer.Option(help="Of a prepared folder: the pairs to validate on.")] = None
    hold_out: Annotated[
        float, typer.Option(help="Share of the vacancies to validate on, where the data name no validation; 0: none.")
    ] = 0.1


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(train)


@gathered("sets", SetOptions)
@gathered("beside", BesideOptions)
@gathered("rounds", RoundOptions)
@gathered("sources", GivenSources)
def train(
    recipe: RecipeName = None,
    *,
    sets: SetOptions,
    out: Annotated[Path, typer.Option(help="Folder for checkpoints, the log and the model.")],
    model: Annotated[str, typer.Option(help="Backbone: all-MiniLM-L6-v2, a hub name or a folder.")] = DEFAULT_MODEL,
    settings: Annotated[
        Path | None, typer.Option(help="YAML or TOML with the tables loop, model and stage; see docs/training.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option("--set", help="TABLE.NAME=VALUE, such as loop.epochs=3; may be repeated.")
    ] = None,
    beside: BesideOptions,
    resume: Annotated[bool, typer.Option(help="Go on from the last checkpoint in OUT.")] = False,
    rounds: RoundOptions,
    sources: GivenSources,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Train an encoder; OUT/model is a sentence-transformers folder. Ctrl-C keeps the state; --resume goes on."""
    if recipe is not None:
        refuse_with_recipe({
            "--data": sets.data, "--settings": settings, "--pairs": sets.pairs, "--validation": sets.validation,
            "--rounds": rounds.rounds, "--negatives": beside.negatives, "--hyre": beside.hyre,
            "--augment": beside.augment, "--paraphrases": beside.paraphrases, "--groups": beside.groups,
        })  # fmt: skip
        train_recipe(recipe, sources, out, model, (option or [], seed), resume=resume, as_json=as_json)
        return
    from jobfit.groups import read_groups
    from jobfit.training.loop.settings import TrainSettings
    from jobfit.training.model import ModelOptions
    from jobfit.training.settings import build
    from jobfit.training.stages import Stage

    tables = _tables(settings, option or [])
    where = str(settings or "--set")
    loop = build(TrainSettings, {"seed": seed} | tables["loop"], where)
    options = build(ModelOptions, {"seed": seed} | tables["model"], where)
    stage = build(Stage, tables["stage"], where)
    how = model, options, loop, stage
    learnt, checked = read_sets(sets, loop.seed)
    groups = read_groups(beside.groups) if beside.groups else None
    stderr.print(_said(learnt, checked))
    texts = texts_of(beside.of(stage.contrastive, rounds.mines, loop.seed), learnt, checked)
    if rounds.rounds is not None:
        facts = train_rounds(how, texts, rounds.settings(), out, resume, groups)
        print_json(facts) if as_json else show_rounds(facts)
        return
    _one(how, texts, out, resume, groups, as_json)


def _one(
    how: tuple[str, Any, Any, Any], texts: Texts, out: Path, resume: bool, groups: Groups | None, as_json: bool
) -> None:
    """Train once and say what came of it."""
    from jobfit.encoders.generated import store_facts
    from jobfit.training.model import TrainableEncoder
    from jobfit.training.stages import MODEL, fit

    model, options, loop, stage = how
    encoder = TrainableEncoder.load(model, options)
    with progress("Training") as update:
        done = fit(
            encoder, texts.train, texts.validation, out, loop, stage=stage, resume=resume, on_progress=update,
            notes=texts.notes, groups=groups, **texts.hard,
        )  # fmt: skip
    if done.cut:
        stderr.print(f"{done.cut} of {done.texts} texts are longer than {encoder.limit} tokens and were cut there")
    facts = {
        "model": str(out / MODEL), "steps": done.steps, "weights_of_step": done.best_step, "sha256": done.sha256,
        "texts": done.texts, "cut": done.cut, "stopped_early": done.stopped or None,
        "validation": done.best.as_json() if done.best else None, **store_facts(None), **texts.notes,
        **found_by_group(out, groups),
    }  # fmt: skip
    if as_json:
        print_json(facts)
        return
    for name, value in (done.best.metrics if done.best else {}).items():
        interval = "" if value.low is None else f" ({value.low:.4f} to {value.high:.4f}, n = {value.n})"
        stdout.print(f"{name}: {value.mean:.4f}{interval}", soft_wrap=True)
    show_groups(facts)
    if done.best and done.best_step == 0:
        stdout.print("No step was better on validation than the backbone: the model is the backbone.")
    stdout.print(f"Written to {out / MODEL} (weights of step {done.best_step}, SHA-256 {done.sha256})", soft_wrap=True)


def _tables(path: Path | None, stated: list[str]) -> dict[str, dict[str, Any]]:
    """The tables loop, model and stage of the file, and what --set says over them."""
    from jobfit.settings_file import read_settings

    found: dict[str, dict[str, Any]] = {"loop": {}, "model": {}, "stage": {}}
    for name, table in (read_settings(path).data if path else {}).items():
        if name not in found or not isinstance(table, dict):
            raise InputError(f"{path}: {name!r} is not one of the tables loop, model and stage")
        found[name] |= table
    for name, table in stated_settings(stated, found).items():
        found[name] |= table
    return found


def read_sets(sets: SetOptions, seed: int) -> Any:
    """Return the train set and the validation set, or ``None`` where there is none.

    Raises:
        InputError: no data are named, or they cannot be used.
    """
    from jobfit.training.data import hold_out
    from jobfit.training.reading import has_validation, read_training_set

    if sets.data is None:
        raise InputError("no data: give --data (`jobfit train` also takes the name of a recipe, recipes/default)")
    train = read_training_set(sets.data, "train", pairs=sets.pairs)
    if sets.validation is not None or has_validation(sets.data):
        return train, read_training_set(sets.data, "validation", pairs=sets.validation)
    if sets.hold_out == 0:
        return train, None
    return hold_out(train, sets.hold_out, seed)


def _said(train: Any, validation: Any) -> str:
    held = "no validation set: the last weights will be kept"
    if validation is not None:
        held = f"validated on {len(validation.positives)} pairs and {len(validation.preferences)} preferences"
    counts = f"{len(train.positives)} pairs, {len(train.rejects)} rejects, {len(train.preferences)} preferences"
    return f"Training on {counts}; {held}"
