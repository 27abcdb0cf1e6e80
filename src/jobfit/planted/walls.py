"""Walls of keywords: lists of hundreds of items, and hundreds of words without a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from jobfit.ingest.language import frequent_words
from jobfit.planted.marks import Marks, dense, long, marked

# Of 300 words, the frequent ones of a language: 11 at least in the 57 CVs that are as long, the next has 27.
_WALL, _FREQUENT, _STRETCH = 300, 2, 30
_PROSE, _PROSE_SHARE = 40, 0.04  # what must stand beside a wall to show that the language is a known one
# Items of five words or fewer, one after the other: 21 at most between commas, bars and bullets, 72 with line ends too.
_ITEM, _INLINE, _LISTED = 5, 120, 200
_SEPARATORS = ",;|•·"
_BREAKS = frozenset(_SEPARATORS + "\n")
_TOKEN = re.compile(rf"[^\W_]+|[{_SEPARATORS}\n]")


def wall(text: str, words: Sequence[str]) -> Marks:
    inline = _lists(text, len(words), _SEPARATORS, _INLINE)
    if len(words) < _LISTED:
        return inline
    common = marked(words, frequent_words())
    found = _lists(text, len(words), _SEPARATORS + "\n", _LISTED)
    if len(words) >= _WALL:
        found |= long(dense(~common, _WALL, _WALL - _FREQUENT) & ~common, _STRETCH)
    rest = len(words) - int(found.sum())
    known = rest >= _PROSE and int((common & ~found).sum()) >= _PROSE_SHARE * rest
    return inline | found if known else inline


def _lists(text: str, count: int, separators: str, least: int) -> Marks:
    """Mark the words of lists: ``least`` different short items or more, one after the other, between ``separators``."""
    marks = np.zeros(count, dtype=bool)
    if sum(map(text.count, separators)) < least - 1:
        return marks
    item: list[str] = []
    line = 0  # words of the item before its last line
    seen: set[tuple[str, ...]] = set()
    begin = end = 0  # of what is in ``seen`` and not yet marked
    for token in (*_TOKEN.findall(text), separators[0]):
        if token not in _BREAKS:
            item.append(token)
        elif item and token in separators:
            end += len(item)
            if len(item) > _ITEM:  # a list may begin on its last line
                seen.clear()
                item = item[line:] if line else item
                begin = end - len(item) if len(item) <= _ITEM else end
            if 0 < len(item) <= _ITEM:
                seen.add(tuple(item))
                if len(seen) >= least:
                    marks[begin:end] = True
                    begin = end
            item, line = [], 0
        elif token not in separators:
            line = len(item)
    return marks
