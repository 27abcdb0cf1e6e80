"""Both directions: only a constraint that a person wrote leaves a record out, and every reason quotes its text."""

import itertools
from dataclasses import replace

import pytest

from jobfit.errors import InputError, PolicyError
from jobfit.policy.eligibility import eligible, needed_fields
from jobfit.policy.requirements import Requirements
from jobfit.records import (
    Candidate,
    CandidateProfile,
    EducationLevel,
    Evidence,
    Experience,
    Importance,
    LanguageLevel,
    LanguageSkill,
    Period,
    Requirement,
    RequirementKind,
    Salary,
    Source,
    Stated,
    Vacancy,
    VacancyProfile,
)

SOURCE = Source("memory", "text", "0" * 64)


def said(value, text="quoted", *, sure=True):
    return Stated(value, Evidence(text, 0, len(text)), sure=sure)


def asks(kind, value="", minimum=None, importance=Importance.MUST, label="label"):
    return Requirement(f"{kind}:{value}", RequirementKind(kind), label, value, importance, minimum)


def vacancy(*requirements, **profile):
    return Vacancy("v", "text", "en", SOURCE, profile=VacancyProfile(requirements=requirements, **profile))


def candidate(**profile):
    return Candidate("c", "text", "en", SOURCE, profile=CandidateProfile(**profile))


YEARS = asks("experience", "", 60, label="5 years of experience")
GERMAN = asks("language", "de", int(LanguageLevel.B2), label="German (B2)")
PERMANENT = asks("condition", "permanent", label="Permanent")
PARIS = asks("location", "paris", label="Paris")
JUNIOR = CandidateProfile(
    experiences=(Experience(said("Cook"), "2019-01", "2021-03", False, said("", "2019 - 2021").evidence),),
    dates_explained=True,
    education=said(EducationLevel.UPPER_SECONDARY, "High School"),
    languages=(said(LanguageSkill("de", LanguageLevel.A2), "German: A2"),),
    conditions=(said("freelance", "freelance only"),),
    wished_locations=(said("lyon", "Lyon"),),
)


BACHELOR = asks("education", "", int(EducationLevel.BACHELOR), label="Bachelor's degree or above")


def excluding(*constraints):
    return Requirements(exclude=constraints)


def test_what_a_vacancy_asks_for_leaves_nobody_out_and_reads_nothing():
    strict = vacancy(YEARS, GERMAN, asks("education", "", int(EducationLevel.MASTER)), PERMANENT, PARIS)
    for required in (Requirements(), Requirements((GERMAN, YEARS)), Requirements(replace=True)):
        assert eligible(strict, [("junior", JUNIOR)], required).eligible == ("junior",)
        assert needed_fields(strict, required) == frozenset()


def test_what_a_candidate_wishes_leaves_no_vacancy_out():
    query = candidate(conditions=(said("permanent"),), wished_locations=(said("lyon", "Lyon"),))
    offer = VacancyProfile(location=said("paris", "Paris"), conditions=(said("internship"),))
    assert eligible(query, [("v", offer)], Requirements()).eligible == ("v",)


def test_constraint_gives_one_reason_for_each_statement_against_it():
    others = [("junior", JUNIOR), ("silent", CandidateProfile())]
    pool = eligible(vacancy(), others, excluding(GERMAN, PERMANENT, PARIS))
    assert pool.eligible == ("silent",)
    assert [(r.code, r.sentence, r.evidence.text) for r in pool.excluded[0].reasons] == [
        ("missing:language", 'asks for German (B2); the CV states "German: A2"', "German: A2"),
        ("missing:condition", 'asks for permanent; the CV wishes "freelance only"', "freelance only"),
        ("missing:location", 'asks for a place in Paris; the CV wishes "Lyon"', "Lyon"),
    ]


def test_order_of_constraints_changes_nobody():
    others = [("a", JUNIOR), ("b", CandidateProfile())]
    pools = [
        eligible(vacancy(), others, excluding(*order)) for order in itertools.permutations((GERMAN, PERMANENT, PARIS))
    ]
    assert {pool.eligible for pool in pools} == {("b",)}
    assert len({frozenset(r.code for r in pool.excluded[0].reasons) for pool in pools}) == 1


@pytest.mark.parametrize(
    ("asked", "offers", "kept"),
    [
        ("permanent", ["internship"], False),
        ("permanent", ["internship", "permanent"], True),
        ("permanent", ["full_time"], True),
        ("permanent", [], True),
        ("remote", ["on_site"], False),
        ("remote", ["hybrid"], True),
        ("fixed_term", ["temporary"], True),
    ],
)
def test_candidate_s_constraint_leaves_out_what_is_offered_otherwise(asked, offers, kept):
    offer = VacancyProfile(conditions=tuple(said(o, o) for o in offers))
    pool = eligible(candidate(), [("v", offer)], excluding(asks("condition", asked, label=asked)))
    assert pool.eligible == (("v",) if kept else ())
    if not kept:
        [reason] = pool.excluded[0].reasons
        assert (reason.code, reason.evidence.text) == ("offer:condition", offers[0])
        assert reason.sentence == f'offers "{offers[0]}"; asked for: {asked}'


