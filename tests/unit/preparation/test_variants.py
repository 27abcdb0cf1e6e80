"""What every variant keeps, and what the raw one is."""

from __future__ import annotations

import pytest

from jobfit.documents.esco_text import SkillsFrom
from jobfit.errors import InputError
from jobfit.llm.client import Client
from jobfit.preparation.variants import VARIANTS, RawVariant, VariantSettings, make_variant
from jobfit.reading import read_candidate_text
from jobfit.records import Candidate, Source, Vacancy
from jobfit.taxonomy.compact import load_compact

SOURCE = Source("memory", "text", "0" * 64)
PERSON = Candidate("c1", "Jane Doe\nNurse\nCall +33 6 12 34 56 78 or jane@mail.org", "en", SOURCE)
POSITION = Vacancy("v1", "We are looking for a nurse in Lyon.", "en", SOURCE)


def test_raw_variant_masks_by_default_and_keeps_order_and_ids():
    documents = list(RawVariant().render([POSITION, PERSON]))
    assert [document.id for document in documents] == ["v1", "c1"]
    assert "nurse" in documents[0].text and "Nurse" in documents[1].text
    assert "jane@mail.org" not in documents[1].text and "34 56 78" not in documents[1].text


def test_raw_variant_unmasked_is_the_text_as_it_is():
    variant = RawVariant(VariantSettings(masked=False))
    assert next(variant.render([PERSON])).text == PERSON.text
    assert variant.facts() == {"masked": False, "language": "as written"}


def test_raw_variant_takes_records_one_at_a_time():
    taken = []

    def records():
        for record in (PERSON, POSITION):
            taken.append(record.id)
            yield record

    rendered = RawVariant().render(records())
    next(rendered)
    assert taken == ["c1"]


def test_unknown_variant_or_language_is_an_error_that_names_the_known_ones():
    with pytest.raises(InputError, match="no variant 'magic'; there are: raw, llm, esco"):
        make_variant("magic", VariantSettings())
    with pytest.raises(InputError, match="language 'de' is not one of en, fr"):
        VariantSettings("de")


CV = """Ruby Vauclair
Registered nurse Vauclair

EXPERIENCE
2019 - 2024 Registered nurse, General Hospital
Ruby Vauclair gave wound care and wrote Python scripts. Write to ruby@vauclair.org

SKILLS
Wound care, Python
"""


@pytest.mark.parametrize("name", VARIANTS)
def test_name_in_title_and_body_is_in_no_variant(name, llm_server):
    reading = read_candidate_text(CV, load_compact())
    language, profile = reading.language, reading.profile
    record = Candidate("c1", CV, language, SOURCE, profile)
    with Client(llm_server.url, "m") as client:
        [document] = make_variant(name, VariantSettings(client=client)).render([record])
    assert "nurse" in document.text.lower() and "wound care" in document.text.lower()
    for private in ("Ruby", "Vauclair", "ruby", "@"):  # Ruby is a skill of the taxonomy, too
        assert private not in document.text
    assert all("Vauclair" not in str(body) for body in llm_server.requests)


def test_esco_variant_writes_what_the_text_says_in_the_language_asked_for():
    variant = make_variant("esco", VariantSettings("fr"))
    reading = read_candidate_text(CV, load_compact())
    language, profile = reading.language, reading.profile
    [document] = variant.render([Candidate("c1", CV, language, SOURCE, profile)])
    assert document.text.startswith("J'ai travaillé dans les domaines suivants : infirmier")
    assert "Je possède les compétences suivantes: " in document.text and "Python" in document.text
    facts = variant.facts()
    assert (facts["documents"], facts["occupations"], facts["language"]) == (1, 1, "fr")
    assert facts["taxonomy"] == "jobfit-compact-3" and facts["skills_from"] == "evidenced"


def test_esco_variant_of_implied_skills_is_called_so():
    variant = make_variant("esco", VariantSettings("en", skills=SkillsFrom.IMPLIED))
    assert variant.name == "esco-implied" and variant.facts()["skills_from"] == "implied"


def test_llm_variant_without_a_model_says_what_it_needs():
    with pytest.raises(InputError, match="name its endpoint and the model"):
        make_variant("llm", VariantSettings())
