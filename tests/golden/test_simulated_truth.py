"""Qualification, preference and grades of hand-built pairs, as arithmetic a reader can check."""

from dataclasses import replace

import numpy as np
import pytest

from jobfit.records import EducationLevel, LanguageLevel, LanguageSkill
from jobfit.simulation.dice import Dice
from jobfit.simulation.openings import Opening
from jobfit.simulation.people import Person, Position
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.truth import grades, preference, qualification
from jobfit.simulation.world import build_world

WORLD = build_world(MarketSettings(), Dice(np.random.SeedSequence(0)))
NURSE = Person(
    id="c1",
    language="en",
    occupation="nurse",
    positions=(Position("nurse", "Alto Trust", 24000, 24011, ("patient-care",)),),  # 12 months
    skills=("patient-care", "triage"),
    education=EducationLevel.BACHELOR,
    school="University of Altoby",
    graduation=2000,
    languages=(LanguageSkill("en", LanguageLevel.NATIVE), LanguageSkill("fr", LanguageLevel.A2)),
    licences=(),
    city="Leeds",
    wished_cities=(),
    wishes=("permanent",),
)
POST = Opening(
    id="v1",
    language="en",
    occupation="nurse",
    employer="Breno Trust",
    must=("patient-care", "wound-care"),
    nice=("triage",),
    months=24,
    education=EducationLevel.BACHELOR,
    languages=(LanguageSkill("fr", LanguageLevel.B2),),
    licence=None,
    city="Leeds",
    contract="permanent",
    remote=False,
)
# half of the must-haves, every nice-to-have, 12 of 24 months, the same occupation
FIT = 0.45 * 1 / 2 + 0.10 * 1 + 0.20 * 12 / 24 + 0.25 * 1
FRENCH = 0.6 + 0.4 * 2 / 4  # A2 where B2 is asked


def q(person: Person, opening: Opening) -> float:
    return float(qualification([person], [opening], WORLD)[0, 0])


def test_qualification_of_a_partly_fitting_nurse_is_the_formula() -> None:
    assert q(NURSE, POST) == pytest.approx(FIT * 1 * FRENCH, abs=1e-12)


def test_qualification_with_nothing_missing_is_one() -> None:
    best = replace(NURSE, skills=("patient-care", "wound-care", "triage"), licences=("B",))
    assert q(best, replace(POST, months=12, languages=(), licence="B")) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("level", "education"),
    [(EducationLevel.DOCTORATE, 1.0), (EducationLevel.SHORT_CYCLE, 0.5), (EducationLevel.UPPER_SECONDARY, 0.0)],
)
def test_qualification_below_the_education_asked_is_reduced(level: EducationLevel, education: float) -> None:
    expected = FIT * (0.7 + 0.3 * education) * FRENCH
    assert q(replace(NURSE, education=level), POST) == pytest.approx(expected, abs=1e-12)


def test_qualification_without_the_licence_asked_is_halved() -> None:
    assert q(NURSE, replace(POST, licence="B")) == pytest.approx(FIT * FRENCH * 0.5, abs=1e-12)


def test_qualification_where_nothing_is_asked_counts_the_occupation_alone() -> None:
    free = replace(POST, must=(), nice=(), months=0, education=None, languages=())
    near = WORLD.proximity[WORLD.index["cook"], WORLD.index["nurse"]]
    cook = replace(NURSE, positions=(Position("cook", "Alto Trust", 24000, 24000, ()),))
    assert q(cook, free) == pytest.approx(0.45 + 0.10 + 0.20 + 0.25 * near, abs=1e-12)


def test_preference_adds_occupation_place_contract_and_remote() -> None:
    assert preference([NURSE], [POST], WORLD)[0, 0] == pytest.approx(0.4 + 0.3 + 0.2 + 0.1, abs=1e-12)
    elsewhere = replace(POST, city="Paris", contract="freelance")
    assert preference([NURSE], [elsewhere], WORLD)[0, 0] == pytest.approx(0.4 + 0.3 * 0.2 + 0 + 0.1, abs=1e-12)


def test_grades_on_a_threshold_reach_it() -> None:
    assert grades(np.array([0.0, 0.4999, 0.50, 0.65, 0.80, 0.92, 1.0])).tolist() == [0, 0, 1, 2, 3, 4, 4]
