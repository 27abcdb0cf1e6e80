"""Adverts of trades outside software: branches and tasks that are asked for, and what only looks asked for."""

import pytest

from jobfit.records import VacancyProfile
from jobfit.structure.vacancy import read_vacancy_profile

FRAME = "Coordinator\n\n{}\n\nThank you for your interest."


def read(text: str) -> VacancyProfile:
    return read_vacancy_profile(FRAME.format(text), None)


def skills(text: str) -> dict[str, str]:
    return {r.value: str(r.importance) for r in read(text).requirements if r.kind == "skill"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Requirements\n- Healthcare experience or knowledge", {"healthcare": "must"}),
        ("Retail background required, financial services experience preferred.", {"retail": "must"}),
        ("Requirements\n- Proficiency in the full sales cycle, from prospecting to closing", {"closing-sales": "must"}),
        ("Requirements\n- Ability to prepare KPIs and scorecards", {"kpis": "must"}),
        ("Profil recherché\n- Expérience en hôtellerie exigée", {"hospitality": "must"}),
        ("Profil recherché\n- Connaissance du secteur de l'assurance", {"insurance-industry": "must"}),
    ],
)
def test_branches_and_tasks_of_business_are_asked_for(text: str, expected: dict[str, str]) -> None:
    found = skills(text)
    assert {id_: found.get(id_) for id_ in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        "We help clients in healthcare, retail and hospitality to grow.",
        "Notre groupe travaille pour l'hôtellerie et la restauration.",
    ],
)
def test_a_branch_that_is_only_told_of_is_not_asked_for(text: str) -> None:
    assert skills(text) == {}


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("Requirements\n- Excel\nWe offer a variety of benefits including life insurance.", "life-insurance"),
        ("Requirements\n- SQL and ETL (Extract Transform Load)", "text:extract transform load"),
        ("Requirements\n- ZBQ and Excel. ZBQ offers a wide choice of tasks.", "text:zbq"),
        ("Requirements\n- SAP\nYour application must include an Excel sheet with your grades.", "excel"),
        ("Profil recherché\n- SAP\nVotre dossier doit comporter un tableau Excel de vos notes.", "excel"),
        ("Requirements\n- SAP\nA full job description can be found below.", "job-descriptions"),
        ("Requirements\n- SAP\nEnglish at negotiation level", "negotiation"),
        ("Requirements\n- Degree in Business, General Management, Human Relations, Communications, Psychology, "
         "Applied Economics, Finance or related field\n- SAP", "economics"),
    ],
)  # fmt: skip
def test_what_is_given_sent_or_studied_is_no_skill_asked_for(text: str, never: str) -> None:
    assert never not in skills(text)


def test_the_strictest_mention_counts_but_for_what_is_called_optional() -> None:
    assert skills("EXCEL experience would be a plus.\n\nRequired skills\n- EXCEL\n- SAP")["excel"] == "must"
    assert skills("Java, SAP.\n\nRequired skills\n- SAP\n- Java\n\nMore\nJava is optional.")["java"] == "nice"
    assert skills("Excel serait un plus.\n\nCompétences requises\n- Excel\n- SAP")["excel"] == "must"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("- 5 years of experience in retail, hospitality or catering", "retail, hospitality or catering"),
        ("- 3 ans d'expérience en comptabilité, audit ou contrôle", "comptabilité, audit ou contrôle"),
        ("- 5 years of experience in masonry, fluent English or French", "masonry"),
        ("- 4 years of experience in glazing, preferably at a bank or shop", "glazing"),
    ],
)
def test_time_in_one_of_several_fields_is_asked_for_in_all_of_them(text: str, where: str) -> None:
    (asked,) = (r for r in read(f"Requirements\n{text}").requirements if r.kind == "experience")
    assert (asked.where or asked.label.rpartition(" in ")[2]) == where


def test_time_that_nobody_may_have_spent_and_a_scholarship_are_no_demands() -> None:
    told = read("Requirements\n- SAP\nApplicants must not have lived in Norway for more than 12 months.")
    assert not [r for r in told.requirements if r.kind == "experience"]
    resided = read("Profil recherché :\n- SAP\n- Ne pas avoir résidé plus de 12 mois en Norvège depuis 3 ans")
    assert not [r for r in resided.requirements if r.kind == "experience"]
    spent = read("Requirements\n- SAP\nYou should not have spent more than 12 months in the last 3 years in Norway.")
    assert not [r for r in spent.requirements if r.kind == "experience"]
    assert not [r for r in read("A PhD scholarship is open.").requirements if r.kind == "education"]
    assert [r for r in read("Requirements\nA PhD in physics.").requirements if r.kind == "education"]


def test_a_nationality_in_a_name_is_no_language() -> None:
    text = "Requirements\n- SAP\nPay follows the Danish Federation of Nurses and the German grading system."
    assert not [r for r in read(text).requirements if r.kind == "language"]


def test_a_heading_behind_lost_breaks_is_not_about_what_stands_before() -> None:
    text = (
        "Preferred Qualifications: - SAP - Experience in investments, banking Required Education: - Bachelor's degree"
    )
    found = read(text)
    assert {r.value: str(r.importance) for r in found.requirements if r.kind == "skill"}["banking"] == "nice"
    assert [str(r.importance) for r in found.requirements if r.kind == "education"] == ["must"]


def test_what_an_employer_says_of_itself_takes_no_demand_with_it() -> None:
    glued = "Requirements\n- SAP\nCISSP certification is desired.ACME TOOLS, INC. is an EQUAL OPPORTUNITY EMPLOYER."
    assert [(r.value, str(r.importance)) for r in read(glued).requirements if r.kind == "certificate"] == [
        ("cissp", "nice")
    ]
    benefits = "Requirements\n- SAP\nACME gives: medical care; life insurance, short and long term disability cover."
    assert "life-insurance" not in skills(benefits)
    assert "life-insurance" in skills("Requirements\n- Knowledge of life insurance")


def test_a_person_is_described_behind_a_heading_within_a_line() -> None:
    about = (
        "About us: Acme sells tools. See the video of a day at Acme: Our ideal candidate: Proficient in SAP; knows Jira"
    )
    assert skills(about) == {"sap": "must", "jira": "must"}
    french = "À propos : Acme vend des outils. Une vidéo de la journée : Notre candidat idéal : Maîtrise de SAP ; Jira"
    assert skills(french) == {"sap": "must", "jira": "must"}


def test_who_looks_to_hire_states_the_hours() -> None:
    hired = read("Our client is looking to hire a full time analyst for its team.")
    assert [c.value for c in hired.conditions] == ["full_time"]
    assert not read("Your tasks: you will hire full time staff for our shops.").conditions


def test_a_title_of_tools_asks_for_them_and_one_of_the_trade_does_not() -> None:
    python = read_vacancy_profile("Python Developer\n\nJoin our team in Leeds.", "en")
    assert {r.value: str(r.importance) for r in python.requirements}.get("python") == "must"
    sales = read_vacancy_profile("Inside Sales Representative\n\nJoin our team in Leeds.", "en")
    assert "must" not in {str(r.importance) for r in sales.requirements}
