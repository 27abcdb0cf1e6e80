"""jobfit remove: what goes, what stays, and what it says."""

import sqlite3
from contextlib import closing

import pytest


@pytest.fixture
def ingested(app, market):
    assert app("ingest", market).code == 0
    return app


def left(app):
    return {
        kind: [row["id"] for row in app("list", kind, "--json").json["records"]] for kind in ("candidate", "vacancy")
    }


EVERYTHING = {"candidate": ["cook", "junior", "nurse", "python"], "vacancy": ["developer", "nurse"]}


def test_dry_run_says_what_would_go_and_removes_nothing(ingested, market):
    ran = ingested("remove", "cook", "--dry-run", "--json")
    assert ran.json == {
        "dry_run": True,
        "removed": [
            {
                "kind": "candidate", "id": "cook", "title": "Cook", "path": str(market / "cvs/cook.txt"),
                "versions": 1, "applications": 0, "groups": 0,
            },
        ],
        "kept": [],
    }  # fmt: skip
    assert "1 record would be removed" in ingested("remove", "cook", "--dry-run").out
    assert left(ingested) == EVERYTHING


@pytest.mark.parametrize(
    ("named", "gone"),
    [
        (["cook"], {"cook"}),
        (["cook", "python", "cook"], {"cook", "python"}),
        (["cvs/cook.txt"], {"cook"}),
        (["cvs/nurse.txt", "cook"], {"nurse", "cook"}),
        (["nurse", "--kind", "candidate"], {"nurse"}),
        (["cvs"], {"cook", "junior", "nurse", "python"}),
    ],
)
def test_remove_by_id_file_and_folder(ingested, market, monkeypatch, named, gone):
    monkeypatch.chdir(market)
    ran = ingested("remove", *named, "--json")
    assert (ran.code, {one["id"] for one in ran.json["removed"]}) == (0, gone)
    assert left(ingested) == EVERYTHING | {"candidate": [i for i in EVERYTHING["candidate"] if i not in gone]}


def test_file_that_is_gone_already_can_be_named(ingested, market):
    (market / "cvs/cook.txt").unlink()
    assert [one["id"] for one in ingested("remove", market / "cvs/cook.txt", "--json").json["removed"]] == ["cook"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody"], "no record with the id 'nobody'"),
        (["cook", "nobody"], "nothing was removed"),
        (["nurse"], "say which with --kind"),
        (["developer", "--kind", "candidate"], "no record with the id 'developer'"),
        ([], "name what to remove"),
        (["cook", "--missing"], "name what to remove"),
    ],
)
def test_what_is_unknown_or_unclear_removes_nothing(ingested, arguments, says):
    ran = ingested("remove", *arguments, "--json")
    assert (ran.code, says in ran.json["error"]["message"]) == (2, True)
    assert left(ingested) == EVERYTHING


def test_missing_removes_the_records_whose_file_is_gone_and_is_idempotent(ingested, market):
    (market / "cvs/cook.txt").unlink()
    (market / "vacancies/nurse.txt").unlink()
    expected = [("candidate", "cook"), ("vacancy", "nurse")]
    for arguments, found in ((["--dry-run"], expected), ([], expected), ([], [])):
        ran = ingested("remove", "--missing", *arguments, "--json")
        assert (ran.code, [(one["kind"], one["id"]) for one in ran.json["removed"]]) == (0, found)
    assert left(ingested) == {"candidate": ["junior", "nurse", "python"], "vacancy": ["developer"]}


@pytest.mark.parametrize("empty", [True, False])
def test_missing_leaves_alone_what_may_be_on_a_disk_that_is_away(ingested, market, empty):
    for file in (market / "cvs").iterdir():
        file.unlink()
    if not empty:
        (market / "cvs").rmdir()
    ran = ingested("remove", "--missing")
    assert "0 records removed" in ran.out
    assert "gone or empty, 4 records kept" in ran.err
    assert left(ingested) == EVERYTHING
    assert len(ingested("remove", market / "cvs", "--json").json["removed"]) == 4


def test_renamed_file_is_not_missing_once_it_was_read_again(ingested, market):
    (market / "cvs/cook.txt").rename(market / "cvs/chef.txt")
    ingested("ingest", market)
    assert ingested("remove", "--missing", "--json").json["removed"] == []


def test_cached_vectors_of_a_person_go_too(ingested, market, home):
    def cached():
        with closing(sqlite3.connect(home / "cache" / "embeddings.sqlite")) as cache:
            return {row[0] for row in cache.execute("SELECT key FROM vectors")}

    own = market / "cvs/own.txt"
    text = (market / "cvs/cook.txt").read_text().replace("soup", "an unheard of dish " * 120)
    own.write_text(text.replace("Cook,", "Patisserie chef,"))
    before = cached()
    ingested("ingest", market)
    assert len(cached() - before) == 2  # of the text and of the titles
    assert ingested("match", "--candidate", "own").code == 0
    assert len(cached() - before) == 3  # and of the beginning, which asks
    ingested("remove", "own")
    assert cached() == before


def test_removed_file_that_is_still_there_comes_back_with_the_next_ingest(ingested, market):
    ingested("remove", "cook")
    assert ingested("ingest", market, "--json").json["accepted"] == 1
