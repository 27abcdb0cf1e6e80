"""How a run of a DOCX looks, through its styles, its theme and what it stands on: whether a reader can see it."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lxml.etree import _Element as Element

from jobfit.ingest.parse.contrast import BLACK, LEAST_OPACITY, LEAST_POINTS, WHITE, Color, blends, named_colors
from jobfit.ingest.parse.docx_places import FAR_FROM_LINE
from jobfit.ingest.parse.docx_xml import (
    W14,
    W,
    color_of,
    half_points,
    is_on,
    is_present,
    local_name,
    number_of,
    parents,
    points_of,
    value_of,
)

_HIGHLIGHTS = named_colors(
    "black 000000 darkBlue 000080 darkCyan 008080 darkGray 808080 darkGreen 008000 darkMagenta 800080 "
    "darkRed 800000 darkYellow 808000 lightGray c0c0c0 blue 0000ff cyan 00ffff green 00ff00 magenta "
    "ff00ff red ff0000 yellow ffff00 white ffffff"
)
_MOST_BASES = 20
_THEME_NAMES = {
    **{"background1": "lt1", "light1": "lt1", "bg1": "lt1", "lt1": "lt1", "background2": "lt2", "light2": "lt2"},
    **{"bg2": "lt2", "lt2": "lt2", "text1": "dk1", "dark1": "dk1", "tx1": "dk1", "dk1": "dk1", "text2": "dk2"},
    **{"dark2": "dk2", "tx2": "dk2", "dk2": "dk2", "hyperlink": "hlink", "followedHyperlink": "folHlink"},
    **{f"accent{number}": f"accent{number}" for number in range(1, 7)},
}
_SYMBOL_FONTS = frozenset(("wingdings", "wingdings 2", "wingdings 3", "webdings", "symbol", "zapf dingbats"))
_RAISED = 0.65  # how large text above or below its line is drawn
_PILED = 0.6  # of the font size: letters set back by more stand on one another
_LOOK = {"firstRow": 0x20, "lastRow": 0x40, "firstColumn": 0x80, "lastColumn": 0x100}
_LOOK |= {"noHBand": 0x200, "noVBand": 0x400}
_BANDS = {  # where they begin after, what states their size, what says that there are none
    f"band{number}{way}": (head, size, none)
    for number in (1, 2)
    for way, head, size, none in (
        ("Horz", "firstRow", "tblStyleRowBandSize", "noHBand"),
        ("Vert", "firstColumn", "tblStyleColBandSize", "noVBand"),
    )
}
_SIDES: dict[str, tuple[str, ...]] = {  # where the parts of a table's style hold; one that is not here is of no cell
    "wholeTable": (), "firstRow": ("firstRow",), "lastRow": ("lastRow",),
    "firstCol": ("firstColumn",), "lastCol": ("lastColumn",),
    "nwCell": ("firstRow", "firstColumn"), "neCell": ("firstRow", "lastColumn"),
    "swCell": ("lastRow", "firstColumn"), "seCell": ("lastRow", "lastColumn"),
}  # fmt: skip
_LEAST_TINT = 0.05
_VML_OFF = ("f", "false", "0")


@dataclass(frozen=True, slots=True)
class Look:
    """What decides visibility. ``color`` None is automatic (always readable); ``background`` None is unknown."""

    hidden: bool = False
    faded: bool = False
    color: Color | None = None
    size: float = 11.0
    stretch: float = 1.0
    background: Color | None = WHITE
    highlight: Color | None = None
    moved: bool = False  # raised or lowered off its line
    piled: bool = False  # letters drawn over one another
    symbols: bool = False  # a font whose letters are pictures
    doubt: str | None = None  # why nobody knows what such text looks like

    def flag(self) -> str | None:
        """Why a reader cannot see text that looks like this; None where it is seen."""
        if self.hidden or self.faded:
            return "hidden_text:invisible"
        if self.size * min(self.stretch, 1.0) < LEAST_POINTS:
            return "hidden_text:tiny"
        if self.moved:
            return "hidden_text:off_page"
        if self.highlight is not None:  # which automatic text does not turn pale on
            return "hidden_text:white" if blends(self.color or BLACK, self.highlight) else None
        return "hidden_text:white" if blends(self.color, self.background) else None

    @property
    def unclear(self) -> str | None:
        """Why nobody knows whether the text is seen: what lies beneath pale text is not known, or how it is drawn."""
        if self.highlight is None and self.background is None and blends(self.color, WHITE):
            return "unclear_text:white"
        return self.doubt and f"unclear_text:{self.doubt}"

    def with_run(self, properties: Element | None, theme: Mapping[str, Color]) -> Look:
        """The look changed by what an ``rPr`` element states."""
        look = self
        for item in () if properties is None else properties:
            name, setting = item.tag, item.get(f"{W}val")
            if name == f"{W}vanish":
                look = replace(look, hidden=is_on(setting or "1"))
            elif name == f"{W}specVanish" and is_on(setting or "1"):  # which a program may hide or show
                look = replace(look, doubt="style")
            elif name == f"{W}color":
                look = replace(look, color=_themed(item, "val", "theme", theme))
                if setting not in (None, "auto") and look.color is None:
                    look = replace(look, doubt="color")
            elif name == f"{W}sz":
                size = half_points(setting)
                look = look if size is None else replace(look, size=size)
            elif name == f"{W}vertAlign" and setting in ("superscript", "subscript"):
                look = replace(look, stretch=look.stretch * _RAISED)
            elif name == f"{W}w" and (setting or "").rstrip("%").isdecimal():
                look = replace(look, stretch=int(setting.rstrip("%")[:6]) / 100 or 1.0)
            elif name == f"{W}fitText":
                narrow = points_of(setting) < LEAST_POINTS
                look = replace(look, stretch=0.01) if narrow else replace(look, doubt="clip")
            elif name == f"{W}position":
                look = replace(look, moved=abs(half_points(setting) or 0.0) > FAR_FROM_LINE)
            elif name == f"{W}spacing":
                spaced = points_of(setting)
                look = replace(look, moved=look.moved or abs(spaced) > FAR_FROM_LINE)
                look = replace(look, piled=spaced < -look.size * _PILED)
                look = replace(look, doubt="clip") if spaced < -look.size / 4 else look
            elif name == f"{W}highlight":
                look = replace(look, highlight=_HIGHLIGHTS.get(setting or ""))
            elif name == f"{W}rFonts" and (font := item.get(f"{W}asciiTheme") or item.get(f"{W}ascii")):
                look = replace(look, symbols=font.casefold() in _SYMBOL_FONTS)
            elif name == f"{W14}textFill":
                look = replace(look, faded=_is_faded(item)).filled(item, theme)
        return look.shaded(properties, theme)

    def shaded(self, properties: Element | None, theme: Mapping[str, Color]) -> Look:
        return replace(self, background=shading(properties, self.background, theme))

    def filled(self, fill: Element, theme: Mapping[str, Color]) -> Look:
        """The look with the colour of a text effect in the place of the plain one."""
        colors = [_effect_color(item, theme) for item in fill.iter(f"{W14}srgbClr", f"{W14}schemeClr")]
        if colors and all(color == colors[0] or blends(color, colors[0]) for color in colors) and colors[0] is not None:
            return replace(self, color=colors[0])
        return replace(self, doubt="color") if colors else self


class Styles:
    """The looks that ``styles.xml`` names, each through the styles it is based on."""

    def __init__(self, root: Element | None, theme: Mapping[str, Color]) -> None:
        self.theme = theme
        styles = [] if root is None else root.findall(f"{W}style")
        self._by_id = {style.get(f"{W}styleId", ""): style for style in styles}
        defaults = {
            style.get(f"{W}type"): style.get(f"{W}styleId", "") for style in styles if is_on(style.get(f"{W}default"))
        }
        self._default_paragraph = defaults.get("paragraph", "")
        self._base = None if root is None else root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")

    def paragraph(self, properties: Element | None, ground: Ground) -> Look:
        """The look of a paragraph's text before its runs say otherwise."""
        look = Look(background=ground.color, doubt=ground.doubt).with_run(self._base, self.theme)
        for style in ground.styles:
            look = look.with_run(style.find(f"{W}rPr"), self.theme)
        for style in self._chain(value_of(properties, "pStyle") or self._default_paragraph):
            look = look.with_run(style.find(f"{W}rPr"), self.theme).shaded(style.find(f"{W}pPr"), self.theme)
        return look.shaded(properties, self.theme)

    def run(self, look: Look, properties: Element | None) -> Look:
        for style in self._chain(value_of(properties, "rStyle")):
            look = look.with_run(style.find(f"{W}rPr"), self.theme)
        return look.with_run(properties, self.theme)

    def properties(self, paragraph: Element | None) -> list[Element]:
        """The properties of a paragraph and of its styles, the weakest first."""
        chain = self._chain(value_of(paragraph, "pStyle") or self._default_paragraph)
        stated = [style.find(f"{W}pPr") for style in chain]
        return [item for item in (*stated, paragraph) if item is not None]

    def table(self, table: Element, ground: Ground) -> Ground:
        """What a table lies on and its style does to the text in it; ``of_cell`` says what it does to some cells."""
        chain = self._chain(value_of(table.find(f"{W}tblPr"), "tblStyle"))
        shaded = any(style.find(f".//{W}tcPr/{W}shd") is not None for style in chain)
        color = shading(table.find(f"{W}tblPr"), None if shaded else ground.color, self.theme)
        return replace(ground, color=color, styles=tuple(chain))

    def of_cell(self, table: Element, ground: Ground, row: tuple[int, int], column: tuple[int, int]) -> Ground:
        """What hides the text of a cell of a ``row`` and ``column`` (each: which, of how many) through its place."""
        parts = [part for style in ground.styles for part in style.findall(f"{W}tblStylePr") if self._hides(part)]
        look = table.find(f"{W}tblPr/{W}tblLook") if parts else None
        if parts and look is None:
            return replace(ground, doubt="style")
        for part in parts:
            place = part.get(f"{W}type", "")
            if place in _BANDS and any(style.find(f".//{W}{_BANDS[place][1]}") is not None for style in ground.styles):
                ground = replace(ground, doubt="style")  # bands of several rows or columns
            elif look is not None and _is_met(place, row, column, look):
                ground = replace(ground, styles=(*ground.styles, part))
        return ground

    def _hides(self, part: Element) -> bool:
        """Whether a part of a table's style hides text, other than by a colour that its own ground may set off."""
        properties = part.find(f"{W}rPr")
        if properties is None or all(item.tag not in (f"{W}vanish", f"{W}sz") for item in properties):
            return False
        return Look().with_run(properties, self.theme).flag() is not None

    def is_listed(self, properties: Element | None) -> bool:
        """Whether the paragraph has a bullet or a number, by itself or by its style; headings do not count."""
        chain = self._chain(value_of(properties, "pStyle"))
        if any(style.find(f"{W}pPr/{W}outlineLvl") is not None for style in chain):
            return False
        numberings = [None if properties is None else properties.find(f"{W}numPr")]
        numberings += [style.find(f"{W}pPr/{W}numPr") for style in reversed(chain)]
        first = next((numbering for numbering in numberings if numbering is not None), None)
        return first is not None and value_of(first, "numId") != "0"

    def _chain(self, style_id: str | None) -> list[Element]:
        """The style and those it is based on, the base first."""
        chain: list[Element] = []
        style = self._by_id.get(style_id or "")
        while style is not None and len(chain) < _MOST_BASES:
            chain.insert(0, style)
            style = self._by_id.get(value_of(style, "basedOn") or "")
        return chain


