"""jobfit hyre and jobfit annotate, run as a user runs them: offline on the simulated market, and against a server."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from jobfit.encoders.generated import GeneratedStore, augmented_texts
from jobfit.ingest.formats.beir import every_document
from jobfit.retrieval.systems import rank
from jobfit.training.annotators import read_truth

SOURCE = Path(__file__).resolve().parents[3] / "src"
REPLY = json.dumps({"comparison": "A names more of it.", "preferred": "A", "confidence": 70})


@pytest.fixture
def command(jobfit, monkeypatch, tmp_path):
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("JOBFIT_LLM_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    return jobfit


@pytest.fixture
def market(command, tmp_path):
    """The BEIR folder of a small market, and the market itself."""
    command("simulate", "--out", tmp_path / "m", "--candidates", 25, "--vacancies", 5, "--seed", 4)
    return tmp_path / "m"


@pytest.fixture
def data(market):
    return market / "beir" / "candidates_for_vacancy"


@pytest.fixture
def llm(llm_server, tmp_path):
    return ("--llm-url", llm_server.url, "--llm-model", "m", "--llm-cache", tmp_path / "answers")


@pytest.fixture
def examples(tmp_path):
    """A training set in RankPO's format."""
    rows = [{"query": f"Vacancy {n}", "positives": [f"Accepted resume {n}"], "negatives": ["No"]} for n in range(3)]
    (tmp_path / "ex").mkdir()
    (tmp_path / "ex/train_data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path / "ex"


def test_hyre_offline_writes_a_text_for_each_vacancy_and_nothing_the_second_time(command, data, tmp_path):
    arguments = ("hyre", "--vacancies", data / "queries.jsonl", "--offline", "--out", tmp_path / "h.jsonl", "--json")
    assert command(*arguments, "--dry-run").json == {
        "hyre": "template (offline counterpart, not an LLM)", "out": str(tmp_path / "h.jsonl"), "missing": 5,
        "estimate": None,
    }  # fmt: skip
    assert not (tmp_path / "h.jsonl").exists()
    first = command(*arguments)
    assert (first.code, first.json["written"], first.json["kept"], first.json["llm"]) == (0, 5, 0, None)
    before = (tmp_path / "h.jsonl").read_bytes()
    assert (command(*arguments).json["kept"], (tmp_path / "h.jsonl").read_bytes()) == (5, before)
    texts = {document.id: document.text for document in every_document(data / "queries.jsonl")}
    augmented = augmented_texts(texts, GeneratedStore.read(tmp_path / "h.jsonl"))
    assert all(text.startswith(texts[id_] + "\n[An Example Resume]\n") for id_, text in augmented.items())
    assert "hyre: template (offline counterpart, not an LLM)" in command(*arguments[:-1]).out


def test_hyre_asks_a_model_with_accepted_pairs_and_counts_the_cost(command, data, llm, llm_server, examples, tmp_path):
    llm_server.model = lambda messages, fields: "Cooked soup for the guests of a house."
    out = tmp_path / "h.jsonl"
    arguments = ("hyre", "--vacancies", data / "queries.jsonl", "--examples", examples, "--out", out, *llm, "--json")
    dry = command(*arguments, "--dry-run", "--llm-price-prompt", 1.0).json
    assert (dry["missing"], dry["estimate"]["requests"], len(llm_server.requests)) == (5, 5, 0)
    assert dry["estimate"]["cost_at_most"] > 0
    ran = command(*arguments)
    assert (ran.code, ran.json["written"], ran.json["hyre"], ran.json["llm"]["spent"]["requests"]) == (
        0,
        5,
        "llm: m",
        5,
    )
    assert any("Accepted resume" in body["messages"][1]["content"] for body in llm_server.requests)
    assert command(*arguments, "--dry-run").json["missing"] == 0


def test_hyre_with_some_answers_missing_ends_with_code_7_and_the_next_run_asks_for_those(
    command, data, llm, llm_server, examples, tmp_path
):
    llm_server.model = lambda messages, fields: "Cooked soup for the guests of a house."
    llm_server.script = ["nothing"] * 3
    arguments = ("hyre", "--vacancies", data / "queries.jsonl", "--examples", examples, "--out", tmp_path / "h.jsonl")
    arguments = (*arguments, *llm, "--json", "--llm-attempts", 3, "--llm-concurrency", 1)
    first = command(*arguments)
    assert (first.code, first.json["written"], first.json["failures"]) == (7, 4, {"empty": 1})
    assert "only these are asked for" in first.err
    second = command(*arguments)
    assert (second.code, second.json["written"], second.json["kept"]) == (0, 1, 4)


def test_hyre_of_resumes_is_the_ablation(command, data, tmp_path):
    ran = command("hyre", "--resumes", data / "corpus.jsonl", "--offline", "--out", tmp_path / "v.jsonl", "--json")
    assert (ran.json["written"], ran.json["facts"]["kind"]) == (25, "hypothetical_vacancy")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "name the texts"),
        (("--vacancies", "q.jsonl", "--resumes", "q.jsonl"), "name the texts"),
        (("--vacancies", "q.jsonl"), "say who writes"),
        (("--vacancies", "q.jsonl", "--offline", "--llm-url", "http://localhost/v1"), "say who writes"),
        (("--vacancies", "q.jsonl", "--llm-url", "http://localhost/v1", "--examples", "x"), "--llm-model"),
        (("--vacancies", "absent.jsonl", "--offline"), "absent.jsonl"),
        (("--vacancies", "blank.jsonl", "--offline"), "no text of vacancies"),
    ],
)
def test_hyre_with_contradicting_options_says_what_to_do(command, tmp_path, options, message):
    (tmp_path / "q.jsonl").write_text('{"_id": "v", "text": "Nurse"}\n')
    (tmp_path / "blank.jsonl").write_text('{"_id": "v", "text": " "}\n')
    ran = command("hyre", "--out", "h.jsonl", *options, "--json")
    assert ran.code == 2 and message in ran.json["error"]["message"]


