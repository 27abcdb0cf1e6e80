"""Both directions: only something stated leaves a record out, and every reason quotes the CV."""

import itertools

import pytest

from jobfit.errors import InputError
from jobfit.policy.eligibility import eligible, needed_fields
from jobfit.policy.requirements import Requirements
from jobfit.records import (
    Candidate,
    CandidateProfile,
    EducationLevel,
    Evidence,
    ExperienceTotal,
    Importance,
    LanguageLevel,
    LanguageSkill,
    Requirement,
    RequirementKind,
    Source,
    Stated,
    Vacancy,
    VacancyProfile,
)

SOURCE = Source("memory", "text", "0" * 64)


def said(value, text="quoted"):
    return Stated(value, Evidence(text, 0, len(text)))


def asks(kind, value="", minimum=None, importance=Importance.MUST, label="label"):
    return Requirement(f"{kind}:{value}", RequirementKind(kind), label, value, importance, minimum)


def vacancy(*requirements, **profile):
    return Vacancy("v", "text", "en", SOURCE, profile=VacancyProfile(requirements=requirements, **profile))


def candidate(**profile):
    return Candidate("c", "text", "en", SOURCE, profile=CandidateProfile(**profile))


YEARS = asks("experience", "", 60, label="5 years of experience")
GERMAN = asks("language", "de", int(LanguageLevel.B2), label="German (B2)")
JUNIOR = CandidateProfile(
    experience=said(ExperienceTotal(27, 27), "2019 - 2021"),
    languages=(said(LanguageSkill("de", LanguageLevel.A2), "German: A2"),),
)


def test_eligible_vacancy_gives_one_reason_for_each_missing_must():
    pool = eligible(vacancy(YEARS, GERMAN), [("junior", JUNIOR), ("silent", CandidateProfile())], Requirements())
    assert pool.eligible == ("silent",)
    reasons = pool.excluded[0].reasons
    assert [(r.code, r.sentence, r.evidence.text) for r in reasons] == [
        (
            "missing:experience",
            "asks for 5 years of experience; the dates in the CV add up to at most 2 years and 3 months",
            "2019 - 2021",
        ),
        ("missing:language", 'asks for German (B2); the CV states "German: A2"', "German: A2"),
    ]


def test_eligible_nice_requirement_that_is_missing_excludes_nobody():
    nice = asks("experience", "", 60, Importance.NICE)
    assert eligible(vacancy(nice), [("junior", JUNIOR)], Requirements()).eligible == ("junior",)


def test_eligible_undated_positions_exclude_nobody():
    undated = CandidateProfile(experience=said(ExperienceTotal(0)))
    assert eligible(vacancy(YEARS), [("undated", undated)], Requirements()).eligible == ("undated",)


def test_eligible_order_of_requirements_changes_nobody():
    requirements = (YEARS, GERMAN, asks("education", "", int(EducationLevel.MASTER)))
    others = [
        ("a", JUNIOR),
        ("b", CandidateProfile()),
        ("c", CandidateProfile(education=said(EducationLevel.BACHELOR))),
    ]
    pools = [eligible(vacancy(*order), others, Requirements()) for order in itertools.permutations(requirements)]
    assert {pool.eligible for pool in pools} == {("b",)}
    assert {frozenset(r.code for r in pool.excluded[0].reasons) for pool in pools} == {
        frozenset({"missing:experience", "missing:language"})
    }


def test_eligible_policy_that_replaces_drops_the_vacancys_own_musts():
    others = [("junior", JUNIOR)]
    assert eligible(vacancy(YEARS), others, Requirements(replace=True)).eligible == ("junior",)
    stricter = Requirements((GERMAN,), replace=True)
    assert [r.code for r in eligible(vacancy(), others, stricter).excluded[0].reasons] == ["missing:language"]


def test_eligible_candidate_is_not_shown_vacancies_that_rule_this_person_out():
    query = Candidate("c", "text", "en", SOURCE, profile=JUNIOR)
    others = [("senior", vacancy(YEARS).profile), ("open", VacancyProfile())]
    pool = eligible(query, others, Requirements())
    assert pool.eligible == ("open",)
    assert pool.excluded[0].reasons[0].code == "missing:experience"


