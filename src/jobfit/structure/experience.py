"""Positions held and the months they cover.

A position is a date range in the experience section, or in a dated line that names a role outside education and
similar sections, with the title in the same line, in the one before or in the one after. A line of the experience
section that is a title without dates is a position whose dates nobody stated: the total is then not complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jobfit.records import Experience, ExperienceTotal, Section, Stated
from jobfit.structure.dates import DateRange, find_ranges, months_covered
from jobfit.structure.education import find_levels
from jobfit.structure.lexicon import OccupationFinder
from jobfit.structure.sections import section_at
from jobfit.structure.spans import fold, line_around, quote, stated
from jobfit.structure.titles import Span, Title, find_title, is_title_line

_NOT_WORK = frozenset(
    {"education", "certifications", "languages", "interests", "references", "publications", "volunteering", "personal"}
)
_SCHOOL = re.compile(
    r"\b(?:universit\w{0,3}|college|ecole|lycee|school|institute?|faculty|faculte|academy|"
    r"student|etudiante?|course|diploma)\b"
)
_LONE_DATE = re.compile(r"(?<![\w/.,-])(?:19[5-9]\d|20\d\d)(?![\w%])|\b(?:present|now|aujourd'hui)\b")
_NUMBER = r"(?P<n>\d{1,2})(?:[.,](?P<tenth>\d))? ?\+? ?(?:years?|yrs?|ans|annees?)\b"
_CLAIMS = (
    re.compile(rf"(?<![\d.,/-]){_NUMBER}'?s? {{0,2}}(?:of |d'|')?(?:[a-z+/-]{{1,15}} ){{0,3}}experience"),
    re.compile(rf"\bexperience (?:of |de |d'|: ?|- ?)?(?:more than |over |plus de )?{_NUMBER}"),
)
_CLAIM_SECTIONS = frozenset({"header", "summary", "skills", "personal", "other", None})
_APART = re.compile(r"[-–—,;:|(•·*\[\t] {0,4}\Z|  \Z")
_FAR = 400
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
    lines = [entry.line for entry in dated]
    side = _side(text, dated, lines, sections, occupations)
    found, taken = [], set(lines)
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
        found.append(Experience(value, span.start, span.end, span.current, quote(text, begin, end), title.occupation))
    found += _undated(text, sections, taken, occupations)
    return tuple(sorted(found, key=lambda e: (e.evidence.start, e.evidence.end)))


def read_total(
    text: str, sections: tuple[Section, ...], experiences: Sequence[Experience], today: date
) -> Stated[ExperienceTotal] | None:
    """Return the months worked, or ``None`` where neither dates nor a sum of years are stated.

    The dated positions are counted, overlaps once; their quote runs from the first date to the last. "10 years of
    experience" counts where it claims more than the dates show, by over a year, and then the total is not complete.
    The total is complete when the CV has an experience section and every position found in it has dates.
    """
    ranges = [r for r in find_ranges(text, today) if any(_holds(e, r) for e in experiences)]
    claim = _claim(text, sections)
    if not ranges:
        return claim
    months = months_covered(ranges)
    if claim and claim.value.months > months + 12:
        return claim
    complete = all(e.start for e in experiences) and not _loose_dates(text, sections, ranges)
    complete = complete and any(section.kind == "experience" for section in sections)
    start, end = min(r.evidence.start for r in ranges), max(r.evidence.end for r in ranges)
    return stated(ExperienceTotal(months, complete), text, start, end)


def _holds(experience: Experience, item: DateRange) -> bool:
    quoted = experience.evidence
    inside = quoted.start <= item.evidence.start and item.evidence.end <= quoted.end
    return inside and (experience.start, experience.end) == (item.start, item.end)


def _dated_lines(
    text: str, sections: tuple[Section, ...], today: date, occupations: OccupationFinder | None
) -> list[_Dated]:
    found = []
    for item in find_ranges(text, today):
        if section_at(sections, item.evidence.start) in _NOT_WORK:
            continue
        line = line_around(text, item.evidence.start)
        entry = _Dated(item, line, _title_beside(text, line, item, occupations))
        if _is_entry(text, entry, sections, occupations):
            found.append(entry)
    return found


def _is_entry(text: str, entry: _Dated, sections: tuple[Section, ...], occupations: OccupationFinder | None) -> bool:
    """Tell whether a range dates a position: it stands at an edge of its line, or in a short line, beside a title."""
    (start, end), quoted = entry.line, entry.range.evidence
    titled = (entry.title is not None and entry.title.certain) or any(
        is_title_line(text, *line, occupations)
        for step in (-1, 1)
        for line in _neighbours(text, entry.line, (), step, sections)[:1]
    )
    first = quoted.start - start <= 12
    if not (titled or first or _APART.search(text[start : quoted.start])):
        return False  # "migration from SharePoint 2010 to 2019"
    at_edge = first or end - quoted.end <= 12
    short = end - start <= 140
    if section_at(sections, quoted.start) == "experience":
        return at_edge or short
    school = _SCHOOL.search(fold(text[start:end])) is not None or bool(find_levels(text[start:end]))
    return at_edge and short and titled and not school


def _title_beside(text: str, line: Span, item: DateRange, occupations: OccupationFinder | None) -> Title | None:
    """Return the title in the line of the range, after it or before it; the one that surely is a title first."""
    after = find_title(text, item.evidence.end, min(line[1], item.evidence.end + 160), occupations)
    before = find_title(text, max(line[0], item.evidence.start - 160), item.evidence.start, occupations)
    both = [t for t in (before, after) if t]
    return next((t for t in both if t.certain), both[0] if both else None)


def _neighbours(text: str, line: Span, lines: Iterable[Span], step: int, sections: tuple[Section, ...]) -> list[Span]:
    """Return up to two lines of the section, before (``step`` -1) or after (+1), without dates of another position."""
    inside = next((s for s in sections if s.start <= line[0] < s.end), None)
    first, last = (inside.start, inside.end) if inside else (0, len(text))
    found: list[Span] = []
    position = line
    while len(found) < _NEAR and abs(position[0] - line[0]) <= _FAR:
        at = position[0] - 1 if step < 0 else position[1] + 1
        if not first <= at < last:
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
    lines: list[Span],
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


def _loose_dates(text: str, sections: tuple[Section, ...], ranges: list[DateRange]) -> bool:
    """Tell whether a short line of the experience section has a year or "now" that belongs to no counted range."""
    folded = fold(text)
    for section in sections:
        if section.kind != "experience":
            continue
        for match in _LONE_DATE.finditer(folded, section.body, section.end):
            start, end = line_around(text, match.start())
            counted = any(start <= r.evidence.start <= end for r in ranges)
            if not counted and (match.start() - start <= 20 or end - start <= 60):
                return True
    return False


def _claim(text: str, sections: tuple[Section, ...]) -> Stated[ExperienceTotal] | None:
    """Return the largest stated sum of years outside the positions themselves."""
    folded, claims = fold(text), []
    for pattern in _CLAIMS:
        for match in pattern.finditer(folded):
            months = int(match["n"]) * 12 + round(int(match["tenth"] or 0) * 1.2)
            opens = any(section.start == match.start() for section in sections)  # "Experience: 8 years"
            outside = opens or section_at(sections, match.start()) in _CLAIM_SECTIONS
            if 0 < months <= 60 * 12 and outside:
                claims.append(stated(ExperienceTotal(months, False), text, *match.span()))
    return max(claims, key=lambda c: c.value.months, default=None)
