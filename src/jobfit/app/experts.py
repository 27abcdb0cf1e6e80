"""Train the experts of preference and qualification on the log of a funnel, and use them: their chances of pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from jobfit.app.applications import Columns, Statuses, TimeFormat, log_format
from jobfit.app.encoding import cached_encoder, model_for
from jobfit.app.wire import AUTO, Model, Out, Progress, Request, Result, Seed, Today, quiet
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate
from jobfit.records import Candidate, Kind, Record, Vacancy

if TYPE_CHECKING:
    from datetime import date

    from jobfit.encoders.base import Encoder
    from jobfit.evaluation.calibration import Calibration
    from jobfit.policy.lagrangian import Floats
    from jobfit.policy.trade_off import ExpertChances
    from jobfit.retrieval.corpus import Corpus
    from jobfit.scorers.causal import CausalScorer
    from jobfit.scorers.causal_experts import CausalExperts
    from jobfit.training.expert_features import Reader
    from jobfit.training.experts import Calibrated, ExpertSettings, FunnelLog, Shown

    ReaderOf = Callable[[Sequence[Candidate], Sequence[Vacancy], date], Reader]

PLOT, FOLDER = "reliability.svg", "model"


class FunnelData(Request):
    candidates: tuple[str, ...] = Field(description="Files, folders or globs of candidates; may be repeated.")
    vacancies: tuple[str, ...] = Field(description="Files, folders or globs of vacancies; may be repeated.")
    exposures: Path = Field(description="CSV: candidate_id, vacancy_id: who was shown what.")
    statuses: Statuses = "ats"
    column: Columns = ()
    time_format: TimeFormat = None
    today: Today


class ExpertsRequest(Request):
    log: FunnelData
    applications: Path = Field(description="The log of applications: CSV or Parquet.")
    out: Out
    model: Model = AUTO
    language_model: str | None = Field(
        None,
        description="Folder or hub name of a causal language model to be both experts, in place of numbers; only "
        "adapters are trained and kept. See docs/experts.md for what a pair costs.",
    )
    adapted_layers: int = Field(4, ge=0, description="Of the language model, so many of the last; 0: all.")
    prompt_tokens: int = Field(512, ge=64, description="The most of a prompt; longer texts are cut, and counted.")
    treatment: Literal["applicants", "ips", "dr", "esmm"] = Field(
        "applicants", description="How the qualification treats that only applicants were judged; see docs/experts.md."
    )
    calibration: Literal["platt", "isotonic", "temperature", "none"] = Field(
        "platt", description="Fitted on validation; a policy refuses experts without one."
    )
    hold_out: float = Field(0.2, gt=0, lt=1, description="Share of the people to validate on.")
    steps: int = Field(200, ge=1, description="Full-batch steps of each expert apart; of a language model: of 8 pairs.")
    together: int | None = Field(
        None, ge=0, description="Steps of both together after that: 100; 0: none. A language model has no such stage."
    )
    seed: Seed = 0


class CalibrationBin(Result):
    low: float
    high: float
    n: int
    predicted: float
    observed: float


class Reliability(Result):
    """How often the chances come true: ``prior_brier`` is that of saying the share of positives for every pair."""

    ece: Estimate
    brier: Estimate
    prior_brier: float
    bins: tuple[CalibrationBin, ...]


class ExpertsResult(Result):
    """``train``, ``validation``: pairs shown, applied to, judged and accepted; ``left_out``: pairs without a record.

    ``preference``, ``qualification``: on validation, each half calibrated on the other; ``null``: too few verdicts.
    """

    model: Path
    treatment: str
    calibration: str
    train: dict[str, int]
    validation: dict[str, int]
    left_out: int
    preference: Reliability | None
    qualification: Reliability | None
    plot: Path | None


class ChancesRequest(Request):
    experts: Path = Field(description="The folder that `jobfit experts` wrote.")
    log: FunnelData
    applications: Path | None = Field(
        None, description="The log of applications: it fills the columns liked (who applied) and outcome (verdicts)."
    )
    out: Out


class ChancesResult(Result):
    pairs: int
    left_out: int
    out: Path


def experts(request: ExpertsRequest, progress: Progress = quiet) -> ExpertsResult:
    """Train two experts on a log: would the candidate apply once shown, would the employer accept once applied.

    People are held out to calibrate on; `jobfit match --qualification OUT/model` and `jobfit chances` use them.
    """
    from dataclasses import replace

    import numpy as np

    from jobfit.artifacts import write_atomic, write_json
    from jobfit.scorers.causal_experts import CausalExperts, save_causal_experts
    from jobfit.scorers.experts import save_experts
    from jobfit.training.experts import ExpertSettings, fit_experts, reliability

    if request.language_model is not None and request.together:
        raise InputError(
            "a language model's experts are trained apart alone: leave --together out, or --language-model "
            "(the experts that read numbers are trained together too)"
        )
    settings = ExpertSettings(
        request.treatment, steps=request.steps, calibration=request.calibration, seed=request.seed
    )
    if request.together is not None:
        settings = replace(settings, together=request.together)
    scorer = _language_model(request, progress)
    model = "" if scorer else model_for(request.model, progress)
    reader_of = _reads_prompts() if scorer else _reads_numbers(cached_encoder(model, progress))
    reader, log, left_out = _read(request.log, request.applications, reader_of, progress)
    people = sorted({candidate for candidate, _ in log.pairs})
    drawn = np.random.default_rng(request.seed).permutation(len(people))[: round(request.hold_out * len(people))]
    held = {people[n] for n in drawn}
    inside = np.array([candidate in held for candidate, _ in log.pairs], dtype=bool)
    parts = log.part(~inside), log.part(inside)
    progress.note(f"Reading {len(log.pairs):,} pairs of {len(people):,} people, {len(held):,} of them to validate on")
    train, validation = (one.shown(reader.features(one.pairs)) for one in parts)
    fitted = _causal(scorer, train, validation, settings, progress) if scorer else fit_experts(
        train, validation, settings
    )  # fmt: skip
    counts = [one.counts() for one in parts]
    fitted = replace(
        fitted, reads=reader.reads, facts={**fitted.facts, "train": counts[0], "validation": counts[1]}
    )  # fmt: skip
    if isinstance(fitted, CausalExperts):
        save_causal_experts(fitted, request.out / FOLDER)
    else:
        save_experts(fitted, request.out / FOLDER, model)
    found = reliability(fitted, validation, settings)
    measured = [None, None] if found is None else [_reliability(one) for one in found]
    plot = None if found is None else request.out / PLOT
    if found is not None and plot is not None:
        write_atomic(plot, _reliability_plot(found))
    result = ExpertsResult(
        model=request.out / FOLDER, treatment=request.treatment, calibration=request.calibration, train=counts[0],
        validation=counts[1], left_out=left_out, preference=measured[0], qualification=measured[1], plot=plot,
    )  # fmt: skip
    write_json(request.out / "result.json", result.model_dump(mode="json", exclude={"model", "plot"}))
    return result


def chances(request: ChancesRequest, progress: Progress = quiet) -> ChancesResult:
    """Write what experts say of the pairs in a CSV, for `jobfit frontier` and `jobfit allocate`.

    The columns are candidate_id, vacancy_id, applies, accepted, liked and outcome; the last two are empty without
    --applications, which is *unknown*.
    """
    import csv
    from io import StringIO

    import numpy as np

    from jobfit.artifacts import write_atomic

    fitted, reader_of = _calibrated(request.experts, progress)
    reader, log, left_out = _read(request.log, request.applications, reader_of, progress)
    applies, accepted = fitted.chances(_checked(fitted, reader, request.experts).features(log.pairs))
    known = request.applications is not None
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("candidate_id", "vacancy_id", "applies", "accepted", "liked", "outcome"))
    for row, pair in enumerate(log.pairs):
        liked = int(log.applied[row]) if known else ""
        outcome = "" if np.isnan(log.verdict[row]) else int(log.verdict[row])
        writer.writerow((*pair, f"{applies[row]:.6f}", f"{accepted[row]:.6f}", liked, outcome))
    write_atomic(request.out, buffer.getvalue())
    return ChancesResult(pairs=len(log.pairs), left_out=left_out, out=request.out)


def is_experts(folder: Path) -> bool:
    """Whether a folder says that it holds experts."""
    from jobfit.scorers.causal_experts import CAUSAL_FORMAT
    from jobfit.scorers.experts import FORMAT

    return _format(folder) in (FORMAT, CAUSAL_FORMAT)


def _format(folder: Path) -> object:
    from jobfit.artifacts import MANIFEST, read_json
    from jobfit.errors import ModelError

    stated = read_json(folder / MANIFEST, error=ModelError)
    return stated.get("format") if isinstance(stated, dict) else None


def expert_chances(folder: Path, query: Record, corpus: Corpus, today: date, progress: Progress) -> ExpertChances:
    """Return what experts say of the query and records of the corpus.

    Raises:
        PolicyError: they are not calibrated.
        ModelError: the folder is damaged, or its experts read other facts of a pair.
    """
    from jobfit.policy.trade_off import Chances, ExpertChances

    fitted, reader_of = _calibrated(folder, progress)
    person_asks = query.kind is Kind.CANDIDATE

    @cache  # both sides are asked for the same ids
    def of(ids: tuple[str, ...]) -> tuple[Floats, Floats]:
        others = corpus.records(ids)
        found = [others[i] for i in ids]
        people = [one for one in (query, *found) if isinstance(one, Candidate)]
        openings = [one for one in (query, *found) if isinstance(one, Vacancy)]
        reader = _checked(fitted, reader_of(people, openings, today), folder)
        return fitted.chances(reader.features([(query.id, i) if person_asks else (i, query.id) for i in ids]))

    def side(number: int, name: str) -> Chances:
        method = fitted.calibrators[number].method
        return Chances(lambda ids: of(tuple(ids))[number], method, f"the {name} expert in {folder}")

    preference, qualification = side(0, "preference"), side(1, "qualification")
    return ExpertChances(qualification, qualification if person_asks else preference, preference)


def _calibrated(folder: Path, progress: Progress) -> tuple[Calibrated, ReaderOf]:
    """Load experts and what reads pairs for them; :class:`PolicyError` where they are not calibrated."""
    from jobfit.policy.trade_off import refuse_uncalibrated
    from jobfit.scorers.causal_experts import CAUSAL_FORMAT, load_causal_experts
    from jobfit.scorers.experts import load_experts

    fitted: Calibrated
    if _format(folder) == CAUSAL_FORMAT:
        fitted, reader_of = load_causal_experts(folder), _reads_prompts()
    else:
        fitted, encoder = load_experts(folder, lambda name: cached_encoder(name, progress))
        reader_of = _reads_numbers(encoder)
    for calibrator, side in zip(fitted.calibrators, ("preference", "qualification")):
        refuse_uncalibrated(calibrator.method, f"the {side} expert in {folder}")
    return fitted, reader_of


def _reads_numbers(encoder: Encoder) -> ReaderOf:
    from functools import partial

    from jobfit.training.expert_features import PairReader

    return partial(PairReader, encoder)


def _reads_prompts() -> ReaderOf:
    from jobfit.training.expert_features import PromptReader

    return PromptReader


def _language_model(request: ExpertsRequest, progress: Progress) -> CausalScorer | None:
    from jobfit.scorers.causal import Adapting, CausalScorer

    if request.language_model is None:
        return None
    progress.note(f"Loading {request.language_model}")
    adapting = Adapting(layers=request.adapted_layers, seed=request.seed)
    return CausalScorer.load(request.language_model, max_tokens=request.prompt_tokens, adapting=adapting)


def _causal(
    scorer: CausalScorer, train: Shown, validation: Shown, settings: ExpertSettings, progress: Progress
) -> CausalExperts:
    from jobfit.training.causal_experts import CausalSettings, fit_causal_experts

    own = CausalSettings(steps=settings.steps)
    fitted = fit_causal_experts(scorer, train, validation, settings, own, progress.note)
    read = fitted.facts["read"]
    progress.note("Of {read} pairs the vacancy was cut in {vacancy cut}, the CV in {cv cut}".format(**read))
    return fitted


def _checked(fitted: Calibrated, reader: Reader, folder: Path) -> Reader:
    """Return the reader where it reads what the experts were trained on."""
    from jobfit.errors import ModelError

    if fitted.reads != reader.reads:
        raise ModelError(
            f"{folder}: its experts read {', '.join(fitted.reads)} of a pair, and this version of jobfit reads "
            f"{', '.join(reader.reads)}: train them again"
        )
    return reader


def _read(
    data: FunnelData, applications: Path | None, reader_of: ReaderOf, progress: Progress
) -> tuple[Reader, FunnelLog, int]:
    """Return what reads pairs, the log of those whose two records are there, and of how many one is not."""
    import numpy as np

    from jobfit.artifacts import csv_rows
    from jobfit.ingest.applications import read_applications
    from jobfit.judgements import load_table
    from jobfit.reading import read_candidates, read_vacancies
    from jobfit.training.experts import FunnelLog

    people, openings = read_candidates(data.candidates), read_vacancies(data.vacancies)
    if unread := len(people.rejects) + len(openings.rejects):
        progress.note(f"{unread} files or rows cannot be read")
    table = load_table(data.statuses)
    filed = () if applications is None else read_applications(
        applications, statuses=table, log=log_format(data.column, data.time_format)
    )  # fmt: skip
    columns = ("candidate_id", "vacancy_id")
    exposures = ((row["candidate_id"], row["vacancy_id"]) for _, row in csv_rows(data.exposures, columns))
    log = FunnelLog.of(exposures, filed, table)
    known = {one.id for one in people}, {one.id for one in openings}
    there = np.array([c in known[0] and v in known[1] for c, v in log.pairs], dtype=bool)
    left_out = int((~there).sum())
    if left_out:
        progress.note(f"{left_out} of {len(there)} pairs are left out: a record of theirs was not read")
    if not there.any():
        raise InputError(f"{data.exposures}: no pair is of candidates and vacancies that were read; do the ids fit?")
    log = log.part(there)
    candidates, vacancies = ({pair[side] for pair in log.pairs} for side in (0, 1))
    seen = [one for one in people if one.id in candidates], [one for one in openings if one.id in vacancies]
    return reader_of(*seen, data.today), log, left_out


def _reliability(found: Calibration) -> Reliability:
    return Reliability(
        ece=found.measures["ece"], brier=found.measures["brier"], prior_brier=found.baselines["prior"]["brier"],
        bins=[CalibrationBin.of(one) for one in found.bins],
    )  # fmt: skip


def _reliability_plot(found: Sequence[Calibration]) -> str:
    from jobfit.experiments.trade_off import plot_curves

    panels = {}
    for name, one in zip(("Preference", "Qualification"), found):
        points = [(part.predicted, part.observed) for part in one.bins]
        most = max(value for point in points for value in point)
        panels[name] = {"on validation": points, "as said": [(0.0, 0.0), (most, most)]}
    return plot_curves(panels, along="chance said (share that came true upwards)")
