"""Qualification, preference and grades of hand-built pairs, as arithmetic a reader can check."""

import math
from dataclasses import replace

import numpy as np
import pytest

from jobfit.records import EducationLevel, LanguageLevel, LanguageSkill
from jobfit.simulation.careers import Position, held_skills, level, practised
from jobfit.simulation.columns import OpeningTable
from jobfit.simulation.dice import Dice
from jobfit.simulation.exposure import Exposure
from jobfit.simulation.funnel import odds
from jobfit.simulation.latent import Opening, Person, usual_pay
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.truth import all_pairs, grades
from jobfit.simulation.world import build_world, kilometres, town_index

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
    return float(all_pairs([person], [opening], WORLD)[0].item())


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


def test_qualification_counts_a_skill_by_its_level() -> None:
    rusty = replace(NURSE, levels=(0.5, 1.0))  # patient care last practised five years ago
    fit = 0.45 * 0.5 / 2 + 0.10 * 1 + 0.20 * 12 / 24 + 0.25 * 1
    assert q(rusty, POST) == pytest.approx(fit * FRENCH, abs=1e-12)


def p(person: Person, opening: Opening) -> float:
    return float(all_pairs([person], [opening], WORLD)[1].item())


def test_preference_adds_occupation_place_pay_contract_and_remote() -> None:
    assert p(NURSE, POST) == pytest.approx(0.35 + 0.25 + 0.20 + 0.15 + 0.05, abs=1e-12)
    elsewhere = replace(POST, city="Paris", contract="freelance")
    far = math.exp(-kilometres("Leeds", "Paris") / 30)
    assert p(NURSE, elsewhere) == pytest.approx(0.35 + 0.25 * far + 0.20 + 0 + 0.05, abs=1e-12)


def test_preference_for_another_occupation_than_ones_own_counts_that_one() -> None:
    cooks = WORLD.proximity[WORLD.index["cook"], WORLD.index["nurse"]]
    assert p(replace(NURSE, aspires="cook"), POST) == pytest.approx(0.35 * cooks + 0.65, abs=1e-12)


@pytest.mark.parametrize(("offered", "term"), [(30_000, 1 / 2), (33_000, 1 / (1 + (11 / 10) ** -10)), (0, 1)])
def test_preference_for_pay_is_a_logistic_of_the_log_ratio(offered: int, term: float) -> None:
    expected = 0.35 + 0.25 + 0.20 * term + 0.15 + 0.05
    assert p(replace(NURSE, pay=30_000), replace(POST, pay=offered)) == pytest.approx(expected, abs=1e-12)


def test_preference_for_remote_work_makes_every_place_near() -> None:
    remote = replace(NURSE, wishes=("remote",))
    assert p(remote, replace(POST, city="Paris", remote=True)) == pytest.approx(1.0, abs=1e-12)
    assert p(remote, POST) == pytest.approx(1.0 - 0.05, abs=1e-12)


def test_distance_of_two_towns_is_the_great_circle() -> None:
    a, b = (math.radians(48.86), math.radians(2.35)), (math.radians(45.76), math.radians(4.84))  # Paris, Lyon
    cosines = math.sin(a[0]) * math.sin(b[0]) + math.cos(a[0]) * math.cos(b[0]) * math.cos(a[1] - b[1])
    assert kilometres("Paris", "Lyon") == pytest.approx(6371 * math.acos(cosines), abs=1e-6)
    assert kilometres("Lyon", "Paris") == kilometres("Paris", "Lyon")


def test_funnel_is_the_formula() -> None:
    def s(x: float) -> float:
        return 1 / (1 + math.exp(-x))

    step = odds(np.array([0.7]), np.array([0.5]), np.array([1.5]), noise=0.1, censoring=0.5)
    assert step.applies[0] == pytest.approx(s(10 * (0.5 - 0.6)), abs=1e-12)
    assert step.screened[0] == pytest.approx(0.1 + 0.8 * s(12 * (0.7 - 0.5) - 1.5), abs=1e-12)
    assert step.interviewed[0] == pytest.approx(0.1 + 0.8 * s(12 * (0.7 - 0.6)), abs=1e-12)
    assert step.accepted[0] == pytest.approx(step.screened[0] * step.interviewed[0], abs=1e-12)
    assert step.joins[0] == pytest.approx(s(10 * (0.5 - 0.4)), abs=1e-12)
    assert step.withdraws[0] == pytest.approx(0.15 * (1 - 0.5), abs=1e-12)
    assert step.unanswered[0] == pytest.approx(0.6 * 0.5 * (1 - 0.7), abs=1e-12)


