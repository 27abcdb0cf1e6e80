"""Parquet files to raw documents."""

import io

import pyarrow
import pyarrow.parquet

from jobfit.ingest.formats.tables import extract_parquet
from jobfit.ingest.parse.limits import LIMITS, Limits
from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind


def table(**columns: list[object]) -> bytes:
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), file)
    return file.getvalue()


def test_rows_become_documents_and_lists_become_lines():
    data = table(candidate_id=[1, 2], title=["Cook", None], skills=[["Bread", "Soup"], ["Cakes"]])
    assert list(extract_parquet(data)) == [
        RawDocument("Cook\n\nSkills\nBread\nSoup", Kind.CANDIDATE, "1", 1),
        RawDocument("Skills\nCakes", Kind.CANDIDATE, "2", 2),
    ]


def test_row_without_text_is_rejected_by_row_and_field():
    first, second = extract_parquet(table(id=["a", "b"], cv=[None, "Nurse"]))
    assert first == RawRejection("there is no text in this row", 1, "cv", "")
    assert second.id == "b"


def test_whole_number_ids_that_became_floats_are_read_as_whole_numbers():
    [document] = extract_parquet(table(id=[8.0], cv=["Nurse"]))
    assert document.id == "8"


def test_column_of_a_wrong_type_is_rejected_by_field():
    [result] = extract_parquet(table(id=["a"], cv=[b"\xff\xfe"]))
    assert (result.row, result.field) == (1, "cv")
    assert "not bytes" in result.reason


def test_table_of_more_rows_than_a_batch_numbers_them_on():
    documents = list(extract_parquet(table(id=list(range(600)), cv=[f"Nurse {n}" for n in range(600)])))
    assert [document.row for document in documents] == list(range(1, 601))


def test_damaged_file_is_rejected():
    [result] = extract_parquet(table(id=["a"], cv=["Nurse"])[:-20])
    assert "cannot be read as Parquet" in result.reason


def test_table_without_rows_or_without_a_text_column_is_rejected():
    assert list(extract_parquet(table(cv=pyarrow.array([], pyarrow.string())))) == [
        RawRejection("the table has no rows")
    ]
    assert "(found: 2, none of a known name)" in next(iter(extract_parquet(table(sentence=["a"], tag=["b"])))).reason


def test_table_that_unfolds_beyond_the_limit_is_rejected_unread():
    data = table(id=[1], cv=["Nurse"])
    token = LIMITS.set(Limits(decoded_bytes=10))
    try:
        [result] = extract_parquet(data)
    finally:
        LIMITS.reset(token)
    assert "it unfolds to" in result.reason
