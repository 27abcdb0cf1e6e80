"""DOCX: the text that a reader sees, in the order of the document. Container and XML are read as hostile.

First the ZIP container and its parts, then how a run looks through its styles, then the walk through the document.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from jobfit.ingest.parse.contrast import BLACK, LEAST_OPACITY, LEAST_POINTS, WHITE, Color, blends, named_colors
from jobfit.ingest.parse.limits import LIMITS, MIB
from jobfit.ingest.raw import RawDocument, RawRejection

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
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
_THEME_NAMES = {
    **{"background1": "lt1", "light1": "lt1", "bg1": "lt1", "lt1": "lt1", "background2": "lt2", "light2": "lt2"},
    **{"bg2": "lt2", "lt2": "lt2", "text1": "dk1", "dark1": "dk1", "tx1": "dk1", "dk1": "dk1", "text2": "dk2"},
    **{"dark2": "dk2", "tx2": "dk2", "dk2": "dk2", "hyperlink": "hlink", "followedHyperlink": "folHlink"},
    **{f"accent{number}": f"accent{number}" for number in range(1, 7)},
}
_SYMBOL_FONTS = frozenset(("wingdings", "wingdings 2", "wingdings 3", "webdings", "symbol", "zapf dingbats"))
_UNITS = {"": 0.5, "pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54}
_RAISED = 0.65  # how large text above or below its line is drawn
_FAR_FROM_LINE = 100.0  # points
_LEAST_BOX = 8.0  # points: no line of text fits a smaller one
_EMU = 12_700  # per point
_LETTER = 0.45, 1.1  # of the font size: the least room that a letter takes, across and down
_BESIDE = ("wps", "wpg", "wpc", "wpi", "w14", "w15", "w16se", "w16cid", "wp14", "a14", "v2", "cx", "cx1", "am3d", "w16")

_TWIPS = 20  # per point
_SMALL_PRINT = 7.0  # points: what a line is taken to need where its size is not looked at
_COVER = 100.0, 10.0  # points: a picture before the text that is larger may hide some of it
_WORDS = re.compile(r"[^\W\d_]{3}")
_ADVANCE = re.compile(r"\s{0,9}(?:ADVANCE|EQ)\b", re.IGNORECASE)
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
    highlight: Color | None = None
    moved: bool = False  # raised or lowered off its line, or letters drawn over one another
    doubt: str | None = None  # why nobody knows what such text looks like

    def flag(self) -> str | None:
        """Why a reader cannot see text that looks like this; None where it is seen."""
        if self.hidden or self.faded:
            return "hidden_text:invisible"
        if self.size * min(self.stretch, 1.0) < LEAST_POINTS:
            return "hidden_text:tiny"
        if self.moved:
            return "hidden_text:off_page"
        if self.highlight is not None:  # which automatic text does not turn pale on
            return "hidden_text:white" if blends(self.color or BLACK, self.highlight) else None
        return "hidden_text:white" if blends(self.color, self.background) else None

    @property
    def unclear(self) -> str | None:
        """Why nobody knows whether the text is seen: what lies beneath pale text is not known, or how it is drawn."""
        if self.highlight is None and self.background is None and blends(self.color, WHITE):
            return "unclear_text:white"
        return self.doubt and f"unclear_text:{self.doubt}"

    def with_run(self, properties: Element | None, theme: Mapping[str, Color]) -> _Look:
        """The look changed by what an ``rPr`` element states."""
        look = self
        for item in () if properties is None else properties:
            name, setting = item.tag, item.get(f"{_W}val")
            if name == f"{_W}vanish":
                look = replace(look, hidden=_is_on(setting or "1"))
            elif name == f"{_W}color":
                look = replace(look, color=_themed(item, "val", "theme", theme))
                if setting not in (None, "auto") and look.color is None:
                    look = replace(look, doubt="color")
            elif name == f"{_W}sz":
                size = _half_points(setting)
                look = look if size is None else replace(look, size=size)
            elif name == f"{_W}vertAlign" and setting in ("superscript", "subscript"):
                look = replace(look, stretch=look.stretch * _RAISED)
            elif name == f"{_W}w" and (setting or "").rstrip("%").isdecimal():
                look = replace(look, stretch=int(setting.rstrip("%")[:6]) / 100 or 1.0)
            elif name == f"{_W}fitText":
                look = replace(look, doubt="clip")
            elif name == f"{_W}position":
                look = replace(look, moved=abs(_half_points(setting) or 0.0) > _FAR_FROM_LINE)
            elif name == f"{_W}spacing":
                spaced = _points(setting)
                look = replace(look, moved=look.moved or abs(spaced) > _FAR_FROM_LINE)
                look = replace(look, doubt="clip") if spaced < -look.size / 4 else look
            elif name == f"{_W}highlight":
                look = replace(look, highlight=_HIGHLIGHTS.get(setting or ""))
            elif name == f"{_W}rFonts" and (item.get(f"{_W}ascii") or "").casefold() in _SYMBOL_FONTS:
                look = replace(look, doubt="font")
            elif name == f"{_W14}textFill":
                look = replace(look, faded=_is_faded(item)).filled(item, theme)
        return look.shaded(properties, theme)

    def shaded(self, properties: Element | None, theme: Mapping[str, Color]) -> _Look:
        return replace(self, background=_shading(properties, self.background, theme))

    def filled(self, fill: Element, theme: Mapping[str, Color]) -> _Look:
        """The look with the colour of a text effect in the place of the plain one."""
        colors = [_effect_color(item, theme) for item in fill.iter(f"{_W14}srgbClr", f"{_W14}schemeClr")]
        if len(colors) == 1 and colors[0] is not None:
            return replace(self, color=colors[0])
        return replace(self, doubt="color") if colors else self


class _Styles:
    """The looks that ``styles.xml`` names, each through the styles it is based on."""

    def __init__(self, root: Element | None, theme: Mapping[str, Color]) -> None:
        self.theme = theme
        styles = [] if root is None else root.findall(f"{_W}style")
        self._by_id = {style.get(f"{_W}styleId", ""): style for style in styles}
        defaults = {
            style.get(f"{_W}type"): style.get(f"{_W}styleId", "")
            for style in styles
            if _is_on(style.get(f"{_W}default"))
        }
        self._default_paragraph = defaults.get("paragraph", "")
        self._base = None if root is None else root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")

    def paragraph(self, properties: Element | None, ground: _Ground) -> _Look:
        """The look of a paragraph's text before its runs say otherwise."""
        look = _Look(background=ground.color, doubt=ground.doubt).with_run(self._base, self.theme)
        for style in ground.styles:
            look = look.with_run(style.find(f"{_W}rPr"), self.theme)
        for style in self._chain(_value(properties, "pStyle") or self._default_paragraph):
            look = look.with_run(style.find(f"{_W}rPr"), self.theme).shaded(style.find(f"{_W}pPr"), self.theme)
        return look.shaded(properties, self.theme)

    def run(self, look: _Look, properties: Element | None) -> _Look:
        for style in self._chain(_value(properties, "rStyle")):
            look = look.with_run(style.find(f"{_W}rPr"), self.theme)
        return look.with_run(properties, self.theme)

    def properties(self, paragraph: Element | None) -> list[Element]:
        """The properties of a paragraph and of its styles, the weakest first."""
        chain = self._chain(_value(paragraph, "pStyle") or self._default_paragraph)
        stated = [style.find(f"{_W}pPr") for style in chain]
        return [item for item in (*stated, paragraph) if item is not None]

    def table(self, table: Element, ground: _Ground) -> _Ground:
        """What a table lies on and its style does to the text in it."""
        chain = self._chain(_value(table.find(f"{_W}tblPr"), "tblStyle"))
        parts = [part for style in chain for part in style.findall(f"{_W}tblStylePr/{_W}rPr")]
        hides = any(_Look(background=WHITE).with_run(part, self.theme).flag() for part in parts if not _pales(part))
        shaded = any(style.find(f".//{_W}tcPr/{_W}shd") is not None for style in chain)
        color = _shading(table.find(f"{_W}tblPr"), None if shaded else ground.color, self.theme)
        return replace(ground, color=color, styles=tuple(chain), doubt="style" if hides else ground.doubt)

    def is_listed(self, properties: Element | None) -> bool:
        """Whether the paragraph has a bullet or a number, by itself or by its style; headings do not count."""
        chain = self._chain(_value(properties, "pStyle"))
        if any(style.find(f"{_W}pPr/{_W}outlineLvl") is not None for style in chain):
            return False
        numberings = [None if properties is None else properties.find(f"{_W}numPr")]
        numberings += [style.find(f"{_W}pPr/{_W}numPr") for style in reversed(chain)]
        first = next((numbering for numbering in numberings if numbering is not None), None)
        return first is not None and _value(first, "numId") != "0"

    def _chain(self, style_id: str | None) -> list[Element]:
        """The style and those it is based on, the base first."""
        chain: list[Element] = []
        style = self._by_id.get(style_id or "")
        while style is not None and len(chain) < _MOST_BASES:
            chain.insert(0, style)
            style = self._by_id.get(_value(style, "basedOn") or "")
        return chain


