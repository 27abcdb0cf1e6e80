"""Lists for a whole market: what each way of making them brings, how long it takes, how memory grows.

    python benchmarks/congestion.py                     # results/congestion.json and its pictures; some minutes
    python benchmarks/congestion.py --largest 100000    # also 100,000 x 100,000, to the end; some minutes more

The market's own chances are used (what an impartial employer without noise would do), so that nothing here depends on a
model: it compares methods, not predictions. Sharpness and surplus of the matching are chosen on another seed. Beside
the methods stands a ceiling that no lists can pass.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from environment import RESULTS, describe, write
from jobfit.evaluation.matches import Lists, answered, lists_by, matches
from jobfit.evaluation.statistics import mean_interval
from jobfit.experiments.trade_off import plot_curves
from jobfit.policy.congestion import Dense, Factors, capped, match
from jobfit.simulation.funnel import odds
from jobfit.simulation.market import Block, Ground
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.truth import all_pairs
from measure import in_a_process, peak_gib, timed

Floats = NDArray[np.float64]
CHOSEN_ON, SEEDS, SIZES = 99, (1, 2, 3, 4, 5), ((400, 100), (400, 200), (400, 400))
SHORT = 20  # places of a list that is cut
DIMENSIONS = 32
GROWTH = (1000, 2000, 4000, 8000, 16_000)
SHARPNESS = 0.1  # of the growth
STEPS = ((400, 100, 0.1), (400, 400, 0.1), (1000, 1000, 0.3), (1000, 1000, 0.1), (1000, 1000, 0.05))  # n, m, beta
MOST_STEPS = 3000


def main() -> None:
    """Measure, write, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, help="one more size of the growth")
    parser.add_argument("--one", nargs=2, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(factors(*options.one)))
        return
    sizes = (*GROWTH, options.largest) if options.largest else GROWTH
    growth = [in_a_process(__file__, "--one", n, n) for n in sizes]
    result: dict[str, Any] = {
        **describe("numpy", "scipy"),
        "markets": {f"{n} x {m}": compare(n, m) for n, m in SIZES},
        "ten_thousand_by_a_thousand": large(),
        "growth": growth,
        "steps": [steps(*one) for one in STEPS],
        "dense_would_need_gib_at_100000": round(100_000**2 * 8 / 2**30, 1),
    }
    write("congestion", result)
    for what, along in (
        ("peak_gib", "GiB of memory at the most"),
        ("processor_seconds_a_step", "processor seconds a step"),
    ):
        points = [(float(one["n"]), float(one[what])) for one in growth]
        picture = plot_curves({f"{along} by n (n x n, factors)": {"measured": points}}, None, "n")
        (RESULTS / f"congestion-{what.replace('_', '-')}.svg").write_text(picture, encoding="utf-8")


def chances(n: int, m: int, seed: int) -> tuple[Floats, Floats, Ground, Block]:
    """Return applies and accepts (n, m) of a simulated market."""
    ground = Ground(MarketSettings(n, m, languages=("en",)), seed)
    block = Block(ground, 0, n)
    q, p = all_pairs(block.people, ground.openings, ground.world)
    found = odds(q.ravel(), p.ravel())
    return found.applies.reshape(q.shape), found.accepted.reshape(q.shape), ground, block


def matched(applies: Floats, accepts: Floats, surplus: str, beta: float) -> Floats:
    """Return the flow of the matching."""
    kernel = Dense(applies + accepts if surplus == "sum" else applies * accepts, beta)
    return match(kernel, tolerance=1e-6, steps=2000).flow(kernel)


def ceiling(chance: Floats, steps: int = 100) -> float:
    """Return a number of expected matches that no whole lists reach, at attention 1/r: the best of ``steps`` bounds.

    For any c > 0 and any lists with looks u and v, Σ chance u v ≤ √(Σ chance c u² · Σ chance v² / c) (Cauchy and
    Schwarz); of all lists the first sum is largest where rows are ordered by chance c, the second where columns are by
    chance / c. log c follows the subgradient, which is 0 where both orders look alike at every pair.
    """
    logs, best = np.zeros_like(chance), np.inf
    for step in range(steps):
        ours, theirs = chance * np.exp(logs), chance * np.exp(-logs)
        ours, theirs = ours * _looks(ours) ** 2, theirs * _looks(theirs.T).T ** 2
        best = min(best, float(np.sqrt(ours.sum() * theirs.sum())))
        logs -= (ours - theirs) / (ours + theirs + 1e-12) / (1 + 0.1 * step)
    return best


