"""The two things that are read in a status before it is looked up: its words, and the days that have passed."""

from __future__ import annotations

import re

from jobfit.errors import InputError
from jobfit.folding import folded

# "+ 2 jrs", "+5jours", "+ 1 day". Only with the plus: "follow up in 3 days" is a status of its own.
_ELAPSED = re.compile(r"\+ ?(\d{1,4}) ?(?:jours?|jrs?|j|days?|d)\b\.?")
_BETWEEN_WORDS = re.compile(r"[^\w+]+|_")
_PLUS = re.compile(r" ?\+ ?")


def words_of(status: str) -> tuple[str, int | None]:
    """Return the status as it is looked up, and the days of its "+ n jrs" suffix (``None`` without one).

    Case, accents, punctuation and the number of blanks say nothing; a plus between two statuses does.

    Raises:
        InputError: the suffix occurs twice.

    >>> words_of("VIVIER+2jrs"), words_of("  Négatif  + 5 jrs "), words_of("NAE+Vivier")
    (('vivier', 2), ('negatif', 5), ('nae + vivier', None))
    """
    plain = folded(status)
    found = _ELAPSED.findall(plain)
    if len(found) > 1:
        raise InputError(f"the status {status!r} states {len(found)} elapsed times; at most one can be read")
    bare = _BETWEEN_WORDS.sub(" ", _ELAPSED.sub(" ", plain))
    return _PLUS.sub(" + ", bare).strip(), int(found[0]) if found else None
