"""Skills that no taxonomy lists, by where they stand. The names are made up."""

import pytest

from jobfit.policy.ledger import check
from jobfit.records import CandidateProfile, Importance, Polarity, RequirementKind
from jobfit.shortlist import Status
from jobfit.structure.candidate import read_candidate_profile
from jobfit.structure.vacancy import read_vacancy_profile
from jobfit.taxonomy.compact import load_compact


def shown(cv: str) -> set[str]:
    return {item.value for item in read_candidate_profile(cv, load_compact()).skills}


def asked(advert: str) -> dict[str, Importance]:
    requirements = read_vacancy_profile(advert, None).requirements
    return {r.value: r.importance for r in requirements if r.kind is RequirementKind.SKILL}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Built with Java, Zorbify, PostgreSQL and Docker.", "text:zorbify"),
        ("Stack: Python, Django, Quuxel, Redis", "text:quuxel"),
        ("Outils : Excel, Sage, Comptalix, Word", "text:comptalix"),
        ("Tools: Git / Jenkins / Blorp CI / Maven", "text:blorp ci"),
        ("Langages : Java, Zorbify et SQL", "text:zorbify"),
    ],
)
def test_an_item_among_skills_is_one(line, value):
    assert value in shown(f"Ann Lee\n\nExperience\n2019 - 2021 Developer\n{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "Java, Docker, 2019, SQL",
        "Java, SQL, several years, Docker",
        "Java, SQL, English, Docker",
        "Java, SQL, Developer, Docker",
        "Databases: PostgreSQL, MySQL",
        "Zorbify (Android, iOS)",
        "Acme Ltd, Leeds, Python",
        "Java, SQL, bonne humeur, mois, Docker",
        "Reviewed and tested Java, SQL, Docker",
    ],
)
def test_dates_words_languages_roles_labels_and_projects_among_skills_are_none(line):
    assert not [v for v in shown(f"Ann Lee\n\nExperience\n2019 - 2021 Developer\n{line}\n") if v.startswith("text:")]


@pytest.mark.parametrize("heading", ["Skills", "Compétences"])
def test_a_line_of_a_section_of_skills_is_an_item_whatever_its_capitals(heading):
    assert {"text:rangolix", "sql"} <= shown(f"Ann Lee\n\n{heading}\nSQL\nrangolix\nExcel\n")


def test_a_name_that_is_also_a_word_is_that_of_the_taxonomy_among_skills():
    assert "rest-apis" in shown("Ann Lee\n\nExperience\n2019 - 2021 Developer\nangular, docker, rest, jenkins\n")


def test_words_joined_by_their_capitals_are_those_of_the_taxonomy():
    assert "react-native" in shown("Ann Lee\n\nExperience\n2019 - 2021 Developer\nJava, ReactNative, Docker, SQL\n")


def test_an_item_that_is_denied_is_not_claimed():
    profile = read_candidate_profile("Ann Lee\n\nI have never used Docker, Zorbify or Jenkins.\n", load_compact())
    assert "text:zorbify" not in {item.value for item in profile.skills}
    assert {(i.value, i.polarity) for i in profile.disclaimed} >= {("text:zorbify", Polarity.HAS_NOT)}