@dataclass(frozen=True, slots=True)
class _Ground:
    """What paragraphs stand on: its colour (None: unknown), and the table styles and doubts that hold there."""

    color: Color | None = WHITE
    styles: tuple[Element, ...] = ()
    doubt: str | None = None


def _pales(properties: Element) -> bool:
    """Whether the properties only make the text pale, as a row of headings has it on its own colour."""
    return all(item.tag != f"{_W}vanish" and item.tag != f"{_W}sz" for item in properties)


def _shading(properties: Element | None, otherwise: Color | None, theme: Mapping[str, Color]) -> Color | None:
    """The colour that the ``w:shd`` of paragraph, run or cell properties paints; ``otherwise`` where there is none."""
    shade = None if properties is None else properties.find(f"{_W}shd")
    if shade is None:
        return otherwise
    pattern = shade.get(f"{_W}val", "clear")
    if pattern in ("clear", "nil"):
        return _themed(shade, "fill", "themeFill", theme) or otherwise
    return _themed(shade, "color", "theme", theme) if pattern == "solid" else None


def _themed(item: Element, plain: str, themed: str, theme: Mapping[str, Color]) -> Color | None:
    """The colour of a theme that the element names, lightened or darkened, else the plain one it states."""
    kind = "Color" if themed == "theme" else ""
    named = theme.get(_THEME_NAMES.get(item.get(f"{_W}{themed}{kind}", ""), ""))
    if named is None:
        return _color_of(item.get(f"{_W}{plain}"))
    for change, end in (("Tint", 255), ("Shade", 0)):
        share = item.get(f"{_W}{themed}{change}", "")
        if re.fullmatch("[0-9A-Fa-f]{1,2}", share):
            kept = int(share, 16) / 255
            red, green, blue = (round(part * kept + end * (1 - kept)) for part in named)
            named = red, green, blue
    return named


