"""Kinds of mentions that adverts and CVs held and that were lost, or were read as skills and are none."""

import pytest

from jobfit.reading import read_candidate_text
from jobfit.records import RequirementKind
from jobfit.structure.vacancy import read_vacancy_profile


def asked(line: str, language: str = "en") -> dict[str, str]:
    heading = {"en": "Requirements", "fr": "Profil recherché"}[language]
    profile = read_vacancy_profile(f"Planner\n\n{heading}\n{line}\n", language)
    return {r.value: str(r.importance) for r in profile.requirements if r.kind is RequirementKind.SKILL}


def had(text: str) -> set[str]:
    return {skill.value for skill in read_candidate_text(text).profile.skills_by_name}


@pytest.mark.parametrize(
    ("line", "language", "skill"),
    [
        ("7+ years mechanical engineering experience", "en", "mechanical-engineering"),
        ("4 years of crate fabrication experience", "en", "text:crate fabrication"),
        ("5 ans d'expérience en génie civil", "fr", "civil-engineering"),
        ("Strong coding skills", "en", "programming-languages"),
        ("3 years of software development experience", "en", "programming-languages"),
        ("Solides connaissances en programmation", "fr", "programming-languages"),
        ("Ability to prepare engineering documentation", "en", "text:engineering documentation"),
        ("Able to perform soil analysis", "en", "text:soil analysis"),
        ("Skill in using behavioural interviewing techniques", "en", "text:behavioural interviewing"),
        ("Must know RustWe also like cakes", "en", "rust"),
        ("Fluent in FlaskKotlinTerraform", "en", "kotlin"),
        ("Proficient in MS office applications (Excel, Visio)", "en", "visio"),
        ("SAP modules SD, MM and QM", "en", "sap-mm"),
        ("Maîtrise des modules SAP FI, CO et PP", "fr", "sap-co"),
        ("Programming of PLC in a brewery", "en", "plc"),
    ],
)
def test_what_an_advert_insists_on_is_a_must(line: str, language: str, skill: str) -> None:
    assert asked(line, language).get(skill) == "must"


@pytest.mark.parametrize(
    ("line", "language", "skill"),
    [
        ("Bachelor's degree in Electrical Engineering", "en", "electrical-engineering"),
        ("MSc in Physics, Statistics, Geology or similar; SQL", "en", "statistics"),
        ("Diplôme en génie mécanique, maîtrise de SQL", "fr", "mechanical-engineering"),
        ("Experience with ovens, including hardware and cakes", "en", "text:including hardware"),
        ("Our Barclays PLC and Acme SAS clients", "en", "plc"),
        ("Fluent in SparkPost", "en", "spark"),
        ("Track record of successful delivery 4 to 6 years", "en", "text:delivery 4"),
        ("SAP, SQL, QA, PM, HR", "en", "sap-pm"),
        ("You m a k e cakes, as I do", "en", "mergers"),
    ],
)
def test_what_an_advert_does_not_ask_for_is_no_skill(line: str, language: str, skill: str) -> None:
    assert skill not in asked(line, language)


def test_what_is_necessary_for_something_else_is_asked_of_nobody() -> None:
    wrong = "Provide the analysis necessary to write good user stories. Run tests, which require scripting."
    profile = read_vacancy_profile(f"Planner\n\nResponsibilities\n{wrong}\n\nRequirements\nSQL is necessary.\n", "en")
    musts = {r.value for r in profile.requirements if r.importance == "must"}
    assert musts == {"sql"}


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("Skills\nFlask- Exprience - 6 months\nWord- Experience - 2 years\nSQL- Experience - 2 years", {"flask"}),
        ("Compétences\nFlask - expérience : 2 ans\nSQL - expérience : 2 ans", {"flask"}),
        ("Experience\nWorked with SAP modules like MM, SD and PP at a bakery.", {"sap-mm", "sap-sd", "sap-pp"}),
        ("Experience\nWiring of PLC cabinets in a bakery.", {"plc"}),
    ],
)
def test_what_a_cv_names_is_had(text: str, skills: set[str]) -> None:
    assert skills <= had(text)


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Education\n2010 Faculty of Applied Mathematics, Lyon", "applied-mathematics"),
        ("Experience\nSQL Developer, Acme Ltd, 2015 - 2018", "oracle-sql-developer"),
        ("Experience\nWorked as I liked in a bakery.", "as-i"),
        ("Experience\nWrote m a n y letters.", "mergers"),
        ("Experience\nAccountant at Acme PLC and Dupont SAS.", "plc"),
    ],
)
def test_what_a_cv_only_mentions_is_no_skill(text: str, skill: str) -> None:
    assert skill not in had(text)
