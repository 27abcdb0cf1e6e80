"""jobfit demo: the whole chain on a small market, as JSON and in words."""

import os

import pytest

from jobfit.app import demo


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(demo, "CANDIDATES", 12)
    monkeypatch.setattr(demo, "VACANCIES", 3)


def test_demo_writes_a_report_and_a_second_run_finds_everything_unchanged(app, small, tmp_path):
    first = app("demo", "--out", tmp_path / "out", "--model", "hashing", "--json")
    assert (first.code, first.json["facts"]["Newly read"]) == (0, "15")
    assert {name for table in first.json["evaluations"].values() for name in table} == {
        "random", "bm25", "dense", "hybrid", "match",
    }  # fmt: skip
    assert (tmp_path / "out/report.html").read_text().startswith("<!doctype html>")
    again = app("demo", "--out", tmp_path / "out", "--model", "hashing")
    assert again.out.count("considered, ") == 4  # three vacancies and a candidate
    assert "Candidates for vacancies" in again.out and again.out.rstrip().endswith("out/report.html")
    assert app("demo", "--out", tmp_path / "out", "--model", "hashing", "--json").json["facts"]["Unchanged"] == "15"


def test_what_commands_make_is_their_owners_alone_whatever_the_umask(app, home, small, tmp_path, monkeypatch):
    """The umask that ``main`` sets is left out here: what a program does that imports jobfit has to hold as well."""
    before, set_umask = os.umask(0), os.umask
    monkeypatch.setattr(os, "umask", lambda mask: 0)
    try:
        data = tmp_path / "out/market/beir/candidates_for_vacancy"
        ran = [app("demo", "--out", tmp_path / "out", "--model", "hashing")]
        (tmp_path / "bad").mkdir()
        (tmp_path / "bad/empty.txt").touch()
        ran.append(app("ingest", tmp_path / "bad", "--rejects", tmp_path / "rejects.jsonl"))
        texts = ("--corpus", data / "corpus.jsonl", "--queries", data / "queries.jsonl")
        ran.append(app("rank", *texts, "--system", "bm25", "--out", tmp_path / "run.trec"))
        ran.append(app("simulate", "--out", tmp_path / "big", "--candidates", "8", "--vacancies", "2", "--seed", "3"))
        market = tmp_path / "out/market"
        sides = ("--candidates", market / "cvs", "--vacancies", market / "vacancies")
        log = ("--applications", market / "applications.csv")
        ran.append(app("prepare", *sides, *log, "--out", tmp_path / "prepared"))
    finally:
        set_umask(before)
    assert [one.code for one in ran] == [0, 3, 0, 0, 0], [one.err for one in ran]
    given = {tmp_path / "bad", tmp_path / "bad/empty.txt", home, home / "store"}
    settings = {*(home / "store").glob("*.conf")}  # the account of the server reads them
    made = {*tmp_path.rglob("*"), *home.rglob("*")} - given - settings
    programs = [path for path in made if any(part.startswith("programs-") for part in path.parts)]
    wide = [path for path in made - {*programs} if not path.is_symlink() and path.stat().st_mode & 0o077]
    assert len(made) > 100 and wide == []
    assert all(path.stat().st_mode & 0o066 == 0 for path in (home, home / "store"))