def _effect_color(item: Element, theme: Mapping[str, Color]) -> Color | None:
    """The colour that a text effect names; None where it is changed in ways that are not worked out here."""
    if any(_local(change) not in ("alpha",) for change in item):
        return None
    setting = item.get(f"{_W14}val")
    return _color_of(setting) if _local(item) == "srgbClr" else theme.get(_THEME_NAMES.get(setting or "", ""))


def _read_theme(root: Element | None) -> dict[str, Color]:
    """The colours of the theme by their names there: dk1, lt1, accent1, ..."""
    colors: dict[str, Color] = {}
    for scheme in () if root is None else root.iter("{*}clrScheme"):
        for slot in scheme:
            stated = next(iter(slot), None)
            if stated is not None and (color := _color_of(stated.get("lastClr") or stated.get("val"))):
                colors[_local(slot)] = color
    return {"lt1": WHITE, "dk1": BLACK} | colors


def _half_points(setting: str | None) -> float | None:
    """The points of a size in half points, or in a unit of its own as newer files may have it."""
    match = re.fullmatch(r"(-?\d{1,6}(?:\.\d{1,6})?)(pt|in|cm|mm)?", (setting or "").strip())
    return None if match is None else float(match.group(1)) * _UNITS[match.group(2) or ""]


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
    theme = _read_theme(package.xml(parts.get("theme", "")))
    reader = _Blocks(_Styles(package.xml(parts.get("styles", "")), theme), _Paper.of(root))
    headers, footers = (_margin(root, relations, kind, settings) for kind in ("headerReference", "footerReference"))
    lines = [line for name in headers for line in reader.blocks(package.xml(name), _Ground())]
    lines += reader.blocks(root.find(f"{_W}body"), _Ground(_paper(root, settings)))
    for kind in ("footnote", "endnote"):
        notes = package.xml(parts[f"{kind}s"]) if f"{kind}s" in parts else None
        for note in () if notes is None else notes:
            if note.get(f"{_W}type") in (None, "normal"):  # the others are separator lines
                shown = (f"{kind}Reference", note.get(f"{_W}id")) in reader.notes
                read = reader.blocks(note, _Ground()) if shown else ["".join(note.itertext())]
                lines += read if shown else []
                reader.flags |= set() if shown or not "".join(read).strip() else {"hidden_text:invisible"}
    lines += [line for name in footers for line in reader.blocks(package.xml(name), _Ground())]
    reader.flags |= _unread(parts, root)
    return "\n".join(lines), reader.flags


