"""CSV files to raw documents."""

import csv
import io
from itertools import combinations

import pytest

from jobfit.ingest.formats.tables import extract_csv
from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind

FIELDS = {"company": "Acme Catering", "location": "Lyon", "mobility": "Nantes"}


def read(text: str, encoding: str = "utf-8") -> list[RawDocument | RawRejection]:
    return list(extract_csv(text.encode(encoding)))


def test_row_with_title_and_description_gives_a_vacancy_that_starts_with_its_title():
    assert read("id,job_description,job_title,uid\n8,We look for a cook.,Cook,e3f7\n") == [
        RawDocument("Cook\n\nWe look for a cook.", Kind.VACANCY, "8", 1)
    ]


def test_row_whose_text_says_its_other_columns_in_lines_does_not_repeat_them():
    [document] = read('id,title,text,company,ville,skills\n1,Cook,"COOK\nCompany: Acme\n- Lyon\nR",Acme,Lyon,R\n')
    assert document.text == "COOK\nCompany: Acme\n- Lyon\nR"


def test_value_that_stands_in_a_sentence_of_the_text_is_written_out_too():
    [document] = read('id,title,text,ville,skills\n1,Cook,"Not in Lyon. Never used R.",Lyon,R\n')
    assert document.text == "Cook\n\nLocation: Lyon\n\nNot in Lyon. Never used R.\n\nSkills\nR"


def test_answers_of_a_form_are_written_as_fields_in_the_language_of_the_text():
    [english] = read(
        "candidate_id,cv,Driving License,Security Clearance,Years of experience,Highest education,Expected salary\n"
        "1,Cook who has run two kitchens of a hotel.,no,,7,Master,38000 GBP\n"
    )
    assert english.text.splitlines() == [
        "Salary expectation: 38000 GBP", "Years of experience: 7", "Education level: Master", "Driving licence: no", "",
        "Cook who has run two kitchens of a hotel.",
    ]  # fmt: skip
    [french] = read(
        "id_offre;texte_offre;type de contrat;salaire_min;salaire_max;devise;permis b;télétravail;atouts\n"
        "7;Nous cherchons une personne pour notre équipe de cuisine.;CDI;28000;31000;EUR;oui;non;Anglais\n"
    )
    assert french.text.splitlines() == [
        "Type de contrat: CDI", "Télétravail: non", "Salaire: 28000 - 31000 EUR", "Permis de conduire: oui", "",
        "Nous cherchons une personne pour notre équipe de cuisine.", "", "Atouts", "Anglais",
    ]  # fmt: skip


@pytest.mark.parametrize(("columns", "row", "pay"), [
    ("min_salary,currency", "30000,EUR", "from 30000 EUR"), ("max_salary,currency", "30000,", "up to 30000"),
    ("min_salary,max_salary,salary", "1,2,30k€", "30k€"), ("min_salary,max_salary,currency", ",,EUR", None),
])  # fmt: skip
def test_limits_of_pay_in_columns_of_their_own_are_one_field(columns, row, pay):
    [document] = read(f"job_id,jd,{columns}\n1,Cook,{row}\n")
    assert document.declared == ((f"Salary: {pay}",) if pay else ())


@pytest.mark.parametrize("kind", ["vacancy_id", "id", "candidate_id"])
@pytest.mark.parametrize("title", ["Waitress", "Crew Team Member Opportunity", "Serveur (h/f)"])
@pytest.mark.parametrize("fields", [fields for n in range(4) for fields in combinations(FIELDS, n)])
@pytest.mark.parametrize("text", ["{title}\nWe serve eighty guests.", "{title}", "\n {title} \n\nWe serve.\n"])
def test_title_with_which_a_text_begins_comes_first_and_no_column_is_lost(kind, title, fields, text):
    row = {kind: "7", "text": text.format(title=title), "title": title} | {field: FIELDS[field] for field in fields}
    file = io.StringIO()
    csv.writer(file).writerows([row.keys(), row.values()])
    [document] = read(file.getvalue())
    lines = [line.strip() for line in document.text.splitlines()]
    assert (lines[0], lines.count(title)) == (title, 1)
    assert all(f"{field.title()}: {FIELDS[field]}" in lines for field in fields)
    assert document.declared == tuple(f"{name.title()}: {FIELDS[name]}" for name in FIELDS if name in fields)
    assert [line.strip() for line in row["text"].splitlines() if "serve" in line] == lines[-1:] or text == "{title}"


def test_heading_of_a_vacancy_without_a_title_column_stays_above_its_fields():
    [document] = read('vacancy_id,text,ville\n1,"Crew Opportunity\nWe serve lunch.",Lyon\n')
    assert document.text == "Crew Opportunity\n\nLocation: Lyon\n\nWe serve lunch."


def test_name_and_title_with_which_a_cv_begins_stay_above_its_fields():
    [document] = read('cv,nom,poste,ville\n"Ana Sample\nCuisinière\nDix ans en cuisine",Ana Sample,Cuisinière,Lyon\n')
    assert document.text == "Ana Sample\nCuisinière\n\nLocation: Lyon\n\nDix ans en cuisine"


