import pytest

from jobfit.records import Importance
from jobfit.structure.importance import importance_at, is_not_needed, may_not_need


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
        ("we'd love to hear from you!you must be allowed to work in france", "be allowed to work", ("must", True)),
        ("nous utilisons java", "java", ("must", False)),
        ("java would be great but is not essential", "java", ("nice", True)),
        ("experience with java is ideal, but not required", "java", ("nice", True)),
        ("testing is nice to have, but is not required (selenium, java)", "java", ("nice", True)),
        ("java n'est pas obligatoire mais serait un plus", "java", ("nice", True)),
        ("ideally java, but this is not mandatory", "java", ("nice", True)),
        ("docker is helpful but not necessary, java is required", "java", ("must", True)),
        ("java required, php not required", "java", ("must", True)),
        ("java, php not required", "java", ("must", False)),
        ("we no longer use php, our stack is java", "java", ("must", False)),
        ("familiarity with java", "java", ("must", False)),
        ("degree plus 5 years of java", "java", ("must", False)),
        ("java, which is a plus", "java", ("nice", True)),
        ("we are looking for someone who is familiar with java", "java", ("must", True)),
        ("the ideal candidate will have java", "java", ("must", True)),
        ("un profil maitrisant java", "java", ("must", True)),
        ("you will have the opportunity to learn java", "java", ("must", False)),
        ("java as required", "java", ("must", False)),
        ("experience with the following is a plus: java, php", "java", ("nice", True)),
        ("technologies required: java, php", "java", ("must", True)),
        ("apprecie : java, php", "java", ("nice", True)),
        ("sql skills are essential, including java", "java", ("must", True)),
        ("la maitrise de sql est indispensable, notamment java", "java", ("must", True)),
        ("java, and strong excel skills preferred", "java", ("must", False)),
        ("java, and strong excel skills preferred", "excel", ("nice", True)),
        ("java and experience with docker desirable", "java", ("must", False)),
        ("java, with docker a plus", "java", ("must", False)),
        ("java, et une bonne maitrise de docker serait un plus", "java", ("must", False)),
        ("java, docker is a plus", "java", ("must", False)),
        ("java, docker is a plus", "docker", ("nice", True)),
        ("java, docker serait un plus", "java", ("must", False)),
        ("java, docker or php is a plus", "java", ("must", False)),
        ("php, java, and docker is a plus", "java", ("nice", True)),
        ("java, docker preferred", "java", ("nice", True)),
    ],
)
def test_importance_at_nearest_words_beat_the_section(sentence, word, expected):
    assert says(sentence, word) == expected


@pytest.mark.parametrize("section", ["header", "company", "responsibilities", "description", "nice_to_have", None])
def test_importance_at_outside_of_requirements_a_mention_is_nice(section):
    assert says("java", "java", section) == ("nice", False)
    assert says("at least java", "java", "nice_to_have") == ("nice", False)
    assert says("java is required", "java", section) == ("must", True)


