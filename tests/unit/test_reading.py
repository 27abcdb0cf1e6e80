"""Files to structured records."""

import json
from datetime import date

import pytest

from jobfit.documents.masking import TextKind
from jobfit.errors import InputError, RejectedInput, Rejection
from jobfit.policy.months import experience_total
from jobfit.reading import candidate_from_text, masked_texts, read_candidates, read_vacancies, vacancy_from_text
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


def test_bad_file_is_told_and_the_rest_is_read(tmp_path, caplog):
    (tmp_path / "1.json").write_text(json.dumps(POSTING))
    (tmp_path / "2.json").write_text('{"basics": ')
    read = read_vacancies(tmp_path)
    assert [vacancy.id for vacancy in read] == ["4711"]
    assert [bad.file for bad in read.rejects] == [str(tmp_path / "2.json")]
    assert "1 inputs were not read" in caplog.text and "2.json: broken JSON at line 1" in caplog.text
    rejects: list[Rejection] = []
    assert read_vacancies(tmp_path, rejects=rejects) == read
    assert tuple(rejects) == read.rejects


def test_nothing_but_bad_files_is_an_error_unless_the_rejects_are_wanted(tmp_path):
    (tmp_path / "2.json").write_text('{"basics": ')
    with pytest.raises(RejectedInput, match=r"2\.json: broken JSON at line 1"):
        read_vacancies(tmp_path)
    assert read_vacancies(tmp_path, rejects=[]) == ()


def test_folder_without_a_bad_file_has_no_rejects_and_says_nothing(tmp_path, caplog):
    (tmp_path / "1.json").write_text(json.dumps(POSTING))
    assert read_vacancies(tmp_path).rejects == ()
    assert "not read" not in caplog.text


CV = "Ann Lee\r\nNurse\r\n\r\nWork experience\r\nNurse, Ward, 01/2014 - 12/2020\r\n\r\nLanguages\r\nFrench - B2\r\n"


def test_text_is_read_as_the_same_text_in_a_file_is(tmp_path):
    text = f"{CV}\n{'Cared for patients and gave medication. ' * 5}"
    (tmp_path / "ann.txt").write_bytes(text.encode())
    [of_file] = read_candidates(tmp_path / "ann.txt", rejects=[])
    of_text = candidate_from_text(text, id="ann")
    assert (of_text.id, of_text.text, of_text.language) == (of_file.id, of_file.text, of_file.language)
    assert of_text.profile == of_file.profile
    assert candidate_from_text(text).id == "candidate"


def test_vacancy_from_text_states_what_it_asks_for():
    vacancy = vacancy_from_text(
        "Nurse\n\nRequirements\n- At least 3 years of experience\n- Driving licence B required\n"
    )
    assert vacancy.id == "vacancy"
    assert {asked.kind.value for asked in vacancy.profile.requirements} == {"experience", "licence"}


@pytest.mark.parametrize("read", [candidate_from_text, vacancy_from_text])
@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\x00"])
def test_text_of_nothing_is_an_input_error(read, text):
    with pytest.raises(InputError, match="the text is empty"):
        read(text)


@pytest.mark.parametrize("read", [candidate_from_text, vacancy_from_text])
@pytest.mark.parametrize("text", ["x", "\ud800 lone", "\x00nul " * 50, "12/34 " * 4000, "漢字 " * 50])
def test_odd_text_is_a_record(read, text):
    assert read(text).text


def test_missing_path_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file or folder"):
        read_candidates([tmp_path / "missing.pdf"])


CORPUS = {
    TextKind.VACANCY: """Infirmière de nuit

Nous cherchons pour notre résidence de Nantes une infirmière de nuit qui connaît les soins palliatifs et la gériatrie,
et qui aime travailler au sein d'une équipe de douze personnes. Diplôme d'État d'infirmier exigé, deux ans d'expérience.
""",
    TextKind.CV: """Site electrician

Electrician with nine years on building sites, who has led a crew of six and likes to teach what he has learnt himself.

Experience
Site electrician, Amber Power, Derby
03/2019 - 11/2023
Wiring of schools and clinics, tests of the work of other firms, and the training of apprentices in the winter months.
""",
}


@pytest.mark.parametrize("kind", CORPUS)
@pytest.mark.parametrize(
    "layout",
    [
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace(" ", " \xa0 "),
        lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("i", "\u200bi"),
    ],
    ids=["two blanks", "no-break spaces", "quoted", "Windows", "hidden signs"],
)
def test_texts_of_a_corpus_are_cleaned_as_files_are(kind, layout):
    text = CORPUS[kind]
    assert masked_texts({"one": layout(text)}, kind) == masked_texts({"one": text}, kind)
