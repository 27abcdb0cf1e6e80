"""What the documentation says about the commands is what the commands say."""

import re
from pathlib import Path

import pytest

from jobfit import cli
from jobfit.cli.reference import commands_page
from jobfit.errors import InputError, JobfitError, MissingExtraError, ModelError, StoreError
from jobfit.llm.errors import LlmError
from jobfit.training.errors import TrainingError

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table(first_column):
    """The rows of the README's table whose first heading is this."""
    rows = re.search(rf"^\| {first_column} \|.*\n\| --- .*\n((?:\|.*\n)+)", README, re.MULTILINE)[1]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows.splitlines()]


def names(text):
    """The names outside all brackets: ``a, b [{c, d {e}}]`` -> {a, b}."""
    depth, outside = 0, []
    for character in text:
        depth += (character in "{[") - (character in "]}")
        outside.append(" " if depth or character in "]}" else character)
    return set(re.findall(r"\w+", "".join(outside)))


def inside(text, name):
    """The names in the brackets that follow ``name``: of the above, ``b`` -> {c, d}."""
    rest = re.sub(r"[\[{]+", "", text[text.index("{", text.index(name)) :], count=1)
    depth = 1
    for place, character in enumerate(rest):
        depth += (character in "{") - (character in "}")
        if not depth:
            return names(rest[:place])
    raise AssertionError(f"{text}: brackets are left open")


KEYS = {row[0].strip("`"): row[1].replace("`", "") for row in table("command")}


def test_commands_page_is_what_make_docs_writes():
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == commands_page(), "run: make docs"


def test_every_command_takes_json_and_is_in_the_readme():
    sections = commands_page().split("## jobfit ")[1:]
    assert all("`--json`" in section for section in sections)
    besides = {
        "evaluate --data",
        "prepare --dry-run",
        "any, on failure",
        "align --run",
        "align --model",
        "train --rounds",
    }
    assert {section.split("\n")[0] for section in sections} | besides == set(KEYS)


@pytest.fixture
def answers(app, market, tmp_path):
    """What each command prints for programs."""
    trec, data = tmp_path / "r.trec", tmp_path / "simulated/beir/candidates_for_vacancy"
    simulated = app("simulate", "--out", tmp_path / "simulated", "--candidates", 8, "--vacancies", 2, "--json").json
    files = ("--corpus", data / "corpus.jsonl", "--queries", data / "queries.jsonl", "--out", trec)
    qrels = ("--qrels", data / "qrels/test.tsv", "--json")
    sides = ("--queries", data / "queries.jsonl", "--documents", data / "corpus.jsonl")
    mined = (*sides, "--positives", data / "qrels/test.tsv", "--model", "hashing", "--out", tmp_path / "mined")
    applications = ("--pairs", tmp_path / "applications.csv", "--out", tmp_path / "parts")
    (tmp_path / "applications.csv").write_text("candidate_id,vacancy_id\na,v\nb,v\na,w\nc,w\n")
    labelled = tmp_path / "rankpo"
    labelled.mkdir()
    rows = "".join(f'{{"query": "v{n}", "positives": ["c{n}"], "negatives": ["d"]}}\n' for n in range(3))
    (labelled / "train_data.jsonl").write_text(rows)
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules: [{rule: experience}]")
    records = ("--candidates", market / "cvs", "--vacancies", market / "vacancies", "--out", tmp_path / "prepared")
    llm = (
        "--variant",
        "llm",
        "--llm-url",
        "http://localhost:1/v1",
        "--llm-model",
        "m",
        "--llm-cache",
        tmp_path / "kept",
    )
    log = ("--applications", tmp_path / "applications.csv")
    pairs, preferences = tmp_path / "pairs.csv", tmp_path / "preferences.csv"
    pairs.write_text("query_id,document_id,label,score\nq,a,1,0.9\nq,b,0,0.2\n")
    preferences.write_text("query_id,preferred,score_a,score_b\nq,A,0.9,0.2\n")
    return {
        "simulate": simulated,
        "ingest": app("ingest", market, "--json").json,
        "list": app("list", "candidate", "--json").json,
        "match": app("match", "--vacancy", "developer", "--json").json,
        "rank": app("rank", *files, "--system", "bm25", "--json").json,
        "evaluate": app("evaluate", "--run", trec, *qrels).json,
        "evaluate --data": app("evaluate", "--data", data, "--system", "bm25", "--json").json,
        "split": app("split", *applications, "--near-duplicates", 0, "--fractions", "0.5,0,0.5", "--json").json,
        "convert": app("convert", data, tmp_path / "converted", "--to", "parquet", "--json").json,
        "hyre": app("hyre", "--vacancies", files[3], "--offline", "--out", tmp_path / "h.jsonl", "--json").json,
        "paraphrase": app("paraphrase", "--data", labelled, "--offline", "--out", tmp_path / "p.jsonl", "--json").json,
        "label": app("label", *records[:4], "--rules", rules, "--out", tmp_path / "labels", "--json").json,
        "annotate": app(
            "annotate",
            "--vacancies",
            files[3],
            "--candidates",
            files[1],
            "--run",
            trec,
            "--simulate-from",
            data / "qrels/test.tsv",
            "--out",
            tmp_path / "v.jsonl",
            "--json",
        ).json,
        "mine": app("mine", *mined, "--strategy", "bm25", "--direction", "queries", "--json").json,
        "prepare --dry-run": app("prepare", *records, *log, *llm, "--dry-run", "--json").json,
        "compare": app("compare", "-a", trec, "-b", trec, *qrels).json,
        "classify": app("classify", "--test", pairs, "--threshold", 0.5, "--probabilities", "--json").json,
        "align": app("align", preferences, "--json").json,
        "any, on failure": app("list", "nobody", "--json").json,
    }


