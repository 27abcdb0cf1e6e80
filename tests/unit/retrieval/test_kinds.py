import pytest

from jobfit.documents.esco_text import SkillsFrom
from jobfit.preparation.variants import esco_variant
from jobfit.records import Candidate, Source
from jobfit.retrieval.kinds import (
    TextKind,
    is_list,
    kind_of,
    kind_of_comparison,
    kind_of_corpus,
)
from jobfit.taxonomy.compact import load_compact

TITLE, SENTENCE, LIST, DOCUMENT = TextKind


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


def test_kind_of_comparison_of_a_list_is_that_of_lists_only_between_texts_of_a_sentences_length():
    short, long = "a1, b1, c1, d1", ", ".join(f"a{n}" for n in range(36))
    assert [kind_of_comparison(short, corpus) for corpus in (TITLE, SENTENCE, DOCUMENT)] == [TITLE, LIST, DOCUMENT]
    assert kind_of_comparison(long, SENTENCE) is DOCUMENT
    assert kind_of_comparison(long.rsplit(",", 1)[0], TITLE) is SENTENCE  # a list of 35 terms asks for a title
    assert kind_of_comparison("a1 b1 c1 d1", SENTENCE) is SENTENCE
