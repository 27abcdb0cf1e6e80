"""Rules that label pairs: the truth table of each, what fired, and files with mistakes."""

import itertools

import pytest

from jobfit.errors import InputError, PolicyError
from jobfit.geo.gazetteer import Gazetteer
from jobfit.geo.places import Named
from jobfit.geo.places import Place as GeoPlace
from jobfit.ingest.language import detect_language
from jobfit.judged import Pair
from jobfit.reading import read_candidate_text
from jobfit.records import Candidate, Evidence, RequirementKind, Source, Stated, Vacancy
from jobfit.records import CandidateProfile as Profile
from jobfit.records import VacancyProfile as Asked
from jobfit.shortlist import Status
from jobfit.structure.vacancy import read_vacancy_profile
from jobfit.taxonomy.compact import load_compact
from jobfit.training.rules import (
    Area,
    Asks,
    Case,
    Condition,
    Filter,
    Finding,
    Place,
    RuleSet,
    Seniority,
    all_cases,
    all_of,
    literal,
)
from jobfit.training.rules_file import load_rules, parse_rules

MET, MISSING, UNKNOWN = Status.MET, Status.MISSING, Status.UNKNOWN
NOWHERE = Source("x", "text", "")


def candidate(text, id_="c"):
    profile = read_candidate_text(text, load_compact()).profile
    return Candidate(id_, text, "en", NOWHERE, profile)


def vacancy(text, id_="v"):
    return Vacancy(id_, text, "en", NOWHERE, read_vacancy_profile(text, detect_language(text), load_compact()))


def case(cv="Nurse", ad="Nurse", **fields):
    return Case(candidate(cv), vacancy(ad), fields)


def stated(value):
    return Stated(value, Evidence(value, 0, len(value)))


@pytest.mark.parametrize("statuses", list(itertools.product([MET, MISSING, UNKNOWN], repeat=3)))
def test_conjunction_is_that_of_three_valued_logic(statuses):
    expected = MISSING if MISSING in statuses else UNKNOWN if UNKNOWN in statuses else MET
    assert all_of(statuses) == expected


class Fixed:
    def __init__(self, name, status, asked=True):
        self.name, self.status, self.asked = name, status, asked

    def check(self, case):
        return Finding(self.name, self.status, "said", asked=self.asked)


@pytest.mark.parametrize("statuses", list(itertools.product([MET, MISSING, UNKNOWN], repeat=2)))
def test_pair_is_positive_only_when_all_rules_are_met(statuses):
    labelled = RuleSet(tuple(Fixed(f"r{n}", s) for n, s in enumerate(statuses))).label(case())
    assert labelled.label == {MET: True, MISSING: False, UNKNOWN: None}[all_of(statuses)]
    assert labelled.fired == tuple(f"r{n}" for n, s in enumerate(statuses) if s is MET)
    assert labelled.pair == {True: Pair("c", "v", 1), False: Pair("c", "v", 0), None: None}[labelled.label]


@pytest.mark.parametrize(
    ("first", "second", "label"),
    [(MET, UNKNOWN, True), (UNKNOWN, UNKNOWN, None), (UNKNOWN, MET, None), (MET, MISSING, False), (MET, MET, True)],
)
def test_unknown_passes_only_where_the_rules_say_so_and_the_explanation_tells(first, second, label):
    labelled = RuleSet((Fixed("a", first), Fixed("b", second)), frozenset({"b"})).label(case())
    assert labelled.label is label
    assert ("b: unknown, let pass (said)" in labelled.explanation()) == (second is UNKNOWN)


def test_nothing_asked_for_is_no_reason_for_a_positive():
    assert RuleSet((Fixed("a", MET, asked=False),)).label(case()).label is None
    assert RuleSet((Fixed("a", UNKNOWN),), frozenset({"a"})).label(case()).label is None
    labelled = RuleSet((Fixed("a", MET, asked=False), Fixed("b", MET))).label(case())
    assert (labelled.label, labelled.fired) == (True, ("b",))
    assert labelled.explanation()[0] == "a: nothing asked (said)"


AD = "Nurse\n\nRequirements\n- German B2 is required\n- Bachelor's degree is required\n"


