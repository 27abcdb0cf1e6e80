"""Where a person lives or would go, where a position is: by labels and patterns, with a small table of large cities.

The compared value is the city (or, where only that is stated, the region or country) in lower case without accents
and with blanks for dashes; the cities and countries of :mod:`jobfit.structure.places` have one name in both
languages ("Londres" is ``london``).
"""

from __future__ import annotations

import re

from jobfit.folding import fold
from jobfit.records import Stated
from jobfit.structure.spans import first_mentions, line_around, stated

# canonical name: other spellings
_CITIES = """paris lyon marseille toulouse nice nantes montpellier strasbourg bordeaux lille rennes reims toulon
grenoble dijon angers nimes villeurbanne clermont-ferrand le-havre saint-etienne tours metz nancy
rouen caen orleans mulhouse brest annecy aix-en-provence amiens limoges london=londres manchester
birmingham leeds glasgow edinburgh=edimbourg bristol liverpool cardiff dublin cork
brussels=bruxelles antwerp=anvers ghent=gand liege luxembourg geneva=geneve zurich lausanne
basel=bale bern=berne berlin munich=munchen hamburg=hambourg frankfurt=francfort cologne stuttgart
vienna=vienne madrid barcelona=barcelone valencia lisbon=lisbonne porto rome=roma milan=milano turin
amsterdam rotterdam eindhoven utrecht copenhagen=copenhague stockholm oslo helsinki warsaw=varsovie
krakow=cracovie prague budapest bucharest=bucarest sofia athens=athenes istanbul kyiv=kiev
moscow=moscou saint-petersburg=st-petersburg minsk tel-aviv=tel-aviv-yafo jerusalem haifa
ashdod ashkelon bat-yam beer-sheva=beersheba=be-er-sheva herzliya holon kiryat-bialik nahariya
netanya petah-tikva=petah-tiqva ramat-gan rehovot rishon-lezion dubai
casablanca tunis algiers=alger dakar abidjan new-york=new-york-city=nyc boston chicago san-francisco
los-angeles seattle austin toronto montreal vancouver quebec singapore=singapour tokyo sydney
melbourne bangalore=bengaluru mumbai delhi"""
_COUNTRIES = """france united-kingdom=uk=royaume-uni=england=angleterre ireland=irlande belgium=belgique
switzerland=suisse germany=allemagne austria=autriche spain=espagne portugal italy=italie
netherlands=pays-bas denmark=danemark sweden=suede norway=norvege finland=finlande poland=pologne
czech-republic=republique-tcheque hungary=hongrie romania=roumanie bulgaria=bulgarie greece=grece
turkey=turquie ukraine russia=russie belarus=bielorussie israel morocco=maroc tunisia=tunisie
algeria=algerie senegal united-states=usa=etats-unis canada australia=australie india=inde
japan=japon china=chine brazil=bresil"""
_REGIONS = """ile-de-france=idf=region-parisienne auvergne-rhone-alpes bretagne=brittany normandie=normandy
occitanie nouvelle-aquitaine hauts-de-france grand-est pays-de-la-loire centre-val-de-loire
bourgogne-franche-comte corse provence=paca guadeloupe martinique guyane mayotte la-reunion europe"""


def _spellings(table: str) -> dict[str, str]:
    result = {}
    for entry in table.split():
        names = [name.replace("-", " ") for name in entry.split("=")]
        result.update(dict.fromkeys(names, names[0]))
    return result


CITIES = _spellings(_CITIES)
COUNTRIES = _spellings(_COUNTRIES)
REGIONS = _spellings(_REGIONS)
# Words of English or French, or names of people, when they are not written as a place in so many words.
UNSURE = frozenset(
    {
        "nice",
        "tours",
        "cork",
        "nancy",
        "reading",
        "turkey",
        "sofia",
        "vienne",
        "quebec",
        "uk",
        "florence",
        "bath",
        "bale",
        "gand",
    }
)

