"""JSON Resume 1.x (https://jsonresume.org/schema) to a CV text under the usual headings, English or French.

Read as people write it: a text where an object should be, or one object in place of a list, is read and flagged
``odd_shape:<field>``; other names of a field are known, and what the schema does not know is kept as text. Dates stay
as they are written (a day is cut to its month); what is not a date is kept as it stands and flagged
``invalid_date:<field>``, never repaired. A position under ``work`` with a start and no end is still held, as every
theme of JSON Resume prints it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from jobfit.ingest.formats import loose
from jobfit.ingest.formats.outline import VOCABULARY, Outline, joined, labelled
from jobfit.ingest.formats.values import WrongValueError, identifier
from jobfit.ingest.language import detect_language
from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind

Object = Mapping[str, object]

_SECTIONS = ("work", "education", "skills", "volunteer", "languages", "projects", "certificates", "awards")
_HEADINGS: dict[str, dict[str, str]] = VOCABULARY["resume"]["headings"]  # by language
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2})(?:[T ][\d:.]{0,20}(?:Z|[+-][\d:]{2,6})?)?)?)?")
_EPOCH = re.compile(r"\d{9,13}")
_ALIASES: dict[str, list[str]] = VOCABULARY["resume"]["aliases"]  # other names of sections and fields
_UNTOLD = frozenset(VOCABULARY["resume"]["untold"])  # fields that say nothing of the person's work
_WORD_STARTS = re.compile(r"(?<=[a-z])(?=[A-Z])|[_-]{1,9}")
_STILL = frozenset(VOCABULARY["resume"]["still"])


def is_resume(value: Object) -> bool:
    """Whether the object is a JSON Resume: its schema, ``basics``, or a list of objects under a section's name."""
    if "basics" in value or "jsonresume" in str(value.get("$schema", "")):
        return True
    lists = (_given(value, name) for name in ("work", "education", "skills"))
    return any(isinstance(items, list) and any(isinstance(item, Mapping) for item in items) for items in lists)


def from_resume(value: Object, row: int | None = None) -> RawDocument | RawRejection:
    """The resume as a candidate's CV; a rejection where its id is none or nothing tells of the person."""
    try:
        return _Writer(value).document(row)
    except WrongValueError as error:
        return error.in_row(row)


