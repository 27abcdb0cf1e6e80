import math

import pytest

from jobfit.geo.world import Town, towns


@pytest.mark.parametrize(
    ("name", "countries"),
    [
        ("leeds", ["GB"]),
        ("lyon", ["FR"]),
        ("paris", ["FR", "ZA", "US"]),
        ("geneva", ["CH", "US"]),
        ("nowhere at all", []),
    ],
)
def test_towns_of_a_name_the_largest_first(name: str, countries: list[str]) -> None:
    assert list(dict.fromkeys(town.country for town in towns(name)))[:3] == countries


def test_divisions_tell_homonyms_of_one_country_apart() -> None:
    assert {town.division for town in towns("springfield") if town.country == "US"} >= {"IL", "MA", "MO"}


def test_distance_is_that_on_the_sphere() -> None:
    paris, lyon = towns("paris")[0], towns("lyon")[0]
    assert paris.kilometres_to(lyon) == pytest.approx(392, abs=15)
    pole, equator = Town("NO", "", 1, 90.0, 0.0), Town("GH", "", 1, 0.0, 0.0)
    assert pole.kilometres_to(equator) == pytest.approx(6371 * math.pi / 2)
    assert paris.kilometres_to(paris) == pytest.approx(0, abs=0.01)
