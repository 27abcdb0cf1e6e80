"""jobfit train: pairs or preferences to an encoder, resumable to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jobfit.cli.mine import Name
from jobfit.cli.options import DEFAULT_MODEL, AsJson, Seed
from jobfit.cli.output import print_json, progress, stderr, stdout
from jobfit.cli.train_recipe import (
    EscoFolder,
    GivenSources,
    RecipeName,
    RomeFolder,
    SentenceFolders,
    refuse_with_recipe,
    train_recipe,
)
from jobfit.cli.train_rounds import RoundsMode, rounds_of, show_rounds, train_rounds
from jobfit.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(train)


def train(
    recipe: RecipeName = None,
    *,
    data: Annotated[
        Path | None, typer.Option(help="A folder of `jobfit prepare`, or ConFit, RankPO, BEIR, TREC or Parquet data.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for checkpoints, the log and the model.")],
    model: Annotated[str, typer.Option(help="Backbone: all-MiniLM-L6-v2, a hub name or a folder.")] = DEFAULT_MODEL,
    settings: Annotated[
        Path | None, typer.Option(help="YAML or TOML with the tables loop, model and stage; see docs/training.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option("--set", help="TABLE.NAME=VALUE, such as loop.epochs=3; may be repeated.")
    ] = None,
    pairs: Annotated[Path | None, typer.Option(help="Of a prepared folder: the pairs to train on.")] = None,
    validation: Annotated[Path | None, typer.Option(help="Of a prepared folder: the pairs to validate on.")] = None,
    hold_out: Annotated[
        float, typer.Option(help="Share of the vacancies to validate on, where the data name no validation; 0: none.")
    ] = 0.1,
    resume: Annotated[bool, typer.Option(help="Go on from the last checkpoint in OUT.")] = False,
    rounds: Annotated[
        int | None, typer.Option(min=0, help="Mine and train again from the backbone so often; 0: only round 0.")
    ] = None,
    rounds_mode: Annotated[
        RoundsMode, typer.Option(help="With --rounds: train on the newest negatives, or on those of all rounds.")
    ] = RoundsMode.INCREMENTAL,
    strategy: Annotated[
        Name, typer.Option(help="With --rounds: how negatives are mined; see docs/training/mining.md.")
    ] = Name.RUM,
    stop_on_alarm: Annotated[
        bool, typer.Option("--stop-on-alarm", help="With --rounds: end at the first round that collapses.")
    ] = False,
    esco: EscoFolder = None,
    rome: RomeFolder = None,
    sentences: SentenceFolders = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Train an encoder; OUT/model is a sentence-transformers folder. Ctrl-C keeps the state; --resume goes on."""
    if recipe is not None:
        refuse_with_recipe(data, settings, pairs, validation, rounds)
        given = GivenSources(esco, rome, tuple(sentences or ()))
        train_recipe(recipe, given, out, model, (option or [], seed), resume=resume, as_json=as_json)
        return
    options, loop, stage = _settings(settings, option or [], seed)
    learnt, checked = _read(data, pairs, validation, hold_out, loop.seed)
    stderr.print(_said(learnt, checked))
    if rounds is not None:
        chosen = rounds_of(rounds, rounds_mode, strategy, stop_on_alarm)
        facts = train_rounds((model, options, loop, stage), (learnt, checked), chosen, out, resume)
        print_json(facts) if as_json else show_rounds(facts)
        return
    _one((model, options, loop, stage), (learnt, checked), out, resume, as_json)


def _settings(path: Path | None, stated: list[str], seed: int) -> tuple[Any, Any, Any]:
    """The options of the model, the loop's settings and the stage."""
    from jobfit.training.loop.settings import TrainSettings, build
    from jobfit.training.model import ModelOptions
    from jobfit.training.stages import Stage

    tables, where = _tables(path, stated), str(path or "--set")
    loop = build(TrainSettings, {"seed": seed} | tables["loop"], where)
    return build(ModelOptions, {"seed": seed} | tables["model"], where), loop, build(Stage, tables["stage"], where)


def _one(how: tuple[str, Any, Any, Any], data: tuple[Any, Any], out: Path, resume: bool, as_json: bool) -> None:
    """Train once and say what came of it."""
    from jobfit.training.model import TrainableEncoder
    from jobfit.training.stages import MODEL, fit

    (model, options, loop, stage), (learnt, checked) = how, data
    encoder = TrainableEncoder.load(model, options)
    with progress("Training") as update:
        done = fit(encoder, learnt, checked, out, loop, stage=stage, resume=resume, on_progress=update)
    if done.cut:
        stderr.print(f"{done.cut} of {done.texts} texts are longer than {encoder.limit} tokens and were cut there")
    facts = {
        "model": str(out / MODEL), "steps": done.steps, "weights_of_step": done.best_step, "sha256": done.sha256,
        "texts": done.texts, "cut": done.cut, "stopped_early": done.stopped or None,
        "validation": done.best.as_json() if done.best else None,
    }  # fmt: skip
    if as_json:
        print_json(facts)
        return
    for name, value in (done.best.metrics if done.best else {}).items():
        interval = "" if value.low is None else f" ({value.low:.4f} to {value.high:.4f}, n = {value.n})"
        stdout.print(f"{name}: {value.mean:.4f}{interval}", soft_wrap=True)
    if done.best and done.best_step == 0:
        stdout.print("No step was better on validation than the backbone: the model is the backbone.")
    stdout.print(f"Written to {out / MODEL} (weights of step {done.best_step}, SHA-256 {done.sha256})", soft_wrap=True)


def _tables(path: Path | None, stated: list[str]) -> dict[str, dict[str, Any]]:
    """The tables loop, model and stage of the file, and what --set says over them."""
    import yaml

    from jobfit.training.loop.settings import read_settings

    found: dict[str, dict[str, Any]] = {"loop": {}, "model": {}, "stage": {}}
    for name, table in (read_settings(path) if path else {}).items():
        if name not in found or not isinstance(table, dict):
            raise InputError(f"{path}: {name!r} is not one of the tables loop, model and stage")
        found[name] |= table
    for item in stated:
        key, equals, value = item.partition("=")
        table, dot, name = key.partition(".")
        if not equals or not dot or table not in found:
            raise InputError(f"--set {item!r}: write loop.NAME=VALUE, model.NAME=VALUE or stage.NAME=VALUE")
        try:
            read = yaml.safe_load(value)
            found[table][name] = float(read) if isinstance(read, str) and _is_number(read) else read
        except yaml.YAMLError as error:
            raise InputError(f"--set {item!r}: the value cannot be read") from error
    return found


def _is_number(text: str) -> bool:
    """Whether YAML left a number such as 2e-5 as a text."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _read(data: Path | None, pairs: Path | None, validation: Path | None, share: float, seed: int) -> Any:
    """The train set and the validation set, or ``None`` where there is none."""
    from jobfit.training.data import hold_out
    from jobfit.training.reading import has_validation, read_training_set

    if data is None:
        raise InputError("nothing to train on: give --data, or the name of a recipe such as recipes/default")
    train = read_training_set(data, "train", pairs=pairs)
    if validation is not None or has_validation(data):
        return train, read_training_set(data, "validation", pairs=validation)
    if share == 0:
        return train, None
    return hold_out(train, share, seed)


def _said(train: Any, validation: Any) -> str:
    held = "no validation set: the last weights will be kept"
    if validation is not None:
        held = f"validated on {len(validation.positives)} pairs and {len(validation.preferences)} preferences"
    counts = f"{len(train.positives)} pairs, {len(train.rejects)} rejects, {len(train.preferences)} preferences"
    return f"Training on {counts}; {held}"
