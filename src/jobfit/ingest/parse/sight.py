"""Whether a reader sees the text of an element: what its CSS says, and where that is not enough, that nobody knows.

A declaration is harmless whatever its value, or its value is understood, or the text that it styles is in doubt
(``unclear_text:style``): it is kept, and a person is told. Nothing is laid out, so what depends on where boxes end up
(covers, cut boxes, masks) is in doubt as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import tinycss2
from lxml.etree import _Element as Element

from jobfit.ingest.parse.cascade import HEIGHT, WIDTH, Cascade, Declaration
from jobfit.ingest.parse.contrast import BLACK, LEAST_CONTRAST, LEAST_OPACITY, WHITE, Color, contrast
from jobfit.ingest.parse.css_values import (
    SOLID,
    four_sides,
    function_calls,
    gradient_colors,
    mix,
    parse_color_value,
    parse_degrees,
    parse_length,
    parse_number,
    parse_share,
    split_words,
)

_LEAST_PIXELS = 4.0
_OFF, _FAR = -500.0, 3_000.0  # pixels beyond the edge of the screen, on the sides where one cannot and can scroll
_ODD = -100.0
_LINE, _CHARACTER = 1.2, 0.5  # of the font size: the height of a line, the width of a character
_MOST_VARIABLES = 20
_KEYWORDS = ("inherit", "initial", "unset", "revert", "revert-layer")
_HARMLESS = re.compile(
    "accent-color|align-.*|all-scroll|animation-(?!name$).+|appearance|aspect-ratio|azimuth|backface-visibility"
    "|background-(?:attachment|origin|position.*|repeat.*|size|blend-mode)|bleed|block-step.*|border.*|bottom-.*"
    "|box-(?:align|decoration-break|direction|flex.*|lines|ordinal-group|orient|pack|sizing|suppress)|break-.*"
    "|caption-side|caret.*|clear|color-(?:adjust|interpolation.*|profile|rendering)|column.*|counter-.*|cursor"
    "|dominant-baseline|elevation|empty-cells|fill.*|flex-(?:direction|flow|grow|shrink|wrap)|float"
    "|font-(?:display|feature-settings|kerning|language-override|optical-sizing|palette|smooth.*|stretch|style"
    "|synthesis.*|variant.*|variation-settings|weight|width)|forced-color-adjust|gap|grid-(?:auto-.*|gap|row-gap"
    "|column-gap|template-areas)|hanging-punctuation|hyphen.*|image-.*|initial-letter.*|interpolate-size|isolation"
    "|justify-.*|lighting-color|line-(?:break|height-step)|list-style.*|locale|math-.*|max-lines|min-(?:width|height"
    "|block-size|inline-size)|object-.*|order|orphans|outline-(?:color|style|offset)|overflow-(?:anchor|wrap)"
    "|overscroll-.*|page.*|paint-order|perspective-origin|place-.*|pointer-events|print-color-adjust|quotes|resize"
    "|row-gap|ruby-.*|scroll.*|shape-.*|size|speak.*|src|stop-.*|stroke.*|tab-size|table-layout|tap-highlight-color"
    "|text-(?:align.*|anchor|autospace|box.*|combine.*|decoration-(?:color|line|skip.*|style)|decorations.*|emphasis.*"
    "|group-align|justify|orientation|overflow|rendering|shadow|size-adjust|spacing.*|stroke-color|transform"
    "|underline-.*|wrap.*)|timeline-.*|touch-.*|transform-(?:box|style)|transition.*|unicode-range|user-.*"
    "|vector-effect|vertical-align|view-.*|voice.*|white-space.*|widows|will-change|word-(?:break|wrap)|writing-mode"
    "|font-family|overflow-clip-margin|zoom-.*|highlight|osx-font-smoothing|touch-callout|nbsp-mode|line-grid|marks|orient"
)
_PHYSICAL = {
    **{f"{name}-inline-start": f"{name}-left" for name in ("margin", "padding")},
    **{f"{name}-block-start": f"{name}-top" for name in ("margin", "padding")},
    **{f"{name}-inline-end": f"{name}-right" for name in ("margin", "padding")},
    **{f"{name}-block-end": f"{name}-bottom" for name in ("margin", "padding")},
    **{"inset-inline-start": "left", "inset-inline-end": "right", "inset-block-start": "top"},
    **{"inset-block-end": "bottom", "inline-size": "width", "block-size": "height", "max-inline-size": "max-width"},
    **{"max-block-size": "max-height", "overflow-inline": "overflow-x", "overflow-block": "overflow-y"},
}
_SIDES = ("top", "right", "bottom", "left")
_SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0}
_SIZES |= {"xx-large": 32.0, "xxx-large": 48.0}
_TAG_SIZES = {"1": 10.0, "2": 13.0, "3": 16.0, "4": 18.0, "5": 24.0, "6": 32.0, "7": 48.0}
_REPLACED = ("img", "canvas", "video", "iframe", "object", "embed")


def is_relevant(name: str) -> bool:
    """Whether a property can hide text, or is not known."""
    plain = _plain_name(name)
    return (plain is not None and _HARMLESS.fullmatch(plain) is None) or name.lower() in ("font-family", "font")


def _plain_name(name: str) -> str | None:
    """The property without the prefix of a browser; None where Chromium and Safari do not read it."""
    lower = name.lower()
    if lower.startswith("-webkit-"):
        return lower.removeprefix("-webkit-")
    return (
        None if lower.startswith(("-moz-", "-ms-", "-o-", "-khtml-", "-apple-", "*", "_", "mso-", "-epub-")) else lower
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What an element hands down to its children.

    ``backgrounds`` are the colours that may lie behind the text, empty where they are unknown; ``alpha`` is the
    opacity of the text's own colour, ``opacity`` that of all around it; ``doubt`` says why nobody knows whether the
    text is seen.
    """

    gone: str | None = None
    hidden: bool = False
    color: Color | None = BLACK
    alpha: float = 1.0
    fill: tuple[Color | None, float] | None = None  # -webkit-text-fill-color, which wins
    backgrounds: tuple[Color, ...] = (WHITE,)
    pixels: float = 16.0
    scale: float = 1.0
    line: float = 1.2  # the height of a line, in font sizes
    opacity: float = 1.0
    doubt: str | None = None
    within: float | None = None  # pixels: the smaller side of the box that cuts off what leaves it
    variables: Mapping[str, str] = field(default_factory=dict)

    def flag(self) -> str | None:
        """Why a reader cannot see text that looks like this; None where it is seen, or where nobody knows."""
        if self.gone is not None:
            return self.gone
        color, alpha = self.fill or (self.color, self.alpha)
        alpha *= self.opacity
        if self.hidden or alpha < LEAST_OPACITY:
            return "hidden_text:invisible"
        if self.pixels * self.scale < _LEAST_PIXELS:
            return "hidden_text:tiny"
        return "hidden_text:white" if color is not None and self.backgrounds and self._least(color, alpha) else None

    def unclear(self) -> str | None:
        """Why nobody knows whether such text is seen; None where it is known."""
        color, alpha = self.fill or (self.color, self.alpha)
        if self.doubt is not None or color is None:
            return f"unclear_text:{self.doubt or 'color'}"
        if not self.backgrounds:
            return "unclear_text:white" if contrast(color, WHITE) < LEAST_CONTRAST else None
        mixed = [contrast(mix(color, back, alpha * self.opacity), back) for back in self.backgrounds]
        return "unclear_text:white" if min(mixed) < LEAST_CONTRAST else None

    def doubted(self, reason: str) -> Look:
        """The same look, of which nobody knows whether it is seen."""
        return replace(self, doubt=self.doubt or reason)

    def _least(self, color: Color, alpha: float) -> bool:
        return all(contrast(mix(color, back, alpha), back) < LEAST_CONTRAST for back in self.backgrounds)

    def inside(self, element: Element, declarations: Iterable[Declaration], sheets: Cascade) -> Look:
        """The look of ``element``, a child of something that looks like this, with these declarations."""
        style = _Style(element, declarations, self)
        if style.says_nothing:
            return self
        look = replace(
            self,
            variables=style.variables,
            pixels=style.font_size(),
            hidden={"hidden": True, "collapse": True, "visible": False}.get(style.word("visibility"), self.hidden),
            opacity=self.opacity * style.share("opacity") * style.filter_opacity(),
            scale=self.scale * style.scale(),
            line=style.line_height(),
            fill=style.fill(),
        )
        color, alpha = style.color()
        look = replace(
            look, color=color, alpha=alpha, backgrounds=style.backgrounds(), gone=self.gone or style.gone(look)
        )
        return replace(look, doubt=self.doubt or style.doubt(look, sheets), within=style.room(self.within))


