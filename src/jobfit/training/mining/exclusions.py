"""What is never a negative: known positives, near-duplicates of them or of the anchor, pairs that are not eligible."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, UnknownIdError, named
from jobfit.folding import folded
from jobfit.judged import Texts
from jobfit.training.mining.ranks import cosines, error_bound

Positives = Mapping[str, Set[str]]
NEAR_DUPLICATES = 0.95
_FEW = 16  # so many values are compared one by one; more are looked up
_HEAD = 4  # the first 1/4 of the components is compared first


@dataclass(frozen=True, slots=True, eq=False)
class Eligible:
    """Which pairs may be negatives: ``rows(start, stop)`` gives booleans (stop - start, documents) of those queries.

    ``name`` stands for the rule in the manifest: another rule needs another name.

    >>> Eligible.of(np.ones((2, 3), dtype=bool)).rows(0, 1).tolist()
    [[True, True, True]]
    """

    name: str
    rows: Callable[[int, int], NDArray[np.bool_]]

    @classmethod
    def of(cls, mask: NDArray[np.bool_]) -> Eligible:
        """The rule of a whole mask (queries, documents), named by its digest."""
        digest = sha256(np.packbits(mask).tobytes() + repr(mask.shape).encode()).hexdigest()
        return cls(f"mask {digest[:16]}", lambda start, stop: mask[start:stop])

    @classmethod
    def but(cls, refused: Positives, query_ids: tuple[str, ...], document_ids: tuple[str, ...]) -> Eligible:
        """The rule that refuses the listed pairs, {query id: document ids}, and no others; named by their digest.

        >>> Eligible.but({"v": {"b"}}, ("v",), ("a", "b")).rows(0, 1).tolist()
        [[True, False]]
        """
        listed = _positive_rows(query_ids, document_ids, refused, "refused")
        digest = sha256(repr(sorted((q, *sorted(found)) for q, found in refused.items())).encode()).hexdigest()

        def rows(start: int, stop: int) -> NDArray[np.bool_]:
            open_to = np.ones((stop - start, len(document_ids)), dtype=bool)
            for row in range(start, stop):
                if row in listed:
                    open_to[row - start, listed[row]] = False
            return open_to

        return cls(f"pairs refused {digest[:16]}", rows)


class Exclusions:
    def __init__(
        self, queries: Embeddings, documents: Embeddings, positives: Positives, near: float | None, texts: Texts | None
    ) -> None:
        """A document is a duplicate of the anchor, or of one of its positives, where their cosine reaches ``near``
        (``None``: vectors are not compared) or their ``texts`` are equal but for case, accents and spacing.

        Raises:
            UnknownIdError: a positive names an id without a vector, or a text is missing.
            InputError: ``near`` is not above 0 and at most 1.
        """
        if near is not None and not 0 < near <= 1:
            raise InputError(f"the cosine of near-duplicates is above 0 and at most 1, not {near}")
        self._queries, self._documents, self._near = queries, documents, near
        # The bound for either product; the millionth covers the few other float32 operations around it.
        self._error = 1e-6 + max(error_bound(side.vectors, documents.vectors) for side in (queries, documents))
        head = max(1, documents.vectors.shape[1] // _HEAD)
        self._heads = [np.ascontiguousarray(side.vectors[:, :head]) for side in (queries, documents)]
        self._tails = [np.linalg.norm(side.vectors[:, head:], axis=1) for side in (queries, documents)]
        self._positives = _positive_rows(queries.ids, documents.ids, positives)
        self._query_keys, self._document_keys = _text_keys(queries.ids, documents.ids, texts)

    def allowed(self, query: int, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        positives = self._positives.get(query, _NONE)
        keep = _none_of(rows, positives)
        if self._document_keys is not None and self._query_keys is not None:
            keys = np.append(self._document_keys[positives], self._query_keys[query])
            keep &= _none_of(self._document_keys[rows], keys)
        if self._near is not None and len(rows):
            keep &= ~self._alike(query, rows, positives)
        return keep

    def _alike(self, query: int, rows: NDArray[np.intp], positives: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each row reaches the cosine with the query or a positive.

        Few can: of vectors (h, t) cut in two, the product is at most h·h' + |t||t'| (Cauchy-Schwarz), which reads a
        quarter of the components. Only what may still reach the threshold is read whole.
        """
        assert self._near is not None
        heads = np.concatenate((self._heads[0][query : query + 1], self._heads[1][positives]))
        tails = np.concatenate((self._tails[0][query : query + 1], self._tails[1][positives]))
        most = self._heads[1][rows] @ heads.T + self._tails[1][rows, None] * tails
        alike: NDArray[np.bool_] = np.zeros(len(rows), dtype=bool)
        if most.max() >= self._near - self._error:
            possible = np.flatnonzero((most >= self._near - self._error).any(axis=1))
            alike[possible] = self._reaches(query, rows[possible], positives)
        return alike

    def _reaches(self, query: int, rows: NDArray[np.intp], positives: NDArray[np.intp]) -> NDArray[np.bool_]:
        """The same from whole vectors; float64 decides where float32 cannot."""
        assert self._near is not None
        references = np.concatenate((self._queries.vectors[query : query + 1], self._documents.vectors[positives]))
        vectors = self._documents.vectors[rows]
        which, reference = np.nonzero(vectors @ references.T >= self._near - self._error)
        reaches: NDArray[np.bool_] = np.zeros(len(rows), dtype=bool)
        # 1 - 1e-7: a vector and its own copy have a float32 length of 1 only to seven digits.
        reaches[which[cosines(vectors[which], references[reference]) >= self._near * (1 - 1e-7)]] = True
        return reaches


