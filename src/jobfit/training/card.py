"""The model card: data hash, recipe, metrics with intervals, groups where they were measured, limits. And as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jobfit.artifacts import write_atomic
from jobfit.encoders.hyre import CARD, CARD_KEY
from jobfit.evaluation.statistics import Estimate
from jobfit.training.data import TrainingSet
from jobfit.training.errors import AGAIN, TrainingError

if TYPE_CHECKING:  # a card is read where nothing is trained and torch is not loaded
    from jobfit.training.loop.trainer import Trained

LIMITS = (
    "It orders texts; it decides nothing. A named person decides.",
    "Its scores are cosines: comparable within one query, no probability and no grade.",
    "It learnt from the pairs named above and carries whatever they carry, unequal treatment of groups included. "
    "Assess it on data of your own, by group, before use.",
    "The figures are of the validation set that chose these weights, so they flatter; measure on a test set apart.",
)
OF_PAIR_CLASSIFIER = (
    "# A pair classifier for person-job matching", "",
    "Loads with `jobfit.scorers.pair_classifier.load_pair_classifier(folder)`; scores by the log-odds of *hired*.", "",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """What is known about a trained model. ``groups``: rows of a group's name, its n, a measure and its interval."""

    recipe: Mapping[str, Any]
    data: Mapping[str, Any]
    trained: Mapping[str, Any]
    metrics: Mapping[str, Estimate] = field(default_factory=dict)
    groups: Sequence[tuple[str, Estimate]] = ()
    limits: Sequence[str] = LIMITS
    kind: Literal["encoder", "pair classifier", "cross-encoder"] = "encoder"

    @classmethod
    def of(
        cls,
        done: Trained,
        train: TrainingSet,
        validation: TrainingSet | None,
        recipe: Mapping[str, Any],
        groups: Sequence[tuple[str, Estimate]] = (),
    ) -> Card:
        data = {
            "train_sha256": train.hash,
            "validation_sha256": validation.hash if validation else None,
            "candidates": len(train.candidates),
            "vacancies": len(train.vacancies),
            "positives": len(train.positives),
            "rejects": len(train.rejects),
            "talent_pool": len(train.pool),
            "preferences": len(train.preferences),
            "texts": done.texts,
            "texts_cut": done.cut,
        }
        facts = {
            "steps": done.steps,
            "weights_of_step": done.best_step,
            "weights_sha256": done.sha256,
            "start_sha256": done.start_sha256,
            "stopped_early": done.stopped or None,
            "validation_scores": [list(look) for look in done.history],
        }
        return cls(recipe, data, facts, done.best.metrics if done.best else {}, groups)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"groups": [{"group": name, **asdict(value)} for name, value in self.groups]}

    def markdown(self) -> str:
        recipe = json.dumps(dict(self.recipe), ensure_ascii=False, indent=2, default=str)
        lines = [
            *self._head(),
            "## Data", *_table(self.data), "## Training", *_table(self.trained),
            "## Recipe", "```json", recipe, "```", "## Measured on the validation set",
            *_estimates(self.metrics.items(), "No validation set was given: nothing was measured."),
            "## By group", *_estimates(self.groups, "Not measured: see `--groups` of `jobfit train`."),
            "## Limits", *(f"- {limit}" for limit in self.limits), "",
        ]  # fmt: skip
        return "\n".join(lines)

    def _head(self) -> Sequence[str]:
        if self.kind == "pair classifier":
            return OF_PAIR_CLASSIFIER
        if self.kind == "cross-encoder":
            return [
                "---", "library_name: sentence-transformers", "pipeline_tag: text-ranking",
                f"license: {json.dumps(self.recipe['licence'], ensure_ascii=False)}", "---",
                "# A cross-encoder for person-job matching", "",
                "Loads with `CrossEncoder(folder)` and `jobfit.scorers.cross_encoder.load_cross_encoder(folder)`; "
                "`--rerank FOLDER` takes it. It reads a vacancy and a CV together, the vacancy first.", "",
            ]  # fmt: skip
        return [
            "---", "library_name: sentence-transformers", "pipeline_tag: sentence-similarity",
            f"{CARD_KEY}: {json.dumps(self.recipe.get('hyre', 'none'), ensure_ascii=False)}", "---",
            "# An encoder for person-job matching", "",
            "Loads with `SentenceTransformer(folder)`; candidates and vacancies are encoded by the same weights.", "",
            f"Hypothetical texts beside the vacancies (HyRe): {self.recipe.get('hyre', 'none')}.", "",
        ]  # fmt: skip


def write_card(card: Card, folder: Path) -> None:
    write_atomic(folder / CARD, card.markdown(), error=TrainingError, advice=f"Make room and {AGAIN}")


def _table(facts: Mapping[str, Any]) -> list[str]:
    return ["| what | value |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in facts.items()), ""]


def _estimates(rows: Any, otherwise: str) -> list[str]:
    found = list(rows)
    if not found:
        return [otherwise, ""]
    lines = ["| measure | mean | 95 % interval | n |", "| --- | --- | --- | --- |"]
    for name, value in found:
        mean = "undefined" if value.mean is None else f"{value.mean:.4f}"
        interval = "none" if value.low is None else f"{value.low:.4f} to {value.high:.4f}"
        lines.append(f"| {name} | {mean} | {interval} | {value.n} |")
    return [*lines, ""]
