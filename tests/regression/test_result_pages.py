"""Pages that are written of a result are what their writer makes of it."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "writer"),
    [("variants", "variants_page.py"), ("reading", "reading/page.py"), ("mitigations", "mitigations_page.py")],
)
def test_page_is_that_of_the_result(name, writer):
    result, page = ROOT / f"results/{name}.json", ROOT / f"docs/{name}.md"
    spec = importlib.util.spec_from_file_location(f"{name}_page", ROOT / "benchmarks" / writer)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert page.read_text(encoding="utf-8") == "\n".join(module.lines(json.loads(result.read_text()))).rstrip() + "\n"
