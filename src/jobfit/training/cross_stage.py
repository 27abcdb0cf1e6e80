"""A reranker as one call: a cross-encoder from graded lists, its temperature from validation, its card and licence.

And the lists by which one teaches an encoder (:mod:`jobfit.training.distillation`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from jobfit.artifacts import write_json
from jobfit.errors import InputError
from jobfit.judged import Pair
from jobfit.records import Document
from jobfit.scorers.base import PersonJob, Scorer
from jobfit.scorers.calibrators import Floats
from jobfit.scorers.cross_encoder import load_cross_encoder
from jobfit.scorers.licences import Licence, licence_of
from jobfit.settings import Above0, Count, check_fields
from jobfit.training.calibrating import choose_on
from jobfit.training.card import Card, write_card
from jobfit.training.cross_encoder import TrainableCrossEncoder, calibrate
from jobfit.training.data import TrainingSet, check_apart
from jobfit.training.distillation import Distilled, TaughtList
from jobfit.training.errors import AGAIN, TrainingError
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import OnProgress, Trained, Trainer
from jobfit.training.losses.ranking import RankingLoss, ranking_loss
from jobfit.training.model import ModelOptions
from jobfit.training.objectives.pair_lists import PairListObjective, lists_with_negatives
from jobfit.training.stages import MODEL, RESULT, AddTerm
from jobfit.training.validators import PairListValidator

ListSize = Annotated[int, Field(ge=2)]
LIMITS = (
    "It orders people and decides nothing: nobody is turned down by a score. A named person decides.",
    "It learnt from the log named above and carries what that carries, unequal treatment of groups included. Assess it "
    "on data of your own, by group, before use.",
    "Its temperature holds where as many are hired as in the validation pairs; no threshold comes with it.",
    "The figures are of the validation set that chose the weights, so they flatter; measure on a test set apart.",
)


@dataclass(frozen=True, slots=True)
class CrossStage:
    """What a cross-encoder learns by.

    loss, k: a loss over lists by name, and the k of those that have one.
    size:    candidates drawn of a vacancy's list for a step, half of them positives where there are so many.
    licence: of the model that comes out, as its card states it; empty: that of what it starts from.
    """

    loss: str = "lambdaloss@k"
    k: Count = 10
    size: ListSize = 8
    licence: str = ""

    def __post_init__(self) -> None:
        check_fields(self)
        self.made()

    def made(self) -> RankingLoss:
        return ranking_loss(self.loss, **({"k": self.k} if self.loss.endswith("@k") else {}))


@dataclass(frozen=True, slots=True)
class DistillStage:
    """What an encoder learns from a reranker.

    teacher: folder of a cross-encoder.
    loss, size, spread: as :class:`~jobfit.training.distillation.DistillationObjective` says.
    """

    teacher: str = ""
    loss: Distilled = "margin-mse"
    size: ListSize = 8
    spread: Above0 = 0.1

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True)
class TrainedReranker:
    """How the training ended, the licence on the card, and the temperature; ``None``: validation could give none."""

    trained: Trained
    licence: Licence
    temperature: float | None


def fit_cross_encoder(
    model: str,
    train: TrainingSet,
    validation: TrainingSet | None,
    folder: Path,
    settings: TrainSettings,
    *,
    stage: CrossStage = CrossStage(),
    options: ModelOptions | None = None,
    mined: Mapping[str, Sequence[str]] | None = None,
    resume: bool = True,
    on_progress: OnProgress = lambda done, total: None,
    notes: Mapping[str, Any] | None = None,
    add_term: AddTerm | None = None,
) -> TrainedReranker:
    """Train on lists of positives, rejects and ``mined``; write ``model/`` (with its card) and ``result.json``.

    ``model`` is an encoder, which gets a fresh head, or a reranker's folder. The temperature that makes σ(score / T) a
    probability is fitted on the hired and rejected pairs of validation; without both kinds none is.

    Raises:
        InputError: no list is left. LeakageError: train and validation share a pair. ModelError: see
        :meth:`~jobfit.training.cross_encoder.TrainableCrossEncoder.load`.
        CheckpointError, TrainingError, Interrupted: see :meth:`~jobfit.training.loop.trainer.Trainer.run`.
    """
    if validation is not None:
        check_apart(train, validation)
    objective = PairListObjective(
        train, lists_with_negatives(train, mined), stage.made(), size=stage.size, name=stage.loss
    )
    validator = None if validation is None else PairListValidator(validation, lists_with_negatives(validation))
    options = options or ModelOptions()
    reader = TrainableCrossEncoder.load(model, options)
    data_hash = train.hash if validation is None else f"{train.hash}+{validation.hash}"
    facts = {"stage": asdict(stage), "model_options": asdict(options), **(notes or {})}
    trained = Trainer(
        reader, objective if add_term is None else add_term(objective), settings, folder, data_hash=data_hash,
        validator=validator, facts=facts, on_progress=on_progress,
    ).run(resume)  # fmt: skip
    reader.save(folder / MODEL)
    temperature = None
    if validation is not None and validation.positives and validation.rejects:
        temperature = fitted_temperature(folder / MODEL, validation)
        calibrate(folder / MODEL, temperature)
    licence = _licence(stage.licence, model)
    recipe = {"backbone": model, "licence": licence.name, **facts, "settings": asdict(settings)}
    card = Card.of(trained, train, validation, recipe)
    told = {**card.trained, "temperature": temperature}
    card = replace(card, kind="cross-encoder", limits=LIMITS, trained=told)
    write_card(card, folder / MODEL)
    write_json(folder / RESULT, card.as_json(), error=TrainingError, advice=f"Make room and {AGAIN}")
    return TrainedReranker(trained, licence, temperature)


def fitted_temperature(folder: Path, validation: TrainingSet) -> float:
    """Return the temperature of the cross-encoder in ``folder``, from the hired and rejected pairs of validation."""
    scorer = load_cross_encoder(folder)
    [temperature] = choose_on(
        validation, lambda pairs: scores_of(scorer, validation, pairs), "temperature"
    ).calibrator.numbers
    return temperature


def scores_of(scorer: Scorer, data: TrainingSet, pairs: Sequence[Pair]) -> Floats:
    """Return the scores (n,) of pairs of a set."""
    return scorer.score(
        [
            PersonJob(Document(p.candidate_id, data.candidates[p.candidate_id]),
                      Document(p.vacancy_id, data.vacancies[p.vacancy_id]))
            for p in pairs
        ]
    )  # fmt: skip


def taught_lists(
    scorer: Scorer, data: TrainingSet, mined: Mapping[str, Sequence[str]] | None = None
) -> tuple[TaughtList, ...]:
    """Return the lists that a reranker teaches: every judged or mined candidate of a vacancy, and its score.

    A teacher needs no label, so those whose outcome is the talent pool or who were only mined are in the lists too.

    Raises:
        InputError: no vacancy has two candidates, or a mined candidate has no text.
    """
    lists: dict[str, dict[str, None]] = {}
    for pair in (*data.positives, *data.rejects, *data.pool):
        lists.setdefault(pair.vacancy_id, {})[pair.candidate_id] = None
    for vacancy_id, ids in (mined or {}).items():
        lists.setdefault(vacancy_id, {}).update(dict.fromkeys(ids))
    if unknown := {i for ids in lists.values() for i in ids} - data.candidates.keys():
        raise InputError(f"{len(unknown)} mined candidates have no text in the data, the first {min(unknown)!r}")
    pairs = [Pair(c, v) for v, ids in sorted(lists.items()) if len(ids) > 1 for c in sorted(ids)]
    if not pairs:
        raise InputError("no vacancy has two candidates: add rejects, or --negatives that were mined")
    scores = iter(scores_of(scorer, data, pairs).tolist())
    return tuple(
        TaughtList(v, tuple(sorted(ids)), tuple(next(scores) for _ in ids))
        for v, ids in sorted(lists.items())
        if len(ids) > 1
    )


def _licence(stated: str, backbone: str) -> Licence:
    if stated:
        return Licence(stated, "stated by whoever trained it")
    path = Path(backbone).expanduser()
    return licence_of(path if path.is_dir() else Path(Path(backbone).name))
