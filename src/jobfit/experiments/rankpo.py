"""RankPO as a recipe: rule labels -> stage 1 (random -> incremental -> combined) -> AI preferences -> stage 2 -> sweep.

Stage 1 contrasts vacancy -> candidate only (InfoNCE, temperature 0.02), its hard negatives random in round 0 and mined
from the newest encoder's top ranks afterwards. The *combined* model is judged, aligned and the reference. Stage 2
trains it on preferences with each method and learning rate of figure 2; *alignment* is the share of held-out
preferences that the model's scores agree with, *retention* its nDCG@20 against the rules.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import cache, partial
from typing import Any, Literal

from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.preferring import (
    ALIGNMENT,
    TRUE_ALIGNMENT,
    JudgedPreferences,
    agreement,
    ask,
    judge_of,
    truly,
    with_preferences,
)
from jobfit.experiments.ranking import measure_bm25, measure_encoder, measure_vectors
from jobfit.experiments.rankpo_settings import Point, RankpoSettings, points_of
from jobfit.experiments.row_cache import RowCache, joined
from jobfit.experiments.rows import Columns, Row
from jobfit.experiments.trial import Backbone, OnStep, Trial
from jobfit.judged import Texts
from jobfit.training.annotation import Annotator
from jobfit.training.loop.encoder import embed_texts
from jobfit.training.mining.strategies import Random, Sampled
from jobfit.training.model import TrainableEncoder
from jobfit.training.rounds import Round, RoundSettings, run_rounds
from jobfit.training.stages import MODEL, fit

START = "stage-1"
_HELD_OUT_SEED = 65_535  # of the judge on held-out pairs: none of the repetitions' own


def rankpo_rows(
    data: ExperimentData,
    settings: RankpoSettings,
    row_cache: RowCache,
    seeds: tuple[int, ...],
    judge: Annotator | None = None,
    on_step: OnStep = lambda what, done, total: None,
) -> tuple[Row, ...]:
    """Run the whole paper on ``data`` for every seed and return its rows; finished ones are read again.

    ``judge`` is a language model, or ``None``: simulated from the truth, or else the preferences that the data hold.

    Raises:
        Whatever training, mining and the judge raise; what is finished stays.
    """
    if judge is None and data.truth is None and not data.train.preferences:  # known before hours of stage 1
        raise InputError("these data hold no preferences, and neither a truth nor a language model can judge")
    backbone = Backbone(settings.backbone, settings.model, settings.loop, settings.stage)
    rows: list[Row] = []
    trials = [Trial(backbone, row_cache, seed, on_step) for seed in seeds]

    @cache
    def tested() -> JudgedPreferences:
        return _held_out(trials[0], data, settings, judge)

    for trial in trials:
        rows.append(row_cache.row("bm25", "BM25", trial.seed, lambda: (measure_bm25(data.held_out), {})))
        rows.append(trial.row("raw", "backbone, untrained", data, trial.raw))
        if not settings.start:
            rows += _curriculum(trial, data, settings)
        rows += _alignment(trial, data, settings, judge, tested)
    return joined(rows)


def _curriculum(trial: Trial, data: ExperimentData, settings: RankpoSettings) -> list[Row]:
    """Table 3: random, incremental and combined negatives; the last model stays as the start of stage 2."""

    @cache
    def incremental() -> tuple[Round, ...]:
        return _rounds(trial, data, settings, "incremental")

    rows = [
        _of_round(trial, data, "random", lambda: incremental()[:1]),
        _of_round(trial, data, "incremental", incremental),
        _of_round(trial, data, "combined", lambda: _combined(trial, data, settings)),
    ]
    trial.forget("incremental")
    return rows


def _combined(trial: Trial, data: ExperimentData, settings: RankpoSettings) -> tuple[Round, ...]:
    """Return the combined rounds, trained unless they are there; their random round is the incremental one's."""
    first = trial.folder / "incremental" / "round-0"
    if first.is_dir() and not (trial.folder / "combined").exists():
        shutil.copytree(first, trial.folder / "combined" / "round-0")
    return _rounds(trial, data, settings, "combined")


def _rounds(
    trial: Trial, data: ExperimentData, settings: RankpoSettings, mode: Literal["incremental", "combined"]
) -> tuple[Round, ...]:
    random, mined = settings.negatives
    strategies = Sampled(k=mined, high=settings.depth), Random(k=random)
    chosen = RoundSettings(settings.rounds, mode, *strategies, one_sided=True)

    def step(done: int, total: int) -> None:
        trial.on_step(f"{mode}, seed {trial.seed}", done, total)

    def tidy(one: Round) -> None:
        trial.tidy(f"{mode}/round-{one.number}")

    return run_rounds(trial.training(data), chosen, trial.folder / mode, step, tidy)


def _of_round(trial: Trial, data: ExperimentData, key: str, trained: Callable[[], tuple[Round, ...]]) -> Row:
    """Return the row of the last of the rounds, which are trained only if it is missing."""

    def make() -> tuple[Columns, Mapping[str, Any]]:
        rounds = trained()
        model = trial.training(data).load(rounds[-1].folder / MODEL)
        return measure_encoder(model, data.held_out, trial.backbone.loop), {"rounds": [r.as_json() for r in rounds]}

    return trial.cache.row(key, _LABELS[key], trial.seed, make)


_LABELS = {
    "random": "stage 1: random negatives",
    "incremental": "stage 1: incremental rounds",
    "combined": "stage 1: combined rounds",
}


