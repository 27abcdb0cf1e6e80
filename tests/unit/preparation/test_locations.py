"""Where records are: homonyms by the code beside them, declared mobility before the home."""

from __future__ import annotations

import pytest

from jobfit.geo.gazetteer import Gazetteer
from jobfit.geo.places import Named, Place
from jobfit.preparation.locations import code_beside, locate
from jobfit.records import Candidate, CandidateProfile, Source, Vacancy, VacancyProfile
from jobfit.structure.conditions import read_wished_locations
from jobfit.structure.places import find_location
from jobfit.structure.spans import quote

SOURCE = Source("memory", "text", "0" * 64)


def french(id_, name, department, region, *codes):
    return Named(Place(id_, name, "FR", region[:2], region, department, f"department {department}", codes))


TABLE = Gazetteer.of(
    "small",
    [
        french("69123", "Lyon", "69", "Auvergne-Rhône-Alpes", "69003"),
        french("93066", "Saint-Denis", "93", "Île-de-France", "93200"),
        french("97411", "Saint-Denis", "974", "La Réunion", "97400"),
        french("92071", "Sceaux", "92", "Île-de-France", "92330"),
    ],
)


def candidate(text):
    profile = CandidateProfile(location=find_location(text), wished_locations=read_wished_locations(text))
    return Candidate("c", text, "fr", SOURCE, profile=profile)


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("Adresse : 93200 Saint-Denis", "Saint-Denis", "93200"),
        ("Saint-Denis, 93200", "Saint-Denis", "93200"),
        ("Saint-Denis (974)", "Saint-Denis", "974"),
        ("Ajaccio (2a)", "Ajaccio", "2A"),
        ("B-2000 Antwerpen", "Antwerpen", "2000"),
        ("+33 6 12 34 56 7 Lyon", "Lyon", ""),
        ("Lyon depuis 2019", "Lyon", ""),
        ("2019 Lyon", "Lyon", "2019"),
    ],
)
def test_code_beside_a_place_is_its_postcode_or_department(text, place, code):
    start = text.index(place)
    assert code_beside(text, quote(text, start, start + len(place))) == code


@pytest.mark.parametrize(
    ("text", "region", "mobility", "source"),
    [
        ("Adresse : 69003 Lyon\n", "Auvergne-Rhône-Alpes", "Auvergne-Rhône-Alpes", "imputed_residence"),
        ("Adresse : 69003 Lyon\nMobilité : Bretagne, Paris\n", "Auvergne-Rhône-Alpes", "Bretagne|Paris", "declared"),
        ("Adresse : 69003 Lyon\nMobilité : Sceaux\n", "Auvergne-Rhône-Alpes", "Sceaux", "declared"),
        ("Adresse : 93200 Saint-Denis\n", "Île-de-France", "Île-de-France", "imputed_residence"),
        ("Soudeur\n", "", "", "unknown"),
    ],
)
def test_declared_mobility_stands_and_the_homes_region_is_only_imputed(text, region, mobility, source):
    found = locate(candidate(text), TABLE)
    assert (found.region, found.mobility, found.source, found.note) == (region, mobility, source, "")


def test_homonym_without_a_code_is_unknown_and_its_alternatives_are_named():
    found = locate(candidate("Adresse : Saint-Denis\n"), TABLE)
    assert (found.place, found.department, found.region) == ("Saint-Denis", "", "")
    assert found.note == (
        "several places have this name: Saint-Denis (93, Île-de-France, FR, 93200); "
        "Saint-Denis (974, La Réunion, FR, 97400)"
    )
    assert (found.mobility, found.source) == ("Saint-Denis", "imputed_residence")


def test_declared_mobility_that_cannot_be_read_is_not_replaced_by_the_home():
    found = locate(candidate("Adresse : 69003 Lyon\nMobilité : toute la vallée\n"), TABLE)
    assert (found.region, found.mobility, found.source) == ("Auvergne-Rhône-Alpes", "", "unknown")
    assert found.note == "mobility is stated, but its words name no known place"


def test_without_a_table_the_stated_place_is_all_that_is_known():
    found = locate(candidate("Adresse : 69003 Lyon\n"))
    assert (found.place, found.code, found.region, found.mobility) == ("Lyon", "69003", "", "Lyon")


def test_vacancy_has_a_place_and_no_mobility():
    text = "Lieu : Lyon"
    vacancy = Vacancy("v", text, "fr", SOURCE, profile=VacancyProfile(location=find_location(text)))
    found = locate(vacancy, TABLE)
    assert (found.region, found.mobility, found.source) == ("Auvergne-Rhône-Alpes", "", "")
