"""Rounds of mining: mine with the newest encoder, train again from the backbone, watch for collapse.

Round 0 trains without mined negatives (ConFit v2: in-batch and human rejects; RankPO: random ones). Round t mines with
the encoder of round t - 1 and trains from the *backbone*, never from that encoder, which overfits (ConFit v2,
iterative RUM). ``incremental``: only the new negatives; ``combined``: those of all rounds so far (RankPO, curriculum).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from jobfit.artifacts import read_json, read_text, write_atomic, write_json, write_lines
from jobfit.errors import InputError
from jobfit.training.collapse import Alarms, Probe, alarms_of, probe
from jobfit.training.loop.trainer import OnProgress
from jobfit.training.mining.negatives import Negatives, Training, mine_both
from jobfit.training.mining.strategies import RumWindow, Strategy, name_of
from jobfit.training.settings import Whole, check_fields
from jobfit.training.stages import MODEL, fit

SUMMARY = "round.json"


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
        """Check every value; errors as :func:`~jobfit.training.settings.check_fields`."""
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
        """Return the summary that is kept."""
        return {
            "round": self.number,
            "negatives": self.negatives,
            **asdict(self.probe),
            "gap": self.probe.gap,
            "alarms": list(self.alarms),
            "sha256": self.sha256,
            "metrics": dict(self.metrics),
        }


def run_rounds(
    training: Training,
    settings: RoundSettings,
    folder: Path,
    on_progress: OnProgress = lambda done, total: None,
    on_round: Callable[[Round], None] = lambda found: None,
) -> tuple[Round, ...]:
    """Run round 0 and ``settings.rounds`` mined rounds; each keeps ``folder/round-N`` with its model and its summary.

    Rounds that are finished are not run again; one that was stopped goes on from its last checkpoint. The rounds'
    summaries are also in ``rounds.jsonl``, one a line.

    Raises:
        InputError: the folder holds rounds of other data or settings.
        Whatever :func:`jobfit.training.stages.fit` and :func:`jobfit.training.mining.mine.mine` raise.
    """
    if not training.stage.contrastive:
        raise InputError("rounds mine negatives for pairs: the stage must be contrastive")
    facts = _facts(training, settings)
    _refuse_other(folder, facts)
    finished = next((n for n in range(settings.rounds + 1) if not _summary(folder, n).is_file()), settings.rounds + 1)
    base = None if finished > settings.rounds else probe(training.load(), training)
    found: list[Round] = []
    pool: Negatives | None = None
    for number in range(settings.rounds + 1):
        if number >= finished or (settings.mode == "combined" and finished <= settings.rounds):
            mined = _mined(training, settings, found)
            pool = mined if pool is None or mined is None or settings.mode == "incremental" else pool | mined
        if number < finished:
            one = _read(folder, number)
        else:
            assert base is not None  # probed where a round is left to run
            probes = base, found[-1].probe if found else base
            one = _train(training, settings, (number, folder), pool, probes, on_progress)
        found.append(one)
        write_lines(folder / "rounds.jsonl", (json.dumps(done.as_json(), ensure_ascii=False) for done in found))
        on_round(one)
        if one.alarms and settings.stop:
            break
    return tuple(found)


def _mined(training: Training, settings: RoundSettings, done: Sequence[Round]) -> Negatives | None:
    """Mine for the round after those that are ``done``, with the newest encoder."""
    strategy = settings.strategy if done else settings.first
    if strategy is None:
        return None
    miner = training.load(done[-1].folder / MODEL if done else None)
    return mine_both(miner, training, strategy, len(done), settings.near_duplicates)


def _summary(folder: Path, number: int) -> Path:
    return folder / f"round-{number}" / SUMMARY


def _read(folder: Path, number: int) -> Round:
    path = _summary(folder, number)
    stated = read_json(path)
    seen = Probe(stated["spread"], stated["train"], stated["validation"])
    names = ("negatives", "sha256", "metrics")
    return Round(number, path.parent, seen, alarms=tuple(stated["alarms"]), **{name: stated[name] for name in names})


def _train(
    training: Training,
    settings: RoundSettings,
    place: tuple[int, Path],
    used: Negatives | None,
    probes: tuple[Probe, Probe],
    on_progress: OnProgress,
) -> Round:
    """Train one round from the backbone, look for collapse, and keep its summary."""
    number, path = place[0], place[1] / f"round-{place[0]}"
    model = training.load()
    hard_vacancies = None if used is None else {} if settings.one_sided else used.vacancies
    done = fit(
        model, training.train, training.validation, path, training.loop, stage=training.stage,
        hard_candidates=used.candidates if used else None, hard_vacancies=hard_vacancies,
        on_progress=on_progress, notes={**training.notes, "round": number, "mode": settings.mode},
        groups=training.groups,
    )  # fmt: skip
    seen = probe(model, training)
    metrics = done.best.as_json()["metrics"] if done.best else {}
    alarms = alarms_of(seen, *probes, settings.alarms)
    one = Round(number, path, seen, used.count() if used else 0, done.sha256, alarms, metrics)
    write_json(path / SUMMARY, one.as_json(), indent=1)
    return one


def _facts(training: Training, settings: RoundSettings) -> dict[str, Any]:
    strategies = {name: getattr(settings, name) for name in ("strategy", "first")}
    return {
        "backbone": training.backbone,
        "train": training.train.hash,
        "validation": training.validation.hash,
        "model": asdict(training.model),
        "loop": asdict(training.loop),
        "stage": asdict(training.stage),
        "mode": settings.mode,
        "one_sided": settings.one_sided,
        "near_duplicates": settings.near_duplicates,
        **{name: None if one is None else {"name": name_of(one), **asdict(one)} for name, one in strategies.items()},
    }


def _refuse_other(folder: Path, facts: Mapping[str, Any]) -> None:
    path, wanted = folder / "rounds.json", json.dumps(facts, sort_keys=True, default=str)
    if path.is_file() and read_text(path) != wanted:
        raise InputError(f"{folder} holds rounds of other data or settings: choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(path, wanted)