@pytest.fixture
def trec(data, tmp_path):
    from jobfit.ingest.formats.trec import write_run

    queries, corpus = (tuple(every_document(data / f"{name}.jsonl")) for name in ("queries", "corpus"))
    write_run(rank("bm25", queries, corpus, 20), tmp_path / "run.trec")
    return (
        "--vacancies",
        data / "queries.jsonl",
        "--candidates",
        data / "corpus.jsonl",
        "--run",
        tmp_path / "run.trec",
    )


def test_annotate_simulated_from_the_market_s_truth(command, market, trec, tmp_path):
    arguments = ("annotate", *trec, "--simulate-from", market / "truth/pairs.parquet", "--per-vacancy", 8)
    pairs = tmp_path / "annotated_pair_data.jsonl"
    ran = command(*arguments, "--out", tmp_path / "votes.jsonl", "--pairs", pairs, "--json")
    assert (ran.code, ran.json["asked"], ran.json["pairs"], ran.json["failed"]) == (0, 80, 40, 0)
    assert ran.json["annotator"] == "simulated from a known truth (offline counterpart, not an LLM)"
    rows = [json.loads(line) for line in pairs.read_text().splitlines()]
    assert ran.json["decided"] == len(rows) == ran.json["agreement"]["agreed"] > 20
    truth = read_truth(market / "truth/pairs.parquet", {row["query_id"] for row in rows})
    for row in rows:
        a, b = (truth(row["query_id"], row[name]) for name in ("passage_id1", "passage_id2"))
        assert a == b or (a > b) == (row["preferred"] == "A")
    assert sum(row["preferred"] == "A" for row in rows) not in (0, len(rows))
    noisy = (*arguments, "--noise", 0.2, "--position-bias", 0.4, "--disagreements", "soft", "--json")
    biased = command(*noisy, "--out", tmp_path / "noisy.jsonl").json
    assert biased["shown_first"]["share"] > 0.55 and biased["agreement"]["first_twice"] > 3
    again = command(*noisy, "--out", tmp_path / "noisy.jsonl").json
    assert again == biased | {"asked": 0}
    other = command(*arguments, "--out", tmp_path / "noisy.jsonl", "--json")
    assert other.code == 2 and "made in another way" in other.json["error"]["message"]


def test_annotate_takes_judgements_as_truth_and_a_model_instead_of_a_run(command, data, tmp_path):
    ran = command(
        "annotate", "--vacancies", data / "queries.jsonl", "--candidates", data / "corpus.jsonl", "--model", "hashing",
        "--simulate-from", data / "qrels/test.tsv", "--out", tmp_path / "v.jsonl", "--json",
    )  # fmt: skip
    assert (ran.code, ran.json["asked"]) == (0, 10)


def test_annotate_from_a_truth_that_is_all_equal_says_that_a_coin_decides(command, data, tmp_path):
    (tmp_path / "equal.tsv").write_text("query-id\tcorpus-id\tscore\nv0001\tc0001\t1\n")
    (tmp_path / "one.trec").write_text("v0001 Q0 c0002 1 0.5 m\nv0001 Q0 c0003 2 0.4 m\n")
    sides = ("--vacancies", data / "queries.jsonl", "--candidates", data / "corpus.jsonl")
    arguments = ("annotate", *sides, "--simulate-from", tmp_path / "equal.tsv", "--out", tmp_path / "v.jsonl")
    ran = command(*arguments, "--run", tmp_path / "one.trec")
    assert ran.code == 0 and "1 of 1 pairs have equal truth" in ran.err


