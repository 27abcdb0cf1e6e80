"""jobfit prepare and jobfit geo, run as a user runs them, on the simulated market and on a log full of mistakes."""

from __future__ import annotations

import csv
import json

import pytest

from jobfit.cli.output import print_json
from jobfit.ingest.formats.trec import read_qrels
from jobfit.judgements.table import shipped_text


@pytest.fixture
def command(jobfit, monkeypatch, tmp_path):
    """These commands need no server: a home of their own is enough."""
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return jobfit


@pytest.fixture
def simulated(command, tmp_path):
    command("simulate", "--out", tmp_path / "market", "--candidates", 30, "--vacancies", 6, "--seed", 4)
    market = tmp_path / "market"
    return (
        "prepare", "--candidates", market / "cvs", "--vacancies", market / "vacancies",
        "--applications", market / "applications.csv", "--out", tmp_path / "out",
    )  # fmt: skip


def test_simulated_market_is_prepared_and_every_row_is_a_pair(command, simulated, tmp_path):
    ran = command(*simulated, "--json")
    assert ran.code == 0
    candidates, vacancies, applications, graded, binary = ran.json["funnels"]
    assert (candidates["rows_out"], vacancies["rows_out"]) == (30, 6)
    with (tmp_path / "market/applications.csv").open() as file:
        log = list(csv.DictReader(file))
    assert applications["rows_in"] == applications["rows_out"] == len(log) > 0
    by_outcome = {name: sum(row["outcome"] == name for row in log) for name in ran.json["outcomes"]}
    assert ran.json["outcomes"] == by_outcome
    assert ran.json["notes"] == []  # the outcomes that the market states are those that the table gives
    assert graded["rows_out"] == len(log) - by_outcome["censored"]
    assert binary["rows_out"] == by_outcome["hired"] + by_outcome["rejected"]
    qrels = read_qrels(tmp_path / "out/qrels.tsv").grades
    assert sum(map(len, qrels.values())) == graded["rows_out"]
    for row in log:
        assert (row["candidate_id"] in qrels.get(row["vacancy_id"], {})) == (row["outcome"] != "censored")


def test_funnel_is_printed_with_every_reason(command, simulated, tmp_path):
    log = tmp_path / "market/applications.csv"
    first = log.read_text().splitlines()[1]
    log.write_text(log.read_text() + f"nobody,v0001,hired,hired,2025-01-01,\n{first}\n,v0001,hired,hired,2025-01-01,\n")
    ran = command(*simulated)
    assert ran.code == 3
    shown = " ".join(ran.out.replace("│", " ").split())
    for line in ("no record of the candidate -1", "a later row of the pair stands -1"):
        assert line in shown
    assert "1 files or rows cannot be used" in ran.err and "out/rejects.jsonl" in ran.err.replace("\n", "")


def test_unknown_status_ends_with_code_2_and_names_file_row_and_value(command, simulated, tmp_path):
    log = tmp_path / "market/applications.csv"
    log.write_text(log.read_text().replace("rejected_cv", "Réserve"))
    row = next(n for n, line in enumerate(log.read_text().splitlines()) if "Réserve" in line)
    ran = command(*simulated, "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, "UnknownStatusError")
    assert f"applications.csv: row {row}: the status 'Réserve' is not in the table" in ran.json["error"]["message"]
    assert not (tmp_path / "out").exists()
    own = tmp_path / "own.toml"
    own.write_text(shipped_text("ats").replace('"rejected cv"', '"réserve"'), encoding="utf-8")
    assert command(*simulated, "--statuses", own, "--json").json["facts"]["statuses"] == "own"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--variant", "other"), "there is no variant 'other'"),
        (("--language", "de"), "language 'de' is not one of en, fr"),
        (("--statuses", "none.toml"), "there is no status table 'none.toml'"),
        (("--geo", "moon"), "no table of places is called 'moon'"),
        (("--column", "who"), "--column 'who': write FIELD=COLUMN"),
        (("--column", "person=who"), "an application has no field 'person'"),
        (("--column", "status=who"), "no column 'who'"),
    ],
)
def test_wrong_option_is_one_error_with_code_2(command, simulated, options, message):
    ran = command(*simulated, *options, "--json")
    assert ran.code == 2 and message in ran.json["error"]["message"]


def test_geo_import_find_and_prepare_with_it(command, simulated, tmp_path):
    line = "\t".join(["FR", "69003", "Lyon", "Auvergne-Rhône-Alpes", "84", "Rhône", "69", "", "", "45.7", "4.8", "5"])
    other = line.replace("69003", "01000").replace("Rhône\t69", "Ain\t01")
    (tmp_path / "post.txt").write_text(f"{line}\n{other}\n", encoding="utf-8")
    made = command("geo", "import", tmp_path / "post.txt", "--name", "small", "--json").json
    assert (made["name"], made["places"], made["homonyms"]) == ("small", 2, 2)
    assert command("geo", "list", "--json").json == {"tables": ["small"]}
    unsure = command("geo", "find", "small", "Lyon", "--json").json
    assert (unsure["finding"], unsure["place"], unsure["department"]) == ("ambiguous", None, None)
    assert unsure["region"] == "Auvergne-Rhône-Alpes" and len(unsure["alternatives"]) == 2
    assert command("geo", "find", "small", "Lyon", "--code", "69", "--json").json["department"] == "Rhône"
    shown = command("geo", "find", "small", "lyon").out
    assert "lyon: Auvergne-Rhône-Alpes" in shown and "several places have this name" in shown
    ran = command(*simulated, "--geo", "small", "--json")
    assert ran.code == 0 and sum(ran.json["mobility"].values()) == 30


def test_json_on_stdout_is_the_funnel_file_with_its_folder(command, simulated, tmp_path, capfd):
    printed = command(*simulated, "--json").json
    written = json.loads((tmp_path / "out/funnel.json").read_text())
    assert printed == {"folder": str(tmp_path / "out"), **written}
    print_json(written)
    assert json.loads(capfd.readouterr().out) == written
