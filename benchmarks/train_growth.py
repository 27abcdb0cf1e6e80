"""How the speed of training grows with batch, length and corpus, and docs/training/speed.svg from those numbers.

Two steps of ours and one of theirs (which takes six times as long, and is left out above the size of the paired run)
are timed after one that warms up: the step alone, without loading, tokenising and the checkpoint. The corpus is made
larger by copies of the pairs with ids and texts of their own; what it costs before the first step (tokenising all
texts, finding known pairs) stands beside the rate.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jobfit.judged import Pair
from jobfit.training.data import TrainingSet
from jobfit.training.model import TrainableEncoder
from measure import BLUE, ORANGE, picture
from train_loops import (
    BATCH,
    TOKENS,
    TRIPLES,
    Steps,
    backbone,
    our_loop,
    our_rankpo,
    published_rankpo,
    their_loop,
)

PLOT = Path(__file__).resolve().parent.parent / "docs" / "training" / "speed.svg"
BATCHES, LENGTHS, COPIES, PREFERENCE_BATCHES = (8, 16, 32, 64), (64, 128, 256, 512), (1, 4, 16, 64), (4, 8, 16, 32)
TICKS = [digit * 10**power for power in range(-2, 5) for digit in (1, 2, 5)]
TIMED = {"theirs": 1, "ours": 2}
Loop = Callable[[TrainableEncoder, TrainingSet, Steps], None]


def growth(train: TrainingSet) -> dict[str, dict[str, list[dict[str, float | None]]]]:
    """Examples a second of both loops by batch and by length, of ours by the number of pairs."""
    contrastive, preferences = (their_loop, our_loop), (published_rankpo, our_rankpo)
    return {
        "training": {
            "batch": [_both(contrastive, train, batch, TOKENS) for batch in BATCHES],
            "tokens": [_both(contrastive, train, BATCH, tokens) for tokens in LENGTHS],
            "pairs": [_of_corpus(copied(train, copies)) for copies in COPIES],
        },
        "rankpo": {
            "batch": [_both(preferences, train, batch, TOKENS) for batch in PREFERENCE_BATCHES],
            "tokens": [_both(preferences, train, TRIPLES, tokens) for tokens in LENGTHS],
        },
    }


def copied(train: TrainingSet, copies: int) -> TrainingSet:
    """The pairs so often, each copy with ids and texts of its own."""
    numbers = range(copies)
    return TrainingSet(
        {f"{n}.{p.candidate_id}": f"{train.candidates[p.candidate_id]} {n}" for n in numbers for p in train.positives},
        {f"{n}.{p.vacancy_id}": f"{train.vacancies[p.vacancy_id]} {n}" for n in numbers for p in train.positives},
        tuple(Pair(f"{n}.{p.candidate_id}", f"{n}.{p.vacancy_id}", p.grade) for n in numbers for p in train.positives),
    )


def _both(loops: tuple[Loop, Loop], train: TrainingSet, batch: int, tokens: int) -> dict[str, float | None]:
    found: dict[str, float | None] = {"batch": batch, "tokens": tokens, "theirs": None}
    if batch <= (BATCH if loops[1] is our_loop else TRIPLES) and tokens <= TOKENS:
        found["theirs"] = _timed(loops[0], backbone(tokens, None), train, batch, TIMED["theirs"])[0]
    return found | {"ours": _timed(loops[1], backbone(tokens), train, batch, TIMED["ours"])[0]}


def _of_corpus(train: TrainingSet) -> dict[str, float | None]:
    rate, before = _timed(our_loop, backbone(TOKENS), train, BATCH, TIMED["ours"])
    return {"pairs": len(train.positives), "ours": rate, "seconds_before_first_step": before}


def _timed(loop: Loop, model: TrainableEncoder, train: TrainingSet, batch: int, timed: int) -> tuple[float, float]:
    """Examples a second, and the seconds before the first step."""
    stamps = [time.perf_counter()]
    loop(model, train, Steps(batch, timed + 1, on_step=lambda: stamps.append(time.perf_counter())))
    began, first, warm, *_, last = stamps
    return timed * batch / (last - warm), first - began


def draw(result: dict[str, Any]) -> None:
    """Draw all of it on logarithmic axes."""
    grown = result["growth"]
    by_corpus = grown["training"]["pairs"]
    with picture(PLOT, 2, 3, (10, 5.6)) as panels:
        for panel, kind, axis, unit, label in (
            (panels[0, 0], "training", "batch", "pairs", f"batch, at {TOKENS} tokens"),
            (panels[0, 1], "training", "tokens", "pairs", f"longest text in tokens, batch {BATCH}"),
            (panels[1, 0], "rankpo", "batch", "triples", f"batch of triples, at {TOKENS} tokens"),
            (panels[1, 1], "rankpo", "tokens", "triples", f"longest text in tokens, {TRIPLES} triples"),
        ):
            rows = grown[kind][axis]
            at = [row[axis] for row in rows]
            usual = "sentence-transformers" if kind == "training" else "published scheme"
            compared = [row for row in rows if row["theirs"] is not None]
            panel.loglog(
                [row[axis] for row in compared], [row["theirs"] for row in compared], "o--", color=ORANGE, label=usual
            )
            panel.loglog(at, [row["ours"] for row in rows], "o-", color=BLUE, label="jobfit")
            panel.set(xlabel=label, ylabel=f"{unit} a second", xticks=at, xticklabels=at)
            panel.legend(frameon=False, fontsize=8)
        for panel, value, label in (
            (panels[0, 2], "ours", "pairs a second"),
            (panels[1, 2], "seconds_before_first_step", "seconds before the first step"),
        ):
            at = [row["pairs"] for row in by_corpus]
            panel.loglog(at, [row[value] for row in by_corpus], "o-", color=BLUE)
            panel.set(xlabel="training pairs", ylabel=label, xticks=at, xticklabels=[f"{n:,}" for n in at])
        panels[0, 2].set_ylim(*panels[0, 0].get_ylim())
        for panel in panels.flat:
            low, high = panel.get_ylim()
            ticks = [tick for tick in TICKS if low <= tick <= high]
            panel.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
            panel.minorticks_off()
