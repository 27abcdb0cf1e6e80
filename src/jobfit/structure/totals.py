"""Months worked in all: what the dated positions add up to, and the most that they can mean.

The upper bound is what can leave a person out, so it is given only where nothing suggests work that was not read: every
position has dates, and every other date of the text is explained, by a school beside it or by what it stands among.
Texts whose columns were mixed up when the file was made rarely pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jobfit.records import Experience, ExperienceTotal, Section, Stated
from jobfit.structure.dates import months_covered
from jobfit.structure.education import find_levels
from jobfit.structure.role_words import names_role
from jobfit.structure.sections import section_at
from jobfit.structure.spans import fold, line_around, stated

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
