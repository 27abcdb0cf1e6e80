import runpy
from pathlib import Path

from jobfit.evaluation.grammar import FAMILIES

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_measures_page_is_what_make_docs_writes():
    page = runpy.run_path(str(DOCS / "generate_measures.py"))["measures_page"]()
    assert (DOCS / "measures.md").read_text(encoding="utf-8") == page, "run: make docs"
    rows = [line for line in page.split("\n") if line.startswith("| `")]
    assert len(rows) == len(FAMILIES)
    assert all(line.replace("\\|", "").count("|") == 6 for line in rows)
