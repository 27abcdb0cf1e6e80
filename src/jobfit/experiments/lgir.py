"""LGIR (Du et al. 2024): completed resumes, and a game that moves few-shot people's vectors towards the others'.

    memoriser, popular     what was interacted with in training, by id; what most people interacted with
    LightGBM               on the schema: what the two profiles say of each other, and the cosine
    cosine, BPR            the CV's vector as it is; the pair score learnt from interactions
    simple, interactive    the same with a resume completed from the CV alone, or with the vacancies interacted with
    game                   quality classifier, generator and discriminator on the interactive vectors
    ...-template           where a language model completes: the same by its offline counterpart

Of each person the last interaction tests, the one before validates, the others are learnt from; what a person
interacted with in training is not ranked again. All is measured for everybody, and for the people with
few interactions alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.folder import MINILM
from jobfit.encoders.loading import load_encoder
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.experiment import Experiment, Results
from jobfit.experiments.market import TODAY, MarketSizes, market_of, market_records, market_texts
from jobfit.experiments.ranking import DEPTH, columns_of, measure_bm25
from jobfit.experiments.report import Table, read_published, shown
from jobfit.experiments.rows import Claim, Measured, Row, compare_rows, estimate
from jobfit.experiments.trade_off import Curves, Segments, plot_curves
from jobfit.experiments.trial import Trial
from jobfit.judged import Judged, Pair, Task, qrels_of
from jobfit.keyed_lines import digest_of
from jobfit.llm.errors import AnswerError
from jobfit.records import Candidate, Document, Vacancy
from jobfit.runs import Ranking, Run
from jobfit.scorers.lgir import Lgir, LgirSettings, collapse, score_table
from jobfit.scorers.trees import TreeSettings, fit_ranker
from jobfit.settings import Count, check_fields
from jobfit.taxonomy.compact import load_compact
from jobfit.training.completion import LlmCompletion, TemplateCompletion, Way, completed, people_of
from jobfit.training.data import TrainingSet
from jobfit.training.frozen import FrozenEncoder
from jobfit.training.loop.objective import Objective, candidate_key, vacancy_key
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.objectives.lgir import (
    BprObjective,
    FewShotValidator,
    GameObjective,
    GameWeights,
    QualityObjective,
    without_known,
)
from jobfit.training.pair_facts import facts_of

if TYPE_CHECKING:
    from jobfit.llm.client import Client

Records = Callable[[], tuple[Mapping[str, Candidate], Mapping[str, Vacancy]]]
EVERYBODY, FEW = "everybody", "few_interactions"
MEASURES = ("nDCG@10", "R@100")
_STRATA = {"1": 1, "2": 2, "3 to 4": 4, "5 to 9": 9, "10 and more": 10**9}  # training interactions: at most so many
_OTHERS = 4  # vacancies drawn for each that a person interacted with
_GAINING = ("interactive", "interactive-template", "game")
CLAIMS = (
    Claim("The interactive completion beats the CV alone", "interactive", "bpr"),
    Claim("The interactive completion beats the simple one", "interactive", "simple"),
    Claim("The game beats the interactive completion without it", "game", "interactive"),
    Claim("LGIR as a whole beats the CV alone", "game", "bpr"),
    Claim("LGIR as a whole beats LightGBM on the schema's features", "game", "trees"),
    Claim("A model's simple completion beats the template's", "simple", "simple-template"),
    Claim("A model's interactive completion beats the template's", "interactive", "interactive-template"),
)


@dataclass(frozen=True, slots=True)
class LgirExperimentSettings:
    """``few``: people with at most so many training interactions are the few-shot ones; ``many``: C's other extreme."""

    backbone: str = MINILM
    networks: LgirSettings = field(default_factory=LgirSettings)
    loop: TrainSettings = field(
        default_factory=lambda: TrainSettings(
            epochs=15, batch_size=256, learning_rate=1e-3, patience=4, precision="f32", device="cpu", threads=1
        )
    )
    game: GameWeights = field(default_factory=GameWeights)
    trees: TreeSettings = field(default_factory=TreeSettings)
    few: Count = 2
    many: Count = 5

    def __post_init__(self) -> None:
        check_fields(self)
        if self.few >= self.many:
            raise InputError(f"few ({self.few}) must be below many ({self.many})")


