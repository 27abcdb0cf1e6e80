"""Gaps: met, missing and near; what is stated and what is only implied stay apart."""

import math

import pytest

from jobfit.errors import UnknownIdError
from jobfit.taxonomy.esco.importing import import_folder
from jobfit.taxonomy.gap import Asked, Held, Met, Near, asked, coverage, gap, held
from jobfit.taxonomy.graph import TaxonomyGraph

RARE = math.log((1 + 3) / (1 + 1)) + 1  # needed by one of three occupations
COMMON = math.log((1 + 3) / (1 + 2)) + 1  # by two of three
NEVER = math.log((1 + 3) / (1 + 0)) + 1


@pytest.fixture
def graph(write_esco):
    return TaxonomyGraph(import_folder(write_esco(), "small").taxonomy)


def test_held_skills_of_an_occupation_are_implied_and_not_evidenced(graph):
    assert held(graph, ["s/prog"], ["o/dev"]) == Held(frozenset({"s/prog"}), frozenset({"s/java"}))


def test_asked_optional_skill_that_is_essential_elsewhere_is_essential(graph):
    assert asked(graph, ["s/py"], ["s/py", "s/team"], ["o/dev"]) == Asked(
        frozenset({"s/py", "s/prog", "s/java"}), frozenset({"s/team"})
    )


@pytest.mark.parametrize("build", [held, asked])
def test_unknown_skill_is_an_error(graph, build):
    with pytest.raises(UnknownIdError):
        build(graph, ["s/none"])


def test_gap_says_met_missing_and_how_it_is_known(graph):
    found = gap(graph, held(graph, ["s/prog"], ["o/dev"]), asked(graph, ["s/cook"], ["s/team"], ["o/dev"]))
    # rarer first: s/cook and s/java are essential for one occupation, s/prog for two
    assert found.met_essential == (Met("s/java", False), Met("s/prog", True))
    assert found.missing_essential == ("s/cook",)
    assert found.met_optional == ()
    assert found.missing_optional == ("s/py", "s/team")  # equal IDF: by id
    assert found.coverage == pytest.approx(COMMON / (COMMON + RARE + RARE))
    assert found.coverage_implied == pytest.approx((COMMON + RARE) / (COMMON + RARE + RARE))
    assert found.coverage_hierarchy == found.coverage


def test_gap_near_skill_has_credit_and_stays_missing(graph):
    found = gap(graph, held(graph, ["s/java"]), asked(graph, ["s/py"]), near=0.6)
    credit = 2 * 2 / (1 + 1 + 2 * 2)
    assert found.missing_essential == ("s/py",)
    assert found.near == (Near("s/py", "s/java", credit, True),)
    assert (found.coverage, found.coverage_implied) == (0.0, 0.0)
    assert found.coverage_hierarchy == pytest.approx(credit)


def test_gap_near_threshold_is_inclusive_and_default_is_stricter(graph):
    has, wants = held(graph, ["s/java"]), asked(graph, ["s/py"])
    assert gap(graph, has, wants).near == ()
    assert gap(graph, has, wants, near=4 / 6).near != ()


def test_gap_implied_near_skill_gives_no_credit(graph):
    found = gap(graph, held(graph, [], ["o/dev"]), asked(graph, ["s/py"]), near=0.6)
    # o/dev implies s/prog (one step: 4 / 5) and s/java (two steps: 4 / 6)
    assert found.near == (Near("s/py", "s/prog", 4 / 5, False),)
    assert found.coverage_hierarchy == 0.0


def test_gap_nothing_asked_has_no_coverage(graph):
    found = gap(graph, held(graph, ["s/py"]), Asked(frozenset()))
    assert (found.coverage, found.coverage_implied, found.coverage_hierarchy) == (None, None, None)
    assert (found.met_essential, found.missing_essential, found.near) == ((), (), ())


def test_gap_nothing_held_misses_everything(graph):
    found = gap(graph, Held(frozenset()), asked(graph, occupations=["o/dev"]))
    assert found.missing_essential == ("s/java", "s/prog")
    assert found.missing_optional == ("s/py",)
    assert found.coverage == 0.0


def test_gap_between_two_people_asks_for_what_the_other_states(graph):
    other = held(graph, ["s/py"], ["o/web"])
    found = gap(graph, held(graph, ["s/prog"]), Asked(other.evidenced, other.implied))
    assert found.missing_essential == ("s/py",)
    assert found.met_optional == (Met("s/prog", True),)


def test_coverage_weighs_by_idf_and_takes_part_credit(graph):
    essential = {"s/prog", "s/java", "s/french"}
    total = COMMON + RARE + NEVER
    assert coverage(graph, {"s/french": 1.0}, essential) == pytest.approx(NEVER / total)
    assert coverage(graph, {"s/java": 0.5, "s/prog": 1.0, "s/cook": 1.0}, essential) == pytest.approx(
        (0.5 * RARE + COMMON) / total
    )