def _unread(parts: Mapping[str, str], root: Element) -> set[str]:
    """Flags for what a reader sees and nobody reads here: drawn words, diagrams, other documents put in."""
    flags = set()
    drawn = any(
        _WORDS.search(item.text or "") for item in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t")
    )
    if drawn or any(_WORDS.search(item.get("string") or "") for item in root.iter("{*}textpath")):
        flags.add("unread_text:drawing")
    if {"diagramData", "chart", "chartEx"} & set(parts):
        flags.add("unread_text:drawing")
    if root.find(f".//{_W}altChunk") is not None or root.find(f".//{_W}subDoc") is not None:
        flags.add("unread_text:part")
    if {"font"} & set(parts) or any(name.endswith(".odttf") for name in parts.values()):
        flags.add("unclear_text:font")
    return flags


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


@dataclass(frozen=True, slots=True)
class _Paper:
    """The sheet of the first section, in points; what leaves it is not seen."""

    width: float = 612.0
    height: float = 792.0
    left: float = 72.0
    top: float = 72.0

    @classmethod
    def of(cls, root: Element) -> _Paper:
        section = next(root.iter(f"{_W}sectPr"), None)
        size = None if section is None else section.find(f"{_W}pgSz")
        margin = None if section is None else section.find(f"{_W}pgMar")
        paper = cls()
        if size is not None:
            paper = replace(
                paper, width=_points(size.get(f"{_W}w")) or 612.0, height=_points(size.get(f"{_W}h")) or 792.0
            )
        if margin is not None:
            paper = replace(paper, left=_points(margin.get(f"{_W}left")), top=abs(_points(margin.get(f"{_W}top"))))
        return paper

    @property
    def is_odd(self) -> bool:
        """Whether hardly any text can be seen on such a sheet."""
        return self.width - self.left < 100 or self.height - self.top < 100 or self.left < -10

    def leaves(self, left: float, top: float) -> bool:
        """Whether something that begins there, from the corner of the sheet, is (almost) not on it."""
        return left > self.width - 5 or top > self.height - 5 or left < -self.width or top < -self.height


