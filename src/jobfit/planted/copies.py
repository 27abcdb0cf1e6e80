"""Copies of the advert in a CV: its words close together, in its order whatever stands between, or said again.

A word is the advert's but for its ending: up to three letters more or fewer, or whatever follows the sixth.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobfit.folding import fold
from jobfit.ingest.language import frequent_words
from jobfit.planted.marks import Marks, beside, closed, dense, long, marked, said_before
from jobfit.planted.text import Text, read

# Of 80 words of a CV, those in pairs of neighbours that the advert has too: 35 at most in 12,177 real pairs, 42 in the
# market's 7,500 but for one (45). And those that the advert has anywhere, letter for letter: 61 and 50 at most.
_COPY = 80
# A passage is as long as the advert where that is shorter, but not below this, and all these numbers are in proportion:
# of 40 words of a CV 12 and 22 at most for parts of real adverts that are as long, 18 and 23 for the market's.
_SHORT_COPY = 30
# How many of them, then the longest gap within what is a copy and its least length: in pairs, and anywhere.
_PAIRED, _KNOWN = (44, 2, 8), (72, 1, 20)
# And those that stand one word apart, of which the advert has one after or one word after the other: 32 at
# most in the real pairs, 37 in the market's but for two (42, 45).
_SKIPPED, _ALTERNATING = 36, 8  # and the least length of what alternates
# The advert's rarer words that stand in the order in which it first says them, whatever stands between: of 160 words of
# a CV 19 and 21 at most, of 60 such words 19 and 23, of all that the advert has 29 and 39 %.
_IN_PASSAGE, _IN_ROW, _IN_ALL, _FEW_IN_ALL = (160, 25), (60, 27), 0.45, 18
_NAME = 3  # words at most of the name of a thing
_ITEM = 5  # words of an item that is no part of such a row, but for its beginning
_ROW, _ASIDE, _KEPT = (24, 6), 12, 8  # what there is of such words in a row, its longest gap and its least length
_FILLERS = 6  # words between two of a row that may be fillers
# Of all pairs of neighbours in the advert, those that a CV has anywhere: 15 % at most in the real ones, 31 % in the
# market's. Of its words that are no frequent ones: 60 and 68 %. The shares, the fewest that tell, and as above.
_STREWN, _MIXED, _FEW, _PIECE = 0.3, 0.75, 40, (2, 4)
_APART = 3  # words between a copy and a word of the advert that stands alone beside it
# Its sentences that a CV says twice or more, how often in all: 9 and 9 times at most, of three words or more 0 and 5.
# And the words of its runs of four that the CV said before: 5 and 36 at most.
_SAID, _SAID_LONG, _LONG, _RUN, _RUNS_AGAIN = 16, 9, 3, 4, 48
_LEFT, _LEAST_LEFT, _STEM = 3, 4, 6  # letters of an ending, of what it ends at least, and of any word that are compared

Run = tuple[int, ...]
Numbers = NDArray[np.intp]


class Advert(NamedTuple):
    """How many words an advert has, these, the number of each by its beginnings, and what these numbers make up.

    starts: of words, their first letters, by which most others are told from them.
    ranks:  of its rarer words, which comes when, where it is first said; of the others, and of what it lacks, -1.
    pairs:  of neighbours, each as one number, in order, then one that is none; ``near``: of those one word apart too.
    """

    length: int
    words: frozenset[str]
    numbers: Mapping[str, int]
    starts: frozenset[str]
    ranks: Numbers
    pairs: Numbers
    near: Numbers
    runs: frozenset[Run]
    sentences: frozenset[Run]

    def numbers_of(self, text: Text) -> Numbers:
        """Return the number of each word, -1 where the advert has none like it."""
        distinct = [_number(word, self.numbers, self.starts) for word in text.distinct]
        return np.array(distinct, dtype=np.intp)[text.kinds]


def copied(text: Text, numbers: Numbers, asked: Advert) -> tuple[Marks, Marks]:
    """Mark the words of copies, and those between them of which nobody can tell whose they are.

    numbers: of the words of the ``text``, as the advert has them.
    """
    single, ranks = numbers >= 0, asked.ranks[numbers]
    found, rare, paired = np.zeros(len(numbers), dtype=bool), ranks >= 0, np.zeros(len(numbers), dtype=bool)
    between = found.copy()
    if not single.any():
        return found, between
    pairs, skipping = (_joined(numbers, apart, len(asked.ranks)) for apart in (1, 2))
    neighbours, skipped = _among(pairs, asked.pairs), _among(skipping, asked.near)
    listed = _listed(text)
    paired[:-1] |= neighbours
    paired[1:] |= neighbours
    running = paired & ~_named(text, neighbours)
    apart = np.zeros(len(numbers), dtype=bool)
    apart[:-2] |= skipped
    apart[2:] |= skipped
    width = min(_COPY, max(_SHORT_COPY, asked.length))
    exact = marked(text.distinct, asked.words)[text.kinds]
    for marks, (many, gap, least) in ((running, _PAIRED), (exact, _KNOWN)):
        passages = dense(marks & ~found, width, many * width / _COPY)
        if passages.any():
            found |= long(passages & closed(marks, gap), least)
    rarer = int(asked.ranks.max()) + 1
    alternating = dense(apart, width, _SKIPPED * width / _COPY)
    found |= alternating & apart
    between = long(alternating & closed(apart & ~paired, 1), _ALTERNATING)
    in_order = _in_order(rare & ~listed, ranks, rarer)
    if in_order.size:  # whoever copies what is no list copies what is one too
        in_order = _in_order(rare, ranks, rarer)
    found[in_order] = True
    between |= closed(marked(range(len(numbers)), {*in_order.tolist()}), _FILLERS)
    found |= _said_again(text, numbers, paired, asked)
    strewn = len({*pairs[neighbours].tolist()})
    if found.any() or strewn >= max(_FEW * width / _COPY, _STREWN * (len(asked.pairs) - 1)):
        gap, least = _PIECE
        found |= long(closed(paired, gap), least)
        found |= _short_sentences(text, numbers, asked)
    if found.any():  # what punctuation kept apart from a copy
        found |= beside(found, _APART) & rare
    rare &= ~found
    if len({*numbers[rare].tolist()}) >= max(_FEW, _MIXED * rarer):
        found |= rare
    return found, between & ~found


def _listed(text: Text) -> Marks:
    """Mark the words of short items: who lists what the advert asks for, one after the other, claims it.

    What an item begins with as the one before it does is no word of it: "I work with".
    """
    items = [text.words[start:end] for start, end in text.items]
    own = [len(item) - _alike(before, item) for before, item in pairwise([[], *items])]
    return np.repeat(np.array(own, dtype=np.intp) <= _ITEM, [*map(len, items)])


def _named(text: Text, neighbours: Marks) -> Marks:
    """Mark the words of items that name one thing, unless they stand beside the words that the advert has there too."""
    found = np.zeros(len(text.words), dtype=bool)
    joined = np.concatenate((neighbours, [False]))  # with the next word; the last one is the one before the first
    before: list[str] = []
    for start, end in text.items:
        item = text.words[start:end]
        if len(item) - _alike(before, item) <= _NAME and not joined[start - 1] and not joined[end - 1]:
            found[start:end] = True
        before = item
    return found


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return with how many words both begin."""
    return next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))


