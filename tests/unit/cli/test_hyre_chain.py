"""Hypothetical resumes and mined negatives from command to command: hyre, mine, train, rank, evaluate, align."""

import json
import shutil

import pytest

from jobfit.encoders.generated import GeneratedStore, augmented_texts
from jobfit.ingest.formats.beir import every_document
from jobfit.ingest.formats.trec import read_run

OFFLINE = "template (offline counterpart, not an LLM)"
FAST = (
    "--set", "loop.threads=1", "--set", "loop.precision=f32", "--set", "loop.batch_size=8", "--set", "loop.max_steps=2",
    "--set", "model.max_tokens=48", "--hold-out", "0.3",
)  # fmt: skip


@pytest.fixture
def command(jobfit, monkeypatch, tmp_path):
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments, code=0):
        ran = jobfit(*arguments, "--json")
        assert ran.code == code, ran.err
        ran.err = " ".join(ran.err.split())
        return ran

    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tmp_path_factory.mktemp("made")


@pytest.fixture
def prepared(command, made, tmp_path):
    """A small market, prepared; its hypothetical resumes in h.jsonl. Made once, copied for each test."""
    if not any(made.iterdir()):
        market = made / "market"
        command("simulate", "--out", market, "--candidates", 40, "--vacancies", 10, "--seed", 4)
        command(
            "prepare", "--candidates", market / "cvs", "--vacancies", market / "vacancies", "--applications",
            market / "applications.csv", "--out", made / "prepared",
        )  # fmt: skip
        command("hyre", "--vacancies", made / "prepared", "--offline", "--out", made / "h.jsonl")
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "prepared"


def trained(command, letters, out, *more):
    return command("train", "--data", "prepared", "--out", out, "--model", letters, *FAST, *more)


def test_the_chain_reads_the_vacancies_with_their_hypothetical_resumes_throughout(command, prepared, letters, tmp_path):
    how = ("--data", prepared, "--model", "hashing", "--strategy", "topk", "-k", 3)
    mined = command("mine", *how, "--hyre", "h.jsonl", "--format", "parquet", "--out", "mined")
    assert (mined.json["hyre"], mined.json["hyre_texts"]["texts"]) == (OFFLINE, 10)
    manifest = json.loads((tmp_path / "mined/for-queries/manifest.json").read_text())
    assert "+hyre-" in manifest["encoder"]
    assert command("mine", *how, "--out", "plain").json["hyre"] == "none"

    done = trained(command, letters, "out", "--negatives", "mined", "--hyre", "h.jsonl")
    assert "mined negatives: candidates for" in done.err and f"beside the vacancies: {OFFLINE}" in done.err
    assert (done.json["hyre"], done.json["hyre_texts"]["texts"]) == (OFFLINE, 10)
    assert (
        0
        < done.json["mined"]["negatives"]
        <= 3 * (done.json["mined"]["anchor_vacancies"] + done.json["mined"]["anchor_candidates"])
    )
    card = (tmp_path / "out/model/README.md").read_text()
    assert f'jobfit_hyre: "{OFFLINE}"' in card and '"mined": {' in card
    assert json.loads((tmp_path / "out/result.json").read_text())["recipe"]["hyre"] == OFFLINE

    files = ("--queries", prepared / "vacancies.jsonl", "--corpus", prepared / "candidates.jsonl", "--system", "dense")
    ranked = command("rank", *files, "--model", "out/model", "--hyre", "h.jsonl", "--out", "with.run")
    assert ranked.json["hyre"] == OFFLINE and "WARNING" not in ranked.err
    without = command("rank", *files, "--model", "out/model", "--out", "without.run")
    assert without.json["hyre"] == "none"
    assert f"WARNING: out/model was trained with hypothetical texts ({OFFLINE}) and reads" in without.err
    assert read_run(tmp_path / "with.run") != read_run(tmp_path / "without.run")


def test_ranking_with_hyre_is_ranking_the_longer_texts_whichever_side_the_vacancies_are(command, prepared, tmp_path):
    with GeneratedStore.read(tmp_path / "h.jsonl") as store:
        texts = {document.id: document.text for document in every_document(prepared / "vacancies.jsonl")}
        longer = augmented_texts(texts, store)
    assert longer != texts
    rows = [json.dumps({"_id": i, "text": text}) for i, text in longer.items()]
    (tmp_path / "longer.jsonl").write_text("\n".join(rows))
    people = prepared / "candidates.jsonl"
    for asked, searched in (("--queries", "--corpus"), ("--corpus", "--queries")):
        common = ("rank", searched, people, "--system", "dense", "--model", "hashing", "--no-mask")
        command(*common, asked, prepared / "vacancies.jsonl", "--hyre", "h.jsonl", "--out", "a.run")
        command(*common, asked, "longer.jsonl", "--out", "b.run")
        assert read_run(tmp_path / "a.run") == read_run(tmp_path / "b.run")


