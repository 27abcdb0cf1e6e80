"""Gendered words: dropped where they say nothing about the work, else mapped to one form for every gender.

English occupations become the neutral word; French ones, whose grammar has two forms, become one spelling for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import near, word_pattern
from jobfit.lexicon import Lexicon, built


@dataclass(frozen=True, slots=True)
class _Words:
    drop: frozenset[str]
    forms: dict[str, str]  # each gendered form with the word for every gender
    stems: dict[str, str]  # as forms, of words that also have a plural in -s
    keep: frozenset[str]
    adjectives_in_eux: frozenset[str]
    suffixes: tuple[tuple[str, str], ...]
    masculine: tuple[str, ...]
    removed: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]  # pattern and cheap hint
    endings_in_f: tuple[re.Pattern[str], re.Pattern[str]]
    either: re.Pattern[str]
    double: re.Pattern[str]
    article: re.Pattern[str]
    contracted: tuple[tuple[str, re.Pattern[str]], ...]
    known: dict[str, str | None] = field(default_factory=dict)

    def form_of(self, word: str) -> str | None:
        """Return the one form of a word in lower case, "" for one to drop, ``None`` for one that has no gender."""
        if word not in self.known:
            if len(self.known) > _MOST_KNOWN:
                self.known.clear()
            self.known[word] = "" if word in self.drop else self._form(word)
        return self.known[word]

    def _form(self, word: str) -> str | None:
        if word in self.forms:
            return self.forms[word]
        plural = "s" if word.endswith("s") and len(word) > 5 else ""
        stem = word[: len(word) - len(plural)]
        if stem in self.keep:
            return None
        if stem in self.stems:
            return self.stems[stem] + plural
        for feminine, shared in self.suffixes:
            if stem.endswith(feminine) and len(stem) > len(feminine) + 1:
                if feminine == "euse" and stem[:-4] in self.adjectives_in_eux:
                    return stem[:-4] + "eux"
                return stem[: -len(feminine)] + shared + plural
        return word if stem.endswith(self.masculine) and len(stem) > 5 else None


_MOST_KNOWN = 16384


@built
def _words(lexicon: Lexicon) -> _Words:
    of = partial(lexicon.union, "gender")

    def shared(key: str) -> dict[str, str]:
        return {form: word for word, forms in lexicon.groups("gender", key).items() for form in forms}

    regular = {form: word for word in lexicon.parts("gender", "feminine_e") for form in (word, word + "e")}
    pronouns = f"(?:{of('pronouns')})"
    markers = re.compile(
        r"[(\[]?(?<![\w/])(?:[hf] ?/ ?[hf](?: ?/ ?x)?|[mwf] ?/ ?[mwf] ?/ ?[dx]|[mf] ?/ ?[mf])(?![\w/])[)\]]?"
        rf"|\({pronouns} ?/ ?{pronouns}(?: ?/ ?\w{{3,6}})?\)|{of('markers')}",
        re.I,
    )
    endings = re.compile(rf"(?<=[^\W\d_])(?:{of('endings')})")
    return _Words(
        lexicon.words("gender", "drop"),
        shared("forms"),
        {**regular, **shared("stems")},
        lexicon.words("gender", "keep"),
        lexicon.words("gender", "adjective_eux"),
        tuple((suffix, parts[0]) for suffix, parts in lexicon.groups("gender", "suffixes").items()),
        lexicon.parts("gender", "masculine"),
        (
            (markers, re.compile(f"/|{of('markers_hints')}", re.I)),
            (endings, re.compile(of("endings_hints"), re.I)),
            (re.compile(of("titles"), re.M), re.compile(rf"\b(?:{of('titles_hints')})")),
        ),
        (re.compile(of("endings_in_f"), re.I), re.compile(of("endings_in_f_hints"), re.I)),
        re.compile(rf"/| (?:{of('or')}) ", re.I),
        re.compile(rf"\b(?P<one>[^\W\d_]{{3,30}})(?: ?/ ?| (?:{of('or')}) )(?P=one)\b", re.I),
        re.compile(rf"\b(?:{of('articles')})[ ]?\Z", re.I),
        tuple(
            (word, re.compile(rf"\b(?:{'|'.join(parts)})[ ]?\Z", re.I))
            for word, parts in lexicon.groups("gender", "contracted").items()
        ),
    )


def marker_edits(text: str) -> Iterator[Edit]:
    """Yield the removal of titles, ``H/F`` and the like, pronouns in brackets and inclusive endings (``motivé(e)``)."""
    words = _words()
    for pattern, hint in words.removed:
        for match in near(pattern, hint, text):
            yield Edit(match.start(), match.end(), "gender")
    for match in near(*words.endings_in_f, text):
        yield Edit(match.start(1), match.end(1), "gender", "f")


def word_edits(text: str) -> Iterator[Edit]:
    """Yield the removal of pronouns and the one form of each gendered word, without the article that agrees with it."""
    words = _words()
    for match in word_pattern(text).finditer(text):
        word = match.group()
        low = word.lower()
        neutral = words.form_of(low)
        if neutral is None:
            continue
        if not neutral:
            if not (word.isupper() and len(word) == 2):  # "IL" and "HE" are codes, not pronouns
                yield Edit(match.start(), match.end(), "gender")
            continue
        before = text[max(0, match.start() - 8) : match.start()]
        for preposition, pattern in words.contracted:
            if article := pattern.search(before):
                start = match.start() - len(article.group())
                yield Edit(start, match.start(), "gender", f"{preposition} ")
                break
        else:
            if article := words.article.search(before):
                yield Edit(match.start() - len(article.group()), match.start(), "gender")
        if neutral != low:
            yield Edit(match.start(), match.end(), "gender", _with_case_of(word, neutral))


def double_edits(text: str) -> Iterator[Edit]:
    """Yield the second half of a doublet whose halves have become one (``développeur / développeur``)."""
    for match in near(_words().double, _words().either, text):
        if neutral_form(match["one"].lower()) is not None:
            yield Edit(match.end("one"), match.end(), "gender")


def neutral_form(word: str) -> str | None:
    """Return the one form of a gendered ``word`` in lower case (itself when it is that form), ``None`` for others.

    >>> neutral_form("waitress"), neutral_form("développeuse"), neutral_form("développeur"), neutral_form("python")
    ('server', 'développeur', 'développeur', None)
    """
    return _words().form_of(word) or None


def _with_case_of(word: str, neutral: str) -> str:
    if word.isupper():
        return neutral.upper()
    return neutral[0].upper() + neutral[1:] if word[0].isupper() else neutral
