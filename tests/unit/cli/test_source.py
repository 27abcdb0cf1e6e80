"""jobfit applications and jobfit source, from files to what a recruiter and a program read."""

import json
import re

import pytest

AS_OF = ("--as-of", "2026-01-31")
LOG = """candidate_id,vacancy_id,status,time,decided
python,old,rejected after interview,2025-12-02,2025-12-20
junior,old,talent pool,2025-11-03,
cook,old,no response,,
nurse,old,hired,2025-10-01,2025-10-09
stranger,old,rejected,2025-10-01,
"""


@pytest.fixture
def logged(app, market, tmp_path):
    """Four CVs, two vacancies and a log of five applications in the store."""

    def run(command, *arguments, **more):
        if command == "source":
            arguments = (*arguments, "--model", "hashing")
        return app(command, *arguments, **more)

    (tmp_path / "log.csv").write_text(LOG)
    assert app("ingest", market).code == 0
    assert app("applications", tmp_path / "log.csv").code == 0
    return run


def test_log_is_stored_counted_and_stored_again_without_a_change(logged, tmp_path):
    for _ in range(2):
        answer = logged("applications", tmp_path / "log.csv", "--json").json
        assert answer == {
            "stored": 5, "rejected": 0,
            "outcomes": {"rejected": 2, "talent_pool": 1, "censored": 1, "hired": 1},
            "undated": 1, "candidates": 5, "candidates_unknown": 1, "vacancies": 1, "vacancies_unknown": 1,
            "rejects_file": None,
        }  # fmt: skip
    shown = logged("applications", tmp_path / "log.csv").out
    assert "1 ids of the log are no candidate of the store" in shown and "1 applications have no date" in shown


def test_unknown_status_is_rejected_by_row_and_never_a_rejection_of_the_person(logged, tmp_path):
    (tmp_path / "more.csv").write_text("candidate_id,vacancy_id,status,time\ncook,v9,Archivé,2025-01-01\n")
    ran = logged("applications", tmp_path / "more.csv", "--json")
    assert (ran.code, ran.json["stored"], ran.json["rejected"]) == (3, 0, 1)
    [line] = (tmp_path / "rejects.jsonl").read_text().splitlines()
    assert (json.loads(line)["row"], json.loads(line)["value"]) == (1, "Archivé")


def test_table_of_statuses_can_be_changed_afterwards(logged, tmp_path):
    (tmp_path / "my.toml").write_text(
        '[status.hired]\nnames = ["no response"]\noutcome = "hired"\ngrade = 4\n'
        '[status.rest]\nnames = ["rejected after interview", "talent pool", "hired", "rejected"]\n'
        'outcome = "censored"\n'
    )
    assert logged("applications", tmp_path / "log.csv", "--statuses", tmp_path / "my.toml").code == 0
    answer = logged("source", "--vacancy", "developer", *AS_OF, "--json").json
    assert {entry["id"] for entry in answer["entries"]} == {"python", "junior", "nurse"}


def test_source_gives_past_candidates_with_gap_and_last_contact(logged):
    answer = logged("source", "--vacancy", "developer", *AS_OF, "--json").json
    assert answer["pool"] == {
        "considered": 4, "never_applied": 0, "hired": 1, "applied_here": 0, "other_outcome": 0,
        "beyond_retention": 0, "pool": 3, "contact_unknown": 1,
    }  # fmt: skip
    assert answer["log"] == {"applications": 5, "later": 0, "without_record": 1}
    assert (answer["alpha"], answer["essential"], answer["empty"]) == (0.5, ["Python"], None)
    assert answer["entries"][-1]["id"] == "cook"
    [first] = [entry for entry in answer["entries"] if entry["id"] == "python"]
    assert (first["last_contact"], first["days_ago"]) == ("2025-12-20", 42)
    assert first["last_event"] == {
        "vacancy": "old", "date": "2025-12-20", "status": "rejected after interview", "outcome": "rejected",
    }  # fmt: skip
    met = {skill["requirement"]: skill for skill in first["gap"]["met"]}
    assert (met["Python"]["status"], met["Python"]["quote"]) == ("met", "Python")
    [cook] = [entry for entry in answer["entries"] if entry["id"] == "cook"]
    assert (cook["last_contact"], cook["days_ago"]) == (None, None)
    assert [skill["requirement"] for skill in cook["gap"]["missing_essential"]] == ["Python"]
    assert any("no date of the last contact" in note for note in answer["notes"])


def test_source_prints_what_a_recruiter_needs(logged):
    shown = " ".join(logged("source", "--vacancy", "developer", *AS_OF).out.split())
    assert "Talent pool for vacancy developer: Software developer" in shown
    assert "On 2026-01-31: 4 candidates, 1 hired; 3 in the pool." in shown
    assert re.search(r"[12]\. python: rejected after interview for old, 2025-12-20, 42 days ago", shown)
    assert "3. cook: no response for old, date unknown" in shown
    assert re.search(r"✓ must Python: “Wrote \[Python\] services", shown)
    assert "? must Python: not found" in shown
    assert "score = 0.5 x meaning + 0.5 x skills" in shown


