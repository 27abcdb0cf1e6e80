"""Levels of education that a text states, English and French.

A word that has other meanings counts only with what makes it a diploma: "Master" is one in "Master's degree" and in
"Master informatique, Université de Lille", not in "Scrum Master"; "licence" is one in "licence professionnelle", not
in "driving licence". "Degree" alone states no level. A diploma that is said to be unfinished states none either.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import partial

from jobfit.lexicon import Lexicon, built
from jobfit.records import EducationLevel, Stated
from jobfit.structure.spans import line_around, stated
from jobfit.structure.text import ReadText, as_read

_LEVELS = {level.name.lower(): level for level in EducationLevel}
_EDGE = r"(?<![\w.@/-])"
_BESIDE = 100


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
        # counts with a school, a year or a field after a comma in its line
        self.bare = re.compile(rf"(?<![\w-])(?:{named})(?![\w'’])")
        self.context = re.compile(rf"\b(?:{of('context')}|(?:19[5-9]|20\d)\d\b)")
        self.not_before = re.compile(rf"\b(?:{of('not_before')})[ -]$")
        self.not_after = re.compile(rf" (?:{of('not_after')})")
        self.unfinished_after = re.compile(rf"[^\n;]{{0,30}}?\b(?:{of('unfinished_after')})\b")
        self.unfinished_before = re.compile(rf"\b(?:{of('unfinished_before', 'none_before')}) {{1,2}}$")
        self.university = re.compile(rf"\b(?:{of('university')})\b")


_words = built(_Words)


def find_levels(text: str | ReadText) -> tuple[Stated[EducationLevel], ...]:
    """Return every level of education stated in ``text``, in its order; may be empty.

    The highest level is ``max(levels, key=lambda s: s.value)``. "Bac+4/5" is read as the lower of the two.
    """
    read, words = as_read(text), _words()
    text, folded = read.text, read.folded
    matches = [*words.levels.finditer(folded), *words.exact.finditer(text)]
    matches += [match for match in words.bare.finditer(text) if _bare_is_diploma(folded, match)]
    held, taken = [], 0
    for match in sorted(matches, key=lambda m: (m.start(), -m.end())):
        if match.start() >= taken and not _unfinished(folded, *match.span()):
            held.append(stated(_LEVELS[str(match.lastgroup)], text, *match.span()))
            taken = match.end()
    return tuple(held)


def highest_level(text: str | ReadText) -> Stated[EducationLevel] | None:
    """Return the highest level that a CV states; ``None`` where it states none or may hold a higher one.

    Below a bachelor's degree it may where the section of education names a university and no level beside it: the name
    of the degree was not read, and a level too low would leave the person out.
    """
    read = as_read(text)
    levels = find_levels(read)
    highest = max(levels, key=lambda item: item.value, default=None)
    if highest is None or highest.value >= EducationLevel.BACHELOR:
        return highest
    stated_at = [item.evidence.start for item in levels]
    for section in (section for section in read.sections if section.kind == "education"):
        for match in _words().university.finditer(read.folded, section.body, section.end):
            first, last = match.start() - _BESIDE, match.end() + _BESIDE
            if bisect_left(stated_at, first) == bisect_left(stated_at, last):
                return None
    return highest


def _bare_is_diploma(folded: str, match: re.Match[str]) -> bool:
    words = _words()
    before = folded[max(0, match.start() - 12) : match.start()]
    if words.not_before.search(before) or words.not_after.match(folded, match.end()):
        return False
    start, end = line_around(folded, match.start())
    return words.context.search(folded[max(start, match.start() - 120) : min(end, match.end() + 120)]) is not None


def _unfinished(folded: str, start: int, end: int) -> bool:
    words = _words()
    before = words.unfinished_before.search(folded[max(0, start - 30) : start])
    return before is not None or words.unfinished_after.match(folded, end, end + 60) is not None
