"""PDF: the text that a reader sees, page by page.

Most pages are decided from their objects alone: dark text on nothing is visible. Where that does not settle it (light
text, text that meets a filled shape or an image, patterned or faint text), the page is painted twice, with and
without those objects, and what changed on the picture decides: the picture is what the reader sees.
"""

from __future__ import annotations

import ctypes
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import hypot
from typing import Any

import pypdfium2.raw as pdfium

from jobfit.ingest.parse.contrast import LEAST_CONTRAST, LEAST_OPACITY, LEAST_POINTS, WHITE, Color, blends, contrast
from jobfit.ingest.parse.glyph_shapes import LEAST_SHAPE, GlyphShapes
from jobfit.ingest.parse.limits import LIMITS, MIB
from jobfit.ingest.parse.pdf_layout import Glyph, join_hyphens, read_pages
from jobfit.ingest.parse.pdf_picture import Picture
from jobfit.ingest.parse.pdf_streams import unfolds_too_far
from jobfit.ingest.raw import RawDocument, RawRejection

Box = tuple[float, float, float, float]  # left, bottom, right, top in points, in the page's own axes
Matrix = tuple[float, float, float, float, float, float]

_REASONS = {
    pdfium.FPDF_ERR_PASSWORD: "the PDF needs a password; save it again without one",
    pdfium.FPDF_ERR_SECURITY: "the PDF uses an encryption that cannot be read; save it again without one",
    pdfium.FPDF_ERR_FORMAT: "the PDF is damaged or cut off; save it again in its own program",
}
_SCANNED = "the PDF holds pictures of text and no text (a scan); run OCR on it first"
_ONLY_HIDDEN = "the PDF holds only text that a reader cannot see (an OCR layer, or hidden); run OCR on what it shows"
_EMPTY = "the PDF has no text"
_BOMB = "the PDF unfolds to far more than a CV or vacancy needs; print it to PDF again"
_HYPHENS = ("\ufffe", "\x02")  # PDFium swallows the line break after a hyphen
# LaTeX's bitmap fonts name no character: PDFium hands on the codes of TeX's own encoding (Cork), most of them controls.
_OF_TEX = dict(zip("\x10\x11\x12\x13\x14\x15\x16\x1b\x1c\x1d\x1e\x1f\x88", "“”„«»–—ﬀﬁﬂﬃﬄ•"))
_LOOSE = 1.15  # the height of a font's own box, in font sizes
_WORDS = re.compile(r"[^\W\d_]{3,80}")
_MOST_UNSEEN, _MOST_UNTOLD = 0.05, 0.5  # shares of words: said but not shown, shown but not said
_MOST_ATTACHMENTS, _LARGEST_ATTACHMENT = 8, 2 * MIB
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MOST_OBJECTS = 100_000
_DEEPEST_FORM = 12
_NARROWEST_GLYPH = 0.2  # of the font size; a longer replacement cannot be what is seen
_INVISIBLE_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_MOST_PIXELS = 4_000_000
_PIXELS_PER_POINT = 2.0
_MOST_SHAPES = 300
_MOST_LAYERS = 8

pdfium.FPDF_InitLibrary()


class _RefusedError(Exception):
    """The document cannot be read; the message is the reason."""


