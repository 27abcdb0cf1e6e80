"""jobfit ingest and jobfit list."""

import json
import subprocess
import sys

import pytest

from jobfit.ingest.parse.sandbox import ParserPool

KEYS = {"accepted", "rejected", "unchanged", "seconds", "times", "updated", "reread", "moved", "copies", "rejects_file",
        "notes"}  # fmt: skip


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
    assert (reject["file"], reject["field"], reject["value"]) == (str(tmp_path / "a.json"), "id", "a9")  # its shape


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
    assert set(listed["records"][0]) == {"id", "version", "title", "language", "path", "flags", "outdated"}
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


def people(app):
    return {row["id"]: (row["version"], row["path"]) for row in app("list", "candidate", "--json").json["records"]}


def counts(ran):
    return {name: ran.json[name] for name in ("accepted", "updated", "unchanged", "moved", "copies", "rejected")}


NOTHING = {"accepted": 0, "updated": 0, "unchanged": 0, "moved": 0, "copies": 0, "rejected": 0}


def test_renamed_and_moved_files_stay_the_same_records(app, market):
    app("ingest", market)
    before = people(app)
    (market / "cvs/cook.txt").rename(market / "cvs/chef.txt")
    (market / "cvs/more").mkdir()
    (market / "cvs/nurse.txt").rename(market / "cvs/more/nurse.txt")
    ran = app("ingest", market, "--json")
    assert counts(ran) == NOTHING | {"unchanged": 6, "moved": 2}
    assert people(app) == before | {
        "cook": (1, str(market / "cvs/chef.txt")), "nurse": (1, str(market / "cvs/more/nurse.txt")),
    }  # fmt: skip
    again = app("ingest", market, "--json")
    assert counts(again) == NOTHING | {"unchanged": 6}


def test_moved_file_that_is_edited_afterwards_is_a_new_version_of_the_same_record(app, market):
    app("ingest", market)
    moved = (market / "cvs/cook.txt").rename(market / "cvs/chef.txt")
    app("ingest", market)
    moved.write_text(moved.read_text() + "\nI bake cakes, too.\n")
    assert counts(app("ingest", market, "--json")) == NOTHING | {"accepted": 1, "updated": 1, "unchanged": 5}
    assert people(app)["cook"] == (2, str(moved))


def test_copy_is_no_second_record_and_takes_over_when_the_first_file_goes(app, market):
    copy = market / "cvs/copies/cook.txt"
    copy.parent.mkdir()
    copy.write_bytes((market / "cvs/cook.txt").read_bytes())
    first = app("ingest", market, "--json")
    assert counts(first) == NOTHING | {"accepted": 6, "copies": 1}
    [note] = first.json["notes"]
    assert "copies/cook.txt" in note and "the same content as" in note
    assert counts(app("ingest", market, "--json")) == NOTHING | {"unchanged": 6, "copies": 1}
    assert "1 copies" in app("ingest", market).out
    kept = people(app)["cook"][1]
    (market / "cvs/cook.txt" if kept.endswith("cvs/cook.txt") else copy).unlink()
    assert counts(app("ingest", market, "--json")) == NOTHING | {"unchanged": 6, "moved": kept.endswith("cvs/cook.txt")}
    assert len(people(app)) == 4


def test_two_people_with_one_file_name_are_two_records(app, market):
    other = market / "cvs/north/cook.txt"
    other.parent.mkdir()
    other.write_text((market / "cvs/cook.txt").read_text().replace("soup and bread", "fish and rice"))
    assert counts(app("ingest", market, "--json")) == NOTHING | {"accepted": 7}
    assert len(people(app)) == 5


def test_renamed_table_keeps_its_rows_whether_they_state_ids_or_not(app, tmp_path):
    (tmp_path / "with.csv").write_text("id,resume\na1,Cook of soup and bread\na2,Nurse on a surgical ward\n")
    (tmp_path / "without.csv").write_text("resume\nWrote Python services\nCared for patients\n")
    assert app("ingest", tmp_path, "--as", "candidate", "--json").json["accepted"] == 4
    for name in ("with", "without"):
        (tmp_path / f"{name}.csv").rename(tmp_path / f"{name}-2025.csv")
    assert counts(app("ingest", tmp_path, "--as", "candidate", "--json")) == NOTHING | {"unchanged": 4, "moved": 4}
    assert set(people(app)) == {"a1", "a2", "without-1", "without-2"}


def test_row_put_in_front_of_a_table_replaces_nobody(app, tmp_path):
    rows = ["Wrote Python services", "Cared for patients"]
    table = tmp_path / "t.jsonl"
    for texts in (rows, ["Cooked soup and bread", *rows]):
        table.write_text("".join(json.dumps({"resume": text}) + "\n" for text in texts))
        ran = app("ingest", table, "--as", "candidate", "--json")
    assert counts(ran) == NOTHING | {"accepted": 1, "unchanged": 2, "moved": 2}
    assert len(people(app)) == 3
    assert {version for version, _ in people(app).values()} == {1}


