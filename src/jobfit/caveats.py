"""What the flags of a record say, in a sentence for the person who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def caveats(flags: Iterable[str]) -> tuple[Reason, ...]:
    """Return each flag with a sentence for people, in the order given; the code is the flag itself.

    A flag says what to look at. It never changes a score and never leaves anybody out.

    >>> [caveat.sentence for caveat in caveats(["hidden_text:off_page", "new_kind"])]
    ['holds text that a reader does not see (off page); it was left out', 'new kind']
    """
    return tuple(Reason(flag, _sentence(flag)) for flag in flags)


def _sentence(flag: str) -> str:
    kind, _, detail = flag.partition(":")
    sentence = _SENTENCES[kind].format(detail) if kind in _SENTENCES else flag
    return sentence.replace("_", " ")