def extract(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One document with the visible text and the flags of what was hidden, or one rejection.

    Pages follow one another with a blank line between them; :mod:`pdf_layout` says in which order a page is read.
    """
    flags: set[str] = set()
    if unfolds_too_far(data):
        return [RawRejection(_BOMB)]
    try:
        with _open(data) as document:
            text, pictures = _read(document, flags)
            attached = list(_attachments(document)) if text.strip() else []
    except _RefusedError as error:
        return [RawRejection(str(error))]
    if text.strip():
        shown = RawDocument(text=text, flags=tuple(sorted(flags)))
        return [_as_europass(shown, attached) if attached else shown]
    if flags:
        return [RawRejection(_ONLY_HIDDEN)]
    return [RawRejection(_SCANNED if pictures else _EMPTY)]


def _as_europass(shown: RawDocument, attached: list[bytes]) -> RawDocument:
    """The CV that a Europass PDF carries as XML or JSON, if the pages show what it says; else the pages.

    Nobody sees an attachment: one that says more than the pages is left out (flag ``hidden_text:attachment``).
    """
    from jobfit.ingest.formats import europass  # late: few files carry one

    for data in attached:
        resume = europass.of_attachment(data)
        if resume is None:
            continue
        said = europass.words(resume)
        seen = set(_WORDS.findall(shown.text.casefold()))
        if len(said - seen) > _MOST_UNSEEN * len(said):
            return replace(shown, flags=(*shown.flags, "hidden_text:attachment"))
        written = europass.written(resume)
        if written is not None and len(seen - said) <= _MOST_UNTOLD * len(seen):
            return replace(written, flags=(*shown.flags, *written.flags))
    return shown


def _attachments(document: Any) -> Iterator[bytes]:
    """The attached files that may be data: small ones that begin like XML or JSON."""
    for index in range(min(max(pdfium.FPDFDoc_GetAttachmentCount(document), 0), _MOST_ATTACHMENTS)):
        attachment, size = pdfium.FPDFDoc_GetAttachment(document, index), ctypes.c_ulong()
        if not attachment or not pdfium.FPDFAttachment_GetFile(attachment, None, 0, size):
            continue
        if 0 < size.value <= _LARGEST_ATTACHMENT:
            buffer = ctypes.create_string_buffer(size.value)
            if pdfium.FPDFAttachment_GetFile(attachment, buffer, size.value, size):
                data = buffer.raw
                if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{"):
                    yield data


@contextmanager
def _open(data: bytes) -> Iterator[Any]:
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        raise _RefusedError(_REASONS.get(pdfium.FPDF_GetLastError(), _REASONS[pdfium.FPDF_ERR_FORMAT]))
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


def _read(document: Any, flags: set[str]) -> tuple[str, bool]:
    """The text of all pages and whether there is any picture; fills ``flags``."""
    limits = LIMITS.get()
    count = pdfium.FPDF_GetPageCount(document)
    if count > limits.pages:
        raise _RefusedError(f"the PDF has {count:,} pages, more than {limits.pages}; is it one CV or vacancy? Split it")
    pages: list[list[Glyph]] = []
    pictures = False
    shapes = GlyphShapes()
    left = 4 * limits.characters  # before cleaning; the exact limit is checked afterwards
    for index in range(count):
        page = pdfium.FPDF_LoadPage(document, index)
        if not page:
            raise _RefusedError(f"page {index + 1} of the PDF is damaged; save it again in its own program")
        try:
            crop = _crop(page)
            hidden, texts = _hide_unseen(page, crop)
            glyphs, cut, unseen = _page_glyphs(page, crop, left, texts, shapes)
            flags |= hidden | unseen | ({"hidden_text:off_page"} if cut else set())
            pages.append(glyphs)
            pictures = pictures or _has_picture(page)
        finally:
            pdfium.FPDF_ClosePage(page)
        left -= len(glyphs)
    if shapes.lie():
        flags.add("unclear_text:font")
    return join_hyphens(read_pages(pages)), pictures


def _crop(page: Any) -> Box:
    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        return 0.0, 0.0, 612.0, 792.0
    return box.left, box.bottom, box.right, box.top


def _has_picture(page: Any) -> bool:
    kinds = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_SHADING)
    count = pdfium.FPDFPage_CountObjects(page)
    return any(pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, i)) in kinds for i in range(count))


def _page_glyphs(
    page: Any, crop: Box, most: int, texts: list[_Text], shapes: GlyphShapes
) -> tuple[list[Glyph], bool, set[str]]:
    """The characters within ``crop``, in the order of the content; whether some were cut off by its edge; flags."""
    layout = pdfium.FPDFText_LoadPage(page)
    if not layout:
        return [], False, set()
    try:
        count = pdfium.FPDFText_CountChars(layout)
        if count > most:
            limit = LIMITS.get().characters
            raise _RefusedError(f"the PDF has more than {limit:,} characters; is it one CV? Split it")
        indexes: Sequence[int] = range(count)
        if _runs_over(layout, count, crop):
            indexes = [index for index in indexes if _is_inside(layout, index, crop)]
        cut = len(indexes) < count
        upright = pdfium.FPDFPage_GetRotation(page) == 0
        blank = _blank_glyphs(page, layout, indexes, crop, texts, shapes)
        if blank:
            indexes = [index for index in indexes if index not in blank]
        return list(_glyphs(layout, indexes, upright)), cut, {"hidden_text:covered"} if blank else set()
    finally:
        pdfium.FPDFText_ClosePage(layout)


def _blank_glyphs(
    page: Any, layout: Any, indexes: Sequence[int], crop: Box, texts: list[_Text], shapes: GlyphShapes
) -> set[int]:
    """The letters and digits that leave no trace on the picture of the page; the shapes of the others are noted.

    Text that would lie over other text is painted apart from it.
    """
    by_object: dict[int | None, list[int]] = defaultdict(list)
    for index in indexes:
        if _character(layout, index).isalnum() and pdfium.FPDFText_IsGenerated(layout, index) != 1:
            by_object[_address(pdfium.FPDFText_GetTextObject(layout, index))].append(index)
    if not by_object or not texts:
        return set()
    picture = Picture(page, crop)
    blank: set[int] = set()
    with picture.upright():
        _switch(texts, False)
        bare = picture.paint()
        for layer in _stacked(texts, crop):
            _switch(layer, True)
            ink = picture.change(picture.paint(), bare)
            _switch(layer, False)
            for text in layer:
                font = _address(pdfium.FPDFTextObj_GetFont(text.handle))
                for index in by_object.get(_address(text.handle), ()):
                    trace = picture.part(ink, _char_box(layout, index))
                    if not trace.any():
                        blank.add(index)
                    elif text.size * picture.scale >= LEAST_SHAPE:
                        shapes.note(font, _character(layout, index), trace)
        _switch(texts, True)
    return blank


def _stacked(texts: list[_Text], crop: Box) -> list[list[_Text]]:
    """The texts in layers within which none lies over another; neighbours may touch."""
    import numpy as np

    wide, high = (int(min(crop[at + 2] - crop[at], 3000.0)) + 2 for at in (0, 1))
    layers: list[tuple[list[_Text], Any]] = []
    for text in texts:
        left, bottom, right, top = (edge - start for edge, start in zip(text.box, (*crop[:2], *crop[:2])))
        quarter = (top - bottom) / 4
        rows = slice(max(int(bottom + quarter), 0), max(int(top - quarter), int(bottom + quarter) + 1, 0))
        columns = slice(max(int(left + 1), 0), max(int(right - 1), int(left + 1) + 1, 0))
        place = next((layer for layer in layers if not layer[1][rows, columns].any()), None)
        if place is None and len(layers) < _MOST_LAYERS:
            place = [], np.zeros((high, wide), dtype=bool)
            layers.append(place)
        place = place or layers[-1]
        place[0].append(text)
        place[1][rows, columns] = True
    return [layer for layer, _ in layers]


def _char_box(layout: Any, index: int) -> Box:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(layout, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _address(handle: Any) -> int | None:
    return ctypes.cast(handle, ctypes.c_void_p).value if handle else None


def _glyphs(layout: Any, indexes: Iterable[int], upright: bool) -> Iterator[Glyph]:
    """Each character with its place; on a turned page with none, so that the order of the content stands."""
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in indexes:
        char = _character(layout, index)
        made = char in " \r\n" and pdfium.FPDFText_IsGenerated(layout, index) == 1
        hyphen = char in _HYPHENS
        if made or not upright:
            yield Glyph("-" if hyphen else char, 0.0, 0.0, 0.0, 1.0, made or char in "\r\n")
        else:
            pdfium.FPDFText_GetLooseCharBox(layout, index, box)
            pdfium.FPDFText_GetCharOrigin(layout, index, x, y)
            size = max(abs(box.top - box.bottom), 1.0) / _LOOSE
            yield Glyph("-" if hyphen else char, box.left, box.right, y.value, size, False)
        if hyphen:
            yield Glyph("\n", 0.0, 0.0, 0.0, 1.0, True)


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
    char = chr(code) if code < 0x110000 else ""
    return _OF_TEX.get(char, char)


@dataclass(frozen=True, slots=True)
class _Text:
    """One run of glyphs: ``order`` of painting, effective ``size`` in points, ``color`` (None where it is a pattern),
    and whether its clip path cuts something off."""

    handle: Any
    order: int
    box: Box
    size: float
    mode: int
    color: Color | None
    opacity: float
    clipped: bool
    veiled: bool  # in a transparency group, under a mask, blended, or in a font whose glyphs are drawings of their own


@dataclass(frozen=True, slots=True)
class _Shape:
    """Something painted that may lie under or over text; ``color`` is None for an image, a shading or a pattern."""

    order: int
    box: Box
    color: Color | None


def _objects(page: Any) -> tuple[list[_Text], list[_Shape]]:
    """All text objects and painted shapes of a page in painting order, those of nested forms included."""
    texts: list[_Text] = []
    shapes: list[_Shape] = []
    count = pdfium.FPDFPage_CountObjects(page)
    for order, (handle, matrix, veiled) in enumerate(
        _walk(pdfium.FPDFPage_GetObject, page, count, _IDENTITY, 0, False)
    ):
        if order > _MOST_OBJECTS:
            raise _RefusedError("a page of the PDF has too many objects to be a CV; print it to PDF again")
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append(_text(handle, matrix, order, veiled))
        elif kind != pdfium.FPDF_PAGEOBJ_PATH:
            shapes.append(_Shape(order, _box(handle, matrix), None))
        elif _is_filled(handle):
            color, opacity = _fill(handle)
            if opacity > 0:
                shapes.append(_Shape(order, _box(handle, matrix), color if opacity == 1 else None))
    return texts, shapes


def _walk(
    get: Callable[[Any, int], Any], parent: Any, count: int, matrix: Matrix, depth: int, veiled: bool
) -> Iterator[tuple[Any, Matrix, bool]]:
    for index in range(count):
        handle = get(parent, index)
        veils = veiled or bool(pdfium.FPDFPageObj_HasTransparency(handle))
        if pdfium.FPDFPageObj_GetType(handle) != pdfium.FPDF_PAGEOBJ_FORM:
            yield handle, matrix, veils
        elif depth < _DEEPEST_FORM:
            inner = _product(_matrix(handle), matrix)
            form_count = max(pdfium.FPDFFormObj_CountObjects(handle), 0)
            yield from _walk(pdfium.FPDFFormObj_GetObject, handle, form_count, inner, depth + 1, veils)


def _text(handle: Any, outer: Matrix, order: int, veiled: bool) -> _Text:
    matrix = _product(_matrix(handle), outer)
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(handle, size)
    points = abs(size.value) * min(hypot(matrix[0], matrix[1]), hypot(matrix[2], matrix[3]))
    box, mode = _box(handle, outer), pdfium.FPDFTextObj_GetTextRenderMode(handle)
    veiled = veiled or _is_drawn(pdfium.FPDFTextObj_GetFont(handle))
    return _Text(handle, order, box, points, mode, *_fill(handle), _is_clipped(handle, box, outer), veiled)


def _is_drawn(font: Any) -> bool:
    """Whether the glyphs of a font are drawings of their own (Type 3): it has no name of a font file."""
    return not font or pdfium.FPDFFont_GetBaseFontName(font, None, 0) <= 1


def _is_clipped(handle: Any, box: Box, outer: Matrix) -> bool:
    """Whether the rectangle around some path that clips the object leaves part of the object out."""
    clip = pdfium.FPDFPageObj_GetClipPath(handle)
    for path in range(pdfium.FPDFClipPath_CountPaths(clip) if clip else 0):
        points = [_point(clip, path, i) for i in range(pdfium.FPDFClipPath_CountPathSegments(clip, path))]
        left, bottom, right, top = _around(points, outer)
        if box[0] < left - 1 or box[1] < bottom - 1 or box[2] > right + 1 or box[3] > top + 1:
            return True
    return False


def _point(clip: Any, path: int, index: int) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, path, index), x, y)
    return x.value, y.value


def _is_filled(handle: Any) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium.FPDFPath_GetDrawMode(handle, mode, stroke)) and mode.value != pdfium.FPDF_FILLMODE_NONE


def _fill(handle: Any) -> tuple[Color | None, float]:
    parts = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetFillColor(handle, *parts):
        return None, 1.0
    red, green, blue, alpha = (part.value for part in parts)
    return (red, green, blue), alpha / 255


def _matrix(handle: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(handle, matrix):
        return _IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _product(inner: Matrix, outer: Matrix) -> Matrix:
    """First ``inner``, then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _box(handle: Any, outer: Matrix) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    if outer is _IDENTITY:
        return left.value, bottom.value, right.value, top.value
    return _around([(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)], outer)


def _around(points: list[tuple[float, float]], outer: Matrix) -> Box:
    """The rectangle around the points once ``outer`` has moved them; an empty one for no points."""
    if not points:
        return 0.0, 0.0, 0.0, 0.0
    a, b, c, d, e, f = outer
    xs, ys = [a * x + c * y + e for x, y in points], [b * x + d * y + f for x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share any area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _in_layer(handle: Any) -> bool:
    """Whether the object belongs to optional content, which a viewer may have switched off."""
    return any(_name(mark) == "OC" for mark in _marks(handle))


def _strip_actual_text(text: _Text) -> bool:
    """Remove each ``/ActualText``, so that the glyphs a reader sees are what is read.

    True where one was far longer than the glyphs could be.
    """
    suspicious = False
    width = max(text.box[2] - text.box[0], text.box[3] - text.box[1])
    for mark in list(_marks(text.handle)):
        length = ctypes.c_ulong()
        if pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, length) and length.value:
            characters = length.value // 2 - 1
            suspicious |= characters * _NARROWEST_GLYPH > width / max(text.size, 0.1) + 1
            pdfium.FPDFPageObj_RemoveMark(text.handle, mark)
    return suspicious


def _marks(handle: Any) -> Iterator[Any]:
    for index in range(pdfium.FPDFPageObj_CountMarks(handle)):
        yield pdfium.FPDFPageObj_GetMark(handle, index)


def _name(mark: Any) -> str:
    name, length = (ctypes.c_ushort * 16)(), ctypes.c_ulong()
    if not pdfium.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length) or length.value > 32:
        return ""
    return bytes(name)[: length.value - 2].decode("utf-16-le", "replace")


