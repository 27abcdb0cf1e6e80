"""Personal details covered where a text is shown: each character of one is ``█``, so that offsets stay."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobfit.documents.masking.kinds import TextKind
from jobfit.documents.masking.masker import mask
from jobfit.records import Candidate, Evidence, Record

HIDDEN = "█"
_SHOWN_TO_NOBODY = ("name", "contact", "address", "birth", "status")  # kinds of masked spans
_HINT = re.compile(r"@|www\.|://|linkedin|github|\d(?:[ ().-]{0,2}\d){6}", re.IGNORECASE)


def without_personal(record: Record) -> str:
    """Return the text of a record with all personal details covered."""
    if not isinstance(record, Candidate):
        return _covered(record.text, TextKind.VACANCY)
    if (name := record.profile.name) is None:
        return _covered(record.text, TextKind.CV)
    return _covered(record.text, TextKind.CV, (name.value,), [(name.evidence.start, name.evidence.end)])


def without_contact(part: str, names: Sequence[str] = ()) -> str:
    """Return a part of a CV with the person's ``names`` and contact details covered.

    What holds neither is returned as it is, without masking: a list of many sentences costs nothing.

    >>> without_contact("Ann Lee, cook, ann@example.org", ["Ann Lee"])
    '███ ███, cook, ███████████████'
    """
    folded = part.casefold()
    if not _HINT.search(part) and not any(word in folded for name in names for word in name.casefold().split()):
        return part
    return _covered(part, TextKind.CV_PART, names)


def beside(candidate: Candidate, sentence: Evidence, quote: Evidence) -> tuple[str, str]:
    """Return what stands in a ``sentence`` of a CV before a quote and behind it, as it is shown."""
    names = (candidate.profile.name.value,) if candidate.profile.name else ()
    spans = (sentence.start, quote.start), (quote.end, sentence.end)
    before, after = (without_contact(candidate.text[start:end], names) for start, end in spans)
    return before, after


def _covered(text: str, kind: TextKind, names: Sequence[str] = (), also: Sequence[tuple[int, int]] = ()) -> str:
    masked = mask(text, kind, names=names).spans
    letters = list(text)
    for start, end in (*((span.start, span.end) for span in masked if span.kind in _SHOWN_TO_NOBODY), *also):
        letters[start:end] = [letter if letter.isspace() else HIDDEN for letter in text[start:end]]
    return "".join(letters)
