import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from jobfit.errors import InputError
from jobfit.evaluation.classification import CRITERIA, Threshold, choose_threshold, classify, from_confusion
from jobfit.evaluation.pairs import ScoredPairs

THEIRS = {
    "f1": lambda y, d: metrics.f1_score(y, d, zero_division=0.0),
    "f1_weighted": lambda y, d: metrics.f1_score(y, d, average="weighted", zero_division=0.0),
    "accuracy": metrics.accuracy_score,
    "balanced_accuracy": metrics.balanced_accuracy_score,
}
LABELLED = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=25).filter(
    lambda rows: len({label for label, _ in rows}) == 2
)


def scored(labels, scores, query="v"):
    return ScoredPairs.of([(query, str(i)) for i in range(len(labels))], labels, scores)


def test_choose_threshold_by_hand():
    # Falling scores 0.9+ 0.7- 0.6+ 0.2-. F1: after one 2/3, after two 2/4, after three 4/5, after four 4/6.
    chosen = choose_threshold(scored([1, 0, 1, 0], [0.9, 0.7, 0.6, 0.2]))
    assert (chosen.value, chosen.reached, chosen.criterion) == (pytest.approx((0.6 + 0.2) / 2), 4 / 5, "f1")


def test_choose_threshold_equally_good_takes_the_highest():
    # Accuracy 3/4 above all but the first and above all but the first three: 0.9+ 0.7- 0.6+ 0.2-.
    chosen = choose_threshold(scored([1, 0, 1, 0], [0.9, 0.7, 0.6, 0.2]), "accuracy")
    assert (chosen.value, chosen.reached) == (pytest.approx(0.8), 3 / 4)


def test_choose_threshold_may_say_no_to_everybody():
    chosen = choose_threshold(scored([0, 0, 0, 1], [0.9, 0.8, 0.7, 0.1]), "accuracy")
    assert (chosen.value > 0.9, chosen.reached) == (True, 3 / 4)


def test_choose_threshold_between_neighbouring_floats_separates_them():
    below, above = 0.5, math.nextafter(0.5, 1)
    assert choose_threshold(scored([0, 1], [below, above])).value == above


@settings(max_examples=60, deadline=None)
@given(LABELLED, st.sampled_from(CRITERIA))
def test_choose_threshold_is_as_good_as_trying_every_score(rows, criterion):
    labels, scores = np.array([label for label, _ in rows]), np.array([score for _, score in rows], dtype=float)
    tried = [*np.unique(scores), scores.max() + 1]
    best = max(THEIRS[criterion](labels, scores >= value) for value in tried)
    chosen = choose_threshold(scored(labels, scores), criterion)
    assert chosen.reached == pytest.approx(best)
    assert THEIRS[criterion](labels, scores >= chosen.value) == pytest.approx(best)


def test_choose_threshold_one_class_or_unknown_criterion_is_refused():
    with pytest.raises(InputError, match="one class only"):
        choose_threshold(scored([1, 1], [0.1, 0.2]))
    with pytest.raises(InputError, match="unknown criterion 'auc'"):
        choose_threshold(scored([1, 0], [0.1, 0.2]), "auc")


def test_threshold_chosen_on_test_pairs_is_refused():
    pairs = scored([1, 0, 1], [0.9, 0.2, 0.4])
    with pytest.raises(InputError, match="chosen on 3 of the 3 pairs"):
        classify(pairs, choose_threshold(pairs))


def test_threshold_chosen_on_one_of_the_test_pairs_is_refused_and_the_pair_named():
    validation = ScoredPairs.of([("v", "0"), ("w", "0")], [1, 0], [0.9, 0.1])
    with pytest.raises(InputError, match=r"chosen on 1 of the 3 pairs.*\('v', '0'\)"):
        classify(scored([1, 0, 1], [0.9, 0.2, 0.4]), choose_threshold(validation))


def test_threshold_chosen_elsewhere_or_stated_is_used():
    test = scored([1, 0, 1], [0.9, 0.2, 0.4])
    assert classify(test, choose_threshold(scored([0, 1], [0.1, 0.5], "w"))).measures["accuracy"].mean == 1.0
    assert classify(test, Threshold.stated(0.5)).measures["accuracy"].mean == 2 / 3


def test_threshold_as_a_bare_number_or_not_finite_is_refused():
    with pytest.raises(InputError, match="give a Threshold"):
        classify(scored([1, 0], [0.9, 0.2]), 0.5)
    with pytest.raises(InputError, match="not a finite number"):
        Threshold.stated(math.nan)


@given(st.tuples(*[st.integers(0, 6)] * 4).filter(any))
def test_from_confusion_agrees_with_scikit_learn_and_is_nan_where_undefined(cells):
    tp, fp, fn, tn = cells
    labels = np.repeat([1, 0, 1, 0], cells)
    decided = np.repeat([1, 1, 0, 0], cells)
    ours = from_confusion(*cells)
    assert ours["accuracy"] == pytest.approx(metrics.accuracy_score(labels, decided))
    assert ours["f1_weighted"] == pytest.approx(
        metrics.f1_score(labels, decided, average="weighted", zero_division=0.0)
    )
    for name, theirs in (
        ("precision", metrics.precision_score), ("recall", metrics.recall_score), ("f1", metrics.f1_score)
    ):  # fmt: skip
        assert ours[name] == pytest.approx(theirs(labels, decided, zero_division=np.nan), nan_ok=True)
    if tp + fn and fp + tn:
        assert ours["balanced_accuracy"] == pytest.approx(metrics.balanced_accuracy_score(labels, decided))
    else:
        assert np.isnan(ours["balanced_accuracy"])
