"""The pair classifier as one call, from labelled pairs to a folder: train, calibrate on validation, save."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from jobfit.artifacts import write_json
from jobfit.encoders.base import Encoder
from jobfit.encoders.loading import load_encoder
from jobfit.errors import InputError
from jobfit.evaluation.classification import Threshold, classify
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.evaluation.statistics import Estimate
from jobfit.judged import Pair
from jobfit.records import Document
from jobfit.scorers.base import PersonJob
from jobfit.scorers.calibrators import Calibration, Floats
from jobfit.scorers.pair_classifier import ENCODER, PairClassifier, load_pair_classifier, save_pair_classifier
from jobfit.scorers.pair_head import BINARY, HeadSettings, PairHead
from jobfit.training.calibrating import Chosen, Criterion, choose_on
from jobfit.training.card import Card, write_card
from jobfit.training.data import TrainingSet, check_apart
from jobfit.training.errors import AGAIN, TrainingError
from jobfit.training.frozen import FrozenEncoder
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import OnProgress, Trained, Trainer
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.objectives.pair_classifier import PairLoss, PairObjective, pair_objective
from jobfit.training.stages import MODEL, RESULT, AddTerm
from jobfit.training.validators import PairValidator, judged_classes

ADVICE = f"Make room and {AGAIN}"
ByGroup = Sequence[tuple[str, Estimate]]
Assess = Callable[[ScoredPairs, float], ByGroup]
"""Rows of the card about groups: pairs with their calibrated probabilities, and the threshold."""
LIMITS = (
    "It orders people and decides nothing: nobody is turned down by a score. A named person decides.",
    "Its probability is that of the log it learnt from: how employers decided, errors and unequal treatment included. "
    "Assess it on data of your own, by group, before use.",
    "Calibration and threshold hold where as many are hired as in the validation pairs; choose them again elsewhere.",
    "The figures are of the validation set that chose the weights, so they flatter; measure on a test set apart.",
)


@dataclass(frozen=True, slots=True)
class PairStage(PairLoss):
    """How the pairs count, and what else the stage does.

    train_encoder: move the encoder with the head. Without, every text is encoded once and the head alone is trained.
    calibration:   ``none``, ``temperature``, ``platt`` or ``isotonic``, fitted on validation.
    criterion:     what the threshold maximises on validation.
    """

    train_encoder: bool = False
    calibration: Calibration = "platt"
    criterion: Criterion = "f1"


@dataclass(frozen=True, slots=True)
class TrainedPairs:
    """The classifier as it was saved, how the training ended, and what validation chose."""

    classifier: PairClassifier
    trained: Trained
    chosen: Chosen
    validation: Mapping[str, Estimate]
    groups: ByGroup = ()


def fit_pair_classifier(
    model: str,
    train: TrainingSet,
    validation: TrainingSet,
    folder: Path,
    settings: TrainSettings,
    *,
    stage: PairStage = PairStage(),
    head: HeadSettings = BINARY,
    options: ModelOptions | None = None,
    load: Callable[[str], Encoder] = load_encoder,
    resume: bool = True,
    on_progress: OnProgress = lambda done, total: None,
    notes: Mapping[str, Any] | None = None,
    add_term: AddTerm | None = None,
    assess: Assess | None = None,
) -> TrainedPairs:
    """Train, calibrate, and write ``model/`` (with its card) and ``result.json`` below ``folder``.

    ``model`` is the backbone's name; ``load`` gives the encoder that scores, by whose vectors a head alone is trained.
    ``add_term`` puts a second term beside the loss; ``assess``, when all is trained and chosen, rows about groups.

    Raises:
        InputError: a class has no pair, the validation pairs are of one class, or a distance has no encoder to train.
        LeakageError: train and validation share a pair.
        CheckpointError, TrainingError, Interrupted: see :meth:`~jobfit.training.loop.trainer.Trainer.run`.
    """
    options = options or ModelOptions()
    _check(train, validation, head, stage)
    facts = {"stage": "pair classifier", "pairs": asdict(stage), "model_options": asdict(options), **(notes or {})}
    kept = {**facts, "backbone": model, "settings": asdict(settings), "train": train.hash}

    def run(encoder: Any, objective: PairObjective, validator: PairValidator) -> Trained:
        learnt = objective if add_term is None else add_term(objective)
        return Trainer(
            encoder, learnt, settings, folder, data_hash=f"{train.hash}+{validation.hash}", validator=validator,
            facts=facts, on_progress=on_progress,
        ).run(resume)  # fmt: skip

    bundled: str | Callable[[Path], None]
    if stage.train_encoder:
        moved = TrainableEncoder.load(model, options)
        layers = PairHead(moved.dimension, head)
        trained = run(moved, pair_objective(train, layers, stage), PairValidator(validation, layers))
        moved.save(folder / ENCODER)
        classifier, bundled = PairClassifier(load(str(folder / ENCODER)), layers.cpu(), facts=kept), moved.save
    else:
        encoder = load(model)
        layers = PairHead(encoder.dimension, head)
        objective = pair_objective(train, layers, stage, train_encoder=False)
        validator = PairValidator(validation, layers)
        trained = run(frozen(encoder, objective.texts(), validator.texts()), objective, validator)
        classifier, bundled = PairClassifier(encoder, layers.cpu(), facts=kept), model
    chosen, measured, scored = _chosen(classifier, validation, stage)
    classifier = replace(classifier, calibrator=chosen.calibrator, threshold=chosen.threshold.value)
    save_pair_classifier(classifier, folder / MODEL, bundled, error=TrainingError, advice=ADVICE)
    rows = () if assess is None else tuple(assess(scored, chosen.threshold.value))
    _write_facts(Card.of(trained, train, validation, kept, rows), chosen, measured, folder)
    return TrainedPairs(load_pair_classifier(folder / MODEL, load), trained, chosen, measured, rows)


def _check(train: TrainingSet, validation: TrainingSet, head: HeadSettings, stage: PairStage) -> None:
    check_apart(train, validation)
    judged_classes(validation)
    if head.kind == "distance" and not stage.train_encoder:
        raise InputError("a distance has no weights of its own: set pairs.train_encoder=true, or choose another kind")


def frozen(encoder: Encoder, *texts: Mapping[str, str]) -> FrozenEncoder:
    """Return the vectors of texts by key (``c:`` and ``v:`` before an id), each encoded once, as scoring encodes it."""
    every = {key: text for some in texts for key, text in some.items()}
    candidates, vacancies = (
        [Document(key[2:], text) for key, text in every.items() if key.startswith(side)] for side in ("c:", "v:")
    )
    return FrozenEncoder(encoder.encode(candidates, "document"), encoder.encode(vacancies, "query"))


def score_pairs(classifier: PairClassifier, data: TrainingSet, pairs: Sequence[Pair]) -> Floats:
    """Return the scores (n,) of pairs of a set."""
    candidates = {i: Document(i, data.candidates[i]) for i in {pair.candidate_id for pair in pairs}}
    vacancies = {i: Document(i, data.vacancies[i]) for i in {pair.vacancy_id for pair in pairs}}
    return classifier.score([PersonJob(candidates[pair.candidate_id], vacancies[pair.vacancy_id]) for pair in pairs])


def _chosen(
    classifier: PairClassifier, validation: TrainingSet, stage: PairStage
) -> tuple[Chosen, dict[str, Estimate], ScoredPairs]:
    pairs, labels = judged_classes(validation)
    scores = score_pairs(classifier, validation, pairs)
    scored = ScoredPairs.of([(pair.vacancy_id, pair.candidate_id) for pair in pairs], labels, scores)
    measures = classify(scored, Threshold.stated(0.0)).measures  # of these two, which no threshold enters
    measured = {name: measures[name] for name in ("pr_auc", "roc_auc")}
    chosen = choose_on(validation, lambda _: scores, stage.calibration, stage.criterion)
    return chosen, measured, replace(scored, scores=chosen.calibrator.probabilities(scores))


def _write_facts(card: Card, chosen: Chosen, measured: Mapping[str, Estimate], folder: Path) -> None:
    about = {
        "calibrator": asdict(chosen.calibrator),
        "threshold": chosen.threshold.value,
        "criterion": chosen.threshold.criterion,
        "reached_on_validation": chosen.threshold.reached,
        "validation_pairs": len(chosen.threshold.chosen_on),
    }
    card = replace(card, kind="pair classifier", limits=LIMITS, metrics=measured, trained={**card.trained, **about})
    write_card(card, folder / MODEL)
    write_json(folder / RESULT, card.as_json(), error=TrainingError, advice=ADVICE)
