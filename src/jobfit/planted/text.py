"""The words of a folded text, and where its sentences and items begin and end."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobfit.planted.marks import kinds_of

_WORD = re.compile(r"[^\W_]+")
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


def spans(folded: str) -> list[tuple[int, int]]:
    """Return where each word stands."""
    return [match.span() for match in _WORD.finditer(folded)]
