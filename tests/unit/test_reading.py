"""Files to structured records."""

import json
from datetime import date

import pytest

from jobfit.errors import InputError, RejectedInput, Rejection
from jobfit.policy.months import experience_total
from jobfit.reading import read_candidates, read_vacancies
from jobfit.records import EducationLevel, LanguageLevel, LanguageSkill

RESUME = {
    "basics": {"name": "Ana Sample", "label": "Software developer", "location": {"city": "Lyon"}},
    "work": [
        {"name": "Acme", "position": "Software developer", "startDate": "2019-03", "endDate": "2021-06"},
        {"name": "Beta", "position": "Tester", "startDate": "2021-07"},
    ],
    "education": [{"institution": "Lyon 1", "studyType": "Bachelor", "area": "Informatics", "endDate": "2018"}],
    "skills": [{"name": "Programming", "keywords": ["Python"]}],
    "languages": [{"language": "French", "fluency": "Native"}],
}
POSTING = {
    "@type": "JobPosting",
    "title": "Software developer",
    "identifier": 4711,
    "jobLocation": {"address": {"addressLocality": "Lyon"}},
    "description": "<p>We write software for clinics.</p>",
    "experienceRequirements": {"monthsOfExperience": 36},
    "skills": "Python",
}


def test_json_resume_is_read_into_a_profile(tmp_path):
    (tmp_path / "ana.json").write_text(json.dumps(RESUME))
    [candidate] = read_candidates(tmp_path / "ana.json")
    profile = candidate.profile
    assert candidate.id == "ana"
    assert profile.name.value == "Ana Sample"
    assert [(held.title.value, held.start, held.end) for held in profile.experiences] == [
        ("Software developer", "2019-03", "2021-06"),
        ("Tester", "2021-07", None),
    ]
    assert experience_total(profile, date(2024, 5, 1)).value.months == 28 + 35
    assert profile.education.value is EducationLevel.BACHELOR
    assert [language.value for language in profile.languages] == [LanguageSkill("fr", LanguageLevel.NATIVE)]
    for stated in (profile.name, profile.education, *profile.skills):
        quote = stated.evidence
        assert candidate.text[quote.start : quote.end] == quote.text


def test_job_posting_is_read_into_requirements(tmp_path):
    (tmp_path / "posting.json").write_text(json.dumps(POSTING))
    [vacancy] = read_vacancies(str(tmp_path / "posting.json"))
    assert vacancy.id == "4711"
    assert vacancy.profile.title.value == "Software developer"
    assert ("experience", 36) in [(asked.id, asked.minimum) for asked in vacancy.profile.requirements]


def test_rejected_input_is_reported_or_raised_and_the_rest_is_read(tmp_path):
    (tmp_path / "1.json").write_text(json.dumps(POSTING))
    (tmp_path / "2.json").write_text('{"basics": ')
    rejects: list[Rejection] = []
    assert len(read_vacancies(tmp_path, rejects=rejects)) == 1
    assert [bad.file for bad in rejects] == [str(tmp_path / "2.json")]
    with pytest.raises(RejectedInput, match=r"2\.json: broken JSON at line 1"):
        read_vacancies(tmp_path)


def test_missing_path_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file or folder"):
        read_candidates([tmp_path / "missing.pdf"])
