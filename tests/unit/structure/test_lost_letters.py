"""Texts that lost letters or breaks: ligatures of some PDFs, and the ends of lines of some pages."""

import pytest

from jobfit.structure.candidate import read_candidate_profile
from jobfit.structure.ligatures import are_lost
from jobfit.structure.vacancy import read_vacancy_profile
from jobfit.taxonomy.compact import load_compact

CV = "Ann Lee\n{}\n\nSUMMARY\nKeen on {}.\n\nSKILLS\n{}\n"


@pytest.mark.parametrize(
    ("title", "summary", "read"),
    [
        ("Soware Engineer", "applicaons and informaon", "Software Engineer"),
        ("Chief Operaons Ocer", "conguraon and soluons", "Chief Operations Officer"),
        ("NOTICAON MANAGER", "educaon and posions", "NOTICAON MANAGER"),  # no word of the list
        ("Gesonnaire de formaons", "organisaon et communicaon", "Gestionnaire de formations"),
        ("Soware Engineer", "hills and valleys", "Soware Engineer"),  # nothing else lost a ligature
    ],
)
def test_a_title_has_whole_words_where_the_text_lost_its_ligatures(title: str, summary: str, read: str) -> None:
    text = CV.format(title, summary, "Java")
    found = read_candidate_profile(text, load_compact()).title
    assert found is not None
    assert (found.value, found.evidence.text) == (read, title)


def test_skills_are_found_in_words_without_ligatures_and_quoted_as_written() -> None:
    text = CV.format("Analyst", "applicaons, soluons and integraon", "conguraon management, soware tesng")
    skills = {item.value: item.evidence.text for item in read_candidate_profile(text, load_compact()).skills}
    assert skills["configuration-management"] == "conguraon management"


def test_one_odd_word_proves_nothing() -> None:
    assert not are_lost("mr applicaon wrote soware? no: soware alone".replace("applicaon", "smith"))
    assert are_lost("soware and applicaons")


@pytest.mark.parametrize(
    ("glued", "asked"),
    [
        ("CitrixVMWareLinux", {"citrix", "vmware", "linux"}),
        ("jQueryCSSExperience with Docker", {"jquery", "css", "docker"}),
        ("SQL ServerUnit testingJava", {"sql-server", "unit-testing", "java"}),
    ],
)
def test_skills_are_read_apart_where_the_page_lost_its_breaks(glued: str, asked: set[str]) -> None:
    page = f"Office Coordinator\nRequirements: reliable transportAble to lift boxesWork in teamsPatient.Calm.{glued}"
    assert asked <= {requirement.value for requirement in read_vacancy_profile(page, "en").requirements}


def test_a_name_with_two_humps_stays_whole_where_no_break_was_lost() -> None:
    page = "Office Coordinator\n\nRequirements\nFamiliarity with JavaRanch and a driving licence.\n"
    assert "java" not in {requirement.value for requirement in read_vacancy_profile(page, "en").requirements}
