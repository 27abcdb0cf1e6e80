import pytest

from jobfit.ingest.parse.clean import clean
from jobfit.ingest.parse.torn import mend

TORN = """Looking f or a s enior w elding p osition i n M arseille
Languages: E nglish, F rench, P olish
Harbour Y ards ( F rance, M arseille) I w as a w elder a s a p art o f a t eam o f s hipwrights
June 2 017 - F ebruary 2 019
Skills: C ++, C #, M S S QL, T FS"""


def test_torn_words_of_a_torn_text_are_joined() -> None:
    assert mend(TORN).splitlines() == [
        "Looking for a senior welding position in Marseille",
        "Languages: English, French, Polish",
        "Harbour Yards ( France, Marseille) I was a welder as a part of a team of shipwrights",
        "June 2017 - February 2019",
        "Skills: C++, C#, MS SQL, TFS",
    ]


def test_whole_lines_of_a_torn_text_stay() -> None:
    line = "I am a welder with a licence B and vitamin C in a drawer"
    assert mend(f"{line}\n{TORN}").splitlines()[0] == line


@pytest.mark.parametrize(
    "text",
    [
        "R programming, C programming and plan B drafting at X university",
        "Driving licences: A B C D E",
        "Permis : B C D E F",
        "J O H N S M I T H",
        "We chose plan b when a c compiler failed",
    ],
)
def test_single_letters_of_a_whole_text_stay(text: str) -> None:
    assert mend(text) == text


@pytest.mark.parametrize(
    ("spaced", "word"),
    [
        ("E x p e r i e n c e", "Experience"),
        ("F o r m a t i o n", "Formation"),
        ("S i t e   M a n a g e r", "Site Manager"),
        ("W o r k H i s t o r y", "Work History"),
        ("U N A L   M A R S H", "UNAL MARSH"),
    ],
)
def test_spaced_letters_are_a_word(spaced: str, word: str) -> None:
    assert clean(f"{spaced}\nand so on")[0] == f"{word}\nand so on"


def test_cleaning_twice_changes_nothing() -> None:
    once = clean(TORN)[0]
    assert clean(once)[0] == once
