"""Text to the words that a label and a mention are compared by: no accents, gender, number or filler words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from jobfit.folding import plain

_ENGLISH = "a an and as at by for from in into of on or the to with"
_FRENCH = "au aux avec chez dans de des du en et la le les ou par pour sans sous sur un une d l qu s n j"
STOP = frozenset(f"{_ENGLISH} {_FRENCH}".split())
# Inclusive writing and the marks of "men and women welcome", on text without accents.
_MARK = re.compile(
    r"\(?(?<![^\W_])(?:[hf]\s?[/-]\s?[fh](?:\s?/\s?[xn])?|[mfw]\s?/\s?[fwmdx](?:\s?/\s?[dxn])?|"
    r"all genders)(?![^\W_])\)?"
)
_ENDING = r"(?:euse|trice|rice|iere|ienne|ere|ne|se|te|le|ve|fe|e)"
_INCLUSIVE = re.compile(
    rf"(?<=[^\W\d_]{{2}})(?:\s?\({_ENDING}?s?\)|[·•]{_ENDING}(?:[·•]?s)?\b|[.-]{_ENDING}(?:[.-]?s)?\b)"
)
_WORD = re.compile(r"[^\W_]+(?:&[^\W_]+)?[+#]*")
# Feminine to masculine, plural to singular, and endings that English and French share: the first rule that fits.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"(?<=\w)trice$", "tor"),
        (r"(?<=\w\w)(?:euse|eure?|our)$", "or"),
        (r"(?<=\w)(?:iere|ier)$", "ier"),
        (r"(?<=\w\w\w)ere$", "er"),
        (r"(?<=\w\w)(ie|o|e)nne$", r"\1n"),
        (r"(?<=\w\w)elle$", "el"),
        (r"(?<=\w\w)ive$", "if"),
        (r"(?<=\w\w)(?:ique|ics?)$", "ic"),
        (r"(?<=\w\w)(?:ite|ity)$", "it"),
        (r"(?<=\w\w)(?:ies?|y|ied)$", "i"),
        (r"(?<=\w\w)ees?$", ""),
        (r"(?<=\w\w\w)e$", ""),
    )
)


def fold(text: str) -> tuple[str, ...]:
    """Return the folded words of ``text`` in order, each once; none where only filler words are left.

    Both genders fold to the same words, so "Vendeur / Vendeuse", "vendeur(se)", "vendeur·se" and "vendeuses" are one:

    >>> fold("Vendeur / Vendeuse en boulangerie (H/F)")
    ('vendor', 'boulangeri')
    >>> fold("the C++ developers"), fold("de la")
    (('c++', 'developer'), ())
    """
    return fold_all([text])[0]


def fold_all(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """Return :func:`fold` of each text, in one pass over all of them."""
    lines = [" ".join(text.split()) for text in texts]
    return [tuple(dict.fromkeys(words_of(line))) for line in tidy("\n".join(lines)).split("\n")]


def tidy(text: str) -> str:
    """Return ``text`` plain, without inclusive endings and without marks such as "(H/F)".

    >>> tidy("Ingénieur(e) ou technicien·ne H/F").strip()
    'ingenieur ou technicien'
    """
    return _INCLUSIVE.sub("", _MARK.sub(" ", plain(text)))


def words_of(line: str) -> list[str]:
    """Return the folded words of a line without accents, repetitions kept."""
    return [stem(word) for word in _WORD.findall(line) if word not in STOP]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return a folded word (lower case, no accents) without gender and number.

    >>> [stem(w) for w in ("directrice", "directeurs", "director", "commerciaux", "commerciale", "gas", "c#")]
    ['director', 'director', 'director', 'commercial', 'commercial', 'gas', 'c#']
    """
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith("aux") and len(word) > 5:
        return word[:-3] + "al"
    if word[-1] in "sx" and word[-2:] not in ("ss", "us", "is"):
        word = word[:-1]
    for pattern, ending in _RULES:
        shorter, changed = pattern.subn(ending, word)
        if changed:
            return shorter
    return word