@dataclass
class _Writer:
    resume: Object
    flags: list[str] = field(default_factory=list)  # what is odd
    odd: list[str] = field(default_factory=list)  # fields of another shape than the schema's
    language: str = ""  # of the headings

    def document(self, row: int | None) -> RawDocument | RawRejection:
        page = Outline()
        self.language = _language(self.resume)
        stated = self.resume.get("basics") or {name: self.resume[name] for name in self.resume if name in _FLAT}
        basics = loose.entry(stated, "basics", self.odd)
        summary = self._said(basics, "basics", "summary") or self._told(self.resume.get("summary"), "summary")
        label = self._said(basics, "basics", "label")
        page.lines(self._said(basics, "basics", "name"), label, self._said(basics, "basics", loose.TEXT))
        page.fields(*self._contact(basics)).lines(*self._others(basics, _BASICS))
        page.section(self._word("summary"), [summary])
        told = bool(summary or label or basics.get(loose.TEXT))
        for name, (write, known) in _WRITERS.items():
            entries = self._entries(name, known)
            blocks = joined([self._entry(write(self, entry, where), entry, known) for where, entry in entries], "\n\n")
            told = told or (bool(blocks) and name in _SECTIONS)
            page.section(self._word(name), [blocks])
        for name, value in self.resume.items():
            if (
                name not in _TOP
                and not _is_untold(name)
                and not (stated is not self.resume.get("basics") and name in _FLAT)
            ):
                page.section(_spelt_out(name), [self._told(value, name)])
        if not told:
            return RawRejection("the resume says nothing under basics, work, education or skills", row=row)
        resume_id = identifier(self.resume.get("id", self.resume.get("_id")), "id")
        odd = [f"odd_shape:{name}" for name in dict.fromkeys(self.odd)]
        flags = *self.flags, *odd[:_MOST_FLAGS]
        return RawDocument(page.text(), Kind.CANDIDATE, resume_id, row, flags, page.declared)

    def _entries(self, name: str, known: frozenset[str]) -> list[tuple[str, Object]]:
        stated = [(name, self.resume.get(name))] if self.resume.get(name) else []
        stated += [(other, self.resume.get(other)) for other in _ALIASES.get(name, ()) if self.resume.get(other)]
        return [pair for at, value in stated for pair in loose.entries(value, at, self.odd, known)]

    def _entry(self, written: str, entry: Object, known: frozenset[str]) -> str:
        """The entry with what its writer does not know of: a bare text, fields that are not of the schema."""
        bare = entry.get(loose.TEXT)
        return joined((written, bare if isinstance(bare, str) else "", *self._others(entry, known)), "\n")

    def _others(self, entry: Object, known: frozenset[str]) -> list[str]:
        unknown = [name for name in entry if name not in known and name != loose.TEXT and not _is_untold(name)]
        return [labelled(_spelt_out(name), self._told(entry[name], name)) for name in unknown]

    def _told(self, value: object, where: str) -> str:
        """A value of any shape as text; several entries on lines of their own."""
        if isinstance(value, list):
            return joined((loose.text(item, where, []) for item in value), "\n" if _has_objects(value) else ", ")
        return loose.text(value, where, [])

    def _said(self, entry: Object, where: str, key: str) -> str:
        name = next((name for name in (key, *_ALIASES.get(key, ())) if entry.get(name)), key)
        return loose.text(entry.get(name), f"{where}.{name}", self.odd)

    def _listed(self, entry: Object, where: str, key: str) -> list[str]:
        name = next((name for name in (key, *_ALIASES.get(key, ())) if entry.get(name)), key)
        return loose.texts(entry.get(name), f"{where}.{name}", self.odd)

    def _contact(self, basics: Object) -> list[str]:
        where = "basics.location"
        place = loose.entry(basics.get("location"), where, [])
        code, *parts = (self._said(place, where, key) for key in ("postalCode", "city", "region", "countryCode"))
        city = joined((joined((code, parts[0]), " "), *parts[1:], self._said(place, where, loose.TEXT)))
        profiles = [
            joined(
                (self._said(entry, at, "network"), self._said(entry, at, "link"), self._said(entry, at, loose.TEXT)),
                ": ",
            )
            for at, entry in loose.entries(
                basics.get("profiles"), "basics.profiles", self.odd, frozenset(("network", "url"))
            )
        ]
        return [
            labelled(self._word("location"), joined((self._said(place, where, "address"), city))),
            labelled(self._word("phone"), self._said(basics, "basics", "phone")),
            labelled("Email", self._said(basics, "basics", "email")),
            self._said(basics, "basics", "url"),
            *profiles,
        ]

    def work(self, entry: Object, where: str) -> str:
        title = joined((self._said(entry, where, "position"), self._said(entry, where, "employer")), " — ")
        title = joined((title, self._said(entry, where, "location")))
        ongoing = not where.startswith("volunteer")
        return self._block(title, self._dates(entry, where, ongoing=ongoing), entry, where)

    def education(self, entry: Object, where: str) -> str:
        degree = joined((self._said(entry, where, "studyType"), self._said(entry, where, "area")))
        title = joined((degree, self._said(entry, where, "institution")), " — ")
        line = joined((title, self._dates(entry, where)))  # one line: a year beside it tells a bare "Master" a diploma
        told = self._said(entry, where, "description"), self._said(entry, where, "summary")
        score = labelled("Score", self._said(entry, where, "score"))
        return joined((line, score, ", ".join(self._listed(entry, where, "courses")), *told), "\n")

    def project(self, entry: Object, where: str) -> str:
        roles = ", ".join(self._listed(entry, where, "roles"))
        title = joined((self._said(entry, where, "name"), roles), " — ")
        block = self._block(title, self._dates(entry, where), entry, where)
        return joined((block, ", ".join(self._listed(entry, where, "keywords"))), "\n")

    def keywords(self, entry: Object, where: str) -> str:
        words, name = ", ".join(self._listed(entry, where, "keywords")), self._said(entry, where, "name")
        level = self._said(entry, where, "level")
        name = joined((name, f"({level})" if level else ""), " ")
        return joined((name, words), ": ")

    def spoken(self, entry: Object, where: str) -> str:
        return joined((self._said(entry, where, "language"), self._said(entry, where, "fluency")), ": ")

    def achievement(self, entry: Object, where: str) -> str:
        name = self._said(entry, where, "name") or self._said(entry, where, "title")
        giver = next(filter(None, (self._said(entry, where, key) for key in ("issuer", "awarder", "publisher"))), "")
        on = next((key for key in ("date", "releaseDate", "startDate") if entry.get(key)), "date")
        line = joined((joined((name, giver), " — "), self._date(entry.get(on), f"{where}.{on}")))
        return joined((line, self._said(entry, where, "summary")), "\n")

    def reference(self, entry: Object, where: str) -> str:
        return joined((self._said(entry, where, "name"), self._said(entry, where, "reference")), ": ")

    def _block(self, title: str, dates: str, entry: Object, where: str) -> str:
        told = self._said(entry, where, "description"), self._said(entry, where, "summary")
        highlights = [f"- {line}" for line in self._listed(entry, where, "highlights")]
        return joined((title, dates, *told, *highlights), "\n")

    def _dates(self, entry: Object, where: str, ongoing: bool = False) -> str:
        span = entry.get("date") or entry.get("dates") or entry.get("period") or entry.get("duration")
        if isinstance(span, str) and not _given(entry, "startDate"):
            return span.strip()  # a whole interval, as it is written
        dated = span if isinstance(span, Mapping) else entry
        start_name, end_name = (_name(dated, key) for key in ("startDate", "endDate"))
        start = self._date(dated.get(start_name), f"{where}.{start_name}")
        end = self._date(dated.get(end_name), f"{where}.{end_name}")
        still = any(entry.get(key) is True for key in _ALIASES["still"])
        if end.casefold() in _STILL or (start and not end and (ongoing or still)):
            end = self._word("present")
        elif start[:4].isdigit() and end[:4].isdigit() and end[: len(start)] < start[: len(end)]:
            self.flags.append(f"invalid_date:{where}.{end_name}")
        return joined((start, end), " – ")

    def _date(self, value: object, where: str) -> str:
        """The date as it is written, to the month; an object with a year or seconds since 1970 too."""
        if isinstance(value, Mapping):
            lower = {str(key).casefold(): part for key, part in value.items()}
            parts = [loose.text(lower.get(key), where, []) for key in ("year", "month")]
            written = (
                "-".join(part.zfill(2) for part in parts if part) if parts[0] else loose.text(value, where, self.odd)
            )
        else:
            written = loose.text(value, where, self.odd)
        if not written or written.casefold() in _STILL:
            return written
        if _EPOCH.fullmatch(written):
            seconds = int(written) / (1000 if len(written) > 11 else 1)
            return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m") if seconds < 253_402_300_800 else written
        if not _is_date(written):
            self.flags.append(f"invalid_date:{where}")
            return written
        year, _, rest = written.replace("/", "-").partition("-")
        return f"{year}-{rest.partition('-')[0].zfill(2)}" if rest else year

    def _word(self, key: str) -> str:
        return _HEADINGS[self.language][key]