@dataclass(frozen=True, slots=True)
class Ground:
    """What paragraphs stand on: its colour (None: unknown), and the table styles and doubts that hold there."""

    color: Color | None = WHITE
    styles: tuple[Element, ...] = ()
    doubt: str | None = None


def _is_met(place: str, row: tuple[int, int], column: tuple[int, int], look: Element) -> bool:
    """Whether what a table's style says of a ``place`` holds for a cell; see ``Styles.of_cell``."""
    if place in _BANDS:
        head, _, without, (number, _) = *_BANDS[place], row if place.endswith("Horz") else column
        number -= _says(look, head)
        return number >= 0 and number % 2 == (place[4] == "2") and not _says(look, without)
    for side in _SIDES.get(place, ()):
        number, count = row if side.endswith("Row") else column
        if number != (0 if side.startswith("first") else count - 1) or not _says(look, side):
            return False
    return True


def _says(look: Element, name: str) -> bool:
    """Whether a ``w:tblLook`` says so; older files state it in the bits of one number."""
    if (stated := look.get(f"{W}{name}")) is not None:
        return is_on(stated)
    bits = look.get(f"{W}val", "")
    return bool(re.fullmatch("[0-9A-Fa-f]{1,8}", bits)) and bool(int(bits, 16) & _LOOK[name])


