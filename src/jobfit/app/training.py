"""Train an encoder, a cross-encoder or a pair classifier: once, or in rounds of mining; resumable to the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobfit.app.encoding import cached_encoder
from jobfit.app.mining import strategy_of
from jobfit.app.training_request import (
    AnyTrained,
    GroupEstimate,
    TermFacts,
    TrainPairsResult,
    TrainRequest,
    TrainRerankerResult,
    TrainResult,
    TrainRoundsResult,
    Way,
)
from jobfit.app.training_texts import Texts, count_negatives, counted, read_sets, read_texts
from jobfit.app.wire import Progress
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate

if TYPE_CHECKING:
    from jobfit.evaluation.pairs import ScoredPairs
    from jobfit.groups import Groups
    from jobfit.scorers.pair_head import HeadSettings
    from jobfit.training.cross_stage import CrossStage, DistillStage
    from jobfit.training.data import TrainingSet
    from jobfit.training.distillation import DistillationObjective
    from jobfit.training.loop.settings import TrainSettings
    from jobfit.training.model import ModelOptions
    from jobfit.training.objectives.group_terms import TermSettings
    from jobfit.training.pair_stage import Assess, PairStage
    from jobfit.training.rounds import Round
    from jobfit.training.stages import AddTerm, Stage


_TABLES = ("loop", "model", "stage", "head", "pairs", "lists", "distillation", "fairness")
_OF_METHOD = {  # the tables that belong to one method
    "head": "pair-classifier", "pairs": "pair-classifier", "lists": "cross-encoder", "distillation": "distillation",
}  # fmt: skip
_FEW = 0.5  # of the terms on groups active: fewer are told
_OF_CARD = ("selection rate", "true positive rate", "false positive rate")


@dataclass(frozen=True, slots=True)
class _Settings:
    model: ModelOptions
    loop: TrainSettings
    stage: Stage
    head: HeadSettings
    pairs: PairStage
    lists: CrossStage
    distillation: DistillStage
    fairness: TermSettings | None


@dataclass(frozen=True, slots=True)
class _Term:
    """What adds the term on groups to an objective, and what is known of it."""

    add: AddTerm
    facts: TermFacts


def train_on_data(request: TrainRequest, progress: Progress) -> AnyTrained:
    """Train once or in rounds; ``out/model`` is a sentence-transformers folder, or that of a pair classifier."""
    from jobfit.groups import read_groups

    settings = _settings(request)
    train, validation = read_sets(request.sets, settings.loop.seed, judged=settings.stage.pairwise)
    groups = read_groups(request.groups) if request.groups else None
    term = _term(settings, groups, train, progress)
    if settings.stage.pairwise:
        return _train_pairs(request, settings, train, validation, groups, term, progress)
    progress.note(counted(train, validation))
    if settings.stage.method == "cross-encoder":
        return _train_reranker(request, settings, train, validation, term, progress)
    _check(request, settings.stage.method)
    texts = read_texts(request, train, validation, settings.loop.seed, progress)
    if request.rounds is not None:
        if term is not None:
            raise InputError("the table fairness belongs to one training: leave --rounds out")
        return _train_rounds(request, settings, texts, groups, progress)
    return _train_once(request, settings, texts, groups, term, progress)


def _term(settings: _Settings, groups: Groups | None, train: TrainingSet, progress: Progress) -> _Term | None:
    """Return the term that the table fairness asks for; the groups leave this function as codes alone."""
    stated = settings.fairness
    if stated is None:
        return None
    if groups is None:
        raise InputError("the table fairness needs --groups: a CSV of candidate_id and attributes")
    from jobfit.training.group_access import GroupAccess
    from jobfit.training.objectives.fairness import FairnessObjective

    access = GroupAccess.of(groups, stated.attributes, train.candidates)
    facts = TermFacts.of(stated, groups=access.groups, support=access.support, unknown=access.unknown)
    progress.note(
        f"A term on {' and '.join(stated.attributes)}, beta {stated.beta:g}: {access.groups} groups of "
        f"{', '.join(map(str, access.support))} training candidates; of {access.unknown} nobody knows the group"
    )
    add = partial(FairnessObjective, groups=access, beta=stated.beta, term=stated.made(), least=stated.least)
    return _Term(add, facts)


def _told(term: _Term, log: Path, progress: Progress) -> TermFacts:
    """Return the facts with the share of terms that were active, of the whole log; a note where few were."""
    from jobfit.artifacts import read_text

    lines = [json.loads(line) for line in read_text(log).splitlines()]
    rates = [line["fairness_active_rate"] for line in lines if "fairness_active_rate" in line]
    active = sum(rates) / len(rates) if rates else None
    if active is not None and active < _FEW:
        progress.note(
            f"WARNING: only {active:.0%} of the terms had two groups to compare: larger batches, fairness.least=1, or "
            "another criterion"
        )
    return term.facts.model_copy(update={"active_rate": active})


def _train_once(
    request: TrainRequest,
    settings: _Settings,
    texts: Texts,
    groups: Groups | None,
    term: _Term | None,
    progress: Progress,
) -> TrainResult:
    from jobfit.training.loop.trainer import LOG
    from jobfit.training.model import TrainableEncoder
    from jobfit.training.stages import MODEL, fit

    encoder = TrainableEncoder.load(request.model, settings.model)
    negatives = texts.negatives
    taught = _taught(settings.distillation, texts, progress) if settings.stage.method == "distillation" else None
    done = fit(
        encoder, texts.train, texts.validation, request.out, settings.loop, stage=settings.stage, resume=request.resume,
        hard_candidates=None if negatives is None else negatives.candidates,
        hard_vacancies=None if negatives is None else negatives.vacancies,
        on_progress=progress.of("Training"), notes=texts.notes, groups=groups,
        add_term=None if term is None else term.add, taught=taught,
    )  # fmt: skip
    if done.cut:
        progress.note(f"{done.cut} of {done.texts} texts are longer than {encoder.limit} tokens and were cut there")
    return TrainResult.of(
        done,
        model=request.out / MODEL,
        weights_of_step=done.best_step,
        stopped_early=done.stopped or None,
        validation=done.best and done.best.as_json(),
        groups=_by_group(request.out, groups),
        fairness=term and _told(term, request.out / LOG, progress),
        **texts.notes,
    )


def _taught(stage: DistillStage, texts: Texts, progress: Progress) -> DistillationObjective:
    """Return what the teacher's scores of the training lists teach."""
    from jobfit.app.reranking import RerankOptions, open_reranker
    from jobfit.training.cross_stage import taught_lists
    from jobfit.training.distillation import DistillationObjective

    if not stage.teacher:
        raise InputError("distillation.teacher names no folder: that of a cross-encoder, or of a pair classifier")
    teacher = open_reranker(RerankOptions(rerank=Path(stage.teacher)), progress)
    assert teacher is not None  # a folder was named
    mined = None if texts.negatives is None else texts.negatives.candidates
    lists = taught_lists(teacher, texts.train, mined)
    progress.note(
        f"{teacher.fingerprint} scored {sum(len(one.scores) for one in lists):,} pairs of {len(lists):,} lists"
    )
    return DistillationObjective(texts.train, lists, stage.loss, size=stage.size, spread=stage.spread)


