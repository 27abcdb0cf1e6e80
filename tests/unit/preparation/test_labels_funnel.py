"""A funnel that does not add up cannot be built."""

from __future__ import annotations

import pytest

from jobfit.errors import InputError
from jobfit.preparation.labels import Funnel, Step, balance


def test_funnel_adds_up():
    funnel = Funnel("rows", 10, (Step("read", {"broken": 2, "empty": 1}, 7), Step("join", {}, 7)))
    assert funnel.rows_out == 7
    assert funnel.as_json()["steps"][0] == {"step": "read", "dropped": {"broken": 2, "empty": 1}, "kept": 7}


@pytest.mark.parametrize(
    "steps",
    [
        (Step("read", {"broken": 2}, 7),),
        (Step("read", {"broken": 3}, 7), Step("join", {"unknown": 1}, 7)),
        (Step("read", {"broken": -1}, 11),),
    ],
)
def test_funnel_that_loses_a_row_is_refused(steps):
    with pytest.raises(InputError, match="rows in, but"):
        Funnel("rows", 10, steps)


def test_funnel_without_steps_keeps_everything():
    assert Funnel("rows", 3, ()).rows_out == 3


def test_balance_without_a_class_is_undefined_and_json_has_no_nan():
    assert balance(0, 0)["share"] is None
    assert balance(0, 5) == {"positive": 0, "negative": 5, "share": 0.0, "pos_weight": None, "prior_logit": None}
    assert balance(3, 0)["pos_weight"] == 0 and balance(3, 0)["prior_logit"] is None
