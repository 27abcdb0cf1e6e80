"""MUSE (Bied et al. 2023): towers for each facet, a network over pairs for the first places, and a head for applying.

    Tier 0     all facets, each facet left out in turn, hires alone, a triplet, and the softmax without log q
    Tier 1     reads the first ``depth`` of tier 0 again, with what only a pair has; learnt from hires
    Tier 2     the same with a head for applications, and a top over both
    LightGBM   reads the same first ``depth`` again by what only a pair has and tier 0's score

People are the queries. A held-out market of other people and other employers is ranked whole, by two truths: what its
log says of hires (recall), and the grade of qualification times preference (nDCG). Published figures: ``muse.toml``.

On data of one's own (:mod:`jobfit.experiments.interactions`) people are held out, and what they interacted with is
sought among all vacancies. Nobody knows there who applied or was hired: tier 1 learns interactions against other
vacancies of tier 0's first, and hires alone and tier 2 are not run.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cache, cached_property, partial
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.folder import MINILM
from jobfit.encoders.loading import load_encoder
from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.experiment import Experiment, Results
from jobfit.experiments.interactions import Log
from jobfit.experiments.market import MarketSizes, market_of, market_records, market_texts
from jobfit.experiments.ranking import measure, measure_bm25, measure_random
from jobfit.experiments.report import Table, read_published, shown
from jobfit.experiments.rows import Claim, Measured, Row, estimate
from jobfit.experiments.trial import Trial
from jobfit.judged import VACANCIES_FOR_CANDIDATE, Judged, Pair, Task, qrels_of
from jobfit.ordering import tie_key
from jobfit.records import Candidate, Document, Outcome, Vacancy
from jobfit.scorers.facets import FacetModel, FacetSettings, FacetTowers, facet_inputs
from jobfit.scorers.tiers import PairNet, TierSettings, pair_scores
from jobfit.scorers.trees import TreeSettings, fit_ranker
from jobfit.settings import Count, check_fields
from jobfit.simulation.market import Market
from jobfit.simulation.truth import grades
from jobfit.training.data import TrainingSet, hold_out
from jobfit.training.frozen import FrozenEncoder
from jobfit.training.loop.objective import candidate_key, vacancy_key
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.objectives.facets import FacetLoss, FacetObjective, FacetValidator
from jobfit.training.objectives.tiers import Shown, TierObjective, TierValidator
from jobfit.training.pair_facts import NAMES, facts_of, pair_facts

HIRES = "hires_of_the_log"
MEASURES = ("nDCG@10", "R@10", "R@100", "R@1000")
_DEEP = 1000  # what tier 0 hands on
_TESTED = 0.4  # of the people, on data of one's own
_OTHERS = 4  # vacancies for each interaction that tier 1 learns from
_TIMED = 20  # people for whom the reading of the pairs is timed
_COSTS = {"milliseconds": "ms of scoring", "facts_milliseconds": "ms of reading the pairs"}
FACETS = tuple(FacetSettings().inputs)
SOFTMAX = FacetLoss()
TODAY = date(2026, 1, 1)
Floats = NDArray[np.float32]
_Reader = Callable[[Floats, Floats, Floats], NDArray[Any]]  # vectors (1, d) of a person, (n, d), facts (n, f) -> scores
CLAIMS = (
    Claim("Tier 1 beats tier 0 (MUSE)", "tier-1", "tier-0"),
    Claim("Tier 2 beats tier 1 (MUSE)", "tier-2", "tier-1"),
    Claim("Tier 1 beats LightGBM on the schema's features", "tier-1", "trees"),
    Claim("All facets beat the text alone", "tier-0", "text-alone"),
    Claim("Tier 0 beats the cosine of the untrained encoder", "tier-0", "cosine"),
    Claim("Tier 0 beats BM25", "tier-0", "bm25"),
    Claim("Tier 0 beats what most people interacted with", "tier-0", "popular"),
    Claim("Learning from applications beats learning from hires alone", "tier-0", "hires-alone"),
    Claim("log q corrects the softmax", "tier-0", "without-log-q"),
    Claim("The softmax beats the triplet", "tier-0", "triplet"),
)


@dataclass(frozen=True, slots=True)
class MuseSettings:
    """The sizes: of the towers' training, of the pairs' network and its training, and how many it reads again."""

    backbone: str = MINILM
    facets: FacetSettings = field(default_factory=FacetSettings)
    loop: TrainSettings = field(
        default_factory=lambda: TrainSettings(
            epochs=20, batch_size=256, learning_rate=2e-3, patience=4, precision="f32", device="cpu", threads=1
        )
    )
    pair_loop: TrainSettings = field(
        default_factory=lambda: TrainSettings(
            epochs=8, batch_size=512, learning_rate=2e-3, patience=3, precision="f32", device="cpu", threads=1
        )
    )
    hidden: Count = 64
    depth: Count = 200
    trees: TreeSettings = field(default_factory=TreeSettings)

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True)
class MuseData:
    """``data`` (its positives are the applications), the records of all parts by id, and what people were shown.

    hired:  the positives of a training on hires alone.
    recall: the task whose recall is measured.
    today:  the day from which experience is counted.

    Nothing shown: the positives are interactions, and who applied or was hired is not known.
    """

    data: ExperimentData
    people: Mapping[str, Candidate]
    openings: Mapping[str, Vacancy]
    shown: tuple[Shown, ...] = ()
    hired: tuple[Pair, ...] = ()
    recall: str = HIRES
    today: date = TODAY

    @property
    def source(self) -> str:
        return self.data.source


def muse_data(sizes: MarketSizes) -> MuseData:
    """Simulate a market to learn from and another that is held out whole."""
    learnt = market_of(sizes, sizes.candidates, sizes.vacancies, sizes.seed)
    tested = market_of(sizes, sizes.held_out_candidates, sizes.held_out_vacancies, sizes.seed + 1_000_000)
    pairs = shown_pairs(learnt)
    applied = tuple(Pair(one.candidate_id, one.vacancy_id) for one in pairs if one.applied)
    hired = tuple(Pair(one.candidate_id, one.vacancy_id) for one in pairs if one.hired == 1)
    train, validation = hold_out(TrainingSet(*market_texts(learnt), applied), 1 / 7, seed=sizes.seed)
    kept = {pair.vacancy_id for pair in validation.positives}
    source = (
        f"Simulated market of jobfit (synthetic: no real person, employer or text), seed {sizes.seed}: "
        f"{sizes.candidates:,} people were shown {len(pairs):,} of {sizes.vacancies:,} vacancies, applied to "
        f"{len(applied):,} and were hired for {len(hired):,}; held out: another market of "
        f"{sizes.held_out_candidates:,} people and {sizes.held_out_vacancies:,} vacancies."
    )
    (people, openings), (others, further) = market_records(learnt), market_records(tested)
    people += [replace(one, id=f"t-{one.id}") for one in others]
    openings += [replace(one, id=f"t-{one.id}") for one in further]
    return MuseData(
        ExperimentData(source, train, validation, _held_out(tested)), {one.id: one for one in people},
        {one.id: one for one in openings}, pairs, tuple(pair for pair in hired if pair.vacancy_id not in kept),
    )  # fmt: skip


def interaction_data(log: Log) -> MuseData:
    """Hold out two fifths of the people, chosen by a digest of their ids, with all that they interacted with.

    Raises:
        InputError: fewer than two people, or nothing is left to learn from or to validate on.
    """
    people = sorted(log.people, key=lambda i: tie_key("people held out", i))
    if len(people) < 2:
        raise InputError(f"{log.source}: some people are learnt from and others tested, so two are needed")
    tested = set(people[: max(1, round(_TESTED * len(people)))])
    candidates, vacancies = log.texts
    pairs = [Pair(*pair) for pair in log.pairs]
    learnt = tuple(sorted(pair for pair in pairs if pair.candidate_id not in tested))
    known = {i: text for i, text in candidates.items() if i not in tested}
    train, validation = hold_out(TrainingSet(known, vacancies, learnt), 1 / 7, seed=1)
    asked = qrels_of([pair for pair in pairs if pair.candidate_id in tested], by_vacancy=False)
    task = Task(VACANCIES_FOR_CANDIDATE, "test", asked, by_vacancy=False, measures=MEASURES)
    held_out = Judged({i: candidates[i] for i in sorted(tested)}, vacancies, (task,))
    source = f"{log.source}; {len(tested):,} people are held out with all theirs, {len(known):,} are learnt from."
    return MuseData(
        ExperimentData(source, train, validation, held_out), log.people, log.openings, recall=task.name, today=log.today
    )


def shown_pairs(market: Market) -> tuple[Shown, ...]:
    """Return every showing of a market's log with what became of it; see :class:`Shown` for the codes."""
    ended = {Outcome.HIRED: 1, Outcome.REJECTED: 0, Outcome.TALENT_POOL: 0}
    ends = {(one.candidate_id, one.vacancy_id): ended.get(one.outcome, -1) for one in market.applications}
    ids = (
        (market.people[c].id, market.openings[v].id)
        for c, v in zip(market.shown.candidate.tolist(), market.shown.opening.tolist())
    )
    return tuple(Shown(*pair, int(pair in ends), ends.get(pair, 0)) for pair in sorted(set(ids)))


