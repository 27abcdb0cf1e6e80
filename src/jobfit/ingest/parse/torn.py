"""Words whose letters a file keeps apart: "E x p e r i e n c e", and "t he S enior D eveloper" of some PDFs.

Only blanks are taken out. A text is mended where many of its words are torn, and there only the lines that are: "R
programming", "vitamin C", "licences B C D E" stay.
"""

from __future__ import annotations

import re
from itertools import pairwise

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built

_LETTER = r"[^\W\d_]"
_SPACED = re.compile(
    rf"(?<![^\s(]){_LETTER}(?: {_LETTER}){{2,40}}(?:\t{_LETTER}(?: {_LETTER}){{2,40}}){{0,4}}(?![^\s):,])"
)
_TORN = re.compile(rf"(?<![\w'’.-])(?![aAIàÀyô] ){_LETTER} (?=[a-zß-ÿ]{{2,}})")
_WORD = re.compile(r"[^\W_]{2,}")
_JOINT = re.compile(
    rf"(?<![\w'’.-])(?P<one>{_LETTER}) (?P<rest>{_LETTER}{{2,}}|{_LETTER}(?!\w)|\+\+|#)"
    r"|(?<![\d.,])[12] (?=\d{3}(?!\d))"
)
_SPACED_LEAST = 5
_REST = re.compile(" [a-zß-ÿ]{2}")
_LEAST, _SHARE = 12, 0.2  # torn words of a text, and their share of its words
_ONE_LETTER = frozenset("aAIàÀyô")
_WHOLE = 0.6  # share of the words of a torn line that stand whole, at most


@built
def _short_words(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(word for word in lexicon.words("detection", "stop_words") if len(word) == 2)


@built
def _headings(lexicon: Lexicon) -> dict[str, str]:
    """Return the headings by their letters alone."""
    phrases = (lexicon.groups("headings", side).values() for side in ("candidate", "vacancy"))
    return {phrase.replace(" ", ""): phrase for groups in phrases for group in groups for phrase in group}


def mend(text: str) -> str:
    """Return ``text`` without the blanks inside its words; most texts come back as they are."""
    text = _SPACED.sub(_closed, text)
    torn = sum(1 for _ in _TORN.finditer(text))
    if torn < _LEAST or torn < _SHARE * sum(1 for _ in _WORD.finditer(text)):
        return text
    return "\n".join(_mended(line) for line in text.split("\n"))


def _closed(match: re.Match[str]) -> str:
    """Return spaced letters as words, which a tab or a capital sets apart; a list of letters is no word."""
    letters = match.group().replace(" ", "").replace("\t", " ")
    if heading := _headings().get(fold(letters).replace(" ", "")):
        return _spaced_as(letters.replace(" ", ""), heading)
    listed = len(letters) < _SPACED_LEAST or all(a < b for a, b in pairwise(letters))
    if listed or (letters.isupper() and " " not in letters):  # capitals alone may be several words
        return match.group()
    return re.sub(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])", " ", letters)


def _spaced_as(letters: str, phrase: str) -> str:
    """Return ``letters`` with blanks where ``phrase`` has them.

    >>> _spaced_as("WORKHISTORY", "work history")
    'WORK HISTORY'
    """
    left = iter(letters)
    return "".join(" " if letter == " " else next(left) for letter in phrase)


def _mended(line: str) -> str:
    joints = sum(match["one"] not in _ONE_LETTER for match in _JOINT.finditer(line))
    words = len(_WORD.findall(line))
    if not joints or words - joints > max(1.0, _WHOLE * words):
        return line
    kept, position = [], 0
    while match := _JOINT.search(line, position):
        blank, together = match.start() + 1, _belong(match["one"], match["rest"], line[match.end() :])
        end = match.end() if together else blank + 1
        kept += [line[position:blank], line[blank + together : end]]
        position = end
    return "".join([*kept, line[position:]])


def _belong(one: str | None, rest: str | None, after: str) -> bool:
    """Tell whether a letter and what follows are one word: "o f", "M S", but not "a s(enior)", "I w(as)"."""
    if one is None or rest is None or len(rest) > 1 or not rest.isalpha():
        return True
    if rest.isupper():
        return one.isupper()
    return (one + rest).lower() in _short_words() and not (one in _ONE_LETTER and _REST.match(after))
