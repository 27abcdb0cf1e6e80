"""Whatever the text: every quote of a profile stands in the text where it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobfit.records import CandidateProfile, Evidence
from jobfit.structure.candidate import read_candidate_profile
from jobfit.taxonomy.compact import load_compact

PIECES = """Ann Lee|\n|Développeur Java|\nExperience\n|EDUCATION:|2019 -|2021|present|since|à|Présent|Nurse|MSc|Bac+5|
Master|English (C1)|native French,|permis B|no|CE|Location: Paris|
Tel-Aviv|75011 Lyon|;|remote|CDI|•|\t|\u2013|\u00a0|\u0130|
Skills:|C++|C#|.NET|Go, R|Excel|Node.js|Mobilité :|10+ years of experience|\n\n|
March 2019|/|03/2019|(|)|.|Summer 2020"""
WORDS = st.sampled_from(PIECES.split("|"))


def quotes(profile: CandidateProfile) -> Iterator[Evidence]:
    single = (profile.name, profile.title, profile.claimed_months, profile.education, profile.location)
    yield from (item.evidence for item in single if item)
    for experience in profile.experiences:
        yield from (experience.evidence, *((experience.title.evidence,) if experience.title else ()))
    many = (profile.skills, profile.languages, profile.licences, profile.wished_locations, profile.conditions)
    for items in many:
        yield from (item.evidence for item in items)


def check(text: str) -> None:
    profile = read_candidate_profile(text, load_compact())
    for evidence in quotes(profile):
        assert text[evidence.start : evidence.end] == evidence.text
    ends = [section.end for section in profile.sections]
    assert [section.start for section in profile.sections] == ([0, *ends[:-1]] if ends else [])
    assert not ends or ends[-1] == len(text)
    for experience in profile.experiences:
        assert (experience.start is None) == (experience.end is None and not experience.current)
        assert not (experience.current and experience.end)
        assert experience.end is None or (experience.start or "") <= experience.end


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_evidence_of_texts_made_of_cv_words_is_exact(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_evidence_of_any_text_is_exact(text: str) -> None:
    check(text)


def test_evidence_on_real_files_is_exact(shared_data: Path) -> None:
    docx = pytest.importorskip("docx")
    files = sorted((shared_data / "cv-docx").glob("*.docx"))
    assert len(files) == 65
    for file in files:
        check("\n".join(paragraph.text for paragraph in docx.Document(str(file)).paragraphs))