def shading(properties: Element | None, otherwise: Color | None, theme: Mapping[str, Color]) -> Color | None:
    """The colour that the ``w:shd`` of paragraph, run or cell properties paints; ``otherwise`` where there is none."""
    shade = None if properties is None else properties.find(f"{W}shd")
    if shade is None:
        return otherwise
    pattern = shade.get(f"{W}val", "clear")
    if pattern in ("clear", "nil"):
        return _themed(shade, "fill", "themeFill", theme) or otherwise
    return _themed(shade, "color", "theme", theme) if pattern == "solid" else None


def _themed(item: Element, plain: str, themed: str, theme: Mapping[str, Color]) -> Color | None:
    """The colour of a theme that the element names, lightened or darkened, else the plain one it states."""
    kind = "Color" if themed == "theme" else ""
    named = theme.get(_THEME_NAMES.get(item.get(f"{W}{themed}{kind}", ""), ""))
    if named is None:
        return color_of(item.get(f"{W}{plain}"))
    for change, end in (("Tint", 255), ("Shade", 0)):
        share = item.get(f"{W}{themed}{change}", "")
        if re.fullmatch("[0-9A-Fa-f]{1,2}", share):
            kept = int(share, 16) / 255
            red, green, blue = (round(part * kept + end * (1 - kept)) for part in named)
            named = red, green, blue
    return named


