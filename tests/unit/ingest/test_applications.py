"""Applications from a table."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from jobfit.errors import InputError, RejectedInput, Rejection
from jobfit.ingest.applications import read_applications
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
        (2, "time", "yesterday"),
        (3, "candidate_id", ""),
    ]
    with pytest.raises(RejectedInput, match="row 1"):
        read_applications(path)


def test_missing_column_is_an_error_that_names_it(tmp_path):
    path = write(tmp_path / "a.csv", header="candidate_id,vacancy_id,status\n")
    with pytest.raises(InputError, match="no column 'outcome', 'time'"):
        read_applications(path)


def test_no_rows_give_no_applications(tmp_path):
    assert read_applications(write(tmp_path / "a.csv")) == ()
