"""Certificates, cards and professional registrations that a text names: ``cissp``, ``pmp``, ``caces-r482``.

Their names are in the lexicon. Some are certificates wherever they stand (CISSP); others are also methods or other
words (ITIL, CPA) and count beside a word such as *certified*, or among the certificates of a CV.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from jobfit.lexicon import Lexicon, built
from jobfit.records import LITERAL, Polarity, Stated
from jobfit.structure.sections import section_at
from jobfit.structure.spans import merged, stated, touches
from jobfit.structure.text import ReadText, as_read, begins_word

_REACH = 60
_BESIDE = 35
_SHORT = 5  # letters of an abbreviation
_LIST = 6  # characters between two of a list
_TOKEN = re.compile(r"[a-z0-9]+")
_LEAD = re.compile(r"[a-z0-9]{1,3}(?![?])")  # letters that any match begins with

_Found = tuple[int, int, str, bool]  # start, end, certificate, and whether its name can mean nothing else


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "certificates")
        # up to three words, no other item of a list
        other = rf"(?!(?:{lexicon.union('languages', 'and')})\b)"
        closes = r"(?:\)| \([a-z]{2,8}\))?(?:[ (,]{1,2}(?:19|20)\d\d\)?)?"  # "(CSM), lapsed", "CCNA 2015, expired 2018"
        # a word that does not end its sentence: "CACES R482 cat. F expired", not "Driver card. ADR expired"
        word = rf"{other}(?:[a-z]{{1,4}}\.|\w[\w+/-]{{0,14}}(?:\.\w{{1,8}})?) "
        after = rf"{closes}[ ,:(\-–—]{{0,4}}|{closes}[ :(\-]{{0,4}}(?:{word}){{1,4}}[(:\-–—]{{0,2}} ?"
        self.by_lead: dict[str, list[tuple[str, bool, re.Pattern[str]]]] = {}
        for key in ("names", "methods"):
            for value, parts in lexicon.groups("certificates", key).items():
                for part in parts:
                    pattern = re.compile(rf"{part}(?![\w+])")
                    lead = _LEAD.match(part)
                    assert lead, f"certificates.{key}.{value}: {part!r} does not begin with letters"
                    self.by_lead.setdefault(lead.group(), []).append((value, key == "names", pattern))
        self.any_of = re.compile(rf"\b(?:{of('any_of')})(?!\w)")
        self.or_ = re.compile(rf"\b(?:{lexicon.union('demands', 'or')})\b|/")
        self.opens = re.compile(r" {0,2}[:(]")
        self.includes = lexicon.groups("certificates", "includes")
        self.labels = {value: " ".join(words) for value, words in lexicon.groups("certificates", "labels").items()}
        self.beside = re.compile(rf"\b(?:{of('beside')})")
        self.wants_before = re.compile(rf"\b(?:{of('wants_before')})(?: (?:{of('between')})){{0,4}} ?$")
        self.wants_after = re.compile(rf"(?:{after})(?:{of('wants_after')})\b")
        self.not_before = re.compile(rf"\b(?:{of('not_before')})(?: (?:{of('between')})){{0,3}} ?$")
        self.not_after = re.compile(rf"(?:{after})(?:{of('not_after')})\b")
        self.of_others_before = re.compile(rf"\b(?:{of('of_others_before')})")
        self.of_others_after = re.compile(of("of_others_after"))
        what = rf"(?!(?:{of('of_no_person')})\b)\w[^.,;:()\n\u2022\ufffd]{{2,60}}?"
        ends = rf"(?= ?(?:[.,;:()\n\u2022\ufffd]|\Z| (?:{of('free_ends')})\b))"
        begins = rf"(?:(?:^|(?<=[\n.,;:()\u2022?*\ufffd-])) {{0,3}}|\b(?:{of('free_before')}) )"
        # "Certified course in Zorbing", "Zorbing (certificate course)", "Certified zorbing instructor"
        self.free = re.compile(
            rf"{begins}(?P<paper>(?:{of('free')}) (?:{of('in')}) ?{what}"
            rf"|certifie?d? (?:[a-z-]{{2,20}} ){{1,3}}(?:{of('who')})"
            rf"|\w[^.,;:()\n\u2022\ufffd]{{4,60}} \((?:{of('free')})\)"
            rf"|(?![^\n]{{0,40}}\b(?:{of('not_of')})\b)\w[\w+&/ -]{{3,40}} (?:{of('paper')})(?= ?(?:[(\n]|\Z))"
            rf"|\w[\w-]{{1,15}} certifie?d?(?: (?:{of('in')}) ?{what})?(?! (?:{of('of_no_person')}))){ends}",
            re.MULTILINE,
        )
        # "Completed 3 months course in Zorbing"
        span = rf"(?:(?:an?|une?|\d{{1,2}}|{lexicon.union('units', 'months')}) ){{0,3}}"
        self.taken = re.compile(
            rf"\b(?:{of('taken')}) {span}(?P<paper>(?:{of('courses')}) (?:{of('in')}) ?{what}){ends}"
        )
        self.between_two = re.compile(rf" ?(?:[,/&]|,? ?(?:{lexicon.union('languages', 'and')})) ?")


_words = built(_Words)


def certificate_label(value: str) -> str:
    """Return "CISSP", "Electrical authorisation"; the capitals of the id where the lexicon has no other name."""
    if value.startswith(LITERAL):
        return value.removeprefix(LITERAL)
    return _words().labels.get(value) or value.replace("-", " ").upper()


def certificate_ids() -> frozenset[str]:
    """Return every certificate that can be read, for files that ask for one."""
    return frozenset(value for patterns in _words().by_lead.values() for value, _, _ in patterns)


def find_certificates(text: str | ReadText, *, told: bool = False) -> tuple[Stated[str], ...]:
    """Return the certificates named in ``text``, each at its first mention; of overlapping ones the longest.

    ``told`` where a heading says that they are: abbreviations ("CSM") count then without another word.

    >>> [s.value for s in find_certificates("CISSP or CISM; knowledge of ITIL")]
    ['cissp', 'cism']
    """
    kept: dict[str, Stated[str]] = {}
    for item in _named(as_read(text), told):
        kept.setdefault(item.value, item)
    return tuple(kept.values())


def read_certificates(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the certificates of a person: held, being prepared (``WANTS``), or expired and denied (``HAS_NOT``).

    One that is held brings those that it includes (CCNP: CCNA), with the same quote. A clear statement of holding one
    prevails over the others.
    """
    read = as_read(text)
    items: list[Stated[str]] = []
    named = _named(read)
    spans = merged((item.evidence.start, item.evidence.end) for item in named)
    # "first aid certificate (SST)" has a name in the lists
    free = (item for item in _free(read) if not touches(spans, item.evidence.start - _LIST, item.evidence.end + _LIST))
    for item in sorted((*named, *free), key=lambda item: item.evidence.start):
        if _of_others(read.folded, item):
            continue
        polarity = _polarity(read.folded, item)
        gap = read.folded[items[-1].evidence.end : item.evidence.start] if items else "."
        if polarity is Polarity.HAS and len(gap) <= _LIST and _words().between_two.fullmatch(gap):
            polarity = _before(read.folded, items[-1]) or polarity  # "preparing for the CISSP and CISM"
        items.append(replace(item, polarity=polarity))
    items.sort(key=lambda item: item.polarity is not Polarity.HAS)
    kept: dict[str, Stated[str]] = {}
    for item in items:
        kept.setdefault(item.value, item)
    for item in items:
        if item.polarity is Polarity.HAS:
            for value in _words().includes.get(item.value, ()):
                if value not in kept or kept[value].polarity is not Polarity.HAS:
                    kept[value] = replace(item, value=value)
    return tuple(sorted(kept.values(), key=lambda item: item.evidence.start))


