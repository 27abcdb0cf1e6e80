import pytest

from jobfit.structure.licences import find_licences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Permis B", ["B"]),
        ("permis B, véhicule personnel", ["B"]),
        ("Permis de conduire", ["B"]),
        ("Permis de conduire : B et C", ["B", "C"]),
        ("Permis B, C, CE et FIMO", ["B", "C", "CE"]),
        ("Permis EC", ["CE"]),
        ("Permis poids lourd", ["C"]),
        ("Clean driving license", ["B"]),
        ("Full UK driver's licence", ["B"]),
        ("Driving licence: category D", ["D"]),
        ("Driving licence (B)", ["B"]),
        ("category C driving licence", ["C"]),
        ("HGV class 1", ["CE"]),
        ("CACES R489 1, 3, 5", ["forklift"]),
        ("Forklift licence", ["forklift"]),
        ("Permis B à jour", ["B"]),
    ],
)
def test_licences_stated_are_read(text: str, expected: list[str]) -> None:
    assert [s.value for s in find_licences(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "no driving licence",
        "Sans permis B",
        "pas de permis de conduire",
        "Driving licence: no",
        "driving licence not required",
        "permis de construire, permis à points, permis de travail",
        "software licence C, licence professionnelle",
        "forklift operator",
        "permis a été délivré",
        "",
    ],
)
def test_licences_denied_or_of_another_kind_are_none(text: str) -> None:
    assert find_licences(text) == ()
