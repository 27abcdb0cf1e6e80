"""evaluate() against the definitions spelt out, on random runs with ties, unjudged, unranked and graded documents."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobfit.evaluation.measures import evaluate
from jobfit.runs import Qrels, Ranking, Run

DOCUMENTS = [f"d{i}" for i in range(8)]
SCORES = st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1)
GRADES = st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1)
K = 3


def by_definition(order, grades):
    """Every measure of one query, from its documents in rank order."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    hit = [document in relevant for document in order]
    precision = [sum(hit[: i + 1]) / (i + 1) for i in range(len(hit))]
    first = next((i + 1 for i, found in enumerate(hit) if found), math.inf)
    every = len(relevant)

    def average(k, denominator):
        return sum(p for p, found in zip(precision[:k], hit[:k]) if found) / denominator

    def ndcg(k, gain):
        dcg = sum(gain(grades.get(document, 0)) / math.log2(i + 2) for i, document in enumerate(order[:k]))
        best = sorted(map(gain, grades.values()), reverse=True)[:k]
        return dcg / sum(value / math.log2(i + 2) for i, value in enumerate(best))

    return {
        f"Success@{K}": float(any(hit[:K])),
        f"P@{K}": sum(hit[:K]) / K,
        f"R@{K}": sum(hit[:K]) / every,
        f"R(norm=min)@{K}": sum(hit[:K]) / min(K, every),
        "RR": 1 / first,
        f"MRR@{K}": 1 / first if first <= K else 0.0,
        "AP": average(None, every),
        f"MAP@{K}": average(K, every),
        f"AP(norm=min)@{K}": average(K, min(K, every)),
        "nDCG": ndcg(None, float),
        f"nDCG@{K}": ndcg(K, float),
        f"nDCG(gain=exp)@{K}": ndcg(K, lambda grade: 2.0**grade - 1),
        "Rprec": sum(hit[:every]) / every,
    }


@settings(max_examples=150, deadline=None)
@given(SCORES, GRADES)
def test_evaluate_agrees_with_the_definitions(scores, grades):
    if not any(grades.values()):
        return
    ranking = Ranking.from_scores("q", list(scores), list(scores.values()))
    expected = by_definition(ranking.document_ids, grades)
    report = evaluate(Run("r", {"q": ranking}), Qrels({"q": grades}), list(expected))
    assert {name: values["q"] for name, values in report.per_query.items()} == pytest.approx(expected)


@settings(max_examples=40, deadline=None)
@given(SCORES, GRADES, st.sampled_from([0.5, 3.0, 1e6]), st.randoms())
def test_evaluate_order_of_input_and_a_positive_factor_change_nothing(scores, grades, factor, random):
    if not any(grades.values()):
        return
    shuffled = random.sample(list(scores), len(scores))
    names = ["nDCG@3", "AP(norm=min)@3", "ERR(max=3)@3", "RR"]
    one = Ranking.from_scores("q", list(scores), list(scores.values()))
    two = Ranking.from_scores("q", shuffled, [scores[document] * factor for document in shuffled])
    reports = [evaluate(Run("r", {"q": ranking}), Qrels({"q": grades}), names) for ranking in (one, two)]
    assert reports[0].per_query == reports[1].per_query
    assert reports[0].aggregate["RR"].tied == reports[1].aggregate["RR"].tied
