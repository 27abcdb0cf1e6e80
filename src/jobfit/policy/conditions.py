"""Which conditions of work rule each other out."""

from __future__ import annotations

from collections.abc import Collection, Iterator

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
    if not wishes:
        return
    for family in _FAMILIES:
        wished = [wish for wish in wishes if _meaning(wish.value) & family]
        offered = [offer for offer in offers if _meaning(offer) & family]
        meant = frozenset().union(*map(_meaning, offered))
        if wished and offered and not any(_meaning(wish.value) & meant for wish in wished):
            yield wished[0], offered[0]


def _meaning(condition: str) -> frozenset[str]:
    return _READ_AS.get(condition) or frozenset({condition})
