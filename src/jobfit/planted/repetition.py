"""Repetition in a CV: the same runs, words and items said over and over, and the same claims in the same ways."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jobfit.ingest.language import frequent_words
from jobfit.planted.marks import NEVER, Marks, dense, kinds_of, said_before, since
from jobfit.planted.text import Text

# The most repetitive of the 99 CVs says 42 % of its runs of four words again.
_PHRASE, _REPEATED, _LEAST_REPEATED = 4, 0.6, 100
# Of 60 words, those that stand twelve times or more in the whole CV: 35 at most in the 97 CVs that are as long.
_PASSAGE, _SAME, _OFTEN = 60, 54, 12
# Of so many words, the rarer ones of the advert that were said before among as many: 19, 30, 52 at most in real pairs.
_ASKED_AGAIN = ((30, 25), (60, 40), (120, 70))
# Of so many items (what stands between commas, bars, bullets, ends of sentences and lines) of five words at most,
# those that were said before among as many: 27 and 52 at most; 32 and 74 in one CV of the other half, which was found
# beyond narrower limits (35 and 68).
_ITEM, _ITEMS_AGAIN = 5, ((40, 38), (100, 90))
# Sentences that say something that is said in four ways, in a way in which four things are said: 0 in the 99 CVs and
# the market's 100 (7 and 3 where two do). Somebody may well have installed, repaired and sold five kinds of things.
_SENTENCE, _HOLE, _WAYS, _CLAIMS = (3, 12), 3, 4, 20

Words = tuple[str, ...]
Claim = tuple[tuple[Words, Words], Words]  # what stands before it and after it, and itself


def repeated(text: Text, numbers: NDArray[np.intp], asked: Marks) -> Marks:
    """Mark what is said again; ``asked`` are the advert's rarer words, whose ``numbers`` say which are the same."""
    words = text.words
    marks = _listed_again(text) | _claimed_again(text)
    runs = list(zip(*(words[start:] for start in range(_PHRASE))))
    if len(runs) - len(set(runs)) >= max(_LEAST_REPEATED, _REPEATED * len(runs)):
        before = said_before(runs)
        for start in np.flatnonzero(before & dense(before, _LEAST_REPEATED, _REPEATED * _LEAST_REPEATED)).tolist():
            marks[start : start + _PHRASE] = True
    ago = since(np.where(asked, numbers, -1))
    for width, least in _ASKED_AGAIN:
        marks |= dense(asked & (ago < width), width, least) & asked & (ago < NEVER)
    often = np.bincount(text.kinds)[text.kinds] if words else text.kinds
    passages = dense(often >= _OFTEN, _PASSAGE, _SAME)
    if passages.any():
        marks |= passages & (often >= _OFTEN) & ((often >= 2 * _OFTEN) | (since(text.kinds) < NEVER))
    return marks


def _listed_again(text: Text) -> Marks:
    """Mark the items that are said again where most are; numbers do not count."""
    marks = np.zeros(len(text.words), dtype=bool)
    said = [tuple(text.words[start:end]) for start, end in text.items]
    if len(said) - len(set(said)) < min(least for _, least in _ITEMS_AGAIN):
        return marks
    items = [(one, place) for one, place in zip(said, text.items, strict=True) if not "".join(one).isdigit()]
    counted = np.array([len(one) <= _ITEM and not any(map(str.isdigit, one)) for one, _ in items], dtype=bool)
    ago = since(kinds_of([one for one, _ in items], dict.fromkeys(said)))
    again = np.zeros(len(items), dtype=bool)
    for width, least in _ITEMS_AGAIN:
        again |= dense(counted & (ago < width), width, least) & counted & (ago < NEVER)
    for place in np.flatnonzero(again).tolist():
        marks[slice(*items[place][1])] = True
    return marks


def _claimed_again(text: Text) -> Marks:
    """Mark the sentences in which nothing new is said in ways in which much is said."""
    marks = np.zeros(len(text.words), dtype=bool)
    least, most = _SENTENCE
    places = [(start, end) for start, end in text.sentences if least <= end - start <= most]
    said = [*dict.fromkeys(tuple(text.words[start:end]) for start, end in places)]
    # Only what begins or ends as another one may be made in the same way, and only what shares words says the same.
    alike = Counter(end for sentence in said for end in _ends(sentence))
    if len(said) < _CLAIMS or sum(number > 1 for number in alike.values()) < _WAYS:
        return marks
    times = Counter(word for sentence in said for word in {*sentence})
    said = [s for s in said if any(alike[end] > 1 for end in _ends(s)) and any(times[word] >= _WAYS for word in s)]
    if len(said) < _CLAIMS:
        return marks
    ways, things = defaultdict[tuple[Words, Words], set[Words]](set), defaultdict[Words, set[tuple[Words, Words]]](set)
    for way, thing in (claim for sentence in said for claim in _claims(sentence)):
        ways[way].add(thing)
    for way, some in ways.items():
        if len(some) >= _WAYS:
            for thing in some:
                things[thing].add(way)
    claims = {
        sentence: {thing for way, thing in _claims(sentence) if len(ways[way]) >= _WAYS and len(things[thing]) >= _WAYS}
        for sentence in said
    }
    if sum(map(bool, claims.values())) < _CLAIMS:
        return marks
    seen, frequent = set[Words](), {*frequent_words()}
    for start, end in places:
        if claimed := claims.get(tuple(text.words[start:end])):
            told = {thing for thing in claimed if not {thing[0], thing[-1]} & frequent} or claimed
            marks[start:end] = told <= seen
            seen |= told
    return marks


def _ends(sentence: Words) -> Iterator[tuple[int, str, str]]:
    yield 0, sentence[0], sentence[1]
    yield 1, sentence[-2], sentence[-1]
    yield 2, sentence[0], sentence[-1]


def _claims(sentence: Words) -> Iterator[Claim]:
    """Yield each short part of a sentence, without numbers, and what stands before it and after it."""
    for size in range(1, min(_HOLE, len(sentence) - 2) + 1):
        for start in range(len(sentence) - size + 1):
            thing = sentence[start : start + size]
            if not any(map(str.isdigit, thing)):
                yield (sentence[:start], sentence[start + size :]), thing
