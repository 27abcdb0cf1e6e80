"""A language and its level against the quote that is said to state them: the one value that is normalised."""

from __future__ import annotations

from dataclasses import dataclass

from jobfit.folding import fold
from jobfit.records import LanguageLevel
from jobfit.structure.languages import find_languages, language_codes, mentions


@dataclass(frozen=True, slots=True)
class Spoken:
    """Where the name of the language stands in the quote, and the level that the quote gives it."""

    start: int
    end: int
    level: LanguageLevel | None


def spoken_in(quote: str, name: str) -> Spoken | None:
    """Return where ``quote`` names the language ``name`` (English or French name, or ISO 639-1 code).

    ``None`` where ``name`` is not a known language, or the quote names another one only. The level is what the
    rules read beside it (:func:`jobfit.structure.languages.find_languages`); ``None`` where they read none.

    >>> spoken_in("Anglais courant, allemand B1", "English").level.name
    'C1'
    """
    folded, codes = fold(name).strip(), language_codes()
    code = codes.get(folded, folded if folded in codes.values() else None)
    span = next(((start, end) for mentioned, start, end in mentions(fold(quote)) if mentioned == code), None)
    if span is None:
        return None
    levels = {item.value.code: item.value.level for item in find_languages(f"Languages: {quote}")}
    return Spoken(*span, levels.get(str(code)))
