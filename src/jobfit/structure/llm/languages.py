"""A language and its level against the quote that is said to state them: the one value that is normalised."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobfit.folding import fold
from jobfit.records import LanguageLevel
from jobfit.structure.languages import LEVELS, NAMES, find_languages

_NAME = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(NAMES, key=len, reverse=True))})(?!\w)")


@dataclass(frozen=True, slots=True)
class Spoken:
    """Where the name of the language stands in the quote, and the level that the quote gives it."""

    start: int
    end: int
    level: LanguageLevel | None


def spoken_in(quote: str, name: str) -> Spoken | None:
    """Return where ``quote`` names the language ``name`` (English or French name, or ISO 639-1 code).

    ``None`` where ``name`` is no language that is known, or the quote names another one only. The level is what the
    rules read beside it (:func:`jobfit.structure.languages.find_languages`); ``None`` where they read none.

    >>> spoken_in("Anglais courant, allemand B1", "English").level.name
    'C1'
    """
    folded = fold(name).strip()
    code = NAMES.get(folded, folded if folded in NAMES.values() else None)
    match = next((m for m in _NAME.finditer(fold(quote)) if NAMES[m.group()] == code), None)
    if match is None:
        return None
    levels = {item.value.code: item.value.level for item in find_languages(f"Languages: {quote}")}
    return Spoken(match.start(), match.end(), levels.get(str(code)))


def level_named(words: str) -> LanguageLevel | None:
    """Return the CEFR level that ``words`` name: a code, or a wording; ``None`` where they name none.

    >>> level_named("b2").name, level_named("langue maternelle").name, level_named("so-so")
    ('B2', 'NATIVE', None)
    """
    folded = fold(words).strip()
    if folded.upper() in LanguageLevel.__members__:
        return LanguageLevel[folded.upper()]
    return next((level for wording, level in LEVELS if re.fullmatch(wording, folded)), None)