def test_the_words_of_a_hybrid_ranking_are_those_of_the_vacancy(command, prepared, tmp_path):
    """A store whose texts would win every word: only the dense signal may read them."""
    people = list(every_document(prepared / "candidates.jsonl"))
    lines = (tmp_path / "h.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines[1:]]
    (tmp_path / "loud.jsonl").write_text(
        "\n".join([lines[0], *(json.dumps(row | {"text": people[0].text}) for row in rows)]) + "\n"
    )
    files = ("--queries", prepared / "vacancies.jsonl", "--corpus", prepared / "candidates.jsonl")
    refused = command("rank", *files, "--system", "bm25", "--hyre", "loud.jsonl", "--out", "x.run", code=2)
    assert "--hyre is read by encoders alone, and bm25 has none" in refused.json["error"]["message"]
    loud = ("--model", "hashing", "--hyre", "loud.jsonl", "--out", "loud.run")
    command("rank", *files, "--system", "dense", *loud)
    dense = read_run(tmp_path / "loud.run")
    command("rank", *files, "--system", "hybrid", *loud)
    hybrid = read_run(tmp_path / "loud.run")
    first = people[0].id
    assert all(ranking.hits[0].document_id == first for ranking in dense)
    assert any(ranking.hits[0].document_id != first for ranking in hybrid)


def test_a_model_trained_without_hyre_says_so_when_it_is_given_some(command, prepared, letters, tmp_path):
    done = trained(command, letters, "out")
    assert (done.json["hyre"], done.json["hyre_texts"]) == ("none", None)
    assert 'jobfit_hyre: "none"' in (tmp_path / "out/model/README.md").read_text()
    how = ("--data", prepared, "--model", "out/model", "--strategy", "topk", "--out", "m")
    mined = command("mine", *how, "--hyre", "h.jsonl")
    assert "WARNING: out/model was trained without hypothetical texts and reads them now" in mined.err


def test_rounds_keep_what_was_read_in_every_card(command, prepared, letters, tmp_path):
    rounds = ("--hyre", "h.jsonl", "--rounds", 1, "--strategy")
    done = trained(command, letters, "out", *rounds, "topk")
    assert done.json["hyre"] == OFFLINE
    for folder in ("out/model", "out/round-0/model", "out/round-1/model"):
        assert f'jobfit_hyre: "{OFFLINE}"' in (tmp_path / folder / "README.md").read_text()
    refused = command("train", "--data", "prepared", "--out", "o", "--model", letters, *rounds, "bm25", code=2)
    assert "mine the rounds with another strategy than bm25" in refused.json["error"]["message"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--negatives", "mined", "--rounds", 1), "--rounds mines its own with each model"),
        (("--negatives", "mined", "--set", "stage.method=rankpo"), "--negatives belongs to the methods contrastive"),
        (("--negatives", "mined"), "mined holds no mined negatives"),
        (("--hyre", "part.jsonl"), "texts have no hypothetical resume in the store"),
        (("--hyre", "prepared/vacancies.jsonl"), "prepared/vacancies.jsonl"),
    ],
)
def test_what_does_not_go_together_or_is_of_other_data_is_refused(command, prepared, letters, tmp_path, more, words):
    (tmp_path / "mined").mkdir()
    lines = (tmp_path / "h.jsonl").read_text().splitlines()
    (tmp_path / "part.jsonl").write_text("\n".join(lines[:3]) + "\n")
    refused = command("train", "--data", "prepared", "--out", "o", "--model", letters, *FAST, *more, code=2)
    assert words in refused.json["error"]["message"]
    assert not (tmp_path / "o").exists()


def test_negatives_of_other_data_are_refused_with_the_ids(command, prepared, letters, tmp_path):
    command("mine", "--data", prepared, "--model", "hashing", "--strategy", "topk", "--out", "mined")
    path = prepared / "candidates.jsonl"
    first = json.loads(path.read_text().splitlines()[0])["_id"]
    path.write_text(path.read_text().replace(f'"{first}"', '"somebody"'))
    arguments = ("train", "--data", prepared, "--out", "o", "--model", letters, *FAST, "--negatives", "mined")
    refused = command(*arguments, code=2)
    assert refused.json["error"]["type"] == "UnknownIdError"
    assert f"1 of 40 negatives are not candidates of these data: '{first}'" in refused.json["error"]["message"]


def test_evaluate_and_align_read_with_hyre_and_say_so(command, prepared, tmp_path):
    beir = tmp_path / "market/beir/candidates_for_vacancy"
    command("hyre", "--vacancies", beir / "queries.jsonl", "--mask", "--offline", "--out", "masked.jsonl")
    asked = (
        "evaluate",
        "--data",
        beir,
        "--system",
        "dense",
        "--model",
        "hashing",
        "--measures",
        "nDCG@10",
        "--no-guard",
    )
    found = command(*asked, "--hyre", "masked.jsonl").json
    plain = command(*asked).json
    assert (found["hyre"], plain["hyre"]) == (OFFLINE, "none") and found["rankings"] != plain["rankings"]
    assert (
        "belongs to --data"
        in command("evaluate", "--run", "x", "--qrels", "y", "--hyre", "h.jsonl", code=2).json["error"]["message"]
    )
    rows = [
        {"query": text, "passage1": "a cook", "passage2": "a nurse", "query_id": f"q{n}", "passage_id1": "c1",
         "passage_id2": "c2", "preferred": "A"}
        for n, text in enumerate(document.text for document in every_document(beir / "queries.jsonl"))
    ]  # fmt: skip
    (tmp_path / "pairs").mkdir()
    (tmp_path / "pairs/annotated_pair_data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    command("hyre", "--vacancies", "pairs", "--offline", "--out", "pairs.jsonl")
    aligned = command("align", "--model", "hashing", "--data", "pairs", "--hyre", "pairs.jsonl").json
    assert aligned["hyre"] == OFFLINE
