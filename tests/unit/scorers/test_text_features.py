"""What the numbers of a pair of texts are."""

from __future__ import annotations

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.retrieval.lexical import terms
from jobfit.scorers.text_features import PairFeatures


def test_features_are_both_sides_their_products_and_cosines():
    people, openings = {"c": "nurse ward nurse", "d": "unseen"}, {"v": "nurse", "w": "baker oven"}
    features = PairFeatures([people["c"], *openings.values()], terms)
    sides = features.side(people), features.side(openings)
    rows = features.of(*sides, [("c", "v"), ("c", "w"), ("d", "v")])
    size = (rows.shape[1] - 2) // 3
    left, right, product, cosine, inner = np.split(rows, np.cumsum([size, size, size, 1]), axis=1)
    assert product == pytest.approx(left * right)
    assert inner[:, 0] == pytest.approx((left * right).sum(axis=1))
    # Three texts were counted, nurse is in two and ward in one: idf = ln((1 + n) / (1 + df)) + 1; tf = 1 + ln 2 and 1.
    nurse = (1 + np.log(2)) * (np.log(4 / 3) + 1)
    ward = np.log(4 / 2) + 1
    assert cosine[:, 0] == pytest.approx([nurse / np.hypot(nurse, ward), 0.0, 0.0])
    assert not left[2].any()


def test_reduced_numbers_keep_the_inner_products_where_nothing_is_left_out():
    """With as many numbers as texts, the reduced rows of the fitted texts have the cosines of the whole ones."""
    texts = {"a": "nurse ward night", "b": "ward oven", "c": "baker oven night"}
    side = PairFeatures(list(texts.values()), terms).side(texts)
    assert side.dense @ side.dense.T == pytest.approx((side.tfidf @ side.tfidf.T).toarray())


@pytest.mark.parametrize("texts", [["same"] * 5, ["one"], ["nurse", "", "baker"]])
def test_texts_that_are_all_alike_have_features(texts):
    """ConFit's public files hold one dummy text many times."""
    features = PairFeatures(texts, terms)
    side = features.side({"x": texts[0], "y": "unknown"})
    assert np.isfinite(features.of(side, side, [("x", "x"), ("x", "y")])).all()


def test_texts_without_words_are_refused():
    with pytest.raises(InputError, match="no training text has a word"):
        PairFeatures(["!", "..."], terms)