_DATES = ("startDate", "endDate", "date", "dates", "period", "duration", *_ALIASES["startDate"], *_ALIASES["endDate"])
_DATES = (*_DATES, *_ALIASES["still"])
_MOST_FLAGS = 20


def _known(*keys: str) -> frozenset[str]:
    """The fields that a writer reads, under all of their names."""
    return frozenset((*keys, *(other for key in keys for other in _ALIASES.get(key, ())), *_DATES))


_BLOCK = ("description", "summary", "highlights")
_BASICS = _known("name", "label", "summary", "location", "phone", "email", "url", "profiles")
_WORK = _known("position", "employer", "location", *_BLOCK)
_ACHIEVEMENT = _known("name", "title", "issuer", "awarder", "publisher", "releaseDate", "summary")
_WRITERS: dict[str, tuple[Callable[[_Writer, Object, str], str], frozenset[str]]] = {
    "work": (_Writer.work, _WORK),
    "education": (
        _Writer.education,
        _known("studyType", "area", "institution", "score", "courses", "description", "summary"),
    ),
    "skills": (_Writer.keywords, _known("name", "level", "keywords")),
    "languages": (_Writer.spoken, _known("language", "fluency")),
    "certificates": (_Writer.achievement, _ACHIEVEMENT),
    "projects": (_Writer.project, _known("name", "roles", "keywords", *_BLOCK)),
    "volunteer": (_Writer.work, _WORK),
    "awards": (_Writer.achievement, _ACHIEVEMENT),
    "publications": (_Writer.achievement, _ACHIEVEMENT),
    "interests": (_Writer.keywords, _known("name", "level", "keywords")),
    "references": (_Writer.reference, _known("name", "reference")),
}
_FLAT = frozenset(("name", "label", "headline", "title", "email", "phone", "location"))
_TOP = frozenset(("basics", "summary", *_WRITERS, *(other for name in _WRITERS for other in _ALIASES.get(name, ()))))


def _name(entry: Object, key: str) -> str:
    """The name under which the entry has the field: ``key`` or one of its aliases."""
    return next((name for name in (key, *_ALIASES.get(key, ())) if entry.get(name)), key)


def _given(entry: Object, key: str) -> object:
    return entry.get(_name(entry, key))


def _is_untold(name: str) -> bool:
    return name.startswith(("$", "_")) or name.casefold() in _UNTOLD


def _spelt_out(name: str) -> str:
    """``volunteerWork`` is "Volunteer work"."""
    words = _WORD_STARTS.sub(" ", name[:100]).strip()
    return words[:1].upper() + words[1:].lower() if " " in words else words[:1].upper() + words[1:]


def _has_objects(items: list[object]) -> bool:
    return any(isinstance(item, Mapping | list) for item in items)


def _is_date(written: str) -> bool:
    match = _DATE.fullmatch(written)
    if match is None:
        return False
    try:
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True


def _language(resume: Object) -> str:
    """The language of the headings: that of ``meta.language``, else of the prose; English where there are no others."""
    language = loose.text(loose.entry(resume.get("meta"), "meta", []).get("language"), "meta", []).casefold()[:2]
    if not language:
        told = [loose.entry(resume.get("basics"), "basics", []).get("summary")]
        told += [_given(resume, section) for section in ("work", "education", "projects", "volunteer")]
        language = (
            detect_language("\n".join(part for value in told for part in loose.leaves(value) if " " in part)) or ""
        )
    return language if language in _HEADINGS else "en"
