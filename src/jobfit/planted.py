"""Planted text: copies of the advert, repetition and walls of keywords, measured against ordinary CVs.

Every limit lies well beyond what the real CVs show on which it was chosen: 99 CVs and 123 adverts of it-resumes, the
half that ``benchmarks/real_sets.py`` keeps for choosing. Of copies also 7,500 pairs of a simulated market were looked
at, whose texts are written from one set of sentences: they come nearer. That of walls was 3 of 250 words, until one
honest CV of the other half was found beyond it (5 of 300): about this one that half says nothing any more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobfit.folding import fold
from jobfit.ingest.language import frequent_words

_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[.!?;:](?=\s|$)|\n")
# Of 80 words of a CV, those in pairs of neighbours that the advert has too, but for endings: 31 at most in 12,177 real
# pairs, 39 in the market's 7,500. And those that the advert has anywhere: 61 and 50 at most.
_COPY = 80
# A passage is as long as the advert where that is shorter, but not below this, and all these numbers are in proportion:
# of 40 words of a CV 12 and 22 at most for parts of real adverts that are as long, 18 and 23 for the market's.
_SHORT_COPY = 30
# How many of them, then the longest gap within what is a copy and its least length: in pairs, and anywhere.
_PAIRED, _KNOWN = (44, 2, 8), (72, 1, 20)
# And those that stand one word apart, of which the advert has one after or one word after the other: 26 and 37 at most.
_SKIPPED, _ALTERNATING = 36, 8  # and the least length of what alternates
# Of all pairs of neighbours in the advert, those that a CV has anywhere: 15 % at most in the real ones, 32 % in the
# market's. Of its words that are no frequent ones: 48 and 60 %. The shares, the fewest that tell, and as above.
_STREWN, _MIXED, _FEW, _PIECE = 0.3, 0.75, 40, (2, 4)
_STEM = 6  # letters of a word that are compared in pairs of neighbours
_APART = 3  # words between a copy and a word of the advert that stands alone beside it
# The most repetitive of the 99 CVs says 42 % of its runs of four words again.
_PHRASE, _REPEATED, _LEAST_REPEATED = 4, 0.6, 100
# Of 60 words, those that stand twelve times or more in the whole CV: 35 at most in the 97 CVs that are as long.
_PASSAGE, _SAME, _OFTEN = 60, 54, 12
# Of 300 words, the frequent ones of a language: 11 at least in the 57 CVs that are as long, the next has 27.
_WALL, _FREQUENT, _STRETCH = 300, 2, 30
_PROSE, _PROSE_SHARE = 40, 0.04  # what must stand beside a wall to show that the language is a known one
# Items of five words or fewer, one after the other: 21 at most between commas, bars and bullets, 72 with line ends too.
_ITEM, _INLINE, _LISTED = 5, 120, 200
_SEPARATORS = ",;|•·"
_BREAKS = frozenset(_SEPARATORS + "\n")
_TOKEN = re.compile(rf"[^\W_]+|[{_SEPARATORS}\n]")

Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Planted:
    """Text of one kind that ordinary CVs do not hold: its ``code``, how many ``words`` of all, and where (characters).

    code: ``copied_advert``, ``between_copy``, ``repeated_text`` or ``keyword_wall``.
    """

    code: str
    words: int
    of: int
    spans: tuple[tuple[int, int], ...]


class _Advert(NamedTuple):
    """How many words an advert has, these, pairs of neighbours, pairs one word apart too, rarer words, sentences."""

    length: int
    known: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    near: frozenset[tuple[str, str]]
    rare: frozenset[str]
    short: frozenset[tuple[str, ...]]


def planted(cv: str, advert: str = "") -> tuple[Planted, ...]:
    """Return what is planted in a CV, of each kind at most one; without an advert nothing is a copy of it.

    ``copied_advert``: in passages of 80 words of which 44 stand in pairs of neighbours that the advert has too, or
    72 anywhere in the advert, the runs of such words, short gaps within them included, or in which 36 stand, one
    word between them, as two of the advert do at most one word apart, these words; there, and where a CV has 30 % of
    the advert's pairs, shorter runs and its shortest lines (a title) too, and its rarer words close by; and where the
    rest still has 75 % of these, they. Of a shorter advert passages and numbers are smaller in proportion.

    ``between_copy``: the single words between those of which the advert has each one's neighbour but one: fillers, or
    the person's own.

    ``repeated_text``: where 60 % of the runs of four words and at least 100 were said before, the words of these; and
    in passages of 60 words of which 54 stand twelve times or more in the CV, these but for the first time, and what
    stands 24 times or more the first time too.

    ``keyword_wall``: 120 different items of five words at most between commas, bars or bullets; and, only where other
    text of the CV shows that its language is a known one, 200 such items with line ends between them too, and runs of
    30 words or more without a frequent word of any known language ("and", "the", "und"), in passages of 300 that have
    two of them at most.

    Case, accents and other punctuation do not count.

    >>> [(found.code, found.words) for found in planted("SQL, Java, Go. " * 40)]
    [('repeated_text', 120)]
    """
    text = fold(cv)
    words = _WORD.findall(text)
    copied, between = _copied(words, advert)
    kinds = {
        "copied_advert": copied, "between_copy": between,
        "repeated_text": _repeated(words), "keyword_wall": _wall(text, words),
    }  # fmt: skip
    return tuple(
        Planted(code, int(marks.sum()), len(words), tuple(_spans(text, marks)))
        for code, marks in kinds.items()
        if marks.any()
    )


def without(text: str, found: Iterable[Planted]) -> str:
    """Return the text with blanks in place of what is planted: lines and places stay as they are.

    >>> without("SQL, Java\\nNurse", [Planted("keyword_wall", 2, 3, ((0, 9),))])
    '         \\nNurse'
    """
    for start, end in (span for one in found for span in one.spans):
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def _copied(words: Sequence[str], advert: str) -> tuple[Marks, Marks]:
    """Mark the words of copies, and those between them of which nobody can tell whose they are."""
    length, known, pairs, near, rare, short = _advert(advert)
    found = np.zeros(len(words), dtype=bool)
    if not known:
        return found, found
    single, paired, apart = _marks(words, known), found.copy(), found.copy()
    stems = _stems(words)
    neighbours = _marks(pairwise(stems), pairs)
    paired[:-1] |= neighbours
    paired[1:] |= neighbours
    skipped = _marks(zip(words, words[2:]), near)
    apart[:-2] |= skipped
    apart[2:] |= skipped
    width = min(_COPY, max(_SHORT_COPY, length))
    for marks, (many, gap, least) in ((paired, _PAIRED), (single, _KNOWN)):
        passages = _dense(marks & ~found, width, many * width / _COPY)
        if passages.any():
            found |= _long(passages & _closed(marks, gap), least)
    alternating = _dense(apart, width, _SKIPPED * width / _COPY)
    found |= alternating & apart
    between = _long(alternating & _closed(apart & ~paired, 1), _ALTERNATING)
    strewn = len(set(compress(pairwise(stems), neighbours)))
    if found.any() or strewn >= max(_FEW * width / _COPY, _STREWN * len(pairs)):
        gap, least = _PIECE
        found |= _long(_closed(paired, gap), least)
        for size in {*map(len, short)}:
            for start in np.flatnonzero(_marks(zip(*(words[at:] for at in range(size))), short)).tolist():
                found[start : start + size] = True
    if found.any():  # what punctuation kept apart from a copy
        found |= _near(found, _APART) & _marks(words, rare)
    rarely = _marks(words, rare) & ~found
    if len(set(compress(words, rarely))) >= max(_FEW, _MIXED * len(rare)):
        found |= rarely
    return found, between & ~found


@lru_cache(maxsize=8)
def _advert(text: str) -> _Advert:
    folded = fold(text)
    words = _WORD.findall(folded)
    known = frozenset(words)
    sentences = (tuple(_WORD.findall(sentence)) for sentence in _SENTENCE_END.split(folded))
    short = frozenset(sentence for sentence in sentences if 1 < len(sentence) < _PIECE[1])
    pairs, near = frozenset(pairwise(_stems(words))), frozenset(pairwise(words)).union(zip(words, words[2:]))
    return _Advert(len(words), known, pairs, near, known.difference(frequent_words()), short)


def _stems(words: Iterable[str]) -> list[str]:
    """Return the words without most endings, which a copy may change."""
    return [word[:_STEM] for word in words]


def _repeated(words: Sequence[str]) -> Marks:
    marks = np.zeros(len(words), dtype=bool)
    runs = list(zip(*(words[start:] for start in range(_PHRASE))))
    if len(runs) - len(set(runs)) >= max(_LEAST_REPEATED, _REPEATED * len(runs)):
        for start in np.flatnonzero(_said_before(runs)).tolist():
            marks[start : start + _PHRASE] = True
    times = Counter(words)
    often, always = (_marks(words, {word for word in times if times[word] >= n}) for n in (_OFTEN, 2 * _OFTEN))
    return marks | _dense(often, _PASSAGE, _SAME) & (always | often & _said_before(words))


def _said_before(items: Sequence[Hashable]) -> Marks:
    first = {item: place for place, item in reversed([*enumerate(items)])}
    return np.array([first[item] < place for place, item in enumerate(items)], dtype=bool)


def _wall(text: str, words: Sequence[str]) -> Marks:
    wall = _lists(text, len(words), _SEPARATORS, _INLINE)
    if len(words) < _LISTED:
        return wall
    common = _marks(words, frequent_words())
    found = _lists(text, len(words), _SEPARATORS + "\n", _LISTED)
    if len(words) >= _WALL:
        found |= _long(_dense(~common, _WALL, _WALL - _FREQUENT) & ~common, _STRETCH)
    rest = len(words) - int(found.sum())
    known = rest >= _PROSE and int((common & ~found).sum()) >= _PROSE_SHARE * rest
    return wall | found if known else wall


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


def _marks(items: Iterable[Hashable], known: Container[Hashable]) -> Marks:
    return np.fromiter(map(known.__contains__, items), dtype=bool)


def _dense(marks: Marks, width: int, least: float) -> Marks:
    """Mark all words of each passage of ``width`` words that holds at least ``least`` marked ones."""
    width = min(width, len(marks))
    sums = np.concatenate(([0], np.cumsum(marks)))
    begins = sums[width:] - sums[: len(sums) - width] >= least
    open_at = np.zeros(len(sums), dtype=np.int64)
    open_at[: len(begins)] += begins
    open_at[width:] -= begins
    return np.cumsum(open_at)[:-1] > 0


def _closed(marks: Marks, gap: int) -> Marks:
    """Mark the words of gaps between marked ones too, where a gap has at most so many."""
    places = np.flatnonzero(marks)
    closed = marks.copy()
    for left, right in pairwise(places):
        if right - left <= gap + 1:
            closed[left:right] = True
    return closed


def _near(marks: Marks, gap: int) -> Marks:
    """Mark the words with at most so many between them and a marked one, and these."""
    return np.convolve(marks, np.ones(2 * gap + 3), "same") > 0


def _long(marks: Marks, least: int) -> Marks:
    """Keep the stretches of at least so many words."""
    kept = marks.copy()
    for start, end in _runs(marks):
        if end - start < least:
            kept[start:end] = False
    return kept


def _runs(marks: Marks) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marks.astype(np.int8), [0])))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _spans(text: str, marks: Marks) -> Iterable[tuple[int, int]]:
    """Yield where the marked words stand, neighbours with what is between them as one."""
    places = [match.span() for match in _WORD.finditer(text)]
    return ((places[start][0], places[end - 1][1]) for start, end in _runs(marks))
