"""DOCX: the text that a reader sees, in the order of the document. Container and XML are read as hostile.

First the ZIP container and its parts, then how a run looks through its styles, then the walk through the document.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from jobfit.ingest.parse.contrast import LEAST_OPACITY, LEAST_POINTS, WHITE, Color, blends, named_colors
from jobfit.ingest.parse.limits import LIMITS, MIB
from jobfit.ingest.raw import RawDocument, RawRejection

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", _W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _R[1:-1].encode()),
)
_ENTITIES = "the DOCX declares XML entities, which no word processor writes; it may be an attack"
_CUT_OFF = "the DOCX is damaged or cut off; save it again in its own program"
_MOST_RATIO = 100
_CHUNK = 65_536

_HEX = re.compile("[0-9A-Fa-f]{6}")
_OFF = ("0", "false", "off", "none")
_HIGHLIGHTS = named_colors(
    "black 000000 darkBlue 000080 darkCyan 008080 darkGray 808080 darkGreen 008000 darkMagenta 800080 "
    "darkRed 800000 darkYellow 808000 lightGray c0c0c0 blue 0000ff cyan 00ffff green 00ff00 magenta "
    "ff00ff red ff0000 yellow ffff00 white ffffff"
)
_MOST_BASES = 20

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
        package = _Package(data)
        main = next((name for kind, name in package.relations("").values() if kind == "officeDocument"), None)
        root = None if main is None else package.xml(main)
        if main is None or root is None or _local(root) != "document":
            return [RawRejection("the file is a ZIP archive but no Word document; give the CV itself as PDF or DOCX")]
        text, flags = _read(package, main, root)
    except _UnreadableError as error:
        return [RawRejection(str(error))]
    if text.strip():
        return [RawDocument(text=text, flags=tuple(sorted(flags)))]
    if flags:
        return [RawRejection("the DOCX holds only text that a reader cannot see")]
    pictures = root.find(".//{*}blip") is not None or root.find(".//{*}imagedata") is not None
    return [
        RawRejection("the DOCX holds pictures and no text; run OCR on them first" if pictures else "it has no text")
    ]


class _UnreadableError(Exception):
    """The container or a part cannot be read; the message is the reason for a person."""


def _parse_xml(data: bytes) -> Element:
    """The root element; no DTD, no entities, no network, libxml2's own size limits kept."""
    if b"<!DOCTYPE" in data:
        raise _UnreadableError(_ENTITIES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    for strict, transitional in _STRICT:
        data = data.replace(strict, transitional)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _UnreadableError("the DOCX is damaged (its XML is broken); save it again in its own program") from error
    if root.getroottree().docinfo.doctype:  # in an encoding where the search above missed it
        raise _UnreadableError(_ENTITIES)
    return root


class _Package:
    """The parts of a DOCX by name; what is unfolded is counted as it comes, declared sizes are not believed."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise _UnreadableError(_CUT_OFF) from error
        limits = LIMITS.get()
        if len(self._zip.infolist()) > limits.zip_entries:
            raise _UnreadableError(f"the DOCX has more than {limits.zip_entries:,} parts; it may be an attack")
        self._left = limits.decoded_bytes

    def xml(self, name: str) -> Element | None:
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            return None
        return _parse_xml(self._unfold(info))

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that ``part`` ("" for the package) refers to inside the package: id -> (kind, name)."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        parts: dict[str, tuple[str, str]] = {}
        for relation in () if root is None else root:
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External" and target:
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                parts[relation.get("Id", "")] = relation.get("Type", "").rpartition("/")[2], path
        return parts

    def _unfold(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & 1:
            raise _UnreadableError("the DOCX needs a password; save it again without one")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _UnreadableError("the DOCX is packed in a way that no word processor uses; save it again")
        content = bytearray()
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    content += chunk
                    size = len(content)
                    if size > self._left or (size > MIB and size > _MOST_RATIO * max(info.compress_size, 1)):
                        raise _UnreadableError("the DOCX unfolds to far more than a CV needs; it may be a ZIP bomb")
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise _UnreadableError(_CUT_OFF) from error
        self._left -= len(content)
        return bytes(content)


@dataclass(frozen=True, slots=True)
class _Look:
    """What decides visibility. ``color`` None is automatic (always readable); ``background`` None is unknown."""

    hidden: bool = False
    faded: bool = False
    color: Color | None = None
    size: float = 11.0
    stretch: float = 1.0
    background: Color | None = WHITE

    def flag(self) -> str | None:
        """Why a reader cannot see text that looks like this; None where it is seen."""
        if self.hidden or self.faded:
            return "hidden_text:invisible"
        if self.size * min(self.stretch, 1.0) < LEAST_POINTS:
            return "hidden_text:tiny"
        return "hidden_text:white" if blends(self.color, self.background) else None

    @property
    def unclear(self) -> bool:
        """Whether the text is as pale as paper and what lies beneath it is not known."""
        return self.background is None and blends(self.color, WHITE)

    def shaded(self, properties: Element | None) -> _Look:
        return replace(self, background=_shading(properties, self.background))

    def with_run(self, properties: Element | None) -> _Look:
        """The look changed by what an ``rPr`` element states."""
        look = self
        for item in () if properties is None else properties:
            name, setting = item.tag, item.get(f"{_W}val")
            if name == f"{_W}vanish":
                look = replace(look, hidden=_is_on(setting or "1"))
            elif name == f"{_W}color":
                look = replace(look, color=_color_of(setting))
            elif name == f"{_W}sz" and (setting or "").isdecimal():
                look = replace(look, size=int(setting[:6]) / 2)
            elif name == f"{_W}w" and (setting or "").rstrip("%").isdecimal():
                look = replace(look, stretch=int(setting.rstrip("%")[:6]) / 100 or 1.0)
            elif name == f"{_W}highlight" and setting in _HIGHLIGHTS:
                look = replace(look, background=_HIGHLIGHTS[setting])
            elif name == f"{_W14}textFill":
                look = replace(look, faded=_is_faded(item))
        return look.shaded(properties)


class _Styles:
    """The looks that ``styles.xml`` names, each through the styles it is based on."""

    def __init__(self, root: Element | None) -> None:
        styles = [] if root is None else root.findall(f"{_W}style")
        self._by_id = {style.get(f"{_W}styleId", ""): style for style in styles}
        defaults = {
            style.get(f"{_W}type"): style.get(f"{_W}styleId", "")
            for style in styles
            if _is_on(style.get(f"{_W}default"))
        }
        self._default_paragraph = defaults.get("paragraph", "")
        self._base = None if root is None else root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")

    def paragraph(self, properties: Element | None, background: Color | None) -> _Look:
        """The look of a paragraph's text before its runs say otherwise."""
        look = _Look(background=background).with_run(self._base)
        for style in self._chain(_value(properties, "pStyle") or self._default_paragraph):
            look = look.with_run(style.find(f"{_W}rPr")).shaded(style.find(f"{_W}pPr"))
        return look.shaded(properties)

    def run(self, look: _Look, properties: Element | None) -> _Look:
        for style in self._chain(_value(properties, "rStyle")):
            look = look.with_run(style.find(f"{_W}rPr"))
        return look.with_run(properties)

    def is_listed(self, properties: Element | None) -> bool:
        """Whether the paragraph has a bullet or a number, by itself or by its style; headings do not count."""
        chain = self._chain(_value(properties, "pStyle"))
        if any(style.find(f"{_W}pPr/{_W}outlineLvl") is not None for style in chain):
            return False
        numberings = [None if properties is None else properties.find(f"{_W}numPr")]
        numberings += [style.find(f"{_W}pPr/{_W}numPr") for style in reversed(chain)]
        first = next((numbering for numbering in numberings if numbering is not None), None)
        return first is not None and _value(first, "numId") != "0"

    def shades_cells(self, table: Element) -> bool:
        """Whether the style of a table colours cells, in a way that only a layout engine could tell."""
        chain = self._chain(_value(table.find(f"{_W}tblPr"), "tblStyle"))
        return any(style.find(f".//{_W}tcPr/{_W}shd") is not None for style in chain)

    def _chain(self, style_id: str | None) -> list[Element]:
        """The style and those it is based on, the base first."""
        chain: list[Element] = []
        style = self._by_id.get(style_id or "")
        while style is not None and len(chain) < _MOST_BASES:
            chain.insert(0, style)
            style = self._by_id.get(_value(style, "basedOn") or "")
        return chain


def _shading(properties: Element | None, otherwise: Color | None) -> Color | None:
    """The colour that the ``w:shd`` of paragraph, run or cell properties paints; ``otherwise`` where there is none."""
    shade = None if properties is None else properties.find(f"{_W}shd")
    if shade is None:
        return otherwise
    pattern = shade.get(f"{_W}val", "clear")
    if pattern in ("clear", "nil"):
        return _color_of(shade.get(f"{_W}fill")) or otherwise
    return _color_of(shade.get(f"{_W}color")) if pattern == "solid" else None


def _color_of(text: str | None) -> Color | None:
    """The colour of six hexadecimal digits, with or without ``#``; None for ``auto`` and anything else."""
    digits = (text or "").strip().lstrip("#")
    return (*bytes.fromhex(digits),) if _HEX.fullmatch(digits) else None


def _value(parent: Element | None, name: str) -> str | None:
    child = None if parent is None else parent.find(f"{_W}{name}")
    return None if child is None else child.get(f"{_W}val")


def _is_on(setting: str | None) -> bool:
    return setting is not None and setting.lower() not in _OFF


def _present(parent: Element | None, name: str) -> bool:
    """Whether the switch ``name`` stands there and is on; without a value it is."""
    child = None if parent is None else parent.find(f"{_W}{name}")
    return child is not None and _is_on(child.get(f"{_W}val", "1"))


def _is_faded(fill: Element) -> bool:
    """A text effect without fill, or with one (almost) transparent: w14:alpha is the transparency in 1/1000 %."""
    if fill.find(f"{_W14}noFill") is not None:
        return True
    alpha = fill.find(f".//{_W14}alpha")
    transparency = "" if alpha is None else alpha.get(f"{_W14}val", "")
    return transparency.isdecimal() and int(transparency[:7]) > (1 - LEAST_OPACITY) * 100_000


def _read(package: _Package, main: str, root: Element) -> tuple[str, set[str]]:
    relations = package.relations(main)
    parts = dict(relations.values())
    settings = package.xml(parts.get("settings", ""))
    reader = _Blocks(_Styles(package.xml(parts.get("styles", ""))))
    headers, footers = (_margin(root, relations, kind, settings) for kind in ("headerReference", "footerReference"))
    lines = [line for name in headers for line in reader.blocks(package.xml(name), WHITE)]
    lines += reader.blocks(root.find(f"{_W}body"), _paper(root, settings))
    for kind in ("footnotes", "endnotes"):
        notes = package.xml(parts[kind]) if kind in parts else None
        for note in () if notes is None else notes:
            if note.get(f"{_W}type") in (None, "normal"):  # the others are separator lines
                lines += reader.blocks(note, WHITE)
    lines += [line for name in footers for line in reader.blocks(package.xml(name), WHITE)]
    return "\n".join(lines), reader.flags


def _margin(
    root: Element, relations: dict[str, tuple[str, str]], reference: str, settings: Element | None
) -> list[str]:
    """The names of the headers or footers that some page shows, each once."""
    names: dict[str, None] = {}
    for section in root.iter(f"{_W}sectPr"):
        shown = {"default"}
        shown |= {"even"} if _present(settings, "evenAndOddHeaders") else set()
        shown |= {"first"} if _present(section, "titlePg") else set()
        for link in section.findall(f"{_W}{reference}"):
            if link.get(f"{_W}type", "default") in shown:
                names[relations.get(link.get(f"{_R}id", ""), ("", ""))[1]] = None
    return list(names)


def _paper(root: Element, settings: Element | None) -> Color | None:
    """The colour of the page; None (unknown) where some shape or picture lies behind the text."""
    if any(anchor.get("behindDoc") in ("1", "true") for anchor in root.iter("{*}anchor")):
        return None
    if any("z-index:-" in (shape.get("style") or "") for pict in root.iter(f"{_W}pict") for shape in pict.iter()):
        return None
    background = root.find(f"{_W}background")
    if background is None or not _present(settings, "displayBackgroundShape"):
        return WHITE
    return _color_of(background.get(f"{_W}color"))


class _Blocks:
    """Reads paragraphs and tables to lines; collects the flags of what it leaves out."""

    def __init__(self, styles: _Styles) -> None:
        self.flags: set[str] = set()
        self._styles = styles

    def blocks(self, parent: Element | None, background: Color | None) -> list[str]:
        lines: list[str] = []
        for child in () if parent is None else _visible_children(parent):
            if child.tag == f"{_W}p":
                lines += self._paragraph(child, background)
            elif child.tag == f"{_W}tbl":
                lines += self._table(child, background)
        return lines

    def _paragraph(self, paragraph: Element, background: Color | None) -> list[str]:
        properties = paragraph.find(f"{_W}pPr")
        runs = _Runs(self._styles, self._styles.paragraph(properties, background))
        text = "".join(runs.parts(paragraph))
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

    def _table(self, table: Element, background: Color | None) -> list[str]:
        lines: list[str] = []
        background = None if self._styles.shades_cells(table) else background
        background = _shading(table.find(f"{_W}tblPr"), background)
        for row in _visible_children(table):
            if row.tag != f"{_W}tr":
                continue
            cells = [self._cell(cell, background) for cell in _visible_children(row) if cell.tag == f"{_W}tc"]
            if _is_flat(row) and any(cells):
                self.flags.add("hidden_text:tiny")
            elif all(len(cell) <= 1 for cell in cells):
                lines.append("\t".join(line for cell in cells for line in cell))
            else:
                lines += [line for cell in cells for line in cell]
        return [*lines, ""]

    def _cell(self, cell: Element, background: Color | None) -> list[str]:
        lines = self.blocks(cell, _shading(cell.find(f"{_W}tcPr"), background))
        return [line for line in lines if line.strip()]


class _Runs:
    """Reads one paragraph, whose text looks like ``look`` where its runs say nothing.

    Once ``parts`` has ended, ``flags`` and ``boxes`` (content of a text box, colour behind it) are filled.
    """

    def __init__(self, styles: _Styles, look: _Look) -> None:
        self.flags: set[str] = set()
        self.boxes: list[tuple[Element, Color | None]] = []
        self._styles = styles
        self._look = look
        self._fields: list[bool] = []  # of each open field: are these its instructions (not seen) or its result

    def parts(self, paragraph: Element) -> Iterator[str]:
        for child in _visible_children(paragraph):
            name = _local(child)
            if name == "r":
                yield from self._run(child)
            elif name in _BOXES:
                self._box(child)

    def _run(self, run: Element) -> Iterator[str]:
        look = self._styles.run(self._look, run.find(f"{_W}rPr"))
        flag = look.flag()
        for item in _visible_children(run):
            name = _local(item)
            if name == "fldChar":
                self._field(item.get(f"{_W}fldCharType"))
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

    def _box(self, drawing: Element) -> None:
        for content in drawing.iter(f"{_W}txbxContent"):
            if any(_local(parent) in ("txbxContent", "Fallback") for parent in _up(content, drawing)):
                continue  # a box in a box comes with the outer one; a fallback repeats its alternative
            if any(_is_hidden(item) for item in drawing.iter()):
                self.flags.add("hidden_text:invisible")
            else:
                self.boxes.append((content, _fill(content, drawing, self._look.background)))


def _misplaced(properties: Element | None) -> str | None:
    """The flag for a paragraph that is indented off the paper or squeezed into a line of almost no height."""
    if properties is None:
        return None
    indent, spacing = properties.find(f"{_W}ind"), properties.find(f"{_W}spacing")
    for side in ("left", "start", "firstLine") if indent is not None else ():
        if abs(_points(indent.get(f"{_W}{side}"))) > _PAGE:
            return "hidden_text:off_page"
    if spacing is not None and spacing.get(f"{_W}lineRule") == "exact" and spacing.get(f"{_W}line"):
        return "hidden_text:tiny" if _points(spacing.get(f"{_W}line")) < LEAST_POINTS else None
    return None


def _is_flat(row: Element) -> bool:
    height = row.find(f"{_W}trPr/{_W}trHeight")
    exact = height is not None and height.get(f"{_W}hRule") == "exact"
    return exact and _points(height.get(f"{_W}val")) < LEAST_POINTS


def _points(twips: str | None) -> float:
    try:
        return float((twips or "0")[:12]) / _TWIPS
    except ValueError:
        return 0.0


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _visible_children(parent: Element) -> Iterator[Element]:
    """The children, with content controls, insertions and links opened, and one branch of each alternative."""
    for child in parent:
        name = _local(child)
        if name in _TRANSPARENT:
            yield from _visible_children(child)
        elif name == "AlternateContent":
            branch = next((item for item in child if _local(item) == "Choice"), next(iter(child), None))
            yield from () if branch is None else _visible_children(branch)
        else:
            yield child


def _text(item: Element, name: str) -> str:
    if name == "t":
        return item.text or ""
    if name == "sym":
        try:
            return chr(int(item.get(f"{_W}char", "")[:4], 16))
        except ValueError:
            return ""
    return _FIXED.get(name, "")


def _up(element: Element, top: Element) -> Iterator[Element]:
    parent = element.getparent()
    while parent is not None and parent is not top:
        yield parent
        parent = parent.getparent()


def _is_hidden(item: Element) -> bool:
    if _local(item) == "docPr":
        return item.get("hidden") in ("1", "true")
    return "visibility:hidden" in (item.get("style") or "").replace(" ", "").lower()


def _fill(content: Element, drawing: Element, page: Color | None) -> Color | None:
    """The colour behind a text box: its own fill where that is plain, the page's where it has none, else unknown."""
    for parent in _up(content, drawing):
        if _local(parent) == "wsp":
            return _drawn_fill(parent, page)
        if parent.get("fillcolor") is not None and parent.get("filled") not in _VML_OFF:
            return _color_of(parent.get("fillcolor"))
    return page


def _drawn_fill(shape: Any, page: Color | None) -> Color | None:
    properties = next((item for item in shape if _local(item) == "spPr"), ())
    for item in properties:
        name = _local(item)
        if name == "noFill":
            return page
        if name == "solidFill":
            plain = item.find("{*}srgbClr")
            return None if plain is None else _color_of(plain.get("val"))
        if name.endswith("Fill"):
            return None
    styled = shape.find("{*}style/{*}fillRef")
    return page if styled is None or styled.get("idx") == "0" else None
