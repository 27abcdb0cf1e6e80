"""LGIR (Du et al. 2024): completed resumes, and a game that moves few-shot people's vectors towards the others'.

    cosine, BPR            the CV's vector as it is; the pair score learnt from interactions
    simple, interactive    the same with a resume completed from the CV alone, or with the vacancies interacted with
    game                   quality classifier, generator and discriminator on the interactive vectors

Of each person the last interaction tests, the one before validates, the others are learnt from; what a person
interacted with in training is not ranked again. All is measured for everybody, and for the people with
few interactions alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.folder import MINILM
from jobfit.encoders.loading import load_encoder
from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.experiment import Experiment, Results
from jobfit.experiments.market import MarketSizes, market_of, market_texts
from jobfit.experiments.ranking import DEPTH, columns_of, measure_bm25
from jobfit.experiments.report import Table, shown
from jobfit.experiments.rows import Claim, Measured, Row, estimate
from jobfit.experiments.trial import Trial
from jobfit.judged import Judged, Pair, Task, qrels_of
from jobfit.keyed_lines import digest_of
from jobfit.llm.errors import AnswerError
from jobfit.records import Document
from jobfit.runs import Ranking, Run
from jobfit.scorers.lgir import Lgir, LgirSettings, collapse, score_table
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

if TYPE_CHECKING:
    from jobfit.llm.client import Client

EVERYBODY, FEW = "everybody", "few_interactions"
MEASURES = ("nDCG@10", "R@100")
CLAIMS = (
    Claim("The interactive completion beats the CV alone", "interactive", "bpr"),
    Claim("The interactive completion beats the simple one", "interactive", "simple"),
    Claim("The game beats the interactive completion without it", "game", "interactive"),
    Claim("LGIR as a whole beats the CV alone", "game", "bpr"),
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

    @property
    def known(self) -> dict[str, set[str]]:
        known: dict[str, set[str]] = {}
        for pair in self.train:
            known.setdefault(pair.candidate_id, set()).add(pair.vacancy_id)
        return known


def last_ones_out(
    source: str, candidates: Mapping[str, str], vacancies: Mapping[str, str], in_time: Sequence[tuple[str, str]]
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
    return Interactions(source, kept, vacancies, *(tuple(sorted(part)) for part in parts.values()))


def market_interactions(sizes: MarketSizes) -> Interactions:
    """Return the applications of a simulated market; who applied less than twice is left out of the test."""
    market = market_of(sizes, sizes.candidates, sizes.vacancies, sizes.seed)
    log = sorted(market.applications, key=lambda one: (one.time, one.candidate_id, one.vacancy_id))
    source = (
        f"Simulated market of jobfit (synthetic: no real person, employer or text), seed {sizes.seed}: {len(log):,} "
        f"applications of {sizes.candidates:,} people to {sizes.vacancies:,} vacancies"
    )
    return last_ones_out(source, *market_texts(market), [(one.candidate_id, one.vacancy_id) for one in log])


class LgirExperiment(Experiment):
    """``client`` completes the resumes; without one a template does, and the report says so."""

    title = "LGIR, run again"
    claims = CLAIMS

    def __init__(self, given: Interactions, settings: LgirExperimentSettings, client: Client | None = None) -> None:
        self.given, self.settings, self.client = given, settings, client
        self._known = given.known
        self._encoded: dict[Way | None, FrozenEncoder] = {}
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
        yield trial.row("popular", "what most people interacted with", self._popular)
        yield trial.row("cosine", "cosine, untrained", self._cosine)
        yield trial.row("bpr", "BPR on the CV", lambda: self._learnt(trial, "bpr", None))
        yield trial.row("simple", "BPR, simple completion", lambda: self._learnt(trial, "simple", "simple"))
        yield trial.row(
            "interactive", "BPR, interactive completion", lambda: self._learnt(trial, "interactive", "interactive")
        )
        yield trial.row(
            "game", "LGIR: interactive, and the game", lambda: self._learnt(trial, "game", "interactive", True)
        )

    # Systems

    def _popular(self) -> Measured:
        counts = Counter(pair.vacancy_id for pair in self.given.train)
        row = np.array([float(counts[i]) for i in self.given.vacancies])
        return self._measured(np.repeat(row[None], len(self.given.candidates), axis=0))

    def _cosine(self) -> Measured:
        people, vacancies = self._sides(None)
        return self._measured(people.astype(np.float64) @ vacancies.astype(np.float64).T)

    def _learnt(self, trial: Trial, key: str, way: Way | None, game: bool = False) -> Measured:
        vectors, (people, vacancies) = self._vectors(way), self._sides(way)
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
        notes: dict[str, Any] = {}
        if game:
            counts = {i: len(self._known.get(i, ())) for i in self.given.candidates}
            fit("quality", QualityObjective(counts, self.settings.few, self.settings.many, model), validated=False)
            of = dict(zip(self.given.candidates, people))
            try:
                objective = GameObjective(self.given.train, tuple(self.given.vacancies), model, of, self.settings.game)
            except InputError as error:  # C cannot tell them apart: everybody keeps the own vector
                notes, game = {"not_played": str(error)}, False
            else:
                model.use_generator = True
                fit("game", objective)
        table = score_table(model, people, vacancies)
        if game:
            ids = tuple(self.given.vacancies)
            order = np.argsort(-table, axis=1)[:, :10]
            signs = collapse(model, people, [tuple(ids[c] for c in row) for row in order])
            notes = {**asdict(signs), "alarm": signs.alarm}
        return self._measured(table, notes)

    def _measured(self, table: NDArray[np.float64], notes: Mapping[str, Any] | None = None) -> Measured:
        people, ids = tuple(self.given.candidates), tuple(self.given.vacancies)
        place = {i: row for row, i in enumerate(people)}
        ranked = without_known(table, people, ids, self._known)
        columns: dict[str, Any] = {}
        for task in self.data.held_out.tasks:
            rankings = {i: Ranking.from_scores(i, ids, ranked[place[i]], DEPTH) for i in task.qrels.grades}
            columns |= columns_of(Run(task.name, rankings), task)
        return Measured(columns, notes or {})

    # Vectors

    def _vectors(self, way: Way | None) -> FrozenEncoder:
        if way not in self._encoded:
            encoder = load_encoder(self.settings.backbone)
            people = encoder.encode([Document(i, text) for i, text in self._texts(way).items()], "document")
            offered = encoder.encode([Document(i, text) for i, text in self.given.vacancies.items()], "query")
            self._encoded[way] = FrozenEncoder(people, offered)
        return self._encoded[way]

    def _sides(self, way: Way | None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        vectors = self._vectors(way)
        keys = [*map(candidate_key, self.given.candidates)], [*map(vacancy_key, self.given.vacancies)]
        tokens = vectors.tokenise(dict.fromkeys([*keys[0], *keys[1]], "")).tokens
        people, offered = (vectors.embed([tokens[key] for key in side]) for side in keys)
        return people, offered

    def _texts(self, way: Way | None) -> Mapping[str, str]:
        given = self.given
        if way is None:
            return given.candidates
        people = people_of(given.candidates, given.vacancies, given.train, (*given.validation, *given.test))
        source = TemplateCompletion(load_compact(), way) if self.client is None else LlmCompletion(self.client, way)
        texts = {}
        for (i, person), made in zip(people.items(), source.write_all(list(people.values())), strict=True):
            texts[i] = person.text if isinstance(made, AnswerError) else completed(person.text, made)
        return texts

    # The report

    def tables(self, results: Results) -> Sequence[Table]:
        signs = results.kept("game")
        rows = tuple((f"seed {seed}", _signs(one.notes)) for seed, one in signs.items())
        said = (
            "The share of people whose vector the generator replaces; of these, whose own vector is the nearest, and "
            "different first tens. An alarm: below .10, or below .20."
        )
        return (Table("Has the generator collapsed?", said, ("replaced", "finds itself", "first tens", "alarm"), rows),)

    def notes(self, results: Results) -> Sequence[str]:
        writer = TemplateCompletion.name if self.client is None else f"llm: {self.client.model}"
        known = [len(self._known.get(i, ())) for i in self.given.candidates]
        strata = Counter("1" if n <= 1 else "2-4" if n <= 4 else "5 and more" for n in known)
        return (
            f"Completed by: {writer}. It reads no interaction of validation or test, and no text of it is a fact.",
            f"Training interactions a person: {', '.join(f'{name}: {n}' for name, n in sorted(strata.items()))}.",
            f"Few-shot people: nDCG@10 {shown(estimate(results.row('game'), f'{FEW} nDCG@10'))} with the game, "
            f"{shown(estimate(results.row('bpr'), f'{FEW} nDCG@10'))} on the CV alone.",
        )


def _signs(notes: Mapping[str, Any]) -> tuple[str, ...]:
    if "not_played" in notes:
        return ("-", "-", "-", f"not played: {notes['not_played']}")
    shares = (f"{notes[name]:.2f}" for name in ("low", "retrieved", "different"))
    return (*shares, "alarm" if notes["alarm"] else "none")