def _hide_unseen(page: Any, crop: Box) -> tuple[set[str], list[_Text]]:
    """Switch off each text object of ``page`` that is not seen within ``crop``; the flags that say why, and what stays.

    ``hidden_text:`` followed by ``invisible`` (render mode, opacity), ``tiny`` (under 4 points), ``off_page``,
    ``white`` (contrast under 1.5 with what lies beneath), ``covered`` (painted over, clipped away, in a layer that is
    off) or ``actual_text`` (the file claims a long text for a few glyphs; the glyphs count).
    """
    texts, shapes = _objects(page)
    flags: set[str] = set()
    plain: list[_Text] = []
    doubtful: list[_Text] = []
    for text in texts:
        if _strip_actual_text(text):
            flags.add("hidden_text:actual_text")
        reason = _plain_reason(text, crop)
        if reason is not None:
            _switch([text], False)
            flags.add(reason)
        else:
            (doubtful if _is_doubtful(text, shapes) else plain).append(text)
    if doubtful:
        reasons, seen = _decide_by_picture(page, crop, plain, doubtful)
        return flags | reasons, plain + seen
    return flags, plain


def _plain_reason(text: _Text, crop: Box) -> str | None:
    if text.mode in _INVISIBLE_MODES or text.opacity < LEAST_OPACITY:
        return "hidden_text:invisible"
    left, bottom, right, top = text.box
    if not overlap((left, bottom, max(right, left + 0.1), max(top, bottom + 0.1)), crop):  # a blank has an empty box
        return "hidden_text:off_page"
    return "hidden_text:tiny" if text.size < LEAST_POINTS else None


