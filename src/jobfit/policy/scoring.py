"""What the requirement ledger adds to a score: a rule that fits into one sentence.

Each requirement that is met adds its share of ``weight``; its share is its own weight, doubled for a must-have,
divided by the sum over all requirements. Missing and unknown add nothing, so stating more never costs anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from jobfit.errors import InputError
from jobfit.records import Importance
from jobfit.shortlist import Contribution, LedgerLine, Status

MUST_FACTOR = 2.0


def requirement_contributions(ledger: Iterable[LedgerLine], weight: float) -> tuple[Contribution, ...]:
    """Return one contribution ``requirement:<id>`` per line, in the order given; together at most ``weight``.

    A ledger without lines gives none. The value of a line does not depend on the order of the lines.

    Raises:
        InputError: ``weight`` is negative or not finite.
    """
    if not 0 <= weight < float("inf"):
        raise InputError(f"the weight of the requirements must be a number from 0, not {weight}")
    lines = tuple(ledger)
    total = math.fsum(_mass(line) for line in lines)
    return tuple(
        Contribution(
            f"requirement:{line.requirement.id}", _mass(line) / total * weight if line.status is Status.MET else 0.0
        )
        for line in lines
    )


def _mass(line: LedgerLine) -> float:
    requirement = line.requirement
    return requirement.weight * (MUST_FACTOR if requirement.importance is Importance.MUST else 1.0)
