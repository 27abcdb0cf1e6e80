"""Whether the letters that a PDF claims are those that its fonts draw: each shape beside those of plain fonts.

A font can show one text and claim another. So each claimed letter is compared with Helvetica's, Times' and Courier's
letters, at one size; where most letters of a font look like other ones, a person has to look. Letters that differ by
size alone count as one. It is no character recognition: a font of fancy shapes must not be suspected, so the measure is
coarse, and only Latin letters are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

import pypdfium2.raw as pdfium

LEAST_SHAPE = 12.0  # pixels of font size from which a letter has a shape

_SIDE = 12  # pixels of a normalised shape
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FONTS = ("Helvetica", "Times-Roman", "Courier", "Helvetica-Bold", "Times-Bold", "Times-Italic", "Helvetica-Oblique")
_ALIKE = (
    "cC",
    "oO",
    "sS",
    "vV",
    "wW",
    "xX",
    "zZ",
    "kK",
    "pP",
    "uU",
    "iIlLjJtTfFr",
    "yY",
    "mM",
    "nNhH",
    "bB",
    "qQ",
    "aA",
    "eE",
    "dD",
    "gG",
)
_MARGIN = 0.12  # how much more a shape must be like another letter
_LEAST_LETTERS = 5  # of a font, before it is judged
_MOST_WRONG = 0.5
_POINTS, _STEP = 24, 40


class GlyphShapes:
    """Collects the shapes of the letters of each font of a document."""

    def __init__(self) -> None:
        self._shapes: dict[int | None, dict[tuple[str, int], Any]] = defaultdict(dict)

    def note(self, font: int | None, char: str, trace: Any) -> None:
        """Take up the trace of a letter where the font has none of this letter and width yet."""
        if char in _LETTERS:
            key = char, trace.shape[1]
            if key not in self._shapes[font]:
                self._shapes[font][key] = trace

    def lie(self) -> bool:
        """Whether most letters of some font look like other letters than the file claims."""
        return any(_lies(shapes) for shapes in self._shapes.values() if len(shapes) >= _LEAST_LETTERS)


def _lies(shapes: dict[tuple[str, int], Any]) -> bool:
    import numpy as np

    known = [(char, shape) for (char, _), trace in shapes.items() if (shape := _normal(trace)) is not None]
    if len(known) < _LEAST_LETTERS:
        return False
    alike = np.array([shape for _, shape in known]) @ _references()[1].T  # (letters, references)
    own = np.array([_is_like(char) for char, _ in known])
    claimed, best = np.where(own, alike, -1.0).max(axis=1), np.where(own, -1.0, alike).max(axis=1)
    return bool((best - claimed > _MARGIN).mean() > _MOST_WRONG)


@cache
def _is_like(char: str) -> Any:
    """Which of the references are of the letter, or of one that only its size tells apart."""
    import numpy as np

    group = next((letters for letters in _ALIKE if char in letters), char)
    return np.array([name in group for name in _references()[0]])


def _normal(trace: Any) -> Any:
    """The shape in a square of fixed size, as a unit vector about its mean; None where nothing can be told."""
    import numpy as np

    rows, columns = np.flatnonzero(trace.any(axis=1)), np.flatnonzero(trace.any(axis=0))
    if len(rows) < 4 or len(columns) < 2:
        return None
    part = trace[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    square = (_resizing(part.shape[0]) @ part @ _resizing(part.shape[1]).T).ravel()
    square = square - square.mean()
    length = float(np.linalg.norm(square))
    return None if length < 1e-6 else square / length


@cache
def _resizing(size: int) -> Any:
    """The matrix (side, size) that interpolates between ``size`` pixels."""
    import numpy as np

    at = np.linspace(0, size - 1, _SIDE)
    return np.maximum(1 - abs(at[:, None] - np.arange(size)), 0.0)


@cache
def _references() -> tuple[tuple[str, ...], Any]:
    """The letters and their shapes in the plain fonts, (fonts × letters, pixels)."""
    import numpy as np

    from jobfit.ingest.parse.pdf_picture import Picture

    data = _specimen()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    page = pdfium.FPDF_LoadPage(document, 0)
    width, height = _STEP * (len(_LETTERS) + 1), _STEP * (len(_FONTS) + 1)
    picture = Picture(page, (0.0, 0.0, float(width), float(height)))
    ink = 255 - picture.paint()
    names, shapes = [], []
    for row in range(len(_FONTS)):
        for column, letter in enumerate(_LETTERS):
            left, base = _STEP * (column + 0.5), height - _STEP * (row + 1)
            shape = _normal(picture.part(ink, (left, base - 10.0, left + _STEP - 2.0, base + 25.0)))
            if shape is not None:
                names.append(letter)
                shapes.append(shape)
    pdfium.FPDF_ClosePage(page)
    pdfium.FPDF_CloseDocument(document)
    return tuple(names), np.array(shapes)


def _specimen() -> bytes:
    """A PDF page with all letters in the plain fonts, which every reader of PDF brings along."""
    width, height = _STEP * (len(_LETTERS) + 1), _STEP * (len(_FONTS) + 1)
    lines = [
        f"BT /F{row} {_POINTS} Tf {_STEP * (column + 0.5)} {height - _STEP * (row + 1)} Td ({letter}) Tj ET"
        for row in range(len(_FONTS))
        for column, letter in enumerate(_LETTERS)
    ]
    content = "\n".join(lines)
    fonts = " ".join(f"/F{n} << /Type /Font /Subtype /Type1 /BaseFont /{name} >>" for n, name in enumerate(_FONTS))
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R"
        f" /Resources << /Font << {fonts} >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
    )
    body = "%PDF-1.4\n" + "".join(f"{n} 0 obj\n{text}\nendobj\n" for n, text in enumerate(objects, 1))
    return (body + "trailer << /Root 1 0 R /Size 5 >>\n%%EOF").encode("ascii")
