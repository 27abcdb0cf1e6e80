"""Odd numbers and types at every place of the files that people write: a named error, or what stands there."""

import re

import pytest

from jobfit.app.training import tables_of
from jobfit.errors import InputError, PolicyError
from jobfit.judgements.table import parse_table
from jobfit.policy.requirements_file import RequirementsFile
from jobfit.settings import build, check_fields
from jobfit.settings_file import parse_toml, parse_yaml
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.rules_file import parse_rules
from jobfit.training.stages import Stage

NEVER = (
    ".nan", ".inf", "-.inf", "-1", "-1.0e-300", "9" * 29, "9" * 400, "9" * 5000, "1.7e+308", "1.0e+400", "1:30", "0x10",
    "010", "1_000", "true", "no", '"3"', "'３'", "3 years", "1,5", "[]", "{}", "[3]", "[[3]]", "{a: 3}", "2026-01-01",
    "2026-13-45", "12:00:00", "!!binary aGk=", "!!set {a, b}", "!!omap [a: 1]", "!!int foo", "!!python/name:os.system",
    "*a", "{<<: {weight: 3}}", "{a: 1, a: 2}", '"\\0"', "[" * 3000, "{? [a] : 3}",
)  # fmt: skip
POLICY = """
must_have: [{skill: Python, weight: 2}]
nice_to_have: [{text: knots, weight: 3}]
location: {places: [Paris], importance: must, weight: 4}
experience: {years: 5, weight: 6}
education: {level: master, weight: 7}
languages: [{language: German, level: B2, weight: 8}]
exclude: {experience: {years: 9}, pay: {currency: EUR, at_least: 17}, distance: {at_most: 18}}
weights: {similarity: 10, requirements: 11}
trade_off: {qualification: 0.12, requirements: 0.13, location: 0.14, condition: 0.15, temperature: 16,
  pay: {currency: EUR, at_most: 19}, distance: {at_most: 20}}
"""
RULES = """
rules:
  - {rule: area, share: 0.3, at_least: 2}
  - {rule: seniority, ladder: [[postdoc], [lecturer], [professor]], above: 1, below: 2}
  - {rule: filter, name: papers, items: papers, field: citations, above: 3, at_least: 2}
"""


def places(text):
    """The text with each of its numbers replaced in turn, by ``@``."""
    return [text[: match.start()] + "@" + text[match.end() :] for match in re.finditer(r"(?<=: )[\d.]+", text)]


@pytest.mark.parametrize("odd", NEVER, ids=lambda odd: odd[:12])
def test_odd_number_in_a_policy_or_a_rule_is_a_named_error(odd):
    assert len(places(POLICY)) == 19 and len(places(RULES)) == 6
    for text in places(POLICY):
        with pytest.raises(PolicyError) as caught:
            parse_yaml(text.replace("@", odd), "policy.yaml", PolicyError).checked(RequirementsFile, PolicyError, {})
        assert str(caught.value).startswith("policy.yaml") and len(str(caught.value)) < 700
    for text in places(RULES)[: 4 if odd.startswith("-1") else None]:  # what a filter compares with may be below 0
        with pytest.raises(InputError) as caught:
            parse_rules(parse_yaml(text.replace("@", odd), "rules.yaml").data, "rules.yaml")
        assert str(caught.value).startswith("rules.yaml") and len(str(caught.value)) < 700


@pytest.mark.parametrize(
    "odd", ["9" * 400, "9" * 5000, "nan", "-inf", "1e400", "true", "'4'", "4.0", "[" * 5000, "1\ngrade=1"]
)
def test_odd_grade_in_a_table_of_statuses_is_a_named_error(odd):
    with pytest.raises(InputError, match=r"^table\.toml"):
        parse_table(f"[status.hired]\nnames = ['x']\noutcome = 'hired'\ngrade = {odd}", "table.toml", "table")


@pytest.mark.parametrize("odd", ["9" * 400, "9" * 5000, "nan", "inf", "1e400", "true", "[" * 5000])
def test_odd_number_in_toml_is_a_named_error(odd):
    text = f"[[rules]]\nrule = 'filter'\nfield = 'x'\nabove = {odd}"
    with pytest.raises(InputError, match=r"^rules\.toml"):
        parse_rules(parse_toml(text, "rules.toml").data, "rules.toml")


@pytest.mark.parametrize("odd", [odd for odd in NEVER if odd not in ("3 years", "1,5")], ids=lambda odd: odd[:12])
@pytest.mark.parametrize("name", ["loop.epochs", "loop.learning_rate", "stage.temperature"])
def test_odd_number_in_a_setting_of_training_is_a_named_error(name, odd):
    table, _, field = name.partition(".")
    with pytest.raises(InputError) as caught:
        build({"loop": TrainSettings, "stage": Stage}[table], tables_of([f"{name}={odd}"], (table,))[table], "--set")
    assert field in str(caught.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, True, "3", None, [3]])
def test_odd_number_given_in_python_is_a_named_error(value):
    settings = Stage()
    object.__setattr__(settings, "beta", value)
    with pytest.raises(InputError, match="beta"):
        check_fields(settings)