def test_row_without_a_text_column_is_written_out_under_headings():
    [document] = read(
        "candidate_id;nom;poste;ville;compétences;langues\nc1;Ana Sample;Cuisinière;Lyon;Pâtisserie;Français\n"
    )
    assert document == RawDocument(
        "Ana Sample\nCuisinière\n\nLocation: Lyon\n\nSkills\nPâtisserie\n\nLanguages\nFrançais",
        Kind.CANDIDATE,
        "c1",
        1,
        declared=("Location: Lyon",),
    )


def test_delimiter_is_the_one_under_which_columns_are_known():
    for delimiter in ",;\t|":
        [document] = read(delimiter.join(("id", "cv")) + "\n" + delimiter.join(("a", "Nurse")) + "\n")
        assert (document.id, document.text, document.kind) == ("a", "Nurse", Kind.CANDIDATE)


def test_encodings_are_found_and_flagged():
    table = "id,cv\n1,Infirmière diplômée\n"
    assert read(table)[0].flags == read("\ufeff" + table)[0].flags == ()
    [old] = read(table, "cp1252")
    assert (old.text, old.flags) == ("Infirmière diplômée", ("encoding:cp1252",))


def test_file_that_mixes_two_encodings_is_read_and_flagged():
    data = "id,cv\n1,Infirmière\n".encode() + "2,Diplômée\n".encode("cp1252")
    documents = list(extract_csv(data))
    assert [document.text for document in documents] == ["Infirmière", "Diplômée"]
    assert documents[0].flags == ("encoding:mixed",)


def test_nul_bytes_are_dropped_and_flagged():
    [document] = extract_csv(b"id,cv\n1,Nurse\0 in Lyon " + b"x" * 200 + b"\n")
    assert document.text.startswith("Nurse in Lyon")
    assert document.flags == ("nul_bytes",)


def test_quoted_field_keeps_its_line_breaks_and_delimiters():
    [document] = read('id,cv\n1,"Nurse, Lyon\nsays ""hello"""\n')
    assert document.text == 'Nurse, Lyon\nsays "hello"'


def test_field_of_a_megabyte_is_read_whole():
    [document] = read(f"id,cv\n1,{'a ' * 500_000}\n")
    assert len(document.text) == 999_999


def test_rows_that_do_not_fit_are_rejected_by_number_and_the_others_go_in():
    results = read("id,cv\n1,Nurse\n2\n\n3,Cook,too,many\n4,\n5,Baker\n")
    assert [(type(result), result.row) for result in results] == [
        (RawDocument, 1),
        (RawRejection, 2),
        (RawRejection, 3),  # the blank line is no row
        (RawRejection, 4),
        (RawDocument, 5),
    ]
    assert results[1].reason == "the row has 1 fields and the header has 2; is a quotation mark missing?"
    assert results[3] == RawRejection("there is no text in this row", 4, "cv", "")


def test_second_row_with_an_id_is_rejected():
    first, second, third = read("id,cv\n7,Nurse\n7,Cook\n8,Baker\n")
    assert (first.id, third.id) == ("7", "8")
    assert second == RawRejection("duplicate id: row 1 of this file has it too", 2, "id", "7")


def test_quotation_mark_that_is_never_closed_is_rejected_with_its_line():
    results = read('id,cv\n1,Nurse\n2,"Cook\n3,Baker\n')
    assert results[0].text == "Nurse"
    assert results[1:] == [
        RawRejection("a quotation mark opened in line 3 is never closed; lines 3 to 4 are inside it", row=2)
    ]


def test_id_with_a_line_break_is_rejected_by_field_and_value():
    [result] = read('id,cv\n"a\nb",Nurse\n')
    assert (result.row, result.field, result.value) == (1, "id", "a b")


def test_table_without_a_text_column_names_what_it_found_and_what_would_do():
    [result] = read("id,genre\nAna,f\n")
    assert "found: 'id', 'genre'" in result.reason
    assert "text, resume, cv, job_description" in result.reason


def test_table_without_a_header_is_rejected_and_its_first_row_not_repeated():
    [result] = read("Ana,ana@example.org,Nurse\nBea,bea@example.org,Cook\n")
    assert "found: 3, none of a known name" in result.reason and "ana@" not in result.reason


def test_table_of_pairs_is_rejected_because_its_kind_is_two():
    [result] = read("resume_text,job_description\na,b\n")
    assert "'resume_text' (candidates) and 'job_description' (vacancies)" in result.reason


def test_empty_header_only_and_binary_files_are_rejected():
    assert read("  \n") == [RawRejection("the file is empty")]
    assert read("id,cv\n") == [RawRejection("the table has no rows")]
    [binary] = extract_csv(bytes(range(32)) * 100)
    assert "binary" in binary.reason


def test_real_vacancies_have_their_ids_and_titles(shared_data):
    documents = list(extract_csv((shared_data / "cv-docx" / "5_vacancies.csv").read_bytes()))
    assert [(document.id, document.kind, document.row) for document in documents] == [
        ("8", Kind.VACANCY, 1),
        ("37", Kind.VACANCY, 2),
        ("90", Kind.VACANCY, 3),
        ("207", Kind.VACANCY, 4),
        ("499", Kind.VACANCY, 5),
    ]
    assert [document.text.partition("\n")[0] for document in documents] == [
        "Software Developer - .Net",
        "Remote Software Developer",
        "Junior Level Software Developer (1-4 years experience)",
        "Backend Software Developer",
        "Software Developer",
    ]
