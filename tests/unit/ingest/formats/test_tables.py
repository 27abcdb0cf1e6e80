"""Columns by their names."""

import pytest

from jobfit.ingest.formats.tables import SYNONYMS, match_columns, plain_name
from jobfit.records import Kind


@pytest.mark.parametrize("name", [" Intitulé du poste ", "INTITULE-DU-POSTE", "intitulé_du_poste"])
def test_plain_name_ignores_case_accents_and_punctuation(name):
    assert plain_name(name) == "intitule_du_poste"


def test_every_synonym_is_a_plain_name_and_stands_for_one_field():
    names = [name for synonyms in SYNONYMS.values() for name in synonyms]
    assert [plain_name(name) for name in names] == names
    assert len(set(names)) == len(names)


def test_first_synonym_wins_where_several_columns_fit():
    columns = match_columns(["uid", "description", "Job Description", "id"])
    assert columns.by_field == {"id": "id", "text": "Job Description"}
    assert columns.kind is Kind.VACANCY


def test_kind_is_open_where_no_column_tells_it():
    assert match_columns(["id", "text"]).kind is None
