"""The folder: documents, pairs, qrels, locations, what was dropped, and the funnel of all of it."""

from __future__ import annotations

import csv
import json
from types import SimpleNamespace

import pytest
from pyarrow import parquet

from jobfit.errors import InputError, UnknownIdError
from jobfit.ingest.applications import LogFormat
from jobfit.ingest.formats.trec import read_qrels
from jobfit.judgements import UnknownStatusError, load_table
from jobfit.preparation.prepare import PAIR_COLUMNS, Inputs, Settings, prepare
from jobfit.reading import read_documents
from jobfit.records import Document

CANDIDATES = """id_candidat;Nom;Ville;Mobilité;Texte
C1;Jeanne Martin;Lyon;;Conductrice de ligne, cinq ans en usine
C2;Paul Petit;Lyon;Bretagne;Soudeur TIG
C3;;;;
C4;Ana Roux;;;Cariste CACES 3
"""
VACANCIES = """id_offre;Intitulé;Description
V1;Opérateur;Nous recherchons un opérateur de production
V2;Cariste;Nous recherchons un cariste
"""
LOG = """Id_Candidat;Id_Offre;Statut;Date
C1;V1;NET + 3 jrs;01/02/2024
C1;V1;Embauché;05/02/2024
C2;V1;négatif+2jrs;05/02/2024
C2;V2;NET Rému;06/02/2024
C4;V2;NAE + Vivier;07/02/2024
C4;V1;NAE;
C9;V1;NAE;07/02/2024
C3;V1;NAE;07/02/2024
C4;;NAE;07/02/2024
C4;V1;NAE;2024-02-07
C2;V1
"""


class NoWordForC2:
    """A variant that has nothing to say about one person."""

    name = "silent"

    def render(self, records):
        return (Document(record.id, "" if record.id == "C2" else "words") for record in records)

    def facts(self):
        return {"dropped_fields": 7}


def settings(**changes):
    return Settings(**{"statuses": load_table("inasoft"), **changes})


