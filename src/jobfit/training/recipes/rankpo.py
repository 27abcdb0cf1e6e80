"""RankPO as a recipe: rule labels -> stage 1 (random -> incremental -> combined) -> AI preferences -> stage 2 -> sweep.

Stage 1 contrasts vacancy -> candidate only (InfoNCE, temperature 0.02), its hard negatives random in round 0 and mined
from the newest encoder's top ranks afterwards. The *combined* model is judged, aligned and the reference. Stage 2
trains it on preferences with each method and learning rate of figure 2; *alignment* is the share of held-out
preferences that the model's scores agree with, *retention* its nDCG@20 against the rules.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from jobfit.encoders.folder import MINILM
from jobfit.errors import InputError
from jobfit.training.annotation import Annotator, Texts
from jobfit.training.data import TrainingSet
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.losses.preferences import METHODS
from jobfit.training.mining.strategies import Random, Sampled
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.recipes.columns import Columns, Row
from jobfit.training.recipes.data import RecipeData
from jobfit.training.recipes.kept import Kept, joined
from jobfit.training.recipes.measuring import embed_texts, measure_bm25, measure_encoder, measure_vectors
from jobfit.training.recipes.preferring import (
    ALIGNMENT,
    TRUE_ALIGNMENT,
    Judged,
    JudgeSettings,
    agreement,
    ask,
    judge_of,
    truly,
    with_preferences,
)
from jobfit.training.recipes.rounds import Round, RoundSettings, run_rounds
from jobfit.training.recipes.workshop import Backbone, OnStep, Workshop
from jobfit.training.stages import MODEL, Stage, fit

RETENTION = ("nDCG@20",)
START = "stage-1"
_HELD_OUT_SEED = 65_535  # of the judge on held-out pairs: none of the repetitions' own


@dataclass(frozen=True, slots=True)
class RankpoSettings:
    """The sizes of the recipe.

    start:          a model to begin stage 2 with, by folder or name; empty: stage 1 is run.
    rounds:         mined rounds of stage 1 after the random one.
    negatives:      of each anchor, random (15 in the paper) and mined (10 of the ranks up to 100).
    alignment_loop: the loop of stage 2; its learning rate is swept over ``rates``.
    """

    backbone: str = MINILM
    start: str = ""
    model: ModelOptions = field(default_factory=lambda: ModelOptions(max_tokens=256))
    loop: TrainSettings = field(
        default_factory=lambda: TrainSettings(epochs=3, batch_size=32, learning_rate=5e-5, schedule="cosine")
    )
    stage: Stage = field(default_factory=lambda: Stage(temperature=0.02, balance=0.0, draw=1))
    rounds: int = 2
    negatives: tuple[int, int] = (15, 10)
    depth: int = 100
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    alignment_loop: TrainSettings = field(
        default_factory=lambda: TrainSettings(epochs=3, batch_size=32, schedule="cosine")
    )
    alignment_stage: Stage = field(default_factory=lambda: Stage(method="rankpo", temperature=0.1, beta=2.0))
    methods: tuple[str, ...] = tuple(METHODS)
    rates: tuple[float, ...] = (2e-6, 5e-6, 1e-5, 2e-5, 5e-5)
    betas: tuple[float, ...] = (2.0,)

    def __post_init__(self) -> None:
        """Check the sweep.

        Raises:
            InputError: an unknown method, or nothing to sweep.
        """
        if unknown := sorted(set(self.methods) - set(METHODS)):
            raise InputError(f"method {unknown[0]!r} is not one of {', '.join(METHODS)}")
        if not self.methods or not self.rates or not self.betas or self.rounds < 1:
            raise InputError("methods, rates and betas must name something, and rounds be at least 1")


@dataclass(frozen=True, slots=True)
class Point:
    """One setting of stage 2."""

    method: Literal["rankpo", "rankpo-hinge", "simrankpo", "simrankpo-hinge", "sft"]
    rate: float
    beta: float

    @property
    def key(self) -> str:
        """The name of its row."""
        return f"{self.method}@{self.rate:g}" + ("" if self.method == "sft" else f"-beta-{self.beta:g}")


def points_of(settings: RankpoSettings) -> tuple[Point, ...]:
    """Return every setting of the sweep once; SFT has no β."""
    found = {
        point.key: point
        for method in settings.methods
        for beta in settings.betas
        for rate in settings.rates
        for point in [Point(method, rate, beta)]  # type: ignore[arg-type]
    }
    return tuple(found.values())


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
    held_out: Judged | None = None
    for seed in seeds:
        shop = Workshop(backbone, kept, seed, on_step)
        rows.append(kept.row("bm25", "BM25", seed, lambda: (measure_bm25(data.held_out), {})))
        rows.append(shop.row("raw", "backbone, untrained", data, shop.raw))
        if not settings.start:
            rows += _curriculum(shop, data, settings)
        if held_out is None:
            held_out = _held_out(shop, data, settings, judge)
        rows += _alignment(shop, data, settings, (judge, held_out))
    return joined(rows)


def _curriculum(shop: Workshop, data: RecipeData, settings: RankpoSettings) -> list[Row]:
    """Table 3: random, incremental and combined negatives; the last model stays as the start of stage 2."""
    rows = []
    if all(shop.kept.find(key, shop.seed) for key in ("random", "incremental")):
        rows += [shop.row(key, _LABELS[key], data, shop.raw) for key in ("random", "incremental")]
    else:
        found = _rounds(shop, data, settings, "incremental")
        rows += [_of_round(shop, data, "random", found[:1]), _of_round(shop, data, "incremental", found)]
    first = shop.folder / "incremental" / "round-0"
    if first.is_dir() and not (shop.folder / "combined").exists():
        shutil.copytree(first, shop.folder / "combined" / "round-0")  # the random round is the same
    rows.append(_of_round(shop, data, "combined", _rounds(shop, data, settings, "combined")))
    shop.forget("incremental")
    return rows


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


def _of_round(shop: Workshop, data: RecipeData, key: str, rounds: tuple[Round, ...]) -> Row:
    """Return the row of the last of ``rounds``."""

    def make() -> tuple[Columns, Mapping[str, Any]]:
        model = shop.training(data).load(rounds[-1].folder / MODEL)
        return measure_encoder(model, data.held_out, shop.backbone.loop), {"rounds": [r.as_json() for r in rounds]}

    return shop.kept.row(key, _LABELS[key], shop.seed, make)


_LABELS = {
    "random": "stage 1: random negatives",
    "incremental": "stage 1: incremental rounds",
    "combined": "stage 1: combined rounds",
}


def _start(shop: Workshop, settings: RankpoSettings) -> TrainableEncoder:
    """Return the model that stage 2 begins with."""
    return TrainableEncoder.load(_start_name(shop, settings), replace(settings.model, pooling=None, lora_rank=0))


def _start_name(shop: Workshop, settings: RankpoSettings) -> str:
    """The combined model of stage 1, unless the settings name another."""
    return settings.start or str(shop.folder / "combined" / f"round-{settings.rounds}" / MODEL)


def _held_out(shop: Workshop, data: RecipeData, settings: RankpoSettings, judge: Annotator | None) -> Judged:
    """Judge pairs of the held-out part once, drawn with the first seed's stage 1; every model is tested on the same."""
    if judge is None and data.truth is None:
        return Judged(data.validation.preferences)
    judge = judge or judge_of(data, settings.judge, seed=_HELD_OUT_SEED)
    model, part = _start(shop, settings), data.held_out
    sides = tuple(embed_texts(model, texts, settings.loop) for texts in (part.vacancies, part.candidates))
    how = (settings.depth, settings.judge.held_out_per_vacancy, 0)
    return ask(sides, Texts(part.vacancies, part.candidates), judge, shop.kept.folder / "votes-held-out.jsonl", how)  # type: ignore[arg-type]


