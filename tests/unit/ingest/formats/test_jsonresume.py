"""JSON Resume to a CV text."""

import pytest

from jobfit.ingest.formats.jsonresume import from_resume, is_resume
from jobfit.ingest.raw import RawRejection
from jobfit.records import Kind

FULL = {
    "basics": {
        "name": "Ana Sample",
        "label": "Software developer",
        "email": "ana@example.org",
        "phone": "+33 1 00 00 00 00",
        "url": "https://ana.example.org",
        "summary": "Builds small tools.",
        "location": {"postalCode": "69001", "city": "Lyon", "countryCode": "FR"},
        "profiles": [{"network": "GitHub", "url": "https://github.example/ana"}],
    },
    "work": [
        {
            "name": "Acme",
            "position": "Software developer",
            "startDate": "2019-03-01",
            "endDate": "2021-06",
            "highlights": ["Python services"],
        },
        {"name": "Beta", "position": "Tester", "startDate": "2021-07"},
    ],
    "education": [{"institution": "Lyon 1", "studyType": "Bachelor", "area": "Informatics", "endDate": "2018"}],
    "skills": [{"name": "Web", "level": "Master", "keywords": ["HTML", "CSS"]}],
    "languages": [{"language": "French", "fluency": "Native"}],
    "certificates": [{"name": "Scrum Master", "issuer": "Scrum Inc", "date": "2020-01-15"}],
}


def test_full_resume_is_written_out_under_the_usual_headings():
    document = from_resume(FULL)
    assert document.kind is Kind.CANDIDATE
    assert document.flags == ()
    assert document.text == "\n".join(
        [
            "Ana Sample",
            "Software developer",
            "",
            "Location: 69001 Lyon, FR",
            "Phone: +33 1 00 00 00 00",
            "Email: ana@example.org",
            "https://ana.example.org",
            "GitHub: https://github.example/ana",
            "",
            "Summary",
            "Builds small tools.",
            "",
            "Work experience",
            "Software developer — Acme",
            "2019-03 – 2021-06",
            "- Python services",
            "",
            "Tester — Beta",
            "2021-07 – present",
            "",
            "Education",
            "Bachelor, Informatics — Lyon 1",
            "2018",
            "",
            "Skills",
            "Web (Master): HTML, CSS",
            "",
            "Languages",
            "French: Native",
            "",
            "Certifications",
            "Scrum Master — Scrum Inc, 2020-01",
        ]
    )


def test_french_resume_has_french_headings():
    stated = from_resume({"meta": {"language": "fr"}, "basics": {"label": "Cuisinier"}, "skills": [{"name": "Pain"}]})
    assert "Compétences\nPain" in stated.text
    prose = "Je suis cuisinier dans un restaurant avec une équipe et je prépare des plats pour la clientèle."
    assert "Profil\n" in from_resume({"basics": {"summary": prose}}).text


def test_education_without_an_end_is_not_called_present():
    assert "present" not in from_resume({"education": [{"institution": "Lyon 1", "startDate": "2018"}]}).text


@pytest.mark.parametrize("stated", ["2021-13", "2021-02-30", "March 2021", "21-03"])
def test_invalid_date_is_flagged_and_written_as_it_stands(stated):
    document = from_resume({"work": [{"position": "Cook", "startDate": stated, "endDate": "2022-01"}]})
    assert document.flags == ("invalid_date:work[0].startDate",)
    assert f"{stated} – 2022-01" in document.text


def test_dates_in_the_wrong_order_are_flagged():
    document = from_resume({"work": [{"position": "Cook", "startDate": "2022-01", "endDate": "2021-06"}]})
    assert document.flags == ("invalid_date:work[0].endDate",)


def test_year_and_month_of_the_same_year_are_in_order():
    assert from_resume({"work": [{"position": "Cook", "startDate": "2021-06", "endDate": "2021"}]}).flags == ()


@pytest.mark.parametrize(
    ("resume", "field", "value"),
    [
        ({"work": "ten years"}, "work", "ten years"),
        ({"work": ["ten years"]}, "work[0]", "ten years"),
        ({"basics": []}, "basics", "a list of 0"),
        ({"basics": {"name": True}}, "basics.name", "True"),
        ({"skills": [{"keywords": [{}]}]}, "skills[0].keywords[0]", "an object of 0"),
    ],
)
def test_field_of_a_wrong_type_is_rejected_by_field_and_value(resume, field, value):
    result = from_resume(resume, row=3)
    assert isinstance(result, RawRejection)
    assert (result.row, result.field, result.value) == (3, field, value)


def test_resume_that_says_nothing_is_rejected():
    result = from_resume({"basics": {"name": "Ana Sample", "email": "ana@example.org"}, "work": [{}]})
    assert result == RawRejection("the resume says nothing under basics, work, education or skills")


def test_shape_is_recognised_by_its_sections():
    assert is_resume({"basics": {}})
    assert is_resume({"work": [{}]})
    assert not is_resume({"id": 1, "skills": ["Python"], "education": "Bachelor"})
