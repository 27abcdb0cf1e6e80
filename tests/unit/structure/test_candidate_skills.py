"""Which skills a CV shows: by kinds of them, and by wide names."""

import pytest

from jobfit.structure.candidate import read_candidate_profile
from jobfit.taxonomy.compact import load_compact


def shown(cv: str) -> dict[str, str]:
    return {item.value: item.evidence.text for item in read_candidate_profile(cv, load_compact()).skills}


@pytest.mark.parametrize(
    ("kind", "broader", "words"),
    [
        ("junit", "unit-testing", "JUnit"),
        ("github", "git", "GitHub"),
        ("ssis", "etl", "SSIS"),
        ("kyc", "anti-money-laundering", "KYC"),
        ("pki", "cryptography", "PKI"),
        ("external-audit", "auditing", "audit légal"),
    ],
)
def test_who_has_a_kind_has_the_skill_by_the_same_quote(kind, broader, words):
    found = shown(f"Ann Lee\n\nSkills: {words}, SQL\n")
    assert found[kind] == found[broader] == words


def test_the_skill_shows_none_of_its_kinds():
    assert shown("Ann Lee\n\nSkills: Git, unit testing\n").keys() == {"git", "unit-testing"}
    found = shown("Ann Lee\n\nSkills: ETL, cryptography, AML\n")
    assert found.keys() == {"etl", "cryptography", "anti-money-laundering"}


def test_a_kind_that_is_denied_or_wanted_says_nothing_of_the_skill():
    profile = read_candidate_profile("Ann Lee\n\nSkills: SQL\nI have never used GitHub.\n", load_compact())
    assert {item.value for item in profile.skills} == {"sql"}
    assert {item.value for item in profile.disclaimed} == {"github"}


def test_a_denied_skill_is_not_shown_by_a_kind_of_it():
    profile = read_candidate_profile("Ann Lee\n\nSkills: GitHub\nNever used Git.\n", load_compact())
    assert "git" not in {item.value for item in profile.skills}


@pytest.mark.parametrize("heading", ["Skills", "Compétences"])
def test_wide_names_are_skills_where_a_section_of_skills_lists_them(heading):
    assert "end-user-training" in shown(f"Ann Lee\n\n{heading}\nSQL, end-user training\n")
    assert "end-user-training" not in shown("Ann Lee\n\nExperience\n2019 - 2020: SQL, end-user training\n")


@pytest.mark.parametrize(
    "line",
    [
        "I don't want to work with PHP or Perl.",
        "I would rather not use PHP, Perl.",
        "Je ne souhaite pas travailler avec PHP et Perl.",
    ],
)
def test_what_a_person_refuses_to_work_with_is_not_claimed(line):
    profile = read_candidate_profile(f"Ann Lee\n\nSkills: SQL\n{line}\n", load_compact())
    assert {item.value for item in profile.skills} == {"sql"}
    assert {item.value for item in profile.disclaimed} == {"php", "perl"}


@pytest.mark.parametrize("line", ["I don't want to use PHP any longer.", "Je ne souhaite plus travailler avec PHP."])
def test_who_is_tired_of_a_skill_may_have_it(line):
    profile = read_candidate_profile(f"Ann Lee\n\nSkills: SQL\n{line}\n", load_compact())
    assert "php" not in {item.value for item in profile.disclaimed}
