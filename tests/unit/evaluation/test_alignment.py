import math

import pytest

from jobfit.errors import InputError
from jobfit.evaluation.alignment import ScoredPreference, alignment, position


def preferences(*rows):
    """(preferred, score of A, score of B) each on a query of its own."""
    return [ScoredPreference(f"q{i}", *row) for i, row in enumerate(rows)]


def test_alignment_by_hand():
    found = alignment(preferences(("A", 2, 1), ("A", 1, 2), ("B", 1, 2), ("B", 1, 1)))
    assert found.accuracy.mean == (1 + 0 + 1 + 1 / 2) / 4
    assert found.balanced == ((1 + 0) / 2 + (1 + 1 / 2) / 2) / 2
    assert (found.accuracy.n, found.ties, found.queries) == (4, 1, 4)
    assert (found.judge.first, found.judge.n, found.system.first, found.system.n) == (2, 4, 1, 3)
    assert found.baselines["always_a"].accuracy.mean == 2 / 4
    assert found.baselines["always_a"].difference.mean == (2.5 - 2) / 4


def test_alignment_all_scores_equal_is_one_half_and_nobody_wins_by_standing_first():
    found = alignment(preferences(*[("A", 0.3, 0.3)] * 10))
    assert (found.accuracy.mean, found.ties) == (0.5, 10)
    assert (found.system.n, found.system.p) == (0, None)
    assert found.baselines["always_a"].accuracy.mean == 1.0


def test_alignment_swapping_a_and_b_changes_nothing_but_the_position():
    rows = [("A", 2, 1), ("A", 0, 2), ("B", 1, 2), ("A", 5, 1)]
    swapped = [({"A": "B", "B": "A"}[preferred], b, a) for preferred, a, b in rows]
    one, two = alignment(preferences(*rows)), alignment(preferences(*swapped))
    assert (one.accuracy, one.balanced) == (two.accuracy, two.balanced)
    assert (one.judge.first, two.judge.first) == (3, 1)


def test_alignment_always_a_reaches_the_lean_of_the_judge_and_no_more_than_half_when_balanced():
    # A model that puts A first every time looks as good as the judge leans: 65 of 100.
    found = alignment(preferences(*[("A", 1, 0)] * 65, *[("B", 1, 0)] * 35))
    assert (found.accuracy.mean, found.balanced) == (0.65, 0.5)
    assert found.baselines["always_a"].difference.mean == 0.0
    assert found.baselines["always_a"].p == 1.0
    assert found.system.share == 1.0 and found.system.p < 1e-20


def test_alignment_longer_text_baseline_by_hand():
    rows = [("A", 2, 1, 10, 5), ("B", 2, 1, 10, 5), ("A", 1, 2, 7, 7), ("B", 1, 2, 3, 9)]
    longer = alignment(preferences(*rows)).baselines["longer"]
    assert longer.accuracy.mean == (1 + 0 + 1 / 2 + 1) / 4
    assert longer.difference.mean == (2 - 2.5) / 4


def test_alignment_without_lengths_has_no_length_baseline():
    assert set(alignment(preferences(("A", 2, 1, 10, 5), ("B", 2, 1))).baselines) == {"always_a"}


def test_alignment_judge_who_never_prefers_b_has_no_balanced_accuracy():
    assert alignment(preferences(("A", 2, 1), ("A", 1, 2))).balanced is None


def test_alignment_preferences_on_one_query_claim_no_interval():
    found = alignment([ScoredPreference("q", "A", 2, 1), ScoredPreference("q", "B", 2, 1)])
    assert (found.accuracy.mean, found.accuracy.low, found.queries) == (0.5, None, 1)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("C", 1, 2), "preferred is A or B, not 'C'"),
        (("a", 1, 2), "preferred is A or B"),
        (("A", math.nan, 2), "a score is NaN"),
        (("A", 1, 2, 10), "both lengths or none"),
    ],
)
def test_preference_wrong_input_is_refused(row, said):
    with pytest.raises(InputError, match=said):
        ScoredPreference("q", *row)


def test_alignment_of_nothing_is_refused():
    with pytest.raises(InputError, match="no preference"):
        alignment([])


def test_position_binomial_by_hand():
    # 3 of 3: two-sided p = 2 / 2^3. All A: the lean may be wholly habit, and then a fair coin is the ceiling.
    found = position(3, 3)
    assert (found.p, found.always_first, found.ceiling) == (pytest.approx(2 / 8), 1.0, 0.5)
    assert position(2, 4).always_first == 0.0
