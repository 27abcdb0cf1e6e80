"""Applications from a table."""

import gzip
from datetime import UTC, datetime, timedelta, timezone

import pytest

from jobfit.errors import InputError, RejectedInput, Rejection
from jobfit.ingest.applications import LogFormat, read_applications
from jobfit.records import Application, Outcome

HEADER = "candidate_id,vacancy_id,status,outcome,time\n"


def write(path, *rows, header=HEADER):
    path.write_text(header + "\n".join(rows) + "\n")
    return path


def test_rows_become_applications(tmp_path):
    path = write(
        tmp_path / "a.csv", "c1,v1,offer accepted,hired,2024-05-01T09:30:00+02:00", "c2,v1,open,censored,2024-05-02"
    )
    assert read_applications(path) == (
        Application(
            "c1",
            "v1",
            "offer accepted",
            Outcome.HIRED,
            datetime(2024, 5, 1, 9, 30, tzinfo=timezone(timedelta(hours=2))),
        ),
        Application("c2", "v1", "open", Outcome.CENSORED, datetime(2024, 5, 2, tzinfo=UTC)),
    )


def test_bad_rows_are_rejected_by_field_and_value_and_the_rest_go_in(tmp_path):
    rows = [
        "c1,v1,new,maybe,2024-05-01",
        "c2,v1,new,hired,yesterday",
        ",v1,new,hired,2024-05-01",
        "c4,v1,new,hired,2024-05-01",
    ]
    rejects: list[Rejection] = []
    path = write(tmp_path / "a.csv", *rows)
    assert [application.candidate_id for application in read_applications(path, rejects=rejects)] == ["c4"]
    assert [(bad.row, bad.field, bad.value) for bad in rejects] == [
        (1, "outcome", "maybe"),
        (2, "time", "aaaaaaaaa"),
        (3, "candidate_id", ""),
    ]
    with pytest.raises(RejectedInput, match="row 1"):
        read_applications(path)


def test_empty_time_is_unknown_and_the_decision_is_read(tmp_path):
    header = "candidate_id,vacancy_id,status,time,decided\n"
    path = write(tmp_path / "a.csv", "c1,v1,hired,,2024-05-03", "c2,v1,rejected,2024-05-01,", header=header)
    first, second = read_applications(path)
    assert (first.time, first.decided) == (None, datetime(2024, 5, 3, tzinfo=UTC))
    assert (second.time, second.decided) == (datetime(2024, 5, 1, tzinfo=UTC), None)
    rejects: list[Rejection] = []
    bad = write(tmp_path / "b.csv", "c1,v1,hired,2024-05-01,soon", header=header)
    assert read_applications(bad, rejects=rejects) == ()
    assert [(one.field, one.value) for one in rejects] == [("decided", "aaaa")]


def test_missing_column_is_an_error_that_names_it(tmp_path):
    path = write(tmp_path / "a.csv", header="candidate_id,vacancy_id,status\n")
    with pytest.raises(InputError, match="no column 'time'"):
        read_applications(path)


def test_no_outcome_column_leaves_the_status_to_the_table(tmp_path):
    rows = ["c1,v1,Hired,2024-05-01", "c2,v1,talent pool,2024-05-01", "c3,v1,no news,2024-05-01"]
    path = write(tmp_path / "a.csv", *rows, header="candidate_id,vacancy_id,status,time\n")
    assert [a.outcome for a in read_applications(path)] == [Outcome.HIRED, Outcome.TALENT_POOL, Outcome.CENSORED]
    with pytest.raises(RejectedInput, match=r"a\.csv, row 1, field 'status': .*'Hired' is not in the table 'inasoft'"):
        read_applications(path, statuses="inasoft")


def test_table_decides_and_a_stated_outcome_stands_where_it_does_not_know_the_status(tmp_path):
    rows = ["c1,v1,hired,,2024-05-01", "c2,v1,our own word,rejected,2024-05-01", "c3,v1,hired,rejected,2024-05-01"]
    path = write(tmp_path / "a.csv", *rows)
    assert [a.outcome for a in read_applications(path)] == [Outcome.HIRED, Outcome.REJECTED, Outcome.HIRED]


