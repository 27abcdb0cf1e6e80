"""Which conditions of work rule each other out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from jobfit.records import Stated

_FAMILIES = (
    frozenset({"permanent", "fixed_term", "internship", "apprenticeship", "freelance"}),
    frozenset({"full_time", "part_time"}),
    frozenset({"remote", "on_site"}),
)
# A few days at home suit both; temporary work ends like a fixed term. Nights and weekends belong to no family.
_READ_AS = {"hybrid": frozenset({"remote", "on_site"}), "temporary": frozenset({"fixed_term"})}


def refusals(wishes: Collection[Stated[str]], offers: Collection[str]) -> Iterator[tuple[Stated[str], str]]:
    """Yield (wish, offer) for each family of conditions in which ``wishes`` and ``offers`` share nothing.

    The families: kind of contract, hours, place of work. Who wishes "permanent" refuses "internship"; who wishes both
    does not; who wishes nothing of a family refuses nothing of it.
    """
    if wishes and offers:
        for wish, offer in _refused(tuple(wish.value for wish in wishes), tuple(offers)):
            yield next(item for item in wishes if item.value == wish), offer


@lru_cache(maxsize=4096)  # few distinct combinations occur among any number of records
def _refused(wishes: tuple[str, ...], offers: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for family in _FAMILIES:
        wished = [wish for wish in wishes if _meaning(wish) & family]
        offered = [offer for offer in offers if _meaning(offer) & family]
        if wished and offered and not any(_meaning(w) & _meaning(o) for w in wished for o in offered):
            pairs.append((wished[0], offered[0]))
    return tuple(pairs)


def _meaning(condition: str) -> frozenset[str]:
    return _READ_AS.get(condition) or frozenset({condition})
