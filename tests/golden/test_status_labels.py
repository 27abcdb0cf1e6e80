"""Every row of the status table in section 4.1 of the notes on the fairness report, and the numbers beside it.

Where the report and the recommended reading differ, ``inasoft`` holds the recommended one and ``inasoft-report`` the
report's.
"""

from __future__ import annotations

import math

import pytest

from jobfit.judgements import Reason, Side, load_table
from jobfit.preparation.labels import balance
from jobfit.records import Outcome

PREFERENCE, QUALIFICATION = Side.PREFERENCE, Side.QUALIFICATION
# status, outcome, grade, observation, binary, three classes, ordinal
SECTION_4_1 = [
    ("Embauche", "hired", 4, "observed", 1, 1, 2),
    ("Vivier", "talent_pool", 2, "soft", None, 2, 1),
    ("Vivier+2jrs", "talent_pool", 2, "soft", None, 2, 1),
    ("NAE + Vivier", "talent_pool", 2, "soft", None, 2, 1),
    ("NAE", "rejected", 1, "observed", 0, 0, 0),
    ("NAE+5jrs", "rejected", 1, "observed", 0, 0, 0),
    ("Négatif", "rejected", 0, "observed", 0, 0, 0),
    ("Négatif+2jrs", "rejected", 0, "observed", 0, 0, 0),
    ("Négatif+5jrs", "rejected", 0, "observed", 0, 0, 0),
    ("Neg sans msg", "rejected", 0, "observed", 0, 0, 0),
    ("NET", "censored", None, "censored", None, None, None),
    ("NET+3jrs", "censored", None, "censored", None, None, None),
    ("NET Rému", "censored", None, "censored", None, None, None),
    ("NET Localisation", "censored", None, "censored", None, None, None),
    ("NET Cond. Travail", "censored", None, "censored", None, None, None),
    ("NET Savoir Etre", "censored", None, "censored", None, None, None),
    ("NET Savoir Faire", "censored", None, "censored", None, None, None),
    ("No News", "censored", None, "censored", None, None, None),
    ("Poste Pourvu", "censored", None, "censored", None, None, None),
]


@pytest.mark.parametrize(("status", "outcome", "grade", "observation", "binary", "three_class", "ordinal"), SECTION_4_1)
def test_section_4_1_status_is_read_as_recommended(status, outcome, grade, observation, binary, three_class, ordinal):
    judged = load_table("inasoft").judge(status)
    assert (judged.outcome, judged.grade, judged.observation) == (Outcome(outcome), grade, observation)
    assert (judged.binary, judged.three_class, judged.ordinal) == (binary, three_class, ordinal)
    assert judged.censored == (outcome == "censored")


@pytest.mark.parametrize(
    ("status", "binary", "three_class"),
    [
        ("Embauche", 1, 1), ("Vivier", None, 2), ("Vivier+2jrs", None, 2), ("NAE + Vivier", 0, 0), ("NAE", 0, 0),
        ("NAE+5jrs", 0, 0), ("Négatif", 0, 0), ("Neg sans msg", 0, 0), ("NET", 0, 0), ("NET+3jrs", 0, 0),
        ("NET Rému", 0, 0), ("NET Localisation", 0, 0), ("NET Cond. Travail", 0, 0), ("NET Savoir Etre", 0, 0),
        ("NET Savoir Faire", 0, 0), ("No News", None, None), ("Poste Pourvu", None, None),
    ],
)  # fmt: skip
def test_section_4_1_report_map_is_kept_for_reproduction(status, binary, three_class):
    judged = load_table("inasoft-report").judge(status)
    assert (judged.binary, judged.three_class) == (binary, three_class)


@pytest.mark.parametrize("table", ["inasoft", "inasoft-report"])
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("NET", None),
        ("NET Rému", Reason("pay", PREFERENCE)),
        ("NET Localisation", Reason("place", PREFERENCE)),
        ("NET Cond. Travail", Reason("conditions", PREFERENCE)),
        ("NET Savoir Etre", Reason("soft_skills", QUALIFICATION)),
        ("NET Savoir Faire", Reason("know_how", QUALIFICATION)),
    ],
)
def test_section_4_1_reason_codes_tell_preference_from_qualification(table, status, reason):
    assert load_table(table).judge(status).reason == reason


@pytest.mark.parametrize("status", [row[0] for row in SECTION_4_1 if "jrs" not in row[0]])
@pytest.mark.parametrize(("suffix", "days"), [("+2jrs", 2), (" + 5 jrs", 5), ("+ 12JRS", 12), (" +1 jour", 1)])
def test_section_4_1_suffix_is_elapsed_time_for_any_status(status, suffix, days):
    table = load_table("inasoft")
    plain, late = table.judge(status), table.judge(status + suffix)
    assert (plain.elapsed_days, late.elapsed_days) == (None, days)
    assert (late.status, late.outcome, late.grade, late.reason) == (
        plain.status, plain.outcome, plain.grade, plain.reason
    )  # fmt: skip


def test_section_4_1_class_weights_and_prior():
    first, third = balance(417, 35_137 - 417), balance(397, 32_546 - 397)
    assert (first["negative"], third["negative"]) == (34_720, 32_149)
    assert first["pos_weight"] == pytest.approx(34_720 / 417) and round(first["pos_weight"], 2) == 83.26
    assert third["pos_weight"] == pytest.approx(32_149 / 397) and round(third["pos_weight"], 2) == 80.98
    assert first["prior_logit"] == pytest.approx(math.log(417 / 34_720)) and round(first["prior_logit"], 2) == -4.42


def test_section_4_1_shares_are_of_the_set_itself():
    """The report divided the 397 of its third set by the total of its first: 1.13 % for what is 1.22 %."""
    share = balance(397, 32_149)["share"]
    assert round(100 * share, 2) == 1.22 and round(100 * (1 - share), 2) == 98.78
    assert round(100 * 397 / 35_137, 2) == 1.13
    assert round(100 * balance(417, 34_720)["share"], 2) == 1.19