class _Style:
    """The declarations of one element: each value by its property, shorthands taken apart, variables put in."""

    def __init__(self, element: Element, declarations: Iterable[Declaration], outer: Look) -> None:
        declared = list(declarations)
        own = {name: value for name, value in declared if name.startswith("--")}
        self.variables: Mapping[str, str] = {**outer.variables, **own} if own else outer.variables
        self._element, self._outer = element, outer
        self._values: dict[str, str] = _attributes(element)
        self._strange = False
        for name, value in declared:
            plain = None if name.startswith("--") else _plain_name(name)
            if plain is not None:
                filled = self._fill_in(value)
                if filled is None:
                    self._strange |= is_relevant(name)
                else:
                    self._values.update(_long(_PHYSICAL.get(plain, plain), filled))

    @property
    def says_nothing(self) -> bool:
        return not self._values and not self._strange and self.variables is self._outer.variables

    def _fill_in(self, value: str) -> str | None:
        """The value with its variables; None where one of them is not there."""
        for _ in range(_MOST_VARIABLES):
            if "var(" not in value.lower():
                return value.lower() if "url(" not in value else value
            tokens: list[Any] = tinycss2.parse_component_value_list(value)
            parts = []
            for token in tokens:
                if token.type == "function" and token.lower_name == "var":
                    found = _variable(token, self.variables)
                    if found is None:
                        return None
                    parts.append(found)
                elif token.type == "function" and "var(" in token.serialize().lower():
                    inner = self._fill_in(tinycss2.serialize(token.arguments))
                    parts.append(f"{token.name}({inner})")
                else:
                    parts.append(token.serialize())
            value = "".join(parts)
            if len(value) > 10_000:
                return None
        return None

    def word(self, name: str) -> str:
        return self._values.get(name, "").strip()

    def pixels(self, name: str, whole: float | None = None) -> float | None:
        """The length in pixels; None where it is not given or not understood. ``whole`` is what 100 % are."""
        value = self.word(name)
        return (
            parse_length(value, self._outer.pixels if name == "font-size" else self.font_size(), whole)
            if value
            else None
        )

    def font_size(self) -> float:
        value, inherited = self.word("font-size"), self._outer.pixels
        if value in ("", *_KEYWORDS):
            return 16.0 if value == "initial" else inherited
        if value in _SIZES:
            return _SIZES[value]
        if value in ("smaller", "larger"):
            return inherited * (1.2 if value == "larger" else 1 / 1.2)
        size = parse_length(value, inherited, inherited)
        return inherited if size is None else size

    def line_height(self) -> float:
        value = self.word("line-height")
        if value in ("", "normal", *_KEYWORDS):
            return self._outer.line
        if re.fullmatch(r"\+?\d{0,9}\.?\d{1,9}", value):
            return float(value)
        size = parse_length(value, self.font_size(), self.font_size())
        return self._outer.line if size is None else size / max(self.font_size(), 0.1)

    def share(self, name: str) -> float:
        value = self.word(name)
        return 1.0 if value in ("", *_KEYWORDS) else parse_share(value)

    def filter_opacity(self) -> float:
        found = re.search(r"opacity\(([^()]{0,40})\)", self.word("filter"))
        return 1.0 if found is None else parse_share(found.group(1) or "1")

    def scale(self) -> float:
        factor = 1.0
        zoom = self.word("zoom")
        if zoom not in ("", "normal", *_KEYWORDS):
            factor *= parse_share(zoom, most=100.0)
        for name, arguments in function_calls(f"{self.word('transform')} scale({self.word('scale') or 1})"):
            if name in ("scale", "scalex", "scaley", "scale3d"):
                given = [parse_share(part, most=100.0) for part in re.split(r"[ ,]+", arguments.strip()) if part]
                factor *= min(given[:2], default=1.0)
            elif name == "matrix":
                numbers = [parse_length(part, 16.0, None, bare=True) or 0.0 for part in arguments.split(",")]
                if len(numbers) == 6:
                    factor *= abs(numbers[0] * numbers[3] - numbers[1] * numbers[2]) ** 0.5
        return factor

    def color(self) -> tuple[Color | None, float]:
        value = self.word("color")
        if value in ("", "inherit", "unset", "currentcolor", "revert", "revert-layer"):
            return self._outer.color, self._outer.alpha
        return (BLACK, 1.0) if value in ("initial", "canvastext") else parse_color_value(value)

    def fill(self) -> tuple[Color | None, float] | None:
        value = self.word("text-fill-color")
        if value in ("", "inherit", "unset"):
            return self._outer.fill
        return None if value in ("currentcolor", "initial", "revert") else parse_color_value(value)

    def backgrounds(self) -> tuple[Color, ...]:
        backs = self._outer.backgrounds
        painted = self.word("background-color")
        if painted not in ("", "none", "transparent", *_KEYWORDS):
            color, cover = parse_color_value(painted)
            if cover >= LEAST_OPACITY and color is None:
                backs = ()
            elif color is not None and cover >= LEAST_OPACITY:
                backs = (color,) if cover >= SOLID else tuple(mix(color, back, cover) for back in backs)
        image = self.word("background-image")
        if image in ("", "none", *_KEYWORDS) or (
            "background-clip" in self._values and "text" in self.word("background-clip")
        ):
            return backs
        stops = gradient_colors(image)
        if stops and {"background-size", "background-repeat"} & set(self._values):  # it may not fill the element
            return tuple({*backs, *stops}) if backs else ()
        return stops

    def gone(self, look: Look) -> str | None:
        """The flag for an element that is not shown at all, whatever its children say."""
        if (
            self.word("display") == "none"
            or self.word("content-visibility") == "hidden"
            or self.word("text-security") not in ("", "none")
            or _clips_all(self.word("clip"), self.word("clip-path"))
            or self._is_turned_away()
            or (self._cuts() and any(size is not None and size <= 1.0 for size in self._cut_sizes(look)))
        ):
            return "hidden_text:invisible"
        return "hidden_text:off_page" if any(self._is_off(*side) for side in self._moves()) else None

    def doubt(self, look: Look, sheets: Cascade) -> str | None:
        """Why nobody knows whether the text in the element is seen."""
        if self._strange or any(self._is_strange(name, value) for name, value in self._values.items()):
            return "style"
        if self._cuts() and self._may_cut(look):
            return "clip"
        moves = [value for _, value in self._moves() if value is not None]
        if any(_OFF < value <= _ODD for value in moves) or self._is_above():
            return "style"
        if self._outer.within is not None and any(abs(value) >= 0.5 * self._outer.within for value in moves):
            return "clip"
        under, _ = parse_color_value(self.word("background-color"))
        if (
            not look.backgrounds
            and under is not None
            and look.color is not None
            and contrast(look.color, under) < LEAST_CONTRAST
        ):
            return "white"  # the picture above the colour may not load
        if any(family in self.word("font-family") for family in sheets.fonts):
            return "font"
        for name in re.split(r"[ ,]+", self.word("animation-name")):
            if name in sheets.keyframes:
                ended = replace(look, doubt=None).inside(self._element, sheets.keyframes[name], _NO_SHEETS)
                if ended.flag() != look.flag() or ended.doubt:
                    return "animation"
        return None

    def covers(self) -> bool:
        """Whether the element may lie over text elsewhere: moved from its place, and painted."""
        if not self._values:
            return False
        placed = self.word("position") in ("absolute", "fixed", "sticky")
        moved = placed or any(value is not None and abs(value) >= 8 for _, value in self._moves())
        moved |= any(name in self._values for name in ("transform", "translate"))
        moved |= any(self.word(f"margin-{side}").startswith("-") for side in ("top", "bottom", "left", "right"))
        moved |= any(
            re.match(r"-?\d", self.word(name)) is not None for name in ("grid-area", "grid-row", "grid-column")
        )
        if re.match(r"\d", self.word("outline-width")) and (self.pixels("outline-width") or 0) > 10:
            return True
        if not moved or self.word("z-index").startswith("-"):
            return False
        painted, alpha = self.word("background-color"), 0.0
        if painted not in ("", "none", "transparent", *_KEYWORDS):
            alpha = parse_color_value(painted)[1]
        image = self.word("background-image") not in ("", "none", *_KEYWORDS)
        replaced = self._element.tag in (*_REPLACED, "svg")
        return alpha > 0.5 or image or replaced or "box-shadow" in self._values

    def _cuts(self) -> bool:
        kinds = {self.word("overflow-x"), self.word("overflow-y")}
        contained = re.search("paint|strict|content", self.word("contain")) is not None
        return bool(kinds & {"hidden", "clip", "scroll", "auto"}) or contained

    def _cut_sizes(self, look: Look) -> list[float | None]:
        """The sizes that the element can have at most: its widths, its heights, and none for a line without height."""
        sizes = [self.pixels(name, WIDTH) for name in ("width", "max-width")]
        sizes += [self.pixels(name, HEIGHT) for name in ("height", "max-height")]
        return [*sizes, look.line * look.pixels]

    def _may_cut(self, look: Look) -> bool:
        """Whether the text in the element needs more room than it has."""
        widths = [size for name in ("width", "max-width") if (size := self.pixels(name, WIDTH)) is not None]
        heights = [size for name in ("height", "max-height") if (size := self.pixels(name, HEIGHT)) is not None]
        flat = re.match(r"0(?:\D|$)", self.word("flex-basis") or "x") or self.word("aspect-ratio")
        if flat or (self.word("line-clamp") not in ("", "none", *_KEYWORDS)):
            return True
        if not widths and not heights:
            return max(self.pixels("text-indent", WIDTH) or 0.0, self.pixels("padding-left", WIDTH) or 0.0) > WIDTH / 2
        kept = {self.word("overflow-x"), self.word("overflow-y")} <= {"scroll", "auto", ""}
        wide, high = min(widths, default=WIDTH - 16), min(heights, default=1e9)
        wide -= (self.pixels("text-indent", WIDTH) or 0.0) + (self.pixels("padding-left", WIDTH) or 0.0)
        high -= self.pixels("padding-top", WIDTH) or 0.0
        if min(wide, high) < look.pixels * 0.8:
            return True
        lines = max(high // (look.pixels * max(look.line, 0.5)), 1)
        length = len(" ".join("".join(self._element.itertext()).split()))
        single = not heights and self.word("white-space") in ("nowrap", "pre")
        room = wide / (look.pixels * _CHARACTER) * (1 if single else lines)
        blocks = sum(1 for _ in self._element.iter("p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4"))
        return not kept and (length > 0.7 * room or blocks > lines)

    def room(self, outer: float | None) -> float | None:
        """The smaller side of what cuts off the text here; None where nothing does."""
        if not self._cuts():
            return outer
        sides = [self.pixels(name, WIDTH) for name in ("width", "max-width", "height", "max-height")]
        return min((side for side in sides if side is not None), default=outer)

    def _is_above(self) -> bool:
        """Whether the element is moved above or left of the page by a line or more, where nobody can scroll."""
        if self.word("position") not in ("absolute", "fixed"):
            return False
        sides = self.pixels("left", WIDTH), self.pixels("top", HEIGHT)
        return any(side is not None and side <= -self.font_size() for side in sides)

    def _is_turned_away(self) -> bool:
        for name, arguments in function_calls(self.word("transform")):
            if name in ("rotatex", "rotatey", "skew", "skewx", "skewy"):
                turned = parse_degrees(arguments)
                if turned is not None and abs(abs(turned) % 180 - 90) < 3:
                    return True
        return False

    def _moves(self) -> list[tuple[str, float | None]]:
        """How far the element is moved, by side; up and to the left is negative."""
        moves = [("left", self.pixels("text-indent", WIDTH))]
        moves += [(side, self.pixels(f"margin-{side}", WIDTH)) for side in ("left", "top")]
        moves += [(side, self.pixels(f"padding-{side}", WIDTH)) for side in ("left", "top")]
        if self.word("position") in ("absolute", "fixed", "relative", "sticky"):
            for side, opposite, whole in (("left", "right", WIDTH), ("top", "bottom", HEIGHT)):
                moves.append((side, self.pixels(side, whole)))
                away = self.pixels(opposite, whole)
                if self.word(side) in ("", "auto") and away is not None:
                    at = -away if away < 0.9 * whole else -(away + whole)  # the other edge leaves the screen
                    moves.append((side, at if away > 0 else -away))
        for name, arguments in function_calls(f"{self.word('transform')} translate({self.word('translate') or 0})"):
            parts = [part for part in re.split(r"[ ,]+", arguments.strip()) if part]
            if name in ("translate", "translate3d"):
                moves += [(side, self._shift(part)) for side, part in zip(("left", "top"), parts)]
            elif name in ("translatex", "translatey") and parts:
                moves.append(("left" if name == "translatex" else "top", self._shift(parts[0])))
            elif name in ("matrix", "matrix3d"):
                numbers = [parse_length(part, 16.0, None, bare=True) for part in parts]
                moves += list(zip(("left", "top"), numbers[4:6] if name == "matrix" else numbers[12:14]))
        return moves

    def _shift(self, value: str) -> float | None:
        """A translation; a percentage is of the element itself, so one whole size is only odd."""
        share = re.fullmatch(r"(-?\d{0,9}\.?\d{1,9})%", value)
        if share is not None:
            size = float(share.group(1))
            return -600.0 if size <= -150 else _ODD if size <= -90 else _FAR if size >= 1000 else 0.0
        return parse_length(value, self.font_size(), None)

    def _is_off(self, side: str, value: float | None) -> bool:
        if value is None:
            return False
        if self.word("position") == "fixed" and value >= (WIDTH if side == "left" else HEIGHT):
            return True
        return value <= _OFF or value >= (_FAR if side == "left" else 100_000)

    def _is_strange(self, name: str, value: str) -> bool:
        """Whether a value may hide text in a way that is not worked out here."""
        value = value.strip()
        if value in ("", *_KEYWORDS) and name != "all":
            return False
        if name in _CHECKS:
            return not _CHECKS[name].fullmatch(value)
        if name in ("letter-spacing", "word-spacing"):
            size = parse_length(value, self.font_size(), None)
            return value != "normal" and (size is None or not -0.2 * self.font_size() < size < 3 * self.font_size())
        if name == "text-stroke-width":
            return (parse_length(value, self.font_size(), None) or 9.0) > 1.5
        if name == "text-decoration-thickness":
            size = parse_length(value, self.font_size(), self.font_size())
            return value not in ("auto", "from-font") and (size is None or size > 0.3 * self.font_size())
        if name == "color-scheme":
            return "dark" in value and "light" not in value
        if name == "z-index":
            return value.startswith("-")
        if name == "font-size":
            return value not in (*_SIZES, "smaller", "larger") and parse_length(value, 16.0, 16.0) is None
        if name in ("color", "background-color", "text-fill-color"):
            return value not in _NO_COLORS and parse_color_value(value)[0] is None
        if name in ("opacity", "zoom"):
            return value not in ("normal", "reset") and parse_number(value) is None
        if name == "content":
            return "url(" in value or "image" in value
        if name in ("grid-template", "grid-template-rows", "grid-template-columns"):
            return re.search(r"(?<![\d.])0(?:fr|px|%|em|rem)?(?![\d.\w])", value) is not None
        if name in _MEASURES:
            odd = value not in _MEASURE_WORDS and parse_length(value, self.font_size(), WIDTH) is None
            return odd and name not in ("width", "height", "max-width", "max-height")
        if name == "box-shadow":
            spread = [abs(size) for word in split_words(value) if (size := parse_length(word, 16.0, None)) is not None]
            return "inset" in value and max(spread, default=0.0) > 20
        if name == "transform-origin":
            return any(abs(parse_length(word, 16.0, WIDTH) or 0.0) > WIDTH for word in split_words(value))
        return name not in _UNDERSTOOD and _HARMLESS.fullmatch(name) is None


_WORDS_OF = {
    "display": frozenset(
        [
            "none",
            "block",
            "inline",
            "inline-block",
            "flow",
            "flow-root",
            "flex",
            "inline-flex",
            "grid",
            "inline-grid",
            "contents",
            "list-item",
            "table",
            "inline-table",
            "table-row",
            "table-cell",
            "table-row-group",
            "table-header-group",
            "table-footer-group",
            "table-column",
            "table-column-group",
            "table-caption",
            "ruby",
            "ruby-base",
            "ruby-text",
            "run-in",
            "math",
            "box",
            "inline-box",
            "subgrid",
        ]
    )
    | {"-webkit-box", "-webkit-flex", "-webkit-inline-flex", "-webkit-inline-box"},
    "visibility": frozenset(("visible", "hidden", "collapse")),
    "position": frozenset(("static", "relative", "absolute", "fixed", "sticky", "-webkit-sticky")),
    "overflow-x": frozenset(("visible", "hidden", "clip", "scroll", "auto", "overlay")),
    "overflow-y": frozenset(("visible", "hidden", "clip", "scroll", "auto", "overlay")),
}
_NO_COLORS = ("none", "transparent", "currentcolor", "canvas", "canvastext")
_MEASURE_WORDS = ("auto", "none", "normal", "min-content", "max-content", "fit-content", "fill-available", "available")
_MEASURES = {"width", "height", "max-width", "max-height", "text-indent", *_SIDES}
_MEASURES |= {f"{kind}-{side}" for kind in ("margin", "padding") for side in _SIDES}
_UNDERSTOOD = {"display", "visibility", "overflow-x", "overflow-y", "line-height", "clip", "background-image"}
_UNDERSTOOD |= {"animation-name", "flex-basis", "contain", "text-security", "line-clamp", "scale", "translate"}
_UNDERSTOOD |= {"position", "outline-width", "content-visibility", "grid-area", "grid-row", "grid-column"}
_UNDERSTOOD |= {"grid-row-start", "grid-row-end", "grid-column-start", "grid-column-end", "background-clip"}
_SAFE_TRANSFORM = (
    r"(?:(?:translate[xy]?|scale(?:3d|[xyz])?|rotatez?|matrix)\([^()]*\)"
    r"|translatez\(0[a-z]*\)|translate3d\([^(),]*,[^(),]*,\s*0[a-z]*\s*\))"
)
_SAFE_FILTER = "(?:opacity|drop-shadow|grayscale|sepia|saturate|hue-rotate)"
_CHECKS = {
    name: re.compile(pattern, re.DOTALL)
    for name, pattern in {
        "all": "never",
        "clip-path": "none|padding-box|border-box|margin-box|content-box|inset\\(0[a-z%]*\\)",
        "mask": "none|no-clip",
        "mask-image": "none",
        "mask-border": "none",
        "filter": rf"none|(?:\s*{_SAFE_FILTER}\((?:[^()]|\([^()]*\))*\))+",
        "backdrop-filter": ".*",
        "mix-blend-mode": "normal",
        "transform": rf"none|(?:\s*{_SAFE_TRANSFORM}\s*)+",
        "rotate": r"none|-?[\d.]+(?:deg|turn|rad|grad)|0|z .*",
        "perspective": "none|.*",
        "offset": "none",
        "offset-path": "none",
        "offset-position": "normal|auto",
        "font-size-adjust": "none",
        "text-orientation": ".*",
        "direction": "ltr",
        "unicode-bidi": "normal|embed|isolate|plaintext",
        "mask-clip": ".*",
        "mask-size": ".*",
        "mask-position": ".*",
        "mask-repeat": ".*",
        "box-reflect": ".*",
    }.items()
}


class _NoSheets:
    """For a look that no sheet adds to."""

    fonts: frozenset[str] = frozenset()
    keyframes: Mapping[str, tuple[Declaration, ...]] = {}


_NO_SHEETS: Any = _NoSheets()


def may_cover(element: Element, declarations: Iterable[Declaration], outer: Look) -> bool:
    """Whether the element may lie over text elsewhere on the page."""
    return _Style(element, declarations, outer).covers()


def _attributes(element: Element) -> dict[str, str]:
    """What the attributes of an element say that CSS would say too; the weakest of all."""
    values: dict[str, str] = {}
    if element.get("hidden") is not None or element.get("popover") is not None:
        values["display"] = "none"
    if element.tag == "dialog" and element.get("open") is None:
        values["display"] = "none"
    if (element.tag == "font" and (color := element.get("color"))) or (
        element.tag == "body" and (color := element.get("text"))
    ):
        values["color"] = _legacy(color)
    if ground := element.get("bgcolor"):
        values["background-color"] = _legacy(ground)
    if element.get("background") and element.tag in ("body", "table", "td", "th", "tr"):
        values["background-image"] = "url(x)"
    if element.tag == "font" and (size := (element.get("size") or "").strip()):
        values["font-size"] = f"{_TAG_SIZES.get(size, 16.0)}px"
    if element.tag == "marquee":
        values["all"] = "marquee"
    return values


def _legacy(color: str) -> str:
    """A colour of HTML's own attributes, which may lack its ``#``."""
    color = color.strip().lower()
    return f"#{color}" if re.fullmatch("[0-9a-f]{6}|[0-9a-f]{3}", color) else color


def _long(name: str, value: str) -> dict[str, str]:
    """The longhands of a shorthand, as far as they matter here; any other property as it is."""
    if name in ("margin", "padding"):
        return {f"{name}-{side}": part for side, part in zip(_SIDES, four_sides(value))}
    if name == "inset":
        return dict(zip(_SIDES, four_sides(value)))
    if name in ("margin-inline", "padding-inline", "margin-block", "padding-block", "inset-inline", "inset-block"):
        kind, _, axis = name.partition("-")
        parts = (split_words(value) * 2)[:2]
        sides = ("left", "right") if axis == "inline" else ("top", "bottom")
        return {side if kind == "inset" else f"{kind}-{side}": part for side, part in zip(sides, parts)}
    if name == "overflow":
        parts = (split_words(value) * 2)[:2]
        return dict(zip(("overflow-x", "overflow-y"), parts))
    if name == "background":
        return _background(value)
    if name == "font":
        return _font(value)
    if name == "animation":
        return {"animation-name": value}
    if name == "outline":
        width = next((word for word in split_words(value) if re.match(r"[\d.]", word)), "")
        return {"outline-width": width}
    if name == "text-decoration":
        thick = next((word for word in split_words(value) if re.match(r"[\d.]", word)), "")
        return {"text-decoration-thickness": thick} if thick and "through" in value else {}
    if name == "text-decoration-thickness":
        return {name: value}
    if name == "text-stroke":
        return {"text-stroke-width": next((word for word in split_words(value) if re.match(r"[\d.]", word)), "0")}
    if name == "flex":
        words = split_words(value)
        basis = words[2] if len(words) == 3 else next((word for word in words if re.match(r"\d+[a-z%]", word)), "")
        return {"flex-basis": basis}
    return {name: value} if _is_valid(name, value) else {}


def _is_valid(name: str, value: str) -> bool:
    """Whether a browser would take the value; one that it does not know leaves what was said before."""
    if name in _WORDS_OF and value not in _KEYWORDS:
        return set(value.split()) <= _WORDS_OF[name]
    if name in ("width", "height", "max-width", "max-height"):
        known = value in (*_MEASURE_WORDS, *_KEYWORDS) or "(" in value
        return known or parse_length(value, 16.0, 100.0) is not None
    return True


def _background(value: str) -> dict[str, str]:
    """Colour, images and clip of the shorthand; the colour is its last layer's."""
    images, color, clip = [], "", ""
    for word in split_words(value.replace("/", " / ").replace(",", " , ") if "(" not in value else value):
        if re.match("(?:-webkit-)?(?:repeating-)?(?:linear|radial|conic)-gradient|url|image|cross-fade|element", word):
            images.append(word)
        elif word == "text":
            clip = "text"
        elif parse_color_value(word.rstrip(","))[0] is not None or word in ("transparent", "currentcolor"):
            color = word.rstrip(",")
        elif re.match("rgb|hsl|color|lab|lch|ok|hwb|light-dark|var|#", word):
            color = word
    sized = {"background-size": "?"} if "no-repeat" in value or re.search(r"/(?![^(]*\))", value) else {}
    told = sized | {"background-color": color or "transparent", "background-image": " ".join(images) or "none"}
    return {**told, "background-clip": clip}


def _font(value: str) -> dict[str, str]:
    """Size, line height and families of the shorthand."""
    words = split_words(re.sub(r"\s*/\s*", "/", value))
    for number, word in enumerate(words):
        size, slash, line = word.partition("/")
        if (
            size in _SIZES
            or size in ("smaller", "larger")
            or (parse_length(size, 16.0, 16.0) is not None and not size.isdecimal())
            or size == "0"
        ):
            told = {"font-size": size, "font-family": " ".join(words[number + 1 :])}
            return {**told, "line-height": line} if slash else told
    return {}


def _variable(token: Any, variables: Mapping[str, str]) -> str | None:
    arguments = [part for part in token.arguments if part.type != "comment"]
    name = next((part.value for part in arguments if part.type == "ident"), "")
    if name in variables:
        return variables[name]
    comma = next((at for at, part in enumerate(arguments) if part == ","), None)
    return None if comma is None else tinycss2.serialize(arguments[comma + 1 :])


def _clips_all(clip: str, path: str) -> bool:
    """Whether a clip leaves (almost) nothing of the element."""
    rect = re.fullmatch(r"rect\(([^()]{1,80})\)", clip)
    if rect is not None:
        edges = [parse_length(part, 16.0, None) for part in re.split(r"[ ,]+", rect.group(1).strip()) if part]
        if len(edges) == 4 and None not in edges:
            top, right, bottom, left = (edge or 0.0 for edge in edges)
            return right - left <= 2 or bottom - top <= 2
    shape = re.fullmatch(r"([a-z]{4,9})\(([^()]{1,400})\)", path.replace(" round ", " , "))
    if shape is None:
        return False
    kind, arguments = shape.groups()
    if kind in ("circle", "ellipse"):
        return re.match(r"\s*0(?![.\d])", arguments) is not None
    if kind == "inset":
        parts = four_sides(arguments.partition(",")[0])
        sizes = [parse_length(part, 16.0, 100.0) if part.endswith("%") or part == "0" else None for part in parts]
        if len(sizes) == 4:
            above, beside, below, before = sizes
            tall = above is not None and below is not None and above + below >= 98
            return tall or (before is not None and beside is not None and before + beside >= 98)
        return False
    if kind == "polygon":
        points = {tuple(split_words(point)) for point in arguments.split(",")}
        across, down = {point[0] for point in points if point}, {point[-1] for point in points if point}
        return len(across) == 1 or len(down) == 1
    return False