def test_candidate_s_place_leaves_other_towns_out_unless_remote_or_unknown():
    others = {
        "lyon": VacancyProfile(location=said("lyon", "Lyon")),
        "remote": VacancyProfile(location=said("lyon", "Lyon"), conditions=(said("remote"),)),
        "village": VacancyProfile(location=said("nowhere-on-the-water", "Nowhere")),
        "silent": VacancyProfile(),
    }
    pool = eligible(candidate(), others.items(), excluding(PARIS))
    assert pool.eligible == ("remote", "village", "silent")
    assert [(r.code, r.evidence.text) for r in pool.excluded[0].reasons] == [("offer:location", "Lyon")]


def test_everybody_is_in_the_pool_or_excluded_with_a_quote():
    others = [(str(i), JUNIOR if i % 3 else CandidateProfile()) for i in range(30)]
    pool = eligible(vacancy(), iter(others), excluding(GERMAN))
    assert sorted([*pool.eligible, *(e.id for e in pool.excluded)]) == sorted(i for i, _ in others)
    assert all(reason.evidence for e in pool.excluded for reason in e.reasons)


def test_profile_of_the_same_side_is_an_input_error():
    with pytest.raises(InputError, match="'x' is a vacancy"):
        eligible(vacancy(), [("x", VacancyProfile())], Requirements())
    with pytest.raises(InputError, match="'x' is a candidate"):
        eligible(candidate(), [("x", CandidateProfile())], Requirements())


def test_constraint_that_says_nothing_about_vacancies_is_refused_where_a_candidate_asks():
    with pytest.raises(InputError, match=r"'German \(B2\)' is about candidates"):
        needed_fields(candidate(), excluding(GERMAN))


def test_needed_fields_are_enough_for_the_same_pool():
    for query, full in ((vacancy(), JUNIOR), (candidate(), VacancyProfile(location=said("lyon", "Lyon")))):
        required = excluding(PERMANENT, PARIS)
        bare = type(full)(**{name: getattr(full, name) for name in needed_fields(query, required)})
        assert eligible(query, [("a", full)], required) == eligible(query, [("a", bare)], required)
        assert eligible(query, [("a", full)], required).excluded


def test_education_and_years_leave_out_on_a_sure_statement():
    pool = eligible(vacancy(), [("junior", JUNIOR), ("silent", CandidateProfile())], excluding(BACHELOR, YEARS))
    assert pool.eligible == ("silent",)
    assert [(r.code, r.sentence) for r in pool.excluded[0].reasons] == [
        (
            "missing:education",
            "asks for Bachelor's degree or above; the highest level that the CV states is upper secondary",
        ),
        (
            "missing:experience",
            "asks for 5 years of experience; the dates in the CV add up to at most 2 years and 3 months",
        ),
    ]


@pytest.mark.parametrize("constraint", [GERMAN, PERMANENT, PARIS, BACHELOR, YEARS], ids=lambda c: c.kind.value)
def test_candidate_whose_text_can_be_read_otherwise_stays(constraint):
    unsure = CandidateProfile(
        experiences=JUNIOR.experiences,
        education=said(EducationLevel.UPPER_SECONDARY, sure=False),
        languages=(said(LanguageSkill("de", LanguageLevel.A2), sure=False),),
        conditions=(said("freelance", sure=False),),
        wished_locations=(said("lyon", "Lyon", sure=False),),
    )
    assert eligible(vacancy(), [("a", unsure)], excluding(constraint)).eligible == ("a",)
    assert eligible(vacancy(), [("a", JUNIOR)], excluding(constraint)).eligible == ()


@pytest.mark.parametrize(
    ("constraint", "more"),
    [
        (GERMAN, {"languages": (*JUNIOR.languages, said(LanguageSkill("de", LanguageLevel.C1), sure=False))}),
        (GERMAN, {"languages": (*JUNIOR.languages, said(LanguageSkill("de"), sure=False))}),
        (PERMANENT, {"conditions": (*JUNIOR.conditions, said("permanent", sure=False))}),
        (PARIS, {"wished_locations": (*JUNIOR.wished_locations, said("paris", "Paris", sure=False))}),
        (PARIS, {"location": said("paris", "Paris", sure=False)}),
        (BACHELOR, {"studying": said(EducationLevel.BACHELOR, "BSc, expected 2027", sure=False)}),
    ],
)
def test_anything_that_speaks_for_a_candidate_keeps_them_however_unsure(constraint, more):
    assert eligible(vacancy(), [("a", replace(JUNIOR, **more))], excluding(constraint)).eligible == ("a",)


