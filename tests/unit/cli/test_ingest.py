"""jobfit ingest and jobfit list."""

import json
import subprocess
import sys

import pytest

from jobfit.ingest.parse.sandbox import ParserPool

KEYS = {"accepted", "rejected", "unchanged", "seconds", "times", "updated", "rejects_file", "notes"}


def test_ingest_of_a_folder_prints_one_object_and_a_second_ingest_changes_nothing(app, market):
    first = app("ingest", market, "--json")
    assert first.code == 0
    assert set(first.json) == KEYS
    assert all(0 < first.json["times"][phase] <= first.json["seconds"] for phase in ("database", "structuring"))
    assert (first.json["accepted"], first.json["rejected"], first.json["unchanged"]) == (6, 0, 0)
    again = app("ingest", market, "--json")
    assert (again.code, again.json["accepted"], again.json["unchanged"]) == (0, 0, 6)
    assert not (market / "rejects.jsonl").exists()


def test_ingest_again_opens_no_parser(app, market, monkeypatch):
    read = []
    original = ParserPool._read
    monkeypatch.setattr(ParserPool, "_read", lambda self, name, data: read.append(name) or original(self, name, data))
    app("ingest", market)
    assert len(read) == 6
    app("ingest", market)
    assert len(read) == 6
    (market / "cvs/cook.txt").write_text((market / "cvs/cook.txt").read_text() + "\nI bake cakes, too.\n")
    app("ingest", market)
    assert len(read) == 7


def test_ingest_for_people_says_the_counts_on_stdout_only(app, market):
    ran = app("ingest", market)
    assert ran.out.startswith("6 accepted (0 of them changed), 0 unchanged, 0 rejected")
    assert ran.err == ""


def test_changed_file_makes_a_second_version_and_a_removed_file_stays(app, market):
    app("ingest", market)
    (market / "cvs/cook.txt").write_text((market / "cvs/cook.txt").read_text() + "\nI bake cakes, too.\n")
    (market / "cvs/nurse.txt").unlink()
    ran = app("ingest", market, "--json")
    assert (ran.json["accepted"], ran.json["updated"], ran.json["unchanged"]) == (1, 1, 4)
    versions = {row["id"]: row["version"] for row in app("list", "candidate", "--json").json["records"]}
    assert versions == {"cook": 2, "junior": 1, "nurse": 1, "python": 1}


def test_file_said_to_be_of_the_other_kind_is_read_again(app, market):
    app("ingest", market / "cvs/cook.txt", "--as", "candidate")
    ran = app("ingest", market / "cvs/cook.txt", "--as", "vacancy", "--json")
    assert ran.json["accepted"] == 1
    assert [row["id"] for row in app("list", "vacancy", "--json").json["records"]] == ["cook"]


def test_id_of_an_unchanged_file_is_not_given_to_another_file(app, tmp_path):
    posting = {"@type": "JobPosting", "title": "Cook", "identifier": "v7", "description": "Cook soup for our guests."}
    (tmp_path / "b.json").write_text(json.dumps(posting))
    assert app("ingest", tmp_path / "b.json", "--json").json["accepted"] == 1
    (tmp_path / "a.json").write_text(json.dumps(posting | {"description": "Bake bread for our guests."}))
    ran = app("ingest", tmp_path, "--json")
    assert (ran.code, ran.json["rejected"], ran.json["unchanged"]) == (3, 1, 1)
    [reject] = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert (reject["file"], reject["field"], reject["value"]) == (str(tmp_path / "a.json"), "id", "v7")


def test_rejects_of_an_earlier_ingest_are_neither_read_nor_left(app, market, monkeypatch):
    monkeypatch.chdir(market)
    (market / "cvs/empty.txt").write_bytes(b"")
    assert app("ingest", ".", "--json").code == 3
    assert app("ingest", ".", "--json").json["rejected"] == 1  # the list itself is not a document
    (market / "cvs/empty.txt").unlink()
    done = app("ingest", ".", "--json")
    assert (done.code, done.json["rejected"], done.json["rejects_file"]) == (0, 0, None)
    assert (market / "rejects.jsonl").read_text() == ""


def test_ingest_without_encoding_leaves_it_to_the_first_match(app, market):
    app("ingest", market, "--no-encode")
    ran = app("match", "--vacancy", "developer", "--json")
    assert (ran.code, ran.json["pool"]["considered"]) == (0, 4)


def test_tenants_do_not_see_each_other(app, market, tenant):
    app("ingest", market)
    other = f"{tenant}-other"
    assert app("list", "candidate", "--json", tenant=other).json["records"] == []
    assert app("match", "--vacancy", "developer", tenant=other).code == 2


def test_list_gives_the_documented_keys_and_a_table(app, market):
    app("ingest", market)
    listed = app("list", "vacancy", "--json").json
    assert listed["kind"] == "vacancy"
    assert [row["id"] for row in listed["records"]] == ["developer", "nurse"]
    assert set(listed["records"][0]) == {"id", "version", "title", "language", "path", "flags"}
    table = app("list", "vacancy")
    assert "developer" in table.out
    assert table.err == ""


def test_names_with_brackets_are_printed_as_they_are(app, market):
    (market / "cvs/cook.txt").rename(market / "cvs/cook[bold].txt")
    (market / "cvs/no[red]thing.txt").write_bytes(b"")
    assert app("ingest", market, "--rejects", "list[0].jsonl").err.strip().endswith("list[0].jsonl")
    assert "cook-bold" in app("list", "candidate").out
    ran = app("match", "--vacancy", "no [/b] such id")
    assert (ran.code, "no [/b] such id" in ran.err) == (2, True)


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["nonsense"], 2), (["list", "candidate"], 0)])
def test_real_process_exits_with_the_documented_code(arguments, code, environment):
    command = [sys.executable, "-c", "from jobfit.cli import main; main()", *arguments]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == code, ran.stderr


def test_real_process_that_rejects_something_exits_with_3(environment, market, tenant):
    (market / "cvs/empty.txt").write_bytes(b"")
    command = [sys.executable, "-c", "from jobfit.cli import main; main()", "ingest", str(market), "--json"]
    ran = subprocess.run(
        [*command, "--model", "hashing", "--tenant", f"{tenant}-real"],
        env=environment, capture_output=True, text=True, check=False, cwd=market,
    )  # fmt: skip
    assert ran.returncode == 3, ran.stderr
    assert json.loads(ran.stdout)["accepted"] == 6
