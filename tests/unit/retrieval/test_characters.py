import math
import random

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from jobfit.retrieval.characters import CharacterIndex, ngrams

DOCUMENTS = [
    ["infirmier", "bloc", "operatoire"],
    ["infirmiere", "nuit"],
    ["developpeur", "c++", "developpeur", "c"],
    [],
    ["r"],
]


def oracle(documents, queries):
    """The cosines by scikit-learn; an n-gram that no document has lengthens a query, so each is fitted beside them."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 4), sublinear_tf=True, lowercase=False)
    known = vectorizer.fit_transform(" ".join(document) for document in documents)
    rows = []
    for query in queries:
        found = (known @ vectorizer.transform([" ".join(query)]).T).toarray().ravel()
        counts = {}
        for gram in (gram for term in query for gram in ngrams(term)):
            counts[gram] = counts.get(gram, 0) + 1
        idf = {g: vectorizer.idf_[place] for g, place in vectorizer.vocabulary_.items()}
        unseen = math.log(1 + len(documents)) + 1
        weights = {g: (1 + math.log(n)) * idf.get(g, unseen) for g, n in counts.items()}
        known_length = math.sqrt(sum(w * w for g, w in weights.items() if g in idf))
        length = math.sqrt(sum(w * w for w in weights.values()))
        rows.append(found * known_length / length if length else found)
    return np.array(rows)


@pytest.mark.parametrize("query", [["infirmiere"], ["c"], ["developper", "zzzzzz"], ["nuit", "nuit"], ["qqqqqq"], []])
def test_scores_agree_with_scikit_learn(query):
    found = CharacterIndex(DOCUMENTS).scores(query)
    assert found == pytest.approx(oracle(DOCUMENTS, [query])[0], abs=1e-6)


def test_scores_agree_with_scikit_learn_on_random_texts():
    draw = random.Random(5)
    texts = [
        ["".join(draw.choices("abcd", k=draw.randint(1, 7))) for _ in range(draw.randint(0, 12))] for _ in range(60)
    ]
    index, queries = CharacterIndex(texts[:40]), texts[40:]
    expected = oracle(texts[:40], queries)
    assert np.array([index.scores(query) for query in queries]) == pytest.approx(expected, abs=1e-5)


def test_score_of_a_text_that_is_indexed_is_its_own_and_of_another_the_cosine():
    index, query = CharacterIndex(DOCUMENTS), ["infirmieres", "nuit"]
    assert [index.score_of(query, document) for document in DOCUMENTS] == pytest.approx(index.scores(query), abs=1e-6)
    assert index.score_of(["zzzzzz"], ["zzzzzz"]) == 0.0  # nothing that the index knows
    one, other = ["nuit", "zyxw"], ["nuit"]
    known, unseen = 3 * (math.log(6 / 2) + 1) ** 2, 3 * (math.log(6) + 1) ** 2
    assert index.score_of(one, other) == pytest.approx(math.sqrt(known / (known + unseen)), abs=1e-6)


def test_scores_inflected_word_is_nearer_than_another_one():
    scores = CharacterIndex(DOCUMENTS).scores(["infirmieres"])
    assert scores[1] > scores[0] > scores[2] == 0


def test_scores_same_text_gives_one():
    assert CharacterIndex(DOCUMENTS).scores(DOCUMENTS[0])[0] == pytest.approx(1)


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_scores_nothing_to_search_gives_zeros(documents):
    assert CharacterIndex(documents).scores(["nurse"]).tolist() == [0.0] * len(documents)


def test_ngrams_short_terms_give_themselves_once():
    assert (ngrams("c"), ngrams("qa"), ngrams("sql")) == ([" c "], [" qa "], [" sql", "sql "])
