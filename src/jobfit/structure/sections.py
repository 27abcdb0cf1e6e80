"""Cutting a CV or a vacancy into its sections by the headings that it writes.

A heading is a known phrase (:mod:`jobfit.structure.headings`) that stands alone in its line, or opens its line and is
set off by a colon, a wide gap or capitals, or follows the end of a sentence and has a colon (texts in one paragraph).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from jobfit.records import Kind, Section
from jobfit.structure.headings import CANDIDATE_KINDS, HEADINGS, VACANCY_KINDS
from jobfit.structure.spans import fold

_LONGEST = max(map(len, HEADINGS))
_LONG_LINE = 300
# A candidate for a heading in a line: bullets or a number, words, then what sets it off.
_LINE = re.compile(r"[ \t]{0,40}(?:[^\w\s]{1,3} {0,3}|\d{1,2}[.)] ?){0,2}(?P<words>[a-z][a-z'&,/ -]{1,60})")
_ALONE = re.compile(r"[\s:.\-_=*#|?!•·▪●]{0,200}(?:\n|\Z)")
_COLON = re.compile(r" {0,2}(?:\([^()\n]{0,30}\) {0,2})?: {0,3}| {1,2}-{1,2} | {2,}|\t| (?=\d)")
_INLINE = re.compile(r"(?:(?<=[.;!?)] )|(?<=  )|(?<=\n))(?=[^\W\d_])")
_ANYWHERE = re.compile(r"(?<![^\W_])(?=[^\W\d_])")
_INLINE_WORDS = re.compile(r"(?P<words>[a-z][a-z'&, -]{1,60}?) ?(?:\([^()\n]{0,30}\) ?)?: {0,3}")

# Labels that stand under each position of a CV: they do not end the experience section.
_UNDER_POSITIONS = frozenset(
    {"technologies", "projects", "achievements", "key achievements", "outils", "logiciels", "realisations", "projets"}
)

_Heading = tuple[int, int, str]  # start, where the body starts, phrase


def split_sections(text: str, language: str | None = None, kind: Kind | None = None) -> tuple[Section, ...]:
    """Return the sections of ``text``: they touch, and cover it from the first to the last character.

    What comes before the first heading is the section ``header`` (left out when blank). Without any heading the whole
    text is the header; an empty text has no section. ``kind`` leaves out the headings of the other side, where it is
    known ("Responsibilities" under each position of a CV opens nothing). ``language`` is a hint that no
    rule needs today.

    Kinds for a CV: summary, experience, education, skills, languages, certifications, projects, interests, references,
    personal, preferences, volunteering, publications, other. More for a vacancy: company, description,
    responsibilities, requirements, nice_to_have, profile, offer, application.

    >>> [(s.kind, s.start, s.body, s.end) for s in split_sections("Ann\\nSkills: Java\\nEDUCATION\\nBSc")]
    [('header', 0, 0, 4), ('skills', 4, 12, 17), ('education', 17, 27, 30)]
    """
    folded = fold(text)
    headings = _chosen(sorted({*_line_headings(text, folded), *_inline_headings(text, folded)}), kind)
    first = headings[0][0] if headings else len(text)
    sections = [Section("header", 0, 0, first)] if text[:first].strip() else []
    if headings and not sections:
        headings[0] = (0, *headings[0][1:])
    for i, (start, body, phrase) in enumerate(headings):
        end = headings[i + 1][0] if i + 1 < len(headings) else len(text)
        sections.append(Section(HEADINGS[phrase], start, body, end))
    return tuple(sections)


def heading_lines(text: str, kind: Kind | None = None) -> tuple[tuple[int, str], ...]:
    """Return where each line of ``text`` that is shaped like a heading begins to be one, and the kind it would open.

    Every decision is about one line alone: unlike in :func:`split_sections`, nothing elsewhere in the text changes it.

    >>> heading_lines("Nurse\\nSkills: care\\nCook\\nSkills: soup", Kind.CANDIDATE)
    ((6, 'skills'), (24, 'skills'))
    """
    wanted = CANDIDATE_KINDS if kind is Kind.CANDIDATE else CANDIDATE_KINDS | VACANCY_KINDS
    found = ((start, HEADINGS[phrase]) for start, _, phrase in _line_headings(text, fold(text)))
    return tuple((start, opened) for start, opened in found if opened in wanted)


def _chosen(found: list[_Heading], kind: Kind | None) -> list[_Heading]:
    """Return the headings that open a section: of this side, not overlapping, not a label under each position."""
    wanted = CANDIDATE_KINDS if kind is Kind.CANDIDATE else CANDIDATE_KINDS | VACANCY_KINDS
    times = Counter(phrase for _, _, phrase in found)
    chosen: list[_Heading] = []
    for heading in found:
        phrase = heading[2]
        if HEADINGS[phrase] not in wanted or (chosen and heading[0] < chosen[-1][1]):
            continue
        in_experience = bool(chosen) and HEADINGS[chosen[-1][2]] == "experience"
        if in_experience and (phrase in _UNDER_POSITIONS or (times[phrase] > 1 and HEADINGS[phrase] != "education")):
            continue
        chosen.append(heading)
    return chosen


def section_at(sections: tuple[Section, ...], position: int) -> str | None:
    """Return the kind of the section in which ``position`` stands; ``None`` outside of all."""
    index = bisect_right(sections, position, key=lambda section: section.start) - 1
    return sections[index].kind if index >= 0 and position < sections[index].end else None


def _line_headings(text: str, folded: str) -> Iterator[_Heading]:
    start = 0
    while start < len(folded):
        end = folded.find("\n", start)
        end = len(folded) if end < 0 else end
        match = _LINE.match(folded, start, end)
        if match and (heading := _heading_in_line(text, folded, match, end)):
            yield heading
        start = end + 1


def _heading_in_line(text: str, folded: str, match: re.Match[str], end: int) -> _Heading | None:
    begin, limit = match.span("words")
    words = folded[begin:limit]
    for cut in _cuts(words):
        phrase = _phrase(words[:cut])
        if phrase is None or folded[begin + cut : begin + cut + 1].isalnum():
            continue
        after = begin + cut
        if alone := _ALONE.match(folded, after, end + 1):
            if text[begin].isupper() or ":" in alone.group() or match.start("words") == match.start():
                return begin, alone.end(), phrase
        elif not text[begin].isupper():
            return None
        elif colon := _COLON.match(folded, after, end):
            return begin, colon.end(), phrase
        elif text[begin:after].isupper() and not text[after : after + 12].isupper():
            return begin, after, phrase
        return None
    return None


def _phrase(words: str) -> str | None:
    """Return the known phrase that ``words`` spell, "my" left out."""
    phrase = " ".join(words.split()).removeprefix("my ")
    return phrase if phrase in HEADINGS else None


def _cuts(words: str) -> list[int]:
    """Return the lengths at which ``words`` may end, longest first."""
    return [m.end() for m in re.finditer(r"[a-z](?![a-z])", words)][::-1]


def _inline_headings(text: str, folded: str) -> Iterator[_Heading]:
    """Yield headings inside a line: capital, colon, after a sentence; anywhere in a very long line."""
    for opener in _openers(folded):
        if not text[opener].isupper():
            continue
        match = _INLINE_WORDS.match(folded, opener, min(len(folded), opener + _LONGEST + 40))
        if match and (phrase := _phrase(match["words"])):
            yield opener, match.end(), phrase


def _openers(folded: str) -> Iterator[int]:
    start = 0
    while start < len(folded):
        end = folded.find("\n", start)
        end = len(folded) if end < 0 else end
        pattern = _ANYWHERE if end - start > _LONG_LINE else _INLINE
        for match in pattern.finditer(folded, start, end):
            yield match.start()
        start = end + 1
