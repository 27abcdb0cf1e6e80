"""Where a person lives or would go, where a position is: by labels and patterns, with a small table of large cities.

The compared value is the city (or, where only that is stated, the region or country) in lower case without accents
and with blanks for dashes; known ones have one name in both languages ("Londres" is ``london``).
"""

from __future__ import annotations

import re
from functools import partial

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import Stated
from jobfit.structure.spans import first_mentions, line_around, stated
from jobfit.structure.text import ReadText, as_read


class _Places:
    """Every spelling of a known place (folded, blanks for dashes) with the one name that is compared."""

    def __init__(self, lexicon: Lexicon) -> None:
        def spellings(key: str) -> dict[str, str]:
            table: dict[str, str] = {}
            for entry in lexicon.parts("places", key):
                names = [name.replace("-", " ") for name in entry.split("=")]
                table.update(dict.fromkeys(names, names[0]))
            return table

        self.cities, self.countries = spellings("cities"), spellings("countries")
        self.known = {**self.countries, **spellings("regions"), **self.cities}
        # words, or names of people, where they are not written as a place in so many words
        self.unsure = lexicon.words("places", "unsure")


_places = built(_Places)


def is_city(value: str) -> bool:
    """Tell whether a compared value (:func:`normalise_place`) is a large city that is known by name."""
    return value in _places().cities


_HEADER = 700  # characters in which an unlabelled place is believed
_SIGN = re.compile(r"[⌂📍🏠] ?:? {0,3}")
_POSTCODE = re.compile(
    r"(?<![\d+.])(?:f-)?(?:\d{5}|\d{4})(?: |-)(?P<city>[a-z][a-z' -]{2,40})|"
    r"(?<![\w'-])(?P<dept>[a-z][a-z']{1,20}(?:[ -][a-z'][a-z']{0,20}){0,4}) \((?:\d{2}|2a|2b|97\d|\d{5})\)"
)
_NAME = re.compile(r"[^\W\d_][\w'’.]{0,25}(?:[ \-][^\W\d_][\w'’]{0,25}){0,4}")
_WORD = re.compile(r"(?<![\w@])[a-z]+(?:[ \-'][a-z]+){0,3}")
_CITY_COUNTRY = re.compile(
    r"(?<![\w@])(?P<city>[a-z][a-z'-]{1,25}(?:[ -][a-z][a-z'-]{1,20}){0,2}), {0,2}(?P<country>[a-z]+(?:[ -][a-z]+)?)"
)
_LETTERS = re.compile("[a-z]+")
_DASH = re.compile("[-']")
_NEXT_LABEL = re.compile(r" [a-z-]{1,20} ?:")
_MAXIMUM_LABEL = 5000


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "places")
        self.label = re.compile(rf"(?:^|[\n.|;•·,]|  |\t)[^\w\n]{{0,8}}(?:{of('label')})\b ?[:\-]? {{0,3}}")
        self.phrase = re.compile(rf"\b(?:{of('phrase')}) ")
        self.contact = re.compile(rf"\b(?:{of('contact')})\b")
        self.link = re.compile(rf"(?:{of('link')})\b", re.I)
        self.stops = ("|", ";", "  ", "\t", " - ", *lexicon.parts("places", "stops"))
        self.not_places = re.compile(rf"(?:{of('not_places')})\b")
        self.not_values = lexicon.words("places", "not_values")


_words = built(_Words)


def normalise_place(name: str) -> str:
    """Return the value under which ``name`` is compared; "" for a name without letters.

    >>> normalise_place("Tel-Aviv"), normalise_place("Genève"), normalise_place(" Île-de-France ")
    ('tel aviv', 'geneva', 'ile de france')
    """
    value = " ".join(re.sub(r"[^\w']+", " ", fold(name)).split())
    return _places().known.get(value, value)


def find_location(text: str | ReadText) -> Stated[str] | None:
    """Return where the person or position is, or ``None`` where the text does not say so.

    In this order: a labelled place ("Location:", "Ville :"), a phrase ("based in", "basé à"), a postcode, a department
    or a country after a city in the header, a known city or country that stands apart in the header.
    """
    read, words = as_read(text), _words()
    text, folded = read.text, read.folded
    for pattern in (words.label, _SIGN, words.phrase):
        for match in pattern.finditer(folded, 0, _MAXIMUM_LABEL):
            sure = pattern is not words.label or _is_label(folded, match)
            if place := _place_at(text, folded, match.end(), sure):
                return place
    return _header_place(text, folded)


