"""A CV whose lines were lost says what it said with its lines."""

import html
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobfit.documents.masking import TextKind
from jobfit.documents.render import render
from jobfit.policy.months import experience_total
from jobfit.reading import candidate_from_text, masked_texts
from jobfit.structure.unbroken import with_line_ends

ENGLISH = """Maria Lopez
Head Nurse

Profile
Calm and thorough nurse who has led a night ward of twelve people and likes to teach.

Employment History
Head Nurse, Saint Anne's Hospital, Leeds
March 2018 - Present
Plans the rota of the ward and trains the newcomers in the use of Excel.
Answers for the stock of medicines.
Staff Nurse, Northern Infirmary, York
June 2012 - February 2018
Looked after patients who had come out of the theatre, day and night.

Education
Bachelor of Science in Nursing, University of Hull, 2009 - 2012

Languages
English, Spanish
"""
FRENCH = """Paul Girard
Conducteur de travaux

Profil
Homme de terrain, habitué des chantiers de rénovation et du travail avec les artisans.

Expérience professionnelle
Conducteur de travaux - Bâtir Ensemble, Nantes
mars 2017 - aujourd'hui
Prépare les chantiers, suit les équipes et tient le budget sous Excel.
Reçoit les clients et répond de la sécurité.
Chef de chantier - Maçonnerie du Port, Lorient
septembre 2011 - février 2017
A mené six équipes de maçons et tenu les délais de trente chantiers.

Formation
BTS bâtiment, lycée Livet, Nantes, 2009 - 2011

Langues
Français, anglais
"""
CVS = pytest.mark.parametrize("text", [ENGLISH, FRENCH], ids=["en", "fr"])
LAYOUTS = {
    "one line": lambda text: " ".join(text.split()),
    "two blanks": lambda text: re.sub(r"\n+", "  ", text),
    "tabs": lambda text: re.sub(r"\n+", "\t", text),
    "bars": lambda text: re.sub(r"\n+", " | ", text),
    "bullets": lambda text: re.sub(r"\n+", " • ", text),
    "stars": lambda text: re.sub(r"\n+", " * ", text),
    "bullets of another font": lambda text: re.sub(r"\n+", " ▪ ", text),
    "br": lambda text: html.escape(text).replace("\n", "<br />"),
    "paragraphs": lambda text: "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n")),
    "list": lambda text: "<ul>" + "".join(f"<li>{html.escape(line)}" for line in text.split("\n")),
    "tags written out": lambda text: html.escape(html.escape(text).replace("\n", "<br>")),
    "entities": lambda text: re.sub(r"\n+", "&nbsp; &nbsp;", html.escape(text)),
    "written out": lambda text: text.replace("\n", "\\n"),
    "written out, of Windows": lambda text: text.replace("\n", "\\r\\n"),
    "twice as many lines": lambda text: text.replace("\n", "\n\n"),
}


def spaced(text, between=" "):
    """The text with a blank between the letters of its headings."""
    written = r"(?m)^(Employment History|Education|Languages|Expérience professionnelle|Formation|Langues)$"
    return re.sub(written, lambda line: between.join(" ".join(word) for word in line.group().upper().split()), text)


def facts(text):
    profile = candidate_from_text(text).profile
    return {
        "title": profile.title and profile.title.value,
        "positions": {
            (held.title and held.title.value, held.start, held.end, held.current) for held in profile.experiences
        },
        "education": profile.education and profile.education.value,
        "languages": {spoken.value.code for spoken in profile.languages},
        "skills": {skill.value for skill in profile.skills},
    }


@CVS
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_cv_says_the_same_without_its_lines(text, layout):
    whole, flat = facts(text), facts(LAYOUTS[layout](text))
    assert len(whole["positions"]) == 2
    assert flat == whole


@CVS
@pytest.mark.parametrize("between", [" ", "   "])
def test_a_cv_says_the_same_with_spaced_headings(text, between):
    assert facts(spaced(text, between)) == facts(text)
    assert not re.search(r"\b\w \w \w\b", candidate_from_text(spaced(text, between)).text)


