"""jobfit train, mine and reproduce: an encoder, the hard negatives for it, and whole papers."""

from __future__ import annotations

import typer

from jobfit.app import mining, recipe, reproduction
from jobfit.app.mining import MineResult
from jobfit.app.recipe import TrainRecipeResult
from jobfit.app.training_request import TrainPairsResult, TrainRerankerResult, TrainResult, TrainRoundsResult
from jobfit.cli.command import command
from jobfit.cli.output import stderr, stdout
from jobfit.cli.pairs import print_report

Trained = TrainResult | TrainRoundsResult | TrainPairsResult | TrainRerankerResult


def _print_trained(result: Trained | TrainRecipeResult) -> None:
    if isinstance(result, TrainPairsResult):
        for name, estimate in result.validation.items():
            stdout.print(f"{name} on validation: {estimate}", soft_wrap=True)
        chosen = f"{result.calibration}; {result.criterion} {result.reached or 0:.4f} at {result.threshold:.4f}"
        stdout.print(f"Chosen on validation: calibration {chosen}", soft_wrap=True)
        _print_groups(result)
        _print_written(result)
        return
    if isinstance(result, TrainRerankerResult):
        for name, estimate in (result.validation.metrics if result.validation else {}).items():
            stdout.print(f"{name}: {estimate}", soft_wrap=True)
        fitted = "none" if result.temperature is None else f"{result.temperature:.4f}, fitted on validation"
        stdout.print(f"Temperature: {fitted}. Licence: {result.licence}. Use it with --rerank {result.model}")
        _print_term(result)
        _print_written(result)
        return
    if isinstance(result, TrainRecipeResult):
        card = (result.model / "README.md").read_text(encoding="utf-8")
        stdout.print(card.partition("## Measured on what was held out")[2].strip(), soft_wrap=True)
        _print_written(result)
        return
    if isinstance(result, TrainRoundsResult):
        best = f"round {result.best_round}, the best on validation"
        stdout.print(f"Written to {result.model}: {best} (SHA-256 {result.sha256})", soft_wrap=True)
    elif result.validation:
        for name, estimate in result.validation.metrics.items():
            stdout.print(f"{name}: {estimate}", soft_wrap=True)
    _print_groups(result)
    if isinstance(result, TrainResult):
        if result.validation and result.weights_of_step == 0:
            stdout.print("No step was better on validation than the backbone: the model is the backbone.")
        _print_written(result)


def _print_groups(result: TrainResult | TrainRoundsResult | TrainPairsResult) -> None:
    for row in result.groups or ():
        stdout.print(f"{row.group}: {row}", soft_wrap=True)
    if not isinstance(result, TrainRoundsResult):
        _print_term(result)


def _print_term(result: TrainResult | TrainPairsResult | TrainRerankerResult) -> None:
    if (term := result.fairness) and term.active_rate is not None:
        stdout.print(f"Term on {' and '.join(term.attributes)}: {term.active_rate:.0%} active (beta {term.beta:g})")


def _print_written(result: TrainResult | TrainPairsResult | TrainRerankerResult | TrainRecipeResult) -> None:
    what = f"weights of step {result.weights_of_step}, SHA-256 {result.sha256}"
    stdout.print(f"Written to {result.model} ({what})", soft_wrap=True)


def _print_mined(result: MineResult) -> None:
    for side, found in result.directions.items():
        stdout.print(
            f"{side}: {found.negatives:,} negatives for {found.anchors:,} anchors, from ranks "
            f"{found.window.first} to {found.window.last - 1} of {found.pool:,}"
        )
        if found.fewer or found.none:
            stdout.print(f"  {found.fewer:,} anchors have fewer than {found.width}, {found.none:,} none")
        if found.without_positive:
            stdout.print(f"  {found.without_positive:,} without a positive were not mined for; they are in the pool")
    for what, count in result.left_out.items():
        if count:
            stderr.print(f"left out: {count} {what}")
    stdout.print(f"Written to {result.out}", soft_wrap=True)


train = command(
    recipe.train, _print_trained, recipe=typer.Argument(), overrides=("--set",), resume=("--resume/--no-resume",)
)
mine = command(mining.mine, _print_mined)
reproduce = command(
    reproduction.reproduce, print_report, paper=typer.Argument(),
    llm_attempts=None, llm_answer_tokens=None, llm_keep_incomplete=None,
)  # fmt: skip
