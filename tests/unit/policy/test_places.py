import pytest

from jobfit.geo.world import towns
from jobfit.policy.places import beyond, covers, elsewhere, is_town, kilometres


@pytest.mark.parametrize(
    ("place", "places", "covered", "is_elsewhere"),
    [
        ("Leeds", "United Kingdom", True, False),
        ("Leeds", "Dublin|Scotland", False, True),
        ("Lyon", "Auvergne-Rhône-Alpes|Paris", True, False),
        ("Lyon", "Paris", False, True),
        ("Paris", "Lyon|Île-de-France", True, False),
        ("Cambridge", "United Kingdom", False, False),
        ("Cambridge", "France", False, True),
        ("Paris, TX", "France", False, True),
        ("Villeurbanne", "Lyon", False, False),
        ("a village", "Lyon", False, False),
        ("", "Lyon", False, False),
    ],
)
def test_places_cover_or_are_elsewhere(place: str, places: str, covered: bool, is_elsewhere: bool) -> None:
    assert (covers(place, places), elsewhere(place, places)) == (covered, is_elsewhere)


def test_kilometres_are_those_of_the_nearest_two_towns_and_unknown_of_areas_and_of_names_of_many_towns():
    between = towns("leeds")[0].kilometres_to(towns("york")[0])
    assert kilometres("Leeds, UK", "York, UK") == kilometres("Paris|Leeds", "France|York, UK") == between
    assert [kilometres(place, "Leeds") for place in ("France", "Cambridge", "a village", "")] == [None] * 4


def test_beyond_is_a_matter_of_every_reading_and_of_room_for_coordinates_that_are_rounded():
    assert beyond("Lyon", "Paris", 300) and not beyond("Lyon", "Paris", 395) and not beyond("Lyon|Paris", "Paris", 30)
    assert is_town("Lyon") and not any(map(is_town, ("France", "a village", "")))
    assert not any(beyond(place, "Paris", 30) for place in ("Japan", "a village", ""))
    assert beyond("Birmingham", "Lyon", 500) and not beyond("Birmingham", "London", 500)  # England or Alabama
