"""Near-duplicate texts: groups of texts that must stay on one side of a split.

Two texts are near-duplicates when the Jaccard similarity of their sets of 3-word shingles is at least a threshold
(Broder 1997), words being taken without case, accents, punctuation and width; a text shorter than a shingle is
compared as a whole. Han characters count as words, so Chinese needs no word breaker. Groups are the connected
components of that relation: a chain of near-duplicates is one group.

Candidate pairs come from MinHash with banding (96 values; Leskovec, Rajaraman & Ullman 2020, section 3.4) and each is
then checked on the real shingle sets, so a reported pair is always a true one. A true pair of similarity s is missed
with probability at most (1 - s^r)^b: :func:`banding` chooses r and b so that this is below 1e-4 at the threshold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError

if TYPE_CHECKING:
    from scipy.cluster.hierarchy import DisjointSet

THRESHOLD = 0.8
SHINGLE = 3
_VALUES = 96
_MISSED = 1e-4
_SLACK = 0.25  # five standard errors of a similarity estimated from 96 values: pairs further below are not checked
_CHUNK = 1 << 17  # pairs looked at together
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two texts, by id in sorted order, and their exact similarity in [0, 1]."""

    a: str
    b: str
    similarity: float


def words(text: str) -> list[str]:
    """The words of a text without case, accents, punctuation and width; each Han character is a word.

    >>> words("L'Été, 数据 2024")
    ['l', 'ete', '数', '据', '2024']
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    if not text.isascii():
        folded = "".join(ch for ch in folded if not unicodedata.combining(ch))
    return _WORD.findall(folded)


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """The set of 3-word shingles; of a shorter text the one tuple of its words; of a text without words nothing."""
    tokens = words(text)
    if len(tokens) < SHINGLE:
        return frozenset([tuple(tokens)]) if tokens else frozenset()
    return frozenset(zip(tokens, tokens[1:], tokens[2:]))


def jaccard(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> float:
    """Return |a ∩ b| / |a ∪ b|; 0 where both are empty: two texts without words are not evidence of a copy."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def banding(threshold: float) -> tuple[int, int]:
    """Return (rows r, bands b), r · b <= 96: the most rows that miss a pair at ``threshold`` with p < 1e-4.

    >>> banding(0.8)
    (4, 24)
    """
    best = (1, _VALUES)
    for rows in range(1, 17):
        bands = _VALUES // rows
        if (1 - threshold**rows) ** bands < _MISSED:
            best = (rows, bands)
    return best


def groups(texts: Mapping[str, str], threshold: float = THRESHOLD) -> dict[str, str]:
    """Return id -> name of its group, the smallest id in it. A text without words is alone.

    >>> groups({"a": "Nurse, night shift.", "b": "nurse night  shift", "c": "Welder"})
    {'a': 'a', 'b': 'a', 'c': 'c'}
    """
    from scipy.cluster.hierarchy import DisjointSet

    joined = DisjointSet(texts)
    for pair in pairs(texts, threshold, joined):
        joined.merge(pair.a, pair.b)
    names: dict[str, str] = {}
    for i in sorted(texts):
        names.setdefault(joined[i], i)
    return {i: names[joined[i]] for i in texts}


def pairs(
    texts: Mapping[str, str], threshold: float = THRESHOLD, joined: DisjointSet | None = None
) -> Iterator[NearDuplicate]:
    """Yield near-duplicate pairs, enough of them to connect every group.

    Texts of the same words are paired with the first of them only. With ``joined``, to which the caller adds them,
    pairs that it already holds together are passed over.
    """
    if not 0 < threshold <= 1:
        raise InputError(f"the threshold of near-duplicates is above 0 and at most 1, not {threshold}")
    first: dict[bytes, str] = {}
    minima: list[NDArray[np.uint32]] = []
    sign = _Signer()
    for text_id in sorted(texts):
        if tokens := words(texts[text_id]):
            digest = blake2b("\0".join(tokens).encode(), digest_size=16).digest()
            if (earlier := first.setdefault(digest, text_id)) == text_id:
                minima.append(sign(tokens))
            else:
                yield NearDuplicate(earlier, text_id, 1.0)
    if minima:
        yield from _checked(list(first.values()), np.stack(minima), texts, threshold, joined)


