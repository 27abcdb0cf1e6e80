"""A record becomes a masked document by default; templates write the profile in a fixed order."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import jobfit.documents
from jobfit.documents.render import render
from jobfit.documents.templates import RAW, STRUCTURED, Structured
from jobfit.reading import read_candidate_text
from jobfit.records import (
    Candidate,
    CandidateProfile,
    EducationLevel,
    Evidence,
    Experience,
    Importance,
    LanguageSkill,
    Requirement,
    RequirementKind,
    Source,
    Stated,
    Vacancy,
    VacancyProfile,
)
from jobfit.taxonomy.model import Skill, Taxonomy

SOURCE = Source("cv.txt", "text", "0")
TEXT = "Rose Baker\nWaitress\nwith Rose in the team, Excel, French, MSc"


def _quote(text: str) -> Evidence:
    start = TEXT.index(text)
    return Evidence(text, start, start + len(text))


def _candidate(**fields: object) -> Candidate:
    return Candidate("c1", TEXT, "en", SOURCE, profile=CandidateProfile(**fields))


def test_render_default_masks_and_keeps_the_id():
    document = render(Candidate("c1", "Jane Doe\nNurse", "en", SOURCE))
    assert (document.id, document.text) == ("c1", "\nNurse")


def test_render_unmasked_gives_the_text_as_it_is():
    assert render(_candidate(), RAW, masked=False).text == TEXT


def test_render_masks_the_name_of_the_profile():
    text = "Nurse\nEXPERIENCE\nwith Tamsin Ollerenshaw in a team"
    name = Stated("Tamsin Ollerenshaw", Evidence("Tamsin Ollerenshaw", 22, 40))
    record = Candidate("c1", text, "en", SOURCE, profile=CandidateProfile(name=name))
    assert render(record).text == "Nurse\nEXPERIENCE\nwith in a team"


def test_structured_candidate_gives_one_line_for_each_known_field():
    position = Experience(Stated("Waitress", _quote("Waitress")), "2019-01", "2020-12", False, _quote("Waitress"))
    record = _candidate(
        name=Stated("Rose Baker", _quote("Rose Baker")),
        title=Stated("Waitress", _quote("Waitress")),
        experiences=(position, replace(position, start=None, end=None), replace(position, title=None)),
        education=Stated(EducationLevel.MASTER, _quote("MSc")),
        skills=(Stated("excel", _quote("Excel")),),
        languages=(Stated(LanguageSkill("fr"), _quote("French")),),
    )
    expected = (
        "Title: Server.\nExperience: Server (24 months); Server.\nEducation: MSc.\nSkills: Excel.\nLanguages: French."
    )
    assert render(record, STRUCTURED).text == expected


def test_structured_with_a_taxonomy_writes_preferred_labels():
    taxonomy = Taxonomy("t", {"excel": Skill("excel", {"en": ("spreadsheets",), "fr": ("tableurs",)})}, {})
    record = replace(_candidate(skills=(Stated("excel", _quote("Excel")),)), language="fr")
    assert render(record, Structured(taxonomy)).text == "Compétences: tableurs."


def test_structured_vacancy_gives_title_skills_and_requirements():
    requirements = (
        Requirement("skill:excel", RequirementKind.SKILL, "Excel", "excel", Importance.MUST),
        Requirement("language:fr", RequirementKind.LANGUAGE, "French B2", "fr", Importance.NICE),
    )
    title = Stated("Waitress", _quote("Waitress"))
    vacancy = Vacancy("v1", TEXT, "en", SOURCE, profile=VacancyProfile(title=title, requirements=requirements))
    assert render(vacancy, STRUCTURED).text == "Title: Server.\nSkills: Excel.\nRequirements: French B2."


def test_structured_unknown_profile_gives_empty_text():
    assert render(_candidate(), STRUCTURED).text == ""


@pytest.mark.parametrize("path", sorted(Path(jobfit.documents.__file__).parent.rglob("*.py")), ids=lambda p: p.name)
def test_documents_import_no_protected_attribute(path):
    modules = [
        getattr(node, "module", None) or alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    ]
    assert not [m for m in modules if m.startswith("jobfit.groups")]


def test_render_of_a_cv_that_was_just_read_masks_it_once(monkeypatch):
    text = "Jane Doe\nNurse\nShe has 5 years of experience."
    reading = read_candidate_text(text)
    record = Candidate("c1", text, reading.language, Source("cv.txt", "text", ""), reading.profile)
    with monkeypatch.context() as patch:
        patch.setattr("jobfit.documents.render.mask", None)
        assert render(record).text == reading.masked.text
    assert render(record).text == reading.masked.text
