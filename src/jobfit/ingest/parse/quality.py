"""The quality gate: clean the text, check its length, and refuse what nobody could use."""

from __future__ import annotations

import re
from dataclasses import replace

from jobfit.ingest.parse.clean import clean
from jobfit.ingest.parse.limits import LIMITS
from jobfit.ingest.raw import RawDocument, RawRejection

_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]{2,40}")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # Thai, Japanese, Chinese, Korean
_CID = re.compile(r"\(cid:\d{1,6}\)")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]{4,40}")
_VOWEL = re.compile("[aeiouyAEIOUY\u00c0-\u024f]")
_MOST_UNREADABLE = 0.10
_LEAST_LETTERS = 0.35
_MOST_WITHOUT_VOWEL = 0.60
PROSE_WORDS = 20
STRUCTURED_WORDS = 3


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


def admit(result: RawDocument | RawRejection) -> RawDocument | RawRejection:
    """The document with clean text and its flags, or a rejection with the reason; a rejection stays as it is.

    A source that states the kind or the row (a table, JSON Resume) may be short: three words. Free text needs twenty.
    """
    if isinstance(result, RawRejection):
        return result
    most = LIMITS.get().characters
    if len(result.text) > 4 * most:  # far too long: not even worth cleaning
        return _too_long(result, len(result.text), most)
    text, flags = clean(result.text)
    if len(text) > most:
        return _too_long(result, len(text), most)
    structured = result.kind is not None or result.row is not None
    reason = complaint(text, STRUCTURED_WORDS if structured else PROSE_WORDS)
    if reason is not None:
        return RawRejection(reason, row=result.row)
    return replace(result, text=text, flags=tuple(dict.fromkeys((*result.flags, *flags))))


def _too_long(result: RawDocument, length: int, most: int) -> RawRejection:
    reason = f"its text has {length:,} characters, more than {most:,}; is it one CV or vacancy? Split it"
    return RawRejection(reason, row=result.row)
