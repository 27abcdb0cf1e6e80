"""Texts written in capitals, whose case says nothing: what they would look like written as most texts are.

Rules take a capital for the sign of a name or of a beginning. In such a text they read this copy, and quotes are of the
text as it is. It is a guess by words and places: a name that no list has is written small within a sentence, and a
heading that is only told from a sentence by its capitals stays lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from jobfit.folding import fold
from jobfit.geo.world import towns
from jobfit.lexicon import Lexicon, built
from jobfit.records import Kind
from jobfit.structure.place_names import is_known_place
from jobfit.structure.sections import find_headings, is_heading, lines_of, sections_between
from jobfit.structure.titles import Span, trimmed
from jobfit.structure.whereabouts import area_around, area_codes
from jobfit.taxonomy.compact import load_compact

_LEAST, _SHARE = 200, 0.9  # letters that prove something, and how many of them are capitals
_SHORT, _DATED = 8, 16  # words of a line that is a heading or a title; of one with a year, that of a position
_WORDLIKE = 4  # letters of the shortest word that no list has
_NEAR = 12  # characters before a word that show whether it begins something
_HEADING = 40  # characters of a heading behind a line
_WORD = re.compile(r"[^\W_]+(?:['’](?:S|T|RE|LL|VE|D)(?!\w))?")
_VOWEL = re.compile("[aeiouy]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BEGINS = re.compile(r"(?:\A|[\n.!?:;•·▪●*|]\s{0,3}|\n {0,8}[-–—•*]? ?)\Z")
_SIGN_BEFORE = re.compile(r"(?:\A|[\n,;:/|(•·*]) {0,2}\Z")
_SIGN_BEHIND = re.compile(r" {0,2}(?:\Z|[\n,;/|)•·*]|\.\s)")
_COLON = re.compile(" ?:")
_LABEL = re.compile(r"(?:(?<=[\n.!?•|])|\A)[^\S\n]{0,4}(?:[^\W\d_]{2,20} ){0,3}[^\W\d_]{2,20} ?:")
_TWO_WORDS = re.compile(r"(?<!\w)(?=(?P<words>[a-z]{2,20}[ -][a-z]{2,20})(?!\w))")
# "PORTLAND, OR": a town and the letters of an area
_TOWN = re.compile(r"(?<!\w)(?=(?P<town>[A-Z]{3,20}(?: [A-Z]{2,20}){0,2}),? (?P<area>[A-Z]{2})(?!\w))")
_DEGREE = re.compile(r"(?:(?<![^\n])|(?<=\d ))[BM][AES](?= ?\(| [A-Z]{3})")  # "BE ELECTRONICS", "2016 ME (COMPUTERS)"


class _Words:
    """How the words of the taxonomy are written, and which are written small."""

    def __init__(self, lexicon: Lexicon) -> None:
        taxonomy = load_compact()
        terms = (*taxonomy.skills.values(), *taxonomy.occupations.values())
        labels = [_WORD.findall(label) for term in terms for names in term.labels.values() for label in names]
        self.linking = lexicon.words("detection", "stop_words")
        common = self.linking | lexicon.words("capitals", "small") | lexicon.words("unlisted", "stops", "too_wide")
        self.ordinary = lexicon.words("terms", "ordinary")  # and names of skills
        self.small = common | self.ordinary | {fold(word) for words in labels for word in words if word.islower()}
        self.written: dict[str, str] = {}
        for words in labels:
            for word in words:
                key = fold(word)
                if word.islower() or len(word) == 1 or key in common or len(key) != len(word):
                    continue
                shouted = word.isupper() and len(word) > _WORDLIKE and key in self.small
                if not shouted and (len(words) == 1 or not word[1:].islower()):
                    self.written.setdefault(key, word)
        upper = {key for key, word in self.written.items() if word.isupper()}
        self.only_in_lists = self.ordinary - (upper - lexicon.words("terms", "never_in_prose"))  # not "SAP"


_words = built(_Words)


def says_nothing(text: str) -> bool:
    """Tell whether nearly all letters of a text are capitals."""
    capitals = sum(map(str.isupper, text))
    return capitals >= _LEAST and capitals >= _SHARE * (capitals + sum(map(str.islower, text)))


def without_capitals(text: str, kind: Kind) -> str:
    """Return a text in capitals as most people would write it; same length. Any other text stays as it is.

    >>> text = "JOB TITLE: NURSE IN LEEDS\\nYOU HAVE USED SQL AND JAVASCRIPT IN A HOSPITAL, AND YOU LIKE TO WORK. " * 4
    >>> print(without_capitals(text, Kind.VACANCY)[:94])
    Job Title: Nurse in Leeds
    You have used SQL and JavaScript in a hospital, and you like to work
    """
    if not says_nothing(text):
        return text
    letters, folded = list(text), fold(text)
    titled, begins = [False] * len(text), set()
    for start, end in _titled(text, folded):
        titled[start:end] = [True] * (end - start)
        begins.add(start)
    for match in _WORD.finditer(text):
        start, end = match.span()
        before = text[max(0, start - _NEAR) : start]
        first = _BEGINS.search(before) is not None
        item = _SIGN_BEFORE.search(before) is not None and _SIGN_BEHIND.match(text, end) is not None
        cuts = [start, *(at for at in range(start + 1, end) if at in begins), end]
        for low, high in pairwise(cuts):
            letters[low:high] = _written(text[low:high], first or low > start, titled[low], item)
    for match in _TWO_WORDS.finditer(folded):
        start, end = match.span("words")
        if is_known_place(folded[start:end].replace("-", " ")):
            letters[start:end] = text[start:end].title()
    kept = []
    for match in _TOWN.finditer(text):
        if any(area_around(fold(match["town"]), area) for area in area_codes().get(match["area"], ())):
            letters[slice(*match.span("town"))] = match["town"].title()
            kept.append(match.span("area"))
    if kind is Kind.CANDIDATE:
        kept += _degrees(text, "".join(letters), folded)
    for start, end in kept:
        letters[start:end] = text[start:end]
    return "".join(letters)


def _titled(text: str, folded: str) -> Iterator[Span]:
    """Yield what is written as a title: short lines, labels, and headings behind a line that lost its end."""
    for start, end in lines_of(text):
        most = _DATED if _YEAR.search(text, start, end) else _SHORT
        if sum(1 for _ in islice(_WORD.finditer(text, start, end), most + 1)) <= most:
            yield start, end
        for stop in (*(colon.start() for colon in _COLON.finditer(text, start, end)), end):
            yield from _heading_before(folded, *trimmed(text, max(start, stop - _HEADING), stop))
    for match in _LABEL.finditer(text):
        yield match.span()


def _heading_before(folded: str, start: int, end: int) -> Iterator[Span]:
    """Yield the longest known heading that ends there; one of several words may be glued to the word before it."""
    for at in range(start, end - 3):
        glued = folded[at - 1 : at].isalpha()
        if folded[at].isalpha() and not (glued and " " not in folded[at:end]) and is_heading(folded[at:end]):
            yield at, end
            return


def _written(word: str, first: bool, titled: bool, item: bool) -> str:
    folded, words = fold(word), _words()
    if not word[0].isalpha() or any(map(str.isdigit, word)):
        return word
    if folded in words.written and (item or folded not in words.only_in_lists):
        return words.written[folded]
    small = word.lower()
    if len(small) != len(word):
        return word
    if len(word) == 1:
        return small if folded in words.linking or (folded == "a" and not first) else word
    place = is_known_place(word) or (folded not in words.small and towns(folded) != ())
    known = place or folded in words.small
    if not known and (len(word) < _WORDLIKE or not _VOWEL.search(folded)):
        return word  # an abbreviation
    if first or place or (titled and folded not in words.linking) or (item and not known):
        return small[0].upper() + small[1:]
    return small


def _degrees(text: str, written: str, folded: str) -> Iterator[Span]:
    """Yield the degrees that are spelt like words of two letters, where education is told."""
    for section in sections_between(written, find_headings(written, folded), Kind.CANDIDATE):
        if section.kind == "education":
            yield from (match.span() for match in _DEGREE.finditer(text, section.body, section.end))
