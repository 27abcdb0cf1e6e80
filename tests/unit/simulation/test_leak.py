"""What a text tells of the groups: nothing where the settings say nothing, and more the more they say."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import balanced_accuracy_score

from jobfit.simulation import MarketSettings, simulate
from jobfit.simulation.market import Market
from jobfit.simulation.page import plain

PEOPLE = 1600


@cache
def words_of(leak: float, name_leak: float) -> tuple[Market, Any]:
    """Return a market in English and which words each of its CVs holds."""
    settings = MarketSettings(candidates=PEOPLE, vacancies=1, languages=("en",), leak=leak, name_leak=name_leak)
    market = simulate(settings, seed=3)
    texts = [plain(page) for page in market.cvs.values()]
    return market, CountVectorizer(binary=True, min_df=3).fit_transform(texts)


def balanced_accuracy(attribute: str, leak: float, name_leak: float) -> float:
    """Return the mean recall over groups of a classifier, trained on half of the CVs and tested on the others.

    Ridge classification over the words, groups weighted alike, so that chance is one over the number of groups.
    """
    market, words = words_of(leak, name_leak)
    labels = np.array([market.groups[id_][attribute] for id_ in market.cvs])
    half = PEOPLE // 2
    model = RidgeClassifier(alpha=30, class_weight="balanced", solver="sparse_cg").fit(words[:half], labels[:half])
    return float(balanced_accuracy_score(labels[half:], model.predict(words[half:])))


@pytest.mark.parametrize(("attribute", "groups"), [("sex", 2), ("age_band", 4), ("origin", 5)])
def test_texts_without_leaks_tell_no_group(attribute: str, groups: int) -> None:
    """Four standard errors: of 800 people in groups of about 400, 160 and 80 they are below 0.08."""
    assert balanced_accuracy(attribute, leak=0.0, name_leak=0.0) == pytest.approx(1 / groups, abs=0.08)


def test_texts_leak_a_group_the_more_the_higher_the_setting() -> None:
    none, some, full = (balanced_accuracy("sex", leak=leak, name_leak=0.0) for leak in (0.0, 0.8, 1.0))
    assert none < 0.56 < some < full
    assert full > 0.8


def test_names_leak_the_group_where_they_go_with_it() -> None:
    assert balanced_accuracy("sex", leak=0.0, name_leak=1.0) > 0.58


def test_leaks_change_neither_careers_nor_truth() -> None:
    plain_market, leaking = (simulate(MarketSettings(candidates=40, vacancies=5, leak=x), seed=2) for x in (0.0, 1.0))
    assert plain_market.people == leaking.people and np.array_equal(plain_market.q, leaking.q)
    assert plain_market.groups == leaking.groups and plain_market.cvs != leaking.cvs
