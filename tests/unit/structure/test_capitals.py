"""A text in capitals is read like the same text in mixed case, and quoted as it stands."""

import pytest

from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.records import Importance, Kind
from jobfit.structure.capitals import without_capitals

CV = """Joanna Whitfield
Senior Warehouse Manager
Leeds

Profile
I lead a team of twelve pickers and packers and I am looking for a new challenge in a growing company.

Work Experience
Warehouse Manager, Brackley Foods, Leeds
March 2018 - Present
I plan the shifts, train the new starters and keep the records in SAP and Excel.
Forklift Driver, Tolworth Logistics, Bradford
June 2013 - February 2018

Education
2012 BA Business Studies, University of Hull

Skills
SAP, Excel, Power BI, SQL, stock control

Languages
English (native), Polish (B2)
"""
CV_FR = """Camille Vasseur
Développeuse web
Nantes

Expérience professionnelle
Développeuse web, Agence Tilleul, Nantes
janvier 2020 - aujourd'hui
Je crée des sites avec PHP, Symfony et PostgreSQL pour des clients de la région.
Assistante administrative, Cabinet Morel, Rennes
mars 2016 - décembre 2019

Formation
2015 BTS Comptabilité et gestion, Lycée Bréquigny, Rennes

Compétences
PHP, Symfony, JavaScript, PostgreSQL, Docker

Langues
Français (langue maternelle), anglais (B2)
"""
ADVERT = """Payroll Administrator
Location: Bristol

About us
We are a family company that makes garden furniture, and we have been in the trade for thirty years.

Responsibilities
You will run the monthly payroll for two hundred people and answer what they ask about it.

Requirements
- At least 3 years of experience in payroll
- You must know Excel and SQL
- Bachelor's degree in accounting

Nice to have
- Python
- Power BI
"""
ADVERT_FR = """Technicien de maintenance
Lieu : Grenoble

Vos missions
Vous entretenez les machines de l'atelier et vous formez les nouveaux collègues de votre équipe.

Profil recherché
- Vous avez au moins 2 ans d'expérience en maintenance
- BTS électrotechnique exigé
- Anglais courant indispensable

Serait un plus
- Python
- AutoCAD
"""


def facts_of_candidate(text):
    profile = candidate_from_text(text).profile
    return {
        ("title", profile.title and profile.title.value.lower()),
        ("education", profile.education and profile.education.value),
        ("location", profile.location and profile.location.value),
        *(("skill", item.value) for item in profile.skills),
        *(("language", item.value) for item in profile.languages),
        *(("position", each.title.value.lower(), each.start, each.end) for each in profile.experiences if each.title),
    }


def facts_of_vacancy(text):
    profile = vacancy_from_text(text).profile
    return {
        ("title", profile.title and profile.title.value.lower()),
        ("location", profile.location and profile.location.value),
        *((each.id, each.minimum, each.importance) for each in profile.requirements),
    }


@pytest.mark.parametrize("text", [CV, CV_FR])
def test_cv_in_capitals_states_the_same(text):
    facts = facts_of_candidate(text)
    assert len([fact for fact in facts if fact[0] == "position"]) == 2
    assert facts_of_candidate(text.upper()) == facts


@pytest.mark.parametrize("text", [ADVERT, ADVERT_FR])
def test_advert_in_capitals_asks_for_the_same(text):
    facts = facts_of_vacancy(text)
    assert {Importance.MUST, Importance.NICE} <= {fact[2] for fact in facts if len(fact) == 3}
    assert facts_of_vacancy(text.upper()) == facts


@pytest.mark.parametrize(("read", "text"), [(candidate_from_text, CV), (vacancy_from_text, ADVERT_FR)])
def test_quotes_are_those_of_the_text(read, text):
    record = read(text.upper())
    at = record.profile.title.evidence
    assert record.text[at.start : at.end] == at.text
    assert at.text.isupper()


@pytest.mark.parametrize("text", [CV, ADVERT_FR, "NURSE", "SKILLS\nSQL, HTML, CSS\n" + CV])
def test_mixed_and_short_texts_stay(text):
    assert without_capitals(text, Kind.CANDIDATE) == text


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("STAFF NURSE, PORTLAND, OR", "Staff Nurse, Portland, OR"),
        ("IN NEW YORK, THE TEAM HAS BUILT ITS OWN TOOLS WITH JAVASCRIPT, HTML AND MYSQL", None),
        ("EQUIPE DE VENTE À TEL-AVIV", "Equipe de Vente à Tel-Aviv"),
    ],
)
def test_words_are_written_as_most_people_write_them(line, written):
    filler = "\nTHE PEOPLE WHO WORK HERE LIKE WHAT THEY DO AND THEY STAY FOR A LONG TIME, YEAR AFTER YEAR." * 3
    got = without_capitals(line + filler, Kind.VACANCY).partition("\n")[0]
    assert got == (written or "In New York, the team has built its own tools with JavaScript, HTML and MySQL")


def test_words_that_are_also_skills_stay_words():
    text = "WE MAKE THE MOST OF LESS SPACE, GO THE EXTRA MILE AND REACT WITH SWIFT HANDS IN A SAFE PLACE.\n" * 3
    assert not [each for each in vacancy_from_text(text).profile.requirements if each.kind == "skill"]


def test_a_verb_is_no_degree():
    text = ADVERT + "\nEducation\nBe confident with numbers\n"
    assert facts_of_vacancy(text.upper()) == facts_of_vacancy(text)