def _looks(scores: Floats) -> Floats:
    looks = np.empty_like(scores)
    places = 1.0 / np.arange(1, scores.shape[1] + 1)
    np.put_along_axis(looks, np.argsort(-scores, axis=1), np.broadcast_to(places, scores.shape), axis=1)
    return looks


def compare(n: int, m: int) -> dict[str, Any]:
    """Return what each method brings, over three seeds, with the surplus and beta that another seed chose."""
    applies, accepts, *_ = chances(n, m, CHOSEN_ON)
    settings = [(s, b) for s, betas in (("sum", (1.0, 0.3, 0.1, 0.05)), ("product", (0.1, 0.05, 0.03))) for b in betas]

    def expected(setting: tuple[str, float]) -> float:
        flow = matched(applies, accepts, *setting)
        return matches(lists_by(flow, flow.T), applies, accepts).expected

    surplus, beta = max(settings, key=expected)
    rows: dict[str, list[dict[str, float]]] = {}
    ceilings = []
    for seed in SEEDS:
        applies, accepts, ground, block = chances(n, m, seed)
        product = applies * accepts
        flow = matched(applies, accepts, surplus, beta)
        methods = {
            "naive": lists_by(applies, accepts.T),
            "product": lists_by(product, product.T),
            "matching": lists_by(flow, flow.T),
            "answered": lists_by(*answered(flow, flow.T, applies, accepts)),
        }
        ceilings.append(ceiling(product))
        for name, lists in methods.items():
            rows.setdefault(name, []).append(brought(lists, applies, accepts, ground, block))
        shared = capped(product, applies, np.maximum(1.0, ground.table.positions))
        crowd = (shared.attention * applies).sum(axis=0) / np.maximum(1.0, ground.table.positions)
        loose = capped(product, applies, 1e9)
        rows.setdefault("capped", []).append(
            {
                "most_applications_a_position": float(crowd.max()),
                "without_caps": float(((loose.attention * applies).sum(axis=0) / ground.table.positions).max()),
                "applies_and_is_accepted": float((shared.attention * product).sum()),
                "applies_and_is_accepted_without_caps": float((loose.attention * product).sum()),
            }
        )
    table = {name: {what: _mean([one[what] for one in of]) for what in of[0]} for name, of in rows.items()}
    ratio = {
        f"{method}_{what}_against_{other}": _mean([a[what] / b[what] for a, b in zip(rows[method], rows[other])])
        for method in ("matching", "answered")
        for what in ("expected", "expected_of_short_lists", "effective")
        for other in ("naive", "product")
    }
    ratio |= {
        f"ceiling_against_{other}": _mean([a / b["expected"] for a, b in zip(ceilings, rows[other])])
        for other in ("naive", "product", "answered")
    }
    return {
        "surplus": surplus, "beta": beta, "seeds": list(SEEDS), "methods": table, "ratios": ratio,
        "ceiling": _mean(ceilings),
    }  # fmt: skip


def brought(lists: Lists, applies: Floats, accepts: Floats, ground: Ground, block: Block) -> dict[str, float]:
    """Return matches, hires, envy, crowding, and the attention that employers pay to a person, by sex."""
    found = matches(lists, applies, accepts)
    envy = found.envy(applies, accepts)
    crowd = found.applications.sum(axis=0)
    seen = found.seen.sum(axis=0)
    sex = np.array([values["sex"] for values in block.groups])
    return {
        "expected": found.expected,
        "expected_of_short_lists": matches(
            Lists(lists.people[:, :SHORT], lists.vacancies[:, :SHORT]), applies, accepts
        ).expected,
        "effective": float(found.effective(ground.table.positions).mean()),
        "envy_people": float(envy[0]),
        "envy_vacancies": float(envy[1]),
        "most_applications": float(crowd.max()),
        **{f"attention_to_{group}": float(seen[sex == group].mean()) for group in sorted(set(sex.tolist()))},
        **{f"matches_of_{g}": float(found.pairs.sum(axis=1)[sex == g].mean()) for g in sorted(set(sex.tolist()))},
    }


