"""The right to work: countries (ISO 3166-1 alpha-2, or ``EU``) where a person may work, or must be allowed to.

Nationality is a protected matter and is not read: "British" or "Nationality: Indian" states no permit. An advert that
asks for a citizenship has the value ``US:citizenship``, which no text of a candidate is read to meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from jobfit.lexicon import Lexicon, built
from jobfit.records import Polarity, Stated
from jobfit.structure.spans import first_mentions, stated
from jobfit.structure.text import ReadText, as_read

CITIZENSHIP = ":citizenship"
_FRENCH = "FR"  # its words ("titre de séjour") name a permit of any country
_NEAR = 40
_REACH = 160
_STOPS = ("\n", ". ", ";")


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "permits")
        self.hint = re.compile(of("hints"))
        named = {**lexicon.groups("places", "countries"), **lexicon.groups("permits", "unions")}
        self.countries = {
            name.replace("-", " "): code for code, names in named.items() for name in names if len(name) > 1
        }
        names = "|".join(sorted(map(re.escape, self.countries), key=len, reverse=True))
        short = {code: rf"(?:{'|'.join(parts)})" for code, parts in lexicon.groups("permits", "short").items()}
        country = "|".join((*(rf"(?P<{code}{{n}}>{part})" for code, part in short.items()), rf"(?P<name{{n}}>{names})"))
        self.short = tuple(short)

        def place(n: int) -> str:
            return rf"(?:{of('the')})?(?:{country.format(n=n)})(?!\w)"

        self.permit_hint = re.compile(of("permit_hints"))
        self.citizen_hint = re.compile(of("citizen_hints"))
        self.right = re.compile(rf"\b(?:{of('right')}) {place(1)}")
        self.permit_of = re.compile(rf"(?<!\w){place(1)} (?:{of('permit_of')})\b")
        self.held = tuple(
            (code, re.compile(rf"\b(?:{'|'.join(parts)})\b"))
            for code, parts in lexicon.groups("permits", "held").items()
        )
        self.citizen = re.compile(rf"(?<!\w){place(1)} (?:{of('citizen')})\b|\b(?:{of('citizen_of')}) {place(2)}")
        self.citizen_named = tuple(
            (code, re.compile(rf"\b(?:{'|'.join(parts)})\b"))
            for code, parts in lexicon.groups("permits", "citizen_named").items()
        )
        self.protected = re.compile(rf"(?:{of('protected')})")
        self.asked = re.compile(rf"(?:{of('asked')})")
        self.no_sponsor = re.compile(rf"\b(?:{of('no_sponsor')})")
        self.needs_sponsor = re.compile(rf"\b(?:{of('needs_sponsor')})\b")
        self.needs_none = re.compile(rf"\b(?:{of('needs_none')})\b")
        self.not_ = re.compile(rf"\b(?:{of('not')}) (?:\w{{1,12}} ){{0,2}}$")
        self.lapsed_before = re.compile(rf"\b(?:{of('lapsed_before')}) ?$")
        self.lapsed_after = re.compile(rf"(?:{of('lapsed_after')})\b")
        self.renewed = re.compile(rf"(?:{of('renewed')})\b")
        self.us_visa = re.compile(rf"\b(?:{of('us_visa')})\b")
        self.or_permit = re.compile(rf"(?:{of('or_permit')})")
        self.beside = re.compile(rf" (?:{of('of')})?{place(1)}")
        self.named_in = re.compile(rf"\b(?:{of('in')}) {place(1)}|\bl'{place(2)}")

    def code(self, match: re.Match[str]) -> str:
        group = str(next(name for name, value in match.groupdict().items() if value is not None))
        return self.countries[match[group]] if group.startswith("name") else group[:-1]


_words = built(_Words)


def permit_label(value: str) -> str:
    """Return "Right to work: US", "Citizenship: US"."""
    country = value.removesuffix(CITIZENSHIP)
    return f"Citizenship: {country}" if value != country else f"Right to work: {country}"


def read_permits(text: str | ReadText, home: str | None = None) -> tuple[Stated[str], ...]:
    """Return where a person says to have the right to work, and where they say to need sponsorship (``HAS_NOT``).

    ``home`` is the country where the person lives: "no sponsorship needed" is about it, but not ``sure``.
    """
    read, words = as_read(text), _words()
    if not words.hint.search(read.folded):
        return ()
    found = list(first_mentions([*_rights(read), *_holds(read, home)]))
    needs = list(words.needs_sponsor.finditer(read.folded))
    for match in words.needs_none.finditer(read.folded):
        if home and not found:
            found.append(stated(home, read.text, *match.span()))
    for match in needs:
        if not words.not_.search(read.folded[max(0, match.start() - _NEAR) : match.start()]):
            country = _country_after(read.folded, match.end())
            if country:
                found = [item for item in found if item.value != country]
                found.append(replace(stated(country, read.text, *match.span()), polarity=Polarity.HAS_NOT, sure=True))
    return first_mentions(found)


def find_required_permits(text: str | ReadText, home: str | None = None) -> tuple[Stated[str], ...]:
    """Return the rights to work and citizenships that a vacancy asks for; ``home`` is the country where it is.

    >>> [s.value for s in find_required_permits("Must be authorized to work in the U.S. No H1B sponsorship.")]
    ['US']
    """
    read, words = as_read(text), _words()
    folded = read.folded
    if not words.hint.search(folded):
        return ()
    found = [*_rights(read), *_citizenships(read)]
    for code, pattern in words.held:
        for match in pattern.finditer(folded):
            around = folded[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            if words.asked.search(around):
                country = code if code != _FRENCH else _named_in_sentence(folded, *match.span(), home)
                if country:
                    found.append(replace(stated(country, read.text, *match.span()), sure=True))
    return first_mentions([*found, *_unsponsored(read, home, known=bool(found))])


def _unsponsored(read: ReadText, home: str | None, known: bool) -> Iterator[Stated[str]]:
    """Yield where an advert sponsors no visa; ``known`` where it says elsewhere in which country one may work."""
    words, folded = _words(), read.folded
    for match in words.no_sponsor.finditer(folded):
        around = folded[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if words.us_visa.search(around):
            yield stated("US", read.text, *match.span())
        elif not known and (country := _named_in_sentence(folded, *match.span(), home)):
            yield stated(country, read.text, *match.span())


def _named_in_sentence(folded: str, start: int, end: int, home: str | None) -> str | None:
    """Return the one country that the sentence names, else ``home``; ``None`` where it names several."""
    words = _words()
    if beside := words.beside.match(folded, end):
        return words.code(beside)
    first, last = max(0, start - _REACH), min(len(folded), end + _REACH)
    first = max(folded.rfind(stop, first, start) + 1 for stop in _STOPS) or first
    last = min((at for stop in _STOPS if (at := folded.find(stop, end, last)) >= 0), default=last)
    named = {words.code(match) for match in words.named_in.finditer(folded, first, last)}
    return home if not named else named.pop() if len(named) == 1 else None


def _rights(read: ReadText) -> Iterator[Stated[str]]:
    words = _words()
    patterns = [words.right, *([words.permit_of] if words.permit_hint.search(read.folded) else [])]
    for pattern in patterns:
        for match in pattern.finditer(read.folded):
            if not _is_denied(read.folded, *match.span()):
                yield replace(stated(words.code(match), read.text, *match.span()), sure=True)


def _is_denied(folded: str, start: int, end: int) -> bool:
    """Tell whether a permit is not held: "not authorised to", "green card pending", "work visa for Ireland expired"."""
    words, before = _words(), folded[max(0, start - _NEAR) : start]
    lapsed = words.lapsed_before.search(before) or words.lapsed_after.match(folded, end)
    return words.not_.search(before) is not None or lapsed is not None


def _holds(read: ReadText, home: str | None) -> Iterator[Stated[str]]:
    words = _words()
    for code, pattern in words.held:
        for match in pattern.finditer(read.folded):
            if not _is_denied(read.folded, *match.span()):
                country = _named_in_sentence(read.folded, *match.span(), home) if code == _FRENCH else code
                sure = words.renewed.match(read.folded, match.end()) is None
                yield replace(stated(country or code, read.text, *match.span()), sure=sure)


def _citizenships(read: ReadText) -> Iterator[Stated[str]]:
    words, folded = _words(), read.folded
    if not words.citizen_hint.search(folded):
        return
    named = [(words.code(match), match) for match in words.citizen.finditer(folded)]
    named += [(code, match) for code, pattern in words.citizen_named for match in pattern.finditer(folded)]
    for code, match in named:
        around = folded[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if words.protected.search(around):
            continue  # "protected individuals include U.S. citizens"
        if words.or_permit.match(folded, match.end()):
            if words.asked.search(around):
                yield replace(stated(code, read.text, *match.span()), sure=True)
        elif words.asked.search(around) and not words.right.search(folded, match.end(), match.end() + _NEAR):
            yield replace(stated(f"{code}{CITIZENSHIP}", read.text, *match.span()), sure=True)


def _country_after(folded: str, position: int) -> str | None:
    """Return the country that is named right after the words that end at ``position``: "sponsorship in the UK"."""
    words = _words()
    window = folded[position : position + _NEAR]
    match = re.search(r"^(?: to work| for work)?(?: in| for) ", window)
    if match is None:
        return None
    name = words.right.sub("", window)[match.end() :].removeprefix("the ")
    tokens = re.findall(r"[a-z.]+", name)[:3]
    for cut in range(len(tokens), 0, -1):
        spelled = " ".join(tokens[:cut]).rstrip(".").replace(".", "")
        if code := words.countries.get(spelled) or (spelled.upper() if spelled.upper() in words.short else None):
            return code
    return None