@pytest.mark.parametrize(
    "sentence",
    [
        "experience with java",
        "- 5+ years of java",
        "strong knowledge of java",
        "bonne connaissance de java",
        "maitrise de java",
        "comfortable with java",
        "exposure to java",
        "solid grasp of java",
        "understands java",
        "3+ of hands-on development experience with java",
        "superior reporting and documentation expertise including java",
        "vous etes a l'aise avec java",
        "a l'aise avec java",
        "une premiere experience de java",
        "experience deploying java services",
        "experience as a developer using java",
        "hands on with java",
        "has worked with java in production",
        "possesses strong java skills",
        "commercial experience with java",
        "good at java",
        "knowledge: java",
        "5+ years java",
        "3 years' hands-on experience in java",
        "expert java",
        "aisance avec java",
        "savoir utiliser java",
        "justifier d'une experience de java",
        "une experience significative en java",
        "connaissances : java",
    ],
)
def test_importance_at_a_sentence_that_opens_with_a_demand_insists_in_any_part_but_the_wishes(sentence):
    assert says(sentence, "java", "header") == says(sentence, "java", "responsibilities") == ("must", False)
    assert says(sentence, "java", "nice_to_have") == ("nice", False)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("the candidate will have experience with java", "must"),
        ("applicants should have a background in java", "must"),
        ("looking for a developer with java experience", "must"),
        ("java experience needed", "must"),
        ("requires java", "must"),
        ("the role requires java", "must"),
        ("at least 3 years working with java", "must"),
        ("le candidat devra maitriser java", "must"),
        ("nous recherchons un developpeur avec une experience en java", "must"),
        ("java indispensable", "must"),
        ("deploy at least two java services a week", "nice"),
        ("build the java services that the teams need", "nice"),
        ("deployer au moins deux services java", "nice"),
    ],
)
def test_importance_at_a_demand_of_a_person_insists_among_the_tasks(sentence, expected):
    assert says(sentence, "java", "responsibilities")[0] == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "java is no longer required",
        "you do not need to know java",
        "you don't need to know php or java",
        "no java experience needed",
        "no knowledge of java required.",
        "no prior experience with java is necessary",
        "we no longer use java",
        "there is no need to know java",
        "java: not needed",
        "php (a must), java (not essential)",
        "java isn't required",
        "knowledge of java is unnecessary",
        "you need not know java",
        "neither php nor java is required",
        "java n'est pas necessaire",
        "la connaissance de java n'est pas exigee",
        "pas besoin de connaitre java",
        "vous n'avez pas besoin de maitriser java",
        "aucune connaissance de java requise",
        "java n'est plus utilise",
        "il n'est pas necessaire de connaitre java",
        "inutile de connaitre java",
        "ni php ni java ne sont exiges",
        "you won't need any java",
        "java will not be necessary",
        "we aren't looking for java developers",
        "it is not necessary to know java",
        "you do not have to be a java expert",
        "we don't care whether you know java",
        "whether you know java or not does not matter",
        "zero java knowledge needed",
        "candidates without java are welcome",
        "not required: php, java, perl",
        "java (not required)",
        "java non demande",
        "java ne sera pas necessaire",
        "nul besoin de java",
        "java (superflu)",
        "non requis : php, java",
    ],
)
def test_is_not_needed_says_so_in_words(sentence):
    start = sentence.index("java")
    assert may_not_need(sentence) and is_not_needed(sentence, start, start + 4)
    assert says(sentence, "java") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "java is required",
        "without java you will not succeed",
        "you will never be bored with java",
        "not only java",
        "no less than 3 years of java",
        "java not required but a plus",
        "we do not need php but java",
        "php is not required, java is required",
        "java serait un plus",
        "pas seulement java",
        "sans java, votre candidature ne sera pas retenue",
        "java is not optional",
        "if you do not know java, do not apply",
        "java n'est pas exige mais serait un plus",
        "experience with nodejs, java",
        "push notifications, java",
        "familiarity with ninject, java",
        "connaissance de nifi, java",
    ],
)
def test_is_not_needed_what_is_asked_for_or_not_clear(sentence):
    start = sentence.index("java")
    assert not is_not_needed(sentence, start, start + 4)


def test_importance_at_far_marker_says_nothing():
    assert says("java " + "and more " * 20 + "is a plus", "java") == ("must", False)


def test_importance_at_words_rank_before_sections():
    ranks = [
        importance_at(sentence, 0, 4, section).rank
        for sentence, section in [
            ("java is required", None),
            ("java is optional", "requirements"),
            ("java", "requirements"),
            ("java is a plus", "requirements"),
            ("java", "nice_to_have"),
            ("java", None),
        ]
    ]
    assert ranks == [0, 1, 2, 3, 4, 5]
    assert importance_at("java", 0, 4, "profile").importance is Importance.MUST