@pytest.mark.parametrize(
    ("wishes", "offers", "kept"),
    [
        (["permanent"], ["internship"], False),
        (["permanent"], ["internship", "permanent"], True),
        (["permanent"], ["full_time"], True),
        (["permanent"], [], True),
        ([], ["internship"], True),
        (["remote"], ["on_site"], False),
        (["remote"], ["hybrid"], True),
        (["fixed_term"], ["temporary"], True),
    ],
)
def test_eligible_candidate_wishes_exclude_only_stated_clashes(wishes, offers, kept):
    query = candidate(conditions=tuple(said(w, w) for w in wishes))
    offer = VacancyProfile(conditions=tuple(said(o, o) for o in offers))
    pool = eligible(query, [("v", offer)], Requirements())
    assert pool.eligible == (("v",) if kept else ())
    if not kept:
        reason = pool.excluded[0].reasons[0]
        assert (reason.code, reason.evidence.text) == ("wish:condition", wishes[0])
        assert reason.sentence == f'offers "{offers[0]}"; the CV wishes "{wishes[0]}"'


def test_eligible_candidate_wished_place_excludes_other_towns_unless_remote():
    query = candidate(wished_locations=(said("lyon", "Lyon"),))
    in_paris = VacancyProfile(location=said("paris", "Paris"))
    remote = VacancyProfile(location=said("paris", "Paris"), conditions=(said("remote"),))
    pool = eligible(query, [("paris", in_paris), ("remote", remote), ("unknown", VacancyProfile())], Requirements())
    assert pool.eligible == ("remote", "unknown")
    assert pool.excluded[0].reasons[0].code == "wish:location"


def test_eligible_everyone_is_in_the_pool_or_excluded_with_a_quote():
    others = [(str(i), JUNIOR if i % 3 else CandidateProfile()) for i in range(30)]
    pool = eligible(vacancy(YEARS), iter(others), Requirements())
    assert sorted([*pool.eligible, *(e.id for e in pool.excluded)]) == sorted(i for i, _ in others)
    assert all(reason.evidence for e in pool.excluded for reason in e.reasons)


def test_eligible_profile_of_the_same_side_is_an_input_error():
    with pytest.raises(InputError, match="is a vacancy"):
        eligible(vacancy(YEARS), [("x", VacancyProfile())], Requirements())
    with pytest.raises(InputError, match="is a candidate"):
        eligible(candidate(), [("x", CandidateProfile())], Requirements())


def test_needed_fields_names_only_what_a_must_can_be_missing_for():
    assert needed_fields(vacancy(asks("skill", "java"), asks("licence", "B")), Requirements()) == frozenset()
    assert needed_fields(vacancy(YEARS), Requirements()) == {"experience"}
    assert needed_fields(vacancy(asks("location", "paris")), Requirements()) == {"location", "wished_locations"}
    assert needed_fields(candidate(), Requirements()) == {"requirements"}
    assert needed_fields(candidate(wished_locations=(said("lyon"),)), Requirements()) == {
        "requirements",
        "location",
        "conditions",
    }


def test_needed_fields_are_enough_for_the_same_pool():
    query = vacancy(YEARS, GERMAN, asks("skill", "java"), asks("location", "paris"))
    full = CandidateProfile(skills=(said("python"),), experience=JUNIOR.experience, languages=JUNIOR.languages)
    fields = needed_fields(query, Requirements())
    bare = CandidateProfile(**{name: getattr(full, name) for name in fields})
    assert eligible(query, [("a", full)], Requirements()) == eligible(query, [("a", bare)], Requirements())


def test_eligible_everyone_leaves_nobody_out_and_reads_nothing():
    strict = vacancy(asks("education", minimum=EducationLevel.MASTER))
    bachelor = CandidateProfile(education=said(EducationLevel.BACHELOR))
    assert eligible(strict, [("c", bachelor)], Requirements()).eligible == ()
    assert eligible(strict, [("c", bachelor)], Requirements(everyone=True)).eligible == ("c",)
    assert needed_fields(strict, Requirements(everyone=True)) == frozenset()
