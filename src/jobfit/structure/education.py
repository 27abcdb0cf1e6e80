"""Levels of education that a text states, English and French.

A word that has other meanings counts only with what makes it a diploma: "Master" is one in "Master's degree" and in
"Master informatique, Université de Lille", not in "Scrum Master"; "licence" is one in "licence professionnelle", not
in "driving licence". "Degree" alone states no level. A diploma that is said to be unfinished states none either.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import zip_longest

from jobfit.lexicon import Lexicon, built
from jobfit.records import EducationLevel, Stated
from jobfit.structure.dates import DateRange, find_ranges
from jobfit.structure.sections import lines_of, section_at
from jobfit.structure.spans import line_around, stated
from jobfit.structure.text import ReadText, as_read

_LEVELS = {level.name.lower(): level for level in EducationLevel}
_EDGE = r"(?<![\w.@/-])"
_BESIDE, _PART = 100, 600
_MARKS = " \t\n-–•*·▪●:"  # before an item of a list
_BRIEF = 10  # months between the first and the last, at least, of a course of study that ends in a degree
_YEAR = re.compile(r"\b(?:19[5-9]|20\d)\d\b")
_DATED = re.compile(r"(?:19|20)\d\d(?:[^\d\n]{1,14}(?:19|20)\d\d)?")  # a year or a range
_CLOSED = re.compile(r"(?:19|20)\d\d[^\d\n]{1,14}(?:19|20)\d\d")
_INITIAL = re.compile(r"(?<!\w)[A-Z]\.\Z")
_AFTER_CITY = re.compile(r"[a-z],\Z")
_STOP = re.compile(r"(?:\d{4}|[^\W\d_]{3})\)?\. {1,2}")
_GOES_ON = re.compile(r"\s{0,3}(?:\Z|[\n,;|(/:&–—.-]|\d|[A-Z]|(?:in|of|from|at|with)\b)")


Span = tuple[int, int]


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "education")

        def patterns(key: str) -> re.Pattern[str]:
            groups = lexicon.groups("education", key)
            named = (rf"(?P<{name}>{filled('|'.join(groups[name]))})" for name in reversed(_LEVELS) if name in groups)
            return re.compile(_EDGE + f"(?:{'|'.join(named)})")

        def filled(pattern: str) -> str:
            for name, words in (("subject", of("subject")), ("science", of("science"))):
                pattern = pattern.replace(f"<{name}>", rf"(?:{words})\b")
            return pattern.replace("<school>", rf"(?:[\w'-]{{1,25}} ){{0,4}}(?:{of('school_name')})")

        named = lexicon.named_groups("education", "bare")
        # the group that matched names the level; the first is for folded text
        self.levels, self.exact = patterns("levels"), patterns("exact")
        self.changed = patterns("changed")  # never sure: the level of the diploma is not the same in every year
        # counts with a school, a year or a field after a comma in its line
        self.bare = re.compile(rf"(?<![\w-])(?:{named})(?![\w'’])")
        self.context = re.compile(rf"\b(?:{of('context')}|(?:19[5-9]|20\d)\d\b)")
        self.not_before = re.compile(rf"\b(?:{of('not_before')})[ -]$")
        self.not_after = re.compile(rf" (?:{of('not_after')})")
        self.unfinished_after = re.compile(rf"[^\n;]{{0,40}}?(?<![\w+])(?:{of('unfinished_after')})\b")
        self.unfinished_told = re.compile(rf"[(\[] ?(?:{of('unfinished_after')})\b")
        self.unfinished_before = re.compile(rf"\b(?:{of('unfinished_before', 'none_before')}) {{1,2}}$")
        letters = lexicon.named_groups("education", "letters")
        self.letters = re.compile(rf"(?<![\w.&@/-])(?:{letters})(?![\w'’+&]|\.\w)")
        glued = lexicon.named_groups("education", "glued")
        self.glued = re.compile(rf"(?<=[a-z0-9.:)])(?:{glued})")
        self.letters_not_after = re.compile(rf"\W{{1,3}}(?:{of('letters_not_after')})")
        self.school = re.compile(rf"\b(?:{of('context')})")
        self.progress_after = re.compile(rf"[^\n;]{{0,40}}?\b(?:{of('progress_after')})\b")
        self.progress_told = re.compile(rf"[(\[–—-] ?(?:{of('progress_told')})\b")
        self.several = re.compile(r"(?<!\w)\d{1,2} (?:\w{2,12} )?\Z")
        self.progress_before = re.compile(rf"\b(?:{of('progress_before')})[ :(]{{1,3}}$")
        self.open_range = re.compile(rf"\b(?:{of('open_range')})")
        self.of_others = re.compile(rf"\b(?:{of('of_others')})\b")
        self.student_now = re.compile(rf"\b(?:{of('student_now')})\b")
        self.vocational = re.compile(rf"\b(?:{of('vocational')})\b")
        self.doctoral_now = re.compile(rf"(?<![\w-])(?:{of('doctoral_now')})\b")
        self.raised = re.compile(rf"\b(?:{of('raised')})")
        self.no_degree, self.diploma = (re.compile(rf"\b(?:{of(key)})(?!\w)") for key in ("no_degree", "diploma"))
        self.foreign = re.compile(rf"\b(?:{of('foreign')})(?!\w)")
        self.higher = re.compile(rf"\b(?:{of('higher')})(?!\w)")
        self.link = re.compile(rf" (?:{of('link')})\Z")  # "Master's in progress"
        self.unread = re.compile(rf"\b(?:{of('unread')})\b")
        # "Highest education: Master": the rest of the line is about education, and opens with the level
        self.field = re.compile(rf"(?:^|\n)[^\w\n]{{0,5}}(?:{of('field')}) ?[:=|] ?")
        self.told = re.compile(lexicon.named_groups("education", "told"))
        self.opens, self.closes = (re.compile(rf"(?:{of(key)})") for key in ("opens", "closes"))


_words = built(_Words)


def find_levels(text: str | ReadText, told: bool = False) -> tuple[Stated[EducationLevel], ...]:
    """Return every level of education stated in ``text``, in its order; may be empty.

    "Bac+4/5" is read as the lower of the two. ``told`` where a heading says that the text is about education: it may
    open with "Master".
    """
    read = as_read(text)
    return tuple(item for item in _mentions(read, told=told) if not _unfinished(read.folded, *_span(item)))


def is_level_field(label: str) -> bool:
    """Tell whether the (folded) ``label`` of a field asks for a level: "diplome minimum :"."""
    return _words().field.fullmatch(f"{label.strip().rstrip(' :')}:") is not None


def highest_level(text: str | ReadText) -> Stated[EducationLevel] | None:
    """Return the highest level that a CV says is *held*; ``None`` where it states none or may hold a higher one.

    It may where a line of the education names a university or a degree and no level beside it: the name of the degree
    was not read. Below a bachelor's degree such a line leaves the level unknown; from there on it is not sure.
    """
    return read_education(text)[0]


def studied_level(text: str | ReadText) -> Stated[EducationLevel] | None:
    """Return the highest level that a CV says is in progress; ``None`` where it states none."""
    return read_education(text)[1]


def read_education(text: str | ReadText) -> tuple[Stated[EducationLevel] | None, Stated[EducationLevel] | None]:
    """Return :func:`highest_level` and :func:`studied_level` of a CV."""
    read = as_read(text)
    parts = _parts_on_education(read)
    mentions = _mentions(read, parts)
    at = [item.evidence.start for item in mentions]
    held, studied = [], []
    for item, following in zip_longest(mentions, at[1:]):
        start, end = item.evidence.start, item.evidence.start + len(_words().link.sub("", item.evidence.text))
        alone = len(mentions) == 1 or _alone(read.folded, at, start)
        until = _until(read.folded, end, following)
        if _in_progress(read.folded, start, end, alone, until):
            if not _past(read, start):
                studied.append(item)
        elif not _unfinished(read.folded, start, end, alone, until):
            held.append(item)

    def weight(item: Stated[EducationLevel]) -> tuple[EducationLevel, bool]:
        return item.value, item.sure and _inside(parts, item.evidence.start)

    highest, studying = (max(items, key=weight, default=None) for items in (held, studied))
    if highest and not studying and _studies_now(read, highest):
        lower = [item for item in held if item.value < highest.value]
        highest, studying = max(lower, key=lambda item: item.value, default=None), highest
    if highest and highest.value is EducationLevel.DOCTORATE and not studying and _is_doctoral_student(read):
        lower = [item for item in held if item.value < highest.value]
        highest, studying = max(lower, key=lambda item: item.value, default=None), highest
    if highest is None:
        return None, studying
    raised = _raised(read, highest, mentions)
    if highest.value < EducationLevel.BACHELOR:
        if raised or _unread(read, parts, at):
            return None, studying
        open_ = _open_lines(read, parts, at)
    else:
        open_ = raised or _may_hide_a_degree(read, parts, at, highest)
    certain = highest.sure and _inside(parts, highest.evidence.start) and not open_
    return replace(highest, sure=certain and not _words().student_now.search(read.folded)), studying


def _until(folded: str, end: int, following: int | None) -> int:
    """Return where the sentence of the next level begins, where it is near, in the same line: "BSc. Master ..."."""
    if following is None or following - end > _BESIDE or "\n" in folded[end:following]:
        return len(folded)
    return max((stop.end() for stop in _STOP.finditer(folded, end, following)), default=len(folded))


def _studies_now(read: ReadText, level: Stated[EducationLevel]) -> bool:
    """Tell whether a person who studies now gives no year of this level: it may be the one that is studied for."""
    line = read.text[slice(*line_around(read.text, level.evidence.start))]
    return not _YEAR.search(line) and _words().student_now.search(read.folded) is not None


def _is_doctoral_student(read: ReadText) -> bool:
    """Tell whether the head of a CV says that the person writes a thesis now: "Doctorant en chimie"."""
    head = read.sections[0] if read.sections else None
    return bool(head and head.kind == "header" and _words().doctoral_now.search(read.folded, head.start, head.end))


def _past(read: ReadText, position: int) -> bool:
    """Tell whether a study is among the positions with an end: "2010-2013 PhD student"."""
    first, last = line_around(read.text, position)
    return section_at(read.sections, position) == "experience" and _CLOSED.search(read.text, first, last) is not None


def _raised(read: ReadText, level: Stated[EducationLevel], mentions: list[Stated[EducationLevel]]) -> bool:
    """Tell whether a diploma was taken further, to a level that was not read: "HND 2009, topped up in 2011"."""
    end = line_around(read.text, level.evidence.start)[1]
    raised = _words().raised.search(read.folded, level.evidence.end, min(end, level.evidence.end + _BESIDE))
    return raised is not None and not any(raised.start() <= item.evidence.start < end for item in mentions)


def _span(item: Stated[EducationLevel]) -> Span:
    return item.evidence.start, item.evidence.end


def _parts_on_education(read: ReadText) -> list[Span]:
    """Return the sections on education and what follows a heading inside a line, in order and apart."""
    words = _words()
    parts = [(section.body, section.end) for section in read.sections if section.kind == "education"]
    parts += [(match.end(), line_around(read.text, match.end())[1]) for match in words.field.finditer(read.folded)]
    for match in words.opens.finditer(read.folded):
        end = words.closes.search(read.folded, match.end(), match.end() + _PART)
        parts.append((match.end(), end.start() if end else min(len(read.folded), match.end() + _PART)))
    apart: list[Span] = []
    for start, stop in sorted(parts):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(stop, apart[-1][1]))
        else:
            apart.append((start, stop))
    return apart


def _inside(parts: list[Span], position: int) -> bool:
    index = bisect_right(parts, position, key=lambda part: part[0]) - 1
    return index >= 0 and position < parts[index][1]


def _mentions(read: ReadText, parts: list[Span] | None = None, told: bool = False) -> list[Stated[EducationLevel]]:
    """Return every level named in the text; ``sure`` where its words mean nothing else.

    ``parts`` on education are given for a CV only: there, letters such as "B.E." are read as well.
    """
    words, text, folded = _words(), read.text, read.folded
    matches = [*words.levels.finditer(folded), *words.exact.finditer(text), *words.glued.finditer(text)]
    matches = [match for match in matches if not _of_the_trades(folded, match)]
    plain = len(matches)
    matches += words.changed.finditer(folded)
    bare = (m for m in words.bare.finditer(text) if section_at(read.sections, m.start()) != "experience")
    matches += [match for match in bare if _bare_is_diploma(folded, match, parts or [])]
    fields = [field.end() for field in words.field.finditer(folded)] + [len(text) - len(text.lstrip(_MARKS))] * told
    matches += [match for at in fields if (match := words.told.match(text, at))]
    if parts is not None:
        matches += [match for match in _letters(read, 0, len(text)) if _letters_are_diploma(read, match, parts)]
    sure = {id(match) for match in matches[:plain]}
    sure |= {id(m) for m in matches[plain:] if m.re is not words.changed and _plain_letters(m, parts or [])}
    found, taken = [], 0
    for match in sorted(matches, key=lambda m: (m.start(), -m.end())):
        if match.start() >= taken:
            level = stated(_LEVELS[str(match.lastgroup)], text, *match.span())
            found.append(replace(level, sure=id(match) in sure))
            taken = match.end()
    return found


def _letters(read: ReadText, start: int, end: int) -> Iterator[re.Match[str]]:
    found = _words().letters.finditer(read.text, start, end)
    return (match for match in found if not _of_the_trades(read.folded, match))


def _of_the_trades(folded: str, match: re.Match[str]) -> bool:
    """Tell whether "L3" is a level of a vocational diploma: "NVQ L2 and L3"."""
    if not match.group().startswith("L3"):
        return False
    return _words().vocational.search(folded, *line_around(folded, match.start())) is not None


def _plain_letters(match: re.Match[str], parts: list[Span]) -> bool:
    """Tell whether letters can be but a degree: among studies, with dots or of three to five; "BE" may be a word."""
    letters = match.group()
    if not _inside(parts, match.start()) or _LEVELS[str(match.lastgroup)] < EducationLevel.BACHELOR:
        return False
    return "." in letters[:-1] or 3 <= len(letters) <= 5


def _letters_are_diploma(read: ReadText, match: re.Match[str], parts: list[Span]) -> bool:
    """Tell whether letters open a line or a part of it, and stand among studies or beside a school.

    "Boston, MA" is a place and "MS Excel" a program.
    """
    words, text, folded = _words(), read.text, read.folded
    start, end = line_around(text, match.start())
    before = text[max(start, match.start() - 60) : match.start()].rstrip()
    if (before and before[-1].isalpha()) or _INITIAL.search(before):
        return False
    if len(match.group()) == 2 and match.group()[0] == "M" and _AFTER_CITY.search(before):
        return False
    if words.letters_not_after.match(folded, match.end()):
        return False
    if _inside(parts, match.start()):
        return True
    if not _GOES_ON.match(text, match.end()):
        return False
    return words.school.search(folded, max(start, match.start() - 120), min(end, match.end() + 120)) is not None


def _alone(folded: str, at: list[int], start: int) -> bool:
    """Tell whether the line of the level at ``start`` states no other one."""
    first, last = line_around(folded, start)
    return bisect_left(at, last) - bisect_left(at, first) == 1


def _in_progress(folded: str, start: int, end: int, alone: bool, until: int) -> bool:
    """Tell whether a diploma is studied for; what stands from ``until`` on is said of the next one."""
    words = _words()
    first, last = line_around(folded, start)
    first, last = max(first, start - _BESIDE), min(last, end + _BESIDE, until)
    if words.of_others.search(folded, first, start) or words.several.search(folded, max(first, start - 16), start):
        return False  # "3 PhD students"
    if words.progress_before.search(folded[max(0, start - 40) : start]):
        return True
    if words.progress_after.match(folded, end, last):
        return True
    if alone and words.progress_told.search(folded, end, line_around(folded, start)[1]):
        return True
    return alone and words.open_range.search(folded, first, last) is not None


def _unread(read: ReadText, parts: list[Span], at: list[int]) -> bool:
    """Tell whether a line on education names a university or a degree and no level was read beside it.

    Letters of a degree that were not taken for one leave it open as well.
    """
    words, known = _words(), set(at)
    for start, end in parts or [(0, len(read.folded))]:
        for match in words.unread.finditer(read.folded, start, end):
            first, last = match.start() - _BESIDE, match.end() + _BESIDE
            if bisect_left(at, first) == bisect_left(at, last):
                return True
        if parts and any(match.start() not in known for match in _letters(read, start, end)):
            return True
    return False


def _open_lines(read: ReadText, parts: list[Span], at: list[int]) -> bool:
    """Tell whether lines on education may name a diploma that was not read.

    More of them have a year or a university, and no level, than there are levels without a year to be completed.
    """
    open_lines = 0
    for start, end in parts:
        position = start
        while position < end:
            first, last = line_around(read.text, position)
            first, last = max(first, start), min(last, end)
            level = bisect_left(at, last) > bisect_left(at, first)
            dated = _YEAR.search(read.text, first, last) is not None
            if level:
                open_lines -= not dated
            elif dated and any(map(str.isalpha, read.text[first:last])):
                open_lines += 1
            else:
                open_lines += _words().unread.search(read.folded, first, last) is not None
            position = max(last, position) + 1
    return open_lines > 0


def _may_hide_a_degree(read: ReadText, parts: list[Span], at: list[int], highest: Stated[EducationLevel]) -> bool:
    """Tell whether a line on education may name another degree, which was not read.

    Each level explains a university in a line beside its own, and a year where its own line has none. Courses,
    schools, months of study and diplomas before the degree are none.
    """
    words, text, known = _words(), read.text, set(at)
    first_year = _year_of(text, highest.evidence.start)
    brief = {line_around(text, item.evidence.start)[0] for item in find_ranges(read) if _is_brief(item)}
    levels = undated = years = names = 0
    for start, end in parts:
        if any(match.start() not in known for match in _letters(read, start, end)):
            return True
        for a, b in lines_of(text[start:end]):
            first, last = start + a, start + b
            dated, here = len(_DATED.findall(text[first:last])), bisect_left(at, last) - bisect_left(at, first)
            if not here and words.foreign.search(read.folded, first, last):
                return True
            if here:
                levels, undated, years = levels + 1, undated + (not dated), years + max(0, dated - here)
            elif not words.higher.search(read.folded, first, last) and (
                line_around(text, first)[0] in brief
                or words.no_degree.search(read.folded, first, last)
                or (words.diploma.search(read.folded, first, last) and _before(_year_of(text, first), first_year))
            ):
                continue
            elif dated and any(map(str.isalpha, text[first:last])):
                years += 1
            else:
                names += words.unread.search(read.folded, first, last) is not None
    return years > undated or names > levels


def _year_of(text: str, position: int) -> int | None:
    year = _YEAR.search(text, *line_around(text, position))
    return int(year.group()) if year else None


def _before(year: int | None, other: int | None) -> bool:
    return year is not None and other is not None and year < other


def _is_brief(item: DateRange) -> bool:
    """Tell whether a time is too short for a degree, however it is counted."""
    first, last = item.widest
    return last is not None and int(last[:4]) * 12 + int(last[5:]) - int(first[:4]) * 12 - int(first[5:]) < _BRIEF


def _bare_is_diploma(folded: str, match: re.Match[str], parts: list[Span]) -> bool:
    words = _words()
    before = folded[max(0, match.start() - 12) : match.start()]
    if words.not_before.search(before) or words.not_after.match(folded, match.end()):
        return False
    if _inside(parts, match.start()):
        return True
    start, end = line_around(folded, match.start())
    return words.context.search(folded[max(start, match.start() - 120) : min(end, match.end() + 120)]) is not None


def _unfinished(folded: str, start: int, end: int, alone: bool = False, until: int | None = None) -> bool:
    """Tell whether a diploma is said not to be finished; in brackets, of the only one of its line, anywhere behind.

    What stands from ``until`` on is said of the next one.
    """
    words = _words()
    before = words.unfinished_before.search(folded[max(0, start - 30) : start])
    near = end + 60 if until is None else min(end + 60, until)
    if before is not None or words.unfinished_after.match(folded, end, near) is not None:
        return True
    return alone and words.unfinished_told.search(folded, end, line_around(folded, start)[1]) is not None
