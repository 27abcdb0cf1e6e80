import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobfit.folding import even
from jobfit.structure.llm.grounding import occurrences


def found(words, text):
    return [text[start:end] for start, end in occurrences(words, text)]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("Java developer", "a Java\n  DEVELOPER,", ["Java\n  DEVELOPER"]),
        ("l'équipe « A »", "L’ÉQUIPE “ a ”", ["L’ÉQUIPE “ a ”"]),
        ("e\u0301quipe", "équipe", ["équipe"]),
        ("\u00a0Java\t", "Java", ["Java"]),
        ("SQL", "SQL; sql", ["SQL", "sql"]),
        ("infirmier", "de l'infirmier. d’infirmier", ["infirmier", "infirmier"]),
        ("Python", "-Python\n- Python\n•Python|Python/Python", ["Python"] * 5),
        ("C++", "C++, C, C#", ["C++"]),
        ("C", "C++, C, C#, C.", ["C", "C"]),
        (".NET", "Word .NET.", [".NET"]),
        ("İstanbul", "in İstanbul", ["İstanbul"]),  # lower case of another length
        ("R (stats)", "R (stats)", ["R (stats)"]),
    ],
)
def test_words_that_stand_there_are_found_as_they_stand(words, text, expected):
    assert found(words, text) == expected


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Java", "JavaScript"),
        ("Script", "JavaScript"),
        ("equipe", "équipe"),
        ("Java developer", "developer Java"),
        ("Java developer", "Java and developer"),
        ("data-base", "data–base"),
        ("aide", "aide-soignante"),
        ("soignante", "aide-soignante"),
        ("R", "R&D"),
        ("D", "R&D"),
        ("Node", "Node.js"),
        ("js", "Node.js"),
        ("C", "C#"),
        ("2", "B2"),
        ("driver", "driver's licence"),
        ("s", "driver's licence"),
        ("Java", ""),
        ("", "Java"),
        (" \n", "a \n b"),
        (".*", "anything"),
    ],
)
def test_words_that_do_not_stand_there_are_not(words, text):
    assert found(words, text) == []


@given(st.text(max_size=40))
def test_evening_keeps_every_character_in_its_place_and_is_done_once(text):
    assert len(even(text)) == len(text)
    assert even(even(text)) == even(text)


@given(
    st.lists(
        st.sampled_from(["Java", "C++", "l'infirmier", "R&D", "\n", " ", "- ", ",", "É", "aide-", "."]), max_size=12
    )
)
def test_what_is_found_is_the_words_with_other_blanks_and_case(pieces):
    text = "".join(pieces)
    for words in ("java", "c++", "r&d", "é"):
        for start, end in occurrences(words, text):
            assert text[start:end].lower() == words
            assert not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()


def test_search_in_a_long_hostile_text_is_quick():
    started = time.process_time()
    assert found("a " * 200 + "b", "a " * 50_000) == []
    assert time.process_time() - started < 3
