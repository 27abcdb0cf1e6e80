"""Pairs of three outcomes from a market: what the table of statuses says, and that every row is accounted for."""

from __future__ import annotations

import pytest

from jobfit.experiments.labelled_market import labelled_market
from jobfit.experiments.market import MarketSizes, market_of
from jobfit.judgements import UnknownStatusError, load_table
from jobfit.judgements.table import parse_table, shipped_text

SIZES = MarketSizes(120, 30, 80, 20)
CLASS = {"hired": 2, "talent_pool": 1, "offer_declined": 1, "rejected_cv": 0, "rejected_interview": 0}


@pytest.fixture(scope="module")
def market():
    return labelled_market(SIZES)


def logged(candidates, vacancies, seed):
    """By hand: the class of each pair of a log; one who applied twice and was decided once is decided."""
    found = {}
    for one in market_of(SIZES, candidates, vacancies, seed).applications:
        if one.status in CLASS:
            found[one.candidate_id, one.vacancy_id] = CLASS[one.status]
    return found


def test_every_judged_pair_has_the_class_of_its_status_and_censored_ones_have_none(market):
    expected = logged(120, 30, SIZES.seed)
    found = {
        pair[:2]: label
        for part in (market.train, market.validation)
        for label, pairs in ((0, part.rejects), (1, part.pool), (2, part.positives))
        for pair in pairs
    }
    assert found == expected
    assert {p[:2]: p.grade for p in market.tested} == {
        (f"t-{c}", f"t-{v}"): label for (c, v), label in logged(80, 20, SIZES.seed + 1_000_000).items()
    }


def test_funnel_adds_up_to_the_log(market):
    applications = market_of(SIZES, 80, 20, SIZES.seed + 1_000_000).applications
    funnel = market.funnels["held-out"]
    assert funnel.rows_in == len(applications)
    assert funnel.rows_out == len({(one.candidate_id, one.vacancy_id) for one in applications})


def test_a_status_that_the_table_lacks_is_refused():
    text = shipped_text("ats").replace('"rejected cv", ', "").replace('"rejected cv"', '"gone"')
    with pytest.raises(UnknownStatusError, match=r"the log of the training market: row .*rejected_cv"):
        labelled_market(SIZES, parse_table(text, "mine.toml", "mine"))
    assert load_table("ats").judge("rejected_cv").ordinal == 0
