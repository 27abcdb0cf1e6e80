"""Positions held and the months they cover.

A position is a date range in the experience section, or in a dated line that names a role outside education and
similar sections, with the title in the same line, in the one before or in the one after. Where none of them names a
role, the position has no title. A line of the experience section that is a title without dates is a position whose
dates nobody stated.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import Evidence, Experience, Stated
from jobfit.structure.dates import DateRange, find_lone, find_ranges
from jobfit.structure.education import find_levels
from jobfit.structure.exported import employers, names_employers, past_description, read_exported
from jobfit.structure.prose import read_prose, read_undated, tells
from jobfit.structure.sections import section_at, sentence_around, two_columns
from jobfit.structure.spans import line_around, quote, stated
from jobfit.structure.text import ReadText, as_read
from jobfit.structure.titles import Span, Title, Titles, names_role, role_pattern, trimmed

_NOT_WORK = frozenset(
    {
        "education",
        "certifications",
        "languages",
        "interests",
        "references",
        "publications",
        "volunteering",
        "personal",
        "projects",
    }
)
_APART = re.compile(r"[-–—,;:|(•·*\[\t] {0,4}\Z|  \Z")
_TOLD_BEHIND = re.compile(r"\s{0,2}(?:[(\[:]|[-–—]\s)")  # "March 2020 to date (pruning)", "2019 - 2021: till work"
_IN_BRACKETS = re.compile(r"\([^()\n]{0,40}\w[^()\n]{0,40}\Z")  # "CTO (part time from 2022)"
_FAR = 400
_LONG_LINE = 400
_LONG_QUOTE = 240
_AROUND = 70
_BESIDE = 16  # characters around a claim in which it is said to be a total
_VERSION = 60  # characters before a year in which it is said to be that of a product
_NAME = 60  # characters of an employer's name before its dates
_YEARS = re.compile(r"\b(?:19|20)\d\d\b")
_FOREVER = 9999
_NEAR = 2  # lines around the dates in which the title is looked for
_HEADING_WORDS = 4
_LABEL_LINES = 8
_NEAR_OF_TWO = 4  # where lines of another column come between


@dataclass(frozen=True, slots=True)
class _Dated:
    range: DateRange
    line: Span
    title: Title | None
    told: bool = False  # in a sentence, which says all there is: no line beside it is looked at


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "experience")
        unit_years = rf"(?:{lexicon.union('units', 'years')})"
        years = rf"(?P<n>\d{{1,2}})(?:[.,](?P<tenth>\d))? ?(?:\+|{of('more')}\b)? ?{unit_years}\b"
        and_, unit = lexicon.union("units", "and"), lexicon.union("units", "months")
        years += rf"(?: ?(?:{and_}|,|&)? ?(?P<months>\d{{1,2}}) ?(?:{unit}))?"
        # a line, or its end, that says how long a position was held: "Acme (7 years 10 months)"
        before = r"(?:(?<=\n)|(?<=[(\u00b7|,-])|(?<=[(\u00b7|,-] ))"
        self.duration = re.compile(rf"{before}(?:{years}|(?P<only>\d{{1,2}}) ?(?:{unit})) {{0,2}}\)?[.:]?(?=\n|\Z)")
        self.school = re.compile(rf"\b(?:{of('school')})\b")
        self.works_at_school = re.compile(rf"(?<!student )\b(?:{of('works_at_school')})\b")
        self.papers = re.compile(rf"\b(?:{of('papers')})\b")  # of a trade: "CAP cuisinier 2010"
        self.studied = re.compile(rf"\b(?:{of('studied')})\b")
        # a line on work without dates: "Earlier: ten years as a carer"
        self.untold = re.compile(rf"^[^\w\n]{{0,4}}(?:{of('untold')})\b", re.MULTILINE)
        # among the positions: "2016 - 2017: Student in ...", "Java, educational program"
        self.course = re.compile(of("course"))
        self.date = re.compile(
            rf"(?<![\w/,-])(?:(?:19[5-9]\d|20\d\d)(?!\d|%)|(?:{of('still')})\b)|(?<=[/.-])20\d\d(?!\d)"
        )
        years_of = r"(?:20\d\d(?: ?[,/&] ?| and )){0,3}20\d\d\Z"
        self.version = re.compile(rf"\b(?:{of('versioned')})[ (/-]{{1,2}}{years_of}")
        self.seasonal = re.compile(rf"\b(?:{of('seasonal')})[ ,:(]{{1,2}}\Z")
        self.below = re.compile(rf"\b(?:{of('below')}) \Z")
        self.total = re.compile(rf"\b(?:{of('total')})\b")
        self.claims = (
            re.compile(
                rf"(?<![\d.,/-]){years}'?s? {{0,2}}(?:{of('of')}|')?(?:[a-z+/-]{{1,15}} ){{0,3}}(?:{of('named')})"
            ),
            re.compile(rf"\b(?:{of('named')}) ?(?:{of('of')}|: ?|- ?)?(?:(?:{of('more_than')}) )?{years}"),
            # "for the past 3 years I have worked as a nurse", "depuis 12 ans dans le bâtiment"
            re.compile(rf"\b(?:{of('lately')}) (?:(?:{of('more_than')}) )?{years}(?=,? (?:{of('worked')})(?!\w))"),
            re.compile(rf"\b(?:{of('worked_for')}) (?:(?:{of('more_than')}) )?{years}"),
            # the unit stands in the label: "Years of experience: 4", "Experience (years): 12"
            re.compile(
                rf"(?:(?<![^\W_]){unit_years} (?:{of('of')}|d')?(?:[a-z]{{1,15}} ){{0,2}}(?:{of('named')})"
                rf"(?: [a-z]{{1,15}})?|\b(?:{of('named')}) ?\(?(?:in |en )?{unit_years}\)?)"
                r" ?: ?(?P<n>\d{1,2})(?:[.,](?P<tenth>\d))?(?P<months>(?!))? ?\+?(?![\w%]|[.,/-]\d| \w)"
            ),
        )


_words = built(_Words)


def read_experiences(titles: Titles) -> tuple[Experience, ...]:
    """Return the positions of a CV in the order of the text; may be empty.

    ``titles`` gives each title its id in the taxonomy. A position without dates has ``start`` and ``end`` None.
    """
    return _Positions(titles).read()


def latest_title(experiences: Sequence[Experience]) -> Stated[str] | None:
    """Return the title of the latest position with dates, where it names a role; ``None`` where there is none."""
    dated = [position for position in experiences if position.start]
    latest = max(dated, key=lambda p: (p.current, p.end or p.start or "", p.start or ""), default=None)
    if latest is None or latest.title is None:
        return None
    return latest.title if latest.occupation or names_role(fold(latest.title.value)) else None


class _Positions:
    def __init__(self, titles: Titles) -> None:
        self.titles = titles
        self.text, self.folded, self.sections = titles.read.text, titles.read.folded, titles.read.sections
        self.exported = read_exported(titles)
        self.near = _NEAR_OF_TWO if two_columns(self.text, self.sections) else _NEAR
        ranges = [r for r in find_ranges(titles.read) if section_at(self.sections, r.evidence.start) not in _NOT_WORK]
        self.told = read_prose(titles, ranges)
        self.dated = self._dated_lines(ranges)
        ends = (at for entry in self.dated for at in (entry.line[0], entry.range.evidence.end))
        self.lines = {entry.line for entry in self.dated} | {line_around(self.text, at) for at in ends}
        self.roles: set[str] = set()
        self.named: set[int] = set()  # where the titles of positions begin: none is of two

    def read(self) -> tuple[Experience, ...]:
        text, side = self.text, self._side()
        positions: list[Experience] = []
        taken = {line_around(text, line[0]) for line in self.lines}
        for entry in self.dated:
            near = [self._neighbours(entry.line, step, self.lines) for step in (side, -side)]
            if entry.told:
                positions.append(self._told(entry))
                continue
            certain = entry.title is not None and entry.title.certain
            title = entry.title if certain else self._near_title(entry, near)
            if title is None:
                continue
            if not title.certain and not self._among_positions(entry):
                continue
            self.named.add(title.start)
            taken.update((line_around(text, title.start), *near[0], *near[1]))
            begin, end = min(entry.range.evidence.start, title.start), max(entry.range.evidence.end, title.end)
            span, value = entry.range, stated(text[title.start : title.end], text, title.start, title.end)
            quoted = quote(text, begin, end) if end - begin <= _LONG_QUOTE else span.evidence
            dates = (span.start, span.end, span.current)
            known_title = value if title.certain else None
            positions.append(Experience(known_title, *dates, quoted, title.occupation, span.widest))
        known = {held.title.value.casefold() for held in positions if held.title}
        titles = [held.title.evidence for held in positions if held.title]
        spans = [(each.start, each.end) for each in titles]
        spans += [(self.exported.title.start, self.exported.title.end)] if self.exported else []
        self.roles = set().union(*(_roles(self.folded[slice(*span)]) for span in spans))
        others = list(self._undated(taken))
        undated = {_words_of(held): held for held in others if not held.start}  # "Role: ..." under a position
        positions += [held for held in others if held.start]
        positions += [held for words, held in undated.items() if words not in known]
        positions += self._latest_of_exported(positions)
        if any(held.start for held in positions):
            positions += list(self._untold_employers(positions))
        return tuple(sorted(positions, key=lambda e: (e.evidence.start, e.evidence.end)))

    def _told(self, entry: _Dated) -> Experience:
        """Return a position told in a sentence; one that names no role has no title."""
        text, span, title = self.text, entry.range, entry.title
        value = stated(text[title.start : title.end], text, title.start, title.end) if title else None
        begin = min(span.evidence.start, title.start) if title else span.evidence.start
        end = max(span.evidence.end, title.end) if title else span.evidence.end
        occupation = title.occupation if title else None
        return Experience(value, span.start, span.end, span.current, quote(text, begin, end), occupation, span.widest)

    def _among_positions(self, entry: _Dated) -> bool:
        """Tell whether dates beside no title are of a position: set apart, or behind a name, among the positions."""
        dates = entry.range.evidence
        if self.exported is not None and _meet(dates, self.exported.described):
            return True
        if section_at(self.sections, dates.start) != "experience" or self.near > _NEAR:
            return False
        before = self.text[entry.line[0] : dates.start]
        name = all(word[0].isupper() or len(word) <= 3 for word in before.split())
        return _APART.search(before) is not None or (name and len(before) <= _NAME)

    def _dated_lines(self, ranges: Iterable[DateRange]) -> list[_Dated]:
        dated: list[_Dated] = []
        for item in ranges:
            if _words().seasonal.search(self.folded, max(0, item.evidence.start - _BESIDE), item.evidence.start):
                continue  # "summers 2014 - 2017" are not four years
            if item in self.told:
                if told := self.told[item]:
                    dated.append(_Dated(item, self._line(item), told.title, told=True))
                continue
            line = self._line(item)
            same = bool(dated) and dated[-1].line == line
            begin = dated[-1].range.evidence.end if same else line[0]
            entry = _Dated(item, line, self._title_beside((begin, line[1]), item))
            if same and not (entry.title and entry.title.certain):
                continue  # a second range in a line, from a column beside it
            if same and _IN_BRACKETS.search(self.text, begin, item.evidence.start):
                continue  # about the position that stands before it
            if self._is_entry(entry):
                dated.append(entry)
        return dated

    def _line(self, item: DateRange) -> Span:
        """Return the line of a range; of a very long line (a text in one paragraph) only what stands around it."""
        start, end = line_around(self.text, item.evidence.start)[0], line_around(self.text, item.evidence.end)[1]
        if end - start <= _LONG_LINE:
            return start, end
        dates = item.evidence
        index = bisect_right(self.sections, dates.start, key=lambda section: section.start) - 1
        body = self.sections[index].body if index >= 0 and self.sections[index].body <= dates.start else 0
        first = max(start, dates.start - _AROUND, body, sentence_around(self.text, dates).start)
        return first, min(end, dates.end + _AROUND)

    def _is_entry(self, entry: _Dated) -> bool:
        """Tell whether a range dates a position: at an edge of its line, or in a short line, beside a title."""
        (start, end), dates, words = entry.line, entry.range.evidence, _words()
        if words.course.search(self.folded[start:end]):
            return False
        if entry.title is None and self._beside_a_break(entry.line):
            return False
        titled = (
            (entry.title is not None and entry.title.certain)
            or bool(self.exported and _meet(dates, self.exported.described))
            or any(
                self.titles.is_title_line(*line) for step in (-1, 1) for line in self._neighbours(entry.line, step)[:1]
            )
            or any(self.titles.is_labelled(*line) for line in self._neighbours(entry.line, 1)[:1])
        )
        label = self.titles.is_labelled(dates.end, end)
        first = dates.start - start <= 12 or self.text[dates.start - 1] == "\t" or label
        if not (titled or first or _APART.search(self.text[start : dates.start])):
            return False  # "migration from SharePoint 2010 to 2019"
        if _TOLD_BEHIND.match(self.text, dates.end):
            end = dates.end
        at_edge = first or end - dates.end <= 12 or self.text[dates.end] == "\t"
        short = end - start <= 140
        if section_at(self.sections, dates.start) == "experience":
            return at_edge or short
        if not (at_edge and short and titled):
            return False
        if words.school.search(self.folded[start:end]) and not self._works_at_school(entry.title):
            return False
        return not find_levels(self.titles.read.piece(start, end))

    def _beside_a_break(self, line: Span) -> bool:
        """Tell whether dates alone in their line belong to "Job search" above them."""
        return any(_words().course.search(self.folded[slice(*near)]) for near in self._neighbours(line, -1)[:1])

    def _works_at_school(self, title: Title | None) -> bool:
        """Tell whether a title is one of those who work at a school: "Lecturer, University of Oslo"."""
        if title is None or not title.certain:
            return False
        words, span = _words(), (title.start, title.end)
        return words.works_at_school.search(self.folded, *span) is not None and not words.studied.search(
            self.folded, *span
        )

    def _title_beside(self, line: Span, item: DateRange) -> Title | None:
        break_ = self.text.find("\n", item.evidence.start, item.evidence.end)
        if break_ >= 0 and (within := self.titles.find(line[0], break_)) and within.certain:
            return within
        after = self.titles.find(item.evidence.end, min(line[1], item.evidence.end + 160))
        before = self.titles.find(max(line[0], item.evidence.start - 160), item.evidence.start)
        return max(filter(None, (before, after)), key=lambda title: title.certain, default=None)

    def _neighbours(self, line: Span, step: int, lines: Collection[Span] = ()) -> list[Span]:
        """Return up to two lines of the section, before (-1) or after (+1), without dates of another position."""
        text, kind = self.text, section_at(self.sections, line[0])
        near: list[Span] = []
        position = line
        while len(near) < self.near and abs(position[0] - line[0]) <= _FAR:
            at = position[0] - 1 if step < 0 else position[1] + 1
            if not 0 <= at < len(text) or text[at if step < 0 else at - 1] != "\n":
                break
            position = line_around(text, at)
            if position in lines or section_at(self.sections, at) != kind:
                break
            if text[position[0] : position[1]].strip():
                near.append(position)
        return near

    def _side(self) -> int:
        """Return where this CV writes its titles when they are not beside the dates: -1 before, +1 after."""
        votes = 0
        for entry in self.dated:
            if not (entry.title and entry.title.certain):
                for step in (-1, 1):
                    near = self._neighbours(entry.line, step, self.lines)
                    votes += step * any(self.titles.is_title_line(*line) for line in near)
        return 1 if (votes or self._bulleted()) > 0 else -1

    def _bulleted(self) -> int:
        """Return the votes of titles with a bullet, which may as well be tasks."""
        votes = 0
        for entry in self.dated:
            for step in (-1, 1):
                for line in self._neighbours(entry.line, step, self.lines)[:1]:
                    title = self.titles.find(*line)
                    votes += step * bool(title and self._opens(title, line))
        return votes

    def _opens(self, title: Title, line: Span) -> bool:
        """Tell whether a role, written with a capital, opens the line."""
        return title.certain and title.start == trimmed(self.text, *line)[0] and self.text[title.start].isupper()

    def _near_title(self, entry: _Dated, near: Sequence[Sequence[Span]]) -> Title | None:
        """Return the title in the lines on the usual side, then on the other; else the words beside the dates."""
        text, titles = self.text, self.titles
        if (labelled := self._labelled_below(entry)) and labelled.start not in self.named:
            return labelled
        for line in (*near[0], *near[1]):
            title = titles.find(*line) if titles.is_title_line(*line) else None
            if title and entry.title and self._of_other_years(line, entry.range):
                continue  # a position of its own: "2021 Cook" below "since 2022 Acme, kitchen"
            if title and title.start not in self.named:
                return title
        if self.exported and _meet(entry.range.evidence, self.exported.described):
            return self.exported.title
        if entry.title and (text[entry.title.start].isupper() or not near[0]):
            return entry.title
        for line in (*near[0], *near[1]):
            title = titles.find(*line)
            if title and self._opens(title, line) and title.start not in self.named:
                return title
        beside = [line for lines in near for line in lines[:1]]
        return entry.title or next(filter(None, (titles.find(*line) for line in beside)), None)

    def _labelled_below(self, entry: _Dated) -> Title | None:
        """Return what "Position: ..." names in the next lines, up to the dates of another position."""
        line, section = entry.line, section_at(self.sections, entry.line[0])
        for _ in range(_LABEL_LINES):
            line = line_around(self.text, line[1] + 1)
            if line in self.lines or line[0] >= len(self.text) or section_at(self.sections, line[0]) != section:
                return None
            if self.titles.is_labelled(*line):
                title = self.titles.find(*line)
                return title if title and title.certain else None
        return None

    def _of_other_years(self, line: Span, dates: DateRange) -> bool:
        """Tell whether a line has years of which none lies within the dates."""
        first, last = int(dates.start[:4]), int(dates.end[:4]) if dates.end else _FOREVER
        years = [int(match.group()) for match in _YEARS.finditer(self.text, *line)]
        return bool(years) and not any(first <= year <= last for year in years)

    def _latest_of_exported(self, positions: Sequence[Experience]) -> Iterator[Experience]:
        """Yield the latest position of a job board's CV, where no dates were found for it."""
        if self.exported and not any(p.start and _meet(p.evidence, self.exported.described) for p in positions):
            start, end = self.exported.title.start, self.exported.title.end
            value = stated(self.text[start:end], self.text, start, end)
            if all(_words_of(held) != value.value.casefold() for held in positions):
                yield Experience(value, None, None, False, value.evidence, self.exported.title.occupation)

    def _untold_employers(self, positions: Sequence[Experience]) -> Iterator[Experience]:
        """Yield the employers of an exported CV of whom neither title nor dates are told."""
        known = {self.exported.described[0]} if self.exported and self.exported.described else set()
        named = [(self.folded[slice(*name)], span) for name, span in employers(self.titles.read)]
        told = {name for name, span in named if span[0] in known or any(_meet(p.evidence, span) for p in positions)}
        for name, (at, _) in named:
            if name not in told:
                told.add(name)
                start, end = trimmed(self.text, *line_around(self.text, at))
                yield Experience(None, None, None, False, quote(self.text, start, end))

    def _lone(self, line: Span, title: Title) -> DateRange | None:
        """Return the one date at an edge of a title's line: "Developer - 2019", "2019: Developer"."""
        lone = find_lone(self.titles.read, *line)
        if lone is None or _words().course.search(self.folded[slice(*line)]):
            return None
        first, last = trimmed(self.text, *line)
        at_edge = lone.evidence.start <= first + 1 or lone.evidence.end >= last - 1
        outside = lone.evidence.end <= title.start or lone.evidence.start >= title.end
        return lone if at_edge and outside else None

    def _undated(self, taken: Collection[Span]) -> Iterator[Experience]:
        for section in self.sections:
            position = section.body
            while section.kind == "experience" and position < section.end:
                line = line_around(self.text, position)
                title = self._whole_title(*line)
                if line in self.lines:
                    title = None  # read with its dates
                lone = self._lone(line, title) if title else None
                beside = line in taken  # of another position, unless it has a date of its own: "Porter - 2014"
                if title and not (beside and (lone is None or title.start in self.named)):
                    value = stated(self.text[title.start : title.end], self.text, title.start, title.end)
                    start, end, widest = (lone.start, lone.end, lone.widest) if lone else (None, None, None)
                    yield Experience(value, start, end, False, quote(self.text, *line), title.occupation, widest)
                elif line not in self.lines and not _words().date.search(self.folded, *line):
                    for told in read_undated(self.titles, *line):
                        roles = _roles(self.folded[told.start : told.end])
                        if not roles or roles - self.roles:  # else of a position that is known
                            self.roles |= roles
                            value = stated(self.text[told.start : told.end], self.text, told.start, told.end)
                            yield Experience(value, None, None, False, value.evidence, told.occupation)
                position = line[1] + 1

    def _whole_title(self, start: int, end: int) -> Title | None:
        """Return the title that a line is, or has behind a label: "Position: Site engineer."."""
        start = past_description(self.folded, start, end) if self.exported else start
        if self.titles.is_title_line(start, end):
            return self.titles.find(start, end)
        short = self.titles.is_labelled(start, end) and end - start <= _SHORT
        title = self.titles.find(start, end) if short else None
        return title if title and names_role(self.folded[title.start : title.end]) else None


