"""Applications: candidates see some vacancies, apply by preference, and are screened and hired by qualification."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from jobfit.records import Application, Outcome
from jobfit.simulation.dice import Dice
from jobfit.simulation.openings import Opening
from jobfit.simulation.people import Person
from jobfit.simulation.settings import MarketSettings, month_number
from jobfit.simulation.truth import Matrix

SCREENING_NOISE = 0.08
INTERVIEW, GOOD = 0.5, 0.6  # what the employer must believe to invite, and to want to keep in touch
NO_NEWS = 0.08
Market = tuple[MarketSettings, Sequence[Person], Sequence[Opening]]


def draw_applications(market: Market, q: Matrix, p: Matrix, dice: Dice) -> tuple[Application, ...]:
    """Return every application with its end, by vacancy and then by time.

    A candidate comes across ``settings.seen`` vacancies (nearer to the preference p is likelier), applies to each
    with probability 1 / (1 + exp(-10 (p - 0.6))), and the employer judges q plus normal noise of 0.08.
    """
    settings, people, openings = market
    applied = _applied(p, settings.seen, dice)
    opened = month_number(settings.today)
    start = datetime(opened // 12, opened % 12 + 1, 1, 9, tzinfo=UTC) - timedelta(days=90)
    result: list[Application] = []
    for column, opening in enumerate(openings):
        rows = np.flatnonzero(applied[:, column])
        believed = q[rows, column] + dice.generator.normal(0, SCREENING_NOISE, len(rows))
        minutes = dice.generator.integers(0, 60 * 24 * 75, len(rows))
        ends = _ends(believed, opening.positions, dice)
        result += sorted(
            (
                Application(people[row].id, opening.id, status, outcome, start + timedelta(minutes=int(minute)))
                for row, (status, outcome), minute in zip(rows.tolist(), ends, minutes, strict=True)
            ),
            key=lambda application: (application.time, application.candidate_id),
        )
    return tuple(result)


def _applied(p: Matrix, seen: int, dice: Dice) -> np.ndarray:
    """Return a boolean matrix: who applies where. Exposure is a Gumbel top-``seen`` sample with weights exp(6 p)."""
    keys = 6 * p + dice.generator.gumbel(size=p.shape)
    seen = min(seen, p.shape[1])
    threshold = np.partition(keys, p.shape[1] - seen, axis=1)[:, p.shape[1] - seen]
    applies = dice.generator.random(p.shape) < 1 / (1 + np.exp(-10 * (p - 0.6)))
    return np.asarray((keys >= threshold[:, None]) & applies)


def _ends(believed: np.ndarray, positions: int, dice: Dice) -> list[tuple[str, Outcome]]:
    """Return status and outcome of each applicant: the best are hired, the good kept, the others turned down.

    Once the vacancy is filled, one in four of those that would have been invited is not judged any more.
    """
    best = set(np.argsort(-believed, kind="stable")[:positions].tolist())
    ends: list[tuple[str, Outcome]] = []
    for number, value in enumerate(believed):
        if number in best and value >= INTERVIEW:
            ends.append(("hired", Outcome.HIRED))
        elif dice.chance(NO_NEWS):
            ends.append(("no news", Outcome.CENSORED))
        elif value < INTERVIEW:
            ends.append(("rejected after screening", Outcome.REJECTED))
        elif dice.chance(0.25):
            ends.append(("position filled", Outcome.CENSORED))
        elif value >= GOOD:
            ends.append(("talent pool", Outcome.TALENT_POOL))
        else:
            ends.append(("rejected after interview", Outcome.REJECTED))
    return ends
