"""How well a colour stands out from another (the contrast ratio of WCAG 2.2), and below what text is not seen."""

from __future__ import annotations

Color = tuple[int, int, int]
WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)
LEAST_CONTRAST = 1.5  # light grey (#D0D0D0) on white has 1.54
LEAST_POINTS = 4.0  # on paper
LEAST_OPACITY = 0.1


def named_colors(words: str) -> dict[str, Color]:
    """Colours by name, from pairs of a name and six hexadecimal digits: ``navy 000080``."""
    names = words.split()
    return {name: (*bytes.fromhex(digits),) for name, digits in zip(names[::2], names[1::2], strict=True)}


def luminance(color: Color) -> float:
    """Relative luminance in [0, 1] of an sRGB colour (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    linear = [c / 12.92 if (c := part / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for part in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """(lighter + 0.05) / (darker + 0.05), between 1 (same) and 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def blends(color: Color | None, background: Color | None) -> bool:
    """Whether text is too pale or too dark for its background; never where one of them is unknown."""
    return color is not None and background is not None and contrast(color, background) < LEAST_CONTRAST
