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


def test_lists_have_the_grades_of_the_table(market):
    table, highest = load_table("ats"), {}
    for one in market.markets[0].applications:
        if (grade := table.judge(one.status).grade) is not None:
            highest.setdefault((one.candidate_id, one.vacancy_id), set()).add(grade)
    found = {pair[:2]: pair.grade for part in (market.train, market.validation) for pair in part.graded}
    assert found.keys() == highest.keys() and all(grade in highest[pair] for pair, grade in found.items())
    assert len(set(found.values())) > 2


def test_other_texts_are_of_the_same_pairs(market):
    other = market.rewritten(lambda one: ({i: f"person {i}" for i in one.cvs}, {i: f"job {i}" for i in one.vacancies}))
    assert other.tested == market.tested and other.train.positives == market.train.positives
    assert other.train.candidates["c0001"] == "person c0001" and other.held_out.vacancies["t-v0001"] == "job v0001"
    assert other.held_out.tasks == market.held_out.tasks and other.train.hash != market.train.hash


def test_screeners_of_a_biased_market_pass_fewer_of_one_sex():
    sizes = MarketSizes(400, 60, seen=40, bias=3.0)
    one = market_of(sizes, 400, 60, 1)
    passed = {"male": [], "female": []}
    for application in one.applications:
        if application.status in CLASS:
            passed[one.groups[application.candidate_id]["sex"]].append(application.status != "rejected_cv")
    male, female = (sum(values) / len(values) for values in (passed["male"], passed["female"]))
    assert abs(male - female) > 0.15
    assert market_of(MarketSizes(400, 60, seen=40), 400, 60, 1).cvs == one.cvs
