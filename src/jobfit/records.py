"""Candidate, Vacancy, Application and the facts that were read from their texts.

A record is its visible text plus a *profile*: the fields that the structuring rules read in it. Every field carries
the span that states it (:class:`Evidence`); a field that the text does not state is ``None`` or empty, which means
*unknown*, never *no*.

Both profiles have the same five layers (:class:`Layer`): :func:`layer_of` says that of a field and of a requirement.
:mod:`jobfit.policy.comparators` holds the two sides of a layer against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

from jobfit.errors import InputError

T = TypeVar("T")


class Layer(StrEnum):
    """What a field of a profile is about: the layers in which a person and a position are aligned.

    *identity* is for display and is never compared. *capability* and *thresholds* say whether the other side would
    accept, *domain* and *logistics* (place, contract, pay, wishes) whether a person would want it.
    """

    IDENTITY = "identity"
    DOMAIN = "domain"
    CAPABILITY = "capability"
    THRESHOLDS = "thresholds"
    LOGISTICS = "logistics"


class Filler(StrEnum):
    """Who read a fact: the rules, a language model that may only point at words, or a file that has it as a field."""

    RULES = "rules"
    MODEL = "model"
    IMPORTER = "importer"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote: ``text`` stands at ``start``..``end`` (characters, half-open) of the record's text.

    ``source``: who read it.
    """

    text: str
    start: int
    end: int
    source: Filler = Filler.RULES

    def __post_init__(self) -> None:
        """Check that the span and the quote have the same length."""
        if not 0 <= self.start < self.end or self.end - self.start != len(self.text):
            raise InputError(f"a quote of {len(self.text)} characters cannot stand at {self.start}..{self.end}")


LITERAL = "text:"  # before the words of a skill or a certificate that no list has: ``text:sage 100``


class Polarity(StrEnum):
    """What a CV says about a skill or a certificate: that the person has it, has it not, or wants or is learning it."""

    HAS = "has"
    HAS_NOT = "has_not"
    WANTS = "wants"


@dataclass(frozen=True, slots=True)
class Stated(Generic[T]):
    """A value and the quote that states it.

    ``sure`` where the words can be read in one way only: no other reading may leave a person out. A rule has to say so;
    what is not sure can still be shown and counted.
    """

    value: T
    evidence: Evidence
    polarity: Polarity = Polarity.HAS
    sure: bool = False


class Kind(StrEnum):
    """What a record is about."""

    CANDIDATE = "candidate"
    VACANCY = "vacancy"

    @property
    def other(self) -> Kind:
        """The side that this side is matched with."""
        return Kind.VACANCY if self is Kind.CANDIDATE else Kind.CANDIDATE


class EducationLevel(IntEnum):
    """Levels of the European Qualifications Framework (EQF) that a CV can be read to state."""

    SECONDARY_VOCATIONAL = 3  # CAP, BEP, GCSE
    UPPER_SECONDARY = 4  # baccalauréat, A-levels, high-school diploma
    SHORT_CYCLE = 5  # BTS, DUT, HND, associate degree
    BACHELOR = 6  # licence, BUT, bachelor
    MASTER = 7  # master, diplôme d'ingénieur, MBA
    DOCTORATE = 8  # doctorat, PhD


class LanguageLevel(IntEnum):
    """Levels of the Common European Framework of Reference (CEFR), and a first language above them."""

    A1 = 1
    A2 = 2
    B1 = 3
    B2 = 4
    C1 = 5
    C2 = 6
    NATIVE = 7


@dataclass(frozen=True, slots=True)
class LanguageSkill:
    """A language by its ISO 639-1 code, and how well it is spoken where that is stated."""

    code: str
    level: LanguageLevel | None = None


