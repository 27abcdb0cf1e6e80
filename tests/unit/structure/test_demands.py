import pytest

from jobfit.structure.vacancy import find_bare_levels, find_experience, find_required_place


@pytest.mark.parametrize(
    ("sentence", "months"),
    [
        ("at least 3 years of experience", 36),
        ("3+ years' experience", 36),
        ("5+ years of experience in Microsoft technology stack", 60),
        ("Junior developer (1-4 years experience)", 12),
        ("Minimum of 2 years' experience developing applications", 24),
        ("Minimum 3 years experience", 36),
        ("Experience: 3 years", 36),
        ("At least five years as a nurse", 60),
        ("18 months of experience", 18),
        ("2 ans d'expérience minimum", 24),
        ("Expérience de 3 ans minimum", 36),
        ("Expérience d'au moins 5 ans en cuisine", 60),
        ("Vous avez trois ans d’expérience", 36),
        ("2 à 5 ans d'expérience", 24),
        ("3 years of hands-on experience", 36),
    ],
)
def test_find_experience_gives_the_lower_end_in_months(sentence, months):
    found = find_experience(sentence)
    assert found.value == months
    assert sentence[found.evidence.start : found.evidence.end] == found.evidence.text


@pytest.mark.parametrize(
    "sentence",
    [
        "We have 30 years of experience",
        "Our company was founded 20 years ago",
        "Experience is welcome",
        "a 3 year contract",
        "Première expérience appréciée",
        "Notre entreprise a 40 ans d'expérience",
        "",
    ],
)
def test_find_experience_that_asks_for_none_gives_none(sentence):
    assert find_experience(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("You must be based in Lyon.", "lyon"),
        ("Candidates must live near London", "london"),
        ("Vous devez résider à Paris", "paris"),
        ("Our office is in Lyon", None),
        ("You must be based in a quiet place", None),
    ],
)
def test_find_required_place_only_where_the_sentence_insists(sentence, place):
    found = find_required_place(sentence)
    assert (found and found.value) == place


@pytest.mark.parametrize(
    ("sentence", "levels"),
    [
        ("Education: BA or higher", [6]),
        ("Computer Science Undergrad / BS", [6]),
        ("Bac exigé", [4]),
        ("Formation : Bac minimum", [4]),
        ("Formation : Bac+5", []),  # read by the rules for diplomas
        ("Work with BA and QA colleagues", []),
        ("Licence exigée", [6]),
        ("Licence to drive, good education", []),
        ("Bac à légumes", []),
    ],
)
def test_find_bare_levels_only_where_education_is_the_subject(sentence, levels):
    assert [item.value for item in find_bare_levels(sentence)] == levels
