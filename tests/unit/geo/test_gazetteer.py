"""City -> department -> region: homonyms by their code, and never a guess."""

from __future__ import annotations

import pytest

from jobfit.geo.places import Finding
from jobfit.geo.stored import import_places, load_places


@pytest.fixture
def french(france, tmp_path):
    import_places(france, tmp_path / "home")
    return load_places("france", tmp_path / "home")


@pytest.mark.parametrize(
    ("name", "code", "department", "region"),
    [
        ("Lyon", None, "Rhône", "Auvergne-Rhône-Alpes"),
        ("LYON 3e Arrondissement", None, "Rhône", "Auvergne-Rhône-Alpes"),
        ("Lyon 03", "69003", "Rhône", "Auvergne-Rhône-Alpes"),
        ("Lyon Cedex 08", "69425", "Rhône", "Auvergne-Rhône-Alpes"),
        ("le havre", None, "Seine-Maritime", "Normandie"),
        ("Havre", "76610", "Seine-Maritime", "Normandie"),
        ("St Denis", "93210", "Seine-Saint-Denis", "Île-de-France"),
        ("Saint-Denis", "974", "La Réunion", "La Réunion"),
        ("Saint-Denis", "97490", "La Réunion", "La Réunion"),
        ("SAINT DENIS", "seine saint denis", "Seine-Saint-Denis", "Île-de-France"),
        ("Saint-Pierre", "06260", "Alpes-de-Haute-Provence", "Provence-Alpes-Côte d'Azur"),
        ("Saint-Pierre", "06", "Alpes-Maritimes", "Provence-Alpes-Côte d'Azur"),
        ("Ajaccio", "20000", "Corse-du-Sud", "Corse"),
        ("Ajaccio", "2a", "Corse-du-Sud", "Corse"),
        ("Culoz", None, "Ain", "Auvergne-Rhône-Alpes"),
        ("Beon", None, "Ain", "Auvergne-Rhône-Alpes"),
        ("Pin", None, "Haute-Saône", "Bourgogne-Franche-Comté"),
        ("Le Pin", None, "Seine-Maritime", "Normandie"),
    ],
)
def test_place_is_found_with_department_and_region(french, name, code, department, region):
    answer = french.find(name, code)
    assert (answer.finding, answer.department, answer.region, answer.note) == (Finding.FOUND, department, region, "")


def test_homonym_without_a_code_is_unknown_and_names_the_alternatives(french):
    answer = french.find("Saint-Denis")
    assert (answer.finding, answer.place, answer.department, answer.region) == (Finding.AMBIGUOUS, None, None, None)
    assert [place.department_code for place in answer.alternatives] == ["11", "93", "974"]
    assert answer.note == (
        "several places have this name: Saint-Denis (11, Occitanie, FR, 11310); "
        "Saint-Denis (93, Île-de-France, FR, 93200); Saint-Denis (974, La Réunion, FR, 97400)"
    )


def test_homonyms_that_agree_tell_the_department_and_no_place(french):
    answer = french.find("Saint-Aubin")
    assert (answer.finding, answer.place) == (Finding.AMBIGUOUS, None)
    assert (answer.department, answer.region) == ("Seine-Maritime", "Normandie")
    homonyms = french.find("Saint-Pierre")
    assert (homonyms.department, homonyms.region) == (None, "Provence-Alpes-Côte d'Azur")


@pytest.mark.parametrize(("name", "code"), [("Lyon", "33000"), ("Saint-Denis", "75001"), ("Lyon", "Ain")])
def test_code_that_fits_no_place_of_the_name_gives_none(french, name, code):
    answer = french.find(name, code)
    assert (answer.finding, answer.place, answer.region) == (Finding.CODE_DIFFERS, None, None)
    assert answer.alternatives and name in answer.note


@pytest.mark.parametrize("name", ["Atlantis", "", "-", "69003"])
def test_name_that_is_not_there_is_unknown(french, name):
    answer = french.find(name)
    assert (answer.finding, answer.place, answer.alternatives) == (Finding.NOT_IN_TABLE, None, ())


def test_postcodes_of_one_commune_are_one_place(french):
    assert french.find("Le Havre").place.codes == ("76600", "76610")
    assert french.find("Lyon").place.codes == ("69001", "69003")
    assert len(french) == 14 == len({*french.places.column("id").to_pylist()})


def test_geonames_places_have_other_names_divisions_and_postcodes(belgium, tmp_path):
    made = import_places(belgium, tmp_path / "home", "be")
    table = load_places("be", tmp_path / "home")
    assert (made.places, made.regions, made.departments, made.homonyms) == (4, 2, 2, 2)
    antwerp = table.find("Anvers").place
    assert (antwerp.name, antwerp.department, antwerp.region) == ("Antwerpen", "Antwerp Province", "Flanders")
    assert (antwerp.codes, antwerp.latitude) == (("2000", "2018"), 51.2)
    assert table.find("アントワープ").place == table.find("antwerpen", "2018").place == antwerp
    assert table.find("Nieuwdorp", "9999").department == "East Flanders"
    assert table.find("Some Lake").finding is Finding.NOT_IN_TABLE
    assert table.find("Sint-Job").finding is Finding.AMBIGUOUS
    assert table.find("Sint-Job", "VAN").place.department == "Antwerp Province"


def test_postal_file_alone_is_a_table(belgium, tmp_path):
    made = import_places(belgium / "BE-postal.txt", tmp_path / "home")
    assert (made.name, made.places) == ("be-postal", 2)
    assert load_places("be-postal", tmp_path / "home").find("Antwerpen").place.codes == ("2000", "2018")


def test_official_tables_of_france(shared_data, tmp_path):
    made = import_places(shared_data / "geo-france", tmp_path)
    assert (made.departments, made.regions) == (101, 18)
    table = load_places("geo-france", tmp_path)
    assert [table.find(city).region for city in ("Paris", "Marseille 3e", "Nice", "Rennes")] == [
        "Île-de-France", "Provence-Alpes-Côte d'Azur", "Provence-Alpes-Côte d'Azur", "Bretagne",
    ]  # fmt: skip
    assert table.find("Saint-Denis").finding is Finding.AMBIGUOUS
    assert table.find("Saint-Denis", "93200").department == "Seine-Saint-Denis"
    assert table.find("Villeneuve-d'Ascq").place.codes == ("59491", "59493", "59650")