def test_exposure_of_two_vacancies_is_the_formula() -> None:
    """A nurse in Leeds, a post for nurses there, opened on day 100, and one for cooks in Paris, twice as popular."""
    cook = replace(POST, id="v2", occupation="cook", city="Paris", popularity=2.0, opened=100)
    exposure = Exposure(OpeningTable([replace(POST, opened=100), cook], WORLD), WORLD, seen=3)
    nurse, leeds = WORLD.index["nurse"], np.array([town_index()["Leeds"]])
    search = 1 / (1 + 2 * WORLD.proximity[nurse, WORLD.index["cook"]] ** 2)
    nearby = 1 / (1 + 2 * math.exp(-kilometres("Leeds", "Paris") / 50))
    shown = (0.60 * search + 0.25 * nearby + 0.15 * 1 / 3) * (1 - math.exp(-(180 - 100) / 20))
    found = exposure.probability(np.array([nurse]), leeds, np.array([0]))[0]
    assert found == pytest.approx(1 - (1 - shown) ** 3, abs=1e-12)


def test_skills_are_gained_by_practice_and_forgotten_without() -> None:
    assert practised(12, essential=True) == pytest.approx(1 - math.exp(-(12 + 18) / 48), abs=1e-12)
    assert practised(12, essential=False) == pytest.approx(1 - math.exp(-(12 + 18) / 150), abs=1e-12)
    assert level(30) == pytest.approx(0.5**0.5, abs=1e-12)
    posts = (
        Position("nurse", "Alto", 1000, 1100, ("triage",)),
        Position("nurse", "Alto", 900, 999, ("triage", "wound-care")),
        Position("cook", "Alto", 700, 979, ("cooking",)),  # 121 months ago: below 2^-2
    )
    assert held_skills(posts, 1100) == {"triage": 1.0, "wound-care": 2 ** (-101 / 60)}
    assert held_skills(posts, 1100 + 121) == {}


def test_proximity_is_the_cosine_of_needs() -> None:
    def needs(id_: str) -> dict[str, float]:
        entry = WORLD.taxonomy.occupations[id_]
        return dict.fromkeys(entry.optional, 0.5) | dict.fromkeys(entry.essential, 1.0)

    for one, other in (("nurse", "midwife"), ("nurse", "nursing-assistant"), ("nurse", "cook")):
        a, b = needs(one), needs(other)
        product = sum(weight * b.get(skill, 0.0) for skill, weight in a.items())
        expected = product / math.sqrt(sum(x * x for x in a.values()) * sum(x * x for x in b.values()))
        assert WORLD.proximity[WORLD.index[one], WORLD.index[other]] == pytest.approx(expected, abs=1e-12)


def test_a_career_moves_by_the_proximity_of_occupations() -> None:
    row = WORLD.proximity[WORLD.index["nurse"]]
    weights = np.array([0.0 if n == WORLD.index["nurse"] else math.exp(x / 0.1) - 1 + 0.02 for n, x in enumerate(row)])
    assert WORLD.moves("nurse") == pytest.approx(weights / weights.sum(), abs=1e-12)


def test_usual_pay_stops_rising_after_twenty_years() -> None:
    assert usual_pay(EducationLevel.MASTER, 60) == 45_000 * (1 + 0.02 * 5)
    assert usual_pay(EducationLevel.MASTER, 600) == usual_pay(EducationLevel.MASTER, 240) == 45_000 * 1.4


def test_grades_on_a_threshold_reach_it() -> None:
    assert grades(np.array([0.0, 0.4999, 0.50, 0.65, 0.80, 0.92, 1.0])).tolist() == [0, 0, 1, 2, 3, 4, 4]
