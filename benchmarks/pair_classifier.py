"""The pair classifier, its ablation and its baselines on a held-out market -> results/pair-classifier.json.

Learnt from the log of one simulated market, tested on the log of another one at the share of hires that it has:
PR-AUC and the rest by vacancy, and nDCG@10 of the whole pool by the market's truth. Heads train on frozen vectors.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from environment import describe, write
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.calibration import calibration
from jobfit.evaluation.classification import Threshold, baselines
from jobfit.evaluation.measures import evaluate
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.evaluation.statistics import mean_interval
from jobfit.experiments.classification import estimates
from jobfit.experiments.labelled_market import LabelledMarket, labelled_market
from jobfit.experiments.market import MarketSizes
from jobfit.experiments.pair_heads import cosine_of, fit_head, market_vectors
from jobfit.judged import CANDIDATES_FOR_VACANCY, Pair
from jobfit.retrieval.lexical import terms
from jobfit.runs import Ranking, Run
from jobfit.scorers.pair_head import HeadSettings, PairHead
from jobfit.scorers.text_baselines import TEXT_BASELINES, fit_text_baseline
from jobfit.scorers.text_features import PairFeatures
from jobfit.training.calibrating import choose_on
from jobfit.training.frozen import FrozenEncoder
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.objectives.pair_classifier import PairLoss, pair_objective
from jobfit.training.validators import PairValidator
from measure import timed

MEASURES = ("pr_auc", "roc_auc", "f1", "precision", "recall")
NDCG = "nDCG@10"
DEPTH = 100
HIDDEN = "[U; V; |U−V|; U⊙V], 64 hidden units"
HEADS = {
    "[U; V; U−V], linear (ablation)": (HeadSettings("binary", "signed"), PairLoss()),
    "[U; V; |U−V|; U⊙V], linear": (HeadSettings("binary"), PairLoss()),
    HIDDEN: (HeadSettings("binary", hidden=64), PairLoss()),
    f"{HIDDEN}, three classes": (HeadSettings("three-class", hidden=64), PairLoss()),
    f"{HIDDEN}, ordinal": (HeadSettings("ordinal", hidden=64), PairLoss()),
    f"{HIDDEN}, 4 unlabelled pairs for each hire": (HeadSettings("binary", hidden=64), PairLoss(unlabelled=4)),
}
LOOP = TrainSettings(
    epochs=30, batch_size=256, learning_rate=1e-3, weight_decay=0.01, patience=6, precision="f32", device="cpu",
    threads=1,
)  # fmt: skip
PairScores = Callable[[Sequence[Pair]], np.ndarray]
PoolScores = Callable[[str], np.ndarray]


@dataclass(frozen=True)
class System:
    """Scores of labelled pairs (train market or held out), and of the whole held-out pool for one vacancy."""

    pairs: PairScores
    pool: PoolScores


def main() -> None:
    """Simulate, encode, train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=700)
    parser.add_argument("--vacancies", type=int, default=1000)
    parser.add_argument("--held-out", type=int, nargs=2, default=(500, 1200), metavar=("CANDIDATES", "VACANCIES"))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--baselines", nargs="*", default=list(TEXT_BASELINES), help="on TF-IDF; by default all")
    parser.add_argument("--cache", type=Path, default=Path("pair-classifier-vectors.sqlite"), help="kept over runs")
    options = parser.parse_args()
    people, openings = options.held_out
    sizes = MarketSizes(options.candidates, options.vacancies, people, openings, seen=100, seed=1)
    market = labelled_market(sizes, measures=(NDCG,))
    print(market.source, flush=True)
    rows: dict[str, Any] = {}
    texts = Texts(PairFeatures([*market.train.candidates.values(), *market.train.vacancies.values()], terms), market)
    for name in options.baselines:
        rows[f"TF-IDF, {name}"] = measured([texts.baseline(name)], market)
        print(name, rows[f"TF-IDF, {name}"], flush=True)
    encoder = load_encoder(options.model, cache=options.cache)
    vectors = market_vectors(encoder, market)
    rows["cosine, nothing trained"] = measured([of_vectors(cosine_of(vectors), market)], market)
    for name, (settings, loss) in HEADS.items():
        seeds = range(1, options.seeds + 1)
        taken, systems = timed(lambda: [head(vectors, market, settings, loss, seed) for seed in seeds])  # noqa: B023
        rows[name] = measured(systems, market) | {"training_seconds": round(taken.seconds / len(seeds), 1)}
        print(name, rows[name], flush=True)
    tested = _scored(market.tested, np.zeros(len(market.tested)))
    write("pair-classifier", {
        **describe("torch", "scikit-learn", "lightgbm", "xgboost-cpu", "numpy"),
        "source": market.source,
        "sizes": asdict(sizes),
        "encoder": encoder.fingerprint,
        "loop": asdict(LOOP),
        "seeds": options.seeds,
        "funnels": {name: funnel.as_json() for name, funnel in market.funnels.items()},
        "tested": {
            "pairs": len(tested), "hired": tested.positives, "prevalence": tested.prevalence,
            "vacancies": tested.queries, "pool": len(market.held_out.candidates),
        },
        "constants": baselines(tested),
        "systems": rows,
    })  # fmt: skip