@CVS
def test_a_text_that_has_its_lines_stays_as_it_is(text):
    assert with_line_ends(text) == text
    assert with_line_ends(" ".join(text.split())[:200]) == " ".join(text.split())[:200]


@CVS
@pytest.mark.parametrize("layout", LAYOUTS)
def test_quotes_are_of_the_text_as_it_is_stored(text, layout):
    candidate = candidate_from_text(LAYOUTS[layout](text))
    profile = candidate.profile
    quotes = [*(held.evidence for held in profile.experiences), *(held.title.evidence for held in profile.experiences)]
    quotes += [item.evidence for item in (*profile.skills, *profile.languages, profile.education, profile.title)]
    assert all(candidate.text[quote.start : quote.end] == quote.text for quote in quotes)


@given(st.text(alphabet="ab•|*-–. 129\nEXPerience:Education2019developer", max_size=900))
def test_only_blanks_and_signs_become_line_ends(text):
    signs = re.compile(r"[\s•|*–-]")
    assert signs.sub("", with_line_ends(text)) == signs.sub("", text)


@pytest.mark.parametrize(
    "prose",
    [
        "She has ten years of experience with databases and led the education of the team between 2015 and 2019. ",
        "Elle a dix ans d'expérience en comptabilité et a suivi la formation des équipes entre 2015 et 2019 à Lyon. ",
    ],
    ids=["en", "fr"],
)
def test_prose_gets_no_headings_and_no_positions(prose):
    assert with_line_ends(prose * 5) == prose * 5


@pytest.mark.parametrize(
    ("flat", "positions"),
    [
        (
            "Experience 2019 - 2021 Warehouse Operative at Big Boxes (Hull, UK) Picked orders with a reach truck and "
            "kept the aisles clear. 2016 - 2019: Kitchen Porter, The Anchor Washed up and learned to cook for two "
            "hundred guests on Sundays. Education GCSE Mathematics and English 2014 - 2016 Interests: climbing, "
            "choirs, the history of canals and of the people who dug them in the years before the railways came",
            {("Warehouse Operative", "2019", "2021"), ("Kitchen Porter", "2016", "2019")},
        ),
        (
            "EXPÉRIENCES 2019 - 2021 Cariste chez Grands Volumes (Lens) A préparé les commandes et tenu les allées. "
            "2016 - 2019 : Commis de cuisine, L'Ancre A fait la plonge puis appris à cuisiner pour deux cents "
            "personnes le dimanche. FORMATION CAP cuisine 2014 - 2016 LOISIRS escalade, chorale, histoire des canaux "
            "et des gens qui les ont creusés dans les années d'avant le chemin de fer et d'avant les grandes routes",
            {("Cariste", "2019", "2021"), ("Commis de cuisine", "2016", "2019")},
        ),
    ],
    ids=["en", "fr"],
)
def test_dates_before_the_title(flat, positions):
    profile = candidate_from_text(flat).profile
    assert {(held.title.value, held.start, held.end) for held in profile.experiences} == positions


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("Tomasz Wrona Site Electrician Derby wrona@mail.example.org ", ENGLISH.partition("\n\n")[2]),
        ("Tomasz Wrona tom.w88@mail.example.org +44 7700 900123 Site Electrician ", ENGLISH.partition("\n\n")[2]),
        ("Tomasz Wrona Électricien de chantier Dijon wrona@mail.example.org ", FRENCH.partition("\n\n")[2]),
        ("Électricien Prénom : Tomasz Nom : Wrona Portable : 06 12 34 56 78 ", FRENCH.partition("\n\n")[2]),
    ],
)
def test_a_name_in_one_line_is_masked(head, text):
    flat = head + " ".join(text.split())
    for masked in (render(candidate_from_text(flat)).text, masked_texts({"cv": flat}, TextKind.CV)["cv"]):
        assert "Wrona" not in masked
        assert "Tomasz" not in masked
        assert "lectrici" in masked


