"""How many hard negatives truly suit: on the simulated market, where the truth is known, by kind of negatives.

    python benchmarks/mined_truth.py          sizes of benchmarks/reproduce/confit-v2.yaml -> results/mined-truth.json

For each of three seeds the whole-document encoder of the ConFit v2 recipe is trained as there; then every kind of
negatives of table A4 is mined with it, and each negative is looked up in the market's truth. A negative of grade 1 or
more is a false one: the pair suits, and nobody had labelled it.
"""

import tempfile
from pathlib import Path

import numpy as np

from environment import describe, write
from jobfit.experiments.data import Truth
from jobfit.experiments.market import market_data
from jobfit.experiments.reproduce import sizes_of
from jobfit.experiments.trial import Backbone, RowCache, Trial
from jobfit.simulation.truth import grades
from jobfit.training.mining.strategies import Bm25, Random, RumWindow, Strategy
from jobfit.training.rounds import Negatives, mine_both

SEEDS = (1, 2, 3)
SIZES = Path(__file__).resolve().parent / "reproduce" / "confit-v2.yaml"


def main() -> None:
    """Train, mine, look up, write."""
    sizes = sizes_of("confit-v2", quick=False, path=SIZES)
    settings, data = sizes.settings, market_data(sizes.market, sizes.measures)
    assert data.truth is not None  # a simulated market always knows it
    kinds: dict[str, Strategy] = {"random": Random(k=settings.negatives), "bm25": Bm25(k=settings.negatives)}
    kinds |= {f"rum {100 * low:g}-{100 * high:g} %": RumWindow(low, high, skip=0) for low, high in settings.windows}
    found: dict[str, list[dict[str, dict[str, float]]]] = {kind: [] for kind in kinds}
    backbone = Backbone(settings.backbone, settings.model, settings.loop, settings.stage)
    with tempfile.TemporaryDirectory() as folder:
        for seed in SEEDS:
            trial = Trial(RowCache(Path(folder) / f"seed-{seed}", {"recipe": "mined-truth"}), seed, SEEDS, backbone)
            model = trial.model("whole", data)
            for number, (kind, strategy) in enumerate(kinds.items(), start=10):
                mined = mine_both(model, trial.training(data), strategy, seed * 1000 + number)
                found[kind].append(shares(mined, data.truth))
    write("mined-truth", {**describe("torch"), "data": data.source, "scale": sizes.scale, "by_seed": found})


def shares(mined: Negatives, truth: Truth) -> dict[str, dict[str, float]]:
    """How many negatives there are in each direction, and the share of them that truly suits, by the least grade."""
    sides = {
        "candidates_for_vacancy": [truth(v, c) for v, candidates in mined.candidates.items() for c in candidates],
        "vacancies_for_candidate": [truth(v, c) for c, vacancies in mined.vacancies.items() for v in vacancies],
    }
    return {side: {"negatives": len(values), **_by_grade(np.array(values))} for side, values in sides.items()}


def _by_grade(qualification: np.ndarray) -> dict[str, float]:
    reached = grades(qualification)
    return {f"grade {least} or more": round(float((reached >= least).mean()), 4) for least in (1, 2, 3)}


if __name__ == "__main__":
    main()
