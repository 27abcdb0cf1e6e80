"""The published table, the verdict and the page say the same."""

import json
from pathlib import Path

import pytest

from jobfit.encoders.delta import shipped_deltas
from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.default_model.measuring import SYSTEM, Line, judge, table_lines, verdict_lines
from jobfit.experiments.default_model.recipe import read_recipe
from jobfit.experiments.rows import Compared

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def result():
    return json.loads((ROOT / "results/default-model.json").read_text(encoding="utf-8"))


def lines_of(encoder):
    for row in encoder["kept_apart"]:
        systems = {name: Estimate(**value) for name, value in row["systems"].items()}
        against = {
            name: Compared(name, SYSTEM, "", Estimate(**value["difference"]), value["p"], value["p_holm"])
            for name, value in row["system_minus"].items()
        }
        yield Line(row["set"], row["about"], row["real"], row["measure"], row["documents"], systems, against)


def test_the_published_verdicts_are_the_rule_s(result):
    for name, encoder in result["encoders"].items():
        verdict = judge(list(lines_of(encoder)), read_recipe(encoder["recipe"]["name"]).rule)
        published = encoder["verdict"]
        assert (verdict.ships, list(verdict.reasons)) == (published["ships"], published["reasons"]), name


def test_the_published_runs_are_of_the_packaged_recipes(result):
    for encoder in result["encoders"].values():
        assert encoder["recipe"]["sha256"] == read_recipe(encoder["recipe"]["name"]).sha256


def test_what_ships_is_what_was_published(result):
    ships = {name: one["delta"]["sha256"] for name, one in result["encoders"].items() if one["verdict"]["ships"]}
    assert {name: one.sha256 for name, one in shipped_deltas().items()} == ships


def test_the_page_holds_the_tables_and_the_verdicts(result):
    page = (ROOT / "docs/training/default-model.md").read_text(encoding="utf-8")
    for encoder in result["encoders"].values():
        lines = list(lines_of(encoder))
        verdict = judge(lines, read_recipe(encoder["recipe"]["name"]).rule)
        assert "\n".join([*table_lines(lines), *verdict_lines(verdict)]).strip() in page
