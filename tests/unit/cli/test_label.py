"""jobfit label: from records and rules to labels with their reasons, and on to a training."""

import json

import pytest
from pyarrow import parquet

from jobfit.training.reading import read_training_set

RULES = """
name: some rules
rules:
  - {rule: experience, unknown: pass}
  - {rule: filter, name: productive, field: papers, at_least: 2, unknown: pass}
  - {rule: area, at_least: 1, unknown: pass}
"""


@pytest.fixture
def label(app, market, tmp_path):
    """``label(rules)``: the command on four CVs and two vacancies."""
    (tmp_path / "fields.jsonl").write_text(
        "".join(json.dumps({"id": i, "papers": n}) + "\n" for i, n in (("cook", 1), ("nurse", 3), ("python", 2)))
    )

    def run(rules=RULES, *more):
        (tmp_path / "rules.yaml").write_text(rules)
        arguments = ("--candidates", market / "cvs", "--vacancies", market / "vacancies", "--rules", "rules.yaml")
        return app("label", *arguments, "--fields", "fields.jsonl", "--out", "labels", "--today", "2026-01-01", *more)

    return run


def test_every_pair_gets_a_label_and_its_reasons(label, tmp_path):
    done = label(RULES, "--json")
    assert done.code == 0, done.err
    assert done.json["pairs"] == 8 == done.json["positives"] + done.json["rejects"] + done.json["undecided"]
    rows = {
        (row["candidate_id"], row["vacancy_id"]): row
        for row in parquet.read_table(tmp_path / "labels/labels.parquet").to_pylist()
    }
    assert rows["python", "developer"]["label"] is True
    assert rows["python", "developer"]["fired"] == ["experience", "productive", "area"]
    assert (rows["cook", "nurse"]["label"], "productive" in rows["cook", "nurse"]["missing"]) == (False, True)
    assert rows["junior", "developer"]["label"] is False  # seven months where three years are asked
    assert all(len(row["explanation"]) == 3 for row in rows.values())
    assert done.json["rules"]["productive"] == {"fired": 4, "missing": 2, "unknown": 2}
    assert f"8 pairs: {done.json['positives']} positives" in done.err
    stated = json.loads((tmp_path / "labels/funnel.json").read_text())
    assert stated["facts"]["rules"] == "some rules" and len(stated["facts"]["rules_sha256"]) == 64


def test_labels_are_what_train_reads_and_learns_from(label, letters, jobfit, tmp_path):
    done = label(RULES, "--json")
    learnt = read_training_set(tmp_path / "labels")
    assert (len(learnt.positives), len(learnt.rejects)) == (done.json["positives"], done.json["rejects"])
    assert "ana@example.org" not in "".join(learnt.candidates.values())  # masked
    quick = ("--set", "loop.max_steps=1", "--set", "loop.threads=1", "--set", "model.max_tokens=32", "--hold-out", 0)
    trained = jobfit("train", "--data", "labels", "--model", letters, "--out", "trained", *quick, "--json")
    assert trained.code == 0, trained.err
    mined = jobfit("mine", "--data", "labels", "--model", "hashing", "--out", "mined", "--json")
    assert mined.code == 0, mined.err


def test_people_read_a_table_and_a_second_run_replaces_the_folder(label, tmp_path):
    assert label().code == 0
    nothing = label("rules: [{rule: filter, field: papers, above: 99}]")
    assert nothing.code == 0 and "filter" in nothing.out and "fired" in nothing.out
    assert "No pair is a positive: there is nothing to train on" in nothing.err
    assert parquet.read_table(tmp_path / "labels/pairs.parquet").to_pylist()[0]["binary"] == 0


def test_bad_rules_unreadable_inputs_and_a_foreign_folder_are_said(label, market, tmp_path):
    refused = label("rules: [{rule: luck}]")
    assert (refused.code, "rule 1" in refused.err) == (2, True)
    assert not (tmp_path / "labels").exists()
    (market / "cvs/torn.pdf").write_bytes(b"%PDF-1.4 torn")
    partial = label()
    assert (partial.code, "1 files or rows cannot be used" in partial.err) == (3, True)
    (tmp_path / "labels/funnel.json").unlink()
    foreign = label()
    assert (foreign.code, "holds no preparation" in foreign.err) == (2, True)
