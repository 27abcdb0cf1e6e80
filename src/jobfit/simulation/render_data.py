"""Structured formats: a CV as JSON Resume 1.x, a vacancy as HTML with schema.org JobPosting in JSON-LD."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from jobfit.simulation.identities import Identity
from jobfit.simulation.openings import Opening
from jobfit.simulation.page import Page, plain
from jobfit.simulation.people import Person, Position
from jobfit.simulation.settings import month_name
from jobfit.simulation.tables import read_data
from jobfit.taxonomy.model import Taxonomy

EMPLOYMENT = {
    "permanent": "FULL_TIME",
    "fixed_term": "TEMPORARY",
    "part_time": "PART_TIME",
    "freelance": "CONTRACTOR",
}


def json_resume(person: Person, identity: Identity, page: Page, taxonomy: Taxonomy, today: int) -> str:
    """Return the CV as JSON Resume, with the skills that the written CV mentions."""
    words, language = read_data(f"texts_{person.language}.toml"), person.language
    title = taxonomy.occupations[person.occupation].label(language)
    content = {
        "$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
        "basics": {
            "name": identity.name,
            "label": title,
            "email": identity.email,
            "phone": identity.phone,
            "location": {"city": person.city},
        },
        "work": [_work(position, page, today, (taxonomy, language)) for position in person.positions],
        "education": [
            {
                "institution": person.school,
                "studyType": words["education"][str(int(person.education))][0],
                "endDate": str(person.graduation),
            }
        ],
        "skills": [{"name": taxonomy.skills[skill].label(language)} for skill in page.mentioned],
        "languages": [
            {
                "language": words["languages"][spoken.code],
                "fluency": words["levels"][str(int(spoken.level or 3))][0],
            }
            for spoken in person.languages
        ],
        "certificates": [{"name": words["cv"]["licence"][0].format(licence=code)} for code in person.licences],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _work(position: Position, page: Page, today: int, names: tuple[Taxonomy, str]) -> dict[str, Any]:
    taxonomy, language = names
    entry: dict[str, Any] = {
        "name": position.employer,
        "position": taxonomy.occupations[position.occupation].label(language),
        "startDate": month_name(position.start),
    }
    if position.end < today:
        entry["endDate"] = month_name(position.end)
    used = [taxonomy.skills[skill].label(language) for skill in position.skills if skill in page.mentioned]
    return entry | {"highlights": used}


def job_posting(opening: Opening, page: Page) -> str:
    """Return the vacancy as an HTML page that shows its text and carries a JobPosting."""
    body = "".join(
        f"<h2>{escape(block.heading)}</h2>" + "".join(f"<p>{escape(line)}</p>" for line in block.lines)
        for block in page.blocks
    )
    posting = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": opening.employer, "value": opening.id},
        "title": page.title,
        "description": "".join(f"<p>{escape(line)}</p>" for line in plain(page).splitlines() if line),
        "hiringOrganization": {"@type": "Organization", "name": opening.employer},
        "jobLocation": {
            "@type": "Place",
            "address": {"@type": "PostalAddress", "addressLocality": opening.city},
        },
        "employmentType": EMPLOYMENT[opening.contract],
    }
    linked = json.dumps(posting, ensure_ascii=False, indent=1).replace("</", "<\\/")
    head = "".join(f"<p>{escape(line)}</p>" for line in page.head)
    return (
        f'<!DOCTYPE html>\n<html lang="{opening.language}">\n<head><meta charset="utf-8">'
        f'<title>{escape(page.title)}</title>\n<script type="application/ld+json">\n{linked}\n</script></head>\n'
        f"<body><h1>{escape(page.title)}</h1>{head}{body}</body>\n</html>\n"
    )
