"""Sentences that were cut at the width of a page."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobfit.ingest.parse.clean import clean
from jobfit.ingest.parse.wrapped import unwrapped
from jobfit.reading import vacancy_from_text

ENGLISH = """Warehouse Team Leader

Acme moves parcels through the night for shops in the north of England and is looking for somebody who leads twelve \
people on the late shift and who has done so for at least three years. You must have experience with SAP, Excel and a \
reach truck licence, and you need a good level of English; knowledge of Power BI would be an advantage, and a degree \
is not needed. We pay between 30,000 and 34,000 pounds a year, with a pension; you start in Leeds on 1 March 2027."""
FRENCH = """Comptable fournisseurs

Notre coopérative agricole de quarante personnes recherche pour son siège de Rennes une personne qui tient la \
comptabilité des fournisseurs et qui a au moins deux ans d'expérience dans un poste semblable. Vous maîtrisez Sage et \
Excel, et vous avez un BTS comptabilité ou un diplôme équivalent ; l'anglais courant serait un plus, le permis B est \
exigé. Le salaire est de 28 000 à 31 000 euros par an et le poste, en CDI, est à pourvoir au 1er mars 2027."""


@pytest.mark.parametrize("text", [ENGLISH, FRENCH], ids=["en", "fr"])
@pytest.mark.parametrize("width", [56, 72, 90, 110])
def test_an_advert_says_the_same_however_wide_its_page_was(text, width):
    wrapped = "\n".join(line for part in text.split("\n") for line in textwrap.wrap(part, width) or [""])
    read, whole = (vacancy_from_text(one, id="v").profile for one in (wrapped, text))
    assert [(r.id, r.importance, r.minimum) for r in read.requirements] == [
        (r.id, r.importance, r.minimum) for r in whole.requirements
    ]
    assert read.title.value == whole.title.value


@pytest.mark.parametrize(
    "text",
    [
        "Head nurse, Saint Mary's Hospital, Leeds, 2015 - 2019\n" * 5,  # entries
        "- a diploma in nursing and some years on a night ward\n" * 5,
        "o experience with wards, and with the people in them\n" * 5,
        "Python, Java, SQL and the things that go with these\tyes\n" * 5,  # columns
        "jo.turner@example.org or by the telephone of my brother\n" * 5,
        "python\njava\nsql\n" * 5,
        "wordpress - four years and two months of experience\nc- less than one year and some months of experience\n"
        * 3,
        "Nurse in a hospital of the north that has many wards and\nMarch 2018 - December 2020\n" * 3,
        "We look after people at night and we do it quite well.\nwe are twelve.\n" * 5,
        f"Our team works on {'very ' * 40}long lines and\nthis one is short and\nthat one too and\nno more\n",
    ],
)
def test_lines_that_end_where_they_end_stay(text):
    assert unwrapped(text) == text


def test_title_above_a_cut_sentence_stays_a_line():
    body = "We are a hospital of four hundred beds in which nobody waits and\nin which you learn.\n" * 3
    assert unwrapped(f"Ward Nurse\n{body}").split("\n")[:2] == [
        "Ward Nurse", "We are a hospital of four hundred beds in which nobody waits and in which you learn."
    ]  # fmt: skip


@given(
    st.lists(
        st.text(alphabet="ab the,.Z9\t-", min_size=0, max_size=90), min_size=0, max_size=12
    )
)  # fmt: skip
def test_twice_changes_nothing_more_and_nothing_moves(lines):
    text = "\n".join(lines)
    once = unwrapped(text)
    assert unwrapped(once) == once and len(once) == len(text)
    assert once.replace("\n", " ") == text.replace("\n", " ")
    assert clean(clean(text)[0])[0] == clean(text)[0]
