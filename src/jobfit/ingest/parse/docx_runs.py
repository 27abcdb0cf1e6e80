"""The runs of a DOCX paragraph: the text, tabs, breaks and symbols that a reader sees, and the text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from jobfit.ingest.parse.contrast import Color
from jobfit.ingest.parse.docx_look import Look, Styles, color_of
from jobfit.ingest.parse.docx_package import W

_TRANSPARENT = {"sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo", "hyperlink", "fldSimple", "bdo", "dir"}
_TRANSPARENT |= {"oMath", "oMathPara", "ruby", "rubyBase"}
_FIXED = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BOXES = ("drawing", "pict", "object")
_VML_OFF = ("f", "false", "0")


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def visible_children(parent: etree._Element) -> Iterator[etree._Element]:
    """The children, with content controls, insertions and links opened, and one branch of each alternative."""
    for child in parent:
        name = local(child)
        if name in _TRANSPARENT:
            yield from visible_children(child)
        elif name == "AlternateContent":
            branch = next((item for item in child if local(item) == "Choice"), None)
            branch = branch if branch is not None else next(iter(child), None)
            yield from () if branch is None else visible_children(branch)
        else:
            yield child


class Runs:
    """Reads one paragraph; afterwards ``flags`` and ``boxes`` (text box content, colour behind it) are filled."""

    def __init__(self, styles: Styles, look: Look) -> None:
        """``look`` is how the paragraph's text looks where its runs say nothing."""
        self.flags: set[str] = set()
        self.boxes: list[tuple[etree._Element, Color | None]] = []
        self._styles = styles
        self._look = look
        self._fields: list[bool] = []  # of each open field: are these its instructions (not seen) or its result

    def text(self, paragraph: etree._Element) -> str:
        """The visible text of the paragraph, text boxes apart."""
        return "".join(self._parts(paragraph))

    def _parts(self, parent: etree._Element) -> Iterator[str]:
        for child in visible_children(parent):
            name = local(child)
            if name == "r":
                yield from self._run(child)
            elif name in _BOXES:
                self._box(child)

    def _run(self, run: etree._Element) -> Iterator[str]:
        look = self._styles.run(self._look, run.find(f"{W}rPr"))
        flag = look.flag()
        for item in visible_children(run):
            name = local(item)
            if name == "fldChar":
                self._field(item.get(f"{W}fldCharType"))
                continue
            if name in _BOXES and flag != "hidden_text:invisible":
                self._box(item)
                continue
            text = _text(item, name)
            if text and not any(self._fields):
                if flag is None:
                    yield text
                    if look.unclear and text.strip():
                        self.flags.add("unclear_text:white")
                elif text.strip():
                    self.flags.add(flag)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _box(self, drawing: etree._Element) -> None:
        for content in drawing.iter(f"{W}txbxContent"):
            if any(local(parent) in ("txbxContent", "Fallback") for parent in _up(content, drawing)):
                continue  # a box in a box comes with the outer one; a fallback repeats its alternative
            if any(_is_hidden(item) for item in drawing.iter()):
                self.flags.add("hidden_text:invisible")
            else:
                self.boxes.append((content, _fill(content, drawing, self._look.background)))


def _text(item: etree._Element, name: str) -> str:
    if name == "t":
        return item.text or ""
    if name == "sym":
        try:
            return chr(int(item.get(f"{W}char", "")[:4], 16))
        except ValueError:
            return ""
    return _FIXED.get(name, "")


def _up(element: etree._Element, top: etree._Element) -> Iterator[etree._Element]:
    """The parents of ``element`` up to ``top``."""
    parent = element.getparent()
    while parent is not None and parent is not top:
        yield parent
        parent = parent.getparent()


def _is_hidden(item: etree._Element) -> bool:
    if local(item) == "docPr":
        return item.get("hidden") in ("1", "true")
    return "visibility:hidden" in (item.get("style") or "").replace(" ", "").lower()


def _fill(content: etree._Element, drawing: etree._Element, page: Color | None) -> Color | None:
    """The colour behind a text box: its own fill where that is plain, the page's where it has none, else unknown."""
    for parent in _up(content, drawing):
        if local(parent) == "wsp":
            return _drawn_fill(parent, page)
        if parent.get("fillcolor") is not None and parent.get("filled") not in _VML_OFF:
            return color_of(parent.get("fillcolor"))
    return page


def _drawn_fill(shape: Any, page: Color | None) -> Color | None:
    properties = next((item for item in shape if local(item) == "spPr"), ())
    for item in properties:
        name = local(item)
        if name == "noFill":
            return page
        if name == "solidFill":
            plain = item.find("{*}srgbClr")
            return None if plain is None else color_of(plain.get("val"))
        if name.endswith("Fill"):
            return None
    styled = shape.find("{*}style/{*}fillRef")
    return page if styled is None or styled.get("idx") == "0" else None