def _roles(folded: str) -> set[str]:
    return set(role_pattern().findall(folded))


def _words_of(held: Experience) -> str:
    return held.title.value.casefold() if held.title else ""


def _meet(quoted: Evidence, span: Span | None) -> bool:
    return span is not None and quoted.start < span[1] and span[0] < quoted.end


# Months worked in all are added up when they are asked for (jobfit.policy.months). Only an upper bound can hold
# something against a person, so there is one only where nothing suggests work that was not read: every position has
# dates, and every other date of the text is explained, by a school beside it or by what it stands among. Texts whose
# columns were mixed up when the file was made rarely pass.
_CLAIM_SECTIONS = frozenset({"header", "summary", "skills", "personal", "other", None})
_HEAD, _SHORT = 20, 60  # a year near the start of a line, or in a short line, is not an aside in a sentence
_STUDIES = frozenset({"education", "certifications", "publications", "languages", "references", "interests"})


def explains_dates(text: str | ReadText, experiences: Sequence[Experience]) -> bool:
    """Tell whether no work was missed, as far as dates show it.

    There is an experience section, each position has dates that cannot be anything else, some have titles, and no other
    date of the text may be of a position that was not read.
    """
    read = as_read(text)
    if not any(section.kind == "experience" for section in read.sections) or names_employers(read):
        return False
    if not all(e.start and (e.end or e.current) for e in experiences) or not any(e.title for e in experiences):
        return False
    if any(_untold(read, s.body, s.end) for s in read.sections if s.kind == "experience"):
        return False
    if _unlisted_heading(read, experiences):
        return False
    ranges, explained = find_ranges(read), []
    starts = [item.evidence.start for item in ranges]
    for held in experiences:
        within = ranges[bisect_left(starts, held.evidence.start) : bisect_left(starts, held.evidence.end)]
        if not within or not all(item.sure for item in within):
            return False
        explained += [item.evidence for item in within]
    lines = {_span(read.text, held) for held in experiences}  # each once: all positions may stand in one
    if any(tells(read.folded[start:end]) for start, end in lines):
        return False
    explained.sort(key=lambda at: at.start)
    of_positions = {start for position in experiences for start in _lines(read.text, position)}
    checked = set(of_positions)
    for match in _words().date.finditer(read.folded):
        if _words().version.search(read.folded, max(0, match.start() - _VERSION), match.end()):
            continue  # "Windows Server 2008"
        start, end = line_around(read.text, match.start())
        before = bisect_right(explained, match.start(), key=lambda at: at.start) - 1
        if start in of_positions and (before < 0 or explained[before].end <= match.start()):
            return False  # a second time in the line of a position, in a sentence perhaps
        if start not in checked and _may_be_work(read, start, end, section_at(read.sections, start)):
            return False
        checked.add(start)
    return True


