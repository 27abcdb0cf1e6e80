"""What an older reader read is read again by the next ingest, and marked until then."""

import json
from dataclasses import replace

import pytest

from jobfit.indexer import build_record
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.records import CandidateProfile

COUNTS = ("accepted", "updated", "unchanged", "reread", "moved", "copies", "rejected")


def counts(ran):
    return {name: ran.json[name] for name in COUNTS if ran.json[name]}


def records(app, kind="candidate"):
    return {row["id"]: row for row in app("list", kind, "--json").json["records"]}


def versions(app, kind="candidate"):
    return {record_id: row["version"] for record_id, row in records(app, kind).items()}


def misread(parsed, taxonomy=None):
    """A reader that understands nothing of cooks."""
    record = build_record(parsed, taxonomy)
    return replace(record, profile=CandidateProfile()) if record.id == "cook" else record


def test_older_readings_are_read_again_once_and_only_what_comes_out_otherwise_has_a_new_version(
    app, market, older_reader, monkeypatch
):
    with older_reader() as patch:
        patch.setattr("jobfit.indexer.build_record", misread)
        app("ingest", market)
    assert all(row["outdated"] for row in records(app).values())
    ran = app("ingest", market, "--json")
    assert counts(ran) == {"accepted": 1, "updated": 1, "unchanged": 5, "reread": 6}
    assert versions(app) == {"cook": 2, "junior": 1, "nurse": 1, "python": 1}
    assert records(app)["cook"]["title"] == "Cook"
    assert not any(row["outdated"] for row in records(app).values())
    monkeypatch.setattr(ParserPool, "_read", None)  # no parser is opened any more
    assert counts(app("ingest", market, "--json")) == {"unchanged": 6}


def test_reading_again_is_said_to_people(app, market, older_reader):
    with older_reader():
        app("ingest", market)
    assert "4 read by an older reader: run jobfit ingest PATH again" in app("list", "candidate").err
    assert "1 read by an older reader" in app("show", "cook").err
    matched = app("match", "--vacancy", "developer")
    assert matched.err.count("5 read by an older reader") == 1  # four candidates, and the vacancy
    assert app("match", "--vacancy", "developer", "--json").json["outdated"] == 5
    file = app("match", "--vacancy", market / "vacancies/developer.txt", "--json")
    assert file.json["outdated"] == 4
    assert "6 of them have not changed and were read again" in app("ingest", market).out
    for arguments in (("list", "candidate"), ("show", "cook"), ("match", "--vacancy", "developer")):
        assert "older reader" not in app(*arguments).err


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "cook.txt"])
def test_kind_that_was_said_once_is_kept(app, tmp_path, older_reader, name):
    text = (
        "We are looking for a cook of soup and bread for the guests of our house. Requirements: soup is required. "
        "Apply now and tell us what you cook at home."
    )
    texts = {
        "t.csv": f'id,text\na1,"{text}"\n',
        "t.jsonl": json.dumps({"id": "a1", "text": text}) + "\n",
        "cook.txt": text,
    }
    (tmp_path / name).write_text(texts[name])
    with older_reader():
        app("ingest", tmp_path / name, "--as", "candidate")
    before = versions(app)
    ran = app("ingest", tmp_path / name, "--json")
    assert counts(ran) == {"unchanged": len(before), "reread": len(before)}
    assert (versions(app), records(app, "vacancy")) == (before, {})


def test_vectors_of_what_came_out_otherwise_are_made_anew(app, market, older_reader):
    def short(parsed, taxonomy=None):
        record = build_record(parsed, taxonomy)
        return replace(record, text="Cook of bread.", profile=CandidateProfile()) if record.id == "cook" else record

    with older_reader() as patch:
        patch.setattr("jobfit.indexer.build_record", short)
        app("ingest", market)
    ad = market / "vacancies/developer.txt"
    app("ingest", market)
    again = app("match", "--vacancy", ad, "--json", "-k", "9").json["entries"]
    app("remove", market / "cvs")
    app("ingest", market)
    assert app("match", "--vacancy", ad, "--json", "-k", "9").json["entries"] == again


def test_moved_and_copied_files_of_an_older_reader_stay_the_same_records(app, market, older_reader):
    with older_reader():
        app("ingest", market)
    (market / "cvs/cook.txt").rename(market / "cvs/chef.txt")
    (market / "cvs/nurse-copy.txt").write_bytes((market / "cvs/nurse.txt").read_bytes())
    ran = app("ingest", market, "--json")
    assert counts(ran) == {"unchanged": 6, "reread": 6, "copies": 1}
    assert set(versions(app).values()) == {1}
    assert counts(app("ingest", market, "--json")) == {"unchanged": 6, "copies": 1}
    assert records(app)["cook"]["path"] == str(market / "cvs/chef.txt")


def test_file_that_is_rejected_now_keeps_its_older_reading_and_says_so(app, market, older_reader):
    posting = {"@type": "JobPosting", "title": "Cook", "identifier": "v7", "description": "Cook soup for our guests."}
    (market / "v7.json").write_text(json.dumps(posting))
    with older_reader():
        app("ingest", market)
    (market / "v7.json").write_text(json.dumps(posting)[:-4])
    ran = app("ingest", market, "--json")
    assert (ran.code, counts(ran)) == (3, {"unchanged": 6, "reread": 6, "rejected": 1})
    assert records(app, "vacancy")["v7"]["outdated"]
