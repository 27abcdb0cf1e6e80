"""The model: calibration inputs and the shipped numbers."""

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.taxonomy.linking.candidates import FEATURES
from jobfit.taxonomy.linking.model import CALIBRATED_BY, Model, calibration_inputs, from_json, shipped, to_json

NONE = np.zeros((3, len(FEATURES)), np.float32)


def test_calibration_inputs_lead_is_the_distance_to_the_best_other():
    inputs = calibration_inputs(np.array([3.0, 5.0, 1.0]), NONE)
    assert inputs[:, 1].tolist() == [3 - 5, 5 - 3, 1 - 5]
    assert inputs[:, 2].tolist() == [0, 1, 0]


def test_calibration_inputs_of_a_tie_have_no_lead():
    inputs = calibration_inputs(np.array([2.0, 2.0, 1.0]), NONE)
    assert inputs[:, 1].tolist() == [0, 0, -1]
    assert inputs[:, 2].tolist() == [0, 0, 0]


def test_calibration_inputs_of_an_only_concept_lead_by_ten():
    assert calibration_inputs(np.array([2.0]), NONE[:1])[0, :3].tolist() == [2, 10, 1]


def test_probabilities_are_the_logistic_of_the_inputs():
    slopes = np.zeros(len(CALIBRATED_BY))
    slopes[:2] = 0.5, 0.25
    model = Model(np.zeros(len(FEATURES)), slopes, -1.0, 0.5, 0.8)
    expected = [1 / (1 + np.exp(-(0.5 * s + 0.25 * lead - 1))) for s, lead in ((3, 2), (1, -2))]
    assert model.probabilities(np.array([3.0, 1.0]), NONE[:2]) == pytest.approx(expected)


@pytest.mark.parametrize("kind", ["occupation", "skill"])
@pytest.mark.parametrize("language", ["en", "fr", "translated", "de"])
@pytest.mark.parametrize("dense", [False, True])
def test_shipped_models_are_complete(kind, language, dense):
    model = shipped(kind, language, dense)
    assert model.weights.shape == (len(FEATURES),) and model.slopes.shape == (len(CALIBRATED_BY),)
    assert 0 < model.threshold < 1 and model.precision >= 0.8


def test_shipped_model_without_an_encoder_does_not_weigh_it():
    assert shipped("occupation", "fr", False).weights[FEATURES.index("dense")] == 0


def test_model_round_trip_keeps_every_number_at_its_place():
    weights, slopes = np.arange(len(FEATURES)) + 0.5, np.arange(len(CALIBRATED_BY)) - 0.25
    again = from_json(to_json(Model(weights, slopes, 1.5, 0.25, 0.75)))
    assert (again.weights == weights).all() and (again.slopes == slopes).all()
    assert (again.bias, again.threshold, again.precision) == (1.5, 0.25, 0.75)


def test_model_with_an_unknown_feature_is_an_error():
    value = to_json(shipped("skill", "en", False))
    value["weights"]["horoscope"] = 1.0
    with pytest.raises(InputError, match="horoscope"):
        from_json(value)