def test_as_of_makes_the_pool_of_a_past_day(logged):
    answer = logged("source", "--vacancy", "developer", "--as-of", "2025-10-05", "--json").json
    assert {entry["id"] for entry in answer["entries"]} == {"nurse", "cook"}  # the hire was not decided yet
    [nurse] = [entry for entry in answer["entries"] if entry["id"] == "nurse"]
    assert (nurse["last_event"]["status"], nurse["last_contact"]) == (None, "2025-10-01")
    assert answer["log"]["later"] == 2
    shown = logged("source", "--vacancy", "developer", "--as-of", "2025-10-05").out
    assert "not decided then" in shown and "2 applications are dated after" in " ".join(shown.split())


def test_policy_k_and_file_of_a_vacancy_work_as_for_match(logged, market, tmp_path):
    (tmp_path / "policy.yaml").write_text("exclude:\n  languages: [{language: English, level: B2}]\n")
    arguments = ("--vacancy", market / "vacancies/developer.txt", "-k", 2, "--policy", tmp_path / "policy.yaml")
    answer = logged("source", *arguments, *AS_OF, "--json").json
    assert len(answer["entries"]) == 2 and "junior" not in {entry["id"] for entry in answer["entries"]}
    [out] = answer["excluded"]
    assert (out["id"], out["reasons"][0]["code"]) == ("junior", "missing:language")
    assert "excluded by the policy: junior" in logged("source", *arguments, *AS_OF).out


def test_empty_pool_is_explained(app, market, tmp_path):
    (tmp_path / "log.csv").write_text(
        "candidate_id,vacancy_id,status,time\ncook,old,rejected,2019-01-01\n"
        "junior,old,rejected,2020-01-01\nnurse,old,hired,2025-10-01\n"
    )
    (tmp_path / "policy.yaml").write_text("exclude:\n  languages: [{language: English, level: B2}]\n")
    assert app("ingest", market).code == app("applications", tmp_path / "log.csv").code == 0

    def asked(*arguments):
        arguments = ("source", "--vacancy", "developer", "--model", "hashing", *arguments)
        answer = app(*arguments, "--json").json
        assert answer["entries"] == []
        assert answer["empty"] in " ".join(app(*arguments).out.split())
        return answer["empty"]

    assert asked(*AS_OF) == (
        "The pool is empty: of 3 past candidates 1 hired, 2 last in touch more than 24 months ago."
    )
    assert "none of the 4 candidates has an application by 2018-01-31" in asked("--as-of", "2018-01-31")
    kept = ("--retention-months", 80, "--policy", tmp_path / "policy.yaml")
    assert "The policy file excludes every one of the 1 in the pool" in asked(*AS_OF, *kept)


def test_store_without_a_log_or_without_candidates_says_what_to_do(app, market, tmp_path):
    assert app("ingest", market / "vacancies").code == 0
    arguments = ("source", "--vacancy", "developer", *AS_OF, "--model", "hashing", "--json")
    assert "jobfit applications LOG" in app(*arguments).json["error"]["message"]
    (tmp_path / "log.csv").write_text(LOG)
    assert app("applications", tmp_path / "log.csv").code == 0
    assert "jobfit ingest PATH" in app(*arguments).json["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--vacancy", "nothing"), "UnknownIdError"),
        ((), "InputError"),
        (("--vacancy", "developer", "--evaluate"), "InputError"),
        (("--vacancy", "developer", "--alpha", "1.5"), "UsageError"),
        (("--vacancy", "developer", "--retention-months", "0"), "UsageError"),
    ],
)
def test_what_cannot_be_asked_is_a_named_error(logged, arguments, error):
    ran = logged("source", *arguments, *AS_OF, "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, error)


def test_evaluate_asks_the_past_vacancies_of_the_log(app, market, tmp_path):
    (tmp_path / "log.csv").write_text(
        "candidate_id,vacancy_id,status,time,decided\n"
        "python,old,rejected,2025-01-01,2025-01-09\nnurse,old,no response,2025-01-02,\n"
        "junior,old,rejected,2025-01-03,\n"
        "cook,developer,rejected,2025-03-01,2025-03-09\npython,developer,hired,2025-03-05,2025-03-20\n"
        "cook,nurse,rejected,2025-04-01,2025-04-09\nnurse,nurse,hired,2025-04-05,2025-04-20\n"
    )
    assert app("ingest", market).code == app("applications", tmp_path / "log.csv").code == 0
    answer = app("source", "--evaluate", *AS_OF, "--model", "hashing", "--json").json
    # One vacancy to choose on, one to test; "old" has no record, and its hires are of nobody who was there before.
    assert (answer["validation"], answer["test"], answer["relevant"], answer["without"]) == (1, 1, 1, 1)
    measured = answer["systems"]["cosine alone"]["nDCG@10"]
    # When the cook applied for nurse, python had been hired: nurse, junior and the cook are the pool.
    assert (measured["n"], measured["pool"]) == (1, {"min": 3, "median": 3.0, "max": 3})
    shown = " ".join(app("source", "--evaluate", *AS_OF, "--model", "hashing").out.split())
    assert "1 past vacancies that hired 1 people of their pool of 3" in shown and "by chance" in shown


def test_evaluate_of_a_log_without_such_hires_says_what_is_needed(logged):
    ran = logged("source", "--evaluate", *AS_OF, "--json")
    assert ran.code == 2
    assert "0 vacancies of the log hired somebody who was in the talent pool" in ran.json["error"]["message"]
