"""Every loss over lists on signals of the simulated market and on a sample of MSLR-WEB10K -> results/ltr.json.

One network (a hidden layer of 32), one budget (20 epochs of Adam, the best of them on validation); for each loss the
learning rate that is best on validation with the first seed, then five seeds. References: the order of the shortlist,
and LightGBM's lambdarank. MSLR: ``pip download --no-deps --no-binary :all: rankeval==0.8.2`` gives the archive.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from environment import RESULTS, describe, write
from jobfit.artifacts import sha256_of
from jobfit.encoders.loading import load_encoder
from jobfit.experiments.rows import crossed_interval
from jobfit.scorers.signals import NetSettings, SignalRanker
from jobfit.scorers.trees import TreeSettings
from jobfit.training.losses.ranking import RANKING_LOSSES, ranking_loss
from jobfit.training.signals import FitSettings, SignalLists, fit_net, fit_trees, ndcg
from ltr_lists import SIGNALS, market_lists, mslr_sample

Floats = NDArray[np.float64]
KS = (1, 3, 5, 10)
RATES = (0.01, 0.03, 0.1)
EPOCHS = 20
SEEDS = range(5)
FAMILY: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, {}) for name in RANKING_LOSSES if not name.endswith("@k")},
    **{f"{name}@{k}": (f"{name}@k", {"k": k}) for name in ("lambdarank", "lambdaloss") for k in (5, 10)},
}
POINTWISE = ("bce", "mse")
TREES = "LightGBM lambdarank"
Fold = tuple[SignalLists, SignalLists, SignalLists]
"""Train, validation and test lists; what is measured is put together over the folds."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mslr", type=Path, help="the archive rankeval-0.8.2.tar.gz; without it the market alone")
    parser.add_argument("--page", action="store_true", help="print the tables of results/ltr.json and measure nothing")
    parser.add_argument("--keep", type=Path, help="a folder for what was measured: a run that was stopped goes on")
    options = parser.parse_args()
    if options.page:
        print(page(json.loads((RESULTS / "ltr.json").read_text(encoding="utf-8"))))
        return
    torch.set_num_threads(1)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    market = [market_of(options.keep, name, seed, n) for name, seed, n in MARKETS]
    keep = options.keep
    data = {"market": campaign(keep and keep / "market", [(market[0], market[1], market[2])], 32, listed=True)}
    if options.mslr:
        data["mslr"] = campaign(keep and keep / "mslr", mslr_folds(mslr_sample(options.mslr)), 8)
        data["mslr"]["archive_sha256"] = sha256_of(options.mslr)
    result = {
        **describe("torch", "lightgbm", "sentence-transformers"),
        "network": f"one hidden layer of 32, {EPOCHS} epochs of Adam, the best epoch on validation by nDCG@10",
        "rates": RATES, "seeds": len(SEEDS), "gain": "2^grade - 1", "data": data,
    }  # fmt: skip
    print(write("ltr", result).name)


MARKETS = (("train", 1, 400), ("validation", 2, 250), ("test", 3, 1000))
CANDIDATES, LENGTH = 250, 40


