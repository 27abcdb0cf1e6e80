"""The log at a moment, against cases whose answer a reader can see."""

from datetime import UTC, date, datetime

import pytest

from jobfit.judgements import load_table
from jobfit.records import Application, Outcome
from jobfit.sourcing.log import UNKNOWN, ApplicationLog, Event, end_of, months_before, seconds_of


def on(day, month=1, year=2026):
    return datetime(year, month, day, 12, tzinfo=UTC)


def row(who, status, time, decided=None, vacancy="v1"):
    return Application(who, vacancy, status, load_table("ats").judge(status).outcome, time, decided)


def at(rows, moment):
    log = ApplicationLog(rows)
    standing = log.standing(moment)
    return {
        who: {name: getattr(standing, name)[n] for name in ("applied", "last", "undated", "hired", "pooled")}
        for n, who in enumerate(log.people)
    }


def test_empty_log_knows_nobody():
    log = ApplicationLog([])
    standing = log.standing(on(1))
    assert (log.people, len(log), len(standing.applied), standing.later) == ((), 0, 0, 0)
    assert len(log.applied_for("v1", on(1))) == 0
    assert log.first_applications() == log.hires() == {}


def test_order_of_the_rows_changes_nothing():
    rows = [row("b", "hired", on(2), on(9)), row("a", "rejected", on(3)), row("b", "applied", on(4), vacancy="v2")]
    assert at(rows, on(20)) == at(rows[::-1], on(20))


def test_what_happens_later_is_not_known_yet():
    rows = [row("a", "hired", on(2), on(9)), row("b", "applied", on(15))]
    early, late = at(rows, on(5)), at(rows, on(20))
    assert (early["a"]["applied"], early["a"]["hired"], late["a"]["hired"]) == (True, False, True)
    assert (early["b"]["applied"], late["b"]["applied"]) == (False, True)
    assert ApplicationLog(rows).standing(on(5)).later == 1
    assert early["a"]["last"] == on(2).timestamp() and late["a"]["last"] == on(9).timestamp()


def test_censored_is_not_rejected_and_not_hired():
    state = at([row("a", "no response", on(2)), row("b", "vacancy filled", on(2), on(3))], on(20))
    assert [(one["applied"], one["hired"], one["pooled"]) for one in state.values()] == [(True, False, False)] * 2


@pytest.mark.parametrize(
    ("again", "decided", "hired"),
    [
        (on(8), on(9), True),  # a parallel application is none after the hire
        (on(10), on(9), False),  # looking again
        (on(9), on(9), True),
        (on(10), None, True),  # when it was decided is not known: it may have been after the other application
        (datetime(2026, 8, 1, tzinfo=UTC), None, False),  # half a year later it was
    ],
)
def test_hired_is_who_has_not_applied_since(again, decided, hired):
    rows = [row("a", "hired", on(2), decided), row("a", "applied", again, vacancy="v2")]
    assert at(rows, datetime(2026, 12, 1, tzinfo=UTC))["a"]["hired"] == hired


def test_hire_without_any_date_stays_a_hire():
    rows = [row("a", "hired", None), row("a", "applied", on(5), vacancy="v2")]
    assert at(rows, on(20))["a"]["hired"]


def test_undated_event_is_known_and_its_day_is_not():
    state = at([row("a", "talent pool", None)], on(20))["a"]
    assert (state["applied"], state["undated"], state["last"], state["pooled"]) == (True, True, UNKNOWN, True)
    decided = at([row("a", "talent pool", None, on(3))], on(20))["a"]
    assert (decided["undated"], decided["last"]) == (False, on(3).timestamp())


def test_applied_for_is_by_vacancy_and_moment():
    log = ApplicationLog(
        [row("a", "applied", on(2)), row("b", "applied", on(9)), row("c", "applied", None, vacancy="v2")]
    )
    assert log.applied_for("v1", on(5)).tolist() == [True, False, False]
    assert log.applied_for("v2", on(5)).tolist() == [False, False, True]
    assert not log.applied_for("nothing", on(5)).any()


def test_last_event_is_the_latest_and_says_what_was_not_decided():
    rows = [row("a", "rejected", on(2), on(4)), row("a", "talent pool", on(3), on(9), vacancy="v2")]
    log = ApplicationLog(rows)
    assert log.last_event(0, on(20)) == Event("v2", date(2026, 1, 9), "talent pool", Outcome.TALENT_POOL)
    assert log.last_event(0, on(6)) == Event("v1", date(2026, 1, 4), "rejected", Outcome.REJECTED)
    assert log.last_event(0, datetime(2026, 1, 3, 13, tzinfo=UTC)) == Event("v2", date(2026, 1, 3), None, None)
    assert ApplicationLog([row("a", "rejected", None)]).last_event(0, on(6)).date is None


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 24, date(2024, 1, 15)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
        (date(2026, 1, 15), 100_000, date.min),
    ],
)
def test_months_before_is_the_same_day_or_the_last(day, months, before):
    assert months_before(day, months) == before


def test_day_ends_at_midnight_utc():
    assert end_of(date(2026, 12, 31)) == datetime(2027, 1, 1, tzinfo=UTC)
    assert seconds_of(date(1970, 1, 2)) == 86_400
