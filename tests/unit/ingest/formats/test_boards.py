"""Job boards' JSON: lists and single jobs, with the texts that a reader of the board sees."""

import json

import pytest

from jobfit.ingest.formats.json_files import extract
from jobfit.ingest.raw import RawRejection
from jobfit.records import Kind

GREENHOUSE = {
    "id": 127817,
    "internal_job_id": 144381,
    "title": "Data Analyst",
    "company_name": "Corvid Freight",
    "updated_at": "2026-01-14T10:55:28-05:00",
    "location": {"name": "Ghent, Belgium"},
    "absolute_url": "https://boards.example/corvid/jobs/127817",
    "content": "&lt;p&gt;Work on &lt;strong&gt;freight&lt;/strong&gt; data.&lt;/p&gt;&lt;ul&gt;"
    "&lt;li&gt;SQL &amp;amp; Python"
    "&lt;/li&gt;&lt;li&gt;Three years in logistics&lt;/li&gt;&lt;/ul&gt;",
    "departments": [{"id": 1, "name": "Data"}],
    "offices": [{"id": 8, "name": "Ghent"}],
    "metadata": None,
}
LEVER = {
    "id": "5ac2",
    "text": "Ingénieur réseau (H/F)",
    "country": "FR",
    "workplaceType": "remote",
    "createdAt": 1768000000000,
    "categories": {"commitment": "Full-time", "location": "Nantes", "team": "IT", "allLocations": ["Nantes", "Rennes"]},
    "description": "<div>Vous gardez le réseau en vie.</div>",
    "descriptionPlain": "Vous gardez le réseau en vie.",
    "lists": [{"text": "Votre profil", "content": "<li>BGP</li><li>Anglais B2</li>"}],
    "additional": "<p>Tickets restaurant.</p>",
    "salaryRange": {"min": 45000, "max": 52000, "currency": "EUR", "interval": "per-year-salary"},
    "hostedUrl": "https://jobs.example/x/5ac2",
}
ASHBY = {
    "id": "a1",
    "title": "Product Designer",
    "location": "Oslo",
    "department": "Design",
    "employmentType": "FullTime",
    "secondaryLocations": [{"location": "Bergen", "address": None}],
    "isRemote": True,
    "workplaceType": "Remote",
    "descriptionHtml": "<p>Design our <b>ferry</b> app.</p><ul><li>Figma</li></ul>",
    "descriptionPlain": "Design our ferry app.",
    "compensation": {"compensationTierSummary": "NOK 600K – 700K"},
    "jobUrl": "https://jobs.example/a1",
}
SMART = {
    "id": "7439",
    "name": "Chef de rang",
    "company": {"identifier": "Lac", "name": "Hôtel du Lac"},
    "releasedDate": "2026-01-01",
    "location": {"city": "Annecy", "country": "fr", "remote": False},
    "typeOfEmployment": {"id": "permanent", "label": "Permanent"},
    "jobAd": {
        "sections": {
            "companyDescription": {"title": "L'entreprise", "text": "<p>Un hôtel au bord de l'eau.</p>"},
            "qualifications": {"title": "Qualifications", "text": "<ul><li>Anglais courant</li></ul>"},
            "videos": {"urls": []},
        }
    },
}
WORKABLE = {
    "title": "Baker",
    "shortcode": "F00",
    "employment_type": "Part-time",
    "telecommuting": False,
    "city": "Cork",
    "country": "Ireland",
    "description": "<p>Bake bread at night.</p>",
    "requirements": "<ul><li>Sourdough</li></ul>",
}


def read(value):
    return list(extract(json.dumps(value).encode()))


@pytest.mark.parametrize(
    ("job", "record_id", "lines"),
    [
        (GREENHOUSE, "127817", ["Data Analyst", "Company: Corvid Freight", "Location: Ghent, Belgium",
                                "Work on freight data.", "• SQL & Python", "• Three years in logistics"]),
        (LEVER, "5ac2", ["Ingénieur réseau (H/F)", "Location: Nantes; Rennes", "Remote", "Employment type: Full-time",
                         "Salary: 45000 – 52000 EUR per year", "Vous gardez le réseau en vie.", "Votre profil", "• BGP",
                         "• Anglais B2", "Tickets restaurant."]),
        (ASHBY, "a1", ["Product Designer", "Location: Oslo; Bergen", "Remote", "Employment type: Full Time",
                       "Salary: NOK 600K – 700K", "Design our ferry app.", "• Figma"]),
        (SMART, "7439", ["Chef de rang", "Company: Hôtel du Lac", "Location: Annecy, fr", "Employment type: Permanent",
                         "L'entreprise", "Un hôtel au bord de l'eau.", "Qualifications", "• Anglais courant"]),
        (WORKABLE, "F00", ["Baker", "Location: Cork, Ireland", "Employment type: Part-time", "Bake bread at night.",
                           "• Sourdough"]),
    ],
)  # fmt: skip
def test_single_job_is_a_vacancy_with_its_lines(job, record_id, lines):
    [document] = read(job)
    assert (document.kind, document.id, document.row) == (Kind.VACANCY, record_id, None)
    assert [line for line in document.text.split("\n") if line.strip()] == lines


@pytest.mark.parametrize(
    "board",
    [
        {"jobs": [GREENHOUSE, {**GREENHOUSE, "id": 2}], "meta": {"total": 2}},
        [LEVER, {**LEVER, "id": "b"}],
        {"jobs": [ASHBY, {**ASHBY, "id": "b"}], "apiVersion": "1"},
        {"content": [SMART, {**SMART, "id": "b"}], "totalFound": 2},
        {"name": "Baker Ltd", "description": None, "jobs": [WORKABLE, {**WORKABLE, "shortcode": "b"}]},
    ],
)
def test_board_is_one_vacancy_a_job(board):
    assert [(document.kind, document.row) for document in read(board)] == [(Kind.VACANCY, 1), (Kind.VACANCY, 2)]


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ({key: value for key, value in GREENHOUSE.items() if key != "content"}, "content=true"),
        ({**GREENHOUSE, "content": None}, "content=true"),
        ({**LEVER, "description": "", "descriptionPlain": "", "lists": [], "additional": None}, "no description"),
        ({key: value for key, value in SMART.items() if key != "jobAd"}, "each posting by its id"),
        ({key: WORKABLE[key] for key in ("title", "shortcode", "city")}, "details=true"),
    ],
)
def test_job_without_its_text_is_refused_with_the_way_to_get_it(job, reason):
    [result] = read(job)
    assert isinstance(result, RawRejection) and reason in result.reason


@pytest.mark.parametrize("job", [GREENHOUSE, LEVER, ASHBY, SMART, WORKABLE])
@pytest.mark.parametrize("nonsense", [None, True, 7, "x", [], {}, [[]], [{"x": None}], {"name": {}}])
def test_nonsense_in_any_field_never_fails(job, nonsense):
    for key in job:
        assert len(read({**job, key: nonsense})) == 1
