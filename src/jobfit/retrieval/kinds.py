"""What is compared: short titles, sentences, lists of terms or whole documents, and in which language.

The fusion weighs its signals by both (:mod:`jobfit.retrieval.weights`): words say little about a title and much about a
CV, an encoder of English says little about anything else, and two lists of a taxonomy's labels share whole terms where
two sentences seldom share a word.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from statistics import median

from jobfit.folding import fold
from jobfit.ingest.language import detect_language
from jobfit.retrieval.lexical import terms
from jobfit.taxonomy.compact import LANGUAGES, load_compact

TITLE_TERMS, SENTENCE_TERMS = 8, 35  # at most; terms are words without function words
LIST_PHRASES, LIST_WORDS = 4, 6  # at least so many phrases, of so many words at most on average
_BETWEEN = re.compile(r"[,;|•\n]+")  # what parts the phrases of a list
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W_]+")
_READ = 2000  # characters: enough to tell the language of any text
_SIZES = (1, 2, 3, 4, 5)
_SMOOTHING = 0.5
_SURE = 0.1  # the share of unknown n-grams that a long text of a known language may have ...
_DOUBT = 0.8  # ... and what is allowed beyond it, divided by the root of the number of n-grams
_PRIOR = math.log(20)
_SAMPLE = 50  # documents of a corpus, and terms of each, that tell its language
_STRANGE = 0.25  # with more unknown n-grams than this and _DOUBT, no vote of function words is believed


class TextKind(StrEnum):
    """The kind of a text, by its length; of a comparison, that of its longer side, or of two lists of terms."""

    TITLE = "title"
    SENTENCE = "sentence"
    LIST = "list"
    DOCUMENT = "document"


ORDER = (TextKind.TITLE, TextKind.SENTENCE, TextKind.DOCUMENT)  # the lengths


def kind_of(terms: int) -> TextKind:
    """Return the kind of a text of so many terms (:func:`jobfit.retrieval.lexical.terms`).

    >>> kind_of(3).value, kind_of(20).value, kind_of(300).value
    ('title', 'sentence', 'document')
    """
    if terms <= TITLE_TERMS:
        return TextKind.TITLE
    return TextKind.SENTENCE if terms <= SENTENCE_TERMS else TextKind.DOCUMENT


def kind_of_corpus(documents: Sequence[Sequence[str]]) -> TextKind:
    """Return the kind of a corpus: that of its median length. An empty corpus counts as titles."""
    return kind_of(int(median(map(len, documents)))) if documents else TextKind.TITLE


def longer(one: TextKind, other: TextKind) -> TextKind:
    """Return the kind of a comparison: that of its longer side.

    >>> longer(TextKind.TITLE, TextKind.DOCUMENT).value
    'document'
    """
    return max(one, other, key=ORDER.index)


def is_list(text: str) -> bool:
    """Tell whether a text lists terms: four phrases or more, six words or fewer in each on average.

    Phrases are what stands between commas, semicolons, bars, bullets and line ends. Three terms are not yet a list:
    they leave to chance whether another list of the same work has one of them, and meaning decides.

    >>> is_list("The required skills are: teamwork, welding, MIG welding, quality control.")
    True
    >>> is_list("Teamwork, welding, MIG welding"), is_list("You weld, in a team of five, whatever the weather may be")
    (False, False)
    """
    counts = [count for part in _BETWEEN.split(text) if (count := len(_TOKEN.findall(part)))]
    return len(counts) >= LIST_PHRASES and sum(counts) <= LIST_WORDS * len(counts)


def kind_of_comparison(query: str, corpus: TextKind) -> TextKind:
    """Return the kind of a comparison of a text with a corpus: that of its longer side.

    A list of terms asked of texts of the length of sentences is a comparison of lists. A longer list is a document:
    with those among them, no one mixture served all learning sets (docs/decisions/0010-fusion-weights.md).

    >>> kind_of_comparison("Pastry, bread, sugar work, food hygiene", TextKind.SENTENCE).value
    'list'
    >>> kind_of_comparison("Pastry, bread, sugar work, food hygiene", TextKind.TITLE).value
    'title'
    """
    kind = longer(kind_of(len(terms(query))), corpus)
    return TextKind.LIST if kind is corpus is TextKind.SENTENCE and is_list(query) else kind


def language_of(text: str, among: str | None = None) -> str | None:
    """Return ``"en"``, ``"fr"``, or ``None`` for another language, also for a text of two words.

    ``among`` is the language of the texts that it is compared with: where a text can be taken for two languages, it is
    rather in that one (20 to 1), and fewer of its n-grams need to be known.

    What :func:`jobfit.ingest.language.detect_language` cannot tell (a title has no function words) is told by character
    n-grams: naive Bayes (multinomial, add 0.5) between the English and the French labels of the compact taxonomy. A
    text of whose n-grams too many stand in neither is in another language.

    >>> language_of("Night shift nurse"), language_of("Infirmière de nuit"), language_of("Krankenschwester")
    ('en', 'fr', None)
    """
    grams = list(_ngrams(text[:_READ]))
    logs, default = _model()
    unknown = sum(all(gram not in log for log in logs.values()) for gram in grams) / max(1, len(grams))
    doubt = _DOUBT / math.sqrt(max(1, len(grams)))
    if not grams or unknown > _STRANGE + doubt:
        return None
    if (voted := detect_language(text)) is not None or (unknown > _SURE + doubt and among is None):
        return voted
    prior = {language: _PRIOR if language == among else 0.0 for language in logs}
    sums = {
        # Every character stands in n-grams of each size: without the division it would be counted as often.
        language: prior[language] + sum(log.get(gram, default[language]) for gram in grams) / len(_SIZES)
        for language, log in logs.items()
    }
    return max(sums, key=lambda language: sums[language])


def language_of_corpus(ids: Sequence[str], documents: Sequence[Sequence[str]]) -> str | None:
    """Return the language of a corpus, told by the terms of its first 50 documents by id; ``None`` as for a text."""
    first = sorted(range(len(ids)), key=ids.__getitem__)[:_SAMPLE]
    return language_of(" ".join(term for place in first for term in documents[place][:_SAMPLE]))


def _ngrams(text: str) -> Iterator[str]:
    for word in _WORD.findall(fold(text)):
        yield from _ngrams_of(word)


def _ngrams_of(word: str) -> list[str]:
    marked = f" {word} "
    return [marked[start : start + size] for size in _SIZES for start in range(len(marked) - size + 1)]


@cache
def _model() -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Return ln P(n-gram) by language for those seen in a label, and for one that was not."""
    taxonomy = load_compact()
    labelled = [skill.labels for skill in taxonomy.skills.values()]
    labelled += [occupation.labels for occupation in taxonomy.occupations.values()]
    known: dict[str, frozenset[str]] = {}  # most words stand in several labels
    counts: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
    for labels in labelled:
        for language in LANGUAGES:
            for label in labels.get(language, ()):
                words = _WORD.findall(fold(label))
                known.update((word, frozenset(_ngrams_of(word))) for word in words if word not in known)
                counts[language].update(frozenset().union(*(known[word] for word in words)))
    vocabulary = len(set().union(*counts.values()))
    total = {language: sum(count.values()) + _SMOOTHING * vocabulary for language, count in counts.items()}
    logs = {
        language: {gram: math.log((n + _SMOOTHING) / total[language]) for gram, n in count.items()}
        for language, count in counts.items()
    }
    return logs, {language: math.log(_SMOOTHING / total[language]) for language in LANGUAGES}
