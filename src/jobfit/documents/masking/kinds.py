"""What a text is, which decides what masking may take out of it."""

from __future__ import annotations

import re
from enum import StrEnum

_LABEL_WORDS, _LABEL_LENGTH = 16, 160
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?;](?:\s|$)")
_LATIN = re.compile(r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
_ELSEWHERE = re.compile(r"[^\W\d_a-zàâæçéèêëîïôœùûüÿ]", re.I)  # letters of neither English nor French
_LETTER = re.compile(r"[^\W\d_]")
_NOT_LATIN = re.compile(r"[^\W\d_A-Za-z\u00aa-\u024f\u1e00-\u1eff]")


class TextKind(StrEnum):
    """What a text is. Only a ``CV`` has a head with a person's name.

    CV:       the whole text of a person's CV.
    CV_PART:  a part of one, or fields read in one: personal details may stand in it, a head does not.
    VACANCY:  an advert: the title and the employer at its head stay, contact persons and contact details go.
    SENTENCE: a sentence or snippet of either.
    LABEL:    a title, a skill, the label of an occupation: words of a vocabulary, about nobody.
    """

    CV = "cv"
    CV_PART = "cv part"
    VACANCY = "vacancy"
    SENTENCE = "sentence"
    LABEL = "label"


PERSONAL = frozenset({TextKind.CV, TextKind.CV_PART})  # they state birth, civil status and where a person lives


def kind_within(text: str, otherwise: TextKind) -> TextKind:
    """Return the kind of one ``text`` of a file whose texts should be of the kind ``otherwise``.

    Data sets call their sides candidates and vacancies where both hold mere titles. A single line of at most 16 words
    (160 characters) that no full stop ends is a ``LABEL``; anything else is what it should be.

    >>> kind_within("Political Scientists", TextKind.CV), kind_within("Ann Lee\\nNurse", TextKind.CV)
    (<TextKind.LABEL: 'label'>, <TextKind.CV: 'cv'>)
    """
    line = text.strip()
    short = len(line) <= _LABEL_LENGTH and "\n" not in line and len(_WORD.findall(line)) <= _LABEL_WORDS
    return TextKind.LABEL if short and not _SENTENCE_END.search(line) else otherwise


def has_words(text: str) -> bool:
    """Tell whether there is a letter or a digit in ``text``: without one there is nothing to compare."""
    return any(map(str.isalnum, text))


def is_foreign(text: str) -> bool:
    """Tell whether a ``LABEL`` holds a letter that neither English nor French has ("Técnico", "Gärtner").

    No test for texts about a person, whose name may hold such letters in any language.
    """
    return not text.isascii() and bool(_ELSEWHERE.search(text))


def is_latin(text: str) -> bool:
    """Tell whether a text is written in Latin letters, as all languages are that the rules know.

    Each line has one vote, that of most of its letters, so that a name in another script decides nothing; a tie counts
    as Latin, and so does a text without letters.
    """
    if text.isascii() or not _NOT_LATIN.search(text):
        return True
    votes = 0
    for line in text.split("\n"):
        letters, latin = len(_LETTER.findall(line)), len(_LATIN.findall(line))
        votes += (2 * latin >= letters) - (2 * latin < letters) if letters else 0
    return votes >= 0
