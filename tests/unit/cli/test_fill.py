"""jobfit fill: a model points at what the rules did not find; show and match say so; it can be taken back."""

import json

import pytest

CV = (
    "Ann Lee\nDeveloper\n\nWork experience\nDeveloper, Acme, 2015 - 2020\nI write Go for the payments of a bank, keep "
    "the wiki of the team and looked after its releases.\n\nEducation\nBachelor of Science, 2012\n"
)
AD = (
    "Developer\n\nWe are looking for a developer for our team in Leeds, who likes to work with ten others.\n\n"
    "Requirements\n- At least 3 years of experience as a developer\n- Our customers are served in Go all day\n"
)
POLICY = "must_have: [Go]\nreplace: true\n"


def says(of):
    """A model that states these values where its section is asked for the field and holds them."""
    return lambda messages, fields: json.dumps(
        {f: [{"quote": value, "value": value, "level": None} for value in of.get(f, ())] for f in fields}
    )


@pytest.fixture
def fill(app, llm_server, tmp_path):
    (tmp_path / "cvs").mkdir()
    (tmp_path / "vacancies").mkdir()
    (tmp_path / "cvs/ann.txt").write_text(CV)
    (tmp_path / "vacancies/ward.txt").write_text(AD)
    assert app("ingest", tmp_path / "cvs", tmp_path / "vacancies").code == 0
    llm_server.model = says({"skills": ["Go", "Excel"], "must": ["Go"]})

    def run(*arguments, model="m"):
        llm = ("--llm-url", llm_server.url, "--llm-model", model, "--llm-cache", tmp_path / "answers")
        return app("fill", *arguments, *llm)

    return run


def read_by(app, name, source):
    shown = app("show", name, "--json").json["records"][0]
    return [(fact["field"], fact["value"], fact["sure"]) for fact in shown["facts"] if fact["source"] == source]


def test_a_model_fills_what_the_rules_did_not_find_and_show_says_who_read_it(app, fill):
    before = {name: read_by(app, name, "rules") for name in ("ann", "ward")}
    done = fill("--json").json
    assert (done["records"], done["asked"], done["filled"], done["failed"]) == (2, 2, 2, 0)
    assert done["facts"] == {"requirements": 1, "skills": 1} and done["dropped"]["quote_not_in_text"] > 0
    assert done["llm"]["model"] == "m" and done["llm"]["spent"]["requests"] > 0
    [(field, value, sure)] = read_by(app, "ann", "model")
    assert (field, value, sure) == ("skills", "Go", False)
    assert [value for _, value, _ in read_by(app, "ward", "model")] == ["Go"]
    assert {name: read_by(app, name, "rules") for name in before} == before
    shown = app("show", "ann")
    assert "read by a language model" in shown.out and "asked of the language model m" in " ".join(shown.out.split())
    assert app("show", "ann", "--json").json["records"][0]["model"] == "m"


def test_match_uses_it_and_says_who_read_it(app, fill, tmp_path):
    (tmp_path / "policy.yaml").write_text(POLICY)
    arguments = ("match", "--vacancy", "ward", "--policy", tmp_path / "policy.yaml")

    def line():
        [found] = app(*arguments, "--json").json["entries"][0]["ledger"]
        return found["status"], found["quote"], found["source"]

    assert line() == ("unknown", None, None)
    fill()
    assert line() == ("met", "Go", "model")
    assert "Go: " in app(*arguments).out and "(read by a language model)" in " ".join(app(*arguments).out.split())
    asked = app("match", "--vacancy", "ward", "--json").json["entries"][0]["ledger"]
    assert {line["requirement"]: line["asked_source"] for line in asked}["Go"] == "model"
    assert {line["asked_source"] for line in asked if line["requirement"] != "Go"} == {"rules"}
    assert "Go (read by a language model): " in " ".join(app("match", "--vacancy", "ward").out.split())
    app("fill", "--undo")
    assert line() == ("unknown", None, None)


