import pytest

from jobfit.policy.places import covers, elsewhere


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
