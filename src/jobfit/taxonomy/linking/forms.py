"""The readings of a mention: as it stands, without what an advertisement adds, with its short forms spelt out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import permutations

from jobfit.folding import plain
from jobfit.taxonomy.linking.fold import fold, stem, tidy

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
    short = _short()
    return tuple(dict.fromkeys(full for word in words for full in short.get(word, (word,))))


@cache
def _tables() -> dict[str, object]:
    return tomllib.loads(files("jobfit.taxonomy.linking").joinpath("data", "titles.toml").read_text(encoding="utf-8"))


@cache
def _noise() -> frozenset[str]:
    words = _tables()["noise"]
    assert isinstance(words, list)
    return frozenset(stem(plain(part)) for word in words for part in word.replace("-", " ").split())


@cache
def _short() -> dict[str, Words]:
    table = _tables()["short"]
    assert isinstance(table, dict)
    return {stem(short): fold(full) for short, full in table.items()}
