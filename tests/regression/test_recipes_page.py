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


def test_shares_of_the_judges_stand_in_their_results():
    section = PAGE.split("**A small language model as RankPO's judge**")[1].split("\n\n**")[0]
    stated = set(re.findall(r"\d\.\d\d \(\d\.\d\d-\d\.\d\d, n = \d+\)", section))
    measured = set(shares(json.loads((ROOT / "results/rankpo-judge.json").read_bytes())))
    assert len(stated) > 10 and stated <= measured


def shares(value):
    if isinstance(value, dict):
        mean = value.get("mean", value.get("share"))
        if mean is not None and value.get("low") is not None:
            yield f"{mean:.2f} ({value['low']:.2f}-{value['high']:.2f}, n = {value['n']})"
        for inner in value.values():
            yield from shares(inner)
