"""How an element of an HTML page looks: enough to say whether a reader sees its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from jobfit.ingest.parse.contrast import BLACK, LEAST_CONTRAST, LEAST_OPACITY, WHITE, Color, contrast

LEAST_PIXELS = 4.0
_OFF_SCREEN = -500.0
_NUMBER = re.compile(r"(-?\d{0,9}\.?\d{1,9})(px|pt|em|rem|%|vw|vh)?")
_FUNCTION = re.compile(r"rgba?\(([^()]{1,60})\)")
_HEX = re.compile("#([0-9a-f]{3,8})")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16, "vw": 10.0, "vh": 10.0}
_NAMED: dict[str, Color] = {
    "white": WHITE,
    "black": BLACK,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "yellow": (255, 255, 0),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What an element hands down to its children. A colour of None is unknown and then never a reason to drop text."""

    gone: str | None = None
    hidden: bool = False
    color: Color | None = BLACK
    background: Color | None = WHITE
    pixels: float = 16.0
    opacity: float = 1.0

    def flag(self) -> str | None:
        """Why a reader cannot see text that looks like this; None where it is seen."""
        if self.gone is not None:
            return self.gone
        if self.hidden or self.opacity < LEAST_OPACITY:
            return "hidden_text:invisible"
        if self.pixels < LEAST_PIXELS:
            return "hidden_text:tiny"
        if self.color is None or self.background is None:
            return None
        return "hidden_text:white" if contrast(self.color, self.background) < LEAST_CONTRAST else None

    def inside(self, element: etree._Element, style: dict[str, str]) -> Look:
        """The look of ``element``, a child of something that looks like this, with these declarations."""
        color, alpha = _color(style.get("color") or element.get("color") or "", self.color)
        painted = style.get("background-color") or style.get("background") or element.get("bgcolor") or ""
        background, cover = _color(painted, self.background)
        return replace(
            self,
            gone=self.gone or _gone(element, style),
            hidden={"hidden": True, "collapse": True, "visible": False}.get(style.get("visibility", ""), self.hidden),
            color=color,
            background=self.background if cover < LEAST_OPACITY else background,
            pixels=_font_size(style.get("font-size"), self.pixels),
            opacity=self.opacity * _share(style.get("opacity")) * (alpha if alpha < LEAST_OPACITY else 1.0),
        )


def _gone(element: etree._Element, style: dict[str, str]) -> str | None:
    """The flag for an element that is not shown at all, whatever its children say."""
    if element.get("hidden") is not None or style.get("display") == "none":
        return "hidden_text:invisible"
    if element.tag == "dialog" and element.get("open") is None:
        return "hidden_text:invisible"
    clip = (style.get("clip", "") + style.get("clip-path", "") + style.get("transform", "")).replace(" ", "")
    if clip.startswith(("rect(0", "rect(1px,1px", "inset(50%", "inset(100%", "circle(0", "scale(0)")):
        return "hidden_text:invisible"
    if style.get("overflow", "") in ("hidden", "clip") and any(
        _is_flat(style.get(side)) for side in ("width", "height")
    ):
        return "hidden_text:invisible"
    sides = ["text-indent", "margin-left", "margin-top"]
    sides += ["left", "top", "right", "bottom"] if style.get("position") in ("absolute", "fixed", "relative") else []
    if any(_pixels(style.get(side)) <= _OFF_SCREEN for side in sides):
        return "hidden_text:off_page"
    return None


def _is_flat(size: str | None) -> bool:
    return size is not None and _NUMBER.fullmatch(size) is not None and _pixels(size) <= 1.0


def _pixels(size: str | None) -> float:
    match = _NUMBER.fullmatch(size or "")
    return 0.0 if match is None else float(match.group(1)) * _PIXELS[match.group(2) or ""]


def _font_size(size: str | None, inherited: float) -> float:
    match = _NUMBER.fullmatch(size or "")
    if match is None:
        return inherited
    number, unit = float(match.group(1)), match.group(2) or "px"
    return number * inherited * (0.01 if unit == "%" else 1.0) if unit in ("em", "%") else number * _PIXELS[unit]


def _share(opacity: str | None) -> float:
    match = _NUMBER.fullmatch(opacity or "1")
    if match is None:
        return 1.0
    return min(max(float(match.group(1)) * (0.01 if match.group(2) == "%" else 1.0), 0.0), 1.0)


def _color(text: str, inherited: Color | None) -> tuple[Color | None, float]:
    """The colour and opacity that a CSS value names; the inherited one where it names none; None where unknown."""
    text = text.strip().lower()
    if text in ("", "inherit", "none", "initial", "unset", "currentcolor"):
        return inherited, 1.0
    if "url(" in text or "gradient" in text:
        return None, 1.0
    function, digits = _FUNCTION.search(text), _HEX.search(text)
    if function is not None:
        return _from_numbers(function.group(1))
    if digits is not None:
        return _from_hex(digits.group(1))
    if "transparent" in text.split():
        return inherited, 0.0
    return next((_NAMED[word] for word in text.split() if word in _NAMED), None), 1.0


def _from_hex(digits: str) -> tuple[Color | None, float]:
    if len(digits) in (3, 4):
        digits = "".join(2 * digit for digit in digits)
    if len(digits) not in (6, 8):
        return None, 1.0
    red, green, blue, alpha = (int((digits + "ff")[i : i + 2], 16) for i in (0, 2, 4, 6))
    return (red, green, blue), alpha / 255


def _from_numbers(text: str) -> tuple[Color | None, float]:
    parts = re.split("[ ,/]{1,4}", text.strip())
    matches = [_NUMBER.fullmatch(part) for part in parts]
    if len(parts) < 3 or any(match is None for match in matches):
        return None, 1.0
    red, green, blue = (
        min(max(int(float(part.rstrip("%")) * (2.55 if "%" in part else 1)), 0), 255) for part in parts[:3]
    )
    return (red, green, blue), _share(parts[3]) if len(parts) > 3 else 1.0