def _effect_color(item: Element, theme: Mapping[str, Color]) -> Color | None:
    """The colour that a text effect names; None where it is changed in ways that are not worked out here."""
    setting = item.get(f"{W14}val")
    color = color_of(setting) if local_name(item) == "srgbClr" else theme.get(_THEME_NAMES.get(setting or "", ""))
    for change in item:
        name, share = local_name(change), number_of(change.get(f"{W14}val")) / 100_000
        if color is None or not (name in ("alpha", "lumMod", "lumOff") or (name == "tint" and share < _LEAST_TINT)):
            return None
        if name == "tint":  # programs mix it in different ways, which come to the same where hardly any is left
            color = WHITE
        elif name != "alpha":
            hue, light, full = colorsys.rgb_to_hls(*(part / 255 for part in color))
            light = light * share if name == "lumMod" else light + share
            red, green, blue = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), full)
            color = round(255 * red), round(255 * green), round(255 * blue)
    return color


def read_theme(root: Element | None) -> dict[str, Color]:
    """The colours of the theme by their names there: dk1, lt1, accent1, ..."""
    colors: dict[str, Color] = {}
    for scheme in () if root is None else root.iter("{*}clrScheme"):
        for slot in scheme:
            stated = next(iter(slot), None)
            if stated is not None and (color := color_of(stated.get("lastClr") or stated.get("val"))):
                colors[local_name(slot)] = color
    return {"lt1": WHITE, "dk1": BLACK} | colors


def _is_faded(fill: Element) -> bool:
    """A text effect without fill, or with one (almost) transparent: w14:alpha is the transparency in 1/1000 %."""
    if fill.find(f"{W14}noFill") is not None:
        return True
    alpha = fill.find(f".//{W14}alpha")
    transparency = "" if alpha is None else alpha.get(f"{W14}val", "")
    return transparency.isdecimal() and int(transparency[:7]) > (1 - LEAST_OPACITY) * 100_000


def page_color(root: Element, settings: Element | None) -> Color | None:
    """The colour of the page; None (unknown) where some shape or picture lies behind the text."""
    if any(anchor.get("behindDoc") in ("1", "true") for anchor in root.iter("{*}anchor")):
        return None
    if any("z-index:-" in (shape.get("style") or "") for pict in root.iter(f"{W}pict") for shape in pict.iter()):
        return None
    background = root.find(f"{W}background")
    if background is None or not is_present(settings, "displayBackgroundShape"):
        return WHITE
    return color_of(background.get(f"{W}color"))


def box_fill(content: Element, drawing: Element, page: Color | None, theme: Mapping[str, Color]) -> Color | None:
    """The colour behind a text box: its own fill where that is plain, the page's where it has none, else unknown."""
    for parent in parents(content, drawing):
        if local_name(parent) == "wsp":
            return _drawn_fill(parent, page, theme)
        if parent.get("fillcolor") is not None and parent.get("filled") not in _VML_OFF:
            return color_of(parent.get("fillcolor"))
    return page


def _drawn_fill(shape: Any, page: Color | None, theme: Mapping[str, Color]) -> Color | None:
    properties = next((item for item in shape if local_name(item) == "spPr"), ())
    for item in properties:
        name = local_name(item)
        if name == "noFill":
            return page
        if name == "solidFill":
            plain, named = item.find("{*}srgbClr"), item.find("{*}schemeClr")
            if plain is not None:
                return color_of(plain.get("val"))
            return None if named is None or len(named) else theme.get(_THEME_NAMES.get(named.get("val", ""), ""))
        if name.endswith("Fill"):
            return None
    styled = shape.find("{*}style/{*}fillRef")
    return page if styled is None or styled.get("idx") == "0" else None
