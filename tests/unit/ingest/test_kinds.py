"""Candidate or vacancy."""

import csv
import time

import pytest

from jobfit.ingest.kinds import guess_kind
from jobfit.records import Kind

EN_CV = "Ana Sample\nana@example.org\n\nWork experience\nCook, Soup Ltd, 2019 - 2021\n\nEducation\nCatering school"
FR_CV = (
    "Ana Exemple\nTéléphone : 01 00 00 00 00\n\nExpérience professionnelle\nCuisinière, 2019 - 2021\n\nFormation\nCAP"
)
EN_VACANCY = "Cook\nWe are looking for a cook. You will cook soup.\nRequirements\n- two years in a kitchen"
FR_VACANCY = "Cuisinier (H/F)\nNous recherchons un cuisinier.\nVos missions\nSoupe\nProfil recherché\nCAP cuisine"


@pytest.mark.parametrize("text", [EN_CV, FR_CV])
def test_cv_is_a_candidate_even_in_a_folder_of_vacancies(text):
    assert guess_kind(text, "x.txt") is Kind.CANDIDATE
    assert guess_kind(text, "jobs/x.txt") is Kind.CANDIDATE


@pytest.mark.parametrize("text", [EN_VACANCY, FR_VACANCY])
def test_vacancy_is_a_vacancy_even_in_a_folder_of_cvs(text):
    assert guess_kind(text, "x.txt") is Kind.VACANCY
    assert guess_kind(text, "cvs/x.txt") is Kind.VACANCY


@pytest.mark.parametrize(
    "text",
    [
        "Line cook, Ludlow. £26,000 - £28,000. At least two years in a fresh kitchen. Pastry would be a plus.",
        "Night porter\nDo you like people? Full training is provided. A driving licence is essential.",
        "Welder (m/f/d)\nYou bring two years of practice and you speak some German. EN 287 desirable.",
        "Peintre en bâtiment H/F\nExpérience exigée de 3 ans. Taux horaire : 13 €. Permis B souhaité.",
        "Beekeeper\nYou\n- have kept bees\nWe\n- pay £30k to £34k",
        "Graphiste en alternance\nTu as l'œil et tu prépares un master. Un premier stage serait apprécié.",
        "Gouvernante\nDébutante acceptée. Vous êtes soigneuse, l'anglais serait un plus.",
    ],
)
def test_an_advert_without_headings_is_a_vacancy(text):
    assert guess_kind(text, "x.txt") is Kind.VACANCY


@pytest.mark.parametrize(
    "text",
    [
        "Ana Sample\nBuyer, March 2019 to present\nResponsibilities:\n- Managed stock\n- Led a team\n- Trained staff",
        "Ana\nTeacher 2015 - 2019\nKey responsibilities:\nLooking for a job as a head teacher",
    ],
)
def test_duties_and_requirements_make_no_vacancy_of_a_cv(text):
    assert guess_kind(text, "x.txt") is Kind.CANDIDATE


@pytest.mark.parametrize(
    "text",
    [
        "Quick learnerEducation Details\nMay 2016 B.Sc Chemistry Leeds, North University\nLab assistant\nLab assistant",
        "MBA Finance, Hillside College of Business\nI have worked with two banks.\nLoan files, branch audits",
        "Carpenter\nJoinery- Experience - 36 months\ncompany - Plank\ndescription - Roof",
        "Fitter\nPumps and valves, till date\nFather's name: T. Sample\n2011 Diploma in Mechanics, Hill Polytechnic",
        "Comptable\n2012 : BTS comptabilité, lycée Jean Exemple\nActuellement en poste chez Dupuis, saisie et paie",
        "Licence de droit, université de Lille\nJ'ai travaillé chez deux notaires. Actes, successions",
    ],
)
def test_a_cv_without_headings_is_told_by_what_was_obtained_and_held(text):
    assert guess_kind(text, "x.txt") is Kind.CANDIDATE


@pytest.mark.parametrize(
    "text",
    [
        "Chemist\nB.Sc Chemistry or equivalent from a recognised university is required. Benefits: 401k, paid time off",
        "Fitter. Diploma from a technical college is required. The role: pumps and valves. $20 - $25 per hour",
        "Comptable H/F\nBTS ou équivalent, lycée ou école exigé. Vous êtes soigneux. Salaire : 2100 €",
        "Lawyer\nLLB or LLM degree from a university is preferred. You will draft contracts.",
    ],
)
def test_a_diploma_asked_for_makes_no_cv_of_an_advert(text):
    assert guess_kind(text, "x.txt") is Kind.VACANCY


def test_path_decides_where_the_text_says_little():
    assert guess_kind("Skills\nPython, SQL", "candidates/1.txt") is Kind.CANDIDATE
    assert guess_kind("Your skills: Python, SQL", "offres/1.txt") is Kind.VACANCY


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Nurse Lyon", "a.txt"),
        ("A note about the weather", "cvs/README.md"),
        ("", ""),
        ("Apache License\nTERMS AND CONDITIONS FOR USE\nYou will apply. Requirements. Job description", "LICENSE"),
    ],
)
def test_text_that_does_not_tell_has_no_kind(text, path):
    assert guess_kind(text, path) is None


def test_real_vacancies_are_vacancies(shared_data):
    with (shared_data / "cv-docx" / "5_vacancies.csv").open(newline="", encoding="utf-8") as file:
        texts = [row["job_description"] for row in csv.DictReader(file)]
    assert [guess_kind(text, "x") for text in texts] == [Kind.VACANCY] * 5


@pytest.mark.parametrize("part", ["a", "2019-\n", " ", "age", "a@", "\n", "looking for a "])
def test_hostile_text_is_judged_in_linear_time(part):
    start = time.process_time()
    guess_kind(part * (200_000 // len(part)), "x")
    assert time.process_time() - start < 2