def _free(read: ReadText) -> Iterator[Stated[str]]:
    """Yield certificates that no list has, by their words: ``text:certificate in beekeeping``."""
    words = _words()
    for match in (*words.free.finditer(read.folded), *words.taken.finditer(read.folded)):
        start, end = match.span("paper")
        if (
            match.re is words.taken
            or read.text[start].isupper()
            or read.text[start].isdigit()
            or section_at(read.sections, start) == "certifications"
        ):
            yield stated(LITERAL + " ".join(read.folded[start:end].split()), read.text, start, end)


def _named(read: ReadText, told: bool = False) -> list[Stated[str]]:
    """Return every mention, in the order of the text."""
    folded, by_lead = read.folded, _words().by_lead
    tokens = {*_TOKEN.findall(folded), *(folded[start : start + 3] for start, _ in read.parts)}
    leads = {token[:length] for token in tokens for length in (1, 2, 3)}
    found: list[_Found] = []
    for lead in leads & by_lead.keys():
        for value, alone, pattern in by_lead[lead]:
            found += [(*match.span(), value, alone) for match in pattern.finditer(folded)]
    found = [item for item in found if begins_word(read.text, item[0])]
    found.sort(key=lambda item: (item[0], -item[1], not item[3]))
    found = list({item[:2]: item for item in reversed(found)}.values())[::-1]  # of one span the first
    surely = [alone or _is_certificate(read, start, end, told) for start, end, _, alone in found]
    beside = [_in_one_list(folded, one, other) for one, other in pairwise(found)]
    for i in (*range(1, len(found)), *range(len(found) - 2, -1, -1)):  # "PMI-ACP or CSM": each vouches for the next
        near = [j for j in (i - 1, i + 1) if 0 <= j < len(found) and beside[min(i, j)]]
        surely[i] = surely[i] or any(surely[j] for j in near)
    mentions: list[Stated[str]] = []
    last = 0
    for (start, end, value, alone), certain in zip(found, surely, strict=True):
        if start >= last and certain:
            mentions.append(replace(stated(value, read.text, start, end), sure=alone))
            last = end
    return mentions


