"""Policies that weigh two sides: a floor under what is expected of a list, and the expected surplus.

The score of a match says how well it suits who asks. Beside it stands the *chance*: would the other side accept? A
:class:`TradeOff` keeps the score and asks, of the list as a whole, that the expected chance (or the expected share of
requirements met) is at least so much; :class:`ExpectedSurplus` ranks by score times chance, which came near the
optimum in two field trials of a public employment service where each alone did not (Bied et al. 2026).

Nobody is left out by either: both reorder. The order is that of the adjusted scores, the same each time it is asked
for; the expectations are those of the distribution π over everyone ranked (:mod:`jobfit.policy.lagrangian`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InfeasibleError, PolicyError
from jobfit.policy.base import Policy, decisions
from jobfit.policy.floors import TEMPERATURE, Floors
from jobfit.policy.lagrangian import Constraint, Floats, Solution, solve
from jobfit.policy.scoring import requirement_contributions
from jobfit.records import RequirementKind
from jobfit.runs import Ranking
from jobfit.scorers.calibrators import Calibration
from jobfit.shortlist import Contribution, Decided, Decision, Explanation, Pool, Price, Status
from jobfit.structure.pay import yearly

Measure = Callable[[Sequence[str], Mapping[str, Explanation]], Floats]
"""One number for each id, in their order; nan where a text does not say it."""


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


def kilometres(ids: Sequence[str], explained: Mapping[str, Explanation]) -> Floats:
    """A :data:`Measure`: the distance of each pair in km; nan where a town is not known."""
    return np.array([explained[i].terms.kilometres for i in ids], dtype=np.float64)


def pay_in(currency: str) -> Measure:
    """Return the :data:`Measure` of pay a year (:func:`jobfit.structure.pay.yearly`); nan in another currency."""

    def of(ids: Sequence[str], explained: Mapping[str, Explanation]) -> Floats:
        return np.array([yearly(explained[i].terms.pay, currency) for i in ids], dtype=np.float64)

    return of


def in_these(vacancies: Collection[str]) -> Measure:
    """Return the :data:`Measure` that is 1 for ``vacancies`` and 0 for others: its expectation is their exposure."""
    named = frozenset(vacancies)
    return lambda ids, explained: np.array([float(i in named) for i in ids])


@dataclass(frozen=True, slots=True)
class Floor:
    """The expectation of ``measure`` over the list is ``least`` or more, or (where it is ``None``) ``most`` or less.

    A measure in a ``unit`` adds to a score by how far it is from what is asked: below it takes away.
    """

    name: str
    least: float | None
    measure: Measure
    most: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """A floor with its values: those who do not state it have the bound itself, so that they count for nothing.

    The expectation keeps the bound if and only if that over those who state it does: Σ π (p - bound) over them has the
    sign of E[p | stated] - bound.
    """

    asked: Constraint
    known: NDArray[np.bool_]
    unit: str

    @classmethod
    def of(cls, floor: Floor, ids: Sequence[str], explained: Mapping[str, Explanation]) -> _Measured:
        values = floor.measure(ids, explained)
        known = ~np.isnan(values)
        if not known.any():
            of = f"{floor.name} in {floor.unit}" if floor.unit else floor.name
            raise PolicyError(f"trade_off: no text here states {of}, so that nothing can be asked of it")
        asked = Constraint(floor.name, values[known], floor.least, floor.most)
        best = asked.sign * float((asked.sign * asked.values).max())
        if not known.all() and asked.sign * best < asked.sign * asked.bound:
            asks = f"{floor.name} {'at least' if floor.most is None else 'at most'} {asked.bound:.6g} {floor.unit}"
            raise InfeasibleError(
                f"no list has {asks} (best reachable, of those that state it: {best:.6g}); ask for no more than that",
                {floor.name: best},
            )
        filled = np.where(known, values, asked.bound)
        return cls(Constraint(floor.name, filled, floor.least, floor.most), known, floor.unit)

    @property
    def gains(self) -> Floats:
        """What one unit of the price adds to each score."""
        return self.asked.sign * (self.asked.values - (self.asked.bound if self.unit else 0.0))

    def expected(self, weights: Floats) -> float:
        return float(weights[self.known] @ self.asked.values[self.known] / weights[self.known].sum())

    def price(self, free: Solution, found: Solution, rows: Sequence[int]) -> Price:
        shown = [row for row in rows if self.known[row]]
        asked, kept = self.asked, float(found.weights[self.known].sum())
        return Price(
            asked.name, asked.least, self.expected(free.weights), self.expected(found.weights),
            float(asked.values[shown].mean()) if shown else None, found.prices[asked.name], asked.most, self.unit,
            min(1.0, kept),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TradeOff:
    """A :class:`~jobfit.policy.base.Policy`: the best scores of those distributions that keep every floor.

    Everyone is ordered by score + Σ price x measure, each price the lowest that keeps its floor in expectation; what
    a price adds stands among the contributions as ``trade_off:<name>``. At a lower ``temperature`` (in points of the
    score) attention is nearer to the top of the list. What a text does not say adds nothing and takes nothing away.
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
        measured = [_Measured.of(floor, ids, explained) for floor in self.floors]
        free, found = (solve(scores, asked, self.temperature) for asked in ((), [one.asked for one in measured]))
        for asked in (one.asked for one in measured):
            if not np.isfinite(found.prices[asked.name]):
                best, word = found.expected[asked.name], "most" if asked.least is not None else "least"
                raise PolicyError(
                    f"trade_off: {asked.name} {best:.4g} is the {word} that anybody here has, which leaves no choice: "
                    f"ask for a little {'less' if asked.least is not None else 'more'}"
                )
        prices = np.array([found.prices[one.asked.name] for one in measured])
        table = np.array([one.gains for one in measured])

        def adjusted(row: int) -> Explanation:
            why = explained[ids[row]]
            added = (
                Contribution(f"trade_off:{one.asked.name}", float(part))
                for one, part in zip(measured, (prices * table[:, row]).tolist())
            )
            return replace(why, contributions=(*why.contributions, *added))

        entries = _best(ranking, scores + prices @ table, adjusted, k)
        row = {i: n for n, i in enumerate(ids)}
        rows = [row[entry.id] for entry in entries]
        return Decided(entries, tuple(one.price(free, found, rows) for one in measured))


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
            return replace(why, contributions=tuple(Contribution(p.name, p.value * chance) for p in why.contributions))

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
        PolicyError: it asks for chances that no model gives, or for what one list cannot have.
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
        "qualification": None if experts is None else experts.qualification,
        "preference": None if experts is None else experts.preference,
        "requirements": requirements_met,
        "location": kind_met(RequirementKind.LOCATION),
        "condition": kind_met(RequirementKind.CONDITION),
    }
    asked = [
        Floor(name, least, measure)
        for name, measure in measures.items()
        if (least := getattr(floors, name)) is not None and measure
    ]
    if pay := floors.pay:
        asked.append(Floor("pay", pay.at_least, pay_in(pay.currency), pay.at_most, f"{pay.currency} a year"))
    if floors.distance is not None:
        asked.append(Floor("distance", None, kilometres, floors.distance, "km"))
    for name, bound in floors.exposures.items():
        if not bound.vacancies:
            raise PolicyError(
                "trade_off: exposure without vacancies bounds each of them over many lists, and this is one: name some "
                "(jobfit frontier and jobfit allocate --cap are about all lists)"
            )
        asked.append(Floor(name, bound.at_least, in_these(bound.vacancies), bound.at_most))
    return TradeOff(tuple(asked), floors.temperature)


def _best(ranking: Ranking, scores: Floats, adjusted: Callable[[int], Explanation], k: int) -> tuple[Decision, ...]:
    """Return the places by the exact sums of what ``adjusted`` gives; ``scores`` are these but for rounding.

    Only who can be among the first ``k`` is summed exactly.
    """
    last = float(np.partition(scores, -k)[-k]) if k < len(scores) else float(scores.min())
    rows = np.flatnonzero(scores >= last - 1e-9 * (1 + abs(last)))
    changed = {ranking.hits[row].document_id: adjusted(row) for row in rows.tolist()}
    best = Ranking.from_scores(ranking.query_id, tuple(changed), [why.score for why in changed.values()])
    return decisions(best, changed, k)
