"""Where a person lives or would go, where a position is: by labels and patterns, with tables of towns and countries.

The value of a place is that of :func:`jobfit.structure.place_names.normalise_place`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from jobfit.folding import fold
from jobfit.geo.world import towns
from jobfit.lexicon import Lexicon, built
from jobfit.records import Evidence, Kind, Stated
from jobfit.structure.place_names import (
    area_named,
    in_area,
    is_city,
    known_places,
    normalise_place,
    place_key,
    without_comma,
)
from jobfit.structure.sections import is_heading, lines_of, section_at
from jobfit.structure.spans import first_mentions, line_around, stated
from jobfit.structure.text import ReadText, as_read
from jobfit.structure.whereabouts import COMMA, area_around, is_country, within

_HEADER = 700  # characters in which an unlabelled place is believed
_OPENING = 1500
_BEFORE_LABEL = " \t\n.|;•·*,:)]–—-"
_AROUND = 60
_IN = 30  # characters before a place in which "in the heart of" may stand
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SIGN = re.compile(r"[⌂📍🏠] ?:? {0,3}")
_POSTCODE = re.compile(
    r"(?<![\d+.])(?<!\biso )(?<!\biec )(?<!\brncp )(?<!\brfc )(?:f-)?"
    r"(?:\d{5}|\d{4})(?: |-)(?P<city>[a-z][a-z' -]{2,40})|"
    r"(?<![^\n])(?:\d{2}|2[ab]|97\d) - (?P<town>[a-z][a-z' -]{2,40})(?=\n|\Z)|"  # "59 - ROUBAIX"
    r"(?<![\w'-])(?P<dept>[a-z][a-z']{1,20}(?:[ -][a-z'][a-z']{0,20}){0,4}) \((?:\d{2}|2a|2b|97\d|\d{5})\)"
)
_CODED = re.compile(
    r"[A-Z]{2,3}-(?P<area>[A-Z]{2})-(?P<town>[A-Z][\w.']{1,20}(?: [A-Z][\w.']{1,20}){0,3})"
)  # "US-NJ-Newark"
_NAME = re.compile(r"[^\W\d_][\w'’.]{0,25}(?:[ \-][^\W\d_][\w'’]{0,25}){0,4}")
_WORD = re.compile(r"(?<![\w@])[a-z]+(?:[ \-'][a-z]+){0,3}")
# "Waltham, MA", "Leeds, UK", "Quincy MA": a name and what it lies in, as written; the next part may be glued to it.
_WRITTEN = r"[^\W\d_a-z][\w'’]{0,30}\.?(?:-[^\W\d_][\w'’]{0,20}){0,5}"
_TOWN_IN = re.compile(
    rf"(?<![\w@/#&])(?P<town>{_WRITTEN}(?: (?:{_WRITTEN}|de|la|le|les|sur|en|of|upon)){{0,4}}?) ?"
    r"(?:, {0,2}(?P<code>[A-Z]{3}\b|[A-Z]{2}(?![a-z&.]|[A-Z]\b))|(?P<bare> [A-Z]{3}\b| [A-Z]{2}(?![a-z&]|[A-Z]\b))|"
    r", {0,2}(?P<area>[^\W\d_][\w. ]{1,28}))"
)
# "Mountain view, CA": of a town behind a label only the first letter may be a capital
_LOOSE = re.compile(
    r"(?P<town>[^\W\d_][\w'’]{1,20}(?:[ -][^\W\d_][\w'’]{0,20}){1,3}) ?, {0,2}"
    r"(?P<area>[A-Z]{2,3}\b|[^\W\d_][\w. ]{1,28})"
)
# the rest of a name around a known one, in the same line
_NAME_BEFORE = re.compile(r"(?:[^\W\d_a-z][\w'’.]{0,20}[ -]){1,2}\Z")
_LINK = r"(?:(?:de|du|la|le|les|sur|en|of|upon|on|under)[ -]|l['’]){0,2}"
_NAME_AFTER = re.compile(rf"[ -](?:[A-Z]\.){{2,3}}|(?:[ -]{_LINK}[^\W\d_a-z][\w'’]{{1,20}}){{1,3}}(?![\w'’:])")
_GLUE = re.compile(r"(?<=[a-z\d)])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})")
_LINKS = "upon|on|of|de|la|le"  # in the name of a town, as written
# "Leeds LS1 4AP", "AUSTIN TX 78745", "Houston, Texas 77002", "Dublin 8", "Lyon 6e"
_BEFORE_CODE = re.compile(
    rf"(?<![\w@/#&.-])(?P<town>{_WRITTEN}(?: (?:{_WRITTEN}|{_LINKS})){{0,4}}?),? "
    r"(?:(?P<area>[A-Z]{2,3}|[A-Z][a-z]{2,14}(?: [A-Z][a-z]{2,14})?),? )?"
    r"(?:(?P<code>[A-Z]{1,2}\d[A-Z\d]?(?: ?\d[A-Z]{2})?|\d{5}(?:-\d{4})?)|[1-9]\d?(?:er?)?)(?![\w./:-])"
)
_NAMES = rf"{_WRITTEN}(?: (?:{_WRITTEN}|{_LINKS})){{0,3}}"  # "?" behind it: as few words as will do
# "22 Canal Row, Wigan": the town behind a number and a street, in the first line too
_ADDRESSED = re.compile(
    rf"(?<![\w/.-])\d{{1,4}}[A-Za-z]?,? [^\n,\d|]{{4,40}}, (?P<town>{_NAMES}?)(?= ?[|•·,;.\n]| [-–—] )"
)
# between two places of a list
_BESIDE = re.compile(
    r"(?:,? (?-i:[a-z]{2})\b(?! ?(?!(?:or|and|ou|et)\b)[a-z]))?"
    r"(?: ?[,/|;•·&+-] ?| [–—] | (?:or|ou|and|et|&) |, (?:or|ou|and|et) )?",
    re.I,
)
# "Swindon", "Torquay, Devon", "31 Toulouse"
_LINE_TOWN = re.compile(
    rf"[ \t]{{0,8}}(?:\d\d ?[-–—]? )?(?P<town>{_NAMES})"
    rf"(?P<county>, {_WRITTEN}(?: {_WRITTEN}){{0,2}})?[ \t]{{0,8}}"
)
_TOWN_BEFORE = re.compile(rf"(?:(?<=[\n|•·] )|(?<=[\n|•·]))(?P<town>{_WRITTEN}(?: {_WRITTEN}){{0,2}}), \Z")
_GOES_ON = re.compile(r", (?=[a-zà-ÿ]{3})")
_MARKS = "|•·\n"
# "- Nantes ou Rennes, 3 jours de télétravail"
_ONE_OF = re.compile(
    rf"(?:(?<![^\n])[ \t•*▪●·–-]{{0,4}}|(?<=[|•·] )|(?<= [-–—] ))(?P<one>{_NAMES}?)(?:, {_NAMES}?){{0,3}},?"
    rf"(?: (?:or|ou) | ?/ ?)(?P<other>{_NAMES}?)(?=\s{{0,2}}(?:[,;.(|•·\n]|[-–—] |\Z))"
)
_HEAD_LINES = 8
_SHORT_LINE = 160
_DASHES = (" - ", " – ", " — ")
_LETTERS = re.compile("[a-z]+")
_DASH = re.compile("[-']")
_LABEL_AFTER = re.compile(r" (?P<label>[a-z]{2,14}(?: [a-z']{1,14}){0,3}) ?:")  # "London Job Type: permanent"
_BEHIND_TITLE = re.compile(
    r"(?: [-–—|/] |, | ?\(| in | à )(?:secteur )?(?P<name>[^\W\d_][^\n,|()–—]{2,30}?)"
    r"(?: [1-9]\d?(?:er?|e|ème)?)?(?= [-–—|(/]|[,)|]|\s{0,3}\Z)"
)
# "SunnyvaleDuration: 1 year"
_GLUED_LABEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z]{2,14}(?: [A-Za-z][a-z]{1,12})? ?:)")
_NEXT_LABEL = re.compile(r" [a-z-]{1,20} ?:")
_MAXIMUM_LABEL = 5000


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "places")
        self.label = re.compile(
            rf"(?:^|[\n.|;•·,:)\]]|  |\t)[^\w\n]{{0,20}}(?:{of('label')})\b ?[:\-]? {{0,3}}"
            rf"|(?<=[^\W_])(?:{of('label')}) ?: {{0,3}}"
            rf"|(?<= )(?:{of('label')}) ?: {{0,3}}"
        )
        self.phrase = re.compile(rf"\b(?:{of('phrase')}) ")
        self.contact = re.compile(rf"\b(?:{of('contact')})\b")
        self.link = re.compile(rf"(?:{of('link')})\b", re.I)
        self.stops = ("|", ";", "  ", "\t", " - ", *lexicon.parts("places", "stops"))
        self.not_places = re.compile(rf"(?:{of('not_places')})\b")
        self.wished = re.compile(rf"\b(?:{lexicon.union('conditions', 'wished_places')})\b")
        self.in_ = re.compile(rf"\b(?:{of('in')}) $")
        self.town_of = re.compile(of("town_of"))
        self.or_remote = re.compile(rf" (?:{of('or_remote')})\b")  # "Leeds or remote"
        self.beyond = re.compile(rf" (?:{of('around')})(?!\w)")  # "Nottingham city centre | Full time"
        # "07700 900789 · Coventry · EU Settled Status": one of several pieces of a line, as written
        self.piece = re.compile(
            rf"(?:(?<=[|•·,;] )|(?<= [-–—] ))(?P<town>{_NAMES}?)(?:{self.beyond.pattern})?(?= ?[|•·,;\n]| [-–—] )|"
            rf"(?<=\n)(?P<first>{_NAMES}?)(?:{self.beyond.pattern})?(?= ?[|•·/(\n]| [-–—] )"
        )
        self.elsewhere = re.compile(rf"\b(?:{of('elsewhere')})\b[^.;:\n]{{0,30}}$")
        self.seat = re.compile(rf"\b(?:{of('seat')})\b[^.;:\n]{{0,30}}$")
        self.us = re.compile(rf", (?:{of('us')})\b")
        self.own = re.compile(rf"\b(?:{of('own')}) (?:the )?$")
        self.available = re.compile(rf"\b(?:{of('available')})\b[^\n|•·;]{{0,25}}\Z")  # "from 01/03/2026"
        self.best = re.compile(rf"\b(?:{of('best')})\b[^.;:\n]{{0,50}}$")
        name = r"(?P<name>[^\W\d_][\w'. -]{1,25}?)"
        end = rf"(?=\s{{0,2}}(?:[.,;:()\n|·•]|[-–—] |\Z)| (?:{of('employs')}|{lexicon.union('polarity', 'and')})\b)"
        # "our Dublin office", "notre agence de Metz", "the heart of Bath", "Leeds City Council", "à Brest cherche"
        self.sites = (
            re.compile(rf"\b(?:{of('our')}) {name} (?:{of('sites')})\b"),
            re.compile(rf"\b(?:{of('our_site')}|{of('authority')}|{of('heart')}) ?{name}{end}"),
            re.compile(rf"(?<![^\n])(?:{of('determiner')})?{name} (?:{of('council')})\b"),
            re.compile(rf"\b(?:{of('in')}) {name} (?:{of('employs')})\b"),
            re.compile(rf"\b(?:{of('own')}) {name}{end}"),  # "our nursing home in Torquay"
        )
        self.named_as_places = self.sites[1:3]
        self.weak_label = re.compile(rf"\b(?:{of('label_inline')})\b")
        self.of_others = re.compile(rf"\b(?:{of('of_others')})\b")
        self.district = re.compile(of("district"))
        self.address = re.compile(rf"\b(?:{of('address')})\b|[#\d]")
        self.not_values = lexicon.words("places", "not_values")
        self.not_values |= {code.casefold() for code in lexicon.groups("pay", "currencies")}  # "45000 EUR"


_words = built(_Words)


def find_location(text: str | ReadText, head: int = 0) -> Stated[str] | None:
    """Return where the person or position is, or ``None`` where the text does not say so.

    In this order: a labelled place ("Location:", "Ville :"), a phrase ("based in", "basé à"), in a vacancy a town with
    its state or country, and in the header a postcode, a department or a country after a town, or a known town or
    country that stands apart. All but the last are ``sure``, where the name is no part of a longer one ("Boston Spa")
    and the place not the employer's. ``head`` is where the head of a CV ends: a town that is alone in one of its lines
    is read where nothing else is.
    """
    read, words = as_read(text), _words()
    text, folded = read.text, read.folded
    spare: Stated[str] | None = None
    for pattern in (words.label, _SIGN, words.phrase):
        label, cv = pattern is words.label, read.kind is Kind.CANDIDATE  # whose details may stand at its end
        for match in pattern.finditer(folded, 0, len(folded) if label and cv else _MAXIMUM_LABEL):
            others = read.kind is not Kind.VACANCY and _is_of_others(read, match, label)
            if others or (label and not _begins_a_field(text, match)):
                continue
            place = _place_at(text, folded, match.end(), not label or _is_label(folded, match))
            if place and pattern is words.phrase and _of_employer(folded, match.start(), place.evidence.end):
                spare = spare or replace(place, sure=False)  # if nothing says where the position is
            elif place:
                return place
    if read.kind is not Kind.VACANCY:
        return _header_place(text, folded, _is_elsewhere) or next(_lines_apart(read, head), None)
    for place in _listed(text, 0, _MAXIMUM_LABEL):
        if not words.seat.search(folded, max(0, place.evidence.start - _AROUND), place.evidence.start):
            return replace(place, sure=True)
        spare = spare or replace(place, sure=False)  # "a company headquartered in Waltham, MA"
    place = _header_place(text, folded, _dated) or next(_told(text, folded), None) or next(_either(text), None)
    return place or spare


def _of_employer(folded: str, start: int, end: int) -> bool:
    """Tell whether a place is said to be the employer's: "a firm based in Leeds", "Based in Leeds, we are ..."."""
    return _of_others(folded, start) or _words().us.match(folded, end) is not None


