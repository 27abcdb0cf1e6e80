"""The sizes of RankPO's recipe, and the settings that its second stage sweeps over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from jobfit.encoders.folder import MINILM
from jobfit.errors import InputError
from jobfit.experiments.preferring import JudgeSettings
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.losses.preferences import METHODS
from jobfit.training.model import ModelOptions
from jobfit.training.stages import Stage

RETENTION = ("nDCG@20",)


@dataclass(frozen=True, slots=True)
class RankpoSettings:
    """The sizes of the recipe.

    start:          a model to begin stage 2 with, by folder or name; empty: stage 1 is run.
    rounds:         mined rounds of stage 1 after the random one.
    negatives:      of each anchor, random (15 in the paper) and mined (10 of the ranks up to 100).
    alignment_loop: the loop of stage 2; its learning rate is swept over ``rates``.
    """

    backbone: str = MINILM
    start: str = ""
    model: ModelOptions = field(default_factory=lambda: ModelOptions(max_tokens=256))
    loop: TrainSettings = field(
        default_factory=lambda: TrainSettings(epochs=3, batch_size=32, learning_rate=5e-5, schedule="cosine")
    )
    stage: Stage = field(default_factory=lambda: Stage(temperature=0.02, balance=0.0, draw=1))
    rounds: int = 2
    negatives: tuple[int, int] = (15, 10)
    depth: int = 100
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    alignment_loop: TrainSettings = field(
        default_factory=lambda: TrainSettings(epochs=3, batch_size=32, schedule="cosine")
    )
    alignment_stage: Stage = field(default_factory=lambda: Stage(method="rankpo", temperature=0.1, beta=2.0))
    methods: tuple[str, ...] = tuple(METHODS)
    rates: tuple[float, ...] = (2e-6, 5e-6, 1e-5, 2e-5, 5e-5)
    betas: tuple[float, ...] = (2.0,)

    def __post_init__(self) -> None:
        """Check the sweep.

        Raises:
            InputError: an unknown method, or nothing to sweep.
        """
        if unknown := sorted(set(self.methods) - set(METHODS)):
            raise InputError(f"method {unknown[0]!r} is not one of {', '.join(METHODS)}")
        if not self.methods or not self.rates or not self.betas or self.rounds < 1:
            raise InputError("methods, rates and betas must name something, and rounds be at least 1")


@dataclass(frozen=True, slots=True)
class Point:
    """One setting of stage 2."""

    method: Literal["rankpo", "rankpo-hinge", "simrankpo", "simrankpo-hinge", "sft"]
    rate: float
    beta: float

    @property
    def key(self) -> str:
        """The name of its row."""
        return f"{self.method}@{self.rate:g}" + ("" if self.method == "sft" else f"-beta-{self.beta:g}")

    @property
    def label(self) -> str:
        """What people read."""
        return f"{self.method}, lr {self.rate:g}" + ("" if self.method == "sft" else f", β {self.beta:g}")


def points_of(settings: RankpoSettings) -> tuple[Point, ...]:
    """Return every setting of the sweep once; SFT has no β."""
    found = {
        point.key: point
        for method in settings.methods
        for beta in settings.betas
        for rate in settings.rates
        for point in [Point(method, rate, beta)]  # type: ignore[arg-type]
    }
    return tuple(found.values())
