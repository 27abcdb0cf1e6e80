"""What was understood of a record: every fact with its quote and sentence, and what was not found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from jobfit.app.wire import Progress, Request, Result, Tenant, Today, quiet
from jobfit.errors import InputError, RejectedInput, Rejection, UnknownIdError
from jobfit.records import (
    LITERAL,
    Candidate,
    EducationLevel,
    Evidence,
    Experience,
    ExperienceTotal,
    Filler,
    Kind,
    LanguageSkill,
    Layer,
    Period,
    Polarity,
    Record,
    Requirement,
    Salary,
    Stated,
    headline,
    layer_of,
)

if TYPE_CHECKING:
    from jobfit.store.repository import Store

_NO_FACTS = ("sections", "dates_explained")


class ShowRequest(Request):
    name: str = Field(description="Id of a record in the store, or a file, which is read and not stored.")
    kind: Kind | None = Field(None, description="What it is, where an id is of both kinds or a file does not say it.")
    personal: bool = Field(False, description="Show the person's name, contact details, address and birth too.")
    tenant: Tenant = "default"
    today: Today


class Fact(Result):
    """One reading. The quote stands at ``start``..``end`` of the visible text, within the sentence.

    ``layer``: which part of the schema that both sides share it is of. ``polarity``: has, has_not, wants; for a
    requirement must, nice. ``sure``: the words can be read in one way only, so that a constraint of a policy file may
    rest on them; ``null`` for requirements. ``source``: who read the quote.
    """

    layer: Layer
    field: str
    value: str
    polarity: str
    sure: bool | None
    quote: str | None
    start: int | None
    end: int | None
    source: Filler | None
    sentence: str | None
    sentence_start: int | None


class Part(Result):
    kind: str
    start: int
    end: int


class Shown(Result):
    """A record as it was understood; ``unknown`` names what its text was not found to state."""

    kind: Kind
    id: str
    title: str
    path: str
    row: int | None
    language: str | None
    flags: tuple[str, ...]
    outdated: bool = Field(description="Another reader read it; `jobfit ingest PATH` reads it again.")
    model: str | None = Field(description="The language model that was asked for the rest (`jobfit fill`).")
    characters: int
    sections: tuple[Part, ...]
    facts: tuple[Fact, ...]
    unknown: tuple[str, ...]


class ShowResult(Result):
    """``personal`` says whether personal details are shown; where not, the characters of each are ``█``."""

    personal: bool
    records: tuple[Shown, ...]


def show(request: ShowRequest, progress: Progress = quiet) -> ShowResult:
    """Print what was understood of a record: facts with quotes, polarity and sureness, and what was not found.

    A file that exists is read and not stored; else it is an id. Personal details are hidden; see --personal.

    Raises:
        UnknownIdError: neither a file nor an id.
        RejectedInput: nothing in the file can be read.
    """
    records = tuple(_read(Path(request.name), request.kind) if Path(request.name).is_file() else _stored(request))
    return ShowResult(
        personal=request.personal,
        records=tuple(_shown(record, request.personal, request.today) for record in records),
    )


def _stored(request: ShowRequest) -> Iterator[Record]:
    from jobfit.store.repository import open_store

    with open_store(tenant=request.tenant) as store:
        found = list(_with_id(store, request.name, (request.kind,) if request.kind else tuple(Kind)))
    if not found:
        raise UnknownIdError(
            f"no record with the id {request.name!r} in the store, and no file of that name; the ids there are: "
            "jobfit list candidate, jobfit list vacancy"
        )
    yield from found


def _with_id(store: Store, record_id: str, kinds: Iterable[Kind]) -> Iterator[Record]:
    for kind in kinds:
        try:
            yield store.get(kind, record_id)
        except UnknownIdError:
            continue


def _read(path: Path, kind: Kind | None) -> Iterator[Record]:
    from jobfit.artifacts import real_path
    from jobfit.ingest.parse.sandbox import ParserPool
    from jobfit.ingest.readers import read_raw
    from jobfit.reading import build_record

    rejected: list[Rejection] = []
    read = 0
    with ParserPool(1) as pool:
        for item in read_raw([real_path(path)], pool, kind):
            if isinstance(item, Rejection):
                rejected.append(item)
            else:
                read += 1
                yield build_record(item)
    if rejected and not read:
        raise RejectedInput(rejected[0])
    if not read:
        raise InputError(f"{path}: there is no record in it")


def _shown(record: Record, personal: bool, today: date) -> Shown:
    from jobfit.documents.masking.hidden import without_personal
    from jobfit.ingest.reader import reader_version

    facts = list(_facts(record, today))
    text = record.text if personal else without_personal(record)
    empty = {field.name for field in fields(record.profile) if not getattr(record.profile, field.name)}
    stated = {name for _, name, *_ in facts}
    return Shown(
        kind=record.kind,
        id=record.id,
        title=headline(record),
        path=record.source.path,
        row=record.source.row,
        language=record.language,
        flags=record.flags,
        outdated=record.source.reader != reader_version(),
        model=record.source.model,
        characters=len(record.text),
        sections=tuple(Part(kind=s.kind, start=s.start, end=s.end) for s in record.profile.sections),
        facts=tuple(_fact(record.text, text, fact) for fact in facts),
        unknown=tuple(f.name for f in fields(record.profile) if f.name in empty - stated and f.name not in _NO_FACTS),
    )


_Read = tuple[Layer, str, str, str, bool | None, Evidence | None]  # layer, field, value, polarity, sureness, quote


def _facts(record: Record, today: date) -> Iterator[_Read]:
    """Yield layer, field, value, polarity, sureness and quote of everything that was read."""
    from jobfit.policy.months import experience_total

    names = _names_of_skills()
    named = record.profile.skills_by_name if isinstance(record, Candidate) else ()
    for field in fields(record.profile):
        value = named if field.name == "skills" else getattr(record.profile, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Stated):
                said = names.get(item.value) or _said(item.value, field.name)
                yield layer_of(field.name), field.name, said, item.polarity, item.sure, item.evidence
            elif isinstance(item, Experience):
                title = item.title.value if item.title else "title unknown"
                held = f"{title}: {_period(item)}"
                yield (
                    layer_of(field.name),
                    "experience",
                    held,
                    Polarity.HAS,
                    bool(item.title and item.title.sure),
                    item.evidence,
                )
            elif isinstance(item, Requirement):
                yield layer_of(item.kind), "requirement", item.label, item.importance, None, item.evidence
    total = experience_total(record.profile, today) if isinstance(record, Candidate) else None
    if total is not None:
        said = _said(total.value)
        yield Layer.THRESHOLDS, "experience in all", said, total.polarity, total.sure, total.evidence


def _period(held: Experience) -> str:
    """Return the dates as precisely as they are stated: "2019", "2017 to 2019-06", "2021-03 to now", "? to ?"."""
    if held.start and held.start == held.end:
        return held.start
    return f"{held.start or '?'} to {'now' if held.current else held.end or '?'}"


def _names_of_skills() -> dict[Any, str]:
    from jobfit.taxonomy.compact import load_compact

    return {skill_id: skill.label() for skill_id, skill in load_compact().skills.items()}


def _pay(salary: Salary) -> str:
    """Return "13.50 to 16 EUR an hour", "up to 40,000 GBP a year"."""
    low, high = (a if a is None else f"{a:,.2f}".removesuffix(".00") for a in (salary.minimum, salary.maximum))
    if low is None or high is None:
        amounts = f"up to {high}" if low is None else f"from {low}"
    else:
        amounts = low if low == high else f"{low} to {high}"
    return f"{amounts} {salary.currency} {'an' if salary.period is Period.HOUR else 'a'} {salary.period}"


def _said(value: object, field: str = "") -> str:
    """Return a value in words; of some fields it is a number of months or days."""
    from jobfit.policy.months import in_words
    from jobfit.structure.languages import language_name

    if isinstance(value, int) and field == "claimed_months":
        return in_words(value)
    if isinstance(value, int) and field == "notice":
        return f"{value} days" if value else "none"
    if isinstance(value, EducationLevel):
        return value.name.lower().replace("_", " ")
    if isinstance(value, LanguageSkill):
        return language_name(value.code) + (f", {value.level.name}" if value.level else "")
    if isinstance(value, Salary):
        return _pay(value)
    if isinstance(value, ExperienceTotal):
        more = value.at_most is not None and value.at_most > value.months
        least = "at least " if value.partial else ""
        return least + in_words(value.months) + (f", at most {in_words(value.at_most or 0)}" if more else "")
    return str(value).removeprefix(LITERAL)


def _fact(text: str, hidden: str, read: _Read) -> Fact:
    """Return the fact as it is shown. The quote is what was read, so only that of the name is ever hidden."""
    from jobfit.documents.masking.hidden import HIDDEN
    from jobfit.structure.sections import sentence_around

    layer, field, value, polarity, sure, quote = read
    if quote is None:
        return Fact(
            layer=layer, field=field, value=value, polarity=polarity, sure=sure,
            quote=None, start=None, end=None, source=None, sentence=None, sentence_start=None,
        )  # fmt: skip
    at = sentence_around(text, quote)
    shown = hidden[quote.start : quote.end] if field == "name" else quote.text
    return Fact(
        layer=layer,
        field=field,
        value=shown if field == "name" and HIDDEN in shown else value,
        polarity=polarity,
        sure=sure,
        quote=shown,
        start=quote.start,
        end=quote.end,
        source=quote.source,
        sentence=hidden[at.start : quote.start] + shown + hidden[quote.end : at.end],
        sentence_start=at.start,
    )
