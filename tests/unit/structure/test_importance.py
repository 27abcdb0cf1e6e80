import pytest

from jobfit.records import Importance
from jobfit.structure.importance import importance_at


def says(sentence, word, section="requirements"):
    start = sentence.index(word)
    said = importance_at(sentence, start, start + len(word), section)
    return said and (said.importance.value, said.by_words)


@pytest.mark.parametrize(
    ("sentence", "word", "expected"),
    [
        ("java", "java", ("must", False)),
        ("java is a plus", "java", ("nice", True)),
        ("java serait un plus", "java", ("nice", True)),
        ("idealement, vous connaissez java", "java", ("nice", True)),
        ("java is required, docker is a plus", "java", ("must", True)),
        ("java is required, docker is a plus", "docker", ("nice", True)),
        ("pas de diplome exige, cap souhaite", "cap", ("nice", True)),
        ("knowledge of sage would be an advantage", "sage", ("nice", True)),
        ("java is not required", "java", None),
        ("java not required but a plus", "java", ("nice", True)),
        ("no prior java experience", "java", None),
        ("sans java", "java", None),
        ("no less than java", "java", ("must", True)),
        ("nous utilisons java", "java", ("must", False)),
    ],
)
def test_importance_at_nearest_words_beat_the_section(sentence, word, expected):
    assert says(sentence, word) == expected


@pytest.mark.parametrize("section", ["header", "company", "responsibilities", "description", "nice_to_have", None])
def test_importance_at_outside_of_requirements_a_mention_is_nice(section):
    assert says("java", "java", section) == ("nice", False)
    assert says("at least java", "java", "nice_to_have") == ("nice", False)
    assert says("java is required", "java", section) == ("must", True)


def test_importance_at_far_marker_says_nothing():
    assert says("java " + "and more " * 20 + "is a plus", "java") == ("must", False)


def test_importance_at_words_rank_before_sections():
    ranks = [
        importance_at(sentence, 0, 4, section).rank
        for sentence, section in [
            ("java is required", None),
            ("java is a plus", "requirements"),
            ("java", "requirements"),
            ("java", None),
        ]
    ]
    assert ranks == [0, 1, 2, 3]
    assert importance_at("java", 0, 4, "profile").importance is Importance.MUST
