"""One seed of a recipe: trains what a row needs, measures it, keeps the row; done twice, nothing is made twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jobfit.experiments.data import ExperimentData
from jobfit.experiments.ranking import measure_encoder
from jobfit.experiments.row_cache import RowCache
from jobfit.experiments.rows import Columns, Row
from jobfit.training.loop.encoder import Encoder
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.mining.negatives import Negatives, Training
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.stages import CONTRASTIVE, MODEL, Stage, fit

OnStep = Callable[[str, int, int], None]
"""(what is being done, done, in all)"""


@dataclass(frozen=True, slots=True)
class Backbone:
    """What every training of a recipe starts from and how it runs; the seed is set for each repetition."""

    name: str
    model: ModelOptions
    loop: TrainSettings
    stage: Stage = CONTRASTIVE

    def of_seed(self, seed: int) -> Backbone:
        """Return the same with another seed for weights, order and draws."""
        return replace(self, model=replace(self.model, seed=seed), loop=replace(self.loop, seed=seed))


@dataclass(frozen=True, slots=True)
class Trial:
    """The place of one seed: trained models lie below ``folder`` as long as a later row needs them."""

    backbone: Backbone
    cache: RowCache
    seed: int
    on_step: OnStep = lambda what, done, total: None

    @property
    def folder(self) -> Path:
        """Where the models of this seed are."""
        return self.cache.folder / "work" / f"seed-{self.seed}"

    def training(self, data: ExperimentData) -> Training:
        """Return what rounds and mining need."""
        chosen = self.backbone.of_seed(self.seed)
        return Training(chosen.name, data.train, data.validation, chosen.model, chosen.loop, chosen.stage, data.notes)

    def raw(self) -> TrainableEncoder:
        """Return the backbone as it is."""
        chosen = self.backbone.of_seed(self.seed)
        return TrainableEncoder.load(chosen.name, chosen.model)

    def model(self, key: str, data: ExperimentData, hard: Callable[[], Negatives] | None = None) -> TrainableEncoder:
        """Return the model ``key``, trained from the backbone unless it is there already.

        ``hard`` mines its negatives; without it the human rejects are used where there are any.
        """
        training = self.training(data)
        if (self.folder / key / MODEL).is_dir():
            return training.load(self.folder / key / MODEL)
        used = hard() if hard is not None else None
        model = training.load()
        fit(
            model, data.train, data.validation, self.folder / key, training.loop, stage=training.stage,
            hard_candidates=used.candidates if used else None, hard_vacancies=used.vacancies if used else None,
            on_progress=lambda done, total: self.on_step(f"{key}, seed {self.seed}", done, total),
            notes={**training.notes, "row": key},
        )  # fmt: skip
        self.tidy(key)
        return model

    def at_hand(self, key: str, data: ExperimentData) -> TrainableEncoder | None:
        """Return the model ``key`` if it is still there; the untrained backbone (``raw``) always is."""
        if key == "raw":
            return self.raw()
        folder = self.folder / key / MODEL
        return self.training(data).load(folder) if folder.is_dir() else None

    def row(self, key: str, label: str, data: ExperimentData, make: Callable[[], Encoder]) -> Row:
        """Return the row of the encoder that ``make`` gives on the held-out part; it is made only if needed."""

        def measured() -> tuple[Columns, Mapping[str, Any]]:
            self.on_step(f"{key}, seed {self.seed}", 0, 1)
            return measure_encoder(make(), data.held_out, self.backbone.loop), {}

        return self.cache.row(key, label, self.seed, measured)

    def tidy(self, key: str) -> None:
        """Remove what only an interrupted training needs; the model stays."""
        folder = self.folder / key
        shutil.rmtree(folder / "checkpoints", ignore_errors=True)
        for path in folder.glob("best-*.safetensors"):
            path.unlink()

    def forget(self, key: str) -> None:
        """Remove a model that no later row needs."""
        shutil.rmtree(self.folder / key, ignore_errors=True)
