"""benchmarks/fit_fusion.py: weights are replaced only by better ones, and what is said of the others stays."""

import tomllib

import numpy as np
import pytest

import fit_fusion
from jobfit.encoders.hashing import HashingEncoder
from jobfit.records import Document
from jobfit.retrieval.hybrid import search_fed_back
from jobfit.retrieval.kinds import Comparison
from jobfit.retrieval.memory import MemoryDocuments
from jobfit.retrieval.signals import Query, encode_queries
from jobfit.retrieval.weights import KNOWN, WeightTable

pytest.importorskip("lightgbm")

NAMES = ("lexical", "characters", "dense")


def judged(queries=60, documents=30):
    """Lists where ``dense`` finds the right three, ``characters`` half of it, and ``lexical`` is noise."""
    rng = np.random.default_rng(5)
    corpus = MemoryDocuments([Document(f"d{n:02}", f"word{n}") for n in range(documents)], HashingEncoder())
    rows = []
    for number in range(queries):
        grades = np.zeros(documents, dtype=np.int64)
        grades[rng.choice(documents, 3, replace=False)] = 1
        scores = rng.random((documents, len(fit_fusion.WHOLE))).astype(np.float32)
        scores[:, fit_fusion.WHOLE.index("dense")] += 2.0 * grades
        scores[:, fit_fusion.WHOLE.index("characters")] += 0.4 * grades
        query = Query(f"q{number}", "asks", ["asks"], np.zeros(4, dtype=np.float32))
        rows.append(fit_fusion.Judged("made up", scores, grades, (corpus, query), (Comparison.TITLES, KNOWN)))
    return rows


@pytest.fixture(scope="module")
def rows():
    return judged()


def shipping(monkeypatch, **weights):
    table = WeightTable({(Comparison.TITLES, KNOWN): weights})
    monkeypatch.setattr(fit_fusion, "shipped_table", lambda fast=False: table)


def test_weights_of_noise_are_replaced(rows, monkeypatch):
    shipping(monkeypatch, lexical=1.0)
    report, learnt = fit_fusion.compared(rows, NAMES)
    assert learnt.get("lexical", 0.0) < learnt["dense"] and max(learnt.values()) == 1.0
    means = report["sets"]["made up"]
    assert (report["replaces"], report["harms"], means["queries"]) == (True, [], 60)
    assert means["dense"] == 1.0 and means["learnt"] > 0.99 and means["lambdarank"] > 0.95
    assert means["old weights"] == means["lexical"] < 0.5


def test_weights_that_rank_as_well_stay(rows, monkeypatch):
    shipping(monkeypatch, dense=1.0)
    report, _ = fit_fusion.compared(rows, NAMES)
    assert not report["replaces"]


def test_what_feeds_back_is_the_part_that_a_search_by_these_weights_shows():
    encoder = HashingEncoder(64)
    documents = MemoryDocuments([Document(f"d{n}", f"nurse word{n} word{n + 1}") for n in range(6)], encoder)
    [query] = encode_queries([Document("q", "nurse word2")], encoder)
    signals = {signal.name: signal for signal in documents.signals}
    weights = {"dense": 1.0, "lexical": 0.5, "feedback": 0.4}
    texts = documents.texts()
    found = search_fed_back(query, [signals[name] for name in weights], weights, texts, texts.among(), documents)
    assert fit_fusion._fed_back(query, documents, weights) == pytest.approx(found.parts["feedback"] / 0.4)


def test_what_one_signal_gives_is_its_own_ndcg(rows):
    """The oracle: ir-measures' nDCG@10 of the column alone."""
    import ir_measures
    from ir_measures import nDCG

    one = rows[0]
    ids = one.ask[0].texts().ids
    run = {"q": {i: float(s) for i, s in zip(ids, one.scores[:, fit_fusion.WHOLE.index("lexical")], strict=True)}}
    qrels = {"q": {i: int(g) for i, g in zip(ids, one.grades, strict=True)}}
    expected = next(iter(ir_measures.iter_calc([nDCG @ 10], qrels, run))).value
    found = fit_fusion._values([one], fit_fusion._line({"lexical": 1.0}))
    assert list(found.values()) == pytest.approx([expected])


def test_written_weights_stand_in_their_place_and_the_rest_stays(tmp_path):
    path = tmp_path / "fusion.toml"
    path.write_text((fit_fusion.DATA / "fusion.toml").read_text(encoding="utf-8"), encoding="utf-8")
    before = tomllib.loads(path.read_text(encoding="utf-8"))
    learnt = {(Comparison.TITLES, KNOWN): ({"dense": 1.0, "lexical": 0.25}, "9 queries of a set")}
    fit_fusion._write(path, learnt)
    text = path.read_text(encoding="utf-8")
    titles = {"learnt": "9 queries of a set", "dense": 1.0, "lexical": 0.25}
    assert tomllib.loads(text) == before | {"known": before["known"] | {"titles": titles}}
    last = {(Comparison.LISTS, "unknown"): ({"lexical": 1.0}, "another")}
    fit_fusion._write(path, last)
    lists = tomllib.loads(path.read_text(encoding="utf-8"))["unknown"]["lists"]
    assert lists == {"learnt": "another", "lexical": 1.0}
