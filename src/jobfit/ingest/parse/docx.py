"""DOCX: the text that a reader sees: the walk through paragraphs, tables and boxes, in the order of the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lxml.etree import _Element as Element

from jobfit.ingest.parse.contrast import LEAST_POINTS, Color
from jobfit.ingest.parse.docx_looks import Ground, Look, Styles, box_fill, page_color, read_theme, shading
from jobfit.ingest.parse.docx_package import Package, UnreadableError
from jobfit.ingest.parse.docx_places import (
    Paper,
    Room,
    box_place,
    covers,
    cuts_off,
    exact_height,
    is_hidden,
    is_stacked,
    misplaced,
    room_of,
    squeezed,
    table_place,
)
from jobfit.ingest.parse.docx_xml import MATH, R, W, is_present, local_name, parents, points_of
from jobfit.ingest.raw import RawDocument, RawRejection

_BESIDE = ("wps", "wpg", "wpc", "wpi", "w14", "w15", "w16se", "w16cid", "wp14", "a14", "v2", "cx", "cx1", "am3d", "w16")
_WORDS = re.compile(r"[^\W\d_]{3}")
_ADVANCE = re.compile(r"\s{0,9}(?:ADVANCE|EQ)\b", re.IGNORECASE)
_MOVED_BY = re.compile(r"\\[dlrux]\s{0,9}(\d{1,9})", re.IGNORECASE)
_LEAST_SYMBOLS = 5  # letters: a rating or a bullet is made of fewer
_TRANSPARENT = {"sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo", "hyperlink", "fldSimple", "bdo", "dir"}
_TRANSPARENT |= {"oMath", "oMathPara", "ruby", "rubyBase"}
_FIXED = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BOXES = ("drawing", "pict", "object")


def extract(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One document (headers, body with tables and text boxes, notes, footers) with its flags, or one rejection.

    A row of a table is a line with tabs between its cells; where a cell has several lines, the cells follow one
    another. Inserted revisions count, deleted ones do not.
    """
    try:
        package = Package(data)
        main = next((name for kind, name in package.relations("").values() if kind == "officeDocument"), None)
        root = None if main is None else package.xml(main)
        if main is None or root is None or local_name(root) != "document":
            return [RawRejection("the file is a ZIP archive but no Word document; give the CV itself as PDF or DOCX")]
        text, flags = _read(package, main, root)
    except UnreadableError as error:
        return [RawRejection(str(error))]
    if text.strip():
        return [RawDocument(text=text, flags=tuple(sorted(flags)))]
    if flags:
        return [RawRejection("the DOCX holds only text that a reader cannot see")]
    pictures = root.find(".//{*}blip") is not None or root.find(".//{*}imagedata") is not None
    return [
        RawRejection("the DOCX holds pictures and no text; run OCR on them first" if pictures else "it has no text")
    ]


def _read(package: Package, main: str, root: Element) -> tuple[str, set[str]]:
    relations = package.relations(main)
    parts = dict(relations.values())
    settings = package.xml(parts.get("settings", ""))
    theme = read_theme(package.xml(parts.get("theme", "")))
    reader = _Blocks(Styles(package.xml(parts.get("styles", "")), theme), Paper.of(root))
    headers, footers = (_margin(root, relations, kind, settings) for kind in ("headerReference", "footerReference"))
    lines = [line for name in headers for line in reader.blocks(package.xml(name), Ground())]
    lines += reader.blocks(root.find(f"{W}body"), Ground(page_color(root, settings)))
    for kind in ("footnote", "endnote"):
        notes = package.xml(parts[f"{kind}s"]) if f"{kind}s" in parts else None
        for note in () if notes is None else notes:
            if note.get(f"{W}type") in (None, "normal"):  # the others are separator lines
                shown = (f"{kind}Reference", note.get(f"{W}id")) in reader.notes
                read = reader.blocks(note, Ground()) if shown else ["".join(note.itertext())]
                lines += read if shown else []
                reader.flags |= set() if shown or not "".join(read).strip() else {"hidden_text:invisible"}
    lines += [line for name in footers for line in reader.blocks(package.xml(name), Ground())]
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
    if root.find(f".//{W}altChunk") is not None or root.find(f".//{W}subDoc") is not None:
        flags.add("unread_text:part")
    if {"font"} & set(parts) or any(name.endswith(".odttf") for name in parts.values()):
        flags.add("unclear_text:font")
    return flags


