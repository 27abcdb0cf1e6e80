"""Would the talent pool have helped? Past vacancies, asked as of their first application, against the log's own hires.

For each vacancy the pool is made as it was when the first person applied: by what the log said until then. Relevant are
those of the pool whom this vacancy hired afterwards; they had come by another one. Everybody else counts as not
relevant, although most never saw the vacancy, so that the values are lower bounds; compare them with chance and with
each other.

The vacancies are split by time: alpha is chosen on the earlier ones, and measured on the later ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt
from statistics import fmean, stdev

from jobfit.errors import InputError
from jobfit.evaluation.compare import Difference, compare_all
from jobfit.evaluation.measures import Aggregate, Pools, evaluate
from jobfit.policy.requirements import Requirements
from jobfit.records import Vacancy
from jobfit.runs import Qrels, Ranking, Run
from jobfit.sourcing.pool import TalentPool
from jobfit.sourcing.results import ALPHA, Terms
from jobfit.sourcing.scoring import Parts, Rows

ALPHAS = tuple(step / 10 for step in range(11))
CHOSEN_BY = "nDCG@10"
MEASURES = (CHOSEN_BY, "R@10", "R@100")
DEPTH = 100
VALIDATION = 0.4  # share of the vacancies, the earliest, on which alpha is chosen


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A past vacancy: its pool (``rows`` of the parts' ids) at ``moment``, and whom of it the vacancy hired later."""

    id: str
    moment: datetime
    parts: Parts
    rows: Rows
    hired: frozenset[str]

    def ranking(self, alpha: float) -> Ranking:
        return replace(self.parts.best(self.rows, alpha, DEPTH), query_id=self.id)


@dataclass(frozen=True, slots=True)
class SourcingReport:
    """What the time split gave.

    validation, test: how many vacancies; ``relevant``: people to be found in the tested ones.
    without:          vacancies with applications that hired nobody of their pool, and so ask nothing.
    chosen:           the alpha chosen on validation; ``grid`` has the mean nDCG@10 there for every alpha tried.
    systems:          measures on the tested vacancies, each with interval, n and chance.
    differences:      each system minus the cosine alone, by the same vacancies.
    """

    validation: int
    test: int
    relevant: int
    without: int
    chosen: float
    grid: Mapping[str, float]
    systems: Mapping[str, Mapping[str, Aggregate]]
    differences: Mapping[str, Mapping[str, Difference]]


def questions(pool: TalentPool, vacancies: Iterable[Vacancy], terms: Terms, name: str = "") -> list[Question]:
    """Return the vacancies that hired somebody of their pool, each as of its first application, earliest first.

    ``terms`` apply but for the day; ``name`` goes before the ids, so that those of several markets can be put together.
    """
    first, hires = pool.log.first_applications(), pool.log.hires()
    found: list[tuple[Vacancy, Rows, frozenset[str]]] = []
    for vacancy in (one for one in vacancies if one.id in first and one.id in hires):
        moment = first[vacancy.id]
        then = replace(terms, as_of=moment.date())
        rows, _ = pool.members(vacancy.id, moment, pool.log.standing(moment), then)
        if hired := hires[vacancy.id].intersection(pool.ids[rows]):
            found.append((vacancy, rows, frozenset(hired)))
    parts = pool.parts([vacancy for vacancy, *_ in found], Requirements())
    made = [
        Question(name + vacancy.id, first[vacancy.id], own, rows, hired)
        for own, (vacancy, rows, hired) in zip(parts, found, strict=True)
    ]
    return sorted(made, key=lambda question: (question.moment, question.id))


def split(asked: Sequence[Question]) -> tuple[Sequence[Question], Sequence[Question]]:
    """Return the earlier questions, for validation, and the later ones.

    Raises:
        InputError: fewer than two, so that nothing can be both chosen and tested.
    """
    if len(asked) < 2:
        raise InputError(
            f"{len(asked)} vacancies of the log hired somebody who was in the talent pool by an earlier application; "
            "an evaluation needs at least 2, and some hundred to say anything"
        )
    ordered = sorted(asked, key=lambda question: (question.moment, question.id))
    cut = min(max(1, round(VALIDATION * len(ordered))), len(ordered) - 1)
    return ordered[:cut], ordered[cut:]


def evaluate_sourcing(
    validation: Sequence[Question], test: Sequence[Question], without: int = 0, default: float = ALPHA, seed: int = 0
) -> SourcingReport:
    """Choose alpha on ``validation`` by nDCG@10, and measure on ``test``.

    Chosen is the largest alpha within one standard error of the best mean (Breiman et al. 1984): where the data do not
    tell two apart, the one that asks less of the reading of skills, which overlooks some.
    """
    values = {alpha: _values(validation, alpha, seed) for alpha in ALPHAS}
    grid = {alpha: fmean(of) for alpha, of in values.items()}
    best = max(grid, key=lambda alpha: grid[alpha])
    error = stdev(values[best]) / sqrt(len(validation)) if len(validation) > 1 else 0.0
    chosen = max(alpha for alpha in ALPHAS if grid[alpha] >= grid[best] - error)
    alphas = {"cosine alone": 1.0, "coverage alone": 0.0, f"alpha {default:g} (default)": default}
    if chosen != default:
        alphas[f"alpha {chosen:g} (chosen)"] = chosen
    runs = [_run(name, test, alpha) for name, alpha in alphas.items()]
    compared = compare_all(runs, _qrels(test), MEASURES, seed, pools=_pools(test))
    return SourcingReport(
        len(validation), len(test), sum(len(question.hired) for question in test), without, chosen,
        {f"{alpha:g}": value for alpha, value in grid.items()},
        {report.run: report.aggregate for report in compared.reports},
        {runs[pairing.b].name: pairing.measures for pairing in compared.pairings},
    )  # fmt: skip


def _values(asked: Sequence[Question], alpha: float, seed: int) -> list[float]:
    """Return nDCG@10 of each question; every one has somebody relevant."""
    return list(evaluate(_run("", asked, alpha), _qrels(asked), (CHOSEN_BY,), seed).per_query[CHOSEN_BY].values())


def _run(name: str, asked: Sequence[Question], alpha: float) -> Run:
    return Run(name, {question.id: question.ranking(alpha) for question in asked})


def _qrels(asked: Sequence[Question]) -> Qrels:
    return Qrels({question.id: dict.fromkeys(question.hired, 1) for question in asked})


def _pools(asked: Sequence[Question]) -> Pools:
    return Pools.of_lists({question.id: question.parts.ids[question.rows].tolist() for question in asked})