def head(vectors: FrozenEncoder, market: LabelledMarket, settings: HeadSettings, loss: PairLoss, seed: int) -> System:
    """Train a head on frozen vectors, its best weights chosen on validation."""
    layers = PairHead(vectors.dimension, HeadSettings(**asdict(settings) | {"seed": seed}))
    objective = pair_objective(market.train, layers, PairLoss(**asdict(loss) | {"seed": seed}), train_encoder=False)
    loop = TrainSettings(**asdict(LOOP) | {"seed": seed})
    with tempfile.TemporaryDirectory() as folder:
        validator = PairValidator(market.validation, layers)
        score = fit_head(vectors, objective, layers, validator, loop, Path(folder), market.train.hash)
    return of_vectors(score, market)


def of_vectors(score: PairScores, market: LabelledMarket) -> System:
    return System(score, lambda i: score([Pair(person, i) for person in market.held_out.candidates]))


class Texts:
    """The TF-IDF numbers of both markets; those of the held-out pool are kept for all baselines (1 GB)."""

    def __init__(self, features: PairFeatures, market: LabelledMarket) -> None:
        self.features, self.train, self.people = features, market.train, tuple(market.held_out.candidates)
        self.sides, self.others = (
            (features.side(part.candidates), features.side(part.vacancies)) for part in (market.train, market.held_out)
        )
        self.pool = cache(lambda vacancy: features.of(*self.others, [(person, vacancy) for person in self.people]))

    def baseline(self, name: str) -> System:
        listed = ((0, self.train.rejects), (1, self.train.pool), (2, self.train.positives))
        pairs = [(*pair[:2], label) for label, some in listed for pair in some]
        scorer = fit_text_baseline(name, self.features, self.sides, pairs)

        def of_pairs(pairs: Sequence[Pair]) -> np.ndarray:
            sides = self.sides if pairs[0].candidate_id in self.train.candidates else self.others
            return scorer.of(*sides, [pair[:2] for pair in pairs])

        return System(of_pairs, lambda vacancy: scorer.model.scores(self.pool(vacancy)))


def measured(systems: Sequence[System], market: LabelledMarket) -> dict[str, Any]:
    """Return the measures of the seeds of one system; intervals draw vacancies (and seeds) again."""
    seeds: list[tuple[ScoredPairs, Threshold]] = []
    probabilities: list[ScoredPairs] = []
    for system in systems:
        chosen = choose_on(market.validation, system.pairs, "platt")
        raw = system.pairs(market.tested)
        calibrated = _scored(market.tested, chosen.calibrator.probabilities(raw))
        chosen.threshold.refuse_reuse(calibrated)
        probabilities.append(calibrated)
        seeds.append((calibrated, chosen.threshold))
    found = estimates(seeds, MEASURES)
    calibrations = [calibration(one).measures for one in probabilities]
    pool = [_ranked(system, market) for system in systems]
    means = {query: float(np.mean([values[query] for values, _ in pool])) for query in pool[0][0]}
    return {
        "log": {name: asdict(value) for name, value in found.items()},
        "calibrated": {name: float(np.mean([one[name].mean for one in calibrations])) for name in ("ece", "brier")},
        "threshold": float(np.mean([threshold.value for _, threshold in seeds])),
        f"whole pool {NDCG}": asdict(mean_interval(list(means.values()))),
        "distinct_orders": [orders for _, orders in pool],
    }


def _ranked(system: System, market: LabelledMarket) -> tuple[Mapping[str, float], int]:
    """Return nDCG@10 of each vacancy over the whole pool, and how many different orders the vacancies have."""
    task = market.held_out.task(CANDIDATES_FOR_VACANCY)
    ids = tuple(market.held_out.candidates)
    rankings, orders = {}, set()
    for vacancy in task.qrels.grades:
        scores = system.pool(vacancy)
        orders.add(np.argsort(-scores, kind="stable").tobytes())
        rankings[vacancy] = Ranking.from_scores(vacancy, ids, scores, DEPTH)
    report = evaluate(Run("pool", rankings), task.qrels, (NDCG,))
    return report.per_query[NDCG], len(orders)


def _scored(pairs: Sequence[Pair], scores: np.ndarray) -> ScoredPairs:
    """The hired and the rejected; the talent pool is in neither class."""
    kept = [n for n, pair in enumerate(pairs) if pair.grade != 1]
    ids = [(pairs[n].vacancy_id, pairs[n].candidate_id) for n in kept]
    return ScoredPairs.of(ids, [int(pairs[n].grade == 2) for n in kept], np.asarray(scores)[kept])


if __name__ == "__main__":
    main()
