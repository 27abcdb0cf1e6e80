"""Real adverts read by a person: what each states and asks for, by digest and span (the texts are not here).

``vacancies.jsonl`` holds one advert a line, each annotated in full; :mod:`annotations` says how a ``source`` is found
and what a span is. Every annotation was made by reading the text before jobfit's reading of it was looked at; skills
that jobfit then found and the reader had overlooked were added, and what looked like a skill and is none was marked (in
the part ``once`` nothing was: what its reader overlooked counts as read wrongly).

How the annotations are meant:
    part          when the text was annotated and what for (:class:`annotations.Part`).
    sample        ``drawn`` at random: two of each category of it-resumes (400 to 3,300 characters), seven longer, two
                  shorter, all of cv-docx; later 24 more (400 to 4,500), category by category. Or ``chosen`` for what
                  is rare (clearance, permits, "not required", remote work): no rate of the drawn ones may count them.
    importance    ``must`` where the words or the heading insist, or where a bare list of demands has no heading at all;
                  ``nice`` for a plus, preferred, ideally, optional, "preferred but not required"; ``not_needed`` for
                  what the text says is not asked for.
    doubtful      two readers could differ (a list of demands under "Desired", a skill in the "minimum" line that is
                  "preferred" below): such a fact can be left out of a score.
    title         spans any of which names the job.
    experience    every statement of a time asked for, at the words that state it ("at least 3 years"), as often as it
                  is made, in months; ``maximum`` for ranges and upper limits; ``where`` is the field in which it must
                  lie, none where any work counts.
    education     every level asked for; "BS or MS" is the lower; ``or_equivalent``: experience will do instead.
    skills        every hard skill, tool, technology, method, standard and field of knowledge once, at the mention that
                  decides, ``also`` at its other mentions. ``mentioned``: not asked for; ``part`` then says whether the
                  tasks name it or only the context (what the employer or its client does). Skills with the same
                  ``any_of`` are alternatives or examples: one of them (or something like it) will do.
    soft_skills   communication and the like: a finding there is neither right nor wrong.
    not_skills    words that look like a skill and are none that this job asks for.
    certificates  named certificates asked for; ``any_of`` as for skills.
    clearance     ``secret``, ``any``, ``background_check`` or ``drug_test``.
    permit        ``work_authorisation``, ``citizenship``, ``citizenship_or_residency``, ``no_sponsorship`` (the
                  employer sponsors no visa), ``local_only`` (only people who live there).
    location      every place where the job may be.
    remote        ``remote``, ``hybrid`` or ``on_site``; contract: jobfit's conditions, and ``contract_to_hire``.
    languages     ``code`` is none where the text names none ("bilingual").
    not_facts     words that look like a fact of that kind and are none: the age of the company, the length of the
                  contract, the place of an office, "remote team", a sales quota.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from annotations import HERE, Part, Span, beside_texts, read_lines

from jobfit.records import EducationLevel, Kind, LanguageLevel

FILE = HERE / "vacancies.jsonl"
T = TypeVar("T")


class Sample(StrEnum):
    """How an advert came to be annotated."""

    DRAWN = "drawn"
    CHOSEN = "chosen"


class Importance(StrEnum):
    """How firmly an advert asks for something."""

    MUST = "must"
    NICE = "nice"
    NOT_NEEDED = "not_needed"
    MENTIONED = "mentioned"  # skills only: not asked for


@dataclass(frozen=True, slots=True)
class Time:
    """Months of experience asked for."""

    span: Span
    minimum: int | None
    maximum: int | None
    importance: Importance
    where: Span | None
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Degree:
    """A level of education asked for."""

    span: Span
    level: EducationLevel
    importance: Importance
    or_equivalent: bool
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Skill:
    """A hard skill under its usual lower-case name."""

    name: str
    span: Span
    also: tuple[Span, ...]
    polarity: Importance
    part: str | None
    any_of: int | None
    doubtful: bool

    @property
    def mentions(self) -> tuple[Span, ...]:
        """Every place where the skill is named."""
        return (self.span, *self.also)


@dataclass(frozen=True, slots=True)
class Language:
    """A language asked for, by its ISO 639-1 code."""

    span: Span
    code: str | None
    level: LanguageLevel | None
    importance: Importance


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate, clearance or permit asked for; ``kind`` is empty for certificates."""

    span: Span
    importance: Importance
    kind: str
    any_of: int | None
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Salary:
    """What is paid, in whole units of ``currency`` a ``period``."""

    span: Span
    minimum: int
    maximum: int
    currency: str
    period: str


