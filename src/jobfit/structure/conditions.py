"""Conditions of work that a text wishes or offers, and the places that a candidate wishes.

Values: ``permanent fixed_term temporary contract_to_hire internship apprenticeship freelance full_time part_time remote
hybrid on_site night_shift weekend``. The same words serve both sides: a wish of a candidate, an offer of a vacancy.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from jobfit.lexicon import Lexicon, built
from jobfit.records import Evidence, Stated
from jobfit.structure.places import places_between
from jobfit.structure.sections import section_at
from jobfit.structure.spans import first_mentions, line_around, stated
from jobfit.structure.text import ReadText, as_read

_ORDER = (
    "contract_to_hire", "permanent", "fixed_term", "temporary", "internship", "apprenticeship", "freelance",
    "full_time", "part_time", "remote", "hybrid", "on_site", "night_shift", "weekend",
)  # fmt: skip
_OPEN_SECTIONS = frozenset({"header", "summary", "preferences", "personal", "other"})
_ONLY_WHERE_SOUGHT = frozenset({"internship", "apprenticeship", "freelance", "temporary", "night_shift", "weekend"})
_WIDER = {
    "on_site": frozenset({"remote"}),
    "hybrid": frozenset({"remote", "on_site"}),
    "contract_to_hire": frozenset({"permanent", "fixed_term", "temporary", "full_time"}),
}
_REACH = 160
_PARAGRAPH = 400
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SENTENCE_END = re.compile(r"[\n;!?]|\.(?:\s|\Z)")


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "conditions")
        job = f"(?:{of('job')})"
        groups = lexicon.groups("conditions", "patterns")
        between = "".join(f"{word} |" for word in lexicon.parts("conditions", "denied_between"))
        self.patterns = tuple(
            (value, re.compile(rf"(?<![\w-])(?:{'|'.join(groups[value]).replace('<job>', job)})(?!\w)"))
            for value in _ORDER
            if value in groups
        )
        self.denied = re.compile(rf"\b(?:{of('denied')}) (?:{between})$")
        # "remote sensing", "hybrid cloud"
        self.not_work = re.compile(rf" (?:{of('not_work')})")
        self.wished_places = re.compile(rf"\b(?:{of('wished_places')})\b")
        self.not_wished = re.compile(rf"\b(?:{of('not_wished')})(?: \w{{1,12}})? $")
        self.seeks = re.compile(rf"\b(?:{of('seeks')})\b")


_words = built(_Words)


def find_conditions(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the conditions stated in ``text``, first mention each, in its order; may be empty.

    A condition that is denied ("no night shifts", "pas de télétravail") is left out, as are "remote sensing",
    "hybrid cloud", "early stage" and "apprentissage automatique". "Two days of télétravail" is ``hybrid``.

    >>> [s.value for s in find_conditions("CDI à temps plein, télétravail 2 jours par semaine")]
    ['permanent', 'full_time', 'hybrid']
    """
    read = as_read(text)
    return first_mentions(_mentions(read, 0, len(read.text)))


def _mentions(read: ReadText, start: int, end: int) -> list[Stated[str]]:
    """Return every condition stated and not denied in a stretch of text; within a "hybrid" there is no "remote"."""
    text, folded, words = read.text, read.folded, _words()
    mentions: list[Stated[str]] = []
    for first, last in read.parts:
        if first < end and start < last:
            first, last = max(first, start), min(last, end)
            part = folded[first:last]
            for value, pattern in words.patterns:
                for match in pattern.finditer(part):
                    at, stop = first + match.start(), first + match.end()
                    denied = words.denied.search(folded[max(start, at - 30) : at])
                    if not denied and not words.not_work.match(folded, stop):
                        mentions.append(replace(stated(value, text, at, stop), sure=True))
    wider = {value: [m.evidence for m in mentions if m.value == value] for value in _WIDER}
    return [item for item in mentions if not any(_part_of(item, value, wider[value]) for value in _WIDER)]


def _part_of(item: Stated[str], value: str, wider: list[Evidence]) -> bool:
    """Tell whether ``item`` is but a part of what ``wider`` says: "remote" in "2 days remote", "contract" to hire."""
    if item.value not in _WIDER[value]:
        return False
    last = bisect_left(wider, item.evidence.end, key=lambda at: at.start) - 1
    return last >= 0 and wider[last].end > item.evidence.start


def read_wished_locations(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the known places after "willing to relocate to", "Mobilité :", "Open to" and the like; may be empty."""
    read, words = as_read(text), _words()
    wished: list[Stated[str]] = []
    for match in words.wished_places.finditer(read.folded):
        if not words.not_wished.search(read.folded[max(0, match.start() - 20) : match.start()]):
            stop = _SENTENCE_END.search(read.folded, match.end(), match.end() + _REACH)
            end = stop.start() if stop else min(len(read.folded), match.end() + _REACH)
            wished += [replace(place, sure=True) for place in places_between(read, match.end(), end)]
    return first_mentions(wished)


def read_wished_conditions(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the conditions that the candidate asks for; what a past position was like is not a wish.

    They are read at the head, in the summary and among the preferences, and in lines that say what is sought; an
    internship or freelance work counts only in such a line or section, because at the head it may be the past.
    """
    read, seeks = as_read(text), _words().seeks
    wished: list[Stated[str]] = []
    for start, end in _pieces(read.text):
        kind = section_at(read.sections, start)
        sought = kind == "preferences" or seeks.search(read.folded[start:end]) is not None
        if not sought and (kind not in _OPEN_SECTIONS or _YEAR.search(read.text, start, end)):
            continue  # with a year it is a position held: what it was like is not a wish
        if kind != "experience":
            mentions = _mentions(read, start, end)
            wished += [item for item in mentions if sought or item.value not in _ONLY_WHERE_SOUGHT]
    return first_mentions(wished)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of a text; one in a single paragraph is read piece by piece."""
    position = 0
    while position < len(text):
        start, end = position, line_around(text, position)[1]
        if end - start > _PARAGRAPH:
            blank = text.rfind(" ", start + 1, start + _PARAGRAPH)
            end = blank if blank > 0 else start + _PARAGRAPH
        yield start, end
        position = end + 1
