"""What an advert insists on: headings inside a paragraph, lists that a line opens, what tells of the employer."""

import pytest

from jobfit.records import RequirementKind
from jobfit.structure.vacancy import read_vacancy_profile


def skills(text: str) -> dict[str, str]:
    requirements = read_vacancy_profile(text, None).requirements
    return {r.value: str(r.importance) for r in requirements if r.kind is RequirementKind.SKILL}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You plan. Qualifications BS Degree, Java Required Skills SQL", {"java": "must", "sql": "must"}),
        ("You lead the teamRequired Skills• Java• SQL", {"java": "must", "sql": "must"}),
        ("You plan routes MINIMUM REQUIREMENTS Java and SQL", {"java": "must", "sql": "must"}),
        ("You plan. Must have skills/talents: * Java * SQL", {"java": "must", "sql": "must"}),
        ("You plan. Who You Are * Java * SQL", {"java": "must", "sql": "must"}),
        ("Requirements:\nJava\nHelpful Additions:\nSQL", {"java": "must", "sql": "nice"}),
        ("Requirements: Java.Qualifications Preferred SQL experience", {"java": "must", "sql": "nice"}),
        ("Requirements:\nJava, good writing skillsBONUS\nSQL", {"java": "must", "sql": "nice"}),
        ("Requirements: * Java Nice to haves; * SQL", {"java": "must", "sql": "nice"}),
        ("Requirements:\nJava\nWhat you will be doing * SQL queries", {"java": "must", "sql": "nice"}),
        ("Requirements:\nJava, good writing skillsBONUS SKILLS & EXPERIENCE:SQL", {"java": "must", "sql": "nice"}),
        (
            "Required Skills: Java, good writing What will you be doing?You will write SQL",
            {"java": "must", "sql": "nice"},
        ),
        ("Requirements: Java, fees.What We Offer YouA day of SQL", {"java": "must", "sql": None}),
        ("Requirements: Java and good manners.BENEFITS SNAPSHOT: SQL courses", {"java": "must", "sql": None}),
        (
            "Minimum Required Skills: JavaIf you are a Planner who hears of SQL, read on!",
            {"java": "must", "sql": "nice"},
        ),
        ("Primary skills: Java, SQL", {"java": "must", "sql": "must"}),
        ("Vous pilotez l'équipe.Profil: Java et SQL", {"java": "must", "sql": "must"}),
        ("Prérequis • Java Connaissances appréciées : SQL", {"java": "must", "sql": "nice"}),
    ],
)
def test_headings_inside_a_paragraph_open_what_they_say(text: str, expected: dict[str, str]) -> None:
    found = skills(f"Planner\n\n{text}\n")
    assert {skill: found.get(skill) for skill in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        "You write Business Requirements and test System Requirements * Requirements Management * Java",
        "Its experience in Java grows. You use skills. The role: responsibilities of SQL",
    ],
)
def test_the_words_of_headings_in_prose_open_nothing(text: str) -> None:
    assert "must" not in skills(f"Planner\n\n{text}\n").values()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Candidates must be familiar with the following:\n- Java\n- SQL", {"java": "must", "sql": "must"}),
        ("You need to know:\n\n* Java\n* SQL\n\nThe team works in Scala.", {"sql": "must", "scala": "nice"}),
        ("Requirements\nJava\nAny of the following is a plus:\n- SQL\n- Scala", {"java": "must", "sql": "nice"}),
        ("Vous devez maîtriser :\n- Java\n- SQL\n\nL'équipe code en Scala.", {"sql": "must", "scala": "nice"}),
        ("Profil recherché\nJava\nSerait un plus :\n- SQL\n- Scala", {"java": "must", "scala": "nice"}),
        ("What we work with:\n- Java\n- SQL", {"java": "nice", "sql": "nice"}),
    ],
)
def test_a_list_counts_as_the_line_before_it_says(text: str, expected: dict[str, str]) -> None:
    found = skills(f"Planner\n\nWe are Acme.\n\n{text}\n")
    assert {skill: found.get(skill) for skill in expected} == expected