def _begins_a_field(text: str, match: re.Match[str]) -> bool:
    """Tell whether a label begins a field: after a sign, a tab or a lost line break; "allocation:" does not."""
    start = match.start()
    if start == 0 or not text[start].isalpha():
        return True
    if text[start - 1] == " ":
        return text[start].isupper() and _words().weak_label.search(match.group()) is not None
    return text[start].isupper() or not text[start - 1].isalnum()


def _told(text: str, folded: str) -> Iterator[Stated[str]]:
    """Yield the places that a vacancy names in a sentence: "our client in Chicago", "in Orange County, California"."""
    end, words = min(len(text), _MAXIMUM_LABEL), _words()
    for place, _, _ in _towns_in(text, 0, end):
        if words.in_.search(folded, max(0, place.evidence.start - _IN), place.evidence.start):
            yield place
    for start, stop, value in _known(text, folded, 0, min(end, _OPENING)):
        if is_city(value):
            told = words.in_.search(folded, max(0, start - _IN), start) is not None
        else:
            told = not is_country(value) and _of_own(folded, start)
        if told and not words.elsewhere.search(folded, max(0, start - _AROUND), start):
            yield stated(value, text, start, stop)
    for pattern, match in ((p, m) for p in words.sites for m in p.finditer(folded, 0, min(end, _OPENING))):
        value = area_named(text[slice(*match.span("name"))]) or place_key(match["name"])
        known = is_city(value) or towns(value) or (value in known_places().known.values() and not is_country(value))
        plain = pattern in words.named_as_places or value not in known_places().unsure
        start = match.start("name")
        if pattern is words.sites[-1] and (
            words.elsewhere.search(folded, max(0, start - _AROUND), start)
            or not (towns(value) and _of_own(folded, start))
        ):
            continue  # "we sell to clients in Denver"
        if text[match.start("name")].isupper() and plain and known:
            yield stated(value, text, *match.span("name"))


