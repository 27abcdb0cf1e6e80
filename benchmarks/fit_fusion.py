"""Learn the hybrid's weights on the halves of real sets that are there for choosing: src/jobfit/retrieval/data/*.toml.

A cell (what is compared; whether the encoder knows the language) has a line for each signal that never falls, learnt by
LambdaLoss@10 over the lists of its sets (``jobfit.training.signals``, additive and monotone, one piece): weights of at
least 0, whose parts sum to the score. Each list holds the 40 best of every signal and all that is relevant; a set
counts by its queries, at most 200. What feeds back is known only when the rest is weighed: its weight is then the best
of a few steps by the mean nDCG@10 of the cell's sets. The English encoder reads the English sets, and the French ones
as a language that it does not know; the multilingual one reads the rest. A cell without a set keeps its weights.
"""

from __future__ import annotations

import argparse
import os
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import Encoder
from jobfit.encoders.loading import load_encoder
from jobfit.ordering import order
from jobfit.retrieval.hybrid import FEEDBACK, search_fed_back
from jobfit.retrieval.kinds import Comparison
from jobfit.retrieval.memory import MemoryDocuments
from jobfit.retrieval.signals import encode_queries
from jobfit.retrieval.weights import KNOWN, UNKNOWN, Cell, Weights, cell_of, shipped_table
from jobfit.scorers.signals import NetSettings, SignalNet
from jobfit.training.losses.ranking import ranking_loss
from jobfit.training.signals import FitSettings, SignalLists, fit_net
from real_sets import Half, chosen_on, real_sets

DATA = Path(__file__).resolve().parent.parent / "src" / "jobfit" / "retrieval" / "data"
FAST = ("lexical", "characters", "titles", "taxonomy")
SHORT = ("lexical", "characters", "dense")  # of texts that are their own titles
DOCUMENT_TITLES = (*SHORT, "title-text")
WHOLE = ("lexical", "characters", "dense", "titles", "title-text", "text-titles", "taxonomy")
NEAR, LONGEST, STEPS = 40, 300, (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8)
LEAST = 0.03  # of the largest weight; less is none
Matrix = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Judged:
    """One query: the signals' standardised scores (n, signals), the grades (n,), and how to ask again."""

    set: str
    scores: Matrix
    grades: NDArray[np.int64]
    ask: tuple[MemoryDocuments, object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("JOBFIT_SHARED_DATA"), help="or JOBFIT_SHARED_DATA")
    parser.add_argument("--cache", type=Path, default=None, help="a file that keeps the vectors between runs")
    parser.add_argument("--english", default="all-MiniLM-L6-v2")
    parser.add_argument("--multilingual", default="multilingual-e5-small")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the folder of the development data: --data, or JOBFIT_SHARED_DATA")
    english, other = (load_encoder(name, cache=options.cache) for name in (options.english, options.multilingual))
    cells: dict[Cell, list[Judged]] = defaultdict(list)
    for half, _ in real_sets(options.data):
        for encoder in (english,) if half.language == "en" else (other, english) if half.language == "fr" else (other,):
            for cell, judged in _judged(half, encoder):
                cells[cell].append(judged)
        print(half.name, flush=True)
    for fast in (False, True):
        learnt = {cell: _learn(cell, judged, fast) for cell, judged in sorted(cells.items()) if len(judged) >= 30}
        _write(DATA / ("fast.toml" if fast else "fusion.toml"), learnt, fast, cells, (english, other))


def _judged(half: Half, encoder: Encoder) -> Iterator[tuple[Cell, Judged]]:
    world = chosen_on(half)
    documents = MemoryDocuments(world.corpus, encoder, world.asking.other)
    everything = documents.texts().among()
    signals = {signal.name: signal for signal in documents.signals}
    for query in encode_queries(world.queries, encoder, world.asking):
        judged = world.grades[query.id]
        grades = np.array([judged.get(id_, 0) for id_ in everything.ids], dtype=np.int64)
        scores = np.stack([signals[name].scores(query, everything).filled() for name in WHOLE], axis=1)
        cell = cell_of(query, documents.texts(), encoder.fingerprint)
        yield cell, Judged(half.name, scores.astype(np.float32), grades, (documents, query))


def names_of(cell: Cell, fast: bool) -> tuple[str, ...]:
    """Return the signals that may have a weight in a cell."""
    if fast:
        return FAST if cell[1] == KNOWN else ("lexical", "characters", "taxonomy")
    if cell[0] is Comparison.DOCUMENT_TITLES:
        return DOCUMENT_TITLES
    return WHOLE if cell[0] is Comparison.DOCUMENTS else SHORT


def _learn(cell: Cell, judged: Sequence[Judged], fast: bool) -> Weights:
    names = names_of(cell, fast)
    weights = lines_of(_lists(judged, names), names)
    if fast or cell[1] == UNKNOWN:
        return weights
    return weights | {FEEDBACK: max(STEPS, key=lambda step: _mean(judged, weights | {FEEDBACK: step}))}


def _lists(judged: Sequence[Judged], names: Sequence[str]) -> SignalLists:
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


def _mean(judged: Sequence[Judged], weights: Weights) -> float:
    """Return nDCG@10 of the weights, the mean over the sets of the means over their queries."""
    of_sets: dict[str, list[float]] = defaultdict(list)
    for one in judged:
        documents, query = one.ask
        signals = [signal for signal in documents.signals if weights.get(signal.name)]
        texts = documents.texts()
        found = search_fed_back(query, signals, weights, texts, texts.among(), documents, turn=documents.turn)
        places = {id_: place for place, id_ in enumerate(texts.ids)}
        best = order(query.id, found.ids, found.total, 10)
        gains = one.grades[[places[found.ids[place]] for place in best.tolist()]]
        of_sets[one.set].append(_dcg(gains) / _dcg(np.sort(one.grades)[::-1][:10]))
    return float(np.mean([np.mean(values) for values in of_sets.values()]))


def _dcg(gains: NDArray[np.int64]) -> float:
    return float(gains @ (1 / np.log2(np.arange(2, len(gains) + 2))))


def _write(
    path: Path,
    learnt: Mapping[Cell, Weights],
    fast: bool,
    cells: Mapping[Cell, Sequence[Judged]],
    encoders: Sequence[Encoder],
) -> None:
    lines = [
        "# The weight of each signal, in standard deviations. Written by a program (make fusion): do not edit.",
        f"# Encoders: {', '.join(encoder.fingerprint for encoder in encoders)}.",
    ]
    for knows in (KNOWN, UNKNOWN):
        for kind in Comparison:
            cell = kind, knows
            sets = sorted({one.set for one in cells.get(cell, ())})
            source = f"{len(cells[cell])} queries of {'; '.join(sets)}" if cell in learnt else "not learnt: set by hand"
            weights = learnt.get(cell) or shipped_table(fast).cells[cell]
            lines += ["", f"# {source}", f"[{knows}.{kind}]", *(f"{name} = {w:g}" for name, w in weights.items() if w)]
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    path.write_text(text, encoding="utf-8")
    print(path.name, flush=True)


if __name__ == "__main__":
    main()
