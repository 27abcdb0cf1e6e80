"""Both experts against a market's truth: what each treatment of the censoring leaves of its bias; and two policies.

    python benchmarks/experts.py --cache vectors.sqlite         # results/experts.json, frontier.svg

One market is learnt from (its people split into training and validation), another is held out whole. What a log cannot
say, the held-out market's truth does: P(apply) and P(accept) of everybody, those included who never apply. Beside the
exact policy stands JobRec's own learned lambda network, as an ablation.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from environment import RESULTS, describe, write
from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.encoders.loading import load_encoder
from jobfit.experiments.market import market_records
from jobfit.experiments.steering import SteeredList, steer, steering_plot
from jobfit.policy.lagrangian import Constraint, solve
from jobfit.simulation.funnel import odds
from jobfit.simulation.market import Market, simulate
from jobfit.simulation.settings import MarketSettings
from jobfit.training.expert_features import expert_features, schema_features
from jobfit.training.experts import Experts, ExpertSettings, Shown, fit_experts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LOOKS = 20
TODAY = date(2026, 1, 1)
VERDICTS = {"hired": 1.0, "offer_declined": 1.0, "rejected_cv": 0.0, "rejected_interview": 0.0}  # others: unknown
THIRDS = ("least", "mid", "most")
TREATMENTS = ("applicants", "ips", "dr", "esmm")


def main() -> None:
    """Measure, write, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--encoder", default="all-MiniLM-L6-v2")
    parser.add_argument("--candidates", type=int, default=300)
    parser.add_argument("--held-out", type=int, default=90)
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args()
    encoder = load_encoder(options.encoder, cache=options.cache)
    learnt = simulate(settings(options.candidates, options.candidates // 5), 1)
    tested = simulate(settings(options.held_out, options.held_out // 3), 1_000_001)
    rows, columns = learnt.shown.candidate, learnt.shown.opening
    train, validation = split(logged(learnt, Reader(learnt, encoder).features(rows, columns)))
    dice = np.random.default_rng(0)
    people = np.repeat(np.arange(len(tested.people)), LOOKS)
    asked = np.concatenate([dice.choice(len(tested.openings), LOOKS, replace=False) for _ in tested.people])
    features = Reader(tested, encoder).features(people, asked)
    truth = odds(tested.q[people, asked], tested.p[people, asked])
    applies, accepts = truth.applies, truth.accepted
    found: dict[str, list[dict[str, float]]] = {}
    for seed in range(options.seeds):
        for treatment in TREATMENTS:
            experts = fit_experts(train, validation, ExpertSettings(treatment, steps=100, together=50, seed=seed))
            found.setdefault(treatment, []).append(against(*experts.chances(features), applies, accepts))
            if treatment == "applicants" and seed == 0:
                kept = experts
    liked = np.searchsorted((0.5, 0.65, 0.8), tested.p[people, asked], side="right")
    preference, qualification = kept.chances(features)
    lists = [
        SteeredList(str(n), tuple(map(str, asked[mine])), preference[mine], qualification[mine], liked[mine])
        for n in range(len(tested.people))
        if len(mine := np.flatnonzero(people == n))
    ]
    points, surplus = steer(lists, points=9)
    (RESULTS / "frontier.svg").write_text(steering_plot(points, surplus, 10), encoding="utf-8")
    write(
        "experts",
        {
            **describe("torch", "numpy", "scipy"),
            "encoder": encoder.fingerprint,
            "shown": {"train": counts(train), "validation": counts(validation)},
            "held_out_pairs": len(people),
            "share_accepted_of_everybody": round(float(accepts.mean()), 4),
            "share_accepted_of_who_would_apply": round(float((accepts * applies).sum() / applies.sum()), 4),
            "treatments": {name: spread(of) for name, of in found.items()},
            "reliability_of_applicants_expert": reliability(qualification, accepts),
            "frontier": {"points": [asdict(one) for one in points], "surplus": asdict(surplus)},
            "learned_lambda": learned_lambda(kept, train, features, people, liked),
        },
    )


def settings(candidates: int, vacancies: int) -> MarketSettings:
    return MarketSettings(candidates, vacancies, languages=("en",), seen=24, label_noise=0.0)


class Reader:
    """The features of a market's pairs: its records as the rules read them, its masked texts as the encoder does."""

    def __init__(self, market: Market, encoder: Encoder) -> None:
        self.people, self.openings = market_records(market)
        self.u = encoder.encode([render(one) for one in self.people], "document").vectors
        self.v = encoder.encode([render(one) for one in self.openings], "query").vectors

    def features(self, rows: Ints, columns: Ints) -> NDArray[np.float32]:
        schema = [
            schema_features(self.people[row], self.openings[column], TODAY)
            for row, column in zip(rows.tolist(), columns.tolist())
        ]
        return expert_features(self.u[rows], self.v[columns], schema)


def logged(market: Market, features: NDArray[np.float32]) -> Shown:
    """Return what the log says of the shown pairs; a status that tells no verdict leaves it unknown."""
    status = {(one.candidate_id, one.vacancy_id): one.status for one in market.applications}
    shown = market.shown
    of = [
        status.get((market.people[row].id, market.openings[column].id))
        for row, column in zip(shown.candidate.tolist(), shown.opening.tolist())
    ]
    verdict = np.array([VERDICTS.get(one or "", np.nan) for one in of])
    return Shown(features, shown.candidate.astype(np.intp), np.array([one is not None for one in of]), verdict)


def split(shown: Shown) -> tuple[Shown, Shown]:
    """Every fifth person validates."""
    held = shown.person % 5 == 0
    first, second = (
        Shown(shown.features[of], shown.person[of], shown.applied[of], shown.verdict[of]) for of in (~held, held)
    )
    return first, second


def counts(shown: Shown) -> dict[str, int]:
    judged = shown.judged
    return {
        "pairs": len(shown.applied), "applied": int(shown.applied.sum()), "judged": int(judged.sum()),
        "accepted": int((shown.verdict[judged] == 1).sum()),
    }  # fmt: skip


def against(first: Floats, second: Floats, applies: Floats, accepts: Floats) -> dict[str, float]:
    """Return how far the chances are from the truth, over everybody and by how likely they are to apply."""
    thirds = np.searchsorted(np.quantile(applies, (1 / 3, 2 / 3)), applies)
    gap = second - accepts
    return {
        "bias": float(gap.mean()),
        "bias_of_who_would_apply": float((gap * applies).sum() / applies.sum()),
        **{
            f"bias_{name}_third_to_apply": float(gap[thirds == n].mean())
            for n, name in enumerate(("least", "mid", "most"))
        },
        "absolute_error": float(abs(gap).mean()),
        "ece": ece(second, accepts),
        "correlation": float(np.corrcoef(second, accepts)[0, 1]),
        "preference_absolute_error": float(abs(first - applies).mean()),
        "preference_correlation": float(np.corrcoef(first, applies)[0, 1]),
    }


def ece(said: Floats, true: Floats) -> float:
    """Return the calibration error over ten bins of equal mass, against true chances."""
    return float(sum(abs(said[part].sum() - true[part].sum()) for part in _tenths(said)) / len(said))


def reliability(said: Floats, true: Floats) -> list[dict[str, float]]:
    return [{"said": round(float(said[p].mean()), 4), "true": round(float(true[p].mean()), 4)} for p in _tenths(said)]


def _tenths(said: Floats) -> Sequence[NDArray[np.intp]]:
    return np.array_split(np.argsort(said, kind="stable"), 10)


def spread(found: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return mean, least and most over seeds."""
    return {
        name: {
            "mean": round(float(np.mean(values)), 4), "min": round(min(values), 4), "max": round(max(values), 4),
        }
        for name in found[0]
        for values in [[one[name] for one in found]]
    }  # fmt: skip


def learned_lambda(
    experts: Experts, train: Shown, features: NDArray[np.float32], people: Ints, liked: Ints
) -> dict[str, Any]:
    """JobRec's stage 2 beside the exact policy: s + lambda(h) x logit, with a multiplier of either sign.

    The published code's objective (InfoNCE + mu (tau - C), mu moved by eta (tau - C) a pass), on these experts.
    """
    ours = experts.chances(features)[1]
    sizes = np.bincount(people)
    scores = experts.logits(features)[0]
    free = solve(scores, (), 1.0, sizes=sizes.tolist())
    start = float(free.weights @ ours) / len(sizes)
    most = float(np.mean([ours[people == n].max() for n in range(len(sizes))]))
    rows = {}
    for share in (0.3, 0.6):
        tau = start + share * (most - start)
        exact = solve(scores, [Constraint("q", ours, tau)], 1.0, sizes=sizes.tolist())
        rows[f"{tau:.3f}"] = {
            "exact": {"reached": exact.expected["q"], "price": exact.prices["q"]},
            "learned": _jobrec(experts, train, features, people, tau),
        }
    return {"without": start, "most": most, "asked": rows}


def _jobrec(
    experts: Experts, train: Shown, features: NDArray[np.float32], people: Ints, tau: float
) -> dict[str, float]:
    torch.manual_seed(0)
    mean, deviation = experts.scale
    head = torch.nn.Sequential(torch.nn.Linear(features.shape[1], 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
    optimiser = torch.optim.AdamW(head.parameters(), 1e-3)

    def parts(x: NDArray[np.float32]) -> tuple[torch.Tensor, ...]:
        s, logit = (torch.from_numpy(z).float() for z in experts.logits(x))
        chance = torch.from_numpy(experts.chances(x)[1]).float()
        return torch.from_numpy((x - mean) / deviation).float(), s, logit, chance

    def shares(z: torch.Tensor, lists: torch.Tensor) -> torch.Tensor:
        grown = torch.exp(z - z.max())
        return grown / torch.zeros(int(lists.max()) + 1).index_add(0, lists, grown)[lists]

    x, s, logit, chance = parts(train.features)
    lists = torch.from_numpy(np.unique(train.person, return_inverse=True)[1])
    applied = torch.from_numpy(train.applied).float()
    mu = 0.0
    for _ in range(200):
        optimiser.zero_grad()
        pi = shares(s + head(x).squeeze(1).clamp(-5, 5) * logit, lists)
        reached = (pi * chance).sum() / (int(lists.max()) + 1)
        info = -(applied * torch.log(pi.clamp_min(1e-12))).sum() / applied.sum()
        (info + mu * (tau - reached)).backward()
        optimiser.step()
        mu += 0.01 * (tau - float(reached.detach()))
    with torch.no_grad():
        x, s, logit, chance = parts(features)
        weights = head(x).squeeze(1).clamp(-5, 5)
        pi = shares(s + weights * logit, torch.from_numpy(people))
    return {
        "reached": float((pi * chance).sum() / (people.max() + 1)),
        "multiplier": mu,
        "share_of_pairs_where_more_qualified_scores_less": float((weights < 0).float().mean()),
    }


if __name__ == "__main__":
    main()