def _is_doubtful(text: _Text, shapes: list[_Shape]) -> bool:
    if text.veiled or text.color is None or text.mode != pdfium.FPDF_TEXTRENDERMODE_FILL:
        return True
    if contrast(text.color, WHITE) * text.opacity < 2 * LEAST_CONTRAST:
        return True
    if text.clipped or len(shapes) > _MOST_SHAPES or _in_layer(text.handle):
        return True
    return any(_unsettles(shape, text, text.color) for shape in shapes)


def _unsettles(shape: _Shape, text: _Text, color: Color) -> bool:
    """Whether the shape may hide the text: it lies over it, or beneath it in a colour that is unknown or alike."""
    if not overlap(shape.box, text.box):
        return False
    return shape.order > text.order or shape.color is None or contrast(shape.color, color) < 2 * LEAST_CONTRAST


def _decide_by_picture(page: Any, crop: Box, plain: list[_Text], doubtful: list[_Text]) -> tuple[set[str], list[_Text]]:
    """Paint the page without any text and with the doubtful text; what leaves no readable trace stays off.

    Texts whose boxes meet are painted apart, so that none passes for the trace of another.
    """
    left, bottom, right, top = crop
    scale = min(_PIXELS_PER_POINT, (_MOST_PIXELS / max((right - left) * (top - bottom), 1)) ** 0.5)
    size = max(int((right - left) * scale), 1), max(int((top - bottom) * scale), 1)
    turned = pdfium.FPDFPage_GetRotation(page)
    pdfium.FPDFPage_SetRotation(page, 0)
    _switch([*plain, *doubtful], False)
    bare = _paint(page, *size)
    flags: set[str] = set()
    seen: list[_Text] = []
    for layer in _apart(doubtful):
        _switch(layer, True)
        shown = _paint(page, *size)
        _switch(layer, False)
        for text in layer:
            x0, y0, x1, y1 = text.box
            columns = slice(max(int((x0 - left) * scale) - 1, 0), max(int((x1 - left) * scale) + 2, 0))
            rows = slice(max(int((top - y1) * scale) - 1, 0), max(int((top - y0) * scale) + 2, 0))
            ratio, changed = _difference(shown[rows, columns], bare[rows, columns])
            if ratio >= LEAST_CONTRAST:
                seen.append(text)
            else:
                flags.add("hidden_text:white" if changed or blends(text.color, WHITE) else "hidden_text:covered")
    _switch([*plain, *seen], True)
    pdfium.FPDFPage_SetRotation(page, turned)
    return flags, seen


