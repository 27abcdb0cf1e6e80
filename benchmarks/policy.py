"""Milliseconds that a policy of trade-offs adds to a query over 1,000 candidates -> results/policy.json."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from environment import describe, write
from jobfit.policy.base import BestFirst
from jobfit.policy.lagrangian import Constraint, solve
from jobfit.policy.trade_off import Chances, ExpectedSurplus, Floor, TradeOff
from jobfit.runs import Ranking
from jobfit.shortlist import Contribution, Explanation, Pool
from measure import timed

CANDIDATES, REPEATED = 1000, 50


def main() -> None:
    """Measure and write."""
    dice = np.random.default_rng(0)
    ids = tuple(f"c{n}" for n in range(CANDIDATES))
    parts = dice.random((CANDIDATES, 3)) / 3
    explained = {
        i: Explanation(
            tuple(Contribution(name, float(v)) for name, v in zip(("dense", "lexical", "required"), row)), ()
        )
        for i, row in zip(ids, parts)
    }
    ranking = Ranking.from_scores("q", ids, [why.score for why in explained.values()])
    chance = dict(zip(ids, dice.random(CANDIDATES).tolist()))
    chances = Chances(lambda asked: np.array([chance[i] for i in asked]), "platt")
    pool = Pool(ids)
    policies: dict[str, Any] = {
        "best first": BestFirst(),
        "one floor": TradeOff((Floor("qualification", 0.7, chances),)),
        "expected surplus": ExpectedSurplus(chances),
    }
    scores, columns = dice.random(CANDIDATES), dice.random((3, CANDIDATES))
    three = [Constraint(f"c{n}", column, 0.6) for n, column in enumerate(columns)]
    write(
        "policy",
        {
            **describe("numpy"),
            "candidates": CANDIDATES,
            "processor_milliseconds": {
                **{name: median(partial(p.decide, ranking, pool, explained, 20)) for name, p in policies.items()},
                "solver, one constraint": median(lambda: solve(scores, three[:1], 0.05)),
                "solver, three constraints": median(lambda: solve(scores, three, 0.05)),
            },
        },
    )


def median(work: Callable[[], Any]) -> dict[str, float]:
    """Return median and least of the processor milliseconds of 50 runs, the first left out."""
    work()
    taken = [timed(work)[0].processor * 1000 for _ in range(REPEATED)]
    return {"median": round(statistics.median(taken), 3), "min": round(min(taken), 3)}


if __name__ == "__main__":
    main()