class _Blocks:
    """Reads paragraphs and tables to lines; collects the flags of what it leaves out, and the notes referred to."""

    def __init__(self, styles: _Styles, paper: _Paper) -> None:
        self.flags: set[str] = {"unclear_text:clip"} if paper.is_odd else set()
        self.notes: set[tuple[str, str | None]] = set()
        self._styles = styles
        self._paper = paper

    def blocks(self, parent: Element | None, ground: _Ground) -> list[str]:
        lines: list[str] = []
        for child in () if parent is None else _visible_children(parent):
            if child.tag == f"{_W}p":
                lines += self._paragraph(child, ground)
            elif child.tag == f"{_W}tbl":
                lines += self._table(child, ground)
        return lines

    def _paragraph(self, paragraph: Element, ground: _Ground) -> list[str]:
        properties = paragraph.find(f"{_W}pPr")
        runs = _Runs(self._styles, self._styles.paragraph(properties, ground), self._paper)
        text = "".join(runs.parts(paragraph))
        place = _misplaced(self._styles.properties(properties), self._paper)
        if place is not None and text.strip():
            self.flags.add(place)
            if place.startswith("hidden"):
                return []
        self.flags |= runs.flags
        self.notes |= runs.notes
        if text.strip() and self._styles.is_listed(properties):
            text = f"• {text}"
        lines = text.split("\n") if text or not runs.boxes else []
        for box, behind, room in runs.boxes:
            inside = self.blocks(box, _Ground(behind))
            if room is not None and room < _room_of(inside):
                self.flags.add("unclear_text:clip")
            lines += inside
        return lines

    def _table(self, table: Element, ground: _Ground) -> list[str]:
        lines: list[str] = []
        within = self._styles.table(table, ground)
        place = _table_place(table, self._paper)
        for row in _visible_children(table):
            if row.tag != f"{_W}tr" or row.find(f"{_W}trPr/{_W}del") is not None:
                continue
            cells = [self._cell(cell, within) for cell in _visible_children(row) if cell.tag == f"{_W}tc"]
            hidden = (
                "hidden_text:invisible" if _present(row.find(f"{_W}trPr"), "hidden") else place or _squeezed(row, cells)
            )
            if hidden is not None and any(cells):
                self.flags.add(hidden)
            if hidden is not None and hidden.startswith("hidden"):
                continue
            if all(len(cell) <= 1 for cell in cells):
                lines.append("\t".join(line for cell in cells for line in cell))
            else:
                lines += [line for cell in cells for line in cell]
        return [*lines, ""]

    def _cell(self, cell: Element, ground: _Ground) -> list[str]:
        properties = cell.find(f"{_W}tcPr")
        color = _shading(properties, ground.color, self._styles.theme)
        width = None if properties is None else properties.find(f"{_W}tcW")
        lines = [line for line in self.blocks(cell, replace(ground, color=color)) if line.strip()]
        narrow = (
            width is not None and width.get(f"{_W}type") == "dxa" and 0 < _points(width.get(f"{_W}w")) < LEAST_POINTS
        )
        if narrow and lines:
            self.flags.add("unclear_text:clip")
        return lines


