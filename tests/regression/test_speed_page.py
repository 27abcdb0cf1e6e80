"""docs/training/speed.md is what benchmarks/speed_page.py writes of two results."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def results():
    return [json.loads((ROOT / f"results/bench-{name}.json").read_text(encoding="utf-8")) for name in ("train", "mine")]


def test_page_of_the_speed_is_that_of_the_results(results):
    path = ROOT / "docs/training/speed.md"
    if not path.exists():
        pytest.skip("docs/training/speed.md is not here; make bench-train writes it")
    spec = importlib.util.spec_from_file_location("speed_page", ROOT / "benchmarks/speed_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert path.read_text(encoding="utf-8") == "\n".join(module.lines(*results)).rstrip() + "\n"
