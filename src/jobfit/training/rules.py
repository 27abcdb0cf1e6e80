"""Declarative rules that label pairs of candidate and vacancy, and say which rule fired and on what evidence (RankPO).

Three answers, as everywhere: a rule is *met*, *missing* or *unknown*. A pair is a positive when all rules are met, a
reject when one is missing, and has no label when something is unknown: silence makes neither. Comparisons are those of
:mod:`jobfit.policy` and :mod:`jobfit.geo`; the rules here only put them together. How a file states rules:
:mod:`jobfit.training.rules_file`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from jobfit.errors import InputError
from jobfit.geo.gazetteer import Gazetteer
from jobfit.geo.places import mobility
from jobfit.judged import Pair
from jobfit.policy.comparators import places_of
from jobfit.policy.ledger import check, ledger
from jobfit.records import (
    Candidate,
    CandidateProfile,
    Evidence,
    Importance,
    Requirement,
    RequirementKind,
    Stated,
    Vacancy,
)
from jobfit.shortlist import Status

Fields = Mapping[str, Any]
Quotes = tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One pair: both records, and fields that no text states (papers, citations, ...) by name.

    Positions still held last until ``today`` (default: the date of this machine).
    """

    candidate: Candidate
    vacancy: Vacancy
    candidate_fields: Fields = field(default_factory=dict)
    vacancy_fields: Fields = field(default_factory=dict)
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one pair: the ``status``, a ``sentence`` for people, and quotes from both texts.

    ``asked`` is false where the vacancy asks for nothing of the kind: the rule is met then, but has not *fired*.
    """

    rule: str
    status: Status
    sentence: str
    candidate_quotes: Quotes = ()
    vacancy_quotes: Quotes = ()
    asked: bool = True

    @property
    def fired(self) -> bool:
        return self.status is Status.MET and self.asked


class Rule(Protocol):
    @property
    def name(self) -> str: ...

    def check(self, case: Case) -> Finding: ...


@dataclass(frozen=True, slots=True)
class Asks:
    """What the vacancy asks for of one kind (languages, education, experience, licences), held against the CV.

    Met where all of it is met, missing where any is missing, else unknown: :func:`jobfit.policy.ledger.check`.
    """

    name: str
    kind: RequirementKind
    musts_only: bool = False

    def check(self, case: Case) -> Finding:
        requirements = [
            r
            for r in case.vacancy.profile.requirements
            if r.kind is self.kind and (r.importance is Importance.MUST or not self.musts_only)
        ]
        if not requirements:
            return Finding(self.name, Status.MET, f"the vacancy asks for no {self.kind.value}", asked=False)
        lines = ledger(requirements, case.candidate.profile, case.candidate.text, case.today)
        status = all_of(line.status for line in lines)
        return Finding(
            self.name,
            status,
            "; ".join(f"{line.requirement.label}: {line.status.value}" for line in lines),
            _quotes(line.evidence for line in lines if line.status is status),
            _quotes(r.evidence for r in requirements),
        )


@dataclass(frozen=True, slots=True)
class Area:
    """Overlap of fields of work: enough of the vacancy's skills are stated in the CV.

    ``share`` of the skills that the vacancy names, and ``at_least`` so many of them. With ``keywords``, the name of a
    field of the candidate that lists words, it is the words of that list that stand in the vacancy's text. Too little
    overlap is *unknown*, for a CV that does not name a skill is silent about it; ``below=Status.MISSING`` makes it a
    reject on purpose.
    """

    share: float = 0.0
    at_least: int = 1
    keywords: str = ""
    below: Status = Status.UNKNOWN
    name: str = "area"

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 or self.at_least < 1 or self.below is Status.MET:
            raise InputError("area: a share from 0 to 1, at least 1 skill, and below unknown or missing are expected")

    def check(self, case: Case) -> Finding:
        if self.keywords:
            words = case.candidate_fields.get(self.keywords)
            if not isinstance(words, list | tuple) or not words:
                return Finding(self.name, Status.UNKNOWN, f"the candidate has no field {self.keywords!r}")
            listed = dict.fromkeys(map(str, words))
            literally = _quotes(literal(word, case.vacancy.text) for word in listed)
            return self._counted(len(literally), len(listed), f"{self.keywords} in the vacancy", (), literally)
        wanted = {r.value: r.evidence for r in case.vacancy.profile.requirements if r.kind is RequirementKind.SKILL}
        claimed = {skill.value: skill.evidence for skill in case.candidate.profile.skills}
        if not wanted or not claimed:
            return Finding(self.name, Status.UNKNOWN, f"no skill was read in {'the CV' if wanted else 'the vacancy'}")
        shared = [id_ for id_ in wanted if id_ in claimed]
        ours, theirs = (_quotes(side[id_] for id_ in shared) for side in (claimed, wanted))
        return self._counted(len(shared), len(wanted), "skills asked for", ours, theirs)

    def _counted(self, n: int, of: int, what: str, ours: Quotes, theirs: Quotes) -> Finding:
        status = Status.MET if n >= self.at_least and n / of >= self.share else self.below
        needed = f"at least {self.at_least}" + (f" and {self.share:.0%}" if self.share else "")
        return Finding(self.name, status, f"{n} of {of} {what}; {needed} needed", ours, theirs)


@dataclass(frozen=True, slots=True)
class Seniority:
    """The rung of the candidate's titles fits that of the vacancy's title.

    ``ladder`` lists the words of each rung, the lowest first; where several occur, the longest counts (``assistant
    professor`` before ``professor``), and of a candidate's titles the highest rung. The candidate may stand ``above``
    or ``below`` by so many rungs. A title on no rung leaves it unknown.
    """

    ladder: tuple[tuple[str, ...], ...]
    above: int = 0
    below: int = 0
    name: str = "seniority"

    def check(self, case: Case) -> Finding:
        profile, offered = case.candidate.profile, case.vacancy.profile.title
        titles = [
            *filter(None, [profile.title]),
            *(position.title for position in profile.experiences if position.title),
        ]
        held = max(self._rungs(titles), key=lambda rung: rung[0], default=None)
        wanted = next(self._rungs(filter(None, [offered])), None)
        if held is None or wanted is None:
            who = "candidate's" if held is None else "vacancy's"
            return Finding(self.name, Status.UNKNOWN, f"no title of the {who} is on the ladder")
        fits = -self.below <= held[0] - wanted[0] <= self.above
        sentence = f"rung {held[0] + 1} for a vacancy of rung {wanted[0] + 1}"
        return Finding(self.name, Status.MET if fits else Status.MISSING, sentence, (held[1],), (wanted[1],))

    def _rungs(self, titles: Iterable[Stated[str]]) -> Iterator[tuple[int, Evidence]]:
        words = [(word, rung) for rung, several in enumerate(self.ladder) for word in several]
        for title in titles:
            if named := [(len(word), rung) for word, rung in words if literal(word, title.value)]:
                yield max(named)[1], title.evidence


LEVELS = ("town", "department", "region")


@dataclass(frozen=True, slots=True)
class Place:
    """The candidate lives, or would work, where the vacancy is.

    within ``town``: by name alone (:func:`jobfit.policy.ledger.check`). ``department`` and ``region`` look both up in
    ``places``; a name that the table does not settle is unknown. Only declared wishes can make it missing: a home
    elsewhere is not a refusal to move (:mod:`jobfit.geo.places`). A vacancy that offers remote work is met anywhere.
    """

    within: str = "town"
    places: Gazetteer | None = None
    name: str = "place"

    def __post_init__(self) -> None:
        if self.within not in LEVELS:
            raise InputError(f"place: within {self.within!r} is not one of {', '.join(LEVELS)}")
        if self.within != "town" and self.places is None:
            raise InputError(f"place: within a {self.within} needs a table of places (jobfit geo import)")

    def check(self, case: Case) -> Finding:
        vacancy, profile = case.vacancy.profile, case.candidate.profile
        remote = next((offer.evidence for offer in vacancy.conditions if offer.value == "remote"), None)
        if remote is not None:
            return Finding(self.name, Status.MET, "the vacancy offers remote work", (), (remote,))
        if vacancy.location is None:
            return Finding(self.name, Status.UNKNOWN, "the vacancy states no place")
        places = places_of(vacancy)
        hold = self._by_name if self.within == "town" else self._areas
        held = [(hold(profile, place.value), place.evidence) for place in places]
        (status, evidence, sentence), where = next((h for h in held if h[0][0] is Status.MET), held[0])
        if status is Status.MISSING and len(places) > 1:
            status, evidence, sentence = Status.UNKNOWN, None, "one of several places"
        return Finding(self.name, status, sentence, _quotes([evidence]), (where,))

    def _by_name(self, profile: CandidateProfile, place: str) -> tuple[Status, Evidence | None, str]:
        line = check(Requirement("place", RequirementKind.LOCATION, place, place, Importance.MUST), profile)
        words = {Status.MET: "the same place", Status.MISSING: "only other places are wished"}
        return line.status, line.evidence, words.get(line.status, "the names do not settle it")

    def _areas(self, profile: CandidateProfile, place: str) -> tuple[Status, Evidence | None, str]:
        where, area = f"{self.within} as {place}", self._area(place)
        wished, home = profile.wished_locations, profile.location
        for wish in (*wished, *filter(None, [home])):
            if area is not None and self._area(wish.value) == area:
                return Status.MET, wish.evidence, f"the same {where}"
        declared = mobility([wish.value for wish in wished], home.value if home else None)
        settled = area is not None and all(self._area(name) is not None for name in declared.places)
        if settled and declared.source.may_exclude:
            return Status.MISSING, wished[0].evidence, f"only another {where}"
        return Status.UNKNOWN, None, f"perhaps another {where}"

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
        if self.of not in ("candidate", "vacancy") or self.at_least < 1:
            raise InputError(f"filter {self.name!r}: of candidate or vacancy, and at least 1, are expected")

    def check(self, case: Case) -> Finding:
        fields = case.candidate_fields if self.of == "candidate" else case.vacancy_fields
        if not self.items:
            return Finding(self.name, self.condition.holds(fields), self.condition.said(fields))
        listed = fields.get(self.items)
        if not isinstance(listed, list | tuple) or not all(isinstance(item, dict) for item in listed):
            return Finding(self.name, Status.UNKNOWN, f"the {self.of} has no list {self.items!r}")
        statuses = [self.condition.holds(item) for item in listed]
        sure, perhaps = statuses.count(Status.MET), statuses.count(Status.UNKNOWN)
        enough = sure >= self.at_least
        status = Status.MET if enough else Status.MISSING if sure + perhaps < self.at_least else Status.UNKNOWN
        words = f"{self.condition.field} {COMPARISONS[self.condition.comparison][1]} {self.condition.limit}"
        sentence = f"{sure} of {len(statuses)} {self.items} have {words}, {perhaps} may; {self.at_least} needed"
        return Finding(self.name, status, sentence)


def _number(value: Any) -> float | None:
    finite = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if finite else None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that belong together.

    ``let_pass`` names rules whose *unknown* does not keep a pair from being a positive; the explanation says so. At
    least one rule must have fired all the same.
    """

    rules: tuple[Rule, ...]
    let_pass: frozenset[str] = frozenset()
    name: str = "rules"

    def __post_init__(self) -> None:
        names = [rule.name for rule in self.rules]
        if not names or len(set(names)) < len(names):
            raise InputError(f"{self.name}: rules are needed, each with a name of its own, not {names}")
        if unknown := self.let_pass - set(names):
            raise InputError(f"{self.name}: there is no rule {min(unknown)!r} to let pass")

    def label(self, case: Case) -> Labelled:
        findings = tuple(rule.check(case) for rule in self.rules)
        status = all_of(
            finding.status
            for finding in findings
            if finding.status is not Status.UNKNOWN or finding.rule not in self.let_pass
        )
        if status is Status.MET and not any(finding.fired for finding in findings):
            status = Status.UNKNOWN  # nothing was asked for, or nothing could be read: no reason to call it a match
        return Labelled(case.candidate.id, case.vacancy.id, _LABELS[status], findings, self.let_pass)


