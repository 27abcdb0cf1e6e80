"""The adapter of LightGBM and XGBoost against the libraries' own classes; saved and read again; what is refused."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from jobfit.errors import InputError, MissingExtraError, ModelError
from jobfit.scorers.trees import Trees, TreeSettings, fit_classifier, fit_ranker

LIBRARIES = ("lightgbm", "xgboost")
SETTINGS = TreeSettings(trees=30, learning_rate=0.2, leaves=7, smallest=5, seed=3)


@pytest.fixture(scope="module")
def table():
    dice = np.random.default_rng(1)
    rows = dice.normal(size=(300, 4))
    rows[::7, 3] = np.nan  # unknown
    return rows, np.clip(np.round(rows[:, 0] + 0.5 * rows[:, 1] + 1), 0, 2).astype(int)


def test_lightgbm_classifier_is_that_of_the_library(table):
    from lightgbm import LGBMClassifier

    rows, grades = table
    own = fit_classifier("lightgbm", rows, grades == 2, SETTINGS)
    other = LGBMClassifier(
        n_estimators=30, learning_rate=0.2, num_leaves=7, min_child_samples=5, random_state=3, n_jobs=1, verbose=-1
    ).fit(rows, grades == 2)
    assert own.scores(rows) == pytest.approx(other.predict(rows, raw_score=True), abs=1e-6)


def test_xgboost_classifier_is_that_of_the_library(table):
    from xgboost import XGBClassifier

    rows, grades = table
    own = fit_classifier("xgboost", rows, grades == 2, SETTINGS)
    other = XGBClassifier(
        n_estimators=30, learning_rate=0.2, max_leaves=7, max_depth=0, grow_policy="lossguide", min_child_weight=0,
        tree_method="hist", n_jobs=1, random_state=3,
    ).fit(rows, grades == 2)  # fmt: skip
    assert own.scores(rows) == pytest.approx(other.predict(rows, output_margin=True), abs=1e-5)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_positive_weight_moves_the_log_odds_up(table, library):
    rows, grades = table
    plain, heavy = (fit_classifier(library, rows, grades == 2, SETTINGS, weight) for weight in (1.0, 5.0))
    assert heavy.scores(rows).mean() > plain.scores(rows).mean() + 0.1


@pytest.mark.parametrize("library", LIBRARIES)
def test_ranker_orders_each_list_by_its_grades(table, library):
    rows, grades = table
    shift = np.repeat(np.arange(30), 10)  # an order within lists, not across: the grade tells nothing between them
    ranker = fit_ranker(library, rows, grades, [10] * 30, SETTINGS)
    scores = ranker.scores(rows)
    agree = [
        (scores[i] > scores[j])
        for i in range(300)
        for j in range(300)
        if shift[i] == shift[j] and grades[i] > grades[j]
    ]
    assert np.mean(agree) > 0.9


@pytest.mark.parametrize("library", LIBRARIES)
def test_trees_are_read_again_from_text(table, library):
    rows, grades = table
    fitted = fit_ranker(library, rows, grades, [10] * 30, SETTINGS)
    again = Trees.from_text(library, fitted.to_text(), 4)
    np.testing.assert_array_equal(again.scores(rows), fitted.scores(rows))
    assert again.scores(np.empty((0, 4))).shape == (0,)
    with pytest.raises(ModelError, match="read 4 numbers a row, not 5"):
        Trees.from_text(library, fitted.to_text(), 5)
    with pytest.raises(ModelError, match="cannot be read"):
        Trees.from_text(library, "{}", 4)


@pytest.mark.parametrize("library", LIBRARIES)
def test_same_table_gives_the_same_trees(table, library):
    rows, grades = table
    assert len({fit_classifier(library, rows, grades > 0, SETTINGS).to_text() for _ in range(2)}) == 1


@pytest.mark.parametrize("library", LIBRARIES)
def test_missing_library_names_the_command(table, library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'jobfit\[trees\]'"):
        fit_classifier(library, table[0], table[1] > 0, SETTINGS)


def test_what_nothing_can_be_learnt_from_is_refused(table):
    rows, grades = table
    with pytest.raises(InputError, match=r"one class only \(0 positive\)"):
        fit_classifier("lightgbm", rows, grades > 9)
    with pytest.raises(InputError, match="none of the 30 lists has two different grades"):
        fit_ranker("lightgbm", rows, np.repeat(np.arange(30) % 3, 10), [10] * 30)
    with pytest.raises(InputError, match="do not make 300 rows"):
        fit_ranker("lightgbm", rows, grades, [10] * 29)
    with pytest.raises(InputError, match="from 0 to 30"):
        fit_ranker("lightgbm", rows, grades - 1, [10] * 30)
    with pytest.raises(InputError, match="infinite"):
        fit_classifier("lightgbm", np.where(np.isnan(rows), np.inf, rows), grades > 0)
    with pytest.raises(InputError, match="300 rows and 2 labels"):
        fit_classifier("lightgbm", rows, np.array([True, False]))
    with pytest.raises(InputError, match="a table of 4 columns"):
        fit_classifier("lightgbm", rows, grades > 0, SETTINGS).scores(rows[:, :2])
    with pytest.raises(InputError, match="2 or more"):
        TreeSettings(leaves=1)
