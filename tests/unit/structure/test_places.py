import pytest

from jobfit.structure.places import find_location, find_places, normalise_place


@pytest.mark.parametrize(
    ("text", "expected", "quote"),
    [
        ("Ann\nLocation: Lyon, France\n", "lyon", "Lyon"),
        ("phone 12\nResidence: Hod-Hasharon", "hod hasharon", "Hod-Hasharon"),
        ("Address: 12 rue de la Paix, 75002 Paris", "paris", "Paris"),
        ("Ville : Saint-Germain-en-Laye", "saint germain en laye", "Saint-Germain-en-Laye"),
        ("Lieu : Londres", "london", "Londres"),
        ("Developer based in Rishon LeZion, Israel", "rishon lezion", "Rishon LeZion"),
        ("Poste basé à Genève", "geneva", "Genève"),
        ("Jean\n69003 Lyon\n", "lyon", "Lyon"),
        ("Jean\nVannes (56)\n", "vannes", "Vannes"),
        ("Ann Lee\nLeeds, United Kingdom", "leeds", "Leeds"),
        ("Ann Lee | Tel Aviv | Developer", "tel aviv", "Tel Aviv"),
        ("Tel-Aviv, Israel  Age: 28 years old", "tel aviv", "Tel-Aviv"),
        ("Residence: Petah-tikva", "petah tikva", "Petah-tikva"),
        ("Location Paris", "paris", "Paris"),
        ("Location: Germany", "germany", "Germany"),
    ],
)
def test_location_stated_is_read(text: str, expected: str, quote: str) -> None:
    place = find_location(text)
    assert place is not None
    assert (place.value, place.evidence.text) == (expected, quote)


@pytest.mark.parametrize(
    "text",
    [
        "Ann\nDeveloper at Paris Saint Germain Handball",
        "Location: \nPhone: 123",
        "Nice to have: Java",
        "based in the cloud",
        "Location: Remote",
        "allocation: Paris",
        "Autonomy\nLocation Hunters",
        "",
    ],
)
def test_location_not_stated_is_none(text: str) -> None:
    assert find_location(text) is None


def test_places_of_two_languages_share_one_value() -> None:
    assert normalise_place("Bruxelles") == normalise_place("Brussels") == "brussels"
    assert normalise_place("TEL-AVIV ") == "tel aviv"
    assert normalise_place("12") == "12"


def test_places_named_are_listed_once_in_order() -> None:
    text = "Mobilité : Île-de-France, Londres, Lyon ou London; nice"
    assert [(p.value, p.evidence.text) for p in find_places(text)] == [
        ("ile de france", "Île-de-France"),
        ("london", "Londres"),
        ("lyon", "Lyon"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Infirmier – CDI – Bordeaux (33)\n", "bordeaux"),
        ("Maçon\nPoste en CDI\n", None),
        ("Poste basé à Lyon en CDI", "lyon"),
        ("Developer\nlocation Fort Anders\temail\n", "fort anders"),
        ("The location matters to us\n", None),
    ],
)
def test_find_location_beside_a_kind_of_contract(text: str, place: str | None) -> None:
    found = find_location(text)
    assert (found.value if found else None) == place
