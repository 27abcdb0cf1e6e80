"""Words of a text and their folded form; which words are ordinary words rather than names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import accumulate

from jobfit.folding import plain
from jobfit.lexicon import Lexicon, built
from jobfit.taxonomy.compact import load_compact, load_core_skills

# Combining marks are not letters for ``\w``, but a name in Devanagari, Thai, Hebrew or decomposed Latin holds them.
MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0903\u093a-\u094f"
    "\u0951-\u0957\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0a81-\u0acd\u0b01-\u0b57\u0b82-\u0bcd\u0c00-\u0c56"
    "\u0c81-\u0cd6\u0d00-\u0d4d\u0d81-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u102b-\u103e\u200c\u200d"
)
_MARK = re.compile(f"[{MARKS}]")
_WORD = re.compile(rf"(?:[^\W\d_][{MARKS}]{{0,8}})+")
COLON = re.compile("[:：]")
_LABEL_MAX = 60
WORD_WITHOUT_MARKS = re.compile(r"[^\W\d_]+")


def word_pattern(text: str) -> re.Pattern[str]:
    """Return the pattern of one word of ``text``; the quick one where no letter of it carries a combining mark."""
    return WORD_WITHOUT_MARKS if text.isascii() or not _MARK.search(text) else _WORD


# Cyrillic and Greek letters that look like Latin ones; one inside a Latin word is a disguise or a slip of the keyboard.
_LOOKALIKES = str.maketrans("аеорсухіѕјАВЕКМНОРСТХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "aeopcyxisjABEKMHOPCTXISJABEZHIKMNOPTYXo")


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Return ``word`` in lower case without accents, marks or joiners: equal for every way to write one name."""
    if not word.isascii() and any(c.isascii() for c in word):
        word = word.translate(_LOOKALIKES)
    return plain(word)


class Lists:
    """Folded words that tell a person's name from other capitalised words."""

    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.words, "masking")
        self.side_headings = of("side_headings") | of("heading_links")
        self.headings, self.heading_links = of("heading_words"), of("heading_links")
        self.job_heads = lexicon.words("roles", "words", "only_masking")  # they end or begin the title of a position
        self.job_words, self.organisations = of("job_words"), of("organisations")
        self.countries, self.places = of("countries"), of("places")
        self.place_parts = of("place_parts") | self.countries  # no name is made of these and of other places
        self.degrees, self.stop_words = of("degrees"), of("stop_words")
        self.name_words = of("name_words")  # months and tools that are names of persons too: alone they prove nothing
        self.particles, self.surname_trades = of("particles"), of("surname_trades")
        labels = (names for skill in load_core_skills().values() for names in skill.labels.values())
        self.skills = frozenset(word for names in labels for label in names for word in tokens(label))
        occupations = [o.labels for o in load_compact().occupations.values()]
        labels_of = [tokens(label) for by_code in occupations for names in by_code.values() for label in names]
        self.occupations = frozenset(word for label in labels_of for word in label) - self.particles
        ends = {word for by_code in occupations for label in by_code.get("en", ()) for word in tokens(label)[-1:]}
        begins = {word for by_code in occupations for label in by_code.get("fr", ()) for word in tokens(label)[:1]}
        self.titles = (ends | begins | self.job_heads) - self.surname_trades
        self.work = self.job_words | self.job_heads | self.skills
        self.never = self.job_heads | self.organisations | self.headings  # in no name
        self.ordinary = self.name_words | self.job_words | self.places | self.never | self.skills


lists = built(Lists)


@lru_cache(maxsize=8)
def lowered(text: str) -> str:
    """Return ``text`` in lower case and of the same length: only the dotted capital I would become two characters."""
    return text.replace("İ", "i").lower()


def near(pattern: re.Pattern[str], hint: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a dear ``pattern`` in the lines that hold the cheap ``hint``; none may cross a line."""
    return near_lines(pattern, lines_with(hint, text), text)


def lines_with(hint: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the lines that hold ``hint``."""
    hit = hint.search(text)
    while hit:
        start, end = text.rfind("\n", 0, hit.start()) + 1, text.find("\n", hit.end())
        end = len(text) if end < 0 else end
        yield start, end
        hit = hint.search(text, end)


def near_words(
    pattern: re.Pattern[str], hints: Sequence[str], text: str, low: str, second: re.Pattern[str] | None = None
) -> Iterator[re.Match[str]]:
    """As :func:`near`, for ``hints`` that are plain words; ``low`` is :func:`lowered` ``text``.

    second: what such a line has to hold too.
    """
    if second is not None:
        lines = [(a, b) for a, b in lines_with(second, text) if any(low.find(hint, a, b) >= 0 for hint in hints)]
        return near_lines(pattern, lines, text)
    found: set[tuple[int, int]] = set()
    for hint in hints:
        place = low.find(hint)
        while place >= 0:
            start, end = low.rfind("\n", 0, place) + 1, low.find("\n", place)
            end = len(low) if end < 0 else end
            found.add((start, end))
            place = low.find(hint, end)
    return near_lines(pattern, sorted(found), text)


@lru_cache(maxsize=4)
def lines_of(text: str) -> tuple[tuple[str, int, int], ...]:
    """Return each line with its start and its end; several rules ask it of one text."""
    lines = text.split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    return tuple((line, start, start + len(line)) for line, start in zip(lines, starts))


def near_lines(pattern: re.Pattern[str], lines: Iterable[Sequence[int]], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of ``pattern`` in ``lines``, which are (start, end)."""
    for start, end in lines:
        yield from pattern.finditer(text, start, end)


def label_lines(text: str, label: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the lines in which ``label``, a pattern that ends with a colon, stands before a colon."""
    done = 0
    for colon in COLON.finditer(text):
        if colon.start() >= done:
            start = text.rfind("\n", 0, colon.start()) + 1
            if label.search(text, max(start, colon.start() - _LABEL_MAX), colon.end()):
                end = text.find("\n", colon.end())
                done = len(text) if end < 0 else end
                yield start, done


def tokens(text: str) -> tuple[str, ...]:
    return tuple(map(fold, word_pattern(text).findall(text)))


def is_capitalised(word: str) -> bool:
    """Whether ``word`` starts as a name does: with a capital, or in a script that has none."""
    return not word[0].islower()


def is_ordinary(token: str) -> bool:
    """Whether a folded token is also a word, a place or a tool, so that alone it does not show a name."""
    return (len(token) < 3 and token.isascii()) or token in lists().ordinary