def _apart(texts: list[_Text]) -> list[list[_Text]]:
    """The texts in layers within which no two boxes meet; what is left over after the last layer goes there too."""
    layers: list[list[_Text]] = []
    for text in texts:
        free = (layer for layer in layers if not any(overlap(text.box, other.box) for other in layer))
        layer = next(free, None)
        if layer is None and len(layers) < _MOST_LAYERS:
            layers.append([text])
        else:
            (layer if layer is not None else layers[-1]).append(text)
    return layers


def _difference(shown: Any, bare: Any) -> tuple[float, bool]:
    """The best contrast ratio between the two pictures at any pixel, and whether any pixel changed at all."""
    import numpy as np

    touched = (shown != bare).any(axis=2)
    if not touched.any():
        return 1.0, False
    pair = np.stack([shown[touched], bare[touched]])[..., 2::-1] / 255.0  # BGRx -> RGB, (2, pixels, 3)
    linear = np.where(pair <= 0.04045, pair / 12.92, ((pair + 0.055) / 1.055) ** 2.4)
    light = linear @ np.array([0.2126, 0.7152, 0.0722]) + 0.05
    return float((light.max(axis=0) / light.min(axis=0)).max()), True


def _paint(page: Any, width: int, height: int) -> Any:
    """The page as an array (height, width, 4) of bytes, blue first, on white."""
    import numpy as np

    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGRx, None, 0)
    if not bitmap:
        raise MemoryError("no memory to paint the page")
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_NO_CATCH)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        content = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
        return np.frombuffer(content, dtype=np.uint8).reshape(height, stride // 4, 4)[:, :width]
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _switch(texts: list[_Text], on: bool) -> None:
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text.handle, on)
