import pytest

from jobfit.retrieval.kinds import TextKind, kind_of, kind_of_corpus, language_of, language_of_corpus, longer

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


def test_language_of_text_for_two_languages_is_that_of_the_texts_it_is_compared_with():
    assert [language_of("Communication", among) for among in ("en", "fr")] == ["en", "fr"]
    assert language_of("Infirmière de nuit", "en") == "fr"
    assert language_of("медсестра", "en") is None


def test_language_of_corpus_does_not_depend_on_its_order():
    ids, documents = ["a", "b"], [["nurse", "night"], ["bricklayer"]]
    assert language_of_corpus(ids, documents) == language_of_corpus(ids[::-1], documents[::-1]) == "en"
    assert language_of_corpus([], []) is None


def test_language_of_letters_exchanged_is_no_language_even_where_function_words_are_voted_for():
    assert language_of("the of and to with " + "xkzqw vbnmt pqxzk wvkjq " * 20) is None