@pytest.mark.parametrize(
    ("cv", "languages", "education"),
    [
        ("Nurse\n\nEducation\nMaster of Science, 2012\n\nLanguages\nGerman - C1", MET, MET),
        ("Nurse\n\nEducation\nBachelor of Science, 2012\n\nLanguages\nGerman - A2", MISSING, MET),
        ("Nurse\n\nEducation\nA-levels, 2002\n\nLanguages\nEnglish - C1", UNKNOWN, MISSING),
        ("Nurse\n\nWork experience\nNurse, Acme", UNKNOWN, UNKNOWN),
    ],
)
def test_languages_and_education_are_held_against_the_cv_with_quotes_of_both(cv, languages, education):
    rules = RuleSet((Asks("languages", RequirementKind.LANGUAGE), Asks("education", RequirementKind.EDUCATION)))
    pair = case(cv, AD)
    labelled = rules.label(pair)
    assert tuple(finding.status for finding in labelled.findings) == (languages, education)
    for finding in labelled.findings:
        assert (finding.status is UNKNOWN) == (not finding.candidate_quotes)
        for quotes, text in ((finding.candidate_quotes, cv), (finding.vacancy_quotes, AD)):
            assert all(text[quote.start : quote.end] == quote.text for quote in quotes)
        assert finding.vacancy_quotes


def test_vacancy_that_asks_for_nothing_of_the_kind_is_met_and_has_not_fired():
    finding = Asks("languages", RequirementKind.LANGUAGE).check(case("Nurse", "Nurse\n\nNurse wanted"))
    assert (finding.status, finding.fired) == (MET, False)


SKILLS = "Nurse\n\nRequirements\n- Python is required\n- SQL is required\n- Docker is required\n- Java is required\n"


@pytest.mark.parametrize(
    ("cv", "share", "at_least", "status"),
    [
        ("Skills\nPython, SQL", 0.5, 1, MET),
        ("Skills\nPython, SQL", 0.51, 1, UNKNOWN),
        ("Skills\nPython, SQL", 0.0, 2, MET),
        ("Skills\nPython, SQL", 0.0, 3, UNKNOWN),
        ("Skills\nCooking", 0.0, 1, UNKNOWN),
        ("Nothing said", 0.0, 1, UNKNOWN),
    ],
)
def test_area_counts_the_skills_that_both_name(cv, share, at_least, status):
    rule = Area(share, at_least)
    finding = rule.check(case(cv, SKILLS))
    assert finding.status is status
    if status is MET:
        assert [quote.text for quote in finding.candidate_quotes] == ["Python", "SQL"]
        assert finding.sentence.startswith("2 of 4 skills asked for")


def test_too_little_overlap_is_a_reject_only_on_purpose():
    cv = "Skills\nPython"
    assert Area(0.5).check(case(cv, SKILLS)).status is UNKNOWN
    assert Area(0.5, below=MISSING).check(case(cv, SKILLS)).status is MISSING
    assert Area(0.5, below=MISSING).check(case("Nothing said", SKILLS)).status is UNKNOWN  # silence stays silence
    assert Area(0.5, below=MISSING).check(case(cv, "Nurse wanted")).status is UNKNOWN


def test_area_by_keywords_of_a_field():
    ad = "Chair of Epidemiology\n\nWe study infectious disease in large cohorts."
    rule = Area(at_least=2, keywords="keywords")
    found = rule.check(case("x", ad, keywords=["infectious disease", "Cohorts", "genetics"]))
    assert (found.status, [quote.text for quote in found.vacancy_quotes]) == (MET, ["infectious disease", "cohorts"])
    assert rule.check(case("x", ad, keywords=["cohort", "disease"])).status is UNKNOWN  # whole words: one of two
    for fields in ({}, {"keywords": []}, {"keywords": "disease"}):
        assert rule.check(case("x", ad, **fields)).status is UNKNOWN


LADDER = (("postdoc", "postdoctoral researcher"), ("lecturer", "assistant professor"), ("professor",))


@pytest.mark.parametrize(
    ("mine", "theirs", "above", "below", "status"),
    [
        ("Postdoctoral researcher", "Postdoc in physics", 0, 0, MET),
        ("Assistant Professor", "Lecturer", 0, 0, MET),
        ("Professor", "Postdoc", 0, 0, MISSING),
        ("Professor", "Postdoc", 2, 0, MET),
        ("Postdoc", "Assistant professor", 0, 0, MISSING),
        ("Postdoc", "Assistant professor", 0, 1, MET),
        ("Cook", "Postdoc", 2, 2, UNKNOWN),
        ("Postdoc", "Cook", 2, 2, UNKNOWN),
        (None, "Postdoc", 2, 2, UNKNOWN),
        ("Postdoc", None, 2, 2, UNKNOWN),
    ],
)
def test_seniority_compares_rungs(mine, theirs, above, below, status):
    pair = Case(
        Candidate("c", "x", "en", NOWHERE, Profile(title=stated(mine) if mine else None)),
        Vacancy("v", "x", "en", NOWHERE, Asked(title=stated(theirs) if theirs else None)),
    )
    finding = Seniority(LADDER, above, below).check(pair)
    assert finding.status is status
    assert status is UNKNOWN or (finding.candidate_quotes[0].text, finding.vacancy_quotes[0].text) == (mine, theirs)


