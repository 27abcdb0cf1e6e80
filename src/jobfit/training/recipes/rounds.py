"""Rounds of mining: mine with the newest encoder, train again from the backbone, watch for collapse.

Round 0 trains without mined negatives (ConFit v2: in-batch and human rejects; RankPO: random ones). Round t mines with
the encoder of round t - 1 and trains from the *backbone*, never from that encoder, which overfits (ConFit v2,
iterative RUM). ``incremental``: only the new negatives; ``combined``: those of all rounds so far (RankPO, curriculum).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from jobfit.errors import InputError
from jobfit.training.loop.checkpoint import write_atomically
from jobfit.training.loop.trainer import OnProgress
from jobfit.training.mining.strategies import RumWindow, Strategy, check, name_of
from jobfit.training.recipes.collapse import Alarms, Probe, alarms_of, probe
from jobfit.training.recipes.negatives import Negatives, Training, mine_both
from jobfit.training.stages import MODEL, fit

SUMMARY = "round.json"


@dataclass(frozen=True, slots=True)
class RoundSettings:
    """How rounds run.

    rounds:    mined rounds after round 0.
    mode:      ``incremental`` or ``combined``.
    strategy:  of the mined rounds.
    first:     of round 0; ``None``: no mined negatives, human rejects where there are any.
    stop:      end at the first round that raises an alarm; else alarms are only reported.
    """

    rounds: int = 1
    mode: Literal["incremental", "combined"] = "incremental"
    strategy: Strategy = field(default_factory=RumWindow)
    first: Strategy | None = None
    alarms: Alarms = field(default_factory=Alarms)
    near_duplicates: float | None = 0.95
    stop: bool = False

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            InputError: which setting, and what it may be.
        """
        if self.rounds < 0:
            raise InputError(f"rounds must be 0 or more, not {self.rounds}")
        if self.mode not in ("incremental", "combined"):
            raise InputError(f"the mode of rounds is incremental or combined, not {self.mode!r}")
        for strategy in (self.strategy, self.first):
            if strategy is not None:
                check(strategy)


@dataclass(frozen=True, slots=True)
class Round:
    """One round: what it was trained on, what it scored, and which alarms went off."""

    number: int
    folder: Path
    mined_with: str
    negatives: int
    probe: Probe
    sha256: str
    alarms: tuple[str, ...]
    metrics: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the summary that is kept."""
        return {
            "round": self.number,
            "mined_with": self.mined_with,
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
    base = probe(training.load(), training)
    found: list[Round] = []
    pool: Negatives | None = None
    for number in range(settings.rounds + 1):
        path = folder / f"round-{number}"
        strategy = settings.first if number == 0 else settings.strategy
        miner = training.load(found[-1].folder / MODEL if found else None)
        mined = None if strategy is None else mine_both(miner, training, strategy, number, settings.near_duplicates)
        if mined is not None:
            pool = mined if pool is None or settings.mode == "incremental" else pool | mined
        used = mined if settings.mode == "incremental" else pool
        before = found[-1].probe if found else base
        one = _round(training, settings, (number, path, miner.digest()), used, (base, before), on_progress)
        found.append(one)
        lines = "".join(json.dumps(done.as_json(), ensure_ascii=False) + "\n" for done in found)
        write_atomically(folder / "rounds.jsonl", lines.encode())
        on_round(one)
        if one.alarms and settings.stop:
            break
    return tuple(found)


def _round(
    training: Training,
    settings: RoundSettings,
    place: tuple[int, Path, str],
    used: Negatives | None,
    probes: tuple[Probe, Probe],
    on_progress: OnProgress,
) -> Round:
    """Train one round, or read it again."""
    number, path, mined_with = place
    summary = path / SUMMARY
    if summary.is_file():
        stated = json.loads(summary.read_bytes())
        seen = Probe(stated["spread"], stated["train"], stated["validation"])
        return Round(
            number, path, stated["mined_with"], stated["negatives"], seen, stated["sha256"], tuple(stated["alarms"]),
            stated["metrics"],
        )  # fmt: skip
    model = training.load()
    done = fit(
        model, training.train, training.validation, path, training.loop, stage=training.stage,
        hard_candidates=used.candidates if used else None, hard_vacancies=used.vacancies if used else None,
        on_progress=on_progress, notes={"round": number, "mode": settings.mode},
    )  # fmt: skip
    seen = probe(model, training)
    metrics = done.best.as_json()["metrics"] if done.best else {}
    alarms = alarms_of(seen, *probes, settings.alarms)
    one = Round(number, path, mined_with, used.count() if used else 0, seen, done.sha256, alarms, metrics)
    write_atomically(summary, (json.dumps(one.as_json(), ensure_ascii=False, indent=1) + "\n").encode())
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
        "near_duplicates": settings.near_duplicates,
        **{name: None if one is None else {"name": name_of(one), **asdict(one)} for name, one in strategies.items()},
    }


def _refuse_other(folder: Path, facts: Mapping[str, Any]) -> None:
    path, wanted = folder / "rounds.json", json.dumps(facts, sort_keys=True, default=str)
    if path.is_file() and path.read_text(encoding="utf-8") != wanted:
        raise InputError(f"{folder} holds rounds of other data or settings: choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(path, wanted.encode())
