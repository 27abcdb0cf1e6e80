import pytest

from jobfit.documents.esco_text import SkillsFrom
from jobfit.preparation.variants import esco_variant
from jobfit.records import Candidate, Source
from jobfit.retrieval.kinds import (
    Comparison,
    TextKind,
    comparison,
    is_list,
    kind_of,
    kind_of_corpus,
)
from jobfit.taxonomy.compact import load_compact

TITLE, SENTENCE, DOCUMENT = TextKind


@pytest.mark.parametrize(("n", "kind"), [(0, TITLE), (8, TITLE), (9, SENTENCE), (35, SENTENCE), (36, DOCUMENT)])
def test_kind_of_goes_by_length(n, kind):
    assert kind_of(n) is kind


def test_kind_of_corpus_is_that_of_the_median():
    assert kind_of_corpus([["x"] * n for n in (1, 20, 500)]) is SENTENCE
    assert kind_of_corpus([]) is TITLE


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("a, b, c, d", True),
        ("a\nb\nc; d", True),
        ("- a\n- b | c • d", True),
        ("a, b, c", False),  # one phrase too few
        ("a,, ; ,\n-, b, c", False),  # nothing stands between
        ("", False),
        ("o o o o o o, o o o o o o, o o o o o o, o o o o o o", True),  # six words a phrase
        ("o o o o o o, o o o o o o, o o o o o o, o o o o o o o", False),  # 25 words in four phrases
        ("On the night shift you prepare and dispense medicines, watch over twenty residents of a care home, write "
         "down what happened to each of them, and tell the day shift what is left to do", False),
    ],
)  # fmt: skip
def test_is_list_goes_by_phrases_and_their_words(text, lists):
    assert is_list(text) is lists


@pytest.mark.parametrize("language", ["en", "fr"])
def test_is_list_sees_that_the_esco_variant_lists_labels(language):
    record = Candidate("c1", "Python, PostgreSQL, Linux, Docker, Kubernetes", "en", Source("cv.txt", "text", ""))
    variant = esco_variant(load_compact(), language=language, use=SkillsFrom.EVIDENCED)
    assert is_list(next(variant.render([record])).text)


@pytest.mark.parametrize(
    ("words", "corpus", "expected"),
    [
        (2, TITLE, Comparison.TITLES),
        (20, TITLE, Comparison.SENTENCE_TITLES),
        (99, TITLE, Comparison.DOCUMENT_TITLES),
        (2, SENTENCE, Comparison.SENTENCES),
        (20, SENTENCE, Comparison.SENTENCES),
        (99, SENTENCE, Comparison.DOCUMENTS),
        (2, DOCUMENT, Comparison.DOCUMENTS),
        (99, DOCUMENT, Comparison.DOCUMENTS),
    ],
)
def test_comparison_goes_by_what_asks_and_what_is_searched(words, corpus, expected):
    assert comparison(" ".join(f"a{n}" for n in range(words)), corpus) is expected


def test_lists_are_compared_as_lists_only_between_texts_of_a_sentences_length_or_where_both_are_rendered():
    short, long = "a1, b1, c1, d1", ", ".join(f"a{n}" for n in range(36))
    assert comparison(short, SENTENCE) is Comparison.LISTS
    assert comparison(short, TITLE) is Comparison.TITLES
    assert comparison(long, SENTENCE) is Comparison.DOCUMENTS
    assert comparison(long, DOCUMENT, rendered=True) is Comparison.LISTS
    assert comparison("a1 b1 c1 d1", SENTENCE) is Comparison.SENTENCES
