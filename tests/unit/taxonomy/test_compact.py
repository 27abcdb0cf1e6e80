"""The compact taxonomy holds what it promises."""

import re
from collections import Counter

import pytest

from jobfit.folding import fold
from jobfit.structure.terms import SkillFinder
from jobfit.taxonomy.compact import LANGUAGES, load_compact, load_core_skills
from jobfit.taxonomy.graph import TaxonomyGraph
from jobfit.taxonomy.model import Occupation, Skill

TAXONOMY = load_compact()
TERMS: list[Skill | Occupation] = [*TAXONOMY.skills.values(), *TAXONOMY.occupations.values()]


def test_load_compact_size_is_at_least_what_is_promised() -> None:
    assert len(TAXONOMY.occupations) >= 60
    assert len(TAXONOMY.skills) >= 800
    assert len({occupation.sector for occupation in TAXONOMY.occupations.values()}) >= 12


def test_load_core_skills_are_those_that_the_occupations_need() -> None:
    core = load_core_skills()
    needed = {id_ for o in TAXONOMY.occupations.values() for id_ in (*o.essential, *o.optional)}
    assert needed <= core.keys() < TAXONOMY.skills.keys()
    assert all(TAXONOMY.skills[id_].labels == skill.labels for id_, skill in core.items())


# What no English word has, but for words that English took over and proper names.
FRENCH = re.compile(
    r"[àâçéèêëîïôûùœ]|(?<![-\w])(?:de|des|du|et|en|la|le|les|aux|sur|pour|avec|par|sans)(?![-\w])|\b[dl]'"
)
LOANS = {"mise en place", "Eurécia", "Légifrance"}


def _names(skill: Skill) -> dict[str, set[str]]:
    return {language: {*skill.labels[language], *skill.hidden.get(language, ())} for language in LANGUAGES}


def test_no_english_name_is_french() -> None:
    assert {name for skill in TAXONOMY.skills.values() for name in _names(skill)["en"] if FRENCH.search(name)} == LOANS
    assert _ids_of("telecommunications") == _ids_of("télécommunications") != set()
    assert TAXONOMY.skills["telecommunications"].label("en") == "telecommunications"
    assert TAXONOMY.skills["debugging"].label("en") == "debugging"


def test_every_name_is_read_as_the_skill_that_has_it() -> None:
    finder = SkillFinder(TAXONOMY)
    read = {
        (s.id, name): finder.called(fold(name))
        for s in TAXONOMY.skills.values()
        for name in set().union(*_names(s).values())
    }
    assert {(id_, name): other for (id_, name), other in read.items() if other != id_} == {}


def test_load_compact_twice_returns_the_same_object() -> None:
    assert load_compact() is TAXONOMY


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_in_each_language_exist_and_are_clean(language: str) -> None:
    for term in TERMS:
        labels = term.labels[language]
        assert labels, term.id
        assert all(label == " ".join(label.split()) and label for label in labels), term.id
        assert len({label.casefold() for label in labels}) == len(labels), term.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_within_a_language_name_one_occupation(language: str) -> None:
    names = Counter(label.casefold() for term in TAXONOMY.occupations.values() for label in term.labels[language])
    assert [name for name, count in names.items() if count > 1] == []


def test_occupations_links_are_enough_and_distinct() -> None:
    for occupation in TAXONOMY.occupations.values():
        linked = (*occupation.essential, *occupation.optional)
        assert 6 <= len(occupation.essential) <= 12, occupation.id
        assert 4 <= len(occupation.optional) <= 10, occupation.id
        assert len(set(linked)) == len(linked), occupation.id


@pytest.mark.parametrize(
    ("id_", "feminine"),
    [("nurse", "infirmière"), ("cook", "cuisinière"), ("software-developer", "développeuse logiciel")],
)
def test_french_occupation_labels_give_the_feminine_form(id_: str, feminine: str) -> None:
    assert feminine in TAXONOMY.occupations[id_].labels["fr"]


def test_ids_are_short_kebab_ascii() -> None:
    for term in TERMS:
        assert term.id.isascii() and len(term.id) <= 40
        assert all(part.isalnum() and part == part.lower() for part in term.id.split("-")), term.id