def _in_one_list(folded: str, one: _Found, other: _Found) -> bool:
    between = folded[one[1] : other[0]]
    return len(between) <= _LIST and _words().between_two.fullmatch(between) is not None


def _is_certificate(read: ReadText, start: int, end: int, told: bool) -> bool:
    folded = read.folded
    if told and end - start <= _SHORT and read.text[start:end].isupper():
        return True
    first, last = _line(folded, start, end, _BESIDE)
    if _words().beside.search(folded, first, last):
        return True
    return section_at(read.sections, start) == "certifications"


def _line(folded: str, start: int, end: int, reach: int) -> tuple[int, int]:
    """Return the part of the line around a span, at most ``reach`` characters on each side."""
    first = max(0, start - reach)
    last = folded.find("\n", end, end + reach)
    return max(first, folded.rfind("\n", first, start) + 1), min(len(folded), end + reach) if last < 0 else last


def _polarity(folded: str, item: Stated[str]) -> Polarity:
    words, end = _words(), item.evidence.end
    said, after = _before(folded, item), _line(folded, item.evidence.start, end, _REACH)[1]
    if said is Polarity.HAS_NOT or words.not_after.match(folded, end, after):
        return Polarity.HAS_NOT
    return Polarity.WANTS if said or words.wants_after.match(folded, end, after) else Polarity.HAS


def _of_others(folded: str, item: Stated[str]) -> bool:
    """Tell whether other people hold it: "supervised three CISSP holders"."""
    words, (start, end) = _words(), (item.evidence.start, item.evidence.end)
    if not words.of_others_after.match(folded, end):
        return False
    return words.of_others_before.search(folded[_line(folded, start, start, _REACH)[0] : start]) is not None


def _before(folded: str, item: Stated[str]) -> Polarity | None:
    """Return what the words before a certificate say of it; ``None`` where they say nothing."""
    words, start = _words(), item.evidence.start
    before = folded[_line(folded, start, start, _REACH)[0] : start]
    if words.not_before.search(before):
        return Polarity.HAS_NOT
    return Polarity.WANTS if words.wants_before.search(before) else None


def alternatives(folded: str, found: Sequence[Stated[str]]) -> frozenset[str]:
    """Return those of the certificates ``found`` in a sentence of which one is enough: "CISSP, CISM or similar".

    Of "DoD 8570 (Security+, CISSP)" these are the ones in brackets; the first itself is asked for.
    """
    words, several = _words(), list(found)
    if len(several) > 1 and words.opens.match(folded, several[0].evidence.end):
        return frozenset(item.value for item in several[1:])
    if not several or (not words.any_of.search(folded) and not _joined_by_or(folded, several)):
        return frozenset()
    return frozenset(item.value for item in several)


def _joined_by_or(folded: str, found: Sequence[Stated[str]]) -> bool:
    gaps = (folded[a.evidence.end : b.evidence.start] for a, b in pairwise(found))
    return any(len(gap) <= 25 and _words().or_.search(gap) for gap in gaps)