def _held_out(market: Market) -> Judged:
    candidates, vacancies = ({f"t-{i}": text for i, text in side.items()} for side in market_texts(market))

    def task(name: str, pairs: Sequence[Pair], measures: tuple[str, ...]) -> Task:
        return Task(name, "test", qrels_of(pairs, by_vacancy=False), by_vacancy=False, measures=measures)

    table = grades(market.q * market.p)
    true = [
        Pair(f"t-{market.people[p].id}", f"t-{market.openings[v].id}", int(table[p, v]))
        for p, v in zip(*table.nonzero())
    ]
    hires = [
        Pair(f"t-{one.candidate_id}", f"t-{one.vacancy_id}")
        for one in market.applications
        if one.outcome is Outcome.HIRED
    ]
    return Judged(
        candidates, vacancies, (task(VACANCIES_FOR_CANDIDATE, true, MEASURES[:1]), task(HIRES, hires, MEASURES[1:]))
    )


class Muse(Experiment):
    """Every vector of a text is made once; what is trained are towers and small networks over them."""

    title = "MUSE, run again"
    claims = CLAIMS

    def __init__(self, data: MuseData, settings: MuseSettings, vectors: Path | None = None) -> None:
        """``vectors`` is a file that keeps the texts' vectors."""
        super().__init__(data.data)
        self.given, self.settings, self._kept = data, settings, vectors
        self.published = tuple(read_published("muse").values())
        self._models: dict[tuple[str, int], FacetModel] = {}

    def facts(self) -> Mapping[str, Any]:
        return {"recipe": "muse", **super().facts(), "settings": asdict(self.settings), "pairs": len(self.given.shown)}

    def judged_columns(self, results: Results) -> Sequence[str]:
        return [f"{VACANCIES_FOR_CANDIDATE} nDCG@10", f"{self.given.recall} R@10"]

    def rows(self, trial: Trial) -> Iterator[Row]:
        part, row = self.data.held_out, trial.row
        yield row("random", "random order", lambda: Measured(measure_random(part, trial.seed, _DEEP)))
        yield row("bm25", "BM25", lambda: Measured(measure_bm25(part, depth=_DEEP)))
        ended = bool(self.given.shown)  # who applied and who was hired is known
        if not ended:  # the market's held-out vacancies are new: nobody did anything with them
            yield row("popular", "what most people interacted with", self._popular)
        yield row("cosine", "cosine, untrained", self._cosine)
        yield row("tier-0", "tier 0: all facets", lambda: self._tier_0(trial, "tier-0"))
        yield row("text-alone", "tier 0: the text alone", lambda: self._tier_0(trial, "text-alone", only="text"))
        for name in FACETS:
            key = f"without-{name}"
            yield row(key, f"tier 0 without {name}", partial(self._tier_0, trial, key, without=name))
        if ended:
            yield row("hires-alone", "tier 0, hires alone", lambda: self._tier_0(trial, "hires-alone", hired=True))
        yield row(
            "without-log-q", "tier 0, softmax without log q",
            lambda: self._tier_0(trial, "without-log-q", loss=FacetLoss(log_q=False)),
        )  # fmt: skip
        yield row("triplet", "tier 0, triplet", lambda: self._tier_0(trial, "triplet", loss=FacetLoss("triplet")))
        depth = f"first {self.settings.depth} of tier 0"
        yield row("trees", f"LightGBM on the schema, {depth}", lambda: self._again(trial, self._trees))
        yield row("tier-1", f"tier 1, {depth}", lambda: self._again(trial, partial(self._tier, 1)))
        if ended:
            yield row("tier-2", f"tier 2, {depth}", lambda: self._again(trial, partial(self._tier, 2)))

    # Tier 0

    @cached_property
    def _texts(self) -> FrozenEncoder:
        """The vectors of all texts, as what the towers read."""
        encoder = load_encoder(self.settings.backbone, cache=self._kept)
        parts = (self.data.train, self.data.held_out)
        rows: dict[str, Floats] = {}
        self._text_size = encoder.dimension
        sides: tuple[tuple[Literal["document", "query"], str, Callable[[str], str], Mapping[str, Any]], ...] = (
            ("document", "candidates", candidate_key, self.given.people),
            ("query", "vacancies", vacancy_key, self.given.openings),
        )
        for role, side, key, records in sides:
            texts = {i: text for part in parts for i, text in getattr(part, side).items()}
            vectors = encoder.encode([Document(i, text) for i, text in texts.items()], role)
            inputs = facet_inputs([records[i] for i in vectors.ids], vectors)
            rows |= {key(i): row for i, row in zip(vectors.ids, inputs)}
        return FrozenEncoder.of_rows(f"facets of {encoder.fingerprint}", rows)

    def _inputs(self, keys: Sequence[str]) -> Floats:
        tokens = self._texts.tokenise(dict.fromkeys(keys, "")).tokens
        return self._texts.embed([tokens[key] for key in keys])

    @cached_property
    def _held_out_inputs(self) -> tuple[Floats, Floats]:
        part = self.data.held_out
        return self._inputs([*map(candidate_key, part.candidates)]), self._inputs([*map(vacancy_key, part.vacancies)])

    def _popular(self) -> Measured:
        counts = Counter(pair.vacancy_id for pair in self.data.train.positives)
        row = np.array([float(counts[i]) for i in self.data.held_out.vacancies])
        return self._measured(np.repeat(row[None], len(self.data.held_out.candidates), axis=0))

    def _cosine(self) -> Measured:
        people, openings = self._held_out_inputs
        size = self._text_size
        return self._measured(people[:, :size].astype(np.float64) @ openings[:, :size].astype(np.float64).T)

    def _measured(self, table: NDArray[np.float64], notes: Mapping[str, Any] | None = None) -> Measured:
        part = self.data.held_out
        place = {i: row for row, i in enumerate(part.candidates)}
        documents = {True: tuple(part.candidates), False: tuple(part.vacancies)}
        columns = measure(part, lambda task: lambda i: table[place[i]], documents, _DEEP)
        return Measured(columns, notes or {})

    def _model(
        self,
        trial: Trial,
        key: str,
        *,
        only: str = "",
        without: str = "",
        hired: bool = False,
        loss: FacetLoss = SOFTMAX,
    ) -> FacetModel:
        if (key, trial.seed) not in self._models:
            changed = {name: 0 for name in FACETS if name == without or (only and name != only)}
            changed |= {"seed": trial.seed, "text_input": self._text_size}
            towers = FacetTowers(replace(self.settings.facets, **changed))
            train, validation = self.data.train, self.data.validation
            if hired:
                train = replace(train, positives=self.given.hired)
            loop = replace(self.settings.loop, seed=trial.seed)
            Trainer(
                self._texts, FacetObjective(train, towers, loss), loop, trial.folder / key,
                data_hash=f"{train.hash}+{validation.hash}", validator=FacetValidator(validation, towers),
            ).run()  # fmt: skip
            trial.forget(key)
            self._models[key, trial.seed] = FacetModel(towers.train(False), self._texts.name)
        return self._models[key, trial.seed]

    def _vectors(self, model: FacetModel) -> tuple[Floats, Floats]:
        people, openings = self._held_out_inputs
        return model.project(people, "candidate"), model.project(openings, "vacancy")

    def _tier_0(self, trial: Trial, key: str, **how: Any) -> Measured:
        model = self._model(trial, key, **how)
        people, openings = self._vectors(model)
        started = time.process_time()
        for person in people[:100]:
            np.argpartition(-(openings @ person), min(1000, len(openings)) - 1)
        return self._measured(model.scores(people, openings), {"milliseconds": _per_query(started, len(people[:100]))})

    # Who reads the first again: tiers 1 and 2, trees

    @cached_property
    def _facts(self) -> Callable[[Sequence[tuple[str, str]]], Floats]:
        known: dict[tuple[str, str], tuple[float, ...]] = {}

        def of(pairs: Sequence[tuple[str, str]]) -> Floats:
            for c, v in pairs:
                if (c, v) not in known:
                    known[c, v] = pair_facts(self.given.people[c], self.given.openings[v], self.given.today)
            return np.array([known[pair] for pair in pairs], dtype=np.float32).reshape(len(pairs), len(NAMES))

        return of

    def _net(self, trial: Trial, tier: Literal[1, 2], model: FacetModel) -> PairNet:
        train = self.data.train
        projected = {
            key: model.project(self._inputs([key]), "candidate" if key.startswith("c:") else "vacancy")[0]
            for key in (*map(candidate_key, train.candidates), *map(vacancy_key, train.vacancies))
        }
        vectors = FrozenEncoder.of_rows(f"tier 0 of seed {trial.seed}", projected)
        size = sum(model.towers.settings.outputs.values())
        net = PairNet(TierSettings(tier, size, len(NAMES), self.settings.hidden, seed=trial.seed))
        learnt, validation = self._seen() if self.given.shown else self._drawn(trial, model)
        ids = [[pair[:2] for pair in pairs] for pairs in (learnt, validation)]
        objective = TierObjective(learnt, self._facts(ids[0]), net)
        validator = TierValidator(validation, self._facts(ids[1]), net)
        key = f"net-{tier}"
        Trainer(
            vectors, objective, replace(self.settings.pair_loop, seed=trial.seed), trial.folder / key,
            data_hash=train.hash, validator=validator,
        ).run()  # fmt: skip
        trial.forget(key)
        return net

    def _seen(self) -> tuple[list[Shown], list[Shown]]:
        """What people were shown, to learn from and to validate on."""
        kept = {pair.vacancy_id for pair in self.data.validation.positives}
        learnt, validation = (
            [pair for pair in self.given.shown if (pair.vacancy_id in kept) is inside] for inside in (False, True)
        )
        return learnt, validation

    def _drawn(self, trial: Trial, model: FacetModel) -> tuple[list[Shown], list[Shown]]:
        """Interactions, each with ``_OTHERS`` vacancies that tier 0 places among the person's first and that the person
        did nothing with. ``hired`` means *interacted with* here, and the others are no rejects.
        """
        train, validation = self.data.train, self.data.validation
        known = {pair[:2] for part in (train, validation) for pair in part.positives}
        openings = model.project(self._inputs([*map(vacancy_key, train.vacancies)]), "vacancy")
        ids, dice = tuple(train.vacancies), np.random.default_rng(trial.seed)

        @cache
        def others(person: str) -> list[str]:
            of = model.project(self._inputs([candidate_key(person)]), "candidate")
            first = np.argsort(-model.scores(of, openings)[0], kind="stable")[: self.settings.depth]
            return [ids[column] for column in first if (person, ids[column]) not in known]

        def shown(pairs: Sequence[Pair]) -> list[Shown]:
            found = [Shown(pair.candidate_id, pair.vacancy_id, 1, 1) for pair in pairs]
            for pair in pairs:
                some = others(pair.candidate_id)
                chosen = dice.choice(len(some), min(_OTHERS, len(some)), replace=False) if some else ()
                found += [Shown(pair.candidate_id, some[n], 0, 0) for n in chosen]
            return found

        return shown(train.positives), shown(validation.positives)

    def _tier(self, tier: Literal[1, 2], trial: Trial, model: FacetModel) -> _Reader:
        net = self._net(trial, tier, model)
        return lambda person, openings, facts: pair_scores(
            net, np.repeat(person, len(openings), axis=0), openings, facts
        )

    def _trees(self, trial: Trial, model: FacetModel) -> _Reader:
        """Rank by one label, 0 shown, 1 applied, 2 hired, from the pair's facts (NaN: unknown) and tier 0's score."""
        learnt, _ = self._seen() if self.given.shown else self._drawn(trial, model)
        table, label, sizes = [], [], []
        for person, pairs in groupby(sorted(learnt), key=lambda pair: pair.candidate_id):
            own = list(pairs)
            of = model.project(self._inputs([candidate_key(person)]), "candidate")
            openings = model.project(self._inputs([vacancy_key(pair.vacancy_id) for pair in own]), "vacancy")
            table.append(np.c_[self._facts([pair[:2] for pair in own]), model.scores(of, openings)[0]])
            label += [pair.applied + (pair.hired == 1) for pair in own]
            sizes.append(len(own))
        settings = replace(self.settings.trees, seed=trial.seed)
        trees = fit_ranker("lightgbm", np.concatenate(table, dtype=np.float64), np.array(label), sizes, settings)
        return lambda person, openings, facts: trees.scores(np.c_[facts, model.scores(person, openings)[0]])

    def _again(self, trial: Trial, taught: Callable[[Trial, FacetModel], _Reader]) -> Measured:
        """Read the first of tier 0 again; what follows keeps its order below them."""
        model = self._model(trial, "tier-0")
        read = taught(trial, model)
        people, openings = self._vectors(model)
        table, part = model.scores(people, openings), self.data.held_out
        ids, seconds = tuple(part.vacancies), 0.0
        reading: list[float] = []
        for row, person in enumerate(part.candidates):
            first = np.argsort(-table[row], kind="stable")[: self.settings.depth]
            pairs = [(person, ids[column]) for column in first]
            if row < _TIMED:
                started = time.process_time()
                facts_of(pairs, self.given.people, self.given.openings, self.given.today)
                reading.append(time.process_time() - started)
            facts = self._facts(pairs)
            started = time.process_time()
            again = read(people[[row]], openings[first], facts)
            seconds += time.process_time() - started
            table[row] += again.min() - 1 - table[row].max()
            table[row, first] = again
        took = {"milliseconds": 1000 * seconds / len(people), "facts_milliseconds": 1000 * float(np.median(reading))}
        return self._measured(table, took)

    # The report

    def tables(self, results: Results) -> Sequence[Table]:
        took = [
            (results.labels[key], tuple(_milliseconds(kept.values(), name) for name in _COSTS))
            for key in ("tier-0", "tier-1", "tier-2", "trees")
            if (kept := results.kept(key))
        ]
        said = (
            f"Processor milliseconds a query: the inner products of all {len(self.data.held_out.vacancies):,} "
            f"vacancies and the first thousand (tier 0), the network or the trees over {self.settings.depth} pairs, "
            f"and reading what only these pairs have (median of {_TIMED} people). Tiers add up."
        )
        return (Table("What a tier costs", said, tuple(_COSTS.values()), tuple(took)),)

    def notes(self, results: Results) -> Sequence[str]:
        recall = shown(estimate(results.row("tier-0"), f"{self.given.recall} R@1000"))
        said = (
            f"Recall@1000 of tier 0 is the published size of the first stage; here {recall} over "
            f"{len(self.data.held_out.vacancies):,} vacancies.",
            "No id is read anywhere, and all held-out people are new to the towers: a memoriser of pairs knows none of "
            "theirs and is at chance, the row *random order*"
            + ("; so is what most people applied to, for the vacancies are new too." if self.given.shown else "."),
        )
        if self.given.shown:
            return (
                *said,
                "Shown and not applied to counts as not hired; an application without an end teaches applying alone.",
            )
        return (
            *said,
            "An interaction is interest, not suitability: who applied and who was hired is not known. So tier 0 from "
            "hires alone and tier 2 (a head for applying, one for being hired) have no meaning here and were not run; "
            f"tier 1 learns interactions against {_OTHERS} others each of tier 0's first {self.settings.depth}.",
        )


def _milliseconds(kept: Iterable[Measured], name: str) -> str:
    """The mean over seeds of a cost in ms; "-" where a tier has none of it."""
    costs = [one.notes[name] for one in kept if name in one.notes]
    return f"{np.mean(costs):.2f}" if costs else "-"


def _per_query(started: float, queries: int) -> float:
    return 1000 * (time.process_time() - started) / queries
