"""jobfit show: what was understood, with its sentences, and no personal details unless they are asked for."""

import json

import pytest

CV = """Ana Sample
ana@example.org
12 Elm Street, Leeds

Software developer

Work experience
Software developer, Acme, 01/2014 - 12/2022
Wrote Python services with PostgreSQL. I have never used Kubernetes. Mail ana@example.org for my Docker work.

Education
Bachelor of Science, 2012

Languages
English - B2
"""
FACT = {
    "layer", "field", "value", "polarity", "sure", "quote", "start", "end", "source", "sentence", "sentence_start",
}  # fmt: skip
RECORD = {
    "kind", "id", "title", "path", "row", "language", "flags", "outdated", "model", "characters", "sections", "facts",
    "unknown",
}  # fmt: skip


@pytest.fixture
def cv(tmp_path):
    path = tmp_path / "ana.txt"
    path.write_text(CV)
    return path


def test_file_is_shown_without_a_store_and_not_stored(app, cv, monkeypatch):
    monkeypatch.setattr("jobfit.store.repository.open_store", None)
    ran = app("show", cv, "--as", "candidate", "--json")
    [record] = ran.json["records"]
    assert (ran.code, set(record), record["kind"], record["id"]) == (0, RECORD, "candidate", "ana")
    assert all(set(fact) == FACT for fact in record["facts"])
    monkeypatch.undo()
    assert app("list", "candidate", "--json").json["records"] == []


def test_every_quote_stands_in_the_text_and_in_its_sentence(app, cv):
    facts = app("show", cv, "--as", "candidate", "--personal", "--json").json["records"][0]["facts"]
    assert len(facts) > 6
    for fact in facts:
        assert CV[fact["start"] : fact["end"]] == fact["quote"]
        assert CV[fact["sentence_start"] :].startswith(fact["sentence"])
        assert fact["quote"] in fact["sentence"]


def test_polarity_and_sureness_are_told(app, cv):
    facts = app("show", cv, "--as", "candidate", "--json").json["records"][0]["facts"]
    told = {(fact["field"], fact["value"]): fact for fact in facts}
    assert told["skills", "Python"]["polarity"] == "has"
    assert told["languages", "English, B2"]["sure"] is True
    assert told["skills", "PostgreSQL"]["sentence"] == "Wrote Python services with PostgreSQL."


def test_dates_are_shown_as_precisely_as_they_are_stated(app, tmp_path):
    path = tmp_path / "cv.txt"
    path.write_text(
        "Ana Sample\n\nProfile\nI have worked in hotels and restaurants and like to learn new recipes every day.\n\n"
        "Work experience\nBaker, Acme, since 2019\nCook, Acme, May 2018 - 2019\nWaiter, Acme, 2015 - 2017\n"
        "Porter - 2014\nCleaner, Acme, May 2013\nGardener, Acme\n"
    )
    facts = app("show", path, "--as", "candidate", "--json").json["records"][0]["facts"]
    assert [fact["value"] for fact in facts if fact["field"] == "experience"] == [
        "Baker: 2019 to now",
        "Cook: 2018-05 to 2019",
        "Waiter: 2015 to 2017",
        "Porter: 2014",
        "Cleaner: 2013-05",
        "Gardener: ? to ?",
    ]


def test_every_fact_has_its_layer_and_who_read_it(app, cv, tmp_path):
    advert = tmp_path / "ad.txt"
    advert.write_text(
        "Developer\nLocation: York, UK\nPay: 32,000 EUR a year\n\nWe build tools for people who look after forests.\n\n"
        "Requirements\n- Python is required\n- 3 years of experience\n"
    )
    for path, kind in ((cv, "candidate"), (advert, "vacancy")):
        facts = app("show", path, "--as", kind, "--json").json["records"][0]["facts"]
        layers = {fact["layer"] for fact in facts}
        assert {fact["source"] for fact in facts} == {"rules"}
        assert layers >= {"domain", "capability", "logistics" if kind == "vacancy" else "identity"}
    assert {(f["field"], f["layer"]) for f in facts} >= {("salary", "logistics"), ("requirement", "capability")}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Salary: £14.20 per hour", "14.20 GBP an hour"),
        ("Salary: 30,000 to 35,500 EUR a year", "30,000 to 35,500 EUR a year"),
        ("Salary: up to 40,000 GBP per year", "up to 40,000 GBP a year"),
        ("Salaire : à partir de 2 100 € brut par mois", "from 2,100 EUR a month"),
    ],
)
def test_pay_is_told_as_it_was_stated(app, tmp_path, said, shown):
    advert = tmp_path / "ad.txt"
    rest = (
        "We build tools for people who look after forests.\n\nRequirements\n- Python is required\n- An eye for detail\n"
    )
    advert.write_text(f"Developer\nLocation: York, UK\n{said}\n\n{rest}")
    facts = app("show", advert, "--as", "vacancy", "--json").json["records"][0]["facts"]
    assert [fact["value"] for fact in facts if fact["field"] == "salary"] == [shown]


