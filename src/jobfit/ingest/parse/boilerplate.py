"""What of a saved web page is not its text: navigation, notices, lists of other offers.

Four signs, each with a guard, because a lost line of a CV costs more than a menu that is read: landmarks (``nav``,
roles, a ``footer``), names of classes and ids that say it, a heading that announces other offers, and lists of nothing
but links before the first or after the last heading. The words are in ``vocabulary.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice, takewhile

from lxml.etree import _Element as Element

from jobfit.ingest.formats.outline import VOCABULARY

_WORDS = VOCABULARY["page"]
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]{1,40}|[A-Z]{1,40}")
_MOST_OF_PAGE = 0.6  # what holds more of the words is the page itself, whatever it is called
_LINKED, _LEAST_LINKS = 0.8, 3
_LEAST_LINKED, _MOST_HEADINGS = 0.3, 50
_LONGEST_HEADING = 100
_SKIPPED = frozenset(("script", "style", "template", "noscript", "head"))


def find(root: Element) -> set[Element]:
    """The elements of the page to leave out with all that is in them; empty where hardly anything else would stay."""
    page = _Page(root)
    if not page.whole:
        return set()
    found = {element for element in root.iter() if isinstance(element.tag, str) and page.is_frame(element)}
    for section in page.others():
        found.update(section)
    found.update(page.link_lists())
    outermost = [element for element in found if not any(above in found for above in element.iterancestors())]
    kept = page.whole - sum(map(page.length, outermost))
    return found if kept >= _WORDS["least_characters"] else set()


class _Page:
    def __init__(self, root: Element) -> None:
        self.root = root
        self._lengths: dict[Element, int] = {}
        self._linked: dict[Element, int] = {}
        self._links: dict[Element, int] = {}
        for element in reversed([node for node in root.iter() if isinstance(node.tag, str)]):
            self._measure(element)
        self.whole = self._lengths[root]

    def _measure(self, element: Element) -> None:
        """Sum up the children, which come first in the reversed order of the document."""
        if element.tag in _SKIPPED:
            length = linked = links = 0
        else:
            children = [child for child in element if isinstance(child.tag, str)]
            own = _solid(element.text) + sum(_solid(child.tail) for child in element)
            length = own + sum(self._lengths[child] for child in children)
            is_link = element.tag == "a" and not (element.get("href") or "").startswith(("mailto:", "tel:"))
            linked = length if is_link else sum(self._linked[child] for child in children)
            links = 1 if is_link and length else sum(self._links[child] for child in children)
        self._lengths[element], self._linked[element], self._links[element] = length, linked, links

    def length(self, element: Element) -> int:
        return self._lengths[element]

    def is_small(self, element: Element) -> bool:
        return self._lengths[element] <= _MOST_OF_PAGE * self.whole

    def is_frame(self, element: Element) -> bool:
        """Whether its tag, its role, its class or its id says that it is no content."""
        if element.tag in ("html", "body", "main", "article", "h1") or not self.is_small(element):
            return False
        role = element.get("role")
        if element.tag == "nav" or role in _WORDS["roles"]:
            return True
        names = _names(f"{element.get('class') or ''} {element.get('id') or ''}")
        if names & set(_WORDS["notices"]) or (names & set(_WORDS["others"]) and names & set(_WORDS["offers"])):
            return True
        if element.tag == "footer" or role == "contentinfo" or names & set(_WORDS["menus"]):
            headed = any(child.tag in _HEADINGS and child.tag != "h6" for child in element.iter())
            return not headed and (self._links[element] > 0 or self._says(element, _legal()))
        return False

    def others(self) -> Iterator[list[Element]]:
        """The lists of other offers, each with the heading that announces it. A list has links."""
        headings = islice(self._announcing(), _MOST_HEADINGS)
        for heading, least in headings:
            section = self._section(heading)
            linked, length = (sum(counts[part] for part in section) for counts in (self._linked, self._lengths))
            if linked > 0 and linked >= least * length and length <= _MOST_OF_PAGE * self.whole:
                yield section

    def _announcing(self) -> Iterator[tuple[Element, float]]:
        """Short elements with the words of such a heading, and the share of links that its list must have."""
        for element in self.root.iter("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "strong", "b", "summary"):
            if 0 < self._lengths[element] <= _LONGEST_HEADING:
                if self._says(element, _announces()):
                    yield element, 0.0
                elif self._says(element, _may_announce()):
                    yield element, _LEAST_LINKED

    def _says(self, element: Element, pattern: re.Pattern[str]) -> bool:
        return pattern.fullmatch(" ".join("".join(element.itertext()).casefold().split())) is not None

    def _section(self, heading: Element) -> list[Element]:
        """What the heading stands over: the element that it opens, else what follows up to the next such heading."""
        top = heading
        while (above := top.getparent()) is not None and above.tag not in ("html", "body", "main", "article"):
            if _first_text(above) is not _first_text(top) or not self.is_small(above):
                break
            top = above
        if self._lengths[top] > self._lengths[heading]:
            return [top]
        level = _HEADINGS.get(str(heading.tag), 6)
        following = takewhile(lambda sibling: not _is_heading(sibling, level), top.itersiblings())
        return [top, *(sibling for sibling in following if isinstance(sibling.tag, str))]

    def link_lists(self) -> Iterator[Element]:
        """Lists of links before the first heading, and after the text of the last one."""
        elements = [element for element in self.root.iter() if isinstance(element.tag, str)]
        headings = [index for index, element in enumerate(elements) if element.tag in _HEADINGS]
        if not headings:
            return
        for index, element in enumerate(elements):
            if index < headings[0] or (index > headings[-1] and not _is_heading(element.getprevious(), 6)):
                linked, length = self._linked[element], self._lengths[element]
                if self._links[element] >= _LEAST_LINKS and linked >= _LINKED * length and self.is_small(element):
                    yield element


def _solid(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _names(words: str) -> set[str]:
    return {part.lower() for part in _NAME_PARTS.findall(words[:500])}


def _first_text(element: Element) -> Element | None:
    """The first element within that has text of its own."""
    return next((node for node in element.iter() if isinstance(node.tag, str) and _solid(node.text)), None)


def _is_heading(element: Element | None, level: int) -> bool:
    return element is not None and _HEADINGS.get(str(element.tag), 7) <= level


@cache
def _announces() -> re.Pattern[str]:
    return re.compile("|".join(_WORDS["announcing"]))


@cache
def _may_announce() -> re.Pattern[str]:
    return re.compile("|".join(_WORDS["may_announce"]))


@cache
def _legal() -> re.Pattern[str]:
    return re.compile("|".join(_WORDS["legal"]))