def _is_label(folded: str, match: re.Match[str]) -> bool:
    """Tell whether a label has its colon, or begins a line of contact details: "location Bat Yam  email ..."."""
    if match.group().rstrip()[-1] in ":-":
        return True
    alone = match.start() == 0 or folded[match.start()] == "\n"
    return alone and _words().contact.search(folded, match.end(), line_around(folded, match.end())[1]) is not None


def find_places(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the known cities, regions and countries named in ``text``, first mention each; may be empty."""
    read = as_read(text)
    return places_between(read, 0, len(read.text))


def places_between(read: ReadText, start: int, end: int) -> tuple[Stated[str], ...]:
    """Return :func:`find_places` of a stretch of a text, with spans of the whole."""
    known = _known(read.text, read.folded, start, end)
    return first_mentions(stated(value, read.text, first, last) for first, last, value in known)


def _known(text: str, folded: str, start: int, end: int) -> list[tuple[int, int, str]]:
    known, places = _places().known, []
    for match in _WORD.finditer(folded, start, end):
        words = list(_LETTERS.finditer(match.group()))
        i = 0
        while i < len(words):
            begin = match.start() + words[i].start()
            for j in range(min(len(words), i + 4), i, -1) if text[begin].isupper() else ():
                stop = match.start() + words[j - 1].end()
                if place := known.get(_DASH.sub(" ", folded[begin:stop])):
                    places.append((begin, stop, place))
                    i = j - 1
                    break
            i += 1
    return places


def _place_at(text: str, folded: str, position: int, sure: bool) -> Stated[str] | None:
    """Return the place at the start of a value: a known one on the line, else its name if the label is ``sure``."""
    end = min(line_around(folded, position)[1], position + 80)
    stops = [p for stop in _words().stops if (p := folded.find(stop, position, end)) > position]
    if label := _NEXT_LABEL.search(folded, position, end):
        stops.append(label.start())  # "Residence: Holon Languages: Hebrew"
    end = min([end, *stops])
    known = _known(text, folded, position, end)
    cities = [k for k in known if is_city(k[2])]
    if cities:
        return stated(cities[0][2], text, cities[0][0], cities[0][1])
    if code := _POSTCODE.search(folded, position, end):
        return _named(text, code.start("city" if code["city"] else "dept"), end)
    if known and known[0][0] == position:
        return stated(known[0][2], text, known[0][0], known[0][1])
    return _named(text, position, end) if sure else None


def _named(text: str, position: int, end: int) -> Stated[str] | None:
    """Return the capitalised words at ``position`` as a place: "Hod-Hasharon", "Rishon LeZion"."""
    match = _NAME.match(text, position, end)
    if match is None or not text[position].isupper():
        return None
    stop = position
    for word in re.finditer(r"[^\W\d_][\w'’]*\.?", match.group()):
        joined = match.group()[: word.start()].endswith("-")  # "Petah-tikva"
        if not (joined or word.group()[0].isupper() or _words().link.fullmatch(word.group().rstrip("'’."))):
            break
        if joined or word.group()[0].isupper():
            stop = position + len(match.group()[: word.end()].rstrip("."))
    value = normalise_place(text[position:stop])
    if len(value) < 2 or value in _words().not_values or _words().not_places.match(value):
        return None
    return stated(value, text, position, stop)


def _header_place(text: str, folded: str) -> Stated[str] | None:
    end = min(len(text), _HEADER)
    for match in _POSTCODE.finditer(folded, 0, end):
        group = "city" if match["city"] else "dept"
        place = _named(text, match.start(group), match.end(group))
        if place and (group == "dept" or len(match.group().split()[0]) == 5 or is_city(place.value)):
            return place
    countries = set(_places().countries.values())
    for match in _CITY_COUNTRY.finditer(folded, 0, end):
        first, second = (normalise_place(match[group]) in countries for group in ("city", "country"))
        if first and not second:  # "Israel, Rehovot"
            return _named(text, *match.span("country")) or _named(text, *match.span("city"))
        if second and text[match.start()].isupper():
            return _named(text, *match.span("city"))
    apart = [k for k in _known(text, folded, 0, end) if _stands_apart(folded, k[0], k[1])]
    for start, stop, value in sorted(apart, key=lambda k: not is_city(k[2])):
        if folded[start:stop] not in _places().unsure:
            return stated(value, text, start, stop)
    return None


def _stands_apart(folded: str, start: int, end: int) -> bool:
    before, after = folded[max(0, start - 3) : start].strip(" "), folded[end : end + 3].strip(" ")
    return (not before or before[-1] in "\n|•·,;☎⌂(") and (not after or after[0] in "\n|•·,;()")
