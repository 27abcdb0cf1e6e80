"""Where a quote stands in a text, and which words in it a value is.

Differences that do not count: blanks (how many, which, line breaks), upper and lower case, the shape of quotation marks
and apostrophes. Everything else counts: accents, dashes, digits, word order. So a quote is found or it is not; nothing
is "nearly" found, and what is kept is always the text's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from jobfit.folding import even

_SEPARATORS = frozenset(',;:/|\u2022\u00b7()[]{}<>"!?*=~\u2026\u2013\u2014\u25aa\u25cf')
_ELIDED = re.compile(r"(?:^|[^\w'])(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'$")


def occurrences(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every place where ``words`` stand in ``text`` as whole words, in order.

    ``words`` is put into Unicode form C first; blanks alone occur nowhere.

    >>> list(occurrences("java", "Java, JavaScript; JAVA"))
    [(0, 4), (18, 22)]
    """
    pieces = even(unicodedata.normalize("NFC", words)).split()
    if not pieces:
        return
    plain = even(text)
    pattern = re.compile(" +".join(re.escape(piece) for piece in pieces))
    position = 0
    while match := pattern.search(plain, position):
        if whole_words(plain, *match.span()):
            yield match.span()
        position = match.start() + 1


def whole_words(plain: str, start: int, end: int) -> bool:
    """Tell whether ``plain[start:end]`` begins and ends where words do.

    Words end at blanks and separators, not inside of "aide-soignante", "C++", "R&D" or "Node.js": "aide", "C", "R"
    and "Node" are other things. An elided article may be left out ("l'infirmier"), a full stop at the end as well.
    """
    return _starts(plain, start) and _ends(plain, end)


def _starts(plain: str, start: int) -> bool:
    if start == 0 or plain[start - 1] in _SEPARATORS or plain[start - 1].isspace():
        return True
    mark, first = plain[start - 1], start == 1 or plain[start - 2].isspace()
    if mark == ".":
        return first and start > 1
    return (first and mark in "'-") or (mark == "'" and _ELIDED.search(plain[max(0, start - 9) : start]) is not None)


def _ends(plain: str, end: int) -> bool:
    if end == len(plain) or plain[end] in _SEPARATORS or plain[end].isspace():
        return True
    after = plain[end + 1 : end + 2]
    return plain[end] in ".'-" and (not after or after.isspace() or after in _SEPARATORS)
