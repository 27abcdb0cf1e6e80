"""A page as PDF, in one of three layouts. The same page gives the same bytes (no clock, no random document id)."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from jobfit.simulation.page import Block, Page

LAYOUTS = ("single", "banded", "two_columns")
WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 50.0
SIZE, LEADING = 10, 13.5
ASIDE = frozenset({"skills", "languages", "other", "interests"})


@dataclass(slots=True)
class _Column:
    """A text column that goes on at the top of the next sheet when it is full."""

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
    if layout == "two_columns":
        top, aside = body.y, [block for block in page.blocks if block.kind in ASIDE]
        _blocks(canvas, _Column(MARGIN, 150, top), aside, False)
        body = _Column(MARGIN + 175, WIDTH - 2 * MARGIN - 175, top)
        _blocks(canvas, body, [block for block in page.blocks if block.kind not in ASIDE], False)
    else:
        _blocks(canvas, body, page.blocks, layout == "banded")
    canvas.save()
    return buffer.getvalue()


def _blocks(canvas: Any, column: _Column, blocks: Any, banded: bool) -> None:
    for block in blocks:
        _block(canvas, column, block, banded)


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
