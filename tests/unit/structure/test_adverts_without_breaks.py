"""Adverts whose line breaks were lost, and words that are about something else than what stands before them."""

import pytest

from jobfit.records import VacancyProfile
from jobfit.structure.conditions import find_conditions
from jobfit.structure.vacancy import read_vacancy_profile

HEAD = "Warehouse planner\n\nWe run cold stores in the north. "


def read(text: str) -> VacancyProfile:
    return read_vacancy_profile(HEAD + text, "en")


def asked(text: str, kind: str) -> list[tuple[str, int | None]]:
    return [(str(r.importance), r.minimum) for r in read(text).requirements if r.kind == kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Requirements: Teaching experience preferred.Four years of stock control experience.", [("must", 48)]),
        ("You plan routes.QUALIFICATIONS4 years of stock control experience.", [("must", 48)]),
        ("Basic Hiring Criteria: 4 years of stock control experience", [("must", 48)]),
        ("Requirements: 4 years of experience as a planner and recent experience with SAP is a plus", [("must", 48)]),
        ("Location: Leeds. You plan routes all day, by lorry and by ship, for shops. Minimum 4 years in planning",
         [("must", 48)]),
    ],
)  # fmt: skip
def test_years_are_demanded_by_their_own_sentence(text: str, expected: list[tuple[str, int | None]]) -> None:
    assert asked(text, "experience") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Qualifications:\nBachelor's degree (logistics preferred)\n", [("must", 6)]),
        ("Requirements:\nBachelor's degree plus 4 years of work\n", [("must", 6)]),
        ("Requirements:\nBachelor's degree required. Will accept any equivalent combination of work\n", [("nice", 6)]),
        ("Requirements:\nBachelor's degree, or a combination of education and experience\n", [("nice", 6)]),
        ("Requirements:\nMaster's degree or significant relevant industry experience\n", [("nice", 7)]),
        ("Profil recherché :\nMaster en logistique, à défaut une solide pratique\n", [("nice", 7)]),
        ("Requirements:\nBachelor's degree (preferred)\n", [("nice", 6)]),
    ],
)
def test_degree_is_a_must_unless_something_else_will_do(text: str, expected: list[tuple[str, int | None]]) -> None:
    assert asked(text, "education") == expected


def test_degree_in_a_paragraph_with_boilerplate_is_asked_for() -> None:
    duties = "plan the routes of the lorries and keep the stock of the stores and write to the shops and " * 8
    assert asked(f"{duties} with a bachelor's degree and we are an equal opportunity employer", "education")


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("This is a full-time, permanent position with a good pension or car.", {"full_time", "permanent"}),
        ("Position Type: Contract - drivers or planners", {"fixed_term"}),
        ("C'est un poste à temps plein avec mutuelle ou voiture.", set()),
        ("This could become a full-time position.", set()),
        ("This is a full-time or part-time position.", set()),
        ("This may lead to a permanent position.", set()),
    ],
)
def test_condition_is_sure_where_the_words_that_touch_it_say_so(text: str, sure: set[str]) -> None:
    assert {item.value for item in find_conditions(text) if item.sure} == sure


@pytest.mark.parametrize("before", ["Bonus - pension. Hurry! ", "Nice to have: a van • ", ""])
def test_right_to_work_is_a_must_whatever_the_sentence_before_it_wishes(before: str) -> None:
    assert asked(f"{before}Applicants must be authorized to work in the U.S.", "permit") == [("must", None)]


def test_clearance_behind_a_lost_line_break_is_read() -> None:
    found = read("Desired Qualifications:\nLayout experienceExisting security clearance or ability to obtain one\n")
    assert [(r.value, str(r.importance)) for r in found.requirements if r.kind == "clearance"] == [("any", "nice")]


def test_attendance_among_the_essential_functions_is_a_must() -> None:
    text = "Responsibilities:\nOn-site attendance and punctuality are essential functions of the job\n"
    assert asked(text, "condition") == [("must", None)]
