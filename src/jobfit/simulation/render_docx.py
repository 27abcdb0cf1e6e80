"""A page as DOCX. The zip entries and the core properties carry a fixed time, so the same page gives the same bytes."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jobfit.simulation.page import Page

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
    buffer = BytesIO()
    document.save(buffer)
    return _timeless(buffer)


def _timeless(source: BytesIO) -> bytes:
    """Return the zip with every entry dated ``MOMENT``."""
    target = BytesIO()
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = ZipInfo(name, MOMENT.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return target.getvalue()
