"""jobfit train: pairs or preferences to an encoder, resumable to the bit; by a recipe, or in rounds of mining."""

from __future__ import annotations

import typer

from jobfit.app import recipe, training
from jobfit.app.recipe import TrainRecipeResult
from jobfit.app.training import TrainedWith, TrainRequest, TrainResult, TrainRoundsResult
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import answer, stdout


@asks(TrainRequest, recipe=typer.Argument(), overrides=("--set",), resume=("--resume/--no-resume",))
def train(request: TrainRequest, as_json: AsJson = False) -> TrainResult | TrainRoundsResult | TrainRecipeResult:
    """Train an encoder; OUT/model is a sentence-transformers folder. Ctrl-C keeps the state; --resume goes on."""
    if request.recipe is not None:
        return answer(recipe.train_recipe, request, as_json, _print_recipe)
    return answer(training.train, request, as_json, _print_training)


def _print_training(result: TrainResult | TrainRoundsResult) -> None:
    if isinstance(result, TrainRoundsResult):
        _print_rounds(result)
    else:
        _print_trained(result)


def _print_trained(result: TrainResult) -> None:
    for name, estimate in (result.validation.metrics if result.validation else {}).items():
        stdout.print(f"{name}: {estimate}", soft_wrap=True)
    _print_groups(result)
    if result.validation and result.weights_of_step == 0:
        stdout.print("No step was better on validation than the backbone: the model is the backbone.")
    _print_written(result)


def _print_rounds(result: TrainRoundsResult) -> None:
    stdout.print(
        f"Written to {result.model}: round {result.best_round}, the best on validation (SHA-256 {result.sha256})",
        soft_wrap=True,
    )
    _print_groups(result)


def _print_recipe(result: TrainRecipeResult) -> None:
    card = (result.model / "README.md").read_text(encoding="utf-8")
    stdout.print(card.partition("## Measured on what was held out")[2].strip(), soft_wrap=True)
    _print_written(result)


def _print_groups(result: TrainedWith) -> None:
    for row in result.groups or ():
        stdout.print(f"{row.group}: {row}", soft_wrap=True)


def _print_written(result: TrainResult | TrainRecipeResult) -> None:
    stdout.print(
        f"Written to {result.model} (weights of step {result.weights_of_step}, SHA-256 {result.sha256})",
        soft_wrap=True,
    )