def test_readme_names_exactly_the_keys_that_the_commands_print(answers):
    for command, answer in answers.items():
        assert set(answer) == names(KEYS[command]), command


def test_readme_names_the_keys_inside_an_answer_to_match(answers):
    answer, said = answers["match"], KEYS["match"]
    for name in ("query", "pool", "plan"):
        assert set(answer[name]) == inside(said, name)
    assert set(answer["entries"][0]) == inside(said, "entries")
    for name in ("contributions", "ledger"):
        assert set(answer["entries"][0][name][0]) == inside(said, name)
    [excluded] = answer["pool"]["excluded"]
    assert set(excluded) == inside(said, "excluded")
    assert set(excluded["reasons"][0]) == inside(said, "reasons")
    assert set(answers["list"]["records"][0]) == inside(KEYS["list"], "records")
    assert set(answers["any, on failure"]["error"]) == inside(KEYS["any, on failure"], "error")


def test_readme_names_the_keys_inside_the_answers_of_the_evaluations(answers):
    for command, name in (("evaluate", "measures"), ("compare", "measures"), ("classify", "measures")):
        assert set(next(iter(answers[command][name].values()))) == inside(inside_text(KEYS[command], name), "name")
    assert set(answers["compare"]["comparisons"][0]) == inside(KEYS["compare"], "comparisons")
    for name in ("pairs_per_query", "threshold", "calibration"):
        assert set(answers["classify"][name]) == inside(KEYS["classify"], name)
    assert set(answers["align"]["judge"]) == set(answers["align"]["system"]) == inside(KEYS["align"], "judge")


def inside_text(text, name):
    """The text from ``name`` on, without what stands before it."""
    return text[text.index(f"{name} {{") + len(name) + 1 :]


def test_readme_exit_codes_are_those_of_the_errors():
    said = {int(code): meaning for code, meaning in table("exit code")}
    assert set(said) == {0, 1, 2, 3, 4, 5, 6, 7, 8, 130}
    assert said[InputError.exit_code].startswith("bad input")
    assert "encoder" in said[ModelError.exit_code]
    assert "database" in said[StoreError.exit_code]
    assert "package is missing" in said[MissingExtraError.exit_code]
    assert "language model" in said[LlmError.exit_code]
    assert "training cannot go on" in said[TrainingError.exit_code]
    assert said[cli.INTERRUPTED] == "interrupted"
    assert (JobfitError.exit_code, cli.USAGE, cli.UNEXPECTED) == (1, 2, 1)


@pytest.mark.parametrize(
    ("error", "code", "name"),
    [(RuntimeError("broken [/b]"), 1, "RuntimeError"), (KeyboardInterrupt(), 130, "KeyboardInterrupt"),
     (ModelError("no model"), 4, "ModelError"), (StoreError("no store"), 5, "StoreError"),
     (MissingExtraError("ray", "bulk"), 6, "MissingExtraError")],
)  # fmt: skip
def test_failure_of_any_kind_is_one_object_and_its_exit_code(app, monkeypatch, error, code, name):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("jobfit.store.repository.open_store", fail)
    ran = app("list", "candidate", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (code, name)
