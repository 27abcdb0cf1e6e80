"""Gendered words: dropped where they say nothing about the work, else mapped to one form for every gender.

English occupations become the neutral word; French ones, whose grammar has two forms, become one spelling for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import WORD_WITHOUT_MARKS, lowered, near, near_words, word_pattern
from jobfit.lexicon import Lexicon, built

_LATIN_WORD = re.compile(r"[a-zß-ɏ]+")
_WORD, _NEXT_WORD, _CODE = re.compile(r"[^\W\d_]+"), re.compile(r" ([^\W\d_]{2,})"), 2


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "gender")

        def shared(key: str) -> dict[str, str]:
            return {form: word for word, forms in lexicon.groups("gender", key).items() for form in forms}

        def following(words: str) -> re.Pattern[str]:
            return re.compile(rf"\b(?:{words})[ ]?\Z", re.I)

        self.drop = lexicon.words("gender", "drop")
        self.neutral = frozenset(lexicon.groups("gender", "forms"))
        self.forms = shared("forms")  # each gendered form with the word for every gender
        regular = {form: word for word in lexicon.parts("gender", "feminine_e") for form in (word, word + "e")}
        self.stems = regular | shared("stems")  # as forms, of words that also have a plural in -s
        self.keep = lexicon.words("gender", "keep")
        self.adjectives_in_eux = lexicon.words("gender", "adjective_eux")
        self.suffixes = tuple((suffix, parts[0]) for suffix, parts in lexicon.groups("gender", "suffixes").items())
        self.fixed = re.compile(rf"\b(?:{of('fixed')})", re.I), lexicon.parts("gender", "fixed_hints")
        self.masculine = lexicon.parts("gender", "masculine")
        pronouns = f"(?:{of('pronouns')})"
        markers = re.compile(
            r"[(\[]?(?<![\w/])(?:[hf] ?/ ?[hf](?: ?/ ?x)?|[mwf] ?/ ?[mwf] ?/ ?[dx]|[mf] ?/ ?[mf])(?![\w/])[)\]]?"
            rf"|\({pronouns} ?/ ?{pronouns}(?: ?/ ?\w{{3,6}})?\)|{of('markers')}",
            re.I,
        )
        endings = re.compile(rf"(?<=[^\W\d_])(?:{of('endings')})")
        self.removed = (  # pattern and cheap hint
            (markers, re.compile(f"/|{of('markers_hints')}", re.I)),
            (endings, re.compile(of("endings_hints"), re.I)),
            (re.compile(of("titles"), re.M), re.compile(of("titles_hints"))),
        )
        self.endings_in_f = re.compile(of("endings_in_f"), re.I), re.compile(of("endings_in_f_hints"), re.I)
        self.either = re.compile(rf"/| (?:{of('or')}) ", re.I)
        self.double = re.compile(rf"\b(?P<one>[^\W\d_]{{3,30}})(?: ?/ ?| (?:{of('or')}) )(?P=one)\b", re.I)
        # articles that agree with the word behind them, and what stays of each where it holds a preposition
        contracted = lexicon.groups("gender", "contracted").items()
        self.articles = [(f"{word} ", following("|".join(parts))) for word, parts in contracted]
        self.articles.append(("", following(of("articles"))))
        self.form_of = lru_cache(maxsize=16384)(self._form_of)

    def _form_of(self, word: str) -> str | None:
        """Return the one form of a word in lower case, "" for one to drop, ``None`` for one that has no gender."""
        if word in self.drop:
            return ""
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


_words = built(_Words)


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
    low = lowered(text)
    fixed = {m.start() + w.start() for m in near_words(*words.fixed, text, low) for w in _WORD.finditer(m.group())}
    for match in _gendered(text, low):
        if match.start() in fixed:
            continue
        word = match.group()
        low = word.lower()
        neutral = words.form_of(low)
        if neutral is None:
            continue
        if not neutral:
            if not _is_code(text, match):
                yield Edit(match.start(), match.end(), "gender")
            continue
        before = text[max(0, match.start() - 8) : match.start()]
        articles = ((preposition, pattern.search(before)) for preposition, pattern in words.articles)
        if first := next(((preposition, article) for preposition, article in articles if article), None):
            yield Edit(match.start() - len(first[1].group()), match.start(), "gender", first[0])
        if neutral != low:
            yield Edit(match.start(), match.end(), "gender", _with_case_of(word, neutral))


def _gendered(text: str, low: str) -> Iterator[re.Match[str]]:
    """Yield the words of the lines that hold one that has a gender; ``low`` is ``text`` in lower case."""
    pattern, form_of = word_pattern(text), _words().form_of
    quick = _LATIN_WORD if pattern is WORD_WITHOUT_MARKS else pattern
    gendered = tuple(word for word in set(quick.findall(low)) if form_of(word) is not None)
    yield from near_words(pattern, gendered, text, low)


def _is_code(text: str, match: re.Match[str]) -> bool:
    """Whether a pronoun is a code: two capitals ("IL"), or three before a word in small letters ("HIM clerk")."""
    word = match.group()
    following = _NEXT_WORD.match(text, match.end())
    return word.isupper() and (len(word) == _CODE or bool(following and not following[1].isupper()))


def double_edits(text: str) -> Iterator[Edit]:
    """Yield the second half of a doublet whose halves have become one (``développeur / développeur``)."""
    for match in near(_words().double, _words().either, text):
        word = match["one"].lower()
        if neutral_form(word) is not None or word in _words().neutral:
            yield Edit(match.end("one"), match.end(), "gender")


def neutral_form(word: str) -> str | None:
    """Return the one form of a gendered ``word`` in lower case (itself when it is that form), ``None`` for others."""
    return _words().form_of(word) or None


def _with_case_of(word: str, neutral: str) -> str:
    if word.isupper():
        return neutral.upper()
    return neutral[0].upper() + neutral[1:] if word[0].isupper() else neutral