def kept(path: Path | None, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the arrays in ``path``, or make them and keep them there: a run that was stopped goes on."""
    if path is None or not path.is_file():
        made = make()
        if path is None:
            return made
        np.savez(path, **made)
    with np.load(path) as held:
        return dict(held)


def market_of(folder: Path | None, name: str, seed: int, vacancies: int) -> SignalLists:
    def make() -> dict[str, Any]:
        lists = market_lists(CANDIDATES, vacancies, seed, LENGTH, load_encoder("all-MiniLM-L6-v2"))
        return {"table": lists.table, "grades": lists.grades, "left_out": lists.left_out}

    held = kept(folder and folder / f"{name}.npz", make)
    return SignalLists(SIGNALS, held["table"], held["grades"], held["left_out"])


def mslr_folds(lists: SignalLists) -> list[Fold]:
    """Learn from 33 queries of one half, choose on its other 10, test on the whole other half; and turned."""
    half = len(lists) // 2
    parts = np.arange(half), np.arange(half, len(lists))
    return [
        (shortened(lists.some(own[:33]), 60), lists.some(own[33:]), lists.some(other))
        for own, other in (parts, parts[::-1])
    ]


def shortened(lists: SignalLists, length: int) -> SignalLists:
    """Draw ``length`` of the documents of each list to learn from: all pairs of 308 take 26 times as long."""
    keys = np.random.default_rng(0).random(lists.grades.shape) + lists.left_out
    drawn = keys.argsort(axis=1)[:, :length]
    table = np.take_along_axis(lists.table, drawn[:, :, None], axis=1)
    judged = np.take_along_axis(lists.grades, drawn, axis=1)
    return SignalLists(lists.names, table, judged, np.take_along_axis(lists.left_out, drawn, axis=1))


def campaign(prefix: Path | None, folds: Sequence[Fold], batch_size: int, listed: bool = False) -> dict[str, Any]:
    """Train everything; return each row's nDCG with intervals, and its differences from both pointwise losses."""
    found: dict[str, Floats] = {}
    chosen: dict[str, list[float]] = {}
    for name in (*FAMILY, TREES):
        path = prefix and prefix.with_name(f"{prefix.name}-{name}.npz")
        row = kept(path, partial(trees_row, folds) if name == TREES else partial(family_row, folds, name, batch_size))
        found[name], chosen[name] = row["ndcg"], row["rates"].tolist()
        print(name, chosen[name], np.nanmean(found[name], axis=(0, 1)).round(4), flush=True)
    if listed:
        orders = [-np.arange(test.grades.shape[1], dtype=float) + np.zeros(test.grades.shape) for *_, test in folds]
        found["as listed"] = np.concatenate([ndcg(o, f[2], KS) for o, f in zip(orders, folds, strict=True)])[None]
    judged = ~np.isnan(found[TREES][0, :, 0])
    found = {name: values[:, judged] for name, values in found.items()}
    rows = {
        name: {
            "rates": chosen.get(name, []),
            "ndcg": {k: estimate(values[:, :, i]) for i, k in enumerate(KS)},
            "minus": {
                other: {k: estimate(values[:, :, i] - found[other][:, :, i]) for i, k in enumerate(KS)}
                for other in POINTWISE
                if other != name
            },
        }
        for name, values in found.items()
    }
    sizes = [{"train": len(a), "validation": len(b), "test": len(c)} for a, b, c in folds]
    return {
        "folds": sizes, "signals": folds[0][0].names, "longest_list": max(c.grades.shape[1] for *_, c in folds),
        "test_lists": int(judged.sum()), "test_lists_without_a_grade": int((~judged).sum()), "rows": rows,
    }  # fmt: skip


def family_row(folds: Sequence[Fold], name: str, batch_size: int) -> dict[str, Any]:
    """Return nDCG (seeds, queries, ks) and the rate chosen in each fold."""
    loss, settings = FAMILY[name]

    def fit(fold: Fold, rate: float, seed: int) -> SignalRanker:
        how = FitSettings(EPOCHS, batch_size, rate, seed=seed)
        return fit_net(fold[0], NetSettings("mlp", seed=seed), ranking_loss(loss, **settings), how, fold[1])

    parts, rates = [], []
    for fold in folds:
        first = {rate: fit(fold, rate, 0) for rate in RATES}
        rate = best_of(first, fold[1])
        rankers = [first[rate], *(fit(fold, rate, seed) for seed in SEEDS if seed)]
        parts.append(np.stack([measured(ranker, fold[2]) for ranker in rankers]))
        rates.append(rate)
    return {"ndcg": np.concatenate(parts, axis=1), "rates": np.array(rates)}


def trees_row(folds: Sequence[Fold]) -> dict[str, Any]:
    """LightGBM's lambdarank: 100 trees, the rate chosen as for the network; it draws nothing, so there is one run."""
    parts, rates = [], []
    for train, validation, test in folds:
        made = {rate: fit_trees(train, "lightgbm", TreeSettings(100, rate)) for rate in (0.03, 0.1)}
        rates.append(best_of(made, validation))
        parts.append(measured(made[rates[-1]], test))
    return {"ndcg": np.concatenate(parts)[None], "rates": np.array(rates)}


def best_of(rankers: dict[float, SignalRanker], validation: SignalLists) -> float:
    return max(rankers, key=lambda rate: float(np.nanmean(measured(rankers[rate], validation)[:, KS.index(10)])))


def measured(ranker: SignalRanker, lists: SignalLists) -> Floats:
    return ndcg(ranker.scores(lists.table.astype(np.float64)), lists, KS)


def estimate(values: Floats) -> dict[str, float | None]:
    """Return the mean of (seeds, queries) with the 95 % interval that draws seeds and queries again, crossed."""
    return asdict(crossed_interval(values, np.ones(values.shape[1])))


def page(result: dict[str, Any]) -> str:
    """Return the tables of docs/training/ltr.md."""
    lines: list[str] = []
    for name, data in result["data"].items():
        rows = sorted(data["rows"].items(), key=lambda row: -row[1]["ndcg"]["10"]["mean"])
        lines += [f"### {name}: {data['test_lists']} test lists", ""]
        lines += table("loss", rows, lambda row: row["ndcg"], ".3f")
        others = [(f"{loss} − {other}", row["minus"][other]) for loss, row in rows for other in POINTWISE
                  if "lambdaloss" in loss or loss == TREES]  # fmt: skip
        lines += table("difference", others, lambda row: row, "+.3f")
    return "\n".join(lines)


def table(first: str, rows: Sequence[tuple[str, Any]], of: Callable[[Any], Any], form: str) -> list[str]:
    head = [f"| {first} | " + " | ".join(f"nDCG@{k}" for k in KS) + " |", "| --- " * (len(KS) + 1) + "|"]
    cells = [
        (name, [f"{v['mean']:{form}} ({v['low']:{form}} to {v['high']:{form}})" for v in of(row).values()])
        for name, row in rows
    ]
    return [*head, *(f"| {name} | {' | '.join(row)} |" for name, row in cells), ""]


if __name__ == "__main__":
    main()