class Period(StrEnum):
    """What a salary is paid for."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Salary:
    """Money for a ``period``; ``currency`` is an ISO 4217 code. One of the two amounts may be unknown."""

    minimum: float | None
    maximum: float | None
    currency: str
    period: Period


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a text under one heading. ``kind``: summary, experience, education, skills, languages, ...

    ``start``..``end`` covers the heading and the body; ``body`` is where the body starts.
    """

    kind: str
    start: int
    body: int
    end: int


def month_number(date: str, otherwise: int) -> int:
    """Return the month of ``YYYY-MM``, numbered from the year 0; of ``YYYY`` that month of it which is ``otherwise``.

    >>> month_number("2019", otherwise=7) == month_number("2019-07", otherwise=1) == 2019 * 12 + 6
    True
    """
    return int(date[:4]) * 12 + int(date[5:7] or otherwise) - 1


@dataclass(frozen=True, slots=True)
class Experience:
    """One position held, as its text states it: nothing in it depends on the day on which it is read.

    ``start`` and ``end`` are ``YYYY-MM``, or ``YYYY`` where only the year is stated, both inclusive; ``None`` where not
    stated. An end may lie in the future. A position still held is ``current`` and has no ``end``. ``widest`` is
    the same range in months (``YYYY-MM``), read as widely as the text allows: a year alone may mean all of its months.
    ``title`` is ``None`` where dates and employer stand in the text and the role was not read: its months count, and
    nothing else is known of it. ``occupation`` is an id of the taxonomy where the title is known there.
    """

    title: Stated[str] | None
    start: str | None
    end: str | None
    current: bool
    evidence: Evidence
    occupation: str | None = None
    widest: tuple[str, str | None] | None = None

    @property
    def counted(self) -> tuple[int | None, int | None]:
        """The first and the last month that count, numbered from the year 0; ``None`` where no date is stated.

        A year alone counts from its middle, or up to it: 2006 - 2012 is 72 months, twelve times the difference of the
        years, and two positions that meet in a year do not overlap. Within one year (2016 - 2016) one month is certain,
        and one counts.

        >>> first, last = Experience(None, "2006", "2012", False, Evidence("2006 - 2012", 0, 11)).counted
        >>> last - first + 1
        72
        """
        first = month_number(self.start, 7) if self.start else None
        last = month_number(self.end, 6) if self.end else None
        if first is None or last is None or first <= last or first // 12 != last // 12:
            return first, last
        return (last, last) if len(self.start or "") == 4 else (first, first)


@dataclass(frozen=True, slots=True)
class ExperienceTotal:
    """Months worked up to a day, overlapping positions counted once: :func:`jobfit.policy.months.experience_total`.

    ``months`` is the cautious reading. ``at_most`` reads dates that name only a year as widely as they allow; it is
    ``None`` unless every position found has dates. Only ``at_most`` can make a requirement *missing*. The total is
    ``partial`` where other positions have no dates: there were more months.
    """

    months: int
    at_most: int | None = None
    partial: bool = False


class RequirementKind(StrEnum):
    """What a requirement is about."""

    SKILL = "skill"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    LANGUAGE = "language"
    LICENCE = "licence"
    CERTIFICATE = "certificate"
    CLEARANCE = "clearance"
    PERMIT = "permit"
    LOCATION = "location"
    CONDITION = "condition"
    PAY = "pay"
    DISTANCE = "distance"
    OCCUPATION = "occupation"
    START = "start"


_LAYERS = {
    name: layer
    for layer, names in {
        Layer.IDENTITY: "name sections",
        Layer.DOMAIN: "title occupation",
        Layer.CAPABILITY: "skills disclaimed not_needed languages licences certificates clearances permits "
        "skill language licence certificate clearance permit",
        Layer.THRESHOLDS: "experiences claimed_months dates_explained education studying experience",
        Layer.LOGISTICS: "location other_locations wished_locations conditions salary notice start condition pay "
        "distance",
    }.items()
    for name in names.split()
}


