"""Which scripts the encoders can read: a text in another one becomes unknown pieces, whose vector says nothing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_READ = 2000  # characters
_HALF = 0.5
# Those with letters among the 250,037 pieces of multilingual-e5-small, as the names of such characters begin.
_KNOWN = re.compile(
    r"(?:LATIN|GREEK|CYRILLIC|ARMENIAN|HEBREW|ARABIC|DEVANAGARI|BENGALI|GURMUKHI|GUJARATI|ORIYA|TAMIL|TELUGU|KANNADA"
    r"|MALAYALAM|SINHALA|THAI|LAO|MYANMAR|KHMER|GEORGIAN|ETHIOPIC|HANGUL|HIRAGANA|KATAKANA|CJK|FULLWIDTH|HALFWIDTH"
    r"|IDEOGRAPHIC|MATHEMATICAL|DOUBLE-STRUCK|MODIFIER|FEMININE|MASCULINE|MICRO)\b"
)


def knows_script(text: str) -> bool:
    """Tell whether at least half of the letters of a text are in scripts that multilingual-e5-small has pieces of.

    A text without letters has nothing that could be unknown.

    >>> knows_script("看護師"), knows_script("медсестра"), knows_script("ᎠᎦᏙᎵ ᎠᏰᎵ")
    (True, True, False)
    """
    if text.isascii():
        return True
    letters = Counter(character for character in text[:_READ] if character.isalpha())
    strange = sum(count for letter, count in letters.items() if not _KNOWN.match(unicodedata.name(letter, "")))
    return strange <= _HALF * letters.total()
