"""docs/training/definition-of-done.md names tests and results that exist, for every capability."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "training" / "definition-of-done.md"


def rows():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [
        line.strip("| ").split(" | ") for line in lines if not line.startswith(("| ---", "| capability", "| what "))
    ]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_row_links_to_tests_and_results_that_exist(row):
    _, done, shown, missing = row
    links = re.findall(r"\[`([\w/.-]+)`\]\(\.\./\.\./([\w/.-]+)\)", shown)
    assert done and missing and links
    assert len(links) == shown.count("](")
    for name, path in links:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert name == path or re.search(rf"^def {name}\(", text, re.MULTILINE), f"{path} has no {name}"
