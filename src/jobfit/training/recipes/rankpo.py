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
from jobfit.judged import Texts
from jobfit.training.annotation import Annotator
from jobfit.training.mining.strategies import Random, Sampled
from jobfit.training.model import TrainableEncoder
from jobfit.training.recipes.columns import Columns, Row
from jobfit.training.recipes.data import RecipeData
from jobfit.training.recipes.kept import Kept, joined
from jobfit.training.recipes.measuring import embed_texts, measure_bm25, measure_encoder, measure_vectors
from jobfit.training.recipes.preferring import (
    ALIGNMENT,
    TRUE_ALIGNMENT,
    Judged,
    agreement,
    ask,
    judge_of,
    truly,
    with_preferences,
)
from jobfit.training.recipes.rankpo_settings import Point, RankpoSettings, points_of
from jobfit.training.recipes.rounds import Round, RoundSettings, run_rounds
from jobfit.training.recipes.workshop import Backbone, OnStep, Workshop
from jobfit.training.stages import MODEL, fit

START = "stage-1"
_HELD_OUT_SEED = 65_535  # of the judge on held-out pairs: none of the repetitions' own


def rankpo_rows(
    data: RecipeData,
    settings: RankpoSettings,
    kept: Kept,
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
    shops = [Workshop(backbone, kept, seed, on_step) for seed in seeds]

    @cache
    def tested() -> Judged:
        return _held_out(shops[0], data, settings, judge)

    for shop in shops:
        rows.append(kept.row("bm25", "BM25", shop.seed, lambda: (measure_bm25(data.held_out), {})))
        rows.append(shop.row("raw", "backbone, untrained", data, shop.raw))
        if not settings.start:
            rows += _curriculum(shop, data, settings)
        rows += _alignment(shop, data, settings, judge, tested)
    return joined(rows)


def _curriculum(shop: Workshop, data: RecipeData, settings: RankpoSettings) -> list[Row]:
    """Table 3: random, incremental and combined negatives; the last model stays as the start of stage 2."""

    @cache
    def incremental() -> tuple[Round, ...]:
        return _rounds(shop, data, settings, "incremental")

    rows = [
        _of_round(shop, data, "random", lambda: incremental()[:1]),
        _of_round(shop, data, "incremental", incremental),
        _of_round(shop, data, "combined", lambda: _combined(shop, data, settings)),
    ]
    shop.forget("incremental")
    return rows


def _combined(shop: Workshop, data: RecipeData, settings: RankpoSettings) -> tuple[Round, ...]:
    """Return the combined rounds, trained unless they are there; their random round is the incremental one's."""
    first = shop.folder / "incremental" / "round-0"
    if first.is_dir() and not (shop.folder / "combined").exists():
        shutil.copytree(first, shop.folder / "combined" / "round-0")
    return _rounds(shop, data, settings, "combined")


def _rounds(
    shop: Workshop, data: RecipeData, settings: RankpoSettings, mode: Literal["incremental", "combined"]
) -> tuple[Round, ...]:
    random, mined = settings.negatives
    strategies = Sampled(k=mined, high=settings.depth), Random(k=random)
    chosen = RoundSettings(settings.rounds, mode, *strategies, one_sided=True)

    def step(done: int, total: int) -> None:
        shop.on_step(f"{mode}, seed {shop.seed}", done, total)

    def tidy(one: Round) -> None:
        shop.tidy(f"{mode}/round-{one.number}")

    return run_rounds(shop.training(data), chosen, shop.folder / mode, step, tidy)


def _of_round(shop: Workshop, data: RecipeData, key: str, trained: Callable[[], tuple[Round, ...]]) -> Row:
    """Return the row of the last of the rounds, which are trained only if it is missing."""

    def make() -> tuple[Columns, Mapping[str, Any]]:
        rounds = trained()
        model = shop.training(data).load(rounds[-1].folder / MODEL)
        return measure_encoder(model, data.held_out, shop.backbone.loop), {"rounds": [r.as_json() for r in rounds]}

    return shop.kept.row(key, _LABELS[key], shop.seed, make)


_LABELS = {
    "random": "stage 1: random negatives",
    "incremental": "stage 1: incremental rounds",
    "combined": "stage 1: combined rounds",
}


def _start(shop: Workshop, data: RecipeData, settings: RankpoSettings, lora_rank: int = 0) -> TrainableEncoder:
    """Return the model that stage 2 begins with: the combined one of stage 1, unless the settings name another."""
    name = settings.start or str(_combined(shop, data, settings)[-1].folder / MODEL)
    return TrainableEncoder.load(name, replace(settings.model, pooling=None, lora_rank=lora_rank))


def _held_out(shop: Workshop, data: RecipeData, settings: RankpoSettings, judge: Annotator | None) -> Judged:
    """Judge pairs of the held-out part once, drawn with the first seed's stage 1; every model is tested on the same."""
    if judge is None and data.truth is None:
        return Judged(data.validation.preferences)
    judge = judge or judge_of(data, settings.judge, seed=_HELD_OUT_SEED)
    model, part = _start(shop, data, settings), data.held_out
    sides = tuple(embed_texts(model, texts, settings.loop) for texts in (part.vacancies, part.candidates))
    how = (settings.depth, settings.judge.held_out_per_vacancy, 0)
    return ask(sides, Texts(part.vacancies, part.candidates), judge, shop.kept.folder / "votes-held-out.jsonl", how)  # type: ignore[arg-type]


def _judged(shop: Workshop, data: RecipeData, settings: RankpoSettings, judge: Annotator | None) -> Judged:
    """Judge pairs of the training vacancies, drawn with this seed's stage 1."""
    train = data.train
    if judge is None and data.truth is None:
        return Judged(train.preferences)
    judge = judge or judge_of(data, settings.judge, shop.seed)
    model = _start(shop, data, settings)
    asked = {i: train.vacancies[i] for i in sorted({p.vacancy_id for p in train.positives})}
    sides = tuple(embed_texts(model, texts, settings.loop) for texts in (asked, train.candidates))
    how = (settings.depth, settings.judge.per_vacancy, shop.seed)
    log = shop.kept.folder / f"votes-seed-{shop.seed}.jsonl"
    return ask(sides, Texts(train.vacancies, train.candidates), judge, log, how)  # type: ignore[arg-type]


def _alignment(
    shop: Workshop,
    data: RecipeData,
    settings: RankpoSettings,
    judge: Annotator | None,
    tested: Callable[[], Judged],
) -> list[Row]:
    """Figure 2: the start, and every method at every learning rate."""

    def begin() -> tuple[Columns, Mapping[str, Any]]:
        model = _start(shop, data, settings)
        return aligned_columns(model, data, tested(), settings), {"judge": tested().report}

    rows = [shop.kept.row(START, "stage 1, before preferences", shop.seed, begin)]

    @cache
    def learnt() -> Judged:
        return _judged(shop, data, settings, judge)

    def aligned(point: Point) -> tuple[Columns, Mapping[str, Any]]:
        model = _aligned(shop, data, learnt(), settings, point)
        facts = {"judge": learnt().report, "preferences": len(learnt().preferences)}
        return aligned_columns(model, data, tested(), settings), facts

    for point in points_of(settings):
        rows.append(shop.kept.row(point.key, point.label, shop.seed, partial(aligned, point)))
    return rows


def _aligned(
    shop: Workshop, data: RecipeData, learnt: Judged, settings: RankpoSettings, point: Point
) -> TrainableEncoder:
    """Train stage 1's model on preferences; the last weights count, nothing is chosen by validation."""
    train = with_preferences(data.train, learnt.preferences)
    model = _start(shop, data, settings, settings.model.lora_rank)
    loop = replace(settings.alignment_loop, learning_rate=point.rate, seed=shop.seed)
    stage = replace(settings.alignment_stage, method=point.method, beta=point.beta)
    fit(
        model, train, None, shop.folder / point.key, loop, stage=stage,
        on_progress=lambda done, total: shop.on_step(f"{point.key}, seed {shop.seed}", done, total),
    )  # fmt: skip
    shop.forget(point.key)
    return model


def aligned_columns(model: TrainableEncoder, data: RecipeData, tested: Judged, settings: RankpoSettings) -> Columns:
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


def facts_of(data: RecipeData, settings: RankpoSettings, judge: Annotator | None) -> Mapping[str, Any]:
    """Return everything that the rows depend on beside the seed."""
    return {
        "recipe": "rankpo",
        "source": data.source,
        "train": data.train.hash,
        "validation": data.validation.hash,
        "settings": asdict(settings),
        "judge": "simulated" if judge is None else {"by": judge.name, **judge.settings()},
    }