@dataclass(frozen=True, slots=True)
class Value:
    """A condition, a date, or the kind of fact that something is not, and where it stands."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Advert:
    """What one advert states, in the order of the lists above; empty where it states nothing."""

    source: str
    sha256: str
    part: Part
    sample: Sample
    title: tuple[Span, ...]
    experience: tuple[Time, ...]
    education: tuple[Degree, ...]
    skills: tuple[Skill, ...]
    soft_skills: tuple[Span, ...]
    not_skills: tuple[Span, ...]
    languages: tuple[Language, ...]
    certificates: tuple[Proof, ...]
    clearance: tuple[Proof, ...]
    permit: tuple[Proof, ...]
    location: tuple[Span, ...]
    remote: tuple[Value, ...]
    contract: tuple[Value, ...]
    salary: tuple[Salary, ...]
    start: tuple[Value, ...]
    not_facts: tuple[Value, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Every span of the annotation."""
        facts: Sequence[Any] = (
            *self.experience, *self.education, *self.languages, *self.certificates, *self.clearance, *self.permit,
            *self.remote, *self.contract, *self.salary, *self.start, *self.not_facts,
        )  # fmt: skip
        bare = (*self.title, *self.soft_skills, *self.not_skills, *self.location)
        fields = tuple(each.where for each in self.experience if each.where)
        return (*bare, *fields, *(s for skill in self.skills for s in skill.mentions), *(each.span for each in facts))


def load(
    folder: Path | None = None, path: Path = FILE, parts: Collection[Part] = tuple(Part)
) -> Iterator[tuple[str, Advert]]:
    """Yield (text, advert) for every line of ``path`` in ``parts``; raises as :func:`annotations.load`."""
    return beside_texts([each for each in read_adverts(path) if each.part in parts], Kind.VACANCY, folder)


def read_adverts(path: Path = FILE) -> tuple[Advert, ...]:
    """The annotated adverts of a file, in order; AnnotationError names the line that is not one."""
    return read_lines(path, parse)


def parse(line: Mapping[str, Any]) -> Advert:
    """One line of the file; what a line leaves out is absent in the text."""
    if unknown := set(line) - set(Advert.__dataclass_fields__) - {"kind"}:
        raise ValueError(f"unknown field {sorted(unknown)[0]!r}")
    if line["kind"] != Kind.VACANCY:
        raise ValueError(f"{line['kind']!r} is not a vacancy")

    def each(field: str, build: Callable[..., T]) -> tuple[T, ...]:
        return tuple(build(**fact) for fact in line.get(field, ()))

    def spans(field: str) -> tuple[Span, ...]:
        return tuple(Span(*span) for span in line.get(field, ()))

    return Advert(
        source=line["source"],
        sha256=line["sha256"],
        part=Part(line.get("part", Part.EARLIER)),
        sample=Sample(line["sample"]),
        title=spans("title"),
        experience=each("experience", _time),
        education=each("education", _degree),
        skills=each("skills", _skill),
        soft_skills=spans("soft_skills"),
        not_skills=spans("not_skills"),
        languages=each("languages", _language),
        certificates=each("certificates", _proof),
        clearance=each("clearance", _proof),
        permit=each("permit", _proof),
        location=spans("location"),
        remote=each("remote", _value),
        contract=each("contract", _value),
        salary=each("salary", _salary),
        start=each("start", _value),
        not_facts=each("not_facts", _value),
    )


def _time(
    span: list[int],
    importance: str,
    minimum: int | None = None,
    maximum: int | None = None,
    where: list[int] | None = None,
    doubtful: bool = False,
) -> Time:
    return Time(Span(*span), minimum, maximum, _asked(importance), Span(*where) if where else None, doubtful)


def _degree(span: list[int], level: str, importance: str, or_equivalent: bool, doubtful: bool = False) -> Degree:
    return Degree(Span(*span), EducationLevel[level], _asked(importance), or_equivalent, doubtful)


def _skill(
    name: str,
    span: list[int],
    polarity: str,
    also: Sequence[list[int]] = (),
    part: str | None = None,
    any_of: int | None = None,
    doubtful: bool = False,
) -> Skill:
    said = Importance(polarity)
    if (part in ("tasks", "context")) != (said is Importance.MENTIONED):
        raise ValueError(f"{name!r}: {polarity} in part {part!r}")
    return Skill(name, Span(*span), tuple(Span(*other) for other in also), said, part, any_of, doubtful)


def _language(span: list[int], importance: str, code: str | None = None, level: str | None = None) -> Language:
    return Language(Span(*span), code, LanguageLevel[level] if level else None, _asked(importance))


def _proof(
    span: list[int], importance: str, kind: str = "", any_of: int | None = None, doubtful: bool = False
) -> Proof:
    return Proof(Span(*span), _asked(importance), kind, any_of, doubtful)


def _salary(span: list[int], minimum: int, maximum: int, currency: str, period: str) -> Salary:
    return Salary(Span(*span), minimum, maximum, currency, period)


def _value(value: str, span: list[int]) -> Value:
    return Value(value, Span(*span))


def _asked(importance: str) -> Importance:
    if importance == Importance.MENTIONED:
        raise ValueError("only skills are merely mentioned")
    return Importance(importance)
