"""Folding: the one form of what people type in different ways.

Three forms, from the most careful to the freest:

* :func:`even` and :func:`fold` keep every character in its place, so a span of the result is the same span of the text:
  all rules match on folded text and quote the original.
* :func:`plain` may change the length: it is for comparing words, not for quoting them.
"""

from __future__ import annotations

import unicodedata

_LATIN_END = 0x250
_QUOTES = "\u2018\u2019\u02bc\u00b4\u0060\u2032"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\x96\x97"
_BLANKS = (
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u2060\u3000\ufeff\t\f\v\r"
)


def _fold_character(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


_FOLDED = {
    **{code: _fold_character(chr(code)) for code in range(_LATIN_END)},
    **{ord(c): "-" for c in _DASHES},
    **{ord(c): "'" for c in _QUOTES + "\x92"},
    **{ord(c): " " for c in _BLANKS},
}
_EVEN = {
    **{ord(c): "'" for c in _QUOTES + "\u201a\u201b"},
    **{ord(c): '"' for c in "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"},
}
# Letters that Unicode does not take apart.
_SPELT = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d"}
    | {"ı": "i", "İ": "i", "’": "'", "‘": "'", "ʼ": "'"}
)
_MARKS = ("Mn", "Mc", "Me", "Cf")


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents, with plain dashes, quotes and blanks; same length.

    Only Latin letters (below U+0250) change; every other character stays. Text should be in normal form C.

    >>> fold("À l’école – 2019")
    "a l'ecole - 2019"
    """
    return text.translate(_FOLDED)


def even(text: str) -> str:
    """Return ``text`` in lower case with one kind of blank, apostrophe and quotation mark; same length.

    Accents and dashes stay, and so does a letter whose lower case has another length.

    >>> even("L’Équipe\\u00a0«\\tA »")
    'l\\'équipe " a "'
    """
    lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text).translate(_EVEN)
    return "".join(" " if c.isspace() else c for c in lowered)


def plain(text: str) -> str:
    """Return ``text`` in lower case, without accents, marks, joiners and ligatures, with plain apostrophes.

    Blanks and lines stay; :func:`folded` makes them one as well.

    >>> plain("Embauché le CŒUR")
    'embauche le coeur'
    """
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.translate(_SPELT))
    kept = "".join(c for c in spread if unicodedata.category(c) not in _MARKS)
    return unicodedata.normalize("NFC", kept).casefold()


def folded(words: str) -> str:
    """Return :func:`plain` ``words`` with each run of white space as one blank."""
    return " ".join(plain(words).split())
