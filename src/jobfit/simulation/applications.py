"""Applications: candidates see some vacancies, apply by preference, and are screened and hired by qualification.

The probabilities are those of :mod:`jobfit.simulation.funnel`. An application follows the showing after an exponential
time (mean 1 day), the screening after another (mean 12), the interview after another (mean 10). What is still open
when the log ends has the status ``applied`` or ``interview``. Each vacancy decides in the order of time until its
positions are filled; from then on an application is closed unjudged (``vacancy_filled``) with the probability that the
setting ``censoring`` gives, and otherwise judged all the same, which leads to the talent pool at best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from jobfit.records import Outcome
from jobfit.simulation.columns import Floats, Ints, OpeningTable, PeopleTable
from jobfit.simulation.dice import dice_for
from jobfit.simulation.exposure import Exposure
from jobfit.simulation.funnel import odds
from jobfit.simulation.latent import LOG_DAYS
from jobfit.simulation.settings import MarketSettings, month_number
from jobfit.simulation.truth import scores
from jobfit.simulation.world import World

APPLY_DAYS, SCREEN_DAYS, INTERVIEW_DAYS = 1.0, 12.0, 10.0
POOLED = 0.25  # share of those turned down after an interview who are kept in the talent pool
OUTCOMES = {  # in the order of their codes: undecided, then decided from worst to best
    "withdrawn": Outcome.CENSORED,
    "no_response": Outcome.CENSORED,
    "applied": Outcome.CENSORED,
    "interview": Outcome.CENSORED,
    "rejected_cv": Outcome.REJECTED,
    "rejected_interview": Outcome.REJECTED,
    "talent_pool": Outcome.TALENT_POOL,
    "offer_declined": Outcome.TALENT_POOL,
    "hired": Outcome.HIRED,
    "vacancy_filled": Outcome.CENSORED,
}
STATUSES = tuple(OUTCOMES)
CODE = {status: number for number, status in enumerate(STATUSES)}
_DRAWS = 15  # uniform numbers for each showing


@dataclass(frozen=True, slots=True)
class Showings:
    """Who was shown what and when: candidate numbers from 0, opening columns, days of the log, and the scores."""

    candidate: Ints
    opening: Ints
    day: Floats
    q: Floats
    p: Floats


@dataclass(frozen=True, slots=True)
class Filed:
    """Applications before the vacancies settle them. ``verdict`` is a code of ``STATUSES``; ``coin`` is uniform.

    ``time`` and ``decided`` are days of the log; ``decided`` is not a number where nothing has been decided.
    """

    candidate: Ints
    opening: Ints
    time: Floats
    decided: Floats
    verdict: Ints
    coin: Floats


def show_and_apply(
    people: PeopleTable, first: int, shift: Floats, market: tuple[MarketSettings, int, World], exposure: Exposure
) -> tuple[Showings, Filed]:
    """Return what the people are shown and where they apply.

    ``first`` is the number of the first of them, counted from 0; ``shift`` the bias against each; ``market`` settings,
    seed and world. Each candidate has dice of their own, so that the result does not depend on who comes with them.
    """
    settings, seed, world = market
    dice = (dice_for(seed, "applications", number + 1) for number in range(first, first + len(people.ids)))
    uniform = np.stack([own.generator.random((settings.seen, _DRAWS)) for own in dice])
    column, day = exposure.draw(people.aspires, people.town, uniform[..., :4])
    rows, showing = _once(column, day)
    columns, days, drawn = column[rows, showing], day[rows, showing], uniform[rows, showing, 4:]
    q, p = scores((people, exposure.openings), rows, columns, world)
    shown = Showings(first + rows, columns, days, q, p)
    chances = odds(q, p, shift[rows], noise=settings.label_noise, censoring=settings.censoring)
    applied = np.flatnonzero(drawn[:, 0] < chances.applies)
    time = days[applied] - APPLY_DAYS * np.log1p(-drawn[applied, 1])
    applied, time = applied[time < LOG_DAYS], time[time < LOG_DAYS]
    u = drawn[applied]
    screening = time - SCREEN_DAYS * np.log1p(-u[:, 2])
    interview = screening - INTERVIEW_DAYS * np.log1p(-u[:, 3])
    passed, liked = u[:, 4] < chances.screened[applied], u[:, 5] < chances.interviewed[applied]
    first_that_holds = {
        "withdrawn": u[:, 7] < chances.withdraws[applied],
        "no_response": u[:, 8] < chances.unanswered[applied],
        "applied": screening >= LOG_DAYS,
        "rejected_cv": ~passed,
        "interview": interview >= LOG_DAYS,
        "talent_pool": ~liked & (u[:, 9] < POOLED),
        "rejected_interview": ~liked,
        "offer_declined": u[:, 6] >= chances.joins[applied],
    }
    codes = [CODE[status] for status in first_that_holds]
    verdict = np.select(list(first_that_holds.values()), codes, CODE["hired"])
    decided = np.where(passed, interview, screening)
    return shown, Filed(first + rows[applied], columns[applied], time, decided, verdict, u[:, 10])


def _once(column: Ints, day: Floats) -> tuple[Ints, Ints]:
    """Return row and number of the showings in the log: of the same vacancy to the same person the first only."""
    rows = np.repeat(np.arange(len(column)), column.shape[1])
    order = np.lexsort((day.ravel(), column.ravel(), rows))
    same = (np.diff(rows[order]) == 0) & (np.diff(column.ravel()[order]) == 0)
    kept = np.sort(order[np.concatenate(([True], ~same)) & (day.ravel()[order] < LOG_DAYS)])
    return np.divmod(kept, column.shape[1])


def joined(filed: Sequence[Filed]) -> Filed:
    return Filed(*(np.concatenate([getattr(block, field.name) for block in filed]) for field in fields(Filed)))


def settle(filed: Filed, openings: OpeningTable, censoring: float) -> tuple[Ints, Floats]:
    """Return the status code of each application and the day on which it was decided (nan: it was not)."""
    hires = filed.verdict == CODE["hired"]
    judged = filed.verdict >= CODE["rejected_cv"]
    order = np.lexsort((filed.candidate, filed.decided, filed.opening))
    hired_before = np.cumsum(hires[order]) - hires[order]
    opening = filed.opening[order]
    starts = np.searchsorted(opening, opening)
    late = np.empty(len(order), dtype=bool)
    late[order] = hired_before - hired_before[starts] >= openings.positions[opening] if len(order) else False
    late &= judged
    status = filed.verdict.copy()
    status[late & (status >= CODE["talent_pool"])] = CODE["talent_pool"]
    status[late & (filed.coin < censoring)] = CODE["vacancy_filled"]
    return status, np.where(status < CODE["rejected_cv"], np.nan, filed.decided)


def moments(days: Floats, settings: MarketSettings) -> NDArray[np.datetime64]:
    """Return days of the log as UTC times to the minute (not a time where not a number)."""
    start = log_start(settings).replace(tzinfo=None)
    minutes = np.floor(np.where(np.isnan(days), 0, days) * 24 * 60).astype("timedelta64[m]")
    return np.where(np.isnan(days), np.datetime64("NaT"), np.datetime64(start, "m") + minutes)


def log_start(settings: MarketSettings) -> datetime:
    """Return the first moment of the log: 180 days before the end of the month ``today``."""
    following = month_number(settings.today) + 1
    return datetime(following // 12, following % 12 + 1, 1, tzinfo=UTC) - timedelta(days=LOG_DAYS)
