"""The windows, the answers that are used and those that are not, on a real HTTP endpoint of this machine."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.llm.client import Client
from jobfit.llm.errors import EndpointError
from jobfit.llm.settings import Settings
from jobfit.records import Document, Kind
from jobfit.retrieval.listwise import Listwise, rerank_listwise, windows
from jobfit.runs import Ranking, Run

QUERIES = [Document(f"q{i}", f"Vacancy {i}: welder wanted") for i in range(3)]
CORPUS = [Document(f"d{i}", f"Skilled worker, {i} years of welding") for i in range(12)]
IDS = [document.id for document in CORPUS]
RUN = Run("hybrid", {query.id: Ranking.from_scores(query.id, IDS, -np.arange(12.0)) for query in QUERIES})
SHOWN = re.compile(r"<(\w+_\d+) [0-9a-f]{16}>\n(.*?)\n</", re.DOTALL)


def shown(messages):
    """The years of each text that a request shows, in its order."""
    return [int(re.search(r"(\d+) years", text)[1]) for _, text in SHOWN.findall(messages[-1]["content"])]


def order(*numbers):
    """The answer that names the texts of these numbers."""
    return json.dumps({"best_first": [f"profile_{number}" for number in numbers]})


def most_years(messages, fields):
    years = shown(messages)
    return order(*(i + 1 for i in sorted(range(len(years)), key=lambda i: -years[i])))


@pytest.fixture
def client(llm_server, tmp_path):
    llm_server.model = most_years
    settings = Settings(first_wait=0.001, seconds=5, attempts=2, concurrency=2)
    with Client(llm_server.url, "m", cache=tmp_path / "cache", settings=settings) as made:
        yield made


def test_windows_go_up_and_always_reach_the_top():
    assert list(windows(8, Listwise())) == [4, 2, 0]
    assert list(windows(9, Listwise(passes=2))) == [5, 3, 1, 0] * 2
    assert list(windows(4, Listwise())) == list(windows(2, Listwise())) == [0]
    assert list(windows(1, Listwise())) == list(windows(0, Listwise())) == []
    assert list(windows(7, Listwise(window=5, stride=4))) == [2, 0]


def test_best_few_come_to_the_top_in_one_pass_as_by_hand(client, llm_server):
    found = rerank_listwise(RUN, QUERIES, CORPUS, client, 8)
    # 0..7, most years best: [4..7] -> 7654 at the end; [2,3,7,6] -> 7632; [0,1,7,6] -> 7610
    assert found.run.rankings["q0"].document_ids[:8] == ("d7", "d6", "d1", "d0", "d3", "d2", "d5", "d4")
    assert found.run.rankings["q0"].document_ids[8:] == ("d8", "d9", "d10", "d11")
    scores = [hit.score for hit in found.run.rankings["q0"].hits]
    np.testing.assert_allclose(scores, [8, 7, 6, 5, 4, 3, 2, 1, 0, -1, -2, -3])
    assert (found.asked, found.kept, found.run.name) == (9, {}, "hybrid+listwise")
    assert len(llm_server.requests) == 9


def test_a_model_may_be_held_to_the_names_of_the_window_and_has_room_for_them(client, llm_server):
    rerank_listwise(RUN, QUERIES, CORPUS, client, 3)
    for body in llm_server.requests:
        shape = body["response_format"]["json_schema"]["schema"]["properties"]["best_first"]
        assert shape["items"]["enum"] == ["profile_1", "profile_2", "profile_3"]
        assert len(json.dumps(json.loads(order(1, 2, 3)), indent=2)) < 3 * body["max_tokens"]


def test_enough_passes_sort_the_list(client):
    run = Run("hybrid", {"q0": RUN.rankings["q0"]})
    found = rerank_listwise(run, QUERIES, CORPUS, client, 12, settings=Listwise(passes=6))
    assert found.run.rankings["q0"].document_ids == tuple(reversed(IDS))


def test_texts_are_shown_in_an_order_of_the_seed_and_nobody_has_a_place(client, llm_server):
    first = rerank_listwise(RUN, QUERIES, CORPUS, client, 8)
    asked = {tuple(shown(body["messages"])) for body in llm_server.requests}
    assert any(list(one) != sorted(one) for one in asked)
    again = rerank_listwise(RUN, QUERIES, CORPUS, client, 8)
    assert again == first and len(llm_server.requests) == 9  # all from the cache
    alone = rerank_listwise(Run("hybrid", {"q1": RUN.rankings["q1"]}), QUERIES, CORPUS, client, 8)
    assert alone.run.rankings["q1"] == first.run.rankings["q1"] and len(llm_server.requests) == 9
    rerank_listwise(RUN, QUERIES, CORPUS, client, 8, settings=Listwise(seed=1))
    assert len(llm_server.requests) > 9


def test_liking_for_the_first_place_favours_nobody(client, llm_server):
    llm_server.model = lambda messages, fields: order(*range(1, len(shown(messages)) + 1))
    queries = [Document(f"x{i}", "welder wanted") for i in range(120)]
    run = Run("r", {query.id: Ranking.from_scores(query.id, IDS[:4], [4.0, 3, 2, 1]) for query in queries})
    found = rerank_listwise(run, queries, CORPUS, client, 4)
    first = [ranking.document_ids[0] for ranking in found.run]
    counts = [first.count(i) for i in IDS[:4]]
    assert min(counts) >= 15 and max(counts) <= 46  # 30 each, give or take 3.4 standard deviations


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (order(1, 2, 3), "not_an_order"),
        (order(1, 2, 3, 3), "not_an_order"),
        (order(1, 2, 3, 4, 4), "not_an_order"),
        (order(), "not_an_order"),
        (order(0, 1, 2, 3), None),
        ('{"best_first": [1, 2, 3, 4]}', None),
        ('{"best_first": "4321"}', None),
        ("[2] > [1] > [3] > [4]", None),
        ("", None),
    ],
)
def test_answer_that_is_no_order_keeps_the_order_and_is_counted(client, llm_server, answer, reason):
    llm_server.model = lambda messages, fields: answer
    found = rerank_listwise(RUN, QUERIES, CORPUS, client, 6)
    assert sum(found.kept.values()) == found.asked == 6
    assert reason is None or found.kept == {reason: 6}
    for ranking in RUN:
        assert found.run.rankings[ranking.query_id].document_ids == ranking.document_ids


def test_answers_of_any_kind_lose_nobody(client, llm_server):
    dice = np.random.default_rng(0)
    replies = [[2, 1, 4, 3], [1, 1, 1, 1], [9], [4, 3, 2, 1], [3, 4, 1, 2]]
    llm_server.model = lambda messages, fields: order(*replies[dice.integers(len(replies))])
    found = rerank_listwise(RUN, QUERIES, CORPUS, client, 11, settings=Listwise(passes=3))
    for ranking in found.run:
        assert sorted(ranking.document_ids) == sorted(IDS)
        again = Ranking.from_scores(ranking.query_id, ranking.document_ids, [hit.score for hit in ranking.hits])
        assert again == ranking
    assert 0 < sum(found.kept.values()) < found.asked


def test_list_of_one_is_not_asked_about(client, llm_server):
    run = Run("r", {"q0": Ranking.from_scores("q0", ["d3"], [0.5]), "q1": Ranking("q1", ())})
    found = rerank_listwise(run, QUERIES, CORPUS, client, 8)
    assert [ranking.document_ids for ranking in found.run] == [("d3",), ()] and not llm_server.requests


def test_what_is_sent_is_masked_cut_and_counted(client, llm_server):
    cv = "Ann Lee\nann.lee@example.org\n+33 6 12 34 56 78\nWelder, 5 years of welding\n" + "steel " * 2000
    corpus = [Document("d0", cv), CORPUS[1]]
    run = Run("r", {"q0": Ranking.from_scores("q0", ["d0", "d1"], [2.0, 1.0])})
    found = rerank_listwise(run, QUERIES, corpus, client, 2, settings=Listwise(characters=500))
    [body] = llm_server.requests
    sent = json.dumps(body["messages"])
    assert "ann.lee" not in sent and "12 34 56" not in sent and "Ann Lee" not in sent and len(sent) < 4000
    assert found.cut == 1


def test_candidate_that_asks_sees_vacancies(client, llm_server):
    rerank_listwise(RUN, QUERIES, CORPUS, client, 4, asking=Kind.CANDIDATE)
    content = llm_server.requests[0]["messages"]
    assert "<profile " in content[-1]["content"] and "<vacancy_4 " in content[-1]["content"]
    assert "vacancies by how well each fits a candidate" in content[0]["content"]


def test_endpoint_that_refuses_ends_the_run(client, llm_server):
    llm_server.otherwise = "status:401"
    with pytest.raises(EndpointError):
        rerank_listwise(RUN, QUERIES, CORPUS, client, 8)


def test_settings_that_cannot_work_are_refused(client):
    with pytest.raises(InputError, match="nobody in common"):
        Listwise(window=2, stride=2)
    with pytest.raises(InputError, match="k must be at least 1"):
        rerank_listwise(RUN, QUERIES, CORPUS, client, 0)