def _judged(shop: Workshop, data: RecipeData, settings: RankpoSettings, judge: Annotator | None) -> Judged:
    """Judge pairs of the training vacancies, drawn with this seed's stage 1."""
    train = data.train
    if judge is None and data.truth is None:
        return Judged(train.preferences)
    judge = judge or judge_of(data, settings.judge, shop.seed)
    model = _start(shop, settings)
    asked = {i: train.vacancies[i] for i in sorted({p.vacancy_id for p in train.positives})}
    sides = tuple(embed_texts(model, texts, settings.loop) for texts in (asked, train.candidates))
    how = (settings.depth, settings.judge.per_vacancy, shop.seed)
    log = shop.kept.folder / f"votes-seed-{shop.seed}.jsonl"
    return ask(sides, Texts(train.vacancies, train.candidates), judge, log, how)  # type: ignore[arg-type]


def _alignment(
    shop: Workshop, data: RecipeData, settings: RankpoSettings, judged: tuple[Annotator | None, Judged]
) -> list[Row]:
    """Figure 2: the start, and every method at every learning rate."""
    judge, tested = judged
    rows = [
        shop.kept.row(
            START, "stage 1, before preferences", shop.seed,
            lambda: (aligned_columns(_start(shop, settings), data, tested, settings), {"judge": tested.report}),
        )
    ]  # fmt: skip
    preferred: Judged | None = None
    for point in points_of(settings):
        if shop.kept.find(point.key, shop.seed) is None and preferred is None:
            preferred = _judged(shop, data, settings, judge)
        learnt = preferred

        def make(point: Point = point, learnt: Judged | None = learnt) -> tuple[Columns, Mapping[str, Any]]:
            assert learnt is not None  # asked just before
            train = with_preferences(data.train, learnt.preferences)
            model = _aligned(shop, train, settings, point)
            facts = {"judge": learnt.report, "preferences": len(learnt.preferences)}
            return aligned_columns(model, data, tested, settings), facts

        rows.append(shop.kept.row(point.key, f"{point.method}, lr {point.rate:g}", shop.seed, make))
    return rows


def _aligned(shop: Workshop, train: TrainingSet, settings: RankpoSettings, point: Point) -> TrainableEncoder:
    """Train stage 1's model on preferences; the last weights count, nothing is chosen by validation."""
    model = TrainableEncoder.load(_start_name(shop, settings), replace(settings.model, pooling=None))
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
