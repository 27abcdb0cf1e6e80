"""The text of a PDF page, once what is hidden has been switched off."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from jobfit.ingest.parse.pdf_objects import Box

_HYPHENS = str.maketrans({"\ufffe": "-\n", "\x02": "-\n"})  # PDFium swallows the line break after a hyphen


class TooLong(Exception):
    """The page has more characters than are left for the document."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text, and whether part of it was ``cut`` because it runs over the edge of the paper."""

    text: str
    cut: bool


def page_text(page: Any, crop: Box, most: int) -> PageText:
    """The characters of ``page`` that stand within ``crop``, in the order of the content. Raises TooLong."""
    layout = pdfium.FPDFText_LoadPage(page)
    if not layout:
        return PageText("", False)
    try:
        count = pdfium.FPDFText_CountChars(layout)
        if count > most:
            raise TooLong
        whole, inside = _text(layout, count), count
        if _runs_over(layout, count, crop):
            kept = [index for index in range(count) if _is_inside(layout, index, crop)]
            inside = len(kept)
            whole = "".join(_character(layout, index) for index in kept)
        return PageText(whole.replace("\r\n", "\n").translate(_HYPHENS).strip(), inside < count)
    finally:
        pdfium.FPDFText_ClosePage(layout)


def _text(layout: Any, count: int) -> str:
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(layout, 0, count, buffer)
    return bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")


def _runs_over(layout: Any, count: int, crop: Box) -> bool:
    """Whether any line of the page leaves the paper; asked per line, which is far cheaper than per character."""
    edges = [ctypes.c_double() for _ in range(4)]
    for index in range(pdfium.FPDFText_CountRects(layout, 0, count)):
        pdfium.FPDFText_GetRect(layout, index, *edges)
        left, top, right, bottom = (edge.value for edge in edges)
        if left < crop[0] or bottom < crop[1] or right > crop[2] or top > crop[3]:
            return True
    return False


def _is_inside(layout: Any, index: int, crop: Box) -> bool:
    """Whether the middle of the character is on the paper; a blank that PDFium made up has no place and stays."""
    if pdfium.FPDFText_IsGenerated(layout, index) == 1:
        return True
    edges = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(layout, index, *edges)
    left, right, bottom, top = (edge.value for edge in edges)
    return crop[0] <= (left + right) / 2 <= crop[2] and crop[1] <= (bottom + top) / 2 <= crop[3]


def _character(layout: Any, index: int) -> str:
    code = pdfium.FPDFText_GetUnicode(layout, index)
    return chr(code) if code < 0x110000 else ""
