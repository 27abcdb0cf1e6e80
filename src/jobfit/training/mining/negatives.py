"""What rounds have in common: the training from the backbone, and hard negatives of both directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jobfit.groups import Groups
from jobfit.judged import Texts
from jobfit.training.data import TrainingSet
from jobfit.training.loop.encoder import embed_texts
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.mining.mine import MineSettings, mine
from jobfit.training.mining.strategies import Strategy
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.stages import CONTRASTIVE, Stage

Lists = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Negatives:
    """Hard negatives of both directions: candidates by vacancy id, vacancies by candidate id."""

    candidates: Lists
    vacancies: Lists

    def __or__(self, other: Negatives) -> Negatives:
        return Negatives(_union(self.candidates, other.candidates), _union(self.vacancies, other.vacancies))

    def count(self) -> int:
        return sum(len(ids) for side in (self.candidates, self.vacancies) for ids in side.values())


@dataclass(frozen=True, slots=True)
class Training:
    """What every round has in common: backbone, data, and how one training runs.

    ``notes`` go to the model cards, and what is measured by ``groups``, which no training reads.
    """

    backbone: str
    train: TrainingSet
    validation: TrainingSet
    model: ModelOptions = field(default_factory=ModelOptions)
    loop: TrainSettings = field(default_factory=TrainSettings)
    stage: Stage = CONTRASTIVE
    notes: Mapping[str, Any] = field(default_factory=dict)
    groups: Groups | None = None

    def load(self, folder: Path | None = None) -> TrainableEncoder:
        """Return a fresh backbone, or the model that a round left in ``folder``."""
        if folder is None:
            return TrainableEncoder.load(self.backbone, self.model)
        # Adapters are merged when saved, and the window is in the folder: only what is not saved is set again.
        return TrainableEncoder.load(str(folder), replace(self.model, pooling=None, lora_rank=0))


def mine_both(
    model: TrainableEncoder, training: Training, strategy: Strategy, seed: int, near_duplicates: float | None = 0.95
) -> Negatives:
    """Mine candidates for every vacancy with a positive and vacancies for every such candidate, in all train texts."""
    data = training.train
    candidates = embed_texts(model, written(data.candidates), training.loop)
    vacancies = embed_texts(model, written(data.vacancies), training.loop)
    chosen = MineSettings(seed=training.loop.seed * 1000 + seed, near_duplicates=near_duplicates)
    texts, positives = Texts(data.vacancies, data.candidates), data.positives_of_vacancies()
    found = mine(vacancies.only(positives), candidates, positives, strategy, chosen, texts=texts)
    wanted = data.positives_of_candidates()
    back = mine(candidates.only(wanted), vacancies, wanted, strategy, chosen, texts=texts.turned())
    return Negatives(dict(found), dict(back))


def written(texts: Mapping[str, str]) -> dict[str, str]:
    return {i: text for i, text in texts.items() if text.strip()}


def _union(first: Lists, second: Lists) -> Lists:
    keys = dict.fromkeys((*first, *second))
    return {key: tuple(dict.fromkeys((*first.get(key, ()), *second.get(key, ())))) for key in keys}
