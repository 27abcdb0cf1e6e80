"""Texts to windows of token ids, which a model reads one at a time, and windows to batches of about one length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

LongText = Literal["chunk", "truncate"]
CHARACTERS_PER_TOKEN = 7  # a first cut that nearly always leaves enough tokens; checked, never assumed
_STEP = 16  # lengths are padded to a multiple of this: few shapes to compile for, and the same bits in any company
_BATCH_TOKENS = 8192  # padding included


@dataclass(frozen=True, slots=True)
class Chunking:
    """How a text that is longer than the model's window is read.

    max_tokens: tokens in a window, the special ones and the prompt included.
    overlap:    tokens that a window repeats from the one before it.
    long_text:  ``chunk`` reads the whole text window after window; ``truncate`` reads only the first window.
    """

    max_tokens: int
    overlap: int
    long_text: LongText = "chunk"

    def __post_init__(self) -> None:
        if self.max_tokens < 4 or not 0 <= self.overlap <= self.max_tokens // 2:
            raise ModelError(
                f"windows of {self.max_tokens} tokens that overlap by {self.overlap} cannot be cut: "
                "at least 4 tokens, and at most half of them repeated"
            )


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Token ``ids`` as the model reads them, and how many of them no earlier window of the text has (``new``).

    second: of two texts read together, where the model's segment of the second one begins.
    """

    ids: NDArray[np.int64]
    new: int
    second: int | None = None


def spans(length: int, room: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Yield the (start, stop) of windows of ``room`` tokens that cover ``length`` tokens, each repeating ``overlap``.

    >>> list(spans(10, 6, 2))
    [(0, 6), (4, 10)]
    """
    start = 0
    while start + room < length:
        yield start, start + room
        start += room - overlap
    yield start, length


class Windower:
    def __init__(self, tokenizer: Tokenizer, chunking: Chunking) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._chunking = chunking
        self._before, self._after = _special_ids(tokenizer)

    def cut(self, prompt: str, text: str) -> list[Window]:
        """Return the windows of ``text``, at least one; ``prompt`` stands at the head of each and must leave room."""
        lead, body = self._tokens(prompt, text)
        room = self._chunking.max_tokens - len(self._before) - len(self._after) - len(lead)
        overlap = min(self._chunking.overlap, room // 2)
        if room < 1:
            raise ModelError(f"a prompt of {len(lead)} tokens fills the window of {self._chunking.max_tokens}")
        if self._chunking.long_text == "truncate":
            body = body[:room]
        windows, read = [], 0
        for start, stop in spans(len(body), room, overlap):
            ids = [*self._before, *lead, *body[start:stop], *self._after]
            windows.append(Window(np.array(ids, dtype=np.int64), max(stop - read, 1)))
            read = stop
        return windows

    def _tokens(self, prompt: str, text: str) -> tuple[list[int], list[int]]:
        """Return the tokens of the prompt and of the text, tokenised together as the model was trained."""
        encoding = self._first_tokens(prompt, text) if self._chunking.long_text == "truncate" else None
        encoding = encoding or self._tokenizer.encode(prompt + text, add_special_tokens=False)
        end = len(prompt.rstrip())
        lead = sum(stop <= end for _, stop in encoding.offsets) if prompt else 0
        return encoding.ids[:lead], encoding.ids[lead:]

    def _first_tokens(self, prompt: str, text: str) -> Encoding | None:
        short = first_words(text, CHARACTERS_PER_TOKEN * self._chunking.max_tokens)
        encoding = self._tokenizer.encode(prompt + short, add_special_tokens=False)
        return encoding if len(short) == len(text) or len(encoding.ids) > self._chunking.max_tokens else None


def first_words(text: str, characters: int) -> str:
    """Return the whole words of ``text`` in its first ``characters``; all of it where there is no white space."""
    if len(text) <= characters:
        return text
    cut = text.rfind(" ", 0, characters)
    return text[:cut] if cut > 0 else text


def _special_ids(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    plain = tokenizer.encode("a", add_special_tokens=False).ids
    full = tokenizer.encode("a", add_special_tokens=True).ids
    for start in range(len(full) - len(plain) + 1):
        if full[start : start + len(plain)] == plain:
            return full[:start], full[start + len(plain) :]
    raise ModelError("the tokenizer changes a text when it adds special tokens; it cannot be cut into windows")


def batches(windows: Sequence[Window]) -> Iterator[list[int]]:
    """Yield positions of ``windows``, shortest first, in groups of one padded length and at most 8,192 tokens.

    The order is by length and then by token ids: it does not depend on the order in which the windows were given.
    """
    order = sorted(range(len(windows)), key=lambda i: (len(windows[i].ids), windows[i].ids.tobytes()))
    batch: list[int] = []
    for position in order:
        length = padded(len(windows[position].ids))
        full = (len(batch) + 1) * length > _BATCH_TOKENS
        if batch and (full or padded(len(windows[batch[0]].ids)) != length):
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def padded(length: int) -> int:
    return -(-length // _STEP) * _STEP


def stack(windows: Sequence[Window], pad_id: int, limit: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids and the mask (b, l) of b windows; l is the padded length, at most the model's ``limit``.

    The mask is 0 on padding, 1 on tokens, and 2 on those of the second segment.
    """
    length = min(padded(max(len(window.ids) for window in windows)), limit)
    ids = np.full((len(windows), length), pad_id, dtype=np.int64)
    mask = np.zeros((len(windows), length), dtype=np.int64)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
        if window.second is not None:
            mask[row, window.second : len(window.ids)] = 2
    return ids, mask