@pytest.mark.parametrize(
    ("flat", "values"),
    [
        (
            "Mother's Maiden Name: Okafor Spouse: Quist Passport No: A29810644 National ID: 278169044243 ",
            "Okafor Quist A298",
        ),
        ("Nom de la mère : Okafor Conjoint : Quist N° de passeport : B81524441 Âge : 38 ans ", "Okafor Quist B815 38"),
    ],
    ids=["en", "fr"],
)
@CVS
def test_details_in_one_line_are_masked(text, flat, values):
    masked = render(candidate_from_text(flat + " ".join(text.split()))).text
    assert not any(value in masked for value in values.split())


@CVS
def test_months_have_no_upper_bound_where_lines_were_found_again(text):
    today = date(2026, 1, 1)
    whole, flat = (experience_total(candidate_from_text(one).profile, today) for one in (text, " ".join(text.split())))
    assert whole.value.at_most is not None
    assert flat.value.months == whole.value.months
    assert flat.value.at_most is None


EXPORTED = """Skills
Excel, Sage

Education Details
January 2014 Bachelor of Commerce Cork University College
Payroll Clerk

Payroll Clerk - Harbour Foods
Skill Details
PAYROLL- Experience - 24 months
Company Details
company - Harbour Foods
description - Runs the payroll of two hundred people, answers their questions and settles what they owe in time.
company - Quay Stores
description - Kept the books of three shops, counted the tills at night and wrote to those who had not paid their bills.
"""


@pytest.mark.parametrize(
    "layout", ["one line", "two blanks", "bars", "bullets", "br", "written out", "twice as many lines"]
)
def test_what_a_job_board_wrote_out(layout):
    assert facts(LAYOUTS[layout](EXPORTED)) == facts(EXPORTED)
    assert facts(EXPORTED)["title"] == "Payroll Clerk"


def test_what_a_job_board_wrote_out_without_blank_lines():
    assert facts(re.sub("\n+", "\n", EXPORTED)) == facts(EXPORTED)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("2019 - 2021 LAUNDRY ASSISTANT AT BRIGHT HOTELS", "LAUNDRY ASSISTANT"),
        ("2019 - 2021 MANUTENTIONNAIRE CHEZ PORTS DU NORD", "MANUTENTIONNAIRE"),
    ],
)
def test_an_employer_in_capitals_is_no_part_of_a_title(line, title):
    profile = candidate_from_text(f"EXPERIENCE\n{line}\nEXCEL").profile
    assert [held.title.value for held in profile.experiences] == [title]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Project Name: Harbour Atlas", "Project Name:"),
        ("Position Title: Tester Company Name: Quay Ltd", "Company Name:"),
        ("a team.Education Details July 2010 BSc Delhi University Skill Details Excel", "Education Details\n"),
    ],
)
def test_names_of_things_and_headings_of_two_words_stay_whole(text: str, kept: str) -> None:
    assert kept in with_line_ends(
        f"Nadia Rahman Test engineer SKILLS Java, SQL, Git {text} " + "and so it went on " * 20
    )


def test_title_before_its_dates_is_not_taken_from_the_sentence_behind_them() -> None:
    more = " who answered for the release of every month and for the tests of all that went into it." * 4
    cv = (
        "Nadia Rahman nadia@example.org EXPERIENCE Test engineer 2019 - 2022 Quay Ltd Became a developer and tester"
        f"{more} Sales assistant 2015 - 2019 Pier plc Was a manager of three people{more}"
    )
    found = [(e.title and e.title.value, e.start) for e in candidate_from_text(cv).profile.experiences]
    assert found == [("Test engineer", "2019"), ("Sales assistant", "2015")]


def test_summary_inside_the_line_opens_what_it_says() -> None:
    nurse = ENGLISH.split("Profile")[1]
    cv = f"Nadia Rahman {nurse} Test engineer Summary A tester with 9 years of experience. {FRENCH}"
    assert "\nSummary\nA tester" in with_line_ends(" ".join(cv.split()))
