"""Europass CVs as a JSON Resume: XML and JSON of 2002 to 2020 (SkillsPassport), and the XML since 2020 (Candidate).

Elements are known by their local names, so that prefixes and versions of the schema do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from jobfit.ingest.formats import jsonresume, loose
from jobfit.ingest.formats.jobposting import visible
from jobfit.ingest.formats.values import JsonError, parse
from jobfit.ingest.raw import RawDocument, RawRejection

Object = Mapping[str, object]

_DEEPEST = 60
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_WORD = re.compile(r"[^\W\d_]{3,80}")
_MOTHER_TONGUE = "mother tongue"
_OURS = frozenset((*_MOTHER_TONGUE.split(), "present"))
_CEF = ("Listening", "Reading", "SpokenInteraction", "SpokenProduction", "Writing")


class NotEuropassError(Exception):
    """The message says why the XML is no CV that can be read."""


def extract(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """The CV of a Europass XML file; a rejection for other XML, damage and entities."""
    try:
        return [jsonresume.from_resume(resume_of(data))]
    except NotEuropassError as error:
        return [RawRejection(str(error))]


def resume_of(data: bytes) -> Object:
    """The JSON Resume of a Europass XML file; :class:`NotEuropassError` where it is none."""
    if b"<!ENTITY" in data or "<!ENTITY".encode("utf-16-le") in data or "<!ENTITY".encode("utf-16-be") in data:
        raise NotEuropassError("the XML declares entities, which no CV needs; save it again in its own program")
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    except etree.XMLSyntaxError as error:
        raise NotEuropassError(
            f"the XML is damaged at line {error.lineno}; save it again in its own program"
        ) from error
    name = etree.QName(root).localname
    fields = _fields(root)
    if name in ("SkillsPassport", "Europass", "learnerinfo", "europass"):
        return from_passport(fields)
    if name == "Candidate":
        return _from_candidate(fields)
    raise NotEuropassError(f"it is XML of a kind that is no CV here ({name[:40]}); give it as PDF, DOCX or plain text")


def of_attachment(data: bytes) -> Object | None:
    """The JSON Resume of a file attached to a PDF, XML or JSON; ``None`` where it is no Europass CV."""
    try:
        if data.lstrip(_BLANKS).startswith(b"<"):
            return resume_of(data)
        value = parse(data.decode("utf-8-sig"))
    except (NotEuropassError, JsonError, UnicodeDecodeError):
        return None
    return from_passport(value) if isinstance(value, Mapping) and is_passport(value) else None


def words(resume: Object) -> set[str]:
    """The words of three letters and more that the CV itself says (not our headings), in small letters."""
    told = {key: value for key, value in resume.items() if key != "meta"}
    return {word for part in loose.leaves(told) for word in _WORD.findall(part.casefold())} - _OURS


def written(resume: Object) -> RawDocument | None:
    """The CV as text; ``None`` where it says nothing."""
    document = jsonresume.from_resume(resume)
    return document if isinstance(document, RawDocument) else None


def is_passport(value: Object) -> bool:
    """Whether a JSON object is a Europass CV of 2013 to 2020."""
    return "LearnerInfo" in value or "LearnerInfo" in _one(value, "SkillsPassport")


def from_passport(value: Object) -> Object:
    """The JSON Resume of a SkillsPassport, whether it was XML or JSON."""
    learner = _one(_one(value, "SkillsPassport") or value, "LearnerInfo")
    person, skills = _one(learner, "Identification"), _one(learner, "Skills")
    headline = _one(learner, "Headline")
    name, contact = _one(person, "PersonName"), _one(person, "ContactInfo")
    spoken = _one(skills, "Linguistic")
    mother = [{"language": _said(tongue, "Description")} for tongue in _many(spoken, "MotherTongue")]
    return {
        "meta": {"language": value.get("locale") or _one(value, "SkillsPassport").get("locale")},
        "basics": {
            "name": " ".join(filter(None, (_said(name, "FirstName"), _said(name, "Surname")))),
            "label": _said(headline, "Description") or _said(headline, "Type"),
            "email": _said(contact, "Email"),
            "location": _place(contact),
        },
        "work": [
            {
                "position": _said(entry, "Position"),
                "employer": _said(_one(entry, "Employer"), "Name"),
                "location": _place(_one(_one(entry, "Employer"), "ContactInfo")),
                "summary": _said(entry, "Activities"),
                **_period(_one(entry, "Period")),
            }
            for entry in _many(learner, "WorkExperience")
        ],
        "education": [
            {
                "studyType": _said(entry, "Title"),
                "institution": _said(_one(entry, "Organisation"), "Name"),
                "level": _said(entry, "Level"),
                "summary": _said(entry, "Activities"),
                **_period(_one(entry, "Period")),
            }
            for entry in _many(learner, "Education")
        ],
        "languages": [
            *({**tongue, "fluency": _MOTHER_TONGUE} for tongue in mother if tongue["language"]),
            *(
                {"language": _said(entry, "Description"), "fluency": _levels(entry)}
                for entry in _many(spoken, "ForeignLanguage")
            ),
        ],
        "skills": [
            {"name": text}
            for kind in ("Computer", "JobRelated", "Communication", "Organisational", "Other")
            if (text := _said(_one(skills, kind), "Description"))
        ],
        "Driving licence": [text for entry in _many(skills, "Driving") if (text := _text(entry))],
        "awards": [
            {"name": _said(entry, "Title"), "summary": _said(entry, "Description")}
            for entry in _many(learner, "Achievement")
        ],
    }


def _from_candidate(value: Object) -> Object:
    """The JSON Resume of the XML that Europass writes since 2020 (HR-XML)."""
    person, profile = _one(value, "CandidatePerson"), _one(value, "CandidateProfile")
    name = _one(person, "PersonName")
    work = []
    for employer in _many(_one(profile, "EmploymentHistory"), "EmployerHistory"):
        for position in _many(employer, "PositionHistory"):
            work.append(
                {
                    "position": _said(position, "PositionTitle"),
                    "employer": _said(employer, "OrganizationName"),
                    "location": _said(position, "City")
                    or _said(_one(_one(employer, "OrganizationContact"), "Communication"), "Address"),
                    "summary": _said(position, "Description"),
                    **_period(_one(position, "EmploymentPeriod")),
                }
            )
    education = []
    for attendance in _many(_one(profile, "EducationHistory"), "EducationOrganizationAttendance"):
        degree = _one(attendance, "EducationDegree")
        education.append(
            {
                "studyType": _said(degree, "DegreeName"),
                "institution": _said(attendance, "OrganizationName"),
                "summary": _said(degree, "OccupationalSkillsCovered"),
                **_period(_one(attendance, "AttendancePeriod")),
            }
        )
    held = _many(_one(profile, "Licenses"), "License")
    competencies = _many(_one(profile, "PersonQualifications"), "PersonCompetency")
    languages = [entry for entry in competencies if "language" in _said(entry, "TaxonomyID").casefold()]
    return {
        "meta": {"language": profile.get("languageCode")},
        "basics": {
            "name": " ".join(filter(None, (_said(name, "GivenName"), _said(name, "FamilyName")))),
            "summary": _said(profile, "ExecutiveSummary"),
        },
        "work": work,
        "education": education,
        "languages": [{"language": _named(entry), "fluency": _dimensions(entry)} for entry in languages],
        "skills": [{"name": _named(entry)} for entry in competencies if entry not in languages],
        "licenses": [{"name": _said(entry, "LicenseName") or _said(entry, "LicenseTypeCode")} for entry in held],
    }


def _named(competency: Object) -> str:
    return _said(competency, "CompetencyName") or _said(competency, "CompetencyID")


def _dimensions(language: Object) -> str:
    scores = (_said(_one(level, "Score"), "ScoreText") for level in _many(language, "CompetencyDimension"))
    return ", ".join(dict.fromkeys(filter(None, scores)))


def _period(period: Object) -> Object:
    current = str(period.get("Current", period.get("CurrentIndicator", ""))).casefold() == "true"
    start, end = (
        _date(period.get(key) or period.get(other)) for key, other in (("From", "StartDate"), ("To", "EndDate"))
    )
    return {"startDate": start, "endDate": "present" if current else end, "current": current}


def _date(value: object) -> str:
    """``2010-03`` for a year and a month in attributes, elements or keys, or for a date that is written out."""
    if not isinstance(value, Mapping):
        return loose.text(value, "", [])[:10]
    lower = {str(key).casefold(): loose.text(part, "", []).strip("- ") for key, part in value.items()}
    written = "-".join(part.zfill(2) for part in (lower.get("year", ""), lower.get("month", "")) if part)
    return written or next((part[:10] for part in lower.values() if part), "")


def _levels(language: Object) -> str:
    stated = _one(language, "ProficiencyLevel")
    levels = [level for skill in _CEF if (level := _said(stated, skill))]
    return levels[0] if len(set(levels)) == 1 else ", ".join(dict.fromkeys(levels))


def _place(contact: Object) -> str:
    address = _one(_one(contact, "Address"), "Contact") or _one(contact, "Address")
    return ", ".join(filter(None, (_said(address, "Municipality"), _said(address, "Country"))))


def _said(fields: Object, key: str) -> str:
    return _text(fields.get(key))


def _text(value: object) -> str:
    """The label of a coded value, else all of its text; HTML is read as it is seen."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    if isinstance(value, Mapping):
        for key in ("Label", "Contact", "Description", "FormattedDateTime"):
            if value.get(key):
                return _text(value[key])
        return _text(value.get("#text")) or ", ".join(
            filter(None, (_text(part) for key, part in value.items() if key != "Code"))
        )
    return visible(loose.text(value, "", []), [])


