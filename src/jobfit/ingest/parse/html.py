"""HTML: the text that a reader sees, blocks on lines of their own; :mod:`sight` says what that is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element as Element

from jobfit.ingest.parse import boilerplate
from jobfit.ingest.parse import text as plain
from jobfit.ingest.parse.cascade import Cascade, Styles
from jobfit.ingest.parse.sight import Look, is_relevant, may_cover
from jobfit.ingest.raw import RawDocument, RawRejection

_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s{0,99}<\?xml[^>]{0,200}>")
_BLANKS = re.compile("[ \t\r\n\f]+")
_EDGE, _WIDE_EDGE = "\x1e", "\x1f"  # where a block begins or ends; a paragraph keeps a blank line around it
_NO_EDGES = dict.fromkeys(map(ord, _EDGE + _WIDE_EDGE))
_EDGES = re.compile("[\x1e\x1f \n]+")
_UNSEEN_TAGS = (
    "head script style template noscript noembed noframes iframe object audio video canvas svg datalist select rp"
    " annotation progress meter"
)
_BLOCK_TAGS = (
    "address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer form header"
    " hr html li main nav ol pre section summary table tbody tfoot thead tr ul"
)
_UNSEEN, _BLOCKS = frozenset(_UNSEEN_TAGS.split()), frozenset(_BLOCK_TAGS.split())
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "caption"))

_VOID_TAGS = "area base basefont bgsound embed frame input keygen link meta param source track wbr"
_VOID = frozenset(_VOID_TAGS.split())
_DEEPEST = 300  # elements in one another; what lies deeper is read as plain text
_WORDS = re.compile(r"[^\W\d_]{3}")
# What a script does that changes what is seen; scripts are not run.
_CHANGES = re.compile(
    r"\.style\b|hidden|classList|className|innerHTML|innerText|textContent|\.remove\(|setAttribute|\.css\("
)
_QUOTED = re.compile(r"[\"']([^\"']*)[\"']")
_ONCE = re.compile(r"<body[\s/>]", re.IGNORECASE), re.compile(r"<html[\s/>]", re.IGNORECASE)
_DATA = ("json", "template", "html", "x-", "importmap", "speculationrules")


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
    read = visible(source, left_out)
    return [read if isinstance(read, RawRejection) else replace(read, flags=(*flags, *read.flags))]


def visible(
    source: str, left_out: Callable[[Element], set[Element]] = lambda root: set()
) -> RawDocument | RawRejection:
    """The text of a page that a reader sees, with its flags; as :func:`extract`."""
    parser = lxml_html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    page = _DECLARATION.sub("", source.translate(_NO_EDGES)).encode("utf-8", "replace")
    try:
        root = lxml_html.document_fromstring(page, parser)
    except (etree.LxmlError, ValueError):
        return RawRejection("there is no text in it")
    reader = _Reader(root, source, left_out(root))
    text = _settle(reader.text(root, Look()))
    if not text.strip() and reader.flags:
        return RawRejection("the page holds only text that a reader cannot see")
    return RawDocument(text=text, flags=tuple(sorted(reader.flags)))


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
    """Walks the page; collects the flags of what it leaves out, and of what nobody knows."""

    def __init__(self, root: Element, source: str, left_out: set[Element]) -> None:
        self.flags: set[str] = set()
        self._source = source
        self._left_out = left_out
        self._sheets = Cascade(root, is_relevant)
        if root.find(".//body") is not None and _has_words("".join(root.itertext())):
            self.flags |= {f"unclear_text:{reason}" for reason in self._doubts(root)}

    def _doubts(self, root: Element) -> Iterable[str]:
        """Why the text of the whole page may look otherwise."""
        if self._sheets.linked:
            yield "linked_style"
        if any(Look().inside(root, lost, self._sheets) != Look() for lost in self._sheets.lost):
            yield "style"
        if any(len(pattern.findall(self._source)) > 1 for pattern in _ONCE):
            yield "style"  # what a second one says of itself is said of the first
        if any(_CHANGES.search(script.text or "") for script in root.iter("script") if _is_program(script)):
            yield "script"

    def text(self, element: Element, outer: Look, depth: int = 0) -> str:
        tag = element.tag
        if not isinstance(tag, str) or element in self._left_out:
            return ""
        if tag in _UNSEEN and not (tag == "object" and element.get("data") is None):
            self._note_unread(element)
            return ""
        look = self._look(element, outer)
        if tag == "br":
            return "\n"
        if depth > _DEEPEST:
            return self._seen(" ".join(element.itertext()), look.doubted("style"), False)
        if tag == "tr":
            return self._row(element, look, depth)
        parts = [self._seen(element.text, look, tag == "pre")]
        for child in element:
            parts.append(self.text(child, look, depth + 1))
            parts.append(self._seen(child.tail, look if tag not in _VOID else outer, tag == "pre"))
        inner = "".join(parts)
        if tag == "li" and inner.strip():
            inner = f"• {_settle(inner).strip()}"
        if tag in _SPACED:
            return f"{_WIDE_EDGE}{inner}{_WIDE_EDGE}"
        return f"{_EDGE}{inner}{_EDGE}" if tag in _BLOCKS else inner

    def _look(self, element: Element, outer: Look) -> Look:
        if element.tag in _VOID:
            return outer  # what stands in it comes after it: the parser does not know that it is empty
        styles = self._sheets.styles(element)
        look = outer.inside(element, styles.certain, self._sheets)
        if look.gone is not None or outer.gone is not None:
            return look
        if styles.possible and outer.inside(element, styles.possible, self._sheets).flag() != look.flag():
            look = look.doubted("style")
        if any(child.get("shadowrootmode") for child in element.iterchildren("template")):
            look = look.doubted("style")
        parent = element.getparent()
        if parent is not None and parent.tag == "details" and parent.get("open") is None and element.tag != "summary":
            look = look.doubted("folded")
        if element.tag in ("col", "colgroup") and look.hidden:
            self.flags.add("unclear_text:style")
        if may_cover(element, styles.certain, outer) and not look.hidden:
            self.flags.add("unclear_text:cover")
        return self._with_parts(styles, look)

    def _with_parts(self, styles: Styles, look: Look) -> Look:
        """The look in the light of ``::first-line`` and of what stands before and after the element."""
        for part, declared in styles.parts.items():
            if part.startswith("first-"):
                if look.inside(_BARE, declared, self._sheets).flag() != look.flag():
                    look = look.doubted("style")
                continue
            content = next((value for name, value in reversed(declared) if name == "content"), "none")
            if content in ("none", "normal"):
                continue
            if may_cover(_BARE, declared, look):
                self.flags.add("unclear_text:cover")
            if _has_words(" ".join(_QUOTED.findall(content))):
                self.flags.add("unread_text:generated")
        return look

    def _note_unread(self, element: Element) -> None:
        """Flag what a reader may see that is not read: text in a drawing or a frame."""
        if element.tag == "svg" and any(
            _has_words("".join(t.itertext())) for t in element.iter("text", "foreignobject")
        ):
            self.flags.add("unread_text:svg")
        elif (element.tag == "iframe" and _has_words(element.get("srcdoc") or "")) or (
            element.tag == "object" and _has_words("".join(element.itertext()))
        ):
            self.flags.add("unread_text:frame")

    def _row(self, row: Element, look: Look, depth: int) -> str:
        """Cells of one line with tabs between them; a cell of several lines puts each cell on lines of its own."""
        cells = [cell for cell in (_settle(self.text(child, look, depth + 1)).strip() for child in row) if cell]
        return _EDGE + (_EDGE if any("\n" in cell for cell in cells) else "\t").join(cells) + _EDGE

    def _seen(self, text: str | None, look: Look, preformatted: bool) -> str:
        if not text:
            return ""
        blank = not text.strip()
        flag = look.gone if blank else look.flag()
        if flag is not None:
            self.flags |= set() if blank else {flag}
            return ""
        if not blank and (doubt := look.unclear()) is not None:
            self.flags.add(doubt)
        return text if preformatted else _BLANKS.sub(" ", text)


_BARE = etree.Element("span")


def _is_program(script: Element) -> bool:
    kind = (script.get("type") or "").lower()
    return not any(word in kind for word in _DATA)


def _has_words(text: str) -> bool:
    return _WORDS.search(text) is not None


def _settle(text: str) -> str:
    """Edges that meet become one line break, or a blank line where one of them is wide."""

    def line_break(match: re.Match[str]) -> str:
        run = match.group()
        if _WIDE_EDGE in run:
            return "\n\n"
        return "\n" * max(run.count("\n"), 1) if _EDGE in run else run

    return _EDGES.sub(line_break, text)