def _of_own(folded: str, position: int) -> bool:
    """Tell whether the work or who offers it is said to be in a region: "a firm in Ohio", not "the largest firm in"."""
    words = _words()
    own = words.own.search(folded, max(0, position - 30), position)
    return own is not None and (
        own.group().startswith("here") or not words.best.search(folded, max(0, position - _AROUND), position)
    )


def _is_of_others(read: ReadText, match: re.Match[str], label: bool) -> bool:
    """Tell whether a label or a phrase of a CV is about an employer, a project or a wish, not where the person is."""
    if not label:
        return _of_others(read.folded, match.start())
    if _words().wished.match(read.folded, match.end() - len(match.group().lstrip(_BEFORE_LABEL))):
        return True
    inside = match.start() > 0 and match.group()[0].isalpha() and read.folded[match.start() - 1] == " "
    far = match.start() > _OPENING and section_at(read.sections, match.start()) != "personal"
    return (inside or far) and _words().weak_label.search(match.group()) is not None


def places_after(read: ReadText, position: int) -> tuple[Stated[str], ...]:
    """Return the known places in the rest of the sentence at ``position``, "Salt Lake City, UT" among them."""
    end = min(len(read.text), position + 80)
    towns_in = tuple(_listed(read.text, position, end))
    return first_mentions((*towns_in, *places_between(read, position, end)))


