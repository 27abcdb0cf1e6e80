import pytest

from jobfit.structure.availability import find_notice, find_start
from jobfit.structure.candidate import read_candidate_profile


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Notice period: 3 months", 90),
        ("3 months' notice", 90),
        ("Notice Period: 15 days", 15),
        ("two weeks notice", 14),
        ("30 days notice period", 30),
        ("Availability: 1 month", 30),
        ("Available within 2 weeks", 14),
        ("Immediately available", 0),
        ("Immediate joiner", 0),
        ("Available immediately", 0),
        ("Préavis : 1 mois", 30),
        ("préavis de deux mois", 60),
        ("Disponible sous 15 jours", 15),
        ("Disponible immédiatement", 0),
        ("Disponible de suite", 0),
        ("References available immediately", None),
        ("gave 2 weeks notice", None),
        ("able to travel at short notice", None),
        ("notice board, 3 months", None),
        ("available 24 hours", None),
        ("", None),
    ],
)
def test_notice(text: str, days: int | None) -> None:
    found = find_notice(text)
    assert (found.value if found else None) == days


@pytest.mark.parametrize(
    ("text", "days", "sure"),
    [
        ("Notice period: 1-3 months", 30, False),
        ("2 to 4 weeks notice", 14, False),
        ("Préavis : 1 à 3 mois", 30, False),
        ("Notice period: 3 months", 90, True),
    ],
)
def test_a_range_of_notices_is_its_least_and_not_sure(text: str, days: int, sure: bool) -> None:
    found = find_notice(text)
    assert found is not None and (found.value, found.sure) == (days, sure)


@pytest.mark.parametrize(
    ("text", "month_first", "expected"),
    [
        ("Start Date: 07/05/2016", True, "2016-07-05"),
        ("Start date: early July 2026", None, "2026-07"),
        ("Start: end of May 2026", None, "2026-05"),
        ("Project start: 03/2026", None, "2026-03"),
        ("The job starts by 1 March 2026", None, "2026-03-01"),
        ("Onboarding: April 2026", None, "2026-04"),
        ("The job starts immediately.", None, "now"),
        ("Date d'embauche prévue : mi-mars 2026", None, "2026-03"),
        ("Début souhaité : 04/2026", None, "2026-04"),
        ("Démarrage immédiat", None, "now"),
        ("Start Date: 07/05/2016", False, "2016-05-07"),
        ("Start Date: 07/05/2016", None, None),
        ("Start date: 25/12/2026", None, "2026-12-25"),
        ("Start date: June 1st, 2026", None, "2026-06-01"),
        ("starting in September 2026", None, "2026-09"),
        ("Start: ASAP", None, "now"),
        ("Immediate start", None, "now"),
        ("Starts 1/30/17", None, "2017-01-30"),
        ("Begin: 03/21/2027", None, "2027-03-21"),
        ("Prise de poste : dès que possible", None, "now"),
        ("Prise de poste : 1er septembre 2026", None, "2026-09-01"),
        ("Poste à pourvoir immédiatement", None, "now"),
        ("À pourvoir le 02/01/2026", False, "2026-01-02"),
        ("Démarrage : janvier 2026", None, "2026-01"),
        ("the company, starting in 2016", None, None),
        ("start date: 99/99/2026", None, None),
        ("Start date: 31 June 2026", None, None),
        ("Start date: 29 February 2028", None, "2028-02-29"),
        ("answer as soon as possible", None, None),
        ("", None, None),
    ],
)
def test_start(text: str, month_first: bool | None, expected: str | None) -> None:
    found = find_start(text, month_first)
    assert (found.value if found else None) == expected


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("Notice period: 15 days", 15),
        ("Préavis : 1 mois", 30),
        ("Left with 2 weeks notice", None),
        ("30 days notice", None),
    ],
)
def test_notice_beside_a_position_is_read_where_a_label_says_it(line: str, days: int | None) -> None:
    text = f"Ann Lee\n\nExperience\nCook, Acme, since 2018\n{line}\nServed eighty guests.\n"
    found = read_candidate_profile(text).notice
    assert (found and found.value) == days
