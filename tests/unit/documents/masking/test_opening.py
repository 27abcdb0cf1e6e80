"""The name that opens a CV is found where its shape alone does not show it; a title, a town or a tool there stays."""

import pytest

from jobfit.documents.masking import mask

SHAPES = [
    "# {}", "**{}**",
    "🚀 {}", "*** {} ***", "CV of {}", "CV de {}", "{} CONTACT", "{} MSc PMP", "{} (she/her)", "Mr {}",
    "{} | Lyon", "{}, Lyon", "CV_{} 2024",
]  # fmt: skip
NAMES = ["Reed Manager", "Ruby Swift", "Will Driver", "April May", "Anne de La Fontaine", "Jean-Baptiste Lemoine"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("title", ["Staff Nurse", "Infirmière"])
def test_name_made_of_words_or_drawn_leaves_what_a_rare_name_leaves(shape, name, title):
    body = f"\n{title}\nSKILLS\nWound care"
    text = mask(shape.format(name) + body).text
    assert text == mask(shape.format("Tamsin Ollerenshaw") + body).text
    assert not set(name.split()) & set(text.split())


@pytest.mark.parametrize(
    "head",
    ["tamsin ollerenshaw", "Tamsin\nOllerenshaw", "R. J. Ollerenshaw", "Tamsin “Kit” Ollerenshaw", "Reed\nManager",
     "Tamsin (Kit) Ollerenshaw", "T A M S I N   O ' H A R A"],
)  # fmt: skip
def test_name_in_lower_case_over_lines_with_initials_or_a_nickname_goes(head):
    assert mask(f"{head}\nStaff Nurse\nSKILLS\nWound care").text.split() == [
        "Staff",
        "Nurse",
        "SKILLS",
        "Wound",
        "care",
    ]


@pytest.mark.parametrize(
    "head",
    ["Warehouse Manager", "Senior Accountant", "Chef de partie", "Russia, Kazan", "Skills * Oracle, SQL * Testing",
     "customer relations", "New York"],
)  # fmt: skip
def test_first_line_that_is_no_name_stays(head):
    text = f"{head}\nStaff Nurse\nSKILLS\nWound care"
    assert mask(text).text == text