@dataclass(frozen=True, slots=True)
class Interactions:
    """Texts by id, and the interactions of three splits; every person of ``test`` is one of ``candidates``."""

    source: str
    candidates: Mapping[str, str]
    vacancies: Mapping[str, str]
    train: tuple[Pair, ...]
    validation: tuple[Pair, ...]
    test: tuple[Pair, ...]
    records: Records | None = None
    today: date = TODAY

    @property
    def known(self) -> dict[str, set[str]]:
        known: dict[str, set[str]] = {}
        for pair in self.train:
            known.setdefault(pair.candidate_id, set()).add(pair.vacancy_id)
        return known


def last_ones_out(
    source: str,
    candidates: Mapping[str, str],
    vacancies: Mapping[str, str],
    in_time: Sequence[tuple[str, str]],
    records: Records | None = None,
    today: date = TODAY,
) -> Interactions:
    """Split interactions (candidate id, vacancy id) in the order of time; of a repeated one the first counts.

    The last of each person tests, the one before it validates where there are at least three. A person with a single
    interaction has none to test on and teaches with it.

    Raises:
        InputError: nobody has two interactions.
    """
    of: dict[str, list[str]] = {}
    for candidate, vacancy in dict.fromkeys(in_time):
        of.setdefault(candidate, []).append(vacancy)
    parts: dict[str, list[Pair]] = {"train": [], "validation": [], "test": []}
    for candidate, seen in of.items():
        held = (["test"] if len(seen) > 1 else []) + (["validation"] if len(seen) > 2 else [])
        for name, vacancy in zip(held, reversed(seen)):
            parts[name].append(Pair(candidate, vacancy))
        parts["train"] += [Pair(candidate, vacancy) for vacancy in seen[: len(seen) - len(held)]]
    if not parts["test"]:
        raise InputError("nobody has two interactions: one to learn from and one to test on")
    kept = {i: text for i, text in candidates.items() if i in of}
    train, validation, test = (tuple(sorted(part)) for part in parts.values())
    return Interactions(source, kept, vacancies, train, validation, test, records, today)


def market_interactions(sizes: MarketSizes) -> Interactions:
    """Return the applications of a simulated market; who applied less than twice is left out of the test."""
    market = market_of(sizes, sizes.candidates, sizes.vacancies, sizes.seed)
    log = sorted(market.applications, key=lambda one: (one.time, one.candidate_id, one.vacancy_id))
    source = (
        f"Simulated market of jobfit (synthetic: no real person, employer or text), seed {sizes.seed}: {len(log):,} "
        f"applications of {sizes.candidates:,} people to {sizes.vacancies:,} vacancies"
    )

    def records() -> tuple[Mapping[str, Candidate], Mapping[str, Vacancy]]:
        people, openings = market_records(market)
        return {one.id: one for one in people}, {one.id: one for one in openings}

    pairs = [(one.candidate_id, one.vacancy_id) for one in log]
    return last_ones_out(source, *market_texts(market), pairs, records)


class Completed(NamedTuple):
    """In which way a resume is completed, and whether the template does it."""

    way: Way
    template: bool


