import pytest

from jobfit.records import EducationLevel
from jobfit.records import EducationLevel as Level
from jobfit.structure.education import find_levels, highest_level


def levels(text: str) -> list[Level]:
    return [s.value for s in find_levels(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PhD in Chemistry", Level.DOCTORATE),
        ("Ph.D., University of Leeds", Level.DOCTORATE),
        ("Doctorat en biologie", Level.DOCTORATE),
        ("MSc in Data Science", Level.MASTER),
        ("M.Sc. Physics", Level.MASTER),
        ("Master's degree in Computer Science", Level.MASTER),
        ("Masters Degree, Economics", Level.MASTER),
        ("Master of Science", Level.MASTER),
        ("Executive MBA", Level.MASTER),
        ("Diplôme d’ingénieur, INSA Lyon", Level.MASTER),
        ("Bac+5", Level.MASTER),
        ("BAC + 5 en finance", Level.MASTER),
        ("Master informatique", Level.MASTER),
        ("Master 2 Marketing", Level.MASTER),
        ("2015: Master, Université de Lille", Level.MASTER),
        ("MS in Electrical Engineering", Level.MASTER),
        ("Bachelor's degree", Level.BACHELOR),
        ("Bachelor of Arts", Level.BACHELOR),
        ("BSc (Hons) Nursing", Level.BACHELOR),
        ("B.A. History", Level.BACHELOR),
        ("BA in History", Level.BACHELOR),
        ("Licence professionnelle commerce", Level.BACHELOR),
        ("Licence d'anglais", Level.BACHELOR),
        ("2012 Licence, Université Paris 8", Level.BACHELOR),
        ("Bac+3 minimum", Level.BACHELOR),
        ("niveau Bac+4/5", Level.BACHELOR),
        ("BUT informatique", Level.BACHELOR),
        ("BTS comptabilité et gestion", Level.SHORT_CYCLE),
        ("DUT GEA", Level.SHORT_CYCLE),
        ("HND in Engineering", Level.SHORT_CYCLE),
        ("Associate's degree", Level.SHORT_CYCLE),
        ("Bac +2", Level.SHORT_CYCLE),
        ("Baccalauréat scientifique", Level.UPPER_SECONDARY),
        ("Bac pro cuisine", Level.UPPER_SECONDARY),
        ("3 A-levels", Level.UPPER_SECONDARY),
        ("High school diploma", Level.UPPER_SECONDARY),
        ("CAP cuisine", Level.SECONDARY_VOCATIONAL),
        ("BEP vente", Level.SECONDARY_VOCATIONAL),
    ],
)
def test_levels_stated_diploma_is_read(text: str, expected: Level) -> None:
    assert levels(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Certified Scrum Master since 2019",
        "master data management",
        "Bachelor Party organiser, 2019",
        "clean driving licence",
        "licence de conduire",
        "software licence audits, MIT licence",
        "licence open source, 2019",
        "BA (business analyst) with stakeholders",
        "worked as a BA in the bank",
        "MS Office, MS SQL",
        "bac à sable, bacon, feedback",
        "Degree",
        "Web Master, 2015-2019",
        "mastered in-house tools; masters the art of sales",
        "PhD student",
        "Doctorant en physique",
        "unfinished Bachelor's degree",
        "Master 2 en cours",
        "cap on spending, CAP theorem",
        "a level of detail",
        "but informatique",
        "a.master@example.org",
        "",
    ],
)
def test_levels_other_meanings_are_no_diploma(text: str) -> None:
    assert levels(text) == []


def test_levels_several_come_in_the_order_of_the_text() -> None:
    text = "De Bac +2 à Bac +5. BTS puis Licence pro."
    assert levels(text) == [Level.SHORT_CYCLE, Level.MASTER, Level.SHORT_CYCLE, Level.BACHELOR]
    assert [s.evidence.text for s in find_levels(text)] == ["Bac +2", "Bac +5", "BTS", "Licence pro"]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Diplôme d'État d'infirmier, IFSI de Lille", EducationLevel.BACHELOR),
        ("Diplôme d’État d’infirmière", EducationLevel.BACHELOR),
        ("HS diploma or GED", EducationLevel.UPPER_SECONDARY),
        ("BA, Anders Institute, 2021", EducationLevel.BACHELOR),
        ("Bac, Lycée professionnel Anders, 2021", EducationLevel.UPPER_SECONDARY),
        ("Specialist's degree in physics", EducationLevel.MASTER),
    ],
)
def test_find_levels_of_diplomas_with_names_of_their_own(text: str, level: EducationLevel) -> None:
    assert find_levels(text)[0].value == level


def test_find_levels_occupation_in_a_title_is_no_diploma() -> None:
    assert find_levels("Infirmière diplômée d'État, Hôpital Anders (2017 - 2018)") == ()


def test_highest_level_below_an_unread_degree_is_unknown() -> None:
    text = "Education\nHigh school diploma, Leeds\n" + "Evening classes in drawing.\n" * 5
    level = highest_level(text)
    assert level is not None and level.value is EducationLevel.UPPER_SECONDARY
    text += "University of Leeds, Civil works 2010\n"
    assert highest_level(text) is None


def test_highest_level_of_no_text_is_none() -> None:
    assert highest_level("") is None
