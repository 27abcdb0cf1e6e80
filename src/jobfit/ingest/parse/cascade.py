"""Which CSS declarations of a page apply to which element, weakest first; what cannot be told apart is kept apart.

The page is looked at on a screen of 1280 × 800 pixels, nothing hovered, focused or opened. tinycss2 parses the sheets,
cssselect finds the elements (through XPath, so nothing of the page is ever run).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import tinycss2
from cssselect import ExpressionError, HTMLTranslator, SelectorError
from cssselect.parser import parse as parse_selectors
from lxml import etree
from lxml.etree import _Element as Element

WIDTH, HEIGHT = 1280.0, 800.0  # of the screen, in pixels

Declaration = tuple[str, str]  # its name, in lower case unless it is a custom property, and its value
_ANYTHING: tuple[Declaration, ...] = (("all", "unset"),)
_Rank = tuple[bool, int, int, tuple[int, int, int], int]  # important, inline, layer, specificity, place in the sheets
_Stated = tuple[_Rank, str, str]

_MOST_RULES = 5_000
_NAMES = re.compile(r"([.#])(-?[A-Za-z_][\w-]{0,80})")
# States that nothing is in when a page is opened: cssselect knows hover and says that it never matches.
_NEVER = re.compile(
    r":(?:focus-within|focus-visible|target-within|user-valid|user-invalid|autofill|-webkit-autofill|popover-open|modal"
    r"|fullscreen|picture-in-picture|playing|paused|muted|current|past|future|open)(?![\w-])"
)
_MEDIA_FEATURE = re.compile(
    r"\(\s{0,9}(min-|max-)?(width|height)\s{0,9}:\s{0,9}(\d{1,6}\.?\d{0,4})(px|em|rem)\s{0,9}\)"
)
_MEDIA_TRUE = frozenset(
    (
        *("orientation:landscape", "prefers-color-scheme:light", "hover:hover", "pointer:fine", "color"),
        *("prefers-reduced-motion:no-preference", "any-hover:hover", "any-pointer:fine"),
    )
)
_MEDIA_FALSE = frozenset(
    (
        *("orientation:portrait", "prefers-color-scheme:dark", "hover:none", "pointer:coarse", "monochrome"),
        *("prefers-reduced-motion:reduce", "prefers-contrast:more", "forced-colors:active"),
    )
)
_BEFORE_TEXT = ("before", "after", "first-line", "first-letter")


@dataclass(slots=True)
class Styles:
    """What the sheets of a page say of one element."""

    certain: tuple[Declaration, ...] = ()
    possible: tuple[Declaration, ...] = ()  # of rules whose conditions or layers are not understood
    parts: dict[str, tuple[Declaration, ...]] = field(
        default_factory=dict
    )  # by pseudo-element: before, first-line, ...


@dataclass(frozen=True, slots=True)
class _Rule:
    selector: str
    declarations: tuple[Any, ...]
    certain: bool
    layer: int


class Cascade:
    """The style sheets of a page.

    ``lost``      the declarations of rules whose selectors are not understood: they may apply to any text.
    ``keyframes`` by the name of an animation, what it ends with.
    ``fonts``     the families whose glyphs the page brings along.
    ``linked``    whether a style sheet lies elsewhere.
    """

    def __init__(self, root: Element, is_relevant: Callable[[str], bool]) -> None:
        self.lost: list[tuple[Declaration, ...]] = []
        self.keyframes: dict[str, tuple[Declaration, ...]] = {}
        self.fonts: set[str] = set()
        links = [
            (link.get("href") or "").strip().lower()
            for link in root.iter("link")
            if "stylesheet" in (link.get("rel") or "").lower() and _media(link.get("media") or "") is not False
        ]
        self.linked = any(not link.startswith("data:") for link in links)
        if links and not self.linked:
            self.lost.append(_ANYTHING)
        self._root = root
        self._is_relevant = is_relevant
        self._layers: dict[str, int] = {}
        self._rules: list[_Rule] = []
        self._by_element: dict[Element, list[_Stated]] = defaultdict(list)
        self._possible: dict[Element, list[_Stated]] = defaultdict(list)
        self._parts: dict[Element, dict[str, list[_Stated]]] = defaultdict(lambda: defaultdict(list))
        quirks = not (root.getroottree().docinfo.doctype or "")
        if quirks:
            _fold_names(root)
        for style in root.iter("style"):
            applies = _media(style.get("media") or "")
            if applies is not False and (style.get("type") or "text/css").strip().lower() in ("", "text/css"):
                self._read(_sheet(style.text or ""), "", applies is True, None)
        self._match(quirks)

    def styles(self, element: Element) -> Styles:
        """What applies to ``element``, its own ``style`` included."""
        own = [
            ((important, 1, 0, (0, 0, 0), number), name, value)
            for number, (name, value, important) in enumerate(_declared(inline_declarations(element)))
        ]
        parts = {part: _in_order(stated) for part, stated in self._parts.get(element, {}).items()}
        possible = self._possible.get(element)
        stated = [*self._by_element.get(element, ()), *own]
        return Styles(_in_order(stated), _in_order([*stated, *possible]) if possible else (), parts)

    def _read(self, nodes: Iterable[Any], outer: str, certain: bool, layer: str | None) -> None:
        """Take up the rules among ``nodes``; ``outer`` are the selectors around them."""
        for node in nodes:
            if len(self._rules) >= _MOST_RULES:
                self.lost.append(_ANYTHING)
                return
            if node.type == "qualified-rule":
                self._read_rule(node, outer, certain, layer)
            elif node.type == "at-rule":
                self._read_at_rule(node, outer, certain, layer)

    def _read_rule(self, node: Any, outer: str, certain: bool, layer: str | None) -> None:
        selector = tinycss2.serialize(node.prelude).strip()
        if outer:
            selector = selector.replace("&", f":is({outer})") if "&" in selector else f":is({outer}) {selector}"
        self._take(selector, node.content, certain, layer)

    def _take(self, selector: str, content: Any, certain: bool, layer: str | None) -> None:
        inside = _contents(content)
        declarations = tuple(item for item in inside if item.type == "declaration")
        if any(self._is_relevant(item.lower_name) for item in declarations):
            self._rules.append(_Rule(selector, declarations, certain, self._layer(layer)))
        self._read([item for item in inside if item.type != "declaration"], selector, certain, layer)

    def _read_at_rule(self, node: Any, outer: str, certain: bool, layer: str | None) -> None:
        name, prelude = node.lower_at_keyword, tinycss2.serialize(node.prelude).strip()
        if name == "import":
            if "data:" in prelude.lower():  # a sheet that is here, and that is not read
                self.lost.append(_ANYTHING)
            else:
                self.linked = self.linked or _media(prelude.rpartition(")")[2]) is not False
        elif name == "layer" and node.content is None:
            for part in prelude.split(","):
                self._layer(_inner(layer, part.strip()))
        elif name.endswith("keyframes") and node.content is not None:
            self._read_keyframes(prelude.strip("\"'"), node.content)
        elif name == "font-face" and node.content is not None:
            self._read_font(node.content)
        elif node.content is None or name in ("page", "property", "counter-style", "font-feature-values", "charset"):
            return
        else:
            applies = self._applies(name, prelude)
            if applies is not False:
                within = _inner(layer, prelude or f"({len(self._layers)})") if name == "layer" else layer
                if outer:
                    self._take(outer, node.content, certain and bool(applies), within)
                else:
                    self._read(_sheet(node.content), outer, certain and bool(applies), within)

    @staticmethod
    def _applies(name: str, prelude: str) -> bool | None:
        if name == "media":
            return _media(prelude)
        if name == "layer":
            return True
        if name == "supports" and re.fullmatch(r"\(\s*(?:display|position)\s*:\s*[a-z-]+\s*\)", prelude.lower()):
            return True
        return False if name in ("-moz-document", "starting-style", "position-try", "view-transition") else None

    def _read_keyframes(self, name: str, content: Any) -> None:
        for frame in _sheet(content):
            if frame.type == "qualified-rule":
                at = tinycss2.serialize(frame.prelude).lower()
                if "to" in at or "100%" in at:
                    declared = _declared([item for item in _contents(frame.content) if item.type == "declaration"])
                    ending = tuple((key, value) for key, value, _ in declared)
                    self.keyframes[name] = self.keyframes.get(name, ()) + ending

    def _read_font(self, content: Any) -> None:
        told = {key: value for key, value, _ in _declared([i for i in _contents(content) if i.type == "declaration"])}
        if "data:" in told.get("src", ""):
            self.fonts.add(told.get("font-family", "").strip("\"' ").lower())

    def _layer(self, name: str | None) -> int:
        """The place of a layer; rules in none are stronger than all of them."""
        return 0 if name is None else self._layers.setdefault(name, len(self._layers) - _MOST_RULES)

    def _match(self, quirks: bool) -> None:
        words = {word for item in self._root.iter("*") for word in (item.get("class") or "").split()}
        ids = {item.get("id") or "" for item in self._root.iter("*")}
        for number, rule in enumerate(self._rules):
            declared = list(_declared(rule.declarations))
            for selector in _split(_NEVER.sub(":hover", rule.selector)):
                if quirks and "[" not in selector:
                    selector = selector.lower()
                if not set("(\\") & set(selector) and any(
                    name not in (words if kind == "." else ids) for kind, name in _NAMES.findall(selector)
                ):
                    continue
                try:
                    self._apply(selector, rule, declared, number)
                except (SelectorError, ExpressionError, etree.XPathError, ValueError):
                    self.lost.append(tuple((name, value) for name, value, _ in declared))

    def _apply(self, selector: str, rule: _Rule, declared: list[tuple[str, str, bool]], number: int) -> None:
        for parsed in parse_selectors(selector):
            part = parsed.pseudo_element
            if part is not None and not (isinstance(part, str) and part in _BEFORE_TEXT):
                continue  # a scroll bar, a bullet, a placeholder
            path = _TRANSLATOR.selector_to_xpath(parsed)
            for element in self._root.xpath(path):
                stated = self._possible if not rule.certain else self._by_element
                into = stated[element] if part is None else self._parts[element][part]
                for name, value, important in declared:
                    layer = -rule.layer if important else rule.layer
                    into.append(((important, 0, layer, parsed.specificity(), number), name, value))


_TRANSLATOR = HTMLTranslator()


def inline_declarations(element: Element) -> list[Any]:
    """The declarations of the element's own ``style``."""
    return [item for item in _contents(element.get("style") or "") if item.type == "declaration"]


