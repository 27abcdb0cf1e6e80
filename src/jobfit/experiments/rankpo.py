"""RankPO: rule labels -> stage 1 (random -> incremental -> combined) -> AI preferences -> stage 2 -> sweep.

    Table 3   stage 1 contrasts vacancy -> candidate only (InfoNCE, temperature 0.02); its hard negatives are random in
              round 0 and mined from the newest encoder's top ranks afterwards, alone (incremental) or with those of all
              rounds so far (combined). The combined model is judged, aligned and the reference
    Figure 2  stage 2 trains it on preferences with each method and learning rate. Alignment is the share of held-out
              preferences that the model's scores agree with, retention its nDCG@20 against the rules

The published figures are in ``rankpo.toml``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np

from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder
from jobfit.encoders.folder import MINILM
from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.experiment import Experiment, Results
from jobfit.experiments.ranking import measure_bm25, measure_encoder, measure_vectors
from jobfit.experiments.report import Table, read_published
from jobfit.experiments.rows import Claim, Measured, Row, Values, Verdict, compare_rows, estimate
from jobfit.experiments.trade_off import Curves, curves, judge_trade_off, method_of, plot_curves
from jobfit.experiments.trial import Backbone, Trial
from jobfit.judged import Judged, Preference, Texts, both_ways
from jobfit.records import Document
from jobfit.runs import Ranking, Run
from jobfit.settings import Count, check_fields
from jobfit.training.annotation import (
    Annotator,
    VoteLog,
    annotate,
    collect,
    decide,
    draw_pairs,
    preferences_of,
    report_on,
)
from jobfit.training.annotators import SimulatedAnnotator
from jobfit.training.data import TrainingSet
from jobfit.training.loop.encoder import embed_texts
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.losses.preferences import METHODS
from jobfit.training.mining.strategies import Random, Sampled
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.rounds import Round, RoundSettings, run_rounds
from jobfit.training.stages import MODEL, Stage, fit

RETENTION = ("nDCG@20",)
ALIGNMENT, TRUE_ALIGNMENT = "alignment with the judge", "alignment with the truth"
START = "stage-1"
_HELD_OUT_SEED = 65_535  # of the judge on held-out pairs: none of the trials' own
CLAIMS = (
    Claim("Combined rounds beat random negatives (table 3)", "combined", "random"),
    Claim("Combined rounds beat incremental ones (table 3)", "combined", "incremental"),
    Claim("Incremental rounds beat random negatives", "incremental", "random"),
)
AT_EQUAL_ALIGNMENT = (
    Claim("At equal alignment RankPO (sigmoid) keeps more of the ranking than SFT (figure 2)", "rankpo", "sft"),
    Claim("At equal alignment RankPO (hinge) keeps more of the ranking than SFT (figure 2)", "rankpo-hinge", "sft"),
    Claim("At equal alignment RankPO (sigmoid) keeps more than SimRankPO (figure 2)", "rankpo", "simrankpo"),
    Claim("At equal alignment the hinge keeps more than the sigmoid (figure 2)", "rankpo-hinge", "rankpo"),
)


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """The :class:`~jobfit.training.annotators.SimulatedAnnotator` (the published judge's position bias is 0.30).

    It is asked about so many pairs from the ``depth`` top ranks, twice each: in both orders.
    """

    noise: float = 0.1
    position_bias: float = 0.3
    depth: int = 100
    per_vacancy: int = 5
    held_out_per_vacancy: int = 5


@dataclass(frozen=True, slots=True)
class RankpoSettings:
    """The sizes of the experiment.

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
    rounds: Count = 2
    negatives: tuple[Count, Count] = (15, 10)
    depth: Count = 100
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    alignment_loop: TrainSettings = field(
        default_factory=lambda: TrainSettings(epochs=3, batch_size=32, schedule="cosine")
    )
    alignment_stage: Stage = field(default_factory=lambda: Stage(method="rankpo", temperature=0.1, beta=2.0))
    methods: tuple[str, ...] = tuple(METHODS)
    rates: tuple[float, ...] = (2e-6, 5e-6, 1e-5, 2e-5, 5e-5)
    betas: tuple[float, ...] = (2.0,)

    def __post_init__(self) -> None:
        """Check the sweep and every value; errors as :func:`~jobfit.settings.check_fields`."""
        check_fields(self)
        if unknown := sorted(set(self.methods) - set(METHODS)):
            raise InputError(f"method {unknown[0]!r} is not one of {', '.join(METHODS)}")
        if not self.methods or not self.rates or not self.betas:
            raise InputError("methods, rates and betas must name something")


@dataclass(frozen=True, slots=True)
class Point:
    """One setting of stage 2; SFT has no β."""

    method: Literal["rankpo", "rankpo-hinge", "simrankpo", "simrankpo-hinge", "sft"]
    rate: float
    beta: float

    @property
    def key(self) -> str:
        return f"{self.method}@{self.rate:g}" + ("" if self.method == "sft" else f"-beta-{self.beta:g}")

    @property
    def label(self) -> str:
        return f"{self.method}, lr {self.rate:g}" + ("" if self.method == "sft" else f", β {self.beta:g}")


def points_of(settings: RankpoSettings) -> tuple[Point, ...]:
    sweep = product(settings.methods, settings.betas, settings.rates)
    points = (Point(method, rate, beta) for method, beta, rate in sweep)  # type: ignore[arg-type]
    return tuple({point.key: point for point in points}.values())


@dataclass(frozen=True, slots=True)
class Answers:
    """Preferences, and the report on the judge who gave them (empty where they are those of the data)."""

    preferences: tuple[Preference, ...]
    report: Mapping[str, Any] = field(default_factory=dict)


class RankPO(Experiment):
    """The whole paper. ``judge``: a language model, or ``None``: the truth simulated, or the data's own preferences."""

    title = "RankPO, run again"
    claims = CLAIMS

    def __init__(self, data: ExperimentData, settings: RankpoSettings, judge: Annotator | None = None) -> None:
        if judge is None and data.truth is None and not data.train.preferences:  # known before hours of stage 1
            raise InputError("these data hold no preferences, and neither a truth nor a language model can judge")
        super().__init__(data, Backbone(settings.backbone, settings.model, settings.loop, settings.stage))
        self.settings, self.judge = settings, judge
        self.published = tuple(read_published("rankpo").values())
        self._tested: Answers | None = None

    def facts(self) -> Mapping[str, Any]:
        judge = "simulated" if self.judge is None else {"by": self.judge.name, **self.judge.settings()}
        return {"recipe": "rankpo", **super().facts(), "settings": asdict(self.settings), "judge": judge}

    def rows(self, trial: Trial) -> Iterator[Row]:
        yield trial.row("bm25", "BM25", lambda: Measured(measure_bm25(self.data.held_out)))
        yield trial.encoder_row("raw", "backbone, untrained", self.data, trial.raw)
        if not self.settings.start:
            yield from self._curriculum(trial)

        def before() -> Measured:
            return Measured(self._columns(trial, self._start(trial)), {"judge": self._held_out(trial).report})

        yield trial.row(START, "stage 1, before preferences", before)
        learnt = cache(lambda: self._judged(trial))
        for point in points_of(self.settings):
            yield trial.row(point.key, point.label, partial(self._aligned, trial, point, learnt))

    def _curriculum(self, trial: Trial) -> Iterator[Row]:
        """Table 3; the last model stays as the start of stage 2."""
        incremental = cache(lambda: self._rounds(trial, "incremental"))
        yield self._round_row(trial, "random", "random negatives", lambda: incremental()[:1])
        yield self._round_row(trial, "incremental", "incremental rounds", incremental)
        yield self._round_row(trial, "combined", "combined rounds", lambda: self._combined(trial))
        trial.forget("incremental")

    def _round_row(self, trial: Trial, key: str, label: str, trained: Callable[[], tuple[Round, ...]]) -> Row:
        def measured() -> Measured:
            rounds = trained()
            model = trial.training(self.data).load(rounds[-1].folder / MODEL)
            columns = measure_encoder(model, self.data.held_out, trial.backbone.loop)
            return Measured(columns, {"rounds": [one.as_json() for one in rounds]})

        return trial.row(key, f"stage 1: {label}", measured)

    def _combined(self, trial: Trial) -> tuple[Round, ...]:
        """The combined rounds, trained unless they are there; their random round is the incremental one's."""
        first = trial.folder / "incremental" / "round-0"
        if first.is_dir() and not (trial.folder / "combined").exists():
            shutil.copytree(first, trial.folder / "combined" / "round-0")
        return self._rounds(trial, "combined")

    def _rounds(self, trial: Trial, mode: Literal["incremental", "combined"]) -> tuple[Round, ...]:
        random, mined = self.settings.negatives
        strategies = Sampled(k=mined, high=self.settings.depth), Random(k=random)
        return run_rounds(
            trial.training(self.data),
            RoundSettings(self.settings.rounds, mode, *strategies, one_sided=True),
            trial.folder / mode,
            lambda done, total: trial.step(mode, done, total),
            lambda one: trial.tidy(f"{mode}/round-{one.number}"),
        )

    def _start(self, trial: Trial, lora_rank: int = 0) -> TrainableEncoder:
        """The model that stage 2 begins with: the combined one of stage 1, unless the settings name another."""
        name = self.settings.start or str(self._combined(trial)[-1].folder / MODEL)
        return TrainableEncoder.load(name, replace(self.settings.model, pooling=None, lora_rank=lora_rank))

    def _aligned(self, trial: Trial, point: Point, learnt: Callable[[], Answers]) -> Measured:
        """Train stage 1's model on preferences; the last weights count, nothing is chosen by validation."""
        settings, judged = self.settings, learnt()
        model = self._start(trial, settings.model.lora_rank)
        fit(
            model, replace(self.data.train, preferences=judged.preferences), None, trial.folder / point.key,
            replace(settings.alignment_loop, learning_rate=point.rate, seed=trial.seed),
            stage=replace(settings.alignment_stage, method=point.method, beta=point.beta),
            on_progress=lambda done, total: trial.step(point.key, done, total),
        )  # fmt: skip
        trial.forget(point.key)
        notes = {"judge": judged.report, "preferences": len(judged.preferences)}
        return Measured(self._columns(trial, model), notes)

    def _columns(self, trial: Trial, model: TrainableEncoder) -> dict[str, Values]:
        """Retention and alignment of a model: ranking columns of the held-out part, then agreement by vacancy."""
        part, tested, loop = self.data.held_out, self._held_out(trial), self.settings.loop
        candidates, vacancies = (embed_texts(model, texts, loop) for texts in (part.candidates, part.vacancies))
        columns = dict(measure_vectors(candidates, vacancies, part))
        if not tested.report:  # nobody was asked: the preferences are those of the validation vacancies
            asked = {p.vacancy_id for p in tested.preferences}
            seen = {i for p in tested.preferences for i in (p.preferred_id, p.rejected_id)}
            vacancies = embed_texts(model, {i: self.data.validation.vacancies[i] for i in sorted(asked)}, loop)
            candidates = embed_texts(model, {i: self.data.validation.candidates[i] for i in sorted(seen)}, loop)
        if tested.preferences:
            columns[ALIGNMENT] = agreement(vacancies, candidates, tested.preferences)
            if true := truly(self.data, tested.preferences):
                columns[TRUE_ALIGNMENT] = agreement(vacancies, candidates, true)
        return columns

    def _held_out(self, trial: Trial) -> Answers:
        """Pairs of the held-out part, drawn with the first seed's stage 1 and judged once, for every model."""
        if self._tested is None:
            part, asked = self.data.held_out, self.settings.judge
            if (judge := self._judge(_HELD_OUT_SEED)) is None:
                self._tested = Answers(self.data.validation.preferences)
            else:
                drawn = Draw(self.settings.depth, asked.held_out_per_vacancy, 0)
                self._tested = self._ask(trial.first, part.texts(), part.texts(), judge, "votes-held-out.jsonl", drawn)
        return self._tested

    def _judged(self, trial: Trial) -> Answers:
        train, asked = self.data.train, self.settings.judge
        if (judge := self._judge(trial.seed)) is None:
            return Answers(train.preferences)
        vacancies = {i: train.vacancies[i] for i in sorted({p.vacancy_id for p in train.positives})}
        ranked, texts = Texts(vacancies, train.candidates), Texts(train.vacancies, train.candidates)
        drawn = Draw(self.settings.depth, asked.per_vacancy, trial.seed)
        return self._ask(trial, ranked, texts, judge, f"votes-seed-{trial.seed}.jsonl", drawn)

    def _judge(self, seed: int) -> Annotator | None:
        """The language model, or the judge simulated from the truth; ``None``: only the data hold preferences."""
        if self.judge is not None or self.data.truth is None:
            return self.judge
        settings = self.settings.judge
        return SimulatedAnnotator(self.data.truth, settings.noise, settings.position_bias, seed, "the simulated market")

    def _ask(self, trial: Trial, ranked: Texts, texts: Texts, judge: Annotator, log: str, draw: Draw) -> Answers:
        model = self._start(trial)
        vacancies = embed_texts(model, ranked.queries, self.settings.loop)
        candidates = embed_texts(model, ranked.documents, self.settings.loop)
        return ask(vacancies, candidates, texts, judge, trial.cache.folder / log, draw)

    def judged_columns(self, results: Results) -> Sequence[str]:
        return _ranking_columns(results.row(START))[:1]

    def verdicts(self, results: Results) -> Sequence[Verdict]:
        verdicts = list(super().verdicts(results))
        if axes := self._axes(results):
            verdicts += judge_trade_off(AT_EQUAL_ALIGNMENT, _swept(results), results.row(START), axes)
        return verdicts

    def _axes(self, results: Results) -> tuple[str, str] | None:
        start = results.row(START)
        return (ALIGNMENT, _ranking_columns(start)[0]) if ALIGNMENT in start.columns else None

    def tables(self, results: Results) -> Sequence[Table]:
        start = results.row(START)
        ranking = _ranking_columns(start)
        columns = (*(column for column in start.columns if column not in ranking), *ranking)
        said = (
            "Each setting minus the model before preferences, paired by query (alignment: by pair, drawn by vacancy) "
            "and seed; 95 % intervals, not corrected for the number of settings: they describe the sweep and judge no "
            "claim."
        )
        swept = _swept(results)
        lines = ((row.label, tuple(compare_rows(start, row, column).difference for column in columns)) for row in swept)
        return [Table("What preferences change", said, columns, tuple(lines))]

    def notes(self, results: Results) -> Sequence[str]:
        retention = _ranking_columns(results.row(START))[0]
        said = f"Retention is {retention} against the rule labels of the held-out part."
        report: Mapping[str, Any] = next(iter(results.kept(START).values())).notes["judge"]
        if not report:
            return ["The preferences are those of the data; nobody was asked here.", said]
        shown, share = report["shown_first"], report["share_agreed"]
        agreed = "no pair was answered in both orders" if share is None else f"both orders agree on {share:.0%}"
        return [
            f"Preferences: {report['annotator']}. Of {report['pairs']} held-out pairs asked in both orders, {agreed}; "
            f"the rest was dropped, {report['decided']} are tested on. The one shown first won {shown['first']} of "
            f"{shown['n']} votes.",
            said,
        ]

    def plots(self, results: Results) -> Mapping[str, str]:
        if (axes := self._axes(results)) is None:
            return {}
        alignment, retention = (estimate(results.row(START), column).mean or 0.0 for column in axes)
        panels = {"Ours": curves(_swept(results), axes), "RankPO, figure 2 (different data)": published_curves()}
        return {"sweep.svg": plot_curves(panels, (alignment, retention))}


def _swept(results: Results) -> list[Row]:
    return [row for row in results.rows if method_of(row) != row.key]


def _ranking_columns(row: Row) -> list[str]:
    return [column for column in row.columns if column not in (ALIGNMENT, TRUE_ALIGNMENT)]


def published_curves() -> Curves:
    """Return figure 2 as curves: (alignment, nDCG@20) by method, in the order of the learning rates.

    >>> published_curves()["rankpo"][8]
    (0.647, 0.367)
    """
    figure = read_published("rankpo")["figure"]
    found: dict[str, list[tuple[float, float]]] = {}
    for line in figure.lines:
        for n in range(0, len(figure.columns), 2):
            alignment, retention = line.values[n : n + 2]
            found.setdefault(figure.columns[n].split()[0], []).append((alignment or 0.0, retention or 0.0))
    return found


@dataclass(frozen=True, slots=True)
class Draw:
    """Which pairs a judge is shown: ``per_vacancy`` of each vacancy, from the ``depth`` top ranks."""

    depth: int
    per_vacancy: int
    seed: int


def ask(
    vacancies: Embeddings, candidates: Embeddings, texts: Texts, judge: Annotator, log: Path, draw: Draw
) -> Answers:
    """Draw pairs from the top ranks of a model and ask in both orders; a pair with two answers is dropped.

    Votes are kept in ``log``: a second run asks nothing again. :class:`InputError` where no preference is left.
    """
    table = vacancies.vectors @ candidates.vectors.T
    rankings = {i: Ranking.from_scores(i, candidates.ids, row, draw.depth) for i, row in zip(vacancies.ids, table)}
    pairs = draw_pairs(Run("current model", rankings), draw.depth, draw.per_vacancy, draw.seed)
    with VoteLog(log, judge) as votes:
        failures = annotate(pairs, texts, judge, votes)
        collected = collect(pairs, texts, votes)
    verdicts = [decide(both) for both in collected]
    preferences = tuple(dict.fromkeys(preferences_of(verdicts)))
    if not preferences:
        raise InputError(f"the judge gave no usable preference on {len(pairs)} pairs (failures: {dict(failures)})")
    return Answers(preferences, report_on(judge.name, collected, verdicts).to_json())


def agreement(vacancies: Embeddings, candidates: Embeddings, preferences: Sequence[Preference]) -> Values:
    """Return for each vacancy 1 where the preferred candidate scores higher, 1/2 for a tie, else 0, pair by pair.

    Alignment is the mean over all pairs; keeping them by vacancy lets an interval draw vacancies, because the pairs of
    one vacancy are not independent.
    """
    asked = {i: row for row, i in enumerate(vacancies.ids)}
    known = {i: row for row, i in enumerate(candidates.ids)}
    agreed: dict[str, list[float]] = {}
    for one in sorted(preferences):
        query = vacancies.vectors[asked[one.vacancy_id]].astype(np.float64)
        won, lost = (candidates.vectors[known[i]] for i in (one.preferred_id, one.rejected_id))
        gap = float(query @ won - query @ lost)
        agreed.setdefault(one.vacancy_id, []).append((np.sign(gap) + 1) / 2)
    return agreed


def truly(data: ExperimentData, preferences: Sequence[Preference]) -> tuple[Preference, ...]:
    """Return the same pairs as the truth has them; pairs of equal truth are left out. None where no truth is known."""
    if data.truth is None:
        return ()
    turned = []
    for vacancy, a, b, _ in preferences:
        gap = data.truth(vacancy, a) - data.truth(vacancy, b)
        if gap:
            turned.append(Preference(vacancy, a, b) if gap > 0 else Preference(vacancy, b, a))
    return tuple(turned)


def measured_on(key: str, encoder: Encoder, data: TrainingSet, measures: tuple[str, ...]) -> Row:
    """Return alignment with the preferences of ``data`` and, where pairs are judged, retention over all candidates."""
    if not data.preferences:
        raise InputError("these data hold no preferences: alignment cannot be measured")
    vacancies = encoder.encode([Document(i, text) for i, text in data.vacancies.items()], "query")
    candidates = encoder.encode([Document(i, text) for i, text in data.candidates.items()], "document")
    columns = {ALIGNMENT: agreement(vacancies, candidates, data.preferences)}
    if data.positives:
        task = both_ways((*data.positives, *data.rejects), measures=measures)[0]
        columns |= measure_vectors(candidates, vacancies, Judged(data.candidates, data.vacancies, (task,)))
    return Row(key, key, {0: columns})
