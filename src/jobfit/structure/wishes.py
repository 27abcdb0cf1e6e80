"""What a candidate wishes: places to work and conditions of work."""

from __future__ import annotations

import re

from jobfit.records import Section, Stated
from jobfit.structure.conditions import find_conditions
from jobfit.structure.places import find_places
from jobfit.structure.sections import section_at
from jobfit.structure.spans import first_mentions, fold, line_around, moved

_PLACE_WISH = re.compile(
    r"\b(?:(?:willing|open|ready|able|happy|want|wish|prepared) to (?:relocat(?:e|ion)|move|work(?:ing)?) (?:to|"
    r"in|within|around)|"
    r"relocation to|(?:preferred|desired|wished) (?:work )?locations?|willing to relocate|open to|"
    r"mobilites?(?: geographiques?)?|mobility|mobile (?:sur|en|a|dans)|prete? a (?:demenager|travailler)|"
    r"souhaite (?:travailler|m'installer)|looking for (?:[a-z-]{1,15} ){0,5}(?:in|around)|"
    r"recherche (?:[a-z'-]{1,15} ){0,6}(?:a|en|sur|dans))\b"
)
_DENIED = re.compile(r"\b(?:not|no|pas|non|never)(?: \w{1,12})? $")
_SEEKS = re.compile(
    r"\b(?:looking for|seeking|searching|open to|available|availability|wish|prefer|desired|recherche|"
    r"souhait\w{0,4}|disponible|"
    r"cherche|contract type|employment type|type de contrat|contrat|contract|in search of)\b"
)
_OPEN_SECTIONS = frozenset({"header", "summary", "preferences", "personal", "other"})
_ONLY_WHERE_SOUGHT = frozenset({"internship", "apprenticeship", "freelance", "temporary", "night_shift", "weekend"})
_REACH = 160
_PARAGRAPH = 400
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def read_wished_locations(text: str) -> tuple[Stated[str], ...]:
    """Return the known places after "willing to relocate to", "Mobilité :", "Open to" and the like; may be empty."""
    folded = fold(text)
    found: list[Stated[str]] = []
    for match in _PLACE_WISH.finditer(folded):
        if not _DENIED.search(folded[max(0, match.start() - 20) : match.start()]):
            end = min(_sentence_end(folded, match.end()), match.end() + _REACH)
            found += [moved(place, text, match.end()) for place in find_places(text[match.end() : end])]
    return first_mentions(found)


def read_wished_conditions(text: str, sections: tuple[Section, ...]) -> tuple[Stated[str], ...]:
    """Return the conditions that the candidate asks for; what a past position was like is not a wish.

    They are read at the head, in the summary and among the preferences, and in lines that say what is sought; an
    internship or freelance work counts only in such a line or section, because at the head it may be the past.
    """
    found: list[Stated[str]] = []
    position = 0
    while position < len(text):
        start, end = position, line_around(text, position)[1]
        if end - start > _PARAGRAPH:  # a text in one paragraph is read piece by piece
            blank = text.rfind(" ", start + 1, start + _PARAGRAPH)
            end = blank if blank > 0 else start + _PARAGRAPH
        kind = section_at(sections, start)
        sought = kind == "preferences" or _SEEKS.search(fold(text[start:end])) is not None
        dated = _YEAR.search(text, start, end) is not None  # a post held: what it was like is no wish
        if (kind in _OPEN_SECTIONS and (sought or not dated)) or (sought and kind != "experience"):
            found += [
                moved(item, text, start)
                for item in find_conditions(text[start:end])
                if sought or item.value not in _ONLY_WHERE_SOUGHT
            ]
        position = end + 1
    return first_mentions(found)


def _sentence_end(folded: str, position: int) -> int:
    match = re.compile(r"[\n;!?]|\.(?:\s|\Z)").search(folded, position, position + _REACH)
    return match.start() if match else len(folded)
