"""Numbers of passports, licences and the like, and labelled names of relatives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import label_lines, lowered, near, near_lines, near_words
from jobfit.lexicon import Lexicon, built

_START = r"(?:^|(?<=[-–*•▪●◦] )|(?<=[|•·;\t(,])|(?<=[ ]{2}))[^\S\n]?"
_CELL = r"[^\n|•;\t]{0,120}"
_LONG_NUMBER = re.compile(r"\d(?:[A-Za-z]{0,12}(?:[ .-][A-Za-z]{1,12}){0,3}[ .-]?\d){4}")
_DATED = re.compile(
    r"(?<!\d)(?:19|20)\d\d ?[.-] ?(?:(?:19|20)\d\d(?!\d)|\d\d?[.-])"
    r"|(?<!\d)\d\d?[.-]\d\d?[.-](?:19|20)?\d\d(?!\d)"
)
_FEWEST_DIGITS = 5


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "masking")
        self.relatives = re.compile(
            rf"{_START}(?:{of('relatives')})[^\S\n]?(?:[:：|–-]|(?<=\w)\.?\s(?=[^\S\n]*(?-i:[^\Wa-zß-ÿ\d_]))){_CELL}",
            re.I | re.M,
        )
        self.relatives_hints = lexicon.parts("masking", "relatives_hints")
        self.label = re.compile(rf"(?<!\w)(?:{of('relatives_with_colon')})[^\S\n]?[:：]", re.I)
        self.with_colon = re.compile(rf"{_START}(?:{of('relatives_with_colon')})[^\S\n]?[:：]{_CELL}", re.I | re.M)
        word = rf"(?:{of('number_words')})"
        sign = rf"(?:[^\S\n]?[.(]?{word}[.)]?(?!\w)){{0,2}}[^\S\n]?[:：#–|-]?[^\S\n]{{0,3}}"
        self.documents = re.compile(
            rf"(?<![\w/])(?P<before>{word}(?!\w) ?(?:(?:de |du |of )(?:la |the )?)?)?(?:{of('documents')})(?!\w)"
            rf"(?P<sign>{sign})(?P<value>[A-Z]{{0,5}}[ .-]?\d[\dA-Z]{{0,20}}(?:[ .-][\dA-Z]{{1,12}}){{0,9}})(?![\w/])",
            re.I,
        )


_words = built(_Words)


def relative_edits(text: str) -> Iterator[Edit]:
    """Yield the removal of the labelled names of relatives, with the label, to the end of the cell."""
    words = _words()
    told = near_words(words.relatives, words.relatives_hints, text, lowered(text))
    for match in (*told, *near_lines(words.with_colon, label_lines(text, words.label), text)):
        yield Edit(match.start(), match.end(), "name")


def document_edits(text: str) -> Iterator[Edit]:
    """Yield the removal of the numbers of passports, licences and the like, with the label.

    A number has five digits, six characters where no "No." or colon tells it, and is no date.
    """
    for match in near(_words().documents, _LONG_NUMBER, text):
        value, told = match["value"], match["before"] or match["sign"].strip()
        digits = sum(map(str.isdigit, value))
        if digits >= _FEWEST_DIGITS and (told or len(value) > _FEWEST_DIGITS) and not _DATED.search(value):
            yield Edit(match.start(), match.end(), "document")
