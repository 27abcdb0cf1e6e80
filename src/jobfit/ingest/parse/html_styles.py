"""Just enough CSS to say whether a reader of an HTML page sees an element: simple selectors, a few properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

_BRACE = re.compile("[{};]")
_COMPOUND = re.compile(r"([a-zA-Z][a-zA-Z0-9]{0,30})?((?:[.#][\w-]{1,80}){0,8})")
_PART = re.compile(r"([.#])([\w-]{1,80})")
_INLINE = (1, 0, 0, 0, 0)
_MOST_RULES = 5_000

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
        found: dict[str, tuple[bool, Rank, str]] = {}
        for rule in (rule for key in keys for rule in self._rules.get(key, ()) if rule.fits(element)):
            _merge(found, rule.declarations, rule.rank)
        _merge(found, parse_declarations(element.get("style") or ""), _INLINE)
        return {name: value for name, (_, _, value) in found.items()}


def parse_declarations(text: str) -> dict[str, tuple[str, bool]]:
    """``"color: RED !important"`` -> ``{"color": ("red", True)}``."""
    found: dict[str, tuple[str, bool]] = {}
    for declaration in text.split(";"):
        name, colon, value = declaration.partition(":")
        value, bang, _ = value.lower().partition("!")
        if colon:
            found[name.strip().lower()] = value.strip(), bool(bang)
    return found


def _merge(found: dict[str, tuple[bool, Rank, str]], new: dict[str, tuple[str, bool]], rank: Rank) -> None:
    for name, (value, important) in new.items():
        if name not in found or (important, rank) >= found[name][:2]:
            found[name] = important, rank, value


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
