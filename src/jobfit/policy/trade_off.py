"""Policies that weigh two sides: a floor under what is expected of a list, and the expected surplus.

The score of a match says how well it suits who asks. Beside it stands the *chance*: would the other side accept? A
:class:`TradeOff` keeps the score and asks, of the list as a whole, that the expected chance (or the expected share of
requirements met) is at least so much; :class:`ExpectedSurplus` ranks by score times chance, which came near the
optimum in two field trials of a public employment service where each alone did not (Bied et al. 2026).

Nobody is left out by either: both reorder. The order is that of the adjusted scores, the same each time it is asked
for; the expectations are those of the distribution π over everyone ranked (:mod:`jobfit.policy.lagrangian`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jobfit.errors import PolicyError
from jobfit.policy.base import Policy, decisions
from jobfit.policy.lagrangian import Constraint, Floats, Solution, solve
from jobfit.policy.requirements import TEMPERATURE, Floors
from jobfit.policy.scoring import requirement_contributions
from jobfit.records import RequirementKind
from jobfit.runs import Ranking
from jobfit.scorers.calibrators import Calibration
from jobfit.shortlist import Contribution, Decided, Decision, Explanation, Pool, Price, Status

Measure = Callable[[Sequence[str], Mapping[str, Explanation]], Floats]
"""One number for each id, in their order."""


def refuse_uncalibrated(calibration: Calibration, name: str) -> None:
    """Raise :class:`PolicyError` where what ``name`` says was not calibrated."""
    if calibration == "none":
        raise PolicyError(
            f"{name} is not calibrated, so a share of it cannot be promised: train it again with the calibration platt "
            "(or isotonic, temperature), which is fitted on validation"
        )


@dataclass(frozen=True, slots=True)
class Chances:
    """A :data:`Measure`: the calibrated probability that one side accepts.

    ``of`` gives it for ids; ``calibration`` says by which method it was calibrated; ``name`` whose it is.

    Raises:
        PolicyError: it was not calibrated: then "at least 0.6" means nothing.
    """

    of: Callable[[Sequence[str]], Floats]
    calibration: Calibration
    name: str = "the qualification"

    def __post_init__(self) -> None:
        refuse_uncalibrated(self.calibration, self.name)

    def __call__(self, ids: Sequence[str], explained: Mapping[str, Explanation]) -> Floats:
        values = np.asarray(self.of(ids), dtype=np.float64)
        if not ((values >= 0) & (values <= 1)).all():
            raise PolicyError(f"{self.name} is not a probability from 0 to 1")
        return values


def requirements_met(ids: Sequence[str], explained: Mapping[str, Explanation]) -> Floats:
    """A :data:`Measure`: the share of the requirements' weight that is *met*; unknown is not met, and not missing.

    Raises:
        PolicyError: nothing is required, so that there is no share.
    """
    if any(not explained[i].ledger for i in ids):
        raise PolicyError("trade_off: a share of the requirements is asked for, and here nothing is required")
    return np.array([sum(part.value for part in requirement_contributions(explained[i].ledger, 1.0)) for i in ids])


def kind_met(kind: RequirementKind) -> Measure:
    """Return the :data:`Measure` that is 1 where every requirement (or wish) of a kind is *met*, else 0.

    It raises :class:`PolicyError` where no such thing is asked.
    """

    def of(ids: Sequence[str], explained: Mapping[str, Explanation]) -> Floats:
        lines = [[line for line in explained[i].ledger if line.requirement.kind is kind] for i in ids]
        if any(not found for found in lines):
            raise PolicyError(f"trade_off: a share by {kind} is asked for, and here no {kind} is required or wished")
        return np.array([float(all(line.status is Status.MET for line in found)) for found in lines])

    return of


@dataclass(frozen=True, slots=True)
class Floor:
    """The expectation of ``measure`` over the list is ``least`` or more."""

    name: str
    least: float
    measure: Measure


@dataclass(frozen=True, slots=True)
class TradeOff:
    """A :class:`~jobfit.policy.base.Policy`: the best scores of those distributions that keep every floor.

    Everyone is ordered by score + Σ price x measure, each price the lowest that keeps its floor in expectation; what
    a price adds stands among the contributions as ``trade_off:<name>``. At a lower ``temperature`` (in points of the
    score) attention is nearer to the top of the list.
    """

    floors: tuple[Floor, ...]
    temperature: float = TEMPERATURE

    def decide(self, ranking: Ranking, pool: Pool, explained: Mapping[str, Explanation], k: int) -> Decided:
        """See :class:`~jobfit.policy.base.Policy`.

        Raises:
            InfeasibleError: a floor above what this list can reach; it says what it can reach.
            PolicyError: a measure that has no value here.
        """
        if not ranking.hits:
            return Decided(())
        ids = ranking.document_ids
        scores = np.array([hit.score for hit in ranking.hits])
        measured = [Constraint(f.name, f.measure(ids, explained), f.least) for f in self.floors]
        free, found = (solve(scores, asked, self.temperature) for asked in ((), measured))
        if at_limit := [name for name, price in found.prices.items() if not np.isfinite(price)]:
            best = found.expected[at_limit[0]]
            raise PolicyError(
                f"trade_off: {at_limit[0]} {best:.4g} is the most that anybody here has, which leaves no choice: ask "
                "for a little less"
            )
        prices = np.array([found.prices[c.name] for c in measured])
        table = np.array([c.values for c in measured])

        def adjusted(row: int) -> Explanation:
            why = explained[ids[row]]
            added = (
                Contribution(f"trade_off:{c.name}", float(part))
                for c, part in zip(measured, (prices * table[:, row]).tolist())
            )
            return Explanation((*why.contributions, *added), why.ledger)

        entries = _best(ranking, scores + prices @ table, adjusted, k)
        return Decided(entries, _prices(measured, free, found, ids, [entry.id for entry in entries]))


@dataclass(frozen=True, slots=True)
class ExpectedSurplus:
    """A :class:`~jobfit.policy.base.Policy`: by score x ``chance``, the utility times the probability of getting it.

    Each contribution is multiplied by the chance, so that they still sum to the score.
    """

    chance: Measure

    def decide(self, ranking: Ranking, pool: Pool, explained: Mapping[str, Explanation], k: int) -> Decided:
        """See :class:`~jobfit.policy.base.Policy`.

        Raises:
            PolicyError: a score below 0, of which a smaller chance would make more.
        """
        if not ranking.hits:
            return Decided(())
        if ranking.hits[-1].score < 0:
            last = ranking.hits[-1].document_id
            raise PolicyError(f"the expected surplus needs scores from 0 on, and that of {last!r} is below")
        ids = ranking.document_ids
        chances = self.chance(ids, explained)

        def adjusted(row: int) -> Explanation:
            why, chance = explained[ids[row]], float(chances[row])
            return Explanation(tuple(Contribution(p.name, p.value * chance) for p in why.contributions), why.ledger)

        scores = np.array([hit.score for hit in ranking.hits])
        return Decided(_best(ranking, scores * chances, adjusted, k))


@dataclass(frozen=True, slots=True)
class ExpertChances:
    """What trained models give a policy; a pair classifier knows no ``preference``.

    qualification: would the employer accept. preference: would the candidate apply. success: what the expected surplus
    multiplies with: would the side that does not ask accept.
    """

    qualification: Chances
    success: Chances
    preference: Chances | None = None


def policy_of(floors: Floors, experts: ExpertChances | None = None) -> Policy:
    """Return the policy that a policy file's ``trade_off`` asks for.

    Raises:
        PolicyError: it asks for chances that no model gives.
    """
    if experts is None and (floors.surplus or floors.qualification is not None or floors.preference is not None):
        raise PolicyError("trade_off: these chances come from an expert; name one with --qualification FOLDER")
    if floors.preference is not None and (experts is None or experts.preference is None):
        raise PolicyError(
            "trade_off: a pair classifier does not know who would apply: a preference needs --qualification with a "
            "folder of `jobfit experts`"
        )
    if floors.surplus:
        assert experts is not None  # checked above
        return ExpectedSurplus(experts.success)
    measures: dict[str, Measure | None] = {
        "qualification": experts and experts.qualification,
        "preference": experts and experts.preference,
        "requirements": requirements_met,
        "location": kind_met(RequirementKind.LOCATION),
        "condition": kind_met(RequirementKind.CONDITION),
    }
    asked = {name: (getattr(floors, name), measure) for name, measure in measures.items()}
    return TradeOff(
        tuple(Floor(n, least, measure) for n, (least, measure) in asked.items() if least is not None and measure),
        floors.temperature,
    )


def _best(ranking: Ranking, scores: Floats, adjusted: Callable[[int], Explanation], k: int) -> tuple[Decision, ...]:
    """Return the places by the exact sums of what ``adjusted`` gives; ``scores`` are these but for rounding.

    Only who can be among the first ``k`` is summed exactly.
    """
    last = float(np.partition(scores, -k)[-k]) if k < len(scores) else float(scores.min())
    rows = np.flatnonzero(scores >= last - 1e-9 * (1 + abs(last)))
    changed = {ranking.hits[row].document_id: adjusted(row) for row in rows.tolist()}
    best = Ranking.from_scores(ranking.query_id, tuple(changed), [why.score for why in changed.values()])
    return decisions(best, changed, k)


def _prices(
    measured: Sequence[Constraint], free: Solution, found: Solution, ids: Sequence[str], shown: Sequence[str]
) -> tuple[Price, ...]:
    row = {i: n for n, i in enumerate(ids)}
    rows = [row[i] for i in shown]
    return tuple(
        Price(
            c.name, c.bound, float(free.weights @ c.values), found.expected[c.name], float(c.values[rows].mean()),
            found.prices[c.name],
        )
        for c in measured
    )  # fmt: skip
