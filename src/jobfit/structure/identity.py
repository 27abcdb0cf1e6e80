"""The name and the title at the head of a CV. Simple and conservative: when in doubt, nothing.

The name is for display and masking only; nothing that ranks may read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice, takewhile

from jobfit.lexicon import Lexicon, built
from jobfit.records import Stated
from jobfit.structure.exported import read_exported
from jobfit.structure.places import find_places
from jobfit.structure.prose import role_at
from jobfit.structure.sections import is_heading, section_at
from jobfit.structure.spans import line_around, stated
from jobfit.structure.terms import SkillFinder
from jobfit.structure.text import ReadText, as_read
from jobfit.structure.titles import Span, Titles, names_role, trimmed

_WORD = r"(?:(?:[OD]['’]|Mc)?[A-ZÀ-ÖØ-Þ][a-zß-ÿ'’]{1,20}|[A-ZÀ-ÖØ-Þ]{2,20}|[A-ZÀ-ÖØ-Þ]\.)"
_SECOND = r"(?:-[A-Za-zÀ-ÖØ-öø-ÿ]{1,20})?"  # Jean-Pierre, Min-jun
_PERSON = re.compile(rf"{_WORD}{_SECOND}(?: (?:de |van |von |da |bin |el |al-|d'|la |le )?{_WORD}{_SECOND}){{1,3}}")
_POSITION = re.compile(r"(?:19|20)\d\d {0,2}(?:-|a|to) {0,2}(?:(?:19|20)\d\d|present|now|ce jour|aujourd)")
_AFTER_NAME = re.compile(r"\s*(?:\Z|[\n,|•·–—-]|\s{2})")
_TITLE_WORDS = 4
_HEAD_LINES = 12
_NAME_LINES = 3
_HEAD = 1500  # characters in which a sentence may say who the person is
_OWN = frozenset({"header", "personal", "summary", "preferences", "other"})  # sections about the person


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "identity")
        self.name_label = re.compile(rf"(?:^|\n) {{0,3}}(?:{of('name_label')}) ?: {{0,3}}")
        self.title_label = re.compile(rf"(?:^|\n)[ •-]{{0,4}}(?:{lexicon.union('titles', 'cv_label')}) ?: {{0,3}}")
        self.before_name = re.compile(rf"(?:curriculum vit(?:ae|æ|e)|{of('cv')}) ?[:\-]? ?|(?:{of('honorific')})\.? ")
        self.sought = re.compile(rf"(?<!\w)(?:{lexicon.union('titles', 'sought')})(?:\s{{1,2}}|(?<='))")
        self.several = re.compile(
            rf"[ ,]{{1,2}}(?:{lexicon.union('demands', 'or')}|{lexicon.union('languages', 'and')})\b"
        )
        self.sentence = re.compile(rf"\b(?:{of('sentence')})\b|[.!?] |@|\d{{4}}|http|www")
        self.rank = re.compile(rf"\b(?:{lexicon.union('roles', 'ranks')}) {{0,2}}\Z")
        self.not_names = re.compile(rf"\b(?:{of('not_names')})\b")


_words = built(_Words)


def read_name(text: str | ReadText, skills: SkillFinder | None = None) -> Stated[str] | None:
    """Return the name where it is labelled or one of the first lines looks like nothing else, else ``None``."""
    read, words = as_read(text), _words()
    text, folded = read.text, read.folded
    if (label := words.name_label.search(folded)) and (match := _PERSON.match(text, label.end())):
        return stated(match.group(), text, *match.span())
    for start, end in islice(_head_lines(read.head(_NAME_LINES)), _NAME_LINES):
        if prefix := words.before_name.match(folded, start, end):
            start = prefix.end()
        match = _PERSON.match(text, start, end)
        if match and _AFTER_NAME.match(text[match.end() : end + 1]) and _may_be_name(match.group(), skills):
            return stated(match.group(), text, *match.span())
    return None


def read_title(titles: Titles, name: Stated[str] | None) -> Stated[str] | None:
    """Return the title at the head of the CV: labelled, or the first piece of a head line that names a role."""
    read, words = titles.read, _words()
    text, folded = read.text, read.folded
    if exported := read_exported(titles):
        start, end = exported.headline.start, exported.headline.end
        return stated(text[start:end], text, start, end)
    for label in words.title_label.finditer(folded):  # "Title: ..." of a thesis or a project is another thing
        title = titles.find(label.end(), line_around(text, label.end())[1])
        if title and section_at(read.sections, label.end()) in _OWN:
            return stated(text[title.start : title.end], text, title.start, title.end)
    for number, (start, end) in enumerate(_head_lines(read)):
        if _POSITION.search(folded, start, end):
            continue  # of a CV without headings
        if name and start <= name.evidence.start < end:
            start = name.evidence.end
        title = titles.find(start, end) if end - start <= 160 else None
        beside_name = number == 0 and title and title.start == start  # "Ann Lee, illustrator", without the name
        surely = title and title.certain and (text[title.start].isupper() or beside_name)
        if title and surely and not words.sentence.search(folded[title.start : title.end]):
            return _without_name(titles, title.start, title.end)
    return _sought(titles)


def _sought(titles: Titles) -> Stated[str] | None:
    """Return the role that a sentence of the head or the summary says the person has or looks for."""
    read = titles.read
    for match in _words().sought.finditer(read.folded, 0, _HEAD):
        if section_at(read.sections, match.start()) not in _OWN:
            continue
        line_end = line_around(read.text, match.end())[1]
        wrapped = line_around(read.text, min(line_end + 1, len(read.text)))[1]
        title = role_at(titles, match.end(), line_end) or role_at(titles, match.end(), wrapped)
        told = title and section_at(read.sections, title.end - 1) in _OWN
        if title and told and not _words().several.match(read.folded, title.end):
            value = " ".join(read.text[title.start : title.end].split())
            return stated(value, read.text, title.start, title.end)
    return None


def _without_name(titles: Titles, start: int, end: int) -> Stated[str]:
    """Return the title; of many words ("ANN LEE FULL STACK DEVELOPER") only the occupation and its rank."""
    read, occupations = titles.read, titles.occupations
    piece = read.piece(start, end)
    known = occupations.find(piece) if occupations and len(piece.text.split()) > _TITLE_WORDS else ()
    if known:
        first = known[0].evidence.start
        rank = _words().rank.search(piece.folded[:first])
        start += rank.start() if rank else first
    return stated(read.text[start:end], read.text, start, end)


def _head_lines(read: ReadText) -> Iterator[Span]:
    head = list(takewhile(lambda s: s.kind in {"header", "personal"}, read.sections))
    position, count = 0, 0
    while head and position < head[-1].end and count < _HEAD_LINES:
        end = min(line_around(read.text, position)[1], head[-1].end)
        start, stop = trimmed(read.text, position, end)
        if start < stop:
            yield start, stop
            count += 1
        position = end + 1


def _may_be_name(name: str, skills: SkillFinder | None) -> bool:
    read = ReadText(name)
    folded = read.folded
    if names_role(folded) or _words().not_names.search(folded) or any(map(is_heading, (folded, *folded.split()))):
        return False
    return not find_places(read) and not (skills and skills.find(read))
