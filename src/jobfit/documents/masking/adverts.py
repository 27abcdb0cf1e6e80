"""Who is to be written to in an advert: a name behind a title (Mme Durand) or behind the words that announce it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from jobfit.documents.masking.header import is_person
from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import lowered, near_words
from jobfit.lexicon import Lexicon, built

_NAME = r"[^\W\d_a-zß-ÿ][\w'’-]{1,30}"


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "masking")
        titles = "|".join(word.capitalize() for word in of("honorific").split("|"))
        self.titled = re.compile(rf"(?<![\w.])(?:{titles})\b\.? (?P<name>{_NAME}(?:[ -]{_NAME}){{0,2}})(?![\w&])")
        self.announced = re.compile(
            rf"(?<!\w)(?i:(?:{of('announced')})[^\S\n]?[:：,]?|(?:{of('announced_by_colon')})[^\S\n]?[:：])[^\S\n]{{0,3}}"
            rf"(?P<name>{_NAME}(?:[ -]{_NAME}){{1,2}})(?![\w&])"
        )
        self.hints = lexicon.parts("masking", "announced_hints")


_words = built(_Words)


def contact_persons(text: str) -> Iterator[tuple[Edit, str]]:
    """Yield the removal of each name of a contact person, with the name; the words that announce it stay.

    Behind a title one word is enough, else a name has two or three. What follows the name ("Head of HR") stays.
    """
    words, low = _words(), lowered(text)
    for match in words.titled.finditer(text):
        if is_person(match["name"], first=True):
            yield Edit(match.start(), match.end(), "name"), match["name"]
    for match in near_words(words.announced, words.hints, text, low):
        if is_person(match["name"]):
            yield Edit(match.start("name"), match.end("name"), "name"), match["name"]
