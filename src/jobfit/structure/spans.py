"""Spans: folding a text without moving a character, and quoting it.

All rules match on the *folded* text: lower case, no accents, one kind of dash, quote and blank. Folding keeps every
character in its place, so that a span of the folded text is the same span of the text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TypeVar

from jobfit.records import Evidence, Stated

T = TypeVar("T")

_LATIN_END = 0x250
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\x96\x97"
_QUOTES = "\u2018\u2019\u02bc\u00b4\u0060\u2032\x92"
_BLANKS = (
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u2060\u3000\ufeff\t\f\v\r"
)


def _fold_character(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


_FOLDING = {
    **{code: _fold_character(chr(code)) for code in range(_LATIN_END)},
    **{ord(c): "-" for c in _DASHES},
    **{ord(c): "'" for c in _QUOTES},
    **{ord(c): " " for c in _BLANKS},
}


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents, with plain dashes, quotes and blanks; same length.

    Only Latin letters (below U+0250) change; every other character stays. Text should be in normal form C.

    >>> fold("À l’école – 2019")
    "a l'ecole - 2019"
    """
    return text.translate(_FOLDING)


def quote(text: str, start: int, end: int) -> Evidence:
    """Return the evidence for ``text[start:end]`` without the blanks at its edges.

    Raises:
        InputError: nothing but blanks stands there.
    """
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    piece = piece.strip()
    return Evidence(piece, start, start + len(piece))


def stated(value: T, text: str, start: int, end: int) -> Stated[T]:
    """Return ``value`` with ``text[start:end]`` (without edge blanks) as its evidence."""
    return Stated(value, quote(text, start, end))


def moved(item: Stated[T], text: str, offset: int) -> Stated[T]:
    """Return ``item``, found in a piece of ``text`` that begins at ``offset``, with its span in ``text``."""
    return stated(item.value, text, item.evidence.start + offset, item.evidence.end + offset)


def first_mentions(items: Iterable[Stated[T]]) -> tuple[Stated[T], ...]:
    """Return the first item for each value, in the order of the text."""
    kept: dict[T, Stated[T]] = {}
    for item in sorted(items, key=lambda i: (i.evidence.start, i.evidence.end)):
        kept.setdefault(item.value, item)
    return tuple(kept.values())


def line_around(text: str, position: int) -> tuple[int, int]:
    """Return start and end of the line of ``text`` in which ``position`` stands, without its line break."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return start, len(text) if end < 0 else end