def _untold(read: ReadText, start: int, end: int) -> bool:
    """Tell whether a line tells of work without dates: "Earlier: ten years as a carer", "Clerk, Acme, 18 months"."""
    words = _words()
    if words.untold.search(read.folded, start, end):
        return True
    lines = (
        read.folded[slice(*line_around(read.text, m.start()))] for m in words.duration.finditer(read.folded, start, end)
    )
    return any(names_role(line) and not words.date.search(line) for line in lines)


def _unlisted_heading(read: ReadText, experiences: Sequence[Experience]) -> bool:
    """Tell whether a line alone stands above a later position and none above the first: a heading that nobody listed.

    Where each position has its employer in such a line, the first has one too.
    """
    text, alone, headings = read.text, [], {section.start for section in read.sections}
    for held in experiences:
        at = min(each.start for each in (held.evidence, *([held.title.evidence] if held.title else ())))
        above = line_around(text, max(0, line_around(text, at)[0] - 1))
        line = text[slice(*above)].strip(" \t:")
        apart = above[0] not in headings and not text[slice(*line_around(text, max(0, above[0] - 1)))].strip()
        words = len(line.split())
        alone.append(apart and 1 <= words <= _HEADING_WORDS and line.replace(" ", "").isalpha() and line[0].isupper())
    return any(alone[1:]) and not alone[0]


