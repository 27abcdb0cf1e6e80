"""Pages that are written of results are what their writers make of them."""

import json
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("page", "writer", "results"),
    [
        ("variants", "variants_page", ["variants"]),
        ("reading", "page", ["reading"]),
        ("mitigations", "mitigations_page", ["mitigations"]),
        ("training/speed", "speed_page", ["bench-train", "bench-mine"]),
    ],
)
def test_page_is_that_of_the_results(page, writer, results):
    read = [json.loads((ROOT / f"results/{name}.json").read_text(encoding="utf-8")) for name in results]
    written = "\n".join(import_module(writer).lines(*read)).rstrip() + "\n"
    assert (ROOT / f"docs/{page}.md").read_text(encoding="utf-8") == written
