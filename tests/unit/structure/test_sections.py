from itertools import pairwise

import pytest

from jobfit.records import Evidence, Kind
from jobfit.structure.sections import section_at, sentence_around, split_sections, vacancy_sections


def kinds(text: str, kind: Kind | None = None) -> list[str]:
    return [s.kind for s in split_sections(text, kind)]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("EXPERIENCE PROFESSIONNELLE", "experience"),
        ("Expériences professionnelles :", "experience"),
        ("Work Experience", "experience"),
        ("• Professional experience:", "experience"),
        ("— EMPLOYMENT HISTORY —", "experience"),
        ("Education\n=========", "education"),
        ("MY EDUCATION:", "education"),
        ("Formation", "education"),
        ("Compétences", "skills"),
        ("1. Skills", "skills"),
        ("LANGUES", "languages"),
        ("Centres d’intérêt", "interests"),
        ("What you will do", "responsibilities"),
        ("Your profile:", "profile"),
        ("Profil recherché", "profile"),
        ("Must have", "requirements"),
        ("Nice to have:", "nice_to_have"),
        ("Responsibilities", "responsibilities"),
        ("Vos missions", "responsibilities"),
        ("What we offer", "offer"),
    ],
)
def test_heading_in_its_own_line_opens_a_section(heading: str, kind: str) -> None:
    text = f"Somebody\n\n{heading}\nthis and that\n"
    first, second = split_sections(text)
    assert (first.kind, second.kind) == ("header", kind)
    assert text[second.body : second.end].lstrip("= \n").startswith("this")


@pytest.mark.parametrize(
    "text",
    [
        "I have experience in sales\n",
        "education matters to me.\n",
        "my skills are many\n",
        "Experienced developer\n",
        "Formation continue des équipes commerciales de la région\n",
    ],
)
def test_prose_opens_no_section(text: str) -> None:
    assert kinds(text) == ["header"]


def test_sections_touch_and_cover_the_text() -> None:
    text = "Ann\nSkills: Java\n\nEDUCATION\nBSc\nWork experience 2019 - 2020 Nurse\n"
    sections = split_sections(text)
    assert [s.kind for s in sections] == ["header", "skills", "education", "experience"]
    assert sections[0].start == 0 and sections[-1].end == len(text)
    assert all(a.end == b.start for a, b in pairwise(sections))
    assert all(s.start <= s.body <= s.end for s in sections)
    assert text[sections[1].body :].startswith("Java")


def test_sections_of_one_paragraph_are_found_by_their_colons() -> None:
    text = (
        "Primary Purpose: Development of software. "
        + "Work with QA to test. " * 15
        + "Minimum Skills and Competencies: "
        "C#. Desired Skills: SSRS"
    )
    assert kinds(text) == ["description", "requirements", "nice_to_have"]


def test_sections_labels_under_positions_do_not_end_the_experience() -> None:
    text = "Experience\nNurse\nResponsibilities:\ncare\nTechnologies: SQL\nCook\nTechnologies: HTML\nEducation\nBSc\n"
    assert kinds(text, Kind.CANDIDATE) == ["experience", "education"]


def test_sections_of_an_empty_text_are_none_and_of_blanks_too() -> None:
    assert split_sections("") == ()
    assert split_sections(" \n ") == ()


def test_section_at_a_position() -> None:
    sections = split_sections("Ann\nSkills\nJava")
    assert [section_at(sections, i) for i in (0, 4, 11, 99)] == ["header", "skills", "skills", None]


def around(text, quoted):
    start = text.index(quoted)
    return sentence_around(text, Evidence(quoted, start, start + len(quoted)))


LONG = "I have worked for ten years with machines of all kinds in plants, and never with"


@pytest.mark.parametrize(
    ("text", "quoted", "sentence"),
    [
        ("Knows SQL. Has never\nused Rust. Cooks.", "Rust", "Has never\nused Rust."),
        ("I have never used Kubernetes. Not familiar with SAP. I cook.", "SAP", "Not familiar with SAP."),
        ("Je connais Java. Je ne connais pas PHP ! J'apprends Rust.", "PHP", "Je ne connais pas PHP !"),
        ("Skills\nPython, SQL\nEnglish - A2\n", "SQL", "Python, SQL"),
        ("Skills: Python,\nSQL", "SQL", "Skills: Python,\nSQL"),
        (f"{LONG}\nKubernetes.\n\nEDUCATION\nBSc", "Kubernetes", f"{LONG}\nKubernetes."),
        (f"{LONG} Rust\nEDUCATION\nBSc", "BSc", "BSc"),
        ("• Wrote Java • Never wrote PHP • Cooks", "PHP", "Never wrote PHP"),
        ("Is PHP known? No.", "PHP", "Is PHP known?"),
        ("Is PHP known? No.", "known?", "Is PHP known?"),
        ("x", "x", "x"),
        ("One. Two. Three.", "e. Two. T", "One. Two. Three."),
    ],
)
def test_sentence_around_a_quote(text, quoted, sentence):
    found = around(text, quoted)
    assert found.text == sentence == text[found.start : found.end]


