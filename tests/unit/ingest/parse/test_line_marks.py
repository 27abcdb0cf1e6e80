"""Marks at the edges of lines and around words, which a reader does not read."""

import time

import pytest

from jobfit.ingest.parse.clean import clean
from jobfit.ingest.parse.line_marks import without_marks
from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.records import Importance

MARKDOWN = """# Noé Barbier
*Cariste*, Le Mans | [profil](https://noe.example/cv "mon profil")

## Expérience
**Cariste**, Durand SA
03/2019 – 11/2023
- Chargement de `40` camions par jour
- Formation de __trois__ apprentis

***

## Langues
| Langue | Niveau |
| :--- | ---: |
| Anglais | B2 |
| Espagnol | A2 |

## Compétences
C\\+\\+, gestion\\_stocks, 3 \\* 8
"""
PLAIN = """Night porter

We look for a night porter who speaks German and has two years of experience in a hotel.
You will welcome late guests, keep the keys and prepare breakfast for forty people.
Hours: full-time
Location: Leeds
"""


def test_markdown_reads_as_the_page_that_it_makes():
    text = clean(MARKDOWN)[0]
    assert text.startswith("Noé Barbier\n\nCariste, Le Mans | profil\n\nExpérience\n\nCariste, Durand SA\n03/2019")
    assert "Langue\tNiveau\nAnglais\tB2\nEspagnol\tA2" in text
    assert text.endswith("Compétences\n\nC++, gestion_stocks, 3 * 8")
    profile = candidate_from_text(MARKDOWN).profile
    [position] = profile.experiences
    assert (position.title and position.title.value, position.start, position.end) == ("Cariste", "2019-03", "2023-11")
    assert [(item.value.code, str(item.value.level)) for item in profile.languages] == [("en", "4"), ("es", "2")]


@pytest.mark.parametrize(
    ("advert", "musts", "wishes"),
    [
        ("### What we want from you\n- Excel\n### Also welcome\n- SQL", {"excel"}, {"sql"}),
        ("**Your background**\n\n- Terraform\n\n**Bonus points**\n\n- Docker", {"terraform"}, {"docker"}),
    ],
)
def test_headings_of_markdown_open_their_sections(advert, musts, wishes):
    asked = vacancy_from_text(f"Clerk\n\nWe serve clients of several sectors.\n\n{advert}\n").profile.requirements
    assert {r.value for r in asked if r.importance is Importance.MUST} == musts
    assert {r.value for r in asked if r.importance is Importance.NICE} == wishes


def numbered(text: str, form: str) -> str:
    return "\n".join(form.format(number, line) for number, line in enumerate(text.split("\n"), 1))


@pytest.mark.parametrize(
    "marked",
    [
        "\n".join(f"> {line}" for line in PLAIN.split("\n")),
        "\n".join(f">> > {line}" for line in PLAIN.split("\n")),
        numbered(PLAIN, "{:3}  {}"),
        numbered(PLAIN, "{}. {}"),
        numbered(PLAIN, "{:02}: {}"),
        "\n".join(f"| {line} |" if line else line for line in PLAIN.split("\n")),
        "\n".join(f"{line} \\" if line else line for line in PLAIN.split("\n")),
        '"' + PLAIN.replace("\n", '\n').strip() + '"',
        PLAIN.replace("Night porter", "**Night porter**", 1),
        PLAIN.replace("Night porter", "### Night porter ###", 1),
    ],
)  # fmt: skip
def test_marks_of_all_lines_are_none_of_the_text(marked):
    assert clean(marked)[0] == clean(PLAIN)[0]


@pytest.mark.parametrize("mark", ["• ", "- ", "1. ", "* ", "| "])
def test_title_stands_without_its_mark(mark):
    title = vacancy_from_text(mark + PLAIN).profile.title
    assert title and title.value == "Night porter" and PLAIN[: title.evidence.end - len(mark)].startswith("Night")


@pytest.mark.parametrize(
    "text",
    [
        "# 1 in sales 2019\nGrew the team.\nC# and F#",
        "Rated 5 * 3 * 2\nsnake_case_names and __init__ in Python",
        "******** Profile ********\nCook\n****** Skills ******\nBread\n____ Hobbies ____\nChess\n**********",
        "2019 Acme Ltd\n2017 Beta plc\n2015 Gamma GmbH\n2013 Delta SA\n2011 Eta Oy\n2009 Theta AB",
        "1. Cook\n2. Clean\n3. Serve",
        "Sales > 2 million\nMargin > 10 %\nLeeds",
        "Skills: Java | SQL | Git\nEnglish | B2",
        '"Best of the year", said the paper; "a find", said another',
        "a" * 200 + "-" * 3000 + "|" * 50,
        "",
    ],
)
def test_what_only_looks_like_marks_stays(text):
    assert without_marks(text) == text


def test_time_grows_with_the_length_alone():
    for piece in ("-|", "**a ", "|:-", "[a](", "`", "\\", "# ", "_a", ">" * 9 + "\n"):
        started = time.process_time()
        without_marks("# x\n**y**\n" + piece * 20_000)
        assert time.process_time() - started < 3, piece
