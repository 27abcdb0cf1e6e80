"""Which skills a CV shows: by kinds of them, and by wide names."""

from dataclasses import replace

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
        ("spring-security", "spring", "Spring Security"),
        ("postgresql", "sql", "PostgreSQL"),
        ("django", "python", "Django"),
        ("spring-batch", "object-oriented-programming", "Spring Batch"),  # of Spring, of Java
        ("kotlin", "programming-languages", "Kotlin"),
        ("fortran-language", "programming-languages", "Fortran"),
        ("smed", "continuous-improvement", "SMED"),
        ("patent-drafting", "intellectual-property", "patent drafting"),
        ("silae", "payroll", "Silae"),
        ("subcutaneous-injections", "patient-care", "injections sous-cutanées"),
        ("haircutting", "hairdressing", "coupe de cheveux"),
        ("linkedin-recruiter", "recruitment", "LinkedIn Recruiter"),
    ],
)
def test_who_has_a_kind_has_the_skill_by_the_same_quote(kind, broader, words):
    found = shown(f"Ann Lee\n\nSkills: {words}, Excel\n")
    assert found[kind] == found[broader] == words


def test_a_taxonomy_whose_relations_imply_nothing_adds_nothing():
    cv, esco = "Ann Lee\n\nSkills: GitHub, Django\n", replace(load_compact(), implies=False)
    assert {item.value for item in read_candidate_profile(cv, esco).skills} == {"github", "django"}


def test_what_only_sounds_like_a_kind_is_none():
    assert "programming-languages" not in shown("Ann Lee\n\nSkills: product assembly, SQL, HTML, Excel\n")
    assert "object-oriented-programming" not in shown("Ann Lee\n\nSkills: COBOL, Fortran\n")


def test_the_skill_shows_none_of_its_kinds():
    found = shown("Ann Lee\n\nSkills: ETL, cryptography, AML, version control\n")
    assert found.keys() == {"etl", "cryptography", "anti-money-laundering", "version-control"}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("I have never used GitHub.", "github"),
        ("I have never used Spring Security.", "spring-security"),
        ("Je souhaite me former à la vente B2B.", "b2b-sales"),
    ],
)
def test_a_kind_that_is_denied_or_wanted_says_nothing_of_the_skill(said, kind):
    profile = read_candidate_profile(f"Ann Lee\n\nSkills: Scratch\n{said}\n", load_compact())
    assert {item.value for item in profile.skills} == {"scratch"}
    assert {item.value for item in profile.disclaimed} == {kind}


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
    profile = read_candidate_profile(f"Ann Lee\n\nSkills: Scratch\n{line}\n", load_compact())
    assert {item.value for item in profile.skills} == {"scratch"}
    assert {item.value for item in profile.disclaimed} == {"php", "perl"}


@pytest.mark.parametrize("line", ["I don't want to use PHP any longer.", "Je ne souhaite plus travailler avec PHP."])
def test_who_is_tired_of_a_skill_may_have_it(line):
    profile = read_candidate_profile(f"Ann Lee\n\nSkills: Scratch\n{line}\n", load_compact())
    assert "php" not in {item.value for item in profile.disclaimed}