@pytest.mark.parametrize(
    ("sentence", "importance"),
    [
        ("We are a company that builds the digital supply chain.", "nice"),
        ("We deliver supply chain as a service.", "nice"),
        ("Our business centers around supply chain.", "nice"),
        ("You will improve the supply chain.", "nice"),
        ("Nous sommes une entreprise de supply chain.", "nice"),
        ("Vous piloterez la supply chain.", "nice"),
        ("We are looking for supply chain.", "must"),
        ("You will need supply chain.", "must"),
        ("You will be an expert in supply chain.", "must"),
        ("Nous sommes à la recherche d'un profil supply chain.", "must"),
        ("Vous maîtriserez la supply chain.", "must"),
        ("Our ideal candidate knows supply chain.", "must"),
    ],
)
def test_what_tells_of_the_employer_or_of_the_work_is_no_must(sentence: str, importance: str) -> None:
    assert importance in skills(f"Planner\n\nRequirements\nExcel\n{sentence}\n").values()
    assert list(skills(f"Planner\n\nRequirements\nExcel\n{sentence}\n").items())[-1][1] == importance


@pytest.mark.parametrize(
    "sentence",
    [
        "Acme is an ISO 9001 and CMMI Level 3 certified company.",
        "We are a SOC 2 compliant firm.",
        "Notre société est certifiée ISO 9001.",
        "Nous sommes labellisés ISO 27001.",
    ],
)
def test_what_the_employer_is_certified_for_is_asked_of_nobody(sentence: str) -> None:
    assert skills(f"Planner\n\nRequirements\nExcel\n{sentence}\n") == {"excel": "must"}


@pytest.mark.parametrize(
    ("sentence", "importance"),
    [
        ("You are an expert in Java.", "must"),
        ("We look for people with strong Java and SQL skills.", "nice"),
        ("Strong Java and SQL skills.", "must"),
        ("A great opportunity to get experience in Java.", "nice"),
        ("Une belle opportunité d'acquérir une expérience en Java.", "nice"),
        ("Our team asks why things are as they are, of a task· You are an expert in Java", "must"),
        ("It is our job:o Plan the routeso Experience with Java", "must"),
    ],
)
def test_words_of_demand_in_prose(sentence: str, importance: str) -> None:
    assert skills(f"Planner\n\n{sentence}\n")["java"] == importance


@pytest.mark.parametrize(
    ("sentence", "musts"),
    [
        ("Windows 7 or above, Java, SQL", {"java", "sql"}),
        ("Java 8 ou plus, SQL", {"java", "sql"}),
        ("Test tools like JUnit or Mockito; Java, SQL", {"java", "sql"}),
        ("Tools (such as JUnit, Mockito) and Java", {"java"}),
        ("Outils tels que JUnit ou Mockito ; Java", {"java"}),
        ("Tools such as JUnit, and strong knowledge of Java", {"java"}),
        ("Java, SQL, and Scala or Kotlin", {"java", "sql"}),
        ("Java, stock keeping or SQL", set()),
        ("Java (or a similar language), SQL", {"sql"}),
        ("Java (ou un langage équivalent), SQL", {"sql"}),
        ("Ability to write Java in this environmentSQL is a plus", {"java"}),
        ("Java, gestion de stock ou SQL", set()),
    ],
)
def test_one_of_several_is_no_must_and_what_stands_beside_them_is(sentence: str, musts: set[str]) -> None:
    found = skills(f"Planner\n\nRequirements\n{sentence}\n")
    assert {
        skill for skill in ("java", "sql", "scala", "kotlin", "junit", "mockito") if found.get(skill) == "must"
    } == musts


@pytest.mark.parametrize(
    "text",
    [
        "A great role and the opportunity to learn data visualization",
        "La chance de découvrir la visualisation de données",
    ],
)
def test_what_one_may_learn_is_no_must(text: str) -> None:
    assert "must" not in skills(f"Planner\n\nAbout you\n{text}\n").values()
