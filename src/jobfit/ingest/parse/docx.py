"""DOCX: the text that a reader sees, in the order of the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from jobfit.ingest.parse.contrast import LEAST_POINTS, WHITE, Color
from jobfit.ingest.parse.docx_look import Look, Styles, color_of, is_on, shading
from jobfit.ingest.parse.docx_package import Package, R, Unreadable, W
from jobfit.ingest.raw import RawDocument, RawRejection

_TWIPS = 20  # per point
_PAGE = 900.0  # points; an indent beyond it leaves any paper
_TRANSPARENT = {"sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo", "hyperlink", "fldSimple", "bdo", "dir"}
_TRANSPARENT |= {"oMath", "oMathPara", "ruby", "rubyBase"}
_FIXED = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BOXES = ("drawing", "pict", "object")
_VML_OFF = ("f", "false", "0")


def extract(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One document (headers, body with tables and text boxes, notes, footers) with its flags, or one rejection.

    A row of a table is a line with tabs between its cells; where a cell has several lines, the cells follow one
    another. Inserted revisions count, deleted ones do not.
    """
    try:
        package = Package(data)
        main = next((name for kind, name in package.relations("").values() if kind == "officeDocument"), None)
        root = None if main is None else package.xml(main)
        if main is None or root is None or local(root) != "document":
            return [RawRejection("the file is a ZIP archive but no Word document; give the CV itself as PDF or DOCX")]
        text, flags = _read(package, main, root)
    except Unreadable as error:
        return [RawRejection(str(error))]
    if text.strip():
        return [RawDocument(text=text, flags=tuple(sorted(flags)))]
    if flags:
        return [RawRejection("the DOCX holds only text that a reader cannot see")]
    pictures = root.find(".//{*}blip") is not None or root.find(".//{*}imagedata") is not None
    return [
        RawRejection("the DOCX holds pictures and no text; run OCR on them first" if pictures else "it has no text")
    ]


def _read(package: Package, main: str, root: etree._Element) -> tuple[str, set[str]]:
    relations = package.relations(main)
    parts = dict(relations.values())
    settings = package.xml(parts.get("settings", ""))
    reader = _Blocks(Styles(package.xml(parts.get("styles", ""))))
    margins = [_margin(root, relations, kind, settings) for kind in ("headerReference", "footerReference")]
    notes = [parts[kind] for kind in ("footnotes", "endnotes") if kind in parts]
    lines = [line for name in margins[0] for line in reader.blocks(package.xml(name), WHITE)]
    lines += reader.blocks(root.find(f"{W}body"), _paper(root, settings))
    for part in (package.xml(name) for name in notes):
        for note in () if part is None else part:
            if note.get(f"{W}type") in (None, "normal"):  # the others are separator lines
                lines += reader.blocks(note, WHITE)
    lines += [line for name in margins[1] for line in reader.blocks(package.xml(name), WHITE)]
    return "\n".join(lines), reader.flags


def _margin(
    root: etree._Element, relations: dict[str, tuple[str, str]], reference: str, settings: etree._Element | None
) -> list[str]:
    """The names of the headers or footers that some page shows, each once."""
    names: dict[str, None] = {}
    for section in root.iter(f"{W}sectPr"):
        shown = {"default"}
        shown |= {"even"} if settings is not None and _present(settings, "evenAndOddHeaders") else set()
        shown |= {"first"} if _present(section, "titlePg") else set()
        for link in section.findall(f"{W}{reference}"):
            if link.get(f"{W}type", "default") in shown:
                names[relations.get(link.get(f"{R}id", ""), ("", ""))[1]] = None
    return list(names)


class _Blocks:
    """Reads paragraphs and tables to lines; collects the flags of what it leaves out."""

    def __init__(self, styles: Styles) -> None:
        self.flags: set[str] = set()
        self._styles = styles

    def blocks(self, parent: etree._Element | None, background: Color | None) -> list[str]:
        lines: list[str] = []
        for child in () if parent is None else visible_children(parent):
            if child.tag == f"{W}p":
                lines += self._paragraph(child, background)
            elif child.tag == f"{W}tbl":
                lines += self._table(child, background)
        return lines

    def _paragraph(self, paragraph: etree._Element, background: Color | None) -> list[str]:
        properties = paragraph.find(f"{W}pPr")
        runs = Runs(self._styles, self._styles.paragraph(properties, background))
        text = runs.text(paragraph)
        place = _misplaced(properties)
        if place is not None and text.strip():
            self.flags.add(place)
            return []
        self.flags |= runs.flags
        if text.strip() and self._styles.is_listed(properties):
            text = f"• {text}"
        lines = text.split("\n") if text or not runs.boxes else []
        for box, behind in runs.boxes:
            lines += self.blocks(box, behind)
        return lines

    def _table(self, table: etree._Element, background: Color | None) -> list[str]:
        lines: list[str] = []
        background = None if self._styles.shades_cells(table) else background
        background = shading(table.find(f"{W}tblPr"), background)
        for row in visible_children(table):
            if row.tag != f"{W}tr":
                continue
            cells = [_trimmed(self._cell(cell, background)) for cell in visible_children(row) if cell.tag == f"{W}tc"]
            if _is_flat(row) and any(cells):
                self.flags.add("hidden_text:tiny")
            elif all(len(cell) <= 1 for cell in cells):
                lines.append("\t".join(line for cell in cells for line in cell))
            else:
                lines += [line for cell in cells for line in cell]
        return [*lines, ""]

    def _cell(self, cell: etree._Element, background: Color | None) -> list[str]:
        return self.blocks(cell, shading(cell.find(f"{W}tcPr"), background))


def _misplaced(properties: etree._Element | None) -> str | None:
    """The flag for a paragraph that is indented off the paper or squeezed into a line of almost no height."""
    if properties is None:
        return None
    indent = properties.find(f"{W}ind")
    for side in ("left", "start", "firstLine") if indent is not None else ():
        if abs(_points(indent.get(f"{W}{side}"))) > _PAGE:
            return "hidden_text:off_page"
    spacing = properties.find(f"{W}spacing")
    if spacing is not None and spacing.get(f"{W}lineRule") == "exact" and spacing.get(f"{W}line"):
        return "hidden_text:tiny" if _points(spacing.get(f"{W}line")) < LEAST_POINTS else None
    return None


def _is_flat(row: etree._Element) -> bool:
    height = row.find(f"{W}trPr/{W}trHeight")
    exact = height is not None and height.get(f"{W}hRule") == "exact"
    return exact and _points(height.get(f"{W}val")) < LEAST_POINTS


def _points(twips: str | None) -> float:
    try:
        return float((twips or "0")[:12]) / _TWIPS
    except ValueError:
        return 0.0


def _paper(root: etree._Element, settings: etree._Element | None) -> Color | None:
    """The colour of the page; None (unknown) where some shape or picture lies behind the text."""
    if any(anchor.get("behindDoc") in ("1", "true") for anchor in root.iter("{*}anchor")):
        return None
    if any("z-index:-" in (shape.get("style") or "") for pict in root.iter(f"{W}pict") for shape in pict.iter()):
        return None
    background = root.find(f"{W}background")
    if background is None or settings is None or not _present(settings, "displayBackgroundShape"):
        return WHITE
    return color_of(background.get(f"{W}color"))


def _present(parent: etree._Element, name: str) -> bool:
    """Whether the switch ``name`` stands there and is on; without a value it is."""
    child = parent.find(f"{W}{name}")
    return child is not None and is_on(child.get(f"{W}val", "1"))


def _trimmed(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


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
