"""Contacts and personal details never survive; the facts that matching needs do."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobfit.documents.masking import Masked, MaskedSpan, mask

PHONES = """+33 6 12 34 56 78|+33612345678|+33 (0)6 12 34 56 78|0033 6 12 34 56 78|06 12 34 56 78|06.12.34.56.78
06-12-34-56-78
0612345678|+44 20 7946 0958|020 7946 0958|+44 (0)7700 900123|07700 900123|(020) 7946 0958|+1 415 555 0132|(415) 555-0132
415-555-0132|415.555.0132|1-415-555-0132|+49 30 901820|+91 98765 43210|98765 43210|+972-54-123-4567|054-123-4567
+7 (912) 345-67-89|+86 138 0013 8000|+212 661-234567|+41 44 668 18 00""".replace("\n", "|").split("|")
CONTACTS = [
    "john.smith@mail.com",
    "j_smith+cv@sub.mail.co.uk",
    "john [at] mail [dot] com",
    "john(at)mail.com",
    "john at mail dot com",
    "иван@почта.рф",
    "https://www.linkedin.com/in/john-smith-12ab/",
    "linkedin.com/in/john-smith",
    "www.johnsmith.dev",
    "github.com/jsmith",
    "johnsmith.com",
    "@johnsmith",
    "Skype: live:john.smith_2",
    "Telegram: @jsmith",
]
PRIVATE = [
    "12 rue de la Paix, 69003 Lyon",
    "3 bis, avenue Victor Hugo - 75016 Paris",
    "221B Baker Street, London NW1 6XE",
    "1600 Amphitheatre Parkway, Mountain View, CA 94043",
    "Address: 5 Main Sq, Dublin",
    "Adresse : Les Tilleuls, Grenoble",
    "69003 Lyon",
    "Born 12/03/1988",
    "Born on March 12, 1988 in Leeds",
    "Date of birth: 12.03.1988",
    "DOB: 1988",
    "Née le 12 mars 1988 à Lyon",
    "Né(e) le 12.03.1988",
    "Date de naissance : 12 mars 1988",
    "32 years old",
    "32-year-old",
    "Age: 32",
    "32 ans",
    "âgée de 32 ans",
    "Nationality: French",
    "Nationalité : française",
    "de nationalité française",
    "Marital status: married",
    "Célibataire, sans enfants",
    "married with 2 children",
    "née Dupont",
    "Religion: none",
    "Military service: completed",
    "Place of birth: Leeds",
    "Photo: me.jpg",
]


@pytest.mark.parametrize("private", [*PHONES, *CONTACTS, *PRIVATE])
@pytest.mark.parametrize(
    "layout", ["{}", "Phone | {} | Welder", "Java developer\n{}\nSkills", "EXPERIENCE\n- {}\nWelder"]
)
def test_mask_private_detail_leaves_nothing_of_it(private, layout):
    text = mask(layout.format(private)).text
    words = [w for w in private.replace("|", " ").split() if any(c.isdigit() for c in w) or "@" in w or len(w) > 6]
    assert private not in text
    assert not [w for w in words if w in text]


@pytest.mark.parametrize(
    "kept",
    [
        "5 years of experience",
        "3 ans d'expérience",
        "20 ans chez Renault",
        "a company 10 years old",
        "a 30-year-old company",
        "Ruby on Rails",
        "2015 - 2019",
        "01/2015 - 02/2019",
        "01.2015-12.2016",
        "01/02/2015 - 03/04/2016",
        "C#, C++ and .NET",
        "Node.js, Vue.js, socket.io",
        "ASP.NET Core",
        "Jenkins, Django, Julia, Pascal",
        "Based in Paris, open to Lyon",
        "MS SQL and MS Office",
        "budget of 1 200 000 EUR",
        "20000 users, 15000 Employees",
        "ISO 9001 and 27001",
        "team of 12 people",
        "class of 25 children",
        "version 10.4.2.1",
        "Permis B",
        "Anglais C1, espagnol B2",
        "M.Sc. in Physics",
        "Project name: Apollo",
        "Mobile: Android, iOS",
        "TCP/IP, CI/CD, UI/UX",
        "matière première, carrière",
        "MAY 2019 - JUNE 2020",
        "Chicago, IL",
        "@angular/core",
        "GPA 3.9",
        "Master of Science",
    ],
)
def test_mask_fact_for_matching_survives(kept):
    text = f"Tamsin Ollerenshaw\nSoftware engineer\nEXPERIENCE\n{kept}\nEnd"
    assert mask(text).text == f"\nSoftware engineer\nEXPERIENCE\n{kept}\nEnd"


def test_mask_vacancy_drops_contact_and_gender_and_keeps_the_rest():
    vacancy = (
        "Software developer (m/f/d)\nContact: Jane Doe, jane.doe@acme.com, +44 20 7946 0958\n"
        "REQUIREMENTS\nHe/she has 3 years of Java. Apply at https://acme.com/jobs\n"
    )
    assert mask(vacancy).text == "Software developer\n\nREQUIREMENTS\nhas 3 years of Java. Apply at\n"


def test_mask_empty_text_gives_empty_text():
    assert mask("") == Masked("", ())


def test_mask_spans_stand_in_the_original_and_hold_no_value():
    text = "Jane Doe | jane@doe.org\nWaitress"
    assert mask(text).spans == (
        MaskedSpan(0, 8, "name"),
        MaskedSpan(11, 23, "contact"),
        MaskedSpan(24, 32, "gender"),
    )


def test_mask_invisible_characters_do_not_hide_an_address():
    assert mask("jane\u200b@d\u00adoe.org").text == ""


_PIECES = st.sampled_from(
    [
        *PHONES,
        *CONTACTS,
        *PRIVATE,
        "Rose Page",
        "Smith, John",
        "\n",
        " | ",
        "SKILLS\n",
        "he",
        "Mr ",
        "(",
        ")",
        ":",
        "Name: ",
        "développeuse",
        " at ",
        " [dot] ",
        "com",
        "@",
        ", ",
        "2015",
        "Tel",
        "references\n",
        "Dr. ",
        "1",
        ".",
        "é",
        "-",
        " de ",
    ]
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(_PIECES, max_size=14), st.booleans())
def test_mask_of_masked_text_changes_nothing(pieces, spaced):
    once = mask((" " if spaced else "").join(pieces)).text
    assert mask(once).text == once


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "@",
        "a@",
        "1",
        "1 ",
        "+1",
        "a.",
        "a-",
        " ",
        "\n",
        "(",
        "Rose ",
        "Name: ",
        "née ",
        "12 rue ",
        "J. ",
        "A b ",
        "http://",
        "e/",
        ":\n",
        "references\n",
        "|",
        ", ",
        "é",
        "́",
        "0",
        "aa bb at ",
        "[at]",
        "Mr. ",
        "1/1/",
        "tel ",
        "12 Xx Yy ",
    ],
)
def test_mask_hostile_text_takes_time_in_proportion(unit):
    def seconds(length: int) -> float:
        start = time.process_time()
        mask((unit * length)[:length])
        return time.process_time() - start

    # Ten times the text; a square would take a hundred times as long. The best of several shields from a busy machine.
    short = min(seconds(20_000) for _ in range(3))
    assert any(seconds(200_000) < 30 * short + 0.5 for _ in range(3))


@pytest.mark.parametrize(
    "line",
    [
        "Google Data Studio Google Analytics Adobe Photoshop DBeaver",
        "Main stack: PHP, React.js (Redux, Mobx)",
        "Haifa, Israel",
        "Tel Aviv",
        "University named after O.M. Beketov",
    ],
)
def test_mask_header_line_that_is_no_name_survives(line):
    text = f"Tamsin Ollerenshaw\nData analyst\n{line}\nSKILLS\nRedux, education"
    assert mask(text).text == f"\nData analyst\n{line}\nSKILLS\nRedux, education"


def test_mask_header_line_that_may_be_a_name_stays_where_the_name_is_found():
    text = "Tamsin Ollerenshaw\nNurse\nNess Ziona\nEXPERIENCE\nNurse, Ness Ziona. Tamsin led a ward."
    assert mask(text).text == "\u2060\nNurse\nNess Ziona\nEXPERIENCE\nNurse, Ness Ziona. led a ward."


@pytest.mark.parametrize(
    "line", ["9 march 1984", "Mob | 1987", "Welder, 23 y.o.", "Birth year: 1990", "Citizen of Israel"]
)
def test_mask_birth_or_citizenship_in_the_header_goes(line):
    left = mask(f"Tamsin Ollerenshaw\nWelder\n{line}\nEXPERIENCE\n1987 - 2001 welder").text
    assert not {"1984", "23", "1990", "Israel", "1987\n"} & set(left.partition("EXP")[0].split(" "))
    assert "1987" not in left.partition("EXPERIENCE")[0]
    assert left.endswith("EXPERIENCE\n1987 - 2001 welder")


def test_mask_photo_among_hobbies_stays_and_a_placeholder_goes():
    assert mask("[photo]\nWelder\nLOISIRS\nSport, photo, arduino").text == "\nWelder\nLOISIRS\nSport, photo, arduino"


def test_mask_lookalike_letter_in_a_name_does_not_hide_it():
    assert mask("Tamsin Ollerenshaw\nWelder\nSKILLS\nT\u0430msin welds. \u041ellerenshaw too.").text == (
        "\nWelder\nSKILLS\nwelds. too."
    )


def test_mask_english_word_that_french_agrees_with_stays():
    assert mask("SKILLS\nActive Directory, native apps").text == "SKILLS\nActive Directory, native apps"


@pytest.mark.parametrize(
    "name", ["Tamsin Ollerenshaw", "PRIYA NATARAJAN", "Rose Baker", "Tran Van Duc", "Ana de Souza"]
)
def test_mask_name_before_a_title_on_the_first_line_goes_and_the_title_stays(name):
    text = f"{name} FULL STACK DEVELOPER with 3 years of work\nSkills\nJava\n{name} built a shop."
    assert mask(text).text.strip() == "FULL STACK DEVELOPER with 3 years of work\nSkills\nJava\nbuilt a shop."


@pytest.mark.parametrize(
    "title", ["Full Stack Developer with React", "Google Cloud Engineer at work", "Senior Java Developer"]
)
def test_mask_title_on_the_first_line_is_no_name(title):
    assert mask(f"{title}\nSkills\nJava").text.startswith(title)


def test_mask_letters_drawn_apart_become_words():
    text = "T A M S I N\tO L L E R E N S H A W\nD A T A\tA N A L Y S T\nPermis A B C\nSKILLS\nSQL"
    assert mask(text).text == "\nDATA ANALYST\nPermis A B C\nSKILLS\nSQL"


@pytest.mark.parametrize(
    "line", ["Java 8, 11, 17, 21", "Angular\n13, and MongoDB", "Unit 5 | Java 17 | 40 hours", "Top 40"]
)
def test_mask_number_that_is_no_age_survives(line):
    assert line in mask(f"Tamsin Ollerenshaw\nData analyst\nLyon\n{line}\nSKILLS\nSQL").text


@pytest.mark.parametrize(
    "line", ["Ann Lee, 36, Lyon", "Ann Lee | 36 | Lyon", 'Ann Lee\n,\t, 36 " ,', "Ann Lee\n36\nLyon"]
)
def test_mask_age_alone_in_its_cell_goes(line):
    assert "36" not in mask(f"{line}\nSKILLS\nSQL").text


@pytest.mark.parametrize(
    "text",
    [
        "SKILLS\nPython\nGlobex Cloud\nSoftware Engineer\n2019 - 2021: cloud services",  # an employer over a position
        "SKILLS\nPython, SQL\nData analyst\nPROFILE\nPrecise",  # no line before the title
        "SKILLS\nAdobe Photoshop\nSoftware Engineer\nPROFILE\nPrecise",  # a skill before the title
    ],
)
def test_mask_line_over_a_title_that_is_no_name_survives(text):
    assert mask(text).text == text


def test_mask_word_hyphenated_over_two_lines_survives():
    text = "SKILLS\nReports by e-mail and tele-\nphone, written and spo-\nken"
    assert mask(text).text == text


def test_mask_words_written_together_with_the_name_go():
    text = mask("Tamsin Ollerenshaw\nNurse\nEDUCATION\nanTamsin\nByOllerenshaw\nJavaScript, GitHub").text
    assert text == "\nNurse\nEDUCATION\n\n\nJavaScript, GitHub"


@pytest.mark.parametrize("second", ["Kidder Minster", "Manage Musical Staff", "Prepare Oils", "Ness Ziona"])
@pytest.mark.parametrize("behind", ["\nann@lee.example\nNurse", "\nLyon", " ", "\n\nSKILLS\nWound care"])
def test_mask_of_masked_text_whose_next_line_looks_like_a_name_changes_nothing(second, behind):
    once = mask(f"Ann Lee\n{second}{behind}").text
    assert second in once and "Ann" not in once
    assert mask(once).text == once and mask(once.strip()).text.split() == once.split()
    assert mask(once, names=["Ann Lee"]).text == once


def test_mark_of_a_masked_text_before_details_that_are_there_hides_nobody():
    raw = "Ann Lee\nann@lee.example\nStaff Nurse\nSKILLS\nWound care"
    assert mask(f"\u2060{raw}").text == mask(raw).text