_LABELS = {Status.MET: True, Status.MISSING: False, Status.UNKNOWN: None}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A pair, its ``label`` (true, false, or ``None``: undecided) and what each rule found."""

    candidate_id: str
    vacancy_id: str
    label: bool | None
    findings: tuple[Finding, ...]
    let_pass: frozenset[str] = frozenset()

    @property
    def fired(self) -> tuple[str, ...]:
        return tuple(finding.rule for finding in self.findings if finding.fired)

    @property
    def pair(self) -> Pair | None:
        return None if self.label is None else Pair(self.candidate_id, self.vacancy_id, int(self.label))

    def explanation(self) -> list[str]:
        """Return one line per rule: its name, what it says, and on what grounds."""
        lines = []
        for finding in self.findings:
            word = finding.status.value if finding.asked else "nothing asked"
            if finding.status is Status.UNKNOWN and finding.rule in self.let_pass:
                word = "unknown, let pass"
            lines.append(f"{finding.rule}: {word} ({finding.sentence})")
        return lines


def all_cases(
    candidates: Iterable[Candidate],
    vacancies: Iterable[Vacancy],
    fields: Callable[[str], Fields] = lambda id_: {},
    today: date | None = None,
) -> Iterator[Case]:
    """Yield every pair, by vacancy; ``fields`` gives the further fields of a candidate or vacancy by its id."""
    people = list(candidates)
    for vacancy in vacancies:
        for candidate in people:
            yield Case(candidate, vacancy, fields(candidate.id), fields(vacancy.id), today)


def all_of(statuses: Iterable[Status]) -> Status:
    """Return *missing* where any is, else *unknown* where any is, else *met*: the conjunction of Kleene's logic.

    >>> all_of([Status.MET, Status.UNKNOWN]), all_of([Status.UNKNOWN, Status.MISSING]), all_of([])
    (<Status.UNKNOWN: 'unknown'>, <Status.MISSING: 'missing'>, <Status.MET: 'met'>)
    """
    given = set(statuses)
    return next((status for status in (Status.MISSING, Status.UNKNOWN) if status in given), Status.MET)


def literal(words: str, text: str) -> Evidence | None:
    """Return where ``words`` stand in ``text`` as whole words; ``None`` where they do not, or say nothing."""
    if not words.strip():
        return None
    wanted = Requirement("text", RequirementKind.SKILL, words, f"text:{words}", Importance.NICE)
    return check(wanted, CandidateProfile(), text).evidence


def _quotes(evidence: Iterable[Evidence | None]) -> Quotes:
    return tuple(quote for quote in evidence if quote is not None)
