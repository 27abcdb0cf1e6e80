"""jobfit train --augment and jobfit paraphrase: copies of training texts, and where they are refused."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

OFFLINE = "taxonomy labels and sentence order (offline counterpart, not an LLM)"
TRADES = ("registered nurse", "software developer", "cook")
FAST = (
    "--set", "loop.threads=1", "--set", "loop.precision=f32", "--set", "loop.batch_size=8", "--set", "loop.max_steps=1",
    "--set", "model.max_tokens=32",
)  # fmt: skip


@pytest.fixture
def data(tmp_path):
    """A prepared folder: 12 candidates, 6 vacancies, a hired and a rejected candidate for each vacancy."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    (folder / "funnel.json").write_text(json.dumps({"format": "jobfit-prepared-1"}))
    for side, count in (("candidates", 12), ("vacancies", 6)):
        rest = f"Has first aid. Speaks French.\nUses Python and Docker, as {side} do."
        texts = [f"{TRADES[i % 3]} number {i}\n{rest}" for i in range(count)]
        rows = [json.dumps({"_id": f"{side[0]}{i}", "text": text}) for i, text in enumerate(texts)]
        (folder / f"{side}.jsonl").write_text("\n".join(rows) + "\n")
    pairs = [(f"c{i}", f"v{i % 6}", int(i < 6)) for i in range(12)]
    names = ("candidate_id", "vacancy_id", "binary")
    columns = {name: list(column) for name, column in zip(names, zip(*pairs))}
    parquet.write_table(pa.table(columns), folder / "pairs.parquet")
    judged = "".join(f"{vacancy}\t{candidate}\t{grade}\n" for candidate, vacancy, grade in pairs)
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}")
    return folder


@pytest.fixture
def train(jobfit, letters, data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))

    def run(*more, code=0, out="out"):
        ran = jobfit("train", "--data", data, "--model", letters, "--out", out, *FAST, *more, "--json")
        assert ran.code == code, ran.err
        ran.err = " ".join(ran.err.split())
        return ran

    return run


def test_copies_are_trained_on_and_named_in_the_card_and_none_is_validated_on(train, tmp_path):
    done = train("--hold-out", 0.34, "--augment", "eda", "--augment", "rows", "--augment-texts", 3)
    said = done.json["augmented"]
    assert said["eda"]["candidates"] == said["eda"]["vacancies"] == 3 and said["eda"]["synonyms"]
    assert 0 < said["rows"]["candidates"] <= 3
    assert "Augmented by eda: 3 candidates, 3 vacancies" in done.err and "With the copies:" in done.err
    kept = json.loads((tmp_path / "out/result.json").read_text())
    assert kept["data"]["positives"] > 4  # of the 4 left after holding two vacancies out
    assert kept["recipe"]["augmented"] == said
    again = train("--hold-out", 0.34, "--augment", "eda", "--augment", "rows", "--augment-texts", 3, out="again")
    assert again.json["sha256"] == done.json["sha256"]


def test_paraphrases_are_made_for_the_texts_that_are_copied_and_for_no_other(train, jobfit, data):
    made = ("paraphrase", "--data", data, "--hold-out", 0.34, "--augment-texts", 4, "--offline", "--out", "p.jsonl")
    dry = jobfit(*made, "--dry-run", "--json").json
    assert (dry["paraphrase"], dry["missing"], dry["estimate"]) == (OFFLINE, 8, None)
    first = jobfit(*made, "--json").json
    assert (first["written"], jobfit(*made, "--json").json["kept"]) == (8, 8)
    how = ("--augment", "paraphrase", "--paraphrases", "p.jsonl", "--augment-texts")
    done = train("--hold-out", 0.34, *how, 4)
    assert done.json["augmented"]["paraphrase"] == {"candidates": 4, "vacancies": 4, "by": OFFLINE}
    more = train("--hold-out", 0.34, *how, 8, out="more")
    assert "4 of 12 texts have no paraphrase and get no copy" in more.err  # all 8 candidates and 4 vacancies
    Path("other.jsonl").write_text(Path("p.jsonl").read_text().splitlines()[0] + "\n")
    refused = train(*how[:3], "other.jsonl", code=2, out="no")
    assert "holds none of the" in refused.json["error"]["message"]


def test_a_model_paraphrases_masked_texts(jobfit, data, llm_server, tmp_path):
    llm_server.model = lambda messages, fields: "The same in other words."
    llm = ("--llm-url", llm_server.url, "--llm-model", "m", "--llm-cache", tmp_path / "answers")
    made = ("paraphrase", "--data", data, "--augment-texts", 2, *llm, "--out", tmp_path / "p.jsonl", "--json")
    assert jobfit(*made, "--dry-run").json["estimate"]["requests"] == 4
    ran = jobfit(*made).json
    assert (ran["paraphrase"], ran["written"], ran["llm"]["spent"]["requests"]) == ("llm: m", 4, 4)
    unsaid = jobfit("paraphrase", "--data", data, "--out", tmp_path / "x.jsonl")
    assert (unsaid.code, "say who writes" in unsaid.err) == (2, True)


def test_negatives_and_hypothetical_texts_reach_the_copies(train, jobfit, data):
    how = ("--model", "hashing", "--strategy", "topk", "-k", 2, "--near-duplicates", 0)
    assert jobfit("mine", "--data", data, *how, "--out", "mined").code == 0
    jobfit("hyre", "--vacancies", data, "--offline", "--out", "h.jsonl")
    done = train("--hold-out", 0.34, "--augment", "eda", "--negatives", "mined", "--hyre", "h.jsonl")
    assert done.json["hyre_texts"]["texts"] == 6 and done.json["augmented"]["eda"]["vacancies"] == 4


def test_copies_in_the_data_cannot_be_validated_on(train, data):
    path = data / "candidates.jsonl"
    path.write_text(path.read_text() + json.dumps({"_id": "aug:eda:c1", "text": "nurse"}) + "\n")
    refused = train("--hold-out", 0.34, code=2)
    assert refused.json["error"]["type"] == "LeakageError"
    assert "validation: 1 ids are augmented copies ('aug:eda:c1'); they belong into training alone" in refused.err
    refused = train("--hold-out", 0, "--augment", "eda", code=2)
    assert "1 texts are copies already" in refused.json["error"]["message"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--augment", "paraphrase"), "--paraphrases FILE belong together"),
        (("--augment", "eda", "--paraphrases", "p.jsonl"), "--paraphrases FILE belong together"),
        (("--augment", "eda", "--rounds", 1), "--rounds would mine copies as negatives"),
        (("--augment", "eda", "--set", "stage.method=sft"), "belongs to the method contrastive"),
    ],
)
def test_options_that_do_not_go_together_are_refused(train, more, words):
    assert words in train(*more, code=2).json["error"]["message"]