def _train_reranker(
    request: TrainRequest,
    settings: _Settings,
    train: TrainingSet,
    validation: TrainingSet | None,
    term: _Term | None,
    progress: Progress,
) -> TrainRerankerResult:
    from jobfit.training.cross_stage import fit_cross_encoder
    from jobfit.training.loop.trainer import LOG
    from jobfit.training.mining.reading import read_negatives
    from jobfit.training.stages import MODEL

    for option in ("rounds", "hyre", "augment", "paraphrases", "groups"):
        if getattr(request, option) not in (None, ()) and not (option == "groups" and term):
            raise InputError(f"--{option} belongs to the training of an encoder, not to a cross-encoder")
    negatives, notes = None, {}
    if request.negatives is not None:
        negatives = read_negatives(request.negatives, train)
        notes = {"mined": count_negatives(negatives, train, progress)}
    done = fit_cross_encoder(
        request.model, train, validation, request.out, settings.loop, stage=settings.lists, options=settings.model,
        mined=None if negatives is None else negatives.candidates, resume=request.resume,
        on_progress=progress.of("Training"), notes=notes, add_term=None if term is None else term.add,
    )  # fmt: skip
    trained = done.trained
    if done.temperature is None:
        progress.note("No temperature was fitted: validation holds no hired and rejected pairs")
    if done.licence.warning:
        progress.note(f"WARNING: {done.licence.warning} (lists.licence states another)")
    return TrainRerankerResult.of(
        trained, model=request.out / MODEL, weights_of_step=trained.best_step, stopped_early=trained.stopped or None,
        licence=done.licence.name, temperature=done.temperature, validation=trained.best and trained.best.as_json(),
        fairness=term and _told(term, request.out / LOG, progress), **notes,
    )  # fmt: skip


