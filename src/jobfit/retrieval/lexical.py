"""BM25 over masked texts: the terms of a text, and an index of them.

The terms are what the store keeps as the full text of a document. Scoring is bm25s' "lucene" variant (Robertson &
Zaragoza 2009, k1 = 1.5, b = 0.75, idf = ln(1 + (N - df + 0.5) / (df + 0.5)), never negative).
"""

from __future__ import annotations

import importlib
import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.runs import Ranking

_K1, _B = 1.5, 0.75

# A term keeps the signs that tell C, C++, C# and .NET apart.
_TERM = re.compile(r"\.net\b|[^\W_]+(?:\+\+|#)?")

# Function words of English and French; they carry no information about work and would only lengthen the index.
_FUNCTION_WORDS = """
a an and are as at be been by can do for from had has have he her his i if in into is it its may more not of on or our
she so such than that the their them then there these they this those to up us was we were what when which who will
with would you your
au aux avec ce ces cette dans de des du elle en est et eux il ils je la le les leur leurs lui ma mais me mes moi mon ne
nos notre nous ou par pas pour qu que qui sa se ses son sont sur ta te tes toi ton tu un une vos votre vous y
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())


def terms(text: str) -> list[str]:
    """Return the terms of a text in order: lower case, accents folded, without stop words.

    Single letters are dropped too, except c and r, which name programming languages.

    >>> terms("Développeur C++ and the .NET platform")
    ['developpeur', 'c++', '.net', 'platform']
    """
    folded = unicodedata.normalize("NFKD", text.lower())
    folded = "".join(ch for ch in folded if not unicodedata.combining(ch))
    return [term for term in _TERM.findall(folded) if term not in STOP_WORDS and (len(term) > 1 or term in "cr")]


class Bm25Index:
    """BM25 scores of n documents, given once as lists of terms."""

    def __init__(
        self, ids: Sequence[str], documents: Sequence[Sequence[str]], method: Literal["lucene", "bm25l"] = "lucene"
    ) -> None:
        """Index ``documents`` (n lists of terms); document i is ``ids[i]``.

        ``bm25l`` (Lv & Zhai 2011, δ = 0.5) lifts long documents: idf = ln((N + 1) / (df + 0.5)), and with
        c = tf / (1 - b + b·length/mean) the rest is (k1 + 1)(c + δ) / (k1 + c + δ), above 0 for tf = 0 too. It is a
        baseline for :meth:`scores`; :meth:`scaled` and :meth:`rank` are of the first.
        """
        if len(ids) != len(documents):
            raise InputError(f"{len(ids)} ids for {len(documents)} documents")
        self.ids = tuple(ids)
        self.rows = {document_id: row for row, document_id in enumerate(self.ids)}
        self._holding = Counter(term for document in documents for term in set(document))
        self._mean_length = sum(map(len, documents)) / max(1, len(documents))
        self._index = _build(documents, method)

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """Return the BM25 score of every document, shape (n,); 0 where no term is shared.

        A term that the query repeats counts once: repeating a word must not pay.
        """
        known = sorted({term for term in query if self._holding[term]})
        if not known:
            return np.zeros(len(self.ids), dtype=np.float32)
        scores: NDArray[np.float32] = self._index.get_scores(known)
        return scores

    def scaled(self, query: Sequence[str]) -> NDArray[np.float64]:
        """Return the scores divided by the most that the query could score, shape (n,), from 0 to below 1.

        The most is the sum of the idf of the query's terms that some document has: the limit of BM25 for a document
        that says them again and again. It depends on the query and the corpus, not on which documents were returned.
        """
        return self.scores(query).astype(np.float64) / self._most(query)

    def scaled_of(self, query: Sequence[str], document: Sequence[str]) -> float:
        """Return :meth:`scaled` of a document that is not in the index, by what is: df, N and the mean length.

        Of one that is, it gives the same number to the precision of float32.
        """
        counts = Counter(document)
        norm = _K1 * (1 - _B + _B * len(document) / (self._mean_length or 1.0))
        found = sorted(term for term in set(query) & counts.keys() if self._holding[term])
        score = sum(self._idf(term) * counts[term] / (counts[term] + norm) for term in found)
        return score / self._most(query)

    def _most(self, query: Iterable[str]) -> float:
        return sum(self._idf(term) for term in sorted(set(query)) if self._holding[term]) or 1.0

    def _idf(self, term: str) -> float:
        df = self._holding[term]
        return math.log(1 + (len(self.ids) - df + 0.5) / (df + 0.5))

    def rank(self, query_id: str, query: Sequence[str], eligible: Sequence[str], k: int) -> Ranking:
        """Rank those of the ``eligible`` ids that share a term with the query by :meth:`scaled`, the k best."""
        scores = self.scaled(query)
        shared = [i for i in eligible if scores[self.rows[i]] > 0]
        return Ranking.from_scores(query_id, shared, [scores[self.rows[i]] for i in shared], k)


def _build(documents: Sequence[Sequence[str]], method: str):  # type: ignore[no-untyped-def]  # bm25s is imported only when it is used
    """Return a bm25s index, or ``None`` when no document has a term (bm25s cannot index nothing)."""
    if not any(documents):
        return None
    bm25s = _bm25s()
    index = bm25s.BM25(method=method, k1=_K1, b=_B, delta=0.5)
    index.index([list(document) for document in documents], show_progress=False)
    return index


def _bm25s() -> ModuleType:
    """Return bm25s without JAX, which it would start wherever that is installed, to select the best: not asked here."""
    missing = sys.modules.setdefault("jax", None)  # type: ignore[arg-type]  # None: an import of it fails
    try:
        return importlib.import_module("bm25s")
    finally:
        if missing is None:
            del sys.modules["jax"]
