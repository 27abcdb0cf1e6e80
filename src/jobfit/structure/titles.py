"""The title of a position in the lines around its dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobfit.structure.headings import HEADINGS
from jobfit.structure.lexicon import OccupationFinder
from jobfit.structure.role_words import ROLE, names_role
from jobfit.structure.spans import fold

_BULLET = re.compile(r"(?:[\s\-•·*▪●○◦‣>+|,;:(\[—–\u0080-\u009f\uf000-\uf8ff]|\.(?=\s)){0,20}")
_TAIL = re.compile(r"[\s\-|,;:.(\[)\]—–/]{1,20}\Z")
_SPLIT = re.compile(
    r"\s*(?:[,;|•·@()\[\]]|:(?=\s|\Z)|\s[-–—]{1,2}\s|\s{2,}|\t|(?<=\w)\s(?:at|chez|for|"
    r"pour)\s(?=[A-ZÀ-Þ])|\s(?i:with|avec)\s|\s(?=\d))\s*"
)
_PROSE = re.compile(
    r"[.!?]\s+[A-Z]|[.;]\s*\Z|\b(?:i|my|we|was|were|is|are|using|which|that|je|nous|etait|pour le|"
    r"avec)\b"
)
_MAXIMUM = 90
_WORDS = 10

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Title:
    """The span of a title, its occupation in the taxonomy if known, and whether its words name a role."""

    start: int
    end: int
    occupation: str | None
    certain: bool


def trimmed(text: str, start: int, end: int) -> Span:
    """Return the span without bullets, separators and blanks at its edges; may be empty."""
    if match := _BULLET.match(text, start, end):
        start = match.end()
    if match := _TAIL.search(text, start, end):
        end = match.start() + (1 if text[match.start()] == ")" and "(" in text[start : match.start()] else 0)
    return start, max(start, end)


def find_title(text: str, start: int, end: int, occupations: OccupationFinder | None) -> Title | None:
    """Return the title in a line or part of it: the first piece that names a role or a known occupation.

    Without one it is the first piece, marked as not ``certain``; ``None`` where there are no letters. The heading of a
    section is no title, also where the first position has none below it.
    """
    pieces = [(begin, stop) for begin, stop in _pieces(text, start, end) if fold(text[begin:stop]) not in HEADINGS]
    for piece_start, piece_end in pieces:
        piece = text[piece_start:piece_end]
        occupation = _occupation(piece, occupations)
        if (occupation or names_role(fold(piece))) and len(piece.split()) <= _WORDS:
            return Title(piece_start, piece_end, occupation, True)
    first = next((p for p in pieces if p[1] - p[0] <= _MAXIMUM), None)
    return Title(*first, None, False) if first else None


def is_title_line(text: str, start: int, end: int, occupations: OccupationFinder | None) -> bool:
    """Tell whether a line is a title and little else: short, capitalised, no bullet, no sentence, names a role."""
    begin, stop = trimmed(text, start, end)
    line = text[begin:stop]
    if not 3 <= len(line) <= _MAXIMUM or not line.lstrip(".")[:1].isupper() or begin - start > 1:
        return False
    title = find_title(text, begin, stop, occupations)
    if title is None or not title.certain or len(line.split()) > _WORDS or _PROSE.search(fold(text[start:end])):
        return False
    piece = text[title.start : title.end]
    if not piece.lstrip(".")[0].isupper():
        return False
    return title.occupation is not None or any(_at_edge(piece, *match.span()) for match in ROLE.finditer(fold(piece)))


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    position = start
    for match in _SPLIT.finditer(text, start, end):
        yield from _piece(text, position, match.start())
        position = match.end()
    yield from _piece(text, position, end)


def _piece(text: str, start: int, end: int) -> Iterator[Span]:
    begin, stop = trimmed(text, start, end)
    if sum(character.isalpha() for character in text[begin:stop][:_MAXIMUM]) >= 2:
        yield begin, stop


def _occupation(piece: str, occupations: OccupationFinder | None) -> str | None:
    """Return the occupation whose name begins or ends the piece; the longest name of several."""
    found = [
        o for o in (occupations.find(piece) if occupations else ()) if _at_edge(piece, o.evidence.start, o.evidence.end)
    ]
    return max(found, key=lambda o: o.evidence.end - o.evidence.start).value if found else None


def _at_edge(piece: str, start: int, end: int) -> bool:
    return start == 0 or end == len(piece)
