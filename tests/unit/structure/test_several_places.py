"""An advert for one of several places: the first is read, and it is not sure."""

import pytest

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