def _span(text: str, position: Experience) -> Span:
    return line_around(text, position.evidence.start)[0], line_around(text, position.evidence.end)[1]


def _lines(text: str, position: Experience) -> Iterator[int]:
    start, end = line_around(text, position.evidence.start)
    yield start
    while end < position.evidence.end:
        start, end = line_around(text, end + 1)
        yield start


def _may_be_work(read: ReadText, start: int, end: int, section: str | None) -> bool:
    words, line = _words(), read.folded[start:end]
    if words.course.search(line):
        return False
    if section != "experience" and words.school.search(line) and not names_role(line):
        return False
    dates = [match.start() for match in words.date.finditer(line)]
    if section == "experience" and (dates[0] <= _HEAD or len(line) <= _SHORT):
        return True
    of_work = names_role(line) and not words.school.search(line) and not find_levels(line)
    if section == "education" and len(dates) == 1 and not two_columns(read.text, read.sections):
        return of_work and not words.papers.search(line)
    if section in _STUDIES:
        around = read.folded[_widened(read.folded, start, end)]
        return of_work or not (words.school.search(around) or find_levels(around))
    return names_role(line) or len(dates) > 1


def _widened(text: str, start: int, end: int) -> slice:
    """Return the lines at ``start``..``end`` with two more on either side."""
    for _ in range(_NEAR):
        start = line_around(text, start - 1)[0] if start > 0 else 0
        end = line_around(text, end + 1)[1] if end < len(text) - 1 else len(text)
    return slice(start, end)


