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
    """Writes one resume; ``flags`` collects what is odd on the way."""

    resume: Object
    language: str  # of the headings
    flags: list[str] = field(default_factory=list)

    def document(self, row: int | None) -> RawDocument | RawRejection:
        page = Outline()
        basics = mapping(self.resume.get("basics"), "basics")
        summary = text(basics.get("summary"), "basics.summary")
        label = text(basics.get("label"), "basics.label")
        page.lines(text(basics.get("name"), "basics.name"), label)
        page.lines(*self._contact(basics))
        page.section(self._word("summary"), [summary])
        told = bool(summary or label)
        for name, write in _WRITERS.items():
            entries = [write(self, entry, where) for where, entry in mappings(self.resume.get(name), name)]
            blocks = "\n\n".join(entry for entry in entries if entry)
            told = told or (bool(blocks) and name in _SECTIONS)
            page.section(self._word(name), [blocks])
        if not told:
            return RawRejection("the resume says nothing under basics, work, education or skills", row=row)
        resume_id = identifier(self.resume.get("id", self.resume.get("_id")), "id")
        return RawDocument(page.text(), Kind.CANDIDATE, resume_id, row, tuple(self.flags))

    def _contact(self, basics: Object) -> list[str]:
        place = mapping(basics.get("location"), "basics.location")
        parts = [
            text(place.get(key), f"basics.location.{key}") for key in ("postalCode", "city", "region", "countryCode")
        ]
        city = joined((joined(parts[:2], " "), *parts[2:]))
        profiles = [
            joined(
                (
                    text(entry.get("network"), f"{where}.network"),
                    text(entry.get("url") or entry.get("username"), f"{where}.url"),
                ),
                ": ",
            )
            for where, entry in mappings(basics.get("profiles"), "basics.profiles")
        ]
        return [
            labelled(self._word("location"), joined((text(place.get("address"), "basics.location.address"), city))),
            labelled(self._word("phone"), text(basics.get("phone"), "basics.phone")),
            labelled("Email", text(basics.get("email"), "basics.email")),
            text(basics.get("url"), "basics.url"),
            *profiles,
        ]

    def work(self, entry: Object, where: str) -> str:
        employer = entry.get("name", entry.get("company", entry.get("organization")))
        title = joined((text(entry.get("position"), f"{where}.position"), text(employer, f"{where}.name")), " — ")
        title = joined((title, text(entry.get("location"), f"{where}.location")))
        dates = self._dates(entry, where, ongoing=where.startswith("work"))
        return self._block(title, dates, entry, where)

    def education(self, entry: Object, where: str) -> str:
        degree = joined(text(entry.get(key), f"{where}.{key}") for key in ("studyType", "area"))
        title = joined((degree, text(entry.get("institution"), f"{where}.institution")), " — ")
        line = joined((title, self._dates(entry, where)))  # one line: a year beside it tells a bare "Master" a diploma
        score = labelled("Score", text(entry.get("score"), f"{where}.score"))
        return joined((line, score, ", ".join(texts(entry.get("courses"), f"{where}.courses"))), "\n")

    def project(self, entry: Object, where: str) -> str:
        roles = ", ".join(texts(entry.get("roles"), f"{where}.roles"))
        title = joined((text(entry.get("name"), f"{where}.name"), roles), " — ")
        block = self._block(title, self._dates(entry, where), entry, where)
        return joined((block, ", ".join(texts(entry.get("keywords"), f"{where}.keywords"))), "\n")

    def keywords(self, entry: Object, where: str) -> str:
        words = ", ".join(texts(entry.get("keywords"), f"{where}.keywords"))
        name = joined((text(entry.get("name"), f"{where}.name"), _bracketed(text(entry.get("level"), where))), " ")
        return joined((name, words), ": ")

    def spoken(self, entry: Object, where: str) -> str:
        names = (text(entry.get(key), f"{where}.{key}") for key in ("language", "fluency"))
        return joined(names, ": ")

    def achievement(self, entry: Object, where: str) -> str:
        name = text(entry.get("name", entry.get("title")), f"{where}.name")
        giver = text(entry.get("issuer", entry.get("awarder", entry.get("publisher"))), f"{where}.issuer")
        on = next((key for key in ("date", "releaseDate") if key in entry), "date")
        line = joined((joined((name, giver), " — "), self._date(entry.get(on), f"{where}.{on}")))
        return joined((line, text(entry.get("summary"), f"{where}.summary")), "\n")

    def reference(self, entry: Object, where: str) -> str:
        return joined((text(entry.get(key), f"{where}.{key}") for key in ("name", "reference")), ": ")

    def _block(self, title: str, dates: str, entry: Object, where: str) -> str:
        told = [text(entry.get(key), f"{where}.{key}") for key in ("description", "summary")]
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


def _bracketed(value: str) -> str:
    return f"({value})" if value else ""


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
    language = text(mapping(resume.get("meta"), "meta").get("language"), "meta.language").casefold()[:2]
    if not language:
        prose = [text(mapping(resume.get("basics"), "basics").get("summary"), "basics.summary")]
        for section in ("work", "education", "projects", "volunteer"):
            for where, entry in mappings(resume.get(section), section):
                prose += [text(entry.get(key), f"{where}.{key}") for key in ("summary", "description")]
                prose += texts(entry.get("highlights"), f"{where}.highlights")
        language = detect_language("\n".join(prose)) or ""
    return language if language in _HEADINGS else "en"
