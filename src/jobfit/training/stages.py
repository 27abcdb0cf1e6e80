"""The stages as one call each: pairs (ConFit v2's equation 1), preferences (RankPO) or graded lists, to a folder.

:func:`fit` is what a loop of rounds calls: it takes the round's hard negatives and starts from the model it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from jobfit.artifacts import write_json
from jobfit.encoders.generated import store_facts
from jobfit.errors import InputError
from jobfit.groups import Groups
from jobfit.settings import Count, From0, Whole, check_fields
from jobfit.training.by_group import ByGroup, by_group, check_groups
from jobfit.training.card import Card, write_card
from jobfit.training.data import TrainingSet, check_apart
from jobfit.training.distillation import DistillationObjective
from jobfit.training.errors import AGAIN, TrainingError
from jobfit.training.loop import world
from jobfit.training.loop.encoder import as_the_loop_does
from jobfit.training.loop.objective import Objective, Validator
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import OnProgress, Trained, Trainer
from jobfit.training.losses.contrastive import Weights, two_sided_loss
from jobfit.training.losses.preferences import METHODS, PreferenceSettings, pair_scores
from jobfit.training.losses.ranking import RankingLoss, ranking_loss
from jobfit.training.model import TrainableEncoder
from jobfit.training.objectives.contrastive import ContrastiveLoss, ContrastiveObjective, Hard
from jobfit.training.objectives.preferences import (
    PreferenceLoss,
    PreferenceObjective,
    preference_keys,
    preference_texts,
)
from jobfit.training.objectives.ranking import RankingObjective
from jobfit.training.objectives.scored import ScoringObjective
from jobfit.training.validators import PreferenceValidator, RankingValidator

MODEL, RESULT = "model", "result.json"
ELSEWHERE = {
    "pair-classifier": "jobfit.training.pair_stage.fit_pair_classifier",
    "cross-encoder": "jobfit.training.cross_stage.fit_cross_encoder",
    "distillation": "fit(..., taught=DistillationObjective(...))",
}
AddTerm = Callable[[ScoringObjective[Any]], Objective[Any]]
"""Puts a second term beside an objective that scores pairs, such as one on groups."""
Method = Literal[
    "contrastive", "ranking", "rankpo", "rankpo-hinge", "simrankpo", "simrankpo-hinge", "sft", "pair-classifier",
    "cross-encoder", "distillation",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """What is learnt.

    method:      ``contrastive``, ``ranking`` (lists with grades), or ``rankpo``, ``rankpo-hinge``, ``simrankpo``,
                 ``simrankpo-hinge``, ``sft``; or ``pair-classifier`` (:mod:`jobfit.training.pair_stage`),
                 ``cross-encoder`` or ``distillation`` (:mod:`jobfit.training.cross_stage`), which read none of the
                 settings below.
    temperature: of the method; 0 takes 0.05 for pairs and lists, and 0.1 for preferences.
    balance:     weight λ of candidate → vacancy, with 2 − λ for the other way: 1 is equation 1.
    draw:        hard negatives drawn for each pair and direction.
    beta, margin, label_smoothing: of the preference loss.
    sft_weight:  SFT with this weight is added to another preference loss, as in RankPO's joint loss.
    soft_labels: read a preference's confidence as the probability that it is right.
    loss, k, length: of ranking: a loss over lists by name, the k of those that have one, and how many of a vacancy's
                 judged candidates are drawn for its list (0: all).
    """

    method: Method = "contrastive"
    temperature: From0 = 0.0
    balance: Annotated[float, Field(ge=0, le=2)] = 1.0
    draw: Whole = 1
    beta: float = 2.0
    margin: float = 0.0
    label_smoothing: float = 0.0
    sft_weight: From0 = 0.0
    soft_labels: bool = False
    loss: str = "lambdaloss@k"
    k: Count = 10
    length: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)
        if self.method == "ranking":
            list_loss(self)
        if self.sft_weight and (self.method not in METHODS or self.method == "sft"):
            raise InputError("sft_weight is added to another preference loss than sft")

    @property
    def pairwise(self) -> bool:
        return self.method == "pair-classifier"

    @property
    def contrastive(self) -> bool:
        return self.method == "contrastive"

    @property
    def preferences(self) -> PreferenceSettings:
        base = METHODS[self.method]
        stated = {"beta": self.beta, "margin": self.margin, "label_smoothing": self.label_smoothing}
        if self.sft_weight:
            stated["sft_weight"] = self.sft_weight
        return PreferenceSettings(**asdict(base) | stated | {"temperature": self.temperature or 0.1})


CONTRASTIVE = Stage()


def list_loss(stage: Stage) -> RankingLoss:
    return ranking_loss(stage.loss, **({"k": stage.k} if stage.loss.endswith("@k") else {}))


def contrastive_loss(stage: Stage) -> ContrastiveLoss:
    weights, temperature = Weights(stage.balance, 2 - stage.balance), stage.temperature or 0.05
    return lambda seen: two_sided_loss(
        seen.candidates, seen.vacancies, seen.hard_candidates, seen.hard_vacancies, seen.known, temperature, weights
    )


def preference_loss(stage: Stage) -> PreferenceLoss:
    settings = stage.preferences

    def loss(s_w: Tensor, s_l: Tensor, ref_w: Tensor | None, ref_l: Tensor | None, confidence: Tensor) -> Tensor:
        return settings.loss(s_w, s_l, ref_w, ref_l, confidence if stage.soft_labels else None)

    return loss


def reference_scores(model: TrainableEncoder, data: TrainingSet, bf16: bool = False) -> NDArray[np.float32]:
    """Return the cosines (n, 2) of preferred and rejected for each preference, by ``model`` as it is now."""
    tokens = model.tokenise(preference_texts(data)).tokens
    rows = {key: row for row, key in enumerate(tokens)}
    vectors = model.embed(list(tokens.values()), bf16)
    return pair_scores(*(vectors[[rows[key] for key in keys]] for keys in preference_keys(data.preferences)))


def fit(
    model: TrainableEncoder,
    train: TrainingSet,
    validation: TrainingSet | None,
    folder: Path,
    settings: TrainSettings,
    *,
    stage: Stage = CONTRASTIVE,
    hard_candidates: Hard | None = None,
    hard_vacancies: Hard | None = None,
    resume: bool = True,
    on_progress: OnProgress = lambda done, total: None,
    notes: Mapping[str, Any] | None = None,
    groups: Groups | None = None,
    add_term: AddTerm | None = None,
    taught: DistillationObjective | None = None,
) -> Trained:
    """Train, then write ``model/`` (a sentence-transformers folder with its card) and ``result.json`` below ``folder``.

    ``hard_candidates`` are lists by vacancy id and ``hard_vacancies`` by candidate id, as mining gives them; without
    both the human rejects are used where there are any. ``notes`` go to the card and to the checkpoint's facts; where
    no note says ``hyre``, the card says that there is none. ``groups`` are read after the training alone, for the card;
    what trains with them is ``add_term``. ``taught`` is what the method distillation learns.

    Raises:
        InputError: the data do not fit the stage, or the groups the validation set.
        LeakageError: train and validation share a pair.
        CheckpointError, TrainingError, Interrupted: see :meth:`~jobfit.training.loop.trainer.Trainer.run`.
    """
    if validation is not None:
        check_apart(train, validation)
    if groups is not None:
        check_groups(groups, validation)
    objective: Objective[Any]
    validator: Validator | None
    if taught is not None:
        objective, validator = taught, None if validation is None else RankingValidator(validation)
    else:
        objective, validator = _objective(model, train, validation, stage, settings, hard_candidates, hard_vacancies)
    if add_term is not None:
        if not isinstance(objective, ScoringObjective):
            raise InputError(f"the method {stage.method} scores no judged pairs, so no term can stand beside it")
        objective = add_term(objective)
    data_hash = train.hash if validation is None else f"{train.hash}+{validation.hash}"
    facts = {"stage": asdict(stage), "model_options": asdict(model.options), **(notes or {})}
    trainer = Trainer(
        model, objective, settings, folder, data_hash=data_hash, validator=validator, facts=facts,
        on_progress=on_progress,
    )  # fmt: skip
    done = trainer.run(resume)
    if world.rank() == 0:
        model.save(folder / MODEL)
        recipe = {"backbone": model.name, **store_facts(None), **facts, "settings": asdict(settings)}
        card = Card.of(done, train, validation, recipe, _of_groups(model, validation, groups, settings))
        write_card(card, folder / MODEL)
        write_json(folder / RESULT, card.as_json(), error=TrainingError, advice=f"Make room and {AGAIN}")
    return done


def _of_groups(
    model: TrainableEncoder, validation: TrainingSet | None, groups: Groups | None, settings: TrainSettings
) -> ByGroup:
    """What the trained model does with each group of the validation set; nothing where no groups are given."""
    if groups is None or validation is None:
        return ()
    validator = RankingValidator(validation)
    tokens = model.tokenise(validator.texts()).tokens
    with as_the_loop_does(model, settings) as bf16:
        return by_group(validator, lambda keys: model.embed([tokens[key] for key in keys], bf16), groups)


def _objective(
    model: TrainableEncoder,
    train: TrainingSet,
    validation: TrainingSet | None,
    stage: Stage,
    settings: TrainSettings,
    hard_candidates: Hard | None,
    hard_vacancies: Hard | None,
) -> tuple[Objective[Any], Validator | None]:
    if stage.method in ELSEWHERE:
        raise InputError(f"the method {stage.method} is trained by {ELSEWHERE[stage.method]}")
    if stage.contrastive:
        pairs = ContrastiveObjective(
            train, contrastive_loss(stage), hard_candidates=hard_candidates, hard_vacancies=hard_vacancies,
            draw=stage.draw,
        )  # fmt: skip
        return pairs, None if validation is None else RankingValidator(validation)
    if stage.method == "ranking":
        lists = RankingObjective(
            train, list_loss(stage), temperature=stage.temperature or 0.05, length=stage.length, name=stage.loss
        )
        return lists, None if validation is None else RankingValidator(validation)
    reference = None
    if stage.preferences.needs_reference:
        with as_the_loop_does(model, settings) as bf16:
            reference = reference_scores(model, train, bf16)
    preferences = PreferenceObjective(train, preference_loss(stage), reference, stage.method)
    return preferences, None if validation is None else PreferenceValidator(validation)
