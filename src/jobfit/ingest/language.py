"""The language of a text: a vote of its most frequent words, and for a title, which has none of them, its n-grams.

Both are deterministic. The words are those of the lexicon; the n-grams are counted in the labels of the compact
taxonomy when a title is first asked about (0.05 s). docs/decisions/0015-language-detection.md says why no library.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built, current
from jobfit.taxonomy.compact import LANGUAGES, load_compact, load_core_skills

_WORD = re.compile(r"[^\W\d_]{2,20}")  # a single letter may be a bullet
_READ = 20_000  # characters: a longer text is not in another language after that
_LEAST_VOTES = 5
_LEAST_SHARE = 0.04  # of all words; English and French prose has 0.3, a list of skills next to nothing
_MARGIN = 1.5

_LETTERS = re.compile(r"[^\W\d_]+")
_READ_GRAMS = 2000  # characters: enough to tell the language of any text
_SIZES = (1, 2, 3, 4, 5)
_SMOOTHING = 0.5
_SURE = 0.1  # the share of unknown n-grams that a long text of a known language may have ...
_DOUBT = 0.8  # ... and what is allowed beyond it, divided by the root of the number of n-grams
_PRIOR = math.log(20)
_SAMPLE = 50  # documents of a corpus, and terms of each, that tell its language
_STRANGE = 0.25  # with more unknown n-grams than this and _DOUBT, no vote of function words is believed


@built
def _voters(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Return each frequent word with the languages that have it.

    The prose of a rival, of which the lexicon knows no other words, would otherwise be taken for French or English.
    """
    stop_words = {code: lexicon.of(code, "detection").get("stop_words", "") for code in lexicon.languages}
    voters: dict[str, tuple[str, ...]] = {}
    for code, words in (*stop_words.items(), *lexicon.groups("detection", "rivals").items()):
        if code in stop_words and words is not stop_words[code]:
            continue  # a rival that has a file of its own
        for word in dict.fromkeys(words.split() if isinstance(words, str) else words):
            voters[str(word)] = (*voters.get(str(word), ()), code)
    return voters


def frequent_words() -> Collection[str]:
    """Return the words of which no prose of a known language is without: of the lexicon's languages and their rivals.

    >>> "and" in frequent_words(), "python" in frequent_words()
    (True, False)
    """
    return _voters()


def detect_language(text: str) -> str | None:
    """The code of a language of the lexicon; ``None`` for a short text, for another language, or an even mixture.

    Each stop word votes for the languages that have it. The winner needs 5 votes, 4 % of all words, and 1.5 times the
    votes of the second. The first 20,000 characters are read.
    """
    votes, words = _votes(text)
    ranked = [*votes.most_common(2), ("", 0), ("", 0)]
    (winner, most), (_, second) = ranked[:2]
    if most < max(_LEAST_VOTES, _LEAST_SHARE * words) or most < _MARGIN * second:
        return None
    return winner if winner in current().languages else None


def _votes(text: str) -> tuple[Counter[str], int]:
    """Return the votes of the function words for each language, and how many words were asked."""
    words = _WORD.findall(text[:_READ].casefold())
    voters, votes = _voters(), Counter[str]()
    for word, count in Counter(words).items():
        for language in voters.get(word, ()):
            votes[language] += count
    return votes, len(words)


def language_of_notes(text: str) -> str | None:
    """Return the language of a text in notes, as CVs are: a short one has too few function words for a vote.

    Its n-grams tell it then, but only where the function words that it has speak for that language too: a Spanish list
    of products has English names and no English word.
    """
    if (voted := detect_language(text)) is not None:
        return voted
    told, votes = language_of(text), _votes(text)[0]
    return told if told and 2 * votes[told] >= max(votes.values(), default=1) else None


def language_of(text: str, among: str | None = None) -> str | None:
    """Return ``"en"``, ``"fr"``, or ``None`` for another language, also for a text of two words ("Night nurse").

    ``among`` is the language of the texts that it is compared with: where a text can be taken for two languages, it is
    rather in that one (20 to 1), and fewer of its n-grams need to be known.

    What :func:`detect_language` cannot tell (a title has no function words) is told by character n-grams: naive Bayes
    (multinomial, add 0.5) between the English and the French labels of the compact taxonomy. A text of whose n-grams
    too many stand in neither is in another language.
    """
    words = [_spelled(word) for word in _LETTERS.findall(fold(text[:_READ_GRAMS]))]
    grams = sum(word.grams for word in words)
    unknown = sum(word.unknown for word in words) / max(1, grams)
    doubt = _DOUBT / math.sqrt(max(1, grams))
    if not grams or unknown > _STRANGE + doubt:
        return None
    if (voted := detect_language(text)) is not None or (unknown > _SURE + doubt and among is None):
        return voted
    sums = {
        # Every character stands in n-grams of each size: without the division it would be counted as often.
        code: (_PRIOR if code == among else 0.0) + sum(word.log_probability[code] for word in words) / len(_SIZES)
        for code in _model()
    }
    return max(sums, key=lambda code: sums[code])


def language_of_corpus(ids: Sequence[str], documents: Sequence[Sequence[str]]) -> str | None:
    """Return the language of a corpus, told by the terms of its first 50 documents by id; ``None`` as for a text."""
    first = sorted(range(len(ids)), key=ids.__getitem__)[:_SAMPLE]
    return language_of(" ".join(term for place in first for term in documents[place][:_SAMPLE]))


class _Spelled(NamedTuple):
    """How many n-grams a word has, how many of them stand in no label, and their log P by language."""

    grams: int
    unknown: int
    log_probability: Mapping[str, float]


@lru_cache(maxsize=50_000)
def _spelled(word: str) -> _Spelled:
    grams, languages = _ngrams(word), _model()
    unknown = sum(all(gram not in known.counts for known in languages.values()) for gram in grams)
    sums = {code: sum(map(known.log_probability, grams)) for code, known in languages.items()}
    return _Spelled(len(grams), unknown, sums)


def _ngrams(letters: str) -> list[str]:
    word = f" {letters} "
    return [word[start : start + size] for size in _SIZES for start in range(len(word) - size + 1)]


@dataclass(slots=True)
class _Grams:
    """In how many labels of one language each n-gram stands, and P(n-gram), smoothed over the whole vocabulary."""

    counts: Counter[str] = field(default_factory=Counter)
    total: float = 0.0

    def log_probability(self, gram: str) -> float:
        return math.log((self.counts[gram] + _SMOOTHING) / self.total)


@cache
def _model() -> dict[str, _Grams]:
    taxonomy = load_compact()
    terms = [*load_core_skills().values(), *taxonomy.occupations.values()]
    of_word = cache(lambda word: frozenset(_ngrams(word)))
    model = {language: _Grams() for language in LANGUAGES}
    for language, grams in model.items():
        for term in terms:
            for label in term.labels.get(language, ()):
                grams.counts.update(frozenset().union(*map(of_word, _LETTERS.findall(fold(label)))))
    vocabulary = len(set().union(*(grams.counts for grams in model.values())))
    for grams in model.values():
        grams.total = sum(grams.counts.values()) + _SMOOTHING * vocabulary
    return model