_NONE = np.empty(0, dtype=np.intp)


def _none_of(values: NDArray[np.intp], listed: NDArray[np.intp]) -> NDArray[np.bool_]:
    if len(listed) <= _FEW:
        keep = np.ones(len(values), dtype=bool)
        for value in listed:
            keep &= values != value
        return keep
    return ~np.isin(values, listed)


def _positive_rows(
    query_ids: tuple[str, ...], document_ids: tuple[str, ...], positives: Positives, kind: str = "positive"
) -> dict[int, NDArray[np.intp]]:
    query_rows = {query_id: row for row, query_id in enumerate(query_ids)}
    document_rows = {document_id: row for row, document_id in enumerate(document_ids)}
    refuse_unknown(positives, query_rows.keys(), document_rows.keys(), kind=kind)
    return {
        query_rows[query_id]: np.array(sorted(document_rows[i] for i in listed), dtype=np.intp)
        for query_id, listed in positives.items()
    }


def refuse_unknown(
    positives: Positives, queries: Set[str], documents: Set[str], *, where: str = "", kind: str = "positive"
) -> None:
    """Raise :class:`UnknownIdError` where pairs name an id outside ``queries`` or ``documents``."""
    named_ids = set(chain.from_iterable(positives.values()))
    for side, ids, known in (("queries", set(positives), queries), ("documents", named_ids, documents)):
        if unknown := ids - known:
            raise UnknownIdError(
                f"{where}{len(unknown)} of {len(ids)} {side} that the {kind} pairs name are unknown: {named(unknown)}. "
                "Give their texts, or leave the pairs out"
            )


def _text_keys(
    query_ids: tuple[str, ...], document_ids: tuple[str, ...], texts: Texts | None
) -> tuple[NDArray[np.intp] | None, NDArray[np.intp] | None]:
    """A number for each text, the same for texts that are equal when folded."""
    if texts is None:
        return None, None
    numbers: dict[bytes, int] = {}

    def keys(ids: tuple[str, ...], known: Mapping[str, str], side: str) -> NDArray[np.intp]:
        if missing := [i for i in ids if i not in known]:
            raise UnknownIdError(f"{len(missing)} of {len(ids)} {side} have a vector and no text: {missing[0]!r} first")
        digests = (sha256(folded(known[i]).encode()).digest() for i in ids)
        return np.array([numbers.setdefault(digest, len(numbers)) for digest in digests], dtype=np.intp)

    return keys(query_ids, texts.queries, "queries"), keys(document_ids, texts.documents, "documents")
