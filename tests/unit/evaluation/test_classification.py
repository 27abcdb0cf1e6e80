import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.dummy import DummyClassifier

from jobfit.evaluation.classification import BASELINES, Threshold, classify, from_order
from jobfit.evaluation.measures import Sizes
from jobfit.evaluation.pairs import ScoredPairs

HALF = Threshold.stated(0.5)


def scored(labels, scores, queries=None):
    queries = queries or [f"v{i}" for i in range(len(labels))]
    return ScoredPairs.of([(q, str(i)) for i, q in enumerate(queries)], labels, scores)


def values(found):
    return {name: estimate.mean for name, estimate in found.measures.items()}


def test_classify_by_hand():
    # Scores 0.9+ 0.8- 0.7+ 0.4+ 0.1-, threshold 0.5: tp 2, fp 1, fn 1, tn 1.
    # AP: recall steps of 1/3 at precision 1/1, 2/3, 3/4. AUC: of 3 x 2 pairs the positive wins 2 + 1 + 1 = 4.
    found = classify(scored([1, 0, 1, 1, 0], [0.9, 0.8, 0.7, 0.4, 0.1]), HALF)
    f1, f1_negative = 2 * 2 / (2 * 2 + 1 + 1), 2 * 1 / (2 * 1 + 1 + 1)
    assert values(found) == pytest.approx(
        {
            "accuracy": 3 / 5, "precision": 2 / 3, "recall": 2 / 3, "f1": f1,
            "f1_weighted": 3 / 5 * f1 + 2 / 5 * f1_negative, "balanced_accuracy": (2 / 3 + 1 / 2) / 2,
            "pr_auc": (1 + 2 / 3 + 3 / 4) / 3, "roc_auc": 4 / 6,
        }
    )  # fmt: skip
    assert (found.n, found.positives, found.queries, found.pairs_per_query) == (5, 3, 5, Sizes(1, 1.0, 1))


def test_classify_all_scores_equal_is_chance_whatever_stands_first():
    found = values(classify(scored([1, 1, 0, 0, 0, 0, 0, 0], [0.5] * 8), HALF))
    assert (found["roc_auc"], found["pr_auc"]) == (1 / 2, 2 / 8)


def test_classify_baselines_by_hand():
    # 1 positive of 4. prior: tp 1/4, fp 3/4, fn 3/4, tn 9/4.
    found = classify(scored([1, 0, 0, 0], [0.9, 0.1, 0.1, 0.1]), HALF).baselines
    assert set(found) == set(BASELINES)
    no, yes, prior = (found[name] for name in ("always_negative", "always_positive", "prior"))
    assert (no["accuracy"], no["precision"], no["recall"], no["f1"]) == (3 / 4, None, 0.0, 0.0)
    assert (yes["accuracy"], yes["precision"], yes["recall"], yes["f1"]) == (1 / 4, 1 / 4, 1.0, 2 / 5)
    assert (prior["accuracy"], prior["precision"], prior["recall"], prior["f1"]) == (10 / 16, 1 / 4, 1 / 4, 1 / 4)
    for rule in found.values():
        assert (rule["pr_auc"], rule["roc_auc"], rule["balanced_accuracy"]) == (1 / 4, 1 / 2, 1 / 2)


def test_classify_constant_baselines_agree_with_scikit_learn_dummies():
    labels = np.array([1, 0, 0, 1, 0, 0, 0])
    found = classify(scored(labels, np.linspace(0, 1, 7)), HALF).baselines
    for name, constant in (("always_negative", 0), ("always_positive", 1)):
        dummy = DummyClassifier(strategy="constant", constant=constant).fit(labels[:, None], labels)
        said = dummy.predict(labels[:, None])
        assert found[name]["accuracy"] == pytest.approx(metrics.accuracy_score(labels, said))
        assert found[name]["f1"] == pytest.approx(metrics.f1_score(labels, said))
        assert found[name]["f1_weighted"] == pytest.approx(metrics.f1_score(labels, said, average="weighted"))


@pytest.mark.parametrize(
    ("labels", "scores", "undefined"),
    [
        ([0, 0, 0], [0.9, 0.1, 0.2], {"recall", "balanced_accuracy", "pr_auc", "roc_auc"}),
        ([0, 0, 0], [0.3, 0.1, 0.2], {"precision", "recall", "f1", "balanced_accuracy", "pr_auc", "roc_auc"}),
        ([1, 1, 1], [0.9, 0.1, 0.2], {"balanced_accuracy", "roc_auc"}),
        ([1, 1, 1], [0.3, 0.1, 0.2], {"precision", "balanced_accuracy", "roc_auc"}),
        ([1, 0, 0], [0.3, 0.1, 0.2], {"precision"}),
    ],
)
def test_classify_undefined_is_none_with_a_reason_and_never_zero(labels, scores, undefined):
    found = classify(scored(labels, scores), HALF)
    assert {name for name, value in values(found).items() if value is None} == undefined == set(found.undefined)
    assert all(found.undefined.values())
    assert all(found.measures[name].low is None for name in undefined)


def test_classify_intervals_contain_their_value_and_are_reproducible():
    generator = np.random.default_rng(2)
    labels, noise = generator.random(300) < 0.3, generator.random(300)
    pairs = scored(labels, 0.2 * labels + noise * 0.8, [f"v{i // 5}" for i in range(300)])
    one, two = classify(pairs, HALF, seed=3), classify(pairs, HALF, seed=3)
    assert one == two
    for estimate in one.measures.values():
        assert estimate.low < estimate.mean < estimate.high and estimate.n == 300


def test_classify_interval_agrees_with_resampling_by_scikit_learn():
    generator = np.random.default_rng(5)
    labels, queries = generator.random(120) < 0.4, np.repeat(np.arange(30), 4)
    scores = np.round(labels * 0.3 + generator.random(120), 1)
    found = classify(scored(labels, scores, [f"v{q}" for q in queries]), HALF)
    drawn = {"roc_auc": [], "f1": []}
    for _ in range(250):
        rows = np.concatenate([np.flatnonzero(queries == q) for q in generator.integers(30, size=30)])
        drawn["roc_auc"].append(metrics.roc_auc_score(labels[rows], scores[rows]))
        drawn["f1"].append(metrics.f1_score(labels[rows], scores[rows] >= 0.5))
    for name, theirs in drawn.items():
        low, high = np.quantile(theirs, (0.025, 0.975))
        assert (found.measures[name].low, found.measures[name].high) == pytest.approx((low, high), abs=0.03)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=20))
def test_from_order_agrees_with_scikit_learn_under_weights_and_ties(rows):
    labels, scores, weights = (np.array(column) for column in zip(*rows))
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(rows) - 1)
    found = from_order(weights[order].astype(float)[None], labels[order], last)
    positive, negative = weights[labels].sum(), weights[~labels].sum()
    if positive:
        theirs = metrics.average_precision_score(labels, scores, sample_weight=weights)
        assert found["pr_auc"][0] == pytest.approx(theirs)
    if positive and negative:
        assert found["roc_auc"][0] == pytest.approx(metrics.roc_auc_score(labels, scores, sample_weight=weights))
    else:
        assert np.isnan(found["roc_auc"][0])


def test_classify_score_at_the_threshold_is_positive():
    assert classify(scored([1, 0], [0.5, 0.1]), HALF).measures["recall"].mean == 1.0