def _in_order(rare: Marks, ranks_of: Numbers, of: int) -> Numbers:
    """Return where ``rare`` words, of ``of`` such words in the advert, stand in its order or nearly so."""
    places, ranks = np.flatnonzero(rare), ranks_of[rare].tolist()
    whole = _rising(ranks)
    found = np.zeros(len(ranks), dtype=bool)
    if len(whole) >= max(_FEW_IN_ALL, _IN_ALL * of):
        found[whole] = True
    (words, least), (row, many) = _IN_PASSAGE, _IN_ROW
    if len(whole) >= least:
        starts = np.searchsorted(places, np.arange(0, places[-1] + 1, words // 4))
        ends = np.searchsorted(places, places[starts] + words)
        rows = [(start, start + row, many) for start in range(0, len(ranks), row // 4)]
        for start, end, enough in (*zip(starts.tolist(), ends.tolist(), [least] * len(starts)), *rows):
            if end - start >= enough and len(rising := _rising(ranks[start:end])) >= enough:
                found[start + np.array(rising)] = True
    return places[long(closed(found & dense(found, *_ROW), _ASIDE), _KEPT)]


def _rising(ranks: Sequence[int]) -> list[int]:
    """Return the places of a longest series of ranks each of which is higher than the one before."""
    lowest, last, before = list[int](), list[int](), list[int]()  # of a series of each length: its last rank, its place
    for place, rank in enumerate(ranks):
        length = bisect_left(lowest, rank)
        lowest[length : length + 1], last[length : length + 1] = [rank], [place]
        before.append(last[length - 1] if length else -1)
    series, place = list[int](), last[-1] if last else -1
    while place >= 0:
        series.append(place)
        place = before[place]
    return series[::-1]


def _said_again(text: Text, numbers: Numbers, paired: Marks, asked: Advert) -> Marks:
    """Mark the sentences of the advert that the CV says twice or more, and its runs of words, where these are many."""
    found = np.zeros(len(numbers), dtype=bool)
    theirs = _sentences(text, numbers, asked)
    times = Counter(said for said, _, _ in theirs)
    again = {said: number for said, number in times.items() if number > 1}
    of_words = sum(number for said, number in again.items() if len(said) >= _LONG)
    if of_words >= _SAID_LONG or sum(again.values()) >= _SAID:
        for said, start, end in theirs:
            found[start:end] |= said in again
    if np.count_nonzero(paired) >= _RUNS_AGAIN:
        runs = _runs(numbers.tolist(), _RUN)
        places = np.flatnonzero(marked(runs, asked.runs))
        before = places[said_before([runs[place] for place in places.tolist()])]
        if np.count_nonzero(_covered(before, len(numbers))) >= _RUNS_AGAIN:
            found |= _covered(places, len(numbers))
    return found


def _covered(starts: NDArray[np.intp], length: int) -> Marks:
    """Mark the words of the runs that begin there."""
    found = np.zeros(length, dtype=bool)
    for ahead in range(_RUN):
        found[starts + ahead] = True
    return found


def _short_sentences(text: Text, numbers: Numbers, asked: Advert) -> Marks:
    """Mark the sentences of the advert, those of two or three words wherever they stand."""
    found = np.zeros(len(numbers), dtype=bool)
    for _, start, end in _sentences(text, numbers, asked):
        found[start:end] = True
    for size in range(2, _PIECE[1]):
        for start in np.flatnonzero(marked(_runs(numbers.tolist(), size), asked.sentences)).tolist():
            found[start : start + size] = True
    return found


def _sentences(text: Text, numbers: Numbers, asked: Advert) -> list[tuple[Run, int, int]]:
    """Return the sentences that the advert has too, and where they stand."""
    said = numbers.tolist()
    return [
        (sentence, start, end)
        for start, end in text.sentences
        if said[start] >= 0 and (sentence := tuple(said[start:end])) in asked.sentences
    ]


@lru_cache(maxsize=8)
def read_advert(advert: str) -> Advert:
    text = read(fold(advert))
    known: dict[str, int] = {}
    starts = set[str]()
    for word in text.distinct:
        number = _number(word, known, starts)
        number = len(known) if number < 0 else number
        starts.add(word[:_LEAST_LEFT])
        for beginning in (word, *_beginnings(word)):
            known.setdefault(beginning, number)
    numbers = [known[word] for word in text.words]
    rarer = [known[word] for word in text.distinct if word not in frequent_words()]
    ranks = np.full(len(known) + 1, -1, dtype=np.intp)
    for rank, number in enumerate(dict.fromkeys(rarer)):
        ranks[number] = rank
    sentences = frozenset(tuple(numbers[start:end]) for start, end in text.sentences)
    pairs, skipping = (_joined(np.array(numbers, dtype=np.intp), apart, len(ranks)) for apart in (1, 2))
    pairs, near = (np.unique([*some, len(ranks) ** 2]) for some in (pairs, [*pairs, *skipping]))
    runs = frozenset(_runs(numbers, _RUN))
    return Advert(len(numbers), frozenset(text.words), known, frozenset(starts), ranks, pairs, near, runs, sentences)


def _joined(numbers: Numbers, apart: int, of: int) -> Numbers:
    """Return each two numbers that stand so far apart as one; -1 where one is none."""
    first, second = numbers[:-apart], numbers[apart:]
    return np.where((first >= 0) & (second >= 0), first * of + second, -1)


def _among(joined: Numbers, known: Numbers) -> Marks:
    """Tell which are among the ``known``, which stand in order and end with one that is none."""
    return known[np.searchsorted(known[:-1], joined)] == joined


def _runs(numbers: Sequence[int], length: int) -> list[Run]:
    return list(zip(*(numbers[start:] for start in range(length))))


def _number(word: str, numbers: Mapping[str, int], starts: Container[str]) -> int:
    """Return the number of the word that is this one but for its ending; -1 where there is none."""
    if word in numbers:
        return numbers[word]
    if word[:_LEAST_LEFT] not in starts:
        return -1
    return next((numbers[beginning] for beginning in _beginnings(word) if beginning in numbers), -1)


def _beginnings(word: str) -> Iterator[str]:
    """Yield the word without endings, the longest first; a number is no ending."""
    for letters in range(len(word) - 1, max(_LEAST_LEFT, len(word) - _LEFT) - 1, -1):
        if word[letters].isdigit():
            return
        yield word[:letters]
    if len(word) > _STEM and word[_STEM:].isalpha():
        yield word[:_STEM]
