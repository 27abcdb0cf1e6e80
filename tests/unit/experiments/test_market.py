"""The data of a recipe from simulated markets: what is labelled, and what is apart."""

from __future__ import annotations

import pytest

from jobfit.experiments.market import MarketSizes, market_data

SIZES = MarketSizes(50, 16, 30, 8)


@pytest.fixture(scope="module")
def data():
    return market_data(SIZES, ("nDCG@10",))


def test_held_out_log_is_labelled_and_of_other_people(data):
    people, openings = data.held_out.candidates, data.held_out.vacancies
    assert data.labelled and {pair.grade for pair in data.labelled} == {0, 1}
    assert all(pair.candidate_id in people and pair.vacancy_id in openings for pair in data.labelled)
    assert len({pair[:2] for pair in data.labelled}) == len(data.labelled)
    assert not set(people) & set(data.train.candidates)


def test_attribute_is_known_of_every_held_out_candidate_and_in_no_section(data):
    assert set(data.attribute.groups) == set(data.held_out.candidates)
    assert set(data.attribute.groups.values()) == {"female", "male"}
    assert not any("section sex" in text for text in data.held_out.candidates.values())


def test_rules_turn_nobody_down_so_nothing_is_labelled():
    found = market_data(MarketSizes(40, 12, 20, 6, labels="rules"), ("nDCG@20",))
    assert found.labelled == ()
