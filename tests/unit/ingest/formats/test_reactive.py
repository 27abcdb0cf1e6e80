"""Reactive Resume's exports, versions 3 to 5."""

import json

import pytest

from jobfit.ingest.formats.json_files import extract
from jobfit.records import Kind

V3 = {
    "id": 12,
    "name": "cv",
    "slug": "cv",
    "image": None,
    "basics": {
        "name": "Noor Visser",
        "headline": "Logistics planner",
        "email": "noor@example.org",
        "summary": "Plans trucks.",
        "birthdate": "",
        "location": {"city": "Zwolle", "country": "NL"},
        "profiles": [],
    },
    "sections": {
        "work": {
            "id": "work",
            "name": "Work Experience",
            "visible": True,
            "items": [
                {
                    "id": "1",
                    "name": "Havik Transport",
                    "position": "Planner",
                    "url": "",
                    "date": {"start": "2019-02-28T23:00:00.000Z", "end": ""},
                    "summary": "- Routes for **40** trucks",
                }
            ],
        },
        "education": {
            "visible": True,
            "items": [
                {
                    "institution": "Windesheim",
                    "degree": "Bachelor",
                    "area": "Logistics",
                    "score": "",
                    "date": {"start": "2014-09-01", "end": "2018-07-01"},
                    "courses": [],
                }
            ],
        },
        "skills": {
            "visible": True,
            "items": [{"name": "Planning", "level": "Expert", "levelNum": 9, "keywords": ["SAP TM"]}],
        },
        "languages": {"visible": True, "items": [{"name": "Dutch", "level": "Native", "levelNum": 10}]},
        "awards": {"visible": False, "items": [{"title": "Hidden award"}]},
        "9f3": {"id": "9f3", "name": "Driving licence", "visible": True, "items": [{"title": "B and C"}]},
    },
    "metadata": {"template": "kakuna"},
    "public": True,
}
V4 = {
    "basics": {
        "name": "Noor Visser",
        "headline": "Logistics planner",
        "email": "noor@example.org",
        "phone": "",
        "location": "Zwolle",
        "url": {"label": "", "href": ""},
        "picture": {"url": "x"},
        "customFields": [{"id": "a", "icon": "car", "name": "Driving licence", "value": "B and C"}],
    },
    "sections": {
        "summary": {"id": "summary", "name": "Summary", "visible": True, "content": "<p>Plans trucks.</p>"},
        "experience": {
            "visible": True,
            "items": [
                {
                    "id": "1",
                    "visible": True,
                    "company": "Havik Transport",
                    "position": "Planner",
                    "location": "Zwolle",
                    "date": "March 2019 - Present",
                    "summary": "<ul><li><p>Routes for 40 trucks</p></li></ul>",
                    "url": {"href": ""},
                },
                {"id": "2", "visible": False, "company": "Hidden Ltd", "position": "Hidden", "date": "2010"},
            ],
        },
        "education": {
            "visible": True,
            "items": [
                {
                    "institution": "Windesheim",
                    "studyType": "Bachelor",
                    "area": "Logistics",
                    "score": "",
                    "date": "2014 to 2018",
                    "summary": "",
                }
            ],
        },
        "skills": {
            "visible": True,
            "items": [
                {"visible": True, "name": "Planning", "description": "Expert", "level": 5, "keywords": ["SAP TM"]}
            ],
        },
        "languages": {
            "visible": True,
            "items": [{"visible": True, "name": "Dutch", "description": "Native", "level": 5}],
        },
        "awards": {"visible": False, "items": [{"title": "Hidden award"}]},
        "profiles": {"visible": True, "items": []},
        "custom": {},
    },
    "metadata": {"template": "rhyhorn"},
}
V5 = {
    "picture": {"hidden": True, "url": ""},
    "basics": {
        "name": "Noor Visser",
        "headline": "Logistics planner",
        "email": "noor@example.org",
        "phone": "",
        "location": "Zwolle",
        "website": {"url": "", "label": ""},
        "customFields": [{"id": "a", "icon": "car", "text": "Driving licence: B and C", "link": ""}],
    },
    "summary": {"title": "", "columns": 1, "hidden": False, "content": "<p>Plans trucks.</p>"},
    "sections": {
        "experience": {
            "title": "",
            "hidden": False,
            "items": [
                {
                    "hidden": False,
                    "company": "Havik Transport",
                    "position": "Planner",
                    "location": "Zwolle",
                    "period": "March 2019 - Present",
                    "description": "<p>Routes for 40 trucks</p>",
                }
            ],
        },
        "education": {
            "hidden": False,
            "items": [
                {
                    "hidden": False,
                    "school": "Windesheim",
                    "degree": "Bachelor",
                    "area": "Logistics",
                    "period": "2014 to 2018",
                }
            ],
        },
        "skills": {
            "hidden": False,
            "items": [
                {"hidden": False, "name": "Planning", "proficiency": "Expert", "level": 5, "keywords": ["SAP TM"]}
            ],
        },
        "languages": {
            "hidden": False,
            "items": [{"hidden": False, "language": "Dutch", "fluency": "Native", "level": 5}],
        },
        "awards": {"hidden": True, "items": [{"title": "Hidden award"}]},
    },
    "customSections": [],
    "metadata": {},
}
WANTED = (
    "Noor Visser\nLogistics planner", "Zwolle", "Summary\nPlans trucks.", "Planner — Havik Transport", "Routes for",
    "Bachelor, Logistics — Windesheim", "2014", "2018", "Planning", "Expert", "SAP TM", "Dutch: Native",
    "B and C", "Work experience\n", "Education\n", "Skills\n", "Languages\n",
)  # fmt: skip


@pytest.mark.parametrize("value", [V3, V4, V5, {"id": "x", "data": V4}, {"id": 3, "data": V5}], ids=range(5))
def test_export_is_read_with_all_that_is_shown(value):
    [document] = extract(json.dumps(value).encode())
    assert document.kind is Kind.CANDIDATE
    assert [phrase for phrase in WANTED if phrase not in document.text] == []
    assert "Hidden" not in document.text and "<p>" not in document.text
    assert "2019-02 – present" in document.text or "March 2019 - Present" in document.text


@pytest.mark.parametrize("nonsense", [None, True, 7, "x", [], {}, [[]], {"items": 3}, {"items": [None, "x", {}]}])
@pytest.mark.parametrize("version", [V3, V4, V5], ids=["v3", "v4", "v5"])
def test_nonsense_in_any_part_never_fails(version, nonsense):
    for section in version["sections"]:
        value = {**version, "sections": {**version["sections"], section: nonsense}}
        assert len(list(extract(json.dumps(value).encode()))) == 1
    for key in version:
        assert len(list(extract(json.dumps({**version, key: nonsense}).encode()))) == 1