@pytest.mark.parametrize(
    ("sentence", "value", "importance"),
    [
        # the form of a name, and the text insists
        ("Experience with Zorbify Cloud and strong SQL.", "text:zorbify cloud", "must"),
        ("Familiar with ZRB and SQL.", "text:zrb", "must"),
        ("Experience using SQL and vZB in production.", "text:vzb", "must"),
        ("Maîtrise de SQL et de Comptalix RX.", "text:comptalix rx", "must"),
        ("Tools: Docker, Zorbify, Jenkins and Git", "text:zorbify", "must"),
        # the words of a field
        ("Knowledge of bridge load analysis is required.", "text:bridge load analysis", "must"),
        ("Good knowledge of glasshouse glazing systems", "text:glasshouse glazing systems", "must"),
        ("Experience with monitoring systems", "text:monitoring systems", "must"),
        ("Maîtrise de la modélisation hydrologique et des logiciels de dessin.", "text:dessin", None),
        # words of their own, and nothing but small letters
        ("Experience in glazing", "text:glazing", "must"),
        ("Proficiency in quilting and SQL.", "text:quilting", "must"),
        (
            "Expertise with multithreading, networking, offline quilting, scripting and caching",
            "text:offline quilting",
            "must",
        ),
        ("Maîtrise de la modélisation hydrologique.", "text:modelisation hydrologique", None),
        # also the form of another word
        ("Proficient in Zorbify.", "text:zorbify", "nice"),
        ("Maîtrise de Comptalix et de la paie.", "text:comptalix", "nice"),
        ("Bonne connaissance du logiciel Zorbify.", "text:zorbify", "nice"),
        # one of several, an example, a wish
        ("Experience with workflow managers such as Zorbify or Quuxel.", "text:quuxel", "nice"),
        ("Maîtrise d'outils tels que Zorbify ou Quuxel.", "text:zorbify", "nice"),
        ("A degree in Zorbify Mechanics, SQL or Docker", "text:zorbify mechanics", None),
        ("Experience with tools such as Docker, ZRB and Git.", "text:zrb", "nice"),
        ("Familiar with SQL or ZRB.", "text:zrb", "nice"),
        ("Familiarity with ZRB is a plus.", "text:zrb", "nice"),
        ("La connaissance de ZRB serait un plus.", "text:zrb", "nice"),
    ],
)
def test_what_a_sentence_asks_for_is_a_must_only_where_it_is_surely_a_name(sentence, value, importance):
    assert asked(f"Title\n\nRequirements\n{sentence}\n").get(value) == importance


@pytest.mark.parametrize(
    "sentence",
    [
        "Experience working in a fast-paced environment.",
        "Skills in addition to what we teach, and attention to detail.",
        "Must be able to understand people and know the business.",
        "Bachelor's degree (BS) in IT with SQL, PTO and a 401K.",
        "Knowledge of English and SQL.",
        "TRUE GRIT REQUIRED WITH SQL",
        "Experience including SQL.",
        "Expérience dans un environnement dynamique avec des clients.",
    ],
)
def test_what_asks_for_no_skill_gives_none(sentence):
    assert not [value for value in asked(f"Title\n\nRequirements\n{sentence}\n") if value.startswith("text:")]


@pytest.mark.parametrize("label", ["Keywords", "Mots-clés"])
def test_keywords_of_an_advert_ask_for_nothing(label):
    assert not asked(f"Title\n\nRequirements\nFriendly.\n\n{label}: Python, Zorbify, SQL\n")


@pytest.mark.parametrize(
    ("cv", "status"),
    [
        ("Ten years of Zorbify  Cloud.", Status.MET),
        ("I never used Zorbify Cloud.", Status.MISSING),
        ("Java.", Status.UNKNOWN),  # a must is not missing because nothing is said
    ],
)
def test_it_is_met_where_a_cv_has_its_words(cv, status):
    advert = "Title\n\nRequirements\nExperience with Zorbify Cloud.\n"
    [requirement] = [r for r in read_vacancy_profile(advert, None).requirements if r.value == "text:zorbify cloud"]
    assert requirement.id == "text:zorbify cloud" and requirement.label == "Zorbify Cloud"
    assert check(requirement, CandidateProfile(), cv).status is status


@pytest.mark.parametrize(
    "line",
    [
        "Knowledge of Drupal, Sitecore, WordpressFamiliarity with Java and SQL.",
        "Knowledge of Java, SQL, ZorbifyExperience with Docker and Git.",
        "Connaissance de Java, SQL, ZorbifyMaîtrise de Docker et Git.",
    ],
)
def test_the_next_demand_is_no_part_of_a_name_where_a_page_lost_its_line_ends(line):
    found = asked(f"Developer\n\nWe look for a developer.\n\nRequirements\n{line}\n")
    assert not [value for value in found if "familiarity" in value or "experience" in value or "maitrise" in value]
