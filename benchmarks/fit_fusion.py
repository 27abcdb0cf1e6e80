"""Learn the hybrid's weights on the halves of real sets that are there for choosing: src/jobfit/retrieval/data/*.toml.

A cell (what is compared; whether the encoder knows the language) has a line for each signal that never falls, learnt by
LambdaLoss@10 over the lists of its sets (``jobfit.training.signals``, additive and monotone, one piece): weights of at
least 0, whose parts sum to the score. Each list holds the 20 best of every signal and all that is relevant; a set
counts by its queries, at most 1,000. What feeds back is what the weights that ship find first.

Whether they are worth it is told out of fold: five times the weights are learnt on four fifths of the queries and rank
the rest, beside LightGBM's lambdarank, the weights that ship and each signal alone. A cell's new weights replace the
old ones only where they rank the queries better (by 95 % interval) and harm no set of 30 queries: nowhere more than
0.005 below its best signal, unless the old ones are lower there. *One line for all texts of titles* measures the same
for the cells of known languages whose corpus is short, as if they were one; it replaces nothing. The encoder that ships
reads all sets; the English one reads the French ones too, as a language that it does not know. A cell without a set
keeps its weights.

Writes ``results/fusion-weights.json`` as well; with ``--sets``, of those alone.
"""

from __future__ import annotations

import argparse
import os
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from environment import describe, write
from jobfit.encoders.base import Encoder
from jobfit.encoders.loading import ROUTED, load_encoder
from jobfit.ordering import order
from jobfit.retrieval.hybrid import FEEDBACK, search_fed_back
from jobfit.retrieval.kinds import Comparison
from jobfit.retrieval.memory import MemoryDocuments
from jobfit.retrieval.signals import Query, encode_queries
from jobfit.retrieval.weights import KNOWN, UNKNOWN, Cell, Weights, cell_of, shipped_table
from jobfit.scorers.signals import NetSettings, SignalNet, SignalRanker
from jobfit.scorers.trees import TreeSettings
from jobfit.training.losses.ranking import ranking_loss
from jobfit.training.signals import FitSettings, SignalLists, fit_net, fit_trees
from measure import paired
from real_sets import Half, chosen_on, real_sets

DATA = Path(__file__).resolve().parent.parent / "src" / "jobfit" / "retrieval" / "data"
FAST = ("lexical", "characters", "titles", "taxonomy")
SHORT = ("lexical", "characters", "dense", FEEDBACK)  # of texts that are their own titles
DOCUMENT_TITLES = (*SHORT, "title-text")
WHOLE = ("lexical", "characters", "dense", "titles", "title-text", "text-titles", "taxonomy", FEEDBACK)
OF_TITLES = (Comparison.TITLES, Comparison.SENTENCE_TITLES, Comparison.DOCUMENT_TITLES)
NEAR, LONGEST = 20, 200
LEAST = 0.03  # of the largest weight; less is none
FOLDS, HARM, FEWEST = 5, 0.005, 30
TREES = TreeSettings(trees=100, learning_rate=0.1, leaves=7)
Matrix = NDArray[np.float32]
Rows = Sequence["Judged"]


