"""docs/variants.md is what benchmarks/variants_page.py writes of results/variants.json."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_page_of_the_variants_is_that_of_the_result():
    result, page = ROOT / "results/variants.json", ROOT / "docs/variants.md"
    if not result.exists():
        pytest.skip("results/variants.json is not here; make bench-variants writes it")
    spec = importlib.util.spec_from_file_location("variants_page", ROOT / "benchmarks/variants_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert page.read_text(encoding="utf-8") == "\n".join(module.lines(json.loads(result.read_text()))) + "\n"
