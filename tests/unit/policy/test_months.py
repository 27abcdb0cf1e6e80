"""Months up to a day: intervals that stay open, claims, upper bounds."""

from datetime import date

import pytest

from jobfit.policy.months import experience_total, months_in
from jobfit.records import CandidateProfile, Evidence, Experience, ExperienceTotal, Stated

TODAY = date(2024, 5, 15)


def said(value, words="quoted"):
    return Stated(value, Evidence(words, 0, len(words)))


def held(start, end, widest=None, words="quote"):
    current = end is None and start is not None
    return Experience(said("Cook"), start, end, current, Evidence(words, 0, len(words)), None, widest)


def total(*positions, claim=None, explained=False, today=TODAY):
    claimed = None if claim is None else said(claim, "claimed")
    profile = CandidateProfile(experiences=positions, claimed_months=claimed, dates_explained=explained)
    return experience_total(profile, today)


@pytest.mark.parametrize(
    ("positions", "months"),
    [
        ([], 0),
        ([held("2020-01", "2020-12")], 12),
        ([held("2020-01", "2020-12"), held("2020-07", "2021-06")], 18),  # the overlap once
        ([held("2020-01", "2020-12"), held("2022-01", "2022-02")], 14),  # not the gap
        ([held("2024-01", None)], 5),
        ([held("2024-01", "2027-12")], 5),  # no month that lies ahead
        ([held("2025-01", None)], 0),
        ([held("2024", None, ("2024-01", None))], 1),  # "2024 - now": it has begun
        ([held("2024", None)], 1),
        ([held("2023", "2024", ("2023-01", "2024-12"))], 11),
        ([held("2015", "2019")], 48),  # from the middle to the middle
        ([held("2015", "2019-03")], 45),
        ([held("2015-11", "2019")], 44),
        ([held("2019", "2019")], 1),  # one month is certain
        ([held("2019", "2019-03")], 1),
        ([held("2019-09", "2019")], 1),
        ([held("2015", "2019"), held("2019", "2021")], 72),
        ([held(None, None)], 0),
        ([Experience(said("Cook"), "2020-01", None, False, said(1).evidence)], 0),  # a start, and nobody knows the end
    ],
)
def test_months_in_positions_up_to_today(positions, months):
    assert months_in(positions, TODAY) == months


def test_a_position_still_held_grows_with_the_day():
    position = held("2019-01", None)
    grown = [months_in([position], date(year, 1, 1)) for year in (2018, 2019, 2020, 2026)]
    assert grown == [0, 1, 13, 85]


def test_total_of_nothing_is_unknown():
    assert total() is None
    assert total(held(None, None), explained=True) is None
    assert total(held("2030-01", "2031-01"), explained=True) is None


def test_total_has_an_upper_bound_and_is_sure_only_where_the_dates_are_explained():
    position = held("2016", "2018", ("2016-01", "2018-12"))
    unbounded, bounded = total(position), total(position, explained=True)
    assert (unbounded.value, unbounded.sure) == (ExperienceTotal(24), False)
    assert (bounded.value, bounded.sure) == (ExperienceTotal(24, 36), True)


def test_upper_bound_of_an_open_position_ends_today():
    assert total(held("2022", None), explained=True).value == ExperienceTotal(23, 29)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("2015", "2019", (48, 60)), ("2019", "2019", (1, 12)), ("2015", "2019-03", (45, 51)), ("2019-09", "2019", (1, 4))],
)
def test_a_year_alone_may_be_all_of_its_months(start, end, expected):
    assert total(held(start, end), explained=True).value == ExperienceTotal(*expected)


@pytest.mark.parametrize(("claim", "expected"), [(120, ExperienceTotal(120)), (72, ExperienceTotal(60, 72))])
def test_claim_counts_where_it_says_more_than_a_year_more(claim, expected):
    found = total(held("2015-01", "2019-12"), claim=claim, explained=True)
    assert found.value == expected
    assert found.evidence.text == ("claimed" if claim == 120 else "quote")
    assert found.sure is (claim == 72)


def test_claim_alone_is_not_sure():
    assert (total(claim=60).value, total(claim=60).sure) == (ExperienceTotal(60), False)


def test_total_quotes_the_longest_position_of_that_day():
    positions = held("2010-01", "2014-12", words="five years"), held("2018-01", None, words="still there")
    assert total(*positions, today=date(2020, 1, 1)).evidence.text == "five years"
    assert total(*positions, today=date(2024, 1, 1)).evidence.text == "still there"
