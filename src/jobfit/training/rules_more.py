"""Two more rules: place, by name or by a table of places, and numbers in fields that no text states."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from jobfit.errors import InputError
from jobfit.geo.gazetteer import Gazetteer
from jobfit.geo.places import mobility
from jobfit.policy.ledger import check
from jobfit.records import CandidateProfile, Importance, Requirement, RequirementKind, Stated
from jobfit.shortlist import Status
from jobfit.training.rules import Case, Fields, Finding

LEVELS = ("town", "department", "region")


@dataclass(frozen=True, slots=True)
class Place:
    """The candidate lives, or would work, where the vacancy is.

    within ``town``: by name alone (:func:`jobfit.policy.ledger.check`). ``department`` and ``region`` look both up in
    ``places``; a name that the table does not settle is unknown. Only declared wishes can make it missing: a home
    elsewhere is no refusal to move (:mod:`jobfit.geo.places`). A vacancy that offers remote work is met anywhere.
    """

    within: str = "town"
    places: Gazetteer | None = None
    name: str = "place"

    def __post_init__(self) -> None:
        """Check the level, and that there is a table where one is needed."""
        if self.within not in LEVELS:
            raise InputError(f"place: within {self.within!r} is not one of {', '.join(LEVELS)}")
        if self.within != "town" and self.places is None:
            raise InputError(f"place: within a {self.within} needs a table of places (jobfit geo import)")

    def check(self, case: Case) -> Finding:
        """Compare the places."""
        vacancy, profile = case.vacancy.profile, case.candidate.profile
        remote = next((offer.evidence for offer in vacancy.conditions if offer.value == "remote"), None)
        if remote is not None:
            return Finding(self.name, Status.MET, "the vacancy offers remote work", (), (remote,))
        if vacancy.location is None:
            return Finding(self.name, Status.UNKNOWN, "the vacancy states no place")
        asked, quotes = vacancy.location.value, (vacancy.location.evidence,)
        if self.within == "town":
            wanted = Requirement("place", RequirementKind.LOCATION, asked, asked, Importance.MUST)
            line = check(wanted, profile)
            words = {Status.MET: "the same place", Status.MISSING: "only other places are wished"}
            mine = () if line.evidence is None else (line.evidence,)
            return Finding(self.name, line.status, words.get(line.status, "the names do not settle it"), mine, quotes)
        status, found = self._areas(profile, asked)
        said = {Status.MET: "the same", Status.MISSING: "only another", Status.UNKNOWN: "perhaps another"}[status]
        mine = () if found is None else (found.evidence,)
        return Finding(self.name, status, f"{said} {self.within} as {asked}", mine, quotes)

    def _areas(self, profile: CandidateProfile, asked: str) -> tuple[Status, Stated[str] | None]:
        there = self._area(asked)
        wished, home = profile.wished_locations, profile.location
        if there is None:
            return Status.UNKNOWN, None
        for stated in (*wished, *((home,) if home else ())):
            if self._area(stated.value) == there:
                return Status.MET, stated
        declared = mobility([wish.value for wish in wished], home.value if home else None)
        if declared.source.may_exclude and all(self._area(place) is not None for place in declared.places):
            return Status.MISSING, wished[0]
        return Status.UNKNOWN, None

    def _area(self, name: str) -> str | None:
        answer = self.places.find(name) if self.places else None
        return None if answer is None else answer.region if self.within == "region" else answer.department


COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "at_least": (operator.ge, "at least"),
    "at_most": (operator.le, "at most"),
    "above": (operator.gt, "above"),
    "below": (operator.lt, "below"),
    "equals": (operator.eq, "equal to"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A number in ``field`` compared with ``limit``: a number, or the name of another field of the same object."""

    field: str
    comparison: str
    limit: float | str

    def __post_init__(self) -> None:
        """Check the comparison."""
        if self.comparison not in COMPARISONS:
            raise InputError(f"filter: {self.comparison!r} is not one of {', '.join(COMPARISONS)}")

    def holds(self, fields: Fields) -> Status:
        """Return *unknown* where one of the numbers is absent or no finite number."""
        value = _number(fields.get(self.field))
        limit = _number(fields.get(self.limit)) if isinstance(self.limit, str) else self.limit
        if value is None or limit is None:
            return Status.UNKNOWN
        return Status.MET if COMPARISONS[self.comparison][0](value, limit) else Status.MISSING

    def said(self, fields: Fields) -> str:
        """Return the comparison in words, with the numbers."""
        limit = f"{self.limit} = {fields.get(self.limit)}" if isinstance(self.limit, str) else f"{self.limit:g}"
        return f"{self.field} = {fields.get(self.field)}, {COMPARISONS[self.comparison][1]} {limit} needed"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the candidate's fields (``of="vacancy"``: the vacancy's).

    With ``items``, the name of a field that lists objects, ``condition`` is asked of each of them and ``at_least`` so
    many must meet it: RankPO's authors have at least 2 papers with more citations than years. An object that lacks a
    number may meet it or not, and counts as both.
    """

    name: str
    condition: Condition
    of: str = "candidate"
    items: str = ""
    at_least: int = 1

    def __post_init__(self) -> None:
        """Check the side."""
        if self.of not in ("candidate", "vacancy") or self.at_least < 1:
            raise InputError(f"filter {self.name!r}: of candidate or vacancy, and at least 1, are expected")

    def check(self, case: Case) -> Finding:
        """Compare the numbers."""
        fields = case.candidate_fields if self.of == "candidate" else case.vacancy_fields
        if not self.items:
            return Finding(self.name, self.condition.holds(fields), self.condition.said(fields))
        listed = fields.get(self.items)
        if not isinstance(listed, list | tuple) or not all(isinstance(item, dict) for item in listed):
            return Finding(self.name, Status.UNKNOWN, f"the {self.of} has no list {self.items!r}")
        return self._counted(listed)

    def _counted(self, listed: Iterable[Any]) -> Finding:
        found = [self.condition.holds(item) for item in listed]
        sure, perhaps = found.count(Status.MET), found.count(Status.UNKNOWN)
        enough = sure >= self.at_least
        status = Status.MET if enough else Status.MISSING if sure + perhaps < self.at_least else Status.UNKNOWN
        words = f"{self.condition.field} {COMPARISONS[self.condition.comparison][1]} {self.condition.limit}"
        said = f"{sure} of {len(found)} {self.items} have {words}, {perhaps} may; {self.at_least} needed"
        return Finding(self.name, status, said)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == float("inf"):
        return None
    return float(value)