class LgirExperiment(Experiment):
    """``client`` completes the resumes, the template beside it; without one the template alone, as the report says."""

    title = "LGIR, run again"
    claims = CLAIMS

    def __init__(
        self,
        given: Interactions,
        settings: LgirExperimentSettings,
        client: Client | None = None,
        vectors: Path | None = None,
    ) -> None:
        """``vectors`` is a file that keeps the texts' vectors."""
        self.given, self.settings, self.client, self._kept = given, settings, client, vectors
        self._known = given.known
        self._encoded: dict[Completed | None, FrozenEncoder] = {}
        self._failed: dict[Completed | None, Counter[str]] = {}
        self._tested = tuple(dict.fromkeys(pair.candidate_id for pair in given.test))
        few = {p.candidate_id for p in given.test if len(self._known.get(p.candidate_id, ())) <= settings.few}
        listed = {EVERYBODY: given.test, FEW: tuple(p for p in given.test if p.candidate_id in few)}
        tasks = tuple(
            Task(name, "test", qrels_of(pairs, by_vacancy=False), by_vacancy=False, measures=MEASURES)
            for name, pairs in listed.items()
            if pairs
        )
        source = (
            f"{given.source}; the last of {len(given.test):,} people tests, {len(few):,} of them with at most "
            f"{settings.few} to learn from."
        )
        train = TrainingSet(given.candidates, given.vacancies, given.train)
        nothing = TrainingSet(
            given.candidates, given.vacancies, split="validation"
        )  # pairs are held out, not vacancies
        super().__init__(ExperimentData(source, train, nothing, Judged(given.candidates, given.vacancies, tasks)))
        self.published = tuple(read_published("lgir").values())

    def facts(self) -> Mapping[str, Any]:
        llm = None if self.client is None else self.client.model
        validation = sorted(self.given.validation)
        return {
            "recipe": "lgir", **super().facts(), "settings": asdict(self.settings), "llm": llm,
            "validation": digest_of(validation, sorted(self.given.test)),
        }  # fmt: skip

    def judged_columns(self, results: Results) -> Sequence[str]:
        return [f"{task.name} nDCG@10" for task in self.data.held_out.tasks]

    def rows(self, trial: Trial) -> Iterator[Row]:
        yield trial.row("bm25", "BM25", lambda: Measured(measure_bm25(self.data.held_out)))
        yield trial.row("memoriser", "memoriser of the interactions", self._memorised)
        yield trial.row("popular", "what most people interacted with", self._popular)
        yield trial.row("cosine", "cosine, untrained", self._cosine)
        if self.given.records is not None:
            yield trial.row("trees", "LightGBM on the schema", lambda: self._trees(trial.seed))
        yield trial.row("bpr", "BPR on the CV", lambda: self._learnt(trial, "bpr", None))
        ways: tuple[Way, ...] = ("simple", "interactive")
        for way in ways:
            yield self._completed_row(trial, way, f"BPR, {way} completion", Completed(way, self.client is None))
            if self.client is not None:
                label = f"BPR, {way} completion by the template"
                yield self._completed_row(trial, f"{way}-template", label, Completed(way, True))
        by = Completed("interactive", self.client is None)
        yield self._completed_row(trial, "game", "LGIR: interactive, and the game", by, game=True)

    def _completed_row(self, trial: Trial, key: str, label: str, by: Completed, game: bool = False) -> Row:
        return trial.row(key, label, lambda: self._learnt(trial, key, by, game))

    # Systems

    def _memorised(self) -> Measured:
        known = [self._known.get(person, ()) for person in self._tested]
        return self._measured(np.array([[float(i in own) for i in self.given.vacancies] for own in known]))

    def _popular(self) -> Measured:
        counts = Counter(pair.vacancy_id for pair in self.given.train)
        row = np.array([float(counts[i]) for i in self.given.vacancies])
        return self._measured(np.repeat(row[None], len(self._tested), axis=0))

    def _cosine(self) -> Measured:
        return self._measured(self._cosines(self._tested))

    def _trees(self, seed: int) -> Measured:
        """Learn to place what a person interacted with before ``_OTHERS`` others, drawn, which are no rejects."""
        ids, dice = tuple(self.given.vacancies), np.random.default_rng(seed)
        place, cosines = {i: n for n, i in enumerate(ids)}, self._cosines(self._known)
        table, label, sizes = [], [], []
        for row, (person, own) in enumerate(self._known.items()):
            others = [i for i in (ids[n] for n in dice.permutation(len(ids))) if i not in own][: _OTHERS * len(own)]
            listed = [*sorted(own), *others]
            facts = facts_of([(person, i) for i in listed], *self._records, self.given.today)
            table.append(np.c_[facts, cosines[row, [place[i] for i in listed]]])
            label += [1] * len(own) + [0] * len(others)
            sizes.append(len(listed))
        settings = replace(self.settings.trees, seed=seed)
        trees = fit_ranker("lightgbm", np.concatenate(table, dtype=np.float64), np.array(label), sizes, settings)
        tested = self._cosines(self._tested)
        return self._measured(
            np.array([trees.scores(np.c_[facts, tested[row]]) for row, facts in enumerate(self._facts_of_tested)])
        )

    def _cosines(self, people: Iterable[str]) -> NDArray[np.float64]:
        vectors = self._vectors(None)
        of = self._rows(vectors, map(candidate_key, people)).astype(np.float64)
        return of @ self._rows(vectors, map(vacancy_key, self.given.vacancies)).astype(np.float64).T

    @cached_property
    def _records(self) -> tuple[Mapping[str, Candidate], Mapping[str, Vacancy]]:
        assert self.given.records is not None
        return self.given.records()

    @cached_property
    def _facts_of_tested(self) -> list[NDArray[np.float32]]:
        """For each person who is tested what all pairs say (vacancies, facts); NaN: unknown."""
        return [
            facts_of([(person, i) for i in self.given.vacancies], *self._records, self.given.today)
            for person in self._tested
        ]

    def _learnt(self, trial: Trial, key: str, by: Completed | None, game: bool = False) -> Measured:
        vectors, (tested, vacancies) = self._vectors(by), self._sides(by)
        model = Lgir(replace(self.settings.networks, dimension=vectors.dimension, seed=trial.seed))
        validator = FewShotValidator(
            self.given.validation, self._known, tuple(self.given.vacancies), self.settings.few, model
        )

        def fit(name: str, objective: Objective[Any], validated: bool = True) -> None:
            loop = replace(self.settings.loop, seed=trial.seed)
            Trainer(
                vectors, objective, loop if validated else replace(loop, patience=0), trial.folder / f"{key}-{name}",
                data_hash=self.data.train.hash, validator=validator if validated else None,
            ).run()  # fmt: skip
            trial.forget(f"{key}-{name}")

        fit("bpr", BprObjective(self.given.train, tuple(self.given.vacancies), model))
        notes: dict[str, Any] = {"not_completed": dict(self._failed[by])}
        if game:
            counts = {i: len(self._known.get(i, ())) for i in self.given.candidates}
            fit("quality", QualityObjective(counts, self.settings.few, self.settings.many, model), validated=False)
            of = dict(zip(self.given.candidates, self._rows(vectors, map(candidate_key, self.given.candidates))))
            try:
                objective = GameObjective(self.given.train, tuple(self.given.vacancies), model, of, self.settings.game)
            except InputError as error:  # C cannot tell them apart: everybody keeps the own vector
                notes, game = notes | {"not_played": str(error)}, False
            else:
                model.use_generator = True
                fit("game", objective)
        table = score_table(model, tested, vacancies)
        if game:
            ids = tuple(self.given.vacancies)
            order = np.argsort(-table, axis=1)[:, :10]
            signs = collapse(model, tested, [tuple(ids[c] for c in row) for row in order])
            notes |= {**asdict(signs), "alarm": signs.alarm}
        return self._measured(table, notes)

    def _measured(self, table: NDArray[np.float64], notes: Mapping[str, Any] | None = None) -> Measured:
        ids = tuple(self.given.vacancies)
        place = {i: row for row, i in enumerate(self._tested)}
        ranked = without_known(table, self._tested, ids, self._known)
        columns: dict[str, Any] = {}
        for task in self.data.held_out.tasks:
            rankings = {i: Ranking.from_scores(i, ids, ranked[place[i]], DEPTH) for i in task.qrels.grades}
            columns |= columns_of(Run(task.name, rankings), task)
        return Measured(columns, notes or {})

    # Vectors

    def _vectors(self, by: Completed | None) -> FrozenEncoder:
        if by not in self._encoded:
            encoder = load_encoder(self.settings.backbone, cache=self._kept)
            people = encoder.encode([Document(i, text) for i, text in self._texts(by).items()], "document")
            offered = encoder.encode([Document(i, text) for i, text in self.given.vacancies.items()], "query")
            self._encoded[by] = FrozenEncoder(people, offered)
        return self._encoded[by]

    def _sides(self, by: Completed | None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The vectors of the people who are tested and of all vacancies."""
        vectors = self._vectors(by)
        people = self._rows(vectors, map(candidate_key, self._tested))
        return people, self._rows(vectors, map(vacancy_key, self.given.vacancies))

    @staticmethod
    def _rows(vectors: FrozenEncoder, keys: Iterable[str]) -> NDArray[np.float32]:
        wanted = [*keys]
        tokens = vectors.tokenise(dict.fromkeys(wanted, "")).tokens
        return vectors.embed([tokens[key] for key in wanted])

    def _texts(self, by: Completed | None) -> Mapping[str, str]:
        """What is read of each person: the CV alone where there is no completion, which is counted by reason."""
        given, failed = self.given, self._failed.setdefault(by, Counter())
        if by is None:
            return given.candidates
        people = people_of(given.candidates, given.vacancies, given.train, (*given.validation, *given.test))
        source: LlmCompletion | TemplateCompletion = (
            TemplateCompletion(load_compact(), by.way)
            if by.template or self.client is None
            else LlmCompletion(self.client, by.way)
        )
        texts = {}
        for (i, person), made in zip(people.items(), source.write_all(list(people.values())), strict=True):
            if isinstance(made, AnswerError):
                failed[made.reason] += 1
            texts[i] = person.text if isinstance(made, AnswerError) else completed(person.text, made)
        return texts

    # The report

    def tables(self, results: Results) -> Sequence[Table]:
        signs = results.kept("game")
        rows = tuple((f"seed {seed}", _signs(one.notes)) for seed, one in signs.items())
        known = Counter(self._stratum(i) for i in self._tested)
        gained = tuple(
            (f"{name} ({known[name]:,} people)", tuple(of.values())) for name, of in self._gains(results).items()
        )
        said = (
            "The share of people whose vector the generator replaces; of these, whose own vector is the nearest, and "
            "different first tens. An alarm: below .10, or below .20."
        )
        return (
            Table(
                "Gain by number of interactions",
                "nDCG@10 above BPR on the CV alone, of the people with so many interactions to learn from.",
                tuple(results.labels[key] for key in _gaining(results)), gained,
            ),
            Table("Has the generator collapsed?", said, ("replaced", "finds itself", "first tens", "alarm"), rows),
        )  # fmt: skip

    def plots(self, results: Results) -> Mapping[str, str]:
        """Gains over the CV alone by the mean number of training interactions of each stratum."""
        known = [(self._stratum(i), len(self._known.get(i, ()))) for i in self._tested]
        gains = self._gains(results)
        panels: dict[str, Curves] = {}
        intervals: dict[str, Segments] = {}
        at = {name: float(np.mean([n for own, n in known if own == name])) for name in gains}
        for key in _gaining(results):
            found = {name: gain for name, of in gains.items() if (gain := of[key]).mean is not None}
            title, x = results.labels[key], [at[name] for name in found]
            panels[title] = {
                "gain in nDCG@10": [(at[name], gain.mean or 0.0) for name, gain in found.items()],
                "no gain": [(min(x), 0.0), (max(x), 0.0)],
            }
            intervals[title] = {
                "gain in nDCG@10": [
                    ((at[name], gain.low), (at[name], gain.high))
                    for name, gain in found.items()
                    if gain.low is not None and gain.high is not None
                ]
            }
        along = "interactions to learn from (mean of each group of people)"
        return {"gain-by-interactions.svg": plot_curves(panels, None, along, intervals)}

    def _stratum(self, person: str) -> str:
        return next(name for name, most in _STRATA.items() if len(self._known.get(person, ())) <= most)

    def _gains(self, results: Results) -> dict[str, dict[str, Estimate]]:
        """What each completed row gains over the CV alone, by stratum, of the strata that have somebody."""
        column = f"{EVERYBODY} nDCG@10"
        gains: dict[str, dict[str, Estimate]] = {}
        for name in _STRATA:
            people = {i for i in self._tested if self._stratum(i) == name}
            of = [_of_people(results.row(key), column, people) for key in ("bpr", *_gaining(results))]
            if people:
                gains[name] = {row.key: compare_rows(of[0], row, column).difference for row in of[1:]}
        return gains

    def notes(self, results: Results) -> Sequence[str]:
        writer = TemplateCompletion.name if self.client is None else f"llm: {self.client.model}"
        failed: Counter[str] = Counter()
        for key in ("simple", "interactive"):
            failed.update(next(iter(results.kept(key).values())).notes.get("not_completed", {}))
        lacking = f" No usable answer, so the CV alone: {dict(failed)}." if failed else ""
        return (
            f"Completed by: {writer}. It reads no interaction of validation or test, and no text of it is a fact."
            + lacking,
            f"Few-shot people: nDCG@10 {shown(estimate(results.row('game'), f'{FEW} nDCG@10'))} with the game, "
            f"{shown(estimate(results.row('bpr'), f'{FEW} nDCG@10'))} on the CV alone.",
        )


def _gaining(results: Results) -> list[str]:
    return [key for key in _GAINING if key in results.labels]


def _of_people(row: Row, column: str, people: Set[str]) -> Row:
    """Return the row with the values of these people alone."""
    kept = {
        seed: {column: {i: value for i, value in columns[column].items() if i in people}}
        for seed, columns in row.by_seed.items()
    }
    return Row(row.key, row.label, kept)


def _signs(notes: Mapping[str, Any]) -> tuple[str, ...]:
    if "not_played" in notes:
        return ("-", "-", "-", f"not played: {notes['not_played']}")
    shares = (f"{notes[name]:.2f}" for name in ("low", "retrieved", "different"))
    return (*shares, "alarm" if notes["alarm"] else "none")
