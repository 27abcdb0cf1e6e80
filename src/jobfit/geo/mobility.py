"""Where a person would work: what is declared goes before what is imputed from the home, and only it may exclude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class MobilitySource(StrEnum):
    """Where a value of mobility comes from."""

    DECLARED = "declared"
    IMPUTED_RESIDENCE = "imputed_residence"
    UNKNOWN = "unknown"

    @property
    def may_exclude(self) -> bool:
        """Whether such a value may leave anybody out: only what the person declared. A home is no refusal to move."""
        return self is MobilitySource.DECLARED


@dataclass(frozen=True, slots=True)
class Mobility:
    """The places where a person would work, and who says so."""

    places: tuple[str, ...]
    source: MobilitySource


def mobility(declared: Sequence[str], residence: str | None) -> Mobility:
    """Return the declared places as they are; without any, the residence as an imputed value; else unknown.

    ``residence`` is the region of the home where that is known, else the place itself.

    >>> mobility(["Bretagne"], "Occitanie"), mobility([], "Occitanie").source.may_exclude
    (Mobility(places=('Bretagne',), source=<MobilitySource.DECLARED: 'declared'>), False)
    """
    if declared:
        return Mobility(tuple(declared), MobilitySource.DECLARED)
    if residence:
        return Mobility((residence,), MobilitySource.IMPUTED_RESIDENCE)
    return Mobility((), MobilitySource.UNKNOWN)
