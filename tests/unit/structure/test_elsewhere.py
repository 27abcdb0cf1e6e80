"""What stands around a skill in a CV: names of firms and schools, diplomas, words on any work."""

import pytest

from jobfit.reading import read_candidate_text


def skills(text: str) -> set[str]:
    return {item.value for item in read_candidate_text(f"Robin Vale\n\n{text}\n").profile.skills}


@pytest.mark.parametrize(
    "line",
    [
        "Clerk, Acme Payroll Services Pvt Ltd, 2014 - 2016",
        "Clerk at Hill Home Loans Ltd, 2014 - 2016",
        "company - Payroll Partners\ndescription - letters",
        "Commis, Dupuis Plomberie SARL, 2014 - 2016",
    ],
)
def test_the_name_of_a_firm_shows_no_skill(line: str) -> None:
    assert not skills(f"Experience\n{line}") & {"payroll", "home-loans", "plumbing"}


@pytest.mark.parametrize(
    "line", ["Payroll, Acme Ltd", "Payroll of 200 people at Acme Services Ltd", "R, Payroll and SAS"]
)
def test_a_skill_beside_a_firm_is_one(line: str) -> None:
    assert "payroll" in skills(f"Experience\n{line}")


@pytest.mark.parametrize(
    ("line", "skill"),
    [
        ("2014 B.E. Civil Engineering Leeds, North University", "civil-engineering"),
        ("M.Sc. in Nutrition, Hill College", "nutrition"),
        ("MBA HR and Marketing, Hill Institute", "text:marketing"),
        ("2014 : licence de droit, université de Lille", "text:droit"),
        ("Diploma in Hotel Management, Hill Institute", "hotel-management"),
    ],
)
def test_what_a_diploma_is_in_was_learnt(line: str, skill: str) -> None:
    assert skill in skills(f"Education\n{line}")


@pytest.mark.parametrize(
    "line",
    ["B.E., Faculty of Law and Nutrition", "LLM, Hill University", "Wanted to be law clerk", "MFA, Hill College"],
)
def test_the_letters_of_a_diploma_and_the_name_of_a_school_are_no_skills(line: str) -> None:
    assert not skills(f"Education\n{line}")


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Experience\nEnsuring compliance with the rules of the house", False),
        ("Skills\nCompliance\nPayroll", True),
        ("Experience\nI have experience in negotiation", True),
        ("Experience\nSea freight and waves of the sea", False),
    ],
)
def test_what_texts_on_any_work_say_in_passing_counts_where_it_is_said_to_be_a_skill(text: str, there: bool) -> None:
    assert bool(skills(text) & {"compliance", "negotiation", "negotiations", "online-advertising"}) is there


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("SQL, Java, Site Zorbify Test (SZT), Python, Docker", "text:szt"),
        ("SQL, Java, Snail Letters, Python, Docker", "text:snail letters"),
        ("SQL, Python, Docker, Windows XP, Vista, Java", "text:vista"),
    ],
)
def test_other_items_of_a_list_in_a_sentence_are_no_skills(line: str, lost: str) -> None:
    assert lost not in skills(f"Experience\nWe worked with {line} every day.")