def test_what_a_file_has_as_a_field_was_filled_by_the_importer_and_prose_by_the_rules(app, tmp_path):
    posting = {
        "@context": "https://schema.org", "@type": "JobPosting", "title": "Night nurse", "employmentType": "FULL_TIME",
        "jobLocation": {"address": {"addressLocality": "Lyon", "addressCountry": "FR"}},
        "baseSalary": {"currency": "EUR", "value": {"minValue": 2000, "maxValue": 2500, "unitText": "MONTH"}},
        "description": "You care for the people of our ward at night and write down what the day has to know. CDI.",
        "qualifications": "Wound care is required",
    }  # fmt: skip
    table = (
        'id,title,location,text\n1,Cook,"Lyon, France","Cooked in a hotel for ten years. I speak French (C1) and '
        'English (B2), and I look for work in Paris with a team that likes what it cooks."\n'
    )
    (tmp_path / "ad.json").write_text(json.dumps(posting))
    (tmp_path / "people.csv").write_text(table)
    for name, kind, declared, told in (
        ("ad.json", "vacancy", {"location", "conditions", "salary"}, {"title", "requirement"}),
        ("people.csv", "candidate", {"location"}, {"title", "languages"}),
    ):
        facts = app("show", tmp_path / name, "--as", kind, "--json").json["records"][0]["facts"]
        by = {source: {fact["field"] for fact in facts if fact["source"] == source} for source in ("importer", "rules")}
        assert by["importer"] == declared and by["rules"] >= told


def test_a_skill_that_no_taxonomy_lists_is_told_in_its_words(app, cv):
    cv.write_text(CV.replace("with PostgreSQL.", "with PostgreSQL, Zorbify, Docker."))
    facts = app("show", cv, "--as", "candidate", "--json").json["records"][0]["facts"]
    assert [fact["quote"] for fact in facts if fact["value"] == "zorbify"] == ["Zorbify"]


@pytest.mark.parametrize("arguments", [("--json",), ()])
def test_personal_details_are_hidden_unless_asked_for(app, cv, arguments):
    hidden = app("show", cv, "--as", "candidate", *arguments)
    shown = app("show", cv, "--as", "candidate", "--personal", *arguments)
    for detail in ("Ana Sample", "ana@example.org"):
        assert detail not in hidden.out
        assert detail in shown.out


def test_what_is_not_found_is_said_to_be_unknown(app, cv):
    record = app("show", cv, "--as", "candidate", "--json").json["records"][0]
    assert {"licences", "salary", "notice", "clearances", "permits"} <= set(record["unknown"])
    assert not {"sections", "experiences", "skills"} & set(record["unknown"])
    assert "not found, so unknown" in app("show", cv, "--as", "candidate").out


def test_stored_records_are_shown_by_id_candidates_and_vacancies(app, market):
    app("ingest", market)
    both = app("show", "nurse", "--json").json["records"]
    assert [record["kind"] for record in both] == ["candidate", "vacancy"]
    [vacancy] = app("show", "developer", "--json").json["records"]
    asked = [fact for fact in vacancy["facts"] if fact["field"] == "requirement"]
    assert ("Python", "must") in {(fact["value"], fact["polarity"]) for fact in asked}
    assert any(fact["value"].startswith("3 years of experience") for fact in asked)
    assert [record["kind"] for record in app("show", "nurse", "--as", "vacancy", "--json").json["records"]] == [
        "vacancy"
    ]


def test_table_is_shown_row_by_row(app, tmp_path):
    (tmp_path / "t.csv").write_text("id,resume\na,Wrote Python services\nb,Cooked soup and bread\n")
    records = app("show", tmp_path / "t.csv", "--as", "candidate", "--json").json["records"]
    assert [(record["id"], record["row"]) for record in records] == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("nobody", None, "UnknownIdError"),
        ("empty.txt", "", "RejectedInput"),
        ("odd.txt", "Neither the one nor the other of the two things that we read.", "RejectedInput"),
    ],
)
def test_what_cannot_be_shown_is_a_clear_error(app, tmp_path, name, content, error):
    if content is not None:
        (tmp_path / name).write_text(content)
    ran = app("show", name, "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, error)
