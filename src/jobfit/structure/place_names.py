"""Names of places and the value under which each is compared: spellings, letters of states, towns in an area.

The value is the town (or, where only that is stated, the region or country) in lower case without accents and with
blanks for dashes; large ones have one name in both languages ("Londres" is ``london``). Where the name alone would mean
another place, or none that is known, the region or country stated beside it follows: ``paris, texas``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from jobfit.folding import fold
from jobfit.geo.world import towns
from jobfit.lexicon import Lexicon, built
from jobfit.structure.whereabouts import (
    COMMA,
    area_around,
    area_codes,
    area_names,
    divisions_of,
    is_country,
    main_reading,
)


class _Places:
    """Every spelling of a known place (folded, blanks for dashes) with the one name that is compared."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.cities: dict[str, str] = {}
        for entry in lexicon.parts("places", "cities"):
            names = [name.replace("-", " ") for name in entry.split("=")]
            self.cities.update(dict.fromkeys(names, names[0]))
        self.known = {**area_names(), **self.cities}
        district, around = (lexicon.union("places", key) for key in ("district", "around"))
        # "Tel-Aviv Area", "Greater Boston"
        self.around = re.compile(rf"(?:(?:{district}) )?(?P<town>[^\W\d_][\w' ]{{2,30}}?)(?: (?:{around}))?")
        # words, or names of people, where they are not written as a place in so many words
        self.unsure = lexicon.words("places", "unsure")


known_places = built(_Places)


def is_city(value: str) -> bool:
    """Tell whether a compared value (:func:`normalise_place`) is a large city that is known by name."""
    return value in known_places().cities


def is_large_place(written: str) -> bool:
    """Tell whether a name, as written, is that of a large city or of a country, and no other word."""
    value = normalise_place(written)
    return (is_city(value) or is_country(value)) and value not in known_places().unsure


def is_known_place(written: str) -> bool:
    """Tell whether a name is that of a city, an area or a country in the table, and no other word."""
    value = fold(written)
    return value in known_places().known and value not in known_places().unsure


@lru_cache(maxsize=65_536)
def normalise_place(name: str) -> str:
    """Return the value under which ``name`` is compared; "" for a name without letters.

    >>> normalise_place("Tel-Aviv"), normalise_place("Genève"), normalise_place("Paris, TX")
    ('tel aviv', 'geneva', 'paris, texas')
    """
    town, comma, rest = name.partition(",")
    area = next((area for part in reversed(rest.split(",")) if (area := area_named(part))), None) if comma else None
    if area:
        return in_area(place_key(town), area)
    return without_comma(name) or place_key(name)


def without_comma(name: str) -> str | None:
    """Return the compared town of "Washington D.C.", "Paris Texas", where the table knows it in that area."""
    words = name.replace(",", " ").split()
    if place_key(name) in known_places().known:
        return None
    for cut in range(1, min(len(words), 4)):
        area, town = area_named(" ".join(words[-cut:])), place_key(" ".join(words[:-cut]))
        if area and area_around(town, area):
            return in_area(town, area)
    return None


def place_key(name: str) -> str:
    """Return the compared name of a place without what it lies in: folded, blanks for dashes, one for all spellings."""
    value = " ".join(re.sub(r"[^\w']+", " ", fold(name)).split())
    known = known_places().known
    if value in known:
        return known[value]
    around = known_places().around.fullmatch(value)
    if around and not towns(value) and ((town := around["town"]) in known or towns(town)):
        return known.get(town, town)
    return value


def area_named(words: str) -> str | None:
    """Return the compared name of the region or country that ``words`` name, or a state's letters in capitals."""
    word = words.strip(" .")
    if states := area_codes().get(word.replace(".", "")):
        return states[0]
    key = " ".join(re.sub(r"[^\w']+", " ", fold(word)).split())
    return area_names().get(key)


def in_area(town: str, area: str) -> str:
    """Return ``town``, with the area it lies in where its name alone does not say so.

    Of areas with the same letters (WA) it is the one that has the town.
    """
    if not town or town == area:
        return area
    area = area_around(town, area) or area
    main = main_reading(town)
    if main and main.town and any(main.within(wider) for wider in divisions_of(area)):
        return town
    return f"{town}{COMMA}{area}"
