from __future__ import annotations

import random

import numpy as np

from jobfit.encoders.windows import Window, batches, padded, stack


def window(length: int, first: int = 5) -> Window:
    return Window(np.arange(first, first + length, dtype=np.int64), length)


def test_batches_no_windows_gives_none() -> None:
    assert list(batches([])) == []


def test_batches_holds_every_window_once_with_others_of_its_padded_length() -> None:
    windows = [window(length) for length in [3, 16, 17, 250, 30, 8]]
    assert list(batches(windows)) == [[0, 5, 1], [2, 4], [3]]


def test_batches_are_cut_at_the_token_budget() -> None:
    """8,192 tokens are 32 windows of 256."""
    assert [len(batch) for batch in batches([window(256)] * 70)] == [32, 32, 6]


def test_batches_one_window_beyond_the_budget_is_a_batch() -> None:
    assert list(batches([window(10_000)])) == [[0]]


def test_batches_do_not_depend_on_the_order_given() -> None:
    windows = [window(length, first) for length in (4, 20, 20, 70) for first in (5, 9)]
    shuffled = random.Random(3).sample(range(len(windows)), len(windows))
    given = [[shuffled[i] for i in batch] for batch in batches([windows[i] for i in shuffled])]
    texts = [[windows[i].ids.tolist() for i in batch] for batch in given]
    assert texts == [[windows[i].ids.tolist() for i in batch] for batch in batches(windows)]


def test_stack_pads_to_a_multiple_of_16_but_not_beyond_the_limit() -> None:
    ids, mask = stack([window(3), window(17)], pad_id=99, limit=512)
    assert ids.shape == mask.shape == (2, 32)
    assert ids[0].tolist() == [5, 6, 7] + [99] * 29
    assert mask.sum(axis=1).tolist() == [3, 17]
    assert stack([window(17)], pad_id=0, limit=20)[0].shape == (1, 20)
    assert padded(16) == 16