def test_unknown_status_is_rejected_by_file_row_and_value_never_zero(tmp_path):
    path = write(tmp_path / "a.csv", "c1,v1,hired,2024-05-01", "c2,v1,Archivé,2024-05-01",
                 header="candidate_id,vacancy_id,status,time\n")  # fmt: skip
    rejects: list[Rejection] = []
    assert len(read_applications(path, rejects=rejects)) == 1
    [bad] = rejects
    assert (bad.file, bad.row, bad.field, bad.value) == (str(path), 2, "status", "Archivé")
    assert "is not in the table 'ats'" in bad.reason


def test_french_columns_semicolons_and_dates_are_read(tmp_path):
    path = tmp_path / "candidatures.csv"
    lines = ["ID Candidat;Id_Offre;Statut;Date", "12;V 1;Négatif +2jrs;03/05/2024", "", "13;V 2;Embauché;31/12/2023"]
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    found = read_applications(path, statuses="inasoft", log=LogFormat({}, "%d/%m/%Y"))
    assert [(a.candidate_id, a.vacancy_id, a.outcome, a.time.isoformat()) for a in found] == [
        ("12", "V 1", Outcome.REJECTED, "2024-05-03T00:00:00+00:00"),
        ("13", "V 2", Outcome.HIRED, "2023-12-31T00:00:00+00:00"),
    ]


def test_named_columns_go_before_the_usual_ones(tmp_path):
    path = write(tmp_path / "a.csv", "x,c1,v1,open,hired,2024-05-01", header="id,who,where,status,last,time\n")
    log = LogFormat({"candidate_id": "who", "vacancy_id": "where", "status": "last"})
    [application] = read_applications(path, log=log)
    assert (application.candidate_id, application.outcome) == ("c1", Outcome.HIRED)
    with pytest.raises(InputError, match=r"no column 'whom' \(found: id, who"):
        read_applications(path, log=LogFormat({"candidate_id": "whom"}))
    with pytest.raises(InputError, match="no field 'person'"):
        LogFormat({"person": "who"})


def test_parquet_is_read_like_csv(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    columns = {
        "candidate_id": [1.0, 2.0, None], "vacancy_id": ["v", "v", "v"], "status": ["hired", None, "hired"],
        "time": [datetime(2024, 5, 1), datetime(2024, 5, 2), datetime(2024, 5, 3)],
    }  # fmt: skip
    parquet.write_table(pa.table(columns), path)
    rejects: list[Rejection] = []
    [application] = read_applications(path, rejects=rejects)
    assert (application.candidate_id, application.time) == ("1", datetime(2024, 5, 1, tzinfo=UTC))
    assert [(bad.row, bad.field) for bad in rejects] == [(2, "status"), (3, "candidate_id")]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        read_applications(path)


def test_packed_log_is_read_like_the_log_and_a_damaged_one_is_an_error(tmp_path):
    packed = gzip.compress(f"{HEADER}c1,v1,new,hired,2024-05-01\n".encode())
    (tmp_path / "a.csv.gz").write_bytes(packed)
    (tmp_path / "b.csv.gz").write_bytes(packed[:-9])
    assert [application.candidate_id for application in read_applications(tmp_path / "a.csv.gz")] == ["c1"]
    with pytest.raises(InputError, match="cut off"):
        read_applications(tmp_path / "b.csv.gz")


def test_row_that_does_not_fit_the_header_is_rejected_by_number(tmp_path):
    rejects: list[Rejection] = []
    path = write(tmp_path / "a.csv", "c1,v1,hired,,2024-05-01,more", "c2,v1,hired,,2024-05-01", "c3,v1")
    assert [a.candidate_id for a in read_applications(path, rejects=rejects)] == ["c2"]
    assert [(bad.row, bad.reason) for bad in rejects] == [
        (1, "the row has 6 fields and the header has 5"),
        (3, "the row has 2 fields and the header has 5"),
    ]


def test_quotation_mark_left_open_is_an_error_that_names_the_line(tmp_path):
    with pytest.raises(InputError, match="line 3"):
        read_applications(write(tmp_path / "a.csv", "c1,v1,hired,,2024-05-01", 'c2,"v1,hired,,2024-05-01'))


def test_missing_file_is_an_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_applications(tmp_path / "none.csv")


def test_no_rows_give_no_applications(tmp_path):
    assert read_applications(write(tmp_path / "a.csv")) == ()