def _mean(values: list[float]) -> dict[str, float]:
    found = mean_interval(values)
    ends = {name: round(end, 4) for name in ("low", "high") if (end := getattr(found, name)) is not None}
    return {"mean": round(found.mean or 0.0, 4), **ends, "min": round(min(values), 4), "max": round(max(values), 4)}


def large() -> dict[str, float]:
    """Return the seconds of 10,000 x 1,000 with a dense kernel, lists of 20 included."""
    dice = np.random.default_rng(0)
    surplus = dice.random((10_000, 1_000)) + dice.random((10_000, 1_000))
    kernel = Dense(surplus, 0.3)
    solving, done = timed(lambda: match(kernel, tolerance=1e-6))
    listing, _ = timed(lambda: done.best(kernel, 20))
    return {
        "seconds": round(solving.seconds + listing.seconds, 2), "processor_seconds": round(
            solving.processor + listing.processor, 2
        ), "of_them_solving": round(solving.processor, 2), "steps": done.steps, "change": done.change,
    }  # fmt: skip


def factors(n: int, m: int) -> dict[str, float]:
    """Return time and peak memory of n x m from factors, in this process: solved to the end, then both sides' lists.

    ``left_over`` is the largest share of anybody's capacity that the solution's own equations do not account for.
    """
    left, right = vectors(n, m)
    before = peak_gib()
    kernel = Factors(left, right, SHARPNESS)
    solving, done = timed(lambda: match(kernel, tolerance=1e-6))
    listing, lists = timed(lambda: done.best(kernel, SHORT))
    rows, columns = done.a**2, done.b**2
    for at, block in kernel.blocks():
        rows[at] += done.a[at] * (block @ done.b)
        columns += done.b * (done.a[at] @ block)
    return {
        "n": n, "m": m, "dimensions": DIMENSIONS, "beta": SHARPNESS, "steps": done.steps, "change": done.change,
        "left_over": float(np.abs(np.r_[rows, columns] - 1).max()), "matched": float(1 - (done.a**2).mean()),
        "processor_seconds_a_step": round(solving.processor / done.steps, 3),
        "processor_seconds_solving": round(solving.processor, 2),
        "processor_seconds_listing": round(listing.processor, 2),
        "seconds": round(solving.seconds + listing.seconds, 2), "vacancies_first_on_a_list": len(set(lists[0][:, 0])),
        "gib_before": before, "peak_gib": peak_gib(),
    }  # fmt: skip


def vectors(n: int, m: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return vectors (n, d) and (m, d) of length 1."""
    dice = np.random.default_rng(0)
    left, right = (dice.normal(size=(size, DIMENSIONS)).astype(np.float32) for size in (n, m))
    return left / np.linalg.norm(left, axis=1, keepdims=True), right / np.linalg.norm(right, axis=1, keepdims=True)


def steps(n: int, m: int, beta: float, tolerance: float = 1e-6) -> dict[str, float | None]:
    """Return the steps to the end, and those of the two sides fitted in turn alone; null: not within 3,000."""
    left, right = vectors(n, m)
    kernel = Dense((left @ right.T).astype(np.float64), beta)
    _, table = next(kernel.blocks())
    a, b, alone = np.ones(n), np.ones(m), None
    for step in range(1, MOST_STEPS + 1):
        pulls = table @ b
        new = 2 / (pulls + np.sqrt(pulls**2 + 4))
        pulls = new @ table
        old, a, b, was = a, new, 2 / (pulls + np.sqrt(pulls**2 + 4)), b
        if max(np.abs(1 - old / a).max(), np.abs(1 - was / b).max()) <= tolerance:
            alone = step
            break
    return {"n": n, "m": m, "beta": beta, "steps": match(kernel, tolerance=tolerance).steps, "in_turn": alone}


if __name__ == "__main__":
    main()
