"""Which conditions of work rule each other out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_FAMILIES = (
    frozenset({"permanent", "fixed_term", "internship", "apprenticeship", "freelance"}),
    frozenset({"full_time", "part_time"}),
    frozenset({"remote", "on_site"}),
)
# A few days at home suit both; temporary work ends like a fixed term; "contract to hire" begins as one and is meant to
# become permanent. Nights and weekends belong to no family.
_READ_AS = {
    "hybrid": frozenset({"remote", "on_site"}),
    "temporary": frozenset({"fixed_term"}),
    "contract_to_hire": frozenset({"fixed_term", "permanent"}),
}


@lru_cache(maxsize=4096)  # few distinct combinations occur among any number of records
def _clashes(wishes: tuple[str, ...], offers: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for family in _FAMILIES:
        wished = [wish for wish in wishes if meaning(wish) & family]
        offered = [offer for offer in offers if meaning(offer) & family]
        if wished and offered and not any(meaning(w) & meaning(o) for w in wished for o in offered):
            pairs.append((wished[0], offered[0]))
    return tuple(pairs)


def clashes(wishes: Iterable[str], offers: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return (wish, offer) for each family of conditions in which ``wishes`` and ``offers`` share nothing.

    The families: kind of contract, hours, place of work. Who wishes "permanent" refuses "internship"; who wishes both
    does not; who wishes nothing of a family refuses nothing of it.
    """
    return _clashes(tuple(wishes), tuple(offers))


def meaning(condition: str) -> frozenset[str]:
    """Return the conditions that a condition is read as: "hybrid" is both "remote" and "on_site"."""
    return _READ_AS.get(condition) or frozenset({condition})
