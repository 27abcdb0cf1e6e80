"""Which text of a PDF page a reader cannot see.

Most pages are decided from their objects alone: dark text on nothing is visible. Where that does not settle it (light
text, text that meets a filled shape or an image, patterned or faint text), the page is painted twice, with and
without those objects, and what changed on the picture decides: the picture is what the reader sees.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from jobfit.ingest.parse.contrast import LEAST_CONTRAST, LEAST_OPACITY, LEAST_POINTS, WHITE, contrast
from jobfit.ingest.parse.pdf_objects import Box, Shape, TextObject, in_layer, objects, overlap, strip_actual_text

_INVISIBLE_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_MOST_PIXELS = 4_000_000
_PIXELS_PER_POINT = 2.0
_MOST_SHAPES = 300
_MOST_LAYERS = 8


def hide_unseen(page: Any, crop: Box) -> set[str]:
    """Switch off each text object of ``page`` that is not seen within ``crop``; returns the flags that say why.

    ``hidden_text:`` followed by ``invisible`` (render mode, opacity), ``tiny`` (under 4 points), ``off_page``,
    ``white`` (contrast under 1.5 with what lies beneath), ``covered`` (painted over, clipped away, in a layer that is
    off) or ``actual_text`` (the file claims a long text for a few glyphs; the glyphs count).
    """
    texts, shapes = objects(page)
    flags: set[str] = set()
    plain: list[TextObject] = []
    doubtful: list[TextObject] = []
    for text in texts:
        width = max(text.box[2] - text.box[0], text.box[3] - text.box[1])
        if strip_actual_text(text.handle, width / max(text.size, 0.1)):
            flags.add("hidden_text:actual_text")
        reason = _plain_reason(text, crop)
        if reason is not None:
            _switch([text], False)
            flags.add(reason)
        else:
            (doubtful if _is_doubtful(text, shapes) else plain).append(text)
    if doubtful:
        flags |= _decide_by_picture(page, crop, plain, doubtful)
    return flags


def _plain_reason(text: TextObject, crop: Box) -> str | None:
    if text.mode in _INVISIBLE_MODES or text.opacity < LEAST_OPACITY:
        return "hidden_text:invisible"
    if not overlap(_with_area(text.box), crop):
        return "hidden_text:off_page"
    return "hidden_text:tiny" if text.size < LEAST_POINTS else None


def _is_doubtful(text: TextObject, shapes: list[Shape]) -> bool:
    if text.color is None or text.mode != pdfium.FPDF_TEXTRENDERMODE_FILL:
        return True
    if contrast(text.color, WHITE) * text.opacity < 2 * LEAST_CONTRAST:
        return True
    if text.clipped or len(shapes) > _MOST_SHAPES or in_layer(text.handle):
        return True
    return any(_unsettles(shape, text) for shape in shapes)


def _unsettles(shape: Shape, text: TextObject) -> bool:
    """Whether the shape may hide the text: it lies over it, or beneath it in a colour that is unknown or alike."""
    if not overlap(shape.box, text.box):
        return False
    if shape.order > text.order or shape.color is None or text.color is None:
        return True
    return contrast(shape.color, text.color) < 2 * LEAST_CONTRAST


def _decide_by_picture(page: Any, crop: Box, plain: list[TextObject], doubtful: list[TextObject]) -> set[str]:
    """Paint the page without any text and with the doubtful text; what leaves no readable trace stays off.

    Texts whose boxes meet are painted apart, so that none passes for the trace of another.
    """
    left, bottom, right, top = crop
    scale = min(_PIXELS_PER_POINT, (_MOST_PIXELS / max((right - left) * (top - bottom), 1)) ** 0.5)
    size = max(int((right - left) * scale), 1), max(int((top - bottom) * scale), 1)
    turned = pdfium.FPDFPage_GetRotation(page)
    pdfium.FPDFPage_SetRotation(page, 0)
    _switch([*plain, *doubtful], False)
    bare = _paint(page, size)
    flags: set[str] = set()
    seen: list[TextObject] = []
    for layer in _apart(doubtful):
        _switch(layer, True)
        shown = _paint(page, size)
        _switch(layer, False)
        for text in layer:
            x0, y0, x1, y1 = text.box
            columns = slice(max(int((x0 - left) * scale) - 1, 0), max(int((x1 - left) * scale) + 2, 0))
            rows = slice(max(int((top - y1) * scale) - 1, 0), max(int((top - y0) * scale) + 2, 0))
            ratio, changed = _difference(shown[rows, columns], bare[rows, columns])
            if ratio >= LEAST_CONTRAST:
                seen.append(text)
            else:
                flags.add("hidden_text:white" if changed or _is_pale(text) else "hidden_text:covered")
    _switch([*plain, *seen], True)
    pdfium.FPDFPage_SetRotation(page, turned)
    return flags


def _apart(texts: list[TextObject]) -> list[list[TextObject]]:
    """The texts in layers within which no two boxes meet; what is left over after the last layer goes there too."""
    layers: list[list[TextObject]] = []
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


def _paint(page: Any, size: tuple[int, int]) -> Any:
    """The page as an array (height, width, 4) of bytes, blue first, on white."""
    import numpy as np

    width, height = size
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


def _is_pale(text: TextObject) -> bool:
    return text.color is not None and contrast(text.color, WHITE) < LEAST_CONTRAST


def _switch(texts: list[TextObject], on: bool) -> None:
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text.handle, on)


def _with_area(box: Box) -> Box:
    """A blank has an empty box; give it a point of area, so that it counts as standing where it is."""
    left, bottom, right, top = box
    return left, bottom, max(right, left + 0.1), max(top, bottom + 0.1)
