import pytest

from jobfit.retrieval.kinds import TextKind, kind_of, kind_of_corpus, language_of, longer

TITLE, SENTENCE, DOCUMENT = TextKind


@pytest.mark.parametrize(("n", "kind"), [(0, TITLE), (8, TITLE), (9, SENTENCE), (35, SENTENCE), (36, DOCUMENT)])
def test_kind_of_goes_by_length(n, kind):
    assert kind_of(n) is kind


def test_kind_of_corpus_is_that_of_the_median():
    assert kind_of_corpus([["x"] * n for n in (1, 20, 500)]) is SENTENCE
    assert kind_of_corpus([]) is TITLE


@pytest.mark.parametrize(("one", "other"), [(TITLE, DOCUMENT), (DOCUMENT, TITLE), (DOCUMENT, SENTENCE)])
def test_longer_side_decides(one, other):
    assert longer(one, other) is DOCUMENT


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Primary school teacher", "en"),
        ("Professeur des écoles", "fr"),
        ("Chargé de recrutement", "fr"),
        ("Warehouse operative", "en"),
        ("Verkäufer im Einzelhandel", None),
        ("Pielęgniarka", None),
        ("медсестра", None),
        ("", None),
        ("2019 - 2024", None),
    ],
)
def test_language_of_short_texts(text, language):
    assert language_of(text) == language


def test_language_of_letters_exchanged_is_no_language_even_where_function_words_are_voted_for():
    assert language_of("the of and to with " + "xkzqw vbnmt pqxzk wvkjq " * 20) is None