def _sheet(source: Any) -> list[Any]:
    parse = tinycss2.parse_stylesheet if isinstance(source, str) else tinycss2.parse_rule_list
    return list(parse(source, skip_comments=True, skip_whitespace=True))


def _contents(source: Any) -> list[Any]:
    return list(tinycss2.parse_blocks_contents(source, skip_comments=True, skip_whitespace=True))


def _declared(declarations: Iterable[Any]) -> Iterator[tuple[str, str, bool]]:
    """Name, value and importance of each; comments are dropped, escapes resolved by the serialisation."""
    for item in declarations:
        name = item.name if item.name.startswith("--") else item.lower_name
        tokens = [token for token in item.value if token.type != "comment"]
        yield name, tinycss2.serialize(tokens).strip(), item.important


def _in_order(stated: list[_Stated]) -> tuple[Declaration, ...]:
    return tuple((name, value) for _, name, value in sorted(stated, key=lambda item: item[0]))


def _inner(layer: str | None, name: str) -> str:
    return name if layer is None else f"{layer}.{name}"


def _split(selectors: str) -> list[str]:
    """The selectors of a list, apart at the commas that stand in no parentheses."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(selectors):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth <= 0:
            parts.append(selectors[start:at])
            start = at + 1
    return [part.strip() for part in (*parts, selectors[start:]) if part.strip()]


def _media(query: str) -> bool | None:
    """Whether a list of media queries holds for the screen; None where a part of it is not understood."""
    answers = [_one_query(part) for part in query.lower().split(",")]
    if True in answers:
        return True
    return None if None in answers else False


def _one_query(query: str) -> bool | None:
    query = query.strip().removeprefix("only ").strip()
    if query.startswith("not "):
        inner = _one_query(query.removeprefix("not "))
        return None if inner is None else not inner
    if not query:
        return True
    answers = [_condition(part.strip()) for part in re.split(r"\band\b", query)]
    if False in answers:
        return False
    return None if None in answers else True


def _condition(part: str) -> bool | None:
    if part in ("all", "screen"):
        return True
    if part in ("print", "speech", "tv", "handheld", "projection", "aural", "braille", "tty"):
        return False
    match = _MEDIA_FEATURE.fullmatch(part)
    if match is not None:
        most = match.group(1) or ""
        size = float(match.group(3)) * (1 if match.group(4) == "px" else 16)
        screen = WIDTH if match.group(2) == "width" else HEIGHT
        return {"min-": screen >= size, "max-": screen <= size}.get(most, screen == size)
    told = re.sub(r"[\s()]", "", part)
    return True if told in _MEDIA_TRUE else False if told in _MEDIA_FALSE else None


def _fold_names(root: Element) -> None:
    """Without a doctype, classes and ids match whatever their case."""
    for element in root.iter("*"):
        for name in ("class", "id"):
            if value := element.get(name):
                element.set(name, value.lower())
