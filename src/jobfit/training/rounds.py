"""Rounds of mining: mine with the newest encoder, train again from the backbone, watch for collapse.

Round 0 trains without mined negatives (ConFit v2: in-batch and human rejects; RankPO: random ones). Round t mines with
the encoder of round t - 1 and trains from the *backbone*, never from that encoder, which overfits (ConFit v2,
iterative RUM). ``incremental``: only the new negatives; ``combined``: those of all rounds so far (RankPO, curriculum).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from jobfit.artifacts import make_folder, read_json, read_text, write_atomic, write_json, write_lines
from jobfit.errors import InputError
from jobfit.groups import Groups
from jobfit.judged import Texts
from jobfit.ordering import tie_key
from jobfit.settings import Whole, check_fields
from jobfit.training.data import TrainingSet
from jobfit.training.loop.encoder import embed_texts
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import OnProgress
from jobfit.training.mining.mine import MineSettings, mine
from jobfit.training.mining.strategies import RumWindow, Strategy, name_of
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.stages import CONTRASTIVE, MODEL, Stage, fit
from jobfit.training.validators import RankingValidator

SUMMARY = "round.json"
_PROBED = 500  # texts of a side from which the spread of the scores is taken
Lists = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Negatives:
    """Hard negatives of both directions: candidates by vacancy id, vacancies by candidate id."""

    candidates: Lists
    vacancies: Lists

    def __or__(self, other: Negatives) -> Negatives:
        return Negatives(_union(self.candidates, other.candidates), _union(self.vacancies, other.vacancies))

    def count(self) -> int:
        return sum(len(ids) for side in (self.candidates, self.vacancies) for ids in side.values())


@dataclass(frozen=True, slots=True)
class Training:
    """What every round has in common: backbone, data, and how one training runs.

    ``notes`` go to the model cards, and what is measured by ``groups``, which no training reads.
    """

    backbone: str
    train: TrainingSet
    validation: TrainingSet
    model: ModelOptions = field(default_factory=ModelOptions)
    loop: TrainSettings = field(default_factory=TrainSettings)
    stage: Stage = CONTRASTIVE
    notes: Mapping[str, Any] = field(default_factory=dict)
    groups: Groups | None = None

    def load(self, folder: Path | None = None) -> TrainableEncoder:
        """Return a fresh backbone, or the model that a round left in ``folder``."""
        if folder is None:
            return TrainableEncoder.load(self.backbone, self.model)
        # Adapters are merged when saved, and the window is in the folder: only what is not saved is set again.
        return TrainableEncoder.load(str(folder), replace(self.model, pooling=None, lora_rank=0))


def mine_both(
    model: TrainableEncoder, training: Training, strategy: Strategy, seed: int, near_duplicates: float | None = 0.95
) -> Negatives:
    """Mine candidates for every vacancy with a positive and vacancies for every such candidate, in all train texts."""
    data = training.train
    candidates = embed_texts(model, written(data.candidates), training.loop)
    vacancies = embed_texts(model, written(data.vacancies), training.loop)
    chosen = MineSettings(seed=training.loop.seed * 1000 + seed, near_duplicates=near_duplicates)
    texts, positives = Texts(data.vacancies, data.candidates), data.positives_of_vacancies()
    found = mine(vacancies.only(positives), candidates, positives, strategy, chosen, texts=texts)
    wanted = data.positives_of_candidates()
    back = mine(candidates.only(wanted), vacancies, wanted, strategy, chosen, texts=texts.turned())
    return Negatives(dict(found), dict(back))


def written(texts: Mapping[str, str]) -> dict[str, str]:
    return {i: text for i, text in texts.items() if text.strip()}


def _union(first: Lists, second: Lists) -> Lists:
    keys = dict.fromkeys((*first, *second))
    return {key: tuple(dict.fromkeys((*first.get(key, ()), *second.get(key, ())))) for key in keys}


@dataclass(frozen=True, slots=True)
class Alarms:
    """When a round is called collapsed.

    spread: the standard deviation of the validation pairs' cosines is below this share of the backbone's.
    gap:    nDCG@10 on training vacancies minus that on validation is above this: it remembers rather than learns.
    fall:   the validation score fell by more than this from the round before.
    """

    spread: float = 0.5
    gap: float = 0.4
    fall: float = 0.05


@dataclass(frozen=True, slots=True)
class Probe:
    """What is watched: the spread of the scores, and nDCG@10 on training vacancies and on validation."""

    spread: float
    train: float
    validation: float

    @property
    def gap(self) -> float:
        return self.train - self.validation


@dataclass(frozen=True, slots=True)
class RoundSettings:
    """How rounds run.

    rounds:    mined rounds after round 0.
    mode:      ``incremental`` or ``combined``.
    strategy:  of the mined rounds.
    first:     of round 0; ``None``: no mined negatives, human rejects where there are any.
    one_sided: train with candidates as hard negatives alone (RankPO contrasts vacancy -> candidate only).
    stop:      end at the first round that raises an alarm; else alarms are only reported.
    """

    rounds: Whole = 1
    mode: Literal["incremental", "combined"] = "incremental"
    strategy: Strategy = field(default_factory=RumWindow)
    first: Strategy | None = None
    alarms: Alarms = field(default_factory=Alarms)
    near_duplicates: float | None = 0.95
    one_sided: bool = False
    stop: bool = False

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True)
class Round:
    """One round: how many hard negatives it was given, what it scored, and which alarms went off."""

    number: int
    folder: Path
    probe: Probe
    negatives: int
    sha256: str
    alarms: tuple[str, ...]
    metrics: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "round": self.number, "negatives": self.negatives, **asdict(self.probe), "gap": self.probe.gap,
            "alarms": list(self.alarms), "sha256": self.sha256, "metrics": dict(self.metrics),
        }  # fmt: skip

    @classmethod
    def read(cls, folder: Path, number: int) -> Round:
        path = _summary(folder, number)
        kept = read_json(path)
        seen, alarms = Probe(kept["spread"], kept["train"], kept["validation"]), tuple(kept["alarms"])
        return cls(number, path.parent, seen, kept["negatives"], kept["sha256"], alarms, kept["metrics"])


def run_rounds(
    training: Training,
    settings: RoundSettings,
    folder: Path,
    on_progress: OnProgress = lambda done, total: None,
    on_round: Callable[[Round], None] = lambda finished: None,
) -> tuple[Round, ...]:
    """Run round 0 and ``settings.rounds`` mined rounds; each keeps ``folder/round-N`` with its model and its summary.

    Rounds that are finished are not run again; one that was stopped goes on from its last checkpoint. The rounds'
    summaries are also in ``rounds.jsonl``. :class:`InputError` where the folder holds rounds of other data or settings.
    """
    if not training.stage.contrastive:
        raise InputError("rounds mine negatives for pairs: the stage must be contrastive")
    _begin(folder, training, settings)
    numbers = range(settings.rounds + 1)
    finished = next((n for n in numbers if not _summary(folder, n).is_file()), len(numbers))
    some_left = finished < len(numbers)
    base = probe(training.load(), training) if some_left else None
    rounds: list[Round] = []
    pool: Negatives | None = None
    for number in numbers:
        if number >= finished or (settings.mode == "combined" and some_left):
            mined = _mined(training, settings, rounds)
            pool = mined if pool is None or mined is None or settings.mode == "incremental" else pool | mined
        if base is None or number < finished:
            one = Round.read(folder, number)
        else:
            one = _train(training, settings, folder / f"round-{number}", number, pool, on_progress)
            before = rounds[-1].probe if rounds else base
            one = replace(one, alarms=alarms_of(one.probe, base, before, settings.alarms))
            write_json(_summary(folder, number), one.as_json(), indent=1)
        rounds.append(one)
        write_lines(folder / "rounds.jsonl", (json.dumps(done.as_json(), ensure_ascii=False) for done in rounds))
        on_round(one)
        if one.alarms and settings.stop:
            break
    return tuple(rounds)


def _summary(folder: Path, number: int) -> Path:
    return folder / f"round-{number}" / SUMMARY


def _begin(folder: Path, training: Training, settings: RoundSettings) -> None:
    facts: dict[str, Any] = {
        "backbone": training.backbone, "train": training.train.hash, "validation": training.validation.hash,
        "model": asdict(training.model), "loop": asdict(training.loop), "stage": asdict(training.stage),
        "mode": settings.mode, "one_sided": settings.one_sided, "near_duplicates": settings.near_duplicates,
    }  # fmt: skip
    for name, strategy in (("strategy", settings.strategy), ("first", settings.first)):
        facts[name] = None if strategy is None else {"name": name_of(strategy), **asdict(strategy)}
    path, wanted = folder / "rounds.json", json.dumps(facts, sort_keys=True, default=str)
    if path.is_file() and read_text(path) != wanted:
        raise InputError(f"{folder} holds rounds of other data or settings: choose another folder")
    make_folder(folder)
    write_atomic(path, wanted)


def _mined(training: Training, settings: RoundSettings, done: Sequence[Round]) -> Negatives | None:
    strategy = settings.strategy if done else settings.first
    if strategy is None:
        return None
    miner = training.load(done[-1].folder / MODEL if done else None)
    return mine_both(miner, training, strategy, len(done), settings.near_duplicates)


def _train(
    training: Training, settings: RoundSettings, folder: Path, number: int, hard: Negatives | None, say: OnProgress
) -> Round:
    model = training.load()
    hard_vacancies = None if hard is None else {} if settings.one_sided else hard.vacancies
    done = fit(
        model, training.train, training.validation, folder, training.loop, stage=training.stage,
        hard_candidates=hard.candidates if hard else None, hard_vacancies=hard_vacancies, on_progress=say,
        notes={**training.notes, "round": number, "mode": settings.mode}, groups=training.groups,
    )  # fmt: skip
    metrics = done.best.as_json()["metrics"] if done.best else {}
    return Round(number, folder, probe(model, training), hard.count() if hard else 0, done.sha256, (), metrics)


def probe(model: TrainableEncoder, training: Training) -> Probe:
    """Measure what alarms look at; as many training vacancies as validation has, chosen by a digest of their ids.

    The spread is over up to 500 candidates with up to 500 vacancies.
    """
    loop, data = training.loop, training.validation
    train, validation = (_score(model, part, loop) for part in (_as_large_as(data, training.train), data))
    sides = [dict(sorted(written(texts).items())[:_PROBED]) for texts in (data.candidates, data.vacancies)]
    candidates, vacancies = (embed_texts(model, side, loop).vectors.astype(np.float64) for side in sides)
    return Probe(float(np.std(candidates @ vacancies.T)), train, validation)


def alarms_of(now: Probe, base: Probe, before: Probe, limits: Alarms) -> tuple[str, ...]:
    """Return what went wrong, in sentences with the numbers; nothing where nothing did.

    >>> alarms_of(Probe(0.01, 0.9, 0.3), Probe(0.1, 0.3, 0.3), Probe(0.1, 0.5, 0.4), Alarms())[0]
    'collapse: the scores vary by 0.0100, the backbone by 0.1000'
    """
    found = []
    if now.spread < limits.spread * base.spread:
        found.append(f"collapse: the scores vary by {now.spread:.4f}, the backbone by {base.spread:.4f}")
    if now.gap > limits.gap:
        found.append(f"overfitting: nDCG@10 is {now.train:.3f} on train and {now.validation:.3f} on validation")
    if before.validation - now.validation > limits.fall:
        found.append(f"worse: validation fell from {before.validation:.3f} to {now.validation:.3f}")
    return tuple(found)


def _score(model: TrainableEncoder, data: TrainingSet, loop: TrainSettings) -> float:
    validator = RankingValidator(data)
    vectors = embed_texts(model, validator.texts(), loop)
    row = {key: n for n, key in enumerate(vectors.ids)}
    return validator.measure(lambda keys: vectors.vectors[[row[key] for key in keys]]).score


def _as_large_as(validation: TrainingSet, data: TrainingSet) -> TrainingSet:
    wanted = len({pair.vacancy_id for pair in validation.positives})
    asked = sorted({pair.vacancy_id for pair in data.positives}, key=lambda i: tie_key("probe", i))
    kept = set(asked[: max(1, wanted)])
    positives, rejects = (tuple(p for p in pairs if p.vacancy_id in kept) for pairs in (data.positives, data.rejects))
    return replace(data, split="validation", preferences=(), positives=positives, rejects=rejects)
