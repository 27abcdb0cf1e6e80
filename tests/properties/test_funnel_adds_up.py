"""Any log: every row is a pair or dropped with a reason, once; and the rule for several rows, by another route."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from jobfit.errors import Rejection
from jobfit.ingest.applications import ApplicationRow
from jobfit.judgements import load_table
from jobfit.preparation.labels import judge_rows, label_pairs
from jobfit.records import Outcome

TABLE = load_table("inasoft")
STATUSES = ["Embauché", "Vivier+2jrs", "NAE", "Négatif +5 jrs", "NET Rému", "No News", "Poste Pourvu"]
IDS = st.sampled_from("abc")
ROWS = st.lists(
    st.none() | st.tuples(IDS, IDS, st.sampled_from(STATUSES), st.none() | st.integers(1, 3)),
    max_size=25,
)


def labelled(rows):
    made = [
        Rejection("log.csv", number, "time", "x", "no date")
        if row is None
        else ApplicationRow(number, *row[:3], None, row[3] and datetime(2024, 1, row[3], tzinfo=UTC))
        for number, row in enumerate(rows, start=1)
    ]
    return made, label_pairs(judge_rows(made, TABLE, "log.csv"), {"a", "b"}, {"b", "c"})


@settings(max_examples=150)
@given(ROWS)
def test_every_row_is_a_pair_or_dropped_exactly_once(rows):
    _, found = labelled(rows)
    numbers = sorted([pair.row for pair in found.pairs] + [row.row for row in found.dropped])
    assert numbers == list(range(1, len(rows) + 1))
    funnel = found.funnel
    assert funnel.rows_in == len(rows) == funnel.rows_out + sum(sum(s.dropped.values()) for s in funnel.steps)
    assert funnel.rows_out == len(found.pairs) == len({(p.candidate_id, p.vacancy_id) for p in found.pairs})
    assert sum(pair.rows for pair in found.pairs) == funnel.steps[1].kept


@settings(max_examples=150)
@given(ROWS)
def test_row_that_stands_is_the_last_by_decided_time_and_place(rows):
    """The oracle sorts all rows of each pair; the code compares them one by one."""
    made, found = labelled(rows)
    groups = {}
    for row in made:
        if isinstance(row, ApplicationRow) and row.candidate_id in {"a", "b"} and row.vacancy_id in {"b", "c"}:
            groups.setdefault((row.candidate_id, row.vacancy_id), []).append(row)
    expected = set()
    for group in groups.values():
        decided = [row for row in group if TABLE.judge(row.status).outcome is not Outcome.CENSORED]
        dated = [row for row in decided or group if row.time is not None]
        last = max((row.time for row in dated), default=None)
        expected.add([row.number for row in decided or group if row.time == last][-1])
    assert {pair.row for pair in found.pairs} == expected
