"""What is compared: short titles, sentences, lists of terms or whole documents.

The fusion weighs its signals by the kind and the language (:mod:`jobfit.retrieval.weights`): words say little about a
title and much about a CV, an encoder of English says little about anything else, and two lists of a taxonomy's labels
share whole terms where two sentences seldom share a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from statistics import median

from jobfit.retrieval.lexical import terms

TITLE_TERMS, SENTENCE_TERMS = 8, 35  # at most; terms are words without function words
LIST_PHRASES, LIST_WORDS = 4, 6  # at least so many phrases, of so many words at most on average
_BETWEEN = re.compile(r"[,;|•\n]+")  # what parts the phrases of a list
_TOKEN = re.compile(r"[^\W_]+")


class TextKind(StrEnum):
    """The kind of a text, by its length; of a comparison, that of its longer side, or of two lists of terms."""

    TITLE = "title"
    SENTENCE = "sentence"
    LIST = "list"
    DOCUMENT = "document"


_ORDER = (TextKind.TITLE, TextKind.SENTENCE, TextKind.DOCUMENT)  # the lengths


def kind_of(terms: int) -> TextKind:
    """Return the kind of a text of so many terms (:func:`jobfit.retrieval.lexical.terms`)."""
    if terms <= TITLE_TERMS:
        return TextKind.TITLE
    return TextKind.SENTENCE if terms <= SENTENCE_TERMS else TextKind.DOCUMENT


def kind_of_corpus(documents: Sequence[Sequence[str]]) -> TextKind:
    """Return the kind of a corpus: that of its median length. An empty corpus counts as titles."""
    return kind_of(int(median(map(len, documents)))) if documents else TextKind.TITLE


def is_list(text: str) -> bool:
    """Tell whether a text lists terms: four phrases or more, six words or fewer in each on average.

    Three terms are not yet a list: they leave to chance whether another list of the same work has one of them.
    """
    counts = [count for part in _BETWEEN.split(text) if (count := len(_TOKEN.findall(part)))]
    return len(counts) >= LIST_PHRASES and sum(counts) <= LIST_WORDS * len(counts)


def kind_of_comparison(query: str, corpus: TextKind) -> TextKind:
    """Return the kind of a comparison of a text with a corpus: that of its longer side.

    A list of terms compared with texts as long as sentences is a comparison of lists; a longer list is a document
    (docs/decisions/0010-fusion-weights.md).
    """
    kind = max(kind_of(len(terms(query))), corpus, key=_ORDER.index)
    return TextKind.LIST if kind is corpus is TextKind.SENTENCE and is_list(query) else kind
