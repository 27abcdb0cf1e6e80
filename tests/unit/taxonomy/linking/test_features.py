"""The features of a reading and a label, worked by hand."""

from math import log

import numpy as np
import pytest

from jobfit.taxonomy.linking.candidates import FEATURES, Readings, compare, nearest
from jobfit.taxonomy.linking.labels import Labels

IN_ONE, UNSEEN = log(8 / 2) + 1, log(8 / 2) + 1  # seven English and no other labels: 8 = 1 + 7


@pytest.fixture(scope="module")
def labels(wine):
    english = {id_: type(o)(o.id, {"en": o.labels["en"]}, "", (), ()) for id_, o in wine.occupations.items()}
    return Labels(english)


def features(labels, bag, text):
    row = labels.text.index(text)
    values = compare(labels, Readings(labels, [bag], [0]), np.array([0]), np.array([row]))
    return dict(zip(FEATURES, values[0].tolist()))


def test_compare_half_of_each_said(labels):
    maker = log(8 / 3) + 1  # in "bread maker" and "barrel maker"
    found = features(labels, {"bread": 1.0, "oven": 1.0}, "bread maker")
    assert found["label_said"] == pytest.approx(IN_ONE / (IN_ONE + maker))
    assert found["mention_said"] == pytest.approx(IN_ONE / (IN_ONE + UNSEEN))
    assert (found["equal"], found["first"], found["last"], found["preferred"]) == (0, 1, 0, 0)


def test_compare_equal_words_in_another_order(labels):
    found = features(labels, {"maker": 1.0, "bread": 1.0}, "bread maker")
    assert (found["equal"], found["first"], found["last"]) == (1, 0, 0)
    assert found["word"] == found["gram"] == pytest.approx(1, abs=1e-6)


def test_compare_the_preferred_label(labels):
    assert features(labels, {"baker": 1.0}, "baker")["preferred"] == 1
    assert features(labels, {"baker": 1.0}, "bread maker")["preferred"] == 0


def test_nearest_are_those_of_brute_force(labels):
    bags = [{"maker": 1.0}, {"win": 1.0, "bread": 1.0}, {"sommelieres": 1.0}]
    readings = Readings(labels, bags, range(3))
    found = nearest(labels, labels.view("en"), readings, 2)
    similarity = (readings.word @ labels.word.T).toarray() + (readings.gram @ labels.gram.T).toarray()
    for reading in range(3):
        mine = [row for i, row in zip(*found) if i == reading]
        expected = np.sort(similarity[reading][similarity[reading] > 0])[::-1][:2]
        assert np.sort(similarity[reading][mine])[::-1] == pytest.approx(expected, abs=1e-5)


def test_nearest_of_a_stranger_is_nothing(labels):
    assert len(nearest(labels, labels.view("en"), Readings(labels, [{"qqq": 1.0}], [0]), 5)[0]) == 0


def test_view_of_a_language_keeps_concepts_without_a_label_in_it(wine):
    both = Labels(wine.occupations)
    texts = {both.text[row] for row in both.view("fr").rows}
    assert texts == {"sommelier/sommelière", "boulanger/boulangère", "vendeur/vendeuse", "cooper", "barrel maker"}


@pytest.mark.parametrize("language", [None, "xx"])
def test_view_without_a_known_language_is_everything(wine, language):
    both = Labels(wine.occupations)
    assert len(both.view(language).rows) == len(both.text)
