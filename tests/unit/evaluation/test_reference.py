from pathlib import Path

from jobfit.evaluation.grammar import FAMILIES
from jobfit.evaluation.reference import measures_page

PAGE = Path(__file__).resolve().parents[3] / "docs/measures.md"


def test_measures_page_is_what_make_docs_writes():
    assert PAGE.read_text(encoding="utf-8") == measures_page(), "run: make docs"


def test_measures_page_has_a_row_for_every_family():
    rows = [line for line in measures_page().split("\n") if line.startswith("| `")]
    assert len(rows) == len(FAMILIES)
    assert all(line.replace("\\|", "").count("|") == 6 for line in rows)
