"""How the two encoders of `jobfit` are mixed: fitted on half of the queries of each set, reported on the others.

    python benchmarks/routing.py --data FOLDER [--write]

FOLDER holds `it-resumes` (real CVs and adverts, graded), `esco-1.1.1` and `esco-1.2-labels`. Scale and shift put both
cosines on one scale over all pairs of the fitting halves; the share is the one with the best mean nDCG@10 there over
the sets in English. Writes results/routing.json, with ``--write`` also the mixture of ``jobfit`` in
src/jobfit/encoders/data/routed.json. Texts are cut at 256 tokens.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from environment import describe, write
from jobfit.embeddings import Embeddings
from jobfit.encoders import routing
from jobfit.encoders.loading import load_encoder
from jobfit.records import Document

NAME = "jobfit"
SHARES = tuple(round(0.1 * step, 1) for step in range(11))
TITLES, SPREAD = 200, 800  # queries of a set of titles; occupations that they are sought among
LANGUAGES = ("en", "fr", "es", "de")


@dataclass(frozen=True)
class Set:
    """Queries, documents, and the gain of each pair that is relevant."""

    name: str
    english: bool
    queries: Sequence[Document]
    documents: Sequence[Document]
    gains: Mapping[str, Mapping[str, float]]

    def halves(self) -> Iterator[Set]:
        for half in (0, 1):
            chosen = [query for query in self.queries if _digest(query.id) % 2 == half and self.gains.get(query.id)]
            yield replace(self, queries=chosen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="file for the vectors; a second run does not encode again")
    parser.add_argument("--write", action="store_true", help="write the mixture into the package")
    arguments = parser.parse_args()
    models = routing.routed_models()[NAME]
    encoders = [
        load_encoder(name, cache=arguments.cache, max_tokens=256, long_text="truncate")
        for name in (models.english, models.multilingual)
    ]
    halves = [tuple(one.halves()) for one in sets(arguments.data)]
    fitting = [cosines(encoders, half) for half, _ in halves]
    english = [number for number, (half, _) in enumerate(halves) if half.english]
    pairs = [np.concatenate([fitting[number][side].ravel() for number in english]) for side in (0, 1)]
    tried = {share: routing.fitted(share, *pairs) for share in SHARES}
    quality = {
        share: np.mean([score(halves[number][0], mixed(mixture, *fitting[number])).mean() for number in english])
        for share, mixture in tried.items()
    }
    mixture = tried[max(quality, key=lambda share: quality[share])]
    routed = routing.RoutedEncoder(encoders[0], encoders[1], mixture)
    rows: list[dict[str, Any]] = []
    for _, half in halves:
        e, m = cosines(encoders, half)
        u, v = routed.encode(half.queries, "query"), routed.encode(half.documents, "document")
        systems = {"english": e, "multilingual": m, "routed": u.vectors @ v.vectors.T}
        rows.append({"set": half.name, "queries": len(half.queries), **summary(half, systems), **mix(half, u, v)})
        print(rows[-1], flush=True)
    result: dict[str, Any] = {
        **describe("openvino", "numpy"), "english": encoders[0].fingerprint, "multilingual": encoders[1].fingerprint,
        "mixture": {name: getattr(mixture, name) for name in ("share", "scale", "shift")},
        "fitting_ndcg_by_share": {share: round(float(value), 4) for share, value in quality.items()}, "test": rows,
    }  # fmt: skip
    print(write("routing", result).name)
    if arguments.write:
        path = Path(routing.__file__).parent / "data" / "routed.json"
        listed = json.loads(path.read_text(encoding="utf-8"))
        listed[NAME]["mixture"] = {name: round(value, 4) for name, value in result["mixture"].items()}
        path.write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


def cosines(encoders: Sequence, half: Set) -> list[NDArray[np.float32]]:
    return [
        encoder.encode(half.queries, "query").vectors @ encoder.encode(half.documents, "document").vectors.T
        for encoder in encoders
    ]


def mixed(mixture: routing.Mixture, e: NDArray[np.float32], m: NDArray[np.float32]) -> NDArray[np.float32]:
    return mixture.share * e + (1 - mixture.share) * (mixture.scale * m + mixture.shift)


def score(half: Set, values: NDArray[np.float32], k: int = 10) -> NDArray[np.float64]:
    """Return nDCG@10 of each query (gain 2^grade - 1)."""
    ids, weights = [document.id for document in half.documents], 1 / np.log2(np.arange(2, k + 2))
    scores = []
    for query, row in zip(half.queries, values, strict=True):
        gains = np.array([2.0 ** half.gains[query.id].get(i, 0) - 1 for i in ids])
        best = np.sort(gains)[::-1][:k]
        scores.append(gains[np.argsort(-row, kind="stable")[:k]] @ weights[: len(best)] / (best @ weights[: len(best)]))
    return np.array(scores)


def summary(half: Set, systems: Mapping[str, NDArray[np.float32]]) -> dict[str, object]:
    """Return the means, and what routing adds to the better of the two with a bootstrapped interval over queries."""
    scores = {name: score(half, values) for name, values in systems.items()}
    best = max(("english", "multilingual"), key=lambda name: scores[name].mean())
    gain = scores["routed"] - scores[best]
    draws = np.random.default_rng(0).integers(0, len(gain), (2000, len(gain)))
    low, high = np.quantile(gain[draws].mean(axis=1), [0.025, 0.975])
    means = {name: round(float(values.mean()), 4) for name, values in scores.items()}
    return {**means, "gain": round(float(gain.mean()), 4), "interval": [round(float(low), 4), round(float(high), 4)]}


def mix(half: Set, queries: Embeddings, documents: Embeddings) -> dict[str, object]:
    """Return which share of the first ten documents is in English, where the corpus holds several languages."""
    if not half.documents[0].id.endswith(LANGUAGES):
        return {}
    best = np.argsort(-(queries.vectors @ documents.vectors.T), axis=1)[:, :10]
    english = np.array([document.id.endswith("en") for document in half.documents])
    return {"english_in_first_10": round(float(english[best].mean()), 3)}


def sets(data: Path) -> Iterator[Set]:
    for direction in ("candidates_for_vacancy", "vacancies_for_candidate"):
        folder = data / "it-resumes" / direction
        gains: dict[str, dict[str, float]] = {}
        for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            query, document, grade = line.split("\t")
            gains.setdefault(query, {})[document] = float(grade)
        yield Set(f"it-resumes {direction}", True, _texts(folder / "queries"), _texts(folder / "corpus"), gains)
    labels = {
        "en": _labels(data / "esco-1.1.1" / "occupations_en.csv"),
        "fr": _labels(data / "esco-1.1.1" / "esco_occupations_en_fr.csv", "_fr"),
        **{code: _labels(data / "esco-1.2-labels" / f"occupations_{code}.csv") for code in ("es", "de")},
    }
    chosen = sorted(set.intersection(*(set(part) for part in labels.values())), key=_digest)[:SPREAD]
    for corpus in (*((code,) for code in LANGUAGES), LANGUAGES):
        documents = [Document(f"{uri} {code}", labels[code][uri][0]) for uri in chosen for code in corpus]
        for asking in corpus if len(corpus) == 1 else ("en", "de"):
            asked = [uri for uri in chosen if len(labels[asking][uri]) > 1][:TITLES]
            queries = [Document(f"{uri} {asking}", labels[asking][uri][1]) for uri in asked]
            gains = {
                query.id: {f"{uri} {code}": 1 for code in corpus} for uri, query in zip(asked, queries, strict=True)
            }
            where = "in four languages" if len(corpus) > 1 else "in the same"
            yield Set(f"titles in {asking}, labels {where}", corpus == ("en",), queries, documents, gains)


def _texts(path: Path) -> list[Document]:
    rows = map(json.loads, path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines())
    return [Document(str(row["_id"]), f"{row.get('title') or ''}\n{row['text']}".strip()) for row in rows]


def _labels(path: Path, suffix: str = "") -> dict[str, list[str]]:
    """Return the preferred label and the others, by the concept's address."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[f"preferredLabel{suffix}"]]
    return {
        row["conceptUri"]: [row[f"preferredLabel{suffix}"], *filter(None, row[f"altLabels{suffix}"].splitlines())]
        for row in rows
    }


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


if __name__ == "__main__":
    main()
