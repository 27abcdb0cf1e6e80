"""What a page in columns, or a drawn one, hides: spaced letters, a name in mid-page, details torn from their labels.

A parser reads columns one after the other, so the person's name can come after the skills, and an address that stood
over two lines is torn. Nothing here looks at which name it is, only at what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobfit.documents.masking.header import is_country, is_heading, is_person, is_work
from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import fold, is_ordinary, lines_of, lists, lowered, near_words, tokens
from jobfit.lexicon import Lexicon, built

_SPACED = re.compile(r"^[^\S\n]*(?:[^\W\d_][^\S\n]+(?:[&'’.-][^\S\n]+)?){3,60}[^\W\d_][^\S\n]*$", re.M)
_BLANKS = re.compile(r"[^\S\n]+")
_GAP = re.compile(r"\t|[^\S\n]{2,}")
_HEAD = 15
_TITLE = 70  # characters
_AGE = r"(?:1[6-9]|[2-6]\d|7[0-5])"
_LONE_AGE = re.compile(rf"(?<!\d){_AGE}(?!\d)")
_AGE_CELL = re.compile(rf"(?:(?<=^)|(?<=[|•·;\t]))[^\S\n]{{0,9}}{_AGE}[^\S\n]{{0,9}}(?=$|[|•·;\t])", re.M)
_AGE_AFTER_COMMA = re.compile(rf",[^\S\n]{{0,3}}{_AGE}[^\S\n]{{0,3}}(?=$|[,|•·;\t])", re.M)
_PROVIDER = re.compile(r"(?<![\w@.])[a-z]{0,12}(?:mail|yahoo|outlook|icloud)\.(?:com|fr|ru|net|org|co\.\w\w)\b", re.I)
_PROVIDERS = ("mail.", "yahoo.", "outlook.", "icloud.")
_LOCAL_END = re.compile(r"(?<![\w@])[a-z][a-z0-9._-]{3,40}[-._](?=[^\S\n]*$)", re.M)
_NEAR = 4
_FULL_DATE = re.compile(
    r"^[^\S\n]*(?:\d{1,2}[./-]\d{1,2}[./-](?:19[3-9]|20[01])\d|(?:19[3-9]|20[01])\d-\d\d-\d\d)[^\S\n]*$", re.M
)
_BELOW_LABEL = 6


@built
def _birth_label(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str]]:
    more = "|".join(lexicon.parts("masking", "birth_label_more"))
    label = rf"^[^\S\n]*(?:{lexicon.union('masking', 'birth_label')})(?:{more}){{0,2}}[^\S\n]*[:：]?[^\S\n]*$"
    return re.compile(label, re.I | re.M), re.compile(lexicon.union("masking", "place_asked"), re.I)


def spaced_edits(text: str) -> Iterator[Edit]:
    """Yield ``J A N E  D O E`` written as ``JANE DOE``: a line of single letters is words drawn with wide spacing.

    A tab or two spaces part two words. A line of fewer than four letters stays: it is more likely a list.
    """
    for match in _SPACED.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        for gap in _BLANKS.finditer(text, start, match.start() + len(line.rstrip())):
            yield Edit(gap.start(), gap.end(), "", " " if _GAP.search(gap.group()) else "")


def column_names(text: str) -> Iterator[tuple[Edit, str]]:
    """Yield each line shaped like a name over a title, over a section heading, as a removal and the name.

    That is how the head of a page reads where a side column came first. No heading follows an employer over a position.
    """
    lines = [line for line in lines_of(text) if line[0] and not line[0].isspace()]
    for (name, start, end), (title, *_), (below, *_) in zip(lines, lines[1:], lines[2:]):
        if len(title) < _TITLE and is_heading(below) and _is_title(title) and _is_whole(name) and _is_one(name):
            yield Edit(start, end, "name"), name.strip()


def _is_one(name: str) -> bool:
    degrees = lists().degrees.issuperset(tokens(name))
    return not degrees and is_person(name, first=True) and not any(map(is_country, name.split(",")))


def _is_whole(name: str) -> bool:
    """Whether a name has two words; scripts without capitals may write one."""
    word = name.strip()[:1]
    return len(tokens(name)) > 1 or word == word.swapcase()


def _is_title(line: str) -> bool:
    words = tokens(line) if len(line) < _TITLE else ()
    return 0 < len(words) <= 6 and words[-1] in lists().job_heads and all(is_work(word) for word in words)


def lone_ages(text: str) -> Iterator[Edit]:
    """Yield a number from 16 to 75 alone in its cell, or the only letters and digits of its line, above the sections.

    After a comma only in the first two lines ("Ann Lee, 36, Lyon"): further down it can be a version ("Java 11, 17").
    """
    position, lines = 0, text.split("\n", _HEAD)[:_HEAD]
    if not any(map(_LONE_AGE.search, lines)):
        return
    for number, line in enumerate(lines):
        if is_heading(line):
            return
        if _LONE_AGE.search(line):
            ages = [*_AGE_CELL.finditer(line), *(_AGE_AFTER_COMMA.finditer(line) if number < 2 else ())]
            if not ages and sum(c.isalnum() for c in line) == 2:
                ages = list(_LONE_AGE.finditer(line))
            yield from (Edit(position + m.start(), position + m.end(), "birth") for m in ages)
        position += len(line) + 1


def torn_addresses(text: str) -> Iterator[tuple[Edit, tuple[str, ...]]]:
    """Yield the first part of an e-mail address whose domain stands alone near it, and the name words that it spells.

    The part ends its line with a joint ("dupont-"); a word that is merely hyphenated over two lines is not such a part
    where no domain of a mail provider stands alone within four lines.
    """
    for domain in near_words(_PROVIDER, _PROVIDERS, text, lowered(text)):
        start = end = domain.start()
        for _ in range(_NEAR):
            start = max(0, text.rfind("\n", 0, max(0, start - 1)))
            end = text.find("\n", end + 1) if end >= 0 else end
        for part in _LOCAL_END.finditer(text, start, end if end >= 0 else len(text)):
            words = (fold(word) for word in re.split(r"[\W\d_]+", part.group()))
            names = tuple(word for word in words if len(word) > 2 and not is_ordinary(word))
            yield Edit(part.start(), part.end(), "contact"), names


def torn_births(text: str) -> Iterator[Edit]:
    """Yield the date alone on its line that follows, within six lines, a birth label whose own line holds no value.

    With it goes the line behind, where the label asks for the place too.
    """
    pattern, place_asked = _birth_label()
    for label in pattern.finditer(text):
        near = "".join(text[label.end() :].splitlines(keepends=True)[: _BELOW_LABEL + 1])
        if date := _FULL_DATE.search(near):
            yield Edit(label.end() + date.start(), label.end() + date.end(), "birth")
            place = re.match(r"\n[^\S\n]*[^\W\d_][^\n]{1,30}(?=\n|$)", near[date.end() :])
            if place and place_asked.search(label.group()) and not is_heading(place.group()):
                yield Edit(label.end() + date.end(), label.end() + date.end() + place.end(), "birth")
