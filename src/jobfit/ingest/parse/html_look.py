"""How an element of an HTML page looks: just enough CSS to say whether a reader sees its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from jobfit.ingest.parse.contrast import BLACK, LEAST_CONTRAST, LEAST_OPACITY, WHITE, Color, contrast, named_colors

LEAST_PIXELS = 4.0
_OFF_SCREEN = -500.0
_NUMBER = re.compile(r"(-?\d{0,9}\.?\d{1,9})(px|pt|em|rem|%|vw|vh)?")
_FUNCTION = re.compile(r"rgba?\(([^()]{1,60})\)")
_HEX = re.compile("#([0-9a-f]{3,8})")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16, "vw": 10.0, "vh": 10.0}
_BRACE = re.compile("[{};]")
_COMPOUND = re.compile(r"([a-zA-Z][a-zA-Z0-9]{0,30})?((?:[.#][\w-]{1,80}){0,8})")
_PART = re.compile(r"([.#])([\w-]{1,80})")
_INLINE = (1, 0, 0, 0, 0)
_MOST_RULES = 5_000
_NAMED = named_colors(
    "white ffffff black 000000 snow fffafa ivory fffff0 whitesmoke f5f5f5 ghostwhite f8f8ff red ff0000 "
    "green 008000 blue 0000ff navy 000080 gray 808080 grey 808080 silver c0c0c0 yellow ffff00"
)


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


Rank = tuple[int, int, int, int, int]
"""How strong a declaration is: inline, ids, classes, tags, place in the sheet."""


@dataclass(frozen=True, slots=True)
class _Compound:
    """One simple selector such as ``p.note#intro``."""

    tag: str
    ids: frozenset[str]
    classes: frozenset[str]

    def fits(self, element: etree._Element) -> bool:
        if self.tag and self.tag != element.tag:
            return False
        if self.ids and self.ids != {element.get("id")}:
            return False
        return self.classes <= set((element.get("class") or "").split())


@dataclass(frozen=True, slots=True)
class _Rule:
    path: tuple[_Compound, ...]
    declarations: dict[str, tuple[str, bool]]
    rank: Rank

    def fits(self, element: etree._Element) -> bool:
        """The last selector fits the element, the others fit ancestors of it in this order."""
        if not self.path[-1].fits(element):
            return False
        waiting = list(self.path[:-1])
        ancestor = element.getparent()
        while waiting and ancestor is not None:
            if waiting[-1].fits(ancestor):
                waiting.pop()
            ancestor = ancestor.getparent()
        return not waiting


@dataclass(slots=True)
class StyleSheet:
    """The rules of a page that can hide something; selectors beyond tags, classes, ids and descendants are skipped."""

    _rules: dict[str, list[_Rule]] = field(default_factory=dict)
    _count: int = 0

    def add(self, css: str) -> None:
        """Read the text of one ``<style>`` element; rules for printing only are left out."""
        for selectors, body in _blocks(css):
            declarations = parse_declarations(body)
            for selector in selectors.split(",") if declarations else ():
                path = _parse_selector(selector)
                if path and self._count < _MOST_RULES:
                    self._count += 1
                    self._rules.setdefault(_key(path[-1]), []).append(
                        _Rule(path, declarations, _rank(path, self._count))
                    )

    def declarations(self, element: etree._Element) -> dict[str, str]:
        """The values that apply to the element itself: of the sheet, then of its own ``style``, then !important."""
        keys = ["", str(element.tag), f"#{element.get('id')}"]
        keys += [f".{name}" for name in (element.get("class") or "").split()]
        winning: dict[str, tuple[bool, Rank, str]] = {}
        for rule in (rule for key in keys for rule in self._rules.get(key, ()) if rule.fits(element)):
            _merge(winning, rule.declarations, rule.rank)
        _merge(winning, parse_declarations(element.get("style") or ""), _INLINE)
        return {name: value for name, (_, _, value) in winning.items()}


def parse_declarations(text: str) -> dict[str, tuple[str, bool]]:
    """``"color: RED !important"`` -> ``{"color": ("red", True)}``."""
    declarations: dict[str, tuple[str, bool]] = {}
    for declaration in text.split(";"):
        name, colon, value = declaration.partition(":")
        value, bang, _ = value.lower().partition("!")
        if colon:
            declarations[name.strip().lower()] = value.strip(), bool(bang)
    return declarations


def _merge(winning: dict[str, tuple[bool, Rank, str]], new: dict[str, tuple[str, bool]], rank: Rank) -> None:
    for name, (value, important) in new.items():
        if name not in winning or (important, rank) >= winning[name][:2]:
            winning[name] = important, rank, value


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Each (selectors, declarations) of the sheet, those inside ``@media`` included unless it is for printing."""
    css = "".join(part.partition("*/")[2] if index else part for index, part in enumerate(css.split("/*")))
    open_preludes: list[str] = []
    start = 0
    for brace in _BRACE.finditer(css):
        text, kind = css[start : brace.start()].strip(), brace.group()
        if kind == "{":
            open_preludes.append(text)
        elif kind == "}":
            prelude = open_preludes.pop() if open_preludes else "@"
            around = " ".join(open_preludes).lower()
            if not prelude.startswith("@") and ("print" not in around or "screen" in around):
                yield prelude, css[_body_start(css, brace.start()) : brace.start()]
        elif open_preludes and not open_preludes[-1].startswith("@"):
            continue  # a semicolon between declarations
        start = brace.end()


def _body_start(css: str, end: int) -> int:
    return css.rfind("{", 0, end) + 1


def _parse_selector(selector: str) -> tuple[_Compound, ...]:
    """The compounds of the selector from the outermost; empty where it uses what is not understood."""
    path: list[_Compound] = []
    for word in selector.replace(">", " ").split():
        match = _COMPOUND.fullmatch(word)
        if match is None:
            return ()
        parts = _PART.findall(match.group(2))
        ids = frozenset(name for kind, name in parts if kind == "#")
        classes = frozenset(name for kind, name in parts if kind == ".")
        path.append(_Compound((match.group(1) or "").lower(), ids, classes))
    return tuple(path)


def _key(compound: _Compound) -> str:
    """Where to file a rule: by an id, else a class, else the tag."""
    for mark, names in (("#", compound.ids), (".", compound.classes)):
        if names:
            return mark + min(names)
    return compound.tag


def _rank(path: tuple[_Compound, ...], place: int) -> Rank:
    ids, classes = sum(len(part.ids) for part in path), sum(len(part.classes) for part in path)
    return 0, ids, classes, sum(bool(part.tag) for part in path), place
