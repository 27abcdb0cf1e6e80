"""How a run of a DOCX looks, through its styles: enough to say whether a reader sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from jobfit.ingest.parse.contrast import (
    LEAST_CONTRAST,
    LEAST_OPACITY,
    LEAST_POINTS,
    WHITE,
    Color,
    contrast,
    named_colors,
)
from jobfit.ingest.parse.docx_package import W

_HEX = re.compile("[0-9A-Fa-f]{6}")
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_OFF = ("0", "false", "off", "none")
_HIGHLIGHTS = named_colors(
    "black 000000 darkBlue 000080 darkCyan 008080 darkGray 808080 darkGreen 008000 darkMagenta 800080 "
    "darkRed 800000 darkYellow 808000 lightGray c0c0c0 blue 0000ff cyan 00ffff green 00ff00 magenta "
    "ff00ff red ff0000 yellow ffff00 white ffffff"
)
_MOST_BASES = 20


@dataclass(frozen=True, slots=True)
class Look:
    """What decides visibility. ``color`` None is automatic (always readable); ``background`` None is unknown."""

    hidden: bool = False
    faded: bool = False
    color: Color | None = None
    size: float = 11.0
    stretch: float = 1.0
    background: Color | None = WHITE

    def flag(self) -> str | None:
        """Why a reader cannot see text that looks like this; None where it is seen."""
        if self.hidden or self.faded:
            return "hidden_text:invisible"
        if self.size * min(self.stretch, 1.0) < LEAST_POINTS:
            return "hidden_text:tiny"
        if self.color is None or self.background is None:
            return None
        return "hidden_text:white" if contrast(self.color, self.background) < LEAST_CONTRAST else None

    @property
    def unclear(self) -> bool:
        """Whether the text is as pale as paper and what lies beneath it is not known."""
        return self.background is None and self.color is not None and contrast(self.color, WHITE) < LEAST_CONTRAST


class Styles:
    """The looks that ``styles.xml`` names, each through the styles it is based on."""

    def __init__(self, root: etree._Element | None) -> None:
        styles = [] if root is None else root.findall(f"{W}style")
        self._by_id = {style.get(f"{W}styleId", ""): style for style in styles}
        defaults = {
            style.get(f"{W}type"): style.get(f"{W}styleId", "") for style in styles if is_on(style.get(f"{W}default"))
        }
        self._default_paragraph = defaults.get("paragraph", "")
        self._base = None if root is None else root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")

    def paragraph(self, properties: etree._Element | None, background: Color | None) -> Look:
        """The look of a paragraph's text before its runs say otherwise."""
        look = apply(Look(background=background), self._base)
        named = value(properties, "pStyle") or self._default_paragraph
        for style in self._chain(named):
            look = apply(look, style.find(f"{W}rPr"))
            look = _shade(look, style.find(f"{W}pPr"))
        return _shade(look, properties)

    def run(self, look: Look, properties: etree._Element | None) -> Look:
        """The look of a run within a paragraph of that look."""
        for style in self._chain(value(properties, "rStyle") or ""):
            look = apply(look, style.find(f"{W}rPr"))
        return apply(look, properties)

    def is_listed(self, properties: etree._Element | None) -> bool:
        """Whether the paragraph has a bullet or a number, by itself or by its style; headings do not count."""
        chain = self._chain(value(properties, "pStyle") or "")
        if any(style.find(f"{W}pPr/{W}outlineLvl") is not None for style in chain):
            return False
        numberings = [None if properties is None else properties.find(f"{W}numPr")]
        numberings += [style.find(f"{W}pPr/{W}numPr") for style in reversed(chain)]
        first = next((numbering for numbering in numberings if numbering is not None), None)
        return first is not None and value(first, "numId") != "0"

    def shades_cells(self, table: etree._Element) -> bool:
        """Whether the style of a table colours cells, in a way that only a layout engine could tell."""
        chain = self._chain(value(table.find(f"{W}tblPr"), "tblStyle") or "")
        return any(style.find(f".//{W}tcPr/{W}shd") is not None for style in chain)

    def _chain(self, style_id: str) -> list[etree._Element]:
        """The style and those it is based on, the base first."""
        chain: list[etree._Element] = []
        style = self._by_id.get(style_id)
        while style is not None and len(chain) < _MOST_BASES:
            chain.insert(0, style)
            style = self._by_id.get(value(style, "basedOn") or "")
        return chain


def apply(look: Look, properties: etree._Element | None) -> Look:
    """``look`` changed by what an ``rPr`` element states."""
    for item in () if properties is None else properties:
        name, setting = item.tag, item.get(f"{W}val")
        if name == f"{W}vanish":
            look = replace(look, hidden=is_on(setting or "1"))
        elif name == f"{W}color":
            look = replace(look, color=color_of(setting))
        elif name == f"{W}sz" and (setting or "").isdecimal():
            look = replace(look, size=int(setting[:6]) / 2)
        elif name == f"{W}w" and (setting or "").rstrip("%").isdecimal():
            look = replace(look, stretch=int(setting.rstrip("%")[:6]) / 100 or 1.0)
        elif name == f"{W}highlight" and setting in _HIGHLIGHTS:
            look = replace(look, background=_HIGHLIGHTS[setting])
        elif name == f"{_W14}textFill":
            look = replace(look, faded=_is_faded(item))
    return _shade(look, properties)


def shading(properties: etree._Element | None, otherwise: Color | None) -> Color | None:
    """The colour that the ``w:shd`` of paragraph, run or cell properties paints; ``otherwise`` where there is none."""
    shade = None if properties is None else properties.find(f"{W}shd")
    if shade is None:
        return otherwise
    pattern = shade.get(f"{W}val", "clear")
    if pattern in ("clear", "nil"):
        return color_of(shade.get(f"{W}fill")) or otherwise
    return color_of(shade.get(f"{W}color")) if pattern == "solid" else None


def color_of(text: str | None) -> Color | None:
    """The colour written as six hexadecimal digits, with or without ``#``; None for ``auto`` and anything else.

    >>> color_of("FF8000")
    (255, 128, 0)
    """
    digits = (text or "").strip().lstrip("#")
    if not _HEX.fullmatch(digits):
        return None
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def value(parent: etree._Element | None, name: str) -> str | None:
    """The ``w:val`` of the child ``name``, where there is one."""
    child = None if parent is None else parent.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def is_on(setting: str | None) -> bool:
    """Whether a switch of WordprocessingML is on."""
    return setting is not None and setting.lower() not in _OFF


def _shade(look: Look, properties: etree._Element | None) -> Look:
    return replace(look, background=shading(properties, look.background))


def _is_faded(fill: etree._Element) -> bool:
    """A text effect without fill, or with one (almost) transparent: w14:alpha is the transparency in 1/1000 %."""
    if fill.find(f"{_W14}noFill") is not None:
        return True
    alpha = fill.find(f".//{_W14}alpha")
    transparency = "" if alpha is None else alpha.get(f"{_W14}val", "")
    return transparency.isdecimal() and int(transparency[:7]) > (1 - LEAST_OPACITY) * 100_000
