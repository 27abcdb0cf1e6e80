"""The name and the title at the head of a CV. Simple and conservative: when in doubt, nothing.

The name is for display and masking only; nothing that ranks may read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from jobfit.folding import fold
from jobfit.records import Section, Stated
from jobfit.structure.places import find_places
from jobfit.structure.sections import HEADINGS
from jobfit.structure.spans import stated
from jobfit.structure.terms import OccupationFinder, SkillFinder
from jobfit.structure.titles import Span, find_title, names_role, trimmed

_NAME_LABEL = re.compile(
    r"(?:^|\n) {0,3}(?:full name|name|nom et prenom|nom complet|prenom et nom|nom|candidate|"
    r"candidat) ?: {0,3}"
)
_TITLE_LABEL = re.compile(
    r"(?:^|\n)[ •-]{0,4}(?:desired position|current position|position|job title|title|profession|headline|"
    r"poste recherche|poste|metier|titre) ?: {0,3}"
)
_WORD = r"(?:(?:[OD]['’]|Mc)?[A-ZÀ-ÖØ-Þ][a-zß-ÿ'’]{1,20}|[A-ZÀ-ÖØ-Þ]{2,20}|[A-ZÀ-ÖØ-Þ]\.)"
_SECOND = r"(?:-[A-Za-zÀ-ÖØ-öø-ÿ]{1,20})?"  # Jean-Pierre, Min-jun
_PERSON = re.compile(
    rf"{_WORD}{_SECOND}(?: (?:de |van |von |da |bin |el |al-|d'|la |"
    rf"le )?{_WORD}{_SECOND}){{1,3}}"
)
_CV = re.compile(r"(?:curriculum vit(?:ae|æ|e)|resume|cv) ?[:\-]? ?|(?:mr|mrs|ms|dr|mme|m)\.? ")
_SENTENCE = re.compile(
    r"\b(?:i|my|looking|seeking|years?|ans|recherche|je|experienced?|with|avec)\b|[.!?] |@|"
    r"\d{4}|http|www"
)
_RANK = re.compile(r"\b(?:senior|junior|lead|middle|chief|head|principal) {0,2}\Z")
_NOT_NAMES = re.compile(
    r"\b(?:lead|senior|junior|analytics|engineering|software|data|marketing|sales|development|management|full|stack|web|"
    r"front|back|end|java|python|school|university|universite|street|road|rue|avenue|present|page|contact|phone|email|"
    r"commercial|commerciale|charge|chargee|aide|agent|expert|controller)\b"
)
_TITLE_WORDS = 4
_HEAD_LINES = 12
_NAME_LINES = 3


def read_name(text: str, sections: tuple[Section, ...], skills: SkillFinder | None = None) -> Stated[str] | None:
    """Return the name where it is labelled or one of the first lines looks like nothing else, else ``None``."""
    folded = fold(text)
    if (label := _NAME_LABEL.search(folded)) and (match := _PERSON.match(text, label.end())):
        return stated(match.group(), text, *match.span())
    for start, end in list(_head_lines(text, sections))[:_NAME_LINES]:
        if prefix := _CV.match(folded, start, end):
            start = prefix.end()
        match = _PERSON.match(text, start, end)
        if (
            match
            and re.match(r"\s*(?:\Z|[\n,|•·–—-]|\s{2})", text[match.end() : end + 1])
            and _may_be_name(match.group(), skills)
        ):
            return stated(match.group(), text, *match.span())
    return None


def read_title(
    text: str, sections: tuple[Section, ...], name: Stated[str] | None, occupations: OccupationFinder | None = None
) -> Stated[str] | None:
    """Return the title at the head of the CV: labelled, or the first piece of a head line that names a role."""
    if label := _TITLE_LABEL.search(fold(text)):
        title = find_title(text, label.end(), _line_end(text, label.end()), occupations)
        if title:
            return stated(text[title.start : title.end], text, title.start, title.end)
    for start, end in _head_lines(text, sections):
        if name and start <= name.evidence.start < end:
            start = name.evidence.end
        title = find_title(text, start, end, occupations)
        if (
            title
            and title.certain
            and text[title.start].isupper()
            and not _SENTENCE.search(fold(text[title.start : title.end]))
            and end - start <= 160
        ):
            return _without_name(text, title.start, title.end, occupations)
    return None


def _without_name(text: str, start: int, end: int, occupations: OccupationFinder | None) -> Stated[str]:
    """Return the title; of many words ("ANN LEE FULL STACK DEVELOPER") only the occupation and its rank."""
    piece = text[start:end]
    known = occupations.find(piece) if occupations and len(piece.split()) > _TITLE_WORDS else ()
    if known:
        begin = start + known[0].evidence.start
        rank = _RANK.search(fold(text[start:begin]))
        start = start + rank.start() if rank else begin
        return stated(text[start:end], text, start, end)
    return stated(piece, text, start, end)


def _head_lines(text: str, sections: tuple[Section, ...]) -> Iterator[Span]:
    head = list(takewhile(lambda s: s.kind in {"header", "personal"}, sections))
    position, count = 0, 0
    while head and position < head[-1].end and count < _HEAD_LINES:
        end = min(_line_end(text, position), head[-1].end)
        start, stop = trimmed(text, position, end)
        if start < stop:
            yield start, stop
            count += 1
        position = end + 1


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _may_be_name(words: str, skills: SkillFinder | None) -> bool:
    folded = fold(words)
    if names_role(folded) or _NOT_NAMES.search(folded) or any(word in HEADINGS for word in (folded, *folded.split())):
        return False
    return not find_places(words) and not (skills and skills.find(words))
