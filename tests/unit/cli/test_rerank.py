"""--rerank of jobfit rank, evaluate --data and match."""

import json

import pytest

from jobfit.ingest.formats.trec import read_run
from jobfit.reading import read_documents
from jobfit.scorers.base import PersonJob
from jobfit.scorers.cross_encoder import load_cross_encoder


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    from jobfit.simulation.writer import simulate_to

    folder = tmp_path_factory.mktemp("market")
    simulate_to(folder / "market", 30, 4, 3, rendered_share=0.0)
    return folder / "market/beir"


def files(data, direction):
    return ("--corpus", data / direction / "corpus.jsonl", "--queries", data / direction / "queries.jsonl")


@pytest.mark.parametrize("direction", ["candidates_for_vacancy", "vacancies_for_candidate"])
def test_rank_puts_the_best_into_the_rerankers_order(jobfit, data, bert, tmp_path, direction):
    folder = bert()
    first, second = tmp_path / "first.trec", tmp_path / "second.trec"
    kinds = ("--corpus-kind", "vacancy") if direction == "vacancies_for_candidate" else ()
    common = (*files(data, direction), "--system", "bm25", *kinds)
    assert jobfit("rank", *common, "--out", first).code == 0
    ran = jobfit("rank", *common, "--out", second, "--rerank", folder, "--rerank-top", 3, "--json")
    assert ran.json["reranker"] == {
        "folder": str(folder), "model": load_cross_encoder(folder).fingerprint, "licence": "unknown", "top": 3,
    }  # fmt: skip
    assert "its licence is unknown" in ran.err
    before, after = read_run(first), read_run(second)
    texts = {
        document.id: document for path in files(data, direction)[1::2] for document in read_documents(path, rejects=[])
    }
    scorer = load_cross_encoder(folder)
    for ranking in before:
        best, rest = ranking.document_ids[:3], ranking.document_ids[3:]
        query = texts[ranking.query_id]
        pairs = [(texts[i], query) if direction == "candidates_for_vacancy" else (query, texts[i]) for i in best]
        scores = scorer.score([PersonJob(*pair) for pair in pairs])
        wanted = [i for _, i in sorted(zip(scores, best, strict=True), reverse=True)]
        assert after.rankings[ranking.query_id].document_ids == (*wanted, *rest)


def test_rank_refuses_what_is_no_reranker_before_it_ranks(jobfit, data, tmp_path):
    common = (*files(data, "candidates_for_vacancy"), "--system", "random", "--out", tmp_path / "run.trec")
    ran = jobfit("rank", *common, "--rerank", "BAAI/bge-reranker-v2-m3")
    assert ran.code == 4 and "read from a local folder" in ran.err and not (tmp_path / "run.trec").exists()
    (tmp_path / "empty").mkdir()
    ran = jobfit("rank", *common, "--rerank", tmp_path / "empty")
    assert ran.code == 4 and "config.json cannot be read" in ran.err


def test_evaluate_of_a_run_has_nothing_to_rerank(jobfit, bert, tmp_path):
    ran = jobfit("evaluate", "--run", tmp_path / "a", "--qrels", tmp_path / "b", "--rerank", bert())
    assert ran.code == 2 and "jobfit rank --rerank" in ran.err


def test_evaluate_data_measures_the_reranked_order(jobfit, data, bert):
    common = ("evaluate", "--data", data / "candidates_for_vacancy", "--system", "bm25", "--json")
    plain = jobfit(*common)
    assert plain.code == 0, plain.err
    again = jobfit(*common, "--rerank", bert(), "--rerank-top", 30)
    assert plain.json["reranker"] is None and again.json["reranker"]["top"] == 30
    [name] = plain.json["rankings"]
    assert again.json["rankings"][name]["run"] == plain.json["rankings"][name]["run"] + "+rerank"
    assert again.json["rankings"][name]["measures"] != plain.json["rankings"][name]["measures"]


def test_match_shows_what_the_reranker_adds_and_takes(app, market, bert):
    assert app("ingest", market).code == 0
    folder = bert()
    plain = app("match", "--vacancy", "developer", "--json").json
    again = app("match", "--vacancy", "developer", "--rerank", folder, "--rerank-top", 2, "--json").json
    assert again["reranker"]["folder"] == str(folder) and plain["reranker"] is None
    assert {entry["id"] for entry in plain["entries"]} == {entry["id"] for entry in again["entries"]}
    moved = [
        part["value"] for entry in again["entries"] for part in entry["contributions"] if part["name"] == "reranker"
    ]
    assert len(moved) == len(again["entries"]) and sum(moved) == pytest.approx(0)


def test_vacancy_that_is_cut_is_told(jobfit, bert, tmp_path):
    (tmp_path / "corpus.jsonl").write_text('{"_id": "c", "title": "", "text": "nurse of the night, ten years"}\n')
    long = "nurse of the night wanted by the team. " * 20
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "v", "text": long}))
    common = ("--corpus", tmp_path / "corpus.jsonl", "--queries", tmp_path / "queries.jsonl", "--out", tmp_path / "r")
    ran = jobfit("rank", *common, "--system", "random", "--rerank", bert())
    assert ran.code == 0 and "1 pairs hold a vacancy too long" in ran.err, ran.err


def test_rank_with_a_language_model_orders_the_best_and_tells_what_it_cost(jobfit, data, llm_server, tmp_path):
    llm_server.model = lambda messages, fields: '{"best_first": ["profile_2", "profile_1", "profile_4", "profile_3"]}'
    common = (*files(data, "candidates_for_vacancy"), "--system", "bm25", "--rerank-top", 5)
    first, second = tmp_path / "first.trec", tmp_path / "second.trec"
    assert jobfit("rank", *common, "--out", first).code == 0
    ran = jobfit(
        "rank",
        *common,
        "--out",
        second,
        "--llm-url",
        llm_server.url,
        "--llm-model",
        "m",
        "--llm-cache",
        tmp_path / "kept",
        "--json",
    )
    assert ran.code == 0, ran.err
    told = ran.json["list_reranker"]
    assert (told["model"], told["top"], told["windows"], told["order_kept"]) == ("m", 5, 8, {})
    assert told["spent"]["requests"] == 8
    before, after = read_run(first), read_run(second)
    assert [r.document_ids for r in after] != [r.document_ids for r in before]
    for ranking in before:
        ids = after.rankings[ranking.query_id].document_ids
        assert sorted(ids[:5]) == sorted(ranking.document_ids[:5]) and ids[5:] == ranking.document_ids[5:]


def test_rank_with_two_rerankers_or_half_a_model_is_refused(jobfit, data, bert, tmp_path):
    common = (*files(data, "candidates_for_vacancy"), "--system", "random", "--out", tmp_path / "r")
    ran = jobfit("rank", *common, "--rerank", bert(), "--llm-url", "http://localhost:1/v1", "--llm-model", "m")
    assert ran.code == 2 and "not both" in ran.err
    ran = jobfit("rank", *common, "--llm-url", "http://localhost:1/v1")
    assert ran.code == 2 and "--llm-model" in ran.err