def test_annotate_with_an_id_without_a_text_writes_nothing(command, data, tmp_path):
    (tmp_path / "one.trec").write_text("v0001 Q0 c0002 1 0.5 m\nv0001 Q0 c9999 2 0.4 m\n")
    sides = ("--vacancies", data / "queries.jsonl", "--candidates", data / "corpus.jsonl")
    arguments = ("annotate", *sides, "--simulate-from", data / "qrels/test.tsv", "--out", tmp_path / "v.jsonl")
    ran = command(*arguments, "--run", tmp_path / "one.trec", "--json")
    assert ran.code == 2 and "candidates have no text: 'c9999'" in ran.json["error"]["message"]
    assert not (tmp_path / "v.jsonl").exists()


def test_annotate_asks_a_model_in_both_orders(command, trec, llm, llm_server, tmp_path):
    llm_server.model = lambda messages, fields: REPLY
    arguments = ("annotate", *trec, *llm, "--out", tmp_path / "votes.jsonl", "--json")
    dry = command(*arguments, "--dry-run").json
    assert (dry["questions"], dry["estimate"]["requests"], len(llm_server.requests)) == (10, 10, 0)
    ran = command(*arguments)
    assert (ran.code, ran.json["asked"], ran.json["decided"]) == (0, 10, 0)  # always A: nothing follows
    assert ran.json["agreement"]["first_twice"] == 5 and ran.json["llm"]["spent"]["requests"] == 10
    llm_server.otherwise = "prose"
    assert command(*arguments, "--per-vacancy", 2, "--llm-attempts", 1).code == 7


@pytest.mark.parametrize("pairs", ["x.jsonl", "missing/annotated_pair_data.jsonl"])
def test_annotate_refuses_a_file_of_pairs_before_it_asks(command, trec, llm, llm_server, tmp_path, pairs):
    ran = command("annotate", *trec, *llm, "--out", tmp_path / "votes.jsonl", "--pairs", tmp_path / pairs)
    assert ran.code == 2 and pairs.split("/")[-1] in ran.err
    assert not llm_server.requests and not (tmp_path / "votes.jsonl").exists()


def test_dry_run_says_in_words_what_asking_would_take(command, trec, llm, llm_server, tmp_path):
    shown = command("annotate", *trec, *llm, "--out", tmp_path / "votes.jsonl", "--dry-run").out
    assert "tokens sent" in shown and "Nothing was sent" in shown and "{" not in shown and not llm_server.requests


def test_annotate_killed_while_it_asks_asks_nothing_twice(command, trec, llm, llm_server, tmp_path):
    """kill -9 in the middle; afterwards every question was answered exactly once, but for requests under way."""
    llm_server.model, llm_server.delay = (lambda messages, fields: REPLY), 0.05
    arguments = ["annotate", *trec, *llm, "--out", tmp_path / "votes.jsonl", "--llm-concurrency", 1, "--per-vacancy", 4]
    process = subprocess.Popen(
        [sys.executable, "-c", "from jobfit.cli import main; main()", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(SOURCE), "JOBFIT_HOME": str(tmp_path / "home")},
        stdout=subprocess.DEVNULL,
    )
    while len(llm_server.requests) < 8 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    llm_server.delay = 0.0
    time.sleep(0.1)
    asked = len(llm_server.requests)
    ran = command(*arguments, "--json")
    assert (ran.code, ran.json["pairs"], ran.json["agreement"]["first_twice"]) == (0, 20, 20)
    assert len(llm_server.requests) <= 40 + 1  # at most the one request under way was asked again
    repeated = Counter(re.sub(r" [0-9a-f]{16}>", ">", body["messages"][1]["content"]) for body in llm_server.requests)
    assert len(repeated) == 40 and asked >= 8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--simulate-from", "q"), "name the current model"),
        (("--run", "r", "--model", "hashing"), "name the current model"),
        (("--model", "hashing"), "say who judges"),
        (("--model", "hashing", "--simulate-from", "x", "--llm-url", "http://localhost/v1"), "say who judges"),
        (("--model", "hashing", "--simulate-from", "absent.parquet"), "cannot be read as a market's table of truth"),
        (("--run", "one.trec", "--simulate-from", "q"), "nothing to compare"),
    ],
)
def test_annotate_with_contradicting_options_says_what_to_do(command, data, tmp_path, options, message):
    (tmp_path / "one.trec").write_text("v0001 Q0 c0001 1 0.5 m\n")
    sides = ("--vacancies", data / "queries.jsonl", "--candidates", data / "corpus.jsonl")
    ran = command("annotate", *sides, "--out", "v.jsonl", *options, "--json")
    assert ran.code == 2 and message in ran.json["error"]["message"]
