"""docs/fairness.md: every name in its code columns is there, and its example of an audit runs."""

import re
from importlib import import_module
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[3] / "docs/fairness.md").read_text(encoding="utf-8")
MODULES = [
    "jobfit.policy.exposure.prefixes", "jobfit.policy.exposure.randomised", "jobfit.policy.exposure.across",
    "jobfit.policy.exposure.base", "jobfit.training.objectives.group_terms", "jobfit.training.objectives.fairness",
    "jobfit.training.group_access", "jobfit.training.losses.group_gaps",
]  # fmt: skip


def test_classes_that_the_page_names_exist():
    named = {name for code in re.findall(r"`([^`\n]+)`", PAGE) for name in re.findall(r"\b[A-Z][a-z]+[A-Z]\w+", code)}
    there = {name for module in MODULES for name in dir(import_module(module))}
    assert named - there == {"MetricFrame"}
    assert {"ByScore", "GapSettings", "ExposureTerm"} <= named


def test_example_of_an_audit_runs(tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text("candidate_id,sex,age\nc1,f,50+\nc2,m,30\n")
    from jobfit.runs import Ranking

    given = {
        "path": path, "candidates": ["c1", "c2"], "vacancies": ["v", "v"], "labels": [1, 0],
        "probabilities": [0.9, 0.1], "rankings": [Ranking.from_scores("v", ["c1", "c2"], [0.9, 0.1])],
    }  # fmt: skip
    exec(compile(re.findall(r"```python\n(.*?)```", PAGE, re.S)[0], "fairness.md", "exec"), given)  # noqa: S102
    gaps = {row.gap: row.estimate.mean for row in given["decided"].gaps}
    assert gaps["demographic parity"] == 1
    assert {row.group for row in given["ranked"].rows} == {"f, 50+", "m, 30"}
