from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from jobfit.errors import InputError, UnknownIdError
from jobfit.records import Document, Kind
from jobfit.retrieval.rerank import rerank
from jobfit.runs import Ranking, Run
from jobfit.scorers.base import PersonJob

QUERIES = [Document("q1", "nurse"), Document("q2", "welder"), Document("q3", "cook")]
CORPUS = [Document(f"d{i}", "x" * (i + 1)) for i in range(6)]
RUN = Run(
    "hybrid",
    {
        "q1": Ranking.from_scores("q1", [f"d{i}" for i in range(6)], [0.9, 0.8, 0.5, 0.4, 0.1, 0.0]),
        "q2": Ranking.from_scores("q2", ["d5"], [0.3]),
        "q3": Ranking("q3", ()),
    },
)


class Longest:
    """Likes long CVs; remembers what it was asked."""

    def __init__(self, side: str = "candidate") -> None:
        self.side, self.asked = side, []

    def score(self, pairs: Sequence[PersonJob]) -> NDArray[np.float64]:
        self.asked += [(pair.vacancy.id, pair.candidate.id) for pair in pairs]
        return np.array([float(len(getattr(pair, self.side).text)) for pair in pairs])


def test_first_k_take_the_scorers_order_and_scores_and_the_rest_follows() -> None:
    steps: list[tuple[int, int]] = []
    scorer = Longest()
    found = rerank(RUN, QUERIES, CORPUS, scorer, 3, on_progress=lambda *step: steps.append(step))
    assert found.name == "hybrid+rerank" and list(found.rankings) == ["q1", "q2", "q3"]
    assert found.rankings["q1"].document_ids == ("d2", "d1", "d0", "d3", "d4", "d5")
    scores = [hit.score for hit in found.rankings["q1"].hits]
    # 3, 2, 1 by the scorer; then 1 below the last, and 0.3 and 0.1 further down, as they were
    np.testing.assert_allclose(scores, [3, 2, 1, 0, -0.3, -0.4])
    assert found.rankings["q2"].hits == (("d5", 6.0),) and found.rankings["q3"].hits == ()
    assert scorer.asked == [("q1", "d0"), ("q1", "d1"), ("q1", "d2"), ("q2", "d5")]
    assert steps[0] == (0, 4) and steps[-1] == (4, 4)


def test_run_that_is_written_and_ordered_again_keeps_its_order() -> None:
    found = rerank(RUN, QUERIES, CORPUS, Longest(), 2).rankings["q1"]
    again = Ranking.from_scores("q1", found.document_ids[::-1], [hit.score for hit in found.hits][::-1])
    assert again == found


def test_more_than_there_are_reranks_all_and_loses_nobody() -> None:
    found = rerank(RUN, QUERIES, CORPUS, Longest(), 100)
    for query_id, ranking in RUN.rankings.items():
        assert sorted(found.rankings[query_id].document_ids) == sorted(ranking.document_ids)
    assert found.rankings["q1"].document_ids == ("d5", "d4", "d3", "d2", "d1", "d0")


def test_candidate_that_asks_is_the_candidate_of_the_pair() -> None:
    scorer = Longest("vacancy")
    rerank(RUN, QUERIES, CORPUS, scorer, 1, asking=Kind.CANDIDATE)
    assert scorer.asked == [("d0", "q1"), ("d5", "q2")]


def test_queries_are_scored_in_groups_and_each_gets_its_own_scores() -> None:
    corpus = [Document(f"d{i:03}", "y" * (1 + i)) for i in range(300)]
    ids = [document.id for document in corpus]
    run = Run("r", {f"q{n}": Ranking.from_scores(f"q{n}", ids, -np.arange(300.0)) for n in range(5)})
    queries = [Document(f"q{n}", "q") for n in range(5)]
    steps: list[int] = []
    found = rerank(run, queries, corpus, Longest(), 300, on_progress=lambda done, total: steps.append(done))
    assert all(ranking.document_ids == tuple(reversed(ids)) for ranking in found)
    assert steps == [0, 600, 1200, 1500]


def test_equal_scores_are_ordered_as_everywhere_and_not_by_the_first_run() -> None:
    class Same:
        def score(self, pairs: Sequence[PersonJob]) -> NDArray[np.float64]:
            return np.zeros(len(pairs))

    ids = [f"d{i}" for i in range(6)]
    expected = Ranking.from_scores("q1", ids, np.zeros(6)).document_ids
    assert rerank(RUN, QUERIES, CORPUS, Same(), 6).rankings["q1"].document_ids == expected


def test_bad_input_is_named() -> None:
    class NotANumber:
        def score(self, pairs: Sequence[PersonJob]) -> NDArray[np.float64]:
            return np.full(len(pairs), np.nan)

    with pytest.raises(InputError, match="k must be at least 1, not 0"):
        rerank(RUN, QUERIES, CORPUS, Longest(), 0)
    with pytest.raises(UnknownIdError, match="the query 'q1'"):
        rerank(RUN, QUERIES[1:], CORPUS, Longest(), 2)
    with pytest.raises(UnknownIdError, match="query 'q1': the run names the document 'd0'"):
        rerank(RUN, QUERIES, CORPUS[1:], Longest(), 2)
    with pytest.raises(InputError, match=r"query 'q1': the score of document 'd\d' is NaN"):
        rerank(RUN, QUERIES, CORPUS, NotANumber(), 2)
    assert rerank(Run("empty"), [], [], Longest(), 2) == Run("empty+rerank")