@dataclass(frozen=True, eq=False)
class Judged:
    """One query: the signals' standardised scores (n, signals), the grades (n,), and how to ask again."""

    set: str
    scores: Matrix
    grades: NDArray[np.int64]
    ask: tuple[MemoryDocuments, Any]
    cell: Cell

    @property
    def id(self) -> str:
        return f"{self.set}: {self.ask[1].id}"

    @property
    def fold(self) -> int:
        return sha256(self.id.encode()).digest()[0] % FOLDS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("JOBFIT_SHARED_DATA"), help="or JOBFIT_SHARED_DATA")
    parser.add_argument("--cache", type=Path, default=None, help="a file that keeps the vectors between runs")
    parser.add_argument("--model", default=ROUTED)
    parser.add_argument("--english", default="all-MiniLM-L6-v2")
    parser.add_argument("--sets", default="", help="only those whose names begin so, parted by semicolons")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the folder of the development data: --data, or JOBFIT_SHARED_DATA")
    shipped, english = (load_encoder(name, cache=options.cache) for name in (options.model, options.english))
    cells: dict[Cell, list[Judged]] = defaultdict(list)
    for half, _ in real_sets(options.data):
        if half.name.startswith(tuple(options.sets.split(";"))):
            for encoder in (shipped, english) if half.language == "fr" else (shipped,):
                for cell, judged in _judged(half, encoder):
                    cells[cell].append(judged)
            print(half.name, flush=True)
    found = {}
    for fast in (False, True):
        name = "fast" if fast else "fusion"
        kept: dict[Cell, tuple[Weights, str]] = {}
        for cell, rows in sorted(cells.items()):
            if len(rows) >= FEWEST:
                report, learnt = compared(rows, names_of(cell, fast), fast)
                if report["replaces"]:
                    sets = "; ".join(sorted({one.set for one in rows}))
                    kept[cell] = learnt, f"LambdaLoss on {len(rows)} queries of the choosing halves of {sets}"
                found[f"{name}: {cell[1]}.{cell[0]}"] = report
                print(name, cell, report, flush=True)
        _write(DATA / f"{name}.toml", kept)
    of_titles = [one for kind in OF_TITLES for one in cells.get((kind, KNOWN), ())]
    if len(of_titles) >= FEWEST:
        found["one line for all texts of titles"], _ = compared(of_titles, DOCUMENT_TITLES)
    facts = describe("torch", "lightgbm", "openvino")
    print(write("fusion-weights", {**facts, "encoders": [shipped.fingerprint, english.fingerprint], "cells": found}))


def _judged(half: Half, encoder: Encoder) -> Iterator[tuple[Cell, Judged]]:
    world = chosen_on(half)
    documents = MemoryDocuments(world.corpus, encoder, world.asking.other)
    everything = documents.texts().among()
    signals = {signal.name: signal for signal in documents.signals}
    for query in encode_queries(world.queries, encoder, world.asking):
        judged = world.grades[query.id]
        grades = np.array([judged.get(id_, 0) for id_ in everything.ids], dtype=np.int64)
        cell = cell_of(query, documents.texts(), encoder.fingerprint)
        columns = [signals[name].scores(query, everything).filled() for name in WHOLE if name != FEEDBACK]
        scores = np.stack([*columns, _fed_back(query, documents, shipped_table().cells[cell])], axis=1)
        yield cell, Judged(half.name, scores.astype(np.float32), grades, (documents, query), cell)


def _fed_back(query: Query, documents: MemoryDocuments, weights: Weights) -> NDArray[np.float64]:
    """Return how near each document is to what the weights find first, in standard deviations."""
    texts = documents.texts()
    signals = [signal for signal in documents.signals if weights.get(signal.name) or signal.name == FEEDBACK]
    found = search_fed_back(
        query, signals, {**weights, FEEDBACK: 1.0}, texts, texts.among(), documents, turn=documents.turn
    )
    values = dict(zip(found.ids, found.parts.get(FEEDBACK, ()), strict=False))
    return np.array([values.get(id_, 0.0) for id_ in texts.ids])


def names_of(cell: Cell, fast: bool) -> tuple[str, ...]:
    """Return the signals that may have a weight in a cell."""
    if fast:
        return FAST if cell[1] == KNOWN else ("lexical", "characters", "taxonomy")
    if cell[0] is Comparison.DOCUMENT_TITLES:
        return DOCUMENT_TITLES
    return WHOLE if cell[0] is Comparison.DOCUMENTS else SHORT


def compared(judged: Rows, names: Sequence[str], fast: bool = False) -> tuple[dict[str, Any], Weights]:
    """Return what the weights learnt, lambdarank, the old weights and each signal do out of fold; and the weights.

    The weights are those of all queries; each value is nDCG@10, by set.
    """
    columns = [WHOLE.index(name) for name in names]
    alone = [name for name in names if name != FEEDBACK]
    values: dict[str, dict[str, float]] = {name: _values(judged, _line({name: 1.0})) for name in alone}
    old = {cell: _line(weights) for cell, weights in shipped_table(fast).cells.items()}
    values |= {"old weights": _values(judged, lambda one: old[one.cell](one)), "learnt": {}, "lambdarank": {}}
    for fold in range(FOLDS):
        apart = [one for one in judged if one.fold == fold]
        rest = [one for one in judged if one.fold != fold]
        if apart and rest:
            lists = _lists(rest, names)
            values["learnt"] |= _values(apart, _line(lines_of(lists, names)))
            trees = fit_trees(lists, "lightgbm", TREES)
            values["lambdarank"] |= _values(apart, partial(_by_trees, trees, columns))
    sets = sorted({one.set for one in judged})
    means = {
        of: {name: round(_mean_of(ours, of), 4) for name, ours in values.items()} | {"queries": _count(judged, of)}
        for of in sets
    }
    gain = paired(values["learnt"], values["old weights"])
    weights = lines_of(_lists(judged, names), names)
    harms = [
        of
        for of in sets
        if _count(judged, of) >= FEWEST
        and means[of]["learnt"] < min(max(means[of][name] for name in alone) - HARM, means[of]["old weights"])
    ]
    replaces = gain["difference"]["low"] > 0 and not harms
    report = {
        "learnt": dict(weights), "sets": means, "learnt_against_old": gain, "harms": harms, "replaces": replaces,
        "lambdarank_against_learnt": paired(values["lambdarank"], values["learnt"]),
    }  # fmt: skip
    return report, weights