_KNOWN = {**COUNTRIES, **REGIONS, **CITIES}
_HEADER = 700  # characters in which an unlabelled place is believed
_LABEL = re.compile(
    r"(?:^|[\n.|;•·,]|  |\t)[^\w\n]{0,8}(?:(?:current |job |work |home )?(?:location|address|residence|"
    r"place of (?:residence|work))|city|"
    r"lieu(?: de travail| de residence| du poste)?|ville|adresse|domicile|localisation|localite|residence|"
    r"poste base|living in|lives in)\b ?[:\-]? {0,3}",
)
_CONTACT = re.compile(r"\b(?:e-?mail|phone|tel|mobile|linkedin)\b")
_SIGN = re.compile(r"[⌂📍🏠] ?:? {0,3}")
_PHRASE = re.compile(
    r"\b(?:(?:is |are |am |currently |was )?(?:based|located|situated|living|residing) (?:in|at|near)|i live in|"
    r"based out of|"
    r"(?:poste |base |basee |bases |situe |situee |localise |localisee |habite |habitant |domicilie |domiciliee |"
    r"reside ){1,2}(?:a|en|au|sur)|"
    r"our (?:[\w ]{0,20})?office in) "
)
_POSTCODE = re.compile(
    r"(?<![\d+.])(?:f-)?(?:\d{5}|\d{4})(?: |-)(?P<city>[a-z][a-z' -]{2,40})|"
    r"(?<![\w'-])(?P<dept>[a-z][a-z']{1,20}(?:[ -][a-z'][a-z']{0,20}){0,4}) \((?:\d{2}|2a|2b|97\d|\d{5})\)"
)
_NAME = re.compile(r"[^\W\d_][\w'’.]{0,25}(?:[ \-][^\W\d_][\w'’]{0,25}){0,4}")
_LINK = re.compile(r"(?:de|du|la|le|les|sur|en|sous|of|the|upon|d|l|and|et|aux?)\b", re.I)
_WORD = re.compile(r"(?<![\w@])[a-z]+(?:[ \-'][a-z]+){0,3}")
_CITY_COUNTRY = re.compile(
    r"(?<![\w@])(?P<city>[a-z][a-z'-]{1,25}(?:[ -][a-z][a-z'-]{1,20}){0,2}), {0,2}(?P<country>[a-z]+(?:[ -][a-z]+)?)"
)
_NEXT_LABEL = re.compile(r" [a-z-]{1,20} ?:")
_MAXIMUM_LABEL = 5000
# What else is written beside a post: "Poste en CDI", "CDI – Bordeaux (33)".
_NO_PLACE = re.compile(r"(?:cdi|cdd|interim|stage|alternance|freelance|apprentissage|temps|full time|part time)\b")


def normalise_place(name: str) -> str:
    """Return the value under which ``name`` is compared; "" for a name without letters.

    >>> normalise_place("Tel-Aviv"), normalise_place("Genève"), normalise_place(" Île-de-France ")
    ('tel aviv', 'geneva', 'ile de france')
    """
    value = " ".join(re.sub(r"[^\w']+", " ", fold(name)).split())
    return _KNOWN.get(value, value)


def find_location(text: str, language: str | None = None) -> Stated[str] | None:
    """Return where the person or position is, or ``None`` where the text does not say so.

    In this order: a labelled place ("Location:", "Ville :"), a phrase ("based in", "basé à"), a postcode, a department
    or a country after a city in the header, a known city or country that stands apart in the header.
    """
    folded = fold(text)
    for pattern in (_LABEL, _SIGN, _PHRASE):
        for match in pattern.finditer(folded, 0, _MAXIMUM_LABEL):
            if place := _place_at(text, folded, match.end(), said=pattern is not _LABEL or _is_label(folded, match)):
                return place
    return _header_place(text, folded)


def _is_label(folded: str, match: re.Match[str]) -> bool:
    """Tell whether a label has its colon, or begins a line of contact details: "location Bat Yam  email ..."."""
    if match.group().rstrip()[-1] in ":-":
        return True
    alone = match.start() == 0 or folded[match.start()] == "\n"
    return alone and _CONTACT.search(folded, match.end(), line_around(folded, match.end())[1]) is not None


def find_places(text: str) -> tuple[Stated[str], ...]:
    """Return the known cities, regions and countries named in ``text``, first mention each; may be empty.

    >>> [p.value for p in find_places("Mobilité : Île-de-France, Londres ou Lyon")]
    ['ile de france', 'london', 'lyon']
    """
    folded = fold(text)
    return first_mentions(
        stated(value, text, start, end)
        for start, end, value in _known(text, folded, 0, len(text))
        if text[start].isupper()
    )


