"""jobfit simulate and jobfit truth."""

import csv
import io
import json

import pytest


def test_simulate_passes_every_setting_on(app, tmp_path):
    knobs = {
        "seen": 3, "forgotten": 0.2, "label_noise": 0.1, "censoring": 0.7, "bias": 1.5, "bias_attribute": "sex",
        "leak": 0.3, "name_leak": 0.4, "distractors": 0.6, "paraphrase": 0.1, "typos": 0.02, "untidy": 0.5,
        "taxonomy": "compact",
    }  # fmt: skip
    options = [word for name, value in knobs.items() for word in (f"--{name.replace('_', '-')}", value)]
    out = tmp_path / "m"
    sizes = ("--candidates", 6, "--vacancies", 2, "--rendered", 0)
    ran = app("simulate", "--out", out, *sizes, "--languages", "fr=0.8, en=0.2", *options)
    assert ran.code == 0
    written = json.loads((out / "market.json").read_text())["settings"]
    assert {name: written[name] for name in knobs} == knobs
    assert (written["languages"], written["language_shares"]) == (["fr", "en"], [0.8, 0.2])


def test_simulate_parquet_streams_tables(app, tmp_path):
    out = tmp_path / "m"
    answer = app("simulate", "--out", out, "--candidates", 20, "--vacancies", 3, "--parquet", "--json").json
    assert set(answer) == {
        "folder", "candidates", "vacancies", "exposures", "applications", "sampled", "files", "seed",
    }  # fmt: skip
    assert (out / "log" / "candidates" / "part-00000.parquet").exists() and not (out / "cvs").exists()


@pytest.mark.parametrize("languages", ["de", "en=a", "en=0.5,fr", "en=0.5,fr=0.6", ""])
def test_simulate_with_impossible_languages_is_a_usage_error(app, tmp_path, languages):
    ran = app("simulate", "--out", tmp_path / "m", "--candidates", 2, "--vacancies", 1, "--languages", languages)
    assert ran.code == 2 and not (tmp_path / "m").exists()


def test_truth_of_pairs_is_that_of_the_market(app, tmp_path):
    from pyarrow import parquet

    out, pairs = tmp_path / "m", tmp_path / "pairs.csv"
    app("simulate", "--out", out, "--candidates", 20, "--vacancies", 3, "--rendered", 0)
    table = parquet.read_table(out / "truth" / "pairs.parquet").to_pylist()
    pairs.write_text("vacancy_id,candidate_id\nv0003,c0020\nv0001,c0001\n")
    answer = app("truth", out, pairs, "--json").json
    assert answer["pairs"] == [table[-1], table[0]]
    rows = list(csv.DictReader(io.StringIO(app("truth", out, pairs).out)))
    assert [row["candidate_id"] for row in rows] == ["c0020", "c0001"]
    assert float(rows[0]["qualification"]) == table[-1]["qualification"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("candidate_id,vacancy_id\nc0099,v0001\n", "c0099"),
        ("candidate_id\nc0001\n", "vacancy_id"),
        ("", "candidate_id"),
    ],
)
def test_truth_of_pairs_that_are_none_names_them(app, tmp_path, text, said):
    out, pairs = tmp_path / "m", tmp_path / "pairs.csv"
    app("simulate", "--out", out, "--candidates", 3, "--vacancies", 1, "--rendered", 0)
    pairs.write_text(text)
    ran = app("truth", out, pairs, "--json")
    assert ran.code == 2 and said in ran.json["error"]["message"]
