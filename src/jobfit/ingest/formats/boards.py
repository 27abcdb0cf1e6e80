"""The JSON of public job boards as schema.org JobPostings: Greenhouse, Lever, Ashby, SmartRecruiters, Workable.

A file is a board (``{"jobs": [...]}``, or a list) or one job. A list that was asked for without descriptions is refused
with the way to ask for them.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping

from jobfit.ingest.formats import loose
from jobfit.ingest.formats.jobposting import from_posting
from jobfit.ingest.raw import RawDocument, RawRejection

Object = Mapping[str, object]

_LISTS = ("jobs", "content", "results", "postings")
_BARE = {
    "greenhouse": "the Greenhouse job has no content; ask the board for it with ?content=true",
    "smartrecruiters": "the SmartRecruiters job has no jobAd; ask for each posting by its id",
    "ashby": "the Ashby job has no description",
    "lever": "the Lever job has no description",
    "workable": "the Workable job has no description; ask the board for it with ?details=true",
}


def jobs_of(value: Object) -> list[Object] | None:
    """The jobs of a board's file, one for a single job; ``None`` where it is none of these boards'."""
    if _board_of(value) is not None:
        return [value]
    for name in _LISTS:
        items = value.get(name)
        if isinstance(items, list) and items and all(isinstance(item, Mapping) for item in items):
            company = loose.text(value.get("name"), "", [])
            if all(_board_of(item) for item in items):
                return [{"company_name": company, **item} if company else item for item in items]
    return None


def from_job(job: Object, row: int | None) -> RawDocument | RawRejection:
    """The vacancy of one job of :func:`jobs_of`."""
    board = _board_of(job) or ""
    posting = {key: value for key, value in _WRITERS[board](job).items() if value}
    if "description" not in posting:
        return RawRejection(_BARE[board], row=row, field="description", value="")
    return from_posting(posting, row)


def _board_of(job: Object) -> str | None:
    keys = job.keys()
    if "absolute_url" in keys or "internal_job_id" in keys or {"gh_jid"} & keys:
        return "greenhouse"
    if (
        "text" in keys
        and ("categories" in keys or "hostedUrl" in keys)
        and ({"hostedUrl", "lists", "descriptionPlain"} & keys)
    ):
        return "lever"
    if "jobAd" in keys or {"releasedDate", "company", "location"} <= keys:
        return "smartrecruiters"
    if {"descriptionHtml", "descriptionPlain"} & keys and "title" in keys:
        return "ashby"
    if "shortcode" in keys and "title" in keys:
        return "workable"
    return None


def _greenhouse(job: Object) -> Object:
    content = _text(job, "content")
    return {
        **_head(job, "title", "company_name"),
        "description": html.unescape(content) if "&lt;" in content else content,
        "jobLocation": _text(_object(job, "location"), "name") or ", ".join(_names(job.get("offices"))),
    }


def _lever(job: Object) -> Object:
    categories = _object(job, "categories")
    parts = [_text(job, "description") or _paragraphs(_text(job, "descriptionPlain"))]
    for part in _objects(job.get("lists")):
        parts.append(f"<h3>{html.escape(_text(part, 'text'))}</h3><ul>{_text(part, 'content')}</ul>")
    parts.append(_text(job, "additional") or _paragraphs(_text(job, "additionalPlain")))
    salary = _object(job, "salaryRange")
    unit = _text(salary, "interval").replace("per-", "").replace("-salary", "").replace("-wage", "")
    return {
        **_head(job, "text", "company_name"),
        "description": "\n".join(filter(None, parts)),
        "jobLocation": loose.texts(categories.get("allLocations") or categories.get("location"), "", []),
        "jobLocationType": _remote(_text(job, "workplaceType") == "remote"),
        "employmentType": _text(categories, "commitment"),
        "baseSalary": _salary(salary.get("min"), salary.get("max"), salary.get("currency"), unit),
    }


def _ashby(job: Object) -> Object:
    others = [_text(place, "location") for place in _objects(job.get("secondaryLocations"))]
    pay = _object(job, "compensation")
    return {
        **_head(job, "title", "company_name"),
        "description": _text(job, "descriptionHtml") or _paragraphs(_text(job, "descriptionPlain")),
        "jobLocation": [place for place in (_text(job, "location"), *others) if place],
        "jobLocationType": _remote(job.get("isRemote") is True),
        "employmentType": _spaced(_text(job, "employmentType")),
        "baseSalary": _text(pay, "compensationTierSummary") or _text(pay, "scrapeableCompensationSalarySummary"),
    }


def _smartrecruiters(job: Object) -> Object:
    sections = _object(_object(job, "jobAd"), "sections")
    place = _object(job, "location")
    texts = [
        f"<h3>{html.escape(_text(part, 'title'))}</h3>{_text(part, 'text')}"
        for part in sections.values()
        if isinstance(part, Mapping) and _text(part, "text")
    ]
    return {
        **_head(job, "name", "company"),
        "description": "\n".join(texts),
        "jobLocation": ", ".join(filter(None, (_text(place, key) for key in ("city", "region", "country")))),
        "jobLocationType": _remote(place.get("remote") is True),
        "employmentType": _text(_object(job, "typeOfEmployment"), "label"),
    }


def _workable(job: Object) -> Object:
    place = _object(job, "location") or job
    parts = (_text(job, key) for key in ("description", "requirements", "benefits"))
    return {
        **_head(job, "title", "company_name"),
        "description": "\n".join(filter(None, parts)),
        "jobLocation": ", ".join(filter(None, (_text(place, key) for key in ("city", "region", "state", "country")))),
        "jobLocationType": _remote(job.get("telecommuting") is True or place.get("telecommuting") is True),
        "employmentType": _text(job, "employment_type"),
    }


_WRITERS: dict[str, Callable[[Object], Object]] = {
    "greenhouse": _greenhouse,
    "lever": _lever,
    "ashby": _ashby,
    "smartrecruiters": _smartrecruiters,
    "workable": _workable,
}


def _head(job: Object, title: str, company: str) -> Object:
    employer = _object(job, company)
    return {
        "title": _text(job, title),
        "identifier": loose.text(job.get("id") or job.get("shortcode"), "", []),
        "hiringOrganization": _text(employer, "name") if employer else _text(job, company),
    }


def _salary(least: object, most: object, currency: object, unit: str) -> Object | None:
    if not isinstance(least, int | float) and not isinstance(most, int | float):
        return None
    return {"value": {"minValue": least, "maxValue": most, "unitText": unit}, "currency": currency}


def _paragraphs(plain: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in plain.split("\n") if line.strip())


def _spaced(name: str) -> str:
    """``FullTime`` is ``Full Time``."""
    return "".join(f" {letter}" if letter.isupper() and at else letter for at, letter in enumerate(name))


def _remote(stated: bool) -> str | None:
    return "TELECOMMUTE" if stated else None


def _text(fields: Object, key: str) -> str:
    return loose.text(fields.get(key), "", [])


def _names(value: object) -> Iterator[str]:
    return (name for item in _objects(value) if (name := _text(item, "name")))


def _object(fields: Object, key: str) -> Object:
    value = fields.get(key)
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> Iterator[Object]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, Mapping))