RESUME = {
    "basics": {"name": "Ana Sample"},
    "work": [{"position": "Nurse", "name": "Ward", "summary": "Gave medication."}],
}
POSTING = {"@type": "JobPosting", "title": "Cook", "identifier": "v7", "description": "Cook soup for our guests."}


def write_sources(folder, shape, content):
    """One source of each shape that states the id ``x1``."""
    folder.mkdir()
    if shape == "json resume":
        work = [{"position": "Nurse", "name": "Ward", "summary": content}]
        (folder / "r.json").write_text(json.dumps(RESUME | {"id": "x1", "work": work}))
    elif shape == "csv":
        (folder / "t.csv").write_text(f"id,resume\nx1,{content}\n")
    elif shape == "jsonl":
        (folder / "t.jsonl").write_text(json.dumps({"id": "x1", "resume": content}) + "\n")
    elif shape == "made from the name":
        (folder / "x1.txt").write_text(
            f"Registered nurse\n\nWork experience\n2014 - 2020 Registered nurse, Ward\n{content}\n"
        )


@pytest.mark.parametrize("first", ["json resume", "csv", "jsonl", "made from the name"])
@pytest.mark.parametrize("second", ["json resume", "csv", "jsonl"])
def test_stated_id_of_another_source_replaces_nobody(app, tmp_path, first, second):
    write_sources(
        tmp_path / "one",
        first,
        "Cared for patients on a surgical ward and gave medication and wrote the handover of every shift for years.",
    )
    write_sources(
        tmp_path / "two",
        second,
        "Robbed several banks in a single night and was never caught and neither did anybody hear of it for years.",
    )
    app("ingest", tmp_path / "one", "--as", "candidate")
    before = people(app)
    ran = app("ingest", tmp_path / "two", "--as", "candidate", "--json")
    assert (ran.code, counts(ran)) == (3, NOTHING | {"rejected": 1})
    assert people(app) == before
    assert "another source does not replace it" in (tmp_path / "rejects.jsonl").read_text()


@pytest.mark.parametrize("identifier", ["v7", {"@type": "PropertyValue", "value": "v7"}])
@pytest.mark.parametrize("page", [True, False])
def test_stated_id_of_another_source_replaces_no_vacancy(app, tmp_path, identifier, page):
    (tmp_path / "ours.json").write_text(json.dumps(POSTING))
    app("ingest", tmp_path / "ours.json")
    theirs = json.dumps(POSTING | {"identifier": identifier, "description": "We pay nothing to our cooks."})
    script = f'<html><body><p>Job</p><script type="application/ld+json">{theirs}</script></body></html>'
    (tmp_path / ("x.html" if page else "x.json")).write_text(script if page else theirs)
    ran = app("ingest", tmp_path, "--json")
    assert (ran.code, counts(ran)) == (3, NOTHING | {"unchanged": 1, "rejected": 1})
    assert app("match", "--vacancy", "v7").code == 2  # no candidates: the vacancy is there


def test_page_that_reads_as_a_cv_becomes_no_vacancy_and_replaces_none(app, market):
    (market / "vacancies/v7.json").write_text(json.dumps(POSTING))
    app("ingest", market)
    hidden = json.dumps(POSTING | {"description": "We pay nothing."})
    cv = (market / "cvs/cook.txt").read_text().replace("Ana Sample", "Ben Other")
    page = f'<html><body><pre>{cv}</pre><script type="application/ld+json">{hidden}</script></body></html>'
    for place, arguments in (("inbox", ()), ("cvs", ()), ("inbox2", ("--as", "candidate"))):
        (market / place).mkdir(exist_ok=True)
        (market / place / "ben.html").write_text(page)
        app("ingest", market / place, *arguments)
        vacancies = {row["id"]: row["version"] for row in app("list", "vacancy", "--json").json["records"]}
        assert vacancies == {"developer": 1, "nurse": 1, "v7": 1}
    assert len(people(app)) == 5


@pytest.mark.parametrize(("folder", "content"), [("cvs", POSTING), ("vacancies", RESUME)])
def test_format_that_belies_the_name_of_the_folder_is_refused(app, tmp_path, folder, content):
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "x.json").write_text(json.dumps(content))
    ran = app("ingest", tmp_path / folder, "--json")
    assert (ran.code, ran.json["accepted"], ran.json["rejected"]) == (3, 0, 1)
    assert "as the name of its folder says" in (tmp_path / "rejects.jsonl").read_text()
    kind = "candidate" if content is RESUME else "vacancy"
    assert app("ingest", tmp_path / folder, "--as", kind, "--json").json["accepted"] == 1
