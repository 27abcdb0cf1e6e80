"""HTML: the text that a reader sees, blocks on lines of their own."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from lxml import etree
from lxml import html as lxml_html

from jobfit.ingest.parse import text as plain
from jobfit.ingest.parse.html_look import Look, StyleSheet
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


def extract(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One document with the visible text of the page and its flags."""
    decoded = _decode(data)
    if isinstance(decoded, RawRejection):
        return [decoded]
    source, flags = decoded
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = lxml_html.document_fromstring(
            _DECLARATION.sub("", source.translate(_NO_EDGES)).encode("utf-8", "replace"), parser
        )
    except (etree.LxmlError, ValueError):
        return [RawRejection("there is no text in it")]
    reader = _Reader(root)
    text = _settle(reader.text(root, Look()))
    if not text.strip() and reader.flags:
        return [RawRejection("the page holds only text that a reader cannot see")]
    return [RawDocument(text=text, flags=(*flags, *sorted(reader.flags)))]


def _decode(data: bytes) -> tuple[str, tuple[str, ...]] | RawRejection:
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

    def __init__(self, root: etree._Element) -> None:
        self.flags: set[str] = set()
        self._sheet = StyleSheet()
        for style in root.iter("style"):
            self._sheet.add(style.text or "")

    def text(self, element: etree._Element, outer: Look) -> str:
        """The visible text of the element and what is in it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _UNSEEN:
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

    def _row(self, row: etree._Element, look: Look) -> str:
        """Cells of one line with tabs between them; a cell of several lines puts each cell on lines of its own."""
        cells = [cell for cell in (_settle(self.text(child, look)).strip() for child in row) if cell]
        return _EDGE + (_EDGE if any("\n" in cell for cell in cells) else "\t").join(cells) + _EDGE

    def _seen(self, text: str | None, look: Look, preformatted: bool) -> str:
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
