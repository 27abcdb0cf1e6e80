"""Status tables: what is tolerated in a status, what is an error in a table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jobfit.errors import InputError
from jobfit.judgements import SHIPPED, Judgement, Side, UnknownStatusError, load_table
from jobfit.judgements.table import parse_table, shipped_text
from jobfit.records import Outcome

HIRED = '[status.hired]\nnames = ["Hired"]\noutcome = "hired"\ngrade = 4\n'


def parse(content):
    return parse_table(content, "my.toml", "my")


@pytest.mark.parametrize(
    "status",
    [
        "Négatif",
        "NEGATIF",
        "négatif",
        "  Ne\u0301gatif ",
        "negatif\u00a0+2jrs",
        "Négatif\t+ 2 Jrs",
        "Négatif + 02 jours",
    ],
)
def test_status_in_another_spelling_is_the_same(status):
    assert load_table("inasoft").judge(status).status == "rejected"


@pytest.mark.parametrize(
    "status", ["NAE+Vivier", "nae +  vivier", "NAE +Vivier+3jrs", "Vivier+NAE", "NAE +3 jrs + Vivier"]
)
def test_combined_status_is_the_pool(status):
    assert load_table("inasoft").judge(status).status == "interview_not_accepted_pool"


@pytest.mark.parametrize(
    ("status", "outcome", "grade"),
    [
        ("applied", Outcome.CENSORED, None), ("rejected_cv", Outcome.REJECTED, 0),
        ("interview", Outcome.CENSORED, None), ("rejected_interview", Outcome.REJECTED, 1),
        ("offer_declined", Outcome.TALENT_POOL, 3), ("withdrawn", Outcome.CENSORED, None),
        ("hired", Outcome.HIRED, 4), ("talent_pool", Outcome.TALENT_POOL, 2),
        ("no_response", Outcome.CENSORED, None), ("vacancy_filled", Outcome.CENSORED, None),
    ],
)  # fmt: skip
def test_ats_table_reads_each_stage(status, outcome, grade):
    judged = load_table("ats").judge(status)
    assert (judged.outcome, judged.grade) == (outcome, grade)


def test_ats_person_who_leaves_is_a_preference():
    table = load_table("ats")
    assert {table.judge(status).reason.side for status in ("withdrawn", "Offer declined")} == {Side.PREFERENCE}


@pytest.mark.parametrize("status", ["", "   ", "Negatifs", "NAE + Négatif", "+ 2 jrs", "hire", "0", "Vivier + 2"])
def test_unknown_status_is_an_error_that_names_it_and_never_zero(status):
    with pytest.raises(UnknownStatusError, match="is not in the table 'inasoft'") as error:
        load_table("inasoft").judge(status)
    assert repr(status) in str(error.value)


def test_unknown_status_gets_the_nearest_known_one():
    with pytest.raises(UnknownStatusError, match="the nearest is 'embauche'"):
        load_table("inasoft").judge("Embauchr")


def test_long_unknown_status_is_shortened():
    with pytest.raises(UnknownStatusError) as error:
        load_table("ats").judge("private " * 100)
    assert len(str(error.value)) < 160


def test_status_with_two_elapsed_times_is_an_error():
    with pytest.raises(InputError, match="states 2 elapsed times"):
        load_table("inasoft").judge("NET +2jrs +3jrs")


def test_status_that_only_speaks_of_days_keeps_them():
    with pytest.raises(UnknownStatusError):
        load_table("ats").judge("applied 3 days")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_table_in_a_file_of_ones_own_is_the_same(name, tmp_path):
    path = tmp_path / f"{name}.toml"
    path.write_text("\ufeff" + shipped_text(name), encoding="utf-8")
    assert load_table(path) == load_table(name)


def test_edited_table_makes_a_failed_screening_a_rejection_with_its_reason():
    """Section 4.1: "if phone-screen failure: 0 with reason = preference mismatch"."""
    old = 'outcome = "censored"\nreason = { code = "pay"'
    content = shipped_text("inasoft")
    assert old in content
    judged = parse(content.replace(old, 'outcome = "rejected"\ngrade = 0\nreason = { code = "pay"')).judge("NET Rému")
    assert (judged.binary, judged.grade, judged.reason.side) == (0, 0, Side.PREFERENCE)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HIRED.replace("4", "5"), "status, hired, grade: Input should be less than or equal to 4"),
        (HIRED.replace("4", "-1"), "grade: Input should be greater than or equal to 0"),
        (HIRED.replace("4", "true"), "grade: Input should be a valid integer"),
        (HIRED.replace("4", "4.0"), "grade: Input should be a valid integer"),
        (HIRED.replace("grade = 4\n", ""), "the outcome hired needs a grade from 0 to 4"),
        (HIRED.replace('"hired"', '"censored"'), "a censored outcome is unknown and has no grade; remove grade = 4"),
        (HIRED.replace('"hired"', '"maybe"'), "outcome: Input should be 'hired', 'talent_pool',"),
        (HIRED.replace('["Hired"]', '["Hired", "HIRED "]'), "'HIRED ' occurs twice"),
        (HIRED + HIRED.replace("status.hired", "status.again").replace("Hired", "hïred"), "'hired' stands in 'hired'"),
        (HIRED + HIRED, "not valid TOML"),
        (HIRED.replace('["Hired"]', "[]"), "names: List should have at least 1 item"),
        (HIRED.replace('["Hired"]', '"Hired"'), "names: expected a list, not 'Hired'"),
        (HIRED.replace('"Hired"', '"--"'), "the name '--' holds no word"),
        (HIRED.replace('"Hired"', '"Hired + 2 jrs"'), "states an elapsed time"),
        (HIRED + "colour = 1", "unknown key 'colour'"),
        (HIRED + 'reason = "pay"', r"reason: expected keys and values \(code, side\)"),
        (HIRED + 'reason = { code = "pay", side = "luck" }', "side: Input should be 'preference' or 'qualification'"),
        (HIRED + 'reason = { code = "pay", side = "preference", x = 1 }', "reason: unknown key 'x'"),
        ("[status.hired]\ngrade = 4", "status, hired, names: it is missing"),
        ("[status]", "status: Dictionary should have at least 1 item"),
        ("", "status: it is missing"),
        ("x = 1\n" + HIRED, "unknown key 'x'"),
    ],
)  # fmt: skip
def test_wrong_table_is_an_error_that_names_the_entry(content, message):
    with pytest.raises(InputError, match=message) as error:
        parse(content)
    assert str(error.value).startswith("my.toml")


def test_missing_table_names_the_shipped_ones(tmp_path):
    with pytest.raises(InputError, match="name one of ats, inasoft"):
        load_table(tmp_path / "none.toml")
    with pytest.raises(InputError, match="no status table 'french'"):
        load_table("french")


def test_table_in_another_encoding_is_an_error(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(HIRED.replace("Hired", "Engagé").encode("cp1252"))
    with pytest.raises(InputError, match="is not UTF-8"):
        load_table(path)


def test_page_about_labels_shows_an_entry_and_outcomes_that_are_true():
    page = (Path(__file__).parents[3] / "docs/labels.md").read_text(encoding="utf-8")
    [entry] = re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    judged = parse(entry).judge("NET Remuneration")
    assert (judged.outcome, judged.reason.code) == (Outcome.CENSORED, "pay")
    rows = re.findall(r"^\| `(\w+)`.*? \| (.*) \| (.*) \| (.*) \| (.*) \| (.*) \|$", page, re.MULTILINE)
    said = {row[0]: row[2:5] for row in rows if row[0] in tuple(Outcome)}
    assert set(said) == set(Outcome)
    for outcome, (binary, three_class, ordinal) in said.items():
        shown = Judgement("x", Outcome(outcome), None if outcome == "censored" else 4)
        numbers = (shown.binary, shown.three_class, shown.ordinal)
        assert ["left out" if n is None else str(n) for n in numbers] == [binary, three_class, ordinal]
