import pytest

from jobfit.reading import vacancy_from_text
from jobfit.structure.vacancy import find_bare_levels, find_required_place


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("You must be based in Lyon.", "lyon"),
        ("Candidates must live near London", "london"),
        ("Vous devez résider à Paris", "paris"),
        ("Our office is in Lyon", None),
        ("You must be based in a quiet place", None),
    ],
)
def test_find_required_place_only_where_the_sentence_insists(sentence, place):
    found = find_required_place(sentence)
    assert (found and found.value) == place


@pytest.mark.parametrize(
    ("sentence", "levels"),
    [
        ("Education: BA or higher", [6]),
        ("Computer Science Undergrad / BS", [6]),
        ("Bac exigé", [4]),
        ("Formation : Bac minimum", [4]),
        ("Formation : Bac+5", []),  # read by the rules for diplomas
        ("Work with BA and QA colleagues", []),
        ("Licence exigée", [6]),
        ("Licence to drive, good education", []),
        ("Bac à légumes", []),
    ],
)
def test_find_bare_levels_only_where_education_is_the_subject(sentence, levels):
    assert [item.value for item in find_bare_levels(sentence)] == levels


@pytest.mark.parametrize(
    "text",
    [
        "You have a diploma in nursing, know Excel, SAP and triage.",
        "A degree in finance, you use Excel and SAP every day.",
        "Vous avez un diplôme en soins infirmiers, connaissez Excel et SAP.",
    ],
)
def test_what_one_knows_behind_a_diploma_is_asked_for(text: str) -> None:
    asked = {item.value for item in vacancy_from_text(f"Ward nurse\n{text}", id="v").profile.requirements}
    assert {"excel", "sap"} <= asked
