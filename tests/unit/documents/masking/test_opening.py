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


@pytest.mark.parametrize(
    "head",
    ["{}\nStaff Nurse", "Staff Nurse\n{}", "Staff Nurse, {}", "Staff Nurse - {}", "Staff Nurse / {}",
     "{} / Staff Nurse", "{} | Staff Nurse", "{}, London\nStaff Nurse", "{} CONTACT\nStaff Nurse",
     "Staff Nurse\n\nName: {}"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Sukarno", "Megawati", "Björk", "Rajnikanth"])
def test_name_of_one_word_leaves_what_a_name_of_two_leaves(head, name):
    text = mask(f"{head.format(name)}\nSKILLS\nWound care").text
    assert text == mask(f"{head.format('Tamsin Ollerenshaw')}\nSKILLS\nWound care").text
    assert name not in text and "Nurse" in text


@pytest.mark.parametrize(
    "head",
    ["Staff Nurse\nLeeds", "Staff Nurse, Leeds", "Staff Nurse\nKotlin", "Data Analyst, SQL",
     "Staff Nurse, Northfield Hospital", "Java / Kotlin", "Staff Nurse\n[certified]",
     "Operating Systems: Windows XP / Vista / 7"],
)  # fmt: skip
def test_title_with_a_town_an_employer_or_a_tool_and_without_a_name_stays(head):
    text = f"{head}\nSKILLS\nWound care"
    assert mask(text).text == text


@pytest.mark.parametrize("name", ["Carter Mason", "Mark Driver", "Parker Page", "Will Cook", "Claire Médecin"])
@pytest.mark.parametrize(
    "labels",
    [
        ("First name:", "Surname:"),
        ("Prénom :", "Nom de famille :"),
        ("Forename:", "Name:"),
    ],
)
def test_labelled_parts_of_a_name_made_of_words_go(name, labels):
    lines = [f"{label} {part}" for label, part in zip(labels, name.split(), strict=True)]
    left = mask("\n".join(["Staff Nurse", *lines, "SKILLS", "Wound care"])).text
    assert left.split() == ["Staff", "Nurse", "SKILLS", "Wound", "care"]


@pytest.mark.parametrize("heading", ["À PROPOS", "À propos de moi", "ABOUT ME"])
def test_heading_of_prose_under_a_name_stays(heading):
    text = f"{heading}\nDix ans de services web et de paiement."
    assert mask(f"Tamsin Ollerenshaw\n{text}").text == mask(f"Sukarno\n{text}").text == f"\n{text}"


@pytest.mark.parametrize("skills", ["Team Leadership\nSAP WM", "Care Planning\nEMIS Web", "Comptabilité\nSage Paie"])
def test_what_a_profile_s_side_column_lists_is_no_name(skills):
    heading = "Compétences principales" if "é" in skills else "Top Skills"
    side = f"Contact\nliam.chen@example.com\n\n{heading}\n{skills}\n\nLanguages\nEnglish"
    masked = mask(f"{side}\n\nLiam Chen\nWarehouse Team Leader\nHull, England\n").text
    assert skills in masked and "Chen" not in masked
