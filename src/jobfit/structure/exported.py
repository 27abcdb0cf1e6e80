"""CVs as a job board writes them out: the headline and the latest position stand at the end of the education.

Education Details
January 2015 Bachelor of Engineering Mumbai University
ETL Developer

ETL Developer - Blue Shield
Skill Details
...
Company Details
company - Blue Shield
description - ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from jobfit.lexicon import Lexicon, built
from jobfit.records import Section
from jobfit.structure.sections import lines_of
from jobfit.structure.spans import line_around
from jobfit.structure.text import ReadText
from jobfit.structure.titles import Span, Title, Titles, trimmed

_WORDS = 8


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        self.before = lexicon.parts("exported", "before")
        self.after = lexicon.parts("exported", "after")
        function = rf"(?:{lexicon.union('exported', 'functions')})"
        before = lexicon.union("exported", "before_place")
        self.function = re.compile(rf"(?P<name>{function})(?:\W{{0,3}}\Z| ?[-,(|]|\s(?:{before})\s)")
        self.field = re.compile(rf"(?:[\w&/-]{{2,20}} ){{2,4}}(?:{lexicon.union('exported', 'fields')})\Z")
        self.description = re.compile(rf"(?:{lexicon.union('exported', 'description')}) ?[-:] ?")
        self.company = re.compile(
            rf"(?:^|(?<=\n))(?:{lexicon.union('exported', 'company')}) {{0,2}}[-:](?: |$)", re.MULTILINE
        )


_words = built(_Words)


@dataclass(frozen=True, slots=True)
class Exported:
    """The ``headline`` of the person, the ``title`` of the latest position and where that is ``described``."""

    headline: Title
    title: Title
    described: Span | None


def read_exported(titles: Titles) -> Exported | None:
    """Return what such a CV says of the latest position; ``None`` for any other CV, or where it names no role."""
    read, words = titles.read, _words()
    for section, following in zip(read.sections, read.sections[1:]):
        if _headed(read, section, words.before) and _headed(read, following, words.after):
            named = list(filter(None, (_title(titles, line) for line in _last_lines(read, section))))
            return Exported(named[0], named[-1], _first_company(read)) if named else None
    return None


def names_employers(read: ReadText) -> bool:
    """Tell whether employers stand under a label of their own; not all of them have dates then."""
    return _words().company.search(read.folded) is not None


def employers(read: ReadText) -> Iterator[tuple[Span, Span]]:
    """Yield each employer that stands under a label of its own: where it is named, and where it is described."""
    found = list(_words().company.finditer(read.folded))
    for match, following in zip_longest(found, found[1:]):
        name = trimmed(read.text, match.end(), line_around(read.text, match.start())[1])
        if name[0] < name[1]:
            yield name, (match.start(), following.start() if following else len(read.text))


def past_description(folded: str, start: int, end: int) -> int:
    """Return where the words of a line begin, behind "description - "."""
    label = _words().description.match(folded, start, end)
    return label.end() if label else start


def _headed(read: ReadText, section: Section, phrases: tuple[str, ...]) -> bool:
    end = max(section.body, line_around(read.text, section.start)[1])
    return read.folded[section.start : end].strip(" \n:").endswith(phrases)


def _last_lines(read: ReadText, section: Section) -> list[Span]:
    """Return the line above the last blank one and the last one below it; the last two where no line is blank."""
    lines = [(section.body + a, section.body + b) for a, b in lines_of(read.text[section.body : section.end])]
    written = [bool(read.text[a:b].strip()) for a, b in lines]
    if not all(written) and any(written):
        blank = max((i for i, there in enumerate(written) if not there and any(written[:i])), default=0)
        above = [line for line, there in zip(lines[:blank], written[:blank]) if there][-1:]
        below = [line for line, there in zip(lines[blank:], written[blank:]) if there][-1:]
        return above + below
    return lines[-2:]


def _title(titles: Titles, line: Span) -> Title | None:
    """Return the title that opens a line and names a role, or a function or field that stands for one: "HR"."""
    title = titles.find(*line)
    begin, end = trimmed(titles.read.text, *line)
    if function := _words().function.match(titles.read.folded, begin, end):
        return Title(begin, function.end("name"), None, True)
    if title is None or title.start != begin or not titles.read.text[begin].isalpha():
        return None
    if not title.certain and not _words().field.match(titles.read.folded, begin, title.end):
        return None
    title = replace(title, certain=True)
    return title if len(titles.read.text[title.start : title.end].split()) <= _WORDS else None


def _first_company(read: ReadText) -> Span | None:
    found = list(_words().company.finditer(read.folded))
    if not found:
        return None
    return found[0].start(), found[1].start() if len(found) > 1 else len(read.text)