def test_a_record_is_asked_about_once_until_it_changes_or_another_model_is_named(app, fill, llm_server, tmp_path):
    fill()
    asked = len(llm_server.requests)
    again = fill("--json").json
    assert (again["asked"], again["filled"], len(llm_server.requests)) == (0, 0, asked)
    assert app("ingest", tmp_path / "cvs", "--json").json["unchanged"] == 1
    assert read_by(app, "ann", "model")  # an ingest of what has not changed leaves it
    llm_server.model = says({"skills": ["wiki"]})
    other = fill("--json", model="other").json
    assert other["asked"] == 2 and [value for _, value, _ in read_by(app, "ann", "model")] == ["wiki"]
    assert read_by(app, "ward", "model") == []  # nothing of the first model is left
    (tmp_path / "cvs/ann.txt").write_text(CV + "\nMore.\n")
    app("ingest", tmp_path / "cvs")
    assert read_by(app, "ann", "model") == []
    assert fill("--json", model="other").json["asked"] == 1


def test_a_file_that_moves_keeps_what_was_filled_in_and_a_new_reader_reads_anew(app, fill, older_reader, tmp_path):
    with older_reader():
        app("ingest", tmp_path / "cvs")
    fill("ann")
    (tmp_path / "cvs/ann.txt").rename(tmp_path / "cvs/bob.txt")
    with older_reader():
        assert app("ingest", tmp_path / "cvs", "--json").json["moved"] == 1
    assert read_by(app, "ann", "model") and app("show", "ann", "--json").json["records"][0]["model"] == "m"
    assert fill("ann", "--json").json["asked"] == 0
    assert app("ingest", tmp_path / "cvs", "--json").json["updated"] == 1
    assert read_by(app, "ann", "model") == []
    again = fill("ann", "--json").json
    assert (again["asked"], again["filled"], again["llm"]["spent"]["requests"]) == (1, 1, 0)  # from the cache


def test_undo_takes_out_what_a_model_filled_in_and_nothing_else(app, fill):
    before = [app("show", name, "--json").json for name in ("ann", "ward")]
    fill()
    assert app("fill", "--undo", "--json").json == {"records": 2, "undone": 2}
    assert [app("show", name, "--json").json for name in ("ann", "ward")] == before
    assert app("fill", "--undo", "--json").json == {"records": 2, "undone": 0}
    refused = fill("--undo")
    assert refused.code == 2 and "leave --llm-url out" in " ".join(refused.err.split())


def test_ids_and_kinds_choose_and_an_unknown_one_is_refused(fill):
    assert fill("--kind", "vacancy", "--json").json["asked"] == 1
    assert fill("ann", "--json").json["asked"] == 1
    refused = fill("ann", "bob")
    assert refused.code == 2 and "has the id 'bob'" in " ".join(refused.err.split())


def test_dry_run_sends_and_changes_nothing(app, fill, llm_server):
    estimate = fill("--dry-run", "--json").json
    assert estimate["records"] == 2 and estimate["requests"] > 1 and llm_server.requests == []
    assert read_by(app, "ann", "model") == []
    fill()
    assert fill("--dry-run", "--json").json["records"] == 0


def test_a_record_with_a_section_that_got_no_answer_stays_as_it_was(app, fill, llm_server):
    llm_server.otherwise = "circling"
    ran = fill("--json")
    assert (ran.code, ran.json["failed"], ran.json["filled"]) == (7, 2, 0)
    assert read_by(app, "ann", "model") == [] and app("show", "ann", "--json").json["records"][0]["model"] is None
    llm_server.otherwise = "good"
    assert fill("--json").json["filled"] == 2


def test_remove_forgets_the_answers_about_a_record(app, fill, home, llm_server):
    llm, folder = ("--llm-url", llm_server.url, "--llm-model", "kept-and-forgotten"), home / "cache/llm"

    def answers():
        return {path for path in folder.rglob("*.json") if '"Go' in path.read_text()}

    before = answers()
    app("fill", "ann", *llm)
    about_ann = answers() - before
    app("fill", "ward", *llm)
    about_ward = answers() - before - about_ann
    assert about_ann and about_ward
    app("remove", "ann")
    assert answers() == before | about_ward


def test_no_endpoint_is_a_usage_error(app, fill):
    refused = app("fill")
    assert refused.code == 2 and "--llm-url and --llm-model" in " ".join(refused.err.split())
