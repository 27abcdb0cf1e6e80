import math

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.evaluation.pairs import ScoredPairs, intervals

PAIRS = [("q1", "a"), ("q1", "b"), ("q2", "a")]


@pytest.mark.parametrize(
    ("pairs", "labels", "scores", "said"),
    [
        ([], [], [], "nothing to evaluate"),
        (PAIRS, [1, 0], [1, 2, 3], "3 pairs need a label and a score each"),
        ([*PAIRS[:2], PAIRS[0]], [1, 0, 1], [1, 2, 3], "occurs twice"),
        (PAIRS, [1, 0, 2], [1, 2, 3], "label 2 is neither 0 nor 1"),
        (PAIRS, [1, 0, -1], [1, 2, 3], "label -1 is neither 0 nor 1"),
        (PAIRS, [1, 0, 1], [1, math.nan, 3], "'b'.*not a finite number"),
        (PAIRS, [1, 0, 1], [1, math.inf, 3], "not a finite number"),
    ],
)
def test_scored_pairs_wrong_input_is_refused(pairs, labels, scores, said):
    with pytest.raises(InputError, match=said):
        ScoredPairs.of(pairs, labels, scores)


def test_scored_pairs_count_what_they_hold():
    scored = ScoredPairs.of(PAIRS, [1, 0, True], [0.1, 0.2, 0.3])
    assert (len(scored), scored.positives, scored.queries, scored.per_query().tolist()) == (3, 2, 2, [2, 1])
    assert scored.prevalence == 2 / 3


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([88.2, 12.0, 0.4], "88.2 is not a probability.*2 of 3 are not.*percentages: divide by 100"),
        ([0.2, -0.1, 0.4], "-0.1 is not a probability.*Calibrate"),
        ([0.2, 1.01, 0.4], "1.01 is not a probability.*Calibrate"),
    ],
)
def test_check_probabilities_refuses_percentages_cosines_and_logits(scores, said):
    with pytest.raises(InputError, match=said):
        ScoredPairs.of(PAIRS, [1, 0, 1], scores).check_probabilities()


def test_check_probabilities_takes_both_ends():
    ScoredPairs.of(PAIRS, [1, 0, 1], [0.0, 1.0, 0.5]).check_probabilities()


def test_intervals_resample_whole_queries():
    # Two queries, one with the value 0 and one with 1: the mean of a sample is 0, 1/2 or 1.
    scored = ScoredPairs.of(PAIRS, [1, 0, 1], [0.1, 0.2, 0.3])
    seen = []

    def resample(weights):
        seen.append(weights)
        return {"share": weights[:, 1] / 2, "never": np.full(len(weights), np.nan)}

    found = intervals(
        scored, {"share": 0.5, "never": 0.1, "undefined": None}, lambda w: resample(w) | {"undefined": w[:, 0]}, 0
    )
    assert set(np.unique(np.concatenate(seen))) == {0.0, 1.0, 2.0}
    assert (found["share"].low, found["share"].high, found["share"].n) == (0.0, 1.0, 3)
    assert (found["never"].low, found["undefined"].mean, found["undefined"].low) == (None, None, None)


def test_intervals_of_one_query_are_not_claimed():
    scored = ScoredPairs.of(PAIRS[:2], [1, 0], [0.1, 0.2])
    assert intervals(scored, {"m": 0.5}, lambda weights: {"m": weights[:, 0]}, 0)["m"].low is None