def _margin(
    root: Element, relations: dict[str, tuple[str, str]], reference: str, settings: Element | None
) -> list[str]:
    """The names of the headers or footers that some page shows, each once."""
    names: dict[str, None] = {}
    for section in root.iter(f"{W}sectPr"):
        shown = {"default"}
        shown |= {"even"} if is_present(settings, "evenAndOddHeaders") else set()
        shown |= {"first"} if is_present(section, "titlePg") else set()
        for link in section.findall(f"{W}{reference}"):
            if link.get(f"{W}type", "default") in shown:
                names[relations.get(link.get(f"{R}id", ""), ("", ""))[1]] = None
    return list(names)


class _Blocks:
    """Reads paragraphs and tables to lines; collects the flags of what it leaves out, and the notes referred to."""

    def __init__(self, styles: Styles, paper: Paper) -> None:
        self.flags: set[str] = {"unclear_text:clip"} if paper.is_odd else set()
        self.notes: set[tuple[str, str | None]] = set()
        self._styles = styles
        self._paper = paper

    def blocks(self, parent: Element | None, ground: Ground, room: Room | None = None) -> list[str]:
        """The lines in ``parent``, of those that ``room`` does not cut off."""
        lines: list[str] = []
        if parent is None or not is_stacked(parent):
            room = None
        for child in () if parent is None else _visible_children(parent):
            if child.tag == f"{W}p":
                read = self._paragraph(child, ground)
                lines += read if room is None else self._seen(child, read, ground, room)
            elif child.tag == f"{W}tbl":
                lines += self._table(child, ground)
        if room is not None and room.is_full:
            self.flags.add("unclear_text:clip")
        return lines

    def _seen(self, paragraph: Element, lines: list[str], ground: Ground, room: Room) -> list[str]:
        properties = paragraph.find(f"{W}pPr")
        look = self._styles.paragraph(properties, ground)
        runs = [
            (len("".join(run.itertext(f"{W}t"))), self._styles.run(look, run.find(f"{W}rPr")).size)
            for run in paragraph.iter(f"{W}r")
        ]
        mark = None if properties is None else properties.find(f"{W}rPr")
        kept = room.seen(lines, self._styles.properties(properties), runs or [(0, look.with_run(mark, {}).size)])
        if "".join(kept).strip() != "".join(lines).strip():
            self.flags.add("hidden_text:tiny")
        return kept

    def _paragraph(self, paragraph: Element, ground: Ground) -> list[str]:
        properties = paragraph.find(f"{W}pPr")
        runs = _Runs(self._styles, self._styles.paragraph(properties, ground), self._paper)
        text = "".join(runs.parts(paragraph))
        place = misplaced(self._styles.properties(properties), self._paper)
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
            inside = self.blocks(box, Ground(behind), room)
            if room is not None and room.width * room.height < room_of(inside):
                self.flags.add("unclear_text:clip")
            lines += inside
        return lines

    def _table(self, table: Element, ground: Ground) -> list[str]:
        lines: list[str] = []
        within = self._styles.table(table, ground)
        place = table_place(table, self._paper)
        rows = [row for row in _visible_children(table) if row.tag == f"{W}tr"]
        for number, row in enumerate(rows):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            height = exact_height(row)
            there = [cell for cell in _visible_children(row) if cell.tag == f"{W}tc"]
            cells = []
            for column, cell in enumerate(there):
                place_of_cell = (number, len(rows)), (column, len(there))
                cells.append(self._cell(cell, self._styles.of_cell(table, within, *place_of_cell), height))
            hidden = "hidden_text:invisible" if is_present(row.find(f"{W}trPr"), "hidden") else place
            hidden = hidden or squeezed(height, cells)
            if hidden is not None and any(cells):
                self.flags.add(hidden)
            if hidden is not None and hidden.startswith("hidden"):
                continue
            if all(len(cell) <= 1 for cell in cells):
                lines.append("\t".join(line for cell in cells for line in cell))
            else:
                lines += [line for cell in cells for line in cell]
        return [*lines, ""]

    def _cell(self, cell: Element, ground: Ground, height: float | None) -> list[str]:
        properties = cell.find(f"{W}tcPr")
        color = shading(properties, ground.color, self._styles.theme)
        stated = None if properties is None else properties.find(f"{W}tcW")
        width = points_of(stated.get(f"{W}w")) if stated is not None and stated.get(f"{W}type") == "dxa" else 0.0
        room = None if height is None else Room(width or self._paper.width, height)
        lines = [line for line in self.blocks(cell, replace(ground, color=color), room) if line.strip()]
        if 0 < width < LEAST_POINTS and lines:
            self.flags.add("unclear_text:clip")
        return lines


