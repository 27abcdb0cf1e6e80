"""A mention as the words it is compared by, and its readings.

Words are folded: no accents, gender, number or filler words. A mention is read as it stands, without what an
advertisement adds, and with its short forms spelt out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import permutations
from typing import Any

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
_RULES = tuple(
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
    plain_lines = tidy("\n".join(lines)).split("\n")
    return [tuple(dict.fromkeys(stem(w) for w in _WORD.findall(line) if w not in STOP)) for line in plain_lines]


def tidy(text: str) -> str:
    """Return ``text`` plain, without inclusive endings and without marks such as "(H/F)"."""
    return _INCLUSIVE.sub("", _MARK.sub(" ", plain(text)))


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


Words = tuple[str, ...]
MOST = 6  # readings of one mention
LONGEST = 400  # characters of a mention that are read: a title or a skill, never a page
_CUT = re.compile(r"[,;|()\[\]•]|\s[-–—]|[-–—]\s|\s(?:a|at|in)\s")  # where a place or a company may begin
_SIDES = re.compile(r"\s*/\s*")
_DIGITS = re.compile(r"\b\d+\b")


def forms(mention: str, known: Callable[[str], bool] = lambda word: True) -> tuple[Words, ...]:
    """Return the distinct readings of ``mention``, each as folded words; none where no word is left.

    mention: a title or a skill; what stands beyond 400 characters is not read.
    known:   whether a folded word occurs in the taxonomy. A part of a title that has no known word (a town, a company)
             is left out where another part has some.

    The first reading is the mention as it stands. A slash whose sides are two genders folds to one reading; other sides
    are read together and apart.

    >>> forms("Vendeur / Vendeuse (H/F) - CDI")
    (('vendor', 'cdi'), ('vendor',))
    >>> forms("Assistante RH")[-1]
    ('assistant', 'ressourc', 'humain')
    """
    text = tidy(mention[:LONGEST])
    kept = _without_strangers(text, known)
    readings = [fold(text), _without_noise(fold(_DIGITS.sub(" ", kept)))]
    readings.append(_spelt_out(readings[-1]))
    sides = [_without_noise(fold(side)) for side in _SIDES.split(kept)]
    if 1 < len(sides) <= 3 and not any(set(a) <= set(b) for a, b in permutations(sides, 2)):
        readings += sides
    return tuple(dict.fromkeys(reading for reading in readings if reading))[:MOST]


def _without_strangers(text: str, known: Callable[[str], bool]) -> str:
    """Return ``text`` without the parts that no word of the taxonomy occurs in, if another part has one."""
    parts = [part for part in _CUT.split(text) if part.strip()]
    familiar = [part for part in parts if any(known(word) for word in _without_noise(fold(part)))]
    return " ".join(familiar) if familiar else text


def _without_noise(words: Sequence[str]) -> Words:
    return tuple(word for word in words if word not in _noise()) or tuple(words)


def _spelt_out(words: Iterable[str]) -> Words:
    return tuple(dict.fromkeys(full for word in words for full in _short().get(word, (word,))))


@cache
def _noise() -> frozenset[str]:
    return frozenset(stem(plain(part)) for word in _tables()["noise"] for part in word.replace("-", " ").split())


@cache
def _short() -> dict[str, Words]:
    return {stem(short): fold(full) for short, full in _tables()["short"].items()}


def _tables() -> dict[str, Any]:
    return tomllib.loads(files("jobfit.taxonomy.linking").joinpath("data", "titles.toml").read_text(encoding="utf-8"))
