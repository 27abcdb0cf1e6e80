"""Folding words for comparison: what people type in different ways becomes one form."""

from __future__ import annotations

import unicodedata

_OPENED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "’": "'", "‘": "'", "ʼ": "'"})


def folded(words: str) -> str:
    """Return ``words`` in lower case, without accents and ligatures, each run of white space as one blank.

    Unlike :func:`jobfit.structure.spans.fold` it may change the length, so it is for comparing, not for quoting.

    >>> folded("  Embauché\\u00a0le CŒUR ")
    'embauche le coeur'
    """
    spread = unicodedata.normalize("NFKD", words.casefold().translate(_OPENED))
    return " ".join("".join(letter for letter in spread if not unicodedata.combining(letter)).split())
