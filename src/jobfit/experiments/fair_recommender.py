"""The fair employment recommender (Inasoft/UJM, 2025): what its tables would say on one protocol.

    Variants     the same records as raw text, as an LLM structures them, and as sentences of a taxonomy
    Cosine       of the untrained encoder
    Classifier   [U; V; |U−V|; U⊙V] over frozen vectors, hired against rejected; once with the report's [U; V; U−V]
    Lists        the same head and epochs, taught by graded lists: pointwise, RankNet, LambdaLoss@10
    Rerankers    a cross-encoder that was trained here on each variant reads the best by its cosine again
    β            the classifier with a term on the gap between groups, for three definitions of the gap
    Other data   the rows of raw texts again, on sets that nothing was trained or chosen on

Everything ranks the same held-out vacancies' whole pool. Decisions are tested on the held-out log at its own share of
hires; calibration, threshold and weights come from validation. The published figures are in ``fair_recommender.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jobfit.audit.by_group import GAPS, by_group
from jobfit.audit.counts import Counts, counts_of_decisions
from jobfit.audit.counts import Judged as Decided
from jobfit.documents.render import render
from jobfit.documents.templates import Structured
from jobfit.encoders.folder import MINILM
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.classification import baselines
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.carried_over import carried, carried_key, carried_table, digest_of
from jobfit.experiments.classification import LABEL, SCORE, classify_key, estimates, read_again
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.experiment import Experiment, Results
from jobfit.experiments.frontier import FrontierPoint, Outcome, Setting, frontier, frontier_plot, frontier_table
from jobfit.experiments.labelled_market import LabelledMarket
from jobfit.experiments.market import market_records
from jobfit.experiments.pair_heads import Floats, ScorePairs, cosine_of, fit_head, market_vectors
from jobfit.experiments.ranking import DEPTH, columns_of, measure_bm25, measure_pairs, measure_random
from jobfit.experiments.reordered import reordered_table
from jobfit.experiments.report import Cell, Table, read_published, shown
from jobfit.experiments.rows import Claim, Columns, Measured, Row, estimate
from jobfit.experiments.trial import Trial
from jobfit.judged import CANDIDATES_FOR_VACANCY, Judged, Pair
from jobfit.preparation.variants import Variant, VariantSettings, make_variant
from jobfit.records import Document, Record
from jobfit.retrieval.rerank import rerank
from jobfit.runs import Ranking, Run
from jobfit.scorers.base import PersonJob
from jobfit.scorers.cross_encoder import load_cross_encoder
from jobfit.scorers.pair_head import HIRED, HeadSettings, PairHead
from jobfit.settings import Count, Whole, check_fields
from jobfit.training.calibrating import choose_on
from jobfit.training.cross_encoder import TrainableCrossEncoder
from jobfit.training.data import TrainingSet
from jobfit.training.frozen import FrozenEncoder
from jobfit.training.group_access import GroupAccess
from jobfit.training.loop.objective import Objective
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.losses.group_gaps import GapSettings
from jobfit.training.losses.ranking import ranking_loss
from jobfit.training.model import ModelOptions
from jobfit.training.objectives.fairness import FairnessObjective
from jobfit.training.objectives.group_terms import GapTerm
from jobfit.training.objectives.pair_classifier import PairLoss, PairObjective
from jobfit.training.objectives.pair_lists import PairListObjective, lists_with_negatives
from jobfit.training.objectives.ranking import RankingObjective
from jobfit.training.validators import GradedListValidator

if TYPE_CHECKING:
    from jobfit.llm.client import Client

MEASURES = ("Success@1", "nDCG@5", "RR@5", "AP@5", "nDCG@10")
VARIANTS = {"raw": "raw text", "llm": "structured by an LLM", "esco": "ESCO sentences"}
LOSSES = {"pointwise": "bce", "ranknet": "ranknet", "lambdaloss": "lambdaloss@k"}
ATTRIBUTE = "sex"
PLACE, LISTED = "place", 50
CRITERIA = {
    "demographic_parity": "demographic parity",
    "equal_opportunity": "equal opportunity",
    "equalised_odds_sum": "equalised odds, sum",
}
DECISIONS = {"pr_auc": "PR-AUC", "f1": "F1", "precision": "precision", "recall": "recall", "accuracy": "accuracy"}
_LAMBDA, _POINT = "LambdaLoss@10 on graded lists", "pointwise cross-entropy on the same"
_CROSS = "The cross-encoder beats the cosine that it reranks"
CLAIMS = (
    *(Claim(f"{_LAMBDA} beats {_POINT} ({v})", f"lambdaloss-{v}", f"pointwise-{v}") for v in VARIANTS),
    Claim("LambdaLoss@10 beats RankNet (raw)", "lambdaloss-raw", "ranknet-raw"),
    *(
        Claim(f"The cross-encoder beats the cosine that it reranks ({v})", f"cross-{v}", f"cosine-{v}")
        for v in VARIANTS
    ),
    Claim("The trained classifier beats the untrained cosine (raw)", "classifier-raw", "cosine-raw"),
    Claim("Structured text beats raw text (table 1, classifier)", "classifier-llm", "classifier-raw"),
    Claim("Structured text beats raw text (cosine)", "cosine-llm", "cosine-raw"),
    Claim("ESCO sentences beat raw text (table 1, classifier)", "classifier-esco", "classifier-raw"),
    Claim("ESCO sentences beat raw text (cosine)", "cosine-esco", "cosine-raw"),
)
FAMILIES = {
    "The report's classifier": (
        Claim("[U; V; |U−V|; U⊙V] beats the report's [U; V; U−V] (raw)", "classifier-raw", "signed-raw"),
    )
}


@dataclass(frozen=True, slots=True)
class FairSettings:
    """The sizes of the experiment.

    backbone:    gives the frozen vectors, and is what the cross-encoder starts from.
    loop:        of every head: batches are pairs for the classifier; ``lists`` vacancies for the losses over lists.
    hidden:      units of the hidden layer of every head but the report's linear one.
    model, cross_loop: of the cross-encoders; a batch is vacancies with ``list_size`` candidates each.
    depth:       how many a cross-encoder reads for each vacancy; 0: no cross-encoder, and no row of it.
    betas:       weights of the term on groups.
    """

    backbone: str = MINILM
    model: ModelOptions = field(default_factory=lambda: ModelOptions(max_tokens=256))
    loop: TrainSettings = field(
        default_factory=lambda: TrainSettings(
            epochs=30, batch_size=256, learning_rate=1e-3, patience=6, precision="f32", device="cpu", threads=1
        )
    )
    cross_loop: TrainSettings = field(default_factory=lambda: TrainSettings(epochs=3, batch_size=8, learning_rate=5e-5))
    lists: Count = 32
    hidden: Whole = 64
    list_size: Count = 4
    depth: Whole = 50
    betas: tuple[float, ...] = (0.5, 2.0, 8.0)

    def __post_init__(self) -> None:
        check_fields(self)


class FairRecommender(Experiment):
    """``client`` structures the texts of the llm variant; without one the rules do, and the report says so.

    ``others`` are the sets on which the rows of raw texts are tested too; ``cache`` is a file that keeps vectors.
    """

    title = "The fair employment recommender, run again"
    claims, families = CLAIMS, FAMILIES

    def __init__(
        self,
        market: LabelledMarket,
        settings: FairSettings,
        client: Client | None = None,
        others: Sequence[Judged] = (),
        cache: Path | None = None,
    ) -> None:
        task = market.held_out.task(CANDIDATES_FOR_VACANCY)
        self.market = replace(market, held_out=replace(market.held_out, tasks=(task,)))
        self.settings, self.client, self.others, self._cache = settings, client, others, cache
        self.tested = sorted((p for p in market.tested if p.grade != 1), key=lambda p: (p.vacancy_id, p.candidate_id))
        labelled = tuple(sorted(p._replace(grade=int(p.grade == HIRED)) for p in self.tested))
        super().__init__(
            ExperimentData(market.source, market.train, market.validation, self.market.held_out, labelled=labelled)
        )
        self.published = tuple(read_published("fair_recommender").values())
        _, self._coded = market.markets[1].groups_of(ATTRIBUTE, "t-")
        self._written: dict[str, tuple[LabelledMarket, int]] = {}
        self._vectors: dict[str, FrozenEncoder] = {}

    def facts(self) -> Mapping[str, Any]:
        llm = None if self.client is None else self.client.model
        others = {data.name: digest_of(data) for data in self.others}
        return {
            "recipe": "fair-recommender", **super().facts(), "settings": asdict(self.settings), "llm": llm,
            "others": others,
        }  # fmt: skip

    def judged_columns(self, results: Results) -> Sequence[str]:
        return [f"{CANDIDATES_FOR_VACANCY} {name}" for name in ("nDCG@5", "nDCG@10")]

    # The rows

    def rows(self, trial: Trial) -> Iterator[Row]:
        part = self.market.held_out
        yield trial.row("random", "random order", lambda: Measured(measure_random(part, trial.seed)))
        yield trial.row("bm25", "BM25, raw text", lambda: Measured(measure_bm25(part)))
        if self.others and trial.cache.find(carried_key("bm25"), trial.seed) is None:
            trial.cache.keep(carried_key("bm25"), trial.seed, Measured(carried(self.others, measure_bm25)))
        for variant in VARIANTS:
            label = self.label(variant)
            if trial.cache.find(f"texts-{variant}", trial.seed) is None:
                self._texts(variant)
                trial.cache.keep(f"texts-{variant}", trial.seed, Measured({}, {"empty": self._written[variant][1]}))
            yield self._row(trial, f"cosine-{variant}", f"cosine, untrained: {label}", partial(self._cosine, variant))
            yield self._row(
                trial, f"classifier-{variant}", f"pair classifier: {label}",
                partial(self._classifier, trial, variant),
            )  # fmt: skip
            for name, loss in LOSSES.items():
                yield self._row(
                    trial, f"{name}-{variant}", f"graded lists, {loss.replace('@k', '@10')}: {label}",
                    partial(self._lists, trial, variant, name),
                )  # fmt: skip
            if self.settings.depth:
                yield self._row(
                    trial, f"cross-{variant}", f"cross-encoder, first {self.settings.depth} of the cosine: {label}",
                    partial(self._cross_encoder, trial, variant), partial(self._reread, variant),
                )  # fmt: skip
        yield self._row(
            trial, "signed-raw", "ablation: the report's linear [U; V; U−V]: raw text",
            partial(self._classifier, trial, "raw", signed=True),
        )  # fmt: skip
        for criterion in CRITERIA:
            for beta in self.settings.betas:
                self._row(trial, _beta_key(criterion, beta), "", partial(self._with_term, trial, criterion, beta))

    def _row(
        self,
        trial: Trial,
        key: str,
        label: str,
        make: Callable[[], ScorePairs],
        rank: Callable[[Judged, ScorePairs], Columns] | None = None,
    ) -> Row:
        """Measure a row's ranking (all pairs scored, or by ``rank``), and its decisions; what made it is made once."""
        scores = cache(make)
        best = _Best() if key in self.listed else None
        own = self.market.held_out
        row = trial.row(
            key, label, lambda: Measured(rank(own, scores())) if rank else self._ranked(scores(), best)
        )  # fmt: skip
        if best is not None and best.columns[SCORE]:
            trial.cache.keep(lists_key(key), trial.seed, Measured(best.columns))
        if self.others and key.endswith("-raw") and trial.cache.find(carried_key(key), trial.seed) is None:
            columns = carried(self.others, lambda data: (rank or measure_pairs)(data, scores()))
            trial.cache.keep(carried_key(key), trial.seed, Measured(columns))
        if trial.cache.find(classify_key(key), trial.seed) is None:
            trial.cache.keep(classify_key(key), trial.seed, self._decided(scores()))
        trial.forget(key)
        return row

    @property
    def listed(self) -> tuple[str, ...]:
        """The rows whose best of each vacancy are kept, to be reordered by groups."""
        return ("classifier-raw", "lambdaloss-llm", *(_beta_key(c, b) for c in CRITERIA for b in self.settings.betas))

    def _ranked(self, score: ScorePairs, best: _Best | None = None) -> Measured:
        """Return the columns of the whole pool, and how many different first tens the vacancies have."""
        tops = set()

        def seen(pairs: Sequence[tuple[str, ...]]) -> Floats:
            values = score(pairs)
            order = np.argsort(-values, kind="stable")
            tops.add(order[:10].tobytes())
            if best is not None:
                best.add(pairs[0][1], order[:LISTED], values)
            return values

        return Measured(measure_pairs(self.market.held_out, seen), {"first_tens": len(tops)})

    def _decided(self, score: ScorePairs) -> Measured:
        """Return calibrated probabilities and labels by vacancy, candidates by id, and the threshold of validation."""
        chosen = choose_on(self.market.validation, score, "platt")
        probabilities = chosen.calibrator.probabilities(score(self.tested))
        found = _scored(self.tested, probabilities)
        chosen.threshold.refuse_reuse(found)
        columns: dict[str, dict[str, list[float]]] = {SCORE: {}, LABEL: {}}
        for pair, value in zip(self.tested, probabilities.tolist(), strict=True):
            columns[SCORE].setdefault(pair.vacancy_id, []).append(value)
            columns[LABEL].setdefault(pair.vacancy_id, []).append(float(pair.grade == HIRED))
        threshold = chosen.threshold
        notes = {
            "threshold": threshold.value, "criterion": threshold.criterion, "reached_on_validation": threshold.reached
        }  # fmt: skip
        return Measured(columns, notes)

    def _cosine(self, variant: str) -> ScorePairs:
        return cosine_of(self._frozen(variant))

    def _classifier(self, trial: Trial, variant: str, signed: bool = False) -> ScorePairs:
        vectors, part = self._frozen(variant), self._texts(variant)
        head = PairHead(vectors.dimension, self._head(trial, signed))
        objective = PairObjective(part.train, head, PairLoss(seed=trial.seed), train_encoder=False)
        return self._fit(trial, f"{'signed' if signed else 'classifier'}-{variant}", part, vectors, objective, head)

    def _lists(self, trial: Trial, variant: str, name: str) -> ScorePairs:
        vectors, part = self._frozen(variant), self._texts(variant)
        head = PairHead(vectors.dimension, self._head(trial))
        loss = ranking_loss(LOSSES[name], **({"k": 10} if LOSSES[name].endswith("@k") else {}))
        objective = RankingObjective(part.train, loss, name=name, head=head)
        return self._fit(trial, f"{name}-{variant}", part, vectors, objective, head, batch_size=self.settings.lists)

    def _with_term(self, trial: Trial, criterion: Any, beta: float) -> ScorePairs:
        vectors, part = self._frozen("raw"), self._texts("raw")
        head = PairHead(vectors.dimension, self._head(trial))
        utility = PairObjective(part.train, head, PairLoss(seed=trial.seed), train_encoder=False)
        known, _ = self.market.markets[0].groups_of(ATTRIBUTE)
        access = GroupAccess.of(known, [ATTRIBUTE], part.train.candidates)
        objective = FairnessObjective(utility, access, beta, GapTerm(GapSettings(criterion)))
        return self._fit(trial, _beta_key(criterion, beta), part, vectors, objective, head)

    def _head(self, trial: Trial, signed: bool = False) -> HeadSettings:
        if signed:
            return HeadSettings("binary", "signed", seed=trial.seed)
        return HeadSettings("binary", hidden=self.settings.hidden, seed=trial.seed)

    def _fit(
        self,
        trial: Trial,
        key: str,
        part: LabelledMarket,
        vectors: FrozenEncoder,
        objective: Objective[Any],
        head: PairHead,
        *,
        batch_size: int = 0,
    ) -> ScorePairs:  # fmt: skip
        loop = replace(self.settings.loop, seed=trial.seed)
        loop = replace(loop, batch_size=batch_size) if batch_size else loop
        validator = GradedListValidator(part.validation, head)
        data_hash = f"{part.train.hash}+{part.validation.hash}"
        return fit_head(vectors, objective, head, validator, loop, trial.folder / key, data_hash)

    def _cross_encoder(self, trial: Trial, variant: str) -> ScorePairs:
        own, part = self.settings, self._texts(variant)
        model = TrainableCrossEncoder.load(own.backbone, replace(own.model, seed=trial.seed))
        objective = PairListObjective(
            part.train, lists_with_negatives(part.train), ranking_loss("ranknet"), size=own.list_size, name="ranknet"
        )
        folder = trial.folder / f"cross-{variant}"
        Trainer(
            model, objective, replace(own.cross_loop, seed=trial.seed), folder, data_hash=part.train.hash,
            on_progress=lambda done, total: trial.step(folder.name, done, total),
        ).run()  # fmt: skip
        model.save(folder / "model")
        # As it was trained: what is longer than the window is cut off.
        scorer = load_cross_encoder(folder / "model", max_tokens=own.model.max_tokens, aggregate="first")
        read: list[TrainingSet | Judged] = [part.train, part.held_out]
        if variant == "raw":
            read += self.others
        people = {i: Document(i, text) for one in read for i, text in one.candidates.items()}
        openings = {i: Document(i, text) for one in read for i, text in one.vacancies.items()}
        return lambda pairs: scorer.score([PersonJob(people[pair[0]], openings[pair[1]]) for pair in pairs])

    def _reread(self, variant: str, data: Judged, score: ScorePairs) -> Columns:
        """Rank by the cosine, the first ``depth`` of each vacancy by ``score``."""
        (task,), ids, first = data.tasks, tuple(data.candidates), self._cosine(variant)
        rankings = {v: Ranking.from_scores(v, ids, first([(c, v) for c in ids]), DEPTH) for v in task.qrels.grades}
        queries, corpus = ([Document(*one) for one in side.items()] for side in (data.vacancies, data.candidates))
        return columns_of(rerank(Run("cosine", rankings), queries, corpus, _ByIds(score), self.settings.depth), task)

    # Texts and vectors of the variants

    def label(self, variant: str) -> str:
        if variant == "llm":
            by_rules = "structured by rules (the offline counterpart of the LLM)"
            return by_rules if self.client is None else f"structured by {self.client.model}"
        return VARIANTS[variant]

    def _texts(self, variant: str) -> LabelledMarket:
        if variant == "raw":
            self._written[variant] = self.market, 0
        if variant not in self._written:
            writer, empty = self._variant(variant), 0
            written = []
            for people, openings in self._records:
                sides = []
                for records in (people, openings):
                    texts = {}
                    for record, document in zip(records, writer(records), strict=True):
                        empty += not document.text.strip()
                        texts[record.id] = document.text if document.text.strip() else render(record).text
                    sides.append(texts)
                written.append((sides[0], sides[1]))
            of_market = dict(zip(map(id, self.market.markets), written, strict=True))
            self._written[variant] = self.market.rewritten(lambda market: of_market[id(market)]), empty
        return self._written[variant][0]

    def _variant(self, variant: str) -> Callable[[Sequence[Record]], Iterator[Document]]:
        if variant == "llm" and self.client is None:
            template = Structured()
            return lambda records: (render(record, template) for record in records)
        made: Variant = make_variant(variant, VariantSettings(client=self.client))
        return made.render

    @cached_property
    def _records(self) -> list[tuple[list[Any], list[Any]]]:
        return [market_records(market) for market in self.market.markets]

    def _frozen(self, variant: str) -> FrozenEncoder:
        if variant not in self._vectors:
            others = self.others if variant == "raw" else ()
            encoder = load_encoder(self.settings.backbone, cache=self._cache)
            self._vectors[variant] = market_vectors(encoder, self._texts(variant), others)
        return self._vectors[variant]

    def told_of_betas(self, results: Results) -> str:
        """Say in a sentence what the largest β did, for each definition of the gap."""
        told = []
        for criterion, points in self._frontiers(results).items():
            last = points[-1]
            told.append(
                f" β = {last.setting.beta:g} on {CRITERIA[criterion]} changes that gap by {shown(last.gap_change)} and "
                f"nDCG@10 by {shown(last.utility_change)}."
            )
        return "".join(told)

    def first_tens(self, results: Results, key: str) -> str:
        counts = [int(one.notes["first_tens"]) for one in results.kept(key).values()]
        return f"{', '.join(map(str, counts))} different first tens"

    # Tables

    def tables(self, results: Results) -> Sequence[Table]:
        keys = [row.key for row in results.rows if results.kept(classify_key(row.key))]
        curves = self._frontiers(results)
        return (
            self._decisions(results, keys),
            self._gaps(results, keys),
            self._carried(results),
            *self._reordered(results),
            *(frontier_table(points, "nDCG@10", CRITERIA[name]) for name, points in curves.items()),
        )

    def plots(self, results: Results) -> Mapping[str, str]:
        curves = self._frontiers(results)
        return {f"beta-{name}.svg": frontier_plot(points, "nDCG@10", CRITERIA[name]) for name, points in curves.items()}

    def _carried(self, results: Results) -> Table:
        market, rows = f"{CANDIDATES_FOR_VACANCY} {MEASURES[-1]}", []
        for row in results.rows:
            kept = results.kept(carried_key(row.key))
            if len(kept) == len(results.seeds):
                both = {seed: {market: row.by_seed[seed][market], **one.columns} for seed, one in kept.items()}
                rows.append(replace(row, by_seed=both))
        return carried_table(self.others, rows, "cosine-raw", market)

    def _reordered(self, results: Results) -> list[Table]:
        """Return what reordering does to the kept lists; β's models beside those of the classifier that they vary."""
        kept = {key: self._lists_of(results, key) for key in self.listed}
        terms = {
            f"term, {gap}, β = {beta:g}": lists
            for criterion, gap in CRITERIA.items()
            for beta in self.settings.betas
            if len(lists := kept[_beta_key(criterion, beta)]) == len(results.seeds)
        }
        bases = {"classifier-raw": terms, "lambdaloss-llm": {}}
        task = self.market.held_out.task(CANDIDATES_FOR_VACANCY)
        return [
            reordered_table(
                f"Reordered by groups: {results.labels[key]}", kept[key], beside, self._coded, task
            )
            for key, beside in bases.items()
            if len(kept[key]) == len(results.seeds)
        ]  # fmt: skip

    def _lists_of(self, results: Results, key: str) -> dict[int, list[Ranking]]:
        ids, found = tuple(self.market.held_out.candidates), {}
        for seed, one in results.kept(lists_key(key)).items():
            found[seed] = [
                Ranking.from_scores(vacancy, [ids[int(place)] for place in places], one.columns[SCORE][vacancy])
                for vacancy, places in one.columns[PLACE].items()
            ]
        return found

    def _decisions(self, results: Results, keys: Sequence[str]) -> Table:
        read = {key: [read_again(kept) for kept in results.kept(classify_key(key)).values()] for key in keys}
        test = _scored(self.tested, np.zeros(len(self.tested)))
        constant = baselines(test)["always_negative"]
        rows: list[tuple[str, tuple[Cell, ...]]] = [
            ("nobody is hired (always negative)",
             (*(Estimate(constant[name], None, None, len(test)) for name in DECISIONS), "")),
        ]  # fmt: skip
        for key, seeds in read.items():
            found = estimates(seeds, DECISIONS)
            threshold = float(np.mean([chosen.value for _, chosen in seeds]))
            rows.append((results.labels[key], (*(found[name] for name in DECISIONS), f"{threshold:.3f}")))
        said = (
            f"Hired against rejected in the held-out log, at its own share of hires: {test.positives:,} of "
            f"{len(test):,} pairs of {test.queries:,} vacancies ({test.prevalence:.1%}). Talent pool and censored are "
            "in neither class. Scores are calibrated (Platt), and the threshold maximises F1, on validation alone; a "
            "row that ranks validation backwards gives everybody one probability."
        )
        return Table("Classification", said, (*DECISIONS.values(), "threshold"), tuple(rows))

    def _gaps(self, results: Results, keys: Sequence[str]) -> Table:
        gaps = {name: GAPS[name] for name in CRITERIA.values()}
        rows: list[tuple[str, tuple[Cell, ...]]] = []
        for key in keys:
            kept = list(results.kept(classify_key(key)).values())
            found = by_group(_summed([self._counts(one) for one in kept]), gaps=gaps).gaps
            cells: list[Cell] = []
            for gap in found:
                cells += [gap.estimate, f"{gap.support / len(kept):,.0f}"]
            rows.append((results.labels[key], tuple(cells)))
        columns = [name for gap in gaps for name in (gap, f"least support of {gap}")]
        said = (
            f"Gaps between the groups of the synthetic attribute *{ATTRIBUTE}* in decisions at the threshold, over the "
            "held-out log's pairs; the screeners of this market were told to be biased, so its labels are. Rates are "
            "means over seeds; intervals draw vacancies again. *Support*: pairs in the smallest cell behind a number. "
            "Independent decisions say nothing about who is in a top ten."
        )
        return Table("Gaps between groups", said, tuple(columns), tuple(rows))

    def _counts(self, kept: Measured, only: Mapping[str, Any] | None = None) -> Counts:
        scores = [value for values in kept.columns[SCORE].values() for value in values]
        pairs = [(p, s) for p, s in zip(self.tested, scores, strict=True) if only is None or p.vacancy_id in only]
        decided = Decided(
            [p.vacancy_id for p, _ in pairs], [p.candidate_id for p, _ in pairs],
            [int(p.grade == HIRED) for p, _ in pairs], [score for _, score in pairs],
        )  # fmt: skip
        return counts_of_decisions(decided, self._coded, kept.notes["threshold"])

    def _frontiers(self, results: Results) -> dict[str, tuple[FrontierPoint, ...]]:
        """Return, for each definition of a gap, the points of every β that all seeds have."""
        curves = {}
        for criterion, gap in CRITERIA.items():
            keys = {Setting(gap, b): _beta_key(criterion, b) for b in self.settings.betas}
            outcomes = {
                setting: self._outcomes(results, key)
                for setting, key in {Setting("utility alone", 0.0): "classifier-raw", **keys}.items()
            }
            outcomes = {setting: found for setting, found in outcomes.items() if len(found) == len(results.seeds)}
            if len(outcomes) > 1:
                curves[criterion] = frontier(outcomes, gap)
        return curves

    def _outcomes(self, results: Results, key: str) -> list[Outcome]:
        decided, found = results.kept(classify_key(key)), []
        for seed, ranked in results.kept(key).items():
            utility = ranked.columns[f"{CANDIDATES_FOR_VACANCY} nDCG@10"]
            counts = self._counts(decided[seed], utility)
            found.append(Outcome({q: float(utility[q][0]) for q in counts.queries}, counts))
        return found

    def notes(self, results: Results) -> Sequence[str]:
        return _notes(self, results)


