"""Every difference that docs/training/recipes.md states is in a committed report, and the verdicts are counted."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/training/recipes.md").read_text(encoding="utf-8")
NUMBER = r"[+-]\d\.\d{3}"
DIFFERENCES = re.findall(rf"({NUMBER})\s\(({NUMBER}) to ({NUMBER})\)", PAGE)


@pytest.mark.parametrize(("mean", "low", "high"), DIFFERENCES)
def test_difference_stands_in_a_report(mean, low, high):
    reports = [path.read_text(encoding="utf-8") for path in (ROOT / "results/reproduce").glob("*/report.md")]
    stated = "|".join(re.sub(r" nDCG|95 % |\+", "", text) for text in reports)
    assert f"{mean} ({low} to {high}".replace("+", "") in stated


@pytest.mark.parametrize(("paper", "title"), [("confit-v2", "ConFit v2"), ("rankpo", "RankPO")])
def test_verdicts_are_counted_as_in_the_report(paper, title):
    counts = json.loads((ROOT / f"results/reproduce/{paper}/report.json").read_bytes())["verdict_counts"]
    [stated] = re.findall(rf"\*\*{title}\*\* \(\[report\]\([^)]*\)\): ([^.]*)\.", PAGE)
    found = re.findall(r"(\d+) (?:claims? )?(?:was |were )?(held|reversed|mixed|not shown)", stated)
    assert {word: int(n) for n, word in found} == {word: n for word, n in counts.items() if n}