class _Runs:
    """Reads one paragraph, whose text looks like ``look`` where its runs say nothing.

    Once ``parts`` has ended, ``flags``, ``notes`` and ``boxes`` (content of a text box, colour behind it, its area)
    are filled.
    """

    def __init__(self, styles: _Styles, look: _Look, paper: _Paper) -> None:
        self.flags: set[str] = set()
        self.notes: set[tuple[str, str | None]] = set()
        self.boxes: list[tuple[Element, Color | None, float | None]] = []
        self._styles = styles
        self._look = look
        self._paper = paper
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
            if name in ("footnoteReference", "endnoteReference") and flag is None:
                self.notes.add((name, item.get(f"{_W}id")))
            if name == "instrText" and _ADVANCE.match(item.text or ""):
                self.flags.add("unclear_text:style")  # it moves the text that follows
            if name in _BOXES and flag != "hidden_text:invisible":
                self._box(item)
                continue
            text = _text(item, name)
            if text and not any(self._fields):
                if flag is None:
                    yield text
                    if text.strip() and (look.doubt != "font" or _WORDS.search(text)) and look.unclear:
                        self.flags.add(look.unclear)
                elif any(map(str.isalnum, text)):
                    self.flags.add(flag)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _box(self, drawing: Element) -> None:
        place, room = _place(drawing, self._paper)
        contents = [
            content
            for content in drawing.iter(
                f"{_W}txbxContent"
            )  # a box in a box comes with the outer one; a fallback repeats
            if not any(_local(parent) in ("txbxContent", "Fallback") for parent in _up(content, drawing))
        ]
        if not contents:
            if place is None and _covers(drawing):
                self.flags.add("unclear_text:cover")
            return
        for content in contents:
            if place is not None or any(_is_hidden(item) for item in drawing.iter()):
                self.flags.add(place or "hidden_text:invisible")
            else:
                self.boxes.append((content, _fill(content, drawing, self._look.background, self._styles.theme), room))


def _place(drawing: Element, paper: _Paper) -> tuple[str | None, float | None]:
    """Why a drawing is not seen where it stands (``hidden_text:off_page``, ``tiny``), and its area in square points.

    The area is None where a box grows with its text, or its size is not known.
    """
    sizes: list[float] = []
    at = {"H": 0.0, "V": 0.0}
    anchor = next(drawing.iter("{*}anchor"), None)
    for extent in drawing.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"):
        sizes = [_number(extent.get(side)) / _EMU for side in ("cx", "cy")]
        break
    for axis in at:
        position = None if anchor is None else anchor.find(f"{{*}}position{axis}")
        offset = None if position is None else position.find("{*}posOffset")
        if position is not None and offset is not None:
            start = paper.left if axis == "H" else paper.top
            of_page = position.get("relativeFrom") in ("page", None)
            at[axis] = _number(offset.text) / _EMU + (0.0 if of_page else start)
    if anchor is None and not sizes:  # VML says it in CSS
        for shape in drawing.iter():
            style = dict(part.split(":", 1) for part in (shape.get("style") or "").lower().split(";") if ":" in part)
            style = {name.strip(): value for name, value in style.items()}
            if "width" in style and "height" in style:
                sizes = [_css_points(style["width"]), _css_points(style["height"])]
                at["H"] = _css_points(style.get("margin-left", style.get("left", "0")))
                at["V"] = _css_points(style.get("margin-top", style.get("top", "0")))
                break
    grows = drawing.find(".//{*}spAutoFit") is not None or "mso-fit-shape-to-text:t" in _styles_of(drawing)
    if sizes and min(sizes) < (LEAST_POINTS if grows else _LEAST_BOX):
        return "hidden_text:tiny", None
    wide, high = sizes or (0.0, 0.0)
    if paper.leaves(at["H"], at["V"]) or (sizes and (at["H"] + wide < 5 or at["V"] + high < 5)):
        return "hidden_text:off_page", None
    inner = [
        _number(body.get(side)) / _EMU
        for body in drawing.iter("{*}bodyPr")
        for side in ("lIns", "tIns", "rIns", "bIns")
    ]
    if sizes and inner and max(inner) > min(sizes) - LEAST_POINTS:
        return "unclear_text:clip", None
    return None, None if grows or not sizes else wide * high


def _room_of(lines: list[str]) -> float:
    """The least area, in square points, that lines of small text take."""
    size = _SMALL_PRINT
    return sum(max(len(line), 1) for line in lines) * size * _LETTER[0] * size * _LETTER[1]