def _known(text: str, folded: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Return the known places in a stretch of the text; of several words the longest name wins."""
    found = []
    for match in _WORD.finditer(folded, start, end):
        words = list(re.finditer(r"[a-z]+", match.group()))
        i = 0
        while i < len(words):
            for j in range(min(len(words), i + 4), i, -1):
                begin, stop = match.start() + words[i].start(), match.start() + words[j - 1].end()
                name = re.sub(r"[-']", " ", folded[begin:stop])
                if name in _KNOWN and text[begin].isupper():
                    found.append((begin, stop, _KNOWN[name]))
                    i = j - 1
                    break
            i += 1
    return found


def _place_at(text: str, folded: str, position: int, said: bool) -> Stated[str] | None:
    """Return the place at the start of a value: a known one on the line, else, if ``said`` by a colon, its name."""
    end = min(line_around(folded, position)[1], position + 80)
    stops = [
        p
        for stop in ("|", ";", "  ", "\t", " - ", "e-mail", "email", "phone", "tel")
        if (p := folded.find(stop, position, end)) > position
    ]
    if label := _NEXT_LABEL.search(folded, position, end):
        stops.append(label.start())  # "Residence: Holon Languages: Hebrew"
    end = min([end, *stops])
    known = _known(text, folded, position, end)
    cities = [k for k in known if k[2] in CITIES]
    if cities:
        return stated(cities[0][2], text, cities[0][0], cities[0][1])
    if code := _POSTCODE.search(folded, position, end):
        return _named(text, code.start("city" if code["city"] else "dept"), end)
    if known and known[0][0] == position:
        return stated(known[0][2], text, known[0][0], known[0][1])
    return _named(text, position, end) if said else None


def _named(text: str, position: int, end: int) -> Stated[str] | None:
    """Return the capitalised words at ``position`` as a place: "Hod-Hasharon", "Rishon LeZion"."""
    match = _NAME.match(text, position, end)
    if match is None or not text[position].isupper():
        return None
    stop = position
    for word in re.finditer(r"[^\W\d_][\w'’]*\.?", match.group()):
        joined = match.group()[: word.start()].endswith("-")  # "Petah-tikva"
        if not (joined or word.group()[0].isupper() or _LINK.fullmatch(word.group().rstrip("'’."))):
            break
        if joined or word.group()[0].isupper():
            stop = position + len(match.group()[: word.end()].rstrip("."))
    value = normalise_place(text[position:stop])
    if _NO_PLACE.match(value):
        return None
    if len(value) < 2 or value in {"remote", "hybrid", "teletravail", "phone", "email", "languages", "mobile"}:
        return None
    return stated(value, text, position, stop)


def _header_place(text: str, folded: str) -> Stated[str] | None:
    end = min(len(text), _HEADER)
    for match in _POSTCODE.finditer(folded, 0, end):
        group = "city" if match["city"] else "dept"
        place = _named(text, match.start(group), match.end(group))
        if place and (group == "dept" or len(match.group().split()[0]) == 5 or place.value in CITIES):
            return place
    for match in _CITY_COUNTRY.finditer(folded, 0, end):
        first, second = normalise_place(match["city"]), normalise_place(match["country"])
        if first in COUNTRIES.values() and second not in COUNTRIES.values():  # "Israel, Rehovot"
            return _named(text, *match.span("country")) or _named(text, *match.span("city"))
        if second not in COUNTRIES.values() or not text[match.start()].isupper():
            continue
        return _named(text, match.start("city"), match.end("city"))
    apart = [k for k in _known(text, folded, 0, end) if _stands_apart(folded, k[0], k[1])]
    for start, stop, value in sorted(apart, key=lambda k: k[2] not in CITIES):
        if folded[start:stop] not in UNSURE:
            return stated(value, text, start, stop)
    return None


def _stands_apart(folded: str, start: int, end: int) -> bool:
    before, after = folded[max(0, start - 3) : start].strip(" "), folded[end : end + 3].strip(" ")
    return (not before or before[-1] in "\n|•·,;☎⌂(") and (not after or after[0] in "\n|•·,;()")
