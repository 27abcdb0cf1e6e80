"""Scored pairs: classify them, and hold scores against a judge's choices between two."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from jobfit.app.encoding import HyreFacts, cached_encoder, open_hyre, reading_pairs
from jobfit.app.reproduction import ReproduceResult, written
from jobfit.app.wire import Hyre, Progress, Request, Result, Seed, quiet
from jobfit.errors import InputError
from jobfit.evaluation.alignment import Baseline, Position, alignment
from jobfit.evaluation.calibration import Calibration, calibration
from jobfit.evaluation.classification import Threshold as Chosen
from jobfit.evaluation.classification import choose_threshold
from jobfit.evaluation.classification import classify as classify_pairs
from jobfit.evaluation.compare import compare
from jobfit.evaluation.measures import Sizes, evaluate
from jobfit.evaluation.pairs import read_scored_pairs, read_scored_preferences
from jobfit.evaluation.statistics import Estimate
from jobfit.ingest.formats.trec import read_qrels, read_run

RETENTION = "nDCG@20"


class ClassifyRequest(Request):
    test: Path = Field(description="CSV or JSON Lines: query_id, document_id, label (0, 1), score.")
    validation: Path | None = Field(None, description="Pairs that choose the threshold; none of --test.")
    threshold: float | None = Field(None, description="Instead of --validation: stated beforehand.")
    criterion: Literal["f1", "f1_weighted", "accuracy", "balanced_accuracy"] = Field(
        "f1", description="What the threshold maximises."
    )
    probabilities: bool = Field(False, description="Scores are probabilities: calibration.")
    bins: int = Field(10, ge=1, description="Bins of the calibration error.")
    binning: Literal["width", "mass"] = Field("width", description="Bins of equal width, or of equal mass.")
    seed: Seed = 0


class Threshold(Result):
    """The threshold, what it maximises and reached, and on how many validation pairs it was chosen."""

    value: float
    criterion: str
    reached: float | None
    chosen_on: Annotated[int, BeforeValidator(len)]


class ClassifyResult(Result):
    """Measures with intervals, beside what three constant answers score; an undefined measure says why."""

    n: int
    positives: int
    queries: int
    pairs_per_query: Sizes | None
    threshold: Threshold
    measures: dict[str, Estimate]
    baselines: dict[str, dict[str, float | None]]
    undefined: dict[str, str]
    calibration: Calibration | None = None


def classify(request: ClassifyRequest, progress: Progress = quiet) -> ClassifyResult:
    """Classify scored pairs: accuracy to ROC-AUC with 95 % intervals, beside always no, always yes and the prior."""
    if (request.validation is None) == (request.threshold is None):
        raise InputError("give --validation, on which the threshold is chosen, or a --threshold stated beforehand")
    tested = read_scored_pairs(request.test)
    chosen = Chosen.stated(request.threshold or 0.0)
    if request.validation is not None:
        chosen = choose_threshold(read_scored_pairs(request.validation), request.criterion)
    result = classify_pairs(tested, chosen, request.seed)
    calibrated = calibration(tested, request.bins, request.binning, request.seed) if request.probabilities else None
    return ClassifyResult.of(result, calibration=calibrated)


class AlignRequest(Request):
    preferences: Path | None = Field(
        None, description="CSV or JSON Lines: query_id, preferred (A, B), score_a, score_b[, length_a, length_b]."
    )
    run: Path | None = Field(None, description="A TREC run of the same system: reports retention.")
    before: Path | None = Field(None, description="With --run: the run before alignment, to compare with.")
    qrels: Path | None = Field(None, description="With --run: BEIR TSV or TREC qrels.")
    model: str | None = Field(
        None, description="With --data: the encoder to score with; with --sweep: the one to start from."
    )
    reference: str | None = Field(None, description="With --model: the encoder before alignment.")
    data: Path | None = Field(
        None, description="Data with preferences, such as RankPO's: reports both, or is swept on."
    )
    hyre: Hyre = None
    sweep: Path | None = Field(
        None, description="Settings of a sweep, YAML or TOML: recipe.methods, recipe.rates, recipe.betas."
    )
    out: Path | None = Field(None, description="With --sweep: folder for the table, the plot and the rows.")
    seeds: int = Field(3, ge=1, description="With --sweep: how often each point is trained.")
    seed: Seed = 0


class Retention(Result):
    """How much of the ranking is kept: the measure now, and what it was before and minus that where a run says so."""

    measure: str
    after: Estimate
    before: float | None = None
    difference: Estimate | None = None
    p: float | None = None


class AlignResult(Result):
    accuracy: Estimate
    balanced: float | None
    ties: int
    queries: int
    judge: Position
    system: Position
    baselines: dict[str, Baseline]
    retention: Retention | None


class ColumnDifference(Result):
    """One column of model ``b`` minus model ``a``."""

    a: str
    b: str
    column: str
    difference: Estimate
    p: float
    p_holm: float


class AlignModelsResult(HyreFacts):
    data: Path
    models: dict[str, dict[str, Estimate]]
    difference: dict[str, ColumnDifference] | None


def align(request: AlignRequest, progress: Progress = quiet) -> AlignResult | AlignModelsResult | ReproduceResult:
    """Compare scores with a judge's choices between A and B, with the position check of both.

    Also says how much of the ranking is kept (retention, nDCG@20): of a run, of a model on data, or of a whole sweep.
    """
    if request.sweep is not None:
        if request.out is None or request.preferences or request.run:
            raise InputError("--sweep needs --out, and neither scored preferences nor a run")
        return _sweep(request, request.sweep, request.out, progress)
    if request.model is not None:
        if request.data is None or request.preferences or request.run:
            raise InputError("--model scores the preferences of --data: name it, and no scored preferences or run")
        return _align_models(request, request.data, request.model, progress)
    if request.preferences is None:
        raise InputError("name a file of scored preferences, or --model and --data, or --sweep")
    if request.hyre is not None:
        raise InputError("--hyre belongs to --model or --sweep: scored preferences are encoded already")
    return _align_scores(request, request.preferences)


def _sweep(request: AlignRequest, settings: Path, out: Path, progress: Progress) -> ReproduceResult:
    """Train every point of RankPO's sweep from one start and report alignment against retention."""
    from dataclasses import replace

    from jobfit.experiments.data import read_any
    from jobfit.experiments.market import market_data
    from jobfit.experiments.reproduce import reproduce, sizes_of

    sizes, model, data = sizes_of("rankpo", False, settings), request.model, request.data
    if model is not None:
        sizes = replace(sizes, settings=replace(sizes.settings, start=model))
    judged = market_data(sizes.market, sizes.measures) if data is None else read_any(data, sizes.measures)
    with open_hyre(request.hyre, *([model] if model else []), progress=progress) as store:
        judged = judged if store is None else judged.with_hyre(store)
    progress.note(judged.source)
    return written(reproduce("rankpo", sizes, judged, out, tuple(range(1, request.seeds + 1))), out)


