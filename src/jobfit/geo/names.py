"""The form under which names of places are compared."""

from __future__ import annotations

import re

from jobfit.folding import folded

_NOT_A_LETTER = re.compile(r"[^\w]+|_")
_SAINT = re.compile(r"\bst(e?)\b")
_PART_OF_A_CITY = re.compile(r" (?:cedex(?: \d{1,2})?|\d{1,2}(?: ?(?:er|eme|e|ter))?(?: arrondissement)?)$")


def place_key(name: str) -> str:
    """Return ``name`` without case, accents and punctuation, with ``saint`` for ``St``; "" where no letter is left.

    >>> place_key("St-Étienne"), place_key("L'Haÿ-les-Roses"), place_key("Lyon 3e Arrondissement")
    ('saint etienne', 'l hay les roses', 'lyon 3e arrondissement')
    """
    return _SAINT.sub(r"saint\1", " ".join(_NOT_A_LETTER.sub(" ", folded(name)).split()))


def city_key(key: str) -> str:
    """Return the key of the whole city for a key that names an arrondissement or a CEDEX of it, else ``key``.

    >>> city_key("lyon 3e arrondissement"), city_key("paris cedex 08"), city_key("paris 16"), city_key("tours")
    ('lyon', 'paris', 'paris', 'tours')
    """
    return _PART_OF_A_CITY.sub("", _PART_OF_A_CITY.sub("", key))
