"""A page in the formats of real files; the same page gives the same bytes (no clock, no random document id).

A CV becomes PDF, DOCX or JSON Resume 1.x; a vacancy PDF, DOCX, or HTML with schema.org JobPosting in JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jobfit.simulation.identities import Identity
from jobfit.simulation.latent import Opening, Person
from jobfit.simulation.page import Block, Page, plain
from jobfit.simulation.settings import month_name, read_data
from jobfit.taxonomy.model import Taxonomy

LAYOUTS = ("single", "banded", "two_columns")
WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 50.0
SIZE, LEADING = 10, 13.5
ASIDE = frozenset({"skills", "languages", "other", "interests"})


@dataclass(slots=True)
class _Column:
    left: float
    width: float
    y: float


def render_pdf(page: Page, layout: str) -> bytes:
    """Return the PDF file. ``layout`` is one of ``LAYOUTS``; text is Helvetica in Windows-1252 (French accents)."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle("Document")
    body = _Column(MARGIN, WIDTH - 2 * MARGIN, HEIGHT - MARGIN - 10)
    _write(canvas, body, page.title, "Helvetica-Bold", 18)
    for line in page.head:
        _write(canvas, body, line, "Helvetica", SIZE)
    aside = [block for block in page.blocks if layout == "two_columns" and block.kind in ASIDE]
    if layout == "two_columns":
        left, body = _Column(MARGIN, 150, body.y), _Column(MARGIN + 175, WIDTH - 2 * MARGIN - 175, body.y)
        for block in aside:
            _block(canvas, left, block, False)
    for block in page.blocks:
        if block not in aside:
            _block(canvas, body, block, layout == "banded")
    canvas.save()
    return buffer.getvalue()


def _block(canvas: Any, column: _Column, block: Block, banded: bool) -> None:
    column.y -= 8
    if block.heading:
        if banded and column.y > MARGIN + 40:
            canvas.setFillGray(0.9)
            canvas.rect(column.left - 4, column.y - 20, column.width + 8, 19, stroke=0, fill=1)
            canvas.setFillGray(0)
        _write(canvas, column, block.heading, "Helvetica-Bold", 12)
    for line in block.lines:
        _write(canvas, column, line, "Helvetica", SIZE)


def _write(canvas: Any, column: _Column, text: str, font: str, size: int) -> None:
    """Write wrapped text below what the column holds; a full column goes on on a new sheet."""
    from reportlab.lib.utils import simpleSplit

    for line in simpleSplit(text, font, size, column.width) or [""]:
        column.y -= LEADING * max(1.0, size / SIZE)
        if column.y < MARGIN:
            canvas.showPage()
            column.y = HEIGHT - MARGIN - LEADING
        canvas.setFont(font, size)
        canvas.drawString(column.left, column.y, line)


MOMENT = datetime(2026, 1, 1)
BULLETS = ("• ", "- ", "* ")


def render_docx(page: Page) -> bytes:
    """Return the DOCX file: a title, headings and paragraphs; bulleted lines become a Word list."""
    from docx import Document

    document = Document()
    document.add_heading(page.title, level=0)
    for line in page.head:
        document.add_paragraph(line)
    for block in page.blocks:
        if block.heading:
            document.add_heading(block.heading, level=1)
        for line in block.lines:
            bulleted = line.startswith(BULLETS)
            document.add_paragraph(line[2:] if bulleted else line, style="List Bullet" if bulleted else None)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "jobfit simulation"
    properties.created = properties.modified = MOMENT
    buffer, timeless = BytesIO(), BytesIO()
    document.save(buffer)
    with ZipFile(buffer) as old, ZipFile(timeless, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = ZipInfo(name, MOMENT.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return timeless.getvalue()


EMPLOYMENT = {"permanent": "FULL_TIME", "fixed_term": "TEMPORARY", "part_time": "PART_TIME", "freelance": "CONTRACTOR"}


def json_resume(person: Person, identity: Identity, page: Page, taxonomy: Taxonomy, today: int) -> str:
    """Return the CV as JSON Resume, with the skills that the written CV mentions."""
    words, language = read_data(f"texts_{person.language}.toml"), person.language

    def named(ids: Iterable[str]) -> list[str]:
        return [taxonomy.skills[skill].label(language) for skill in ids if skill in page.mentioned]

    work = [
        {
            "name": position.employer,
            "position": taxonomy.occupations[position.occupation].label(language),
            "startDate": month_name(position.start),
            **({"endDate": month_name(position.end)} if position.end < today else {}),
            "highlights": named(position.skills),
        }
        for position in person.positions
    ]
    studies = words["education"][str(int(person.education))][0]
    content = {
        "$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
        "basics": {
            "name": identity.name,
            "label": taxonomy.occupations[person.occupation].label(language),
            "email": identity.email,
            "phone": identity.phone,
            "location": {"city": person.city},
        },
        "work": work,
        "education": [{"institution": person.school, "studyType": studies, "endDate": str(person.graduation)}],
        "skills": [{"name": name} for name in named(page.mentioned)],
        "languages": [
            {"language": words["languages"][one.code], "fluency": words["levels"][str(int(one.level or 3))][0]}
            for one in person.languages
        ],
        "certificates": [{"name": words["cv"]["licence"][0].format(licence=code)} for code in person.licences],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def job_posting(opening: Opening, page: Page) -> str:
    """Return the vacancy as an HTML page that shows its text and carries a JobPosting."""

    def paragraphs(lines: Iterable[str]) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in lines)

    body = "".join(f"<h2>{escape(block.heading)}</h2>{paragraphs(block.lines)}" for block in page.blocks)
    posting = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": opening.employer, "value": opening.id},
        "title": page.title,
        "description": paragraphs(line for line in plain(page).splitlines() if line),
        "hiringOrganization": {"@type": "Organization", "name": opening.employer},
        "jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", "addressLocality": opening.city}},
        "employmentType": EMPLOYMENT[opening.contract],
    }
    linked = json.dumps(posting, ensure_ascii=False, indent=1).replace("</", "<\\/")
    return (
        f'<!DOCTYPE html>\n<html lang="{opening.language}">\n<head><meta charset="utf-8">'
        f'<title>{escape(page.title)}</title>\n<script type="application/ld+json">\n{linked}\n</script></head>\n'
        f"<body><h1>{escape(page.title)}</h1>{paragraphs(page.head)}{body}</body>\n</html>\n"
    )