class _Best:
    """The best of each vacancy: their places in the pool (as the held-out part lists its candidates) and scores."""

    def __init__(self) -> None:
        self.columns: dict[str, dict[str, list[float]]] = {PLACE: {}, SCORE: {}}

    def add(self, vacancy: str, places: Any, scores: Floats) -> None:
        self.columns[PLACE][vacancy] = places.astype(float).tolist()
        self.columns[SCORE][vacancy] = scores[places].tolist()


class _ByIds:
    """Scores of pairs by the ids of their documents, behind the protocol of a scorer."""

    def __init__(self, score: ScorePairs) -> None:
        self._score = score

    def score(self, pairs: Sequence[PersonJob]) -> Floats:
        return self._score([(pair.candidate.id, pair.vacancy.id) for pair in pairs])


def lists_key(key: str) -> str:
    return f"lists-{key}"


def _beta_key(criterion: str, beta: float) -> str:
    return f"beta-{criterion}-{beta:g}"


def _scored(pairs: Sequence[Pair], scores: Any) -> ScoredPairs:
    ids = [(pair.vacancy_id, pair.candidate_id) for pair in pairs]
    return ScoredPairs.of(ids, [int(pair.grade == HIRED) for pair in pairs], np.asarray(scores))


def _summed(counts: Sequence[Counts]) -> Counts:
    """Add up the counts of seeds over the same pairs: every rate is then the mean of theirs."""
    columns = {name: np.sum([one.columns[name] for one in counts], axis=0) for name in counts[0].columns}
    return replace(counts[0], columns=columns)


