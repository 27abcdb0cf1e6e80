"""HTML: the text that a reader sees, blocks on lines of their own; just enough CSS to say what that is."""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element as Element

from jobfit.ingest.parse import boilerplate
from jobfit.ingest.parse import text as plain
from jobfit.ingest.parse.contrast import BLACK, LEAST_OPACITY, WHITE, Color, blends, named_colors
from jobfit.ingest.raw import RawDocument, RawRejection

_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s{0,99}<\?xml[^>]{0,200}>")
_BLANKS = re.compile("[ \t\r\n\f]+")
_EDGE, _WIDE_EDGE = "\x1e", "\x1f"  # where a block begins or ends; a paragraph keeps a blank line around it
_NO_EDGES = dict.fromkeys(map(ord, _EDGE + _WIDE_EDGE))
_EDGES = re.compile("[\x1e\x1f \n]+")
_UNSEEN_TAGS = (
    "head script style template noscript iframe object embed audio video canvas svg math datalist select param"
)
_BLOCK_TAGS = (
    "address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer form header"
    " hr html li main nav ol pre section summary table tbody tfoot thead tr ul"
)
_UNSEEN, _BLOCKS = frozenset(_UNSEEN_TAGS.split()), frozenset(_BLOCK_TAGS.split())
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "caption"))

_LEAST_PIXELS = 4.0
_OFF_SCREEN = -500.0
_NUMBER = re.compile(r"(-?\d{0,9}\.?\d{1,9})(px|pt|em|rem|%|vw|vh)?")
_FUNCTION = re.compile(r"rgba?\(([^()]{1,60})\)")
_HEX = re.compile("#([0-9a-f]{3,8})")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16, "vw": 10.0, "vh": 10.0}
_CLIPPED = ("rect(0", "rect(1px,1px", "inset(50%", "inset(100%", "circle(0", "scale(0)")
_BRACE = re.compile("[{};]")
_COMPOUND = re.compile(r"([a-zA-Z][a-zA-Z0-9]{0,30})?((?:[.#][\w-]{1,80}){0,8})")
_PART = re.compile(r"([.#])([\w-]{1,80})")
_MOST_RULES = 5_000
_NAMED = named_colors(
    "white ffffff black 000000 snow fffafa ivory fffff0 whitesmoke f5f5f5 ghostwhite f8f8ff red ff0000 "
    "green 008000 blue 0000ff navy 000080 gray 808080 grey 808080 silver c0c0c0 yellow ffff00"
)