@pytest.fixture
def inputs(tmp_path):
    for name, content in (("c.csv", CANDIDATES), ("v.csv", VACANCIES), ("log.csv", LOG)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    log = LogFormat({}, "%d/%m/%Y")
    return Inputs(str(tmp_path / "c.csv"), str(tmp_path / "v.csv"), tmp_path / "log.csv", log)


def prepare_in(folder, inputs, **changes):
    return SimpleNamespace(folder=folder, **prepare(inputs, settings(**changes), folder))


@pytest.fixture
def prepared(inputs, tmp_path):
    return prepare_in(tmp_path / "out", inputs)


def rows(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_pairs_have_every_outcome_and_the_parquet_file_is_the_csv_file(prepared):
    table = parquet.read_table(prepared.folder / "pairs.parquet")
    assert tuple(table.column_names) == tuple(PAIR_COLUMNS)
    shown = [
        (p["candidate_id"], p["vacancy_id"], p["outcome"], p["binary"], p["three_class"], p["ordinal"], p["grade"],
         p["censored"], p["reason"], p["reason_side"], p["elapsed_days"], p["rows"])
        for p in table.to_pylist()
    ]  # fmt: skip
    assert shown == [
        ("C1", "V1", "hired", 1, 1, 2, 4, False, None, None, None, 2),
        ("C2", "V1", "rejected", 0, 0, 0, 0, False, None, None, 2, 1),
        ("C2", "V2", "censored", None, None, None, None, True, "pay", "preference", None, 1),
        ("C4", "V2", "talent_pool", None, 2, 1, 2, False, None, None, None, 1),
        ("C4", "V1", "rejected", 0, 0, 0, 1, False, None, None, None, 1),
    ]
    as_text = [{k: "" if v is None else str(v) for k, v in p.items() if k != "time"} for p in table.to_pylist()]
    written = [{k: v for k, v in row.items() if k != "time"} for row in rows(prepared.folder, "pairs.csv")]
    assert written == [{k: v.lower() if k == "censored" else v for k, v in row.items()} for row in as_text]


def test_qrels_leave_censored_pairs_out_and_keep_grade_zero(prepared):
    assert read_qrels(prepared.folder / "qrels.tsv").grades == {"V1": {"C1": 4, "C2": 0, "C4": 1}, "V2": {"C4": 2}}
    reverse = read_qrels(prepared.folder / "qrels-vacancies-for-candidate.tsv").grades
    assert reverse == {"C1": {"V1": 4}, "C2": {"V1": 0}, "C4": {"V1": 1, "V2": 2}}


def test_funnel_accounts_for_every_row(prepared):
    by_name = {funnel["name"]: funnel for funnel in prepared.funnels}
    assert by_name["candidates"]["steps"][0]["dropped"] == {"there is no text in this row": 1}
    assert by_name["candidates"]["rows_in"] == 4
    applications = by_name["applications"]
    assert (applications["rows_in"], applications["rows_out"]) == (11, 5)
    assert [(step["step"], step["dropped"]) for step in applications["steps"]] == [
        ("read", {
            "the row does not fit the header": 1, "time: no date and time of the form %d/%m/%Y": 1,
            "vacancy_id: the value is missing": 1,
        }),
        ("join the records", {"no record of the candidate": 2}),
        ("one row a pair", {"a decided row of the pair stands": 1}),
    ]  # fmt: skip
    dropped = rows(prepared.folder, "dropped.csv")
    assert len(dropped) == 11 - 5
    assert {row["row"] for row in dropped} | {"2", "3", "4", "5", "6"} == {str(n) for n in range(1, 12)}
    assert (by_name["graded pairs"]["rows_out"], by_name["binary pairs"]["rows_out"]) == (5 - 1, 5 - 1 - 1)
    assert (prepared.binary["positive"], prepared.binary["negative"]) == (1, 2)
    assert prepared.unusable == 1 + 3


def test_statuses_and_reasons_of_the_pairs_are_counted(prepared):
    assert prepared.statuses == {
        "hired": 1, "interview_not_accepted": 1, "interview_not_accepted_pool": 1, "not_contacted_pay": 1, "rejected": 1
    }  # fmt: skip
    assert prepared.reasons == {"preference": {"pay": 1}, "qualification": {}}


def test_funnel_file_is_what_is_returned(prepared):
    content = {name: value for name, value in vars(prepared).items() if name != "folder"}
    assert json.loads((prepared.folder / "funnel.json").read_text()) == content


def test_documents_are_beir_files_without_the_names_of_people(prepared):
    documents = read_documents(prepared.folder / "candidates.jsonl", masked=False)
    assert [document.id for document in documents] == ["C1", "C2", "C4"]
    assert "Soudeur TIG" in documents[1].text
    assert not any(name in document.text for document in documents for name in ("Martin", "Petit", "Roux"))
    assert [d.id for d in read_documents(prepared.folder / "vacancies.jsonl", masked=False)] == ["V1", "V2"]


def test_locations_tell_declared_from_imputed(prepared):
    found = {row["id"]: (row["mobility"], row["mobility_source"]) for row in rows(prepared.folder, "locations.csv")}
    assert found == {
        "C1": ("Lyon", "imputed_residence"), "C2": ("Bretagne", "declared"), "C4": ("", "unknown"),
        "V1": ("", ""), "V2": ("", ""),
    }  # fmt: skip
    assert prepared.mobility == {"declared": 1, "imputed_residence": 1, "unknown": 1}


def test_variant_without_words_keeps_the_pairs_and_counts_them(inputs, prepared, tmp_path):
    other = prepare_in(tmp_path / "other", inputs, variant=NoWordForC2())
    assert (other.folder / "pairs.csv").read_bytes() == (prepared.folder / "pairs.csv").read_bytes()
    assert other.pairs_without_document == {"candidate": 2, "vacancy": 0}
    assert [d.id for d in read_documents(other.folder / "candidates.jsonl")] == ["C1", "C4"]
    assert other.funnels[0]["steps"][1]["dropped"] == {"this variant has no text": 1}
    assert (other.facts["variant"], other.facts["dropped_fields"]) == ("silent", 7)


def test_unknown_status_stops_before_anything_is_written(inputs, tmp_path):
    with pytest.raises(UnknownStatusError, match=r"log\.csv: row 1: the status 'NET \+ 3 jrs'"):
        prepare(inputs, settings(statuses=load_table("ats")), tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "log.csv", "v.csv"]


def test_same_input_gives_the_same_bytes_and_takes_the_place_of_the_old(inputs, prepared):
    before = {path.name: path.read_bytes() for path in prepared.folder.iterdir()}
    (prepared.folder / "left-over.txt").touch()
    prepare(inputs, settings(), prepared.folder)
    assert {path.name: path.read_bytes() for path in prepared.folder.iterdir()} == before
    assert len(list(prepared.folder.parent.iterdir())) == 3 + 1


def test_folder_with_something_else_is_left_alone(inputs, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds no preparation"):
        prepare(inputs, settings(), tmp_path / "out")
    assert (tmp_path / "out" / "thesis.txt").read_text() == "mine"


def test_failure_on_the_way_leaves_the_earlier_folder(inputs, prepared, tmp_path):
    before = (prepared.folder / "funnel.json").read_bytes()
    (tmp_path / "v.csv").write_text("id_offre;Description\n;\n", encoding="utf-8")
    with pytest.raises(InputError, match="no vacancy could be read"):
        prepare(inputs, settings(), prepared.folder)
    assert (prepared.folder / "funnel.json").read_bytes() == before
    assert not list(tmp_path.glob(".out.*"))


def test_id_that_no_qrels_file_can_carry_is_an_error(inputs, tmp_path):
    for name in ("c.csv", "log.csv"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("C2;", "C 2;"), encoding="utf-8")
    with pytest.raises(InputError, match="'C 2' is empty or holds white space") as error:
        prepare(inputs, settings(), tmp_path / "out")
    assert not isinstance(error.value, UnknownIdError) and not (tmp_path / "out").exists()


def test_only_censored_pairs_leave_the_qrels_empty_and_say_so(inputs, tmp_path):
    (tmp_path / "log.csv").write_text("Id_Candidat;Id_Offre;Statut\nC1;V1;No News\n", encoding="utf-8")
    done = prepare_in(tmp_path / "out", inputs)
    assert done.notes == ["no pair is judged: the qrels are empty"]
    assert (done.folder / "qrels.tsv").read_text() == "query-id\tcorpus-id\tscore\n"
    assert done.binary["pos_weight"] is None
