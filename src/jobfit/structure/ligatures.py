"""Words that lost a ligature: some PDFs give "Soware", "Cercate", "Ocer" for "Software", "Certificate", "Officer".

The text stays as it is, and so do quotes; only what is understood by a word is the whole word. One odd word proves
nothing: at least two words of common use must have lost theirs.
"""

from __future__ import annotations

import re
from dataclasses import replace

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import Stated

# Fonts lose those with "f", those with "t", or all.
_LOST = tuple(map(re.compile, ("ti", "f[il]", "ff[il]?|f[il]", "t?ti|tt|ft", "t?ti|tt|ft|ff[il]?|f[il]")))
_LEAST, _PROVES, _PROOFS = 3, 5, 2
_WORD = re.compile(r"[^\W\d_]{3,}")


def without_ligatures(words: str) -> frozenset[str]:
    """Return the other spellings of folded ``words`` in texts of fonts that lose ligatures; none may be left.

    >>> sorted(without_ligatures("software")), sorted(without_ligatures("java"))
    (['soware'], [])
    """
    return frozenset(lost.sub("", words) for lost in _LOST) - {words}


@built
def whole_words(lexicon: Lexicon) -> dict[str, str]:
    """Return common words by how they are spelt without their ligatures, where that is no word itself."""
    words = sorted(lexicon.words("ligatures", "words"))
    spelt = {lost: word for word in words for lost in without_ligatures(word) if len(lost) >= _LEAST}
    return {lost: word for lost, word in spelt.items() if lost not in lexicon.words("ligatures", "not_lost")}


def are_lost(folded: str) -> bool:
    """Tell whether a text lost ligatures: two different words of common use did."""
    return len({word for word in _WORD.findall(folded) if len(word) >= _PROVES} & whole_words().keys()) >= _PROOFS


def mended(item: Stated[str] | None) -> Stated[str] | None:
    """Return ``item`` with whole words in its value, and the quote as it is written."""
    return item and replace(item, value=_WORD.sub(_mended, item.value))


def _mended(match: re.Match[str]) -> str:
    written, word = match.group(), whole_words().get(fold(match.group()))
    if word is None:
        return written
    return word.upper() if written.isupper() else word.capitalize() if written[0].isupper() else word