def _train_pairs(
    request: TrainRequest,
    settings: _Settings,
    train: TrainingSet,
    validation: TrainingSet | None,
    groups: Groups | None,
    term: _Term | None,
    progress: Progress,
) -> TrainPairsResult:
    from jobfit.training.loop.trainer import LOG
    from jobfit.training.pair_stage import fit_pair_classifier
    from jobfit.training.stages import MODEL

    for option in ("rounds", "negatives", "hyre", "augment", "paraphrases"):
        if getattr(request, option) not in (None, ()):
            raise InputError(f"--{option} belongs to the training of an encoder, not to a pair classifier")
    if validation is None:
        raise InputError("a pair classifier is calibrated on a validation set: leave --hold-out above 0")
    progress.note(
        f"Training on {len(train.positives)} hired, {len(train.pool)} in the talent pool and {len(train.rejects)} "
        f"rejected; calibrated on {len(validation.positives)} hired and {len(validation.rejects)} rejected"
    )
    done = fit_pair_classifier(
        request.model, train, validation, request.out, settings.loop, stage=settings.pairs, head=settings.head,
        options=settings.model, load=lambda name: cached_encoder(name, progress), resume=request.resume,
        on_progress=progress.of("Training"), add_term=None if term is None else term.add,
        assess=None if groups is None else _assessing(groups, validation),
    )  # fmt: skip
    chosen, trained = done.chosen, done.trained
    return TrainPairsResult.of(
        trained, model=request.out / MODEL, weights_of_step=trained.best_step, stopped_early=trained.stopped or None,
        kind=settings.head.kind, features=settings.head.features, calibration=chosen.calibrator.method,
        threshold=chosen.threshold.value, criterion=chosen.threshold.criterion, reached=chosen.threshold.reached,
        validation=dict(done.validation),
        groups=groups and tuple(GroupEstimate(**asdict(row), group=name) for name, row in done.groups),
        fairness=term and _told(term, request.out / LOG, progress),
    )  # fmt: skip


def _assessing(groups: Groups, validation: TrainingSet) -> Assess:
    """Return what tells the card of each group, after the training: who is chosen, and who of those who were hired."""
    from jobfit.app.audit import judged_of
    from jobfit.audit.assess import assess_decisions, attributes_of

    attributes = attributes_of(groups)
    judged_people = {pair.candidate_id for pair in (*validation.positives, *validation.rejects)}
    if not judged_people & groups.values.keys():
        raise InputError("no candidate of the validation set is in the file of groups: do their ids belong together?")

    def rows(pairs: ScoredPairs, threshold: float) -> list[tuple[str, Estimate]]:
        found = assess_decisions(judged_of(pairs), groups, attributes, threshold)
        return [
            (f"{name} {row.group}: {row.rate} of {row.support:g} pairs", row.estimate)
            for name, one in found.items()
            for row in one.found.rows
            if row.rate in _OF_CARD
        ]

    return rows


def _train_rounds(
    request: TrainRequest, settings: _Settings, texts: Texts, groups: Groups | None, progress: Progress
) -> TrainRoundsResult:
    import shutil

    from jobfit.training.rounds import RoundSettings, Training, run_rounds
    from jobfit.training.stages import MODEL

    out = request.out
    if texts.validation is None:
        raise InputError("--rounds compares its rounds on a validation set: leave --hold-out above 0")
    if out.exists() and any(out.iterdir()) and not request.resume:
        raise InputError(f"{out} holds an earlier training: add --resume to go on, or choose another folder")
    training = Training(
        request.model, texts.train, texts.validation, settings.model, settings.loop, settings.stage, texts.notes, groups
    )
    rounds_settings = RoundSettings(
        request.rounds or 0, request.rounds_mode, strategy_of(request.strategy, {}), stop=request.stop_on_alarm
    )

    def note(done: Round) -> None:
        progress.note(
            f"round {done.number}: nDCG@10 {done.probe.validation:.4f} on validation, {done.probe.train:.4f} on train, "
            f"{done.negatives} hard negatives"
        )
        for alarm in done.alarms:
            progress.note(f"  ALARM {alarm}")

    rounds = run_rounds(training, rounds_settings, out, progress.of("Training"), note)
    best = max(rounds, key=lambda done: (done.probe.validation, -done.number))
    shutil.rmtree(out / MODEL, ignore_errors=True)
    shutil.copytree(best.folder / MODEL, out / MODEL)
    return TrainRoundsResult(
        model=out / MODEL,
        best_round=best.number,
        sha256=best.sha256,
        rounds=tuple(done.as_json() for done in rounds),
        groups=_by_group(best.folder, groups),
        **texts.notes,
    )


