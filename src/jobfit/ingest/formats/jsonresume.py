"""JSON Resume 1.x (https://jsonresume.org/schema) to a CV text under the usual headings, English or French.

Dates stay as they are written (a day is cut to its month); what is not a date is kept as it stands and flagged
``invalid_date:<field>``, never repaired. A position under ``work`` with a start and no end is still held, as every
theme of JSON Resume prints it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from jobfit.ingest.formats.outline import VOCABULARY, Outline, joined, labelled
from jobfit.ingest.formats.values import WrongValueError, identifier, mapping, mappings, text, texts
from jobfit.ingest.language import detect_language
from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind

Object = Mapping[str, object]

_SECTIONS = ("work", "education", "skills", "volunteer", "languages", "projects", "certificates", "awards")
_HEADINGS: dict[str, dict[str, str]] = VOCABULARY["resume"]["headings"]  # by language
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_STILL = frozenset(VOCABULARY["resume"]["still"])


def is_resume(value: Object) -> bool:
    """Whether the object is a JSON Resume: its schema, ``basics``, or a list of objects under a section's name."""
    if "basics" in value or "jsonresume" in str(value.get("$schema", "")):
        return True
    lists = (value.get(name) for name in ("work", "education", "skills"))
    return any(isinstance(items, list) and items and isinstance(items[0], Mapping) for items in lists)


def from_resume(value: Object, row: int | None = None) -> RawDocument | RawRejection:
    """The resume as a candidate's CV; a rejection where a field has a wrong type or nothing tells of the person."""
    try:
        return _Writer(value, _language(value)).document(row)
    except WrongValueError as error:
        return error.in_row(row)


