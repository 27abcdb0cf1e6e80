"""JobRec's recipe: the split that cannot be memorised, what its rows measure, and its learned network."""

from __future__ import annotations

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.experiments.jobrec import (
    PREFERENCE,
    QUALIFICATION,
    WELFARE,
    JobRec,
    JobRecSettings,
    K,
    _calibration_error,
    funnel_data,
)
from jobfit.experiments.learned_lambda import CLIP, learned_lambda
from jobfit.experiments.market import MarketSizes
from jobfit.policy.lagrangian import Constraint, solve
from jobfit.training.experts import ExpertSettings, Shown, fit_experts


@pytest.fixture(scope="module")
def given():
    return funnel_data(MarketSizes(24, 12, 16, 1, seen=20))


@pytest.fixture(scope="module")
def experiment(given):
    return JobRec(given, JobRecSettings(backbone="hashing"))


def test_people_are_held_out_whole_so_that_a_memoriser_knows_no_pair(given, experiment):
    learnt = {candidate for candidate, _ in given.log.pairs}
    held_out = set(given.data.held_out.candidates)
    assert len(held_out) == 16 and not learnt & held_out
    assert (experiment._memorised() == 0).all()  # all tied: chance
    assert set(given.data.held_out.vacancies) == set(given.vacancies)
    assert given.likes.shape == given.applies.shape == given.accepts.shape == (16, 12)
    texts = set(given.data.held_out.candidates.values())
    assert not texts & {given.data.train.candidates[i] for i in learnt}


def test_columns_are_those_of_the_truth_over_everybody(given, experiment):
    table = given.likes * given.accepts
    found = experiment._measured(table).columns
    discount = 1 / np.log2(np.arange(2, 2 + K))
    for row, person in enumerate(given.data.held_out.candidates):
        first = np.argsort(-table[row])[:K]
        assert found[QUALIFICATION][person][0] == pytest.approx(np.average(given.accepts[row, first], weights=discount))
        assert found[WELFARE][person][0] == pytest.approx(np.average(table[row, first], weights=discount))
    assert set(found[PREFERENCE]) == {
        person for row, person in enumerate(given.data.held_out.candidates) if given.likes[row].max() >= 0.5
    }
    best = experiment._measured(given.likes).columns[PREFERENCE]
    assert all(value == (1.0,) for value in best.values())


def test_popularity_counts_applications_of_those_who_are_learnt_from(given, experiment):
    row = experiment._popular()[0]
    for column, vacancy in enumerate(given.vacancies):
        assert row[column] == sum(v == vacancy and bool(a) for (_, v), a in zip(given.log.pairs, given.log.applied))


def test_calibration_error_is_over_ten_bins_of_equal_mass():
    said = np.linspace(0, 1, 100)
    assert _calibration_error(said, said) == pytest.approx(0)
    assert _calibration_error(said, said - 0.25) == pytest.approx(0.25)
    assert _calibration_error(np.repeat([0.2, 0.8], 50), np.repeat([0.3, 0.7], 50)) == pytest.approx(0.1)


def test_floors_lie_between_nothing_and_everything():
    with pytest.raises(InputError, match="floors lie between"):
        JobRecSettings(floors=(0.0,))


def test_learned_lambda_moves_the_scores_but_keeps_no_promise_that_the_exact_policy_keeps():
    dice = np.random.default_rng(0)
    x = dice.normal(size=(600, 4)).astype(np.float32)
    applied = dice.random(600) < 1 / (1 + np.exp(-2 * x[:, 0]))
    verdict = np.where(dice.random(600) < 1 / (1 + np.exp(-2 * x[:, 1])), 1.0, 0.0)
    shown = Shown(x, np.repeat(np.arange(60), 10), applied, np.where(applied, verdict, np.nan))
    experts = fit_experts(shown, shown, ExpertSettings(hidden=4, steps=40, together=0, learning_rate=0.05))
    other = dice.normal(size=(200, 4)).astype(np.float32)
    lists = np.repeat(np.arange(20), 10)
    scores, chances = experts.logits(other)[0], experts.chances(other)[1]
    free = solve(scores, (), 1.0, sizes=[10] * 20)
    least = float(free.weights @ chances) / 20 + 0.2
    found = learned_lambda(experts, shown, other, lists, least)
    assert (abs(found.weights) <= CLIP).all()
    assert found.scores == pytest.approx(scores + found.weights * experts.logits(other)[1], abs=1e-4)
    assert np.add.reduceat(found.shares, np.arange(0, 200, 10)) == pytest.approx(np.ones(20), abs=1e-5)
    exact = solve(scores, [Constraint("q", chances, least)], 1.0, sizes=[10] * 20)
    assert exact.expected["q"] == pytest.approx(least, abs=1e-6)
    assert float(found.shares @ chances) / 20 != pytest.approx(least, abs=1e-3)