def _by_group(folder: Path, groups: Groups | None) -> tuple[GroupEstimate, ...] | None:
    from jobfit.artifacts import read_json
    from jobfit.training.stages import RESULT

    if groups is None:
        return None
    return tuple(GroupEstimate(**row) for row in read_json(folder / RESULT)["groups"])


def _settings(request: TrainRequest) -> _Settings:
    from jobfit.scorers.pair_head import HeadSettings
    from jobfit.settings import build
    from jobfit.settings_file import read_settings
    from jobfit.training.cross_stage import CrossStage, DistillStage
    from jobfit.training.loop.settings import TrainSettings
    from jobfit.training.model import ModelOptions
    from jobfit.training.objectives.group_terms import TermSettings
    from jobfit.training.pair_stage import PairStage
    from jobfit.training.stages import Stage

    tables: dict[str, dict[str, Any]] = {name: {} for name in _TABLES}
    for name, table in (read_settings(request.settings).data if request.settings else {}).items():
        if name not in tables or not isinstance(table, dict):
            raise InputError(f"{request.settings}: {name!r} is not one of the tables {', '.join(tables)}")
        tables[name] |= table
    for name, table in tables_of(request.overrides, tuple(tables)).items():
        tables[name] |= table
    where = str(request.settings or "--set")
    stage = build(Stage, tables["stage"], where)
    if unread := [name for name, method in _OF_METHOD.items() if tables[name] and stage.method != method]:
        raise InputError(f"{where}: the table {unread[0]!r} belongs to stage.method={_OF_METHOD[unread[0]]}")
    return _Settings(
        build(ModelOptions, {"seed": request.seed} | tables["model"], where),
        build(TrainSettings, {"seed": request.seed} | tables["loop"], where),
        stage,
        build(HeadSettings, {"seed": request.seed} | tables["head"], where),
        build(PairStage, {"seed": request.seed} | tables["pairs"], where),
        build(CrossStage, tables["lists"], where),
        build(DistillStage, tables["distillation"], where),
        build(TermSettings, tables["fairness"], f"{where}, fairness") if tables["fairness"] else None,
    )


def tables_of(overrides: Sequence[str], tables: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what ``TABLE.NAME=VALUE`` say, {table: {name: value}}; values are read as YAML, and 2e-5 as a number.

    >>> tables_of(["loop.epochs=3", "loop.learning_rate=2e-5"], ("loop",))
    {'loop': {'epochs': 3, 'learning_rate': 2e-05}}
    """
    from jobfit.settings_file import parse_yaml

    found: dict[str, dict[str, Any]] = {}
    for item in overrides:
        key, equals, text = item.partition("=")
        table, dot, name = key.partition(".")
        if not equals or not dot or table not in tables:
            raise InputError(f"--set {item!r}: write TABLE.NAME=VALUE with one of the tables {', '.join(tables)}")
        value = parse_yaml(text, f"--set {key}").data
        if re.fullmatch(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+", text.strip()):  # to YAML 2e-5 is a text
            value = float(text)
        found.setdefault(table, {})[name] = value
    return found


def _check(request: TrainRequest, method: str) -> None:
    contrastive = method == "contrastive"
    rounds = request.rounds is not None
    if (Way.PARAPHRASE in request.augment) != (request.paraphrases is not None):
        raise InputError("--augment paraphrase and --paraphrases FILE belong together (`jobfit paraphrase`)")
    if request.augment and not contrastive:
        raise InputError("--augment copies pairs: it belongs to the method contrastive")
    if request.augment and rounds:
        raise InputError("--augment belongs to one training: --rounds would mine copies as negatives")
    if request.negatives is not None and rounds:
        raise InputError("--negatives belongs to one training: --rounds mines its own with each model")
    if request.negatives is not None and method not in ("contrastive", "distillation"):
        raise InputError(
            "--negatives belongs to the methods contrastive, cross-encoder and distillation: preferences have their "
            "own rejected side"
        )
    if rounds and method == "distillation":
        raise InputError("--rounds mines anew for each model, and a teacher's lists stay: leave it out")
    if request.hyre is not None and rounds and request.strategy == "bm25":
        raise InputError("--hyre is read by encoders alone: mine the rounds with another strategy than bm25")
