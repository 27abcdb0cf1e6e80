"""How well a colour stands out from another: the contrast ratio of WCAG 2.2."""

from __future__ import annotations

Color = tuple[int, int, int]
WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)
LEAST_CONTRAST = 1.5
"""Below this ratio a reader does not see text on its background; light grey (#D0D0D0) on white has 1.54."""
LEAST_POINTS = 4.0
"""Below this size in points text cannot be read on paper."""
LEAST_OPACITY = 0.1
"""Below this opacity text is as good as transparent."""


def named_colors(words: str) -> dict[str, Color]:
    """Colours by name, from pairs of a name and six hexadecimal digits.

    >>> named_colors("navy 000080")
    {'navy': (0, 0, 128)}
    """
    names = words.split()
    return {name: (*bytes.fromhex(digits),) for name, digits in zip(names[::2], names[1::2], strict=True)}


def luminance(color: Color) -> float:
    """Relative luminance in [0, 1] of an sRGB colour (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    linear = [c / 12.92 if (c := part / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for part in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """(lighter + 0.05) / (darker + 0.05), between 1 (same) and 21 (black on white).

    >>> round(contrast(WHITE, BLACK))
    21
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