def _checked(
    ids: Sequence[str],
    signatures: NDArray[np.uint32],
    texts: Mapping[str, str],
    threshold: float,
    joined: DisjointSet | None,
) -> Iterator[NearDuplicate]:
    @lru_cache(maxsize=4096)
    def shingles_of(row: int) -> frozenset[tuple[str, ...]]:
        return shingles(texts[ids[row]])

    seen: set[tuple[int, int]] = set()

    def together(rows: NDArray[np.intp]) -> bool:
        return joined is not None and len({joined[ids[row]] for row in rows.tolist()}) == 1

    for left, right in _candidates(signatures, threshold, together):
        alike = (signatures[left] == signatures[right]).mean(axis=1) >= threshold - _SLACK
        for a, b in zip(left[alike].tolist(), right[alike].tolist()):
            if (a, b) in seen or (joined is not None and joined.connected(ids[a], ids[b])):
                continue
            seen.add((a, b))
            if (similarity := jaccard(shingles_of(a), shingles_of(b))) >= threshold:
                yield NearDuplicate(ids[a], ids[b], similarity)


def _candidates(
    signatures: NDArray[np.uint32], threshold: float, together: Callable[[NDArray[np.intp]], bool]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Chunks of (left, right) rows, left < right, whose signatures agree in all rows of some band."""
    rows, bands = banding(threshold)
    for band in range(bands):
        part = np.ascontiguousarray(signatures[:, band * rows : (band + 1) * rows])
        keys = part.view(np.dtype((np.void, part.dtype.itemsize * rows))).ravel()
        order = np.argsort(keys, kind="stable")
        starts = np.concatenate([[0], np.flatnonzero(keys[order][1:] != keys[order][:-1]) + 1, [len(order)]])
        sizes = np.diff(starts)
        twos = starts[:-1][sizes == 2]  # nearly all buckets with more than one text: taken together
        for some in np.array_split(twos, max(1, len(twos) // _CHUNK)):
            yield np.minimum(order[some], order[some + 1]), np.maximum(order[some], order[some + 1])
        for start, size in zip(starts[:-1][sizes > 2].tolist(), sizes[sizes > 2].tolist()):
            yield from _all_pairs(np.sort(order[start : start + size]), together)


def _all_pairs(
    bucket: NDArray[np.intp], together: Callable[[NDArray[np.intp]], bool]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Every pair of a bucket, until all of it is one group: a thousand copies of a text need a thousand looks."""
    step = max(1, _CHUNK // len(bucket))
    for start in range(0, len(bucket), step):
        if together(bucket):
            return
        left, right = np.meshgrid(bucket[start : start + step], bucket, indexing="ij")
        keep = left < right
        yield left[keep], right[keep]


class _Signer:
    """MinHash values of a text, shape (96,): the least of 96 hashes over its shingles (multiply-shift hashing)."""

    def __init__(self) -> None:
        generator = np.random.default_rng(20240501)  # the same values on every machine and in every run
        self._factors = generator.integers(0, 2**63, size=_VALUES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        self._offsets = generator.integers(0, 2**63, size=_VALUES, dtype=np.uint64)
        self._known: dict[str, int] = {}

    def __call__(self, found: Sequence[str]) -> NDArray[np.uint32]:
        hashed = self._hashed(found)
        values = (hashed[:, None] * self._factors[None, :] + self._offsets[None, :]) >> np.uint64(32)
        return values.min(axis=0).astype(np.uint32)

    def _hashed(self, found: Sequence[str]) -> NDArray[np.uint64]:
        """One 64-bit number per shingle: the numbers of its words mixed by odd factors."""
        for word in found:
            if word not in self._known:
                self._known[word] = crc32(word.encode()) | (len(word) << 32)
        numbers = np.array([self._known[word] for word in found], dtype=np.uint64)
        width = min(SHINGLE, len(numbers))
        mixed = np.zeros(len(numbers) - width + 1, dtype=np.uint64)
        for position in range(width):
            mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + numbers[position : len(numbers) - width + 1 + position]
            mixed ^= mixed >> np.uint64(29)
        return mixed * np.uint64(0xBF58476D1CE4E5B9)