def _of_others(folded: str, position: int) -> bool:
    """Tell whether a school or an employer is named in the line before ``position``, or in the one above."""
    line = folded.rfind("\n", 0, position) + 1
    above = folded.rfind("\n", 0, max(0, line - 1)) + 1
    return _words().of_others.search(folded, max(above, position - 100), position) is not None


def _listed(text: str, start: int, end: int) -> Iterator[Stated[str]]:
    return (place for place, listed, _ in _towns_in(text, start, end) if listed)


def _towns_in(text: str, start: int, end: int) -> Iterator[tuple[Stated[str], bool, int]]:
    """Yield each town that is followed by what it lies in, whether the table knows it there, and the end of both."""
    for match in _TOWN_IN.finditer(text, start, end):
        group = str(match.lastgroup)
        area, stop = _area_at(match[group], match.start(group))
        if area is None:
            continue
        first, last = match.span("town")
        for begin in _beginnings(match["town"], first):
            name = place_key(text[begin:last])
            if area_around(name, area):
                yield _with_area(name, area, text, begin, last, stop), True, stop
                break
        else:
            glued = text[stop : stop + 1].isalpha()
            unclear = group == "bare" or glued or match["code"] == "ON"  # a word in a line of capitals
            if not unclear and match["town"].count(" ") < 3 and not is_country(place_key(match["town"])):
                begin = max(_beginnings(match["town"], first)[0], first)
                yield _with_area(place_key(text[begin:last]), area, text, begin, last, stop), False, stop


