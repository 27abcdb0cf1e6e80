"""What a person should look at before the texts of an entry are believed: flags of the file, copies, repetition.

A caveat never changes a score and never leaves anybody out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from jobfit.records import Candidate, Record
from jobfit.shortlist import Reason

# By what stands before the colon of a flag; {} is what stands after it.
_SENTENCES: Mapping[str, str] = {
    "hidden_text": "holds text that a reader does not see ({}); it was left out",
    "unclear_text": "it is not clear whether a reader sees all of its text ({}); it was read",
    "unread_text": "shows text that could not be read ({})",
    "mislabelled": "the file is not what its name says; it was read as {}",
    "encoding": "its letters were decoded as {}; some may be wrong",
    "invalid_date": "a date cannot be read: {}",
    "odd_shape": "a part of the file has an unusual form and was not understood: {}",
}
_WORD = re.compile(r"[^\W_]+")
# Of 39,010 pairs of real CVs and adverts (it-resumes) one shares a run of 8 words and none shares more than these 8; of
# 720 pairs of the simulated market, whose texts are written from one set of sentences, one shares 36 words.
_RUN, _COPIED = 8, 40
# Of 166 real CVs the most repetitive says 42 % of its runs of 4 words again.
_PHRASE, _REPEATED, _LEAST_REPEATED = 4, 0.6, 100


def caveats(record: Record) -> tuple[Reason, ...]:
    """Return the flags of the record's file in their order, each with a sentence; then what its text repeats.

    The code of a flag is the flag itself. A CV gets ``repeated_text`` where at least 60 % of its runs of four words,
    and at least 100, were said in it before.
    """
    found = tuple(Reason(flag, _sentence(flag)) for flag in record.flags)
    if isinstance(record, Candidate):
        again, of = repeated_phrases(record.text)
        if again >= max(_LEAST_REPEATED, _REPEATED * of):
            said = f"{100 * again // of} % of its text says again what it said before, word for word"
            found += (Reason("repeated_text", said),)
    return found


def pair_caveats(query: Record, other: Record) -> tuple[Reason, ...]:
    """Return the caveats of ``other``, and ``copied_advert`` where the CV has 40 words or more of the vacancy's text.

    Words count that stand in both texts in a run of eight or more; a copy that changes every seventh word is not seen,
    nor is one in a script that writes no spaces.
    """
    cv, advert = (other.text, query.text) if isinstance(other, Candidate) else (query.text, other.text)
    found = caveats(other)
    if (copied := copied_words(cv, advert)) >= _COPIED:
        found += (Reason("copied_advert", f"{copied} words of this CV are those of the advert, word for word"),)
    return found


def copied_words(text: str, source: str, run: int = _RUN) -> int:
    """Return how many words of ``text`` stand in a run of ``run`` words or more that ``source`` has too.

    Case and punctuation do not count.

    >>> copied_words("I can: plan the work of a team.", "You will plan the work of a team", run=4)
    6
    """
    words, known = _words(text), set(_runs(_words(source), run))
    copied = end = 0
    for start, found in enumerate(_runs(words, run)):
        if found in known:
            copied += start + run - max(start, end)
            end = start + run
    return copied


def repeated_phrases(text: str) -> tuple[int, int]:
    """Return how many runs of four words stand in the text before, and how many runs it has; (0, 0) without any.

    >>> repeated_phrases("SQL Java Go Rust. " * 3)
    (5, 9)
    """
    runs = list(_runs(_words(text), _PHRASE))
    return len(runs) - len(set(runs)), len(runs)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: Sequence[str], length: int) -> Iterable[tuple[str, ...]]:
    return (tuple(words[start : start + length]) for start in range(len(words) - length + 1))


def _sentence(flag: str) -> str:
    kind, _, detail = flag.partition(":")
    sentence = _SENTENCES[kind].format(detail) if kind in _SENTENCES else flag
    return sentence.replace("_", " ")
