"""Positions held and the months they cover.

A position is a date range in the experience section, or in a dated line that names a role outside education and
similar sections, with the title in the same line, in the one before or in the one after. A line of the experience
section that is a title without dates is a position whose dates nobody stated.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from jobfit.folding import fold
from jobfit.records import Experience, ExperienceTotal, Section, Stated
from jobfit.structure.dates import DateRange, find_ranges, months_covered
from jobfit.structure.education import find_levels
from jobfit.structure.sections import section_at
from jobfit.structure.spans import line_around, quote, stated
from jobfit.structure.terms import OccupationFinder
from jobfit.structure.titles import Span, Title, find_title, is_title_line, names_role, trimmed

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


SCHOOL = re.compile(
    r"\b(?:universit\w{0,3}|college|ecole|lycee|school|institute?s?|faculty|faculte|academy|"
    r"students?|etudiante?s?|course|diplom[ae]|degree|bootcamp)\b"
)
# A course among the positions: "2016 - 2017: Student in ...", "Java programming, educational program".
COURSE = re.compile(
    r"\bstudent (?:in|at|of)\b|\b(?:educational|training|study) program(?:me)?\b|\b(?:online|training) courses?\b|"
    r"\betudiante? (?:en|a)\b|\((?:education|training|course)\b|^ {0,3}education\b"
)
_DATE = re.compile(r"(?<![\w/,-])(?:(?:19[5-9]\d|20\d\d)(?!\d|%)|(?:present|now|aujourd'hui)\b)|(?<=[/.-])20\d\d(?!\d)")
_NUMBER = r"(?P<n>\d{1,2})(?:[.,](?P<tenth>\d))? ?\+? ?(?:years?|yrs?|ans|annees?)\b"
_CLAIMS = (
    re.compile(rf"(?<![\d.,/-]){_NUMBER}'?s? {{0,2}}(?:of |d'|')?(?:[a-z+/-]{{1,15}} ){{0,3}}experience"),
    re.compile(rf"\bexperience ?(?:of |de |d'|: ?|- ?)?(?:more than |over |plus de )?{_NUMBER}"),
)
_CLAIM_SECTIONS = frozenset({"header", "summary", "skills", "personal", "other", None})
_HEAD, _SHORT = 20, 60  # a year near the start of a line, or in a short line, is no aside of a sentence
_STUDIES = frozenset({"education", "certifications", "publications", "languages", "references", "interests"})


def read_total(
    text: str, sections: tuple[Section, ...], experiences: Sequence[Experience]
) -> Stated[ExperienceTotal] | None:
    """Return the months worked, or ``None`` where neither dates nor a sum of years are stated.

    The dated positions are counted, overlaps once; the quote is the longest of them. "10 years of experience" counts
    where it claims more than the dates show, by over a year; a total that rests on a claim has no upper bound.
    """
    dated = [e for e in experiences if e.start and e.end]
    claim = _claim(text, sections)
    if not dated:
        return claim
    months = months_covered((e.start, e.end) for e in dated if e.start and e.end)
    if claim and claim.value.months > months + 12:
        return claim
    at_most = None
    if len(dated) == len(experiences) and _explained(text, sections, dated):
        at_most = max(months_covered(e.widest for e in dated if e.widest), claim.value.months if claim else 0)
    longest = max(dated, key=lambda e: months_covered([(e.start or "", e.end or "")])).evidence
    return stated(ExperienceTotal(months, at_most), text, longest.start, longest.end)


def _explained(text: str, sections: tuple[Section, ...], dated: Sequence[Experience]) -> bool:
    """Tell whether there is an experience section, and no date in the text that may be of a position not read."""
    if not any(section.kind == "experience" for section in sections):
        return False
    folded = fold(text)
    checked = {start for position in dated for start in _lines(text, position)}
    for match in _DATE.finditer(folded):
        start, end = line_around(text, match.start())
        if start not in checked and _may_be_work(folded, start, end, section_at(sections, start)):
            return False
        checked.add(start)
    return True


def _lines(text: str, position: Experience) -> Iterator[int]:
    """Yield where each line of a position's quote starts."""
    start, end = line_around(text, position.evidence.start)
    yield start
    while end < position.evidence.end:
        start, end = line_around(text, end + 1)
        yield start


def _may_be_work(folded: str, start: int, end: int, section: str | None) -> bool:
    """Tell whether the dated line at ``start``..``end``, which is no known position, may be one."""
    line = folded[start:end]
    if COURSE.search(line):
        return False
    dates = [match.start() for match in _DATE.finditer(line)]
    if section == "experience" and (dates[0] <= _HEAD or len(line) <= _SHORT):
        return True
    if section in _STUDIES:
        around = folded[_line_start(folded, start, 2) : _line_end(folded, end, 2)]
        studied = SCHOOL.search(around) is not None or bool(find_levels(around))
        return not studied or (names_role(line) and not SCHOOL.search(line) and not find_levels(line))
    return names_role(line) or len(dates) > 1


def _line_start(text: str, position: int, lines: int) -> int:
    for _ in range(lines):
        position = line_around(text, position - 1)[0] if position > 0 else 0
    return position


def _line_end(text: str, position: int, lines: int) -> int:
    for _ in range(lines):
        position = line_around(text, position + 1)[1] if position < len(text) - 1 else len(text)
    return position


def _claim(text: str, sections: tuple[Section, ...]) -> Stated[ExperienceTotal] | None:
    """Return the largest stated sum of years outside the positions themselves."""
    folded, claims = fold(text), []
    starts = {section.start for section in sections}
    for pattern in _CLAIMS:
        for match in pattern.finditer(folded):
            months = int(match["n"]) * 12 + round(int(match["tenth"] or 0) * 1.2)
            opens = match.start() in starts  # "Experience: 8 years"
            outside = opens or section_at(sections, match.start()) in _CLAIM_SECTIONS
            if 0 < months <= 60 * 12 and outside:
                claims.append(stated(ExperienceTotal(months), text, *match.span()))
    return max(claims, key=lambda c: c.value.months, default=None)
