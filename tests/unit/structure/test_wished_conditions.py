import pytest

from jobfit.records import Kind
from jobfit.structure.conditions import read_wished_conditions, read_wished_locations
from jobfit.structure.text import ReadText


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Willing to relocate to London or Dublin. Born in Paris.", ["london", "dublin"]),
        ("Mobilité : Île-de-France", ["ile de france"]),
        ("Mobilité géographique : Lyon, Genève", ["lyon", "geneva"]),
        ("Open to Berlin", ["berlin"]),
        ("Open to work in Germany or Austria", ["germany", "austria"]),
        ("Preferred locations: Madrid", ["madrid"]),
        ("Not willing to relocate to Paris", []),
        ("Open to new ideas", []),
        ("", []),
    ],
)
def test_wished_locations(text: str, expected: list[str]) -> None:
    assert [place.value for place in read_wished_locations(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann\nFull-time, on-site, remote or hybrid.\n", ["full_time", "on_site", "remote", "hybrid"]),
        ("Ann\nRecherche une alternance de 24 mois\n", ["apprenticeship"]),
        ("Ann\nSeeking an internship\n", ["internship"]),
        ("Ann\nFreelance web designer\n", []),
        ("Ann\nI did my internship in Leeds\n", []),
        ("Ann\nExperience\n2019 - 2020: Cook (part-time, remote)\n", []),
        ("Disponibilité\nCDI, week-end non\n", ["permanent"]),
        ("", []),
    ],
)
def test_wished_conditions(text: str, expected: list[str]) -> None:
    found = read_wished_conditions(ReadText(text, Kind.CANDIDATE))
    assert [c.value for c in found] == expected


def test_condition_of_a_dated_post_at_the_head_is_no_wish() -> None:
    text = "Ann Lee, cook\t2021 - Present School canteen, part-time, for the good of the children\n"
    assert read_wished_conditions(text) == ()