def extract_main(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One document with the visible text of the page, without navigation, notices and lists of other offers."""
    return extract(data, boilerplate.find)


def extract(
    data: bytes, left_out: Callable[[Element], set[Element]] = lambda root: set()
) -> Iterable[RawDocument | RawRejection]:
    """One document with the visible text of the page and its flags; ``left_out`` says which elements not to read."""
    decoded = decode(data)
    if isinstance(decoded, RawRejection):
        return [decoded]
    source, flags = decoded
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    page = _DECLARATION.sub("", source.translate(_NO_EDGES)).encode("utf-8", "replace")
    try:
        root = lxml_html.document_fromstring(page, parser)
    except (etree.LxmlError, ValueError):
        return [RawRejection("there is no text in it")]
    reader = _Reader(root, left_out(root))
    text = _settle(reader.text(root, _Look()))
    if not text.strip() and reader.flags:
        return [RawRejection("the page holds only text that a reader cannot see")]
    return [RawDocument(text=text, flags=(*flags, *sorted(reader.flags)))]


def decode(data: bytes) -> tuple[str, tuple[str, ...]] | RawRejection:
    """By byte order mark, else by the charset that the page declares where it is true, else as plain text."""
    declared = _CHARSET.search(data[:4096])
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if declared is not None and not marked:
        name = declared.group(1).decode("ascii").lower()
        name = "cp1252" if name in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii") else name  # as browsers do
        try:
            if not codecs.lookup(name).name.startswith("utf"):
                return data.decode(name, "replace").replace("\0", ""), ()
        except (LookupError, ValueError):
            pass  # an encoding that does not exist declares nothing
    return plain.decode(data)


class _Reader:
    """Walks the page; collects the flags of what it leaves out."""

    def __init__(self, root: Element, left_out: set[Element]) -> None:
        self.flags: set[str] = set()
        self._left_out = left_out
        self._sheet = _StyleSheet(style.text or "" for style in root.iter("style"))

    def text(self, element: Element, outer: _Look) -> str:
        tag = element.tag
        if not isinstance(tag, str) or tag in _UNSEEN or element in self._left_out:
            return ""
        look = outer.inside(element, self._sheet.declarations(element))
        if tag == "br":
            return "\n"
        if tag == "tr":
            return self._row(element, look)
        parts = [self._seen(element.text, look, tag == "pre")]
        for child in element:
            parts.append(self.text(child, look))
            parts.append(self._seen(child.tail, look, tag == "pre"))
        inner = "".join(parts)
        if tag == "li" and inner.strip():
            inner = f"• {_settle(inner).strip()}"
        if tag in _SPACED:
            return f"{_WIDE_EDGE}{inner}{_WIDE_EDGE}"
        return f"{_EDGE}{inner}{_EDGE}" if tag in _BLOCKS else inner

    def _row(self, row: Element, look: _Look) -> str:
        """Cells of one line with tabs between them; a cell of several lines puts each cell on lines of its own."""
        cells = [cell for cell in (_settle(self.text(child, look)).strip() for child in row) if cell]
        return _EDGE + (_EDGE if any("\n" in cell for cell in cells) else "\t").join(cells) + _EDGE

    def _seen(self, text: str | None, look: _Look, preformatted: bool) -> str:
        if not text:
            return ""
        flag = look.flag() if text.strip() else look.gone
        if flag is not None:
            if text.strip():
                self.flags.add(flag)
            return ""
        return text if preformatted else _BLANKS.sub(" ", text)


def _settle(text: str) -> str:
    """Edges that meet become one line break, or a blank line where one of them is wide."""

    def line_break(match: re.Match[str]) -> str:
        run = match.group()
        if _WIDE_EDGE in run:
            return "\n\n"
        return "\n" * max(run.count("\n"), 1) if _EDGE in run else run

    return _EDGES.sub(line_break, text)


@dataclass(frozen=True, slots=True)
class _Look:
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
        if self.pixels < _LEAST_PIXELS:
            return "hidden_text:tiny"
        return "hidden_text:white" if blends(self.color, self.background) else None

    def inside(self, element: Element, style: dict[str, str]) -> _Look:
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


def _gone(element: Element, style: dict[str, str]) -> str | None:
    """The flag for an element that is not shown at all, whatever its children say."""
    clip = (style.get("clip", "") + style.get("clip-path", "") + style.get("transform", "")).replace(" ", "")
    if (
        element.get("hidden") is not None
        or style.get("display") == "none"
        or (element.tag == "dialog" and element.get("open") is None)
        or clip.startswith(_CLIPPED)
        or (
            style.get("overflow") in ("hidden", "clip")
            and (_is_flat(style.get("width")) or _is_flat(style.get("height")))
        )
    ):
        return "hidden_text:invisible"
    sides = ["text-indent", "margin-left", "margin-top"]
    sides += ["left", "top", "right", "bottom"] if style.get("position") in ("absolute", "fixed", "relative") else []
    return "hidden_text:off_page" if any(_pixels(style.get(side)) <= _OFF_SCREEN for side in sides) else None


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
    red, green, blue, alpha = bytes.fromhex((digits + "ff")[:8])
    return (red, green, blue), alpha / 255


def _from_numbers(text: str) -> tuple[Color | None, float]:
    parts = re.split("[ ,/]{1,4}", text.strip())
    if len(parts) < 3 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None, 1.0
    red, green, blue = (
        min(max(int(float(part.rstrip("%")) * (2.55 if "%" in part else 1)), 0), 255) for part in parts[:3]
    )
    return (red, green, blue), _share(parts[3]) if len(parts) > 3 else 1.0


_Rank = tuple[int, int, int, int, int]  # how strong a declaration is: inline, ids, classes, tags, place in the sheet
_INLINE: _Rank = (1, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Compound:
    """One simple selector such as ``p.note#intro``."""

    tag: str
    ids: frozenset[str]
    classes: frozenset[str]

    def fits(self, element: Element) -> bool:
        if self.tag and self.tag != element.tag:
            return False
        if self.ids and self.ids != {element.get("id")}:
            return False
        return self.classes <= set((element.get("class") or "").split())

    @property
    def key(self) -> str:
        """Where to file a rule: by an id, else a class, else the tag."""
        if self.ids:
            return f"#{min(self.ids)}"
        return f".{min(self.classes)}" if self.classes else self.tag


@dataclass(frozen=True, slots=True)
class _Rule:
    path: tuple[_Compound, ...]
    declarations: dict[str, tuple[str, bool]]
    rank: _Rank

    def fits(self, element: Element) -> bool:
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


class _StyleSheet:
    """The rules of a page that can hide something; selectors beyond tags, classes, ids and descendants are skipped."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._rules: dict[str, list[_Rule]] = defaultdict(list)
        count = 0
        for selectors, body in (block for css in sheets for block in _blocks(css)):
            declarations = _declarations(body)
            for selector in selectors.split(",") if declarations else ():
                path = _parse_selector(selector)
                if path and count < _MOST_RULES:
                    count += 1
                    ids, classes = sum(len(part.ids) for part in path), sum(len(part.classes) for part in path)
                    rank = 0, ids, classes, sum(bool(part.tag) for part in path), count
                    self._rules[path[-1].key].append(_Rule(path, declarations, rank))

    def declarations(self, element: Element) -> dict[str, str]:
        """The values that apply to the element itself: of the sheet, then of its own ``style``, then !important."""
        keys = ["", str(element.tag), f"#{element.get('id')}"]
        keys += [f".{name}" for name in (element.get("class") or "").split()]
        rules = (rule for key in keys for rule in self._rules.get(key, ()) if rule.fits(element))
        stated = [(rule.declarations, rule.rank) for rule in rules]
        winning: dict[str, tuple[bool, _Rank, str]] = {}
        for declarations, rank in (*stated, (_declarations(element.get("style") or ""), _INLINE)):
            for name, (value, important) in declarations.items():
                if name not in winning or (important, rank) >= winning[name][:2]:
                    winning[name] = important, rank, value
        return {name: value for name, (_, _, value) in winning.items()}


def _declarations(text: str) -> dict[str, tuple[str, bool]]:
    """``"color: RED !important"`` -> ``{"color": ("red", True)}``."""
    declarations: dict[str, tuple[str, bool]] = {}
    for declaration in text.split(";"):
        name, colon, value = declaration.partition(":")
        value, bang, _ = value.lower().partition("!")
        if colon:
            declarations[name.strip().lower()] = value.strip(), bool(bang)
    return declarations


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
                yield prelude, css[css.rfind("{", 0, brace.start()) + 1 : brace.start()]
        elif open_preludes and not open_preludes[-1].startswith("@"):
            continue  # a semicolon between declarations
        start = brace.end()


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
