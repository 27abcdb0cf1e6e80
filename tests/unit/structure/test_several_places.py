"""An advert for one of several places: all are read, and none is sure."""

import pytest

from jobfit.policy.ledger import wish_lines
from jobfit.records import CandidateProfile, Evidence, Stated
from jobfit.shortlist import Status
from jobfit.structure.vacancy import read_vacancy_profile


@pytest.mark.parametrize(
    ("line", "value", "sure"),
    [
        ("Location: Leeds", "leeds", True),
        ("Location: Leeds, UK", "leeds", True),
        ("Location: Croydon, London", "london", True),  # a suburb
        ("Location: Bristol, London or York", "bristol", False),
        ("Location: Croydon, Darlington, Salford", "croydon", False),
        ("Location: Leeds / Bradford", "leeds", False),
        ("Location: Toronto, ON / Montréal, QC", "toronto", False),
        ("Lieu : Lyon ou Grenoble", "lyon", False),
        ("Lieu : Lyon, France", "lyon", True),
    ],
)
def test_one_of_several_places_is_not_sure(line, value, sure):
    place = read_vacancy_profile(f"Office Coordinator\n{line}\nPlease write to us.", "en").location
    assert place is not None
    assert (place.value, place.sure) == (value, sure)


@pytest.mark.parametrize(
    ("line", "others"),
    [
        ("Location: Bristol, London or York", ["london", "york"]),
        ("Lieu : Lyon ou Grenoble", ["grenoble"]),
        ("Location: Croydon, London", []),
        ("Location: Leeds, UK", []),
        ("Sites: remote\n- Cardiff / Swansea, 3 days a week", ["swansea"]),
        ("CDI - Rouen ou Caen", ["caen"]),
        ("Location: El Paso, TX or Las Cruces, NM", ["las cruces"]),
        ("Location: Windsor, ON et Laval, QC", ["laval, quebec province"]),
    ],
)
def test_the_other_places_are_read_too(line, others):
    profile = read_vacancy_profile(f"Office Coordinator\n{line}\nPlease write to us.", "en")
    assert [place.value for place in profile.other_locations] == others


def test_a_wish_for_any_of_the_places_is_met():
    advert = read_vacancy_profile("Office Coordinator\nLocation: Bristol, London or York\nPlease write to us.", "en")
    wish = CandidateProfile(wished_locations=(Stated("york", Evidence("York", 0, 4), sure=True),))
    assert [line.status for line in wish_lines(wish, advert)] == [Status.MET]


@pytest.mark.parametrize(
    ("sentence", "required"),
    [
        ("You must be based in Portugal or Spain.", None),
        ("You must be based in Leeds, Bradford or York.", None),
        ("You must be based in Portugal.", "portugal"),
        ("You must be based in Leeds, UK.", "leeds"),
    ],
)
def test_where_one_must_live_is_asked_for_where_it_is_one_place(sentence, required):
    profile = read_vacancy_profile(f"Office Coordinator\n\n{sentence}\n\nPlease write to us.", "en")
    assert next((r.value for r in profile.requirements if r.kind == "location"), None) == required
