"""JobRec (2026): preference and qualification by experts of their own, and a policy that holds a floor under one.

    memoriser            what was declined in training, by id: how the published split can be answered
    popular, BM25, cosine, LightGBM   what the experts have to beat
    apart, together      both experts before and after they learn from each other
    qualification        ranked by the expert alone, with each treatment of the censoring
    floor                the exact policy, and JobRec's learned λ, at the same floors
    surplus              preference times qualification

People are the queries, every one new; the vacancies are those of training, as in the published data. All of them are
ranked and measured by the truth of the market, over everybody and not over those who applied. The claims are in
``jobrec.toml``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.documents.render import render
from jobfit.encoders.folder import MINILM
from jobfit.encoders.loading import load_encoder
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.experiment import Experiment, Results
from jobfit.experiments.learned_lambda import learned_lambda
from jobfit.experiments.market import TODAY, MarketSizes, market_of, market_records
from jobfit.experiments.ranking import columns_of
from jobfit.experiments.report import Table, read_published
from jobfit.experiments.rows import Claim, Measured, Row, estimate
from jobfit.experiments.trade_off import curves, plot_curves
from jobfit.experiments.trial import Trial
from jobfit.judged import Judged, Pair, Task, qrels_of
from jobfit.judgements import load_table
from jobfit.policy.lagrangian import Constraint, solve
from jobfit.records import Candidate, Vacancy
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.runs import Ranking, Run
from jobfit.scorers.experts import Experts, Floats, Treatment
from jobfit.scorers.trees import TreeSettings, fit_ranker
from jobfit.settings import Share, check_fields
from jobfit.simulation.funnel import odds
from jobfit.simulation.truth import THRESHOLDS, grades
from jobfit.training.data import TrainingSet
from jobfit.training.expert_features import PairReader
from jobfit.training.experts import ExpertSettings, FunnelLog, Shown, fit_experts

K = 10
PREFERENCE, QUALIFICATION, WELFARE = "preference nDCG@10", "qualification@10", "welfare@10"
TREATMENTS: Mapping[Treatment, str] = {
    "applicants": "applicants only", "ips": "IPS", "dr": "doubly robust", "esmm": "entire space"
}  # fmt: skip
_ATTENTION = 1 / np.log2(np.arange(2, K + 2))
BY_PREFERENCE, BY_QUALIFICATION, BY_WELFARE = (PREFERENCE,), (QUALIFICATION,), (WELFARE,)
CLAIMS = (
    Claim("The preference expert beats BM25", "together", "bm25", BY_PREFERENCE),
    Claim("The preference expert beats the cosine of the untrained bi-encoder", "together", "cosine", BY_PREFERENCE),
    Claim("The preference expert beats what most people apply to", "together", "popular", BY_PREFERENCE),
    Claim("The preference expert beats LightGBM on the schema's features", "together", "trees", BY_PREFERENCE),
    Claim("Two stages: preference is better learnt together than apart", "together", "apart", BY_PREFERENCE),
    Claim(
        "Two stages: qualification is better learnt together than apart", "qualification-applicants",
        "qualification-apart", BY_QUALIFICATION,
    ),
    *(
        Claim(
            f"Qualification: {TREATMENTS[one]} beats applicants only", f"qualification-{one}",
            "qualification-applicants", BY_QUALIFICATION,
        )
        for one in TREATMENTS if one != "applicants"
    ),
    Claim("Two labels beat one: the surplus of both experts beats one graded label", "surplus", "trees", BY_WELFARE),
    Claim("A floor half way raises qualification", "floor@0.5", "together", BY_QUALIFICATION),
    Claim(
        "The exact floor keeps more preference than JobRec's learned lambda", "floor@0.5", "learned@0.5", BY_PREFERENCE
    ),
    Claim("The exact floor gives more qualification than it", "floor@0.5", "learned@0.5", BY_QUALIFICATION),
    Claim("The expected surplus beats the preference alone", "surplus", "together", BY_WELFARE),
    Claim("The expected surplus beats the qualification alone", "surplus", "qualification-applicants", BY_WELFARE),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JobRecSettings:
    """``floors``: how far from what nothing asked gives to the most there is. ``validation``: share of the people."""

    backbone: str = MINILM
    experts: ExpertSettings = field(default_factory=ExpertSettings)
    trees: TreeSettings = field(default_factory=TreeSettings)
    floors: tuple[Share, ...] = (0.25, 0.5, 0.75)
    validation: Share = 0.2

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.floors or not all(0 < one < 1 for one in self.floors):
            raise InputError(f"floors lie between what nothing asked gives (0) and all there is (1): {self.floors}")


@dataclass(frozen=True, slots=True, eq=False)
class FunnelData:
    """``data``, the records by id, the log of those who are learnt from, and of ``data.held_out`` the market's truth.

    ``likes``, ``applies``, ``accepts``: (people, vacancies) preference p, P(apply | shown) and P(accept | applied).
    """

    data: ExperimentData
    candidates: Mapping[str, Candidate]
    vacancies: Mapping[str, Vacancy]
    log: FunnelLog
    likes: Floats
    applies: Floats
    accepts: Floats

    @property
    def source(self) -> str:
        return self.data.source


def funnel_data(sizes: MarketSizes) -> FunnelData:
    """Simulate one market: ``candidates`` of its people are learnt from, ``held_out_candidates`` more are tested on.

    Raises:
        InputError: no vacancy suits anybody who is held out.
    """
    market = market_of(sizes, sizes.candidates + sizes.held_out_candidates, sizes.vacancies, sizes.seed)
    people, openings = market_records(market)
    learnt = {one.id for one in market.people[: sizes.candidates]}
    seen = (
        (market.people[c].id, market.openings[v].id)
        for c, v in zip(market.shown.candidate.tolist(), market.shown.opening.tolist())
    )
    filed = [one for one in market.applications if one.candidate_id in learnt]
    log = FunnelLog.of((pair for pair in seen if pair[0] in learnt), filed, load_table("ats"))
    tested = slice(sizes.candidates, None)
    ids = [one.id for one in market.people[tested]], [one.id for one in market.openings]
    likes = market.p[tested]
    table = grades(likes)
    liked = [Pair(ids[0][row], ids[1][column], int(table[row, column])) for row, column in zip(*table.nonzero())]
    if not liked:
        raise InputError("nobody who is held out likes any vacancy: make the market larger")
    task = Task(PREFERENCE, "test", qrels_of(liked, by_vacancy=False), by_vacancy=False, measures=(f"nDCG@{K}",))
    texts = [{one.id: render(one).text for one in side} for side in (people, openings)]
    train = TrainingSet(
        {i: texts[0][i] for i in learnt}, texts[1],
        tuple(Pair(*pair) for pair, applied in zip(log.pairs, log.applied) if applied),
    )  # fmt: skip
    held_out = Judged({i: texts[0][i] for i in ids[0]}, texts[1], (task,))
    counts, chances = log.counts(), odds(market.q[tested], likes)
    source = (
        f"Simulated market of jobfit (synthetic: no real person, employer or text), seed {sizes.seed}: "
        f"{sizes.candidates:,} people to learn from were shown {counts['pairs']:,} pairs with {sizes.vacancies:,} "
        f"vacancies, applied to {counts['applied']:,}, were judged in {counts['judged']:,} and accepted in "
        f"{counts['accepted']:,}; held out: {sizes.held_out_candidates:,} other people, for whom all are ranked."
    )
    nothing = TrainingSet(train.candidates, train.vacancies, split="validation")  # people are held out
    return FunnelData(
        ExperimentData(source, train, nothing, held_out), {one.id: one for one in people},
        {one.id: one for one in openings}, log, likes, chances.applies, chances.accepted,
    )  # fmt: skip


class JobRec(Experiment):
    """Every text and every pair is read once; what is trained are two small networks over them."""

    title = "JobRec, run again"
    claims = CLAIMS

    def __init__(self, given: FunnelData, settings: JobRecSettings, vectors: Path | None = None) -> None:
        """``vectors`` is a file that keeps those of texts, so that a run that was stopped encodes nothing twice."""
        super().__init__(given.data)
        self.given, self.settings, self.vectors = given, settings, vectors
        self.published = tuple(read_published("jobrec").values())
        self._fitted: dict[tuple[Treatment, bool, int], Experts] = {}

    def facts(self) -> Mapping[str, Any]:
        return {"recipe": "jobrec", **super().facts(), "settings": asdict(self.settings), **self.given.log.counts()}

    def rows(self, trial: Trial) -> Iterator[Row]:
        def by(key: str, label: str, scores: Callable[[], Floats]) -> Row:
            return trial.row(key, label, lambda: self._measured(scores()))

        shape = self.given.likes.shape
        yield by("random", "random order", lambda: np.random.default_rng(trial.seed).random(shape))
        yield by("memoriser", "memoriser of what was declined", self._memorised)
        yield by("popular", "what most people apply to", self._popular)
        yield by("bm25", "BM25", self._bm25)
        yield by("cosine", "cosine, untrained bi-encoder", self._cosine)
        yield by("trees", "LightGBM on the schema, one graded label", lambda: self._trees(trial.seed))
        alone = partial(self._chances, trial, together=False)
        yield by("apart", "preference expert, trained apart", lambda: alone()[0])
        yield by("together", "preference expert, then together", lambda: self._chances(trial)[0])
        yield by("qualification-apart", "qualification expert, trained apart", lambda: alone()[1])
        for treatment, said in TREATMENTS.items():
            yield trial.row(
                f"qualification-{treatment}", f"qualification expert, {said}", partial(self._judged, trial, treatment)
            )
        for share in self.settings.floors:
            yield trial.row(f"floor@{share:g}", f"floor at {share:g}", partial(self._floor, trial, share))
            yield trial.row(
                f"learned@{share:g}",
                f"JobRec's learned lambda, asked at {share:g}",
                partial(self._learned, trial, share),
            )
        yield by("surplus", "expected surplus of the experts", lambda: self._surplus(trial))
        yield by(
            "truth", "expected surplus of the truth (sees the answers)", lambda: self.given.likes * self.given.accepts
        )

    # Systems without experts

    def _memorised(self) -> Floats:
        declined = {pair for pair, applied in zip(self.given.log.pairs, self.given.log.applied) if not applied}
        held_out = self.data.held_out
        return np.array([[-float((c, v) in declined) for v in held_out.vacancies] for c in held_out.candidates])

    def _popular(self) -> Floats:
        log = self.given.log
        counts = Counter(vacancy for (_, vacancy), applied in zip(log.pairs, log.applied) if applied)
        row = np.array([float(counts[i]) for i in self.data.held_out.vacancies])
        return np.repeat(row[None], len(self.data.held_out.candidates), axis=0)

    def _bm25(self) -> Floats:
        held_out = self.data.held_out
        index = Bm25Index(tuple(held_out.vacancies), [terms(text) for text in held_out.vacancies.values()])
        return np.array([index.scores(terms(text)) for text in held_out.candidates.values()], dtype=np.float64)

    def _cosine(self) -> Floats:
        return self._features[:, -1].astype(np.float64).reshape(self.given.likes.shape)

    def _trees(self, seed: int) -> Floats:
        """Rank by one label for both sides: 0 shown, 1 applied, 2 accepted."""
        log = self.given.log
        people = np.unique([candidate for candidate, _ in log.pairs], return_counts=True)[1]  # pairs are sorted
        label = log.applied.astype(np.int64) + (log.verdict == 1)
        trees = fit_ranker(
            "lightgbm", self._learnt.astype(np.float64), label, people.tolist(), replace(self.settings.trees, seed=seed)
        )
        return trees.scores(self._features.astype(np.float64)).reshape(self.given.likes.shape)

    # The experts

    @cached_property
    def _reader(self) -> PairReader:
        given = self.given
        return PairReader(
            load_encoder(self.settings.backbone, cache=self.vectors),
            given.candidates.values(),
            given.vacancies.values(),
            TODAY,
        )

    @cached_property
    def _learnt(self) -> NDArray[np.float32]:
        return self._reader.features(self.given.log.pairs)

    @cached_property
    def _features(self) -> NDArray[np.float32]:
        """Of all pairs of a held-out person and a vacancy, person by person."""
        held_out = self.data.held_out
        return self._reader.features([(c, v) for c in held_out.candidates for v in held_out.vacancies])

    @cached_property
    def _parts(self) -> tuple[Shown, Shown]:
        shown = self.given.log.shown(self._learnt)
        people = np.unique(shown.person)
        held = np.random.default_rng(0).permutation(people)[: round(self.settings.validation * len(people))]
        inside = np.isin(shown.person, held)
        return shown.part(~inside), shown.part(inside)

    def _experts(self, trial: Trial, treatment: Treatment, together: bool) -> Experts:
        key = (treatment, together, trial.seed)
        if key not in self._fitted:
            own = self.settings.experts
            steps = own.together if together else 0
            settings = replace(own, treatment=treatment, together=steps, seed=trial.seed)
            self._fitted[key] = fit_experts(*self._parts, settings)
        return self._fitted[key]

    def _chances(self, trial: Trial, treatment: Treatment | None = None, *, together: bool = True) -> list[Floats]:
        experts = self._experts(trial, treatment or self.settings.experts.treatment, together)
        return [one.reshape(self.given.likes.shape) for one in experts.chances(self._features)]

    def _judged(self, trial: Trial, treatment: Treatment) -> Measured:
        """Rank by the qualification; the notes say how far it is from the truth."""
        said, true, applies = self._chances(trial, treatment)[1], self.given.accepts, self.given.applies
        thirds = np.searchsorted(np.quantile(applies, (1 / 3, 2 / 3)), applies)
        gap = said - true
        notes = {
            "everybody": gap.mean(), "who would apply": (gap * applies).sum() / applies.sum(),
            "least likely third": gap[thirds == 0].mean(), "most likely third": gap[thirds == 2].mean(),
            "absolute error": abs(gap).mean(), "calibration error": _calibration_error(said.ravel(), true.ravel()),
            # A qualification that is the same for all tells nothing apart.
            "correlation": np.corrcoef(said.ravel(), true.ravel())[0, 1] if np.ptp(said) > 0 else 0.0,
        }  # fmt: skip
        return self._measured(said, {name: float(value) for name, value in notes.items()})

    def _surplus(self, trial: Trial) -> Floats:
        preference, qualification = self._chances(trial)
        return preference * qualification

    # The policies

    @cached_property
    def _lists(self) -> NDArray[np.intp]:
        people, vacancies = self.given.likes.shape
        return np.repeat(np.arange(people), vacancies)

    def _asked(self, trial: Trial, share: float) -> tuple[Floats, Floats, float]:
        """Return the preference's logits, the qualification's chances, and the floor ``share`` of the way up."""
        experts = self._experts(trial, self.settings.experts.treatment, True)
        scores, qualified = experts.logits(self._features)[0], experts.chances(self._features)[1]
        people, vacancies = self.given.likes.shape
        free = solve(scores, (), 1.0, sizes=[vacancies] * people)
        start, most = float(free.weights @ qualified) / people, qualified.reshape(people, -1).max(axis=1).mean()
        return scores, qualified, float(start + share * (most - start))

    def _floor(self, trial: Trial, share: float) -> Measured:
        scores, qualified, least = self._asked(trial, share)
        people, vacancies = self.given.likes.shape
        found = solve(scores, [Constraint("q", qualified, least)], 1.0, sizes=[vacancies] * people)
        price = found.prices["q"]
        notes = {"price": price, "residual": found.residual, **self._reached(found.weights, qualified, least)}
        return self._measured((scores + price * qualified).reshape(people, vacancies), notes)

    def _learned(self, trial: Trial, share: float) -> Measured:
        _, qualified, least = self._asked(trial, share)
        experts = self._experts(trial, self.settings.experts.treatment, True)
        found = learned_lambda(experts, self._parts[0], self._features, self._lists, least, seed=trial.seed)
        notes = {
            "price": found.multiplier, "backwards": float((found.weights < 0).mean()),
            **self._reached(found.shares, qualified, least),
        }  # fmt: skip
        return self._measured(found.scores.reshape(self.given.likes.shape), notes)

    def _reached(self, shares: Floats, qualified: Floats, least: float) -> dict[str, float]:
        people = len(self.given.likes)
        true = float(shares @ self.given.accepts.ravel()) / people
        return {"asked": least, "reached": float(shares @ qualified) / people, "true": true}

    def _measured(self, table: Floats, notes: Mapping[str, Any] | None = None) -> Measured:
        """Rank all vacancies for each person, and measure by the truth."""
        people, ids = tuple(self.data.held_out.candidates), tuple(self.data.held_out.vacancies)
        (task,) = self.data.held_out.tasks
        place = {i: column for column, i in enumerate(ids)}
        columns: dict[str, dict[str, tuple[float, ...]]] = {QUALIFICATION: {}, WELFARE: {}}
        rankings = {}
        for row, person in enumerate(people):
            ranked = Ranking.from_scores(person, ids, table[row], K)
            if person in task.qrels.grades:
                rankings[person] = ranked
            first = [place[i] for i in ranked.document_ids]
            attention = _ATTENTION[: len(first)] / _ATTENTION[: len(first)].sum()
            accepted = self.given.accepts[row, first]
            columns[QUALIFICATION][person] = (float(attention @ accepted),)
            columns[WELFARE][person] = (float(attention @ (accepted * self.given.likes[row, first])),)
        ((_, preference),) = columns_of(Run(task.name, rankings), task).items()
        return Measured({PREFERENCE: preference, **columns}, notes or {})

    # The report

    def tables(self, results: Results) -> Sequence[Table]:
        bias = [
            (said, tuple(map(_spread, _by_name(kept))))
            for treatment, said in TREATMENTS.items()
            if (kept := [one.notes for one in results.kept(f"qualification-{treatment}").values()])
        ]
        names = tuple(next(iter(results.kept("qualification-applicants").values())).notes)
        true, applied = self.given.accepts, self.given.applies
        said = (
            f"Chance said minus true chance, by the seeds: mean (least to most). P(accept) is {true.mean():.3f} over "
            f"everybody held out and {(true * applied).sum() / applied.sum():.3f} over those who would apply, which is "
            "what a log shows. *Thirds* by how likely they are to apply; calibration error: ten bins of equal mass, "
            "against the true chances of everybody."
        )
        return Table("What each treatment of the censoring leaves of its bias", said, names, tuple(bias)), self._floors(
            results
        )

    def _floors(self, results: Results) -> Table:
        rows = []
        columns = ("asked", "reached", "true", "price", "residual", "backwards")
        for key, label in results.labels.items():
            if key.startswith(("floor@", "learned@")):
                kept = [one.notes for one in results.kept(key).values()]
                cells = (_spread([one[name] for one in kept]) if name in kept[0] else "" for name in columns)
                rows.append((label, tuple(cells)))
        said = (
            "Expected qualification over the policy's distribution (temperature 1 on the preference's log-odds, one "
            "price for all people): *asked*, *reached* by the expert's chances, and what the market's *true* chances "
            "make of it. *Price*: of the floor, or the learned network's last multiplier, which may be below 0. "
            "*Residual*: of the optimality conditions (Karush, Kuhn, Tucker). *Backwards*: the share of pairs where "
            "more qualification means a lower score."
        )
        return Table("What a floor promises and keeps", said, columns, tuple(rows))

    def notes(self, results: Results) -> Sequence[str]:
        chance, memorised = (_mean(results, key, PREFERENCE) for key in ("random", "memoriser"))
        residuals = [
            one.notes["residual"] for key in results.labels if key.startswith("floor@")
            for one in results.kept(key).values()
        ]  # fmt: skip
        return (
            f"{PREFERENCE} is by the market's preference (grades at {', '.join(map(str, THRESHOLDS))}), for people who "
            f"like anything; {QUALIFICATION} is the mean true P(accept) of the first {K} places, weighed by "
            f"1/log2(rank + 1), and {WELFARE} that of preference times P(accept): what an application is worth.",
            "The published split repeats its negatives in training and test, where a memoriser of them reaches "
            "recall@1 of 1.000. Here people are held out whole: the memoriser knows none of their pairs and has "
            f"{memorised:.3f}, chance is {chance:.3f}.",
            f"The largest violation of the optimality conditions by the exact policy is {max(residuals):.1e}.",
            f"Policies and surplus take the expert of {TREATMENTS[self.settings.experts.treatment]!r}. No id is read "
            "but by the memoriser and the popularity.",
            "A language model as the expert is measured apart (docs/experts.md). JobRec's own is a LoRA of an "
            "8-billion-parameter model on students and research positions; nothing here says how good it is.",
        )

    def plots(self, results: Results) -> Mapping[str, str]:
        shown = [
            results.row(key) for key in results.labels
            if key.startswith(("together", "floor@", "learned@", "surplus", "qualification-applicants"))
        ]  # fmt: skip
        found = dict(curves(shown, (QUALIFICATION, PREFERENCE)))
        start = found.pop("together")[0]
        return {
            "frontier.svg": plot_curves(
                {"What a floor under qualification costs": found},
                start,
                f"{QUALIFICATION}, true ({PREFERENCE} upwards)",
            )
        }


def _calibration_error(said: Floats, true: Floats) -> float:
    parts = np.array_split(np.argsort(said, kind="stable"), 10)
    return float(sum(abs(said[part].sum() - true[part].sum()) for part in parts) / len(said))


def _by_name(notes: Sequence[Mapping[str, float]]) -> list[list[float]]:
    return [[one[name] for one in notes] for name in notes[0]]


def _spread(values: Sequence[float]) -> str:
    """Return mean, least and most over seeds.

    >>> _spread([0.25, 0.75]), _spread([1e-9])
    ('0.500 (0.250 to 0.750)', '1.0e-09')
    """

    def one(value: float) -> str:
        return f"{value:.1e}" if 0 < abs(value) < 1e-4 else f"{value:.3f}"  # fmt: skip

    mean = one(float(np.mean(values)))
    return mean if len(values) == 1 else f"{mean} ({one(min(values))} to {one(max(values))})"


def _mean(results: Results, key: str, column: str) -> float:
    found: Estimate = estimate(results.row(key), column)
    return found.mean or 0.0
