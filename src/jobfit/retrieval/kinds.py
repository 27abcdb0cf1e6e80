"""What is compared: short titles, sentences, lists of terms or whole documents.

The fusion weighs its signals by what asks and what is searched (:mod:`jobfit.retrieval.weights`): words say little
about a title and much about a CV, and a sentence that asks for a label shares less with it than a title with a title.
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
    """The kind of a text, by its length."""

    TITLE = "title"
    SENTENCE = "sentence"
    DOCUMENT = "document"


class Comparison(StrEnum):
    """What asks for what. Sentences stand for lists of terms too, where both sides are such lists: ``LISTS``."""

    TITLES = "titles"  # a title asks for titles
    SENTENCE_TITLES = "sentence-titles"  # a sentence asks for titles, as of skills
    DOCUMENT_TITLES = "document-titles"  # an advert or a CV asks for titles
    SENTENCES = "sentences"  # a title or a sentence asks for sentences
    LISTS = "lists"
    DOCUMENTS = "documents"  # anything asks for documents, or a document for sentences


_OF_TITLES = {
    TextKind.TITLE: Comparison.TITLES,
    TextKind.SENTENCE: Comparison.SENTENCE_TITLES,
    TextKind.DOCUMENT: Comparison.DOCUMENT_TITLES,
}


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


def comparison(query: str, corpus: TextKind, rendered: bool = False) -> Comparison:
    """Return what a query asks of a corpus; ``rendered``: both are lists of a taxonomy's labels in one language."""
    asking = kind_of(len(terms(query)))
    if rendered or (asking is not TextKind.DOCUMENT and corpus is TextKind.SENTENCE and is_list(query)):
        return Comparison.LISTS
    if corpus is TextKind.TITLE:
        return _OF_TITLES[asking]
    long = TextKind.DOCUMENT in (asking, corpus)
    return Comparison.DOCUMENTS if long else Comparison.SENTENCES
