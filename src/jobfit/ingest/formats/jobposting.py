"""schema.org ``JobPosting`` (https://schema.org/JobPosting), as JSON-LD alone or inside HTML, to a vacancy text.

Descriptions are HTML by the standard; only their visible text is kept. What a posting says in fields (qualifications,
months of experience, a credential) is written out under the headings of a vacancy, so that it is read and quoted like
any other text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from jobfit.ingest.formats.outline import VOCABULARY, Outline, joined, labelled
from jobfit.ingest.formats.tables import distinct
from jobfit.ingest.formats.values import JsonError, WrongValueError, identifier, parse_lenient, shorten, text
from jobfit.ingest.kinds import guess_kind
from jobfit.ingest.parse.html import decode, extract_main
from jobfit.ingest.parse.html import extract as visible_text
from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind

Object = Mapping[str, object]
Result = RawDocument | RawRejection

_MARKUP = re.compile(r"<[A-Za-z/!][^<>]{0,2000}>|&(?:[A-Za-z]{2,10}|#\d{1,7});")
_SCRIPT = re.compile(r"<script\b[^>]{0,200}\btype\s{0,5}=\s{0,5}[\"']?application/ld\+json[^>]{0,200}>", re.IGNORECASE)
_END = re.compile(r"</script", re.IGNORECASE)
_ESCAPED, _MOST_ESCAPES = re.compile(r"&(?:amp;){0,2}lt;"), 3
_MOST_POSTINGS = 1_000
_EMPLOYMENT: dict[str, str] = VOCABULARY["posting"]["employment"]
_DEGREES: dict[str, str] = VOCABULARY["posting"]["degrees"]


def is_linked_data(value: Object) -> bool:
    """Whether the object says that it is JSON-LD (``@type``, ``@graph`` or ``@context``)."""
    return any(key in value for key in ("@type", "@graph", "@context"))


def from_linked_data(value: Object, row: int | None = None) -> Iterator[Result]:
    """A result for each JobPosting of the object; one rejection, naming the types found, where there is none."""
    postings = list(_postings(value))
    for number, posting in enumerate(postings[:_MOST_POSTINGS], start=1):
        yield from_posting(posting, row if row is not None or len(postings) == 1 else number)
    if len(postings) > _MOST_POSTINGS:
        yield RawRejection(f"it holds {len(postings):,} postings, more than {_MOST_POSTINGS:,}; split it", row=row)
    if not postings:
        types = ", ".join(_types(value)) or "no type"
        yield RawRejection("no JobPosting in this schema.org data", row, "@type", shorten(types))


def from_html(data: bytes) -> tuple[Result, ...] | None:
    """The postings in the JSON-LD scripts of an HTML page; ``None`` where it has none (the page is then read as text).

    A script that is broken JSON is passed over: the page itself may still hold the vacancy.
    """
    decoded = decode(data)
    if isinstance(decoded, RawRejection):
        return None
    postings: list[Object] = []
    for script in _scripts(decoded[0]):
        with suppress(JsonError):
            postings += (posting for posting in _postings(parse_lenient(script)) if posting not in postings)
    several = len(postings) > 1
    results = distinct(from_posting(posting, n if several else None) for n, posting in enumerate(postings, start=1))
    return tuple(results) or None


def _scripts(page: str) -> Iterator[str]:
    """The contents of the JSON-LD scripts, one after the other; one without an end reaches to the end of the page."""
    start = _SCRIPT.search(page)
    while start is not None:
        end = _END.search(page, start.end())
        stop = end.start() if end else len(page)
        yield page[start.end() : stop]
        start = _SCRIPT.search(page, stop)


def from_posting(posting: Object, row: int | None = None) -> Result:
    """One JobPosting as a vacancy; a rejection where a field has a wrong type or it has neither title nor text."""
    flags: list[str] = []

    def prose(field: str) -> str:
        return "\n".join(visible(part, flags) for part in _strings(posting.get(field), field))

    page = Outline()
    try:
        description, qualifications = prose("description"), prose("qualifications")
        required = [qualifications, *_education(posting), *_experience(posting)]
        responsibilities, skills = prose("responsibilities"), prose("skills")
        if not any((description, responsibilities, *required, skills)):
            return RawRejection("the posting has no description", row=row, field="description", value="")
        page.lines(visible(text(posting.get("title", posting.get("name")), "title"), flags))
        page.fields(*_conditions(posting))
        page.lines(description)
        page.section("Responsibilities", [responsibilities]).section("Requirements", required)
        page.section("Required skills", [skills]).section("Benefits", [prose("jobBenefits")])
        noted = tuple(dict.fromkeys(flags))
        return RawDocument(page.text(), Kind.VACANCY, _identifier(posting), row, noted, page.declared)
    except WrongValueError as error:
        return error.in_row(row)


def _conditions(posting: Object) -> list[str]:
    remote = any(part.upper() == "TELECOMMUTE" for part in _strings(posting.get("jobLocationType"), "jobLocationType"))
    employment = _strings(posting.get("employmentType"), "employmentType")
    regions = _names(posting.get("applicantLocationRequirements"), "applicantLocationRequirements")
    return [
        labelled("Company", ", ".join(_names(posting.get("hiringOrganization"), "hiringOrganization"))),
        labelled("Location", "; ".join(_places(posting.get("jobLocation")))),
        "Remote" if remote else "",
        labelled("Remote from", ", ".join(regions)),
        labelled("Employment type", joined(_EMPLOYMENT.get(part.upper(), part) for part in employment)),
        labelled("Salary", _salary(posting.get("baseSalary"))),
        labelled("Apply until", text(posting.get("validThrough"), "validThrough")[:10]),
    ]


def _education(posting: Object) -> list[str]:
    degrees = []
    for item in _items(posting.get("educationRequirements")):
        if isinstance(item, Mapping):
            item = item.get("credentialCategory", item.get("name"))
        degrees += _strings(item, "educationRequirements")
    return [_DEGREES.get(degree.casefold(), degree) for degree in degrees]


def _experience(posting: Object) -> list[str]:
    experience = []
    for item in _items(posting.get("experienceRequirements")):
        if not isinstance(item, Mapping):
            experience.append(visible(text(item, "experienceRequirements"), []))
            continue
        months, field = item.get("monthsOfExperience"), "experienceRequirements.monthsOfExperience"
        number = text(months, field)
        if number and not number.replace(".", "", 1).isdigit():
            raise WrongValueError(field, months, "a number of months is expected here")
        stated = f"{_duration(float(number))} of experience" if number else ""
        experience.append(stated or text(item.get("description"), "description"))
    return experience


def _duration(months: float) -> str:
    """``36`` is ``3 years``; anything but whole years stays in months."""
    count, unit = (months / 12, "year") if months % 12 == 0 and months else (months, "month")
    return f"{count:g} {unit}{'' if count == 1 else 's'}"


def _places(value: object) -> list[str]:
    places = []
    for item in _items(value):
        address = item.get("address", item.get("name")) if isinstance(item, Mapping) else item
        if isinstance(address, Mapping):
            keys = ("streetAddress", "postalCode", "addressLocality", "addressRegion")
            parts = [text(address.get(key), f"jobLocation.address.{key}") for key in keys]
            country = _names(address.get("addressCountry"), "jobLocation.address.addressCountry")
            places.append(joined((parts[0], joined(parts[1:3], " "), parts[3], *country)))
        else:
            places += _strings(address, "jobLocation")
    return list(filter(None, places))


def _salary(value: object) -> str:
    if not isinstance(value, Mapping):
        return text(value, "baseSalary")
    amount, unit = value.get("value"), ""
    if isinstance(amount, Mapping):
        ends = [text(amount.get(key), f"baseSalary.value.{key}") for key in ("minValue", "maxValue")]
        single = text(amount.get("value"), "baseSalary.value.value")
        written = joined(ends, " – ") or single
        unit = text(amount.get("unitText"), "baseSalary.value.unitText").lower()
    else:
        written = text(amount, "baseSalary.value")
    if not written:
        return ""
    return joined((joined((written, text(value.get("currency"), "baseSalary.currency")), " "), unit), " per ")


def _identifier(posting: Object) -> str | None:
    value = posting.get("identifier")
    if isinstance(value, Mapping):
        value = value.get("value", value.get("@id"))
    return identifier(value, "identifier")


def _names(value: object, field: str) -> list[str]:
    named = [item.get("name") if isinstance(item, Mapping) else item for item in _items(value)]
    return [name for item in named for name in _strings(item, field)]


def _strings(value: object, field: str) -> list[str]:
    """Texts of a value, a list of them, or objects with a ``name`` (a ``DefinedTerm``)."""
    named = [item.get("name", item.get("description")) if isinstance(item, Mapping) else item for item in _items(value)]
    return [name for item in named if (name := text(item, field))]


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _types(value: Object) -> list[str]:
    graph = value.get("@graph", ())
    objects = [value, *(item for item in (graph if isinstance(graph, list) else [graph]) if isinstance(item, Mapping))]
    types = [kind for item in objects for kind in _items(item.get("@type")) if isinstance(kind, str)]
    return list(dict.fromkeys(re.split("[/:#]", kind)[-1] for kind in types))


def _postings(value: object) -> Iterator[Object]:
    """The postings of an object: itself, or anywhere in it (``@graph``, ``mainEntity``, a list of items)."""
    waiting, seen = [value], 0
    while waiting and seen < 100_000:
        item, seen = waiting.pop(), seen + 1
        if isinstance(item, list):
            waiting += reversed(item)
        elif isinstance(item, Mapping):
            if "JobPosting" in _types({"@type": item.get("@type")}):
                yield item
            else:
                waiting += [part for part in reversed(list(item.values())) if isinstance(part, list | Mapping)]


def visible(value: str, flags: list[str]) -> str:
    """The visible text of a fragment of HTML; plain text stays as it is."""
    if not _MARKUP.search(value):
        return value
    fragment = value
    for _ in range(_MOST_ESCAPES):  # some sites escape their HTML once more inside the JSON: "&lt;p&gt;"
        if "<" not in fragment and _ESCAPED.search(fragment):
            fragment = html.unescape(fragment)
    pages = visible_text(f"<meta charset=utf-8>{fragment}".encode("utf-8", "replace"))
    shown = [page for page in pages if isinstance(page, RawDocument)]
    flags += [flag for page in shown for flag in page.flags]
    return "\n".join(page.text for page in shown).strip()


def extract_page(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """The schema.org ``JobPosting`` objects inside the page where there are any, else one document of what is seen.

    A page that reads as a CV is a CV, whatever data it hides; it is flagged.
    """
    holds_data = b"application/ld+json" in data and b"JobPosting" in data
    postings = from_html(data) if holds_data else None
    seen = tuple(extract_main(data)) if postings else ()
    if any(isinstance(page, RawDocument) and guess_kind(page.text, "") is Kind.CANDIDATE for page in seen):
        flag = "hidden_job_posting"
        return [replace(page, flags=(*page.flags, flag)) if isinstance(page, RawDocument) else page for page in seen]
    return postings or extract_main(data)
