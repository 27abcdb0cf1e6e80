import pytest

from jobfit.structure.place_names import normalise_place
from jobfit.structure.whereabouts import apart, country_of, main_reading, readings, within


@pytest.mark.parametrize(
    ("place", "other", "expected"),
    [
        ("Leeds", "UK", True),
        ("Leeds", "England", True),
        ("Leeds", "Scotland", False),
        ("Edinburgh", "Royaume-Uni", True),
        ("Lyon", "Auvergne-Rhône-Alpes", True),
        ("Lyon", "France", True),
        ("Lyon", "Europe", True),
        ("Lyon", "EU", True),
        ("London", "EU", False),
        ("London", "UK", True),
        ("Bavaria", "Germany", True),
        ("Texas", "United States", True),
        ("Austin", "Texas", True),
        ("Toronto", "Ontario", True),
        ("Montreal, Quebec", "Québec", True),
        ("Seattle", "Washington", True),
        ("Atlanta", "Georgia", True),
        ("Bengaluru", "Karnataka", True),
        ("Waltham, MA", "USA", True),
        ("Paris", "France", True),
        ("Paris, TX", "France", False),
        ("Paris, TX", "Texas", True),
        ("Cambridge", "UK", False),
        ("Cambridge, UK", "UK", True),
        ("Cambridge, MA", "Massachusetts", True),
        ("Birmingham", "England", False),
        ("Birmingham, AL", "Birmingham", False),
        ("Birmingham", "Birmingham", True),
        ("France", "Lyon", False),
        ("Trifouillis", "Île-de-France", False),
        ("Trifouillis", "Trifouillis", True),
        ("Paris", "Paris, TX", False),
    ],
)
def test_place_inside_place(place: str, other: str, expected: bool) -> None:
    assert within(normalise_place(place), normalise_place(other)) is expected


@pytest.mark.parametrize(
    ("place", "other", "expected"),
    [
        ("Paris", "Lyon", True),
        ("Leeds", "France", True),
        ("Lyon", "Bretagne", True),
        ("Spain", "Portugal", True),
        ("Austin", "Boston", True),
        ("Lyon", "Villeurbanne", False),
        ("Paris", "Boulogne-Billancourt", False),
        ("Paris", "Île-de-France", False),
        ("Cambridge", "UK", False),
        ("Cambridge", "USA", False),
        ("Cambridge", "France", True),
        ("Birmingham", "Alabama", False),
        ("Paris", "Texas", False),
        ("Paris", "Paris, TX", False),
        ("Trifouillis", "Lyon", False),
        ("Trifouillis", "Leeds", False),
        ("Sceaux", "Paris", False),
        ("Sceaux", "Leeds", False),
        ("Georgia", "Atlanta", False),
        ("Lyon", "Europe", False),
        ("New York", "Jersey City", False),
        ("", "Lyon", False),
    ],
)
def test_apart_only_where_no_reading_is_near(place: str, other: str, expected: bool) -> None:
    here, there = normalise_place(place), normalise_place(other)
    assert apart(here, there) is expected
    assert apart(there, here) is expected


def test_country_of_is_none_where_it_is_open() -> None:
    assert [country_of(normalise_place(p)) for p in ("Leeds", "Waltham, MA", "Cambridge", "EU", "Nowhere Land")] == [
        "GB", "US", None, None, None,
    ]  # fmt: skip


def test_unlisted_town_keeps_the_area_it_is_said_to_lie_in() -> None:
    value = normalise_place("Little Snoring, UK")
    assert value == "little snoring, united kingdom"
    assert [sorted(reading.countries) for reading in readings(value)] == [["GB"]]
    assert main_reading(value) == readings(value)[0]
