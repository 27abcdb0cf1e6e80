"""What stands on a PDF page: text objects, their marks, and painted shapes."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import hypot
from typing import Any

import pypdfium2.raw as pdfium

from jobfit.ingest.parse.contrast import Color

Box = tuple[float, float, float, float]
"""left, bottom, right, top in points, in the page's own axes."""
Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
MOST_OBJECTS = 100_000
_DEEPEST_FORM = 12
_NARROWEST_GLYPH = 0.2  # of the font size; a longer replacement cannot be what is seen


@dataclass(frozen=True, slots=True)
class TextObject:
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


@dataclass(frozen=True, slots=True)
class Shape:
    """Something painted that may lie under or over text; ``color`` is None for an image, a shading or a pattern."""

    order: int
    box: Box
    color: Color | None


class TooManyObjects(Exception):
    """The page has more objects than any CV."""


def objects(page: Any) -> tuple[list[TextObject], list[Shape]]:
    """All text objects and painted shapes of a page in painting order, those of nested forms included."""
    texts: list[TextObject] = []
    shapes: list[Shape] = []
    count = pdfium.FPDFPage_CountObjects(page)
    for order, (handle, matrix) in enumerate(_walk(pdfium.FPDFPage_GetObject, page, count, IDENTITY, 0)):
        if order > MOST_OBJECTS:
            raise TooManyObjects
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append(_text(handle, matrix, order))
        elif kind != pdfium.FPDF_PAGEOBJ_PATH:
            shapes.append(Shape(order, _box(handle, matrix), None))
        elif _is_filled(handle):
            color, opacity = _fill(handle)
            if opacity > 0:
                shapes.append(Shape(order, _box(handle, matrix), color if opacity == 1 else None))
    return texts, shapes


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share any area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _walk(
    get: Callable[[Any, int], Any], parent: Any, count: int, matrix: Matrix, depth: int
) -> Iterator[tuple[Any, Matrix]]:
    for index in range(count):
        handle = get(parent, index)
        if pdfium.FPDFPageObj_GetType(handle) != pdfium.FPDF_PAGEOBJ_FORM:
            yield handle, matrix
        elif depth < _DEEPEST_FORM:
            inner = _product(_matrix(handle), matrix)
            form_count = max(pdfium.FPDFFormObj_CountObjects(handle), 0)
            yield from _walk(pdfium.FPDFFormObj_GetObject, handle, form_count, inner, depth + 1)


def _text(handle: Any, outer: Matrix, order: int) -> TextObject:
    matrix = _product(_matrix(handle), outer)
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(handle, size)
    scale = min(hypot(matrix[0], matrix[1]), hypot(matrix[2], matrix[3]))
    color, opacity = _fill(handle)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(handle)
    box = _box(handle, outer)
    return TextObject(
        handle, order, box, abs(size.value) * scale, mode, color, opacity, _is_clipped(handle, box, outer)
    )


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
        return IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _product(inner: Matrix, outer: Matrix) -> Matrix:
    """First ``inner``, then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _box(handle: Any, outer: Matrix) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    if outer is IDENTITY:
        return left.value, bottom.value, right.value, top.value
    return _around([(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)], outer)


def _around(points: list[tuple[float, float]], outer: Matrix) -> Box:
    """The rectangle around the points once ``outer`` has moved them; an empty one for no points."""
    if not points:
        return 0.0, 0.0, 0.0, 0.0
    a, b, c, d, e, f = outer
    xs, ys = [a * x + c * y + e for x, y in points], [b * x + d * y + f for x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def in_layer(handle: Any) -> bool:
    """Whether the object belongs to optional content, which a viewer may have switched off."""
    return any(_name(mark) == "OC" for mark in _marks(handle))


def strip_actual_text(handle: Any, widths_of_size: float) -> bool:
    """Remove each ``/ActualText`` from the object, so that the glyphs a reader sees are what is read.

    True where one was far longer than the glyphs could be: ``widths_of_size`` is the object's width over its font size.
    """
    suspicious = False
    for mark in list(_marks(handle)):
        length = ctypes.c_ulong()
        if pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, length) and length.value:
            characters = length.value // 2 - 1
            suspicious |= characters * _NARROWEST_GLYPH > widths_of_size + 1
            pdfium.FPDFPageObj_RemoveMark(handle, mark)
    return suspicious


def _marks(handle: Any) -> Iterator[Any]:
    for index in range(pdfium.FPDFPageObj_CountMarks(handle)):
        yield pdfium.FPDFPageObj_GetMark(handle, index)


def _name(mark: Any) -> str:
    name, length = (ctypes.c_ushort * 16)(), ctypes.c_ulong()
    if not pdfium.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length) or length.value > 32:
        return ""
    return bytes(name)[: length.value - 2].decode("utf-16-le", "replace")
