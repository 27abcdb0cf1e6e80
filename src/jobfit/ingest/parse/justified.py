"""Wide gaps between the words of a sentence: justified text, and files that write every blank twice.

Two and more blanks otherwise part columns ("Acme Ltd    2019 - 2021"), which stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter

from jobfit.lexicon import stop_words

_GAP = re.compile(r"(?<=\S)([ \xa0]+)(?=\S)")
_WIDE = re.compile(r"(?<=\S)[ \xa0]{2,3}(?=\S)")
_LEAST = 20  # gaps of a text that can say how wide its gaps are
_JUSTIFIED, _LEAST_GAPS, _WIDEST = 4, 4, 5  # lines that end at one column; gaps of such a line, and their width
_PROSE_GAPS, _SHARE_WIDE, _SHARE_FREQUENT = 6, 0.3, 0.2  # of a line that is a part of a sentence


def evened(text: str) -> str:
    """Return the text with one blank where a sentence has two or three; most texts come back as they are.

    Where most gaps of a text are equally wide, that is the width of its blanks, and wider ones part columns. Elsewhere
    the lines of a justified page are evened: those that end at one column, and those with many wide gaps and with as
    many frequent words as prose has.

    >>> evened("A  nurse who has  worked on  a ward"), evened("Acme Ltd  Leeds  2019")
    ('A nurse who has worked on a ward', 'Acme Ltd  Leeds  2019')
    """
    gaps = [len(gap) for gap in _GAP.findall(text)]
    if not any(gap > 1 for gap in gaps):
        return text
    usual = max(set(gaps), key=gaps.count)
    if usual > 1 and len(gaps) >= _LEAST and 2 * gaps.count(usual) > len(gaps):
        return re.sub(rf"(?<=\S)[ \xa0]{{{usual}}}(?=\S)", " ", text)
    lines = text.split("\n")
    [(width, count)] = Counter(len(line) for line in lines if _WIDE.search(line)).most_common(1) or [(0, 0)]
    width = width if count >= _JUSTIFIED else 0
    return "\n".join(_evened_line(line, len(line) == width) for line in lines)


def _evened_line(line: str, justified: bool) -> str:
    gaps = _GAP.findall(line)
    if justified and len(gaps) >= _LEAST_GAPS and max(map(len, gaps)) <= _WIDEST:
        return _GAP.sub(" ", line)
    wide = sum(1 < len(gap) <= 3 for gap in gaps)
    if len(gaps) < _PROSE_GAPS or wide < _SHARE_WIDE * len(gaps):
        return line
    words = [word.strip(".,;:()!?").casefold() for word in line.split()]
    frequent = sum(word in stop_words() for word in words)
    return line if frequent < _SHARE_FREQUENT * len(words) else _WIDE.sub(" ", line)
