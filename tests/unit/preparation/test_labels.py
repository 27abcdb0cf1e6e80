"""The rows of a log become pairs: unknown statuses stop everything, several rows of a pair become one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jobfit.errors import Rejection
from jobfit.ingest.applications import ApplicationRow
from jobfit.judgements import UnknownStatusError, load_table
from jobfit.preparation.labels import JOIN, ONE, READ, judge_rows, label_pairs

ATS = load_table("ats")


def log(*rows, table=ATS):
    """Rows of (candidate, vacancy, status, day or None[, outcome])."""
    made = [
        row
        if isinstance(row, Rejection)
        else ApplicationRow(
            number, row[0], row[1], row[2], row[4] if len(row) > 4 else None,
            row[3] and datetime(2024, 1, row[3], tzinfo=UTC),
        )
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip
    return judge_rows(made, table, "log.csv")


def pairs_of(*rows):
    return [(p.candidate_id, p.status, p.row, p.rows) for p in label_pairs(log(*rows), {"c", "d"}, {"v"}).pairs]


@pytest.mark.parametrize(
    ("rows", "stands"),
    [
        ([("c", "v", "applied", 1), ("c", "v", "rejected", 2)], ("c", "rejected", 2, 2)),
        ([("c", "v", "rejected", 2), ("c", "v", "applied", 9)], ("c", "rejected", 1, 2)),
        ([("c", "v", "hired", 5), ("c", "v", "rejected", 3)], ("c", "hired", 1, 2)),
        ([("c", "v", "rejected", 5), ("c", "v", "hired", 5)], ("c", "hired", 2, 2)),
        ([("c", "v", "applied", 5), ("c", "v", "no response", 3)], ("c", "applied", 1, 2)),
        ([("c", "v", "hired", None), ("c", "v", "rejected", 3)], ("c", "rejected", 2, 2)),
        ([("c", "v", "rejected", None), ("c", "v", "hired", None)], ("c", "hired", 2, 2)),
        ([("c", "v", "hired", 1), ("c", "v", "new", 2), ("c", "v", "rejected", 3)], ("c", "rejected", 3, 3)),
    ],
)
def test_latest_decided_application_of_a_pair_stands(rows, stands):
    assert pairs_of(*rows) == [stands]


def test_dropped_rows_are_all_listed_with_step_and_reason():
    broken = Rejection("log.csv", 1, "status", "", "the value is missing")
    unfit = Rejection("log.csv", 2, None, None, "the row has 2 fields and the header has 4")
    labelled = label_pairs(
        log(
            broken, unfit, ("x", "v", "hired", 1), ("c", "y", "hired", 1), ("x", "y", "hired", 1),
            ("c", "v", "applied", 1), ("c", "v", "hired", 1), ("d", "v", "hired", 1), ("d", "v", "hired", 2),
        ), {"c", "d"}, {"v"},
    )  # fmt: skip
    assert [(d.row, d.step, d.reason) for d in labelled.dropped] == [
        (1, READ, "status: the value is missing"),
        (2, READ, "the row does not fit the header"),
        (3, JOIN, "no record of the candidate"),
        (4, JOIN, "no record of the vacancy"),
        (5, JOIN, "no record of either"),
        (6, ONE, "a decided row of the pair stands"),
        (8, ONE, "a later row of the pair stands"),
    ]
    assert [step.kept for step in labelled.funnel.steps] == [9 - 2, 9 - 2 - 3, 9 - 2 - 3 - 2]


def test_unknown_statuses_are_all_named_with_their_first_row_and_count():
    with pytest.raises(UnknownStatusError) as error:
        log(("c", "v", "hired", 1), ("c", "v", "Archivé", 1), ("c", "v", "Archivé", 1), ("x", "y", "lost", 1))
    assert str(error.value) == (
        "log.csv: row 2: the status 'Archivé' is not in the table 'ats' (2 rows); "
        "row 4: the status 'lost' is not in the table 'ats' (1 row). "
        "Add each to a table of your own and pass it with --statuses FILE"
    )


def test_many_unknown_statuses_are_shortened():
    with pytest.raises(UnknownStatusError, match="; and 3 more"):
        log(*(("c", "v", f"zzz {letter}", 1) for letter in "abcdefgh"))


def test_log_that_states_another_outcome_is_noted_and_the_table_decides():
    found = log(("c", "v", "hired", 1, "rejected"), ("d", "v", "hired", 1, "hired"))
    assert [judgement.binary for _, judgement in found.rows] == [1, 1]
    [note] = found.notes
    assert note.startswith("log.csv: 1 rows state another outcome") and "row 1: 'hired' is stated as 'rejected'" in note


def test_no_rows_give_no_pairs():
    labelled = label_pairs(log(), {"c"}, {"v"})
    assert (labelled.pairs, labelled.dropped, labelled.funnel.rows_in) == ((), (), 0)