def layer_of(name: str) -> Layer:
    """Return the layer of a field of either profile, or of a kind of requirement.

    >>> layer_of("salary"), layer_of(RequirementKind.EDUCATION)
    (<Layer.LOGISTICS: 'logistics'>, <Layer.THRESHOLDS: 'thresholds'>)
    """
    return _LAYERS[name]


class Importance(StrEnum):
    """Whether a vacancy insists (``must``) or would like (``nice``)."""

    MUST = "must"
    NICE = "nice"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a vacancy asks for.

    id:       unique within the vacancy, e.g. ``skill:python``.
    value:    what is compared: a skill id, ISO 639-1 code, licence code, place, condition, currency or occupation;
              empty for experience in general and for education.
    minimum:  months of experience, :class:`EducationLevel`, :class:`LanguageLevel` or pay a year; ``None`` where any
              will do.
    maximum:  months of experience that the text names as the most ("up to 2 years", the end of a range). More is never
              held against anyone; alone, it asks for nothing. Of pay (a year) and distance (km) it is a limit.
    where:    the words that say in what the experience must lie ("a hotel kitchen"), where no id of the taxonomy does.
    evidence: the quote in the vacancy; ``None`` when the requirement comes from a policy file.
    """

    id: str
    kind: RequirementKind
    label: str
    value: str
    importance: Importance
    minimum: int | None = None
    weight: float = 1.0
    evidence: Evidence | None = None
    maximum: int | None = None
    where: str = ""

    def __post_init__(self) -> None:
        """Check the weight."""
        if not 0 < self.weight < float("inf"):
            raise InputError(f"requirement {self.id!r}: weight {self.weight} is not a positive number")


@dataclass(frozen=True, slots=True)
class CandidateProfile:
    """What a CV states. ``skills`` holds ids of the taxonomy, first mention only, in the order of the text.

    ``name`` is kept for display and for masking; nothing that ranks may read it. ``claimed_months`` is the experience
    in all that the text claims in words ("10 years of experience"); ``dates_explained`` tells that no date of the text
    may be of work that was not read. ``skills`` are those that the person claims, and by the same quote those that
    these are kinds of; ``disclaimed`` those that the text names only to say that the person has them not or wants them.
    ``education`` is the highest level held, ``studying`` the highest in progress. ``conditions`` holds wishes such as
    ``remote``, ``part_time``, ``permanent``, ``fixed_term``, ``apprenticeship``, ``internship``, ``freelance``.
    ``clearances`` are values such as ``uk:sc``, ``us:secret``; ``permits`` countries (ISO 3166-1, or ``EU``) where the
    person may work, with polarity ``HAS_NOT`` where sponsorship is needed. ``notice`` is in days, 0 for at once, of a
    range the least (which is not sure).
    """

    name: Stated[str] | None = None
    title: Stated[str] | None = None
    sections: tuple[Section, ...] = ()
    experiences: tuple[Experience, ...] = ()
    claimed_months: Stated[int] | None = None
    dates_explained: bool = False
    education: Stated[EducationLevel] | None = None
    studying: Stated[EducationLevel] | None = None
    skills: tuple[Stated[str], ...] = ()
    disclaimed: tuple[Stated[str], ...] = ()
    languages: tuple[Stated[LanguageSkill], ...] = ()
    licences: tuple[Stated[str], ...] = ()
    certificates: tuple[Stated[str], ...] = ()
    clearances: tuple[Stated[str], ...] = ()
    permits: tuple[Stated[str], ...] = ()
    location: Stated[str] | None = None
    wished_locations: tuple[Stated[str], ...] = ()
    conditions: tuple[Stated[str], ...] = ()
    salary: Stated[Salary] | None = None
    notice: Stated[int] | None = None

    @property
    def skills_by_name(self) -> tuple[Stated[str], ...]:
        """The skills that the text names, without those that these are kinds of: JUnit, and not unit testing by it."""
        named: dict[Evidence, Stated[str]] = {}
        for skill in self.skills:
            named.setdefault(skill.evidence, skill)
        return tuple(named.values())


@dataclass(frozen=True, slots=True)
class VacancyProfile:
    """What a vacancy states: its title, where it is, what it offers (``conditions``) and what it requires.

    ``other_locations`` are the rest of several places of which the ``location`` is the first ("Leeds or Manchester").
    ``not_needed`` is what it names only to say that nobody needs it: ids of skills, and of requirements of other kinds
    (``education``, ``language:de``). ``start`` is a date (``YYYY-MM`` or ``YYYY-MM-DD``) or ``now``.
    """

    title: Stated[str] | None = None
    sections: tuple[Section, ...] = ()
    occupation: str | None = None
    location: Stated[str] | None = None
    other_locations: tuple[Stated[str], ...] = ()
    conditions: tuple[Stated[str], ...] = ()
    requirements: tuple[Requirement, ...] = ()
    not_needed: tuple[Stated[str], ...] = ()
    salary: Stated[Salary] | None = None
    start: Stated[str] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record came from: ``path``, ``row`` in a table (from 1), ``format`` and the content's SHA-256.

    ``reader`` is the :func:`jobfit.ingest.reader.reader_version` that read it; ``None`` before there were versions.
    ``model`` is the language model that was asked for what the reader did not find; ``None``: nobody asked one.
    """

    path: str
    format: str
    sha256: str
    row: int | None = None
    reader: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class _Record:
    id: str
    text: str
    language: str | None
    source: Source
    flags: tuple[str, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        """Check that the id and the text hold something."""
        if not self.id.strip():
            raise InputError("a record needs an id")
        if not self.text.strip():
            raise InputError(f"record {self.id!r} has no text")


@dataclass(frozen=True, slots=True)
class Candidate(_Record):
    """A person: the visible text of the CV and what was read in it.

    ``flags`` say what a human should look at (``hidden_text:white``, ...); they never change a score.
    """

    profile: CandidateProfile = CandidateProfile()

    @property
    def kind(self) -> Kind:
        """``Kind.CANDIDATE``."""
        return Kind.CANDIDATE


@dataclass(frozen=True, slots=True)
class Vacancy(_Record):
    """An open position: its visible text and what was read in it."""

    profile: VacancyProfile = VacancyProfile()

    @property
    def kind(self) -> Kind:
        """``Kind.VACANCY``."""
        return Kind.VACANCY


Record = Candidate | Vacancy


def _latest(position: Experience) -> tuple[bool, str]:
    return position.current, position.end or position.start or ""


def headline(record: Record) -> str:
    """Return what a person would call the record: its title, else the latest position, else its kind and id."""
    profile = record.profile
    if profile.title:
        return profile.title.value
    if isinstance(profile, CandidateProfile):
        latest = max((held for held in profile.experiences if held.title), key=_latest, default=None)
        if latest and latest.title:
            return latest.title.value
    return f"{record.kind.value.capitalize()} {record.id}"


def sides(query: Record, other: Record) -> tuple[Candidate, Vacancy]:
    """Return the candidate and the vacancy of a pair, whichever of them asked."""
    candidate, vacancy = (query, other) if isinstance(query, Candidate) else (other, query)
    assert isinstance(candidate, Candidate) and isinstance(vacancy, Vacancy)
    return candidate, vacancy


class Outcome(StrEnum):
    """How an application ended. *Censored*: nobody knows (the vacancy was filled first, no answer, still open)."""

    HIRED = "hired"
    TALENT_POOL = "talent_pool"
    REJECTED = "rejected"
    CENSORED = "censored"


@dataclass(frozen=True, slots=True)
class Application:
    """The event that joins a candidate and a vacancy, and how it ended.

    ``time`` is that of the application, ``decided`` that of its end; ``None`` where the log does not say it: unknown.
    """

    candidate_id: str
    vacancy_id: str
    status: str
    outcome: Outcome
    time: datetime | None
    decided: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A rendered record: what an encoder or an index may read. Masked unless said otherwise."""

    id: str
    text: str
