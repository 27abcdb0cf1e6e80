import json

import pytest

from jobfit.documents.llm_text import LlmVariant, fields_text, shown
from jobfit.llm.client import Client
from jobfit.llm.errors import LlmError
from jobfit.llm.settings import Settings
from jobfit.records import Candidate, CandidateProfile, Evidence, Source, Stated, Vacancy
from jobfit.structure.llm.structurer import LlmStructurer

CV = """Tom Vauclair
Serveuse
tom.vauclair@example.org | 06 12 34 56 78
12 rue des Lilas, 69003 Lyon
Née le 3 mai 1990, mariée, nationalité belge

COMPÉTENCES
Excel, service en salle

EXPÉRIENCE PROFESSIONNELLE
2019 - 2024 Serveuse, Brasserie Dupuis
"""


def said(value):
    return Stated(value, Evidence(value, 0, len(value)))


def record(text=CV, language="fr", id="c1", name="Tom Vauclair"):
    profile = CandidateProfile(name=Stated(name, Evidence(name, 0, len(name)))) if name else CandidateProfile()
    return Candidate(id, text, language, Source("cv.txt", "text", ""), profile)


@pytest.fixture
def read_all(llm_server):
    with Client(llm_server.url, "m", settings=Settings(first_wait=0.001, attempts=2)) as client:
        yield LlmStructurer(client, shown).read_all


def test_text_has_a_line_for_each_field_in_a_fixed_order():
    fields = {"skills": [said("Java"), said("SQL")], "title": [said("Nurse")], "languages": [said("French (B2)")]}
    assert fields_text(fields, "en") == "Title: Nurse.\nSkills: Java; SQL.\nLanguages: French (B2)."
    assert fields_text(fields, "fr") == "Poste: Nurse.\nCompétences: Java; SQL.\nLangues: French (B2)."
    assert fields_text({"must": [said("Java")], "nice": [said("SQL")]}, None) == "Required: Java.\nWelcome: SQL."
    assert fields_text({}, "en") == ""


def test_model_is_shown_no_identity():
    text = shown(record()).text
    assert not any(private in text for private in ("Tom", "Vauclair", "@", "06 12", "Lilas", "1990", "belge"))
    assert "service en salle" in text and "Serveuse" in text


def test_shown_text_keeps_the_place_of_every_character():
    short = shown(record())
    assert len(short.origin) == len(short.text) + 1
    assert all(CV[place] == character for character, place in zip(short.text, short.origin))


def test_document_is_masked_whoever_reads(read_all):
    class Careless:
        id, dropped, failures = "c1", {}, {}
        fields = {"title": [said("Serveuse"), said("Tom Vauclair")], "skills": [said("Vauclair"), said("tom@mail.org")]}

    variant = LlmVariant(lambda records: (Careless() for _ in records))
    [document] = variant.render([record(name=None)])
    assert document.text.startswith("Poste: Serveur;")
    assert not any(private in document.text for private in ("Tom", "Vauclair", "mail"))


def test_company_shaped_like_a_name_stays():
    class Reading:
        id, dropped, failures = "v1", {}, {}
        fields = {"title": [said("Nurse")], "companies": [said("Mercy Clinic"), said("Leroy Merlin")]}

    vacancy = Vacancy("v1", "Nurse at Mercy Clinic, Leroy Merlin", "en", Source("v", "text", ""))
    [document] = LlmVariant(lambda records: (Reading() for _ in records)).render([vacancy])
    assert document.text == "Title: Nurse.\nCompanies: Mercy Clinic; Leroy Merlin."


def test_variant_renders_what_the_model_grounds_and_reports_the_rest(llm_server, read_all):
    def model(messages, fields):
        answer = {field: [] for field in fields}
        if "skills" in fields:
            answer["skills"] = [{"quote": w, "value": w} for w in ("service en salle", "Kubernetes")]
        return json.dumps(answer)

    llm_server.model = model
    variant = LlmVariant(read_all, "en")
    documents = list(variant.render([record(), record("Ann Example", "en", "c2", None)]))
    assert [(d.id, d.text) for d in documents] == [("c1", "Skills: service en salle."), ("c2", "")]
    assert variant.report.to_json() == {
        "records": 2,
        "empty": ["c2"],
        "incomplete": [],
        "values": {"skills": 1},
        # "Kubernetes" three times, "service en salle" where it does not stand: head and experience
        "dropped": {"quote_not_in_text": 5},
        "failures": {},
    }


def test_incomplete_record_fails_at_the_end_unless_it_may_stay(llm_server, read_all):
    llm_server.model = lambda messages, fields: "" if "companies" in fields else llm_server.echo(messages, fields)
    variant = LlmVariant(read_all)
    documents = []
    with pytest.raises(LlmError, match=r"1 of 1 records lack a part \(1 empty\), the first is 'c1'"):
        documents.extend(variant.render([record()]))
    assert variant.report.incomplete == ["c1"]
    kept = LlmVariant(read_all, keep_incomplete=True)
    assert len(list(kept.render([record()]))) == 1 and kept.report.incomplete == ["c1"]