def read_claim(text: str | ReadText) -> Stated[int] | None:
    """Return the most months of experience in all that the text claims in words ("10 years of experience").

    Where one of several claims is said to be of all of it ("5+ years in total, 6 as a cook"), that one counts. Where no
    position has dates, that is what their durations add up to ("Acme (7 years 10 months)"), if it is more.
    """
    read = as_read(text)
    claims, totals = _durations(read), []
    anywhere = names_employers(read)
    starts = {section.start for section in read.sections}
    for match in chain.from_iterable(pattern.finditer(read.folded) for pattern in _words().claims):
        if _words().below.search(read.folded, max(0, match.start() - _AROUND), match.start()):
            continue  # "almost 5 years": how many is not said
        months = _months(match)
        opens = match.start() in starts  # "Experience: 8 years"
        if 0 < months <= 60 * 12 and (anywhere or opens or section_at(read.sections, match.start()) in _CLAIM_SECTIONS):
            claims.append(stated(months, read.text, *match.span()))
            if _is_total(read.folded, *match.span()):
                totals.append(claims[-1])
    return max(totals or claims, key=lambda c: c.value, default=None)


def _is_total(folded: str, start: int, end: int) -> bool:
    """Tell whether a claim is of all work: "total experience: 5 years", "5 years of experience in all"."""
    line = line_around(folded, start)[0], line_around(folded, end)[1]
    return _words().total.search(folded, max(line[0], start - _BESIDE), min(line[1], end + _BESIDE)) is not None


def _durations(read: ReadText) -> list[Stated[int]]:
    """Return the sum of the durations among the positions, quoting the longest; none where there are dates."""
    if any(section_at(read.sections, item.evidence.start) == "experience" for item in find_ranges(read)):
        return []
    found = [m for m in _words().duration.finditer(read.folded) if section_at(read.sections, m.start()) == "experience"]
    months = {match: int(match["only"] or 0) or _months(match) for match in found}
    if not 0 < sum(months.values()) <= 60 * 12:
        return []
    longest = max(found, key=lambda match: months[match])
    return [stated(sum(months.values()), read.text, *longest.span())]


def _months(match: re.Match[str]) -> int:
    return int(match["n"]) * 12 + round(int(match["tenth"] or 0) * 1.2) + int(match["months"] or 0)
