"""One seed of an experiment: trains what a row needs, measures it, and keeps the row in a file.

An experiment that was stopped goes on with the first row that is missing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from jobfit.artifacts import make_folder, read_json, read_text, sha256_of, write_atomic
from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.ranking import measure_encoder
from jobfit.experiments.rows import Measured, Row
from jobfit.training.loop.encoder import Encoder
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.rounds import Negatives, Training
from jobfit.training.stages import CONTRASTIVE, MODEL, Stage, fit

FORMAT = "jobfit-recipe-1"
OnStep = Callable[[str, int, int], None]
"""(what is being done, done, in all)"""


class RowCache:
    """The rows below ``folder/rows``; ``facts`` are everything that a row depends on besides its key and its seed."""

    def __init__(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Open the folder of an experiment, or begin it; :class:`InputError` where it holds anything else."""
        self.folder = folder
        path = folder / "recipe.json"
        facts = {"format": FORMAT, **facts}
        wanted = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"
        if path.is_file():
            if read_text(path) != wanted:
                raise InputError(
                    f"{folder} holds rows of other data or settings ({path.name} differs): choose a new folder"
                )
        elif folder.exists() and any(folder.iterdir()):
            raise InputError(f"{folder} is not empty and was not written by an experiment: choose a new folder")
        else:
            make_folder(folder)
            write_atomic(path, wanted)
        make_folder(folder / "rows")

    def find(self, key: str, seed: int) -> Measured | None:
        """Return what was measured for a row, or ``None``; :class:`InputError` where its file was altered."""
        path = self._path(key, seed)
        if not path.is_file():
            return None
        try:
            content = read_json(path)
            if content["sha256"] != sha256_of(json.dumps(content["row"], sort_keys=True).encode()):
                raise InputError("the checksum differs")
            return Measured(content["row"]["columns"], content["row"]["notes"])
        except (InputError, KeyError, TypeError) as error:
            raise InputError(f"{path} was altered since it was written: remove it to measure the row again") from error

    def keep(self, key: str, seed: int, measured: Measured) -> Measured:
        columns = {name: {query: list(v) for query, v in values.items()} for name, values in measured.columns.items()}
        row = json.loads(json.dumps({"columns": columns, "notes": dict(measured.notes)}))
        digest = sha256_of(json.dumps(row, sort_keys=True).encode())
        write_atomic(self._path(key, seed), json.dumps({"sha256": digest, "row": row}) + "\n")
        return Measured(row["columns"], row["notes"])

    def _path(self, key: str, seed: int) -> Path:
        return self.folder / "rows" / f"{key}.seed-{seed}.json"


@dataclass(frozen=True, slots=True)
class Backbone:
    """What every training of an experiment starts from and how it runs; the seed is set for each trial."""

    name: str
    model: ModelOptions
    loop: TrainSettings
    stage: Stage = CONTRASTIVE

    def of_seed(self, seed: int) -> Backbone:
        return replace(self, model=replace(self.model, seed=seed), loop=replace(self.loop, seed=seed))


@dataclass(frozen=True, slots=True)
class Trial:
    """One seed of ``seeds``: trained models lie below ``folder`` as long as a later row needs them."""

    cache: RowCache
    seed: int
    seeds: tuple[int, ...]
    base: Backbone | None = None
    on_step: OnStep = lambda what, done, total: None

    @property
    def folder(self) -> Path:
        return self.cache.folder / "work" / f"seed-{self.seed}"

    @property
    def backbone(self) -> Backbone:
        assert self.base is not None, "an experiment that trains names its backbone"
        return self.base.of_seed(self.seed)

    @property
    def first(self) -> Trial:
        """The trial of the first seed, for what all seeds share."""
        return replace(self, seed=self.seeds[0])

    def row(self, key: str, label: str, measure: Callable[[], Measured]) -> Row:
        """Return one seed of a row; it is measured only if it is not kept already."""
        if (measured := self.cache.find(key, self.seed)) is None:
            self.step(key)
            measured = self.cache.keep(key, self.seed, measure())
        return Row(key, label, {self.seed: measured.columns})

    def encoder_row(self, key: str, label: str, data: ExperimentData, make: Callable[[], Encoder]) -> Row:
        return self.row(key, label, lambda: Measured(measure_encoder(make(), data.held_out, self.backbone.loop)))

    def step(self, what: str, done: int = 0, total: int = 1) -> None:
        self.on_step(f"{what}, seed {self.seed}", done, total)

    def training(self, data: ExperimentData) -> Training:
        own = self.backbone
        return Training(own.name, data.train, data.validation, own.model, own.loop, own.stage, data.notes)

    def raw(self) -> TrainableEncoder:
        return TrainableEncoder.load(self.backbone.name, self.backbone.model)

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
            on_progress=partial(self.step, key), notes={**training.notes, "row": key},
        )  # fmt: skip
        self.tidy(key)
        return model

    def measure_model(
        self, key: str, data: ExperimentData, wanted: Mapping[str, Callable[[Encoder], Measured]]
    ) -> None:
        """Measure more of the model ``key`` (``raw``: the untrained backbone), kept under the names in ``wanted``.

        A model that is gone is not trained again for this: its cells will say *not measured*.
        """
        missing = {name: measure for name, measure in wanted.items() if self.cache.find(name, self.seed) is None}
        there = key == "raw" or (self.folder / key / MODEL).is_dir()
        if not missing or not there:
            return
        model = self.raw() if key == "raw" else self.model(key, data)
        for name, measure in missing.items():
            self.step(name)
            self.cache.keep(name, self.seed, measure(model))

    def tidy(self, key: str) -> None:
        """Remove what only an interrupted training needs; the model stays."""
        folder = self.folder / key
        shutil.rmtree(folder / "checkpoints", ignore_errors=True)
        for path in folder.glob("best-*.safetensors"):
            path.unlink()

    def forget(self, key: str) -> None:
        shutil.rmtree(self.folder / key, ignore_errors=True)