def test_vacancy_whose_text_can_be_read_otherwise_stays():
    offers = {
        "place": VacancyProfile(location=said("lyon", "Lyon", sure=False)),
        "remote": VacancyProfile(location=said("lyon", "Lyon"), conditions=(said("remote", sure=False),)),
        "contract": VacancyProfile(conditions=(said("internship", sure=False),)),
        "either": VacancyProfile(conditions=(said("internship"), said("permanent", sure=False))),
    }
    assert eligible(candidate(), offers.items(), excluding(PARIS, PERMANENT)).eligible == tuple(offers)


def limit(kind, value="", minimum=None, maximum=None):
    return Requirement(
        kind, RequirementKind(kind), f"the {kind} asked", value, Importance.MUST, minimum, maximum=maximum
    )


def paid(minimum, maximum, period=Period.YEAR, sure=True, currency="EUR"):
    return said(Salary(minimum, maximum, currency, period), f"{maximum} {currency}", sure=sure)


def test_a_candidate_who_writes_the_least_pay_is_spared_what_surely_pays_less_and_nothing_else():
    offers = {
        "less": VacancyProfile(salary=paid(20_000, 28_000)),
        "a month": VacancyProfile(salary=paid(2_000, 2_000, Period.MONTH)),
        "enough": VacancyProfile(salary=paid(20_000, 31_000)),
        "from": VacancyProfile(salary=paid(20_000, None)),
        "an hour": VacancyProfile(salary=paid(12, 12, Period.HOUR)),
        "not sure": VacancyProfile(salary=paid(20_000, 20_000, sure=False)),
        "pounds": VacancyProfile(salary=paid(20_000, 20_000, currency="GBP")),
        "silent": VacancyProfile(),
    }
    required = excluding(limit("pay", "EUR", 30_000))
    assert needed_fields(candidate(), required) == {"salary"}
    pool = eligible(candidate(), offers.items(), required)
    assert [out.id for out in pool.excluded] == ["less", "a month"]
    [reason] = pool.excluded[0].reasons
    assert (reason.code, reason.sentence) == ("offer:pay", 'offers "28000 EUR"; asked for: the pay asked')


def test_a_vacancy_with_a_budget_leaves_out_who_surely_asks_for_more():
    people = {
        "more": CandidateProfile(salary=paid(60_000, 70_000)),
        "within": CandidateProfile(salary=paid(45_000, 70_000)),
        "not sure": CandidateProfile(salary=paid(60_000, 70_000, sure=False)),
        "silent": CandidateProfile(),
    }
    pool = eligible(vacancy(), people.items(), excluding(limit("pay", "EUR", None, 50_000)))
    assert [(out.id, out.reasons[0].code) for out in pool.excluded] == [("more", "missing:pay")]


def test_a_distance_is_measured_from_where_the_candidate_lives_or_wishes_to_work():
    offers = {
        "near": VacancyProfile(location=said("villeurbanne")),
        "far": VacancyProfile(location=said("paris")),
        "remote": VacancyProfile(location=said("paris"), conditions=(said("remote"),)),
        "not sure": VacancyProfile(location=said("paris", sure=False)),
        "an area": VacancyProfile(location=said("france")),
        "a village": VacancyProfile(location=said("nowhere sur mer")),
        "silent": VacancyProfile(),
    }
    required = excluding(limit("distance", "", None, 80))
    lives = candidate(location=said("lyon"))
    assert [out.id for out in eligible(lives, offers.items(), required).excluded] == ["far"]
    moves = candidate(location=said("lyon"), wished_locations=(said("paris"),))
    assert eligible(moves, offers.items(), required).excluded == ()
    for unknown in (candidate(), candidate(location=said("france")), candidate(location=said("lyon", sure=False))):
        with pytest.raises(PolicyError, match="names no town that can only be one"):
            eligible(unknown, offers.items(), required)


def test_a_constraint_that_is_for_the_other_side_is_refused():
    for query, constraint, advice in (
        (vacancy(), limit("distance", "", None, 80), "where somebody lives leaves nobody out"),
        (vacancy(), limit("pay", "EUR", 30_000), "at_most where a vacancy does"),
        (candidate(), limit("pay", "EUR", None, 30_000), "at_least where a candidate asks"),
    ):
        with pytest.raises(PolicyError, match=advice):
            needed_fields(query, excluding(constraint))