TABLE = Gazetteer.of(
    "t",
    [
        Named(GeoPlace(name, name, "FR", region, region, department, department))
        for name, department, region in (
            ("Lyon", "Rhône", "Auvergne-Rhône-Alpes"), ("Villeurbanne", "Rhône", "Auvergne-Rhône-Alpes"),
            ("Grenoble", "Isère", "Auvergne-Rhône-Alpes"), ("Paris", "Paris", "Île-de-France"),
        )
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    ("within", "home", "wished", "offer", "status"),
    [
        ("town", "Lyon", (), "Lyon", MET),
        ("town", "Paris", (), "Lyon", UNKNOWN),  # a home elsewhere is no refusal to move
        ("town", "Paris", ("Paris",), "Lyon", MISSING),
        ("town", "Paris", ("Lyon",), "Lyon", MET),
        ("town", "Villeurbanne", (), "Lyon", UNKNOWN),
        ("department", "Villeurbanne", (), "Lyon", MET),
        ("department", "Grenoble", (), "Lyon", UNKNOWN),
        ("department", "Grenoble", ("Grenoble",), "Lyon", MISSING),
        ("region", "Grenoble", ("Grenoble",), "Lyon", MET),
        ("region", "Lyon", ("Paris",), "Grenoble", MET),  # lives there
        ("region", "Atlantis", ("Atlantis",), "Lyon", UNKNOWN),
        ("region", "Lyon", ("Lyon",), "Atlantis", UNKNOWN),
        ("region", None, (), "Lyon", UNKNOWN),
        ("region", "Lyon", (), None, UNKNOWN),
    ],
)
def test_place_is_compared_by_name_or_by_the_table(within, home, wished, offer, status):
    pair = Case(
        Candidate("c", "x", "en", NOWHERE, Profile(
            location=stated(home) if home else None, wished_locations=tuple(map(stated, wished))
        )),
        Vacancy("v", "x", "en", NOWHERE, Asked(location=stated(offer) if offer else None)),
    )  # fmt: skip
    finding = Place(within, TABLE).check(pair)
    assert finding.status is status
    assert (status is UNKNOWN) == (not finding.candidate_quotes)


@pytest.mark.parametrize(("wished", "status"), [("lyon", MET), ("lille", UNKNOWN)])
def test_one_of_several_places_may_be_the_one(wished, status):
    person = Profile(wished_locations=(stated(wished),))
    opening = Asked(location=stated("paris"), other_locations=(stated("lyon"),))
    pair = Case(Candidate("c", "x", "en", NOWHERE, person), Vacancy("v", "x", "en", NOWHERE, opening))
    assert Place("town", TABLE).check(pair).status is status


def test_remote_work_is_met_anywhere():
    ad = Vacancy("v", "x", "en", NOWHERE, Asked(location=stated("Lyon"), conditions=(stated("remote"),)))
    assert Place().check(Case(candidate("Nurse"), ad)).fired


@pytest.mark.parametrize(
    ("comparison", "limit", "value", "status"),
    [
        ("at_least", 2.0, 2, MET), ("at_least", 2.0, 1, MISSING), ("above", 2.0, 2, MISSING), ("above", 2.0, 3, MET),
        ("at_most", 2.0, 2, MET), ("below", 2.0, 2, MISSING), ("equals", 2.0, 2.0, MET), ("equals", 2.0, 1, MISSING),
        ("at_least", 2.0, None, UNKNOWN), ("at_least", 2.0, "2", UNKNOWN), ("at_least", 2.0, True, UNKNOWN),
        ("at_least", 2.0, float("nan"), UNKNOWN), ("above", "age", 8, MET), ("above", "age", 7, MISSING),
        ("above", "gone", 8, UNKNOWN),
    ],
)  # fmt: skip
def test_filter_compares_a_field_with_a_number_or_another_field(comparison, limit, value, status):
    rule = Filter("f", Condition("n", comparison, limit))
    assert rule.check(case(n=value, age=7)).status is status


def papers(*pairs):
    return [{"citations": c, "age": a} if a is not None else {"citations": c} for c, a in pairs]


@pytest.mark.parametrize(
    ("listed", "status"),
    [
        (papers((9, 3), (4, 3), (1, 3)), MET),
        (papers((9, 3), (3, 3), (1, 3)), MISSING),
        (papers((9, 3)), MISSING),
        (papers((9, 3), (5, None)), UNKNOWN),
        (papers((9, 3), (5, None), (8, 1)), MET),
        (papers((1, 3), (5, None)), MISSING),
        ([], MISSING),
        (None, UNKNOWN),
        ("papers", UNKNOWN),
        ([3, 4], UNKNOWN),
    ],
)
def test_rankpo_s_author_filter_wants_two_papers_with_more_citations_than_years(listed, status):
    rule = Filter("authors", Condition("citations", "above", "age"), items="papers", at_least=2)
    assert rule.check(case(papers=listed)).status is status


RULES = """
name: academic hiring
rules:
  - {rule: languages}
  - {rule: area, share: 0.25}
  - {rule: filter, name: authors, items: papers, field: citations, above: age, at_least: 2}
  - {rule: filter, name: output, field: total, at_least: 10, unknown: pass}
  - {rule: seniority, ladder: [[postdoc], [professor]], below: 1, unknown: pass}
"""
TOML = """
name = "academic hiring"
rules = [
  {rule = "languages"}, {rule = "area", share = 0.25},
  {rule = "filter", name = "authors", items = "papers", field = "citations", above = "age", at_least = 2},
  {rule = "filter", name = "output", field = "total", at_least = 10, unknown = "pass"},
  {rule = "seniority", ladder = [["postdoc"], ["professor"]], below = 1, unknown = "pass"},
]
"""


def test_file_in_yaml_and_in_toml_gives_the_same_rules_and_every_positive_says_why(tmp_path):
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "rules.toml").write_text(TOML)
    rules = load_rules(tmp_path / "rules.yaml")
    assert rules == load_rules(tmp_path / "rules.toml") and rules.name == "academic hiring"
    people = [
        candidate("Nurse\n\nSkills\nPython, SQL\n\nLanguages\nGerman - C1", "yes"),
        candidate("Nurse\n\nSkills\nPython, SQL", "silent"),
        candidate("Nurse\n\nSkills\nPython, SQL\n\nLanguages\nGerman - A1", "no"),
    ]
    ads = [vacancy("Nurse\n\nRequirements\n- German B2 is required\n- Python is required\n- SQL is required")]
    found = [*map(rules.label, all_cases(people, ads, lambda id_: {"papers": papers((9, 3), (4, 3))}))]
    assert {labelled.candidate_id: labelled.label for labelled in found} == {"yes": True, "silent": None, "no": False}
    assert found[0].fired == ("languages", "area", "authors")
    assert [finding.status for finding in found[0].findings] == [MET, MET, MET, UNKNOWN, UNKNOWN]
    assert found[0].explanation()[3].startswith("output: unknown, let pass (total = None, at least 10 needed")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"rules": []}, "rules are needed"),
        ({}, "rules: it is missing"),
        ({"rules": [{"rule": "area"}, {"rule": "area"}]}, "a name of its own"),
        ({"rules": [{"rule": "gender"}]}, "'gender' is unknown"),
        ({"rules": [{"rule": "area", "shares": 1}]}, "did you mean 'share'"),
        ({"rules": [{"rule": "area", "within": "town"}]}, "rule 1 (area): unknown key 'within'"),
        ({"rules": [{"rule": "area", "share": 2}]}, "a share from 0 to 1"),
        ({"rules": [{"rule": "area", "at_least": 1.5}]}, "at_least: expected a whole number"),
        ({"rules": [{"rule": "area", "below": "met"}]}, "'met' is unknown"),
        ({"rules": [{"rule": "place", "within": "region"}]}, "needs a table of places"),
        ({"rules": [{"rule": "filter", "field": "n"}]}, "name one comparison"),
        ({"rules": [{"rule": "filter", "field": "n", "above": 1, "below": 3}]}, "name one comparison"),
        ({"rules": [{"rule": "filter", "field": "n", "above": True}]}, "or the name of a field"),
        ({"rules": [{"rule": "filter", "field": "n", "above": 1, "of": "employer"}]}, "Allowed: candidate, vacancy"),
        ({"rules": [{"rule": "area", "unknown": "met"}]}, "'met' is unknown"),
        ({"rules": ["area"]}, "expected keys and values"),
        ({"rules": [], "rule": []}, "unknown key 'rule'"),
    ],
)
def test_file_with_a_mistake_is_refused_by_name(data, message):
    with pytest.raises(PolicyError) as error:
        parse_rules(data, "rules.yaml")
    assert message in str(error.value) and str(error.value).startswith("rules.yaml")


def test_missing_or_broken_files_are_refused(tmp_path):
    (tmp_path / "broken.toml").write_text("rules = [")
    for name in ("broken.toml", "absent.toml", "absent.yaml"):
        with pytest.raises(PolicyError, match=name):
            load_rules(tmp_path / name)


def test_rule_sets_and_rules_check_themselves():
    with pytest.raises(InputError):
        RuleSet((Fixed("a", MET),), frozenset({"b"}))
    with pytest.raises(InputError):
        Area(below=MET)
    with pytest.raises(InputError):
        Condition("n", "about", 1)
    assert literal("  ", "text") is None
