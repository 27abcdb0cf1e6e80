"""What a person should look at before the texts of an entry are believed: flags of the file, copies, repetition.

A caveat leaves nobody out. What planted text gave is taken off a score (:mod:`jobfit.damping`); the others change none.
"""

from __future__ import annotations

from collections.abc import Mapping

from jobfit.planted import planted
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
_PLANTED: Mapping[str, str] = {
    "copied_advert": "{words} of its {of} words are the advert's, in its order or nearly so",
    "between_copy": "{words} of its {of} words alternate with the advert's: it is not clear whose they are",
    "repeated_text": "{words} of its {of} words say again what it said before",
    "keyword_wall": "{words} of its {of} words stand in lists of hundreds of words without a sentence",
}
_COPY = ("copied_advert", "between_copy")
_DAMPED = "; they do not count for its place"


def caveats(record: Record) -> tuple[Reason, ...]:
    """Return the flags of the record's file in their order, each with a sentence; then what a CV repeats or lists.

    The code of a flag is the flag itself, and the codes of the rest are those of :mod:`jobfit.planted`.
    """
    return _of_file(record) + (_of_text(record.text, "") if isinstance(record, Candidate) else ())


def pair_caveats(query: Record, other: Record, damped: bool = False) -> tuple[Reason, ...]:
    """Return the caveats of ``other``, and what is said of a copy where either is a CV with a copy of the other.

    damped: the score of ``other`` has a contribution ``planted``; then the sentences say so.
    """
    if isinstance(other, Candidate):
        return _of_file(other) + _of_text(other.text, query.text, _DAMPED if damped else "")
    return _of_file(other) + tuple(found for found in _of_text(query.text, other.text) if found.code in _COPY)


def _of_file(record: Record) -> tuple[Reason, ...]:
    return tuple(Reason(flag, _sentence(flag)) for flag in record.flags)


def _of_text(cv: str, advert: str, damped: str = "") -> tuple[Reason, ...]:
    return tuple(
        Reason(found.code, _PLANTED[found.code].format(words=found.words, of=found.of) + damped)
        for found in planted(cv, advert)
    )


def _sentence(flag: str) -> str:
    kind, _, detail = flag.partition(":")
    sentence = _SENTENCES[kind].format(detail) if kind in _SENTENCES else flag
    return sentence.replace("_", " ")