def _start(trial: Trial, data: ExperimentData, settings: RankpoSettings, lora_rank: int = 0) -> TrainableEncoder:
    """Return the model that stage 2 begins with: the combined one of stage 1, unless the settings name another."""
    name = settings.start or str(_combined(trial, data, settings)[-1].folder / MODEL)
    return TrainableEncoder.load(name, replace(settings.model, pooling=None, lora_rank=lora_rank))


def _held_out(
    trial: Trial, data: ExperimentData, settings: RankpoSettings, judge: Annotator | None
) -> JudgedPreferences:
    """Judge pairs of the held-out part once, drawn with the first seed's stage 1; every model is tested on the same."""
    if judge is None and data.truth is None:
        return JudgedPreferences(data.validation.preferences)
    judge = judge or judge_of(data, settings.judge, seed=_HELD_OUT_SEED)
    model, part = _start(trial, data, settings), data.held_out
    sides = tuple(embed_texts(model, texts, settings.loop) for texts in (part.vacancies, part.candidates))
    how = (settings.depth, settings.judge.held_out_per_vacancy, 0)
    return ask(sides, Texts(part.vacancies, part.candidates), judge, trial.cache.folder / "votes-held-out.jsonl", how)  # type: ignore[arg-type]


def _judged(trial: Trial, data: ExperimentData, settings: RankpoSettings, judge: Annotator | None) -> JudgedPreferences:
    """Judge pairs of the training vacancies, drawn with this seed's stage 1."""
    train = data.train
    if judge is None and data.truth is None:
        return JudgedPreferences(train.preferences)
    judge = judge or judge_of(data, settings.judge, trial.seed)
    model = _start(trial, data, settings)
    asked = {i: train.vacancies[i] for i in sorted({p.vacancy_id for p in train.positives})}
    sides = tuple(embed_texts(model, texts, settings.loop) for texts in (asked, train.candidates))
    how = (settings.depth, settings.judge.per_vacancy, trial.seed)
    log = trial.cache.folder / f"votes-seed-{trial.seed}.jsonl"
    return ask(sides, Texts(train.vacancies, train.candidates), judge, log, how)  # type: ignore[arg-type]


def _alignment(
    trial: Trial,
    data: ExperimentData,
    settings: RankpoSettings,
    judge: Annotator | None,
    tested: Callable[[], JudgedPreferences],
) -> list[Row]:
    """Figure 2: the start, and every method at every learning rate."""

    def begin() -> tuple[Columns, Mapping[str, Any]]:
        model = _start(trial, data, settings)
        return aligned_columns(model, data, tested(), settings), {"judge": tested().report}

    rows = [trial.cache.row(START, "stage 1, before preferences", trial.seed, begin)]

    @cache
    def learnt() -> JudgedPreferences:
        return _judged(trial, data, settings, judge)

    def aligned(point: Point) -> tuple[Columns, Mapping[str, Any]]:
        model = _aligned(trial, data, learnt(), settings, point)
        facts = {"judge": learnt().report, "preferences": len(learnt().preferences)}
        return aligned_columns(model, data, tested(), settings), facts

    for point in points_of(settings):
        rows.append(trial.cache.row(point.key, point.label, trial.seed, partial(aligned, point)))
    return rows


def _aligned(
    trial: Trial, data: ExperimentData, learnt: JudgedPreferences, settings: RankpoSettings, point: Point
) -> TrainableEncoder:
    """Train stage 1's model on preferences; the last weights count, nothing is chosen by validation."""
    train = with_preferences(data.train, learnt.preferences)
    model = _start(trial, data, settings, settings.model.lora_rank)
    loop = replace(settings.alignment_loop, learning_rate=point.rate, seed=trial.seed)
    stage = replace(settings.alignment_stage, method=point.method, beta=point.beta)
    fit(
        model, train, None, trial.folder / point.key, loop, stage=stage,
        on_progress=lambda done, total: trial.on_step(f"{point.key}, seed {trial.seed}", done, total),
    )  # fmt: skip
    trial.forget(point.key)
    return model


def aligned_columns(
    model: TrainableEncoder, data: ExperimentData, tested: JudgedPreferences, settings: RankpoSettings
) -> Columns:
    """Return retention and alignment of a model: ranking columns of the held-out part, then agreement by vacancy."""
    part = data.held_out
    candidates, vacancies = (embed_texts(model, texts, settings.loop) for texts in (part.candidates, part.vacancies))
    columns = dict(measure_vectors(candidates, vacancies, part))
    if not tested.report:  # nobody was asked: the preferences are those of the validation vacancies
        asked = {p.vacancy_id for p in tested.preferences}
        seen = {i for p in tested.preferences for i in (p.preferred_id, p.rejected_id)}
        vacancies = embed_texts(model, {i: data.validation.vacancies[i] for i in sorted(asked)}, settings.loop)
        candidates = embed_texts(model, {i: data.validation.candidates[i] for i in sorted(seen)}, settings.loop)
    if tested.preferences:
        columns[ALIGNMENT] = agreement(vacancies, candidates, tested.preferences)
        if true := truly(data, tested.preferences):
            columns[TRUE_ALIGNMENT] = agreement(vacancies, candidates, true)
    return columns


def facts_of(data: ExperimentData, settings: RankpoSettings, judge: Annotator | None) -> Mapping[str, Any]:
    """Return everything that the rows depend on beside the seed."""
    return {
        "recipe": "rankpo",
        "source": data.source,
        "train": data.train.hash,
        "validation": data.validation.hash,
        "settings": asdict(settings),
        "judge": "simulated" if judge is None else {"by": judge.name, **judge.settings()},
    }
