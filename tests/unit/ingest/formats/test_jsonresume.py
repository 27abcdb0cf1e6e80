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
            "Bachelor, Informatics — Lyon 1, 2018",
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
    ("resume", "expected", "flags"),
    [
        ({"work": "ten years"}, "Work experience\nten years", ("odd_shape:work",)),
        ({"work": ["ten years"]}, "Work experience\nten years", ("odd_shape:work[0]",)),
        ({"work": [None, "", {}, {"position": "Cook"}]}, "Work experience\nCook", ()),
        ({"work": {"position": "Cook", "name": "Inn"}}, "Work experience\nCook — Inn", ("odd_shape:work",)),
        (
            {"work": [{"position": ["Cook", "Waiter"]}]},
            "Work experience\nCook, Waiter",
            ("odd_shape:work[0].position",),
        ),
        ({"work": [{"title": "Cook", "company": "Inn"}]}, "Work experience\nCook — Inn", ()),
        ({"work": [{"jobTitle": "Cook", "employer": "Inn"}]}, "Work experience\nCook — Inn", ()),
        ({"experience": [{"position": "Cook"}]}, "Work experience\nCook", ()),
        ({"work": [{"position": "Cook", "highlights": "soup"}]}, "Work experience\nCook\n- soup", ()),
        (
            {"work": [{"position": "Cook", "highlights": {"a": "soup"}}]},
            "Cook\n- soup",
            ("odd_shape:work[0].highlights",),
        ),
        ({"work": [{"position": "Cook", "techStack": ["Go", "SQL"]}]}, "Cook\nTech stack: Go, SQL", ()),
        ({"work": [{"position": "Cook", "teamSize": 7}]}, "Cook\nTeam size: 7", ()),
        ({"skills": ["Python", "SQL"]}, "Skills\nPython\n\nSQL", ("odd_shape:skills[0]", "odd_shape:skills[1]")),
        ({"skills": [{"name": "Web"}, "SQL"]}, "Skills\nWeb\n\nSQL", ("odd_shape:skills[1]",)),
        ({"skills": "Python, SQL"}, "Skills\nPython, SQL", ("odd_shape:skills",)),
        ({"skills": {"Web": ["CSS"], "Data": "SQL"}}, "Skills\nWeb: CSS\n\nData: SQL", ("odd_shape:skills",)),
        ({"skills": [["Python", "SQL"]]}, "Skills\nPython, SQL", ("odd_shape:skills[0]",)),
        ({"skills": [{"name": "Web", "level": 4, "keywords": "CSS"}]}, "Web (4): CSS", ()),
        (
            {"skills": [{"name": "Web", "keywords": [{"name": "CSS"}, 3]}]},
            "Web: CSS, 3",
            ("odd_shape:skills[0].keywords[0]",),
        ),
        (
            {"languages": ["French", {"name": "Dutch", "level": "C1"}]},
            "French\n\nDutch: C1",
            ("odd_shape:languages[0]",),
        ),
        ({"education": [{"school": "Lyon 1", "degree": "Master", "endYear": 2014}]}, "Master — Lyon 1, 2014", ()),
        ({"education": ["Master, Lyon 1, 2014"]}, "Education\nMaster, Lyon 1, 2014", ("odd_shape:education[0]",)),
        ({"certificates": ["CISSP"]}, "Certifications\nCISSP", ("odd_shape:certificates[0]",)),
        ({"certifications": [{"name": "CISSP", "date": 2020}]}, "Certifications\nCISSP, 2020", ()),
        ({"drivingLicence": "B, C"}, "Driving licence\nB, C", ()),
        ({"military": [{"rank": "Corporal", "from": "2010"}]}, "Military\nCorporal, 2010", ()),
        ({"basics": "Ana Sample, cook in Lyon"}, "Ana Sample, cook in Lyon", ("odd_shape:basics",)),
        ({"basics": {"label": "Cook", "location": "Lyon"}}, "Location: Lyon", ()),
        (
            {"basics": {"label": "Cook", "profiles": ["https://x.example"]}},
            "https://x.example",
            ("odd_shape:basics.profiles[0]",),
        ),
        ({"basics": {"label": "Cook", "workPermit": "EU"}}, "Work permit: EU", ()),
        ({"basics": {"title": "Cuisinière"}}, "Cuisinière", ()),
        ({"basics": {"label": "Cook", "phone": 331234}}, "Phone: 331234", ()),
    ],
)
def test_resume_as_people_write_it_is_read_and_what_is_odd_is_flagged(resume, expected, flags):
    document = from_resume({"basics": {"label": "Cook"}, **resume})
    assert expected in document.text
    assert document.flags == flags


