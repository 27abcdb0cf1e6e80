import pytest

from jobfit.records import Importance, Polarity, RequirementKind
from jobfit.structure.permits import find_required_permits, permit_label, read_permits
from jobfit.structure.vacancy import read_vacancy_profile


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorized to work in the US", [("US", True)]),
        ("Full right to live and work in Ireland", [("IE", True)]),
        ("Eligible to work in the U.K.", [("GB", True)]),
        ("EU work permit", [("EU", True)]),
        ("Work permit: Germany", [("DE", True)]),
        ("Green card holder", [("US", True)]),
        ("Indefinite leave to remain", [("GB", True)]),
        ("Titre de séjour valide jusqu'en 2027", [("FR", True)]),
        ("Autorisée à travailler en France", [("FR", True)]),
        ("Nationality: Indian", []),
        ("Nationalité : française", []),
        ("French citizen, born in Lyon", []),
        ("British", []),
        ("not authorized to work in the US", []),
        ("I require sponsorship", []),
        ("worked in the US for ten years", []),
        ("", []),
    ],
)
def test_the_right_to_work_is_read_and_no_nationality(text: str, expected: list[tuple[str, bool]]) -> None:
    assert [(item.value, item.sure) for item in read_permits(text)] == expected


def test_who_needs_sponsorship_somewhere_has_no_permit_there() -> None:
    [item] = read_permits("I require visa sponsorship in the UK")
    assert (item.value, item.polarity, item.sure) == ("GB", Polarity.HAS_NOT, True)


def test_no_sponsorship_needed_is_about_the_home_and_not_sure() -> None:
    [item] = read_permits("No sponsorship required", home="GB")
    assert (item.value, item.polarity, item.sure) == ("GB", Polarity.HAS, False)
    assert read_permits("No sponsorship required") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Applicants must be authorized to work in the U.S.Please apply", ["US"]),
        ("PLEASE RESPOND ONLY IF YOU ARE CURRENTLY ELIGIBLE TO WORK IN CANADA", ["CA"]),
        ("Must be legal to work in USA", ["US"]),
        ("You must have the right to work in the UK", ["GB"]),
        ("We are unable to sponsor at this time", ["US"]),
        ("H1B sponsorship is not available", ["US"]),
        ("Proof of U.S. citizenship is required", ["US:citizenship"]),
        ("US citizens only", ["US:citizenship"]),
        ("U.S. Citizens and those authorized to work in the U.S. are encouraged to apply", ["US"]),
        ("Nationalité française exigée", ["FR:citizenship"]),
        ("Permis de travail en règle obligatoire", ["US"]),
        ("visa sponsorship available", []),
        ("without regard to race or citizenship", []),
        ("protected individuals must include U.S. citizens and nationals", []),
        ("a responsible corporate citizen", []),
        ("you will work in the US market", []),
        ("", []),
        ("You must be a New Zealand citizen or already hold a valid work visa.", ["NZ"]),
        ("Nationalité suisse exigée", ["CH:citizenship"]),
    ],
)
def test_permits_asked_for(text: str, expected: list[str]) -> None:
    assert [item.value for item in find_required_permits(text, "US")] == expected


def test_a_vacancy_asks_for_permits_wherever_it_says_so() -> None:
    text = "Nurse\nLocation: Leeds, UK\nHow to apply:\nNo visa sponsorship. Local candidates only."
    asked = {(r.kind, r.value): r.importance for r in read_vacancy_profile(text, "en").requirements}
    assert asked[RequirementKind.PERMIT, "GB"] is Importance.MUST
    assert asked[RequirementKind.LOCATION, "leeds"] is Importance.MUST


def test_labels() -> None:
    assert (permit_label("US"), permit_label("US:citizenship")) == ("Right to work: US", "Citizenship: US")