@pytest.mark.parametrize("filler", ["a", "a ", "\n", ". ", "a\nb", "• ", "\u2028", "1. "])
def test_sentence_around_is_short_and_holds_the_quote_in_any_text(filler):
    text = f"{filler * 3000}Rust{filler * 3000}"
    found = around(text, "Rust")
    assert "Rust" in found.text and len(found.text) <= 804


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("=== EXPERIENCE ===", "experience"),
        ("~~~~~~ Expérience ~~~~~~", "experience"),
        ("E X P E R I E N C E", "experience"),
        ("W O R K   E X P E R I E N C E", "experience"),
        ("C O M P É T E N C E S", "skills"),
        ("[ Education ]", "education"),
        ("★ Skills ★", "skills"),
        ("II. Work Experience", "experience"),
        ("A. Education", "education"),
        ("Certifications & Activities", "certifications"),
        ("Vie associative et loisirs :", "volunteering"),
        ("Awards, Honors and Publications", "publications"),
        ("Formation / Langues", "education"),
        ("Extra-curricular activity", "interests"),
        ("PROJETS PERSONNELS", "projects"),
    ],
)
def test_heading_decorated_spaced_or_of_several_parts(line: str, expected: str) -> None:
    assert kinds(f"Ann Lee\n{line}\nwhat stands below\n", Kind.CANDIDATE)[-1] == expected


@pytest.mark.parametrize(
    "line", ["Sales, Marketing", "A B C D", "Skills and patience are needed", "I. Me", "the education", "K O A L A S"]
)
def test_line_that_only_looks_like_a_heading_opens_nothing(line: str) -> None:
    assert kinds(f"Ann Lee\n{line}\nwhat stands below\n", Kind.CANDIDATE) == ["header"]


def test_heading_whose_line_break_was_lost_is_found() -> None:
    text = "Ann Lee\nTools: Word 07Education Details\nBSc\nExcel - 9 monthsCompany Details\nAcme\n"
    assert kinds(text, Kind.CANDIDATE) == ["header", "education", "experience"]
    assert kinds("Ann Lee\nShe runs the IndiaOffice Project\nin Leeds\n", Kind.CANDIDATE) == ["header"]


def test_heading_with_a_colon_alone_in_its_line_is_one_heading() -> None:
    text = "Ann\nExperience:\n2019 - 2020: Cook\nSkills:\nSoups\n"
    assert kinds(text, Kind.CANDIDATE) == ["header", "experience", "skills"]


def test_projects_under_positions_are_labels_and_as_a_heading_of_their_own_a_section() -> None:
    own = "Ann\nEXPERIENCE\n2019 - 2020: Cook\nPROJECTS\nA site\n"
    label = "Ann\nEXPERIENCE\n2019 - 2020: Cook\nProjects:\nA site\n2018 - 2019: Waiter\nProjects:\nA menu\n"
    assert kinds(own, Kind.CANDIDATE) == ["header", "experience", "projects"]
    assert kinds(label, Kind.CANDIDATE) == ["header", "experience"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Experience Skills", "experience"),
        ("WORK EXPERIENCE EDUCATION", "experience"),
        ("Skills Work Experience", "experience"),
        ("Compétences Expériences", "experience"),
        ("Education Experience", "experience"),
        ("Experience Summary", "summary"),
        ("Experience skills", None),
        ("Experience Skills of the team", None),
    ],
)
def test_headings_of_two_columns_in_one_line(line: str, kind: str | None) -> None:
    found = [section.kind for section in split_sections(f"Ann\n{line}\nCook 2019 - 2020\n", Kind.CANDIDATE)]
    assert found == ["header", *filter(None, [kind])]


def _headed(text: str) -> list[tuple[str, str]]:
    return [(s.kind, text[s.body : s.end].strip()) for s in vacancy_sections(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Dev\nNice to have\nSkills:\nJava", ("nice_to_have", "Java")),
        ("Dev\nMust have\nExperience:\nJava", ("requirements", "Java")),
        ("Développeur\nAtouts\nCompétences :\nJava", ("nice_to_have", "Java")),
    ],
)
def test_vacancy_sections_a_heading_right_below_another_keeps_what_that_says(text, wanted):
    assert wanted in _headed(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Dev\nLocation: Leeds, UK - 5 years of Java - SQL", "- 5 years of Java - SQL"),
        ("Dev\nContract type: permanent\nYou know Java.", "You know Java."),
        ("Développeur\nLieu : Lille\nVous maîtrisez Java.", "Vous maîtrisez Java."),
    ],
)
def test_vacancy_sections_what_follows_the_value_of_a_label_describes_the_job(text, rest):
    assert _headed(text)[-1] == ("description", rest)


def test_vacancy_sections_benefits_stay_benefits():
    assert _headed("Dev\nBenefits: a laptop.\nFree lunch.")[-1] == ("offer", "a laptop.\nFree lunch.")


def test_vacancy_sections_a_heading_glued_between_words_is_found():
    kinds = [
        kind for kind, _ in _headed("We use HTML and AWSWhat You Need for this Position- Java RequirementsSolid SQL")
    ]
    assert kinds == ["header", "requirements", "requirements"]


@pytest.mark.parametrize(
    "sentence", ["Work with a Systems Analyst.", "Experience of Leeds counts.", "Education for All."]
)
def test_a_sentence_of_a_long_line_that_begins_like_a_heading_is_none(sentence: str) -> None:
    line = "We plan routes and keep stores. " * 40
    assert {section.kind for section in split_sections(f"{line}{sentence} {line}")} == {"header"}


@pytest.mark.parametrize(
    ("field", "kinds"),
    [
        ("Permis : B", ["header", "certifications", "other"]),
        ("Languages: English, Dutch", ["header", "languages", "other"]),
        ("Permis\nB", ["header", "certifications"]),
    ],
)
def test_a_field_of_one_line_ends_with_its_paragraph(field: str, kinds: list[str]) -> None:
    text = f"Ann Lee\n\n{field}\n\nActon Ltd, driver, 2014-2019\n"
    assert [section.kind for section in split_sections(text, Kind.CANDIDATE)] == kinds