def _one(fields: Object, key: str) -> Object:
    value = fields.get(key)
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, Mapping) else {}


def _many(fields: Object, key: str) -> list[Object]:
    """The entries of ``WorkExperienceList/WorkExperience``, or of a list under ``WorkExperience``."""
    value = _one(fields, f"{key}List").get(key) or fields.get(key)
    items = value if isinstance(value, list) else [value]
    return [item if isinstance(item, Mapping) else {"#text": item} for item in items if item]


def _fields(element: etree._Element, depth: int = 0) -> dict[str, object]:
    """Children and attributes by local name; several of one name are a list, text beside them is ``#text``."""
    if depth > _DEEPEST:
        raise NotEuropassError("the XML is nested too deeply; save it again in its own program")
    fields: dict[str, object] = {str(etree.QName(name).localname): value for name, value in element.attrib.items()}
    for name, value in _children(element, depth):
        if name not in fields:
            fields[name] = value
        elif isinstance(stated := fields[name], list):
            stated.append(value)
        else:
            fields[name] = [stated, value]
    return fields


def _children(element: etree._Element, depth: int) -> Iterator[tuple[str, object]]:
    for child in element:
        if not isinstance(child.tag, str):
            continue
        text = (child.text or "").strip()
        inner: object = _fields(child, depth + 1) if len(child) or child.attrib else text
        if isinstance(inner, dict) and text:
            inner["#text"] = text
        yield str(etree.QName(child).localname), inner
