"""From the glyphs of PDF pages to text in reading order.

A file may draw its page in any order. Where two columns of a page are independent of each other (a sidebar and the
career), each is read as a whole, wherever its lines stand in the file, and the one with the largest text (the name)
first; a sidebar does not interrupt a career that goes on over the page. Two columns are rows that belong together (a
date beside a position, a label beside its value) unless their lines stand at heights of their own, or each of them has
headings of a CV or a vacancy. Everything else stays in the order of the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby, pairwise
from typing import NamedTuple

from jobfit.folding import fold


class Glyph(NamedTuple):
    """One character with its place in points; ``made`` where the file does not hold it (a blank, a line end)."""

    char: str
    left: float
    right: float
    base: float
    size: float
    made: bool


class Piece(NamedTuple):
    """A run of glyphs without a wide gap. ``line`` counts the lines of the file, in its order."""

    text: str
    left: float
    right: float
    base: float
    size: float
    line: int


@dataclass
class _Flow:
    """What a page says: lines across it, then those of a left and a right column; one column only is across."""

    across: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)


_WIDE, _LEAST_GAP = 1.2, 9.0  # a gap of so many font sizes, and points, separates pieces
_SAME_HEIGHT = 0.35  # of the font size
_BIN = 2.0
_GUTTER = 8.0  # points
_MOST_CROSSING = 0.25  # of the rows may go across the gutter
_MOST_BANDS = 3  # parted by rows that go across
_LEAST_ROWS = 4
_ALIGNED = 0.6
_PROSE_WORDS, _PROSE_ROWS = 5.0, 5
_LARGER = 1.15
_HEADING_SIZE, _HEADING_WORDS = 1.2, 4
_LEAST_DATES, _DATE_WORDS = 3, 6
_MOST_PIECES = 20_000
_MOST_WRAPPED, _LINE_STEP = 4, 1.7  # lines of a wrapped period; from one to the next, in font sizes
_DATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\b\d{1,2}[./-]\d{2,4}\b")
_SPACED_LETTERS = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){3,60}(?!\S)")
_BLANK = re.compile(r"\s")
_COUNTER = re.compile(r"\D{0,12}?(?<!\w)(\d{1,3})(?!\w)(?:\D{1,6}(?<!\w)(\d{1,3})(?!\w))?\D{0,3}")
_CLOCK = re.compile(r"\d[,.]? {1,3}(?:[^\W\d_]{1,6} )?\d{1,2}[:h]\d{2}(?!\w)")
_SMALL = 0.85  # of the usual size
_MARGIN_ROWS = 2
_HYPHEN = re.compile("([^\\W\\d_]{1,40})[-\u2010\u00ad\ufffe\x02]\n([^\\W\\d_]{2,40})([^\\s\\w-]{0,3})[ \t]?")


def read_pages(pages: Sequence[Sequence[Glyph]]) -> str:
    """The text of all pages, with a blank line between pages and between columns."""
    cut = _without_margins([_unwrapped(_pieces(glyphs)) for glyphs in pages])
    flows = [_flows(pieces) for pieces in cut]
    columns = [flow for page in flows for flow in page if flow.left or flow.right]
    if not columns or any(sum(bool(flow.left and flow.right) for flow in page) > 1 for page in flows):
        blocks = [["\n".join(part) for flow in page for part in (flow.across, flow.left, flow.right)] for page in flows]
        return _joined("\n\n".join(filter(None, page)) for page in blocks)
    left, right = (sum(len(line) for flow in columns for line in getattr(flow, side)) for side in ("left", "right"))
    side, main = ("left", "right") if left <= right else ("right", "left")
    leading = next(name for page, pieces in zip(flows, cut) for name in _leading(page, pieces))
    told = [line for flow in columns for line in getattr(flow, side)]
    parts: list[list[str]] = []
    for page in flows:
        parts += [part for flow in page for part in (flow.across, getattr(flow, main))]
    if leading == side:
        at = 1 if flows[0] and flows[0][0].across else 0
        parts.insert(at, told)
    else:
        parts.append(told)
    return _joined("\n".join(part) for part in parts)


def join_hyphens(text: str) -> str:
    """A word that a line end cuts becomes one word, at the end of its first line; a compound keeps its hyphen.

    >>> join_hyphens("we run Kuber-\\nnetes and a front-\\nend")
    'we run Kubernetes\\nand a front-end'
    """
    words = Counter(re.findall(r"[^\W\d_]{3,80}", text.casefold()))

    def whole(match: re.Match[str]) -> str:
        first, second, after = match.groups()
        end = "\n" if match.end() < len(text) and match[0][-1] in " \t" else ""
        joined = f"{first}{second}"
        told = not words[joined.casefold()] and all(words[part.casefold()] > 1 for part in (first, second))
        kept = told or _is_compound(first, second, text)
        return f"{first}-{second}{after}{end}" if kept else f"{joined}{after}{end}"

    return _HYPHEN.sub(whole, text)


def _is_compound(first: str, second: str, text: str) -> bool:
    before, after = _compounds()
    plain = fold(first), fold(second)
    if len(first) == 1 or second[0].isupper() or first.isupper():
        return True
    return plain[0] in before or plain[1] in after or f"{first}-{second}" in text


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _pieces(glyphs: Sequence[Glyph]) -> list[Piece]:
    pieces: list[Piece] = []
    number = 0
    line: list[Glyph] = []
    for glyph in (*glyphs, Glyph("\n", 0, 0, 0, 0, True)):
        if glyph.made and glyph.char in "\r\n":
            pieces += (_piece(part, number) for part in _parts(line))
            number, line = number + 1, []
        else:
            line.append(glyph)
    return [piece for piece in pieces if piece.text]


def _unwrapped(pieces: list[Piece]) -> list[Piece]:
    """The pieces with each period that a narrow column wraps ("Mar", "2015–Dec", "2018") as one, on its first row."""
    dated, period = _dates()
    joined: dict[Piece, Piece] = {}
    taken: set[Piece] = set()
    column = sorted((piece for piece in pieces if dated.fullmatch(piece.text)), key=lambda piece: -piece.base)
    for first in column:
        run = [first]
        while run[-1] not in taken and not period.fullmatch(text := " ".join(piece.text for piece in run)):
            below = next((piece for piece in column if piece not in taken and _is_next_line(run[-1], piece)), None)
            if below is None or len(run) == _MOST_WRAPPED:
                break
            run.append(below)
        else:
            if len(run) > 1:
                joined[first] = first._replace(text=text, right=max(piece.right for piece in run))
                taken.update(run)
    return [joined.get(piece, piece) for piece in pieces if piece in joined or piece not in taken]


def _is_next_line(above: Piece, below: Piece) -> bool:
    edges = above.left - below.left, above.right - below.right
    return 0 < above.base - below.base <= _LINE_STEP * above.size and min(map(abs, edges)) <= _BIN


def _parts(line: list[Glyph]) -> Iterator[list[Glyph]]:
    """The line cut at wide gaps, and where the height changes; a bullet stays with its text."""
    part: list[Glyph] = []
    last: Glyph | None = None
    told = False
    for glyph in line:
        if not glyph.char.isspace() and not glyph.made:
            if last is not None and told and _is_apart(last, glyph):
                yield part
                part, told = [], False
            last = glyph
            told = told or glyph.char.isalnum()
        part.append(glyph)
    if part:
        yield part


def _is_apart(last: Glyph, glyph: Glyph) -> bool:
    size = max(last.size, glyph.size)
    gap = glyph.left - last.right
    return gap > max(_WIDE * size, _LEAST_GAP) or gap < -3 * size or abs(glyph.base - last.base) > size


def _piece(part: list[Glyph], number: int) -> Piece:
    solid = [glyph for glyph in part if not glyph.char.isspace() and not glyph.made]
    if not solid:
        return Piece("", 0, 0, 0, 0, number)
    left, right = min(glyph.left for glyph in solid), max(glyph.right for glyph in solid)
    return Piece(_spelt(part), left, right, solid[0].base, max(glyph.size for glyph in solid), number)


def _spelt(part: list[Glyph]) -> str:
    """The text of a piece. Every blank of the file is a space; blanks between spaced letters are taken out."""
    text = "".join(" " if _BLANK.match(glyph.char) else glyph.char for glyph in part).strip()
    tokens = text.split()
    single = sum(len(token) == 1 and not token.isdigit() for token in tokens)
    if len(tokens) < 4 or single < 0.4 * len(tokens):
        return text
    held = any(glyph.char.isspace() and not glyph.made for glyph in part)
    if held and single < len(tokens):
        return "".join(
            " " if glyph.char.isspace() else glyph.char for glyph in part if not _is_made_blank(glyph)
        ).strip()
    solid = [glyph for glyph in part if not glyph.char.isspace()]
    gaps = [later.left - earlier.right for earlier, later in pairwise(solid)]
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 0.0
    if held or len(solid) < 5 or single < len(tokens):
        return _SPACED_LETTERS.sub(_together, text)
    wide = [gap > 1.5 * usual + 0.1 * glyph.size for gap, glyph in zip(gaps, solid)]
    return "".join(f"{' ' if after else ''}{glyph.char}" for after, glyph in zip([False, *wide], solid))


def _together(run: re.Match[str]) -> str:
    """The letters as one word, unless they are a list of letters (classes of a driving licence)."""
    letters = run[0].split()
    return run[0] if letters == sorted(letters) else "".join(letters)


def _is_made_blank(glyph: Glyph) -> bool:
    return glyph.made and glyph.char.isspace()


def _rows(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces by height, the highest first, each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.base):
        if rows and rows[-1][0].base - piece.base <= _SAME_HEIGHT * max(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _lines(rows: Iterable[Sequence[Piece]]) -> list[str]:
    return [" ".join(piece.text for piece in row) for row in rows]


def _in_file_order(pieces: Sequence[Piece]) -> list[str]:
    """The lines of the file; dates that it draws in a block of their own go to the lines at whose height they stand."""
    adrift = _dates_adrift(pieces)
    lines = {number: list(group) for number, group in groupby(pieces, key=lambda piece: piece.line)}
    for row in _rows(pieces) if adrift else ():
        dates = [piece for piece in row if piece.line in adrift]
        beside = next((piece.line for piece in row if piece.line not in adrift), None)
        if dates and beside is not None:
            lines[beside] = sorted([*lines[beside], *dates], key=lambda piece: piece.left)
            for piece in dates:
                lines[piece.line] = [other for other in lines[piece.line] if other is not piece]
    return _lines(filter(None, lines.values()))


def _dates_adrift(pieces: Sequence[Piece]) -> set[int]:
    """The lines in runs of three and more that hold nothing but a date each."""
    lines = [(number, list(group)) for number, group in groupby(pieces, key=lambda piece: piece.line)]
    adrift: set[int] = set()
    for dated, run in groupby(lines, key=lambda line: all(map(_is_date, line[1]))):
        numbers = [number for number, _ in run]
        if dated and len(numbers) >= _LEAST_DATES:
            adrift.update(numbers)
    return adrift


def _is_date(piece: Piece) -> bool:
    return len(piece.text.split()) <= _DATE_WORDS and _DATED.search(piece.text) is not None


def _flows(pieces: list[Piece]) -> list[_Flow]:
    """The page from top to bottom: bands of two columns, each with what goes across the page above it."""
    rows = _rows(pieces)
    gutter = _gutter(rows) if len(pieces) <= _MOST_PIECES else None
    if gutter is None:
        return [_Flow(across=_in_file_order(pieces))]
    crossing = [any(piece.left < gutter < piece.right for piece in row) for row in rows]
    if sum(not across for across, _ in groupby(crossing)) > _MOST_BANDS:
        return [_Flow(across=_in_file_order(pieces))]
    inner = [piece for row, across in zip(rows, crossing) if not across for piece in row]
    left, right = [p for p in inner if p.right <= gutter], [p for p in inner if p.left >= gutter]
    if not _are_independent(left, right):
        return [_Flow(across=_in_file_order(pieces))]
    flows: list[_Flow] = []
    for across, group in groupby(zip(rows, crossing), key=lambda pair: pair[1]):
        band = [row for row, _ in group]
        if across:
            flows.append(_Flow(across=_lines(band)))
            continue
        flow = flows.pop() if flows and not flows[-1].left and not flows[-1].right else _Flow()
        flow.left = _lines(filter(None, ([piece for piece in row if piece.right <= gutter] for row in band)))
        flow.right = _lines(filter(None, ([piece for piece in row if piece.left >= gutter] for row in band)))
        flows.append(flow)
    return _merged(flows)


def _merged(flows: list[_Flow]) -> list[_Flow]:
    """A band with a few lines on one side only is part of what goes across."""
    merged: list[_Flow] = []
    for flow in flows:
        if not (flow.left and flow.right) and min(len(flow.left) + len(flow.right), 3) < 3 and len(flows) > 1:
            flow = _Flow(across=[*flow.across, *flow.left, *flow.right])
        if merged and not merged[-1].left and not merged[-1].right:
            flow.across = [*merged.pop().across, *flow.across]
        merged.append(flow)
    return merged


def _gutter(rows: list[list[Piece]]) -> float | None:
    """The middle of an upright strip that few rows go across and that has text enough on both sides."""
    pieces = [piece for row in rows for piece in row if any(map(str.isalnum, piece.text))]
    if len(pieces) < 2 * _LEAST_ROWS:
        return None
    start, end = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    count = int((end - start) / _BIN) + 2
    if not 10 <= count <= 5_000:
        return None
    change, ending, starting = ([0] * (count + 1) for _ in range(3))
    for piece in pieces:
        first, last = int((piece.left - start) / _BIN), int((piece.right - start) / _BIN) + 1
        change[first] += 1
        change[last] -= 1
        ending[last] += 1
        starting[first] += 1
    cover, before, after = 0, 0, len(pieces)
    best: tuple[float, float] | None = None
    strip: list[tuple[int, int]] = []  # cover, and the smaller side
    for position in range(count):
        cover += change[position]
        before += ending[position]
        after -= starting[position]
        if cover <= _MOST_CROSSING * len(rows) and 0.12 * count <= position <= 0.88 * count:
            strip.append((cover, min(before, after)))
            narrowest = min(sides for _, sides in strip[-int(_GUTTER / _BIN) :])
            worst = max(crossed for crossed, _ in strip[-int(_GUTTER / _BIN) :])
            score = narrowest - 2.0 * worst
            if len(strip) * _BIN >= _GUTTER and narrowest >= _LEAST_ROWS and (best is None or score > best[0]):
                best = score, start + (position - 0.5 * _GUTTER / _BIN + 0.5) * _BIN
        else:
            strip = []
    return None if best is None else best[1]


def _are_independent(left: list[Piece], right: list[Piece]) -> bool:
    fewer, more = sorted((_rows(left), _rows(right)), key=len)
    if len(fewer) < _LEAST_ROWS:
        return False
    narrow = [" ".join(piece.text for piece in row) for row in fewer]
    if _is_headed(left) and _is_headed(right):
        return True
    if sum(bool(_DATED.search(text)) for text in narrow) >= 0.5 * len(narrow):
        return False
    heights = [row[0].base for row in more]
    beside = sum(any(abs(row[0].base - height) <= max(1.0, 0.1 * row[0].size) for height in heights) for row in fewer)
    if beside < _ALIGNED * len(fewer):
        return True
    words = [sum(len(piece.text.split()) for row in rows for piece in row) / len(rows) for rows in (fewer, more)]
    return len(fewer) >= _PROSE_ROWS and min(words) >= _PROSE_WORDS


def _is_headed(side: list[Piece]) -> bool:
    """Whether there is a heading among the pieces: a known one, or a few words that are larger than the others."""
    usual = sorted(piece.size for piece in side)[len(side) // 2]
    return any(
        _is_heading(piece.text) or (piece.size >= _HEADING_SIZE * usual and len(piece.text.split()) <= _HEADING_WORDS)
        for piece in side
    )


def _leading(page: list[_Flow], pieces: list[Piece]) -> Iterator[str]:
    """Which column of the page is read first, if it has two: that of the largest text, else the left one."""
    if any(flow.left and flow.right for flow in page):
        largest = max(pieces, key=lambda piece: piece.size)
        others = [flow.left for flow in page if flow.left]
        heads = [piece for piece in pieces if piece.text in others[0]]
        there = max((piece.size for piece in heads), default=0.0)
        in_right = any(largest.text in line for flow in page for line in flow.right)
        yield "right" if in_right and largest.size > _LARGER * there else "left"
    elif any(flow.left or flow.right for flow in page):
        yield "left"


def _without_margins(pages: list[list[Piece]]) -> list[list[Piece]]:
    """The pages without page numbers, and without headers and footers that an earlier page has had."""
    seen: Counter[tuple[str, int]] = Counter()
    kept: list[list[Piece]] = []
    edges = [_edges(pieces, number) for number, pieces in enumerate(pages, start=1)]
    repeated = Counter(key for page in edges for key in set(page.values()))
    for number, (pieces, page) in enumerate(zip(pages, edges), start=1):
        dropped: set[Piece] = set()
        usual = sorted(piece.size for piece in pieces)[len(pieces) // 2] if pieces else 0.0
        for row, key in page.items():
            text = " ".join(piece.text for piece in row)
            if _is_counter(text, number, len(pages)) or (repeated[key] > 1 and seen[key]):
                dropped.update(row)
            seen[key] += 1
        for row in (*list(page)[:1], *list(page)[-1:]):
            small = max(piece.size for piece in row) <= _SMALL * usual
            if small and any(_is_printed(piece.text, number, len(pages)) for piece in row):
                dropped.update(row)
        kept.append([piece for piece in pieces if piece not in dropped])
    return kept


def _edges(pieces: list[Piece], number: int) -> dict[tuple[Piece, ...], tuple[str, int]]:
    """The first and the last rows of a page with what would make them the same on another page: text and height.

    The page's own number does not count in the outermost rows.
    """
    rows = _rows(pieces)
    outer = [*rows[:_MARGIN_ROWS], *rows[max(len(rows) - _MARGIN_ROWS, _MARGIN_ROWS) :]]
    own = re.compile(rf"(?<!\d){number}(?!\d)")
    keys: dict[tuple[Piece, ...], tuple[str, int]] = {}
    for row in outer:
        text = " ".join(piece.text for piece in row)
        keys[tuple(row)] = (own.sub("#", text) if row in (rows[0], rows[-1]) else text, round(row[0].base / 4))
    return keys


def _is_printed(text: str, number: int, count: int) -> bool:
    """Whether a browser that prints a page writes this around it: the time, the number of the page."""
    return _CLOCK.search(text) is not None or _is_counter(text, number, count)


def _is_counter(text: str, number: int, count: int) -> bool:
    match = _COUNTER.fullmatch(text)
    if match is None or int(match[1]) != number:
        return False
    return int(match[2]) == count if match[2] else count > 1 and text.strip(" -–|.").isdigit()


@cache
def _headings() -> frozenset[str]:
    from jobfit.lexicon import current  # late: most pages do not need it

    groups = (current().groups("headings", side) for side in ("candidate", "vacancy"))
    return frozenset(phrase for group in groups for phrases in group.values() for phrase in phrases)


@cache
def _dates() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a piece of a period is made of, and a whole period: "Mar 2015 – Dec 2018", "2019 – present"."""
    from jobfit.lexicon import current

    month, now = (rf"(?:{current().union('dates', key)})" for key in ("months", "now"))
    year = r"(?:\d{1,2}[./])?(?:19|20)\d\d"
    moment, dash = rf"(?:{month}\.? )?{year}", " ?[-–—] ?"
    some = rf"(?:{month}\.?|{year}|{now}|[-–—])"
    return (
        re.compile(rf"{some}(?: ?{some}){{0,5}}", re.IGNORECASE),
        re.compile(rf"{moment}{dash}(?:{moment}|{now})", re.IGNORECASE),
    )


@cache
def _compounds() -> tuple[frozenset[str], frozenset[str]]:
    from jobfit.lexicon import current

    return current().words("compounds", "before"), current().words("compounds", "after")


def _is_heading(text: str) -> bool:
    return len(text) <= 60 and " ".join(fold(text).replace(":", " ").split()) in _headings()