def test_kinds_of_a_skill_lead_to_it() -> None:
    kinds = {
        "github": ("git",),
        "matlab-simulink": ("matlab",),
        "ssis": ("etl", "sql-server"),  # of a vocabulary, two skills
        "postgresql": ("sql", "relational-databases"),  # of skills.toml
        "smed": ("lean-logistics",),
    }
    assert {id_: TAXONOMY.skills[id_].broader for id_ in kinds} == kinds


def test_no_skill_is_a_kind_of_itself() -> None:
    graph = TaxonomyGraph(TAXONOMY)
    below = [id_ for id_, skill in TAXONOMY.skills.items() if skill.broader]
    assert not [id_ for id_ in below for up in TAXONOMY.skills[id_].broader if id_ in graph.above(up)]


def test_no_name_that_is_only_read_is_a_list_of_two_others() -> None:
    finder, core = SkillFinder(TAXONOMY), load_core_skills()
    drawn = {label for skill in core.values() for labels in skill.labels.values() for label in labels}
    names = {
        label
        for skill in TAXONOMY.skills.values()
        for labels in (*skill.labels.values(), *skill.hidden.values())
        for label in labels
    }
    parts = {name: re.split(r" ?[/&,] ?", fold(name.replace("TCP/IP", "TCP-IP"))) for name in names - drawn}
    assert not [name for name, each in parts.items() if len(each) > 1 and all(map(finder.called, each))]


def test_load_compact_names_of_every_vocabulary_add_up() -> None:
    assert "transfer-pricing" in TAXONOMY.skills and "five-s" in TAXONOMY.skills
    assert {"audit procedures", "audit planning"} <= set(TAXONOMY.skills["auditing"].hidden["en"])


def _ids_of(name: str) -> set[str]:
    return {skill.id for skill in TAXONOMY.skills.values() if any(name in labels for labels in skill.labels.values())}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("neurology", "dermatology"),
        ("neurologie", "cardiologie"),
        ("maritime law", "consumer law"),
        ("droit bancaire", "droit de l'urbanisme"),
        ("qPCR", "histology"),
        ("CACES 1", "CACES 5"),
        ("ISO 22000", "EN 1090"),
        ("LinkedIn Ads", "TikTok Ads"),
        ("CaseWare", "CaseWare IDEA"),
        ("Tally Prime", "Tally.ERP"),
        ("FactSet", "Capital IQ"),
        ("brake repair", "engine repair"),
        ("sculpture", "calligraphy"),
        ("soudage TIG", "soudage orbital"),
        ("Git", "GitHub"),
        ("GitLab", "Bitbucket"),
        ("Spring", "Spring MVC"),
        ("Spring Boot", "Spring MVC"),
        ("JUnit", "unit testing"),
        ("SSIS", "Talend"),
        ("MATLAB", "Simulink"),
        ("soudure TIG", "soudage à l'arc"),
        ("CATIA", "SolidWorks"),
        ("Splunk", "SIEM"),
        ("comptabilité analytique", "contrôle de gestion"),
        ("HLSL", "GLSL"),
        ("IT change management", "change management"),
        ("website development", "web design"),
        ("SAP PI", "PI System"),
    ],
)
def test_names_of_different_things_have_different_ids(one: str, other: str) -> None:
    assert _ids_of(one) and _ids_of(other) and not _ids_of(one) & _ids_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("neurology", "neurologie"),
        ("EKG", "électrocardiogramme"),
        ("palletising", "palletizing"),
        ("drylining", "cloisons sèches"),
        ("Capital IQ", "S&P Capital IQ"),
        ("histology", "histologie"),
        ("competition law", "droit de la concurrence"),
        ("accrual accounting", "cut-off comptable"),
        ("PowerPoint", "MS PowerPoint"),
        ("Oracle EBS", "Oracle E-Business Suite"),
        ("GD&T", "geometric dimensioning and tolerancing"),
        ("JavaScript frameworks", "frameworks JavaScript"),
        ("ERD", "diagrammes entité-association"),
        ("Quality Center", "HP ALM"),
        ("industrial engineering", "génie industriel"),
    ],
)
def test_names_of_one_thing_have_one_id(one: str, other: str) -> None:
    assert len(_ids_of(one)) == 1 and _ids_of(one) == _ids_of(other)
