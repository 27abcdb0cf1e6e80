"""Samplers: what a step sees follows from its number, and a stratified batch holds enough of each cell."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobfit.errors import InputError
from jobfit.training.loop.sampling import Sampler, StratifiedSampler


def test_batches_of_a_step_are_those_of_one_order_cut_up():
    whole, cut = Sampler(23, 12, seed=3), Sampler(23, 4, seed=3, accumulate=3)
    assert whole.steps_per_epoch == cut.steps_per_epoch == 2
    for step in range(4):
        assert np.concatenate(cut.batches(step)).tolist() == whole.batches(step)[0].tolist()
    assert [len(rows) for rows in cut.batches(1)] == [4, 4, 3]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_batch_holds_enough_of_each_cell_and_no_example_twice(data):
    least = data.draw(st.integers(1, 3))
    sizes = data.draw(st.lists(st.integers(least, 12), min_size=1, max_size=5))
    outside = data.draw(st.integers(0, 5))
    cells = np.repeat([*range(len(sizes)), -1], [*sizes, outside])
    batch = least * len(sizes) + data.draw(st.integers(1, 6))
    sampler = StratifiedSampler(
        cells, least, batch, seed=data.draw(st.integers(0, 9)), accumulate=data.draw(st.integers(1, 3))
    )
    seen = Counter()
    for step in range(sampler.steps_per_epoch):
        for rows in sampler.batches(step):
            assert len(rows) <= batch and len(set(rows.tolist())) == len(rows)
            held = Counter(cells[rows].tolist())
            assert all(held[cell] >= least for cell in range(len(sizes)))
            seen.update(rows.tolist())
    assert set(seen) == set(range(len(cells)))


def test_small_cell_is_gone_through_evenly():
    cells = np.array([0] * 40 + [1] * 4)
    sampler = StratifiedSampler(cells, 1, 6, seed=1)
    drawn = Counter(i for step in range(44) for rows in sampler.batches(step) for i in rows.tolist() if cells[i])
    assert max(drawn.values()) - min(drawn.values()) <= 6 and len(drawn) == 4


def test_step_is_the_same_whenever_it_is_asked_for():
    cells = np.array([0, 1] * 10)
    one, other = (StratifiedSampler(cells, 2, 8, seed=5) for _ in range(2))
    [one.batches(step) for step in range(7)]
    assert [r.tolist() for r in one.batches(7)] == [r.tolist() for r in other.batches(7)]


@pytest.mark.parametrize(
    ("least", "batch", "message"), [(3, 20, "cell 1 has 2 examples"), (2, 4, "leave no place in a batch of 4")]
)
def test_what_no_batch_can_hold_is_refused(least, batch, message):
    with pytest.raises(InputError, match=message):
        StratifiedSampler(np.array([0, 0, 0, 0, 1, 1]), least, batch, seed=0)


def test_no_example_is_refused():
    with pytest.raises(InputError, match="no example to train on"):
        Sampler(0, 4, seed=0)