def _with_area(name: str, area: str, text: str, begin: int, last: int, stop: int) -> Stated[str]:
    value = in_area(name, area)
    if text[stop - 1] == "." and text[stop - 3] != ".":
        stop -= 1  # the end of the sentence, and not "D.C."
    return stated(value, text, begin, last if value == name else stop)


def _area_at(words: str, start: int) -> tuple[str | None, int]:
    """Return the longest region or country at the start of ``words``, and where it ends."""
    offset = len(words) - len(words.lstrip())
    words = words.strip()
    for cut in [m.end() for m in re.finditer(r"\w\b\.?", words)][3::-1]:
        if area := area_named(words[:cut]):
            return area, start + offset + cut
    return None, start


def _beginnings(name: str, start: int) -> list[int]:
    """Return where a town's name can begin in words before it ("Senior Tester Salt Lake City"), the longest first."""
    cuts = {0, *(match.end() for match in re.finditer(" ", name)), *(match.start() for match in _GLUE.finditer(name))}
    return [start + cut for cut in sorted(cuts)]


def _is_label(folded: str, match: re.Match[str]) -> bool:
    """Tell whether a label has its colon, or begins a line of contact details: "location Bat Yam  email ..."."""
    if match.group().rstrip()[-1] in ":-":
        return True
    alone = match.start() == 0 or folded[match.start()] == "\n"
    return alone and _words().contact.search(folded, match.end(), line_around(folded, match.end())[1]) is not None


def places_beside(read: ReadText, place: Stated[str]) -> tuple[Stated[str], ...]:
    """Return the other towns of a list that ``place`` begins: "Bristol, London, York", "Portugal or Spain"."""
    start = last = place.evidence.end
    end = min(line_around(read.text, start)[1], start + _AROUND)
    others: list[Stated[str]] = []
    several = False
    while match := _BESIDE.match(read.folded, last, end):
        value, last = _longest_name(read.text, match.end(), end)
        if not value:
            break
        if (inside := next(_towns_in(read.text, match.end(), end), None)) and inside[0].evidence.start == match.end():
            value = inside[0].value  # "Laval, QC"
        if within(place.value, value) or (others and within(others[-1].value, value)):
            continue  # what it lies in
        others.append(stated(value, read.text, match.end(), last))
        # a suburb may stand before its town: "Croydon, London"
        several = several or len(others) > 1 or is_city(place.value) or bool(match.group().strip(" ,"))
    return first_mentions(others) if several else ()


def _longest_name(text: str, start: int, end: int) -> tuple[str, int]:
    """Return the compared name and the end of the longest known place that begins at ``start``; "" for none."""
    match = _NAME.match(text, start, end)
    for cut in [m.end() for m in re.finditer(r"[^ ]+", match.group())][::-1] if match else ():
        value = place_key(text[start : start + cut])
        if text[start].isupper() and (towns(value) or value in known_places().known.values()):
            return value, start + cut
    return "", start


