"""Gaps between words that part no columns."""

import textwrap

import pytest

from jobfit.ingest.parse.clean import clean
from jobfit.ingest.parse.justified import evened
from jobfit.reading import candidate_from_text, vacancy_from_text

CV = """Ines Okafor
Pastry chef

Pastry chef with nine years in hotels and in two bakeries, who has led a team of six and likes to teach what she knows.

Experience
Pastry chef, Blue Oven Hotel, Bristol
03/2019 - 11/2023
Menus for two hundred guests a day, orders of flour and butter, and the training of apprentices in the early shift.
"""
ADVERT = """Infirmière de nuit

Nous cherchons pour notre résidence de Nantes une infirmière de nuit qui connaît les soins palliatifs et la gériatrie,
et qui aime travailler au sein d'une équipe de douze personnes. Diplôme d'État d'infirmier exigé, deux ans d'expérience.
"""


def justified(text: str, width: int = 57) -> str:
    lines = []
    for paragraph in text.split("\n"):
        *full, last = textwrap.wrap(paragraph, width) or [""]
        for line in full:
            words, missing = line.split(" "), width - len(line)
            for gap in range(missing):
                words[gap % max(1, len(words) - 1)] += " "
            lines.append(" ".join(words))
        lines.append(last)
    return "\n".join(lines)


@pytest.mark.parametrize("change", [lambda text: text.replace(" ", "  "), lambda text: text.replace(" ", " \xa0 ")])
def test_text_whose_blanks_are_all_wide_is_the_same_text(change):
    assert clean(change(CV)) == clean(CV)
    assert clean(change(ADVERT)) == clean(ADVERT)


def test_justified_text_says_what_the_text_says():
    for text, read in ((CV, candidate_from_text), (ADVERT, vacancy_from_text)):
        assert "  " in justified(text)
        plain, wide = (read(version, id="one").profile for version in (textwrap.dedent(text), justified(text)))
        assert plain.title and wide.title and wide.title.value == plain.title.value
    assert [(e.start, e.end) for e in candidate_from_text(justified(CV)).profile.experiences] == [
        ("2019-03", "2023-11")
    ]


@pytest.mark.parametrize(
    "table",
    [
        "Acme Ltd    Leeds   2019 - 2021\nBeta plc    York    2017 - 2019",
        "Python      5 years\nSQL         3 years\nJava       10 years\nDocker      1 year!\nGit         9 years",
        "Python  SQL  Java  Docker  Git  Linux  Bash",
        "Name:  Ines Okafor\nTown:  Bristol\nBorn:  1990",
        "",
    ],
)
def test_columns_stay(table):
    assert evened(table) == table


def test_wider_gaps_than_those_of_the_text_part_columns():
    text = (CV + "Acme Ltd\tLeeds").replace(" ", "  ").replace("\t", "      ")
    assert "Acme Ltd\tLeeds" in clean(text)[0]


def test_evened_twice_changes_nothing_more():
    for text in (justified(CV), justified(ADVERT), CV.replace(" ", "  ")):
        assert evened(evened(text)) == evened(text)