def _covers(drawing: Element) -> bool:
    """Whether a picture or shape without text lies before the text and is wider and higher than a few words."""
    anchor = next(drawing.iter("{*}anchor"), None)
    if anchor is None:
        style = _styles_of(drawing)
        if "position:absolute" not in style or "z-index:-" in style or drawing.find(".//{*}wrap") is not None:
            return False
        return _place(drawing, _Paper())[0] is None and drawing.find(".//{*}rect") is not None
    if anchor.get("behindDoc") in ("1", "true") or anchor.find("{*}wrapNone") is None:
        return False
    if any(_local(item) == "wsp" and _is_unfilled(item) for item in drawing.iter()):
        return False
    extent = anchor.find("{*}extent")
    size = [0.0, 0.0] if extent is None else [_number(extent.get(side)) / _EMU for side in ("cx", "cy")]
    return size[0] > _COVER[0] and size[1] > _COVER[1]


def _is_unfilled(shape: Element) -> bool:
    return any(_local(item) == "noFill" for part in shape if _local(part) == "spPr" for item in part)


def _styles_of(drawing: Element) -> str:
    return " ".join((item.get("style") or "").replace(" ", "").lower() for item in drawing.iter())


def _number(text: str | None) -> float:
    return float(text) if text is not None and re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text.strip()) else 0.0


def _css_points(size: str) -> float:
    match = re.fullmatch(r"\s*(-?\d{0,9}\.?\d{1,9})(pt|in|cm|mm|px|pc|emu)?\s*", size)
    units = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "px": 0.75, "pc": 12.0, "emu": 1 / _EMU}
    return 0.0 if match is None else float(match.group(1)) * units.get(match.group(2) or "px", 0.75)


def _misplaced(stated: list[Element], paper: _Paper) -> str | None:
    """The flag for a paragraph off the paper, in a line or a frame of almost no size; of its styles the last counts."""
    indents: dict[str, float] = {}
    flag: str | None = None
    for properties in stated:
        indent, spacing = properties.find(f"{_W}ind"), properties.find(f"{_W}spacing")
        if indent is not None:
            indents |= {_plain(name): _points(value) for name, value in indent.attrib.items()}
        if spacing is not None and spacing.get(f"{_W}line"):
            exact, line = spacing.get(f"{_W}lineRule") == "exact", _points(spacing.get(f"{_W}line"))
            flag = (
                None if not exact or line >= 5 else "hidden_text:tiny" if line < LEAST_POINTS else "unclear_text:clip"
            )
        frame = properties.find(f"{_W}framePr")
        if frame is not None and (misplaced := _frame_place(frame, paper)) is not None:
            return misplaced
    start = indents.get("left", indents.get("start", 0.0))
    first = start + indents.get("firstLine", 0.0) - indents.get("hanging", 0.0)
    if abs(start) > _PAGE or abs(first) > _PAGE or paper.left + start > paper.width - 5:
        return "hidden_text:off_page"
    room = paper.width - 2 * paper.left - start - indents.get("right", indents.get("end", 0.0))
    if paper.left + start < -5 or paper.left + first < -5 or paper.left + first > paper.width or room < LEAST_POINTS:
        return "unclear_text:clip"
    return flag


def _frame_place(frame: Element, paper: _Paper) -> str | None:
    told = {_plain(name): value for name, value in frame.attrib.items()}
    wide, high = _points(told.get("w")), _points(told.get("h"))
    if (told.get("hRule") == "exact" and high < _LEAST_BOX) or ("w" in told and wide < LEAST_POINTS):
        return "hidden_text:tiny"
    left = _points(told.get("x")) + (0.0 if told.get("hAnchor") == "page" else paper.left)
    top = _points(told.get("y")) + (0.0 if told.get("vAnchor") == "page" else paper.top)
    return "hidden_text:off_page" if paper.leaves(left, top) or left + wide < -5 or top + high < -5 else None


