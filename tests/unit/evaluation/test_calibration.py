import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from jobfit.errors import InputError
from jobfit.evaluation.calibration import Bin, calibration
from jobfit.evaluation.pairs import ScoredPairs


def scored(labels, scores):
    return ScoredPairs.of([(f"v{i}", "c") for i in range(len(labels))], labels, scores)


def test_calibration_by_hand():
    # Two bins of equal width: [0, 0.5) holds 0.1-, 0.3+: mean 0.2, share 1/2; [0.5, 1] holds 0.5+, 1.0+: mean 0.75, 1.
    # ECE = 2/4 * |0.2 - 0.5| + 2/4 * |0.75 - 1|. Brier = (0.1^2 + 0.7^2 + 0.5^2 + 0) / 4.
    found = calibration(scored([0, 1, 1, 1], [0.1, 0.3, 0.5, 1.0]), bins=2)
    assert found.measures["ece"].mean == pytest.approx(2 / 4 * 0.3 + 2 / 4 * 0.25)
    assert found.measures["brier"].mean == pytest.approx((0.1**2 + 0.7**2 + 0.5**2) / 4)
    assert found.bins == (Bin(0.0, 0.5, 2, 0.2, 0.5), Bin(0.5, 1.0, 2, 0.75, 1.0))
    assert found.binning == "2 bins of equal width"


def test_calibration_baselines_by_hand():
    found = calibration(scored([1, 0, 0, 0], [0.4] * 4)).baselines
    assert found["always_negative"] == {"ece": 1 / 4, "brier": 1 / 4}
    assert found["always_positive"] == {"ece": 3 / 4, "brier": 3 / 4}
    assert found["prior"] == {"ece": 0.0, "brier": 1 / 4 * 3 / 4}


def test_calibration_constant_prior_is_calibrated_and_useless():
    found = calibration(scored([1, 0, 0, 0], [0.25] * 4))
    assert found.measures["ece"].mean == pytest.approx(0.0)
    assert found.measures["brier"].mean == pytest.approx(found.baselines["prior"]["brier"])


def test_calibration_equal_mass_never_parts_equal_probabilities():
    labels = [0, 1, 0, 1, 1, 0]
    found = calibration(scored(labels, [0.2, 0.2, 0.2, 0.2, 0.7, 0.9]), bins=3, binning="mass")
    assert sum(bin.n for bin in found.bins) == 6
    assert sum(bin.low <= 0.2 < bin.high for bin in found.bins) == 1
    assert next(bin.n for bin in found.bins if bin.low <= 0.2 < bin.high) == 4


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=40),
    st.integers(1, 12),
    st.sampled_from(["width", "mass"]),
)
def test_calibration_error_is_the_sum_over_its_own_bins(rows, bins, binning):
    labels, scores = zip(*rows)
    found = calibration(scored(labels, scores), bins=bins, binning=binning)
    total = sum(bin.n / len(rows) * abs(bin.predicted - bin.observed) for bin in found.bins)
    assert found.measures["ece"].mean == pytest.approx(total)
    assert sum(bin.n for bin in found.bins) == len(rows) and len(found.bins) <= bins
    assert 0 <= found.measures["ece"].mean <= 1 + 1e-12


def test_calibration_bins_agree_with_scikit_learn():
    generator = np.random.default_rng(7)
    scores = generator.random(500)
    labels = generator.random(500) < scores**2
    observed, predicted = calibration_curve(labels, scores, n_bins=10, strategy="uniform")
    found = calibration(scored(labels, scores)).bins
    assert [bin.observed for bin in found] == pytest.approx(observed.tolist())
    assert [bin.predicted for bin in found] == pytest.approx(predicted.tolist())


def test_calibration_interval_contains_the_brier_score():
    generator = np.random.default_rng(7)
    scores = generator.random(300)
    brier = calibration(scored(generator.random(300) < scores, scores)).measures["brier"]
    assert brier.low < brier.mean < brier.high
    assert brier.mean == pytest.approx(1 / 6, abs=0.03)  # E[p(1-p)] of a uniform p


@pytest.mark.parametrize(
    ("scores", "options", "said"),
    [
        ([90.0, 10.0], {}, "percentages"),
        ([0.9, -0.2], {}, "not a probability"),
        ([0.9, 0.2], {"bins": 0}, "bins must be from 1 to 1000"),
        ([0.9, 0.2], {"bins": 1001}, "bins must be from 1 to 1000"),
        ([0.9, 0.2], {"binning": "size"}, "unknown binning 'size'"),
    ],
)
def test_calibration_wrong_input_is_refused(scores, options, said):
    with pytest.raises(InputError, match=said):
        calibration(scored([1, 0], scores), **options)


def test_calibration_equal_mass_with_many_certain_answers_has_no_empty_bin():
    found = calibration(scored([0, 0, 1, 1, 1, 0], [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]), bins=4, binning="mass")
    assert found.bins == (Bin(0.0, 0.5, 3, 0.0, 1 / 3), Bin(0.5, 1.0, 3, 1.0, 2 / 3))
