"""The truth of any pair that is asked for, made again from the settings and the seed.

Columns of every table of the truth, one row a pair:

    qualification, preference   the scores q and p, 0..1
    grade                       0..4, by qualification
    exposed                     probability that the candidate came across the vacancy within the log
    applies                     probability of an application once seen: the preference probability
    accepted                    probability that an impartial employer without noise would make an offer once the
                                application is judged: the qualification probability
    accepted_as_logged          the same with the bias and the label noise of this market
    joins                       probability that an offer is taken
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.artifacts import read_json
from jobfit.errors import InputError
from jobfit.settings import build
from jobfit.simulation.columns import Ints
from jobfit.simulation.funnel import odds
from jobfit.simulation.latent import candidate_id
from jobfit.simulation.market import Block, Ground
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.truth import grades, scores


def truth_columns(ground: Ground, block: Block, rows: Ints, columns: Ints) -> dict[str, NDArray[Any]]:
    """Return the columns of the pairs (row of the block, opening column)."""
    table = block.table
    q, p = scores((table, ground.table), rows, columns, ground.world)
    impartial, logged = odds(q, p), odds(q, p, block.shift[rows], noise=ground.settings.label_noise)
    return {
        "qualification": q,
        "preference": p,
        "grade": grades(q).astype(np.int8),
        "exposed": ground.exposure.probability(table.aspires[rows], table.town[rows], columns),
        "applies": impartial.applies,
        "accepted": impartial.accepted,
        "accepted_as_logged": logged.accepted,
        "joins": impartial.joins,
    }


def ask(settings: MarketSettings, seed: int, pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return candidate_id, vacancy_id and the truth of the pairs (candidate id, vacancy id), in their order.

    Only the candidates asked for are made again, so that a market of a million answers at once; its vacancies all are,
    because who sees what depends on all of them.

    Raises:
        InputError: an id is not of this market, or the settings or the seed are out of range.

    >>> [row["grade"] for row in ask(MarketSettings(candidates=20, vacancies=3), 1, [("c0001", "v0001")])]
    [0]
    """
    asked = list(pairs)
    ground = Ground(settings, seed)
    vacancies = {id_: column for column, id_ in enumerate(ground.table.ids)}
    by_candidate: dict[str, list[int]] = {}
    for position, (candidate, vacancy) in enumerate(asked):
        if vacancy not in vacancies:
            raise InputError(f"pair {position + 1}: there is no vacancy {vacancy!r} in this market")
        by_candidate.setdefault(candidate, []).append(position)
    result: dict[int, dict[str, Any]] = {}
    for candidate, positions in by_candidate.items():
        block = Block(ground, _number(candidate, settings), 1)
        columns = np.array([vacancies[asked[position][1]] for position in positions])
        values = truth_columns(ground, block, np.zeros_like(columns), columns)
        for n, position in enumerate(positions):
            ids = dict(zip(("candidate_id", "vacancy_id"), asked[position]))
            result[position] = ids | {name: column[n].item() for name, column in values.items()}
    return [result[position] for position in range(len(asked))]


def _number(id_: str, settings: MarketSettings) -> int:
    number = int(id_[1:]) if id_[1:].isdecimal() else 0
    if not 1 <= number <= settings.candidates or candidate_id(number, settings) != id_:
        raise InputError(f"there is no candidate {id_!r} in this market")
    return number - 1


def read_settings(folder: Path) -> tuple[MarketSettings, int]:
    """Return the settings and the seed of a market that was written to ``folder``.

    Raises:
        InputError: the folder holds no complete market.
    """
    path = folder / "market.json"
    content = read_json(path)
    try:
        return build(MarketSettings, content["settings"], str(path)), content["seed"]
    except (KeyError, TypeError) as error:
        raise InputError(f"{folder} holds no market that `jobfit simulate` has written to its end ({error})") from error
