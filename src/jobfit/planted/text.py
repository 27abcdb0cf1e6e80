"""The words of a folded text, and where its sentences and items begin and end."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobfit.planted.marks import kinds_of

_LEFT_OVER = "\xad"  # stands for the marks taken out of a word: a soft hyphen, which cleaning takes out of every text
_WORD = re.compile(rf"[^\W_]+{_LEFT_OVER}*")
_CUT = re.compile(r"[^\W\d_]+(?:[\W_](?<!\s)[^\W\d_]+)+")  # words that marks join, or one that they cut
_TOKEN = re.compile(r"[^\W_]+|[,|•·;\n]|[.!?:](?=\s|$)")
_ENDS = {**dict.fromkeys(",|•·", False), **dict.fromkeys(";\n.!?:", True)}  # of an item, and whether of a sentence too


class Text(NamedTuple):
    """The ``words``, the ``distinct`` ones, each one's number among these, and where sentences and items stand."""

    words: list[str]
    distinct: list[str]
    kinds: NDArray[np.intp]
    sentences: list[tuple[int, int]]
    items: list[tuple[int, int]]


def read(folded: str) -> Text:
    words, sentences, items = list[str](), list[tuple[int, int]](), list[tuple[int, int]]()
    begin = item = 0
    for token in (*_TOKEN.findall(folded), "\n"):
        of_sentence = _ENDS.get(token)
        if of_sentence is None:
            words.append(token)
            continue
        if item < len(words):
            items.append((item, len(words)))
            item = len(words)
        if of_sentence and begin < item:
            sentences.append((begin, item))
            begin = item
    distinct = dict.fromkeys(words)
    return Text(words, [*distinct], kinds_of(words, distinct), sentences, items)


def whole(folded: str, words: Container[str]) -> str:
    """Return the text with these words whole where marks cut them ("exper-ience"), as long as before.

    >>> whole("exper-ience of part-time work", {"experience"}).replace("\xad", "?")
    'experience? of part-time work'
    """

    def mended(match: re.Match[str]) -> str:
        word = "".join(filter(str.isalpha, match[0]))
        return word.ljust(len(match[0]), _LEFT_OVER) if word in words else match[0]

    return _CUT.sub(mended, folded)


def spans(folded: str) -> list[tuple[int, int]]:
    """Return where each word stands, with the marks that cut it."""
    return [match.span() for match in _WORD.finditer(folded)]
