"""The published table, the verdict and the page say the same."""

import json
from pathlib import Path

import pytest

from jobfit.evaluation.statistics import Estimate
from jobfit.experiments.default_model.measuring import TRAINED, Line, judge, table_lines, verdict_lines
from jobfit.experiments.default_model.recipe import read_recipe
from jobfit.experiments.rows import Compared

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def result():
    return json.loads((ROOT / "results/default-model.json").read_text(encoding="utf-8"))


def lines_of(result):
    for row in result["kept_apart"]:
        systems = {name: Estimate(**value) for name, value in row["systems"].items()}
        against = {
            name: Compared(name, TRAINED, "", Estimate(**value["difference"]), value["p"], value["p_holm"])
            for name, value in row["trained_minus"].items()
        }
        yield Line(row["set"], row["about"], row["real"], row["measure"], row["documents"], systems, against)


def test_the_published_verdict_is_the_rule_s(result):
    verdict = judge(list(lines_of(result)), read_recipe("recipes/default").rule)
    assert (verdict.ships, list(verdict.reasons)) == (result["verdict"]["ships"], result["verdict"]["reasons"])


def test_the_published_run_is_of_the_packaged_recipe(result):
    assert result["recipe"]["sha256"] == read_recipe("recipes/default").sha256


def test_the_page_holds_the_table_the_verdict_and_the_weights(result):
    page = (ROOT / "docs/training/default-model.md").read_text(encoding="utf-8")
    lines = list(lines_of(result))
    verdict = judge(lines, read_recipe("recipes/default").rule)
    assert "\n".join([*table_lines(lines), *verdict_lines(verdict)]).strip() in page
    assert result["trained"]["weights_sha256"] in page