def _notes(paper: FairRecommender, results: Results) -> tuple[str, ...]:
    """Return each claim of the report that does not survive, with what was measured here instead."""
    test, funnel = _scored(paper.tested, np.zeros(len(paper.tested))), paper.market.funnels["held-out"]
    empty = {v: next((one.notes["empty"] for one in results.kept(f"texts-{v}").values()), 0) for v in VARIANTS}
    measured = {
        f"{row.key} {name}": shown(estimate(row, f"{CANDIDATES_FOR_VACANCY} {name}"))
        for row in results.rows
        for name in MEASURES
    }
    measured |= {
        "queries": f"{estimate(results.row('random'), f'{CANDIDATES_FOR_VACANCY} nDCG@5').n:,}",
        "pool": f"{len(paper.market.held_out.candidates):,}",
        "prevalence": f"{test.prevalence:.1%}",
        "always negative": f"{baselines(test)['always_negative']['accuracy'] or 0:.3f}",
        "signed tens": paper.first_tens(results, "signed-raw"),
        "tens": paper.first_tens(results, "classifier-raw"),
        "betas": paper.told_of_betas(results),
        "rows": f"{funnel.rows_in:,}", "pairs": f"{funnel.rows_out:,}", "hired": f"{test.positives:,}",
        "rejected": f"{len(test) - test.positives:,}", "pooled": f"{sum(p.grade == 1 for p in paper.market.tested):,}",
        "llm": paper.label("llm"), "empty llm": str(empty["llm"]), "empty esco": str(empty["esco"]),
    }  # fmt: skip
    if not paper.settings.depth:
        measured |= {"cross-raw nDCG@5": "not measured (no cross-encoder in this run)"}
    text = (resources.files("jobfit.experiments") / "fair_recommender.toml").read_text(encoding="utf-8")
    return tuple(re.sub(r"\{(.+?)\}", lambda found: measured[found[1]], note) for note in tomllib.loads(text)["notes"])
