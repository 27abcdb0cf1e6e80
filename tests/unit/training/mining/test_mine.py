import numpy as np
import pytest

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, UnknownIdError
from jobfit.judged import Texts
from jobfit.retrieval.lexical import terms
from jobfit.training.mining import mine as mining
from jobfit.training.mining.exclusions import Eligible
from jobfit.training.mining.mine import MineSettings, mine
from jobfit.training.mining.strategies import Bm25, Clustered, Random, RumWindow, Sampled, TopK

EVERY = (Random(k=5), TopK(k=5), Sampled(k=5, low=3, high=40), Clustered(k=5, depth=30), RumWindow(), RumWindow(k=3))
OFF = MineSettings(near_duplicates=None)


@pytest.fixture
def market(embeddings):
    """30 queries, 400 documents, and one to three positives for each query but the last."""
    queries, documents = embeddings("q", 30), embeddings("d", 400)
    draw = np.random.default_rng(5)
    positives = {q: {f"d{i}" for i in draw.choice(400, draw.integers(1, 4))} for q in queries.ids[:-1]}
    return queries, documents, positives


def negatives(mined):
    return dict(mined)


def test_mine_topk_is_brute_force_without_positives(market, brute_force):
    queries, documents, positives = market
    found = negatives(mine(queries, documents, positives, TopK(k=5, depth=20), OFF))
    for q, ranked in brute_force(queries, documents).items():
        assert found[q] == tuple(i for i in ranked[:20] if i not in positives.get(q, ()))[:5]


def test_mine_rum_is_brute_force_between_the_ranks_without_positives(market, brute_force):
    queries, documents, positives = market
    ranked = brute_force(queries, documents)
    positives = {q: {ranked[q][0], ranked[q][13]} for q in queries.ids}  # ranks 12 to 15 of 400 are the window
    found = negatives(mine(queries, documents, positives, RumWindow(), OFF))
    assert found == {q: tuple(sorted(ranked[q][i] for i in (12, 14, 15))) for q in queries.ids}


@pytest.mark.parametrize("strategy", [Sampled(k=4, low=3, high=20), RumWindow(low=0.01, high=0.05, skip=2, k=4)])
def test_mine_uniform_draws_every_document_of_the_window_equally_often(embeddings, brute_force, strategy):
    queries, documents = embeddings("q", 1), embeddings("d", 400)
    [ranked] = brute_force(queries, documents).values()
    window = strategy.window(400)
    inside = [i for i in ranked[window.first : window.last] if i != ranked[6]]
    drawn = dict.fromkeys(inside, 0)
    for seed in range(300):
        settings = MineSettings(seed=seed, near_duplicates=None, threads=1)
        [(_, found)] = mine(queries, documents, {"q0": {ranked[6]}}, strategy, settings)
        assert len(set(found)) == 4
        for i in found:
            drawn[i] += 1  # a KeyError here: a document from outside the window
    expected = 300 * 4 / len(inside)
    # Pearson's statistic has a mean of about its degrees of freedom; six standard deviations above never happen.
    statistic = sum((n - expected) ** 2 / expected for n in drawn.values())
    assert statistic < len(inside) + 6 * np.sqrt(2 * len(inside))


def test_mine_random_reaches_every_document_but_positives(market):
    queries, documents, _ = market
    positives = {"q0": set(documents.ids[:390])}
    seen = set()
    for seed in range(8):
        found = negatives(mine(queries, documents, positives, Random(k=5), MineSettings(seed=seed)))["q0"]
        assert len(set(found)) == 5
        seen |= set(found)
    assert seen == set(documents.ids[390:])


def test_mine_bm25_is_brute_force_by_score(embeddings):
    queries, documents = embeddings("q", 2), embeddings("d", 5)
    texts = Texts(
        {"q0": "python developer", "q1": "nurse"},
        {"d0": "python python", "d1": "python developer", "d2": "cook", "d3": "developer of games", "d4": "nurse"},
    )
    found = negatives(mine(queries, documents, {"q0": {"d1"}}, Bm25(k=3), OFF, texts=texts))
    # d2 and d4 share no term with q0. Of the others, by the formula of BM25 (k1 = 1.5, b = 0.75, lucene's idf):
    lengths = {i: len(terms(text)) for i, text in texts.documents.items()}
    mean = sum(lengths.values()) / 5

    def weight(tf, document, df):
        idf = np.log(1 + (5 - df + 0.5) / (df + 0.5))
        return idf * tf / (tf + 1.5 * (1 - 0.75 + 0.75 * lengths[document] / mean))

    scores = {"d0": weight(2, "d0", 2), "d3": weight(1, "d3", 2)}
    assert found["q0"] == tuple(sorted(scores, key=scores.__getitem__, reverse=True))
    assert found["q1"] == ()  # d4 has the anchor's own text, and no other document shares a term


@pytest.mark.parametrize("strategy", EVERY, ids=str)
def test_mine_never_gives_positives_copies_or_ineligible_pairs(embeddings, strategy):
    draw = np.random.default_rng(7)
    base = draw.standard_normal((300, 16))
    queries = embeddings("q", 40)
    documents = embeddings("d", vectors=np.concatenate((base, base[:60] + 0.02 * draw.standard_normal((60, 16)))))
    texts = Texts(
        {q: q for q in queries.ids}, {d: f"text of {d}" for d in documents.ids} | {"d200": "Same", "d201": " sáme "}
    )
    positives = {q: {f"d{i}" for i in draw.choice(60, 3)} | {"d200"} for q in queries.ids}
    mask = draw.random((40, 360)) < 0.7
    mined = mine(queries, documents, positives, strategy, texts=texts, eligible=Eligible.of(mask))
    cosines = documents.vectors.astype(np.float64) @ documents.vectors.T.astype(np.float64)
    copies = 0
    for q, row, (query_id, found) in zip(range(40), mask, mined):
        assert found
        for i in map(documents.ids.index, found):
            assert row[i]
            assert documents.ids[i] not in positives[query_id]
            assert all(cosines[i, documents.ids.index(p)] < 0.95 for p in positives[query_id])
            assert i != 201
            copies += queries.vectors[q] @ documents.vectors[i] >= 0.95
    assert copies == 0
    assert (cosines >= 0.95).sum() > 360 + 2 * 50  # so there was something to leave out


