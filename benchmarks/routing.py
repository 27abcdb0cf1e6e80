"""How the two encoders of `jobfit` are mixed: fitted on the choosing halves of real sets, reported on the others.

    python benchmarks/routing.py --data FOLDER [--write]

Scale and shift put both cosines on one scale over the pairs of the choosing halves in English, each set counting the
same; the share is the one with the best mean nDCG@10 over these sets (benchmarks/real_sets.py says what they are, and
that nothing of them was learnt). Writes results/routing.json, with ``--write`` also the mixture of ``jobfit`` in
src/jobfit/encoders/data/routed.json. Texts are cut at 256 tokens.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from environment import describe, write
from jobfit.encoders import routing
from jobfit.encoders.base import Encoder
from jobfit.encoders.loading import load_encoder
from real_sets import World, chosen_on, real_sets, reported_on

NAME = "jobfit"
SHARES = tuple(round(0.1 * step, 1) for step in range(11))
PAIRS = 10_000  # of a set, for scale and shift
Floats = NDArray[np.float32]


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
    halves = list(real_sets(arguments.data))
    fitting = [chosen_on(choose) for choose, _ in halves if choose.language == "en"]
    both = [cosines(encoders, world) for world in fitting]
    dice = np.random.default_rng(0)
    some = [dice.integers(0, e.size, PAIRS) for e, _ in both]
    english, multilingual = (
        np.concatenate([of[side].ravel()[rows] for of, rows in zip(both, some)]) for side in (0, 1)
    )
    tried = {share: routing.fitted(share, english, multilingual) for share in SHARES}
    quality = {
        share: np.mean([score(world, mixed(mixture, e, m)).mean() for world, (e, m) in zip(fitting, both)])
        for share, mixture in tried.items()
    }
    mixture = tried[max(quality, key=lambda share: quality[share])]
    routed = routing.RoutedEncoder(encoders[0], encoders[1], mixture)
    tested: list[dict[str, Any]] = []
    for half in (report for _, report in halves):
        world = reported_on(half)
        e, m = cosines(encoders, world)
        asked, found = routed.encode(world.queries, "query"), routed.encode(world.corpus, "document")
        systems = {"english": e, "multilingual": m, "routed": asked.vectors @ found.vectors.T}
        tested.append({"set": half.name, "queries": len(world.queries), **summary(world, systems)})
        print(tested[-1], flush=True)
    result: dict[str, Any] = {
        **describe("openvino", "numpy"), "english": encoders[0].fingerprint, "multilingual": encoders[1].fingerprint,
        "mixture": {name: getattr(mixture, name) for name in ("share", "scale", "shift")},
        "fitting_ndcg_by_share": {share: round(float(value), 4) for share, value in quality.items()}, "test": tested,
    }  # fmt: skip
    print(write("routing", result).name)
    if arguments.write:
        path = Path(routing.__file__).parent / "data" / "routed.json"
        listed = json.loads(path.read_text(encoding="utf-8"))
        listed[NAME]["mixture"] = {name: round(value, 4) for name, value in result["mixture"].items()}
        path.write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


def cosines(encoders: Sequence[Encoder], world: World) -> tuple[Floats, Floats]:
    english, multilingual = (
        encoder.encode(world.queries, "query").vectors @ encoder.encode(world.corpus, "document").vectors.T
        for encoder in encoders
    )
    return english, multilingual


def mixed(mixture: routing.Mixture, e: Floats, m: Floats) -> Floats:
    return mixture.share * e + (1 - mixture.share) * (mixture.scale * m + mixture.shift)


def score(world: World, values: Floats, k: int = 10) -> NDArray[np.float64]:
    """Return nDCG@10 of each query (gain 2^grade - 1)."""
    ids, weights = [document.id for document in world.corpus], 1 / np.log2(np.arange(2, k + 2))
    scores = []
    for query, row in zip(world.queries, values, strict=True):
        gains = np.array([2.0 ** world.grades[query.id].get(i, 0) - 1 for i in ids])
        best = np.sort(gains)[::-1][:k]
        scores.append(gains[np.argsort(-row, kind="stable")[:k]] @ weights[: len(best)] / (best @ weights[: len(best)]))
    return np.array(scores)


def summary(world: World, systems: Mapping[str, Floats]) -> dict[str, object]:
    """Return the means, and what routing adds to the better of the two with a bootstrapped interval over queries."""
    scores = {name: score(world, values) for name, values in systems.items()}
    best = max(("english", "multilingual"), key=lambda name: scores[name].mean())
    gain = scores["routed"] - scores[best]
    draws = np.random.default_rng(0).integers(0, len(gain), (2000, len(gain)))
    low, high = np.quantile(gain[draws].mean(axis=1), [0.025, 0.975])
    means = {name: round(float(values.mean()), 4) for name, values in scores.items()}
    return {**means, "gain": round(float(gain.mean()), 4), "interval": [round(float(low), 4), round(float(high), 4)]}


if __name__ == "__main__":
    main()
