"""Pictures of a PDF page in grey, to see what leaves a trace on it: about 2 ms each."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]  # left, bottom, right, top in points

_PIXELS_PER_POINT, _MOST_PIXELS = 2.0, 4_000_000
_LEAST_CHANGE = 14  # of 255: a thin stroke of light grey on white leaves so much


class Picture:
    """The part ``crop`` of a page, not turned, at up to two pixels a point."""

    def __init__(self, page: Any, crop: Box) -> None:
        self._page, self._crop = page, crop
        wide, high = crop[2] - crop[0], crop[3] - crop[1]
        self.scale = min(_PIXELS_PER_POINT, (_MOST_PIXELS / max(wide * high, 1)) ** 0.5)
        self._size = max(int(wide * self.scale), 1), max(int(high * self.scale), 1)

    @contextmanager
    def upright(self) -> Iterator[None]:
        """Paint the page as its content has it, however it is shown."""
        turned = pdfium.FPDFPage_GetRotation(self._page)
        pdfium.FPDFPage_SetRotation(self._page, 0)
        try:
            yield
        finally:
            pdfium.FPDFPage_SetRotation(self._page, turned)

    def paint(self) -> Any:
        """The page on white, an array (height, width) of bytes."""
        import numpy as np

        width, height = self._size
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, None, 0)
        if not bitmap:
            raise MemoryError("no memory to paint the page")
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
            pdfium.FPDF_RenderPageBitmap(bitmap, self._page, 0, 0, width, height, 0, pdfium.FPDF_NO_CATCH)
            stride = pdfium.FPDFBitmap_GetStride(bitmap)
            content = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
            return np.frombuffer(content, dtype=np.uint8).reshape(height, stride)[:, :width]
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def change(self, shown: Any, bare: Any) -> Any:
        """How much each pixel of ``shown`` differs from ``bare``; what nobody would notice is 0."""
        import numpy as np

        change = np.maximum(shown, bare) - np.minimum(shown, bare)
        change[change < _LEAST_CHANGE] = 0
        return change

    def part(self, picture: Any, box: Box) -> Any:
        """What lies in a box; empty for one without any area."""
        left, bottom, right, top = box
        x0, y1 = self._crop[0], self._crop[3]
        columns = slice(max(int((left - x0) * self.scale), 0), max(int((right - x0) * self.scale) + 1, 0))
        rows = slice(max(int((y1 - top) * self.scale), 0), max(int((y1 - bottom) * self.scale) + 1, 0))
        return picture[rows, columns]