def _align_scores(request: AlignRequest, preferences: Path) -> AlignResult:
    if request.run is None and (request.before is not None or request.qrels is not None):
        raise InputError("--before and --qrels belong to --run")
    if request.run is not None and request.qrels is None:
        raise InputError("--run needs --qrels: retention is measured against judgements")
    found = alignment(read_scored_preferences(preferences), request.seed)
    return AlignResult.of(found, retention=_retention(request))


def _retention(request: AlignRequest) -> Retention | None:
    if request.run is None or request.qrels is None:
        return None
    qrels, run = read_qrels(request.qrels), read_run(request.run)
    after = evaluate(run, qrels, (RETENTION,), request.seed).aggregate[RETENTION]
    kept = Retention(measure=RETENTION, after=Estimate(after.mean, after.low, after.high, after.n))
    if request.before is None:
        return kept
    change = compare(read_run(request.before), run, qrels, (RETENTION,), request.seed)[RETENTION]
    return kept.model_copy(update={"before": change.a, "difference": change.difference, "p": change.p})


def _align_models(request: AlignRequest, data: Path, model: str, progress: Progress) -> AlignModelsResult:
    from jobfit.encoders.generated import store_facts
    from jobfit.experiments.rankpo import measured_on
    from jobfit.experiments.rows import compare_rows, estimate
    from jobfit.training.reading import read_training_set

    names = [model] if request.reference is None else [request.reference, model]
    judged = read_training_set(data)
    with open_hyre(request.hyre, *names, progress=progress) as store:
        rows = [measured_on(name, reading_pairs(cached_encoder(name), store), judged, (RETENTION,)) for name in names]
        facts = store_facts(store)
    columns = rows[0].columns
    difference = None
    if len(rows) == 2:
        difference = {c: ColumnDifference.of(compare_rows(rows[0], rows[1], c, request.seed)) for c in columns}
    return AlignModelsResult(
        data=data,
        models={row.key: {column: estimate(row, column, request.seed) for column in row.columns} for row in rows},
        difference=difference,
        **facts,
    )
