"""Personal details covered where a text is shown: each character of one is ``█``, so that offsets stay."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobfit.documents.masking.kinds import TextKind
from jobfit.documents.masking.masker import mask
from jobfit.records import Candidate, Evidence

HIDDEN = "█"
PERSONAL = ("name", "contact", "address", "birth", "status")  # kinds of masked spans
_HINT = re.compile(r"@|www\.|://|linkedin|github|\d(?:[ ().-]{0,2}\d){6}", re.IGNORECASE)


def covered(text: str, spans: Sequence[tuple[int, int]]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = [letter if letter.isspace() else HIDDEN for letter in text[start:end]]
    return "".join(letters)


def without_contact(part: str, names: Sequence[str] = ()) -> str:
    """Return a part of a CV with the person's ``names`` and contact details covered.

    What holds neither is returned as it is, without masking: a list of many sentences costs nothing.

    >>> without_contact("Ann Lee, cook, ann@example.org", ["Ann Lee"])
    '███ ███, cook, ███████████████'
    """
    folded = part.casefold()
    if not _HINT.search(part) and not any(word in folded for name in names for word in name.casefold().split()):
        return part
    masked = mask(part, TextKind.CV_PART, names=names).spans
    return covered(part, [(span.start, span.end) for span in masked if span.kind in PERSONAL])


def beside(candidate: Candidate, sentence: Evidence, quote: Evidence) -> tuple[str, str]:
    """Return what stands in a ``sentence`` of a CV before a quote and behind it, as it is shown."""
    names = (candidate.profile.name.value,) if candidate.profile.name else ()
    spans = (sentence.start, quote.start), (quote.end, sentence.end)
    before, after = (without_contact(candidate.text[start:end], names) for start, end in spans)
    return before, after
