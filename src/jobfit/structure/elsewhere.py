"""What stands around a skill in a CV and makes it another's, or one that was studied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobfit.lexicon import Lexicon, built
from jobfit.records import Evidence, Stated
from jobfit.structure.sections import section_at
from jobfit.structure.spans import line_around, stated
from jobfit.structure.terms import SkillFinder, is_meant
from jobfit.structure.text import ReadText
from jobfit.structure.unlisted import literal

_FAR = 60  # characters on either side that are looked at
_LETTERS = 4  # of the shortest diplomas, "M.Sc" the longest of them


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        # "Acme Payment Solutions Ltd", "RTM Nagpur University", as written
        name = r"(?:[ -][A-Z&][\w.&'-]{0,20}){0,3}"
        self.firm = re.compile(rf"{name}[ -](?:{lexicon.union('elsewhere', 'firms')})(?!\w)")
        self.employer = re.compile(rf"\W{{0,4}}(?:{lexicon.union('exported', 'company')}) ?[-:]")
        degrees = lexicon.union("elsewhere", "degrees")
        self.degree = re.compile(rf"(?<![\w.])(?:{degrees})(?!\w)")
        self.fields = re.compile(rf"\b(?:{lexicon.union('elsewhere', 'fields')})(?!\w)")
        self.of_any_work = lexicon.words("elsewhere", "of_any_work")
        self.school = re.compile(rf"\b(?:{lexicon.union('elsewhere', 'schools')})\b")
        self.after_degree = re.compile(rf"(?<![\w.])(?:{degrees})(?!\w)[ .,:;()&/\w-]{{0,25}}\Z")


_words = built(_Words)


def is_of_others(read: ReadText, at: Evidence) -> bool:
    """Tell whether words stand in the name of an employer or of a school: "Acme Home Loans Ltd"."""
    words, first = _words(), line_around(read.text, at.start)[0]
    if at.start - first <= _FAR and words.employer.match(read.folded, first, at.start):
        return True
    if section_at(read.sections, at.start) == "education" and words.degree.fullmatch(read.folded, at.start, at.end):
        return True  # "LLM", "MFA"
    if words.after_degree.search(read.folded, max(first, at.start - _FAR), at.start):
        return False  # "Diploma in Hotel Management, Hill Institute"
    return read.text[at.start].isupper() and words.firm.match(read.text, at.end, at.end + _FAR) is not None


def is_said_of_any_work(read: ReadText, item: Stated[str]) -> bool:
    """Tell whether a skill of any office is named in passing: "supervising juniors", "compliance with norms"."""
    of_any = item.value in _words().of_any_work
    return of_any and not is_meant(read.folded, item.evidence.start, item.evidence.end)


def studied(read: ReadText, finder: SkillFinder) -> Iterator[Stated[str]]:
    """Yield what the diplomas of the education are in: "B.E. Civil Engineering", "licence de droit"."""
    words = _words()
    for section in (section for section in read.sections if section.kind == "education"):
        for degree in words.degree.finditer(read.folded, section.body, section.end):
            start, end = degree.span()
            if end - start <= _LETTERS and not read.text[start].isupper():
                continue  # "to be"
            last = min(end + _FAR, line_around(read.text, end)[1])
            school = words.school.search(read.folded, end, last)
            for field in words.fields.finditer(read.folded, end, school.start() if school else last):
                id_ = finder.called(field.group())
                yield stated(id_, read.text, *field.span()) if id_ else literal(read, *field.span())