class _Runs:
    """Reads one paragraph, whose text looks like ``look`` where its runs say nothing.

    Once ``parts`` has ended, ``flags``, ``notes`` and ``boxes`` (content of a text box, colour behind it, its room)
    are filled.
    """

    def __init__(self, styles: Styles, look: Look, paper: Paper) -> None:
        self.flags: set[str] = set()
        self.notes: set[tuple[str, str | None]] = set()
        self.boxes: list[tuple[Element, Color | None, Room | None]] = []
        self._styles = styles
        self._look = look
        self._paper = paper
        self._fields: list[bool] = []  # of each open field: are these its instructions (not seen) or its result
        self._is_away = False  # a field has moved what follows off the page
        self._symbols: set[str] = set()

    def parts(self, paragraph: Element) -> Iterator[str]:
        for child in _visible_children(paragraph):
            name = local_name(child)
            if name == "r":
                yield from self._run(child)
            elif name in _BOXES:
                self._box(child)
        if len(self._symbols) >= _LEAST_SYMBOLS:
            self.flags.add("hidden_text:invisible")

    def _run(self, run: Element) -> Iterator[str]:
        look = self._styles.run(self._look, run.find(f"{W}rPr"))
        flag = look.flag()
        for item in _visible_children(run):
            name = local_name(item)
            if name == "fldChar":
                self._field(item.get(f"{W}fldCharType"))
                continue
            if name in ("footnoteReference", "endnoteReference") and flag is None:
                self.notes.add((name, item.get(f"{W}id")))
            if name == "instrText" and _ADVANCE.match(item.text or ""):  # it moves the text that follows
                self.flags.add("unclear_text:style")
                far = max(map(int, _MOVED_BY.findall(item.text or "")), default=0)
                self._is_away |= far > max(self._paper.width, self._paper.height)
            if name in _BOXES and flag != "hidden_text:invisible":
                self._box(item)
                continue
            text = _text(item, name)
            if text and not any(self._fields):
                why = flag or self._not_seen(look, text)
                if look.symbols and name == "t":
                    self._symbols |= {letter for letter in text if letter.isalpha()}
                    text = "".join(" " if letter.isascii() and letter.isalnum() else letter for letter in text)
                if why is None:
                    yield text
                    if text.strip() and look.unclear:
                        self.flags.add(look.unclear)
                elif any(map(str.isalnum, text)):
                    self.flags.add(why)

    def _not_seen(self, look: Look, text: str) -> str | None:
        if self._is_away:
            return "hidden_text:off_page"
        return "hidden_text:covered" if look.piled and _WORDS.search(text) else None

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _box(self, drawing: Element) -> None:
        place, size = box_place(drawing, self._paper)
        contents = [  # a box in a box comes with the outer one; a fallback repeats
            content
            for content in drawing.iter(f"{W}txbxContent")
            if not any(local_name(parent) in ("txbxContent", "Fallback") for parent in parents(content, drawing))
        ]
        if not contents:
            if place is None and covers(drawing):
                self.flags.add("unclear_text:cover")
            return
        for content in contents:
            if place is not None or any(is_hidden(item) for item in drawing.iter()):
                self.flags.add(place or "hidden_text:invisible")
            else:
                behind = box_fill(content, drawing, self._look.background, self._styles.theme)
                room = Room(*size) if size is not None and cuts_off(drawing) else None
                self.boxes.append((content, behind, room))


def _visible_children(parent: Element) -> Iterator[Element]:
    """The children, with content controls, insertions and links opened, and the branch of each alternative that shows.

    What is in a namespace that no word processor knows is passed over, as word processors do.
    """
    for child in parent:
        name = local_name(child)
        if name in _TRANSPARENT and str(child.tag).startswith((W, MATH)):
            yield from _visible_children(child)
        elif name == "AlternateContent":
            branches = [item for item in child if local_name(item) == "Choice" and _is_known(item)]
            branches += [item for item in child if local_name(item) == "Fallback"]
            yield from _visible_children(branches[0]) if branches else ()
        else:
            yield child


def _is_known(choice: Element) -> bool:
    return all(name in _BESIDE for name in (choice.get("Requires") or "").split())


def _text(item: Element, name: str) -> str:
    if not str(item.tag).startswith((W, MATH)):
        return ""
    if name == "t":
        return item.text or ""
    if name == "sym":
        try:
            return chr(int(item.get(f"{W}char", "")[:4], 16))
        except ValueError:
            return ""
    return _FIXED.get(name, "")
