"""PDF: the text that a reader sees, page by page, in the order of the page's content."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from jobfit.ingest.parse.limits import LIMITS
from jobfit.ingest.parse.pdf_objects import Box, TooManyObjects
from jobfit.ingest.parse.pdf_visibility import hide_unseen
from jobfit.ingest.raw import RawDocument, RawRejection

_REASONS = {
    pdfium.FPDF_ERR_PASSWORD: "the PDF needs a password; save it again without one",
    pdfium.FPDF_ERR_SECURITY: "the PDF uses an encryption that cannot be read; save it again without one",
    pdfium.FPDF_ERR_FORMAT: "the PDF is damaged or cut off; save it again in its own program",
}
_SCANNED = "the PDF holds pictures of text and no text (a scan); run OCR on it first"
_ONLY_HIDDEN = "the PDF holds only text that a reader cannot see (an OCR layer, or hidden); run OCR on what it shows"
_EMPTY = "the PDF has no text"
_HYPHENS = str.maketrans({"\ufffe": "-\n", "\x02": "-\n"})  # PDFium swallows the line break after a hyphen

pdfium.FPDF_InitLibrary()


class _Refused(Exception):
    """The document cannot be read; the message is the reason."""


def extract(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One document with the visible text and the flags of what was hidden, or one rejection.

    Pages follow one another with a blank line between them. Columns stay columns as far as the file draws them one
    after the other; nothing is drawn together across a page.
    """
    flags: set[str] = set()
    try:
        with _open(data) as document:
            text, pictures = _read(document, flags)
    except _Refused as error:
        return [RawRejection(str(error))]
    except TooLong:
        return [RawRejection(f"the PDF has more than {LIMITS.get().characters:,} characters; is it one CV? Split it")]
    except TooManyObjects:
        return [RawRejection("a page of the PDF has too many objects to be a CV; print it to PDF again")]
    if text.strip():
        return [RawDocument(text=text, flags=tuple(sorted(flags)))]
    if flags:
        return [RawRejection(_ONLY_HIDDEN)]
    return [RawRejection(_SCANNED if pictures else _EMPTY)]


def _read(document: Any, flags: set[str]) -> tuple[str, bool]:
    """The text of all pages and whether there is any picture; fills ``flags``."""
    limits = LIMITS.get()
    count = pdfium.FPDF_GetPageCount(document)
    if count > limits.pages:
        raise _Refused(f"the PDF has {count:,} pages, more than {limits.pages}; is it one CV or vacancy? Split it")
    pages: list[str] = []
    pictures = False
    left = 4 * limits.characters  # before cleaning; the exact limit is checked afterwards
    for index in range(count):
        page = pdfium.FPDF_LoadPage(document, index)
        if not page:
            raise _Refused(f"page {index + 1} of the PDF is damaged; save it again in its own program")
        try:
            crop = _crop(page)
            flags |= hide_unseen(page, crop)
            text = page_text(page, crop, left)
            flags |= {"hidden_text:off_page"} if text.cut else set()
            pages.append(text.text)
            pictures = pictures or _has_picture(page)
        finally:
            pdfium.FPDF_ClosePage(page)
        left -= len(pages[-1])
    return "\n\n".join(page for page in pages if page), pictures


@contextmanager
def _open(data: bytes) -> Iterator[Any]:
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        raise _Refused(_REASONS.get(pdfium.FPDF_GetLastError(), _REASONS[pdfium.FPDF_ERR_FORMAT]))
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


def _crop(page: Any) -> Box:
    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        return 0.0, 0.0, 612.0, 792.0
    return box.left, box.bottom, box.right, box.top


def _has_picture(page: Any) -> bool:
    kinds = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_SHADING)
    count = pdfium.FPDFPage_CountObjects(page)
    return any(pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, i)) in kinds for i in range(count))


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
