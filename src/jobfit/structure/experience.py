"""Positions held and the months they cover.

A position is a date range in the experience section, or in a dated line that names a role outside education and
similar sections, with the title in the same line, in the one before or in the one after. A line of the experience
section that is a title without dates is a position whose dates nobody stated.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jobfit.records import Experience, Section
from jobfit.structure.dates import DateRange, find_ranges
from jobfit.structure.education import find_levels
from jobfit.structure.lexicon import OccupationFinder
from jobfit.structure.sections import section_at
from jobfit.structure.spans import fold, line_around, quote, stated
from jobfit.structure.titles import Span, Title, find_title, is_title_line, trimmed
from jobfit.structure.totals import COURSE, SCHOOL

_NOT_WORK = frozenset(
    {"education", "certifications", "languages", "interests", "references", "publications", "volunteering", "personal"}
)
_APART = re.compile(r"[-–—,;:|(•·*\[\t] {0,4}\Z|  \Z")
_FAR = 400
_LONG_LINE = 400
_LONG_QUOTE = 240
_AROUND = 70
_NEAR = 2  # lines around the dates in which the title is looked for


@dataclass(frozen=True, slots=True)
class _Dated:
    range: DateRange
    line: Span
    title: Title | None


def read_experiences(
    text: str, sections: tuple[Section, ...], today: date, occupations: OccupationFinder | None = None
) -> tuple[Experience, ...]:
    """Return the positions of a CV in the order of the text; empty where none is found.

    ``occupations`` gives each title its id in the taxonomy. A position without dates has ``start`` and ``end`` None.
    """
    dated = _dated_lines(text, sections, today, occupations)
    lines = {entry.line for entry in dated}
    side = _side(text, dated, lines, sections, occupations)
    found, taken = [], {line_around(text, line[0]) for line in lines}
    for entry in dated:
        near = [_neighbours(text, entry.line, lines, step, sections) for step in (side, -side)]
        certain = entry.title is not None and entry.title.certain
        title = entry.title if certain else _near_title(text, entry, near, occupations)
        if title is None:
            continue
        taken.update((line_around(text, title.start), *near[0], *near[1]))
        begin, end = min(entry.range.evidence.start, title.start), max(entry.range.evidence.end, title.end)
        value = stated(text[title.start : title.end], text, title.start, title.end)
        span = entry.range
        evidence = quote(text, begin, end) if end - begin <= _LONG_QUOTE else span.evidence
        found.append(Experience(value, span.start, span.end, span.current, evidence, title.occupation, span.widest))
    found += _undated(text, sections, taken, occupations)
    return tuple(sorted(found, key=lambda e: (e.evidence.start, e.evidence.end)))


def _dated_lines(
    text: str, sections: tuple[Section, ...], today: date, occupations: OccupationFinder | None
) -> list[_Dated]:
    found: list[_Dated] = []
    for item in find_ranges(text, today):
        if section_at(sections, item.evidence.start) in _NOT_WORK:
            continue
        line = _line(text, item)
        before = found[-1].range.evidence.end if found and found[-1].line == line else line[0]
        entry = _Dated(item, line, _title_beside(text, (before, line[1]), item, occupations))
        if found and found[-1].line == line and not (entry.title and entry.title.certain):
            continue  # a second range in a line, from a column beside it
        if _is_entry(text, entry, sections, occupations):
            found.append(entry)
    return found


def _line(text: str, item: DateRange) -> Span:
    """Return the line of a range; of a very long line (a text in one paragraph) only what stands around the range."""
    start, end = line_around(text, item.evidence.start)
    if end - start <= _LONG_LINE:
        return start, end
    return max(start, item.evidence.start - _AROUND), min(end, item.evidence.end + _AROUND)


def _is_entry(text: str, entry: _Dated, sections: tuple[Section, ...], occupations: OccupationFinder | None) -> bool:
    """Tell whether a range dates a position: it stands at an edge of its line, or in a short line, beside a title."""
    (start, end), quoted = entry.line, entry.range.evidence
    titled = (entry.title is not None and entry.title.certain) or any(
        is_title_line(text, *line, occupations)
        for step in (-1, 1)
        for line in _neighbours(text, entry.line, (), step, sections)[:1]
    )
    if COURSE.search(fold(text[start:end])):
        return False
    first = quoted.start - start <= 12 or text[quoted.start - 1] == "\t"
    if not (titled or first or _APART.search(text[start : quoted.start])):
        return False  # "migration from SharePoint 2010 to 2019"
    at_edge = first or end - quoted.end <= 12 or text[quoted.end] == "\t"
    short = end - start <= 140
    if section_at(sections, quoted.start) == "experience":
        return at_edge or short
    school = SCHOOL.search(fold(text[start:end])) is not None or bool(find_levels(text[start:end]))
    return at_edge and short and titled and not school


def _title_beside(text: str, line: Span, item: DateRange, occupations: OccupationFinder | None) -> Title | None:
    """Return the title in the line of the range, after it or before it; the one that surely is a title first."""
    after = find_title(text, item.evidence.end, min(line[1], item.evidence.end + 160), occupations)
    before = find_title(text, max(line[0], item.evidence.start - 160), item.evidence.start, occupations)
    both = [t for t in (before, after) if t]
    return next((t for t in both if t.certain), both[0] if both else None)


def _neighbours(text: str, line: Span, lines: Collection[Span], step: int, sections: tuple[Section, ...]) -> list[Span]:
    """Return up to two lines of the section, before (``step`` -1) or after (+1), without dates of another position."""
    kind = section_at(sections, line[0])
    found: list[Span] = []
    position = line
    while len(found) < _NEAR and abs(position[0] - line[0]) <= _FAR:
        at = position[0] - 1 if step < 0 else position[1] + 1
        if not 0 <= at < len(text) or text[at if step < 0 else at - 1] != "\n" or section_at(sections, at) != kind:
            break
        position = line_around(text, at)
        if position in lines:
            break
        if text[position[0] : position[1]].strip():
            found.append(position)
    return found


def _side(
    text: str,
    dated: list[_Dated],
    lines: set[Span],
    sections: tuple[Section, ...],
    occupations: OccupationFinder | None,
) -> int:
    """Return where this CV writes its titles when they are not beside the dates: -1 before, +1 after."""
    votes = 0
    for entry in dated:
        if not (entry.title and entry.title.certain):
            for step in (-1, 1):
                near = _neighbours(text, entry.line, lines, step, sections)
                votes += step * any(is_title_line(text, *line, occupations) for line in near)
    return 1 if votes > 0 else -1


def _near_title(
    text: str, entry: _Dated, near: Sequence[Sequence[Span]], occupations: OccupationFinder | None
) -> Title | None:
    """Return the title in the lines on the usual side, then on the other; else the words beside or near the dates."""
    for line in (*near[0], *near[1]):
        if is_title_line(text, *line, occupations):
            return find_title(text, *line, occupations)
    if entry.title and (text[entry.title.start].isupper() or not near[0]):
        return entry.title
    for line in (*near[0], *near[1]):
        title = find_title(text, *line, occupations)
        if title and title.certain and title.start == trimmed(text, *line)[0] and text[title.start].isupper():
            return title
    if entry.title or not near[0]:
        return entry.title
    return find_title(text, *near[0][0], occupations)


def _undated(
    text: str,
    sections: tuple[Section, ...],
    taken: Iterable[Span],
    occupations: OccupationFinder | None,
) -> list[Experience]:
    """Return the title lines of the experience section that are not among the ``taken`` lines."""
    known, found = set(taken), []
    for section in sections:
        position = section.body
        while section.kind == "experience" and position < section.end:
            line = line_around(text, position)
            title = find_title(text, *line, occupations) if is_title_line(text, *line, occupations) else None
            if title and line not in known:
                value = stated(text[title.start : title.end], text, title.start, title.end)
                found.append(Experience(value, None, None, False, quote(text, *line), title.occupation))
            position = line[1] + 1
    return found
