"""Where text of a DOCX stands: off the paper, squeezed, in a box of no size, under a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml.etree import _Element as Element

from jobfit.ingest.parse.contrast import LEAST_POINTS
from jobfit.ingest.parse.docx_xml import EMU, W, local_name, number_of, points_of

FAR_FROM_LINE = 100.0  # points: text raised, spaced or indented so far is not seen where it stands
_LEAST_BOX = 8.0  # points: no line of text fits a smaller one
_LETTER = 0.45, 1.1  # of the font size: the least room that a letter takes, across and down
_READ = 0.6  # of the font size: with less of a line seen from above, its letters cannot be told
_NARROW = 0.25  # of the font size: no font that is read has letters narrower than that on average
_SMALL_PRINT = 7.0  # points: what a line is taken to need where its size is not looked at
_COVER = 100.0, 10.0  # points: a picture before the text that is larger may hide some of it
_PAGE = 900.0  # points; an indent beyond it leaves any paper


@dataclass(frozen=True, slots=True)
class Paper:
    """The sheet of the first section, in points; what leaves it is not seen."""

    width: float = 612.0
    height: float = 792.0
    left: float = 72.0
    top: float = 72.0
    varies: bool = False  # other sections have other sheets

    @classmethod
    def of(cls, root: Element) -> Paper:
        section = next(root.iter(f"{W}sectPr"), None)
        size = None if section is None else section.find(f"{W}pgSz")
        margin = None if section is None else section.find(f"{W}pgMar")
        paper = cls()
        if size is not None:
            paper = replace(
                paper, width=points_of(size.get(f"{W}w")) or 612.0, height=points_of(size.get(f"{W}h")) or 792.0
            )
        if margin is not None:
            paper = replace(paper, left=points_of(margin.get(f"{W}left")), top=abs(points_of(margin.get(f"{W}top"))))
        return replace(paper, varies=len({sheet.get(f"{W}w") for sheet in root.iter(f"{W}pgSz")}) > 1)

    @property
    def is_odd(self) -> bool:
        """Whether hardly any text can be seen on such a sheet."""
        return self.width - self.left < 100 or self.height - self.top < 100 or self.left < -10

    def leaves(self, left: float, top: float) -> bool:
        """Whether something that begins there, from the corner of the sheet, is (almost) not on it."""
        return left > self.width - 5 or top > self.height - 5 or left < -self.width or top < -self.height


def box_place(drawing: Element, paper: Paper) -> tuple[str | None, tuple[float, float] | None]:
    """Why a drawing is not seen where it stands (``hidden_text:off_page``, ``tiny``), and its width and height.

    The size, in points, is None where a box grows with its text, or is not known.
    """
    sizes: list[float] = []
    at = {"H": 0.0, "V": 0.0}
    anchor = next(drawing.iter("{*}anchor"), None)
    for extent in drawing.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"):
        sizes = [number_of(extent.get(side)) / EMU for side in ("cx", "cy")]
        break
    for axis in at:
        position = None if anchor is None else anchor.find(f"{{*}}position{axis}")
        offset = None if position is None else position.find("{*}posOffset")
        if position is not None and offset is not None:
            start = paper.left if axis == "H" else paper.top
            of_page = position.get("relativeFrom") in ("page", None)
            at[axis] = number_of(offset.text) / EMU + (0.0 if of_page else start)
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
        number_of(body.get(side)) / EMU
        for body in drawing.iter("{*}bodyPr")
        for side in ("lIns", "tIns", "rIns", "bIns")
    ]
    if sizes and inner and max(inner) > min(sizes) - LEAST_POINTS:
        return "unclear_text:clip", None
    return None, None if grows or not sizes else (wide, high)


def room_of(lines: list[str]) -> float:
    """The least area, in square points, that lines of small text take."""
    size = _SMALL_PRINT
    return sum(max(len(line), 1) for line in lines) * size * _LETTER[0] * size * _LETTER[1]


def is_stacked(parent: Element) -> bool:
    """Whether the lines of a cell or box stand one below another from its upper edge on, and end with it."""
    others = "vMerge", "vAlign", "textDirection", "txbxContent", "framePr", "tbl"
    return all(parent.find(f".//{W}{name}") is None for name in others)


def cuts_off(drawing: Element) -> bool:
    """Whether a box of a fixed size shows its lines from its upper edge on, and what is too much nowhere else."""
    plain = {"vert": "horz", "numCol": "1", "anchor": "t"}
    for item in drawing.iter():
        name = local_name(item)
        if name in ("linkedTxbx", "normAutofit") or (name == "txbx" and item.get("id") is not None):
            return False
        if name == "bodyPr" and any(item.get(side, usual) != usual for side, usual in plain.items()):
            return False
    return not any(word in _styles_of(drawing) for word in ("mso-next-textbox", "layout-flow", "v-text-anchor"))


@dataclass(slots=True)
class Room:
    """A cell or box that does not grow, in points, and what stands in it from its upper edge on, at the least."""

    width: float
    height: float
    down: float = 0.0
    taken: float = 0.0  # square points

    def seen(self, lines: list[str], stated: list[Element], runs: list[tuple[int, float]]) -> list[str]:
        """Those of a paragraph's lines that are not cut off for certain.

        ``stated`` are its properties, the weakest first, ``runs`` the letters and size of each run.
        """
        small, large = (pick(size for _, size in runs) for pick in (min, max))
        if any(letters for letters, _ in runs) and not any(line.strip() for line in lines):
            return lines  # what is hidden takes no room
        self.down += _space_before(stated)
        pitch = _least_pitch(stated, small)
        kept = []
        for number, line in enumerate(lines):
            left = self.height - self.down - number * pitch
            if left >= _READ * small:
                most = int(self.width * (left + pitch) / (_NARROW * small * pitch))  # letters, in lines that wrap
                kept.append(line if len(line) <= most else line[:most].rpartition(" ")[0])
        self.down += max(len(lines) - 1, 0) * pitch + _least_pitch(stated, large)
        self.taken += sum(letters * size * size for letters, size in runs) * _LETTER[0] * _LETTER[1]
        return kept

    @property
    def is_full(self) -> bool:
        return self.taken > self.width * self.height


def _space_before(stated: list[Element]) -> float:
    spacings = [item.find(f"{W}spacing") for item in stated]
    if any(item.find(f"{W}contextualSpacing") is not None for item in stated):
        return 0.0
    told = (one.get(f"{W}before") for one in reversed(spacings) if one is not None)
    return points_of(next(filter(None, told), None))


def _least_pitch(stated: list[Element], size: float) -> float:
    """The least distance in points from one line of a paragraph to the next, by its properties, the weakest first."""
    spacings = [item.find(f"{W}spacing") for item in stated]
    line = next((one for one in reversed(spacings) if one is not None and one.get(f"{W}line")), None)
    if line is None or line.get(f"{W}lineRule") == "atLeast":
        return size
    told = points_of(line.get(f"{W}line"))
    return max(told if line.get(f"{W}lineRule") == "exact" else size * min(told / 12, 1.0), 0.1)


def covers(drawing: Element) -> bool:
    """Whether a picture or shape without text lies before the text and is wider and higher than a few words."""
    anchor = next(drawing.iter("{*}anchor"), None)
    if anchor is None:
        style = _styles_of(drawing)
        if "position:absolute" not in style or "z-index:-" in style or drawing.find(".//{*}wrap") is not None:
            return False
        return box_place(drawing, Paper())[0] is None and drawing.find(".//{*}rect") is not None
    if anchor.get("behindDoc") in ("1", "true") or anchor.find("{*}wrapNone") is None:
        return False
    if any(local_name(item) == "wsp" and _is_unfilled(item) for item in drawing.iter()):
        return False
    extent = anchor.find("{*}extent")
    size = [0.0, 0.0] if extent is None else [number_of(extent.get(side)) / EMU for side in ("cx", "cy")]
    return size[0] > _COVER[0] and size[1] > _COVER[1]


def _is_unfilled(shape: Element) -> bool:
    return any(local_name(item) == "noFill" for part in shape if local_name(part) == "spPr" for item in part)


def _styles_of(drawing: Element) -> str:
    return " ".join((item.get("style") or "").replace(" ", "").lower() for item in drawing.iter())


def _css_points(size: str) -> float:
    match = re.fullmatch(r"\s*(-?\d{0,9}\.?\d{1,9})(pt|in|cm|mm|px|pc|emu)?\s*", size)
    units = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "px": 0.75, "pc": 12.0, "emu": 1 / EMU}
    return 0.0 if match is None else float(match.group(1)) * units.get(match.group(2) or "px", 0.75)


def misplaced(stated: list[Element], paper: Paper) -> str | None:
    """The flag for a paragraph off the paper, in a line or a frame of almost no size; of its styles the last counts."""
    indents: dict[str, float] = {}
    flag: str | None = None
    for properties in stated:
        indent, spacing = properties.find(f"{W}ind"), properties.find(f"{W}spacing")
        if indent is not None:
            indents |= {_plain(name): points_of(value) for name, value in indent.attrib.items()}
        if spacing is not None and spacing.get(f"{W}line"):
            exact, line = spacing.get(f"{W}lineRule") == "exact", points_of(spacing.get(f"{W}line"))
            flag = (
                None if not exact or line >= 5 else "hidden_text:tiny" if line < LEAST_POINTS else "unclear_text:clip"
            )
        frame = properties.find(f"{W}framePr")
        if frame is not None and (misplaced := _frame_place(frame, paper)) is not None:
            return misplaced
    start = indents.get("left", indents.get("start", 0.0))
    first = start + indents.get("firstLine", 0.0) - indents.get("hanging", 0.0)
    if abs(start) > _PAGE or abs(first) > _PAGE or paper.left + start > paper.width - 5:
        return "hidden_text:off_page"
    room = paper.width - 2 * paper.left - start - indents.get("right", indents.get("end", 0.0))
    if room < LEAST_POINTS and not paper.varies:  # each letter on a line of its own
        return "hidden_text:tiny"
    if paper.left + start < -FAR_FROM_LINE and paper.left + start + room < paper.left:  # a strip at the edge is left
        return "hidden_text:off_page"
    if paper.left + start < -5 or paper.left + first < -5 or paper.left + first > paper.width or room < LEAST_POINTS:
        return "unclear_text:clip"
    return flag


def _frame_place(frame: Element, paper: Paper) -> str | None:
    told = {_plain(name): value for name, value in frame.attrib.items()}
    wide, high = points_of(told.get("w")), points_of(told.get("h"))
    if (told.get("hRule") == "exact" and high < _LEAST_BOX) or ("w" in told and wide < LEAST_POINTS):
        return "hidden_text:tiny"
    left = points_of(told.get("x")) + (0.0 if told.get("hAnchor") == "page" else paper.left)
    top = points_of(told.get("y")) + (0.0 if told.get("vAnchor") == "page" else paper.top)
    return "hidden_text:off_page" if paper.leaves(left, top) or left + wide < -5 or top + high < -5 else None


def table_place(table: Element, paper: Paper) -> str | None:
    properties = table.find(f"{W}tblPr")
    if properties is None:
        return None
    floating, indent = properties.find(f"{W}tblpPr"), properties.find(f"{W}tblInd")
    if floating is not None:
        told = {_plain(name): value for name, value in floating.attrib.items()}
        left = points_of(told.get("tblpX")) + (0.0 if told.get("horzAnchor") == "page" else paper.left)
        top = points_of(told.get("tblpY")) + (0.0 if told.get("vertAnchor") == "page" else paper.top)
        if paper.leaves(left, top):
            return "hidden_text:off_page"
        if left < -paper.left - 5 or top < -paper.top - 5:
            return "unclear_text:clip"
    if indent is not None and indent.get(f"{W}type") in ("dxa", None):
        left = paper.left + points_of(indent.get(f"{W}w"))
        if paper.leaves(left, 0.0):
            return "hidden_text:off_page"
        if left < -FAR_FROM_LINE:
            return "unclear_text:clip"
    return None


def _plain(name: str) -> str:
    return name.rpartition("}")[2]


def exact_height(row: Element) -> float | None:
    """The height in points of a row that does not grow with what stands in it."""
    height = row.find(f"{W}trPr/{W}trHeight")
    if height is None or height.get(f"{W}hRule") != "exact":
        return None
    return points_of(height.get(f"{W}val"))


def squeezed(height: float | None, cells: list[list[str]]) -> str | None:
    """The flag for a row of this height in points that is too low for what stands in it."""
    if height is None:
        return None
    if height < LEAST_POINTS:
        return "hidden_text:tiny"
    needed = max((len(cell) for cell in cells), default=0) * _SMALL_PRINT
    return "unclear_text:clip" if height < needed or height < 1.2 * LEAST_POINTS else None


def is_hidden(item: Element) -> bool:
    if local_name(item) in ("docPr", "anchor"):
        return item.get("hidden") in ("1", "true")
    return "visibility:hidden" in (item.get("style") or "").replace(" ", "").lower()
