"""Texts to token ids, once; and token ids to batches with little padding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Tokens = NDArray[np.int32]
_STEP = 16  # lengths are padded to a multiple of this: few shapes, for which the kernels are made once
_SMALL = 1024  # tokens: a group of one length with fewer joins the next longer one
_LARGE = 8192  # tokens in a piece, padding included
_SLICE = 512  # texts tokenised at a time


@dataclass(frozen=True, slots=True, eq=False)
class Tokenised:
    """The tokens of texts by text id, and which texts were longer than the model reads (``cut``)."""

    tokens: Mapping[str, Any]
    cut: frozenset[str]


def tokenise(texts: Mapping[str, str], tokenizer: Tokenizer, limit: int) -> Tokenised:
    """Return the ids of each text with its special tokens, cut to ``limit`` tokens; who was cut is told."""
    ids = list(texts)
    tokens: dict[str, Tokens] = {}
    cut: set[str] = set()
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    try:
        for start in range(0, len(ids), _SLICE):
            part = ids[start : start + _SLICE]
            for text_id, found in zip(part, tokenizer.encode_batch([texts[i].strip() for i in part])):
                tokens[text_id] = np.array(found.ids, dtype=np.int32)
                if found.overflowing:
                    cut.add(text_id)
    finally:
        tokenizer.no_truncation()
    return Tokenised(tokens, frozenset(cut))


def pieces(lengths: Sequence[int], limit: int) -> list[list[int]]:
    """Group the positions of n texts so that each group is padded to one length with little waste, longest first.

    Texts of one padded length (a multiple of 16, at most ``limit``) go together; a group below 1,024 tokens joins the
    next longer one; a piece holds at most 8,192 tokens. The grouping depends on the lengths and their order alone.

    >>> pieces([3, 500, 5, 490], 512)
    [[1, 3], [0, 2]]
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    groups: list[list[int]] = []
    for position in order:
        length = padded(lengths[position], limit)
        if groups:
            longest = padded(lengths[groups[-1][0]], limit)
            small = len(groups[-1]) * longest < _SMALL and length * 2 > longest
            if (length == longest or small) and (len(groups[-1]) + 1) * longest <= _LARGE:
                groups[-1].append(position)
                continue
        groups.append([position])
    return groups


def padded(length: int, limit: int) -> int:
    return min(-(-length // _STEP) * _STEP, max(limit, length))


def stack(tokens: Sequence[Tokens], pad_id: int, limit: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    length = padded(max(map(len, tokens)), limit)
    ids = np.full((len(tokens), length), pad_id, dtype=np.int64)
    mask = np.zeros((len(tokens), length), dtype=np.int64)
    for row, ids_of_text in enumerate(tokens):
        ids[row, : len(ids_of_text)] = ids_of_text
        mask[row, : len(ids_of_text)] = 1
    return ids, mask
