"""Two texts to what a cross-encoder reads: one window where both fit, else passages of the second one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from jobfit.encoders.windows import CHARACTERS_PER_TOKEN, Window, first_words, spans
from jobfit.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Aggregate = Literal["max", "first", "mean"]
AGGREGATES: tuple[Aggregate, ...] = ("max", "first", "mean")


@dataclass(frozen=True, slots=True)
class Passages:
    """How a pair is read that is longer than the model's window.

    max_tokens: tokens in a window, both texts and the special ones included.
    overlap:    tokens that a passage repeats from the one before it.
    aggregate:  the score of a document from those of its passages: the largest (MaxP, Dai & Callan 2019,
                arXiv 1905.09217), the ``first`` (which then is the only one read), or the mean.
    """

    max_tokens: int
    overlap: int
    aggregate: Aggregate = "max"

    def __post_init__(self) -> None:
        if self.aggregate not in AGGREGATES:
            raise ModelError(f"unknown aggregate {self.aggregate!r}; choose one of {', '.join(AGGREGATES)}")
        if self.max_tokens < 8 or not 0 <= self.overlap <= self.max_tokens // 4:
            raise ModelError(
                f"passages of {self.max_tokens} tokens that overlap by {self.overlap} cannot be cut: at least 8 "
                "tokens, and at most a quarter of them repeated"
            )


class Frame(NamedTuple):
    """The texts before, between and after the two: the prompt of a causal model."""

    before: str
    between: str
    after: str


class _Parts(NamedTuple):
    before: list[int]
    first: list[int]
    between: list[int]
    second: list[int]
    after: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class PairWindows:
    """The windows of a pair, and of each text whether there are words that no window holds."""

    windows: list[Window]
    cut_first: bool
    cut_second: bool


class PairWindower:
    """Cuts pairs as sentence-transformers truncates them (``longest_first``), and reads the rest in passages.

    Where both texts are longer than half of what the window leaves, each gets half; else the longer one is cut. The
    first text (the query) is the same in every window, and its end is not read where it is cut; the second text (the
    document) goes on in the next window. A special token that is written out in a text is taken apart by a blank, so
    that a text cannot end itself and speak for the model.
    """

    def __init__(self, tokenizer: Tokenizer, passages: Passages, frame: Frame | None, typed: bool) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer, self._passages, self._frame, self._typed = tokenizer, passages, frame, typed
        self._special = [token.content for token in tokenizer.get_added_tokens_decoder().values() if token.special]
        self._around = None if frame else _specials_around(tokenizer)
        self._known: dict[str, list[int]] = {}  # the tokens of first texts: a query comes with many documents

    def cut(self, first: str, second: str) -> PairWindows:
        parts = self._framed(first, second) if self._frame else self._joined(first, second)
        room = self._passages.max_tokens - len(parts.before) - len(parts.between) - len(parts.after)
        if room < 2:
            raise ModelError(f"the prompt alone fills the window of {self._passages.max_tokens} tokens")
        lead = parts.first[: _room_of_first(len(parts.first), len(parts.second), room)]
        left = room - len(lead)
        windows, read = [], 0
        for start, stop in spans(len(parts.second), left, min(self._passages.overlap, left // 2)):
            head = [*parts.before, *lead, *parts.between]
            ids = [*head, *parts.second[start:stop], *parts.after]
            windows.append(Window(np.array(ids, dtype=np.int64), stop - read, len(head) if self._typed else None))
            read = stop
            if self._passages.aggregate == "first":
                break
        return PairWindows(windows, len(lead) < len(parts.first), read < len(parts.second))

    def _joined(self, first: str, second: str) -> _Parts:
        """Both texts tokenised apart, with the tokenizer's special tokens around them."""
        assert self._around is not None
        before, between, after = self._around
        if first not in self._known:
            self._known = {first: self._ids(first)}
        lead = self._known[first]
        return _Parts(before, lead, between, self._document(second, len(lead)), after)

    def _document(self, text: str, beside: int) -> list[int]:
        """Return the tokens of a document; where one window is read, no more than show which text is the longer."""
        most = max(self._passages.max_tokens, beside)
        short = first_words(text, CHARACTERS_PER_TOKEN * most) if self._passages.aggregate == "first" else text
        ids = self._ids(short)
        return ids if len(short) == len(text) or len(ids) > most else self._ids(text)

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.encode(self._plain(text), add_special_tokens=False).ids

    def _framed(self, first: str, second: str) -> _Parts:
        """The whole prompt tokenised at once, as the model was trained: a blank may belong to the word after it."""
        assert self._frame is not None
        pieces = [self._frame.before, self._plain(first), self._frame.between, self._plain(second), self._frame.after]
        encoding = self._tokenizer.encode("".join(pieces), add_special_tokens=False)
        starts, ends = [start for start, _ in encoding.offsets], [end for _, end in encoding.offsets]
        edges = np.cumsum([len(piece) for piece in pieces])
        a, c = (int(np.searchsorted(starts, edges[i])) for i in (0, 2))
        b, d = (int(np.searchsorted(ends, edges[i], side="right")) for i in (1, 3))
        ids = encoding.ids
        return _Parts(ids[:a], ids[a:b], ids[b : max(b, c)], ids[max(b, c) : d], ids[d:])

    def _plain(self, text: str) -> str:
        for token in self._special:
            if token in text:
                text = text.replace(token, f"{token[0]} {token[1:]}")
        return text


def _room_of_first(first: int, second: int, room: int) -> int:
    """Return how many tokens the first text gets: all of them, what the second leaves, or half."""
    half = room // 2
    if min(first, second) > half:
        return half + (room % 2 if first > second else 0)
    return first if first <= half else room - second


def _specials_around(tokenizer: Tokenizer) -> tuple[list[int], list[int], list[int]]:
    """Return the special tokens before, between and after two texts."""
    encoding = tokenizer.encode("a", "a")
    places = encoding.sequence_ids
    first, second = ([i for i, place in enumerate(places) if place == number] for number in (0, 1))
    if not first or not second or first[-1] > second[0]:
        raise ModelError("the tokenizer cannot set two texts beside each other")
    ids = encoding.ids
    return ids[: first[0]], ids[first[-1] + 1 : second[0]], ids[second[-1] + 1 :]


def has_segments(tokenizer: Tokenizer) -> bool:
    """Tell whether the tokenizer marks the second of two texts, from its first token to the end, with a 1."""
    tokenizer.no_padding()
    types: Sequence[int] = tokenizer.encode("a", "a").type_ids
    return sorted(types) == list(types) and set(types) == {0, 1}