def find_places(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the known cities, regions and countries named in ``text``, first mention each; may be empty."""
    read = as_read(text)
    return places_between(read, 0, len(read.text))


def places_between(read: ReadText, start: int, end: int) -> tuple[Stated[str], ...]:
    """Return :func:`find_places` of a stretch of a text, with spans of the whole."""
    known = _known(read.text, read.folded, start, end)
    return first_mentions(stated(value, read.text, first, last) for first, last, value in known)


def place_behind(title: Stated[str]) -> Stated[str] | None:
    """Return the town behind a title ("Staff Nurse - Wolverhampton"), with its span in the text of the title.

    It is never sure: a town may share its name with a field ("Manager, Mobile").
    """
    text = title.evidence.text
    for match in _BEHIND_TITLE.finditer(text):
        value = place_key(match["name"])
        if match["name"][0].isupper() and (is_city(value) or towns(value)) and value not in known_places().unsure:
            start = title.evidence.start
            first, last = match.span("name")
            return Stated(value, Evidence(text[first:last], start + first, start + last))
    return None


def _known(text: str, folded: str, start: int, end: int) -> list[tuple[int, int, str]]:
    known, places = known_places().known, []
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
    """Return the place at the start of a value: a known one on the line, else its name if the label is ``sure``.

    It is sure where something is known of it, and it is no part of a longer name.
    """
    place = _place_of(text, folded, position, sure)
    return _whole(text, place, position) if place else None


def _in_table(value: str) -> bool:
    """Tell whether anything is known of a place: "Various", "Field" and the name of a hospital may be none."""
    return bool(COMMA in value or is_city(value) or is_country(value) or towns(value)) or (
        value in known_places().known.values()
    )


def _whole(text: str, place: Stated[str], position: int) -> Stated[str]:
    """Return the place with the rest of its name: of "Mexico City", "Paris Texas", "Washington D.C."."""
    start, stop = place.evidence.start, place.evidence.end
    before = _NAME_BEFORE.search(text, max(position, start - 40), start)
    label = _LABEL_AFTER.match(fold(text[stop : stop + 60]))
    after = None if label and is_heading(label["label"]) else _NAME_AFTER.match(text, stop)
    if not (before or after) or COMMA in place.value:
        return replace(place, sure=_in_table(place.value))
    last = after.end() if after else stop
    if last > stop and (value := without_comma(text[start:last])):
        return stated(value, text, start, last, sure=True)
    begin = before.start() if before else start
    for first, end in ((begin, last), (start, last), (begin, stop)):
        name = place_key(text[first:end])
        if (first, end) != (start, stop) and (towns(name) or name in known_places().known):
            return stated(known_places().known.get(name, name), text, first, end, sure=True)
    district = before is None or _words().district.fullmatch(fold(before.group()).strip(" -"))
    return replace(place, sure=bool(district and not after))


def _place_of(text: str, folded: str, position: int, sure: bool) -> Stated[str] | None:
    if (coded := _CODED.match(text, position)) and (area := area_named(coded["area"])):
        return stated(in_area(place_key(coded["town"]), area), text, *coded.span())
    end = min(line_around(folded, position)[1], position + 80)
    if glued := _GLUED_LABEL.search(text, position, end):
        end = glued.start()
    stops = [p for stop in _words().stops if (p := folded.find(stop, position, end)) > position]
    if label := _NEXT_LABEL.search(folded, position, end):
        stops.append(label.start())  # "Residence: Holon Languages: Hebrew"
    end = min([end, *stops])
    if (goes_on := _GOES_ON.search(text, position, end)) and sure:
        end = goes_on.start()  # "Paisley, but I work in Glasgow"
    beside = next(_towns_in(text, position, min(end + 12, len(text))), None)
    if beside and beside[0].evidence.start < end and (beside[1] or beside[0].evidence.start == position):
        return beside[0]
    if loose := _loosely(text, position):
        return loose
    known = _known(text, folded, position, end)
    cities = [k for k in known if is_city(k[2])]
    if cities:
        return stated(cities[0][2], text, cities[0][0], cities[0][1])
    if code := _POSTCODE.search(folded, position, end):
        return _named(text, code.start(str(code.lastgroup)), end)
    if known and known[0][0] == position:
        return stated(known[0][2], text, known[0][0], known[0][1])
    if town := next(_before_codes(text, position, end), None):
        return town
    if _words().address.search(folded, position, end):
        first = min(end, folded.find(",", position) % (len(text) + 1))
        known_part = next(_parts_in_table(text, position, end), None)
        if known_part or _words().address.search(folded, position, first):
            return known_part
    return _named(text, position, end) if sure else None


def _loosely(text: str, position: int) -> Stated[str] | None:
    """Return the town of the table at ``position``, however it is spelt, with what it lies in behind it."""
    match = _LOOSE.match(text, position)
    area, stop = _area_at(match["area"], match.start("area")) if match else (None, 0)
    if not match or area is None:
        return None
    name = place_key(match["town"])
    if area_around(name, area):
        return _with_area(name, area, text, *match.span("town"), stop)
    return None


def _parts_in_table(text: str, position: int, end: int) -> Iterator[Stated[str]]:
    """Yield the parts of an address, between commas, that are towns of the table."""
    for match in re.finditer(r"[^,\n]+", text[position:end]):
        name = match.group().strip(" .")
        if name[:1].isupper() and towns(place_key(name)):
            begin = position + match.start() + match.group().index(name)
            yield stated(place_key(name), text, begin, begin + len(name))


def _named(text: str, position: int, end: int) -> Stated[str] | None:
    """Return the capitalised words at ``position`` as a place: "Hod-Hasharon", "Rishon LeZion"."""
    if lead := _words().town_of.match(fold(text[position:end])):
        position += lead.end()
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


def _header_place(text: str, folded: str, elsewhere: Callable[[str, int], bool]) -> Stated[str] | None:
    """Return the first place at the head of a text that is not ``elsewhere`` (by folded text and position)."""
    end = min(len(text), _HEADER)
    for match in _POSTCODE.finditer(folded, 0, end):
        group = str(match.lastgroup)
        begin = match.start(group)
        if group == "dept":  # "le secteur de Vannes (56)"
            begin = next((cut for cut in _beginnings(match[group], begin) if text[cut].isupper()), begin)
        place = _named(text, begin, match.end(group))
        if place and (group != "city" or len(match.group().split()[0]) == 5 or is_city(place.value)):
            return place
    for place in _before_codes(text, 0, end):
        start = place.evidence.start
        if not (elsewhere(folded, start) or _in_a_list(text, start)):
            return place
    for place, listed, stop in _towns_in(text, 0, end):
        start = place.evidence.start
        alone = _stands_apart(text, start, stop) and (listed or not folded.startswith(",", stop))
        if alone and not elsewhere(folded, start):
            return replace(place, sure=listed)
    apart = [k for k in _known(text, folded, 0, end) if _stands_apart(text, k[0], k[1])]
    for start, stop, value in sorted(apart, key=lambda k: not is_city(k[2])):
        if folded[start:stop] in known_places().unsure or elsewhere(folded, start):
            continue
        if not is_city(value):
            if folded[:start].rstrip(" ").endswith(","):
                continue  # what a town that is not known lies in
            if folded.startswith(", ", stop) and (town := _named(text, stop + 2, end)):
                return town  # "Israel, Rehovot"
        return stated(value, text, start, stop)
    return next((p for p in _apart(text, end) if not elsewhere(folded, p.evidence.start)), None)


def _before_codes(text: str, start: int, end: int) -> Iterator[Stated[str]]:
    """Yield the towns of the table that a postcode or the number of a district follows and that stand apart."""
    for match in _BEFORE_CODE.finditer(text, start, end):
        area = area_named(match["area"]) if match["area"] else None
        first, last = match.start("town"), match.end("area" if match["area"] and not area else "town")
        for begin in _beginnings(text[first:last], first):  # "High St, Exeter"
            value = normalise_place(f"{text[begin:last]}, {area}" if area else text[begin:last])
            if not towns(value.partition(COMMA)[0]) or value in known_places().unsure:
                continue
            if not (match["code"] or is_city(value)):
                continue  # "Parts 1 and 2"
            if (nearer := _TOWN_BEFORE.search(text, start, begin)) and towns(place_key(nearer["town"])):
                yield stated(place_key(nearer["town"]), text, *nearer.span("town"), sure=True)  # "Croydon, Surrey CR0"
                break
            sure = _stands_apart(text, begin, match.end())
            if sure or _stands_apart(text, first, match.end()):
                yield stated(value, text, begin, match.end() if COMMA in value else last, sure=sure)
            break


def _apart(text: str, end: int) -> Iterator[Stated[str]]:
    """Yield the towns of the table that end an address, or are a piece of a line below the first; never sure."""
    below = text.find("\n", 0, end) + 1 or end
    for match in (*_ADDRESSED.finditer(text, 0, end), *_words().piece.finditer(text, below, end)):
        place = match.span(str(match.lastgroup))
        value = place_key(text[slice(*place)])
        line = line_around(text, match.start())
        if line[1] - line[0] > _SHORT_LINE:
            continue  # a list of something else: "JavaScript, Ajax, ..."
        if towns(value) and value not in known_places().unsure and not _in_a_list(text, place[0]):
            yield stated(value, text, *place)


def _lines_apart(read: ReadText, head: int) -> Iterator[Stated[str]]:
    """Yield the towns that are a line of the head of a CV, or follow a number of two digits; never sure."""
    text = read.text
    lines = (line for line in lines_of(text[: min(head, _HEADER)]) if text[slice(*line)].strip())
    for start, end in islice(lines, 1, _HEAD_LINES):
        match = _LINE_TOWN.fullmatch(text, start, end)
        value = place_key(match["town"]) if match else ""
        if match and (is_city(value) or towns(value)) and not is_heading(value):
            if value in known_places().unsure and not match["county"]:
                continue
            if _is_elsewhere(read.folded, match.start("town")) or _words().of_others.search(read.folded, start, end):
                continue
            yield stated(value, text, *match.span("town"))


def _in_a_list(text: str, position: int) -> bool:
    """Tell whether a label opens the piece of a line: "Systems: Windows XP, Vista" names no town."""
    before = text[line_around(text, position)[0] : position]
    return ":" in before[max(map(before.rfind, "|•·")) + 1 :]


def _is_elsewhere(folded: str, position: int) -> bool:
    """Tell whether a place is that of a school, of a position or one where the person would go."""
    line = folded.rfind("\n", 0, position) + 1
    wished = _words().wished.search(folded, max(line, position - 100), position) is not None
    return wished or _of_others(folded, position) or _beside_a_year(folded, position)


def _beside_a_year(folded: str, position: int) -> bool:
    """Tell whether a year stands in the line or in the one above: the place is then that of a school or a position."""
    start, end = line_around(folded, position)
    above = folded.rfind("\n", 0, max(0, start - 1)) + 1
    years = _YEAR.finditer(folded, max(above, position - 100), min(end, position + 100))
    return any(not _words().available.search(folded, max(0, year.start() - 30), year.start()) for year in years)


def _dated(folded: str, position: int) -> bool:
    """Tell whether a year stands in the same piece of a line of a vacancy, as in "Founded in Leeds, 1987"."""
    start, end = line_around(folded, position)
    start = max(folded.rfind(mark, start, position) + 1 for mark in _MARKS) or start
    end = min((at for mark in _MARKS if (at := folded.find(mark, position, end)) >= 0), default=end)
    return _YEAR.search(folded, max(start, position - 100), min(end, position + 100)) is not None


def _either(text: str) -> Iterator[Stated[str]]:
    """Yield the first of the towns that open a line one of which it will be: "Leeds or Manchester, from March"."""
    for match in _ONE_OF.finditer(text, 0, _MAXIMUM_LABEL):
        values = [place_key(match[part]) for part in ("one", "other")]
        if all(is_city(value) or towns(value) for value in values) and values[0] not in known_places().unsure:
            yield stated(values[0], text, *match.span("one"))


def _stands_apart(text: str, start: int, end: int) -> bool:
    if beyond := _words().beyond.match(fold(text[end : end + _IN])):
        end += beyond.end()
    before, after = text[max(0, start - 3) : start].strip(" \xa0"), text[end : end + 3].strip(" \xa0")
    dashes = text[max(0, start - 3) : start] in _DASHES, text[end : end + 3] in _DASHES
    begins = not before or dashes[0] or before[-1] in "\n\t|•·,;☎⌂("
    ends = not after or dashes[1] or after[0] in "\n\t|•·,;:()/"
    return begins and (ends or _words().or_remote.match(fold(text[end : end + _IN])) is not None)
