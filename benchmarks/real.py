"""Each signal alone, the hybrid before this one, and today's tiers, on the halves of real sets kept for reporting.

``--model`` names the encoder. *One encoder* is the default with ``--english`` alone on English sets and
``--multilingual`` alone on the others, which the old hybrid has as well. ``results/real.json``, and the first table of
the README (between its ``real`` marks). Nothing was chosen on these halves (benchmarks/real_sets.py).
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from environment import describe, write
from jobfit.encoders.base import Encoder
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.measures import evaluate
from jobfit.retrieval.kinds import TextKind, kind_of
from jobfit.retrieval.lexical import terms
from jobfit.retrieval.memory import MemoryDocuments
from jobfit.retrieval.signals import encode_queries
from jobfit.retrieval.systems import rank
from jobfit.runs import Qrels, Ranking, Run
from measure import corrected, paired
from real_sets import Half, World, real_sets, reported_on

MEASURES = ("nDCG@10", "AP", "RR")
SHOWN = "nDCG@10"
DEPTH = 1000
SIGNALS = {"lexical": "BM25", "characters": "characters", "dense": "text vectors", "titles": "title vectors"}
SYSTEMS = (*SIGNALS.values(), "old hybrid", "fast", "one encoder", "default")
AGAINST = {"against_old": "old hybrid", "against_one_encoder": "one encoder"}
README = Path(__file__).resolve().parent.parent / "README.md"
# What the old hybrid gave the characters (cosine) beside the whole text's vector (cosine): for English and for others.
OLD = {TextKind.TITLE: (0.15, 0.95), TextKind.SENTENCE: (0.2, 0.4), TextKind.DOCUMENT: (0.6, 0.7)}
Floats = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("JOBFIT_SHARED_DATA"), help="or JOBFIT_SHARED_DATA")
    parser.add_argument("--cache", type=Path, default=None, help="a file that keeps the vectors between runs")
    parser.add_argument("--model", default="jobfit")
    parser.add_argument("--english", default="all-MiniLM-L6-v2")
    parser.add_argument("--multilingual", default="jobfit-multilingual")
    parser.add_argument("--languages", default="en,fr,es,de", help="of the sets that are measured")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the folder of the development data: --data, or JOBFIT_SHARED_DATA")
    names = {"default": options.model, "english": options.english, "other": options.multilingual}
    encoders = {key: load_encoder(name, cache=options.cache) for key, name in names.items()}
    rows = {}
    for _, half in real_sets(options.data):
        if half.language in options.languages.split(","):
            alone = encoders["english" if half.language == "en" else "other"]
            rows[half.name] = _row(half, encoders["default"], alone)
            print(
                half.name,
                {name: round(v[SHOWN]["mean"], 4) for name, v in rows[half.name]["systems"].items()},
                flush=True,
            )
    for against in (*AGAINST, "against_best_signal"):
        corrected([row[against] for row in rows.values()])
    facts = describe("openvino", "scipy", "bm25s", "ir-measures")
    result = {**facts, "encoders": {key: e.fingerprint for key, e in encoders.items()}}
    print(write("real", result | {"sets": rows}).name)
    put_table(README, table(rows))


def _row(half: Half, encoder: Encoder, alone: Encoder) -> dict[str, Any]:
    world = reported_on(half)
    runs = {name: Run(name, rankings) for name, rankings in _rankings(half, world, encoder, alone).items()}
    reports = {name: evaluate(run, Qrels(world.grades), MEASURES) for name, run in runs.items()}
    values = {name: report.per_query[SHOWN] for name, report in reports.items()}
    best = max(SIGNALS.values(), key=lambda name: reports[name].aggregate[SHOWN].mean or 0.0)
    return {
        "language": half.language,
        "queries": len(world.queries),
        "documents": len(world.corpus),
        "systems": {name: {m: asdict(e) for m, e in report.aggregate.items()} for name, report in reports.items()},
        "best_signal": best,
        **{key: paired(values["default"], values[name]) for key, name in AGAINST.items()},
        "against_best_signal": paired(values["default"], values[best]),
    }


def _rankings(half: Half, world: World, encoder: Encoder, alone: Encoder) -> dict[str, dict[str, Ranking]]:
    documents = MemoryDocuments(world.corpus, encoder, world.asking.other)
    everything = documents.texts().among()
    signals = {SIGNALS[signal.name]: signal for signal in documents.signals if signal.name in SIGNALS}
    found: dict[str, dict[str, Ranking]] = {name: {} for name in SYSTEMS}
    whole = alone.encode(world.corpus, "document").vectors
    asked = alone.encode(world.queries, "query").vectors
    for query, vector in zip(encode_queries(world.queries, encoder, world.asking), asked, strict=True):
        for name, signal in signals.items():
            found[name][query.id] = _ranked(query.id, everything.ids, signal.scores(query, everything).filled())
        characters = documents.texts().characters.scores(query.terms)
        kind = max(kind_of(len(terms(query.text))), documents.texts().kind, key=list(TextKind).index)
        share = OLD[kind][half.language != "en"]
        mixed = share * characters + (1 - share) * np.clip(whole @ vector, 0, 1)
        found["old hybrid"][query.id] = _ranked(query.id, everything.ids, mixed)

    def ranked(reads: Encoder, fast: bool = False) -> dict[str, Ranking]:
        run = rank(
            "hybrid", world.queries, world.corpus, DEPTH, encoder=lambda: reads, asking=world.asking, fast=fast
        )  # fmt: skip
        return dict(run.rankings)

    found |= {"fast": ranked(encoder, fast=True), "one encoder": ranked(alone), "default": ranked(encoder)}
    return found


def _ranked(query_id: str, ids: Sequence[str], scores: Floats) -> Ranking:
    return Ranking.from_scores(query_id, ids, scores, DEPTH)


def table(rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The rows of the README's table; bold is the best of a row."""
    lines = [
        f"| set, {SHOWN} | n | "
        + " | ".join(SYSTEMS)
        + " | default − old | default − one encoder | default − best signal |",
        "| --- " * (len(SYSTEMS) + 5) + "|",
    ]
    for name, row in rows.items():
        means = {system: row["systems"][system][SHOWN]["mean"] for system in SYSTEMS}
        shown = [f"**{v:.3f}**" if v == max(means.values()) else f"{v:.3f}" for v in means.values()]
        tests = [_difference(row[key]) for key in (*AGAINST, "against_best_signal")]
        lines.append(" | ".join([f"| {name}", str(row["queries"]), *shown, *tests]) + " |")
    return lines


def _difference(test: Mapping[str, Any]) -> str:
    found = test["difference"]
    return f"{found['mean']:+.3f} [{found['low']:+.3f}, {found['high']:+.3f}]"


def put_table(path: Path, lines: list[str]) -> None:
    """Put the table between the marks ``<!-- real -->`` and ``<!-- /real -->``."""
    text = path.read_text(encoding="utf-8")
    put = "<!-- real -->\n" + "\n".join(lines) + "\n<!-- /real -->"
    path.write_text(re.sub(r"<!-- real -->.*?<!-- /real -->", lambda _: put, text, flags=re.S), encoding="utf-8")


if __name__ == "__main__":
    main()