@pytest.mark.parametrize("hidden", [{"name": True}, {"image": "x.png"}, {"gender": "f"}, {"picture": {"url": "x"}}])
def test_what_says_nothing_of_the_work_is_left_out(hidden):
    document = from_resume({"basics": {"label": "Cook", **hidden}})
    assert (document.text, document.flags) == ("Cook", ())


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"startDate": 2019, "endDate": 2021}, "2019 – 2021"),
        ({"startDate": "2019-03-01T00:00:00Z", "endDate": "2021-06-30T23:59:59.000+02:00"}, "2019-03 – 2021-06"),
        ({"startDate": {"year": 2019, "month": 3}, "endDate": {"year": "2021"}}, "2019-03 – 2021"),
        ({"startDate": {"Year": 2019, "Month": 11}}, "2019-11 – present"),
        ({"startDate": 1551398400000, "endDate": 1625097600}, "2019-03 – 2021-07"),
        ({"startDate": "2019-03", "endDate": None}, "2019-03 – present"),
        ({"startDate": "2019-03", "endDate": ""}, "2019-03 – present"),
        ({"startDate": "2019-03", "endDate": "Present"}, "2019-03 – present"),
        ({"startDate": "2019-03", "current": True}, "2019-03 – present"),
        ({"start": "2019-03", "end": "2021-06"}, "2019-03 – 2021-06"),
        ({"startDate": "2019-3", "endDate": "2021/06/30"}, "2019-03 – 2021-06"),
        ({"from": "2019", "to": "2021"}, "2019 – 2021"),
        ({"date": "Aug 2018 - Present"}, "Aug 2018 - Present"),
        ({"period": "03/2019 – 06/2021"}, "03/2019 – 06/2021"),
        ({"date": {"start": "2019-03-01", "end": "2021-06-01"}}, "2019-03 – 2021-06"),
        ({"startDate": 0, "endDate": 10**13}, "0 – 10000000000000"),
    ],
)
def test_dates_of_all_kinds_are_written_out(entry, expected):
    assert f"Cook\n{expected}" in from_resume({"work": [{"position": "Cook", **entry}]}).text


@pytest.mark.parametrize(
    "value", [True, 3, [], [[]], {}, {"a": None}, "x", [None], [1, [2, [3]]], float("nan"), {"": {"": []}}]
)
@pytest.mark.parametrize("field", ["basics", "work", "education", "skills", "languages", "meta", "other", "summary"])
def test_nonsense_in_any_field_never_fails(field, value):
    document = from_resume({"basics": {"label": "Cook"}, "work": [{"position": "Cook"}], field: value})
    assert "Cook" in document.text
    from_resume(
        {"work": [{"position": "Cook", name: value} for name in ("startDate", "date", "highlights", "x", "name")]}
    )


def test_resume_without_basics_has_its_head_all_the_same():
    flat = {"name": "Ana Sample", "title": "Cook", "email": "a@example.org", "work": [{"position": "Cook"}]}
    assert from_resume(flat).text.startswith("Ana Sample\nCook\n\nEmail: a@example.org\n\nWork experience\nCook")


def test_resume_that_says_nothing_is_rejected():
    result = from_resume({"basics": {"name": "Ana Sample", "email": "ana@example.org"}, "work": [{}]})
    assert result == RawRejection("the resume says nothing under basics, work, education or skills")


def test_shape_is_recognised_by_its_sections():
    assert is_resume({"basics": {}})
    assert is_resume({"work": [{}]})
    assert not is_resume({"id": 1, "skills": ["Python"], "education": "Bachelor"})
