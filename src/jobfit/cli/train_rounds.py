"""jobfit train --rounds: mine, train again from the backbone, say what each round scored and what went wrong."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.mine import Name, strategy_of
from jobfit.cli.output import progress, stderr, stdout
from jobfit.cli.train_groups import found_by_group, show_groups
from jobfit.cli.train_texts import Texts
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.groups import Groups
    from jobfit.training.rounds import Round, RoundSettings


class RoundsMode(StrEnum):
    """Which negatives a round is trained on."""

    INCREMENTAL = "incremental"
    COMBINED = "combined"


@dataclass(frozen=True, slots=True)
class RoundOptions:
    """The options of rounds; without ``rounds`` there is one training."""

    rounds: Annotated[
        int | None, typer.Option(min=0, help="Mine and train again from the backbone so often; 0: only round 0.")
    ] = None
    rounds_mode: Annotated[
        RoundsMode, typer.Option(help="With --rounds: train on the newest negatives, or on those of all rounds.")
    ] = RoundsMode.INCREMENTAL
    strategy: Annotated[
        Name, typer.Option(help="With --rounds: how negatives are mined; see docs/training/mining.md.")
    ] = Name.RUM
    stop_on_alarm: Annotated[
        bool, typer.Option("--stop-on-alarm", help="With --rounds: end at the first round that collapses.")
    ] = False

    @property
    def mines(self) -> str | None:
        """The name of the strategy that mines, or ``None`` where there are no rounds."""
        return None if self.rounds is None else self.strategy.value

    def settings(self) -> RoundSettings:
        """Return the settings that the options state."""
        from jobfit.training.rounds import RoundSettings

        assert self.rounds is not None  # the caller asked
        mined = strategy_of(self.strategy, {})
        return RoundSettings(self.rounds, self.rounds_mode.value, mined, stop=self.stop_on_alarm)


def train_rounds(
    how: tuple[str, Any, Any, Any],
    texts: Texts,
    settings: RoundSettings,
    out: Path,
    resume: bool,
    groups: Groups | None,
) -> dict[str, Any]:
    """Run the rounds below ``out`` and put the model of the best one on validation in ``out/model``.

    Raises:
        InputError: there is no validation set, or an earlier training is there and is not to be resumed.
    """
    from jobfit.encoders.generated import store_facts
    from jobfit.training.mining.negatives import Training
    from jobfit.training.rounds import run_rounds
    from jobfit.training.stages import MODEL

    if texts.validation is None:
        raise InputError("--rounds compares its rounds on a validation set: leave --hold-out above 0")
    if out.exists() and any(out.iterdir()) and not resume:
        raise InputError(f"{out} holds an earlier training: add --resume to go on, or choose another folder")
    name, model, loop, stage = how
    training = Training(name, texts.train, texts.validation, model, loop, stage, texts.notes, groups)

    def told(one: Round) -> None:
        stderr.print(
            f"round {one.number}: nDCG@10 {one.probe.validation:.4f} on validation, {one.probe.train:.4f} on train, "
            f"{one.negatives} hard negatives"
        )
        for alarm in one.alarms:
            stderr.print(f"  ALARM {alarm}")

    with progress("Training") as update:
        rounds = run_rounds(training, settings, out, update, told)
    best = max(rounds, key=lambda one: (one.probe.validation, -one.number))
    shutil.rmtree(out / MODEL, ignore_errors=True)
    shutil.copytree(best.folder / MODEL, out / MODEL)
    return {
        "model": str(out / MODEL),
        "best_round": best.number,
        "sha256": best.sha256,
        "rounds": [one.as_json() for one in rounds],
        **store_facts(None),
        **texts.notes,
        **found_by_group(best.folder, groups),
    }


def show_rounds(facts: dict[str, Any]) -> None:
    """Print which round's model was kept."""
    stdout.print(
        f"Written to {facts['model']}: round {facts['best_round']}, the best on validation (SHA-256 {facts['sha256']})",
        soft_wrap=True,
    )
    show_groups(facts)