def _line(weights: Weights) -> Callable[[Judged], NDArray[np.float64]]:
    slopes = np.array([weights.get(name, 0.0) for name in WHOLE])
    return lambda one: one.scores @ slopes


def _by_trees(trees: SignalRanker, columns: Sequence[int], one: Judged) -> NDArray[np.float64]:
    return trees.scores(one.scores[:, columns].astype(float))


def _values(judged: Rows, score: Callable[[Judged], NDArray[np.float64]]) -> dict[str, float]:
    found = {}
    for one in judged:
        documents, query = one.ask
        best = order(query.id, documents.texts().ids, score(one), 10)
        found[one.id] = _dcg(one.grades[best]) / _dcg(np.sort(one.grades)[::-1][:10])
    return found


def _mean_of(values: Mapping[str, float], of: str) -> float:
    return float(np.mean([value for key, value in values.items() if key.startswith(f"{of}: ")]))


def _count(judged: Rows, of: str) -> int:
    return sum(one.set == of for one in judged)


def _lists(judged: Rows, names: Sequence[str]) -> SignalLists:
    columns = [WHOLE.index(name) for name in names]
    table = np.zeros((len(judged), LONGEST, len(names)), dtype=np.float32)
    grades, left_out = np.zeros(table.shape[:2], dtype=np.int64), np.ones(table.shape[:2], dtype=bool)
    for row, one in enumerate(judged):
        scores = one.scores[:, columns]
        relevant = np.flatnonzero(one.grades)
        near = np.unique(np.argsort(-scores, axis=0)[:NEAR])
        kept = np.concatenate([relevant, np.setdiff1d(near, relevant)])[:LONGEST]
        table[row, : len(kept)], grades[row, : len(kept)] = scores[kept], one.grades[kept]
        left_out[row, : len(kept)] = False
    return SignalLists(tuple(names), table, grades, left_out)


def lines_of(lists: SignalLists, names: Sequence[str]) -> Weights:
    """Return the slopes of lines that never fall, learnt by LambdaLoss@10, the largest 1; small ones are left out."""
    ranker = fit_net(lists, NetSettings(monotone=True), ranking_loss("lambdaloss@k", k=10), FitSettings(25, 32, 0.05))
    net = ranker.model
    assert isinstance(net, SignalNet)
    width = net.knots.diff(dim=1)[:, 0].numpy()
    rises = net.rises.detach().abs()[:, 0].numpy()
    slopes = np.divide(rises, width, out=np.zeros_like(rises), where=width > 0)
    slopes /= slopes.max()
    return {name: round(float(slope), 2) for name, slope in zip(names, slopes, strict=True) if slope >= LEAST}


def _dcg(gains: NDArray[np.int64]) -> float:
    return float(gains @ (1 / np.log2(np.arange(2, len(gains) + 2))))


def _write(path: Path, learnt: Mapping[Cell, tuple[Weights, str]]) -> None:
    """Put the weights in the place of the old ones; other cells stay as they are."""
    text = path.read_text(encoding="utf-8")
    for (kind, knows), (weights, source) in learnt.items():
        head = f"[{knows}.{kind}]\n"
        before, _, after = text.partition(head)
        rest = after.partition("\n\n")[2]
        table = "".join(f"{name} = {weight:g}\n" for name, weight in weights.items() if weight)
        text = before + head + f'learnt = "{source}"\n' + table + (f"\n{rest}" if rest else "")
    assert tomllib.loads(text).keys() == {KNOWN, UNKNOWN}
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
