import pytest

from jobfit.errors import InputError
from jobfit.training.mining.strategies import Clustered, RumWindow, Sampled, TopK, Window


@pytest.mark.parametrize(
    ("documents", "window"),
    [
        (9469, (284, 378)),  # the published sizes: ranks 284-377 of 9,469 ...
        (41279, (1238, 1651)),  # ... and 1238-1650 of 41,279
        (100, (10, 11)),  # ⌊3⌋ .. ⌊4⌋: moved down to rank 10, one wide
        (333, (10, 14)),  # ⌊9.99⌋ .. ⌊13.32⌋ is 9 .. 12: moved down, its width of 4 kept
        (334, (10, 13)),  # ⌊10.02⌋ .. ⌊13.36⌋: the first size that the rule leaves alone
        (33, (10, 11)),  # the published rule takes rank 0 here
        (25, (10, 11)),  # and here the top-1 alone
        (24, (10, 11)),  # and nothing here
        (8, (4, 5)),  # the lower half begins
        (3, (1, 2)),
        (2, (1, 2)),
    ],
)
def test_rum_window_by_pool_size(documents, window):
    assert RumWindow().window(documents) == Window(*window)


def test_rum_window_never_holds_the_best_rank_and_is_never_empty():
    for documents in range(2, 3000):
        first, last = RumWindow().window(documents)
        assert min(10, documents // 2) <= first < last <= documents


def test_rum_window_without_skip_is_the_published_one():
    for documents in range(34, 3000):
        low, high = documents * 3 // 100, documents * 4 // 100
        assert RumWindow(skip=0).window(documents) == Window(low, low + max(1, high - low))


def test_windows_of_small_pools_end_with_the_pool():
    assert TopK(depth=100).window(30) == Window(0, 30)
    assert Sampled(low=10, high=100).window(30) == Window(10, 30)
    assert Sampled(low=10, high=100).window(5) == Window(4, 5)


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        (lambda: TopK(k=0), "k should be greater than or equal to 1"),
        (lambda: TopK(depth=0), "depth should be greater than or equal to 1"),
        (lambda: Clustered(clusters=0), "clusters should be greater than or equal to 1"),
        (lambda: Clustered(decay=0), "decay should be greater than 0"),
        (lambda: Clustered(decay=1.1), "decay"),
        (lambda: Sampled(low=5, high=5), "low must be below high"),
        (lambda: RumWindow(low=0.04, high=0.03), "low must be below high"),
        (lambda: RumWindow(high=1.2), "high should be less than or equal to 1"),
        (lambda: RumWindow(skip=-1), "skip"),
    ],
)
def test_impossible_settings_are_refused(strategy, message):
    with pytest.raises(InputError, match=message):
        strategy()
