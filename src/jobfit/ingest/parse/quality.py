"""The quality gate: refuse a text that nobody could use, with a reason that a person agrees with."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]{2,40}")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # Thai, Japanese, Chinese, Korean
_CID = re.compile(r"\(cid:\d{1,6}\)")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]{4,40}")
_VOWEL = re.compile("[aeiouyAEIOUY\u00c0-\u024f]")
_MOST_UNREADABLE = 0.10
_LEAST_LETTERS = 0.35
_MOST_WITHOUT_VOWEL = 0.60


def complaint(text: str, minimum_words: int) -> str | None:
    """Why ``text`` cannot be used; ``None`` where it can.

    A text needs ``minimum_words`` words of two letters and more (in scripts without spaces two characters count as a
    word), at most 10 % unreadable characters, at least 35 % letters among what is not blank, and no more than 60 % of
    its longer Latin words without any vowel (the sign of a font whose letters are mapped wrongly).

    >>> complaint("Nurse, 10 years", 20)
    'it has only 2 words; a CV or vacancy needs at least 20'
    """
    solid = len("".join(text.split()))
    if solid == 0:
        return "there is no text in it"
    unreadable = text.count("\ufffd") + sum(len(match.group()) for match in _CID.finditer(text))
    if unreadable > _MOST_UNREADABLE * solid:
        return "its letters cannot be read (the fonts carry no character map); export it again, or run OCR on it"
    words = len(_WORD.findall(text)) + len(_UNSPACED.findall(text)) // 2
    if words < minimum_words:
        noun = "word" if words == 1 else "words"
        return f"it has only {words} {noun}; a CV or vacancy needs at least {minimum_words}"
    letters = sum(map(len, _LETTERS.findall(text)))
    if letters < _LEAST_LETTERS * solid:
        return "it is mostly digits and symbols, not sentences a person wrote"
    latin = _LATIN.findall(text)
    strange = sum(_VOWEL.search(word) is None for word in latin)
    if len(latin) >= minimum_words and strange > _MOST_WITHOUT_VOWEL * len(latin):
        return "its words are garbled (wrong character map); export it again, or run OCR on it"
    return None
