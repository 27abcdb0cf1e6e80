"""TF-IDF: worked by hand, and against scikit-learn."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from jobfit.taxonomy.linking.labels import SIZES, build, embed

COMMON, RARE = log(3 / 3) + 1, log(3 / 2) + 1  # in two of two labels; in one of two


def test_word_cosine_is_the_one_worked_by_hand():
    space, word, _ = build([("red", "wine"), ("white", "wine")])
    length = sqrt(COMMON**2 + RARE**2)
    query, _ = embed(space, [{"wine": 1.0}, {"red": 1.0, "beer": 1.0}])
    cosines = (query @ word.T).toarray()
    assert cosines[0] == pytest.approx([COMMON / length, COMMON / length])
    assert cosines[1] == pytest.approx([RARE / length, 0])


def test_a_weighted_word_counts_by_its_weight():
    space, word, _ = build([("red", "wine"), ("white", "wine")])
    query, _ = embed(space, [{"red": 0.5, "wine": 1.0}])
    expected = (0.5 * RARE * RARE + COMMON**2) / sqrt(0.25 * RARE**2 + COMMON**2) / sqrt(COMMON**2 + RARE**2)
    assert (query @ word.T).toarray()[0, 0] == pytest.approx(expected)


WORDS = st.lists(st.text("abcde", min_size=1, max_size=6), min_size=0, max_size=5).map(tuple)


@settings(max_examples=40, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=8).filter(any), st.lists(WORDS, min_size=1, max_size=4))
def test_gram_cosines_are_those_of_scikit_learn(labels, queries):
    space, _, gram = build(labels)
    _, asked = embed(space, [dict.fromkeys(query, 1.0) for query in queries])
    oracle = TfidfVectorizer(analyzer="char_wb", ngram_range=(SIZES[0], SIZES[-1]), sublinear_tf=True)
    expected = oracle.fit_transform([" ".join(label) for label in labels])
    once = [" ".join(dict.fromkeys(query)) for query in queries]
    assert (asked @ gram.T).toarray() == pytest.approx((oracle.transform(once) @ expected.T).toarray(), abs=1e-5)


def test_rows_have_length_one_or_zero():
    space, word, gram = build([("a", "b"), (), ("b",)])
    for matrix in (word, gram, *embed(space, [{}, {"zzz": 1.0}, {"b": 1.0}])):
        lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1))
        assert all(length == pytest.approx(1) or length == 0 for length in np.asarray(lengths).ravel())


def test_no_labels_and_no_mentions_give_empty_matrices():
    space, word, gram = build([])
    assert word.shape[0] == gram.shape[0] == 0
    assert embed(space, [])[0].shape[0] == 0