def _table_place(table: Element, paper: _Paper) -> str | None:
    properties = table.find(f"{_W}tblPr")
    if properties is None:
        return None
    floating, indent = properties.find(f"{_W}tblpPr"), properties.find(f"{_W}tblInd")
    if floating is not None:
        told = {_plain(name): value for name, value in floating.attrib.items()}
        left = _points(told.get("tblpX")) + (0.0 if told.get("horzAnchor") == "page" else paper.left)
        top = _points(told.get("tblpY")) + (0.0 if told.get("vertAnchor") == "page" else paper.top)
        if paper.leaves(left, top):
            return "hidden_text:off_page"
        if left < -paper.left - 5 or top < -paper.top - 5:
            return "unclear_text:clip"
    if indent is not None and indent.get(f"{_W}type") in ("dxa", None):
        left = paper.left + _points(indent.get(f"{_W}w"))
        if paper.leaves(left, 0.0):
            return "hidden_text:off_page"
        if left < -_FAR_FROM_LINE:
            return "unclear_text:clip"
    return None


def _plain(name: str) -> str:
    return name.rpartition("}")[2]


def _squeezed(row: Element, cells: list[list[str]]) -> str | None:
    """The flag for a row that is too low for what stands in it."""
    height = row.find(f"{_W}trPr/{_W}trHeight")
    if height is None or height.get(f"{_W}hRule") != "exact":
        return None
    points = _points(height.get(f"{_W}val"))
    if points < LEAST_POINTS:
        return "hidden_text:tiny"
    needed = max((len(cell) for cell in cells), default=0) * _SMALL_PRINT
    return "unclear_text:clip" if points < needed or points < 1.2 * LEAST_POINTS else None


def _points(twips: str | None) -> float:
    try:
        return float((twips or "0")[:12]) / _TWIPS
    except ValueError:
        return 0.0


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _visible_children(parent: Element) -> Iterator[Element]:
    """The children, with content controls, insertions and links opened, and the branch of each alternative that shows.

    What is in a namespace that no word processor knows is passed over, as word processors do.
    """
    for child in parent:
        name = _local(child)
        if name in _TRANSPARENT and str(child.tag).startswith((_W, _MATH)):
            yield from _visible_children(child)
        elif name == "AlternateContent":
            branch = next((item for item in child if _local(item) == "Choice" and _is_known(item)), None)
            branch = next((item for item in child if _local(item) == "Fallback"), None) if branch is None else branch
            yield from () if branch is None else _visible_children(branch)
        else:
            yield child


def _is_known(choice: Element) -> bool:
    return all(name in _BESIDE for name in (choice.get("Requires") or "").split())


def _text(item: Element, name: str) -> str:
    if not str(item.tag).startswith((_W, _MATH)):
        return ""
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
    if _local(item) in ("docPr", "anchor"):
        return item.get("hidden") in ("1", "true")
    return "visibility:hidden" in (item.get("style") or "").replace(" ", "").lower()


def _fill(content: Element, drawing: Element, page: Color | None, theme: Mapping[str, Color]) -> Color | None:
    """The colour behind a text box: its own fill where that is plain, the page's where it has none, else unknown."""
    for parent in _up(content, drawing):
        if _local(parent) == "wsp":
            return _drawn_fill(parent, page, theme)
        if parent.get("fillcolor") is not None and parent.get("filled") not in _VML_OFF:
            return _color_of(parent.get("fillcolor"))
    return page


def _drawn_fill(shape: Any, page: Color | None, theme: Mapping[str, Color]) -> Color | None:
    properties = next((item for item in shape if _local(item) == "spPr"), ())
    for item in properties:
        name = _local(item)
        if name == "noFill":
            return page
        if name == "solidFill":
            plain, named = item.find("{*}srgbClr"), item.find("{*}schemeClr")
            if plain is not None:
                return _color_of(plain.get("val"))
            return None if named is None or len(named) else theme.get(_THEME_NAMES.get(named.get("val", ""), ""))
        if name.endswith("Fill"):
            return None
    styled = shape.find("{*}style/{*}fillRef")
    return page if styled is None or styled.get("idx") == "0" else None