def test_refused_pairs_are_a_mask_without_the_mask(embeddings):
    queries, documents = embeddings("q", 30), embeddings("d", 50)
    refused = {"q3": {"d1", "d49"}, "q29": {"d0"}}
    mask = np.array([[d not in refused.get(q, ()) for d in documents.ids] for q in queries.ids])
    rule = Eligible.but(refused, queries.ids, documents.ids)
    assert np.array_equal(rule.rows(0, 30), mask)
    assert np.array_equal(rule.rows(29, 30), mask[29:])
    assert rule.name != Eligible.but({"q3": {"d1"}}, queries.ids, documents.ids).name
    with pytest.raises(UnknownIdError, match="refused pairs name are unknown: 'd50'"):
        Eligible.but({"q3": {"d50"}}, queries.ids, documents.ids)


@pytest.mark.parametrize("strategy", EVERY, ids=str)
def test_mine_blocks_threads_and_order_of_input_change_nothing(market, strategy, monkeypatch):
    queries, documents, positives = market
    at_once = negatives(mine(queries, documents, positives, strategy, MineSettings(seed=3, threads=1)))
    monkeypatch.setattr(mining, "BLOCK", 7)
    turned = [Embeddings(side.ids[::-1], side.vectors[::-1].copy(), "test") for side in (queries, documents)]
    assert negatives(mine(*turned, positives, strategy, MineSettings(seed=3, threads=3))) == at_once
    if strategy.pick in ("uniform", "clustered"):
        assert negatives(mine(queries, documents, positives, strategy, MineSettings(seed=4))) != at_once


@pytest.mark.parametrize("n", [2, 3, 8, 24, 25, 33])
def test_mine_rum_in_a_small_pool_gives_one_negative_and_never_the_best(embeddings, brute_force, n):
    queries, documents = embeddings("q", 12), embeddings("d", n)
    ranked = brute_force(queries, documents)
    positives = {q: {ranked[q][0]} for q in queries.ids}
    for q, found in mine(queries, documents, positives, RumWindow(), OFF):
        assert found == (ranked[q][min(10, n // 2)],)


def test_mine_an_empty_window_gives_the_best_admissible_below_it(embeddings, brute_force):
    queries, documents = embeddings("q", 3), embeddings("d", 50)
    ranked = brute_force(queries, documents)
    positives = {q: set(ranked[q][10:14]) for q in queries.ids}
    found = negatives(mine(queries, documents, positives, RumWindow(), OFF))
    assert found == {q: (ranked[q][14],) for q in queries.ids}


def test_mine_an_anchor_with_nothing_but_positives_gets_none(market):
    queries, documents, _ = market
    for strategy in EVERY:
        mined = mine(queries, documents, {"q2": set(documents.ids)}, strategy, OFF)
        assert negatives(mined)["q2"] == ()
        assert mined.counts()["none"] == 1


def test_mine_says_how_far_it_is(market):
    said = []
    mine(*market, TopK(), on_progress=lambda done, total: said.append((done, total)))
    assert said == [(1, 1)]


def test_mine_bad_input_is_refused(market, embeddings):
    queries, documents, positives = market
    nobody, other = embeddings("q", vectors=np.ones((1, 16))), Embeddings(("q0",), queries.vectors[:1], "another")
    nobody = Embeddings((), nobody.vectors[:0], "test")
    with pytest.raises(InputError, match="there are no queries"):
        mine(nobody, documents, {}, TopK())
    with pytest.raises(InputError, match="1 documents: a negative is another document"):
        mine(queries, embeddings("d", 1), {}, RumWindow())
    with pytest.raises(InputError, match="two encoders"):
        mine(other, documents, {}, TopK())
    with pytest.raises(UnknownIdError, match=r"1 of 2 documents that the positive pairs name are unknown: 'd999'"):
        mine(queries, documents, {"q0": {"d999", "d1"}}, TopK())
    with pytest.raises(UnknownIdError, match=r"1 of 1 queries .* 'v1'"):
        mine(queries, documents, {"v1": {"d1"}}, TopK())
    with pytest.raises(InputError, match="give the texts"):
        mine(queries, documents, positives, Bm25())
    with pytest.raises(UnknownIdError, match="400 of 400 documents have a vector and no text"):
        mine(queries, documents, positives, Bm25(), texts=Texts(dict.fromkeys(queries.ids, "a"), {}))
    with pytest.raises(InputError, match="near-duplicates"):
        mine(queries, documents, positives, TopK(), MineSettings(near_duplicates=1.5))
    with pytest.raises(InputError, match="mask of shape"):
        mine(queries, documents, positives, TopK(), eligible=Eligible.of(np.ones((30, 5), dtype=bool)))
    with pytest.raises(InputError, match="file should be 'npy' or 'parquet'"):
        mine(queries, documents, positives, TopK(), MineSettings(file="csv"))
