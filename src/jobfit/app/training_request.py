"""What a training is asked, and what it says when it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from jobfit.app.encoding import HyreFacts
from jobfit.app.mining import StrategyName
from jobfit.app.wire import BACKBONE, Hyre, Request, Result, Seed
from jobfit.evaluation.statistics import Estimate

if TYPE_CHECKING:
    pass


CopiedTexts = Annotated[int, Field(ge=1, description="Copies of each side and each way; fewer texts are all copied.")]


class Way(StrEnum):
    EDA = "eda"
    ROWS = "rows"
    PARAPHRASE = "paraphrase"


class TrainingData(Request):
    data: Path | None = Field(
        None, description="A folder of `jobfit prepare`, or ConFit, RankPO, BEIR or Parquet data."
    )
    pairs: Path | None = Field(None, description="Of a prepared folder: the pairs to train on.")
    validation: Path | None = Field(None, description="Of a prepared folder: the pairs to validate on.")
    hold_out: float = Field(
        0.1, description="Share of the vacancies to validate on, where the data name no validation; 0: none."
    )


class TrainRequest(Request):
    recipe: str | None = Field(
        None, description="Instead of --data: recipes/default, or the path of a recipe file (TOML)."
    )
    sets: TrainingData = Field(default_factory=TrainingData)
    out: Path = Field(description="Folder for checkpoints, the log and the model.")
    model: str = Field(BACKBONE, description="Backbone: all-MiniLM-L6-v2, a hub name or a folder.")
    settings: Path | None = Field(
        None,
        description="YAML or TOML with the tables loop, model, stage, head, pairs, lists, distillation, fairness; see "
        "docs/training.",
    )
    overrides: tuple[str, ...] = Field((), description="TABLE.NAME=VALUE, such as loop.epochs=3; may be repeated.")
    negatives: Path | None = Field(
        None, description="Hard negatives of `jobfit mine`: its folder, one in it, or a Parquet table."
    )
    hyre: Hyre = None
    augment: tuple[Way, ...] = Field(
        (),
        description="Add noisy copies of training texts: eda, rows (of rejects), paraphrase (of --paraphrases); "
        "may be repeated.",
    )
    augment_texts: CopiedTexts = 500
    paraphrases: Path | None = Field(None, description="With --augment paraphrase: a file of `jobfit paraphrase`.")
    groups: Path | None = Field(
        None,
        description="CSV of candidate_id and attributes: results by group for the model card. Trained on only by the "
        "table fairness, whose term is added to the loss.",
    )
    resume: bool = Field(False, description="Go on from the last checkpoint in OUT.")
    rounds: int | None = Field(None, ge=0, description="Number of mine-and-retrain rounds after round 0.")
    rounds_mode: Literal["incremental", "combined"] = Field(
        "incremental", description="With --rounds: train on the newest negatives, or on those of all rounds."
    )
    strategy: StrategyName = Field(
        "rum", description="With --rounds: how negatives are mined; see docs/training/mining.md."
    )
    stop_on_alarm: bool = Field(False, description="With --rounds: end at the first round that collapses.")
    esco: str | None = Field(
        None, description="With a recipe: the folder of ESCO's CSV files, or the name of an imported taxonomy."
    )
    rome: Path | None = Field(
        None, description="With a recipe: the folder of ROME's titles and their crosswalk to ESCO."
    )
    sentences: tuple[Path, ...] = Field(
        (), description="With a recipe: annotated sentences (SkillSpan, green-skills); may be repeated."
    )
    seed: Seed = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEstimate(Estimate):
    group: str


class Validated(Result):
    score: float
    metrics: dict[str, Estimate]


class MinedNegatives(Result):
    """How many vacancies and candidates have mined negatives, and how many these are."""

    anchor_vacancies: int
    anchor_candidates: int
    negatives: int


class TermFacts(Result):
    """The term on groups: how many groups of how many training candidates, and whose group nobody knows.

    ``active_rate``: the share of terms that had two groups to compare; near 0 the term did nothing.
    """

    attributes: tuple[str, ...]
    term: str
    criterion: str
    beta: float
    groups: int
    support: tuple[int, ...]
    unknown: int
    active_rate: float | None = None


class TrainedWith(HyreFacts):
    """What was read beside the data (``null``: nothing), and the results by group."""

    mined: MinedNegatives | None = None
    augmented: dict[str, dict[str, Any]] | None = None
    groups: tuple[GroupEstimate, ...] | None = None
    fairness: TermFacts | None = None


class Trained(Result):
    """How the loop ended, and the model that it wrote."""

    model: Path
    steps: int
    weights_of_step: int
    sha256: str
    texts: int
    cut: int
    stopped_early: str | None


class TrainResult(TrainedWith, Trained):
    validation: Validated | None


class TrainPairsResult(Trained):
    """The pair classifier, and what validation chose: the threshold is one of the calibrated probability."""

    kind: str
    features: str
    calibration: str
    threshold: float
    criterion: str
    reached: float | None
    validation: dict[str, Estimate]
    groups: tuple[GroupEstimate, ...] | None = None
    fairness: TermFacts | None = None


class TrainRerankerResult(Trained):
    """The cross-encoder: the licence on its card, and the temperature of its probability (``null``: not fitted)."""

    licence: str
    temperature: float | None
    validation: Validated | None
    mined: MinedNegatives | None = None
    fairness: TermFacts | None = None


class TrainRoundsResult(TrainedWith):
    model: Path
    best_round: int
    sha256: str
    rounds: tuple[dict[str, Any], ...]


AnyTrained = TrainResult | TrainRoundsResult | TrainPairsResult | TrainRerankerResult