@dataclass
class _Writer:
    resume: Object
    language: str  # of the headings
    flags: list[str] = field(default_factory=list)  # what is odd

    def document(self, row: int | None) -> RawDocument | RawRejection:
        page = Outline()
        basics = mapping(self.resume.get("basics"), "basics")
        summary, label = _said(basics, "basics", "summary"), _said(basics, "basics", "label")
        page.lines(_said(basics, "basics", "name"), label)
        page.lines(*self._contact(basics))
        page.section(self._word("summary"), [summary])
        told = bool(summary or label)
        for name, write in _WRITERS.items():
            entries = [write(self, entry, where) for where, entry in mappings(self.resume.get(name), name)]
            blocks = joined(entries, "\n\n")
            told = told or (bool(blocks) and name in _SECTIONS)
            page.section(self._word(name), [blocks])
        if not told:
            return RawRejection("the resume says nothing under basics, work, education or skills", row=row)
        resume_id = identifier(self.resume.get("id", self.resume.get("_id")), "id")
        return RawDocument(page.text(), Kind.CANDIDATE, resume_id, row, tuple(self.flags))

    def _contact(self, basics: Object) -> list[str]:
        where = "basics.location"
        place = mapping(basics.get("location"), where)
        code, *parts = (_said(place, where, key) for key in ("postalCode", "city", "region", "countryCode"))
        city = joined((joined((code, parts[0]), " "), *parts[1:]))
        profiles = [
            joined((_said(entry, at, "network"), text(entry.get("url") or entry.get("username"), f"{at}.url")), ": ")
            for at, entry in mappings(basics.get("profiles"), "basics.profiles")
        ]
        return [
            labelled(self._word("location"), joined((_said(place, where, "address"), city))),
            labelled(self._word("phone"), _said(basics, "basics", "phone")),
            labelled("Email", _said(basics, "basics", "email")),
            _said(basics, "basics", "url"),
            *profiles,
        ]

    def work(self, entry: Object, where: str) -> str:
        employer = entry.get("name", entry.get("company", entry.get("organization")))
        title = joined((_said(entry, where, "position"), text(employer, f"{where}.name")), " — ")
        title = joined((title, _said(entry, where, "location")))
        return self._block(title, self._dates(entry, where, ongoing=where.startswith("work")), entry, where)

    def education(self, entry: Object, where: str) -> str:
        degree = joined((_said(entry, where, "studyType"), _said(entry, where, "area")))
        title = joined((degree, _said(entry, where, "institution")), " — ")
        line = joined((title, self._dates(entry, where)))  # one line: a year beside it tells a bare "Master" a diploma
        return joined((line, labelled("Score", _said(entry, where, "score")), _listed(entry, where, "courses")), "\n")

    def project(self, entry: Object, where: str) -> str:
        roles = _listed(entry, where, "roles")
        title = joined((_said(entry, where, "name"), roles), " — ")
        block = self._block(title, self._dates(entry, where), entry, where)
        return joined((block, _listed(entry, where, "keywords")), "\n")

    def keywords(self, entry: Object, where: str) -> str:
        words, name = _listed(entry, where, "keywords"), _said(entry, where, "name")
        level = text(entry.get("level"), where)
        name = joined((name, f"({level})" if level else ""), " ")
        return joined((name, words), ": ")

    def spoken(self, entry: Object, where: str) -> str:
        return joined((_said(entry, where, "language"), _said(entry, where, "fluency")), ": ")

    def achievement(self, entry: Object, where: str) -> str:
        name = text(entry.get("name", entry.get("title")), f"{where}.name")
        giver = text(entry.get("issuer", entry.get("awarder", entry.get("publisher"))), f"{where}.issuer")
        on = next((key for key in ("date", "releaseDate") if key in entry), "date")
        line = joined((joined((name, giver), " — "), self._date(entry.get(on), f"{where}.{on}")))
        return joined((line, _said(entry, where, "summary")), "\n")

    def reference(self, entry: Object, where: str) -> str:
        return joined((_said(entry, where, "name"), _said(entry, where, "reference")), ": ")

    def _block(self, title: str, dates: str, entry: Object, where: str) -> str:
        told = _said(entry, where, "description"), _said(entry, where, "summary")
        highlights = [f"- {line}" for line in texts(entry.get("highlights"), f"{where}.highlights")]
        return joined((title, dates, *told, *highlights), "\n")

    def _dates(self, entry: Object, where: str, ongoing: bool = False) -> str:
        start = self._date(entry.get("startDate"), f"{where}.startDate")
        end = self._date(entry.get("endDate"), f"{where}.endDate")
        if end.casefold() in _STILL or (ongoing and start and not end):
            end = self._word("present")
        elif start[:4].isdigit() and end[:4].isdigit() and end[: len(start)] < start[: len(end)]:
            self.flags.append(f"invalid_date:{where}.endDate")
        return joined((start, end), " – ")

    def _date(self, value: object, where: str) -> str:
        written = text(value, where)
        if not written or written.casefold() in _STILL:
            return written
        if not _is_date(written):
            self.flags.append(f"invalid_date:{where}")
            return written
        return written[:7]

    def _word(self, key: str) -> str:
        return _HEADINGS[self.language][key]


_WRITERS = {
    "work": _Writer.work,
    "education": _Writer.education,
    "skills": _Writer.keywords,
    "languages": _Writer.spoken,
    "certificates": _Writer.achievement,
    "projects": _Writer.project,
    "volunteer": _Writer.work,
    "awards": _Writer.achievement,
    "publications": _Writer.achievement,
    "interests": _Writer.keywords,
    "references": _Writer.reference,
}


def _said(entry: Object, where: str, key: str) -> str:
    return text(entry.get(key), f"{where}.{key}")


def _listed(entry: Object, where: str, key: str) -> str:
    return ", ".join(texts(entry.get(key), f"{where}.{key}"))


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
    language = _said(mapping(resume.get("meta"), "meta"), "meta", "language").casefold()[:2]
    if not language:
        prose = [_said(mapping(resume.get("basics"), "basics"), "basics", "summary")]
        for section in ("work", "education", "projects", "volunteer"):
            for where, entry in mappings(resume.get(section), section):
                prose += [_said(entry, where, "summary"), _said(entry, where, "description")]
                prose += texts(entry.get("highlights"), f"{where}.highlights")
        language = detect_language("\n".join(prose)) or ""
    return language if language in _HEADINGS else "en"
